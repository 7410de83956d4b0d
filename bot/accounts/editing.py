"""What an official account says of itself, changed on a page; and an account taken off the list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.accounts.requests import REACHES
from bot.core.form_start import check_start, start_of
from bot.core.text import NO_PASSWORDS, looks_like_a_password, one_line
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.records import ledger
from bot.records import register as record_register
from bot.register.part_changes import ACCOUNT, PartChange, put_part, undo_part
from bot.rules.accounts import Account
from bot.services import Services

MAX_LENGTH = 250


@dataclass(frozen=True, slots=True)
class AccountFactsInput:
    """What an account says of itself, as typed."""

    name: str
    channel: str
    address: str = ""
    purpose: str = ""
    reach: str = ""
    why: str = ""


def start_of_facts(account: Account) -> str:
    """Return the digest of what the form of an account shows."""
    return start_of(*_shown(account))


def change_account(services: Services, key: str, typed: AccountFactsInput, by: Actor, now: datetime) -> None:
    """Change what an account says of itself. ValidationFailed names what is wrong."""
    errors = tuple(_wrong(typed))
    if errors:
        raise ValidationFailed(*errors)
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        before = _find(conn, by.school.key, key)
        check_start(by.was, *_shown(before))
        after = replace(
            before,
            name=one_line(typed.name),
            channel=one_line(typed.channel),
            address=typed.address.strip(),
            purpose=one_line(typed.purpose),
            reach=typed.reach,
        )
        if after == before:
            raise ValidationFailed(FieldError("main", "Nothing is different. Change something first."))
        put_part(conn, PartChange(ACCOUNT, key, before, after, by.person.key, now, typed.why), by)
        _note(conn, "changed an account", before, typed.why, by, now)


def retire_account(services: Services, key: str, why: str, by: Actor, now: datetime) -> None:
    """Remove an account from the list. ValidationFailed: a reason is missing.

    Its log and the agreements for it stay.
    """
    if not one_line(why):
        raise ValidationFailed(FieldError("retire-why", "Enter why."))
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        before = _find(conn, by.school.key, key)
        put_part(conn, PartChange(ACCOUNT, key, before, None, by.person.key, now, why), by)
        _note(conn, "took an account off the list", before, why, by, now)


def undo_account(services: Services, key: str, by: Actor, now: datetime) -> None:
    """Undo the latest change of an account, until the next emails go by it."""
    undo_part(services, ACCOUNT, key, by, now, lambda _conn, _account: None)


def _find(conn: Connection, school: str, key: str) -> Account:
    known = record_register.load_register(conn, school, to_change=True)
    found = next((one for one in known.accounts if one.key == key), None) if known is not None else None
    if found is None:
        raise ValidationFailed(FieldError("main", "This account is not on the list any more."))
    return found


def _shown(account: Account) -> tuple[object, ...]:
    return account.name, account.channel, account.address, account.purpose, account.reach


def _wrong(typed: AccountFactsInput) -> Iterator[FieldError]:
    asks = {"name": "Enter what it is called there.", "channel": "Enter the service, for example Facebook."}
    for field in ("name", "channel", "address", "purpose"):
        said = getattr(typed, field)
        if field in asks and not one_line(said):
            yield FieldError(field, asks[field])
        elif len(said) > MAX_LENGTH:
            yield FieldError(field, f"Use at most {MAX_LENGTH} characters.")
        elif looks_like_a_password(said):
            yield FieldError(field, NO_PASSWORDS)
    if typed.address.strip() and urlsplit(typed.address.strip()).scheme not in {"http", "https"}:
        yield FieldError("address", "Enter the whole address, beginning with https://.")
    if typed.reach not in {"", *REACHES}:
        yield FieldError("reach", "Choose who may look at it.")


def _note(conn: Connection, action: str, account: Account, why: str, by: Actor, now: datetime) -> None:
    subject, data = f"account:{account.school}/{account.key}", {"name": account.name, "why": one_line(why)}
    ledger.append(conn, at=now, actor=by.actor, action=action, subject=subject, data=data)
