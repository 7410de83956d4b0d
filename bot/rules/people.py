"""People and the schools they belong to: who is here on a day, and who stands in when a role is empty."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Literal, get_args

from bot.core.roles import NOT_STAFF, SPELLINGS, employed, known_roles

WEEKDAYS = frozenset({0, 1, 2, 3, 4})

# Anyone who governs does so under many names ("co-opted-governor", "chair-of-trustees"): these words tell.
GOVERNOR_WORDS = frozenset({"chair", "governor", "governors", "trustee", "trustees"})
BODY_WORDS = frozenset({"associate", "board", "body", "committee", "lgb"})
GOVERNOR = "governor"
TRUSTEE = "trustee"
# Roles of those around governors that bear their name.
BESIDE_GOVERNORS = frozenset(
    "administrator clerk former manager officer past professional pta secretary services support".split()
)

# Who acts when a role is empty or its holder is away, in order; the first name is the role itself.
STAND_INS = {
    "headteacher": ("headteacher", "head", "manager", "deputy-head", "deputy-manager", "assistant-head"),
    "chair": ("chair", "committee-chair", "vice-chair"),
    "clerk": ("clerk", "secretary", "business-manager", "office"),
    "dsl": ("dsl", "deputy-dsl"),
}
ALIASES = {"head": "headteacher", "manager": "headteacher", "committee-chair": "chair", **SPELLINGS}


# What a visitor agrees to where the school gives no words of its own.
VISITORS_AGREE = (
    "My phone, watch and camera stay switched off and out of sight unless I am told I may use them.",
    "I take no pictures or recordings, and put none on the internet.",
    "If I need to make a call, I ask at the office where I may.",
    "If I worry about a child, I tell the designated safeguarding lead at once: the office says who that is.",
)


def works_here(role: str) -> bool:
    """Return whether a role is one of people who work for a school, and not of who governs or visits it."""
    words = frozenset(role.split("-"))
    return role not in NOT_STAFF and words.isdisjoint(GOVERNOR_WORDS) and not _of_a_body(words)


def governs(role: str) -> bool:
    """Return whether a role is a governor's, of any kind. Associate members have no vote and are none."""
    words = frozenset(role.split("-"))
    if not words.isdisjoint(BESIDE_GOVERNORS) or is_associate(role):
        return False
    return not words.isdisjoint(GOVERNOR_WORDS) or _of_a_body(words)


def _of_a_body(words: frozenset[str]) -> bool:
    """Return whether a role, given as its words, is a member of a body that governs, or the body itself."""
    member = not words.isdisjoint({"member", "members"}) and not words.isdisjoint(BODY_WORDS)
    return member or not words.isdisjoint({"committee", "governing", "lgb"}) or words == {"board"}


def is_trustee(role: str) -> bool:
    """Return whether a role is a trustee's, of any kind: "parent-trustee", and not "clerk-to-trustees"."""
    return governs(role) and not {"trustee", "trustees"}.isdisjoint(role.split("-"))


def is_associate(role: str) -> bool:
    """Return whether a role is one of an associate member, who sits with the governors and does not vote."""
    words = frozenset(role.split("-"))
    return "associate" in words and not words.isdisjoint({"governor", "member", "members"})


@dataclass(frozen=True, slots=True)
class Words:
    """A school's own words for people and places; notices and pages use them.

    `visitors` is what a visitor reads and agrees to at the entrance, a line each.
    """

    head: str = "headteacher"
    governors: str = "governors"
    approving_body: str = "governing body"
    pupils: str = "pupils"
    visitors: tuple[str, ...] = VISITORS_AGREE


@dataclass(frozen=True, slots=True)
class Phones:
    """Numbers to ring when something cannot wait for a form; "": not told. `lado`: the council's."""

    office: str = ""
    dsl: str = ""
    lado: str = ""


# Each has its own bank holidays, and its own law on the notice that governors get.
Nation = Literal["England", "Wales", "Scotland", "Northern Ireland"]
NATIONS: tuple[Nation, ...] = get_args(Nation)


@dataclass(frozen=True, slots=True)
class School:
    """A school, pre-school or trust.

    `since` is the first day Handbell kept this school's records: nothing that opened before it can be
    called overdue for want of a record. `staff_means` lists the roles its policies count as "staff".
    """

    key: str
    name: str
    kind: str = "school"
    since: date = date.min
    words: Words = field(default_factory=Words)
    phones: Phones = field(default_factory=Phones)
    opens_at: time = time(7, 30)
    closes_at: time = time(18, 0)
    weekly_budget: int = 3
    staff_means: frozenset[str] = frozenset({"staff"})
    timezone: str = "Europe/London"
    nation: Nation = "England"


@dataclass(frozen=True, slots=True)
class Absence:
    """Days away, both ends included; `until` None means until further notice.

    `noted_here`: by the office on its page, so that no list of people takes it away.
    """

    first_on: date
    until: date | None = None
    reason: str = "away"
    noted_here: bool = False

    def covers(self, day: date) -> bool:
        return self.first_on <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Membership:
    """What one person is in one school. No one is asked anything before `starts_on` or after `leaves_on`.

    `listed_roles`: those of the roles that the last list of people stated; the others were given here.
    """

    school: str
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    starts_on: date | None = None
    leaves_on: date | None = None
    working_days: frozenset[int] = WEEKDAYS
    absences: tuple[Absence, ...] = ()
    manager: str | None = None
    paused: bool = False
    listed_roles: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not SPELLINGS.keys().isdisjoint(self.roles):
            object.__setattr__(self, "roles", known_roles(self.roles))

    def here_on(self, day: date) -> bool:
        """Return whether they belong to the school on a day: started, and not left. The last day counts."""
        started = self.starts_on is None or self.starts_on <= day
        return started and (self.leaves_on is None or day <= self.leaves_on)

    def absence_on(self, day: date) -> Absence | None:
        """Find the absence that covers a day."""
        return next((absence for absence in self.absences if absence.covers(day)), None)

    def away_on(self, day: date) -> bool:
        """Return whether they are absent or paused on a day."""
        return self.paused or self.absence_on(day) is not None

    @property
    def usual_roles(self) -> frozenset[str]:
        """Return the roles by their usual names; a governor of whatever kind is a governor beside it."""
        usual = frozenset(ALIASES.get(role, role) for role in self.roles)
        return usual | {GOVERNOR} if any(governs(role) for role in usual) else usual

    @property
    def is_staff(self) -> bool:
        """Return whether they work here: the role "staff", a job, or a task that no one from outside has."""
        return _is_employed(self.roles)


@lru_cache(maxsize=4096)
def _is_employed(roles: frozenset[str]) -> bool:
    outside = frozenset(role for role in roles if not works_here(role))
    return employed(roles, outside, governs=any(governs(role) or is_associate(role) for role in roles))


@dataclass(frozen=True, slots=True)
class FormerAddress:
    """An address someone had until an instant, folded. No one writes there; registers may still name it."""

    email: str
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A human being, once, however many schools they belong to. `email` None: no one can write to them."""

    key: str
    name: str
    email: str | None = None
    memberships: tuple[Membership, ...] = ()
    unreachable: str | None = None
    formerly: tuple[FormerAddress, ...] = ()

    def membership(self, school: str) -> Membership | None:
        """Find what they are in one school."""
        return next((one for one in self.memberships if one.school == school), None)
