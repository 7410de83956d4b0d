"""The number beside Today in the menu: how many things wait, as Today counts them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.clock import local_date
from bot.identity.member import KIOSK, Member
from bot.today.model import waiting_now
from bot.today.service import all_waiting
from bot.web.context import RequestContext

# Counting takes as long as Today itself; a minute old is good enough beside a menu.
KEPT_FOR = timedelta(minutes=1)
MOST_KEPT = 2000
# Others look at these screens: a number there could tell of a case.
SEEN_BY_OTHERS = frozenset({KIOSK, "teams"})


@dataclass(slots=True)
class MenuCounts:
    """Counts kept in memory for a minute, or until a form is sent to this process."""

    kept: dict[tuple[str, str], tuple[datetime, int]] = field(default_factory=dict)

    def count(self, visit: RequestContext, member: object) -> int:
        """Return how many things wait for a member; 0 on a screen that others look at."""
        if not isinstance(member, Member) or member.only_case or member.how in SEEN_BY_OTHERS:
            return 0
        whose = (member.school.key, member.person.key)
        counted_at, number = self.kept.get(whose, (None, 0))
        if counted_at is None or not counted_at <= visit.now < counted_at + KEPT_FOR:
            items = all_waiting(visit.services, member, visit.now)
            number = waiting_now(items, local_date(visit.now))
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            self.kept[whose] = (visit.now, number)
        return number

    def forget(self) -> None:
        """Forget every number."""
        self.kept.clear()
