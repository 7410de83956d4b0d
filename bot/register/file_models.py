"""The small kinds of value a register holds: keys, people, dates as printed, lists that may be one word.

register.yaml as models: every field a school office fills in, with the help that its editor shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.core.roles import MEANT
from bot.core.text import is_phone, is_web_address
from bot.rules import audience, reminder_ladder
from bot.rules import cadence as rule_cadence
from bot.rules.case_rules import LADO, QUESTIONS, parse_rule
from bot.rules.check_items import GIVES, MAX_ITEMS, parse_item
from bot.rules.evidence import MAX_QUESTIONS
from bot.rules.obligations import Kind
from bot.rules.people import VISITORS_AGREE
from bot.rules.policies import PartialDate

LONGEST_LINE = 240


def refuse(wrong: str, right: str) -> PydanticCustomError:
    """Make the error of a value: what is wrong with it and what would be right, in sentences."""
    return PydanticCustomError("register", "{wrong}", {"wrong": wrong, "right": right})


def _key(text: str) -> str:
    if re.fullmatch(r"[a-z0-9]+(?:[-.][a-z0-9]+)*", text) is None:
        wrong = f'"{text}" is not a key'
        raise refuse(wrong, "Use small letters, digits and hyphens: online-safety-policy.")
    return text


def _person(text: str) -> str:
    if re.fullmatch(r"[^\s,;<>]+", text) is None:
        wrong = f'"{text}" is not an e-mail address or a reference'
        raise refuse(
            wrong, "Write one e-mail address (head@example.org) or the reference in the list of people."
        )
    return text.lower() if "@" in text else text


def _phone(text: str) -> str:
    if text and not is_phone(text):
        wrong = f'"{text}" is not a telephone number'
        raise refuse(wrong, "Write digits and spaces, in quotation marks: '01234 567890'.")
    return text


def _web_address(text: str) -> str:
    if not is_web_address(text):
        wrong = f'"{text}" is not a web address'
        raise refuse(wrong, "Write the whole address: https://learn.example.org/course.")
    return text


def _day(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        wrong = f'"{value}" is not a date'
        raise refuse(wrong, "Write the year, the month and the day, as 2026-09-01.") from None


def _time(value: object) -> object:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is None:
        wrong = f'"{value}" is not a time of day'
        raise refuse(wrong, "Write hours and minutes, as 07:30.")
    return time.fromisoformat(value)


def _printed(value: object) -> object:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        return value
    try:
        return PartialDate.parse(text.strip().lower()).text
    except ValueError:
        wrong = f'"{text}" is not a date'
        raise refuse(wrong, "Write it as printed: 2024-09-25, 2024-09, 2024 or 2024-autumn.") from None


def _line(text: str) -> str:
    if len(text) > LONGEST_LINE or not text.isprintable():
        wrong = f'"{text[:40]}…" is no single short line'
        raise refuse(wrong, f"Write one sentence of at most {LONGEST_LINE} characters, and another below it.")
    return text


def _one_or_many(value: object) -> object:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _checked_by(parse: Callable[[str], object], right: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            parse(text)
        except ValueError as error:
            wrong, hint = _halves(str(error))
            raise refuse(wrong, f"{hint[0].upper()}{hint[1:]}." if hint else right) from None
        return text

    return check


def _halves(said: str) -> tuple[str, str]:
    """Split at the first semicolon outside quotation marks: what is wrong, what would be right."""
    found = re.fullmatch(r'((?:"[^"]*"|[^";])*); (.+)', said, re.DOTALL)
    return (found[1], found[2]) if found is not None else (said, "")


def _question(text: str) -> str:
    if text not in QUESTIONS:
        wrong = f'"{text}" is no question a case is asked'
        raise refuse(wrong, f"Use one or more of: {', '.join(QUESTIONS)}.")
    return text


def _meeting(value: object) -> object:
    return {"on": value} if isinstance(value, str) else value


def _list_of(schema: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [schema, {"type": "array", "items": schema}, {"type": "null"}]})


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Key = Annotated[Words, AfterValidator(_key)]
WebAddress = Annotated[Words, AfterValidator(_web_address)]
Person = Annotated[Words, AfterValidator(_person)]
People = Annotated[list[Person], BeforeValidator(_one_or_many), _list_of({"type": "string"})]
Phone = Annotated[Annotated[str, StringConstraints(strip_whitespace=True)], AfterValidator(_phone)]
Day = Annotated[date, BeforeValidator(_day)]
Clock = Annotated[
    time,
    BeforeValidator(_time),
    PlainSerializer(lambda moment: f"{moment:%H:%M}"),
    WithJsonSchema({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}),
]
Printed = Annotated[
    Words,
    BeforeValidator(_printed),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["2024-09-25", "2024-09", "2024-autumn"]}),
]
Line = Annotated[Words, AfterValidator(_line)]
Who = Annotated[Words, AfterValidator(_checked_by(audience.parse, "Write who: staff, role:dsl, holder."))]
Item = Annotated[
    Words,
    AfterValidator(_checked_by(parse_item, f"Write what to look at, then | and one of: {', '.join(GIVES)}.")),
]
CaseClock = Annotated[
    Words, AfterValidator(_checked_by(parse_rule, f"Write what must happen and by when: {LADO}."))
]
Questions = Annotated[
    list[Annotated[Words, AfterValidator(_question)]],
    BeforeValidator(_one_or_many),
    _list_of({"type": "string", "enum": list(QUESTIONS)}),
]
When = Annotated[
    list[
        Annotated[
            Words, AfterValidator(_checked_by(rule_cadence.parse, "Write when: on joining, each September."))
        ]
    ],
    BeforeValidator(_one_or_many),
    _list_of({"type": "string"}),
]
Reminders = Annotated[
    Words, AfterValidator(_checked_by(reminder_ladder.parse, "Use ask, gentle, same day, review, or steps."))
]
Keys = Annotated[list[Key], BeforeValidator(_one_or_many), _list_of({"type": "string"})]
OrDate = BeforeValidator(_meeting)


class Part(BaseModel):
    """A part of the file; unknown fields are refused, and an empty one counts as left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_left_out(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {name: value for name, value in given.items() if value is not None or name not in optional}


class WordsPart(Part):
    """The school's own words for people and places."""

    head: Words = Field(
        default="headteacher", description="What you call the person in charge: headteacher, manager."
    )
    governors: Words = Field(
        default="governors", description="What you call the people who govern: governors, trustees."
    )
    approving_body: Words = Field(
        default="governing body",
        description="What you call the body that approves policies: governing body, committee.",
    )
    pupils: Words = Field(
        default="pupils", description="What you call the children: pupils, children, learners."
    )
    visitors: list[Line] = Field(
        default_factory=lambda: list(VISITORS_AGREE),
        min_length=1,
        max_length=8,
        description="What a visitor reads and agrees to at the entrance, one to eight sentences.",
    )


class HoursPart(Part):
    """When the school may write to people."""

    opens: Clock = Field(default=time(7, 30), description="No message leaves before this time, as 07:30.")
    closes: Clock = Field(default=time(18, 0), description="No message leaves after this time, as 18:00.")


class PhonesPart(Part):
    """Whom to ring when something cannot wait; people see these on the report form."""

    office: Phone = Field(default="", description="The office: 01234 567890.")
    dsl: Phone = Field(
        default="", description="The designated safeguarding lead, or the number that finds one."
    )
    lado: Phone = Field(default="", description="Your council's designated officer (LADO).")


class SchoolPart(Part):
    """The school, pre-school or trust."""

    key: Key = Field(description="A short name that never changes, in small letters: st-anne.")
    name: Words = Field(description="The full name of the school, pre-school or trust, as on its policies.")
    kind: Literal["school", "pre-school", "trust"] = Field(
        default="school", description="school, pre-school or trust."
    )
    nation: Literal["England", "Wales", "Scotland", "Northern Ireland"] = Field(
        default="England", description="Where you are: England, Wales, Scotland or Northern Ireland."
    )
    since: Day = Field(
        description="The first day of your records in Handbell, as 2026-09-01; nothing older is called late."
    )
    staff_means: Keys = Field(
        default_factory=lambda: ["staff"],
        description="The roles your policies mean when they say staff: staff, governor, volunteer.",
    )
    weekly_messages: int = Field(
        default=3, ge=1, le=5, description="Most messages per person in a week, 1 to 5."
    )
    hours: HoursPart = Field(default=HoursPart(), description="The hours in which people may be written to.")
    words: WordsPart = Field(default=WordsPart(), description="Your own words for people and places.")
    phones: PhonesPart = Field(default=PhonesPart(), description="Whom to ring when something cannot wait.")


class TermPart(Part):
    """A stretch of school days; a half term is the gap between two of them."""

    name: Words = Field(description="What you call it: Autumn 1, Term 3.")
    first_day: Day = Field(description="The first day of school, as 2026-09-03.")
    last_day: Day = Field(description="The last day of school, as 2026-10-22.")


class CalendarPart(Part):
    """Your own school year."""

    terms: list[TermPart] = Field(
        default_factory=list, description="Terms in order; half terms are the gaps between them."
    )
    inset_days: list[Day] = Field(
        default_factory=list, description="INSET days: staff days without pupils, as 2026-09-01."
    )
    closed_days: list[Day] = Field(
        default_factory=list, description="Days in term on which you are closed to everybody."
    )


class MeetingPart(Part):
    """One meeting of a body."""

    on: Day = Field(description="The day of the meeting, as 2026-12-03.")
    papers_by: Day | None = Field(
        default=None, description="When papers go out, if not the usual clear days before."
    )


class BodyPart(Part):
    """A body that approves policies: the governing body, a committee, the trustees."""

    key: Key = Field(description="A short name that never changes: full-governing-body.")
    name: Words = Field(description="Its full name: Full governing body.")
    clerk: Person | None = Field(
        default=None, description="Its clerk, by e-mail; empty: whoever holds the role clerk."
    )
    chair: Person | None = Field(
        default=None, description="Its chair, by e-mail; empty: whoever holds the role chair."
    )
    members: People = Field(default_factory=list, description="Its members, by e-mail.")
    meetings: list[Annotated[MeetingPart, OrDate]] = Field(
        default_factory=list, description="The dates of its meetings, as 2026-12-03."
    )
    clear_days: int | None = Field(
        default=None,
        ge=0,
        le=28,
        description="Clear days between papers and meeting; in Wales, working days. Left out: 7 in England "
        "and 5 in Wales, as the law says of maintained schools; elsewhere it has to be given.",
    )
    agenda_days: int = Field(
        default=5, ge=0, le=60, description="School days from the agenda's deadline to the papers."
    )
    draft_days: int = Field(
        default=10, ge=0, le=60, description="School days from the owner's draft to the agenda."
    )
    tell_members: bool = Field(
        default=True, description="Email every member before a meeting; false: clerk and chair only."
    )


class PolicyPart(Part):
    """A document you have promised to keep, with the dates it prints."""

    key: Key = Field(description="A short name that never changes: online-safety-policy.")
    title: Words = Field(description="Its title, as printed.")
    file: Words | None = Field(
        default=None, description="The document, as a path beside this file: policies/online-safety.docx."
    )
    link: Words | None = Field(default=None, description="Where people can read it, if not from the file.")
    owner: Words | None = Field(
        default=None, description="Who keeps it up to date: an e-mail address or role:head."
    )
    approver: Words | None = Field(
        default=None, description="Which body approves it (its key), or role:head."
    )
    approved_by: Words | None = Field(
        default=None, description="Who approved it last, in the document's words."
    )
    minute_reference: Words | None = Field(
        default=None, description="Where the approval stands in the minutes."
    )
    written: Printed | None = Field(default=None, description="When it was written, as printed: 2024-09.")
    reviewed: Printed | None = Field(
        default=None, description="When it was last reviewed, as printed: 2024-09."
    )
    approved: Printed | None = Field(
        default=None, description="When it was last approved, as printed: 2024-09-25."
    )
    effective: Printed | None = Field(default=None, description="From when it applies, as printed.")
    next_review: Printed | None = Field(
        default=None, description="The next review it prints: 2025-09 or 2025-autumn."
    )
    review_every_months: int | None = Field(
        default=None, ge=1, le=120, description="How often it says it is reviewed, in months: 12."
    )
    review_words: Words | None = Field(
        default=None, description="What it says about that, in a few words: annually."
    )
    statutory: bool = Field(default=False, description="true when the law demands this policy.")
    version: Words | None = Field(
        default=None,
        description="The number or name of the text in force: 3. "
        "For a policy that is only a link, another number asks people again.",
    )
    minor: bool = Field(
        default=False, description="true when this version changes nothing that people have to read again."
    )


class SourcePart(Part):
    """Where a rule comes from."""

    policy: Key | None = Field(
        default=None, description="The key of the policy that says so; empty: your own choice."
    )
    clause: Words | None = Field(default=None, description="The place in it: section 4.2, line 58.")
    stated: bool = Field(
        default=True, description="true when the document states the timing; false when it is a proposal."
    )
    quotes: list[Words] = Field(
        default_factory=list,
        description="The sentences it rests on, as printed; empty: those that were kept before.",
    )


class QuestionPart(Part):
    """A short question after reading."""

    ask: Words = Field(description="The question: Where does your phone stay while you teach?")
    answers: list[Words] = Field(
        min_length=2, max_length=5, description="What to choose from, two to five answers."
    )
    right: int = Field(ge=1, le=5, description="Which answer is right, counted from 1.")


class ObligationPart(Part):
    """A rule: who must do what by when."""

    key: Key = Field(description="A short name that never changes: annual-training.")
    kind: Kind = Field(description="What is done: acknowledge, train, sign, review, check, report or decide.")
    title: Words = Field(description="What it is, in a few words that the person asked will read.")
    who: Who = Field(
        description="Who must do it: staff, role:dsl, group:eyfs, holder, body:full-governing-body."
    )
    when: When = Field(
        min_length=1,
        description="By when: on joining within 10 school days, each September, every 12 months, each term, "
        "before each meeting of full-governing-body, weekly in term on Friday, "
        "on every new version within 10 school days, on event NAME within 1 "
        "working day (with live behind it where it must not wait for a school day), always. One or a list. "
        "Events have the names you give them; usual ones are "
        "issue-found, search, new-tool, permission-asked, consent-changed, guidance-changed, channel-opened, "
        "school-event, trip-returned. A report needs none: it becomes a case, and the case asks.",
    )
    reminders: Reminders = Field(
        default="ask", description="How people are reminded: ask, gentle, same day, review, or steps."
    )
    about: Key | None = Field(default=None, description="The key of the policy to read, sign or review.")
    statement: Words | None = Field(default=None, description="What people confirm or record, in a sentence.")
    minutes: int | None = Field(default=None, ge=1, le=600, description="How long it takes, in minutes.")
    source: SourcePart = Field(
        default=SourcePart(), description="Where the rule comes from; empty: your own choice."
    )
    active: bool = Field(default=True, description="false: kept, but nobody is asked.")
    at_least: int | None = Field(
        default=None,
        ge=1,
        le=50,
        description="For training: how many must have it at once; while they do, nobody else is asked.",
    )
    renew_weeks: int | None = Field(
        default=None,
        ge=1,
        le=26,
        description="For training: from how many weeks before a renewal is due soon; empty: as usual.",
    )
    proof: Literal["certificate"] | None = Field(
        default=None,
        description="For training: certificate, when nobody's word alone is enough; empty: a word is.",
    )
    course_link: WebAddress | None = Field(
        default=None, description="For training: where the course is, as https://learn.example.org/course."
    )
    questions: list[QuestionPart] = Field(
        default_factory=list,
        max_length=MAX_QUESTIONS,
        description="Short questions after it, at most five. A yes counts once all are right.",
    )
    items: list[Item] = Field(
        default_factory=list,
        max_length=MAX_ITEMS,
        description="What a check looks at, one by one, each with what has to be given behind a bar: "
        "Sign at the main door | note. Or count, link, file, date.",
    )


class AccountPart(Part):
    """An official social-media account. Never a password."""

    key: Key = Field(description="A short name that never changes: facebook.")
    channel: Words = Field(description="The service: Facebook, Instagram, Tapestry.")
    name: Words = Field(description="What the account is called there.")
    holders: People = Field(default_factory=list, description="Who runs it, by e-mail. Two people at least.")
    ours: bool = Field(default=True, description="false: watched, but not yours, such as a PTA page.")
    address: Words | None = Field(default=None, description="Where it is: https://example.org/our-page.")
    purpose: Words | None = Field(default=None, description="What it is for, in a sentence.")
    reach: Literal["open", "closed"] | None = Field(
        default=None, description="open: anybody may look; closed: only those you let in."
    )
    owner: Key | None = Field(default=None, description="The role that answers for it: online-safety-lead.")


class RoutePart(Part):
    """Whom a report of one kind goes to."""

    category: Key = Field(description="The kind of report: staff-devices, images-and-consent, data-breach.")
    to: Keys = Field(
        min_length=1, description="Roles in order; the first who is here and not involved takes it."
    )
    tell: Keys = Field(
        default_factory=list, description="Roles that are told of each as well, and may read it: head."
    )
    clocks: list[CaseClock] = Field(
        default_factory=list, description="What must happen by when: tell the LADO within 1 working day."
    )
    ask: Questions = Field(
        default_factory=list,
        description="What a case must answer before it is closed, beside what is usual: police, parents, "
        "people-affected, exam-body, governors, action.",
    )


class RegisterFile(Part):
    """One school's register: what it has promised, who must do it, and by when."""

    setting: SchoolPart = Field(description="The school, pre-school or trust.")
    calendar: CalendarPart = Field(
        default=CalendarPart(), description="Your own terms, INSET days and closed days."
    )
    roles: dict[Key, People] = Field(
        default_factory=dict,
        description="Who holds each role, by e-mail. Empty: nobody yet, and Handbell asks. "
        "roster: whoever the list of people says.\n"
        f"Handbell knows {'; '.join(f'{role} ({meant})' for role, meant in MEANT.items())}. "
        "Other roles are yours to name.",
    )
    bodies: list[BodyPart] = Field(
        default_factory=list, description="The bodies that approve policies, and their meetings."
    )
    policies: list[PolicyPart] = Field(
        default_factory=list, description="The documents you have promised to keep."
    )
    obligations: list[ObligationPart] = Field(
        default_factory=list, description="The rules: who must do what by when."
    )
    accounts: list[AccountPart] = Field(
        default_factory=list, description="Official accounts, and those you watch."
    )
    routes: list[RoutePart] = Field(default_factory=list, description="Whom each kind of report goes to.")
