"""A school whose holders of roles that open cases are confirmed: `confirm_everybody(store, setting, now)`."""

from bot.identity.case_roles import settle
from bot.records import case_roles as record_case_roles
from bot.records.case_roles import Confirmation


def confirm_everybody(store, school, now):
    """Confirm everybody who waits, as the leaders of the school would one by one."""
    with store.writing() as conn:
        settle(conn, school, now, "a test")
        for one in record_case_roles.of_school(conn, school):
            record_case_roles.confirm(
                conn, school, one.person, one.role, Confirmation("a test", "in a test", now)
            )
