"""The tables of signing in: links used once, the kiosk's devices, and the PINs people chose for them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from bot.store.columns import Instant
from bot.store.schema import tables

# Only the digest of a link's secret is kept. `person` is empty where nobody has the address that was typed,
# so that asking for a link takes the same time for a known and for an unknown address.
# `only_case`: the link in an email about a case, which opens that case alone; `goes_to`: the page wanted.
sign_in_link = Table(
    "sign_in_link",
    tables,
    Column("digest", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("setting", Text, ForeignKey("setting.key")),
    Column("person", Text, ForeignKey("person.key")),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("only_case", Text),
    Column("goes_to", Text),
    CheckConstraint("purpose in ('email link', 'first link')", name="purpose"),
    Index(None, "ends_at"),
)

kiosk = Table(
    "kiosk",
    tables,
    Column("digest", Text, primary_key=True),
    Column("setting", Text, ForeignKey("setting.key"), nullable=False),
    Column("name", Text, nullable=False),
    Column("started_by", Text, ForeignKey("person.key"), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("stopped_at", Instant),
    Index(None, "setting"),
)

# `hash` is argon2id's; `wrong` counts wrong tries, the latest at `wrong_at`; right ones change neither.
kiosk_pin = Table(
    "kiosk_pin",
    tables,
    Column("setting", Text, ForeignKey("setting.key"), primary_key=True),
    Column("person", Text, ForeignKey("person.key"), primary_key=True),
    Column("hash", Text, nullable=False),
    Column("chosen_at", Instant, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("wrong_at", Instant),
)
