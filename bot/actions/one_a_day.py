"""A reminder that nobody's deed asked for is its person's one message of the day it goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from bot.actions.gather import school_day
from bot.actions.hours import next_opening
from bot.domain.snapshot import Snapshot
from bot.store import office, registers
from bot.store.engine import Connection
from bot.store.letters import LetterKind, NewLetter

LETTERS_WAIT = timedelta(days=7)


def live_settings(conn: Connection, only: Collection[str] | None, now: datetime) -> list[str]:
    """Name the settings (None: of all) that send: a school that is being set up reminds nobody."""
    waiting = office.not_live(conn, school_day(now))
    keys = registers.setting_keys(conn) if only is None else only
    return [key for key in keys if key not in waiting]


def new_letter(
    snapshot: Snapshot, kind: LetterKind, setting: str, to: str | None, reference: str, now: datetime
) -> NewLetter | None:
    """Make a letter for the setting's next hours, where there is somebody to write to."""
    person = snapshot.people.get(to) if to else None
    if person is None or not person.email:
        return None
    at = next_opening(snapshot.settings[setting], snapshot.calendars[setting], now)
    return NewLetter(
        kind=kind,
        setting=setting,
        person=person.key,
        reference=reference,
        on=at.date(),
        not_before_at=at,
        not_after_at=at + LETTERS_WAIT,
    )


def one_a_day(
    snapshot: Snapshot, wanted: Iterable[NewLetter], before: Sequence[NewLetter] = ()
) -> Iterator[NewLetter]:
    """Pass the first letter for each person and day on which they are not written to otherwise.

    `before`: letters that go out besides what the snapshot knows. What is left out is wanted again the next
    day, as is what is for somebody whose address refuses mail.
    """
    taken = {(letter.person, letter.on) for letter in before}
    for letter in wanted:
        mine = (letter.person, letter.on)
        known = letter.on in snapshot.messaged.get(letter.person, ())
        if mine not in taken and not known and not snapshot.people[letter.person].unreachable:
            taken.add(mine)
            yield letter
