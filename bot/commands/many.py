"""What holds for each of many machines: one PostgreSQL, and one key for personal links on all of them."""

from __future__ import annotations

from bot.bootstrap import database_url
from bot.errors import BadInput, Problem
from bot.settings import Settings

SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")


def one_of_many(settings: Settings, command: str) -> str:
    """Give the database's address for a driver. BadInput: this installation is for one process alone."""
    address = database_url(settings)
    problems = []
    if not address.startswith(SCHEMES):
        right = (
            f"handbell {command} is one process of several, which SQLite does not bear. On one machine use "
            "handbell run: it is both halves. For many, name a PostgreSQL database: postgresql://..."
        )
        problems.append(Problem("settings", None, "HANDBELL_DATABASE_URL", "names no PostgreSQL", right))
    if settings.secret_key is None:
        right = (
            "Give every machine the same: HANDBELL_SECRET_KEY_FILE. Links of one would not work at another."
        )
        problems.append(Problem("settings", None, "HANDBELL_SECRET_KEY", "is not given", right))
    if problems:
        raise BadInput(problems)
    return f"postgresql://{address.partition('://')[2]}"
