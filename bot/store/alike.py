"""Reads what people did alike: one row for all who did the same about an obligation on one day."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select, tuple_
from sqlalchemy.types import NullType

from bot.domain.evidence import Evidence
from bot.domain.settled import Alike, Rule
from bot.store.by_setting import one_of
from bot.store.engine import is_sqlite
from bot.store.evidence import ACTS, OUTCOMES, act_record
from bot.store.schema import evidence

# A statement takes some thousands of names; a rule is two.
RULES_AT_ONCE = 500


def load_alike(conn: Connection, settings: Collection[str]) -> dict[str, list[Alike]]:
    """List by setting what people did alike there; not what is about an account, a stage or an event."""
    found: dict[str, list[Alike]] = defaultdict(list)
    rows = conn.execute(ALIKE[conn.dialect.name], {"the_settings": list(settings)}).fetchall()
    as_people = json.loads if is_sqlite(conn) else tuple
    for setting, obligation, on, outcome, cycle, version, people in rows:
        act = Alike((setting, obligation), on, OUTCOMES[outcome], cycle, version, as_people(people))
        found[setting].append(act)
    return found


def load_about(conn: Connection, rules: Iterable[Rule]) -> dict[str, list[Evidence]]:
    """List by setting the acts about these rules in the form the rules need, oldest first."""
    wanted, found = sorted(rules), defaultdict[str, list[Evidence]](list)
    for at in range(0, len(wanted), RULES_AT_ONCE):
        some = wanted[at : at + RULES_AT_ONCE]
        for row in conn.execute(ABOUT, {"the_rules": some}).fetchall():
            found[row[0]].append(act_record(row))
    return found


def _alike(dialect: str, people: Any) -> Select[Any]:
    same = (
        evidence.c.setting,
        evidence.c.obligation,
        evidence.c.acted_on,
        evidence.c.outcome,
        evidence.c.cycle,
        evidence.c.sha256_bytes,
    )
    among = one_of(evidence.c.setting, "the_settings")[dialect]
    return select(*same, people).where(among, evidence.c.subject.is_(None)).group_by(*same)


# Built once: SQLAlchemy then finds each one's SQL in its cache without walking it again.
ALIKE = {
    "sqlite": _alike("sqlite", func.json_group_array(evidence.c.person, type_=NullType())),
    # Without a type the driver's own list is given as it is.
    "postgresql": _alike("postgresql", func.array_agg(evidence.c.person, type_=NullType())),
}
_rules: BindParameter[Any] = bindparam("the_rules", expanding=True)
ABOUT = ACTS.every.where(tuple_(evidence.c.setting, evidence.c.obligation).in_(_rules))
