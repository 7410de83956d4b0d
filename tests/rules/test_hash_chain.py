"""What is hashed stays as it is: packs, anchors and stamps that were made before hold its hashes."""

import pytest

from bot.core.codes import grouped, signs_of
from bot.rules import hash_chain

ENTRY = {
    "seq": 7,
    "at": "2026-11-20T12:00:00.000000Z",
    "actor": "person:jo-bell",
    "action": "answered: done",
    "subject": "obligation:oakfield/kcsie-part-one",
    "data": {"receipt": "HB-6BKB-1YV0-JW5K", "record": "0" * 64, "note": "Ceredigion – “ŵ”"},
}


def test_an_entry_and_its_place_in_the_chain_have_these_hashes():
    digest = hash_chain.digest_of(ENTRY)
    assert digest == "2fd04957304eace1c25c0f6db175c1e39081f180244d5b927c28c67ed9202e6a"
    own_hash = "6058f40135f2331c3f842960c304fd92a4df71c314fb77c659742bc8db71805a"
    assert hash_chain.link(hash_chain.FIRST, digest) == own_hash


def test_the_order_of_keys_changes_nothing():
    assert hash_chain.digest_of(dict(reversed(ENTRY.items()))) == hash_chain.digest_of(ENTRY)


def test_a_form_has_this_receipt():
    assert hash_chain.receipt_for("a form") == "HB-6BKB-1YV0-JW5K"


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"\0" * 5, "0000-0000"), (b"\xff" * 5, "ZZZZ-ZZZZ"), (b"handbell.!", "D1GP-WS32-CNP6-RBH1")],
)
def test_bytes_are_spelt_in_groups_of_four(data, code):
    assert grouped(data) == code


@pytest.mark.parametrize("typed", ["K7QF-1M0R", "k7qf 1m0r", "K7QF-LMOR", " k7qf—im0r\n"])
def test_a_code_is_read_however_it_is_typed(typed):
    assert signs_of(typed) == "K7QF1M0R"
