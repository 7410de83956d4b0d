"""Who must do what a sentence asks, as an audience expression."""

from __future__ import annotations

import re

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
        (r"\bstaff\b|\bemployees?\b|\bteachers?\b|\bpractitioners?\b|\bcolleagues?\b", "staff"),
        (r"\bvolunteers?\b", "role:volunteer"),
        (r"\bvisitors?\b|\bcontractors?\b", "role:visitor"),
        (r"\bparents?\b|\bcarers?\b", "role:parent"),
        (r"\boffice\b", "role:office"),
    )
)
_MODAL = re.compile(r"\b(?:will|must|shall|should|are|is|has|have|may|can|need|needs|do|sign|use)\b")
_AGENT = re.compile(r"\bby (?:the |a |an |our )?(?P<who>[^.;,]{3,60})")


def audience_of(sentence: Sentence, rule: Rule) -> str:
    """The doers the sentence names; the rule's usual ones where it names none."""
    if rule.acts:
        subject = f"{sentence.lead} " if sentence.item else ""
        modal = _MODAL.search(sentence.words)
        named = _named(subject + (sentence.words[: modal.start()] if modal else ""))
        return named or rule.who
    agent = _AGENT.search(sentence.words)
    return (_named(agent["who"]) if agent else "") or rule.who


def _named(words: str) -> str:
    found = [term for pattern, term in _WHO if pattern.search(words)]
    return "everyone" if "everyone" in found else " or ".join(found)
