"""The public part: the versions of policies that the office chose to show to everyone, and their clean PDF.

A copy is made of the text alone. Comments, tracked deletions and the properties of the file are not in the
text; rules, people asked and other versions are not read here.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

import typst

from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.planning.review_duties import APPROVE
from bot.planning.snapshot import Snapshot
from bot.policies.service import PolicyPage
from bot.records import ledger, public_policies
from bot.records import register as record_register
from bot.records.public_policies import PublicPolicy
from bot.records.register import PolicyText
from bot.rules.evidence import Evidence, Outcome
from bot.rules.obligations import Kind
from bot.rules.people import School
from bot.rules.policies import Policy
from bot.services import Services
from bot.web.document_html import blocks

PDF = files("bot.policies").joinpath("templates", "public_policy.typ")
NO_TEXT = "Handbell has no text of this policy. Upload a version first."
OTHER_VERSION = "Another version is in force now. Look at it below, then publish."
NOT_APPROVED = "No approval of this version is recorded. Tick the box if it is approved."


@dataclass(frozen=True, slots=True)
class PublicCopy:
    """A policy as everyone may read it."""

    policy: Policy
    text: PolicyText
    chosen: PublicPolicy


def list_public(store: Store, school: str) -> tuple[School, tuple[PublicCopy, ...]] | None:
    """Return a school with the policies it shows to everyone, by title; None: it shows none."""
    with store.reading() as conn:
        found = record_register.schools(conn, (school,)).get(school)
        if found is None:
            return None
        copies = _copies(conn, school)
    return (found, copies) if copies else None


def _copies(conn: Connection, school: str) -> tuple[PublicCopy, ...]:
    """Return the chosen versions that are still there, of policies that are not retired."""
    chosen = public_policies.public_policies(conn, school)
    if not chosen:
        return ()
    found = [
        PublicCopy(policy, text, chosen[policy.key])
        for policy in record_register.policies(conn, (school,), {})
        if policy.key in chosen
        if (text := record_register.find_version(conn, school, policy.key, chosen[policy.key].sha256_bytes))
        if text.text
    ]
    return tuple(sorted(found, key=lambda one: one.policy.title))


def approval_of(snapshot: Snapshot, policy: Policy, text: PolicyText) -> Evidence | None:
    """Return the latest recorded approval of this very version, or None."""
    reviews = {
        one.key
        for one in snapshot.obligations
        if (one.school, one.policy, one.kind) == (policy.school, policy.key, Kind.REVIEW)
    }
    acts = [
        one
        for one in snapshot.evidence
        if one.school == policy.school and one.obligation in reviews and one.version == text.sha256_bytes
        if one.outcome is Outcome.DONE and one.subject == APPROVE
    ]
    return max(acts, key=lambda one: one.on, default=None)


@dataclass(frozen=True, slots=True)
class PublicChoice:
    """What the office chose on the preview. `was`: SHA-256 of the version that the preview showed."""

    was: str
    for_search_engines: bool = False
    approved: bool = False


def show_to_everyone(
    services: Services, snapshot: Snapshot, desk: PolicyPage, given: PublicChoice, by: Actor, now: datetime
) -> None:
    """Show the version in force to everyone. ValidationFailed: it is not the one that was looked at."""
    text, policy = desk.in_force, desk.policy
    if text is None or not text.text:
        raise ValidationFailed(FieldError("main", NO_TEXT))
    is_recorded = approval_of(snapshot, policy, text) is not None
    if not is_recorded and not given.approved:
        raise ValidationFailed(FieldError("approved", NOT_APPROVED))
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        latest = record_register.versions(conn, policy.school, policy.key)[-1:]
        if not latest or given.was != latest[0].sha256_bytes:
            raise ValidationFailed(FieldError("main", OTHER_VERSION))
        one = PublicPolicy(policy.school, policy.key, given.was, given.for_search_engines, by.person.key, now)
        public_policies.choose_public_policy(conn, one)
        data = {
            "version": given.was,
            "number": text.number,
            "search engines": given.for_search_engines,
            "approval recorded": is_recorded,
        }
        _note(conn, "showed a policy to everyone", policy, data, by, now)


def show_to_no_one(services: Services, policy: Policy, by: Actor, now: datetime) -> None:
    """Remove a policy from the public pages, with this transaction."""
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        take_off(conn, policy, by, now)


def take_off(conn: Connection, policy: Policy, by: Actor, now: datetime) -> None:
    """End the public copy of a policy, if it has one, and note that in the ledger."""
    if public_policies.withdraw_public_policy(conn, policy.school, policy.key):
        _note(conn, "took a policy off the public pages", policy, {}, by, now)


def _note(
    conn: Connection, action: str, policy: Policy, data: dict[str, object], by: Actor, now: datetime
) -> None:
    subject = f"policy:{policy.school}/{policy.key}"
    ledger.append(conn, at=now, actor=by.actor, action=action, subject=subject, data=data)


def public_pdf(school: str, copy: PublicCopy, since: str) -> bytes:
    """Return a clean PDF of a copy: made of its text, with its title as the only property of the file."""
    return _pdf(school, copy.policy.title, copy.text.number, since, copy.text.text or "")


@lru_cache(maxsize=16)
def _pdf(school: str, title: str, number: str, since: str, text: str) -> bytes:
    found = [asdict(one) for one in blocks(text)]
    given = {"school": school, "title": title, "number": number, "since": since, "blocks": found}
    return typst.compile(
        PDF.read_bytes(),
        format="pdf",
        sys_inputs={"given": json.dumps(given)},
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        timestamp=0,
    )
