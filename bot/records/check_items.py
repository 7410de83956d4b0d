"""The table of answers to single items of a check. Append-only: of each item the newest answer counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKeyConstraint, Index, Integer, Table, Text, insert, select

from bot.database.columns import Instant, tables
from bot.records import ledger
from bot.rules.check_items import ItemAnswer, from_text, to_text
from bot.rules.hash_chain import digest_of

check_answer = Table(
    "check_answer",
    tables,
    Column("id", Integer, primary_key=True),
    Column("setting", Text, nullable=False),
    Column("obligation", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("cycle", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("identified_by", Text, nullable=False),
    Column("answer", Text, nullable=False),
    ForeignKeyConstraint(["setting", "obligation"], ["obligation.setting", "obligation.key"]),
    Index(None, "setting", "obligation", "person"),
)


@dataclass(frozen=True, slots=True)
class CheckKey:
    """Whose check it is, and of which occurrence; `subject` is the account it is about, or empty."""

    school: str
    obligation: str
    person: str
    cycle: str
    subject: str = ""

    def row(self) -> dict[str, str]:
        """Return the columns that name the check."""
        return {
            "setting": self.school,
            "obligation": self.obligation,
            "person": self.person,
            "cycle": self.cycle,
            "subject": self.subject,
        }


def add_answers(
    conn: Connection, of: CheckKey, answers: Sequence[ItemAnswer], identified_by: str, now: datetime
) -> None:
    """Keep answers, each with a ledger entry that holds its digest."""
    for one in answers:
        text = to_text([one])
        row = {**of.row(), "at": now, "identified_by": identified_by, "answer": text}
        conn.execute(insert(check_answer), row)
        ledger.append(
            conn,
            at=now,
            actor=f"person:{of.person}",
            action="answered an item",
            subject=f"check:{of.school}/{of.obligation}",
            data={"cycle": of.cycle, "state": one.state.value, "answer": digest_of({"answer": text})},
        )


def load_answers(conn: Connection, of: CheckKey) -> list[ItemAnswer]:
    """Return the answers of one check, oldest first."""
    same = [check_answer.c[name] == value for name, value in of.row().items()]
    rows = conn.execute(select(check_answer.c.answer).where(*same).order_by(check_answer.c.id))
    return [one for row in rows for one in from_text(row.answer)]
