"""Loops in tests that fail when there was nothing to loop over."""


def each(items):
    """Return the items as a list; fail if there are none, as no assertion in the loop would be made."""
    found = list(items)
    assert found, "the loop has nothing to look at"
    return found
