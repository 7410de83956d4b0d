"""When a sentence wants something done: every rhythm and deadline it prints, in its own words and normalised.

    "reviewed annually"                             every 12 months
    "at least once every three years"               every 36 months
    "every half-term", "fortnightly", "daily"       each half-term, every 2 weeks, each school day
    "each September", "every Monday"                each September, weekly in term on Monday
    "within 28 days of the complaint"               on event complaint within 28 days
    "no later than 48 hrs after the visit"          on event visit within 48 hours
    "at least two weeks before the trip"            2 weeks before trip
    "on the same day", "by the end of the week"     on event X within the same day, ... within the same week
    "immediately", "as soon as possible"            urgent: no number, and so no cadence
    "regularly", "before the session"               printed, but no number: no cadence either
    "kept for 3 years"                              a standing rule: always

The register (`bot.rules.cadence`) writes most of these the same way. What it has no form for (half-terms, days of
the week in number, months after an event, a time before an event) stands here as the document says it; whoever
proposes a rule takes `nearest` and says so. Nothing here is ever filled in: no words, no timing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.reading.duties.months import cadence_of_months

Sort = Literal["rhythm", "deadline", "urgent", "vague", "standing"]

_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_NUMBERS = {word: number for number, word in enumerate(_ONES, 1)} | _TENS | {"a": 1, "an": 1, "half": 1}
_NTH = {
    word: number
    for number, words in enumerate(
        ("first 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th", "seventh 7th"), 1
    )
    for word in words.split()
} | {"tenth": 10, "10th": 10}
_WORD_NUMBER = f"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_ONES[:9])}))?|{'|'.join(sorted(_ONES, key=len, reverse=True))})"
_FIGURE = rf"(?:\d{{1,3}}|\[\d{{1,3}}\]|{_WORD_NUMBER})(?: ?\(\w+(?:-\w+)?\))?"
_COUNT = rf"(?:(?:{_FIGURE})(?: ?(?:-|–|to|or) ?(?:{_FIGURE}))?|an?(?= (?:hour|day|week|month|year|term|fortnight|working|school)))"
_UNIT = (
    r"(?:minutes?|mins?|hours?|hrs?|(?:clear |full |consecutive )?(?:working|school|business|calendar|term[- ]time)?"
    r"[ -]?days?|(?:school|working|term[- ]time)?[ -]?weeks?|fortnights?|(?:calendar )?months?|half[- ]terms?"
    r"|terms?|(?:school|academic|calendar )?[ ]?years?)\b['’]?"
)
_SPAN = rf"(?P<count>{_COUNT})[ -]?(?P<unit>{_UNIT})"
# Words that end the phrase which says from what a span is counted.
_END = (
    r"(?=[.,;:()\t]|$| (?:and|or|but|so|to|unless|if|when|where|which|who|that|otherwise|by|in|with|will|must|should|is|are|for)\b"
    r"|(?<! of)(?<!ing)(?<!from)(?<! to)(?<! by) (?:the|our|an?|each|any|all|staff|we|they|he|she|it|you)\b)"
)
_ANCHOR = rf"(?: ?(?:of|after|from|following|since|upon|on) (?P<anchor>[^.,;:()\t]{{2,60}}?){_END})?"
_AHEAD = r"(?:before|prior to|in advance of|ahead of)"
_DAYS = "monday tuesday wednesday thursday friday".split()
_MONTH_WORDS = "january|february|march|april|may|june|july|august|september|october|november|december"
_OFTEN = r"(?:(?:at least|a minimum of|minimum of|normally|usually|not less than|no less than) )?"
_PERIODS: tuple[tuple[str, str], ...] = (
    (r"(?:school |working |week)?days?|mornings?|afternoons?|evenings?|nights?|sessions?", "each school day"),
    (r"(?:school |working )?weeks?", "weekly in term"),
    (r"fortnights?", "every 2 weeks"),
    (r"(?:calendar )?months?", "every month"),
    (r"quarters?", "every 3 months"),
    (r"half[- ]years?", "every 6 months"),
    (r"lessons?(?! (?:plan|obs))", "each school day"),
    (r"half[- ]terms?", "each half-term"),
    (r"(?:school )?terms?(?! of)", "each term"),
    (
        r"(?:academic|school|calendar|financial)? ?years?(?! (?:group|\d|[RN]\b))|annum|twelve months|12 months",
        "every 12 months",
    ),
)
_TIMES = {
    "once": 1,
    "twice": 2,
    "two times": 2,
    "three times": 3,
    "four times": 4,
    "five times": 5,
    "six times": 6,
}
# Twice in each period: the period it makes where that has a name; else it is said as so many times.
_SHARED = {
    ("every 12 months", 2): "every 6 months",
    ("every 12 months", 3): "each term",
    ("every 12 months", 4): "every 3 months",
    ("every 12 months", 6): "each half-term",
    ("each term", 2): "each half-term",
    ("every month", 2): "every 2 weeks",
}
_ADVERBS: tuple[tuple[str, str], ...] = (
    (r"hourly", "every 1 hour"),
    (r"(?:half|twice)[- ]yearly|bi-?annual(?:ly)?|six[- ]monthly|6[- ]monthly", "every 6 months"),
    (r"biennial(?:ly)?", "every 24 months"),
    (r"half[- ]termly", "each half-term"),
    (r"fortnightly", "every 2 weeks"),
    (r"bi-?monthly", "every 2 months"),
    (r"daily(?! (?:living|life|lives))", "each school day"),
    (r"weekly", "weekly in term"),
    (r"monthly", "every month"),
    (r"quarterly", "every 3 months"),
    (r"termly", "each term"),
    (
        r"annual(?:ly)?(?! (?:leave|general|salary|income|holiday|turnover))|yearly|per annum",
        "every 12 months",
    ),
)
_EACH_MONTH = frozenset(f"each {month.capitalize()}" for month in _MONTH_WORDS.split("|"))
_CLOCK = r"(?:\d{1,2}(?:[.:]\d\d)? ?(?:am|pm|a\.m\.?|p\.m\.?|noon|o['’]clock)|\d{1,2}[.:]\d\d|noon|midday|midnight)(?![\w%])"
_MONTH_NAMES = "|".join(one.capitalize() for one in _MONTH_WORDS.split("|"))
_URGENT = (
    r"immediately|with immediate effect|promptly|(?:as )?(?:soon|quickly|early) as (?:(?:is |it is |reasonably |practically |safely )*(?:possible|practicable|practical|feasible)(?: to do so)?"
    r"|(?:they|he|she|it|we|you|anyone|everyone|everybody|all|a|the|this)\b[^.,;]{2,50})|at the earliest (?:opportunity|possible)|without (?:undue |any |unreasonable )?(?:delay|hesitation)"
    r"|immediate(?= (?:notification|action|referral|report|contact|attention)\b)|swiftly|at the first (?:available )?opportunity"
    r"|there and then|straight ?away|right away|at once|forthwith|urgently|as a matter of urgency|as an immediate priority|instantly|in a timely (?:manner|fashion|way)|timely"
)
_VAGUE = (
    r"regular(?= [a-z])(?! (?:and [\w-]+ )?(?:basis|intervals?|periods?|volunteer|visitor|attend|contact|dialogue|user|staff|member|customer|hirer|hours|school|class))|from time to time"
    rf"|(?:at|before|by|until|from|(?:no|not) later than|after) {_CLOCK}(?: (?:and|or|until|to|–) {_CLOCK})?(?! (?:each|every))"
    r"(?: on (?:the|their|that|each) (?:first |second |same |last |working |school )*(?:day|morning|evening)(?: of [\w' -]{2,30}?(?=[.,;:()]|$| (?:and|or)\b))?| (?:the|of the) (?:next|following|same|working|school|previous)(?: (?:working|school))? day(?: before)?)?"
    r"|(?:at|by|towards|before) the (?:start|beginning|end|close) of (?:the|their|a|an) (?:[\w'-]+ )?(?:session|visit|meeting|lesson|shift|event|trip|outing|hire|match|game|activity|placement|process|interview|investigation|probation\w*)"
    r"|(?:at|by|towards|before) the (?:start|beginning|end) of the (?:calendar )?year\b"
    r"|(?:in|during|within|over) (?:the|their|his or her) first (?:few |couple of |two |three |four |six )?(?:days?|weeks?|fortnight|months?|half[- ]terms?|terms?)\b(?: of (?:the |each |every )?(?:new )?(?:term|year|school year|autumn term))?"
    r"|on (?:the|their|his or her|his|her|its) (?:very )?(?:first|last|second|third|next|following) (?:(?:working|school) )?(?:mornings?|days?|shifts?|lessons?|visits?|afternoons?|evenings?|sessions?|occasions?)\b(?: (?:of|at|in|back)\b [\w' -]{2,40}?(?=[.,;:()]|$| (?:and|or|the|we|to)\b))?"
    r"|on the (?:day|morning|evening|afternoon)\b(?! (?:to|and)\b)(?:(?: (?:of|that|on which|when|before|after) [^.,;:()]{2,60}?| (?:the|an?|they|it|he|she) [^.,;:()]{2,50}?)(?=[.,;:()]|$| (?:and|or|but)\b))?"
    r"|(?<!of )(?<!in )that (?:evening|morning|afternoon|night|week)\b|(?<=\w )(?:beforehand|afterwards)\b|first thing\b|overnight\b|(?:morning|night) and (?:night|morning|evening)\b|at night\b|case by case\b"
    rf"|(?:at|to) (?:the|their|its|our) (?:(?:{_MONTH_NAMES}|autumn|spring|summer|first|second|last|final|annual)(?:,? (?:and )?)?)+(?: term)? meetings?\b"
    r"|(?:in|at the (?:end|start) of|during|by) weeks? \d{1,2}\b(?:(?:, | and |, and )\d{1,2}\b)*"
    rf"|(?:in|during|each|every|around|towards|from) (?:early |late |mid-?)?(?-i:{_MONTH_NAMES})\b(?:(?:,| and|, and| or) (?-i:{_MONTH_NAMES})\b)*(?! (?:19|20)\d\d)"
    r"|(?:in|during) the (?:autumn|spring|summer)(?: (?:and|or) (?:autumn|spring|summer))* terms?\b"
    r"|(?:on|upon) (?!going\b|training\b|according\b|being\b|meeting\b|building\b)[a-z]{3,}ing (?:(?:the|an?|their|any|such|his|her|this|it|them)\b[^.,;:()]{0,40}?)(?=[.,;:()]|$| (?:and|or|but|the|we|they|must|will|should)\b)"
    r"|(?:during|over|in) the (?:school |summer |easter |christmas |half[- ]term )*holidays?\b(?! (?:club|camp|scheme|provision|care))"
    r"|(?:by|before|on|no later than) (?:the )?(?:\d{1,2}(?:st|nd|rd|th)?|(?:start|end|beginning|middle) of)? ?(?:of )?(?:january|february|march|april|may|june|july|august|september|october|november|december)(?: (?:19|20)\d\d)?"
    r"|at (?:the|their|his or her) first (?:session|day|meeting|visit)(?: of (?:the|their) \w+)?|(?:at |on a |on an )?(?:regularly|regular (?:basis|intervals?|periods?)|periodic(?:ally)?|frequently|routinely|ongoing basis)(?! (?:attend|contact|dialogue|visitor|user))"
)
_AT_AN_EVENT = r"(?:on|upon|at|after|before)(?: (?:their|the|his|her|a child's|initial|any|first))? (?P<what>arrival|departure|enrolment|enrollment|admission|registration|entry|receipt|completion|use|return|request)\b(?! (?:of (?:a|an) |form|policy|fee))"
_JOINING = (
    r"(?:on|upon|at|when|before|prior to|after|as part of|during|through|in)(?: (?:their|the|his|her|any|staff|an|initial))? (?:\w+ )?(?:"
    r"induction(?: (?:period|process|training))?|joining(?: the [\w-]+)?|appointment|commenc(?:ing|ement)(?: of)?(?: employment| work)?|starting (?:work|employment|their (?:role|employment|job|post)|at the [\w-]+)"
    r"|(?:taking up|start of) (?:post|employment|their post))|\bwithin (?:the )?induction|in the first (?:few )?(?:days?|weeks?|months?) of (?:their )?(?:employment|work|joining)|new(?:ly[ -]appointed)? (?:members of staff|staff(?: members?)?|employees?|starters?|recruits?|volunteers?|governors?|trustees?)"
)
_OF_DAY = (
    r"(?:on |by |before |within |at |towards )?(?:the )?(?:(?P<same>(?:(?:very |that )?same|that very) (?:(?:working |school )?day|morning|afternoon|evening)|day (?:that |on which )?(?:it|they|this|he|she) \w+s?|end of the (?:same )?(?:school |working )?day|close of (?:business|play|the day)|day(?=['’]s end))"
    r"|(?P<next>(?:next|following) (?:working |school |available )?(?:day|morning))"
    r"|(?P<period>end of (?:the|that|this) (?:same |school |working |current |following )?(?P<of>week|half[- ]term|term|month|(?:school |academic )?year)))(?![a-z])"
)
_EVENT_WORDS = (
    "complaint|allegation|accident|incident|injury|concern|disclosure|breach|request|appeal|referral|absence|application"
    "|meeting|visit|outing|trip|visitor|admission|interview|hearing|decision|emergency|illness|outbreak|session|event"
    "|assessment|inspection|review|placement|resignation|exclusion|suspension|data|change|risk"
)
_ALSO_THINGS = frozenset(("data", "risk", "change", "session", "event"))
_STOP = frozenset(
    "the a an of to in and or for on at by is are be it its this that with as any all each every our their his her your "
    "being been was were has have had such other both made making receiving receipt received date day time becoming "
    "does do did having taking place occurs occurring occurrence happens arises if when where whenever once upon after on in case event "
    "there should a we they you he she which who whom will must can may from into than about initial first".split()
)


@dataclass(frozen=True, slots=True)
class Timing:
    """One time a sentence prints. `cadence` None: it has no number to keep ("immediately", "regularly")."""

    words: str
    sort: Sort
    cadence: str | None
    start: int
    end: int


_Reader = Callable[[re.Match[str], str], tuple[Sort, str | None] | None]


def timings(words: str, event: str = "") -> tuple[Timing, ...]:
    """Every timing of a sentence, in its order. `event`: what the sentence says has happened, as words."""
    found: list[Timing] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(words):
            start, end = match.span()
            if any(start < one.end and one.start < end for one in found):
                continue
            told = read(match, event or event_in(words))
            if told:
                found.append(Timing(" ".join(match.group().split()).strip(" ,"), *told, start, end))
    season = (
        None
        if any(one.sort == "rhythm" and one.cadence != "every 12 months" for one in found)
        else _season(words)
    )
    if season:
        found = [one for one in found if one.cadence != "every 12 months"]
        found = [one for one in found if not (season.start < one.end and one.start < season.end)]
        found.append(season)
    if any(one.cadence in _EACH_MONTH for one in found):
        found = [one for one in found if one.cadence != "every 12 months"]
    joining = [one for one in found if one.cadence == "on joining"]
    found = [one for one in found if one not in joining[:-1]]
    return tuple(sorted(_without_vague(found), key=lambda one: one.start))


_NO_TIME = re.compile(r"regular|frequent|periodic|routine|ongoing|time to time|on an? ", re.IGNORECASE)


def _without_vague(found: list[Timing]) -> Iterator[Timing]:
    """A number beside a vague word counts alone: "regularly, and at least once a term"."""
    sure = any(one.cadence is not None for one in found)
    return (one for one in found if not (sure and one.sort == "vague" and _NO_TIME.search(one.words)))


def nearest(cadence: str) -> str | None:
    """The register's closest form that is not later, for what it cannot write; None where it has none."""
    for pattern, form in _NEAREST:
        found = pattern.fullmatch(cadence)
        if found:
            return form(found)
    return None


def slug(words: str) -> str:
    """An event's name out of the words for it: "receipt of the written complaint" is "written-complaint"."""
    kept = [one for one in re.findall(r"[a-z0-9]+", words.lower().replace("'s", "")) if one not in _STOP]
    return "-".join(kept[:3])


def event_in(words: str) -> str:
    """The first word for something that happens: "complaint", "visit"; empty where there is none."""
    named = [one.group() for one in re.finditer(rf"\b(?:{_EVENT_WORDS})(?=s?\b)", words, re.IGNORECASE)]
    # "A data breach": the breach happens, and the data are what it is about.
    return next((one for one in named if one.lower() not in _ALSO_THINGS), named[0] if named else "")


def _on_event(anchor: str, event: str, within: str) -> str:
    name = slug(anchor) or slug(event) or "event"
    if re.search(
        r"\b(?:joining|appointment|induction|commenc\w+|starting|start-date|employment)\b",
        anchor or event,
        re.IGNORECASE,
    ):
        return f"on joining within {within}"
    return f"on event {name} within {within}"


def _number(words: str) -> int:
    """The last number of "five", "5 (five)", "5 to 10" or "twenty-eight": the latest the words allow."""
    said = re.sub(r"\([^)]*\)", "", words.lower()).strip()
    last = re.split(r" ?(?:–| to | or |(?<=\d)-) ?", said)[-1].strip(" []")
    if last.isdigit():
        return int(last)
    return sum(_NUMBERS.get(one, 0) for one in re.split(r"[ -]", last)) or 1


def _span(match: re.Match[str]) -> str:
    """The span in the register's words where it has them; minutes, terms and months as they are."""
    number, unit = _number(match["count"]), match["unit"].lower().strip("'’ -").replace("-", " ")
    unit = (
        re.sub(r"^(?:clear|full|consecutive|calendar) ?", "", unit)
        .replace("term time", "school")
        .replace("business", "working")
    )
    one = unit.split()[-1].removesuffix("s")
    kind = next((word for word in ("working", "school") if unit.startswith(word)), "")
    one = {"hr": "hour", "min": "minute"}.get(one, one)
    if one == "week" and kind:
        return _several(5 * number, f"{kind} day")
    if one in ("week", "fortnight"):
        return _several((7 if one == "week" else 14) * number, "day")
    if unit.startswith("half"):
        return _several(number, "half-term")
    if one == "day" and kind:
        return _several(number, f"{kind} day")
    return _several(number, one)


def _several(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _deadline(match: re.Match[str], event: str) -> tuple[Sort, str | None] | None:
    anchor = match["anchor"] or ""
    return "deadline", _on_event(anchor, event, _span(match))


def _advance(match: re.Match[str], event: str) -> tuple[Sort, str | None] | None:
    name = slug(match["anchor"] or "") or slug(event) or "event"
    return "deadline", f"{_span(match)} before {name}"


def _notice(match: re.Match[str], event: str) -> tuple[Sort, str | None] | None:
    return "deadline", f"{_span(match)} before {slug(event) or 'event'}"


def _kept(_: re.Match[str], __: str) -> tuple[Sort, str | None] | None:
    return "standing", "always"


def _every_n(match: re.Match[str], _: str) -> tuple[Sort, str | None] | None:
    number, unit = _number(match["count"]), match["unit"].lower()
    if "other" in match.group().lower() or "second" in match.group().lower():
        number = 2
    for one, single, several in (
        ("year", "every 12 months", f"every {12 * number} months"),
        ("month", "every month", f"every {number} months"),
        ("half", "each half-term", "each term"),
        ("term", "each term", f"every {4 * number} months"),
        ("week", "weekly in term", f"every {number} weeks"),
    ):
        if one in unit and "day" not in unit:
            return "rhythm", single if number == 1 else several
    return "rhythm", f"every {_span(match)}"


def _every_other(match: re.Match[str], _: str) -> tuple[Sort, str | None] | None:
    unit = match["period"].lower()
    return "rhythm", {
        "year": "every 24 months",
        "month": "every 2 months",
        "week": "every 2 weeks",
        "term": "every 8 months",
    }.get(unit, "every 24 months")


def _period(match: re.Match[str], _: str) -> tuple[Sort, str | None] | None:
    said = match["period"].lower()
    base = next(cadence for pattern, cadence in _PERIODS if re.fullmatch(pattern, said.strip()))
    times = _times(match["times"])
    if times > 1:
        word = re.sub(r"s$", "", said.split()[-1])
        return "rhythm", _SHARED.get((base, times), f"{times} times each {word}")
    if (
        base == "every 12 months"
        and "financial" not in said
        and re.search(r"(?:start|beginning) of", match.group(), re.IGNORECASE)
    ):
        return "rhythm", "each September"
    return "rhythm", base


def _times(said: str | None) -> int:
    words = (said or "once").lower()
    if words in _TIMES:
        return _TIMES[words]
    digits = re.match(r"\d+", words)
    return int(digits.group()) if digits else 1


def _adverb(match: re.Match[str], _: str) -> tuple[Sort, str | None] | None:
    said = match["often"].lower()
    base = next(cadence for pattern, cadence in _ADVERBS if re.fullmatch(pattern, said))
    times = _times(match["times"])
    if times > 1 and base == "each school day":
        return "rhythm", f"{times} times each day"
    return "rhythm", _SHARED.get((base, times), base) if times > 1 else base


def _weekday(match: re.Match[str], _: str) -> tuple[Sort, str | None] | None:
    return "rhythm", f"weekly in term on {match['day'].capitalize()}"


def _each_month(match: re.Match[str], _: str) -> tuple[Sort, str | None] | None:
    return "rhythm", f"each {match['month'].capitalize()}"


def _each_event(match: re.Match[str], _: str) -> tuple[Sort, str | None] | None:
    name = slug(match["what"])
    return ("deadline", f"on event {name}") if name else None


def _each_time(match: re.Match[str], _: str) -> tuple[Sort, str | None] | None:
    name = slug(match["happens"])
    return ("deadline", f"on event {name}") if name else None


def _season_or_half_hour(match: re.Match[str], _: str) -> tuple[Sort, str | None] | None:
    return "rhythm", "every 30 minutes" if "hour" in match.group().lower() else "every 12 months"


def _meeting(match: re.Match[str], _: str) -> tuple[Sort, str | None] | None:
    body = slug(match["body"] or "")
    return "rhythm", f"before each meeting of {body}" if body else "on event meeting"


def _day(match: re.Match[str], event: str) -> tuple[Sort, str | None] | None:
    name = slug(event) or "event"
    if match["same"]:
        return "deadline", f"on event {name} within the same day"
    if match["next"]:
        unit = (
            "school day"
            if "school" in match["next"]
            else "working day"
            if "working" in match["next"]
            else "day"
        )
        return "deadline", f"on event {name} within 1 {unit}"
    return "deadline", f"on event {name} within the same {match['of'].split()[-1].lower()}"


def _nth_day(match: re.Match[str], event: str) -> tuple[Sort, str | None] | None:
    unit = match["unit"].lower()
    return "deadline", _on_event(match["anchor"], event, _several(_NTH[match["nth"].lower()], unit))


def _joining(_: re.Match[str], __: str) -> tuple[Sort, str | None] | None:
    return "deadline", "on joining"


def _urgent(_: re.Match[str], __: str) -> tuple[Sort, str | None] | None:
    return "urgent", None


def _vague(_: re.Match[str], __: str) -> tuple[Sort, str | None] | None:
    return "vague", None


def _season(words: str) -> Timing | None:
    """A month or a term of every year: "annually, in May", "every autumn term"."""
    found = cadence_of_months(words)
    return Timing(found.words, "rhythm", found.cadence, found.start, found.end) if found else None


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


_ANY_PERIOD = "|".join(pattern for pattern, _ in _PERIODS)
_ANY_ADVERB = "|".join(pattern for pattern, _ in _ADVERBS)
_ANY_TIMES = rf"(?P<times>once|twice|(?:{'|'.join(_ONES[:9])}|\d) times)"
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_pattern(rf"\b(?:at least |a minimum of |no later than |not less than |no (?:less|fewer) than |minimum )?{_SPAN} ?{_AHEAD} (?P<anchor>[^.,;:()\t]{{2,60}}?){_END}"), _advance),
    (_pattern(rf"\b(?:at least |a minimum of |minimum |no (?:later|less|fewer) than |not (?:later|less|fewer) than )?{_SPAN} (?:(?:\w+ )?notice|in advance|beforehand|ahead|earlier)\b(?! of)"), _notice),
    (_pattern(rf"\b(?:kept|retained|stored|held|preserved|maintained|remain\w*|archived|keep|retain|store|preserve)\b[^.;]{{0,60}}?(?P<kept>\bfor (?:a |the )?(?:(?:further|minimum|period|maximum|at least|up to|of|least|duration) )*{_SPAN}(?: ?(?:after|from|following) [^.,;:()\t]{{2,40}}?{_END})?)"), _kept),
    (_pattern(rf"\b(?:every (?:other|second|alternate)|(?:on|in) alternate) (?P<period>year|month|week|term|{_MONTH_WORDS})s?\b"), _every_other),
    (_pattern(rf"\b{_OFTEN}(?:(?:once )?every|(?:at )?intervals (?:of |not exceeding )(?:no more than |not more than |up to )?) ?(?!day|week|month|year|term|half)(?P<count>(?:{_FIGURE} ?(?:-|–|to|or) ?)?{_FIGURE})[ -]?(?P<unit>{_UNIT})"), _every_n),
    (_pattern(rf"\b(?:at |on a )?(?P<count>{_FIGURE})[ -]?(?P<unit>yearly|monthly|weekly|termly|year(?= (?:cycle|basis|programme|rota))|month(?= (?:cycle|basis))|week(?= (?:cycle|basis|rota)))(?: intervals?| basis| cycle| programme| rota)?\b"), _every_n),
    (_pattern(rf"\b(?:on )?(?:each|every) (?P<day>{'|'.join(_DAYS)})\b"), _weekday),
    (_pattern(rf"\b(?:in |by |during |at the (?:start|end) of |before the end of )?(?:each|every) (?P<month>{_MONTH_WORDS})\b(?! (?:be|not|also|only))"), _each_month),
    (_pattern(rf"\b{_OFTEN}(?:{_ANY_TIMES} )?(?:(?:at|by|before) \d{{1,2}}(?:[.:]\d\d)? ?(?:am|pm)? )?(?:(?:by|on|before) the (?:\d{{1,2}}(?:st|nd|rd|th)|first|second|third|last)(?: \w+)? (?:of|in) )?(?:(?:at|by|on|before|prior to|in|during) )?(?:the )?(?:(?:start|beginning|end|close) of )?(?:each|every|per|(?:(?<=once )|(?<=twice )|(?<=times ))an?)(?: new| and every| single)? (?P<period>{_ANY_PERIOD})\b"), _period),
    (_pattern(r"\b(?:at |by |before )the (?:start|beginning) of (?:the|a|each new)(?: new)? (?P<period>(?:academic|school) years?|terms?)\b(?P<times>)"), _period),
    (_pattern(r"\b(?:by|on|before) the \d{1,2}(?:st|nd|rd|th) (?:day )?of (?:the|each|every) (?P<period>month)(?P<times>)\b"), _period),
    (_pattern(rf"\b(?:at|to) (?:the|its|their|our) (?:next|following|first)(?: \w+)? meeting(?: of (?:the |our )?(?P<body>[\w -]{{3,40}}?){_END})?\b"), _meeting),
    (_pattern(rf"\b(?:at|before|after|for|to) (?:each|every|all)(?: \w+){{0,3}}? meetings?(?: of (?:the |our )?(?P<body>[\w -]{{3,40}}?){_END})?\b"), _meeting),
    (_pattern(rf"\b(?:within|no later than|not later than|no more than|not more than|inside|in no more than|(?<=respond )in|(?<=replied to )in|after|(?<!for )at least|up to)(?: a (?:maximum|period) of| the (?:first|following|next)| a further| at most| approximately| around)? {_SPAN}{_ANCHOR}"), _deadline),
    (_pattern(rf"(?<!first )(?<!last )(?<!next )\b(?P<count>{_FIGURE})[ -]?(?P<unit>{_UNIT}) (?:of|after|from|following) (?P<anchor>[^.,;:()\t]{{2,60}}?){_END}"), _deadline),
    (_pattern(r"\b(?:within|inside) (?:the|that) (?:same )?(?P<unit>hour|day|week|fortnight|month|half[- ]term|term|year)\b(?P<count>)(?P<anchor>)"), _deadline),
    (_pattern(rf"\b(?:by|on|before) the (?P<nth>{'|'.join(_NTH)}) (?P<unit>(?:school |working )?day) of (?P<anchor>[^.,;:()\t]{{2,60}}?){_END}"), _nth_day),
    (_pattern(rf"\b{_OF_DAY}"), _day),
    (_pattern(rf"\b{_OFTEN}(?:{_ANY_TIMES} )?(?P<often>{_ANY_ADVERB})\b"), _adverb),
    (_pattern(rf"\b(?:{_JOINING})\b"), _joining),
    (_pattern(rf"\b(?:before and after|after|following|at the end of|at the start of|before|prior to|on|at|during) (?:each|every) (?P<what>[a-z][\w' -]{{2,40}}?){_END}"), _each_event),
    (_pattern(r"\b(?:(?:each|every) time (?:that )?|whenever )(?P<happens>[^.,;:()\t]{3,60}?)(?=[.,;:()\t]|$| (?:and|or|it|they|he|she|we|the|each|staff)\b)"), _each_time),
    (_pattern(r"\b(?:each|every) (?:(?:autumn|spring|summer|winter)(?! term)|half[- ]hour)\b(?P<season>)"), _season_or_half_hour),
    (_pattern(rf"\b(?:at|after) (?P<first>{_FIGURE}[ -]?(?P<unit>{_UNIT}))(?: and(?: again)?(?: (?:at|after))? (?P<more>{_FIGURE}[ -]?{_UNIT}))\b"), _vague),
    (_pattern(rf"\b{_AT_AN_EVENT}"), _each_event),
    (_pattern(rf"\b(?:{_URGENT})\b"), _urgent),
    (_pattern(rf"\b(?:{_VAGUE})\b"), _vague),
    (_pattern(rf"(?<!lay )(?<!laid )(?<!put )(?<!brought )(?<!bring )(?<!come )(?<!comes )(?<!go )(?<!goes )\b(?:before|prior to|in advance of) (?!or\b|and\b|the (?:start|end) of (?:each|every))(?:(?:they|he|she|it|we|you) [^.,;:()\t]{{3,60}}|(?:(?!(?:otherwise|and|or|but|so)\b)[\w'’-]+ ){{1,5}}?(?:is|are|has|have)(?: been)? [a-z]+|(?:[^.,;:()\t]{{3,60}}?){_END})"), _vague),
)  # fmt: skip
_SPAN_FORM = r"(?P<n>\d+) (?P<unit>minute|month|year|term|half-term)s?"
_AS_DAYS = {"month": 28, "year": 365, "term": 84, "half-term": 42}


def _as_days(found: re.Match[str]) -> str:
    if found["unit"] == "minute":
        return f"{found['before']} within 1 hour"
    return f"{found['before']} within {int(found['n']) * _AS_DAYS[found['unit']]} days"


_NEAREST: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"each school day|\d+ times each .*|every \d+ (?:\w+ )?days?"), lambda _: "weekly in term"),
    (re.compile(r"every 2 weeks"), lambda _: "weekly in term"),
    (re.compile(r"every [3-7] weeks|each half-term"), lambda _: "every month"),
    (re.compile(r"every (?P<n>\d+) weeks"), lambda found: f"every {max(1, int(found['n']) // 5)} months"),
    (re.compile(rf"(?P<before>on .+) within {_SPAN_FORM}"), _as_days),
    (re.compile(r"(?P<before>on .+) within the same day"), lambda found: f"{found['before']} within 1 school day"),
    (re.compile(r"(?P<before>on .+) within the same week"), lambda found: f"{found['before']} within 5 school days"),
    (re.compile(r"(?P<before>on .+) within the same (?:month|half-term)"), lambda found: f"{found['before']} within 20 school days"),
    (re.compile(r"(?P<before>on .+) within the same (?:term|year)"), lambda found: f"{found['before']} within 60 school days"),
)  # fmt: skip
