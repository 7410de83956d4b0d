"""Findings: what Handbell noticed and a person should look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["info", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something noticed. `code` is stable and documented; `says` and `hint` are sentences."""

    code: str
    level: Level
    says: str
    hint: str = ""
    setting: str = ""
