"""The tables of who may open cases: roles and who confirmed them, and addresses that wait to take effect."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from bot.store.columns import Instant
from bot.store.schema import tables

# Schools whose holders are confirmed one by one. A school without a row here was live before that began:
# whoever holds a role in it counts, and is written down as confirmed before anything of it changes.
confirming = Table(
    "confirming",
    tables,
    Column("setting", Text, ForeignKey("setting.key"), primary_key=True),
    Column("since_at", Instant, nullable=False),
)

# Somebody who holds, or held, a role that opens cases; `role` by its usual name. `confirmed_at` null: waits.
case_role = Table(
    "case_role",
    tables,
    Column("setting", Text, ForeignKey("setting.key"), primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("named_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("confirmed_by", Text),
    Column("confirmed_how", Text),
    Column("ended_at", Instant),
    Index(None, "person"),
)

# The new address of somebody confirmed in such a role, until another leader agrees or a day has passed.
address_change = Table(
    "address_change",
    tables,
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
    Column("email", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", Text, nullable=False),
)
