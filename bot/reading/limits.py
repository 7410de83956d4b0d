"""What reading one file may cost, in one table. `bot.reading.isolated` has the system enforce it."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """`memory`: bytes the process may fill itself; `seconds`: of processor time for one file.

    `waiting`: seconds by the clock after which the process is killed whatever it does: on a busy machine the
    processor time takes several times as long.
    """

    memory: int
    seconds: int
    waiting: int


# With the pages of its libraries the process stays below 500 MB resident. Of 87 real policies the most
# expensive took 65 MB and 2.7 s of one core.
TEXT = Limit(memory=420 * 1024 * 1024, seconds=10, waiting=60)

# Linux alone holds a process to a limit on memory; elsewhere only the time is limited.
MEMORY_IS_LIMITED = sys.platform == "linux"
