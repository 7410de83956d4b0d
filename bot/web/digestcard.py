"""The dashboard of a setting as a card for a channel: what `handbell status --card` prints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.actions.dashboard import read_dashboard
from bot.actions.gather import gather, school_day
from bot.messages.dashboard_card import dashboard_card
from bot.services import Services
from bot.web.schoolcard import card_facts


def draw_card(services: Services, setting: str, now: datetime) -> Mapping[str, object]:
    """Draw the card. Cases are not on it: a channel has many readers."""
    with services.store.reading() as conn:
        snapshot = gather(conn, school_day(now), (setting,))
    seen = read_dashboard(services, snapshot, setting, None, now)
    return dashboard_card(card_facts(seen, snapshot, f"{services.base_url}/school"))
