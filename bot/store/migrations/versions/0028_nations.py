"""0028: in which nation of the United Kingdom a school is; its bank holidays and notice periods follow.

Expand: a column with a default, and a trigger that notes its changes. A Handbell of before does not read it.
Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("setting", sa.Column("nation", sa.Text(), nullable=False, server_default="England"))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            'create trigger touched_by_setting_nation after update on "setting" '
            "when (old.nation is not new.nation) begin insert into touched (setting) select new.key "
            "where not exists (select 1 from touched known where known.setting = new.key); end"
        )
    else:
        op.execute(
            'create trigger touched_by_setting_nation after update on "setting" for each row '
            "when (old.nation is distinct from new.nation) "
            "execute function handbell_touched_by_setting_update()"
        )
