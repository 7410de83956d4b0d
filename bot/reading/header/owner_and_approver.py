"""Who keeps the document and who approves it, where sentences say so and no label does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.reading.header.people import holder
from bot.reading.header.self_reference import IT, KIND, REVIEWED, Told
from bot.reading.text.labelled_lines import Stated
from bot.reading.text.lines import Sentence
from bot.reading.text.person_names import body, names_with_places

_KEPT = (
    r"(?:written|rewritten|drafted|drawn\s+up|put\s+together|prepared|compiled|produced|looked\s+after|kept"
    r"(?:\s+up\s+to\s+date)?|maintained|held|owned|led|overseen|taken\s+care\s+of)"
)
_KEEPS = (
    r"(?:keeps|looks\s+after|owns|maintains|revises|updates|wrote|writes|drafted|leads(?:\s+on)?|takes\s+care\s+of|has\s+charge\s+of"
    r"|(?:is|are)\s+(?:in\s+charge\s+of|the\s+(?:keeper|author|owner|guardian|writer|custodian)\s+of)"
    r"|(?:is|are)\s+answerable\s+for\s+the\s+upkeep\s+of)"
)
# Behind these words stands who it is.
_BEHIND = re.compile(
    rf"(?<!copy of )(?<!copies of )\b{IT}\s+(?:(?:was|is|has\s+been|were|are)\s+(?:(?:then|first|mostly"
    rf"|also|\w+ly)\s+)?"
    rf"(?:{_KEPT}(?:\s+(?:in|for|with)\s+[\w ]{{2,30}}?)?\s+by|in\s+the\s+(?:care|hands|charge|keeping)\s+of"
    rf"|the\s+work\s+of)|belongs\s+to"
    rf"|(?:rests|lies|sits)\s+with)"
    rf"|\bresponsibility\s+for\s+(?:keeping\s+|the\s+upkeep\s+of\s+)?{IT}(?:\s+up\s+to\s+date)?\s+(?:rests|lies|sits|is)"
    r"\s+with"
    rf"|\b(?:job|task)\s+of\s+(?:keeping|writing|looking\s+after)\s+{IT}(?:\s+up\s+to\s+date)?\s+(?:is|falls\s+to|belongs\s+to)"
    rf"|\b(?:keeper|leader|lead|author|owner|guardian|writer|custodian)\s+of\s+{IT}(?:,\s+who\s+[^,.;]{{3,50}},)?\s+is"
    rf"|\b(?:person|member\s+of\s+staff|colleague|one|leader|teacher)\s+who\s+(?:{_KEEPS})\s+{IT}(?:\s+up\s+to\s+date)?\s+is",
    re.IGNORECASE,
)
_ROLE_FIRST = re.compile(r"\s*(?:by\s+)?(?:(?:the|our|its|their)\s+[\w’'& /-]{2,60}?,?\s*)?", re.IGNORECASE)
# Before these words stands who it is: "Mrs Holt, our SENCO, looks after it".
_BEFORE = re.compile(rf"\b(?:{_KEEPS}\s+{IT}|drew\s+{IT}\s+up)", re.IGNORECASE)
_ROLE_AFTER = re.compile(
    r"(?:\s*\([^)]{2,50}\)|,\s+(?:who\s+is\s+)?[^,.;]{2,50},?)?,?\s+(?:who\s+)?(?:also\s+|now\s+|\w+ly\s+)?",
    re.IGNORECASE,
)
_STAFF = (
    r"(?:leads?|leaders?|champions?|co-?ordinators?|officer|manager|practitioner|SENDCo|SENCo|DSL|head\s?teacher|principal"
    r"|bursar|secretary)"
)
_ROLE = rf"(?P<role>(?:[\w&/’'-]+\s+){{0,5}}?{_STAFF})"
_THIS = rf"(?:this|our|the)\s+(?:(?!school\b)[\w&/’'-]+\s+){{0,3}}?{KIND}\b(?!['’]s)"
_UPKEEP = r"(?:writing|keeping|reviewing|updating|maintaining|drafting|upkeep)"
# "The attendance champion leads the work and writes this policy"
_ROLE_KEEPS = re.compile(
    rf"^(?:The|Our)\s+{_ROLE}\s+(?:[a-z][^.;]{{2,60}}?(?:,|\band)\s+)?(?:(?:keeps|looks\s+after|owns|maintains|wrote|writes|drafted)\s+{_THIS}"
    rf"|(?:is|has)\s+(?:the\s+person\s+)?responsib(?:le|ility)\s+for\s+(?:(?:{_UPKEEP}\s+(?:of\s+)?)?(?:this|our)\s+{KIND}\b|{_UPKEEP}\s+it\b))",
    re.IGNORECASE,
)
# "It is gone over every year by the online safety lead", where no one else is said to keep it
_ROLE_REVIEWS = re.compile(
    rf"\b{IT}\s+(?:is|will\s+be)\s+{REVIEWED}\s+(?:[\w-]+\s+){{0,3}}?by\s+(?:the|our)\s+(?!head|principal|manager){_ROLE}\b(?=\s*[.;]|$)",
    re.IGNORECASE,
)
_WROTE_THIS = re.compile(
    r"\b(?:wrote|drew\s+up|put\s+together)\s+this(?=\s*[.,;(]|\s+(?:and|in|for|with)\b|$)"
    r"|\b(?:looks\s+after|wrote|keeps)\s+these\s+(?:sheets|pages|notes|rules)\b"
)
_DRAWN_UP_BY = re.compile(r"(?:Drawn\s+up|Put\s+together)\s+by\s+(?=[A-Z])")
_NAME = 60
_LONGEST = 500


def keeper(told: Iterable[Told]) -> str | None:
    """The first who is said to write or keep the document."""
    about = (one.sentence.text for one in told if one.rank is not None and len(one.sentence.text) < _LONGEST)
    return next((who for text in about if (who := _named(text))), None)


def author(spoken: list[Sentence]) -> str | None:
    """ "Jane Poe, the owner, wrote this": said of the document wherever it stands."""
    for sentence in spoken:
        drawn = _DRAWN_UP_BY.match(sentence.text)
        behind = names_with_places(sentence.text[drawn.end() : drawn.end() + _NAME]) if drawn else []
        if behind and not behind[0][1]:
            return behind[0][0]
        found = _WROTE_THIS.search(sentence.text) if len(sentence.text) < _LONGEST else None
        people = names_with_places(sentence.text[: found.start()]) if found else []
        if found and people and _ROLE_AFTER.fullmatch(sentence.text[people[-1][2] : found.start()]):
            return people[-1][0]
    return None


def _named(text: str) -> str | None:
    behind, before = _BEHIND.search(text), _BEFORE.search(text)
    if not behind and not before:
        return None
    people = names_with_places(text)
    for name, start, end in people:
        if behind and start >= behind.end() and _ROLE_FIRST.fullmatch(text[behind.end() : start]):
            return name.removesuffix("'s").removesuffix("’s")
        if before and end <= before.start() and _ROLE_AFTER.fullmatch(text[end : before.start()]):
            return name
    return None


def keeping_role(told: list[Told], spoken: list[Sentence]) -> str | None:
    """The role that is said to keep the document, or to review it: by name where the document has one."""
    about = [one.sentence.text for one in told if one.rank is not None and len(one.sentence.text) < _LONGEST]
    for pattern in (_ROLE_KEEPS, _ROLE_REVIEWS):
        found = next((found for text in about if (found := pattern.search(text))), None)
        if found:
            return holder(found["role"], spoken) or found["role"]
    return None


_SUBJECT_WITHIN = 45  # characters of a sentence in which its subject is named
_THIS_POLICY = (  # "the anti-bullying policy" may be another one, "the policy" is this
    r"(?:(?:this|our|these)\s+(?:(?!school\b)[\w&/’'-]+,?\s+){0,4}?(?:policy|document|guidance|code|plan|statement"
    r"|objectives|procedures?|scheme|strategy|protocol)"
    r"|the\s+(?:(?:school|setting)(?:['’]s)?\s+)?(?:policy|document))(?!['’]s)\b"
)
_KEEPS_POLICY = (
    r"(?:keeps?|keeping|maintains?|maintaining|updates|wr(?:ites|ote)|drafted|leads(?: on)?|owns|oversees"
    r"|manages|looks after|drew up|has drawn up|prepared|compiled)"
)
_CHARGE = (
    r"(?:(?:overall|lead|main|named|day[- ]to[- ]day|operational|particular)\s+){0,2}(?:charge|responsib(?:le"
    r"|ility)|operation|management|oversight|ownership|running)\s+(?:of|for)\s+(?:(?:the\s+)?(?:writing"
    r"|reviewing|review|updating|upkeep|maintenance|maintaining|keeping|co-?ordinating|operation"
    r"|day[- ]to[- ]day)(?:\s+\w+ing)?(?:(?:,|\s+and|,\s+and)\s+\w+ing)*\s+(?:of\s+|and\s+\w+\s+of\s+)?)?"
)
_OWNS = re.compile(
    rf"\b(?:{_KEEPS_POLICY}|{_CHARGE}|lead (?:person )?for|(?:is|as) the (?:lead|author|owner) (?:for"
    rf"|of))\s*{_THIS_POLICY}",
    re.IGNORECASE,
)
_SHE = re.compile(r"(?:She|He|They|Her|His|Their)\b")
_DECIDES = (
    r"(?:decides?(?: on)?|decided|agrees?|agreed|approves?|approved|adopts?|adopted|ratif(?:y|ies|ied)"
    r"|endorses?|endorsed|determines?|signs? off|signed off|accepts?|accepted)"
)
_BODIES = (
    r"(?:(?:full |local |school )?(?:governing (?:body|board)|governors?|trustees|directors)"
    r"|board(?: of (?:governors|trustees|directors|management))?|trust board|(?:management "
    r"|(?-i:(?:[A-Z][\w&]*(?:,| and| &)?\s){1,5}))?committee"
    r"|academy (?:council|committee)|proprietors?|LGB|FGB|FGC|LAB|LGC)(?!['’])"
    r"(?: of (?:the )?(?-i:[A-Z])[\w’'&-]*(?: (?:of |and |the )?(?-i:[A-Z])[\w’'&-]*){0,5})?"
)
_DECIDE = re.compile(
    rf"(?:^|\b(?:the|our|and|by)\s+|\d\s+)(?P<who>{_BODIES})(?:\s*[:–-]|,[^,]{{3,40}},)?\s+(?:(?:has|have"
    rf"|will|must|formally|first|also|then|both|annually)\s+)*(?:(?:reviews?|reviewed|considers?|discusses"
    rf"|monitors?),?\s+(?:and\s+)?)?{_DECIDES}\s+(?:and\s+\w+\s+)?(?:{_THIS_POLICY}|it\b)",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(
    r"policy|document|guidance|code|plan|statement|objectives|procedure|scheme|strategy|protocol",
    re.IGNORECASE,
)
_POLICY = re.compile(r"\bpolicy\b", re.IGNORECASE)
_THE = re.compile(r"^(?:the|our)\s+", re.IGNORECASE)
_IT = re.compile(r"\bit$", re.IGNORECASE)
_IS_TO_DECIDE = re.compile(
    rf"(?P<who>{_BODIES})\s+(?:is|are|has|have|holds?)\s+(?:\w+\s+)?(?:responsib(?:le|ility)\s+for\s+"
    rf"|to\s+)(?:\w+ing\s+and\s+)?"
    rf"(?:approv|ratify|agree|adopt)\w*\s+{_THIS_POLICY}"
    rf"|\b(?:to|by)\s+(?:the\s+)?(?P<whom>{_BODIES})(?:\s+\w+){{0,4}}?\s+for\s+(?:approval|ratification|adoption)\b",
    re.IGNORECASE,
)
# "Changes go to the Resources Committee, which ratifies it"
_GOES_TO = re.compile(
    rf"\b(?:go|goes|sent|referred|taken|submitted|presented)\s+to\s+(?:the\s+|our\s+)?(?P<who>{_BODIES}),?\s+(?:which|who)"
    r"\s+(?:then\s+)?(?:approves?|ratif(?:y|ies)|adopts?|agrees?)\s+(?:it|them|this)\b"
    rf"|\b(?:for|awaiting)\s+(?:approval|adoption|ratification|agreement)\s+by\s+(?:the\s+|our\s+)?(?P<by>{_BODIES})(?!\w)",
    re.IGNORECASE,
)
_DECIDED_BY = re.compile(r"\b(?:approved|ratified|adopted)(?:\s+and\s+\w+)?\s+by\s+", re.IGNORECASE)
_RESTS_WITH = re.compile(
    rf"\bapproval\s+of\s+{_THIS_POLICY}\s+(?:(?:is|has been)\s+)?(?:rests|lies|sits|delegated|given)?\s*(?:with"
    rf"|to|by)\s+",
    re.IGNORECASE,
)
_DEED_THEN_BODY = re.compile(
    r"^(?:policy\s+)?(?:adopted|approved|ratified|agreed)\s*[:–-]?\s*(?:by\s+"
    r"|at\s+)?(?:the\s+)?(?P<who>(?-i:[A-Z][\w’&]*(?:\s+(?:of\s+|and\s+"
    r"|&\s+)?[A-Z][\w’&]*){0,4}))(?:['’]s?)?\s*(?:meeting|mtg)?\s*(?:on\s+"
    r"|in\s+)?[,:(–-]?\s*(?=\d{1,2}[\s./th-]|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Autumn"
    r"|Spring|Summer)[a-z]*\b)",
    re.IGNORECASE,
)
_BODY_THEN_DEED = re.compile(
    rf"^(?P<who>{_BODIES})(?:['’]s?)?\s+(?:approval|approved|ratification|ratified|adoption|adopted|agreed)"
    r"\s*(?:date|on|in)?\s*[:–-]?\s*(?=\d|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b)",
    re.IGNORECASE,
)
_SHORT_BODY = re.compile(r"[A-Z]{2,6}")


def kept_by(spoken: list[Sentence]) -> Iterator[str]:
    """ "Ms Poe, Deputy Head, leads the work and keeps this policy up to date"."""
    last: str | None = None
    last_line = 0
    for sentence in spoken:
        people = names_with_places(sentence.text) if len(sentence.text) < _LONGEST else []
        found = _OWNS.search(sentence.text) if _DOCUMENT.search(sentence.text) else None
        if people and people[0][1] <= _SUBJECT_WITHIN and "\t" not in sentence.text:
            if found and people[0][2] <= found.start() and (len(people) == 1 or people[1][1] > found.start()):
                yield people[0][0]
            only = len(people) == 1 or None
            last, last_line = (people[0][0] if only else None), sentence.line
        elif found and last and sentence.line - last_line <= 6 and _continues(sentence.text, found):
            yield last
        elif not _continues(sentence.text, None):
            last = None


def _continues(text: str, found: re.Match[str] | None) -> bool:
    """ "She keeps this policy", or a bullet that begins with what she does."""
    if _SHE.match(text):
        return True
    if found:
        return found.start() <= 12
    return text[:1].islower() or (
        re.match(r"[A-Z][a-z]+\s", text) is not None and not text.rstrip().endswith(".")
    )


def approver_said(spoken: list[Sentence], pairs: list[Stated]) -> str | None:
    """Who decides the policy, as a sentence says or the words beside a review."""
    before = ""
    for sentence in spoken:
        who = _decided(sentence.text, before)
        if who:
            return who
        before = sentence.text
    return _reviewing_body(pairs)


def _decided(text: str, before: str) -> str | None:
    return next(filter(None, _deciders(text, before)), None) if len(text) <= _LONGEST else None


def _deciders(text: str, before: str) -> Iterator[str | None]:
    """Who a sentence says decides: before the deed, behind it, or as the one it is left to."""
    for decided in _DECIDE.finditer(text):
        if not _IT.search(decided.group()) or _POLICY.search(f"{before} {text[: decided.start()]}"):
            yield _THE.sub("", decided.group("who"))
    deed = _DECIDED_BY.search(text)
    if deed and _POLICY.search(text[: deed.start()]):
        yield body(text[deed.end() :])
    rests = _RESTS_WITH.search(text)
    if rests:
        yield body(text[rests.end() :])
    for pattern in (_DEED_THEN_BODY, _BODY_THEN_DEED):
        found = pattern.match(text)
        if found and (_SHORT_BODY.fullmatch(found.group("who")) or body(found.group("who"))):
            yield found.group("who")
    for pattern in (_IS_TO_DECIDE, _GOES_TO):
        due = pattern.search(text)
        if due and ((due["who"] and pattern is _IS_TO_DECIDE) or _POLICY.search(f"{before} {text}")):
            yield next(filter(None, due.groups()))


def _reviewing_body(pairs: list[Stated]) -> str | None:
    """ "Reviewed by: Premises Committee", where no one is said to have approved: so it decides."""
    for pair in pairs:
        who = body(pair.value) if pair.group == "review_by" and pair.strong else None
        if who and who.lower().endswith("committee"):
            return who
    return None
