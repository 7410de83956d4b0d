"""Which words are about safeguarding or about how long things are kept."""

from __future__ import annotations

import re

ABOUT_SAFETY = re.compile(
    r"safeguard|child protection|keeping children safe|allegation|abuse|radicalis|\bprevent duty\b|\blado\b"
    r"|filtering|monitoring|retention|retain|how long .{0,20}kept",
    re.IGNORECASE,
)


def is_about_safety(words: str) -> bool:
    """Return whether changing what says this is for those who lead on safeguarding."""
    return ABOUT_SAFETY.search(words) is not None
