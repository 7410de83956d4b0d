"""0013: until when a school is quiet, and triggers that note every change to what its plan is made from.

Expand: two tables, and triggers that fire for a Handbell of before too. Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTS = ("insert", "update", "delete")
# Each of these names its setting; any change to a row of theirs counts.
OF_A_SETTING = (
    "absence",
    "account",
    "account_entry",
    "body",
    "check_question",
    "closure",
    "event",
    "evidence",
    "holder",
    "meeting",
    "notice",
    "obligation",
    "policy",
    "policy_version",
    "review_delegation",
    "role_holder",
    "term",
)
# These are saved again every day as a list of people says: only a change to one of these columns counts.
COLUMNS = {
    "membership": (
        "setting",
        "person",
        "roles",
        "groups",
        "starts_on",
        "leaves_on",
        "working_days",
        "manager",
        "paused",
    ),
    "person": ("key", "name", "email", "unreachable"),
    "setting": (
        "key",
        "name",
        "kind",
        "since_on",
        "words",
        "phones",
        "opens",
        "closes",
        "weekly_budget",
        "staff_means",
        "timezone",
    ),
}
TABLES = (*OF_A_SETTING, *COLUMNS)


def upgrade() -> None:
    op.create_table(
        "quiet",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("check_on", sa.Date(), nullable=False),
        sa.Column("missed_on", sa.Date()),
        sa.PrimaryKeyConstraint("setting", name="pk_quiet"),
    )
    op.create_table(
        "touched",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_touched"),
    )
    op.create_index("ix_touched_setting", "touched", ["setting"])
    if op.get_bind().dialect.name == "sqlite":
        _note_in_sqlite()
    else:
        _note_in_postgresql()


def _rows(act: str) -> tuple[str, ...]:
    return {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}[act]


def _whose(table: str, row: str) -> str:
    """Select the settings whose plan a row of a table is part of."""
    if table == "person":
        return f"select setting from membership where person = {row}.key"  # noqa: S608 - names of ours
    return f"select {row}.{'key' if table == 'setting' else 'setting'} as setting"


def _only_if(table: str, act: str, differs: str) -> str:
    if act != "update" or table not in COLUMNS:
        return ""
    changed = " or ".join(f'old."{name}" {differs} new."{name}"' for name in COLUMNS[table])
    return f"when ({changed})"


def _note_in_sqlite() -> None:
    for table in TABLES:
        for act in ACTS:
            notes = (
                f"insert into touched (setting) select setting from ({_whose(table, row)}) as mine "  # noqa: S608
                "where not exists (select 1 from touched known where known.setting = mine.setting);"
                for row in _rows(act)
            )
            op.execute(
                f'create trigger touched_by_{table}_{act} after {act} on "{table}" '
                f"{_only_if(table, act, 'is not')} begin {' '.join(notes)} end"
            )


def _note_in_postgresql() -> None:
    """Note a setting once a transaction; what another one noted may be taken away at this moment."""
    for sort in (OF_A_SETTING[0], "person", "setting"):
        for act in ACTS:
            notes = (
                f"insert into touched (setting) select setting from ({_whose(sort, row)}) as mine "  # noqa: S608
                "where not exists (select from touched known where known.setting = mine.setting "
                "and known.xmin = pg_current_xact_id()::xid);"
                for row in _rows(act)
            )
            op.execute(
                f"create function {_function(sort, act)}() returns trigger language plpgsql as $$ begin "
                f"{' '.join(notes)} return null; end $$"
            )
    for table in TABLES:
        for act in ACTS:
            op.execute(
                f'create trigger touched_by_{table}_{act} after {act} on "{table}" for each row '
                f"{_only_if(table, act, 'is distinct from')} execute function {_function(table, act)}()"
            )


def _function(table: str, act: str) -> str:
    return f"handbell_touched_by_{table if table in ('person', 'setting') else 'row'}_{act}"
