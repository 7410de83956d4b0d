"""Three weeks at the sample school: what was reported, what its accounts posted, what its people asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.accounts.requests import NewAccountInput, ask
from bot.accounts.service import ACTS, AccountActor, AccountInput
from bot.cases import corrections
from bot.cases import service as case_service
from bot.cases.corrections import Correction
from bot.cases.lessons import Lesson, share_lesson
from bot.cases.model import CaseOutcome, CaseState, Debrief
from bot.cases.service import Advice, ClockDone, NewTask
from bot.core.clock import local_date
from bot.core.codes import passphrase_of
from bot.identity.actor import Actor
from bot.logbook import service as logbook_service
from bot.logbook.service import LogActor
from bot.people.import_service import import_roster
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.ports import RosterEntry
from bot.records.account_log import load_log
from bot.reports.service import Report, receive, write_back
from bot.requests import service as request_service
from bot.requests.model import Outcome
from bot.requests.service import DecisionInput, Reader, RequestInput, desk
from bot.rules.accounts import AccountEntryKind
from bot.rules.case_rules import ICO, Answer, parse_rule
from bot.rules.people import Person
from bot.services import Services
from bot.signing.questions import Reply, answer_question, questions
from bot.training.claims import CompletionInput, say
from bot.training.service import Actor as training_Actor
from bot.training.service import Booking, behind, book

INCIDENT_HEAD, DSL, SOCIAL_MEDIA = "hd", "dh", "y4"
# A form's key comes from chance; the story sends each of its forms once.
PHONE, TABLET, NAMED_PICTURE = (
    f"the sample school's story: {form}" for form in ("phone", "tablet", "named picture")
)
REPORTS = {
    PHONE: {
        "category": "staff-devices",
        "person": "y2b",
        "answers": {
            "what": "On the walk to the library a colleague took photographs of the class with their own "
            "phone. I do not think they meant harm; the school camera was flat.",
            "where_when": "On the way to the library, just after ten this morning.",
            "about": "Adam Sorley",
            "reporter_name": "Joanna Price",
            "reporter_email": "j.price@merriwell.example",
        },
    },
    TABLET: {
        "category": "filtering",
        "answers": {
            "what": "One of the library tablets opens any video page at all, with no filter in between. I "
            "would rather not give my name, because I borrowed it without asking.",
            "where_when": "In the library, this morning before school.",
            "about": "Nobody. It is about the tablet.",
        },
    },
    NAMED_PICTURE: {
        "category": "official-accounts",
        "personal_data": True,
        "answers": {
            "what": "Under a picture of the cake stall on the school's Facebook page stands my daughter's "
            "full name. We agreed to pictures, and never to names.",
            "where_when": "On Facebook, since last night.",
            "about": "I do not know who wrote it.",
            "reporter_name": "Rowan Ellis",
            "reporter_email": "rowan.ellis@mail.example",
        },
    },
}


@dataclass(slots=True)
class SceneContext:
    """Where the story is: the school, the moment, and the number each report was given."""

    services: Services
    school: str
    now: datetime
    numbers: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return local_date(self.now)


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that happened: how many weekday mornings before the last one, when on that day, and what."""

    ago: int
    at: time
    happens: Callable[[SceneContext], None]


def passphrase(services: Services) -> str:
    """Return the passphrase that anyone who wrote about the tablet was shown."""
    return passphrase_of(services.links.secret, TABLET)


def _reported(form: str) -> Callable[[SceneContext], None]:
    def happens(stage: SceneContext) -> None:
        report = Report(school=stage.school, form_key=form, **REPORTS[form])  # type: ignore[arg-type]
        stage.numbers[form] = receive(stage.services, report, stage.now, stage.services.chance).number

    return happens


def _answered_us(words: str) -> Callable[[SceneContext], None]:
    def happens(stage: SceneContext) -> None:
        write_back(stage.services, stage.school, passphrase(stage.services), words, stage.now)

    return happens


def _did(form: str, person: str, act: Callable[..., None], **given: object) -> Callable[[SceneContext], None]:
    """Return a scene in which someone takes a step of their work on a case."""

    def happens(stage: SceneContext) -> None:
        act(stage.services, stage.school, stage.numbers[form], person, **given, now=stage.now)

    return happens


def _took_advice(form: str, by: str, reference: str, words: str) -> Callable[[SceneContext], None]:
    def happens(stage: SceneContext) -> None:
        advice = Advice(by, stage.today, reference, words)
        _did(form, INCIDENT_HEAD, case_service.advise, advice=advice)(stage)

    return happens


def _asked_of_case(form: str, person: str, what: str, days: int) -> Callable[[SceneContext], None]:
    def happens(stage: SceneContext) -> None:
        task = NewTask(what, person, stage.today + timedelta(days=days))
        _did(form, INCIDENT_HEAD, case_service.add_task, task=task)(stage)

    return happens


def _answered(form: str, question: str, words: str) -> Callable[[SceneContext], None]:
    def happens(stage: SceneContext) -> None:
        said = Answer(question, yes=True, on=stage.today, words=words)
        _did(form, INCIDENT_HEAD, case_service.answer, answer=said)(stage)

    return happens


def _finished_first_task(form: str, person: str) -> Callable[[SceneContext], None]:
    def happens(stage: SceneContext) -> None:
        view = case_service.open_case(stage.services, stage.school, stage.numbers[form], person, stage.now)
        if view is not None:
            _did(form, person, case_service.finish_task, task=view.tasks[0].key)(stage)

    return happens


def _moved(form: str, to: CaseState) -> Callable[[SceneContext], None]:
    return _did(form, INCIDENT_HEAD, case_service.move, to=to)


def scenes() -> Iterator[Scene]:
    """Yield the scenes of three cases: closed with a lesson, being worked on, just come in."""
    yield from _named_picture()
    yield from _phone()
    yield Scene(1, time(10, 15), _reported(TABLET))
    asked = "Thank you for telling us; nobody minds that you borrowed it. Which tablet was it?"
    yield Scene(1, time(13, 30), _did(TABLET, DSL, case_service.post_to_reporter, words=asked))
    yield Scene(1, time(17, 20), _answered_us("Number 14, with the green cover. Is it switched off now?"))


def _named_picture() -> Iterator[Scene]:
    form = NAMED_PICTURE
    yield Scene(11, time(8, 20), _reported(form))
    correction = Correction(policy="mobile-and-social-media", clause="3.3")
    yield Scene(11, time(9, 5), _did(form, INCIDENT_HEAD, corrections.correct_facts, correction=correction))
    yield Scene(11, time(9, 6), _moved(form, CaseState.TRIAGED))
    what = "Take the name away, and look for others in this term's posts"
    yield Scene(11, time(9, 10), _asked_of_case(form, SOCIAL_MEDIA, what, 1))
    yield Scene(11, time(9, 40), _finished_first_task(form, SOCIAL_MEDIA))
    clock = _did(form, INCIDENT_HEAD, case_service.clock_done, done=ClockDone("take it down"))
    yield Scene(11, time(9, 55), clock)
    told = "The name is gone, and we are sorry. No other post this term has one. We will say what we change."
    yield Scene(11, time(10, 0), _did(form, INCIDENT_HEAD, case_service.post_to_reporter, words=told))
    answered = ClockDone("answer the person who reported it")
    clock = _did(form, INCIDENT_HEAD, case_service.clock_done, done=answered)
    yield Scene(11, time(10, 1), clock)
    yield Scene(11, time(10, 2), _answered(form, "people-affected", "By telephone at ten."))
    words = (
        "Not to tell the ICO: one night, a name without an address, and no harm came of it. In our own log."
    )
    yield Scene(10, time(9, 0), _did(form, INCIDENT_HEAD, case_service.decide, words=words))
    clock = _did(
        form,
        INCIDENT_HEAD,
        case_service.clock_done,
        done=ClockDone(parse_rule(ICO).action, "The ICO’s helpline, case 71/26"),
    )
    yield Scene(10, time(9, 1), clock)
    yield Scene(9, time(15, 45), _moved(form, CaseState.DEBRIEF))
    debrief = Debrief(
        happened="A caption written in a hurry had a pupil's full name in it for one night.",
        why="The second reader looked at the picture and not at the words.",
        changes="Whoever reads a post second signs for the picture, the words and the consent list.",
    )
    yield Scene(8, time(16, 0), _did(form, INCIDENT_HEAD, case_service.say_debrief, debrief=debrief))
    lesson = Lesson("Whoever reads a post second checks its words against the consent list too.", "training")
    yield Scene(8, time(16, 5), _did(form, INCIDENT_HEAD, share_lesson, lesson=lesson))
    yield Scene(
        8, time(16, 6), _did(form, INCIDENT_HEAD, case_service.say_outcome, outcome=CaseOutcome.UPHELD)
    )
    yield Scene(8, time(16, 10), _moved(form, CaseState.CLOSED))


def _phone() -> Iterator[Scene]:
    form = PHONE
    yield Scene(3, time(11, 40), _reported(form))
    correction = Correction(policy="mobile-and-social-media", clause="2.2")
    yield Scene(3, time(12, 20), _did(form, INCIDENT_HEAD, corrections.correct_facts, correction=correction))
    yield Scene(3, time(12, 25), _moved(form, CaseState.TRIAGED))
    words = "The photographs are deleted first, in front of me. Then we talk; nothing formal before that."
    yield Scene(3, time(12, 30), _did(form, INCIDENT_HEAD, case_service.decide, words=words))
    advice = "Record it, look at whether copies went to an online account, and remind all staff."
    yield Scene(3, time(15, 50), _took_advice(form, "the school's HR adviser", "HR/118", advice))
    yield Scene(2, time(8, 30), _moved(form, CaseState.INVESTIGATING))
    words = (
        "Spoke with him at a quarter past eight. Four photographs, deleted while I watched, and no copies."
    )
    yield Scene(2, time(8, 35), _did(form, INCIDENT_HEAD, case_service.note, words=words))
    clock = _did(form, INCIDENT_HEAD, case_service.clock_done, done=ClockDone("speak with the adult"))
    yield Scene(2, time(8, 36), clock)
    what = "Keep two charged school cameras at the door for walks and trips"
    yield Scene(2, time(8, 45), _asked_of_case(form, SOCIAL_MEDIA, what, 14))


HEAD, DEPUTY, OFFICE, HOLDER, TEACHER = "hd", "dh", "of", "y4", "y1"
FACEBOOK, INSTAGRAM, PTA = "facebook", "instagram", "pta-facebook"
BY_HEAD = (
    AccountInput("risk-assessment", "yes", words="In the office, with the trips"),
    AccountInput("approval", "yes"),
    AccountInput("still-needed", "yes"),
    AccountInput("second-reader", about=DEPUTY),
)
BY_OFFICE = (
    AccountInput("consent", words="The consent list in the office, brought up to date each Friday"),
    AccountInput("recovery", "yes"),
    AccountInput("two-step", "no"),
    AccountInput("way-in", "sealed envelope"),
    AccountInput("log-in", "nobody left"),
)
PLANTED = "Year 4 planted twelve trees by the gate, with help from the Friends."
FAIR = "Our winter fair is on the last Friday of term, from three o’clock."


def account_scenes() -> Iterator[Scene]:
    """Yield what was recorded of the accounts: most of one, little of another, and a post that waits."""
    yield Scene(9, time(8, 40), _recorded(HEAD, FACEBOOK, "state", *BY_HEAD))
    yield Scene(9, time(8, 45), _recorded(HEAD, INSTAGRAM, "state", AccountInput("approval", "no")))
    yield Scene(9, time(9, 5), _recorded(OFFICE, FACEBOOK, "state", *BY_OFFICE))
    yield Scene(6, time(15, 50), _recorded(HOLDER, FACEBOOK, "look", AccountInput(answer="fine")))
    yield Scene(6, time(16, 5), _recorded(HEAD, PTA, "look", AccountInput(answer="fine")))
    yield Scene(4, time(15, 40), _recorded(HOLDER, FACEBOOK, "post", _post(PLANTED, "checked")))
    yield Scene(2, time(12, 10), _agreed)
    yield Scene(2, time(12, 20), _asked)
    yield Scene(1, time(15, 45), _recorded(HOLDER, FACEBOOK, "post", _post(FAIR, "no-children")))


def _post(words: str, children: str) -> AccountInput:
    return AccountInput("asked", children, DEPUTY, words)


def _recorded(person: str, account: str, step: str, *every: AccountInput) -> Callable[[SceneContext], None]:
    def happens(stage: SceneContext) -> None:
        for said in every:
            who = _who(stage, person, f"{account} {step} {said}")
            ACTS[step](stage.services, who, account, said, stage.now)

    return happens


def _agreed(stage: SceneContext) -> None:
    with stage.services.store.reading() as conn:
        log = load_log(conn, (stage.school,))
    posted = next(one for one in reversed(log) if one.sort is AccountEntryKind.POSTED)
    _recorded(DEPUTY, FACEBOOK, "read", AccountInput("agreed", about=posted.reference))(stage)


def _asked(stage: SceneContext) -> None:
    wanted = NewAccountInput(
        "Tapestry",
        "Merriwell in pictures",
        "What the youngest did today, for their own families",
        "closed",
        "The newsletter comes a week too late for them",
    )
    ask(stage.services, _who(stage, TEACHER, "tapestry"), wanted, stage.now)


def _who(stage: SceneContext, person: str, sent: str) -> AccountActor:
    with stage.services.store.reading() as conn:
        known = load_snapshot(conn, stage.today, (stage.school,)).people[person]
    here = known.membership(stage.school)
    roles = here.roles if here is not None else frozenset()
    return AccountActor(
        stage.school, person, known.name, roles, "email link", f"the sample school's story: {sent}"
    )


STAFF_OFFICE = "of"
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
STAFF_FAIR = {"event": "The winter fair", "how": "A sign at the entrance", "by": "Carol Whitlow"}


def staff_room_scenes(joining: Sequence[RosterEntry]) -> Iterator[Scene]:
    """Yield all scenes, the earliest first. `joining`: last week's list of people."""
    yield Scene(12, time(9, 30), _listed(joining))
    yield from _requests()
    yield from _log()
    yield Scene(
        7,
        time(16, 10),
        _answered_by_staff("g5", "Only the school’s own pages. The class group is the parents’."),
    )
    yield Scene(5, time(10, 20), _booked("ta3", 11, "The council’s safeguarding team"))
    yield Scene(2, time(16, 30), _finished("md3", 6, "An online course"))


def _requests() -> Iterator[Scene]:
    call = ("device-in-class", "My phone in my pocket on silent", "My father is in hospital.")
    yield Scene(8, time(12, 50), _asked_of_staff("y3", call, days=14))
    kept = "On silent, and answered outside the room with a second adult inside."
    yield Scene(8, time(16, 0), _decided("y3", DecisionInput(Outcome.ALLOWED, kept), days=14))
    cousin = ("relationship", "My sister’s son is in Year 3", "")
    yield Scene(6, time(12, 55), _asked_of_staff("ta2", cousin))
    noted = "Thank you. Nothing more is needed; you do not mark his work."
    yield Scene(6, time(16, 5), _decided("ta2", DecisionInput(Outcome.NOTED, noted), days=300))
    laptop = ("own-device", "My own laptop for the timetable", "The school’s one is slow.")
    yield Scene(4, time(13, 0), _asked_of_staff("sen", laptop, days=30))
    refused = "A school laptop is free from Monday; pupils’ details stay on school devices."
    yield Scene(3, time(9, 15), _decided("sen", DecisionInput(Outcome.REFUSED, refused)))
    fair = ("photography", "Pictures of our stall at the winter fair", "For the display in the hall.")
    yield Scene(1, time(12, 45), _asked_of_staff("y6", fair, days=30))


def _log() -> Iterator[Scene]:
    yield Scene(7, time(9, 0), _wrote(STAFF_OFFICE, "device", ISSUED))
    yield Scene(6, time(11, 20), _wrote("y6", "taken", FROM_A_CHILD))
    yield Scene(6, time(15, 25), _added("y6", "taken", "released", {"to": "The child’s parent or carer"}))
    yield Scene(5, time(8, 20), _wrote(STAFF_OFFICE, "event", STAFF_FAIR))
    yield Scene(3, time(9, 20), _wrote("y4", "trip-phone", TRIP_CAMERA))
    yield Scene(3, time(15, 0), _added("y4", "trip-phone", "returned", {"to": "In the office cupboard"}))
    moved = {"wiped": "Moved to the school’s own place, then deleted"}
    yield Scene(3, time(15, 30), _added("y4", "trip-phone", "wiped", moved))
    yield Scene(2, time(8, 50), _wrote(STAFF_OFFICE, "visitor", PIANO))
    yield Scene(1, time(8, 40), _wrote(STAFF_OFFICE, "visitor", STUDENT))
    yield Scene(1, time(8, 55), _wrote("y5", "pupil-phone", HANDED_IN))
    yield Scene(1, time(13, 20), _wrote("y6", "trip-phone", CLUB_PHONE))
    yield Scene(1, time(15, 20), _added("y5", "pupil-phone", "given-back", {"to": "The child"}))


def _listed(joining: Sequence[RosterEntry]) -> Callable[[SceneContext], None]:
    def happens(stage: SceneContext) -> None:
        import_roster(
            stage.services.store, stage.school, joining, now=stage.now, actor="the sample school’s office"
        )

    return happens


def _asked_of_staff(person: str, said: tuple[str, str, str], days: int = 0) -> Callable[[SceneContext], None]:
    def happens(stage: SceneContext) -> None:
        until_on = stage.today + timedelta(days=days) if days else None
        asked = RequestInput(*said, stage.today, until_on)
        request_service.ask(stage.services.store, _reader(stage, person), asked, stage.now)

    return happens


def _decided(person: str, given: DecisionInput, days: int = 0) -> Callable[[SceneContext], None]:
    """Return a scene in which the head decides a request."""

    def happens(stage: SceneContext) -> None:
        store, reader = stage.services.store, _reader(stage, INCIDENT_HEAD)
        wanted = next(one for one in desk(store, reader, stage.now) if one.request.person == person)
        until_on = stage.today + timedelta(days=days) if days else None
        decided = DecisionInput(given.outcome, given.words, given.risk, until_on)
        request_service.decide(store, reader, wanted.request.reference, decided, stage.now)

    return happens


def _wrote(person: str, kind: str, said: Mapping[str, str]) -> Callable[[SceneContext], None]:
    def happens(stage: SceneContext) -> None:
        keeper = _keeper(stage, person, f"{kind} {stage.now}")
        logbook_service.write(stage.services.store, keeper, kind, said, stage.now, stage.now)

    return happens


def _added(person: str, kind: str, step: str, said: Mapping[str, str]) -> Callable[[SceneContext], None]:
    """Return a scene in which the writer of the latest entry of a kind adds to it."""

    def happens(stage: SceneContext) -> None:
        store, keeper = stage.services.store, _keeper(stage, person, f"{kind} {step} {stage.now}")
        found = logbook_service.book(store, keeper, stage.now, kind)
        mine = next(one for one in found if one.first.by == person)
        logbook_service.add(store, keeper, mine.first.reference, step, said, stage.now)

    return happens


def _answered_by_staff(person: str, words: str) -> Callable[[SceneContext], None]:
    """Return a scene in which the owner answers a question that was asked instead of signing."""

    def happens(stage: SceneContext) -> None:
        store, snapshot = stage.services.store, _snapshot(stage)
        for one in questions(store, snapshot, stage.school, stage.now):
            if one.is_open and one.owner is not None and one.kept.record.person == person:
                by = Actor(snapshot.schools[stage.school], one.owner, HOW)
                answer_question(store, snapshot, one, Reply(words), by, stage.now)

    return happens


def _booked(person: str, ahead: int, provider: str) -> Callable[[SceneContext], None]:
    def happens(stage: SceneContext) -> None:
        snapshot = _snapshot(stage)
        found = behind(stage.services, snapshot, (stage.school, person, COURSE), stage.now)
        if found is not None:
            place = Booking(stage.today + timedelta(days=ahead), provider)
            book(stage.services, found, place, training_Actor(snapshot.people[STAFF_OFFICE], HOW), stage.now)

    return happens


def _finished(person: str, ago: int, provider: str) -> Callable[[SceneContext], None]:
    """Return a scene in which someone claims a finished course; the office has not looked at it yet."""

    def happens(stage: SceneContext) -> None:
        snapshot = _snapshot(stage)
        found = behind(stage.services, snapshot, (stage.school, person, COURSE), stage.now)
        if found is not None:
            said = CompletionInput(stage.today - timedelta(days=ago), provider)
            say(stage.services, found, said, training_Actor(snapshot.people[person], HOW), stage.now)

    return happens


def _snapshot(stage: SceneContext) -> Snapshot:
    with stage.services.store.reading() as conn:
        return load_snapshot(conn, stage.today, (stage.school,))


def _reader(stage: SceneContext, person: str) -> Reader:
    snapshot = _snapshot(stage)
    return Reader(snapshot.schools[stage.school], snapshot.people[person], HOW, snapshot)


def _keeper(stage: SceneContext, person: str, sent: str) -> LogActor:
    known: Person = _snapshot(stage).people[person]
    here = known.membership(stage.school)
    return LogActor(stage.school, known, here.roles if here else frozenset(), HOW, sent)
