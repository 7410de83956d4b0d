"""The poster for the entrance: one A4 page, tagged for screen readers, with a code that opens the form."""

from __future__ import annotations

import io
from functools import lru_cache
from importlib.resources import files

import segno
import typst

POSTER = files("bot.web").joinpath("poster.typ")


@lru_cache(maxsize=32)
def pdf(school: str, head: str, address: str) -> bytes:
    """Set the poster of a setting; the same one is set once."""
    given = {"school": school, "head": head, "address": address, "code": _code(address)}
    return typst.compile(
        POSTER.read_bytes(),
        format="pdf",
        sys_inputs=given,
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        timestamp=0,
    )


def _code(address: str) -> str:
    """Draw the address as a QR code that still reads with a quarter of it hidden."""
    drawn = io.BytesIO()
    segno.make(address, error="q", micro=False).save(drawn, kind="svg", border=4, xmldecl=False)
    return drawn.getvalue().decode("utf-8")
