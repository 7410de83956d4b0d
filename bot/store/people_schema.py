"""The tables of people: who they are and were called, what they are in each setting, and when they are away.

`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    false,
    func,
)

from bot.store.columns import Instant, Json, beyond_ascii, index_beyond_ascii
from bot.store.schema import tables

person = Table(
    "person",
    tables,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("unreachable", Text),
    Column("saved_at", Instant, nullable=False),
)
# Whoever signs in, or is named by a register, is looked up by a folded key or address, among all schools. A
# database folds the letters of English alone: the few who are written with others have an index of their own.
Index("ix_person_folded_key", func.lower(person.c.key))
Index("ix_person_folded_email", func.lower(person.c.email))
PEOPLE_BEYOND_ASCII = beyond_ascii("key", "email")
index_beyond_ascii("ix_person_beyond_ascii", person.c.key, PEOPLE_BEYOND_ASCII)

# An address somebody had, folded, and until when: registers and lists may still name it.
former_address = Table(
    "former_address",
    tables,
    Column("email", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("until_at", Instant, nullable=False),
    Index(None, "person"),
)

# What a list says of somebody's address where another school's says otherwise; null: it says none.
listed_address = Table(
    "listed_address",
    tables,
    Column("setting", Text, ForeignKey("setting.key"), primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("email", Text),
)

membership = Table(
    "membership",
    tables,
    Column("setting", Text, ForeignKey("setting.key"), primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("roles", Json, nullable=False),
    Column("groups", Json, nullable=False),
    Column("starts_on", Date),
    Column("leaves_on", Date),
    Column("working_days", Json, nullable=False),
    Column("manager", Text),
    Column("paused", Boolean, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Index(None, "person"),
)

# `noted_here`: by the office on its page; a list of people replaces only the others.
absence = Table(
    "absence",
    tables,
    Column("id", Integer, primary_key=True),
    Column("setting", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("first_on", Date, nullable=False),
    Column("until_on", Date),
    Column("reason", Text, nullable=False),
    Column("noted_here", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(["setting", "person"], ["membership.setting", "membership.person"]),
    Index(None, "setting", "person"),
)
