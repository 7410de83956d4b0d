"""How much of the long matrices is tried.

HANDBELL_TESTS is `whole` in CI and `long` in `make faults`, which repeats faults hundreds of times.
Without it a matrix keeps what shows each of its kinds once.
"""

import os

EXTENT = os.environ.get("HANDBELL_TESTS", "")
assert EXTENT in {"", "whole", "long"}, f"HANDBELL_TESTS is {EXTENT!r}, and can be whole or long"
WHOLE, LONG = EXTENT != "", EXTENT == "long"


def whole(*more):
    """Return these where matrices are tried whole, otherwise nothing: `[{"width": 320}, *whole(DARK)]`."""
    return more if WHOLE else ()
