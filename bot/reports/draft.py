"""A report being written: its answers, what each screen still needs, the last look before sending."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from bot.core.validation import FieldError
from bot.reports.content_guard import BlockedText, guarded
from bot.reports.form_context import ReportForm
from bot.reports.service import Report
from bot.rules.report_fields import (
    SCREENS,
    WRITTEN,
    FieldKind,
    ReportField,
    field_of,
    on_screen,
    written,
)

STEPS = tuple(one.name for one in SCREENS)
NAMED, ANONYMOUS = "named", "anonymous"
ADDRESS = "Write the address as in name@example.org, or leave it empty."
NO_ANSWER = "No answer yet"
LEFT_EMPTY = "You left this empty."


def _empty(one: ReportField) -> str | tuple[str, ...]:
    return () if one.kind is FieldKind.PICKS else ""


def no_answers() -> dict[str, str | tuple[str, ...]]:
    """Return every field of the form unanswered, by its name on the form."""
    return {one.input_name: _empty(one) for step in STEPS for one in on_screen(step)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDraft:
    """The answers so far, by the names of the form's inputs. `key`: random, this form's own.

    `person`: whose personal link led here; sent with the report only if they choose to be known.
    `checked`: all screens were answered once, so that a changed answer leads back to the last look.
    """

    school: str
    key: str
    begun_at: str
    person: str = ""
    checked: bool = False
    answers: Mapping[str, str | tuple[str, ...]] = field(default_factory=no_answers)

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> ReportDraft:
        """Read what a page carried. A field added since is empty, and one removed since is dropped."""
        empty = no_answers()
        found = {name: state[name] for name in empty if name in state}
        answers = {name: tuple(said) if isinstance(said, list) else said for name, said in found.items()}
        return cls(
            school=state["setting"],
            key=state["key"],
            begun_at=state["begun_at"],
            person=state["person"],
            checked=state["checked"],
            answers=empty | answers,
        )

    def state(self) -> dict[str, Any]:
        """Return what a page carries on."""
        return {
            **self.answers,
            "setting": self.school,
            "key": self.key,
            "begun_at": self.begun_at,
            "person": self.person,
            "checked": self.checked,
        }

    def words(self, name: str) -> str:
        """Return the answer to a field that is not of picks, by its name in the report."""
        return str(self.answers[field_of(name).input_name])

    def roles(self) -> tuple[str, ...]:
        """Return the roles picked as those it is about."""
        return tuple(self.answers["about_roles"])

    def without(self, step: str) -> ReportDraft:
        """Remove the answers of one screen: the page has them in its own fields."""
        return self.answered({one.input_name: _empty(one) for one in on_screen(step)})

    def answered(self, answers: Mapping[str, str | tuple[str, ...]]) -> ReportDraft:
        return replace(self, answers={**self.answers, **answers})

    def form_key(self) -> str:
        """Return what is sent: the same answers sent twice are one report, changed ones are another."""
        state = json.dumps({**self.state(), "checked": False}, ensure_ascii=False, sort_keys=True)
        return f"{self.key}.{sha256(state.encode('utf-8', 'replace')).hexdigest()}"

    def report(self) -> Report:
        """Make the report; an anonymous one says nothing of its reporter, whatever was typed before."""
        named = self.words("told") == NAMED
        return Report(
            school=self.school,
            category=self.words("category"),
            answers={one.name: self.words(one.name) for one in written() if named or not one.identifies},
            about_roles=self.roles(),
            personal_data=bool(self.words("personal_data")),
            person=(self.person or None) if named else None,
            form_key=self.form_key(),
        )


def problems(step: str, draft: ReportDraft, form: ReportForm) -> tuple[FieldError, ...]:
    """List what one screen's answers still need."""
    return tuple(_problems(step, draft, form))


def unfinished(draft: ReportDraft, form: ReportForm) -> str | None:
    """Find the first screen whose answers need something."""
    return next((step for step in STEPS if problems(step, draft, form)), None)


def turned_away(draft: ReportDraft) -> tuple[str, BlockedText] | None:
    """Find the first screen with a text that must not be stored, and why."""
    found = ((one.screen, guarded(draft.words(one.name))) for one in written() if one.guarded)
    return next(((step, why) for step, why in found if why is not None), None)


def _problems(step: str, draft: ReportDraft, form: ReportForm) -> Iterator[FieldError]:
    offered: dict[str, Collection[str]] = {"category": form.categories, "told": (NAMED, ANONYMOUS)}
    for one in on_screen(step):
        said = draft.words(one.name) if one.missing else ""
        if one.missing and not (said in offered[one.name] if one.name in offered else said):
            yield FieldError(one.input_name, one.missing)
    if step == field_of("told").screen and draft.words("told") == NAMED:
        yield from _of_name(draft)
    for one in on_screen(step):
        too_many = len(draft.words(one.name)) - one.form_limit if one.kind in WRITTEN else 0
        if too_many > 0:
            says = f"Please say it in {one.form_limit:,} letters; these are {too_many:,} more."
            yield FieldError(one.input_name, says)


def _of_name(draft: ReportDraft) -> Iterator[FieldError]:
    if not draft.words("reporter_name"):
        yield FieldError("name", "Type your name, or choose to stay anonymous.")
    email = draft.words("reporter_email")
    name, at, host = email.rpartition("@")
    if email and not (name and at and "." in host and " " not in email):
        yield FieldError("email", ADDRESS)


def last_look(draft: ReportDraft, form: ReportForm) -> list[tuple[str, str, str]]:
    """List what is shown before sending: the screen that changes it, its label, the answer."""
    return [row for step in STEPS for row in _last_look(step, draft, form)]


def _last_look(step: str, draft: ReportDraft, form: ReportForm) -> Iterator[tuple[str, str, str]]:
    if step == "category":
        label = field_of("category").label
        yield step, label, form.categories.get(draft.words("category"), NO_ANSWER)
    if step == "you":
        yield step, "Who you are", _who(draft)
    asked = on_screen(step)
    picked = [f"The {form.roles[role]}" for role in draft.roles()] if field_of("about_roles") in asked else []
    ticked = [one for one in asked if one.kind is FieldKind.TICK and draft.words(one.name)]
    for one in asked:
        if one.kind in WRITTEN and not one.identifies:
            said = draft.words(one.name)
            empty = "" if picked else NO_ANSWER if one.missing else LEFT_EMPTY
            lines = "\n".join(filter(None, (said or empty, *picked)))
            yield step, one.label, lines + "".join(f"\n\n{tick.question}." for tick in ticked)
            # The first has the ticks and picks of its screen.
            picked, ticked = [], []


def _who(draft: ReportDraft) -> str:
    if draft.words("told") == NAMED:
        return "\n".join(filter(None, (draft.words(one.name) for one in written() if one.identifies)))
    return "You stay anonymous." if draft.words("told") else NO_ANSWER
