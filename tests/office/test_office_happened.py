"""Something happened: who will be asked is seen first, it is recorded once, and it can be taken back."""

from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup

from bot.core.clock import local_date
from bot.planning.duties import duties
from bot.planning.service import plan_day
from bot.planning.store import load_snapshot
from bot.records import evidence as record_evidence
from bot.records import ledger
from bot.register.service import change_register
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.obligations import Kind, Obligation
from bot.rules.reminder_ladder import ASK

SCHOOL = "merriwell-green"
PAGE = "/office/happened"
TODAY = "2026-11-23"
WAITING = {
    "trip-planned": "role:dsl",
    "search": "role:dsl",
    "allegation": "role:headteacher",
    "fire": "role:fire-warden",
    "school-event": "role:staff",
}
REFUSED = [
    ({"event": ""}, "Choose what happened."),
    ({"event": "nothing-we-know"}, "Choose what happened."),
    ({"on": ""}, "Choose the day, like 2027-01-07."),
    ({"on": "soon"}, "Choose the day, like 2027-01-07."),
    ({"on": "2026-09-23"}, "more than two months away"),
    ({"on": "2027-01-23"}, "more than two months away"),
    ({"on": "2026-10-30"}, "Records are kept here since 2 November 2026."),
    ({"note": "x" * 201}, "Please keep it under 200 characters."),
    ({"note": "The password is Bluebell42!"}, "password"),
    ({"event": "allegation", "note": "In Year 3"}, "Leave the note empty"),
]


def soup(answer):
    return BeautifulSoup(answer.text, "html.parser")


def words(found):
    return " ".join(found.get_text(" ").split())


@pytest.fixture
def waiting(served):
    """Rules that wait for things of every sort."""
    rules = tuple(
        Obligation(
            f"on-{name}", SCHOOL, Kind.CHECK, f"Look at {name}", audience(who),
            (parse(f"on event {name} within 2 {'working' if name == 'allegation' else 'school'} days"),), ASK,
        )
        for name, who in WAITING.items()
    )  # fmt: skip
    change_register(
        served.store,
        SCHOOL,
        lambda known: replace(known, obligations=known.obligations + rules),
        now=served.clock(),
        actor="a test",
    )
    return served


def send(client, page, then, **typed):
    """Press a button of the form on a page, as a browser would."""
    form = next(one for one in page.find_all("form", action=PAGE))
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    return client.post(PAGE, data=hidden | typed | {"then": then})


def look(client, **typed):
    return send(
        client, soup(client.get(PAGE)), "look", **({"event": "trip-planned", "on": TODAY, "note": ""} | typed)
    )


def known(served):
    with served.store.reading() as conn:
        return [(one.name, one.on, one.note) for one in record_evidence.load_events(conn, [SCHOOL])]


def owed(served):
    with served.store.reading() as conn:
        snapshot = load_snapshot(conn, local_date(served.clock()), (SCHOOL,))
    return [one for one in duties(snapshot, local_date(served.clock())) if "event:" in one.cycle]


def test_it_shows_who_will_be_asked_then_asks_just_them_and_says_why(waiting, member):
    client = member("of")
    seen = look(client, note="To the farm,  with Year 4")
    assert known(waiting) == []
    assert "Trip planned, Monday 23 November 2026" in words(soup(seen))
    assert "Look at trip-planned Tom Okafor-Lane, by Wednesday 25 November 2026." in words(soup(seen))
    recorded = send(client, soup(seen), "record")
    assert (recorded.status_code, recorded.headers["location"]) == (303, f"{PAGE}?recorded=yes#lately")
    assert known(waiting) == [("trip-planned", date(2026, 11, 23), "To the farm, with Year 4")]
    (duty,) = owed(waiting)
    assert (duty.person, duty.due_on) == ("dh", date(2026, 11, 25))
    assert duty.why == "Trip planned on 23 November 2026. “To the farm, with Year 4”"
    told = plan_day(waiting.services, waiting.clock())
    assert "on-trip-planned" in {
        i.duty.obligation.key for one in told.notices for i in one.items if one.person == "dh"
    }
    asked = member("dh")
    (row,) = (one for one in soup(asked.get("/me")).select("li.todo") if "Look at trip-planned" in words(one))
    assert duty.why in words(soup(asked.get(row.find("a")["href"])))
    with waiting.store.reading() as conn:
        assert ledger.verify(conn) is None
        entry = next(one for _, one in ledger.entries(conn) if one.action == "something happened")
    assert entry.actor == "person:of"
    assert "farm" not in str(entry)
    shown = words(soup(client.get(recorded.headers["location"])))
    assert "It is recorded." in shown
    assert "Trip planned , Monday 23 November 2026 “To the farm, with Year 4”" in shown


def test_sent_again_it_is_recorded_once_and_by_another_form_twice(waiting, member):
    client = member("of")
    seen = soup(look(client))
    for _ in range(2):
        assert send(client, seen, "record").status_code == 303
    assert len(known(waiting)) == 1
    waiting.clock.turn(minutes=1)
    again = look(client)
    assert "This is recorded for that day already." in words(soup(again))
    assert "This is recorded" not in words(soup(look(client, on="2026-11-24")))
    send(client, soup(again), "record")
    assert len(known(waiting)) == 2


def test_what_was_recorded_by_mistake_is_taken_back_and_asks_no_one(waiting, member):
    client = member("of")
    send(client, soup(look(client)), "record")
    form = soup(client.get(PAGE)).find("form", action=f"{PAGE}/back")
    data = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    for _ in range(2):
        assert client.post(f"{PAGE}/back", data=data).headers["location"] == f"{PAGE}#lately"
    assert (known(waiting), owed(waiting)) == ([], [])
    assert client.post(f"{PAGE}/back", data=data | {"seal": "old"}).status_code == 422


@pytest.mark.parametrize(("typed", "says"), REFUSED)
@pytest.mark.parametrize("then", ["look", "record"])
def test_what_cannot_be_is_refused_with_a_reason_and_nothing_is_kept(waiting, member, typed, says, then):
    client = member("hd")
    page = soup(client.get(PAGE))
    refused = send(client, page, then, **({"event": "trip-planned", "on": TODAY, "note": ""} | typed))
    assert refused.status_code == 422
    assert says in words(soup(refused))
    assert known(waiting) == []


def test_it_may_be_changed_before_it_is_recorded(waiting, member):
    client = member("of")
    seen = soup(look(client, note="To the farm"))
    changed = soup(send(client, seen, "change"))
    assert changed.find("input", id="event-trip-planned").has_attr("checked")
    assert changed.find(id="note").get_text(strip=True) == "To the farm"
    assert known(waiting) == []


def test_a_name_in_the_note_is_pointed_out(waiting, member):
    client = member("of")
    assert "It may mean Samuel Kerr." in words(soup(look(client, note="Mr Kerr's trip")))
    assert "named" not in words(soup(look(client, note="To the farm")))


def test_where_a_role_is_empty_it_says_that_no_one_will_be_asked(waiting, member):
    assert "Nobody will be asked" in words(soup(look(member("of"), event="fire")))


def test_a_day_by_which_it_should_have_been_done_is_called_past_where_a_clock_waits_for_no_one(
    waiting, member
):
    """The allegation's clock began on its day; anyone who is first asked of a trip too late has two days."""
    waiting.clock.turn(days=7)
    seen = words(soup(look(member("hd"), event="allegation", on="2026-11-23")))
    assert "by Wednesday 25 November 2026, which has passed." in seen
    seen = words(soup(look(member("of"), on="2026-11-23")))
    assert "Tom Okafor-Lane, by Wednesday 2 December 2026." in seen


def test_what_happened_before_a_rule_was_there_asks_no_one(waiting, member):
    assert "Nobody will be asked" in words(soup(look(member("of"), on="2026-11-16")))


def test_many_are_counted_and_a_day_to_come_asks_when_it_comes(waiting, member):
    client = member("of")
    seen = look(client, event="school-event", on="2026-11-27")
    assert "people, by Tuesday 1 December 2026." in words(soup(seen))
    send(client, soup(seen), "record")
    assert owed(waiting) == []
    waiting.clock.turn(days=4)
    assert {one.obligation.key for one in owed(waiting)} == {"on-school-event"}


def test_what_rings_by_itself_says_so(waiting, member):
    page = soup(member("of").get(PAGE))
    folded = page.find("input", id="event-search").find_parent("details")
    assert "By itself when a search that is not complete is written into the log" in words(folded)
    assert page.find("input", id="event-trip-planned").find_parent("details") is None


def test_what_is_about_a_case_is_for_those_who_may_have_one(waiting, member):
    head, office = member("hd"), member("of")
    assert "A report becomes a case" in words(soup(head.get(PAGE)))
    assert "allegation" not in office.get(PAGE).text
    assert look(office, event="allegation").status_code == 422
    send(head, soup(look(head, event="allegation")), "record")
    assert known(waiting) == [("allegation", date(2026, 11, 23), "")]
    with waiting.store.reading() as conn:
        key = record_evidence.load_events(conn, [SCHOOL])[0].key
    assert "llegation" not in office.get(PAGE).text
    office.post(f"{PAGE}/back", data={"seal": waiting.seal_of(office), "key": key})
    assert len(known(waiting)) == 1


def test_a_page_that_is_too_old_records_nothing(waiting, member):
    client = member("of")
    data = {"seal": "old", "event": "trip-planned", "on": TODAY, "then": "record"}
    assert client.post(PAGE, data=data).status_code == 422
    assert known(waiting) == []


def test_it_can_be_opened_with_the_event_chosen(waiting, member):
    page = soup(member("of").get(f"{PAGE}?event=search"))
    chosen = page.find("input", id="event-search")
    assert chosen.has_attr("checked")
    assert chosen.find_parent("details").has_attr("open")


def test_where_no_rule_waits_it_says_how_one_would(served, member):
    change_register(
        served.store,
        SCHOOL,
        lambda known: replace(
            known,
            obligations=tuple(one for one in known.obligations if "event" not in str(one.cadence).lower()),
        ),
        now=served.clock(),
        actor="a test",
    )
    assert "No rule here waits for anything." in words(soup(member("of").get(PAGE)))
