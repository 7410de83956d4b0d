"""The small kinds of value a register holds: keys, people, dates as printed, lists that may be one word."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from bot.domain import audience, cadence
from bot.domain.case_clocks import LADO, parse_rule
from bot.domain.case_questions import QUESTIONS
from bot.domain.phones import is_phone
from bot.domain.policies import PartialDate
from bot.register import ladders

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


def _said(parse: Callable[[str], object], right: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            parse(text)
        except ValueError as error:
            wrong, hint = _halves(str(error))
            raise refuse(wrong, f"{hint[0].upper()}{hint[1:]}." if hint else right) from None
        return text

    return check


def _halves(said: str) -> tuple[str, str]:
    """Part what is wrong from what is right at the first semicolon that is not inside quotation marks."""
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
Who = Annotated[Words, AfterValidator(_said(audience.parse, "Write who: staff, role:dsl, holder."))]
CaseClock = Annotated[
    Words, AfterValidator(_said(parse_rule, f"Write what must happen and by when: {LADO}."))
]
Questions = Annotated[
    list[Annotated[Words, AfterValidator(_question)]],
    BeforeValidator(_one_or_many),
    _list_of({"type": "string", "enum": list(QUESTIONS)}),
]
When = Annotated[
    list[Annotated[Words, AfterValidator(_said(cadence.parse, "Write when: on joining, each September."))]],
    BeforeValidator(_one_or_many),
    _list_of({"type": "string"}),
]
Reminders = Annotated[
    Words, AfterValidator(_said(ladders.parse, "Use ask, gentle, same day, review, or steps."))
]
Keys = Annotated[list[Key], BeforeValidator(_one_or_many), _list_of({"type": "string"})]
OrDate = BeforeValidator(_meeting)
