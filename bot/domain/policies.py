"""Policies and their dates: what the document states, when its review is due, where dates disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as exact as it was printed: "2024-09-25", "2024-09", "2024", "2024-autumn"."""

    text: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a policy. A minor version asks nobody to sign again.

    `issued_on` is when Handbell began to ask for it; None for a text found in force at the start.
    """

    number: str
    sha256: str
    issued_on: date | None = None
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """A document the setting has promised to keep, with every date it states. Versions are oldest first."""

    key: str
    setting: str
    title: str
    owner: str | None = None
    approver: str | None = None
    written_on: PartialDate | None = None
    reviewed_on: PartialDate | None = None
    approved_on: PartialDate | None = None
    approved_by: str | None = None
    minute_reference: str | None = None
    effective_on: PartialDate | None = None
    next_review: PartialDate | None = None
    cycle_months: int | None = None
    cadence_text: str | None = None
    statutory: bool = False
    versions: tuple[Version, ...] = ()
    link: str | None = None
