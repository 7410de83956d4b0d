"""Twice the text takes about twice the work, whatever the text is: no file holds the reader up."""

import time
from datetime import date

import pytest

from bot.reading.service import read_document

ON = date(2026, 11, 21)
SHORT, LONG = 2_000, 32_000
# Sixteen times the text: what grows with it takes sixteen times as long, with its square 256 times.
MOST_TIMES = 100
# Below this a clock tells nothing.
LEAST_SECONDS = 2
WORDS = [
    "a ",
    "a\n",
    "a\t",
    "a; ",
    "| a ",
    "- a\n",
    "1. a\n",
    "( ",
    "A",
    "a. ",
    "a  b  c\n",
    "a    b",
    "_a_ ",
    "**a** ",
    "a' ",
    "I must ",
    "Mr A B ",
    "v1 ",
    "1/2/2025 ",
    "Date:\n",
    "Head: ",
    "Signed \n",
    "Next review: ",
    "reviewed on ",
    "approved by the ",
    "the policy ",
    "pupils phones ",
    "our Facebook page, ",
    "[a](b) ",
    "[a](",
    "[",
    "each ",
    "if a, ",
    "Change log\n",
    "Jan 2025\n",
]


@pytest.mark.parametrize(("kind", "words"), [*(("txt", words) for words in WORDS), ("html", "<a ")])
def test_the_work_grows_with_the_text_and_no_faster(kind, words, tmp_path):
    short, long = (made(tmp_path / f"{size}.{kind}", words, size) for size in (SHORT, LONG))
    # Again where it was too much: another program may be at work.
    assert any(once(long) <= max(MOST_TIMES * once(short), LEAST_SECONDS) for _ in range(3))


def made(path, words, size):
    path.write_text(f"Sun Policy\n{(words * size)[:size]}", encoding="utf-8")
    return path


def once(path):
    """Read a file; return the seconds of processor it took."""
    began = time.process_time()
    read_document(path, ON)
    return time.process_time() - began
