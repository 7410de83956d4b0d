"""What the sample school's people asked, booked and wrote down in its three weeks, besides their duties."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import time, timedelta

from bot.actions import log_book, requests
from bot.actions.gather import gather
from bot.actions.log_book import Keeper
from bot.actions.office_questions import Doer, answer_question, questions
from bot.actions.request_view import Reader, desk
from bot.actions.requests import Asking, Deciding
from bot.actions.roster import import_roster
from bot.actions.training import Actor, Booking, behind, book
from bot.actions.training_claims import Said, say
from bot.domain.people import Person
from bot.domain.requests import Outcome
from bot.domain.snapshot import Snapshot
from bot.ports import RosterEntry
from bot.sample.incidents import HEAD, Scene, Stage

OFFICE = "of"
HOW = "signed in by an e-mail link"
COURSE = "safeguarding-training"
HANDED_IN = {"child": "R.T. in Year 5", "what": "A phone", "kept": "The office safe"}
CLUB_PHONE = {"what": "School phone 2", "for": "The walk to the swimming baths", "carrier": "Nadia Karim"}
TRIP_CAMERA = {"what": "School camera 1", "for": "Year 4’s walk to the mill", "carrier": "Grace Pellow"}
FROM_A_CHILD = {
    "child": "L.M. in Year 6",
    "what": "A watch that takes pictures",
    "why": "Worn in a lesson",
    "authorised": "Tom Okafor-Lane",
    "present": "Nadia Karim",
    "kept": "The office safe",
    "dsl": "Tom Okafor-Lane is the DSL, and was there",
}
ISSUED = {"what": "Tablet 14", "holder": "Peter Quill", "for": "Daily work", "agreed": "They will today"}
PIANO = {
    "visitor": "Piano tuner",
    "from": "Hall piano",
    "phone": "Switched off and put away",
    "agreed": "I have read it and agree to it",
}
STUDENT = PIANO | {"visitor": "A student teacher", "from": "Leila Haddad, Year 2", "phone": "None with me"}
FAIR = {"event": "The winter fair", "how": "A sign at the entrance", "by": "Carol Whitlow"}


def staff_room_scenes(joining: Sequence[RosterEntry]) -> Iterator[Scene]:
    """Tell it, the earliest first. `joining`: the list of people as the office has it since last week."""
    yield Scene(12, time(9, 30), _listed(joining))
    yield from _requests()
    yield from _log()
    yield Scene(
        7, time(16, 10), _answered("g5", "Only the school’s own pages. The class group is the parents’.")
    )
    yield Scene(5, time(10, 20), _booked("ta3", 11, "The council’s safeguarding team"))
    yield Scene(2, time(16, 30), _finished("md3", 6, "An online course"))


def _requests() -> Iterator[Scene]:
    call = ("device-in-class", "My phone in my pocket on silent", "My father is in hospital.")
    yield Scene(8, time(12, 50), _asked("y3", call, days=14))
    kept = "On silent, and answered outside the room with a second adult inside."
    yield Scene(8, time(16, 0), _decided("y3", Deciding(Outcome.ALLOWED, kept), days=14))
    cousin = ("relationship", "My sister’s son is in Year 3", "")
    yield Scene(6, time(12, 55), _asked("ta2", cousin))
    noted = "Thank you. Nothing more is needed; you do not mark his work."
    yield Scene(6, time(16, 5), _decided("ta2", Deciding(Outcome.NOTED, noted), days=300))
    laptop = ("own-device", "My own laptop for the timetable", "The school’s one is slow.")
    yield Scene(4, time(13, 0), _asked("sen", laptop, days=30))
    refused = "A school laptop is free from Monday; pupils’ details stay on school devices."
    yield Scene(3, time(9, 15), _decided("sen", Deciding(Outcome.REFUSED, refused)))
    fair = ("photography", "Pictures of our stall at the winter fair", "For the display in the hall.")
    yield Scene(1, time(12, 45), _asked("y6", fair, days=30))


def _log() -> Iterator[Scene]:
    yield Scene(7, time(9, 0), _wrote(OFFICE, "device", ISSUED))
    yield Scene(6, time(11, 20), _wrote("y6", "taken", FROM_A_CHILD))
    yield Scene(6, time(15, 25), _added("y6", "taken", "released", {"to": "The child’s parent or carer"}))
    yield Scene(5, time(8, 20), _wrote(OFFICE, "event", FAIR))
    yield Scene(3, time(9, 20), _wrote("y4", "trip-phone", TRIP_CAMERA))
    yield Scene(3, time(15, 0), _added("y4", "trip-phone", "returned", {"to": "In the office cupboard"}))
    moved = {"wiped": "Moved to the school’s own place, then deleted"}
    yield Scene(3, time(15, 30), _added("y4", "trip-phone", "wiped", moved))
    yield Scene(2, time(8, 50), _wrote(OFFICE, "visitor", PIANO))
    yield Scene(1, time(8, 40), _wrote(OFFICE, "visitor", STUDENT))
    yield Scene(1, time(8, 55), _wrote("y5", "pupil-phone", HANDED_IN))
    yield Scene(1, time(13, 20), _wrote("y6", "trip-phone", CLUB_PHONE))
    yield Scene(1, time(15, 20), _added("y5", "pupil-phone", "given-back", {"to": "The child"}))


def _listed(joining: Sequence[RosterEntry]) -> Callable[[Stage], None]:
    def happens(stage: Stage) -> None:
        import_roster(
            stage.services.store, stage.setting, joining, now=stage.now, actor="the sample school’s office"
        )

    return happens


def _asked(person: str, said: tuple[str, str, str], days: int = 0) -> Callable[[Stage], None]:
    def happens(stage: Stage) -> None:
        until_on = stage.today + timedelta(days=days) if days else None
        asked = Asking(*said, stage.today, until_on)
        requests.ask(stage.services.store, _reader(stage, person), asked, stage.now)

    return happens


def _decided(person: str, given: Deciding, days: int = 0) -> Callable[[Stage], None]:
    """Let the head decide what somebody asked."""

    def happens(stage: Stage) -> None:
        store, reader = stage.services.store, _reader(stage, HEAD)
        wanted = next(one for one in desk(store, reader, stage.now) if one.request.person == person)
        until_on = stage.today + timedelta(days=days) if days else None
        decided = Deciding(given.outcome, given.words, given.risk, until_on)
        requests.decide(store, reader, wanted.request.reference, decided, stage.now)

    return happens


def _wrote(person: str, kind: str, said: Mapping[str, str]) -> Callable[[Stage], None]:
    def happens(stage: Stage) -> None:
        keeper = _keeper(stage, person, f"{kind} {stage.now}")
        log_book.write(stage.services.store, keeper, kind, said, stage.now, stage.now)

    return happens


def _added(person: str, kind: str, step: str, said: Mapping[str, str]) -> Callable[[Stage], None]:
    """Let whoever wrote the latest entry of a kind add to it."""

    def happens(stage: Stage) -> None:
        store, keeper = stage.services.store, _keeper(stage, person, f"{kind} {step} {stage.now}")
        found = log_book.book(store, keeper, stage.now, kind)
        mine = next(one for one in found if one.first.by == person)
        log_book.add(store, keeper, mine.first.reference, step, said, stage.now)

    return happens


def _answered(person: str, words: str) -> Callable[[Stage], None]:
    """Let its owner answer what somebody asked instead of signing, if they had asked by then."""

    def happens(stage: Stage) -> None:
        store, snapshot = stage.services.store, _snapshot(stage)
        for one in questions(store, snapshot, stage.setting, stage.now):
            if one.is_open and one.owner is not None and one.kept.record.person == person:
                by = Doer(snapshot.settings[stage.setting], one.owner, HOW)
                answer_question(store, snapshot, one, words, by, stage.now)

    return happens


def _booked(person: str, ahead: int, provider: str) -> Callable[[Stage], None]:
    def happens(stage: Stage) -> None:
        snapshot = _snapshot(stage)
        found = behind(stage.services, snapshot, (stage.setting, person, COURSE), stage.now)
        if found is not None:
            place = Booking(stage.today + timedelta(days=ahead), provider)
            book(stage.services, found, place, Actor(snapshot.people[OFFICE], HOW), stage.now)

    return happens


def _finished(person: str, ago: int, provider: str) -> Callable[[Stage], None]:
    """Let somebody say that they finished the course; the office has still to look at it."""

    def happens(stage: Stage) -> None:
        snapshot = _snapshot(stage)
        found = behind(stage.services, snapshot, (stage.setting, person, COURSE), stage.now)
        if found is not None:
            said = Said(stage.today - timedelta(days=ago), provider)
            say(stage.services, found, said, Actor(snapshot.people[person], HOW), stage.now)

    return happens


def _snapshot(stage: Stage) -> Snapshot:
    with stage.services.store.reading() as conn:
        return gather(conn, stage.today, (stage.setting,))


def _reader(stage: Stage, person: str) -> Reader:
    snapshot = _snapshot(stage)
    return Reader(snapshot.settings[stage.setting], snapshot.people[person], HOW, snapshot)


def _keeper(stage: Stage, person: str, sent: str) -> Keeper:
    known: Person = _snapshot(stage).people[person]
    here = known.membership(stage.setting)
    return Keeper(stage.setting, known, here.roles if here else frozenset(), HOW, sent)
