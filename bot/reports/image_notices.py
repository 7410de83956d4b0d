"""Notice to the DSL, or the next who may act, that a report of an intimate image was refused.

It holds the day and nothing else, and goes to one person at most once an hour. The report is not stored.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from bot.cases.access import ABOUT_HEAD, route
from bot.cases.context import CaseContext
from bot.identity.access_emails import IMAGE, KIND, tell
from bot.messages import store as message_store
from bot.rules.case_rules import DSL_FIRST

AT_MOST_EVERY = timedelta(hours=1)


def tell_of_image(desk: CaseContext, category: str, named: Collection[str]) -> str:
    """Write to the first person of the DSL's route whom it cannot be about; return their role, or "".

    `category` and `named`: what the report says it is about, and whom.
    """
    about = category if category == ABOUT_HEAD else "online-conduct"
    routed = route(about, named, desk.roll, DSL_FIRST)
    if routed.person is None or routed.telephone is not None:
        return ""
    last = message_store.last_queued(desk.conn, KIND, routed.person, f"{IMAGE} ")
    if last is None or last <= desk.now - AT_MOST_EVERY:
        hour = desk.now.strftime("%Y-%m-%dT%H")
        tell(desk.conn, desk.school.key, routed.person, f"{IMAGE} - {hour} {desk.school.key}", desk.now)
    return desk.role(routed.role)
