"""Short questions after reading: which of somebody's answers to look at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST = 5


@dataclass(frozen=True, slots=True)
class CheckQuestion:
    """One question with its answers to choose from; `right` counts them from 1."""

    ask: str
    answers: tuple[str, ...]
    right: int


def unanswered(questions: Sequence[CheckQuestion], given: Sequence[int]) -> tuple[int, ...]:
    """Number the questions, from 1, to which no answer of theirs was chosen."""
    return tuple(
        number
        for number, question in enumerate(questions, start=1)
        if number > len(given) or not 1 <= given[number - 1] <= len(question.answers)
    )


def wrong(questions: Sequence[CheckQuestion], given: Sequence[int]) -> tuple[int, ...]:
    """Number the questions, from 1, that were answered otherwise than right, or not at all."""
    return tuple(
        number
        for number, question in enumerate(questions, start=1)
        if number > len(given) or given[number - 1] != question.right
    )
