"""Checks that the parts of a register fit together: what is named exists, and nothing is named twice.

Works on the file as it stands, not on the models, so that every problem is told at once even when some
fields are wrong in themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Any

from bot.register.problems import Place, nearest
from bot.rules import audience
from bot.rules import cadence as rule_cadence
from bot.rules.meetings import CLEAR_DAYS
from bot.rules.people import ALIASES

Wrong = tuple[Place, str, str]
SAID = {"holder": "account"}
KEYED_SECTIONS = ("bodies", "policies", "obligations", "accounts")


@dataclass(frozen=True, slots=True)
class _DefinedKeys:
    """The keys the file defines. `roles` None: it lists none, the list of people has them all."""

    roles: tuple[str, ...] | None
    bodies: tuple[str, ...]
    policies: tuple[str, ...]
    accounts: tuple[str, ...]


def wrong_references(tree: Mapping[Any, Any]) -> Iterator[Wrong]:
    """List what does not fit: the place, what is wrong, what would be right."""
    known = _DefinedKeys(
        roles=_roles(tree),
        bodies=_keys(tree, "bodies"),
        policies=_keys(tree, "policies"),
        accounts=_keys(tree, "accounts"),
    )
    for part in KEYED_SECTIONS:
        yield from _twice(tree, part, "key")
    yield from _twice(tree, "routes", "category")
    yield from _terms(tree)
    yield from _notice_of_meetings(tree)
    yield from _hours(tree)
    yield from _policies(tree, known)
    yield from _obligations(tree, known)
    yield from _routes(tree, known)
    for place, account in _items(tree, "accounts"):
        yield from _one((*place, "owner"), account.get("owner"), "role", known.roles)


def _items(tree: Mapping[Any, Any], part: str) -> Iterator[tuple[Place, Mapping[Any, Any]]]:
    listed = tree.get(part)
    for number, item in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(item, Mapping):
            yield (part, number), item


def _keys(tree: Mapping[Any, Any], part: str) -> tuple[str, ...]:
    return tuple(item["key"] for _, item in _items(tree, part) if isinstance(item.get("key"), str))


def _roles(tree: Mapping[Any, Any]) -> tuple[str, ...] | None:
    """The roles written down, and those that "staff" means."""
    roles, school = tree.get("roles"), tree.get("setting")
    if not roles:
        return None
    means = school.get("staff_means") if isinstance(school, Mapping) else None
    named = [*(roles if isinstance(roles, Mapping) else ()), *_many(means)]
    return tuple(dict.fromkeys(name for name in named if isinstance(name, str)))


def _many(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _twice(tree: Mapping[Any, Any], part: str, field: str) -> Iterator[Wrong]:
    seen: set[object] = set()
    for place, item in _items(tree, part):
        name = item.get(field)
        if isinstance(name, str):
            if name in seen:
                yield (*place, field), f'"{name}" is there twice', "Give each its own, or take one out."
            seen.add(name)


def _notice_of_meetings(tree: Mapping[Any, Any]) -> Iterator[Wrong]:
    """Ask for the notice of each body's meetings where no law of the nation says it."""
    school = tree.get("setting")
    nation = school.get("nation", "England") if isinstance(school, Mapping) else "England"
    for place, body in _items(tree, "bodies") if nation not in CLEAR_DAYS else ():
        if body.get("clear_days") is None:
            wrong = f"is left out, and no law of {nation} says it"
            yield (*place, "clear_days"), wrong, "Give the days between papers and meeting, such as 7."


def _terms(tree: Mapping[Any, Any]) -> Iterator[Wrong]:
    calendar = tree.get("calendar")
    if not isinstance(calendar, Mapping):
        return
    spans = []
    for (_, number), term in _items(calendar, "terms"):
        place: Place = ("calendar", "terms", number)
        first, last = _day(term.get("first_day")), _day(term.get("last_day"))
        if first is None or last is None:
            continue
        if last < first:
            yield (
                (*place, "last_day"),
                f"{last} is before the first day, {first}",
                "Swap the two, or mend one.",
            )
        spans.append((first, last, place))
    for (_, ended, _), (begins, _, place) in pairwise(spans):
        if begins <= ended:
            wrong = f"{begins} is not after the end of the term before, {ended}"
            yield (*place, "first_day"), wrong, "Write the terms in order; they may not overlap."


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None  # told already, where the field itself is read


def _hours(tree: Mapping[Any, Any]) -> Iterator[Wrong]:
    school = tree.get("setting")
    hours = school.get("hours") if isinstance(school, Mapping) else None
    if not isinstance(hours, Mapping):
        return
    opens, closes = _moment(hours.get("opens") or "07:30"), _moment(hours.get("closes") or "18:00")
    if opens is not None and closes is not None and closes <= opens:
        right = "Write the later time of day under closes."
        yield ("setting", "hours", "closes"), "is not after the opening time", right


def _moment(text: object) -> time | None:
    try:
        return time.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None  # told already, where the field itself is read


def _policies(tree: Mapping[Any, Any], known: _DefinedKeys) -> Iterator[Wrong]:
    for place, policy in _items(tree, "policies"):
        yield from _owner((*place, "owner"), policy.get("owner"), known)
        yield from _approver((*place, "approver"), policy.get("approver"), known)
        if policy.get("file") and policy.get("link"):
            yield (*place, "link"), "stands beside a file", "Give the file or the link, not both."


def _owner(place: Place, owner: object, known: _DefinedKeys) -> Iterator[Wrong]:
    if not isinstance(owner, str):
        return
    if owner.startswith("role:"):
        yield from _one(place, owner.removeprefix("role:"), "role", known.roles)
    elif "@" not in owner and owner in (known.roles or ()):
        yield place, f'"{owner}" is a role', f'Write it as "role:{owner}".'


def _approver(place: Place, approver: object, known: _DefinedKeys) -> Iterator[Wrong]:
    if not isinstance(approver, str):
        return
    if approver.startswith("role:"):
        yield from _one(place, approver.removeprefix("role:"), "role", known.roles)
    else:
        yield from _one(place, approver, "body", known.bodies)


def _obligations(tree: Mapping[Any, Any], known: _DefinedKeys) -> Iterator[Wrong]:
    for place, item in _items(tree, "obligations"):
        source = item.get("source")
        if isinstance(source, Mapping):
            yield from _one((*place, "source", "policy"), source.get("policy"), "policy", known.policies)
        yield from _one((*place, "about"), item.get("about"), "policy", known.policies)
        yield from _audience((*place, "who"), item.get("who"), known)
        if item.get("kind") == "review" and not item.get("about"):
            yield (*place, "about"), "is missing in a review", "Write the key of the policy to be reviewed."
        for field in ("at_least", "renew_weeks", "proof", "course_link"):
            if item.get(field) is not None and item.get("kind") != "train":
                yield (*place, field), "is for training", "Take it out, or write kind: train."
        yield from _questions(place, item)
        if item.get("items") and item.get("kind") in ("acknowledge", "train", "review"):
            yield (*place, "items"), "are for checks", "Take them out, or write kind: check."
        for words in _many(item.get("when")):
            yield from _meets((*place, "when"), words, known)
        if "on every new version" in str(item.get("when")) and not item.get("about"):
            yield (*place, "about"), "is missing", "Write the key of the policy whose new versions count."


def _meets(place: Place, words: object, known: _DefinedKeys) -> Iterator[Wrong]:
    try:
        read = rule_cadence.parse(words) if isinstance(words, str) else None
    except ValueError:
        return  # told already, where the field itself is read
    if isinstance(read, rule_cadence.BeforeMeeting):
        yield from _one(place, read.body, "body", known.bodies)


def _questions(place: Place, item: Mapping[Any, Any]) -> Iterator[Wrong]:
    asked = item.get("questions")
    if asked and item.get("kind") not in ("acknowledge", "sign", "train"):
        yield (*place, "questions"), "is for reading and training", "Take it out, or write kind: acknowledge."
    for number, one in enumerate(asked if isinstance(asked, list) else ()):
        answers, right = (one.get("answers"), one.get("right")) if isinstance(one, Mapping) else (None, None)
        if isinstance(answers, list) and isinstance(right, int) and right > len(answers):
            wrong = f"there are {len(answers)} answers"
            yield (*place, "questions", number, "right"), wrong, "Write the number of the right one."


def _audience(place: Place, who: object, known: _DefinedKeys) -> Iterator[Wrong]:
    try:
        read = audience.parse(who) if isinstance(who, str) else None
    except ValueError:
        return  # told already, where the field itself is read
    names = {"role": known.roles, "body": known.bodies, "holder": known.accounts}
    for term in (*read.any_of, *read.but_not) if read is not None else ():
        if term.sort in names and term.name:
            yield from _one(place, term.name, SAID.get(term.sort, term.sort), names[term.sort])


def _routes(tree: Mapping[Any, Any], known: _DefinedKeys) -> Iterator[Wrong]:
    for place, route in _items(tree, "routes"):
        for field in ("to", "tell"):
            for role in _many(route.get(field)):
                yield from _one((*place, field), role, "role", known.roles)


def _one(place: Place, name: object, sort: str, known: tuple[str, ...] | None) -> Iterator[Wrong]:
    if known is None or not isinstance(name, str) or name in known:
        return
    if sort == "role" and ALIASES.get(name, name) in {ALIASES.get(one, one) for one in known}:
        return
    right = nearest(name, known)
    if sort == "role":
        right = f"{right} If the list of people says who holds it, add {name}: roster under roles."
    yield place, f'"{name}" names no {sort} in this file', right
