"""The names of policies in a written list: where they part, what is left of each, which are no policies.

"Safeguarding and Child Protection Policy" is one name, "Behaviour Policy and Code of Conduct" are two. Laws
and the guidance of others are left out wherever they stand.
"""

from __future__ import annotations

import re

_TITLE_NOUN = (
    r"(?:polic(?:y|ies)|procedures?|codes?|agreements?|plans?|statements?|schemes?|AUPs?|handbooks?"
    r"|protocols?|strateg(?:y|ies)|notices?|schedules?|registers?|arrangements|objectives|charters?"
    r"|guidelines|rules|risk assessments?|prospectus|contracts?|expectations|commitments?|report|offer)"
)
NOUN = re.compile(rf"\b{_TITLE_NOUN}\b|\bcodes?\s+of\s+(?:conduct|behaviour|practice)\b", re.IGNORECASE)
TITLE_ENDS = re.compile(
    rf"(?:\b{_TITLE_NOUN}|\bcodes?\s+of\s+(?:conduct|behaviour)(?:\s+for\s+[\w ]+)?)(?:\s*\([^)]*\))?$",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"\b(?:safety|safe|safeguarding|security|equality|equalit\w+|diversity|handling|special educational"
    r"|mental|health|well-?being|exclusions?|suspensions?|attendance|medicines?|medical|medications?|visits"
    r"|trips|outings|anti|teaching|learning|acceptable use|computing|ICT|IT|homework|complaints|first aid"
    r"|care|inclusion|uniform|disciplin\w+|grievance|conduct|protection|GDPR|whistle-?\s?blowing|curriculum"
    r"|bullying|cyber-?bullying|behaviour|SEND?|ALN|PSHE|RSE|RSHE|PE|images?|photograph\w*|recruitment"
    r"|social media|e-?safety|internet|mobile|phones?|devices?|admissions?|assessment|marking|feedback"
    r"|confidentiality|lettings|charging|CCTV|remote|child|children|missing|collection|nappy|settling"
    r"|allegations|restraint|intervention|transport|volunteers?|visitors?|staff\w*|parent\w*"
    r"|freedom of information|records|data|prevent|British values|EAL|induction|physical|low-level|concerns"
    r"|lone working|food|allergy|sun|play|risk|fire|religious|spiritual|looked after|young carers"
    r"|anti-racism|race|gender|sex|relationships|transition|communication|infection|illness|sickness|hygiene"
    r"|key person|toilet\w*|biting|meals?|snacks?|sleep|additional needs|force|drugs|smoking|bereavement"
    r"|outdoor|supervision|lockdown|evacuation|emergenc\w+|accessibility|appraisal|capability|science"
    r"|math\w*|english|harassment)\b",
    re.IGNORECASE,
)
# The law, and what ministries, councils and inspectors publish: none of the setting's own.
NOT_OURS = re.compile(
    r"\b(?:Acts?(?:\s+\d{4})?$|Act\s+(?:of\s+)?\d{4}|Acts\b|Regulations?\b(?!\s+policy)|(?:Measure"
    r"|Order)\s+\d{4}|KCSI?E|Keeping\s+(?:Children|Learners)\s+Safe|Working\s+Together|Department\s+(?:for"
    r"|of)|Df[ES]E?\b|Ofsted|Estyn|Convention|Circulars?|White\s+Paper|gov\.uk|https?:|www\.|NSPCC"
    r"|UKC(?:C)?IS|ICO\b|HSE\b|ACAS|Teachers['’]?\s+Standards|SEND\s+Code\s+of\s+Practice"
    r"|Code\s+of\s+Practice|Prevent\s+Duty|What\s+to\s+do\s+if|legislation|laws?\b|Statutory\s+(?:Framework"
    r"|guidance)|EYFS|Early\s+Years\s+Foundation|National\s+\w+|County|Borough|(?:Local\s+)?(?:Authority"
    r"|Council)(?:['’]s)?|LSC[BP]|Safeguarding\s+(?:Children\s+)?(?:Partnership|Board)|government"
    r"|guidance\s*[“\"‘(]|Alliance\b|Sexting\s+in|Sharing\s+nudes|Guidance\s+for|guidance\s+from|advice)|\bguidance$"
    r"|^(?:guidance"
    r"|legislation|appendix|data protection act|UK GDPR)\b|^\(?\d{4}\)?$",
    re.IGNORECASE,
)
# "General Data Protection Regulation – Privacy Policy" is the setting's, whatever law it is named after.
_OURS_AFTER_ALL = re.compile(r"(?<!national) policy\W*$", re.IGNORECASE)
VERB = re.compile(
    r"\b(?:is|are|was|were|will|must|should|shall|creates?|has|have|[Pp]lease|can|may|ensures?|[Ww]e|they|who"
    r"|it|do|does|[Ii]f|[Ww]hen|by|sets?|sent|each|every|signs?|reads?|follows?|keeps?)\b"
)
_GOES_ON = re.compile(
    r"[,;]?\s+(?:which|that|all\s+(?:of|in|on|kept|held)|each\s+of|where|when|so\s+that|in\s+order|to\s+(?:ensure|support|help"
    r"|give|make|provide|promote)|because|for\s+(?:further|more|guidance|details?)|available|found\b"
    r"|as\s+(?:they|it)\b|can\s+be|on\s+(?:the|our)\s+(?:school\s+)?website|and\s+(?:should|must|is|are|may"
    r"|applies|with|has|have)|is\s+|are\s+|both\s+of|written|published|set\s+out|in\s+(?:relation|respect)"
    r"|(?:and|or)\s+(?:any|all|other|with)\b|as\s+amended|produced|issued|adopted)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"^(?:(?:all|any|each|both|several|many|number|range|suite|variety|a|an|of|the|these|our|its|following"
    r"|other|school|academy|nursery|setting|trust|federation|related|relevant|linked|existing|key|and|also"
    r"|both|wider|whole-school|as well as|in particular|particularly|especially|namely|such as|including"
    r"|includes?|but|not|limited|to|with|those|are|own|following)(?:['’]s|s['’])?\s+)*+(?:policies|documents"
    r"|procedures|ones|others)(?:[\s,/&]+(?:and\s+)?(?:policies|documents|procedures|guidance|practices"
    r"|plans|action plans|practice))*(?:\s*[:;,–-]|\s+(?:on|for|about|regarding|covering|relating to"
    r"|including|includes?|such as|in particular|especially|particularly|namely|like|are)\b"
    r"|$)\s*(?:(?:but\s+)?not\s+limited\s+to\s*)?(?:those\s+(?:for|on)\s+|the\s+following\s*)?:?\s*",
    re.IGNORECASE,
)
_ON = re.compile(r"\b(?:on|for|about|regarding|covering|relating to)\s*$", re.IGNORECASE)
_ARTICLE = re.compile(
    r"^(?:(?:and|or|also|both|with|to|for|on|see|our|my|own|the|its|your|their|each|every|in particular"
    r"|particularly|as well as|e\.g\.?|that|those(?:\s+on|\s+for)?|following|including|(?-i:school|academy"
    r"|nursery|setting|trust)(?=\s)|(?:the\s+)?(?:[A-Z][\w’'-]+\s+)?(?:school|trust|academy|nursery"
    r"|pre-?school|federation|setting|college|centre|company|council)(?:['’]s|s['’]))\s*[:,]?\s+)+",
    re.IGNORECASE,
)
_ITS_NAME = re.compile(
    r"^(?:[A-Z][\w-]+\s+){1,3}(?!Child|Pupil|Student|Parent|Staff|Learner|Governor|Visitor|People|Wom)"
    r"[A-Z][\w-]+['’]s\s+(?=[A-Z])"
)
_YEAR = re.compile(r"\s*\((?:[A-Z][a-z]+\s+)?(?:19|20)\d\d(?:[-/]\d+)?\)$")
MARK = re.compile(
    r"^(?:[§•·▪◦‣➢✓❖○●■□◼*\uf0b7\uf0a7\uf0d8–-]\s*|\d+(?:\.\d+)*[.)]?\s+(?=\D)|\(?[a-z]\)\s+"
    r"|\(?[ivx]{1,4}[.)]\s+)+"
)
STRONG = re.compile(r"\s*(?:;|\s[§•·▪●|]\s|§|\s/\s|\t)\s*")
_COMMA = re.compile(r",\s+(?![^(]*\))")
_AND = re.compile(r"\s+(?:and/or|and|&)\s+(?![^(]*\))")
_PAIR = re.compile(
    r"health\s+(?:and|&)\s+(?:safety|well)|(?:safeguarding|protection)\s+(?:and|&)\s+(?:child|safe|promot)"
    r"|teaching\s+(?:and|&)\s+learning|learning\s+(?:and|&)\s+teaching|sex\s+(?:and|&)\s+relation"
    r"|relationships?\s+(?:and|&)\s+(?:sex|health)|equality\s+(?:and|&)\s+(?:diversity|inclusion)"
    r"|marking\s+(?:and|&)\s+feedback|feedback\s+(?:and|&)\s+marking|behaviour\s+(?:and|&)\s+discipline"
    r"|diversity\s+(?:and|&)\s+inclusion|charging\s+(?:and|&)\s+remission|gifts\s+(?:and|&)\s+hosp"
    r"|information\s+(?:and|&)\s+objectives|spiritual|equal\s+opp|needs\s+(?:and|&)\s+disab"
    r"|trips\s+(?:and|&)\s+visits|drugs?\s+(?:and|&)\s+alcohol|arrivals?\s+(?:and|&)\s+dep",
    re.IGNORECASE,
)
# "..., and the school's policies for X and Y": another list, of what policies are about.
_MORE_ON = re.compile(
    r",?\s+(?:and|with|plus)\s+(?:with\s+)?(?=(?:the\s+|our\s+|its\s+)?(?:[\w’']+['’]s\s+|own\s+|other\s+)?policies\s+(?:on|for"
    r"|about|covering)\s)",
    re.IGNORECASE,
)
# "Behaviour Policy. National guidance: ...": with the next sentence the list has ended.
_NEXT_SENTENCE = re.compile(r"(?<=[a-z)])\.\s+(?=[A-Z][a-z]+\s)")
_TWO_TONGUES = re.compile(r"\s/\s")
_TOO = re.compile(r"\s+(?:too|also|as\s+well)$", re.IGNORECASE)
_PLURAL = re.compile(r"(?<=\w)\s+policies$", re.IGNORECASE)
_BEGINS_ANEW = re.compile(r"(?:the|our|its|for|on|with|to|also)\s", re.IGNORECASE)
REMARK = re.compile(
    r"\s*(?:,?\s(?:such\s+as|e\.g\.|for\s+example|including)\b.*|\sof\s+(?:the|each|our)\s+(?:school|trust"
    r"|academy|setting)\b.*|\((?:see|link|available|updated|reviewed|revised|on|under|separate|section|appendix|part|page"
    r"|annex)\b[^)]*\)|\s[–-]\s(?!(?-i:[A-Z][\w’'-]*\s){1,3}Policy$).*)$",
    re.IGNORECASE,
)
_THIS_ONE = re.compile(
    r"\b(?:this|these|website|webpage)\b|^(?:policy|policies|procedures?|documents?|none|nil|n/?a"
    r"|not applicable|tbc|see (?:above|below))$",
    re.IGNORECASE,
)
_DASH = re.compile(r"\s[–-]\s")
_LEAST_DASHED = 3
_ITS_LAW = re.compile(r"\s*\(.*\)$")
_LEAST_PAIRS = 2
_LONG_SUBJECT = 11
LONGEST_ITEM = 110
LONGEST_PLAIN_ITEM = 75


def is_anothers(title: str) -> bool:
    """Whether a title is that of a law, or of what ministries, councils and inspectors publish."""
    return NOT_OURS.search(title) is not None and not _OURS_AFTER_ALL.search(title)


def names_in(words: str, *, named: bool, listed: bool = False) -> list[str]:
    """The titles in a list on one line. `named`: its heading says they are policies, the items need not.

    `listed`: the line is one item of a list with bullets, in which a comma parts nothing but full titles.
    """
    text = _TOO.sub("", words.strip(" .;:,"))
    ends = _GOES_ON.search(text)
    text = text[: ends.start()] if ends and not listed else text
    first, *others = _MORE_ON.split(text, maxsplit=1)
    if others and not listed:
        return [*names_in(first, named=named), *names_in(others[0], named=named)]
    text = _NEXT_SENTENCE.split(text, maxsplit=1)[0]
    counted = _COUNTED.match(text)
    topics = False
    if counted and counted.group():
        text, named = text[counted.end() :], True
        topics = _ON.search(counted.group()) is not None
    named = named or text.endswith(("policies", "Policies"))
    dashed = [_ITS_LAW.sub("", part) for part in _DASH.split(text)] if named else []
    dashed = dashed if len(dashed) > _LEAST_DASHED and not re.search("[;\t]", text) else []
    parts = dashed or _in_two_tongues(text) or [part for part in STRONG.split(text) if part]
    if len(parts) == 1:
        commas = _COMMA.split(text)
        if not listed or all(map(NOUN.search, commas)):
            parts = _at_and(commas, named=named, topics=topics)
    several = len(parts) > _LEAST_PAIRS and ";" in text
    names: list[str] = []
    for part in parts:
        if is_anothers(part.strip(" .;:,‘’“”'\"")):
            continue
        name = _title(part)
        if not _may_be_title(name, named=named, listed=listed) and not (several and _is_subject(name)):
            if names or not named:
                break
            return []
        names.append(name)
    plural = len(names) > 1 and not any(map(NOUN.search, names[:-1]))
    return [*names[:-1], _PLURAL.sub("", names[-1])] if plural else names


def _in_two_tongues(text: str) -> list[str]:
    """Of "Polisi Ymddygiad / Behaviour Policy, ..." the names that end in a noun of ours."""
    pairs = [_TWO_TONGUES.split(part) for part in _COMMA.split(text)]
    if len(pairs) < _LEAST_PAIRS or sum(len(pair) > 1 for pair in pairs) < _LEAST_PAIRS:
        return []
    return [side for pair in pairs for side in ([one for one in pair if NOUN.search(one)] or pair[-1:])]


def _at_and(commas: list[str], *, named: bool, topics: bool) -> list[str]:
    """Parts "A Policy and B Policy", and the last two of "A, B and C"; "Health and Safety" is one.

    `topics`: the list tells what policies are about ("our policies on ..."), so a noun in it is no title's.
    """
    parts: list[str] = []
    for place, part in enumerate(commas):
        last = place == len(commas) - 1
        whole, *more = _AND.split(re.sub(r"^(?:and|&)\s+", "", part))
        shared = re.search(r"\bpolicies$", part, re.IGNORECASE) is not None
        bare = topics or not any(map(NOUN.search, commas[:-1]))
        several = last and bare and (shared or topics or (named and not NOUN.search(part)))
        for piece in more:
            apart = (TITLE_ENDS.search(whole) and len(piece.split()) > 1) or _BEGINS_ANEW.match(piece)
            if apart or (several and not _PAIR.search(f"{_AND.split(whole)[-1]} and {piece}")):
                parts.append(whole)
                whole = piece
            else:
                joint = " & " if f"{whole} & {piece}" in part else " and "
                whole = f"{whole}{joint}{piece}"
        parts.append(whole)
    return parts


def _title(part: str) -> str:
    name = MARK.sub("", part.strip(" .;:,\t"))
    name = _ITS_NAME.sub("", _ARTICLE.sub("", name).strip(" ‘’“”'\""))
    name = REMARK.sub("", _YEAR.sub("", name))
    return _ARTICLE.sub("", name).strip(' .;:,‘’“”"')


def _is_subject(name: str) -> bool:
    """ "Children who cannot Eat Here", between semicolons: what a policy is about, verb and all."""
    return name[:1].isupper() and len(name.split()) < _LONG_SUBJECT and SUBJECT.search(name) is not None


def _may_be_title(name: str, *, named: bool, listed: bool) -> bool:
    if not re.search("[A-Za-z]{2}", name):
        return False
    if not 1 < len(name) < (LONGEST_ITEM if listed else LONGEST_PLAIN_ITEM) or VERB.search(name):
        return False
    if _THIS_ONE.search(name) or (len(name.split()) < 2 and NOUN.fullmatch(name)):
        return False
    return NOUN.search(name) is not None or listed or (named and len(name.split()) < 8)
