"""Cells of a table that people open in a spreadsheet: none of them is worked out as a formula."""

from __future__ import annotations

# What a spreadsheet, or one of its elders, takes for the beginning of a formula or a command.
ACTS = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """Put a quote before what a spreadsheet would work out."""
    return f"'{text}" if text.lstrip(" ").startswith(ACTS) else text
