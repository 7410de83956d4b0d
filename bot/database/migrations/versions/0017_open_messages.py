"""0017: what waits to be sent has an index of its own, and so has what never was.

While a message is claimed and begun nothing indexed changes, so that a database writes less; PostgreSQL
leaves room in each page for it. A school's latest messages are found without a look at everybody's.
Expand: three indexes. The one on the state goes with them: a Handbell of before still runs, and looks through
the whole table to claim. Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OPEN = sa.text("settled_at is null")
NOT_SENT = sa.text("settled_at is not null and reference is null")


def upgrade() -> None:
    # First, for its lock lets nobody begin: whoever reads and then writes would wait for us, and we for them.
    op.drop_index("ix_message_state_not_before_at", "message")
    op.create_index(
        "ix_message_open",
        "message",
        ["not_before_at", "setting", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_message_not_sent", "message", ["settled_at"], sqlite_where=NOT_SENT, postgresql_where=NOT_SENT
    )
    op.create_index("ix_message_setting_created_at", "message", ["setting", "created_at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("alter table message set (fillfactor = 50)")
