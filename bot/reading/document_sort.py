"""What sort of document it is, where it is from, and whether it calls itself a draft."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_POLICY = re.compile(
    r"\b(?:polic(?:y|ies)|procedures?|code of (?:conduct|practice)|protocol|strategy|guidelines?|statement|plan)\b",
    re.IGNORECASE,
)
# The first that fits its title; a policy may be about any of them ("Prospectus policy").
_OTHERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (word, re.compile(pattern, re.IGNORECASE))
    for word, pattern in (
        ("privacy notice", r"\bprivacy notice\b"),
        ("prospectus", r"\bprospectus\b|\bwelcome (?:pack|booklet)\b|\bparents?['’]? (?:handbook|guide)\b"),
        ("newsletter", r"\bnewsletter\b"),
        ("minutes", r"\bminutes\b"),
        (
            "role description",
            (
                r"\b(?:job|role|person) (?:descriptions?|specifications?|profiles?)\b|\broles and responsibilities\b|^roles?\b"
                r"|\bterms of reference\b"
            ),
        ),
        ("form", r"\b(?:consent|application|registration|booking|referral|permission) form\b|\bchecklist\b"),
        ("agenda", r"\bagenda\b"),
        ("report", r"\b(?:annual|inspection|governors['’]?) report\b"),
        ("letter", r"^letter\b|^dear\b"),
        ("introduction", r"^(?:about|welcome to|introducing|an? introduction to)\b"),
    )
)
_DRAFT = re.compile(
    r"\bDRAFT\b|^\W*(?i:draft)\W*$|\b(?i:status|version)\W+(?i:draft)\b|\bNOT (?:CURRENTLY |YET )?(?:RATIFIED|APPROVED|ADOPTED)\b"
    r"|\b(?i:(?:this (?:policy|document|version) is|still) (?:an?|in|at) (?:\w+ )?draft\b)|\b(?i:draft (?:v\.?|version|for (?:consultation"
    r"|comment|approval|governors)))\b|\((?i:draft)\)|[-–]\s*(?i:draft)$"
)
_FIRST_LINES = 20
# Without a word for its kind in the title: what only a policy says of itself, and what others say.
_SPEAKS_AS_POLICY = re.compile(
    r"\b(?:this|our) (?:policy|procedure|code|plan|statement of intent)\b|^\W*(?:policy statement|statement of intent|procedures?)\W*$"
    r"|^parent:\s*policies\b|\bthe policy\b",
    re.IGNORECASE,
)
_OTHER_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (word, re.compile(pattern, re.IGNORECASE))
    for word, pattern in (
        ("letter", r"^dear (?:parents?|all|sir|colleagues?|families|carers)\b"),
        ("minutes", r"^(?:apologies|matters arising|present)\b\s*[:.]?"),
        (
            "role description",
            r"^(?:job purpose|person specification|reports to|accountable to|salary|hours)\b\s*[:.]?",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class _Country:
    name: str
    words: re.Pattern[str]


def _country(name: str, pattern: str) -> _Country:
    return _Country(name, re.compile(pattern, re.IGNORECASE))


# Bodies, laws and telephone codes that a document of one country names and those of others do not.
_ABROAD = (
    _country(
        "Ireland",
        r"\btusla\b|\bg[aá]rda[ií]?\b|\bgarda v[ei]tting\b|\bchildren first (?:act|guidance|national)|\bboard of management\b|\+353\b"
        r"|\bdublin\b|\.ie\b|\bdepartment of education and skills\b|\bdesignated liaison person\b|\bDLP\b|\beircode\b"
        r"|\breport to the HSE\b",
    ),
    _country(
        "the United States",
        r"\bschool district\b|\bsuperintendent\b|\bboard of education\b|\bFERPA\b|\bHIPAA\b|\btitle ix\b|\bCIPA\b|\bCOPPA\b"
        r"|\bkindergarten through\b|\bK-?12\b|\b(?:state|federal) law\b|\b(?:first|second|third|fourth|fifth|sixth|\d+th) graders?\b"
        r"|\bschool year 20\d\d\b|\.k12\.|\bU\.S\.C?\b|\bdepartment of children and family",
    ),
    _country(
        "Australia",
        r"\bworking with children check\b|\bNSW\b|\bqueensland\b|\bvictorian? (?:registration|government|department|curriculum|state)"
        r"|\bACECQA\b|\beducation and care services national (?:law|regulations?)\b|\baustralian?\b|\.au\b|\bnational quality (?:standard|framework)\b",
    ),
    _country(
        "New Zealand",
        r"\bnew zealand\b|\baotearoa\b|\boranga tamariki\b|\bERO\b|\bwhānau\b|\.nz\b|\bboard of trustees of .{0,30}\bkura\b|\bTe Whāriki\b",
    ),
    _country(
        "Canada",
        r"\bcanad(?:a|ian)\b|\bontario\b|\bbritish columbia\b|\balberta\b|\bquebec\b|\bchildren['’]s aid society\b|\bschool division\b|\bPIPEDA\b",
    ),
    _country(
        "South Africa",
        r"\bsouth africa\w*\b|\bSchools Act 84\b|\bPOPIA?\b|\bSACE\b|\.za\b|\bschool governing body \(SGB\)",
    ),
    _country("India", r"\bCBSE\b|\bPOCSO\b|\bNCPCR\b|\bindian?\b|\.in\b/"),
)
_HOME = re.compile(
    r"\bofsted\b|\bestyn\b|\bcare inspectorate\b|\bDfE\b|\bdepartment for education\b|\bscot(?:land|tish)\b|\bwales\b|\bwelsh\b"
    r"|\bnorthern ireland\b|\bengland\b|\bunited kingdom\b|\bUK\b|\bGDPR\b.{0,20}\b2018\b|\bdata protection act\b|\bequality act\b"
    r"|\bcharity commission\b|\bOSCR\b|\bDBS\b|\bPVG\b|\bKCSIE\b|\bkeeping children safe in education\b|\bEYFS\b|\bLADO\b|\bMASH\b"
    r"|\bNSPCC\b|\b(?:county|borough|city) council\b|\blocal authority\b|\.uk\b|\b[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2}\b|\bHMRC\b"
    r"|\bkey stage\b|\b(?:RIDDOR|COSHH)\b|\bSENCO\b|\bthe (?:football association|FA)\b",
    re.IGNORECASE,
)
_LEAST_ABROAD = 2


@dataclass(frozen=True, slots=True)
class DocumentSort:
    """`is_` is "policy", another word for what it is, or None where nothing tells.

    `country` is None for a document of the United Kingdom, and where nothing says otherwise.
    """

    is_: str | None
    why: str
    country: str | None = None

    @property
    def first_line(self) -> str | None:
        """What is said before anything else, or None of a policy of the United Kingdom."""
        if self.country:
            return (
                f"This is not a document of the United Kingdom but of {self.country}: {self.why} "
                "Other laws and bodies hold there, so no safeguarding role or service is read from it."
            )
        if self.is_ is not None and self.is_ != "policy":
            article = "an" if self.is_[:1] in "aeiou" else "a"
            return f"This is not a policy but {article} {self.is_}. {self.why}"
        return None


def document_sort(title: str | None, lines: Sequence[str] = ()) -> DocumentSort:
    """Classify a document by its title, else by what its text says of itself; also its country."""
    country, marks = _country_of(lines)
    sort = _by_title(title) or _by_text(title, lines)
    if country is None:
        return sort
    quoted = ", ".join(f"“{mark}”" for mark in marks[:3])
    return DocumentSort(sort.is_, f"It speaks of {quoted}.", country)


def _by_title(title: str | None) -> DocumentSort | None:
    if title is None:
        return None
    why = f'Its title is "{title}".'
    if _POLICY.search(title):
        return DocumentSort("policy", why)
    other = next((word for word, pattern in _OTHERS if pattern.search(title)), None)
    return DocumentSort(other, why) if other else None


def _by_text(title: str | None, lines: Sequence[str]) -> DocumentSort:
    for word, pattern in _OTHER_MARKS:
        found = next((line.strip(" #*") for line in lines if pattern.search(line.strip(" #*"))), None)
        if found:
            return DocumentSort(word, f'It has the line "{found[:60]}".')
    said = next((line.strip(" #*") for line in lines if _SPEAKS_AS_POLICY.search(line.strip(" #*"))), None)
    if said:
        return DocumentSort("policy", f'It calls itself one: "{said[:100]}".')
    return DocumentSort(None, f'Its title is "{title}".' if title else "It prints no title.")


def _country_of(lines: Iterable[str]) -> tuple[str | None, list[str]]:
    """The other country whose bodies and laws it names more of than of the United Kingdom's."""
    whole = "\n".join(lines)
    home = {found.group().lower() for found in _HOME.finditer(whole)}
    best: tuple[str | None, list[str]] = (None, [])
    for country in _ABROAD:
        marks = list(dict.fromkeys(found.group() for found in country.words.finditer(whole)))
        distinct = {mark.lower() for mark in marks}
        if len(distinct) >= max(_LEAST_ABROAD, len(home) + 1, len(best[1]) + 1):
            best = country.name, marks
    return best


def draft_line(lines: Sequence[str]) -> tuple[int, str] | None:
    """The first of the document's first lines that calls it a draft, or not yet approved, with its number."""
    printed = [(number, line) for number, line in enumerate(lines, 1) if line.strip()][:_FIRST_LINES]
    return next(((number, line) for number, line in printed if _DRAFT.search(line)), None)
