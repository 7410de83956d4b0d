"""The weekly Adaptive Card in a school's channel: the figures of the dashboard by area, no one's name.

`post_weekly_cards` posts it once a week; where a channel refuses it, the head gets the same by email that
day. `draw_card` is also what `handbell status --card` prints; `card_facts` serves the A4 page too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.core.clock import local_date
from bot.core.dates import full_date
from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from bot.dashboard import view as dashboard_view
from bot.dashboard.service import Dashboard, read_dashboard
from bot.database import sync_state
from bot.database.job_runs import each
from bot.messages.claim_store import ClaimedMessage
from bot.messages.content import ContentBlock, MessageContent
from bot.messages.store import NewMessage, queue_message
from bot.planning.active_members import active_members
from bot.planning.duty_emails import MessageContext
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.ports import ChannelPoster
from bot.records import ledger
from bot.rules.duties import state_word
from bot.services import Services
from bot.status import words as status_words

log = logging.getLogger(__name__)
SORT = "board"
KIND: Final = "digest"
BEGUN = " begun"
STOPPED = "Handbell stopped while it was posted. It may be there, or not."


def post_weekly_cards(services: Services, now: datetime) -> str:
    """Post this week's card to every board, once. One whose arrival is unclear is never posted again."""
    week = "{}-W{:02}".format(*local_date(now).isocalendar()[:2])
    tried = each(services.boards, lambda school, board: _post(services, school, board, week, now))
    posted = [school for school, is_posted in tried.items() if is_posted]
    return f"posted to {', '.join(posted)}" if posted else "nothing to post"


def _post(services: Services, school: str, board: ChannelPoster, week: str, now: datetime) -> bool:
    today = local_date(now)
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, today, (school,))
        noted = sync_state.known(conn, school, SORT).get("week")
    if noted == week or services.draw_card is None or school not in snapshot.schools:
        return False
    if not snapshot.calendars[school].is_staff_day(today):
        return False
    if noted == week + BEGUN:
        _write_instead(services, snapshot, school, week, why=STOPPED, now=now)
        _note(services, school, week, now)
        return False
    card = services.draw_card(services, school, now)
    _note(services, school, week + BEGUN, now)
    done = "week's card posted"
    try:
        board.post(card)
    except OutcomeUnknown as error:
        done = "week's card may have been posted"
        log.warning("the week's card of %s may not have arrived: %s", school, error)
    except TryAgain:
        _note(services, school, noted or "", now)
        raise
    except GiveUp as error:
        _note(services, school, noted or "", now)
        log.warning("the week's card of %s was refused; the head is written to: %s", school, error)
        _write_instead(services, snapshot, school, week, why=str(error), now=now)
        return False
    _note(services, school, week, now)
    with services.store.writing() as conn:
        subject = f"setting:{school}"
        ledger.append(conn, at=now, actor="schedule", action=done, subject=subject, data={})
    return True


def _note(services: Services, school: str, said: str, now: datetime) -> None:
    """Record which week's card was begun or posted; begun comes first, so that none is posted twice."""
    with services.store.writing() as conn:
        sync_state.note(conn, school, SORT, "week", value=said, now=now)


def letter(services: Services, desk: MessageContext, message: ClaimedMessage) -> MessageContent | None:
    """Return the email with the figures as they are today; None where no card can be drawn."""
    if services.draw_card is None:
        return None
    drawn = services.draw_card(services, message.school, desk.now)
    with services.store.reading() as conn:
        why = sync_state.known(conn, message.school, SORT).get("refused", "it was refused.")
    card = ContentBlock(
        heading=_texts(drawn)[1],
        thing="",
        why=why,
        notes=tuple(_notes(drawn)),
        button="Open the dashboard",
        link=f"{services.base_url}/school",
    )
    return replace(desk.about(message, card), anchor=desk.anchor_for(message))


def _write_instead(
    services: Services, snapshot: Snapshot, school: str, week: str, *, why: str, now: datetime
) -> None:
    """Queue the email, once a week, for the person who acts as head."""
    today = local_date(now)
    head = active_members(snapshot, today)[school].acting("headteacher")
    if head is None:
        return
    queued = NewMessage(
        kind=KIND,
        school=school,
        person=head,
        reference=f"{school} {week}",
        on=today,
        not_before_at=now,
        not_after_at=datetime.combine(today, time(23), ZoneInfo(snapshot.schools[school].timezone)),
    )
    with services.store.writing() as conn:
        sync_state.note(conn, school, SORT, "refused", value=why, now=now)
        queue_message(conn, queued, now)


def _texts(container: Mapping[str, Any]) -> list[str]:
    """List the words of a card or of one part of it, in order."""
    parts = (*container.get("body", ()), *container.get("items", ()))
    return [str(one["text"]) for one in parts if one.get("type") == "TextBlock"]


def _notes(card: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each area: its name and its counts."""
    for one in card.get("body", ()):
        name, *said = _texts(one) or [""]
        if said:
            yield f"{name}: {'. '.join(word.rstrip('.') for word in said)}."


VERSION = "1.5"
# A card may lie in a channel that many read.
CASES = "Cases are not shown here. You can see how many you can open on the page."
# The colours a card may name. The word always stands beside them.
STYLES = {
    "overdue": "attention",
    "no record": "accent",
    "due soon": "warning",
    "due": "accent",
    "paused": "default",
    "excused": "default",
    "done": "good",
}
BARS = {name: "emphasis" if style == "default" else style for name, style in STYLES.items()}


@dataclass(frozen=True, slots=True)
class CardArea:
    """One area: its worst state, and its counts in the order shown. A channel has many readers: no more."""

    title: str
    state: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card says. `rest`: what the figure leaves out; `ran`: a sentence."""

    name: str
    day: str
    headline: str
    rest: str
    areas: tuple[CardArea, ...]
    ran: str
    address: str


def dashboard_card(facts: CardFacts) -> dict[str, Any]:
    """Return the card as JSON of Adaptive Cards 1.5."""
    said = "; ".join(f"{one.title}: {_counted(one)}" for one in facts.areas)
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": VERSION,
        "lang": "en",
        "fallbackText": _without_links(f"{facts.name}, {facts.day}. {facts.headline}. {said}."),
        "body": [
            _text(f"{facts.name}, {facts.day}", isSubtle=True, size="Small"),
            _text(facts.headline, size="Large", weight="Bolder", style="heading"),
            *([_text(facts.rest)] if facts.rest else []),
            *(_area(one) for one in facts.areas),
            _text(CASES, separator=True),
            _text(facts.ran, isSubtle=True, size="Small"),
        ],
        "actions": [{"type": "Action.OpenUrl", "title": "Open the dashboard", "url": facts.address}],
    }


def _area(one: CardArea) -> dict[str, Any]:
    return {
        "type": "Container",
        "separator": True,
        "items": [
            _text(one.title, weight="Bolder"),
            _bar(one),
            _text(_counted(one), color=STYLES[one.state].capitalize(), spacing="Small"),
        ],
    }


def _bar(one: CardArea) -> dict[str, Any]:
    """Draw the counts as a bar of columns, as wide as the numbers. A host that cannot leaves it out."""
    return {
        "type": "ColumnSet",
        "spacing": "Small",
        "fallback": "drop",
        "columns": list(_columns(one)),
    }


def _columns(one: CardArea) -> Iterator[dict[str, Any]]:
    for state, number in one.counts:
        yield {
            "type": "Column",
            "width": number,
            "style": BARS[state],
            "minHeight": "12px",
            "spacing": "None",
            "items": [],
        }


def _counted(one: CardArea) -> str:
    return ", ".join(f"{number} {state_word(state)}" for state, number in one.counts) or "nothing is asked"


def _text(said: str, **more: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": _without_links(said), "wrap": True, **more}


def _without_links(said: str) -> str:
    """Return a text in which no Markdown link works: Teams reads Markdown, and titles are typed by users."""
    return said.replace("](", "] (")


def card_facts(seen: Dashboard, address: str) -> CardFacts:
    """Return the facts of the card: the figures of the dashboard, and no one's name."""
    figure = seen.overview.figure
    return CardFacts(
        name=seen.school.name,
        day=full_date(seen.on),
        headline=seen.overview.headline,
        rest=figure.rest if figure else "",
        areas=tuple(_card_area(one) for one in seen.overview.areas),
        ran=dashboard_view.ran_said(seen.ran, seen.school.timezone),
        address=address,
    )


def _card_area(one: status_words.Area) -> CardArea:
    counts = tuple((state, number) for state, number in one.counts.items() if number)
    return CardArea(one.title, one.lines[0].state.value, counts)


def draw_card(services: Services, school: str, now: datetime) -> Mapping[str, object]:
    """Return the card of a school. Cases are not on it: a channel has many readers."""
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, local_date(now), (school,))
    seen = read_dashboard(services, snapshot, school, None, now)
    return dashboard_card(card_facts(seen, f"{services.base_url}/school"))
