"""A code that was printed can be typed again, and is of one entry with one hash alone."""

import hashlib

import pytest

from bot.rules.hash_chain import anchor_code, read_anchor

HASH = hashlib.sha256(b"entry 1234").hexdigest()


def test_a_code_stays_the_same_in_every_version_of_handbell():
    assert anchor_code(1234, "0123456789abcdef" * 4) == "1234-04HM-ASW9-NF6Y-Y093"


@pytest.mark.parametrize("change", [str, str.lower, lambda code: f"  {code.replace('-', ' ')}\n"])
def test_a_code_is_read_however_it_is_typed(change):
    read = read_anchor(change(anchor_code(1234, HASH)))
    assert (read.seq, read.is_of(HASH)) == (1234, True)


def test_another_hash_has_another_code():
    read = read_anchor(anchor_code(1234, HASH))
    assert not read.is_of(hashlib.sha256(b"entry 1234, made anew").hexdigest())


@pytest.mark.parametrize("typed", ["", "1234", "1234-K7QF", "K7QF-2M8R-0ABC-9XYZ", "1-K7QF-2M8R-0ABC-9XYZ-0"])
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(ValueError, match="no code of the ledger"):
        read_anchor(typed)
