"""The pages of official accounts: what each reader sees, what is recorded, what is refused and kept typed."""

from dataclasses import replace
from datetime import date

import pytest
from account_holders import hold, sign
from bs4 import BeautifulSoup

from bot.records import people as record_people
from bot.records import register as record_register
from bot.rules.people import Absence

SCHOOL = "merriwell-green"


def soup(page):
    return BeautifulSoup(page.text, "html.parser")


def words(found):
    return " ".join(found.get_text(" ").split())


def wrong(page):
    """Name the fields that a refused form's errors lead to."""
    return [link["href"].removeprefix("#") for link in soup(page).select(".errors a")]


def seal_of(page):
    return soup(page).find("input", {"name": "seal"})["value"]


def test_the_register_says_of_every_account_how_it_stands_and_why(member):
    found = soup(member("hd").get("/accounts"))
    assert (
        words(found.h1)
        == "Official accounts, Monday 23 November 2026 2 accounts should not post and 1 needs something"
    )
    first, second, pta = found.find_all("article")
    assert "should not post" in words(first)
    assert "We hold no agreement of Carol Whitlow for this account." in words(first)
    assert "Run by Carol Whitlow, Grace Pellow" in words(first)
    assert "Merriwell Green Primary School" in words(first)
    assert "merriwellgreen" in words(second)
    assert "No check of what is on it is recorded." in words(pta)
    assert words(found.find("h2", id="group-2")) == "Not ours, watched"


def test_who_does_not_look_after_an_account_sees_no_reasons(member):
    for person, runs in (("y5", "Run by Carol Whitlow, Grace Pellow"), ("g4", "Run by 2 people")):
        client = member(person)
        listed = words(soup(client.get("/accounts")).find("article"))
        page = client.get("/accounts/facebook")
        assert "Do not post here for now." in listed
        assert runs in listed
        assert runs in words(soup(page).find("main"))
        for hidden in ("agreement", "recovery", "hand-over", 'action="/accounts'):
            assert hidden not in page.text.casefold()


@pytest.mark.parametrize("person", ["hd", "dh", "sb", "of", "y4"])
def test_leadership_the_office_the_dsl_and_the_holders_look_after_it(member, person):
    page = soup(member(person).get("/accounts/facebook"))
    assert page.find("button", string="Checked: all fine") is not None
    assert "Account details" in words(page)


def test_no_one_signed_in_is_asked_to_sign_in_and_comes_back(client):
    answered = client.get("/accounts/facebook")
    assert (answered.status_code, answered.headers["location"]) == (303, "/sign-in?to=/accounts/facebook")


def test_a_look_is_two_taps_and_the_account_says_so(member, sent, log, served):
    client = member("y4")
    answered = sent(client, "look", answer="fine")
    assert answered.headers["location"] == "/accounts/facebook?done=look#recorded"
    assert log() == [("facebook", "looked", "", "fine", "", "")]
    page = words(soup(client.get(answered.headers["location"])))
    assert "Recorded: you looked at it today." in page
    assert "Looked at last on Monday 23 November 2026." in page
    assert "Looked at it: all is well" in page
    served.clock.turn(days=31)
    assert "since 23 November 2026" in words(soup(member("y4").get("/accounts/facebook")))


def test_the_same_form_sent_twice_is_one_record(member, log):
    client = member("y4")
    data = {"seal": seal_of(client.get("/accounts/facebook")), "answer": "fine"}
    for _ in range(2):
        assert client.post("/accounts/facebook/look", data=data).status_code == 303
    assert len(log()) == 1


def test_what_was_found_links_to_a_report_and_needs_words(member, sent, log):
    client = member("y4")
    refused = sent(client, "look", answer="found")
    assert refused.status_code == 422
    page = soup(refused)
    assert wrong(refused) == ["look-words"]
    assert page.title.text.startswith("Please check: ")
    assert page.find("input", id="look-found").has_attr("checked")
    assert page.find("details", id="look").has_attr("open")
    assert page.find("a", href=f"/report/{SCHOOL}") is not None
    assert sent(client, "look", answer="removed", words="A rude comment").status_code == 303
    assert log()[-1][3:] == ("removed", "", "A rude comment")


def test_the_watched_page_of_the_pta_takes_looks_and_little_else(member, sent, log):
    client = member("hd")
    page = soup(client.get("/accounts/pta-facebook"))
    assert [one["id"] for one in page.select(".known")] == ["risk-assessment", "consent"]
    assert page.find(id="posts") is None
    assert sent(client, "look", "pta-facebook", answer="fine").status_code == 303
    assert sent(client, "post", "pta-facebook", words="x", answer="checked").status_code == 404
    assert sent(client, "state", "pta-facebook", topic="two-step", answer="yes").status_code == 404
    assert len(log()) == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"topic": "two-step", "answer": "yes"}, ("two-step", "yes", "", "")),
        ({"topic": "way-in", "answer": "sealed envelope"}, ("way-in", "sealed envelope", "", "")),
        (
            {"topic": "consent", "words": "The list in the office"},
            ("consent", "", "", "The list in the office"),
        ),
        ({"topic": "second-reader", "about": "dh"}, ("second-reader", "", "dh", "")),
        (
            {"topic": "risk-assessment", "answer": "yes", "on": "2026-09-04", "words": "Kept in the office"},
            ("risk-assessment", "yes", "", "Kept in the office"),
        ),
    ],
)
def test_what_is_known_is_recorded_with_who_and_when(member, sent, log, typed, kept):
    client = member("of")
    assert sent(client, "state", **typed).status_code == 303
    assert log() == [("facebook", "stated", *kept)]
    said = words(soup(client.get("/accounts/facebook")).find("li", id=typed["topic"]))
    assert "Carol Whitlow" in said
    assert ("Friday 4 September 2026" if "on" in typed else "Monday 23 November 2026") in said


@pytest.mark.parametrize(
    "typed",
    [
        {"topic": "two-step", "answer": "perhaps"},
        {"topic": "two-step"},
        {"topic": "consent", "words": "  "},
        {"topic": "consent", "words": "password: hunter2"},
        {"topic": "way-in", "answer": "yes", "words": "Facebook2026"},
        {"topic": "consent", "words": "x" * 2001},
        {"topic": "second-reader", "about": "nobody"},
        {"topic": "two-step", "answer": "yes", "on": "2026-11-24"},
        {"topic": "two-step", "answer": "yes", "on": "soon"},
        {"topic": "approval", "answer": "yes"},
    ],
)
def test_what_cannot_be_recorded_is_refused_and_stays_typed(member, sent, log, typed):
    refused = sent(member("of"), "state", **typed)
    page = soup(refused)
    assert refused.status_code == 422
    assert wrong(refused) == [typed["topic"]]
    assert page.find(id=typed["topic"]) is not None
    if typed.get("words", "").strip() and typed["topic"] != "approval":
        assert typed["words"] in [one["value"] for one in page.find_all("input", {"name": "words"})]
    assert log() == []


def test_only_the_head_records_the_approval(member, sent, log):
    assert sent(member("hd"), "state", topic="approval", answer="no").status_code == 303
    assert "There is no approval yet" in words(soup(member("of").get("/accounts/facebook")))
    office = soup(member("of").get("/accounts/facebook")).find(id="approval")
    assert "The headteacher records this." in words(office)
    assert len(log()) == 1


def test_a_post_is_asked_agreed_and_kept(member, sent, log):
    poster, reader = member("y4"), member("y5")
    asked = sent(poster, "post", words="Year 4 planted trees", answer="checked", topic="asked", about="y5")
    assert asked.status_code == 303
    assert "Grace Pellow has asked you to check a post" in words(soup(reader.get("/accounts")))
    page = soup(reader.get("/accounts/facebook"))
    assert "Year 4 planted trees" in words(page)
    assert "consent was checked for each" in words(page)
    reference = page.find("input", {"name": "about"})["value"]
    assert sent(reader, "read", about=reference, topic="agreed").status_code == 303
    assert [one[1:3] for one in log()] == [("posted", "asked"), ("read", "agreed")]
    assert "agreed by Adam Sorley" in words(soup(poster.get("/accounts/facebook")))
    assert "asks you to read" not in words(soup(reader.get("/accounts")))
    assert reader.get("/accounts/facebook").text.count("Year 4 planted trees") == 0
    again = sent(poster, "read", about=reference, topic="agreed")
    assert "This post is settled already." in words(soup(again).select_one(".errors"))


def test_a_reader_asks_for_a_change_and_the_poster_may_drop_it(member, sent, log):
    poster, reader = member("y4"), member("y5")
    sent(poster, "post", words="Sports day", answer="no-children", topic="asked", about="y5")
    reference = soup(reader.get("/accounts/facebook")).find("input", {"name": "about"})["value"]
    bare = sent(reader, "read", about=reference, topic="change")
    assert wrong(bare) == [f"read-{reference}"]
    assert sent(reader, "read", about=reference, topic="change", words="No badges").status_code == 303
    page = words(soup(poster.get("/accounts/facebook")))
    assert "change asked" in page
    assert "Adam Sorley asks: No badges" in page
    for topic, says in (("agreed", "The second reader is somebody else."), ("", "Say whether you agree.")):
        assert says in words(soup(sent(poster, "read", about=reference, topic=topic)).select_one(".errors"))
    theirs = sent(member("hd"), "read", about=reference, topic="dropped")
    assert "Only who wrote it drops it." in words(soup(theirs).select_one(".errors"))
    assert sent(poster, "read", about=reference, topic="dropped").status_code == 303
    assert "not posted" in words(soup(poster.get("/accounts/facebook")))
    assert [one[2] for one in log()] == ["asked", "change", "dropped"]


@pytest.mark.parametrize("unfit", ["away", "no address", "refuses mail"])
def test_a_post_goes_only_to_a_person_who_can_see_it_today(served, member, sent, log, unfit):
    with served.store.writing() as conn:
        known = record_people.roster(conn, SCHOOL)["y5"]
        if unfit == "away":
            monday = Absence(date(2026, 11, 23), date(2026, 11, 24), noted_here=True)
            record_people.note_absences(conn, SCHOOL, "y5", [monday])
        elif unfit == "no address":
            record_people.save_people(conn, [replace(known, email=None)], served.clock())
        else:
            record_people.mark_unreachable(conn, "y5", "550 no such user")
    poster = member("y4")
    offered = soup(poster.get("/accounts/facebook")).find("select", id="post-about")
    listed = [one["value"] for one in offered.find_all("option")]
    assert "y5" not in listed
    assert "y6" in listed
    assert "g4" not in listed
    refused = sent(poster, "post", words="x", answer="no-children", topic="asked", about="y5")
    assert wrong(refused) == ["post-about"]
    assert log() == []


def test_where_no_one_can_be_asked_the_page_says_so(served, member):
    with served.store.writing() as conn:
        for key in record_people.roster(conn, SCHOOL):
            if key != "y4":
                record_people.mark_unreachable(conn, key, "550 no such user")
    page = soup(member("y4").get("/accounts/facebook"))
    assert page.find("select", id="post-about") is None
    assert "Nobody else is here today whom an e-mail reaches." in words(page)
    assert page.find("input", id="post-no-reader").has_attr("checked")


def test_no_reader_available_is_an_answer_with_its_reason(member, sent, log):
    typed = {"words": "Snow: we are closed", "answer": "no-children", "topic": "no-reader"}
    bare = sent(member("y4"), "post", **typed)
    assert wrong(bare) == ["post-note"]
    assert "Snow: we are closed" in soup(bare).find("textarea", id="post-words").text
    assert sent(member("y4"), "post", **typed, note="It was six in the morning").status_code == 303
    assert "No reader, because: It was six in the morning" in words(
        soup(member("hd").get("/accounts/facebook"))
    )
    assert len(log()) == 1


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({}, ["post-words", "post-answer", "post-topic"]),
        ({"words": "x"}, ["post-answer", "post-topic"]),
        ({"words": "x", "answer": "checked"}, ["post-topic"]),
        ({"words": "x", "answer": "checked", "topic": "asked"}, ["post-about"]),
        ({"words": "x", "answer": "checked", "topic": "asked", "about": "y4"}, ["post-about"]),
    ],
)
def test_a_post_without_its_checks_is_not_recorded(member, sent, log, typed, fields):
    assert wrong(sent(member("y4"), "post", **typed)) == fields
    assert log() == []


def test_another_person_ticks_a_leavers_hand_over(served, member, sent, log):
    served.change_person("y4", leaves_on=date(2026, 12, 11))
    leaver, office = member("y4"), member("of")
    page = soup(leaver.get("/accounts/facebook"))
    assert "Hand-over: Grace Pellow leaves on Friday 11 December 2026" in words(page)
    assert page.find("button", string=lambda text: text and "Mark as done" in text) is None
    refused = sent(leaver, "tick", about="y4", topic="log-in-changed")
    assert "Somebody else confirms your hand-over" in words(soup(refused).select_one(".errors"))
    one_left = sent(office, "tick", about="y4", topic="second-holder")
    assert "Name a second holder first" in words(soup(one_left).select_one(".errors"))
    page = words(soup(office.get("/accounts/facebook")))
    assert "Only one person who stays runs it. Name a second holder first: Change who runs it" in page
    hold(served, "facebook", "y4", "of", "dh")
    for step in ("access-removed", "recovery-checked", "log-in-changed", "second-holder"):
        assert "Go through the hand-over" in words(soup(office.get("/accounts/facebook")))
        assert sent(office, "tick", about="y4", topic=step).status_code == 303
    done = words(soup(office.get("/accounts/facebook")))
    assert "4 of 4 steps are done." in done
    assert "Go through the hand-over" not in done
    assert sent(office, "tick", about="y4", topic="second-holder").status_code == 303
    assert sent(office, "tick", about="y5", topic="second-holder").status_code == 404
    assert sent(office, "tick", about="y4", topic="nothing").status_code == 404
    assert len(log()) == 4


def test_of_a_leaver_no_agreement_is_asked_and_the_page_says_only_that(served, member):
    served.change_person("y4", leaves_on=date(2026, 12, 11))
    page = soup(member("of").get("/accounts/facebook"))
    said = words(page.find("section", attrs={"aria-labelledby": "holders-heading"}))
    assert "No agreement is asked of holders here" not in said
    assert "Grace Pellow" in said


def test_looking_is_no_first_step_on_an_account_that_should_not_post(member):
    page = soup(member("of").get("/accounts/facebook"))
    assert page.find("button", string="Checked: all fine")["class"] == ["button", "quiet"]
    watched = soup(member("of").get("/accounts/pta-facebook"))
    assert watched.find("button", string="Checked: all fine")["class"] == ["button"]


def test_with_everything_in_place_an_account_is_fine(served, member, sent):
    sign(served, "y4", "facebook")
    sign(served, "of", "facebook")
    head = member("hd")
    for topic in ("risk-assessment", "approval", "still-needed", "recovery", "two-step", "way-in", "log-in"):
        assert sent(head, "state", topic=topic, answer="yes").status_code == 303
    sent(head, "state", topic="consent", words="The list in the office")
    sent(head, "state", topic="second-reader", about="dh")
    sent(head, "look", answer="fine")
    page = words(soup(head.get("/accounts/facebook")).find(id="main"))
    assert "Merriwell Green Primary School fine" in page
    assert "Nothing to do." in page
    assert "2 need" not in words(soup(head.get("/accounts")).h1)
    served.change_person("dh", leaves_on=date(2026, 11, 22))
    page = words(soup(member("hd").get("/accounts/facebook")).find(id="main"))
    assert "nobody here is named to read posts first" in page


def test_what_is_not_theirs_or_not_there_is_not_found_and_nothing_is_written(member, sent, log):
    outsider = member("y5")
    seal = seal_of(outsider.get("/accounts/facebook"))
    for step, typed in (
        ("look", {"answer": "fine"}),
        ("state", {"topic": "two-step", "answer": "yes"}),
        ("post", {"words": "x", "answer": "checked", "topic": "no-reader", "note": "y"}),
        ("tick", {"about": "y4", "topic": "second-holder"}),
        ("read", {"about": "HB-0", "topic": "agreed"}),
        ("nothing", {}),
    ):
        assert outsider.post(f"/accounts/facebook/{step}", data={"seal": seal, **typed}).status_code == 404
    for address in ("/accounts/nothing", "/accounts/requests/nothing"):
        assert outsider.get(address).status_code == 404
    assert member("hd").post("/accounts/nothing/look", data={"seal": seal}).status_code == 404
    assert log() == []


def test_a_form_that_is_not_of_this_session_records_nothing(member, log):
    other = seal_of(member("of").get("/accounts/facebook"))
    client = member("y4")
    for seal in ("", "forged", other):
        refused = client.post("/accounts/facebook/look", data={"seal": seal, "answer": "fine"})
        assert refused.status_code == 422
        assert wrong(refused) == ["main"]
    assert log() == []


def test_looking_writes_nothing(served, member):
    before = served.written()
    for address in ("/accounts", "/accounts/facebook", "/accounts/new"):
        assert member("hd").get(address).status_code == 200
    assert served.written() == before


WANTED = {
    "channel": "Tapestry",
    "name": "Merriwell in pictures",
    "purpose": "Daily pictures for families of the youngest",
    "reach": "closed",
    "why": "The newsletter comes too late",
}


@pytest.fixture
def asked(member):
    """Ask for an account; return the page of the request."""

    def ask(client, **typed):
        page = client.get("/accounts/new")
        return client.post("/accounts/new", data={"seal": seal_of(page), **WANTED, **typed})

    return ask


def test_a_new_account_is_asked_for_decided_with_conditions_and_is_then_an_account(
    served, member, asked, log
):
    asker, head = member("ey"), member("hd")
    address = asked(asker).headers["location"]
    assert "The headteacher decides; the answer stands here." in words(soup(asker.get(address)))
    listed = soup(head.get("/accounts"))
    assert "Maya Brightwater asks for a new account: Merriwell in pictures (Tapestry)" in words(listed)
    page = head.get(address)
    decision = {"seal": seal_of(page), "answer": "approved", "risk": "yes", "conditions": "Closed, always"}
    assert head.post(address, data=decision).status_code == 303
    assert head.post(address, data=decision).status_code == 422
    shown = soup(asker.get(address))
    assert "Approved by Helen Achebe" in words(shown)
    assert "Conditions: Closed, always" in words(shown)
    assert "For you to do" not in words(soup(head.get("/accounts")))

    assert shown.find("a", href="/accounts/tapestry") is not None
    with served.store.reading() as conn:
        accounts = record_register.load_register(conn, SCHOOL).accounts
    account = next(one for one in accounts if one.key == "tapestry")
    assert (account.channel, account.reach) == ("Tapestry", "closed")
    assert account.holders == {"m.brightwater@merriwell.example"}
    new = soup(head.get("/accounts/tapestry"))
    assert "recorded Yes" in words(new.find(id="approval"))
    assert "recorded Yes" in words(new.find(id="risk-assessment"))
    assert "We hold no agreement of Maya Brightwater" in words(new)
    assert [one[1:4] for one in log()] == [
        ("decided", "approved", ""),
        ("stated", "risk-assessment", "yes"),
        ("stated", "approval", "yes"),
    ]


def test_a_declined_account_says_why_and_has_no_entry(member, asked):
    asker, head = member("ey"), member("dh")
    address = asked(asker).headers["location"]
    seal = seal_of(head.get(address))
    bare = head.post(address, data={"seal": seal, "answer": "declined"})
    assert "Say why, so that they know what would help." in words(soup(bare).select_one(".errors"))
    assert (
        head.post(
            address, data={"seal": seal, "answer": "declined", "conditions": "One is enough"}
        ).status_code
        == 303
    )
    shown = soup(asker.get(address))
    assert "Declined by Tom Okafor-Lane" in words(shown)
    assert "Why: One is enough" in words(shown)
    assert shown.find("a", href="/accounts/tapestry") is None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Choose one of the two."),
        ({"answer": "approved"}, "An approval needs a risk assessment first."),
        ({"answer": "approved", "risk": "yes", "conditions": "PIN 4417"}, "Handbell never keeps one"),
        ({"answer": "approved", "risk": "yes", "conditions": "x" * 2001}, "at most 2000 letters"),
        ({"seal": "forged"}, "send it again"),
    ],
)
def test_a_decision_that_cannot_be_taken_is_refused(member, asked, log, typed, says):
    head = member("hd")
    address = asked(member("ey")).headers["location"]
    refused = head.post(address, data={"seal": seal_of(head.get(address)), **typed})
    assert refused.status_code == 422
    assert says in words(soup(refused).select_one(".errors"))
    assert log() == []


def test_only_leadership_decides_and_others_see_their_own_requests_alone(member, asked, log):
    asker, other = member("ey"), member("y5")
    address = asked(asker).headers["location"]
    assert other.get(address).status_code == 404
    assert "Merriwell in pictures" not in other.get("/accounts").text
    seal = seal_of(asker.get(address))
    for client in (asker, other):
        sealed = {"seal": seal if client is asker else seal_of(other.get("/accounts/new"))}
        answered = client.post(address, data={**sealed, "answer": "approved", "risk": "yes"})
        assert answered.status_code == 404
    head = member("hd")
    gone = head.post(
        "/accounts/requests/HB-0",
        data={"seal": seal_of(head.get(address)), "answer": "approved", "risk": "yes"},
    )
    assert gone.status_code == 404
    assert log() == []


@pytest.mark.parametrize("field", [*WANTED, "seal"])
def test_a_request_that_leaves_something_out_keeps_the_rest(member, asked, field):
    refused = asked(member("ey"), **{field: " "})
    page = soup(refused)
    assert refused.status_code == 422
    assert page.select_one(".errors a")["href"] == ("#main" if field == "seal" else f"#{field}")
    if field != "name":
        assert page.find("input", id="name")["value"] == "Merriwell in pictures"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"why": "password: hunter2"}, "Handbell never keeps one"),
        ({"why": "x" * 2001}, "at most 2000 letters"),
    ],
)
def test_a_request_with_too_much_in_it_is_refused(member, asked, typed, says):
    assert says in words(soup(asked(member("ey"), **typed)).select_one(".errors"))


def test_the_same_request_sent_twice_is_one_and_a_second_account_gets_a_key_of_its_own(member, asked):
    asker, head = member("ey"), member("hd")
    data = {"seal": seal_of(asker.get("/accounts/new")), **WANTED, "channel": "Facebook"}
    first, second = (asker.post("/accounts/new", data=data).headers["location"] for _ in range(2))
    assert first == second
    head.post(first, data={"seal": seal_of(head.get(first)), "answer": "approved", "risk": "yes"})
    assert soup(head.get(first)).find("a", href="/accounts/facebook-2") is not None
    assert head.get("/accounts/facebook-2").status_code == 200
