"""What a case changes, as an obligation and as an entry for register.yaml: telling nothing of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import shorten

from bot.domain.cadence import MONTHS
from bot.domain.obligations import Obligation

LONGEST = 240
HEAD = "role:headteacher"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a change becomes: the kind of duty, what it is called, and who does it unless told otherwise."""

    kind: str
    title: str
    who: str


SHAPES: Mapping[str, Shape] = {
    "policy": Shape("check", "Check that the policy says what was agreed", HEAD),
    "training": Shape("train", "Training on what we learnt", "staff"),
    "curriculum": Shape("report", "Report how pupils are taught what we learnt", HEAD),
    "technical": Shape("check", "Check that what was changed still works", HEAD),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person chose for the duty. `month` is 1 to 12; `policy` empty: the setting's own choice."""

    who: str
    month: int
    policy: str = ""


def entry(change: str, words: str, asked: Asked, taken: frozenset[str] = frozenset()) -> str:
    """Write the obligation a change becomes, indented to stand under `obligations:`."""
    # Only here: the models of a register take long to load, and few lessons need them.
    from bot.register.write import as_yaml  # noqa: PLC0415

    tree = _tree(change, words, asked, taken)
    return as_yaml({"obligations": [tree]}).partition("obligations:\n")[2]


def rule(setting: str, change: str, words: str, asked: Asked, taken: frozenset[str]) -> Obligation:
    """Make the obligation a change becomes: what applying its entry would make of it."""
    # Only here: as above.
    from bot.register.convert import to_obligation  # noqa: PLC0415
    from bot.register.models import ObligationPart  # noqa: PLC0415

    return to_obligation(setting, ObligationPart.model_validate(_tree(change, words, asked, taken)))


def _tree(change: str, words: str, asked: Asked, taken: frozenset[str]) -> dict[str, object]:
    """Neither its key nor its words say which case it comes from, when that came or what it was about."""
    shape = SHAPES[change]
    tree: dict[str, object] = {
        "key": _free(f"learnt-{change}", taken),
        "kind": shape.kind,
        "title": shape.title,
        "who": asked.who,
        "when": f"each {MONTHS[asked.month - 1]}",
    }
    if asked.policy and shape.kind == "check":
        tree["about"] = asked.policy
    tree["statement"] = shorten(words, LONGEST, placeholder="…")
    if asked.policy:
        tree["source"] = {"policy": asked.policy, "stated": False}
    return tree


def _free(key: str, taken: frozenset[str]) -> str:
    """Give a key that the register does not hold yet."""
    number = 1
    while (found := key if number == 1 else f"{key}-{number}") in taken:
        number += 1
    return found
