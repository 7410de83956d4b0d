"""Official social-media accounts, the people who run them, and the log of each account.

Entries are never changed: of several entries about one thing the latest counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Account:
    """An account the school answers for, or watches (`ours` False: a PTA page, say). Never a password.

    `reach`: "open" to anyone, "closed" to those let in, empty where no one said. `owner` is a role.
    """

    key: str
    school: str
    channel: str
    name: str
    holders: frozenset[str] = frozenset()
    ours: bool = True
    address: str = ""
    purpose: str = ""
    reach: str = ""
    owner: str = ""

    @property
    def called(self) -> str:
        """Return the name with its channel: "merriwellgreen on Instagram"; a name with its channel alone."""
        says_it = self.channel.casefold() in self.name.casefold()
        return self.name if says_it else f"{self.name} on {self.channel}"


class AccountEntryKind(StrEnum):
    """What an entry is."""

    STATED = "stated"
    LOOKED = "looked"
    POSTED = "posted"
    READ = "read"
    HANDED = "handed over"
    DECIDED = "decided"
    TAKEN_OUT = "taken out of the register"


# The register's key of the rule that looking at every account of ours carries out.
LOOKED_THROUGH = "accounts-content"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEntry:
    """One entry. `topic` names the fact, the step or the outcome; `answer` is what was said about it.

    `about` is a person's key (a reader asked, a leaver, a second reader) or another entry's reference.
    `words` are someone's own; `note` says why there was no reader. `account` is empty for a decision.
    """

    reference: str
    school: str
    account: str
    sort: AccountEntryKind
    on: date
    at: datetime
    by: str
    by_name: str
    topic: str = ""
    answer: str = ""
    about: str = ""
    words: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """Something only a person can state about an account. `asks` is the question, `short` names it.

    `answers` None: free words; empty: someone's name. `bad`: an answer that needs something. `head_only`:
    only the head states it. `months`: it is asked again after so many; 0: it stands until it is changed.
    """

    asks: str
    short: str
    answers: tuple[str, ...] | None = ("yes", "no")
    bad: frozenset[str] = frozenset({"no"})
    head_only: bool = False
    months: int = 12
    watched: bool = False


RISK, APPROVED, CONSENT, RECOVERY = "risk-assessment", "approval", "consent", "recovery"
TWO_STEP, WAY_IN, READER, CHANGED, NEEDED = "two-step", "way-in", "second-reader", "log-in", "still-needed"
SEALED = "sealed envelope"
NOBODY_LEFT = "nobody left"

TOPICS: Mapping[str, Topic] = {
    RISK: Topic("Is a risk assessment done?", "risk assessment", watched=True),
    APPROVED: Topic("Is it approved? Before anything is posted there.", "approval", head_only=True, months=0),
    NEEDED: Topic("Is it still ours, and still needed?", "still ours, still needed"),
    CONSENT: Topic(
        "Where is consent for pictures checked?",
        "where consent is checked",
        answers=None,
        bad=frozenset(),
        watched=True,
    ),
    READER: Topic(
        "Who reads posts before they go out?", "second reader", answers=(), bad=frozenset(), months=0
    ),
    RECOVERY: Topic("Is the recovery e-mail address the school’s own?", "school recovery address"),
    TWO_STEP: Topic("Is two-step sign-in on?", "two-step sign-in"),
    WAY_IN: Topic(
        "Can leadership reach the log-in if its holders are away?",
        "a way in for leadership",
        answers=("yes", SEALED, "no"),
    ),
    CHANGED: Topic(
        "Was the log-in changed when a holder last left?",
        "log-in changed after a leaver",
        answers=("yes", NOBODY_LEFT, "no"),
        months=0,
    ),
}

SECOND_HOLDER = "second-holder"
STEPS: Mapping[str, str] = {
    "access-removed": "Their access is taken away",
    "recovery-checked": "Recovery address and number are the school’s, not theirs",
    "log-in-changed": "The log-in is changed",
    SECOND_HOLDER: "A second holder is named",
}

NO_CHILDREN, CHECKED = "no-children", "checked"
ASKED, NO_READER, AGREED, CHANGE, DROPPED = "asked", "no-reader", "agreed", "change", "dropped"
FINE, FOUND, REMOVED = "fine", "found", "removed"


def latest(entries: Iterable[AccountEntry], sort: AccountEntryKind) -> dict[str, AccountEntry]:
    """Map every topic to what was said of it last."""
    return {one.topic: one for one in sorted(entries, key=lambda one: one.at) if one.sort is sort}


def topics_of(account: Account) -> dict[str, Topic]:
    """List what is stated of an account: of one we only watch, little."""
    return {key: topic for key, topic in TOPICS.items() if account.ours or topic.watched}


def may_tick(leaver: str, by: str) -> bool:
    """No one confirms their own hand-over."""
    return leaver != by
