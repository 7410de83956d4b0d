"""0028: in which nation of the United Kingdom a school is; its bank holidays and notice periods follow.

Expand: a column with a default, which counts in the trigger that notes changes of a setting (0013). A
Handbell of before does not read it.
Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


COUNT = (
    *(
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
    ),
    *("timezone", "nation"),
)


def upgrade() -> None:
    op.add_column("setting", sa.Column("nation", sa.Text(), nullable=False, server_default="England"))
    sqlite = op.get_bind().dialect.name == "sqlite"
    differs = "is not" if sqlite else "is distinct from"
    changed = " or ".join(f'old."{name}" {differs} new."{name}"' for name in COUNT)
    begun = 'create trigger touched_by_setting_update after update on "setting"'
    if sqlite:
        op.execute("drop trigger touched_by_setting_update")
        notes = (
            f"insert into touched (setting) select {row}.key "  # noqa: S608 - names of ours
            f"where not exists (select 1 from touched known where known.setting = {row}.key);"
            for row in ("old", "new")
        )
        op.execute(f"{begun} when ({changed}) begin {' '.join(notes)} end")
    else:
        op.execute('drop trigger touched_by_setting_update on "setting"')
        op.execute(
            f"{begun} for each row when ({changed}) execute function handbell_touched_by_setting_update()"
        )
