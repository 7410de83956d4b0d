"""What a duty asks, in the document's own verb and object, shortened; and how it could be proved.

Left out: when it is done, under what condition, why, examples and what is in brackets. A passive clause keeps its
order ("accident records kept in the office"), so that no word is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.reading.duties.doer import is_pronoun
from bot.reading.duties.main_clause import MainClause
from bot.reading.duties.timing import Timing

_MOST_WORDS = 24
_FEWEST = 2
_ENOUGH = 5
_CUT = re.compile(
    r"\s*(?:;|\s[–-]\s|:\s|\bso that\b|\bso as to\b|\bin order (?:to|that)\b|,? to ensure\b|,? to make sure\b|\bbecause\b|,? which\b|,? who (?:will|is|are)\b|,? including\b|,? such as\b"
    r"|,? for example\b|\be\.g\.?|\bi\.e\.?|,? in (?:line|accordance) with\b|,? as (?:detailed|outlined|set out|described|specified|stated|required|necessary|appropriate|well as)\b|,? unless\b|,? if\b|,? when(?:ever)?\b|,? where(?:ver)?\b|,? once\b|,? having\b|,? ensuring\b|,? thereby\b|,? until\b)",
    re.IGNORECASE,
)
# "2 weeks before the meeting | is due to take place": all of it says when.
_FROM_AN_EVENT = re.compile(r"\b(?:before|after|following|of) (?:the|a|an)\b", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:unless|until|without)\b", re.IGNORECASE)
_NO_FIRST = re.compile(r"no(?:body|-one)?\b", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_TRAILING = re.compile(
    r"(?:[\s,.;:–-]+|\b(?:and|or|to|by|at|in|on|of|the|a|an|(?<!dealt )with|for|from|within|then|is|are|be)\s*)+$",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:[\s,.;:–-]+|(?:and|or|then|also|be|always|usually|normally) )+", re.IGNORECASE)
_PROOFS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (proof, re.compile(pattern, re.IGNORECASE))
    for proof, pattern in (
        ("signature", r"\b(?:counter)?sign(?:s|ing)? (?:the|an?|it|this|each|every|their|that|off|to|and|for)\b|\b(?:counter)?signed\b|\bsignatures?\b"),
        ("certificate", r"\b(?:train(?:ed|ing)|courses?|qualif(?:y|ied|ications?)|certificat\w+|DBS|PVG|disclosure check|refresher|CPD)\b"),
        ("acknowledgement", r"\b(?:read|understand|understood|familiar(?:ise)?|made aware|agree to (?:follow|abide))\b.*\b(?:policy|policies|procedures?|handbook|code|rules|guidance)\b"),
        ("minute", r"\b(?:minut\w+|agenda|ratif\w+|approv\w+ (?:by|the policy|this)|adopt(?:ed|s)? by|(?:governing (?:body|board)|governors|trustees|committee|board)\b.*\b(?:review\w*|receive\w*|approve\w*|report\w*|consider\w*))"),
        ("page", r"\b(?:record(?:s|ed|ing)?|log(?:s|ged|ging)?|register\w*|report(?:s|ed|ing)?|notif\w+|inform(?:s|ed|ing)?|contact\w*|tell|told|refer(?:s|red)?|acknowledg\w+|respond\w*|repl\w+|investigat\w+|written|in writing|document(?:s|ed)|declare\w*|consent|permission|approval)\b"),
        ("checklist", r"\b(?:check(?:s|ed|ing)?|inspect\w*|test(?:s|ed|ing)?|review\w*|monitor\w*|audit\w*|assess\w*|clean\w*|maintain\w*|servic\w+|drills?|practi[cs]ed|updat\w+|carried out|carry out|display\w*|replenish\w*|ensur\w+)\b"),
    )
)  # fmt: skip


def what_of(clause: MainClause, times: Iterable[Timing], *, named: bool) -> str:
    """The deed in the words of its clause. `named`: its subject is told as who does it."""
    subject = (
        ""
        if is_pronoun(clause.subject) or clause.subject.lower() in {"it", "this", "these"}
        else clause.subject
    )
    whole = clause.predicate
    if clause.passive:
        whole = f"{subject} {clause.predicate}"
    elif not named:
        whole = " ".join(f"{subject} {clause.modal} {clause.predicate}".split())
    if clause.negative:
        whole = (
            f"{subject} not {clause.predicate}"
            if clause.passive and subject
            else f"{'never' if clause.modal == 'never' else 'not'} {whole}"
        )
    # "No medicine is given unless a parent has signed": without its exception it would say something else.
    if _EXCEPT.search(whole) and (clause.negative or _NO_FIRST.match(whole)):
        return _shortened(_without(whole, times), cut=False)
    for cut in (True, False):
        short = _shortened(_without(whole, times), cut=cut)
        if short.count(" ") >= _FEWEST - 1:
            return short
    return _shortened(whole, cut=False)


def _without(words: str, times: Iterable[Timing]) -> str:
    for one in times:
        if (
            one.sort == "standing"
            or (one.sort == "vague" and one.words.count(" ") > 1)
            or one.words.lower().startswith("new")
        ):
            continue
        said = re.escape(one.words).replace(r"\ ", r"\s+")
        if one.sort == "deadline" and _FROM_AN_EVENT.search(one.words):
            said += r"(?: (?:is|are|has|have)\b[^,.;]{1,40})?"
        if re.search(rf"\b(?:an?|the|our|their|its|this|of|new)\s+{said}", words, re.IGNORECASE):
            continue
        # "written and regularly reviewed" keeps its "and"; ", and at least once a term" goes with it.
        words = re.sub(
            rf"[\s,]*(?:(?:,|\b(?:and|but)(?= {said}(?: (?!\w+ed\b)|[.,;]|$))) ?)?(?:(?<=,) ?(?:and|but) )?{said}",
            " ",
            words,
            count=1,
        )
    return words


def _shortened(words: str, *, cut: bool) -> str:
    said = _LEADING.sub("", " ".join(_BRACKETS.sub("", words).split()).replace(" ,", ","))
    end = (
        next(
            (
                found.start()
                for found in _CUT.finditer(said)
                if said[: found.start()].count(" ") >= _least(found)
            ),
            None,
        )
        if cut
        else None
    )
    said = said[:end].split(". ")[0]
    if said.count(" ") >= _MOST_WORDS:
        head = " ".join(said.split()[:_MOST_WORDS])
        joint = max(head.rfind(", "), head.rfind(" and "))
        said = head[:joint] if joint > len(head) // 2 else head
    said = _TRAILING.sub("", said)
    return said[:1].upper() + said[1:]


def _least(cut: re.Match[str]) -> int:
    """How many words must stand before a cut: a purpose is kept behind "Care will be taken"."""
    return _ENOUGH if re.match(r"\W*(?:in order|to|thereby|ensuring)\b", cut.group(), re.IGNORECASE) else 1


def proof_of(words: str) -> str | None:
    """How such a duty can be shown to be done; None where its words suggest nothing."""
    return next((proof for proof, pattern in _PROOFS if pattern.search(words)), None)
