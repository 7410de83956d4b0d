"""What a person says when they answer, word for word; if a typed name is theirs; how long reading takes."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.accounts import Account
from bot.domain.obligations import Kind, Obligation
from bot.domain.policies import Policy

TITLES = frozenset(
    {"mr", "mrs", "miss", "ms", "mx", "dr", "prof", "professor", "rev", "revd", "sir", "dame", "lady"}
)

WORDS_A_MINUTE = 220


def reading_minutes(text: str) -> int:
    """Reckon how many minutes a text takes to read."""
    return max(1, round(len(text.split()) / WORDS_A_MINUTE))


def statement(
    obligation: Obligation,
    policy: Policy | None = None,
    version: str | None = None,
    account: Account | None = None,
) -> str:
    """Say what is recorded when somebody says yes, and for which account. The setting's own words win."""
    said = _statement(obligation, policy, version)
    return f"For {account.called}: {said}" if account else said


def _statement(obligation: Obligation, policy: Policy | None, version: str | None) -> str:
    if obligation.statement:
        return obligation.statement
    if obligation.kind is Kind.ACKNOWLEDGE:
        document = policy.title if policy else obligation.title
        which = f", version {version}" if version else ""
        return f"I have read “{document}”{which}, and I will follow it."
    if obligation.kind is Kind.TRAIN:
        return f"I have done this training: {obligation.named}."
    if obligation.kind is Kind.SIGN:
        return f"I agree to this and I will keep to it: {obligation.title}."
    return f"This has been done: {obligation.title}."


def same_name(typed: str, known: str) -> bool:
    """Say whether a typed name is the known one: capitals, spaces, accents, titles and middle names aside.

    A roster that holds an initial ("P Shah") is content with any first name that begins with it.
    """
    said, kept = name_words(typed), name_words(known)
    if not said or not kept:
        return False
    if len(kept) == 1 or len(said) == 1:
        return said == kept
    return _agree(said[0], kept[0]) and said[-1] == kept[-1] and _within(said[1:-1], kept[1:-1])


def name_words(name: str) -> list[str]:
    """List the words of a name, first name first, folded, without titles; a title alone stays."""
    last, comma, first = name.partition(",")
    whole = f"{first} {last}" if comma else name
    bare = "".join(c for c in unicodedata.normalize("NFKD", whole.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"\w+", re.sub(r"['’`.]", "", bare))
    untitled = [word for word in words if word not in TITLES]
    return untitled or words


def _agree(typed: str, known: str) -> bool:
    return typed == known or (len(known) == 1 and typed.startswith(known))


def _within(some: list[str], every: list[str]) -> bool:
    rest = iter(every)
    return all(any(_agree(word, other) for other in rest) for word in some)
