"""Handbell: reads a school's own policies and rings when someone has to act.

Start reading in `bot.planning.plan`.
"""

__version__ = "0.1.0"
