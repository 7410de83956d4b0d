"""What changed in a document since its reader signed it last: readable, and as far as we hold both texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.actions.duty_view import DutyView
from bot.domain.evidence import Outcome
from bot.domain.policies import Version
from bot.domain.text_changes import TextChanges, compare
from bot.store import evidence, registers
from bot.store.engine import Connection, Store
from bot.store.evidence import EvidenceRecord


@dataclass(frozen=True, slots=True)
class WhatChanged:
    """The version somebody signed, those issued since, and the differences; None: we lack the older text."""

    signed: str
    signed_at: datetime
    since: tuple[Version, ...]
    changes: TextChanges | None

    @property
    def only_minor(self) -> bool:
        """Say whether every version since was marked as a small change."""
        return bool(self.since) and all(one.minor for one in self.since)


def what_changed(store: Store, view: DutyView) -> WhatChanged | None:
    """Compare what is shown with what its reader said yes to last; None: nothing, or the same text."""
    if view.version is None or view.text is None or view.answered is not None:
        return None
    with store.reading() as conn:
        signed = _signed(conn, view)
        if signed is None or signed.sha256_bytes in (None, view.version.sha256_bytes):
            return None
        old = registers.version_text(conn, view.setting.key, view.version.policy, signed.sha256_bytes or "")
    return WhatChanged(
        signed=signed.version_number or "",
        signed_at=signed.recorded_at,
        since=_since(view, signed),
        changes=compare(old, view.text) if old else None,
    )


def _signed(conn: Connection, view: DutyView) -> EvidenceRecord | None:
    """Find what this person said yes to last about this document, and has not taken back."""
    acts = evidence.for_duty(conn, view.setting.key, view.obligation.key, view.person.key)
    about = [kept.record for kept in acts if kept.record.subject in (None, view.subject)]
    last: EvidenceRecord | None = None
    for record in about:
        if record.outcome is Outcome.WITHDRAWN:
            last = None
        elif record.outcome is Outcome.DONE:
            last = record
    return last


def _since(view: DutyView, signed: EvidenceRecord) -> tuple[Version, ...]:
    versions = view.policy.versions if view.policy else ()
    places = [at for at, one in enumerate(versions) if one.sha256 == signed.sha256_bytes]
    return versions[places[-1] + 1 :] if places else ()
