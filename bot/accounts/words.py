"""How accounts are said on their pages: states, answers, and one sentence for every entry of a log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.accounts.model import NONE_IN_FORCE, AccountStatus, Agreement, State
from bot.core.text import capitalise, count, join_words
from bot.rules.accounts import (
    AGREED,
    ASKED,
    CHANGE,
    CHECKED,
    DROPPED,
    FINE,
    FOUND,
    NOBODY_LEFT,
    READER,
    SEALED,
    STEPS,
    TOPICS,
    AccountEntry,
    AccountEntryKind,
)
from bot.rules.people import Person

CHIPS = {State.FINE: "done", State.NEEDS: "due-soon", State.STOP: "overdue"}
SHAPES = {State.FINE: "done", State.NEEDS: "due soon", State.STOP: "overdue"}
AGREEMENTS = {
    Agreement.IN_FORCE: "done",
    Agreement.MISSING: "no record",
    Agreement.LAPSED: "overdue",
    Agreement.EXCUSED: "excused",
}
UNSIGNED = NONE_IN_FORCE
REACHES = {
    "open": "Open: anybody may look",
    "closed": "Closed: only people we let in",
    "": "We hold no record",
}
READINGS = {
    AGREED: "Agreed to a post",
    CHANGE: "Asked for a change to a post",
    DROPPED: "Dropped a post",
}
ANSWERS = {
    "yes": "Yes",
    "no": "No",
    SEALED: "Yes, in a sealed envelope",
    NOBODY_LEFT: "Nobody has left",
}
DONE = {
    "state": "Recorded. Thank you.",
    "look": "Recorded: you looked at it today. You do not need to do anything else.",
    "post": "Recorded. If somebody is to read it, they see it under Accounts.",
    "read": "Recorded: what you said of the post.",
    "tick": "Recorded: one step of the hand-over.",
}


def headline(found: Iterable[AccountStatus]) -> str:
    """Return one line on the state of all accounts."""
    states = [one.verdict.state for one in found]
    stopped, needing = states.count(State.STOP), states.count(State.NEEDS)
    if not states:
        return "No official accounts"
    if not stopped and not needing:
        return "Every account is fine"
    said = [f"{count(stopped, 'account')} should not post"] if stopped else []
    if needing:
        noun = "" if stopped else f" {'account' if needing == 1 else 'accounts'}"
        said.append(f"{needing}{noun} {'needs' if needing == 1 else 'need'} something")
    return join_words(said)


def answer(entry: AccountEntry, people: Mapping[str, Person]) -> str:
    """Return what was stated, for any type of answer."""
    if entry.topic == READER:
        return name(people, entry.about)
    return entry.words if TOPICS[entry.topic].answers is None else ANSWERS.get(entry.answer, entry.answer)


def sentence(entry: AccountEntry, people: Mapping[str, Person]) -> str:
    """Return one entry of the log as a sentence."""
    if entry.sort is AccountEntryKind.STATED:
        return f"{capitalise(TOPICS[entry.topic].short)}: {answer(entry, people)}"
    if entry.sort is AccountEntryKind.LOOKED:
        return {FINE: "Looked at it: all is well", FOUND: "Looked at it, and found something"}.get(
            entry.answer, "Looked at it, and took something down"
        )
    if entry.sort is AccountEntryKind.POSTED:
        asked = f"{name(people, entry.about)} is asked to read it first"
        return f"A post: {asked if entry.topic == ASKED else 'no reader was available'}"
    if entry.sort is AccountEntryKind.READ:
        return READINGS[entry.topic]
    if entry.sort in (AccountEntryKind.HANDED, AccountEntryKind.TAKEN_OUT):
        said = STEPS[entry.topic] if entry.sort is AccountEntryKind.HANDED else "no longer named"
        return f"Hand-over by {name(people, entry.about)}: {said}"
    return f"The account was {entry.topic}"


def children(entry: AccountEntry) -> str:
    """Return what the poster checked before the post."""
    checked = "Children can be recognised; consent was checked for each."
    return checked if entry.answer == CHECKED else "No child can be recognised in it."


def is_web(address: str | None) -> bool:
    """Return whether an address is a web page's; others are shown without a link."""
    return address is not None and address.startswith(("https://", "http://"))


def name(people: Mapping[str, Person], key: str) -> str:
    person = people.get(key)
    return person.name if person else key
