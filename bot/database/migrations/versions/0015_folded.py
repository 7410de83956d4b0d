"""0015: people are found by a folded key or address without a look at all of them.

A database folds the letters of English alone; whoever is written with others has an index too, to be looked
through. Expand: five indexes. Contract: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BEYOND_ASCII = (
    ("ix_person_beyond_ascii", "person", "key", ("key", "email")),
    ("ix_role_holder_beyond_ascii", "role_holder", "person", ("person",)),
)
MORE_BYTES_THAN_LETTERS = ("length(cast({0} as blob)) <> length({0})", "octet_length({0}) <> length({0})")


def upgrade() -> None:
    op.create_index("ix_person_folded_key", "person", [sa.text("lower(key)")])
    op.create_index("ix_person_folded_email", "person", [sa.text("lower(email)")])
    op.create_index("ix_role_holder_folded_person", "role_holder", [sa.text("lower(person)")])
    for name, table, column, tested in BEYOND_ASCII:
        in_sqlite, in_postgresql = (
            sa.text(" or ".join(more.format(one) for one in tested)) for more in MORE_BYTES_THAN_LETTERS
        )
        op.create_index(name, table, [column], sqlite_where=in_sqlite, postgresql_where=in_postgresql)
