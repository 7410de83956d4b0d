"""The sheets to sign on paper, as one PDF tagged for screen readers: a page or two for each person."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from importlib.resources import files
from urllib.parse import quote

import segno
import typst

from bot.actions.paper import OnPaper, Sheet

SHEET = files("bot.web").joinpath("sheet.typ")


def pdf(school: str, printed: str, base_url: str, sheets: Sequence[Sheet]) -> bytes:
    """Set the sheets. The code on each opens the page where the office enters it, and nothing for others."""
    given = {
        "school": school,
        "printed": printed,
        "sheets": [
            {
                "name": one.person.name,
                "code": _code(f"{base_url}/paper/enter?person={quote(one.person.key, safe='')}"),
                "things": [_thing(thing) for thing in one.things],
            }
            for one in sheets
        ],
    }
    return typst.compile(
        SHEET.read_bytes(),
        format="pdf",
        sys_inputs={"given": json.dumps(given)},
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        timestamp=0,
    )


def _thing(one: OnPaper) -> dict[str, str]:
    version = f"Version {one.view.version.number}." if one.view.version else ""
    return {
        "title": one.view.title,
        "statement": one.view.statement,
        "version": version,
        "code": one.code,
    }


def _code(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode("utf-8")
