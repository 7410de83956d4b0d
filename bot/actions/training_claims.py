"""Somebody says that they finished a course; the office accepts it or sends it back.

While the office looks at it nobody is chased. What is accepted becomes a record that says how it came to be.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from bot.actions import certificates
from bot.actions.gather import school_day
from bot.actions.sign import OLDEST, Refusal, Refused
from bot.actions.training import Actor, Behind, end_excuse, excuse, note, provider_of, wrong_provider
from bot.domain.cycles import in_words
from bot.domain.duties import State
from bot.domain.obligations import CERTIFICATE, Obligation
from bot.domain.training import WITH_OFFICE
from bot.services import Services
from bot.store import training
from bot.store.engine import Connection
from bot.store.evidence import EvidenceRecord
from bot.store.training import Certificate, Claim, Decision

# Nobody is asked again while the office looks at what they sent; but not for ever.
OFFICE_HAS = timedelta(days=14)
LONGEST_WORDS = 1000
NO_FILES = "Files cannot be kept on this machine. Send it without one and show the office the certificate."


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says they did. `content` is empty when no certificate came with it."""

    finished_on: date | None
    provider: str
    filename: str = ""
    content: bytes = b""


def say(services: Services, found: Behind, said: Said, by: Actor, now: datetime) -> str:
    """Keep what somebody says, for the office to look at; the same again is the same. Raises Refused."""
    refusals = (*_unproved(found.course, said), *_wrong(services, said, school_day(now)))
    if refusals or said.finished_on is None:
        raise Refused(*refusals)
    key = _key(found, said)
    if any(claim.key == key for claim in found.claims):
        return key
    with ExitStack() as undo:
        sent = _keep_file(services, said)
        if sent is not None and services.certificates is not None:
            undo.callback(certificates.drop, services.certificates, sent)
        with services.store.writing() as conn:
            _keep(conn, _claim(found, key, said, sent, by, now), found, by)
        undo.pop_all()
    return key


def decide(
    services: Services,
    found: Behind | None,
    claim: Claim,
    made: tuple[bool, str],
    by: Actor,
    now: datetime,
) -> None:
    """Accept what somebody said, or send it back with a reason, once. Raises Refused.

    `found` None: the course is not asked of them any more; what they did is recorded all the same.
    """
    accepted, words = made[0], made[1].strip()
    refusals = tuple(_wrong_decision(claim, words, by, accepted=accepted))
    if refusals:
        raise Refused(*refusals)
    decision = Decision(accepted, by.person.key, by.person.name, words, now)
    with services.store.writing() as conn:
        if not training.decide_claim(conn, claim.key, decision):
            return
        if accepted:
            record = _record(found.course.title if found else claim.obligation, claim, decision)
            certificate = claim.certificate.sha256 if claim.certificate else None
            note(conn, record, by, "training accepted", {"claim": claim.key, "certificate": certificate})
        elif found is not None:
            end_excuse(conn, found, by, now, words=f"Sent back: {words}")


def waiting(services: Services, setting: str) -> tuple[Claim, ...]:
    """List what the office has still to look at, oldest first."""
    with services.store.reading() as conn:
        return tuple(training.claims_waiting(conn, setting))


def find(services: Services, setting: str, key: str) -> Claim | None:
    """Find one claim of a setting."""
    with services.store.reading() as conn:
        return training.find_claim(conn, setting, key)


def certificate_of(services: Services, claim: Claim) -> bytes | None:
    """Read a claim's certificate; None: there is none, or it is not what was sent."""
    if services.certificates is None or claim.certificate is None:
        return None
    return certificates.read(services.certificates, claim.certificate)


def _unproved(course: Obligation, said: Said) -> Iterator[Refusal]:
    """Keep to the course's own rule of proof: its certificate, or its questions answered right."""
    if course.questions:
        yield Refusal("finished_on", "This course ends with questions. Answer them under My duties.")
    if course.proof == CERTIFICATE and not said.content:
        yield Refusal("certificate", "This course needs its certificate. Choose the file, or a photo of it.")


def _wrong(services: Services, said: Said, today: date) -> Iterator[Refusal]:
    if said.finished_on is None:
        yield Refusal("finished_on", "Give the day you finished it, for example 4 December 2026.")
    elif said.finished_on > today:
        yield Refusal("finished_on", "That day is still to come. Send it when the course is finished.")
    elif today - said.finished_on > OLDEST:
        yield Refusal("finished_on", "That is more than ten years ago. Is the year right?")
    provider = wrong_provider(said.provider)
    if provider:
        yield Refusal("provider", provider)
    if said.filename or said.content:
        wrong = NO_FILES if services.certificates is None else certificates.wrong_with(said.content)
        if wrong:
            yield Refusal("certificate", wrong)


def _wrong_decision(claim: Claim, words: str, by: Actor, *, accepted: bool) -> Iterator[Refusal]:
    if by.person.key == claim.person:
        yield Refusal("words", "This is about your own training. Somebody else has to look at it.")
    if not accepted and not words:
        yield Refusal("words", "Say in a few words what is missing: they will read it.")
    if len(words) > LONGEST_WORDS:
        yield Refusal("words", f"Please keep it under {LONGEST_WORDS} characters.")


def _key(found: Behind, said: Said) -> str:
    """Name a claim, so that a form sent twice is one; once it was sent back, the same may be said again."""
    duty = found.cell.duty
    before = sum(1 for claim in found.claims if claim.decision is not None)
    day = said.finished_on.isoformat() if said.finished_on else ""
    what = [
        duty.obligation.setting,
        duty.obligation.key,
        duty.person,
        day,
        provider_of(said.provider),
        before,
    ]
    return sha256(json.dumps(what).encode() + said.content).hexdigest()[:32]


def _keep_file(services: Services, said: Said) -> Certificate | None:
    if not said.content or services.certificates is None:
        return None
    return certificates.keep(services.certificates, said.content, said.filename, services.chance)


def _claim(found: Behind, key: str, said: Said, sent: Certificate | None, by: Actor, now: datetime) -> Claim:
    duty = found.cell.duty
    return Claim(
        key=key,
        setting=duty.obligation.setting,
        obligation=duty.obligation.key,
        person=duty.person,
        person_name=found.row.person.name,
        cycle=duty.cycle,
        finished_on=said.finished_on or school_day(now),
        provider=provider_of(said.provider),
        said_by=by.person.key,
        said_by_name=by.person.name,
        identified_by=by.identified_by,
        said_at=now,
        certificate=sent,
    )


def _keep(conn: Connection, claim: Claim, found: Behind, by: Actor) -> None:
    """Keep a claim, and pause the asking for a while where there is any."""
    training.keep_claim(conn, claim)
    if found.cell.state is State.DONE:
        return
    until = school_day(claim.said_at) + OFFICE_HAS
    words = f"Said to be finished on {in_words(claim.finished_on)} with {claim.provider}."
    record = excuse(found, by, claim.said_at, reference=WITH_OFFICE, until=until, words=words)
    note(conn, record, by, "training said to be finished", {"claim": claim.key})


def _record(title: str, claim: Claim, made: Decision) -> EvidenceRecord:
    shown = f"certificate {claim.certificate.sha256[:12]}" if claim.certificate else "without a certificate"
    said_by = "them" if claim.said_by == claim.person else claim.said_by_name
    return EvidenceRecord(
        idempotency_key=json.dumps(["training claim", claim.key]),
        setting=claim.setting,
        obligation=claim.obligation,
        person=claim.person,
        person_name=claim.person_name,
        acted_on=claim.finished_on,
        recorded_at=made.at,
        identified_by=f"said by {said_by} ({claim.identified_by}), {shown}, accepted by {made.by_name}",
        channel="certificate" if claim.certificate else "confirmation",
        statement=f"I finished {title} on {in_words(claim.finished_on)} with {claim.provider}.",
        words=made.words or None,
        reference=claim.provider,
    )
