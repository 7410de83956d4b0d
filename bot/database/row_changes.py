"""Changes of rows that a migration makes, and that putting back a backup of before it makes too."""

from __future__ import annotations

from sqlalchemy import Connection, text

# The kinds that were not planned, and which of their messages counted towards the daily limit, until 0031.
_NOT_PLANNED = (
    "'access', 'account', 'answered', 'case', 'digest', 'not-given-back', 'question', 'receipt', 'request',"
    " 'sign-in', 'term-dates'"
)
_COUNTED = (
    f"kind not in ({_NOT_PLANNED}) or kind = 'term-dates'"
    " or kind = 'account' and (step like 'stopped %' or step like 'leaves %')"
    " or kind = 'request' and (step like '% ends %' or step like '% lapsed %' or step like '% again %')"
)
# Where a person was reminded twice on a day, the planned message is the first: its id says so.
NUMBER_MESSAGES = f"""
update message set daily_number = numbered.number
from (
    select id, row_number() over (
        partition by person, planned_on
        order by case when kind in ({_NOT_PLANNED}) then 1 else 0 end, created_at, id
    ) as number
    from message where {_COUNTED}
) as numbered
where numbered.id = message.id
"""  # noqa: S608 - our own words

# The revision that makes a change -> its statement.
ROW_CHANGES = {"0031": NUMBER_MESSAGES}


def change_rows_since(conn: Connection, revision: str) -> None:
    """Make the changes of the migrations after a revision to rows that were put back as of it."""
    for after, statement in sorted(ROW_CHANGES.items()):
        if after > revision:
            conn.execute(text(statement))
