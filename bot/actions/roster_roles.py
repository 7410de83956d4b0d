"""Which roles in a list of people look like a slip: close to a role that is asked for, and not it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from bot.domain.people import ALIASES, NOT_STAFF, STAND_INS
from bot.domain.register import Register
from bot.ports import RosterEntry
from bot.store import registers
from bot.store.engine import Store

EVERYWHERE = {*ALIASES, *NOT_STAFF, *STAND_INS, *(role for chain in STAND_INS.values() for role in chain)}
CLOSE = 0.8


def doubtful_roles(store: Store, setting: str, entries: Sequence[RosterEntry]) -> tuple[str, ...]:
    """Say of each doubtful role, once, where it stands first and what may be meant. Nothing is refused."""
    with store.reading() as conn:
        register = registers.load_register(conn, setting)
    known = sorted(EVERYWHERE | (set(asked_roles(register)) if register is not None else set()))
    first: dict[str, RosterEntry] = {}
    for entry in entries:
        for role in sorted(entry.roles):
            first.setdefault(role, entry)
    return tuple(
        f'{_place(entry)}: "{role}" is a role that nothing asks for. Did you mean "{near[0]}"?'
        for role, entry in first.items()
        if role not in known and (near := get_close_matches(role, known, n=1, cutoff=CLOSE))
    )


def _place(entry: RosterEntry) -> str:
    """Say where a role stands: in a file by its line, in a directory by the person."""
    return entry.name if entry.line is None else f"line {entry.line}"


def asked_roles(register: Register) -> Iterator[str]:
    """Name every role that a register gives, asks something of, or sends reports to."""
    yield from register.roles
    yield from register.setting.staff_means
    for route in register.routes:
        yield from (*route.to, *route.tell)
    for one in register.obligations:
        yield from (
            term.name for term in (*one.audience.any_of, *one.audience.but_not) if term.sort == "role"
        )
