"""What the pages of a governor's visit and a technician's say: questions, the record, the draft report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.cases.model import FEWEST, CaseYear
from bot.core.dates import full_date
from bot.core.text import capitalise, count, join_words
from bot.reviews.pages import headline
from bot.reviews.visit import Agreements, GovernorVisit, VisitPromise
from bot.rules.duties import State
from bot.rules.obligations import Kind, is_about_filtering
from bot.rules.people import School

LEARNT, SIGNED, FILTERING, OTHERS, CASES, POLICIES = (
    "Reading and training",
    "Agreements and official accounts",
    "Filtering and monitoring",
    "Other checks and reports",
    "Reports and concerns this school year",
    "Policies",
)
# In the order in which a visit goes best.
ASKS = {
    LEARNT: (
        "Ask two of the staff: a colleague takes a picture of the class on their own phone. What do you do?",
        "Ask somebody new, and somebody on supply: who told you the rules, and when?",
    ),
    SIGNED: (
        "Who can get into each account? Who takes over when they leave?",
        "Ask to see the last post, and who read it before it went out.",
    ),
    FILTERING: (
        "Ask to see the last test: on which devices, what got through, what was put right.",
        "Who decides what is blocked, and who looks at what monitoring finds?",
        "Ask one of the staff: something bad got through. Whom do you tell?",
    ),
    OTHERS: (
        "Walk round: do signs tell visitors about phones? Where do phones and cameras go?",
        "Ask to see one of these checks as it was written down.",
    ),
    CASES: (
        "What did we learn this year, and what is different now?",
        "How would a child, or a family, know how to tell us something?",
    ),
    POLICIES: ("Which policy do people find hardest to follow?",),
}
NONE_ASKED = "No rule asks for this. Ask whether the school does it in another way."
YEARLY = "The national standard asks for a review of filtering and monitoring at least once a year."
HAPPENS = "{number} for when something happens. Ask how people would know that it is asked of them."
TICKED = (Kind.CHECK, Kind.REPORT, Kind.DECIDE)
NOTHING_ASKED = "No rule asks for this."
NUMBERS = "Numbers only, and none under five."
NO_POLICY = "No policies added yet."
CLOSED = "We cannot count the reports on this machine now. Ask the {head} for the numbers."
NOT_DONE = "we hold no record that it was done"
ROLES = {
    "headteacher": "the {head}",
    "deputy-head": "the deputy head",
    "dsl": "the safeguarding lead",
    "deputy-dsl": "the deputy safeguarding lead",
    "safeguarding-governor": "the safeguarding governor",
    "online-safety-governor": "the online safety governor",
    "lead-governor": "the lead governor",
    "committee-lead": "the lead of the committee",
    "it": "the person who looks after computers",
    "online-safety-lead": "the online safety lead",
    "computing-lead": "the computing lead",
    "business-manager": "the business manager",
    "office": "the office",
    "chair": "the chair",
}
OPEN_IN_WORDS = (
    ("{} past the date", (State.OVERDUE,)),
    ("we hold no record for {}", (State.NO_RECORD,)),
    ("{} still in time", (State.DUE, State.DUE_SOON)),
    ("{} waiting for an answer or excused", (State.PAUSED, State.EXCUSED)),
)
OTHER_PEOPLE = "other people here"
STANDARD = (
    "https://www.gov.uk/guidance/meeting-digital-and-technology-standards-in-schools-and-colleges"
    "/filtering-and-monitoring-standards-for-schools-and-colleges"
)
# Pages made for testing, and the rules behind it. A reader opens them; Handbell never does.
TEST_LINKS = (
    (
        "https://testfiltering.com/",
        "testfiltering.com",
        "Made for schools. It says whether four sorts of bad pages are blocked, and shows none of them.",
    ),
    (STANDARD, "The national standard", "What the school has to have in place, and who does what."),
)
NOTE = (
    "Tested on which devices: ",
    "Signed in as (pupil, staff, guest): ",
    "Blocked, as it should be: ",
    "Not blocked: ",
    "Blocked, and should not be: ",
    "Put right, by whom, by when: ",
)


@dataclass(frozen=True, slots=True)
class VisitTopicText:
    """What the record says of one thing, and what is promised about it ("": nothing that we know of).

    `title` is that thing's, where it is a promise.
    """

    says: str
    promised: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to look at: what to ask, beside what the record says today; `gist` is that in a line."""

    title: str
    gist: str
    asks: tuple[str, ...]
    record: tuple[VisitTopicText, ...]

    @property
    def promises(self) -> tuple[VisitTopicText, ...]:
        return tuple(one for one in self.record if one.promised)


def topics(seen: GovernorVisit, year: CaseYear | None, school: School) -> tuple[Topic, ...]:
    """List what to look at on a visit; `year` None: the cases cannot be counted now."""
    filtering = [one for one in _of(seen, *TICKED) if _is_about_the_net(one)]
    ticked = [one for one in _of(seen, *TICKED) if one not in filtering]
    happens = [one for one in seen.rules if one.when_it_happens]
    rules = {
        LEARNT: _of(seen, Kind.ACKNOWLEDGE, Kind.TRAIN),
        SIGNED: _of(seen, Kind.SIGN),
        FILTERING: filtering,
        OTHERS: ticked,
    }
    record = {title: [_stands(one) for one in rules[title]] for title in (LEARNT, SIGNED)}
    record |= {title: [_last(one, school) for one in rules[title]] for title in (FILTERING, OTHERS)}
    for title, some in record.items():
        record[title] = some or [VisitTopicText(NONE_ASKED)]
    record[SIGNED].append(VisitTopicText(_accounts(seen.accounts)))
    record[FILTERING].append(VisitTopicText(YEARLY))
    record[OTHERS] += (
        [VisitTopicText(HAPPENS.format(number=count(len(happens), "more promise")))] if happens else []
    )
    record[CASES] = [VisitTopicText(one) for one in _cases(year, school)]
    reviews = seen.overview.reviews
    known = f"{headline(reviews)}." if reviews.every or reviews.undated else NO_POLICY
    record[POLICIES] = [VisitTopicText(known)]
    gists = {title: gist(some) for title, some in rules.items()} | {CASES: NUMBERS, POLICIES: known}
    return tuple(Topic(title, gists[title], asks, tuple(record[title])) for title, asks in ASKS.items())


def gist(rules: list[VisitPromise]) -> str:
    """Return one line: how many promises there are, and for how many something is late or unknown."""
    if not rules:
        return NOTHING_ASKED
    late = sum(bool(one.counts.get(State.OVERDUE)) for one in rules)
    unknown = sum(bool(one.counts.get(State.NO_RECORD)) for one in rules)
    said = [f"{late} past the date"] if late else []
    said += [f"{unknown} without a full record"] if unknown else []
    return f"{count(len(rules), 'promise')}: {join_words(said) or 'nothing late, nothing unknown'}."


def _of(seen: GovernorVisit, *kinds: Kind) -> list[VisitPromise]:
    """Return promises that do not depend on an event; the state of others would reveal it."""
    return [one for one in seen.rules if one.obligation.kind in kinds and not one.when_it_happens]


def _is_about_the_net(one: VisitPromise) -> bool:
    return is_about_filtering(one.obligation) or "monitor" in one.obligation.key


def role_in_words(role: str, school: School) -> str:
    """Return a role's name for use in a sentence; "" if it is not public."""
    return ROLES[role].format(head=school.words.head) if role else ""


def asked_of(roles: Iterable[str], school: School) -> str:
    """Return who is asked, by their roles."""
    return join_words([role_in_words(role, school) or OTHER_PEOPLE for role in roles])


def last_done(on: date, role: str, school: School) -> str:
    """Return when something was recorded last, and by which role."""
    by = role_in_words(role, school)
    return f"last recorded on {full_date(on)}" + (f", by {by}" if by else "")


def _stands(one: VisitPromise) -> VisitTopicText:
    """Return the state of a promise: done, late, unknown."""
    if not one.total:
        return _topic_text(one, "nobody is asked for it today")
    said = [f"{one.counts.get(State.DONE, 0)} of {one.total} done"]
    for words, states in OPEN_IN_WORDS:
        number = sum(one.counts.get(state, 0) for state in states)
        said += [words.format(number)] if number else []
    return _topic_text(one, ", ".join(said))


def _last(one: VisitPromise, school: School) -> VisitTopicText:
    """Return when a check was done last, and whether it is late."""
    if one.done_on is None and not one.total:
        return _stands(one)
    if one.done_on is None:
        return _topic_text(one, f"{NOT_DONE}; it may have been, and not noted")
    late = "; it is due again, and past its date" if one.counts.get(State.OVERDUE) else ""
    return _topic_text(one, last_done(one.done_on, one.done_by, school) + late)


def _topic_text(one: VisitPromise, says: str) -> VisitTopicText:
    """Join a title and what is said of it; a title that asks something keeps its own mark."""
    mark = "" if one.title.endswith("?") else ":"
    often = join_words([cadence.in_words for cadence in one.obligation.cadence])
    cited = f", {one.cites}" if one.cites.startswith("as ") else f": {one.cites}"
    title = capitalise(one.title)
    return VisitTopicText(f"{title}{mark} {says}.", f"Promised {often}{cited}.", title)


def _accounts(found: Agreements) -> str:
    if not found.accounts:
        return "No official accounts are named."
    return (
        f"{count(found.accounts, 'official account')}: we hold an agreement in force for "
        f"{found.in_force} of {count(found.holders, 'holder')}."
    )


def _cases(year: CaseYear | None, school: School) -> Iterator[str]:
    """Yield the numbers of cases that are not small; of all others together, that they are small."""
    if year is None:
        yield CLOSED.format(head=school.words.head)
        return
    for sort, some in (("kind", year.kinds), ("ending", year.outcomes)):
        told = [f"{capitalise(title)}: {number}." for title, number in some if number[0].isdigit()]
        yield from told
        if len(told) < len(some):
            which = f"{'every other' if told else 'each'} {sort}"
            yield f"Fewer than {FEWEST} of {which}. We never show a smaller number, not even zero."


def report(seen: GovernorVisit, year: CaseYear | None, school: School, on: date) -> str:
    """Write the draft of a visitor's report: plain text, the same numbers, room for what was seen."""
    lines = [
        f"{school.name}: report of a visit about safeguarding and online safety",
        "",
        "Day of the visit: ",
        "Who visited, and in which role: ",
        "Seen with: ",
        "",
        f"Figures as Handbell held them on {full_date(on)}. No child and no member of staff is named.",
        "What it holds no record of may have been done, and not noted.",
    ]
    for number, topic in enumerate(topics(seen, year, school), start=1):
        lines += ["", f"{number}. {topic.title}", *(f"- {one.says}" for one in topic.record)]
        lines += ["Seen and heard: "]
    lines += ["", "What I ask the school to do, who does it, and by when: "]
    lines += ["", f"What I ask the {school.words.governors} to know or decide: "]
    return "\n".join(lines)
