"""The questions that a register asks after reading, and every attempt at them.

`bot.records.tables` must be imported first: one description holds all tables.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    func,
    insert,
    select,
)

from bot.database.columns import Instant, tables, to_row
from bot.database.dialect import Json
from bot.database.queries import SchoolKeys, school_query
from bot.rules.evidence import CheckQuestion
from bot.rules.register import Register

quiz_question = Table(
    "quiz_question",
    tables,
    Column("setting", Text, primary_key=True),
    Column("obligation", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("ask", Text, nullable=False),
    Column("answers", Json, nullable=False),
    Column("right_answer", Integer, nullable=False),
    ForeignKeyConstraint(["setting", "obligation"], ["obligation.setting", "obligation.key"]),
)

# Append-only. `asked` holds the questions as they stood, and `given` the answers chosen, counted from 1.
quiz_attempt = Table(
    "quiz_attempt",
    tables,
    Column("id", Integer, primary_key=True),
    Column("setting", Text, nullable=False),
    Column("obligation", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("cycle", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("identified_by", Text, nullable=False),
    Column("asked", Json, nullable=False),
    Column("given", Json, nullable=False),
    Column("wrong", Integer, nullable=False),
    ForeignKeyConstraint(["setting", "obligation"], ["obligation.setting", "obligation.key"]),
    Index(None, "setting", "obligation", "person"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at an obligation's questions, as they stood: what was chosen, and how many were not right."""

    school: str
    obligation: str
    person: str
    cycle: str
    at: datetime
    identified_by: str
    asked: tuple[CheckQuestion, ...]
    given: tuple[int, ...]
    wrong: int


QUESTIONS = school_query(select(quiz_question).order_by(quiz_question.c.position), quiz_question.c.setting)


def question_rows(register: Register) -> list[dict[str, Any]]:
    return [
        {
            "setting": one.school,
            "obligation": one.key,
            "position": position,
            "ask": question.ask,
            "answers": list(question.answers),
            "right_answer": question.right,
        }
        for one in register.obligations
        for position, question in enumerate(one.questions)
    ]


def load_questions(conn: Connection, schools: SchoolKeys) -> dict[tuple[str, str], tuple[CheckQuestion, ...]]:
    """Return the questions of these schools (None: all), by school and obligation."""
    found: dict[tuple[str, str], tuple[CheckQuestion, ...]] = defaultdict(tuple)
    for row in QUESTIONS.rows(conn, schools):
        question = CheckQuestion(row.ask, tuple(row.answers), row.right_answer)
        found[row.setting, row.obligation] = (*found[row.setting, row.obligation], question)
    return found


def keep_attempt(conn: Connection, attempt: Attempt) -> None:
    row = to_row(attempt)
    row |= {"asked": [_values(one) for one in attempt.asked], "given": list(attempt.given)}
    conn.execute(insert(quiz_attempt), row)


def tries(conn: Connection, school: str, obligation: str, person: str, cycle: str | None) -> int:
    """Count someone's attempts at an obligation's questions in one cycle."""
    table = quiz_attempt
    query = select(func.count()).where(
        table.c.setting == school,
        table.c.obligation == obligation,
        table.c.person == person,
        table.c.cycle == cycle,
    )
    return int(conn.scalar(query) or 0)


def _values(question: CheckQuestion) -> dict[str, Any]:
    return {"ask": question.ask, "answers": list(question.answers), "right": question.right}
