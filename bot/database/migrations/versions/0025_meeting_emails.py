"""0025: whom a body's meetings are told to: every member, or clerk and chair; and who wants no such email.

Expand: a column with a default, and a table with the triggers that note its changes. A Handbell of before
neither reads nor writes them. Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
TABLE = "no_meeting_email"
ROWS = {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}


def upgrade() -> None:
    op.add_column("body", sa.Column("tell_members", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        TABLE,
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("chosen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("setting", "person", name="pk_no_meeting_email"),
        sa.ForeignKeyConstraint(["setting"], ["setting.key"], name="fk_no_meeting_email_setting"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_no_meeting_email_person"),
    )
    for act, rows in ROWS.items():
        op.execute(_trigger(act, rows))


def _trigger(act: str, rows: tuple[str, ...]) -> str:
    """Note a change as 0013 does for every table that a plan is made from."""
    begun = f"create trigger touched_by_{TABLE}_{act} after {act} on {TABLE}"
    if op.get_bind().dialect.name != "sqlite":
        return f"{begun} for each row execute function handbell_touched_by_row_{act}()"
    notes = (
        f"insert into touched (setting) select {row}.setting "  # noqa: S608 - names of ours
        f"where not exists (select 1 from touched known where known.setting = {row}.setting);"
        for row in rows
    )
    return f"{begun} begin {' '.join(notes)} end"
