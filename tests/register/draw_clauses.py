"""Prints 80 clauses of the coverage table, drawn by a seed that stands here, for someone else to judge."""

from __future__ import annotations

import random
from pathlib import Path

from bot.cli.documents import read

SEED, SIZE = 20261125, 80
TABLE = Path(__file__).parents[2] / "deploy" / "examples" / "coverage.csv"


def draw() -> list[str]:
    """Return the ids of the clauses drawn, in the order of the table."""
    ids = [row.id for row in read(TABLE)]
    drawn = set(random.Random(SEED).sample(ids, SIZE))
    return [one for one in ids if one in drawn]


if __name__ == "__main__":
    print(" ".join(draw()))
