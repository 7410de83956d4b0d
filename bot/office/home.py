"""What needs the office of a school today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core.clock import local_date
from bot.messages.store import Delivery
from bot.office.sent_messages import refused_lately
from bot.planning.snapshot import Snapshot
from bot.rules.duties import Finding
from bot.rules.people import Person
from bot.services import Services
from bot.signing.questions import StaffQuestion, questions
from bot.status.warnings import findings

LEAVES_SOON = timedelta(days=28)
# The office has lists of its own for these.
LISTED_APART = frozenset({"no-address", "unreachable", "terms-ended"})
PRESSING = {"problem": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class OfficeHome:
    """What needs the office on one day, each list with the most pressing first."""

    unreachable: tuple[Person, ...]
    without_address: tuple[Person, ...]
    leaving: tuple[tuple[Person, date], ...]
    questions: tuple[StaffQuestion, ...]
    refused: tuple[Delivery, ...]
    findings: tuple[Finding, ...]

    @property
    def number(self) -> int:
        """Return how many things need a person; information only is not counted."""
        pressing = sum(one.level != "info" for one in self.findings)
        return len(self.unreachable) + len(self.questions) + len(self.refused) + pressing


def needs_the_office(services: Services, snapshot: Snapshot, school: str, now: datetime) -> OfficeHome:
    """Gather what needs the office of one school; nothing is written."""
    today = local_date(now)
    here = [one for one in snapshot.people.values() if _here(one, school, today)]
    here.sort(key=lambda one: one.name)
    found = (one for one in findings(snapshot, today) if one.school == school)
    noticed = [one for one in found if one.code not in LISTED_APART]
    asked = questions(services.store, snapshot, school, now)
    return OfficeHome(
        unreachable=tuple(one for one in here if one.email and one.unreachable),
        without_address=tuple(one for one in here if not one.email),
        leaving=tuple(sorted(_leaving(here, school, today), key=lambda pair: pair[1])),
        questions=tuple(one for one in asked if one.is_open),
        refused=tuple(
            one for one in refused_lately(services.store, snapshot, school, now) if not one.unreachable
        ),
        findings=tuple(sorted(noticed, key=lambda one: PRESSING[one.level])),
    )


def _here(person: Person, school: str, today: date) -> bool:
    member = person.membership(school)
    return member is not None and member.here_on(today)


def _leaving(here: list[Person], school: str, today: date) -> Iterator[tuple[Person, date]]:
    for person in here:
        member = person.membership(school)
        if member and member.leaves_on and member.leaves_on <= today + LEAVES_SOON:
            yield person, member.leaves_on
