"""What is wrong with a setting, in plain words: pydantic's own are for programmers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic.fields import FieldInfo

SENDER = re.compile(r"[^@\s<>]+@[^@\s<>]+")
# Two letters the wrong way round, one missing, one too many; HANDBELL_SITE is not HANDBELL_HOST.
ALIKE = 0.85
# A validator has one text for both sentences: what is wrong, and what would be right.
SPLIT = "\n"


def explain(error: Mapping[str, Any], field: FieldInfo | None, *, secret: bool) -> tuple[str, str]:
    """Say what is wrong and what would be right. A secret's value is never repeated."""
    what = field.description if field is not None and field.description else ""
    given = "it" if secret else f'"{error.get("input")}"'
    limits = dict(error.get("ctx") or {})
    match error.get("type"):
        case "int_parsing" | "int_from_float":
            such = f", such as {field.default}" if field is not None else ""
            return f"{given} is not a whole number", f"Write one in figures{such}. {what}"
        case "greater_than_equal":
            return f"{given} is less than {limits['ge']}", f"Write {limits['ge']} or more. {what}"
        case "less_than_equal":
            return f"{given} is more than {limits['le']}", f"Write {limits['le']} or less. {what}"
        case "bool_parsing":
            return f"{given} is neither true nor false", f"Write true or false. {what}"
        case "literal_error":
            known = str(limits["expected"]).replace("'", "")
            return f"{given} is not one of these", f"Write {known}. {what}"
    says = str(error.get("msg", "is not right")).removeprefix("Value error, ")
    wrong, _, right = says.partition(SPLIT)
    return wrong, right or what


def too_short(given: str, least: int) -> str:
    """Say how short a secret is, and how one that is long enough is made."""
    return (
        f"has {len(given)} characters, and fewer than {least} can be guessed"
        f"{SPLIT}Make one: openssl rand -hex {least}"
    )


def wrong_address(said: str, *, example: str) -> str | None:
    """Say why this is no address of a web server; None: it is one."""
    try:
        parts = urlsplit(said)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
        whole = whole and (parts.port is None or parts.port > 0)
    except ValueError:
        whole = False
    if whole and not re.search(r"\s", said):
        return None
    return (
        f"is no address that begins with https:// or http:// and names a machine{SPLIT}Write it as {example}"
    )


def wrong_sender(said: str) -> str | None:
    """Say why this is no sending address; None: it is one."""
    if SENDER.fullmatch(said):
        return None
    return (
        f'"{said}" is not an e-mail address{SPLIT}'
        "Write the address alone, such as office@school.example; its name goes into HANDBELL_MAIL_FROM_NAME"
    )


def wrong_timezone(said: str) -> str | None:
    """Say which clock is not known, and which was likely meant; None: it is known."""
    try:
        ZoneInfo(said)
    except (KeyError, OSError, ValueError):
        near = get_close_matches(said, available_timezones(), n=1)
        return f'"{said}" is not a clock we know{SPLIT}Write it as {near[0] if near else "Europe/London"}'
    return None


def misspelt(given: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Name each variable that is none of ours and much like one that is, with that one."""
    ours = set(known)
    near = {one: get_close_matches(one, ours, n=1, cutoff=ALIKE) for one in given if one not in ours}
    return {one: found[0] for one, found in sorted(near.items()) if found}
