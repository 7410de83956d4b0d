"""0019: the addresses people had before are kept, and those that one school's list says against another's.

Expand: two tables, and triggers as those of 0013. A Handbell of before does not know them, and keeps no
address that changes. Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ROWS = {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}
INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "former_address",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_former_address_person"),
        sa.PrimaryKeyConstraint("email", "person", name="pk_former_address"),
    )
    op.create_index("ix_former_address_person", "former_address", ["person"])
    op.create_table(
        "listed_address",
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_listed_address_person"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_listed_address_setting"),
        sa.PrimaryKeyConstraint("setting", "person", name="pk_listed_address"),
    )
    note = _note_in_sqlite if op.get_bind().dialect.name == "sqlite" else _note_in_postgresql
    for act, rows in ROWS.items():
        note(act, rows)


def _note_in_sqlite(act: str, rows: tuple[str, ...]) -> None:
    notes = (
        f"insert into touched (setting) select setting from membership mine where person = {row}.person "  # noqa: S608
        "and not exists (select 1 from touched known where known.setting = mine.setting);"
        for row in rows
    )
    op.execute(
        f"create trigger touched_by_former_address_{act} after {act} on former_address "
        f"begin {' '.join(notes)} end"
    )


def _note_in_postgresql(act: str, rows: tuple[str, ...]) -> None:
    notes = (
        f"insert into touched (setting) select setting from membership mine where person = {row}.person "  # noqa: S608
        "and not exists (select from touched known where known.setting = mine.setting "
        "and known.xmin = pg_current_xact_id()::xid);"
        for row in rows
    )
    op.execute(
        f"create function handbell_touched_by_former_address_{act}() returns trigger language plpgsql "
        f"as $$ begin {' '.join(notes)} return null; end $$"
    )
    op.execute(
        f"create trigger touched_by_former_address_{act} after {act} on former_address for each row "
        f"execute function handbell_touched_by_former_address_{act}()"
    )
