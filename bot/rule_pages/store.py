"""Changes of rules that wait for a second yes, or that can still be undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Table, Text, delete, insert, select

from bot.database.columns import Instant, tables
from bot.database.dialect import Json
from bot.database.engine import Connection
from bot.register.convert import to_obligation
from bot.register.differences import FieldChange, rule_details
from bot.register.export import to_part
from bot.register.file_models import ObligationPart
from bot.rules.obligations import Obligation

# `states`: the rule before and after. `undo_until` empty: the change waits for a second yes.
rule_change = Table(
    "rule_change",
    tables,
    Column("reference", Text, primary_key=True),
    Column("setting", Text, ForeignKey("school.key"), nullable=False),
    Column("rule", Text, nullable=False),
    Column("states", Json, nullable=False),
    Column("why", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("undo_until", Instant),
    Index(None, "setting", "rule"),
)
KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A change of one rule: what it was and becomes. None before: it is added; None after: it is taken out.

    `undo_until`: when its first email can go; None: it waits for a second yes.
    """

    reference: str
    school: str
    rule: str
    before: Obligation | None
    after: Obligation | None
    why: str
    by: str
    at: datetime
    undo_until: datetime | None

    @property
    def title(self) -> str:
        """The name of the rule, as it becomes."""
        one = self.after or self.before
        return one.title if one is not None else self.rule

    @property
    def verb(self) -> str:
        """What the change does, in one word."""
        if self.before is None:
            return "Add"
        if self.after is None:
            return "Remove"
        if self.before.active != self.after.active:
            return "Start again" if self.after.active else "Retire"
        return "Change"

    @property
    def details(self) -> tuple[FieldChange, ...]:
        """What is different, field by field."""
        return rule_details(self.before, self.after)


def add_change(conn: Connection, one: RuleChange) -> None:
    """Store a change, and delete those of the school that could be undone until more than a week ago."""
    old = rule_change.c.undo_until < one.at - KEPT_FOR
    conn.execute(delete(rule_change).where(rule_change.c.setting == one.school, old))
    row = {
        "reference": one.reference,
        "setting": one.school,
        "rule": one.rule,
        "states": {"before": _stored(one.before), "after": _stored(one.after)},
        "why": one.why,
        "changed_by": one.by,
        "changed_at": one.at,
        "undo_until": one.undo_until,
    }
    conn.execute(insert(rule_change), row)


def find_change(conn: Connection, school: str, reference: str) -> RuleChange | None:
    """Find a change that waits, or that can still be undone."""
    mine = (rule_change.c.setting == school, rule_change.c.reference == reference)
    row = conn.execute(select(rule_change).where(*mine)).one_or_none()
    return None if row is None else _change(row)


def waiting_changes(conn: Connection, school: str) -> tuple[RuleChange, ...]:
    """List the changes that wait for a second yes, the oldest first."""
    mine = (rule_change.c.setting == school, rule_change.c.undo_until.is_(None))
    rows = conn.execute(select(rule_change).where(*mine).order_by(rule_change.c.changed_at))
    return tuple(map(_change, rows))


def latest_change(conn: Connection, school: str, rule: str) -> RuleChange | None:
    """Return the newest change of a rule that was carried out and is still kept."""
    mine = (rule_change.c.setting == school, rule_change.c.rule == rule)
    done = rule_change.c.undo_until.is_not(None)
    newest = rule_change.c.changed_at.desc()
    row = conn.execute(select(rule_change).where(*mine, done).order_by(newest).limit(1)).one_or_none()
    return None if row is None else _change(row)


def forget_change(conn: Connection, school: str, reference: str) -> None:
    mine = (rule_change.c.setting == school, rule_change.c.reference == reference)
    conn.execute(delete(rule_change).where(*mine))


def _stored(rule: Obligation | None) -> dict[str, object] | None:
    if rule is None:
        return None
    since = rule.since.isoformat() if rule.since else None
    return {"part": to_part(rule).model_dump(mode="json"), "since": since}


def _change(row: Any) -> RuleChange:
    return RuleChange(
        reference=row.reference,
        school=row.setting,
        rule=row.rule,
        before=_restored(row.setting, row.states["before"]),
        after=_restored(row.setting, row.states["after"]),
        why=row.why,
        by=row.changed_by,
        at=row.changed_at,
        undo_until=row.undo_until,
    )


def _restored(school: str, stored: dict[str, Any] | None) -> Obligation | None:
    if stored is None:
        return None
    rule = to_obligation(school, ObligationPart.model_validate(stored["part"]))
    return replace(rule, since=date.fromisoformat(stored["since"]) if stored["since"] else None)
