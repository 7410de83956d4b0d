"""The tablet in the staff room: started by the office, opened by a name and the PIN its owner chose.

A PIN is mixed with the installation's secret before it is hashed, so the store alone gives none away.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from bot.core.clock import local_date
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.identity import store as identity_store
from bot.identity.access_emails import PIN, tell
from bot.identity.case_roles import confirms, opens_cases, settle
from bot.identity.service import begin_session, session_digest
from bot.identity.store import Device, Pin
from bot.planning.store import load_snapshot
from bot.records import ledger, sign_ins
from bot.rules.people import Person, School
from bot.services import Services

TOKEN_BYTES = 32
SALT_BYTES = 16
MIN_PIN_DIGITS, MAX_PIN_DIGITS = 4, 8
MAX_NAME_LENGTH = 60
HASHER = PasswordHasher()
LEADER = "They open cases. They set this PIN on their own page, or with another leader who is signed in here."
WRONG = "That PIN is wrong. It locks after 5 wrong tries."
LOCKED = "This PIN is locked after five wrong tries. Choose a new one on your own page, or ask the office."


@dataclass(frozen=True, slots=True)
class KioskPerson:
    """A person of the school, with the state of their PIN: "none", "chosen" or "locked"."""

    person: Person
    pin: str

    @property
    def has_mail(self) -> bool:
        """Return whether a link of their own reaches them."""
        return self.person.email is not None and self.person.unreachable is None


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A running device with the people who may use it, by name."""

    device: Device
    school: School
    people: tuple[KioskPerson, ...]


def start(services: Services, school: str, by: str, name: str, now: datetime) -> str:
    """Make this browser a kiosk, and give what it is to hold. Refused: the device needs a name."""
    called = " ".join(name.split())
    if not 0 < len(called) <= MAX_NAME_LENGTH:
        raise ValidationFailed(FieldError("name", "Give the device a name, for example “Staff room”."))
    token = urlsafe_b64encode(services.chance(TOKEN_BYTES)).decode().rstrip("=")
    with services.store.writing() as conn:
        identity_store.add_device(conn, Device(session_digest(token), school, called, by, now))
        _note(conn, now, by, f"started the kiosk “{called}”", f"setting:{school}")
    return token


def stop(services: Services, school: str, by: str, digest: str, now: datetime) -> bool:
    """Stop a device of this school and end the sessions begun there."""
    with services.store.writing() as conn:
        stopped = identity_store.stop_device(conn, school, digest, now)
        if stopped:
            sign_ins.end_of_kind(conn, school, "kiosk", now)
            _note(conn, now, by, "stopped a kiosk", f"setting:{school}")
    return stopped


def find_kiosk(services: Services, token: str, now: datetime) -> Kiosk | None:
    """Return the kiosk of a browser; None if there is none, or it was stopped."""
    with services.store.reading() as conn:
        device = identity_store.find_device(conn, session_digest(token))
        if device is None:
            return None
        school, people = _everybody(conn, device.school, now)
    return Kiosk(device, school, tuple(one for one in people if one.pin != "none"))


def kiosk_overview(
    services: Services, school: str, now: datetime
) -> tuple[list[Device], tuple[KioskPerson, ...]]:
    """Return the running devices of a school, and everyone here with the state of their PIN."""
    with services.store.reading() as conn:
        return identity_store.devices(conn, school), _everybody(conn, school, now)[1]


def choose_pin(services: Services, who: PinOwner, pin: str, again: str, now: datetime) -> None:
    """Store a person's new PIN, which unlocks them too. Raises ValidationFailed if it is not allowed."""
    refusals = tuple(_wrong_pin(pin, again))
    if refusals:
        raise ValidationFailed(*refusals)
    hashed = HASHER.hash(_mixed(services, who.school, who.person, pin), salt=services.chance(SALT_BYTES))
    with services.store.writing() as conn:
        _with_second_leader(conn, who, now)
        identity_store.save_pin(conn, Pin(who.school, who.person, hashed, now))
        _note(conn, now, who.by, "had a PIN chosen" if who.by != who.person else "chose a PIN", _of(who))


def unlock(services: Services, who: PinOwner, now: datetime) -> bool:
    """Unlock a person's PIN. False: they have none. ValidationFailed: another leader has to do it."""
    with services.store.writing() as conn:
        _with_second_leader(conn, who, now)
        unlocked = identity_store.forget_tries(conn, who.school, who.person)
        if unlocked:
            _note(conn, now, who.by, "unlocked a PIN", _of(who))
    return unlocked


def enter(services: Services, kiosk: Kiosk, person: str, pin: str, now: datetime) -> str:
    """Sign a person in by PIN; return the session's token. Raises ValidationFailed if wrong or locked."""
    school = kiosk.school.key
    if person not in {one.person.key for one in kiosk.people}:
        raise ValidationFailed(FieldError("pin", WRONG))
    with services.store.writing() as conn:
        before = identity_store.count_try(conn, school, person, now)
    if before is None:
        raise ValidationFailed(FieldError("pin", LOCKED))
    if not _agrees(before.hash, _mixed(services, school, person, pin)):
        last = before.wrong + 1 >= identity_store.MAX_WRONG_PINS
        raise ValidationFailed(FieldError("pin", LOCKED if last else WRONG))
    with services.store.writing() as conn:
        identity_store.take_try_back(conn, before, now)
    return begin_session(services, school, person, how="kiosk", now=now)


@dataclass(frozen=True, slots=True)
class PinOwner:
    """Whose PIN, where, and who is at the keyboard: themselves, or the office beside them."""

    school: str
    person: str
    by: str


def _with_second_leader(conn: Connection, who: PinOwner, now: datetime) -> None:
    """Allow only a leader to unlock the PIN of a person who opens cases; both are told."""
    settle(conn, who.school, now, f"person:{who.by}")
    if who.by == who.person or not opens_cases(conn, who.school, who.person):
        return
    if not confirms(conn, who.school, who.by):
        raise ValidationFailed(FieldError("pin", LEADER))
    for to in (who.person, who.by):
        tell(conn, who.school, to, f"{PIN} - {now.isoformat()} {who.person}", now)


def _wrong_pin(pin: str, again: str) -> Iterator[FieldError]:
    digits = pin.isascii() and pin.isdigit()
    if not digits or not MIN_PIN_DIGITS <= len(pin) <= MAX_PIN_DIGITS:
        yield FieldError("pin", f"Choose {MIN_PIN_DIGITS} to {MAX_PIN_DIGITS} digits, and nothing else.")
    elif _is_easy(pin):
        yield FieldError(
            "pin", "This one is guessed too easily. No year, no row of digits, none repeated only."
        )
    elif pin != again:
        yield FieldError("again", "The PINs do not match. Enter the same PIN twice.")


def _is_easy(pin: str) -> bool:
    """Return whether a PIN is among the most common ones."""
    steps = {(int(two) - int(one)) % 10 for one, two in pairwise(pin)}
    is_year = len(pin) == 4 and pin[:2] in {"19", "20"}
    return steps in ({0}, {1}, {9}) or is_year or pin == pin[:2] * (len(pin) // 2)


def _agrees(hashed: str, mixed: str) -> bool:
    try:
        return HASHER.verify(hashed, mixed)
    except VerificationError:
        return False


def _mixed(services: Services, school: str, person: str, pin: str) -> str:
    said = f"handbell.pin.1\x1f{school}\x1f{person}\x1f{pin}"
    return hmac.digest(services.links.secret.encode(), said.encode("utf-8", "replace"), hashlib.sha256).hex()


def _everybody(conn: Connection, school: str, now: datetime) -> tuple[School, tuple[KioskPerson, ...]]:
    today = local_date(now)
    snapshot, pins = load_snapshot(conn, today, (school,)), identity_store.pins(conn, school)
    members = ((one, one.membership(school)) for one in snapshot.people.values())
    here = [one for one, member in members if member is not None and member.here_on(today)]
    found = (KioskPerson(one, _standing(pins.get(one.key))) for one in here)
    return snapshot.schools[school], tuple(sorted(found, key=lambda who: who.person.name.casefold()))


def _standing(pin: Pin | None) -> str:
    return "none" if pin is None else "locked" if pin.is_locked else "chosen"


def _of(who: PinOwner) -> str:
    return f"person:{who.person}@{who.school}"


def _note(conn: Connection, now: datetime, by: str, action: str, subject: str) -> None:
    ledger.append(conn, at=now, actor=f"person:{by}", action=action, subject=subject, data={})
