"""Today: the first page of everyone who is signed in. A GET writes nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse

from bot.core.clock import local_date
from bot.core.roles import Permission
from bot.identity.member import KIOSK, Member, SignedIn, show
from bot.records.school_setup import is_setting_up
from bot.register.meeting_emails import bodies_telling
from bot.signing import answer_form
from bot.signing.my_duties import my_duties
from bot.status.model import lines_of
from bot.status.year import STATES, year_of
from bot.today.model import Area, counts_by_area, todays
from bot.today.service import waiting_items
from bot.web.context import Visiting

router = APIRouter()
Me = Annotated[Member, Depends(SignedIn(at_kiosk=True, in_teams=True))]


@router.api_route("/me", methods=["GET", "HEAD"])
def show_today(member: Me, visit: Visiting) -> HTMLResponse:
    """Show all that waits for the person who is signed in, and what they did."""
    today = local_date(visit.now)
    mine = my_duties(visit.services.store, member.snapshot, member.school.key, member.person, today)
    items = waiting_items(visit.services, member, mine.owed, visit.now)
    others = [one for one in items if one.area is not Area.TASK]
    # A tab in Teams may be on a screen that others look at: what is not their own task is only counted.
    in_teams = member.how == "teams"
    return show(
        visit,
        member,
        "me.html",
        today=today,
        mine=mine,
        waiting=todays(items, today) if others and not in_teams else None,
        counted=counts_by_area(others, today) if in_teams else (),
        bodies=bodies_telling(member.snapshot, member.school.key, member.person.key, today),
        emailed=(member.school.key, member.person.key) not in member.snapshot.no_meeting_emails,
        year=year_of(
            member.snapshot,
            member.school.key,
            lines_of(member.snapshot, member.school.key, member.person.key, today),
            today,
            member.person.key,
        ),
        year_states=STATES,
        beginning=member.may(Permission.USE_OFFICE)
        and is_setting_up(visit.services.store, member.school.key, today),
        held=[one for one in member.snapshot.reminder_holds if one.school == member.school.key]
        if member.may(Permission.USE_OFFICE)
        else [],
        may_find=member.may(Permission.USE_OFFICE),
        may_hold=member.may(Permission.HOLD_REMINDERS),
        verb=answer_form.verb,
        said=answer_form.said,
        teams=visit.services.tab is not None and member.how not in {KIOSK, "teams"},
    )
