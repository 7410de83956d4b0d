"""The words that names of schools and nurseries are made of, and those that tell another body's name.

The setting by its own name, as running text and handles have it: "Marsh Lane", "@marshlaneprimary".
"""

from __future__ import annotations

import re

from bot.reading.text.lines import Sentence

_PLACE = (
    r"(?:Schools?|Academy|Academies|Pre[- ]?[Ss]chool|Playgroup|Play ?[Gg]roup"
    r"|Nursery(?: (?:Unit|Class)(?![\w-]))?"
    r"|Nurseries|College"
    r"|Trust|Federation(?! of\b)|Kindergarten|Montessori|Infants|Juniors|Childcare(?: Group| Centre)?|Daycare"
    r"|Partnership|Primary(?! (?:Phase|National)\b)"
    r"|Under Fives|Pre-?[Pp]rep|Day ?[Cc]are|Clubs?|Holiday Camp|Childminding)"
)
_WORD = (
    r"(?:[A-Z][\w’'.&/-]*|(?<=[a-z] )s(?= [A-Z])|of|the|and|&|in|with|on|le|y|yr|ar|cum|juxta|upon|St\.?"
    r"|\((?:V\.?A\.?|V\.?C\.?|A|C|Aided|Controlled|Voluntary \w+)\))"
)
_CENTRE = r"(?:[ ](?:and|&)[ ]Children[’']?s[ ]Centre)?"
# "Ark Academy New Town is": a chain's academy is told from its others by a place.
_AT_A_PLACE = (
    r"(?:(?<=Academy)(?:[ ](?!(?:Pupils|Staff|Governors|Governing|Children|Parents|Students|Trust|Council|We"
    r"|It|The|This|Our|Policy|Community|Local|Website|Behaviour)\b)[A-Z][a-z]+){1,2}(?=,?[ ][a-z]))?"
)
SCHOOL = re.compile(
    r"Ysgol(?:[ ](?:(?:y|yr|o|a)[ ])?[A-Z][\w’'-]*){1,4}(?:[ ][Pp]rimary)?|"
    rf"(?:(?:Federation|Partnership)[ ]of[ ](?:the[ ])?)?"
    rf"[A-Z][\w’'./&-]*,?(?:[ ]{_WORD},?){{0,8}}?[ ]{_PLACE}(?![\w-])(?:[ ](?:and|&)[ ](?:(?:Infant|Junior|Primary|First|Nursery|Sixth[ ]Form)[ ])?{_PLACE}(?![\w-])"
    rf"|[ ](?:(?:Community|Learning|Catholic|Diocesan|Education(?:al)?"
    rf"|Multi[- ]Academy)[ ](?=Trust))?{_PLACE}"
    r"|(?:[ ](?:and|&))?[ ](?:Holiday|Breakfast|After[ -]School|Out[ -]of[ -]School"
    r"|Wraparound)[ ](?:Clubs?|Care)"
    rf"(?![\w-]))*(?:(?<=Primary|Infants|Juniors|Nursery)[ ]school\b)?{_CENTRE}{_AT_A_PLACE}"
)
ITS_CENTRE = re.compile(rf"{_CENTRE}$")
LEADING = re.compile(
    r"^(?:(?:The )?(?:Full )?(?:Governing (?:Body|Board)|Governors) of(?: the)?|The|At|In|For|Of|And"
    r"|All(?! Saints| Souls| Hallows)|Welcome to|By|To|With|When|If|As|From|Both|Here|While|Within|This"
    r"|Our(?! Lady)|Name|Dear|Part of|Scope and Purpose|Introduction|Purpose|Aims|Policy Statement"
    r"|Statement of Intent|Staff|Parents|Pupils|Governors|Visitors|Children|Headteacher|Policy|Every"
    r"|Any)\b\s*(?:(?:at|of|to|for|and|in)\b\s*)?",
)
GENERIC = frozenset(
    """
    the our a an primary infant infants junior juniors nursery school schools academy academies community
    pre-school preschool pre trust trusts multi multi-academy maintained independent special secondary
    federation voluntary aided controlled foundation state free mainstream college colleges village local
    catholic church of england ce rc cofe c e and & in for extended day early years centre healthy governing
    all member partner feeder family sending receiving boarding good eco green forest sunday high middle
    upper lower first boys girls new next previous other non whole academy's day-care playgroup childcare
    senior deputy lead home after breakfast holiday kids kids' kids’ clubs club wraparound morning youth
    homework football sports nurseries partnership international grammar faith elementary pupil learning
    out-of-school after-school before-school ks1 ks2 eyfs
    """.split()
)
TIMES = frozenset(
    "key stage ks1 ks2 christmas easter break lunch playtime year reception home times any all least present"
    " it this that our the school nursery pre-school level section appendix annex part england wales".split()
)
AT_OURS = re.compile(
    r"\b(?:(?P<we>[Ww]e )?[Aa]t|[Hh]ere at|[Ww]elcome to) (?P<name>[A-Z][\w’'-]*(?:[ ](?:&|of|and|the|in|\d+"
    r"|[A-Z][\w’'-]*)){0,4}?),?"
    r" (?=(?:we|our|nothing|every|all|staff|children|each)\b|(?(we)[a-z]|(?!)))"
)
_PROPER = r"[A-Z][\w’'&-]*(?:[ ](?:&|of|and|the|in|at|\d+|[A-Z][\w’'&-]*)){0,5}?"
ADOPTED_BY = re.compile(rf"\badopted by (?:[Tt]he )?(?P<name>{_PROPER})(?=\.|,| on\b| in\b|\n|\t)")
ADOPTED_FORM = re.compile(
    r"\badopted\s+(?:by|at\s+a\s+meeting\s+of)\s+(?P<name>\S.{1,70}?)\s*\(?\s*name\s+of\s+(?:the\s+|your\s+)?"
    r"(?:setting|provider|group|organisation|pre-?school|nursery|playgroup|school)\b",
    re.IGNORECASE,
)
AS_SUBJECT = re.compile(
    rf"(?:^|(?<=[.!?] )|(?<=\n))(?:The )?(?P<name>{_PROPER}) (?:is committed|recogni[sz]es|believes|aims"
    rf"|understands"
    r"|acknowledges|takes|has a|wishes|expects|welcomes|values|follows|provides|holds|will)\b"
)
ANOTHER_BODY = re.compile(
    r"\b(?:council|tax-free|trustees|students|aid|medicines?|department|bodies|financing|ofsted"
    r"|education people|alliance|act|safeguarding|nspcc|handbook|association|union|national|university"
    r"|internet|children’?'?s centre|health|nhs|police|standards|model|board|data|support|policy|policies"
    r"|regulations?|government|charity|governors?|parents?|pupils?|staff|headteachers?|code|keeping"
    r"|academies trust handbook|ministry|boards|diocesan board|prevent|guidance|framework|procedure|plan"
    r"|friends of|lucy faithfull|safer|inclusion|strategic|safety|head|teachers?|children|working"
    r"|behaviour)\b",
    re.IGNORECASE,
)
# "at Elm Road School" on a line of its own: where a club meets.
HOSTED = re.compile(
    r"(?:.{0,80}\b(?:based|meeting|held)\s+(?:at|in)|(?:based |meeting |held )?(?:at|in|c/o)"
    r"|\(?(?:an?\s+)?(?:proud\s+)?(?:(?:part|member)\s+(?:of|in)|(?:primary\s+|infant\s+|junior\s+)?(?:school|academy)"
    r"\s+(?:of|in|within))(?:\s+the)?)\s+(?-i:[A-Z])[\w’'. -]{3,50}\)?",
    re.IGNORECASE,
)
OUR_OWN = re.compile(
    r"\s*(?:['’]s?\b|is committed|recognises|believes|we\b|aims|has a|will|is a\b|policy|staff|community)|$"
)
# Asked first: most lines name no school at all.
HINT = re.compile(
    r"school|academ|nurser|playgroup|trust|college|federation|primary|kinder|montess|infant|junior|ysgol|care"
    r"|club|camp|childmind|under|prep|partner",
    re.IGNORECASE,
)

_SHORTEST_HANDLE = 5


def squeezed(names: list[str]) -> str:
    """The names as they stand in a handle: "@marshlaneprimary"."""
    joined = [re.sub(r"[^a-z]", "", name.lower()) for name in names]
    return "|".join(name for name in joined if len(name) >= _SHORTEST_HANDLE) or "(?!)"


def names_of(found: list[Sentence]) -> list[str]:
    """The setting by its name, without what kind it is: "Marsh Lane" of "Marsh Lane Primary School"."""
    heads: dict[str, int] = {}
    for sentence in found:
        if not HINT.search(sentence.text):
            continue
        for match in SCHOOL.finditer(sentence.text):
            words = LEADING.sub("", match.group()).split()
            own = [word for word in words if word.lower().strip(",()") not in GENERIC]
            head = " ".join(words[: words.index(own[-1]) + 1]) if own else ""
            if len(head) > 3 and head[0].isupper():
                heads[head] = heads.get(head, 0) + 1
    return sorted(heads, key=lambda head: -heads[head])[:3]


def any_of(names: list[str]) -> str:
    """A pattern for the names and what may follow them: "Marsh Lane", "Marsh Lane CofE School"."""
    tail = r"(?:\s+(?:[A-Z][\w.’'-]*|of|and|&))*?"
    return rf"|(?-i:(?:{'|'.join(map(re.escape, names))}){tail})" if names else ""
