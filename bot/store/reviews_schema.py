"""The tables of the governors' desk: who prepares a review, calendar links, who wants no email.

`bot.store.schema` must be imported first: one description holds both.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, Table, Text

from bot.store.columns import Instant
from bot.store.schema import tables

# Append-only: the newest counts, and one without a person takes the hand-over back.
review_delegation = Table(
    "review_delegation",
    tables,
    Column("id", Integer, primary_key=True),
    Column("setting", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("person", Text),
    Column("by_on", Date),
    Column("given_on", Date),
    Column("given_by", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    ForeignKeyConstraint(["setting", "policy"], ["policy.setting", "policy.key"]),
    Index(None, "setting", "policy"),
)

# `serial` stands in the link: a new one makes every older link useless.
calendar_feed = Table(
    "calendar_feed",
    tables,
    Column("setting", Text, ForeignKey("setting.key"), primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("serial", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
)

# Members of a body who want no email about its meetings, as they chose themselves.
no_meeting_email = Table(
    "no_meeting_email",
    tables,
    Column("setting", Text, ForeignKey("setting.key"), primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("chosen_at", Instant, nullable=False),
)
