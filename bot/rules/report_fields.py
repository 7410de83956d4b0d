"""The fields of a report: the one list that everything else about them follows from.

The public form (screens, limits, checks), the sealed content and the page of a case, the Google form and the
columns of the SharePoint list are all made from REPORT_FIELDS; a new field is a new entry. The list is in
bot.rules because bot.cases, bot.reports and the connectors read it, and this is the package all three may
import.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class FieldKind(StrEnum):
    """How a field is answered. TEXT has several lines, LINE has one; PICKS are roles of the school."""

    CHOICE = "choice"
    TEXT = "text"
    LINE = "line"
    TICK = "tick"
    PICKS = "picks"


WRITTEN = frozenset({FieldKind.TEXT, FieldKind.LINE})


@dataclass(frozen=True, slots=True)
class ReportScreen:
    """One screen of the form: the question at its head, and the hint below it."""

    name: str
    question: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportField:
    """One field of a report.

    `name`: its key in the sealed case and in what a vendor's form brings; `input`: its name on our form.
    `label`: its heading on pages, and its column in a SharePoint list. `question`: what it is called where it
    is asked, on our form unless it is the first of its screen, and on a Google form if `outside`.
    `limit`: the most characters that are kept. `rows`: the height of its box. `missing`: what to say when it
    is empty; "" if it may be.
    `guarded`: refused if it seems to hold an intimate image or child-protection detail.
    `sealed`: kept, encrypted, in the case; otherwise used only while the report is taken.
    `mentions`: how people named in it are recognised, who then lose access to the case: in running text, as
    the answer to who it is about, or not at all. They are listed on the case page whatever `shown_to` says.
    `identifies`: says who the reporter is; never taken from an anonymous report.
    `shown_to`: roles (by their usual names) that are shown it on the case page; None: all who may open the
    case. Nothing else shows any written field to anyone.
    """

    name: str
    kind: FieldKind
    screen: str
    label: str = ""
    question: str = ""
    hint: str = ""
    input: str = ""
    limit: int = 200
    rows: int = 1
    missing: str = ""
    guarded: bool = True
    sealed: bool = True
    mentions: Literal["text", "who", ""] = "text"
    identifies: bool = False
    outside: bool = False
    shown_to: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """Refuse a restriction that would not hold: ValueError."""
        if self.shown_to is not None and self.kind not in WRITTEN:
            raise ValueError(f"{self.name}: only a written field can be shown to some roles alone")
        if self.shown_to is not None and self.outside:
            raise ValueError(f"{self.name}: a form outside Handbell shows its answers to all who manage it")

    @property
    def input_name(self) -> str:
        return self.input or self.name

    @property
    def form_limit(self) -> int:
        """The most characters our own form takes.

        Half for a text: the whole report travels with every screen, three bytes a character and percent-
        encoded at worst, in a request of 64 KiB.
        """
        return self.limit // 2 if self.kind is FieldKind.TEXT else self.limit


SCREENS = (
    ReportScreen("category", "What is it about?", "Choose what fits best. We can change it later."),
    ReportScreen(
        "what",
        "What happened?",
        "In your own words, as you saw it. Leave out children’s names and anything about a child being "
        "harmed or at risk.",
    ),
    ReportScreen("where", "Where and when was it?", "As well as you remember. You may leave this empty."),
    ReportScreen(
        "about",
        "Who is it about?",
        "First and last name if you know them, or “a visitor”. Whoever you name cannot open the report. "
        "Please do not name a child. You may leave this empty.",
    ),
    ReportScreen(
        "you", "May we know who you are?", "Either is fine. You can write to us and we can reply either way."
    ),
)

REPORT_FIELDS: tuple[ReportField, ...] = (
    ReportField(
        name="category",
        kind=FieldKind.CHOICE,
        screen="category",
        label="What it is about",
        question="What kind of thing is it?",
        missing="Choose what it is about.",
        outside=True,
    ),
    ReportField(
        name="what",
        kind=FieldKind.TEXT,
        screen="what",
        label="What happened",
        question="What happened?",
        limit=8000,
        rows=8,
        missing="Say in your own words what happened.",
        outside=True,
    ),
    ReportField(
        name="personal_data",
        kind=FieldKind.TICK,
        screen="what",
        label="Personal data",
        question="Personal information may have got out",
        hint="For example a list, a letter or a photograph that the wrong person could see",
    ),
    ReportField(
        name="where_when",
        kind=FieldKind.TEXT,
        screen="where",
        label="Where and when",
        question="Where and when was it?",
        limit=2000,
        rows=4,
        outside=True,
    ),
    ReportField(
        name="about",
        kind=FieldKind.TEXT,
        screen="about",
        label="Who it is about",
        question="Who is it about?",
        limit=2000,
        rows=3,
        mentions="who",
        outside=True,
    ),
    ReportField(
        name="about_roles",
        kind=FieldKind.PICKS,
        screen="about",
        question="Is it one of these people?",
        hint="Tick anyone it is about, so that the report does not go to them.",
        sealed=False,
    ),
    ReportField(
        name="told",
        kind=FieldKind.CHOICE,
        screen="you",
        missing="Choose one of the two.",
        sealed=False,
    ),
    ReportField(
        name="reporter_name",
        kind=FieldKind.LINE,
        screen="you",
        label="Your name",
        question="Your name",
        hint="Only if you let us know it.",
        input="name",
        mentions="",
        identifies=True,
        outside=True,
    ),
    ReportField(
        name="reporter_email",
        kind=FieldKind.LINE,
        screen="you",
        label="Your email address",
        question="Your e-mail address",
        hint="If you like. Our answers are in your inbox here either way.",
        input="email",
        limit=254,
        mentions="",
        identifies=True,
        outside=True,
    ),
)


def field_of(name: str) -> ReportField:
    """Find a field by its name; StopIteration if there is none."""
    return next(one for one in REPORT_FIELDS if one.name == name)


def on_screen(screen: str) -> tuple[ReportField, ...]:
    """List what one screen asks, in order."""
    return tuple(one for one in REPORT_FIELDS if one.screen == screen)


def written() -> tuple[ReportField, ...]:
    """List the fields that are answered in words."""
    return tuple(one for one in REPORT_FIELDS if one.kind in WRITTEN)


def sealed_words() -> tuple[ReportField, ...]:
    """List the fields whose words are kept in the case."""
    return tuple(one for one in written() if one.sealed)


def asked_outside() -> tuple[ReportField, ...]:
    """List what a form outside Handbell asks, in the order of its questions or columns."""
    return tuple(one for one in REPORT_FIELDS if one.outside)
