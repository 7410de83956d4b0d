"""All tables in one description, whichever module describes them: for migrations and backups.

A module that is not named here would be left out of every backup; a test holds the list to the files.
"""

from __future__ import annotations

from bot.store import (
    account_schema,
    case_schema,
    check_schema,
    hold_schema,
    log_schema,
    office_schema,
    outside_schema,
    quiet_schema,
    requests_schema,
    reviews_schema,
    run_schema,
    sending_schema,
    session_schema,
    signin_schema,
    teams_schema,
    training_schema,
)
from bot.store.schema import tables

PARTS = (
    account_schema,
    case_schema,
    check_schema,
    hold_schema,
    log_schema,
    office_schema,
    outside_schema,
    quiet_schema,
    requests_schema,
    reviews_schema,
    run_schema,
    sending_schema,
    session_schema,
    signin_schema,
    teams_schema,
    training_schema,
)

__all__ = ["PARTS", "tables"]
