"""Somebody whose reminders a school has paused, as the table has it."""

from sqlalchemy import update

from bot.records.people import membership
from bot.records.school_plan import mark_changed


def pause(conn, school, key, *, paused):
    mine = (membership.c.setting == school, membership.c.person == key)
    conn.execute(update(membership).where(*mine).values(paused=paused))
    mark_changed(conn, (school,))
