"""Telephone numbers: what is one, and which a text prints."""

import pytest

from bot.core.text import is_phone, phones_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("01234 567890", True),
        ("+44 1234 567890", True),
        ("01234 567890 ext 12", True),
        ("(01234) 567890", False),
        ("ask the office", False),
        ("", False),
    ],
)
def test_a_number_is_what_a_person_could_ring(text, number):
    assert is_phone(text) is number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("LADO: 03000 410888.", ["03000 410888"]),
        ("Telephone (01234) 567890 or 07700 900123", ["01234 567890", "07700 900123"]),
        ("+44 (0)1234 567890", ["+44 1234 567890"]),
        ("0800-028-0285", ["0800-028-0285"]),
        ("Reviewed 01/09/2025, version 012", []),
        ("Ring 999 or 101", []),
        ("Reference 0123456789012345", []),
    ],
)
def test_the_numbers_a_text_prints_are_found_as_they_can_be_kept(text, found):
    assert list(phones_in(text)) == found
    assert all(map(is_phone, found))
