"""The week's card in a school's channel: where everything stands, with nobody's name."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.actions.gather import gather, school_day
from bot.errors import GiveUp, Unclear
from bot.ports import Noticeboard
from bot.services import Services
from bot.store import ledger, outside

log = logging.getLogger(__name__)
SORT = "board"


def post_digests(services: Services, now: datetime) -> str:
    """Post this week's card to every board, once. One whose arrival is unclear is never posted again."""
    week = "{}-W{:02}".format(*school_day(now).isocalendar()[:2])
    posted = [
        setting for setting, board in services.boards.items() if _post(services, setting, board, week, now)
    ]
    return f"posted to {', '.join(posted)}" if posted else "nothing to post"


def _post(services: Services, setting: str, board: Noticeboard, week: str, now: datetime) -> bool:
    today = school_day(now)
    with services.store.reading() as conn:
        snapshot = gather(conn, today, (setting,))
        done = outside.known(conn, setting, SORT).get("week") == week
    if done or services.draw_card is None or setting not in snapshot.settings:
        return False
    if not snapshot.calendars[setting].is_staff_day(today):
        return False
    card = services.draw_card(services, setting, now)
    try:
        board.post(card)
    except Unclear as error:
        log.warning("the week's card of %s may not have arrived: %s", setting, error)
    except GiveUp as error:
        log.warning("the week's card of %s was refused; the head's letters go on: %s", setting, error)
        return False
    with services.store.writing() as conn:
        outside.note(conn, setting, SORT, "week", value=week, now=now)
        subject = f"setting:{setting}"
        ledger.append(conn, at=now, actor="schedule", action="week's card posted", subject=subject, data={})
    return True
