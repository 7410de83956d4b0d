"""Correcting when somebody here first knew: the moment the law's clocks count from."""

from __future__ import annotations

from datetime import datetime

from bot.actions.case_again import open_again_if_a_clock_runs, run_clocks
from bot.actions.case_pen import NotYet, at_work, said_day
from bot.domain.case_clocks import thing_of
from bot.services import Services

TO_COME = "That moment has not come yet."


def know_since(
    services: Services, setting: str, number: str, person: str, *, wall: datetime, now: datetime
) -> None:
    """Count every clock that still runs from this moment; what is done stays so.

    `wall` is what the clock on the wall showed, without a zone: it is read in the setting's.

    A breach found on a Friday and reported on the Monday has been known since Friday.
    """
    with at_work(services, setting, number, person, now) as pen:
        since = wall.replace(tzinfo=pen.desk.zone).astimezone(now.tzinfo)
        if since > now:
            raise NotYet(TO_COME)
        if since == pen.file.case.aware_at:
            return
        pen.move(aware_at=since)
        case = pen.file.case
        done = [clock for clock in pen.file.clocks if clock.done_at is not None]
        settled = {thing_of(clock.action) for clock in done}
        wanted = pen.desk.clocks_for(case.category, since, personal_data=case.personal_data)
        pen.say(f"Known here since {wall:%H:%M} on {said_day(wall.date())}: the clocks count from then.")
        run_clocks(pen, (*done, *(clock for clock in wanted if thing_of(clock.action) not in settled)))
        open_again_if_a_clock_runs(pen)
