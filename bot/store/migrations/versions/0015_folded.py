"""0015: people are found by a folded key or address without a look at all of them.

Expand: three indexes. Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_person_folded_key", "person", [sa.text("lower(key)")])
    op.create_index("ix_person_folded_email", "person", [sa.text("lower(email)")])
    op.create_index("ix_role_holder_folded_person", "role_holder", [sa.text("lower(person)")])
