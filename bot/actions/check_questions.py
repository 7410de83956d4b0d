"""Questions after reading: every attempt is kept as it was made, and what was not right is asked again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.actions.duty_view import DutyView
from bot.domain.check_questions import unanswered, wrong
from bot.store import check_questions, ledger
from bot.store.check_questions import Attempt
from bot.store.engine import Connection

CHOOSE = "Question {}: choose an answer."
AGAIN = "Question {}: look at this again. The answer is in the text."


def attempt(
    conn: Connection, view: DutyView, given: tuple[int, ...], identified_by: str, now: datetime
) -> Iterator[tuple[int, str]]:
    """Keep an attempt with its ledger entry; yield the questions to look at again, by number, and why.

    While an answer is missing nothing is kept: that is no attempt yet.
    """
    questions = view.obligation.questions
    missing = unanswered(questions, given)
    if missing:
        yield from ((number, CHOOSE.format(number)) for number in missing)
        return
    again = wrong(questions, given)
    tried = Attempt(
        setting=view.setting.key,
        obligation=view.obligation.key,
        person=view.person.key,
        cycle=view.cycle,
        at=now,
        identified_by=identified_by,
        asked=questions,
        given=given[: len(questions)],
        wrong=len(again),
    )
    check_questions.keep_attempt(conn, tried)
    ledger.append(
        conn,
        at=now,
        actor=f"person:{tried.person}",
        action="answered check questions",
        subject=f"obligation:{tried.setting}/{tried.obligation}",
        data={"cycle": tried.cycle, "of": len(questions), "wrong": tried.wrong},
    )
    yield from ((number, AGAIN.format(number)) for number in again)
