"""View models of the case pages, made for one person who may open the case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.cases import store as case_store
from bot.cases.access import involves_personal_data, may_be_given, may_see
from bot.cases.content import CaseContent, unseal_act
from bot.cases.context import HANDBELL, REPORTER, CaseContext, starts_of
from bot.cases.emails import ABOUT_TO_END
from bot.cases.model import MOVES, Case, CaseState, Task, lacking, open_questions
from bot.rules.case_rules import QUESTIONS, Clock
from bot.rules.evidence import Outcome
from bot.rules.obligations import Kind
from bot.rules.people import School
from bot.rules.policies import Policy, Version, that_count
from bot.rules.report_fields import sealed_words


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock as a page shows it. `how`: done, running, about to end or late."""

    action: str
    due_at: datetime
    how: str
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseListRow:
    """One line of the list. `clock`: the one that ends first of those running; None: none runs."""

    number: str
    category: str
    title: str
    state: CaseState
    received_on: date
    clock: ClockRow | None
    owner: str | None
    owner_role: str
    mine: bool
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One entry of the timeline: who (a name, "the reporter" or "Handbell"), when, what, and their words."""

    at: datetime
    by: str
    what: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """A state this case may go to next, and the sentences that say what it still lacks."""

    to: CaseState
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseOption:
    """A person to select on a form."""

    person: str
    name: str


@dataclass(frozen=True, slots=True)
class AcknowledgementOnDay:
    """Whether an adult had acknowledged the version in force that day, or one with only minor ones after it.

    `version`: the one they did, or the one in force. `on` None: no record of any.
    """

    person: str
    name: str
    policy: str
    version: str
    on: date | None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """What the case must answer. `said`: the answer in a sentence; "": none yet. `yes` None: so by a task."""

    key: str
    asks: str
    said: str = ""
    words: str = ""
    on: date | None = None
    yes: bool | None = None


@dataclass(frozen=True, slots=True)
class TaskRow:
    key: str
    what: str
    person: str
    name: str
    due_on: date
    done_on: date | None
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What was reported, in the reporter's words, as far as the reader is shown it.

    `answers`: by the names of rules.report_fields; a field that is not for this reader is missing. An
    anonymous report has None for its reporter's name, address and `reporter_person`.
    """

    answers: Mapping[str, str | None]
    reporter_person: str | None

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """The label and words of each answer that does not identify the reporter."""
        fields = (one for one in sealed_words() if one.name in self.answers and not one.identifies)
        return tuple((one.label, self.answers[one.name] or "") for one in fields)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A whole case, opened. `posts`: words to and from the reporter; `seen`: who opened it, latest first.

    `was`: by step, what its form starts from (`case_shown`). `left_out`: the list outside has no row of it.
    """

    case: Case
    school: School
    title: str
    facts: CaseFacts
    received_on: date
    owner: str | None
    owner_role: str
    named: tuple[CaseOption, ...]
    watchers: tuple[CaseOption, ...]
    timeline: tuple[TimelineLine, ...]
    clocks: tuple[ClockRow, ...]
    tasks: tuple[TaskRow, ...]
    moves: tuple[Transition, ...]
    may_have_it: tuple[CaseOption, ...]
    may_be_named: tuple[CaseOption, ...]
    acknowledgements: tuple[AcknowledgementOnDay, ...]
    references: tuple[str, ...]
    posts: tuple[tuple[datetime, bool, str], ...]
    seen: tuple[tuple[datetime, str], ...]
    held: str = ""
    telephone: str | None = None
    questions: tuple[QuestionRow, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()
    policies: tuple[tuple[str, str], ...] = ()
    was: Mapping[str, str] = field(default_factory=dict)
    left_out: bool = False
    personal_data: bool = False


def row_of(desk: CaseContext, file: CaseContent, person: str) -> CaseListRow:
    """Make a case's line in the list for one reader."""
    running = [clock for clock in file.clocks if clock.done_at is None]
    return CaseListRow(
        number=file.stored.number,
        category=file.case.category,
        title=desk.title(file.case.category),
        state=file.case.state,
        received_on=desk.day_of(file.stored.received_at),
        clock=clock_row(running[0], desk.now) if running else None,
        owner=file.case.assignee,
        owner_role=desk.role_of(file.case.assignee),
        mine=file.case.assignee == person,
        closed_on=desk.day_of(file.stored.closed_at) if file.stored.closed_at else None,
    )


def clock_row(clock: Clock, now: datetime) -> ClockRow:
    if clock.done_at is not None:
        how = "done"
    elif clock.left(now) <= timedelta(0):
        how = "late"
    else:
        how = "about to end" if clock.left(now) <= ABOUT_TO_END else "running"
    return ClockRow(clock.action, clock.due_at, how, clock.done_at)


def view_of(desk: CaseContext, file: CaseContent, person: str) -> CaseView:
    """Gather everything of a case that its page shows to one person who may open it."""
    stored, sheet = file.stored, file.sheet
    routed = desk.route(sheet.category, sheet.named, sheet.heads)
    policies = (one for (school, _), one in desk.snapshot.policies.items() if school == stored.school)
    return CaseView(
        case=file.case,
        school=desk.school,
        title=desk.title(sheet.category),
        facts=CaseFacts(
            answers={
                one.name: sheet.reported[one.name]
                for one in sealed_words()
                if one.name in sheet.reported and may_see(one, person, desk.roll)
            },
            reporter_person=sheet.reporter_person,
        ),
        received_on=desk.day_of(stored.received_at),
        owner=desk.name(sheet.assignee) if sheet.assignee else None,
        owner_role=desk.role_of(sheet.assignee),
        named=_choices(desk, sheet.named),
        watchers=_choices(desk, sheet.watchers),
        timeline=_timeline(desk, file),
        clocks=tuple(clock_row(one, desk.now) for one in file.clocks),
        tasks=tuple(_task(desk, one) for one in file.case.tasks),
        moves=tuple(Transition(to, lacking(file.case, to, file.running)) for to in MOVES[file.case.state]),
        may_have_it=_choices(desk, may_be_given(file.case, desk.roll)),
        may_be_named=_choices(desk, {*_of_school(desk), *sheet.named}),
        acknowledgements=_acknowledgements(desk, file),
        references=sheet.references,
        posts=_posts(desk, file),
        seen=tuple(_seen(desk, file)),
        held=sheet.held,
        telephone=routed.telephone if sheet.assignee is None else None,
        questions=tuple(_question(file.case, one) for one in file.case.asks),
        categories=tuple((one, desk.title(one)) for one in desk.categories()),
        policies=tuple((one.key, one.title) for one in policies),
        was=starts_of(file),
        personal_data=involves_personal_data(file.case),
    )


def _of_school(desk: CaseContext) -> Iterator[str]:
    """Yield all people who belong to the school, have belonged to it, or are still to come."""
    people = desk.snapshot.people.values()
    return (one.key for one in people if one.membership(desk.school.key) is not None)


def _choices(desk: CaseContext, people: Iterable[str]) -> tuple[CaseOption, ...]:
    return tuple(sorted((CaseOption(key, desk.name(key)) for key in people), key=lambda one: one.name))


def _timeline(desk: CaseContext, file: CaseContent) -> tuple[TimelineLine, ...]:
    said = []
    for one in case_store.entries(desk.conn, file.stored.number):
        at, words = unseal_act(desk.keys, file.stored.wrapped_key, one)
        by = {REPORTER: "The reporter", HANDBELL: "Handbell"}.get(words["by"]) or desk.name(words["by"])
        said.append(TimelineLine(at, by, words["what"], words["words"]))
    return tuple(said)


def _posts(desk: CaseContext, file: CaseContent) -> tuple[tuple[datetime, bool, str], ...]:
    posts = []
    for one in case_store.posts(desk.conn, file.stored.number):
        at, words = unseal_act(desk.keys, file.stored.wrapped_key, one.sealed)
        posts.append((at, one.from_us, words["words"]))
    return tuple(posts)


def _seen(desk: CaseContext, file: CaseContent) -> Iterator[tuple[datetime, str]]:
    """Yield when and by whom the case was opened, latest first."""
    for sealed in case_store.page_views(desk.conn, file.stored.number):
        at, words = unseal_act(desk.keys, file.stored.wrapped_key, sealed)
        yield at, desk.name(words["person"])


def _question(case: Case, key: str) -> QuestionRow:
    asks = QUESTIONS[key].asks
    given = next((one for one in case.answers if one.question == key), None)
    if given is not None:
        return QuestionRow(key, asks, str(given), given.words, given.on, given.yes)
    return QuestionRow(
        key, asks, "" if key in open_questions(case) else f"{QUESTIONS[key].yes}: see the tasks."
    )


def _task(desk: CaseContext, task: Task) -> TaskRow:
    late = task.done_on is None and task.due_on < desk.today
    return TaskRow(task.key, task.what, task.person, desk.name(task.person), task.due_on, task.done_on, late)


def _acknowledgements(desk: CaseContext, file: CaseContent) -> tuple[AcknowledgementOnDay, ...]:
    """Return, for each adult named, what they had signed of the policy in force on the day the case came."""
    policy = desk.snapshot.policies.get((desk.school.key, file.case.policy or ""))
    day = desk.day_of(file.stored.aware_at)
    known = _known_on(policy, day) if policy is not None else ()
    if policy is None or not known:
        return ()
    return tuple(_acknowledged(desk, one, policy, that_count(known), day) for one in sorted(file.case.named))


def _known_on(policy: Policy, day: date) -> tuple[Version, ...]:
    return tuple(one for one in policy.versions if one.issued_on is None or one.issued_on <= day)


def _acknowledged(
    desk: CaseContext, person: str, policy: Policy, versions: tuple[Version, ...], day: date
) -> AcknowledgementOnDay:
    """Return the newest of these versions that a person had signed by that day, and when they first did."""
    signed = ((one, _signed_on(desk, person, policy, one, day)) for one in reversed(versions))
    version, on = next(((one, on) for one, on in signed if on is not None), (versions[-1], None))
    return AcknowledgementOnDay(person, desk.name(person), policy.title, version.number, on)


def _signed_on(desk: CaseContext, person: str, policy: Policy, version: Version, day: date) -> date | None:
    asked = {
        one.key
        for one in desk.snapshot.obligations
        if one.school == desk.school.key
        and one.policy == policy.key
        and one.kind in {Kind.ACKNOWLEDGE, Kind.SIGN}
    }
    return min(
        (
            act.on
            for act in desk.snapshot.evidence
            if act.person == person
            and act.school == desk.school.key
            and act.obligation in asked
            and act.outcome is Outcome.DONE
            and act.version == version.sha256
            and act.on <= day
        ),
        default=None,
    )
