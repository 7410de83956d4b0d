"""A calendar of several school years with the usual three terms: `YEARS`, from autumn 2024 to summer 2031."""

from datetime import date

from bot.rules.calendar import Calendar, Term

YEARS = Calendar(
    tuple(
        Term(f"{name} {year}", date(year + later, *first), date(year + later, *last))
        for year in range(2024, 2031)
        for name, later, first, last in (
            ("Autumn", 0, (9, 1), (12, 18)),
            ("Spring", 1, (1, 4), (3, 25)),
            ("Summer", 1, (4, 12), (7, 21)),
        )
    )
)
