"""What a school may change by itself: it counts at once, nothing else moves, what does not fit is refused."""

from dataclasses import replace
from datetime import date, time
from email import message_from_bytes, policy

import pytest
from bs4 import BeautifulSoup

from bot.delivery.service import deliver
from bot.planning.service import plan_day
from bot.records import ledger
from bot.records import register as record_register
from bot.rules.people import Phones

SCHOOL = "merriwell-green"
YEAR = {"terms": "Autumn 2, 2026-11-02, 2026-12-18", "inset": "2026-11-30", "closed": ""}


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def post(client, served, part, **typed):
    address = f"/office/settings/{part}"
    return client.post(address, data={"seal": served.seal_of(client)} | typed)


def acknowledge(client, served, person, obligation):
    address = f"/me/duty/{obligation}/{served.cycle(person, obligation)}"
    form = BeautifulSoup(client.get(address).text, "html.parser").find("form", action=address)
    hidden = {one["name"]: one.get("value", "") for one in form.find_all("input", type="hidden")}
    assert client.post(address, data=hidden | {"outcome": "done"}).status_code == 303


def sent_to(served):
    return served.services.sent_folder.glob("*.eml")


def register_of(served):
    with served.store.reading() as conn:
        return record_register.load_register(conn, SCHOOL)


def test_hours_and_pace_are_changed_and_nothing_else(member, served):
    before = register_of(served)
    client = member("of")
    assert post(client, served, "hours", opens="08:00", closes="16:30", weekly="2").status_code == 303
    after = register_of(served)
    wanted = replace(before.school, opens_at=time(8), closes_at=time(16, 30), weekly_budget=2)
    assert after == replace(before, school=wanted)
    with served.store.reading() as conn:
        ((_, entry),) = ledger.entries(conn, limit=1)
    assert entry.actor == "person:of"


def test_the_nation_brings_its_notice_of_meetings(member, served):
    before = register_of(served)
    assert {one.clear_days for one in before.bodies} == {7}
    client = member("of")
    assert post(client, served, "year", **YEAR, nation="Wales").status_code == 303
    after = register_of(served)
    assert (after.school.nation, {one.clear_days for one in after.bodies}) == ("Wales", {5})
    assert post(client, served, "year", **YEAR).status_code == 303
    assert register_of(served).school.nation == "Wales"
    chosen = BeautifulSoup(client.get("/office/settings").text, "html.parser").select("#nation [selected]")
    assert [one["value"] for one in chosen] == ["Wales"]
    assert post(client, served, "year", **YEAR, nation="Cornwall").status_code == 422
    assert register_of(served).school.nation == "Wales"


def test_the_school_year_is_changed_and_nothing_else(member, served):
    before = register_of(served)
    assert post(member("of"), served, "year", **YEAR).status_code == 303
    after = register_of(served)
    assert [(one.name, one.first_on, one.last_on) for one in after.terms] == [
        ("Autumn 2", date(2026, 11, 2), date(2026, 12, 18))
    ]
    assert after.inset_on == {date(2026, 11, 30)}
    assert replace(after, terms=before.terms, inset_on=before.inset_on) == before


PHONES = {"phone_office": "01632 960100", "phone_dsl": "", "phone_lado": " 03000  410888 "}


def test_the_urgent_numbers_are_changed_and_nothing_else(member, served):
    before, client = register_of(served), member("of")
    assert post(client, served, "phones", **PHONES).status_code == 303
    phones = Phones("01632 960100", "", "03000 410888")
    assert register_of(served) == replace(before, school=replace(before.school, phones=phones))
    assert "03000 410888" in client.get(f"/report/{SCHOOL}").text


def test_days_of_the_school_year_are_taken_as_people_write_them(member, served):
    typed = {"terms": "Autumn 2: 2 November 2026 to 18/12/2026", "inset": "30 November 2026", "closed": ""}
    assert post(member("of"), served, "year", **typed).status_code == 303
    after = register_of(served)
    assert [(one.first_on, one.last_on) for one in after.terms] == [(date(2026, 11, 2), date(2026, 12, 18))]
    assert after.inset_on == {date(2026, 11, 30)}


def test_an_older_register_file_takes_it_back(member, served, register):
    before = register_of(served)
    post(member("of"), served, "hours", opens="08:00", closes="16:30", weekly="2")
    served.apply(register)
    assert register_of(served) == before


@pytest.mark.parametrize(
    ("part", "typed", "says"),
    [
        ("hours", {"opens": "8", "closes": "16:00", "weekly": "2"}, "Write the time like 07:30."),
        ("hours", {"opens": "16:00", "closes": "08:00", "weekly": "2"}, "begin before they end"),
        ("hours", {"opens": "08:00", "closes": "23:00", "weekly": "2"}, "between 06:00 and 20:00"),
        ("hours", {"opens": "08:00", "closes": "16:00", "weekly": "9"}, "Choose a number from 1 to 5."),
        ("year", {**YEAR, "terms": "Autumn"}, "“Autumn” is no term."),
        ("year", {**YEAR, "terms": "A, 2026-12-18, 2026-11-02"}, "is no term."),
        ("year", {**YEAR, "terms": "A, 2026-13-18, 2026-14-02"}, "is no term."),
        (
            "year",
            {**YEAR, "terms": "A, 2026-09-01, 2026-10-01\nB, 2026-10-01, 2026-11-01"},
            "B begins before A",
        ),
        ("year", {**YEAR, "inset": "soon"}, "Write each day like 1 September 2026"),
        ("phones", {**PHONES, "phone_dsl": "ask Jo"}, "“ask Jo” is no number. Write digits and spaces"),
        ("words", {"kind": "acknowledge", "words": "Dear {teacher}"}, "We do not know {teacher}."),
        ("words", {"kind": "acknowledge", "words": "Dear {first name"}, "We do not know {."),
        ("words", {"kind": "case", "words": "Hello"}, "Choose what the words are for."),
        ("words", {"kind": "acknowledge", "words": "x" * 801}, "Please keep it under 800 characters."),
    ],
)
def test_what_does_not_fit_is_refused_and_what_was_typed_is_kept(member, served, part, typed, says):
    before, written = register_of(served), served.written()
    refused = post(member("of"), served, part, **typed)
    assert refused.status_code == 422
    assert says in words(refused)
    for value in typed.values():
        assert value in BeautifulSoup(refused.text, "html.parser").prettify(formatter=None) or value in {
            "9",
            "case",
        }
    assert (register_of(served), served.written()) == (before, written)


def test_the_placeholders_there_are_stand_in_the_refusal(member, served):
    refused = post(member("of"), served, "words", kind="acknowledge", words="{x}")
    assert "{first name}, {what}, {when}, {school}" in words(refused)


def test_own_words_are_previewed_and_nothing_is_kept(member, served):
    before = served.written()
    said = "{first name}, {school} asks you to read {what} {when}. <b>Thanks</b>"
    look = post(member("of"), served, "words", kind="acknowledge", words=said, then="look")
    assert look.status_code == 200
    mail = BeautifulSoup(look.text, "html.parser").find("pre").text
    asked = "Jo, Merriwell Green Primary School asks you to read Child Protection and Safeguarding Policy"
    assert asked in " ".join(mail.split())
    assert "<b>Thanks</b>" in mail
    assert "<b>Thanks</b>" not in look.text
    assert served.written() == before


def test_own_words_open_the_next_message_of_that_kind(member, served):
    said = "Please look at {what}. It matters at {school}."
    assert post(member("of"), served, "words", kind="acknowledge", words=said).status_code == 303
    assert "Read a policy (yours)" in words(member("of").get("/office/settings"))
    acknowledge(member("vo"), served, "vo", "read-child-protection")
    served.clock.turn(days=2)  # their day of the week
    plan_day(served.services, served.clock())
    deliver(served.services, now=served.clock(), limit=100)
    mails = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in sent_to(served)]
    (mail,) = [one for one in mails if "b.yeo@mail.example" in one["To"] and "Please read" in one["Subject"]]
    said = " ".join(mail.get_body(("plain",)).get_content().split())
    assert (
        "Mobile, Smart Technology and Social Media Policy. It matters at Merriwell Green Primary School."
        in said
    )
    assert "tell us that you have" not in said
    assert post(member("of"), served, "words", kind="acknowledge", words="").status_code == 303
    assert "(yours)" not in words(member("of").get("/office/settings"))


def test_no_one_else_changes_them_and_another_school_keeps_its_own(member, served, second_school):
    assert post(member("y5"), served, "hours", opens="08:00", closes="16:30", weekly="2").status_code == 403
    before = register_of(served)
    other = member("oo", school=second_school)
    assert post(other, served, "hours", opens="08:00", closes="16:30", weekly="2").status_code == 303
    assert register_of(served) == before
    assert post(other, served, "nothing").status_code == 404


def test_who_counts_as_staff_is_named_and_changed(member, served):
    client = member("of")
    page = BeautifulSoup(client.get("/office/settings").text, "html.parser").find(id="staff")
    assert "Margaret Dunmore" in page.get_text()
    assert post(client, served, "staff", also=["governor"]).status_code == 303
    with served.store.reading() as conn:
        means = record_register.load_register(conn, SCHOOL).school.staff_means
    assert means == {"staff", "governor"}
    assert post(client, served, "staff", also=["pupil"]).status_code == 422
