"""Which schools' plans may differ today: those not known to be quiet, or changed since they were planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zlib import crc32

from sqlalchemy import (
    BindParameter,
    Connection,
    and_,
    bindparam,
    delete,
    false,
    func,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.by_setting import Settings
from bot.store.engine import is_sqlite
from bot.store.quiet_schema import quiet, touched
from bot.store.schema import setting

# Together with a number made from a setting's key; so few that a server has room for all of them, and so many
# that two who plan other schools hardly wait for each other.
PLANS_LOCK = 7_230_006
LOCKS = 2048


@dataclass(frozen=True, slots=True)
class Due:
    """A setting to plan. `quiet_until`: it is known to be quiet until then, and planned to prove it."""

    setting: str
    quiet_until: date | None


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan says of its settings: quiet until a day, and planned again on `check_on` all the same.

    `rules` names the rules that were planned by. `missed`: it was to be quiet, and was not.
    """

    on: date
    until_on: date
    check_on: date
    rules: str
    missed: bool


def due(conn: Connection, wanted: Settings, today: date, rules: str) -> list[Due]:
    """List those of these settings (None: all) whose plan may differ today, or whose day to prove it is."""
    given: dict[str, object] = {"today": today, "rules": rules}
    asked = (DUE, given) if wanted is None else (DUE_THEM, {**given, "settings": list(wanted)})
    return [Due(key, until_on if is_quiet else None) for key, until_on, is_quiet in conn.execute(*asked)]


def begin(conn: Connection, settings: Collection[str]) -> dict[str, int]:
    """Take up the plan of these settings: nobody else plans them before this transaction ends.

    What was changed until now will be seen by it. A change that is not committed yet keeps its note. Says
    how many were noted, by setting.
    """
    if not is_sqlite(conn):
        conn.execute(IN_TURN, {"numbers": sorted({crc32(key.encode()) % LOCKS for key in settings})})
    return Counter(conn.scalars(SEEN, {"settings": list(settings)}))


def end(conn: Connection, settings: Mapping[str, Planned]) -> None:
    """Write down until when these settings are quiet. One that once was not is never believed again."""
    rows = [
        {
            "setting": key,
            "rules": planned.rules,
            "planned_on": planned.on,
            "until_on": planned.until_on,
            "check_on": planned.check_on,
            "missed_on": planned.on if planned.missed else None,
        }
        for key, planned in sorted(settings.items())
    ]
    conn.execute(WRITE[conn.dialect.name], rows)


def changed(conn: Connection, settings: Collection[str]) -> set[str]:
    """Say of which of these settings something was changed since they were planned."""
    return set(conn.scalars(CHANGED, {"settings": list(settings)}))


def missed(conn: Connection) -> list[tuple[str, date]]:
    """List the settings that were taken to be quiet and were not, and when that was found."""
    query = select(quiet.c.setting, quiet.c.missed_on).where(quiet.c.missed_on.is_not(None))
    return [(key, on) for key, on in conn.execute(query.order_by(quiet.c.setting))]


# Built once: SQLAlchemy then finds each one's SQL in its cache without walking it again.
_today = bindparam("today", type_=quiet.c.planned_on.type)
_rules: BindParameter[str] = bindparam("rules")
_settings: BindParameter[Any] = bindparam("settings", expanding=True)
_believed = and_(
    quiet.c.rules == _rules,
    quiet.c.planned_on <= _today,
    quiet.c.until_on > _today,
    quiet.c.missed_on.is_(None),
    not_(select(touched.c.id).where(touched.c.setting == setting.c.key).exists()),
)
_is_quiet = func.coalesce(_believed, false())
_to_check = func.coalesce(quiet.c.check_on <= _today, false())
DUE = (
    select(setting.c.key, quiet.c.until_on, _is_quiet)
    .join(quiet, quiet.c.setting == setting.c.key, isouter=True)
    .where(or_(not_(_is_quiet), _to_check))
    .order_by(setting.c.key)
)
DUE_THEM = DUE.where(setting.c.key.in_(_settings))
# One statement takes the locks in their order, so that no two wait for each other.
IN_TURN = text(
    "select pg_advisory_xact_lock(:plans, number)"
    " from (select unnest(cast(:numbers as int[])) as number order by 1) as numbered"
).bindparams(plans=PLANS_LOCK)
CHANGED = select(touched.c.setting).distinct().where(touched.c.setting.in_(_settings))
SEEN = delete(touched).where(touched.c.setting.in_(_settings)).returning(touched.c.setting)


def _write(dialect: Any) -> Any:
    statement = dialect.insert(quiet)
    return statement.on_conflict_do_update(
        index_elements=[quiet.c.setting],
        set_={
            column.name: statement.excluded[column.name] for column in quiet.columns if not column.primary_key
        },
        where=or_(quiet.c.missed_on.is_(None), quiet.c.rules != statement.excluded.rules),
    )


WRITE = {"sqlite": _write(sqlite), "postgresql": _write(postgresql)}
