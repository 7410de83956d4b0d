"""Working on a case: a function a step, each of which checks access and is one transaction.

A step writes state, timeline and hash chain. A person who may not open a case and a number that does not
exist raise the same NoSuchCase. A step that replaces something raises Outdated if that changed since the
form's page was made (`services.was`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from bot.cases import store as case_store
from bot.cases.access import may_be_given, may_open
from bot.cases.content import seal_act, seal_words
from bot.cases.context import (
    CaseSession,
    NoSuchCase,
    TransitionBlocked,
    case_transaction,
    check_start,
    open_desk,
    words_of,
)
from bot.cases.corrections import open_again, open_again_if_a_clock_runs, run_clocks
from bot.cases.emails import hand_on, tell
from bot.cases.jobs import is_left_out
from bot.cases.model import CaseOutcome, CaseState, Debrief, Task, is_open, lacking
from bot.cases.reporter_emails import tell_reporter
from bot.cases.store import StoredTask
from bot.cases.view import CaseListRow, CaseView, row_of, view_of
from bot.core.dates import long_date
from bot.rules.case_rules import ACTION, Answer, is_about_telling, thing_of
from bot.services import Services

NO_QUESTION = "This case does not ask that."
ADD_A_TASK = "Add it as a task, so that somebody does it by a day."
NOT_YET = "That day has not come yet."


def answer(
    services: Services, school: str, number: str, person: str, *, answer: Answer, now: datetime
) -> None:
    """Record an answer. A later one replaces it on the sheet; the timeline keeps both.

    NotYet when the case does not ask it, a no has no reason, or the day is to come.
    """
    with case_transaction(services, school, number, person, now) as pen:
        if answer.question not in pen.file.case.asks:
            raise TransitionBlocked(NO_QUESTION)
        if answer.question == ACTION and answer.yes:
            raise TransitionBlocked(ADD_A_TASK)
        if answer.on > pen.desk.today:
            raise TransitionBlocked(NOT_YET)
        said = answer.words.strip()
        words = "" if answer.yes and not said else words_of(said, "Say why not.")
        known = [one for one in pen.file.sheet.answers if one.question != answer.question]
        given = Answer(answer.question, answer.yes, answer.on, words)
        if given in pen.file.sheet.answers:
            return
        pen.change(answers=(*known, given))
        pen.say(f"{given} ({long_date(given.on)})" if given.yes else str(given), words)


TO_COME = "That moment has not come yet."


def set_aware_at(
    services: Services, school: str, number: str, person: str, *, wall: datetime, now: datetime
) -> None:
    """Count every running clock from this moment; done clocks stay.

    `wall` is local time of the school, without a zone. A breach found on a Friday and reported on the Monday
    has been known since Friday.
    """
    with case_transaction(services, school, number, person, now) as pen:
        since = wall.replace(tzinfo=pen.desk.zone).astimezone(now.tzinfo)
        if since > now:
            raise TransitionBlocked(TO_COME)
        if since == pen.file.case.aware_at:
            return
        pen.move(aware_at=since)
        case = pen.file.case
        done = [clock for clock in pen.file.clocks if clock.done_at is not None]
        settled = {thing_of(clock.action) for clock in done}
        wanted = pen.desk.clocks_for(case.category, since, personal_data=case.personal_data)
        pen.say(f"Known here since {wall:%H:%M} on {long_date(wall.date())}: the clocks count from then.")
        run_clocks(pen, (*done, *(clock for clock in wanted if thing_of(clock.action) not in settled)))
        open_again_if_a_clock_runs(pen)


NOT_FOR_THEM = "This person cannot be given this case."
CLOSED = "This case is closed. Open it again first, then say how it ended."
NO_TASK = "This task is not on the list any more."
WHO_WAS_TOLD = "Write who was told, with any reference, or why nobody was."
KEY = slice(12)


@dataclass(frozen=True, slots=True)
class Advice:
    """Advice taken: who gave it, when, their reference, and what they said."""

    by: str
    on: date
    reference: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ClockDone:
    """What a clock asked for and is done. `words`: who was told outside the school, with any reference."""

    action: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task with its person and due date."""

    what: str
    person: str
    due_on: date


def cases_for(services: Services, school: str, person: str, now: datetime) -> tuple[CaseListRow, ...]:
    """Return the cases a person may open, oldest first; nothing reveals another."""
    with services.store.reading() as conn:
        desk = open_desk(services, conn, school, now)
        if desk is None:
            return ()
        mine = (file for file in desk.every() if may_open(file.case, person, desk.roll))
        return tuple(row_of(desk, file, person) for file in mine)


def open_case(
    services: Services, school: str, number: str, person: str, now: datetime, *, again: bool = False
) -> CaseView | None:
    """Return a case and log that it was opened; None if it does not exist or is not theirs.

    `again`: the page is shown again, and an opening is logged already.
    """
    try:
        with case_transaction(services, school, number, person, now) as pen:
            if not again:
                pen.desk.note_opening(pen.file, person)
            left_out = is_left_out(services, pen.desk, pen.file)
            return replace(view_of(pen.desk, pen.file, person), left_out=left_out)
    except NoSuchCase:
        return None


def move(services: Services, school: str, number: str, person: str, *, to: CaseState, now: datetime) -> None:
    """Move a case to its next state; NotYet lists what it lacks."""
    with case_transaction(services, school, number, person, now) as pen:
        check_start(pen, "move", services.was)
        lacks = lacking(pen.file.case, to, pen.file.running)
        if lacks:
            raise TransitionBlocked(*lacks)
        before = pen.file.case.state
        closed_at = now if to is CaseState.CLOSED else None
        pen.move(state=to.value, closed_at=closed_at)
        pen.say("Opened again." if before is CaseState.CLOSED else f"Now: {to.value}.")


def assign(services: Services, school: str, number: str, person: str, *, to: str, now: datetime) -> None:
    """Assign a case to a person, who is told."""
    with case_transaction(services, school, number, person, now) as pen:
        check_start(pen, "assign", services.was)
        if to not in may_be_given(pen.file.case, pen.desk.roll):
            raise TransitionBlocked(NOT_FOR_THEM)
        if to != pen.file.case.assignee:
            pen.file = hand_on(pen.desk, pen.file, to, "Given to somebody", person)


def watch(services: Services, school: str, number: str, person: str, *, who: str, now: datetime) -> None:
    """Add a follower to a case, and tell them."""
    with case_transaction(services, school, number, person, now) as pen:
        entry = _let_in(pen, who)
        if entry is not None:
            tell(pen.desk, pen.file, who, f"watch {entry}")


def unwatch(services: Services, school: str, number: str, person: str, *, who: str, now: datetime) -> None:
    with case_transaction(services, school, number, person, now) as pen:
        if who in pen.file.case.watchers:
            pen.change(watchers=tuple(sorted(pen.file.case.watchers - {who})))
            pen.say(f"{pen.desk.name(who)} does not follow it any more.")


def note(services: Services, school: str, number: str, person: str, *, words: str, now: datetime) -> None:
    with case_transaction(services, school, number, person, now) as pen:
        pen.say("Noted.", words_of(words, "Write your note."))


def decide(services: Services, school: str, number: str, person: str, *, words: str, now: datetime) -> None:
    """Record a decision and its reasons."""
    with case_transaction(services, school, number, person, now) as pen:
        pen.say("Decided.", words_of(words, "Write what was decided, and why."))


def advise(
    services: Services, school: str, number: str, person: str, *, advice: Advice, now: datetime
) -> None:
    """Record advice that was taken from outside."""
    with case_transaction(services, school, number, person, now) as pen:
        by = words_of(advice.by, "Say whose advice it was.")
        reference = f" (reference {advice.reference.strip()})" if advice.reference.strip() else ""
        pen.say(f"Advice from {by} on {long_date(advice.on)}{reference}.", advice.words.strip())


def refer(
    services: Services, school: str, number: str, person: str, *, reference: str, now: datetime
) -> None:
    """Link the case with a record kept elsewhere (CPOMS, MyConcern), by its reference alone."""
    with case_transaction(services, school, number, person, now) as pen:
        said = words_of(reference, "Give the reference of the other record.")
        if said not in pen.file.sheet.references:
            pen.change(references=(*pen.file.sheet.references, said))
            pen.say(f"See also {said}.")


def post_to_reporter(
    services: Services, school: str, number: str, person: str, *, words: str, now: datetime
) -> None:
    """Write to the reporter's inbox."""
    with case_transaction(services, school, number, person, now) as pen:
        said = words_of(words, "Write what the reporter shall read.")
        sealed = seal_act(pen.desk.keys, pen.file.stored.wrapped_key, now, words=said)
        case_store.add_post(pen.desk.conn, number, sealed, from_us=True)
        tell_reporter(pen.desk, pen.file, pen.say("Wrote to the reporter.", said))


def add_task(
    services: Services, school: str, number: str, person: str, *, task: NewTask, now: datetime
) -> None:
    """Add a task to a case; its person may open the case from then on, and is told."""
    with case_transaction(services, school, number, person, now) as pen:
        what = words_of(task.what, "Say what there is to do.")
        if not may_open(pen.file.case, task.person, pen.desk.roll):
            _let_in(pen, task.person)
        entry = pen.say(f"{pen.desk.name(task.person)} is asked by {long_date(task.due_on)}.", what)
        key = sha256(f"{number}|{entry}".encode()).hexdigest()[KEY]
        pen.change(answers=tuple(one for one in pen.file.sheet.answers if one.question != ACTION))
        _keep(pen, Task(key, what, task.person, task.due_on))
        open_again(pen, "A task was added.")
        if task.person != person:
            tell(pen.desk, pen.file, task.person, f"task {entry}")


def finish_task(
    services: Services, school: str, number: str, person: str, *, task: str, now: datetime
) -> None:
    with case_transaction(services, school, number, person, now) as pen:
        found = _task(pen, task)
        if found.done_on is None:
            _keep(pen, replace(found, done_on=pen.desk.today))
            pen.say("Task done.", found.what)


def drop_task(services: Services, school: str, number: str, person: str, *, task: str, now: datetime) -> None:
    """Remove a task; the timeline keeps it."""
    with case_transaction(services, school, number, person, now) as pen:
        found = _task(pen, task)
        case_store.drop_task(pen.desk.conn, number, task, pen.desk.today)
        pen.say("Task not needed any more.", found.what)


def say_debrief(
    services: Services, school: str, number: str, person: str, *, debrief: Debrief, now: datetime
) -> None:
    """Record what is learnt."""
    with case_transaction(services, school, number, person, now) as pen:
        check_start(pen, "debrief", services.was)
        pen.change(
            happened=debrief.happened.strip(), why=debrief.why.strip(), changes=debrief.changes.strip()
        )
        pen.say("Debrief.", f"{debrief.happened}\n\n{debrief.why}\n\n{debrief.changes}")


def say_outcome(
    services: Services, school: str, number: str, person: str, *, outcome: CaseOutcome, now: datetime
) -> None:
    """Record how a case ended; NotYet where it is closed."""
    with case_transaction(services, school, number, person, now) as pen:
        check_start(pen, "outcome", services.was)
        if not is_open(pen.file.case):
            raise TransitionBlocked(CLOSED)
        pen.change(outcome=outcome.value)
        pen.say(f"Outcome: {outcome.value}.")


def clock_done(
    services: Services, school: str, number: str, person: str, *, done: ClockDone, now: datetime
) -> None:
    """Record that what a clock asks for is done."""
    with case_transaction(services, school, number, person, now) as pen:
        known = {clock.action: clock for clock in pen.file.clocks}
        if done.action not in known:
            raise TransitionBlocked("This case has no such clock.")
        if known[done.action].done_at is None:
            if is_about_telling(done.action) and not done.words.strip():
                raise TransitionBlocked(WHO_WAS_TOLD)
            known[done.action] = replace(known[done.action], done_at=now)
            pen.file = pen.desk.save_clocks(pen.file, known.values())
            pen.say(f"Done: {done.action}.", done.words.strip())


def hold(services: Services, school: str, number: str, person: str, *, why: str, now: datetime) -> None:
    """Keep a case whatever its age, with a reason; an empty reason ends it."""
    with case_transaction(services, school, number, person, now) as pen:
        check_start(pen, "hold", services.was)
        pen.change(held=why.strip())
        pen.say("Legal hold." if why.strip() else "No legal hold any more.", why.strip())


def keep_until(
    services: Services, school: str, number: str, person: str, *, on: date | None, now: datetime
) -> None:
    """Keep a case for longer than its category requires."""
    with case_transaction(services, school, number, person, now) as pen:
        check_start(pen, "keep-until", services.was)
        pen.change(not_before=on.isoformat() if on else None)
        pen.say(f"Kept until {long_date(on)} at least." if on else "Kept as its category asks.")


def _let_in(pen: CaseSession, who: str) -> int | None:
    """Add a follower; return the timeline entry. None if they had access already."""
    if who not in may_be_given(pen.file.case, pen.desk.roll):
        raise TransitionBlocked(NOT_FOR_THEM)
    if who not in pen.file.case.watchers:
        pen.change(watchers=tuple(sorted(pen.file.case.watchers | {who})))
        return pen.say(f"{pen.desk.name(who)} follows it now.")
    return None


def _task(pen: CaseSession, key: str) -> Task:
    found = next((one for one in pen.file.case.tasks if one.key == key), None)
    if found is None:
        raise TransitionBlocked(NO_TASK)
    return found


def _keep(pen: CaseSession, task: Task) -> None:
    sealed = seal_words(pen.desk.keys, pen.file.stored.wrapped_key, what=task.what, person=task.person)
    stored = StoredTask(task.key, task.due_on, task.done_on, sealed)
    case_store.save_task(pen.desk.conn, pen.file.stored.number, stored)
