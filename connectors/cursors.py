"""Cursors that name the place they belong to: one of another mailbox, folder or form says nothing of ours."""

from __future__ import annotations


def of(place: str, cursor: str) -> str:
    """Name the place in front of a vendor's cursor; `place` is an id or an address, without a space."""
    return f"{place} {cursor}"


def within(place: str, kept: str | None) -> str | None:
    """Give the vendor's cursor back; None, which begins anew: there is none, or it was of another place."""
    named, _, cursor = (kept or "").partition(" ")
    return cursor if cursor and named == place else None
