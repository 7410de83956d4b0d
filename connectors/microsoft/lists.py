"""The two lists on a school's site: the list of cases, and the list whose form people report by.

An administrator makes them once, with these columns: making a list or a column takes Sites.Manage.All, which
Handbell is never granted. Its own right, `write` on the site, is for the items in them. The connectors look
whether a list has the columns told here; what sets a school up makes them:

    POST /sites/{site}/lists                       definition.body(name)
    PATCH /sites/{site}/lists/{list}/columns/{id}  TITLE_CHANGES, for the column of every list named TITLE
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.microsoft.list_columns import LINE, WORDS, choice, column, kind_of

# The column that every list has. SharePoint wants it filled in unless it is told otherwise.
TITLE = "Title"
TITLE_CHANGES: Mapping[str, Any] = {"required": False}

# The columns of the list of reports: our word for a cell, and the title people see.
CATEGORY = "What it is about"
REPORT_CELLS = {
    "category": CATEGORY,
    "what": "What happened",
    "where_when": "Where and when",
    "about": "Who it is about",
    "reporter_name": "Your name",
    "reporter_email": "Your email address",
}
LONG = {"what", "where_when", "about"}


@dataclass(frozen=True, slots=True)
class ListDefinition:
    """The columns of one list, each as Graph describes a column (columnDefinition)."""

    columns: tuple[Mapping[str, Any], ...]

    def body(self, name: str) -> dict[str, Any]:
        """Describe the whole list to Graph; `name` is what the settings call it."""
        return {
            "displayName": name,
            "list": {"template": "genericList"},
            "columns": [dict(one) for one in self.columns],
        }


def cases(titles: Sequence[str]) -> ListDefinition:
    """Describe the list of cases: its columns by their titles, the key first, whose values are unique."""
    return ListDefinition(
        tuple(column(title, kind_of(title), is_key=not place) for place, title in enumerate(titles))
    )


def reports(categories: Sequence[str]) -> ListDefinition:
    """Describe the list of reports; `categories`: what may be chosen there."""
    rest = tuple(
        column(title, WORDS if cell in LONG else LINE)
        for cell, title in REPORT_CELLS.items()
        if title != CATEGORY
    )
    return ListDefinition((choice(CATEGORY, tuple(categories)), *rest))
