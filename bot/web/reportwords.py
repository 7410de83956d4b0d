"""The report form's words: what each screen asks, and what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.actions.report_form import ReportForm
from bot.actions.sign import Refusal
from bot.domain.report_guard import Guarded, guarded
from bot.web.drafts import Draft

STEPS = ("category", "what", "where", "about", "you")
LONGEST = {"what": 4000, "where_when": 1000, "about": 1000, "name": 200, "email": 254}
AGAIN = "This page had been open for a long time. Please begin again; nothing was sent."
PERSON = "Look through it once more, then press Send again. It takes a few seconds before it can be sent."
ADDRESS = "Write the address as in name@example.org, or leave it empty."


@dataclass(frozen=True, slots=True)
class Question:
    """One screen: its question, and what helps to answer it."""

    asks: str
    hint: str


QUESTIONS = {
    "category": Question("What is it about?", "Choose what fits best. We can change it later."),
    "what": Question(
        "What happened?",
        "In your own words, as you saw it. Leave out children’s names and anything about a child being "
        "harmed or at risk.",
    ),
    "where": Question("Where and when was it?", "As well as you remember. You may leave this empty."),
    "about": Question(
        "Who is it about?",
        "First and last name if you know them, or “a visitor”. Whoever you name cannot open the report. "
        "Please do not name a child. You may leave this empty.",
    ),
    "you": Question("May we know who you are?", "Both ways are fine. You can write with us either way."),
}
EMPTY = {
    "category": Refusal("category", "Choose what it is about."),
    "what": Refusal("what", "Say in your own words what happened."),
    "told": Refusal("told", "Choose one of the two."),
}
TURNED_AWAY = {
    Guarded.IMAGE: "This sounds like an intimate picture of a child",
    Guarded.CHILD_PROTECTION: "This sounds as if a child may be hurt or at risk",
}


def problems(step: str, draft: Draft, form: ReportForm) -> tuple[Refusal, ...]:
    """Say what one screen's answers still need."""
    return tuple(_problems(step, draft, form))


def unfinished(draft: Draft, form: ReportForm) -> str | None:
    """Find the first screen whose answers need something."""
    return next((step for step in STEPS if problems(step, draft, form)), None)


def turned_away(draft: Draft) -> tuple[str, Guarded] | None:
    """Find the first screen that holds what must not be kept here, and why."""
    written = {
        "what": draft.what,
        "where": draft.where_when,
        "about": draft.about,
        "you": f"{draft.name} {draft.email}",
    }
    found = ((step, guarded(words)) for step, words in written.items())
    return next(((step, why) for step, why in found if why is not None), None)


def _problems(step: str, draft: Draft, form: ReportForm) -> Iterator[Refusal]:
    if step == "category" and draft.category not in form.categories:
        yield EMPTY["category"]
    if step == "what" and not draft.what:
        yield EMPTY["what"]
    if step == "you" and draft.told not in {"named", "anonymous"}:
        yield EMPTY["told"]
    if step == "you" and draft.told == "named":
        yield from _of_name(draft)
    written = {"what": ("what",), "where": ("where_when",), "about": ("about",), "you": ("name", "email")}
    for name in written.get(step, ()):
        too_many = len(getattr(draft, name)) - LONGEST[name]
        if too_many > 0:
            yield Refusal(name, f"Please say it in {LONGEST[name]:,} letters; these are {too_many:,} more.")


def _of_name(draft: Draft) -> Iterator[Refusal]:
    if not draft.name:
        yield Refusal("name", "Type your name, or choose to stay anonymous.")
    name, at, host = draft.email.rpartition("@")
    if draft.email and not (name and at and "." in host and " " not in draft.email):
        yield Refusal("email", ADDRESS)
