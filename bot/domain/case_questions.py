"""What a case must answer before it is closed: whether the police, parents and others are told, and why not.

Whether somebody has to be told hangs on what happened, and a policy says so in those words ("as appropriate",
"on suspicion"). So nobody is told to tell: whoever has the case is asked, and a "no" needs its reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

ACTION = "action"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, what it asks for while it is open, and the two answers as the timeline keeps them."""

    asks: str
    lacks: str
    yes: str
    no: str


QUESTIONS = {
    "police": Question(
        "Are the police told?",
        "Say whether the police are told.",
        "The police are told",
        "The police are not told",
    ),
    "parents": Question(
        "Are the parents or carers told?",
        "Say whether the parents or carers are told.",
        "The parents or carers are told",
        "The parents or carers are not told",
    ),
    "people-affected": Question(
        "Are the people told whose information it is?",
        "Say whether the people are told whose information it is.",
        "The people whose information it is are told",
        "The people whose information it is are not told",
    ),
    "exam-body": Question(
        "Is the examining body told?",
        "Say whether the examining body is told.",
        "The examining body is told",
        "The examining body is not told",
    ),
    "governors": Question(
        "Are those who govern told, in numbers only?",
        "Say whether those who govern are told.",
        "Those who govern are told, in numbers only",
        "Those who govern are not told",
    ),
    ACTION: Question(
        "Is there something to do about it?",
        "Add a task, or say that there is nothing to do.",
        "There is something to do",
        "There is nothing to do",
    ),
}
USUAL = {
    "staff-devices": (ACTION,),
    "official-accounts": (ACTION,),
    "images-and-consent": ("police", "parents", ACTION),
    "online-conduct": ("police", "parents", ACTION),
    "filtering": (ACTION,),
    "data-breach": ("people-affected", ACTION),
    "data-complaint": (ACTION,),
    "allegation": ("police", "parents"),
    "concern-about-head": ("police", "parents"),
    "pupil-device": ("police", "parents"),
    "visitor": ("police", ACTION),
    "other": (ACTION,),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One question answered. `words`: a reference, or the reason for a no."""

    question: str
    yes: bool
    on: date
    words: str = ""

    def __str__(self) -> str:
        known = QUESTIONS[self.question]
        return f"{known.yes if self.yes else known.no}."


def asked_of(category: str, told: Iterable[str], *, personal_data: bool) -> tuple[str, ...]:
    """Gather what a case of this category must answer: the usual questions, and those the register adds."""
    data = ("people-affected",) if personal_data else ()
    wanted = {*USUAL.get(category, USUAL["other"]), *data, *told}
    return tuple(question for question in QUESTIONS if question in wanted)


def unanswered(asks: Iterable[str], answers: Iterable[Answer], *, has_tasks: bool) -> tuple[str, ...]:
    """List the questions still open. A task is an answer to whether there is something to do."""
    known = {answer.question for answer in answers} | ({ACTION} if has_tasks else set())
    return tuple(question for question in asks if question not in known)
