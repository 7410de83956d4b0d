"""Keeps the questions a register asks after reading, and every attempt at them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from bot.domain.check_questions import CheckQuestion
from bot.domain.register import Register
from bot.store.by_setting import Settings, by_setting
from bot.store.check_schema import check_attempt, check_question


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at an obligation's questions, as they stood: what was chosen, and how many were not right."""

    setting: str
    obligation: str
    person: str
    cycle: str
    at: datetime
    identified_by: str
    asked: tuple[CheckQuestion, ...]
    given: tuple[int, ...]
    wrong: int


QUESTIONS = by_setting(select(check_question).order_by(check_question.c.position), check_question.c.setting)


def question_rows(register: Register) -> list[dict[str, Any]]:
    return [
        {
            "setting": one.setting,
            "obligation": one.key,
            "position": position,
            "ask": question.ask,
            "answers": list(question.answers),
            "right_answer": question.right,
        }
        for one in register.obligations
        for position, question in enumerate(one.questions)
    ]


def load_questions(conn: Connection, settings: Settings) -> dict[tuple[str, str], tuple[CheckQuestion, ...]]:
    """Read the questions of these settings (None: all), by setting and obligation."""
    found: dict[tuple[str, str], tuple[CheckQuestion, ...]] = defaultdict(tuple)
    for row in QUESTIONS.rows(conn, settings):
        question = CheckQuestion(row.ask, tuple(row.answers), row.right_answer)
        found[row.setting, row.obligation] = (*found[row.setting, row.obligation], question)
    return found


def keep_attempt(conn: Connection, attempt: Attempt) -> None:
    row = {name: getattr(attempt, name) for name in Attempt.__slots__}
    row |= {"asked": [_values(one) for one in attempt.asked], "given": list(attempt.given)}
    conn.execute(insert(check_attempt), row)


def tries(conn: Connection, setting: str, obligation: str, person: str, cycle: str | None) -> int:
    """Count somebody's attempts at an obligation's questions in one cycle."""
    table = check_attempt
    query = select(func.count()).where(
        table.c.setting == setting,
        table.c.obligation == obligation,
        table.c.person == person,
        table.c.cycle == cycle,
    )
    return int(conn.scalar(query) or 0)


def _values(question: CheckQuestion) -> dict[str, Any]:
    return {"ask": question.ask, "answers": list(question.answers), "right": question.right}
