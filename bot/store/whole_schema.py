"""All tables in one description, whichever module describes them: for migrations and backups.

A module that is not named here would be left out of every backup; a test holds the list to the files.
"""

from __future__ import annotations

from bot.store import (
    access_schema,
    account_schema,
    case_schema,
    check_schema,
    counted_schema,
    form_schema,
    hold_schema,
    log_schema,
    office_schema,
    outside_schema,
    people_schema,
    quiet_schema,
    requests_schema,
    reviews_schema,
    run_schema,
    sending_schema,
    session_schema,
    signin_schema,
    stamp_schema,
    teams_schema,
    training_schema,
)
from bot.store.schema import tables

PARTS = (
    access_schema,
    account_schema,
    case_schema,
    check_schema,
    counted_schema,
    form_schema,
    hold_schema,
    log_schema,
    office_schema,
    outside_schema,
    people_schema,
    quiet_schema,
    requests_schema,
    reviews_schema,
    run_schema,
    sending_schema,
    session_schema,
    signin_schema,
    stamp_schema,
    teams_schema,
    training_schema,
)

# Made from the other tables and made again whenever they are wanted: these are in no backup.
WORKED_OUT = frozenset({quiet_schema.quiet.name, quiet_schema.touched.name, counted_schema.counted.name})

__all__ = ["PARTS", "WORKED_OUT", "tables"]
