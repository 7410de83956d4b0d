"""The theme a Teams tab asks for in the address. It goes along with every link, and wins over the device."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import Depends, Query

# What Teams may write into an address, and what we call it.
THEMES = {"light": "light", "default": "light", "dark": "dark", "contrast": "contrast"}


def theme(asked: Annotated[str, Query(alias="theme", max_length=20)] = "") -> str:
    """Give the theme asked for; empty where there is none of that name: the device decides."""
    return THEMES.get(asked, "")


Theme = Annotated[str, Depends(theme)]


def linker(root: str, theme: str) -> Callable[..., str]:
    """Make the function that writes links below `root`: `to("training", state="overdue")`."""

    def to(path: str = "", **query: object) -> str:
        asked = {name: str(value) for name, value in query.items() if value}
        if theme:
            asked["theme"] = theme
        address = f"{root}/{quote(path)}" if path else root
        return f"{address}?{urlencode(asked)}" if asked else address

    return to
