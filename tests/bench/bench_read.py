"""How long reading takes: `python tests/bench/bench_read.py`, or `pytest tests/bench/bench_read.py`.

A policy of twenty pages takes under a second, and twice the pages take no more than three times as long.
"""

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.reading.service import read_document  # noqa: E402

ON = date(2026, 11, 21)
PAGE = (
    """{number}. Mobile phones
The headteacher, Mrs Jane Doe, makes sure that every member of staff reads this policy each September.
Staff must not use a personal phone where children are present. Visitors hand in their phones at the office.
Any breach must be reported to the designated safeguarding lead without delay, who records it.
Governors receive a report each term. Parents are asked for their consent before an image is used.
- Cameras belong to the school and are signed out and in.
- Memory cards are wiped once the pictures are stored.
"""
    + "Children learn about staying safe online, and their work is kept on the school's own system.\n" * 30
)
HEAD = "Elm Primary School\nMobile Phone Policy\nApproved by: Full Governing Body\nDate: 3 March 2026\n"


def seconds(pages):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.txt"
        path.write_text(HEAD + "".join(PAGE.format(number=number) for number in range(pages)))
        read_document(path, ON)
        start = time.perf_counter()
        read_document(path, ON)
        return time.perf_counter() - start


def test_twenty_pages_take_under_a_second_and_forty_no_more_than_three_times_that():
    twenty, forty = min(seconds(20) for _ in range(3)), min(seconds(40) for _ in range(3))
    assert twenty < 1
    assert forty < 3 * twenty


if __name__ == "__main__":
    twenty, forty = seconds(20), seconds(40)
    print(f"20 pages {twenty:.3f} s, 40 pages {forty:.3f} s, ratio {forty / twenty:.2f}")
