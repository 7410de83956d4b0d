"""What was reported at the sample school in its three weeks, and what its people did about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.actions import case_answers, case_work
from bot.actions.case_lessons import Lesson, share_lesson
from bot.actions.case_work import Advice, Correction, NewTask
from bot.actions.gather import school_day
from bot.actions.report import Report, receive, write_back
from bot.actions.report_codes import passphrase_of
from bot.domain.case_clocks import ICO, parse_rule
from bot.domain.case_questions import Answer
from bot.domain.cases import CaseOutcome, CaseState, Debrief
from bot.services import Services

HEAD, DSL, SOCIAL_MEDIA = "hd", "dh", "y4"
# A form's key comes from chance; the story sends each of its forms once.
PHONE, TABLET, NAMED_PICTURE = (
    f"the sample school's story: {form}" for form in ("phone", "tablet", "named picture")
)
REPORTS = {
    PHONE: {
        "category": "staff-devices",
        "what": "On the walk to the library a colleague took photographs of the class with their own phone. "
        "I do not think they meant harm; the school camera was flat.",
        "where_when": "On the way to the library, just after ten this morning.",
        "about": "Adam Sorley",
        "person": "y2b",
        "reporter_name": "Joanna Price",
        "reporter_email": "j.price@merriwell.example",
    },
    TABLET: {
        "category": "filtering",
        "what": "One of the library tablets opens any video page at all, with no filter in between. I would "
        "rather not give my name, because I borrowed it without asking.",
        "where_when": "In the library, this morning before school.",
        "about": "Nobody. It is about the tablet.",
    },
    NAMED_PICTURE: {
        "category": "official-accounts",
        "what": "Under a picture of the cake stall on the school's Facebook page stands my daughter's full "
        "name. We agreed to pictures, and never to names.",
        "where_when": "On Facebook, since last night.",
        "about": "I do not know who wrote it.",
        "personal_data": True,
        "reporter_name": "Rowan Ellis",
        "reporter_email": "rowan.ellis@mail.example",
    },
}


@dataclass(slots=True)
class Stage:
    """Where the story is: the school, the moment, and the number each report was given."""

    services: Services
    setting: str
    now: datetime
    numbers: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return school_day(self.now)


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that happened: how many weekday mornings before the last one, when on that day, and what."""

    ago: int
    at: time
    happens: Callable[[Stage], None]


def passphrase(services: Services) -> str:
    """Give the passphrase that whoever wrote about the tablet was shown."""
    return passphrase_of(services.links.secret, TABLET)


def _reported(form: str) -> Callable[[Stage], None]:
    def happens(stage: Stage) -> None:
        report = Report(setting=stage.setting, form_key=form, **REPORTS[form])  # type: ignore[arg-type]
        stage.numbers[form] = receive(stage.services, report, stage.now, stage.services.chance).number

    return happens


def _answered_us(words: str) -> Callable[[Stage], None]:
    def happens(stage: Stage) -> None:
        write_back(stage.services, stage.setting, passphrase(stage.services), words, stage.now)

    return happens


def _did(form: str, person: str, act: Callable[..., None], **given: object) -> Callable[[Stage], None]:
    """Let somebody take a step of their work on a case."""

    def happens(stage: Stage) -> None:
        act(stage.services, stage.setting, stage.numbers[form], person, **given, now=stage.now)

    return happens


def _took_advice(form: str, by: str, reference: str, words: str) -> Callable[[Stage], None]:
    def happens(stage: Stage) -> None:
        advice = Advice(by, stage.today, reference, words)
        _did(form, HEAD, case_work.advise, advice=advice)(stage)

    return happens


def _asked(form: str, person: str, what: str, days: int) -> Callable[[Stage], None]:
    def happens(stage: Stage) -> None:
        task = NewTask(what, person, stage.today + timedelta(days=days))
        _did(form, HEAD, case_work.add_task, task=task)(stage)

    return happens


def _answered(form: str, question: str, words: str) -> Callable[[Stage], None]:
    def happens(stage: Stage) -> None:
        said = Answer(question, yes=True, on=stage.today, words=words)
        _did(form, HEAD, case_answers.answer, answer=said)(stage)

    return happens


def _finished_first_task(form: str, person: str) -> Callable[[Stage], None]:
    def happens(stage: Stage) -> None:
        view = case_work.open_case(stage.services, stage.setting, stage.numbers[form], person, stage.now)
        if view is not None:
            _did(form, person, case_work.finish_task, task=view.tasks[0].key)(stage)

    return happens


def _moved(form: str, to: CaseState) -> Callable[[Stage], None]:
    return _did(form, HEAD, case_work.move, to=to)


def scenes() -> Iterator[Scene]:
    """Tell the three stories: one closed with a lesson, one being worked on, one that has just come in."""
    yield from _named_picture()
    yield from _phone()
    yield Scene(1, time(10, 15), _reported(TABLET))
    asked = "Thank you for telling us; nobody minds that you borrowed it. Which tablet was it?"
    yield Scene(1, time(13, 30), _did(TABLET, DSL, case_work.post_to_reporter, words=asked))
    yield Scene(1, time(17, 20), _answered_us("Number 14, with the green cover. Is it switched off now?"))


def _named_picture() -> Iterator[Scene]:
    form = NAMED_PICTURE
    yield Scene(11, time(8, 20), _reported(form))
    correction = Correction(policy="mobile-and-social-media", clause="3.3")
    yield Scene(11, time(9, 5), _did(form, HEAD, case_work.correct_facts, correction=correction))
    yield Scene(11, time(9, 6), _moved(form, CaseState.TRIAGED))
    what = "Take the name away, and look for others in this term's posts"
    yield Scene(11, time(9, 10), _asked(form, SOCIAL_MEDIA, what, 1))
    yield Scene(11, time(9, 40), _finished_first_task(form, SOCIAL_MEDIA))
    clock = _did(form, HEAD, case_work.clock_done, action="take it down")
    yield Scene(11, time(9, 55), clock)
    told = "The name is gone, and we are sorry. No other post this term has one. We will say what we change."
    yield Scene(11, time(10, 0), _did(form, HEAD, case_work.post_to_reporter, words=told))
    clock = _did(form, HEAD, case_work.clock_done, action="answer whoever reported it")
    yield Scene(11, time(10, 1), clock)
    yield Scene(11, time(10, 2), _answered(form, "people-affected", "By telephone at ten."))
    words = (
        "Not to tell the ICO: one night, a name without an address, and no harm came of it. In our own log."
    )
    yield Scene(10, time(9, 0), _did(form, HEAD, case_work.decide, words=words))
    clock = _did(form, HEAD, case_work.clock_done, action=parse_rule(ICO).action)
    yield Scene(10, time(9, 1), clock)
    yield Scene(9, time(15, 45), _moved(form, CaseState.DEBRIEF))
    debrief = Debrief(
        happened="A caption written in a hurry had a pupil's full name in it for one night.",
        why="The second reader looked at the picture and not at the words.",
        changes="Whoever reads a post second signs for the picture, the words and the consent list.",
    )
    yield Scene(8, time(16, 0), _did(form, HEAD, case_work.say_debrief, debrief=debrief))
    lesson = Lesson("Whoever reads a post second checks its words against the consent list too.", "training")
    yield Scene(8, time(16, 5), _did(form, HEAD, share_lesson, lesson=lesson))
    yield Scene(8, time(16, 6), _did(form, HEAD, case_work.say_outcome, outcome=CaseOutcome.UPHELD))
    yield Scene(8, time(16, 10), _moved(form, CaseState.CLOSED))


def _phone() -> Iterator[Scene]:
    form = PHONE
    yield Scene(3, time(11, 40), _reported(form))
    correction = Correction(policy="mobile-and-social-media", clause="2.2")
    yield Scene(3, time(12, 20), _did(form, HEAD, case_work.correct_facts, correction=correction))
    yield Scene(3, time(12, 25), _moved(form, CaseState.TRIAGED))
    words = "The photographs are deleted first, in front of me. Then we talk; nothing formal before that."
    yield Scene(3, time(12, 30), _did(form, HEAD, case_work.decide, words=words))
    advice = "Record it, look at whether copies went to an online account, and remind all staff."
    yield Scene(3, time(15, 50), _took_advice(form, "the school's HR adviser", "HR/118", advice))
    yield Scene(2, time(8, 30), _moved(form, CaseState.INVESTIGATING))
    words = (
        "Spoke with him at a quarter past eight. Four photographs, deleted while I watched, and no copies."
    )
    yield Scene(2, time(8, 35), _did(form, HEAD, case_work.note, words=words))
    clock = _did(form, HEAD, case_work.clock_done, action="speak with the adult")
    yield Scene(2, time(8, 36), clock)
    what = "Keep two charged school cameras at the door for walks and trips"
    yield Scene(2, time(8, 45), _asked(form, SOCIAL_MEDIA, what, 14))
