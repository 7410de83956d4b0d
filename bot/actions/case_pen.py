"""The pen somebody works on a case with: access checked, the row locked, all of it one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from bot.actions.case_desk import Desk, open_desk
from bot.actions.case_sheet import CaseFile
from bot.domain.case_access import may_open
from bot.domain.days import plain
from bot.errors import HandbellError
from bot.services import Services
from bot.store.forms import do_once

LONGEST_WORDS = 8000


class NoSuchCase(HandbellError):
    """There is no case of that number for whoever asks: not there, or not theirs, told alike."""

    def __init__(self) -> None:
        super().__init__("There is no case of this number for you.")


class NotYet(HandbellError):
    """A step cannot be taken yet. `sentences` say what it needs, one each."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


@dataclass(slots=True)
class Pen:
    """One person at one case, in one transaction."""

    desk: Desk
    file: CaseFile
    person: str

    def say(self, what: str, words: str = "") -> int:
        """Add to the timeline in this person's name."""
        return self.desk.write(self.file, self.person, what, words)

    def change(self, **facts: object) -> None:
        """Change sealed facts and keep the case so."""
        self.file = self.desk.save(self.file.changed(**facts))

    def move(self, **columns: object) -> None:
        """Change what stands in the clear and keep the case so."""
        self.file = self.desk.save(self.file.moved(**columns))


@contextmanager
def at_work(services: Services, setting: str, number: str, person: str, now: datetime) -> Iterator[Pen]:
    """Take a case up to change it; NoSuchCase alike for one that is not there and one that is not theirs.

    DoneAlready: the form that asks for it did it before.
    """
    with services.store.writing() as conn:
        do_once(conn, services.form, now)
        desk = open_desk(services, conn, setting, now)
        file = desk.find(number, to_change=True) if desk is not None else None
        if desk is None or file is None or not may_open(file.case, person, desk.roll):
            raise NoSuchCase
        yield Pen(desk, file, person)


def words_of(text: str, asked: str) -> str:
    """Take somebody's words; NotYet, asking for them, when there are none or too many."""
    plain = text.encode("utf-8", "replace").decode().strip()
    if not plain:
        raise NotYet(asked)
    if len(plain) > LONGEST_WORDS:
        raise NotYet(f"Use {LONGEST_WORDS} characters at most.")
    return plain


def said_day(on: date) -> str:
    """Say a day as the timeline keeps it: "23 November 2026"."""
    return plain(on)
