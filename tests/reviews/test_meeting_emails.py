"""Who is emailed before governors meet: chosen by the school for each body, and by a member for themself."""

import pytest
from bs4 import BeautifulSoup

from bot.core.clock import local_date
from bot.forecast.preview import preview
from bot.planning.store import load_snapshot

SCHOOL, FGB = "merriwell-green", "full-governing-body"


def members_told(served):
    """Who is told of a review as a member, on any of the days until the papers of the next meeting."""
    told, today = set(), local_date(served.clock())
    for ahead in range(30):
        day = today.fromordinal(today.toordinal() + ahead)
        for one in preview(served.store, day).notices:
            told |= {one.person for item in one.items if item.kind == "governors"}
    return told


def forms(client, page, action):
    found = BeautifulSoup(client.get(page).text, "html.parser").find("form", action=action)
    if found is None:
        return None
    fields = found.find_all("input", type="hidden") + found.find_all("input", checked=True)
    given = {}
    for one in fields:
        given.setdefault(one["name"], []).append(one.get("value", ""))
    return given


def test_a_member_stops_and_takes_up_emails_about_meetings(member, served):
    assert {"gc", "gv", "g5"} <= members_told(served)
    client = member("g5")
    form = forms(client, "/me", "/me/meeting-emails")
    assert form["wanted"] == ["no"]
    assert client.post("/me/meeting-emails", data=form).status_code == 303
    told = members_told(served)
    assert "g5" not in told
    assert {"gc", "gv"} <= told
    back = forms(client, "/me", "/me/meeting-emails")
    assert back["wanted"] == ["yes"]
    assert client.post("/me/meeting-emails", data=back).status_code == 303
    assert "g5" in members_told(served)


@pytest.mark.parametrize("person", ["gc", "y5"])
def test_only_members_who_may_stop_them_are_offered_to(member, person):
    assert forms(member(person), "/me", "/me/meeting-emails") is None


def test_a_form_of_another_page_changes_nothing(member, served):
    assert member("g5").post("/me/meeting-emails", data={"wanted": "no", "seal": "x"}).status_code == 303
    assert "g5" in members_told(served)


def test_a_school_chooses_clerk_and_chair_only(member, served):
    client = member("of")
    form = forms(client, "/office/settings", "/office/settings/meetings")
    assert FGB in form["told"]
    form["told"].remove(FGB)
    assert client.post("/office/settings/meetings", data=form).status_code == 303
    assert forms(client, "/office/settings", "/office/settings/meetings").get("told", []) == form["told"]
    with served.store.reading() as conn:
        known = load_snapshot(conn, local_date(served.clock()), (SCHOOL,))
    assert not known.bodies[SCHOOL, FGB].tell_members
    told = members_told(served)
    assert "gc" in told
    assert told.isdisjoint({"g5"})
    assert forms(member("g5"), "/me", "/me/meeting-emails") is None
