"""Who must do what a sentence asks, as an audience expression."""

from __future__ import annotations

import re

from bot.reading.binding import HOLDER
from bot.reading.clause_posts import post_of
from bot.reading.clause_sentences import Sentence
from bot.reading.kinds import Rule

_WHO: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), term)
    for pattern, term in (
        (
            r"\ball members of (?:the|our|\w+).{0,40}\bcommunity\b|\beveryone\b|\ball (?:users|parties|adults)\b",
            "everyone",
        ),
        (
            r"\bhead[\s-]?teacher|\bprincipal\b|(?<!line )(?<!business )\bmanager\b|\bthe head\b",
            "role:headteacher",
        ),
        (r"\bDSLs?\b|\bdesignated (?:safeguarding|senior|child protection)", "role:dsl"),
        (
            r"\b(?:named |link |nominated )governor|\bgovernors?\b(?! body)|\bgoverning (?:body|board)|\btrustees?\b|\bcommittee\b",
            "role:governor",
        ),
        (r"\bleadership (?:team|staff)|\bSLT\b|\bsenior (?:leaders|management)", "role:slt"),
        (
            r"(?<!leadership )\bstaff\b|\bemployees?\b|\bteachers?\b|\bpractitioners?\b|\bcolleagues?\b",
            "staff",
        ),
        (r"\bvolunteers?\b", "role:volunteer"),
        (r"\bvisitors?\b|\bcontractors?\b", "role:visitor"),
        (r"\bparents?\b|\bcarers?\b", "role:parent"),
        (r"\boffice\b", "role:office"),
    )
)
_MODAL = re.compile(r"\b(?:will|must|shall|should|are|is|has|have|may|can|need|needs|do|sign|use)\b")
_ACTS = re.compile(
    r"(?P<who>(?:the |our |each |every |any |an? )?(?:[\w'-]+ ){1,5}?)(?:(?:will|must|shall|should|needs? to|(?:is|are) (?:required|"
    r"expected|responsible)(?: to| for)?) (?!be\b|not be\b|have been)|(?:also |always |then )?(?!is\b|was\b|has\b)[a-z]{3,}s (?:the|a|an|all|"
    r"any|each|every|that|this|out|to|with|into|through)\b)",
    re.IGNORECASE,
)
# "DSL: reads the log": the doer before a colon, as a table or a list names them; not "Parents: are told".
_LED = re.compile(r"(?P<who>[^:\t]{3,60})(?:: |\t)(?!(?:is|are|must be|will be|to be) )", re.IGNORECASE)
# Of training a duty tells who is trained, of roles who gives them.
_OF_THE_NAMED = frozenset({"TRN", "IND", "ROLE"})
_AGENT = re.compile(r"\bby (?:the |a |an |our )?(?P<who>[^.;,]{3,60})")


def audience_of(sentence: Sentence, rule: Rule) -> str:
    """The doers the sentence names; the rule's usual ones where it names none."""
    post = post_of(sentence, rule.kind)
    if post:
        return post
    if rule.acts:
        subject = f"{sentence.lead} " if sentence.item else ""
        modal = _MODAL.search(sentence.words)
        named = _named(subject + (sentence.words[: modal.start()] if modal else ""))
        return named or rule.who
    agent = _AGENT.search(sentence.words)
    doer = agent["who"] if agent else _subject(sentence.words) or _led_by(sentence.words, rule)
    named = _named(doer)
    # "Staff" who run an account are its holders, and no others.
    return rule.who if not named or (named == "staff" and rule.who.startswith("holder")) else named


def _subject(words: str) -> str:
    """Who does it, where the sentence says that somebody does: "The clerk will tell", "The clerk tells"."""
    acts = _ACTS.match(words)
    return acts["who"] if acts else ""


def _led_by(words: str, rule: Rule) -> str:
    led = None if rule.kind in _OF_THE_NAMED else _LED.match(words)
    return led["who"] if led and HOLDER.search(led["who"]) else ""


def _named(words: str) -> str:
    found = [term for pattern, term in _WHO if pattern.search(words)]
    return "everyone" if "everyone" in found else " or ".join(found)
