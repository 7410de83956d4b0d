"""The week's card in a school's channel: where everything stands, with nobody's name.

A channel that takes no card any more is made up for by a letter to the head, the same day.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.actions.each_school import each
from bot.actions.gather import gather, school_day
from bot.actions.letters import Desk
from bot.domain.roll import rolls
from bot.domain.snapshot import Snapshot
from bot.errors import GiveUp, TryAgain, Unclear
from bot.messages.letter import Card, Letter
from bot.ports import Noticeboard
from bot.services import Services
from bot.store import ledger, outside
from bot.store.letters import NewLetter, enqueue_letter
from bot.store.outbox import Leased

log = logging.getLogger(__name__)
SORT = "board"
KIND: Final = "digest"
BEGUN = " begun"
STOPPED = "Handbell stopped while it was posted. It may be there, or not."


def post_digests(services: Services, now: datetime) -> str:
    """Post this week's card to every board, once. One whose arrival is unclear is never posted again."""
    week = "{}-W{:02}".format(*school_day(now).isocalendar()[:2])
    tried = each(services.boards, lambda setting, board: _post(services, setting, board, week, now))
    posted = [setting for setting, is_posted in tried.items() if is_posted]
    return f"posted to {', '.join(posted)}" if posted else "nothing to post"


def _post(services: Services, setting: str, board: Noticeboard, week: str, now: datetime) -> bool:
    today = school_day(now)
    with services.store.reading() as conn:
        snapshot = gather(conn, today, (setting,))
        noted = outside.known(conn, setting, SORT).get("week")
    if noted == week or services.draw_card is None or setting not in snapshot.settings:
        return False
    if not snapshot.calendars[setting].is_staff_day(today):
        return False
    if noted == week + BEGUN:
        _write_instead(services, snapshot, setting, week, why=STOPPED, now=now)
        _note(services, setting, week, now)
        return False
    card = services.draw_card(services, setting, now)
    _note(services, setting, week + BEGUN, now)
    done = "week's card posted"
    try:
        board.post(card)
    except Unclear as error:
        done = "week's card may have been posted"
        log.warning("the week's card of %s may not have arrived: %s", setting, error)
    except TryAgain:
        _note(services, setting, noted or "", now)
        raise
    except GiveUp as error:
        _note(services, setting, noted or "", now)
        log.warning("the week's card of %s was refused; the head is written to: %s", setting, error)
        _write_instead(services, snapshot, setting, week, why=str(error), now=now)
        return False
    _note(services, setting, week, now)
    with services.store.writing() as conn:
        subject = f"setting:{setting}"
        ledger.append(conn, at=now, actor="schedule", action=done, subject=subject, data={})
    return True


def _note(services: Services, setting: str, said: str, now: datetime) -> None:
    """Note which week's card was begun, or is there: begun is noted first, so that none is posted twice."""
    with services.store.writing() as conn:
        outside.note(conn, setting, SORT, "week", value=said, now=now)


def letter(services: Services, desk: Desk, message: Leased) -> Letter | None:
    """Write what the card would have said, as it stands today; None: there is no card to draw."""
    if services.draw_card is None:
        return None
    drawn = services.draw_card(services, message.setting, desk.now)
    with services.store.reading() as conn:
        why = outside.known(conn, message.setting, SORT).get("refused", "it was refused.")
    card = Card(
        heading=_texts(drawn)[1],
        thing="",
        why=why,
        notes=tuple(_notes(drawn)),
        button="Open the dashboard",
        link=f"{services.base_url}/school",
    )
    return replace(desk.about(message, card), anchor=desk.anchor_for(message))


def _write_instead(
    services: Services, snapshot: Snapshot, setting: str, week: str, *, why: str, now: datetime
) -> None:
    """Queue the letter, once a week; whoever acts for the head has it."""
    today = school_day(now)
    head = rolls(snapshot, today)[setting].acting("headteacher")
    if head is None:
        return
    queued = NewLetter(
        kind=KIND,
        setting=setting,
        person=head,
        reference=f"{setting} {week}",
        on=today,
        not_before_at=now,
        not_after_at=datetime.combine(today, time(23), ZoneInfo(snapshot.settings[setting].timezone)),
    )
    with services.store.writing() as conn:
        outside.note(conn, setting, SORT, "refused", value=why, now=now)
        enqueue_letter(conn, queued, now)


def _texts(container: Mapping[str, Any]) -> list[str]:
    """List the words of a card or of one part of it, in order."""
    parts = (*container.get("body", ()), *container.get("items", ()))
    return [str(one["text"]) for one in parts if one.get("type") == "TextBlock"]


def _notes(card: Mapping[str, Any]) -> Iterator[str]:
    """Say each area in one line: its name, its counts, why, whose turn it is."""
    for one in card.get("body", ()):
        name, *said = _texts(one) or [""]
        if said:
            yield f"{name}: {'. '.join(word.rstrip('.') for word in said)}."
