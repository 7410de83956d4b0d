"""The labels that lines of document control begin with: owner, author, version, linked policies."""

from __future__ import annotations

import re

_PAPER = "(?:policy|document|procedures?|statement|guidance)(?:'s)?"
_THIS = f"(?: (?:of|for) (?:this|the|our) {_PAPER})?"
_LABEL = (
    "(?:"
    f"(?:{_PAPER} )?(?:owner|author|originator)s?{_THIS}"
    f"|{_PAPER} (?:lead|holder|manager|sponsor|contact){_THIS}"
    f"|(?:written|prepared|compiled|drafted|produced|created|amended) by(?: and date)?"
    "|(?:responsible|lead) (?:person|member of staff|officer|committee|governor|body)"
    f"|(?:person|people|staff(?: member)?|governor|committee|member of staff)s? responsible{_THIS}"
    f"|responsib(?:le|ility) for (?:this|the) {_PAPER}"
    f"|(?:{_PAPER} )?(?:approved|ratified|adopted|agreed|authorised|endorsed|reviewed|signed off)"
    "(?: and (?:approved|ratified|adopted|agreed|reviewed))? (?:by|on behalf of)(?: the)?"
    "|(?:approving|ratifying) (?:body|committee)|approval (?:body|committee|level|route)|ratification"
    "|(?:current )?version(?: (?:no\\.?|number|control|history))?|issue (?:no\\.?|number)"
    "|(?:changes?|amendments?|revisions?)(?: (?:made|history|since (?:the )?last version))?"
    f"|(?:linked|related|associated|supporting|other relevant|linked to other) (?:{_PAPER}|policies|documents"
    "|documentation|papers)(?: and (?:documents|procedures|policies|guidance))?"
    "|(?:links? (?:to|with)|cross[- ]references?(?: to)?)(?: other)?(?: policies| documents)?"
    f"|(?:this {_PAPER} (?:is|should be) |to be )?read (?:with|alongside|in conjunction with)"
    "|(?:target )?audience|circulation|distribution(?: list)?|(?:shared|consulted) with"
    "|consultation(?: with)?"
    f"|(?:{_PAPER} )?status|{_PAPER} (?:type|number|reference|ref|location)"
    "|published (?:on|to)(?: (?:the|our))?(?: school)? website|published"
    ")"
)
_ENDS = r"\s*(?:[:=|\t]|[–—-]\s)\s*"
_CONTROL = re.compile(rf"[|\s]*{_LABEL}{_ENDS}", re.IGNORECASE)
_CELL = re.compile(rf"{_LABEL} ?[:–—-]?", re.IGNORECASE)
_HEADS = re.compile(
    r"(?:version|revision|issue|edition|amendment)s?(?: ?(?:no\.?|number|#))?|v\.?", re.IGNORECASE
)
_SAYS_WHAT = re.compile(
    r"(?:(?:summary|details|description|reasons?) (?:of|for) .{0,30}|(?:changes?|amendments?|comments?"
    r"|notes?|revisions?|updates?|details?)(?: made)?)",
    re.IGNORECASE,
)


def control_label(words: str) -> re.Match[str] | None:
    """The label of document control that a line begins with, and what parts it from its value."""
    return _CONTROL.match(words)


def is_control_cell(words: str) -> bool:
    """Say whether a cell, or what introduces a list, is such a label and nothing else."""
    return _CELL.fullmatch(words) is not None


def heads_history(cells: list[str]) -> bool:
    """Say whether a row heads a table of a document's versions: each row under it tells of the past."""
    said = [cell.strip() for cell in cells]
    return any(map(_HEADS.fullmatch, said)) and any(map(_SAYS_WHAT.fullmatch, said))
