"""A report of an intimate picture is turned away and kept nowhere; the DSL, or the next who may, hears of it.

They hear the day and nothing else: not who wrote, nor what. One email an hour at most goes to one person.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from bot.actions.access_notices import IMAGE, KIND, tell
from bot.actions.case_desk import Desk
from bot.domain.case_routes import ABOUT_HEAD, DSL_FIRST, route
from bot.store import letters

AT_MOST_EVERY = timedelta(hours=1)


def tell_of_image(desk: Desk, category: str, named: Collection[str]) -> str:
    """Tell the first of the DSL's route whom it cannot be about; give the role they act in, "" for nobody.

    `category` and `named`: what the report says it is about, and whom.
    """
    about = category if category == ABOUT_HEAD else "online-conduct"
    routed = route(about, named, desk.roll, DSL_FIRST)
    if routed.person is None or routed.telephone is not None:
        return ""
    last = letters.last_queued(desk.conn, KIND, routed.person, f"{IMAGE} ")
    if last is None or last <= desk.now - AT_MOST_EVERY:
        hour = desk.now.strftime("%Y-%m-%dT%H")
        tell(desk.conn, desk.setting.key, routed.person, f"{IMAGE} - {hour} {desk.setting.key}", desk.now)
    return desk.role(routed.role)
