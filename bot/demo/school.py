"""Write the sample school into a folder, every date counted from the day it is shown.

Three weeks of mornings at the sample school, before you look: played through the real actions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from string import Template

from bot.cases.jobs import look_after_cases
from bot.core.clock import SCHOOL_TIMEZONE
from bot.core.links import Link
from bot.delivery.service import deliver
from bot.demo.scenes import Scene, SceneContext, account_scenes, scenes, staff_room_scenes
from bot.identity.actor import Actor
from bot.identity.case_roles import confirm, confirm_as_operator, holders
from bot.people.import_service import import_roster
from bot.planning.duty_view import DutyView
from bot.planning.plan import OF_OTHERS, Reminder
from bot.planning.service import plan_day, queue_reminders
from bot.planning.store import load_snapshot
from bot.ports import RosterEntry
from bot.records import evidence as record_evidence
from bot.records import people as record_people
from bot.records.evidence import EvidenceRecord
from bot.register.convert import to_domain
from bot.register.load import documents_of, load
from bot.register.service import apply_register
from bot.rules.evidence import Outcome
from bot.rules.obligations import Kind
from bot.rules.people import Person
from bot.services import Services
from bot.signing.receipt_emails import RECEIPTS
from bot.signing.service import Answer, answer, asks_date, open_duty

HERE = Path(__file__).parent
POLICIES = ("mobile-and-social-media.md", "child-protection.md", "staff-acceptable-use.md")


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """Where the sample school's register was written, its list of people, and the list it has since."""

    register: Path
    roster: Path
    roster_since: Path


def write_school(folder: Path, today: date) -> SampleFiles:
    """Write register.yaml, roster.csv and three policies: one overdue, one nearly due, one contradictory."""
    words = sample_words(today)
    (folder / "policies").mkdir(parents=True, exist_ok=True)
    for name in (*(f"policies/{policy}" for policy in POLICIES), "register.yaml", "roster.csv"):
        text = Template((HERE / name).read_text(encoding="utf-8")).substitute(words)
        # The template's own first line says that it is one; what is written here is none.
        whole = text.partition("\n")[2] if text.startswith("# A template") else text
        (folder / name).write_text(whole, encoding="utf-8")
    since = folder / "roster-since.csv"
    joiners = Template((HERE / "joiners.csv").read_text(encoding="utf-8")).substitute(words)
    since.write_text((folder / "roster.csv").read_text(encoding="utf-8") + joiners, encoding="utf-8")
    return SampleFiles(folder / "register.yaml", folder / "roster.csv", since)


def last_school_morning(today: date) -> date:
    """Find the last weekday up to `today`: the sample school's latest morning with post."""
    return today - timedelta(days=max(0, today.weekday() - 4))


def sample_words(today: date) -> dict[str, str]:
    """Return what the templates of the sample leave open: name -> date or lines of YAML."""
    overdue, nearly = today - timedelta(days=425), today - timedelta(days=341)
    reviewed = today - timedelta(days=200)
    days = {
        "mobile_approved": overdue,
        "mobile_next": _months_on(overdue, 12),
        "child_approved": nearly,
        "child_next": _months_on(nearly, 12),
        "use_reviewed": reviewed,
        "use_next": _months_on(reviewed, 24),
    }
    meeting = _weekday(today + timedelta(days=16), 3)
    meetings = [
        meeting,
        _weekday(meeting + timedelta(days=110), 3),
        _weekday(meeting + timedelta(days=200), 3),
    ]
    since = today - timedelta(days=21)
    return (
        {name: f"{day.day} {day:%B %Y}" for name, day in days.items()}
        | {f"{name}_iso": day.isoformat() for name, day in days.items()}
        | {
            "since": since.isoformat(),
            "newest_start": last_school_morning(today - timedelta(days=1)).isoformat(),
            "new_start": last_school_morning(today - timedelta(days=9)).isoformat(),
            "meetings": ", ".join(day.isoformat() for day in meetings),
            "terms": _terms(today),
            "insets": f"{_weekday(since - timedelta(days=1), 0).isoformat()}",
        }
    )


def _terms(today: date) -> str:
    """Make a long term around today, so that the sample is never seen in a holiday, and two more."""
    first = _weekday(today - timedelta(days=77), 0)
    spans = [(first, 119), (first + timedelta(days=133), 75), (first + timedelta(days=224), 95)]
    lines = []
    for name, (start, length) in zip(("Term 1", "Term 2", "Term 3"), spans, strict=True):
        last = start + timedelta(days=length - 1)
        lines.append(f"    - {{name: {name}, first_day: {start.isoformat()}, last_day: {last.isoformat()}}}")
    return "\n".join(lines)


def _weekday(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, 28))


EARLY, MORNING, POST, LUNCH = time(7, 20), time(7, 30), time(8, 0), time(12, 40)
WEEKS = timedelta(weeks=3)
BATCH = 500

# Weekday mornings from being told to answering; everyone else takes one. Some never do.
TAKES = {
    "hd": 0,
    "sb": 0,
    "y2": 3,
    "y6": 4,
    "gv": 5,
    "g4": 8,
    "ta2": 6,
    "md1": 2,
    "vo": 7,
    "ck": 3,
    "ta4": 3,
    "ta5": 6,
}
HEAD = "hd"
NEVER = frozenset({"y5", "ta3", "md3", "it"})
ASKS = {
    ("y6", "read-child-protection"): "Whom do I tell when the DSL and the deputy are both out with a class?",
    (
        "g5",
        "read-mobile",
    ): "Does this cover the class group that parents run, or only the school's own pages?",
}
REFUSES = {
    ("st", "agree-acceptable-use"): "I have no school device, so I do not see what I would be agreeing to."
}
# From the office's training list: who did it, and how many days before the day you look.
LISTED = {
    "safeguarding-training": dict.fromkeys(
        ("hd", "dh", "sb", "of", "ey", "y1", "y2", "y2b", "y3", "y6", "ta1", "ta2", "sen", "md1", "ck"), 78
    )
    | {"y4": 352, "y5": 391, "st": 84},
    "dsl-training": {"dh": 410},
    "governor-training": {"gc": 300, "gv": 640, "gs": 120, "hd": 120},
    "filtering-review": {"hd": 330},
}


@dataclass(slots=True)
class StoryClock:
    """The time in the story."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def turn_to(self, day: date, moment: time) -> datetime:
        self.at = _instant(day, moment)
        return self.at


def last_post(now: datetime) -> datetime:
    """Find the latest weekday morning on which the post had gone by `now`."""
    local = now.astimezone(SCHOOL_TIMEZONE)
    day = local.date() if local.time() >= POST else local.date() - timedelta(days=1)
    return _instant(day - timedelta(days=max(0, day.weekday() - 4)), POST)


def settle_in(services: Services, register: Path, entries: Iterable[RosterEntry], today: date) -> str:
    """Load the register, its documents, the people and the training list; return the school's key."""
    now = _instant(today - WEEKS - timedelta(days=1), MORNING)
    file = load(register)
    wanted = to_domain(file)
    documents = documents_of(file, register.parent)
    apply_register(services.store, wanted, documents=documents, now=now, actor="sample school")
    key = wanted.school.key
    import_roster(services.store, key, tuple(entries), now=now, actor="sample school")
    confirm_holders(services, key, now)
    with services.store.writing() as conn:
        for record in listed_training(key, record_people.roster(conn, key), LISTED, today, now):
            record_evidence.record(conn, record)
    return key


def confirm_holders(services: Services, school: str, now: datetime, head: str = HEAD) -> None:
    """Confirm the head as the operator, and as the head everyone else whose role opens cases."""
    confirm_as_operator(services, school, None, now)
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, now.astimezone(SCHOOL_TIMEZONE).date(), (school,), acts=False)
    leader = Actor(snapshot.schools[school], snapshot.people[head], "in the demo")
    for one in holders(services.store, snapshot, school, head):
        if one.may_confirm:
            confirm(services, one.person.key, one.role, leader, now)


def play(
    services: Services,
    clock: StoryClock,
    school: str,
    joining: Iterable[RosterEntry],
    *,
    today: date,
    until: datetime,
) -> None:
    """Live each weekday from three weeks ago: plan, deliver, answer at lunch, ask, report, work on cases.

    `joining`: the list of people as it is since someone joined.
    """
    will_answer: dict[int, list[tuple[str, Reminder]]] = defaultdict(list)
    services = replace(services, clock=clock)
    stage = SceneContext(services, school, clock())
    told = [*scenes(), *account_scenes(), *staff_room_scenes(tuple(joining))]
    days = list(_weekdays(today - WEEKS, until.astimezone(SCHOOL_TIMEZONE).date()))
    for morning, day in enumerate(days):
        look_after_cases(services, clock.turn_to(day, EARLY))
        decided = plan_day(services, clock.turn_to(day, MORNING), (school,))
        queue_reminders(services, RECEIPTS, clock(), (school,))
        deliver(services, now=clock.turn_to(day, POST), limit=BATCH)
        for notice in decided.notices:
            if notice.person not in NEVER:
                asked = [item for item in notice.items if item.kind not in OF_OTHERS]
                will_answer[morning + TAKES.get(notice.person, 1)] += [(notice.school, one) for one in asked]
        for scene in _scenes_of(told, len(days) - 1 - morning, will_answer.pop(morning, [])):
            stage.now = clock.turn_to(day, scene.at)
            if stage.now <= until:
                scene.happens(stage)
                deliver(services, now=clock(), limit=BATCH)


def _scenes_of(told: Iterable[Scene], ago: int, answering: list[tuple[str, Reminder]]) -> list[Scene]:
    """List what happens on one day after the post, in its order: what is reported and done, and lunch."""

    def lunch(stage: SceneContext) -> None:
        for school, item in answering:
            answer_as_asked(stage.services, school, item)

    today = [scene for scene in told if scene.ago == ago]
    return sorted([*today, Scene(ago, LUNCH, lunch)], key=lambda scene: scene.at)


def answer_as_asked(services: Services, school: str, item: Reminder) -> None:
    """Answer as the person would, on the page behind their link; governors' reviews wait for the minutes."""
    duty = item.duty
    link = Link("duty", school, item.about, duty.obligation.key, duty.cycle)
    view = open_duty(services.store, link, services.clock())
    if isinstance(view, DutyView) and view.answered is None and view.obligation.kind is not Kind.REVIEW:
        answer(services.store, link, _story_words(view), services.clock())


def _story_words(view: DutyView) -> Answer:
    duty = (view.person.key, view.obligation.key)
    asks, refuses = duty in ASKS and not view.earlier, duty in REFUSES
    outcome = Outcome.QUESTION if asks else Outcome.DECLINED if refuses else Outcome.DONE
    return Answer(
        outcome=outcome,
        typed_name=view.person.name,
        shown=view.shown,
        words=ASKS[duty] if asks else REFUSES.get(duty, ""),
        done_on=view.today if outcome is Outcome.DONE and asks_date(view.obligation.kind) else None,
    )


def listed_training(
    school: str,
    known: Mapping[str, Person],
    listed: Mapping[str, Mapping[str, int]],
    today: date,
    now: datetime,
) -> Iterator[EvidenceRecord]:
    """Make the records of a training list. `listed`: obligation -> person -> how many days ago."""
    for obligation, days in listed.items():
        for person, ago in days.items():
            acted_on = today - timedelta(days=ago)
            yield EvidenceRecord(
                idempotency_key=f"training list/{obligation}/{person}/{acted_on}",
                school=school,
                obligation=obligation,
                person=person,
                person_name=known[person].name,
                acted_on=acted_on,
                recorded_at=now,
                identified_by="the office's training list",
                channel="import",
            )


def _weekdays(first: date, last: date) -> Iterator[date]:
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        if day.weekday() < 5:
            yield day


def _instant(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, SCHOOL_TIMEZONE).astimezone(UTC)
