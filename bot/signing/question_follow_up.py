"""Reminders to answer a question or a refusal, its hand-over to the next leader, and the word to the asker.

Whoever has one is reminded after 3 and 6 school days; after 10 it goes to the next leader, from whom the days
are counted again (bot/rules/reminder_ladder.py). After 20 the asker hears that they are asked again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from bot.core.clock import local_date
from bot.core.dates import full_date
from bot.database.engine import Connection
from bot.messages.claim_store import ClaimedMessage
from bot.messages.content import ContentBlock, MessageContent
from bot.messages.store import NewMessage, is_queued
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.duty_emails import MessageContext
from bot.planning.queue_store import FeatureReminders, live_schools, new_letter, one_planner_at_a_time
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.records import ledger, school_setup
from bot.records.evidence import StoredEvidence
from bot.records.school_setup import HANDED_OVER
from bot.rules.evidence import ASKS, Evidence, Outcome
from bot.rules.reminder_ladder import HAND_OVER_AFTER, held_until, reply_step
from bot.services import Services
from bot.signing.questions import StaffQuestion, list_questions

KIND: Final = "question-waits"
REMIND, HANDED, ENDED = "remind", "handed", "ended"
# An asker who could not be told for so long, as one who was away, sees it on their page.
STILL_NEWS = timedelta(days=14)
SUBJECTS = {
    REMIND: "Waiting for your answer",
    HANDED: "A colleague waits for your answer",
    ENDED: "No answer to you yet",
}


def hand_over_questions(services: Services, now: datetime, only: Collection[str] | None = None) -> int:
    """Return what no one answered in 10 school days to the next leader, with an entry in the ledger.

    What was with a person who has left, or cannot be written to any more, goes to whose it is by the rule.
    Return how many. Running again changes nothing.
    """
    today, count = local_date(now), 0
    with services.store.reading() as conn:
        schools = school_setup.schools_with_questions(conn, live_schools(conn, only, now))
    if not schools:
        return 0
    with services.store.writing() as conn:
        one_planner_at_a_time(conn)
        snapshot = load_snapshot(conn, today, schools)
        rolls = active_members(snapshot, today)
        for key in schools:
            for one in list_questions(conn, snapshot, key, now):
                to = next_owner(snapshot, rolls[key], one, today)
                if to is None:
                    continue
                school_setup.give_question(conn, key, one.receipt, to=to, by=HANDED_OVER, now=now)
                had = one.owners[-1].person
                waited = one.owner is not None and one.owner.key == had
                why = f"no answer in {HAND_OVER_AFTER} school days" if waited else "cannot answer it any more"
                ledger.append(
                    conn,
                    at=now,
                    actor="schedule",
                    action="handed a question over",
                    subject=f"question:{key}/{one.receipt}",
                    data={"to": to, "from": had, "why": why},
                )
                count += 1
    return count


def next_owner(snapshot: Snapshot, roll: ActiveMembers, question: StaffQuestion, today: date) -> str | None:
    """Return the person a question goes to today in place of who has it; None: it stays where it is."""
    owner = question.owner
    if not question.is_open or owner is None or not question.owners:
        return None
    if owner.key != question.owners[-1].person:
        return owner.key
    step = reply_step(snapshot.calendars[roll.school.key].add_school_days, question.owner_since, today)
    if step is None or not step.hand_over:
        return None
    had = {one.person for one in question.owners}
    return roll.leader_above(question.kept.record.person, besides=had)


def reminders(
    conn: Connection,
    snapshot: Snapshot,
    schools: Collection[str],
    now: datetime,
    _had: Collection[NewMessage],
) -> Iterator[NewMessage]:
    """Yield the due emails about questions that wait, which were not queued yet."""
    today = local_date(now)
    rolls = active_members(snapshot, today)
    for key in schools:
        for question in list_questions(conn, snapshot, key, now):
            for to, occasion in _due(snapshot, rolls[key], question, today):
                letter = new_letter(snapshot, KIND, key, to, f"{question.receipt} {occasion}", now)
                if letter is not None and not is_queued(conn, KIND, to, letter.reference):
                    yield letter


def _due(
    snapshot: Snapshot, roll: ActiveMembers, question: StaffQuestion, today: date
) -> Iterator[tuple[str, str]]:
    """Yield whom to write to today, and about what. No one hears of it on a day on which they are away."""
    if not question.is_open:
        return
    add = snapshot.calendars[roll.school.key].add_school_days
    to = next_owner(snapshot, roll, question, today)
    owner = to or (question.owner.key if question.owner else None)
    if owner is not None and _is_in(roll, owner, today):
        step = reply_step(add, question.owner_since, today)
        if to is not None:
            yield owner, f"{HANDED} {len(question.owners) + 1}"
        elif step is not None:
            yield owner, f"{REMIND} {step.number} {len(question.owners)}"
        elif question.owners and question.owners[-1].given_by == HANDED_OVER:
            yield owner, f"{HANDED} {len(question.owners)}"
    asker = question.kept.record.person
    told_on = question.asked_again_on
    first = told_on == held_until(
        snapshot.calendars[roll.school.key].add_school_days, question.kept.record.acted_on
    )
    if first and told_on <= today <= told_on + STILL_NEWS and _is_in(roll, asker, today):
        yield asker, ENDED


def _is_in(roll: ActiveMembers, key: str, today: date) -> bool:
    here = roll.here.get(key)
    return here is not None and today.weekday() in here.working_days and not here.away_on(today)


def outline(snapshot: Snapshot, _school: str, reference: str, _on: date) -> str | None:
    """Return what an email is about, without what was asked; None: that is answered."""
    receipt, occasion, *_ = reference.split(" ")
    asked = next((one for one in snapshot.evidence if one.receipt == receipt), None)
    return SUBJECTS[occasion] if asked is not None and is_waiting(snapshot.evidence, asked) else None


def letter(desk: MessageContext, message: ClaimedMessage, kept: StoredEvidence) -> MessageContent | None:
    """Write an email about a question that waits; None: it was answered since."""
    record, snapshot = kept.record, desk.looked.snapshot
    asked = next((one for one in snapshot.evidence if one.receipt == kept.receipt), None)
    if asked is None or not is_waiting(snapshot.evidence, asked):
        return None
    occasion = message.step.split(" ")[1]
    refuses = record.outcome is Outcome.DECLINED
    titles = {one.key: one.title for one in snapshot.obligations if one.school == record.school}
    thing = record.policy_title or titles.get(record.obligation, record.obligation)
    if occasion == ENDED:
        page, button = f"{desk.base_url}/me", "See your tasks"
        said = (
            f"You {'could not agree to' if refuses else 'asked about'} {thing}. "
            "Nobody has answered you in time. We now ask you again, as the task is still open. "
            f"{'Your reason' if refuses else 'Your question'} is still with the school."
        )
    else:
        page, button = f"{desk.base_url}/office/questions/{kept.receipt}", "Answer"
        until = held_until(snapshot.calendars[record.school].add_school_days, record.acted_on)
        said = (
            f"{record.person_name} {'cannot agree to' if refuses else 'has a question about'} {thing}, "
            f"since {full_date(record.acted_on)}. "
            + ("It was not answered in time and is now with you. " if occasion == HANDED else "")
            + f"They are not reminded until you answer, or until {full_date(until)}."
        )
    card = ContentBlock(SUBJECTS[occasion], thing, "", button=button, link=page, notes=(said,))
    return desk.about(message, card)


def is_waiting(evidence: Collection[Evidence], asked: Evidence) -> bool:
    """Return whether no one has answered a question, and its asker has not said yes since."""
    task = (asked.school, asked.obligation, asked.person, asked.subject)
    after = False
    for one in evidence:
        after = after or one.receipt == asked.receipt
        if one.outcome is Outcome.ANSWERED and one.reference == asked.receipt:
            return False
        same = (one.school, one.obligation, one.person, one.subject) == task and one.cycle == asked.cycle
        if after and same and one.outcome is Outcome.DONE:
            return False
    return asked.outcome in ASKS


REMINDERS = FeatureReminders(
    KIND,
    lambda conn, keys, _today: school_setup.schools_with_questions(conn, keys),
    reminders,
    outline,
)
