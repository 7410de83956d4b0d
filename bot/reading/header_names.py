"""The document's title and the setting it belongs to."""

from __future__ import annotations

import re
from collections import Counter

from bot.reading.labels import Label
from bot.reading.lines import BLANK, Line
from bot.reading.stated import Stated

_KIND = re.compile(
    r"\b(?:polic(?:y|ies)|procedures?|statement|plan|guidance|guidelines|code|agreement|protocol|strategy|scheme|charter"
    r"|framework|handbook|principles|arrangements|notice|manual|report)\b",
    re.IGNORECASE,
)
_PLACE = (
    r"(?:School|Academy|Academies|Pre-?[Ss]chool|Preschool|Playgroup|Play ?[Gg]roup|Nursery|Nurseries|College|Trust|Federation"
    r"|Kindergarten|Montessori|Centre|Infants|Juniors|Childcare|Daycare|Day Nursery|Partnership|Primary|Childminding)"
)
_PROPER = r"(?:[A-Z][\w’'.&-]*|of|the|and|&|in|with|on|le|upon|St\.?)"
_SETTING = re.compile(
    rf"(?:[A-Z][\w’'.-]*,?)(?:[ ]{_PROPER},?){{0,8}}?[ ](?:{_PLACE})\b(?:[ ]{_PLACE}\b)*(?:[ ]\([A-Z][\w ]+\))?"
)
_SHOUTED = re.compile(r"^[^a-z]*[A-Z][^a-z]*$")
_NOT_THE_SETTING = re.compile(
    r"\b(?:the education people|learning alliance|county council|department|local|secondary|other|safeguarding|every|each|all"
    r"|this|our|your|their|any|key|NSPCC|Ofsted|children'?s? (?:act|services|centre)|academy trust handbook|model|if|for|when|as|at|in|a|an"
    r"|governing|governors?|community school|voluntary|maintained|independent schools?|national|british|family|multi-academy|new|academies act|"
    r"national health|NHS|foundation trust|internet safety centre|special|state|head|staff|early|extended|whole|primary schools?|healthy|primary care)\b",
    re.IGNORECASE,
)
_SMALL = frozenset("a an and at by for from in of on or the to with".split())
_SHORT_FORMS = frozenset(
    "ICT CE C.E. RC SEND SEN EYFS PSHE RSE GDPR KS1 KS2 AI ADHD CCTV LAC PE RE DSL NHS DBS CPD COSHH H&S ELSA SMSC EAL FGM UK"
    " CP CPS VA VC AUP IT CofE BYOD FOI SRE RSHE LGBT PTA HR TLR ECT NQT LSA MAT".split()
)
_NUMBER = re.compile(
    r"^(?:\d+(?:\.\d+)*[.)]?|[A-Z]\d{1,3}[.:)]?|section \d+:?|appendix \w+:?)\s+(?=\D)", re.IGNORECASE
)
_TRAIL = re.compile(
    r"[\s:.,–-]*(?:\(?\b(?:(?:january|february|march|april|may|june|july|august|september|sept|october|november|december"
    r"|autumn|spring|summer)\s+(?:term\s+)?)?(?:19|20)\d\d(?:\s?[/–-]\s?(?:20)?\d\d)?\)?|\bv(?:ersion)?\.?\s?\d[\d.]*|␣.*|\t.*)[\s.]*$",
    re.IGNORECASE,
)
_FRONT = 45
_LONGEST = 110
_CONTINUES = re.compile(
    r"(?:\b(?:and|of|the|for|to|with|in|on|&|regard|use|from|by|or)|[,&–:-])$", re.IGNORECASE
)
_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|will|has|have|should|must|we|shall|been|our|aims|applies|sets out|includes?|relates|refers)\b",
    re.IGNORECASE,
)


def capitals_as_written(words: str) -> str:
    """SHOUTED words in title case, so that they read like the rest; short forms stay as they are."""
    if not _SHOUTED.match(words):
        return words
    return " ".join(_title_word(word, first=not place) for place, word in enumerate(words.split()))


def _title_word(word: str, *, first: bool) -> str:
    bare = word.strip("().,:’'")
    if bare in _SHORT_FORMS:
        return word
    if bare.lower() in _SMALL and not first:
        return word.lower()
    return re.sub(r"[A-Z][A-Z’']*", lambda part: part.group().capitalize(), word)


def find_setting(lines: list[Line], pairs: list[Stated]) -> str | None:
    for pair in pairs:
        if pair.group == "setting" and pair.strong and 3 < len(pair.value) < 90 and BLANK not in pair.value:
            found = _SETTING.search(capitals_as_written(pair.value))
            if found:
                return found.group()
    scores: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for line in lines:
        for name in _settings_on(line):
            key = _setting_key(name)
            scores[key] += 12 if line.number <= 30 else 1
            spelling.setdefault(key, name)
    strong = [(score, key) for key, score in scores.items() if score >= 2]
    return spelling[max(strong, key=lambda item: item[0])[1]] if strong else None


def _setting_key(name: str) -> str:
    return re.sub(r"[^a-z]+", " ", name.lower().replace("church of england", "ce")).strip()


def _settings_on(line: Line) -> list[str]:
    found = []
    for cell in line.cells:
        text = capitals_as_written(cell) if len(cell) < _LONGEST else cell
        for match in _SETTING.finditer(text):
            name = re.sub(r"^(?:The|At|In|For|Of|And|All|Welcome to|By)\s+", "", match.group())
            if len(name.split()) >= 2 and not _NOT_THE_SETTING.search(_head_words(name)):
                found.append(name)
    return found


def _head_words(name: str) -> str:
    return name


def find_title(
    lines: list[Line], pairs: list[Stated], labels: dict[int, list[Label]], setting: str | None
) -> str | None:
    for pair in pairs:
        if pair.group == "title" and pair.strong and 3 < len(pair.value) < _LONGEST:
            return neat_title(pair.value, setting)
    front = [line for line in lines[:_FRONT] if line.cells]
    for place, line in enumerate(front):
        if _could_be_title(line, labels, setting) and _KIND.search(line.text):
            return neat_title(_joined(front, place, labels, setting), setting)
    for place, line in enumerate(front[:6]):
        if _could_be_title(line, labels, setting) and not _is_setting(line.text, setting):
            return neat_title(_joined(front, place, labels, setting), setting)
    return None


def _could_be_title(line: Line, labels: dict[int, list[Label]], setting: str | None) -> bool:
    text = line.text
    if not 4 <= len(text) <= _LONGEST or "\t" in text or BLANK in text or line.number in labels:
        return False
    if text.endswith((".", ";", ",")) and len(text.split()) > 9:
        return False
    if _SENTENCE.search(text) or re.search(
        r"https?:|www\.|@|\bin line with\b|“|based on", text, re.IGNORECASE
    ):
        return False
    return not _is_setting(text, setting) and any(map(str.isalpha, text))


def _is_setting(text: str, setting: str | None) -> bool:
    return setting is not None and _setting_key(text) == _setting_key(setting)


def _joined(front: list[Line], place: int, labels: dict[int, list[Label]], setting: str | None) -> str:
    """A title set over two or three lines, put together."""
    parts = [front[place].text]
    before = place - 1
    while before >= 0 and place - before <= 2 and _belongs(front[before], front[before + 1], labels, setting):
        parts.insert(0, front[before].text)
        before -= 1
    after = place + 1
    while (
        after < len(front)
        and after - place <= 2
        and _runs_on(front[after - 1], front[after], labels, setting)
    ):
        parts.append(front[after].text)
        after += 1
    return " ".join(parts)


def _belongs(upper: Line, lower: Line, labels: dict[int, list[Label]], setting: str | None) -> bool:
    if lower.number - upper.number > 2 or not _could_be_title(upper, labels, setting):
        return False
    return (
        bool(_CONTINUES.search(upper.text))
        or bool(re.match(r"(?:policy|statement|procedure|plan)\b", lower.text, re.IGNORECASE))
        or lower.text[:1].islower()
    )


def _runs_on(upper: Line, lower: Line, labels: dict[int, list[Label]], setting: str | None) -> bool:
    if lower.number - upper.number > 2 or not _could_be_title(lower, labels, setting):
        return False
    open_end = bool(_CONTINUES.search(upper.text)) or lower.text[:1] in "(&" or lower.text[:1].islower()
    return open_end or bool(
        re.match(r"(?:to|and|of|for|policy|procedures?)\b", lower.text, re.IGNORECASE)
        and len(lower.text) < 50
    )


def neat_title(words: str, setting: str | None) -> str | None:
    text = words.strip(" *#_\"'“”")
    text = _NUMBER.sub("", text)
    if setting:
        text = re.sub(rf"^{re.escape(setting)}(?:['’]s)?[\s:,–-]*", "", text, flags=re.IGNORECASE) or text
        text = re.sub(rf"[\s,:–-]+{re.escape(setting)}$", "", text, flags=re.IGNORECASE) or text
    text = _TRAIL.sub("", text).strip(" .:–-")
    return capitals_as_written(text) or None
