"""Cases in the browser of those who may open them: the list, one case, and each form that works on it."""

import csv
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.web_app import create_app
from bot.cases import service as case_service
from bot.cases import store as case_store
from bot.cases.model import CaseState
from bot.core.encryption import CaseKeys, new_master_key
from bot.core.errors import DatabaseUnavailable
from bot.rules import report_fields
from bot.rules.report_fields import FieldKind, ReportField
from bot.services import CaseListExport


def forms_of(page):
    found = BeautifulSoup(page.text, "html.parser").find_all("form", method="post")
    return {one["action"].rpartition("/")[2]: one for one in found}


def send(client, address, step, **typed):
    """Send one form of a case as a browser would, hidden fields and all."""
    form = forms_of(client.get(address))[step]
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    return client.post(form["action"], data=hidden | typed)


@pytest.fixture
def client(member):
    """The deputy head, who is the DSL, signed in for as long as a test takes."""
    return member("dh", lasts=timedelta(days=30))


@pytest.fixture
def case(served, case_of):
    """The address of a case the deputy head has."""
    return served.cases(case_of(category="visitor"))


DONE = [
    ("note", {"words": "Spoke to <b>them</b>."}, "Spoke to &lt;b&gt;them&lt;/b&gt;."),
    ("decide", {"words": "No more visits."}, "No more visits."),
    (
        "advise",
        {"by": "the LADO", "on": "2026-11-23", "reference": "L-9", "words": "Wait."},
        "Advice from the LADO",
    ),
    ("refer", {"reference": "CPOMS 4711"}, "CPOMS 4711"),
    ("post", {"words": "Thank you for telling us."}, "Thank you for telling us."),
    ("add-task", {"words": "Ring the firm", "who": "of", "on": "2026-11-25"}, "Ring the firm"),
    ("assign", {"who": "hd"}, "Helen Achebe"),
    ("watch", {"who": "sb"}, "Priya Nair follows it now."),
    (
        "correct",
        {"category": "filtering", "policy": "", "clause": "", "personal_data": "no"},
        "Filtering and monitoring",
    ),
    ("debrief", {"happened": "This.", "why": "Thus.", "changes": "That."}, "Why it could happen"),
    ("outcome", {"outcome": "upheld"}, "Outcome: upheld."),
    ("hold", {"words": "A court asks."}, "A court asks."),
    ("aware", {"on": "2026-11-20", "at": "15:30"}, "Known here since 15:30 on 20 November 2026"),
    ("keep-until", {"on": "2040-01-01"}, "Kept until 1 January 2040 at least."),
    ("move", {"to": "triaged"}, "Now: triaged."),
]


@pytest.mark.parametrize(("step", "typed", "shown"), DONE, ids=[one[0] for one in DONE])
def test_each_form_does_its_one_thing_and_shows_it(case, client, step, typed, shown):
    answer = send(client, case, step, **typed)
    assert (answer.status_code, answer.headers["location"].partition("#")[2]) == (303, step)
    assert shown in client.get(case).text


REFUSED = [
    ("note", {"words": " "}, "Write your note."),
    ("advise", {"by": "HR", "on": "soon"}, "Choose the day."),
    ("add-task", {"words": "Look", "who": "of", "on": ""}, "Choose the day."),
    ("add-task", {"words": "Look", "who": "nobody", "on": "2026-11-25"}, "cannot be given this case"),
    ("outcome", {}, "Choose one of the answers."),
    ("move", {"to": "lost"}, "Choose one of the answers."),
    ("move", {"to": "closed"}, "A case that is received goes on to triaged."),
    ("assign", {"who": ""}, "cannot be given this case"),
]


@pytest.mark.parametrize(("step", "typed", "says"), REFUSED)
def test_a_refusal_says_what_to_do_and_keeps_what_was_typed(case, client, step, typed, says):
    answer = send(client, case, step, **typed)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert says in page.select_one(".errors").text
    assert page.select_one(".errors a")["href"] == f"#{step}"
    if step != "move":
        assert page.select_one(f"details#{step}").has_attr("open")
    if typed.get("words", "").strip():
        assert page.select_one(f"#{step}-words").text.strip() == typed["words"]


def test_a_refused_correction_keeps_who_and_what_was_picked(case, client):
    picked = {"category": "filtering", "clause": "9.9", "personal_data": "yes", "named": ["y5", "ta1"]}
    answer = send(client, case, "correct", **picked, policy="unheard-of")
    assert answer.status_code == 422
    form = forms_of(answer)["correct"]
    assert [one["value"] for one in form.select("option[selected]")] == ["filtering", "yes"]
    assert {one["value"] for one in form.select("[name=named][checked]")} == {"y5", "ta1"}
    assert form.select_one("[name=clause]")["value"] == "9.9"


def test_a_refused_form_is_no_new_opening_unless_no_page_of_ours_made_it(case, served, client):
    number = case.rpartition("/")[2]

    def opened():
        with served.store.reading() as conn:
            return len(case_store.page_views(conn, number))

    form = forms_of(client.get(case))["note"]
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    assert opened() == 1
    assert client.post(form["action"], data=hidden | {"words": ""}).status_code == 422
    assert opened() == 1
    assert client.post(form["action"], data={"seal": "forged"}).status_code == 422
    assert opened() == 2


def test_a_page_seen_again_and_again_is_shown_as_one_opening(case, served, client):
    for minutes in (0, 20, 20, 31):
        served.clock.turn(minutes=minutes)
        page = client.get(case)
    assert len(BeautifulSoup(page.text, "html.parser").select("#seen-heading ~ ul > li")) == 2


def test_the_same_form_sent_twice_is_done_once_and_a_refused_one_may_be_sent_again(case, client):
    form = forms_of(client.get(case))["note"]
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    for _ in range(2):
        assert client.post(form["action"], data=hidden | {"words": "Rang the firm."}).status_code == 303
        assert client.post(form["action"], data=hidden | {"words": ""}).status_code == 422
    assert client.get(case).text.count("Rang the firm.") == 1


class GoneAfterwards:
    """A store whose database keeps what it is given, and is gone before it can say so."""

    def __init__(self, store):
        self.store = store

    def __getattr__(self, name):
        return getattr(self.store, name)

    @contextmanager
    def writing(self):
        with self.store.writing() as conn:
            yield conn
        raise DatabaseUnavailable("It is gone.")


def test_a_form_whose_answer_was_lost_is_sent_again_and_done_once(case, served, client, stage):
    form = forms_of(client.get(case))["note"]
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    note, site = hidden | {"words": "Rang the firm."}, stage.app.state.site
    gone = replace(served.services, store=GoneAfterwards(served.services.store))
    stage.app.state.site = replace(site, services=gone)
    assert client.post(form["action"], data=note).status_code == 503
    stage.app.state.site = site
    assert client.post(form["action"], data=note).status_code == 303
    assert client.get(case).text.count("Rang the firm.") == 1


def test_a_form_that_could_not_be_taken_for_want_of_keys_is_taken_when_they_are_back(
    case, served, client, stage
):
    form = forms_of(client.get(case))["note"]
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    note, site = hidden | {"words": "Rang the firm."}, stage.app.state.site
    keyless = replace(served.services, case_keys=CaseKeys((new_master_key(),)))
    stage.app.state.site = replace(site, services=keyless)
    assert client.post(form["action"], data=note).status_code == 503
    stage.app.state.site = site
    assert client.post(form["action"], data=note).status_code == 303
    assert client.get(case).text.count("Rang the firm.") == 1


def test_two_pages_of_one_case_do_not_undo_each_others_corrections(case, client):
    pages = [forms_of(client.get(case))["correct"] for _ in range(2)]
    first, late = ({one["name"]: one["value"] for one in page.select("input[type=hidden]")} for page in pages)
    usual = {"policy": "", "clause": "", "personal_data": "no"}
    named = first | usual | {"category": "visitor", "named": ["y5"]}
    assert client.post(pages[0]["action"], data=named).status_code == 303
    answer = client.post(pages[1]["action"], data=late | usual | {"category": "filtering"})
    assert answer.status_code == 422
    form = forms_of(answer)["correct"]
    assert [one["value"] for one in form.select("[name=named][checked]")] == ["y5"]
    assert form.select_one("[name=category] option[selected]")["value"] == "visitor"


def test_a_form_used_again_after_the_case_changed_is_not_taken_for_done(case, served, client):
    first = forms_of(client.get(case))["hold"]
    hold = hidden_of(first) | {"words": "A court asks."}
    assert client.post(first["action"], data=hold).status_code == 303
    served.clock.turn(minutes=2)
    assert send(client, case, "hold", words="").status_code == 303
    served.clock.turn(minutes=2)
    answer = client.post(first["action"], data=hold)
    assert answer.status_code == 422
    assert "This form has already been used" in answer.text
    again = forms_of(answer)["hold"]
    assert again.select_one("[name=words]").text.strip() == "A court asks."
    assert client.post(again["action"], data=hidden_of(again) | {"words": "A court asks."}).status_code == 303
    assert "Kept whatever its age" in client.get(case).text


def hidden_of(form):
    return {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}


def test_an_older_page_does_not_open_a_case_again_that_was_closed_meanwhile(case, served, client):
    older = forms_of(client.get(case))["move"]
    served.clock.turn(minutes=1)
    for to in ("triaged", "debrief"):
        send(client, case, "move", to=to)
    for question in ("police", "action"):
        send(client, case, "answer", question=question, answer="no", on="2026-11-20", words="No need.")
    send(client, case, "outcome", outcome="upheld")
    send(client, case, "debrief", happened="This.", why="Thus.", changes="That.")
    assert send(client, case, "move", to="closed").status_code == 303
    answer = client.post(older["action"], data=hidden_of(older))
    assert answer.status_code == 422
    assert "This case is closed now." in answer.text
    assert "Reopen case" in client.get(case).text


OLDER = [
    (
        "debrief",
        {"happened": "A phone was out.", "why": "No sign.", "changes": "A sign."},
        {"happened": "", "why": "", "changes": "Talk to the office."},
        "Somebody else wrote the debrief meanwhile",
    ),
    ("outcome", {"outcome": "upheld"}, {"outcome": "not upheld"}, "recorded meanwhile: upheld."),
    ("hold", {"words": "A court asks."}, {"words": ""}, "Now: A court asks."),
    ("keep-until", {"on": "2040-01-01"}, {"on": ""}, "Now: until 1 January 2040 at least."),
    ("assign", {"who": "hd"}, {"who": "sb"}, "Helen Achebe has this case now."),
]


@pytest.mark.parametrize(("step", "newer", "late", "says"), OLDER, ids=[one[0] for one in OLDER])
def test_an_older_page_undoes_no_newer_act_and_says_what_changed(case, client, step, newer, late, says):
    older = forms_of(client.get(case))[step]
    assert send(client, case, step, **newer).status_code == 303
    kept = client.get(case).text
    answer = client.post(older["action"], data=hidden_of(older) | late)
    assert answer.status_code == 422
    assert says in answer.text
    assert len(BeautifulSoup(client.get(case).text, "html.parser").select(".timeline li")) == len(
        BeautifulSoup(kept, "html.parser").select(".timeline li")
    )
    again = forms_of(answer)[step]
    assert client.post(again["action"], data=hidden_of(again) | late).status_code == 303


def test_what_was_typed_into_an_older_debrief_stands_beside_what_another_person_wrote(case, client):
    older = forms_of(client.get(case))["debrief"]
    send(client, case, "debrief", happened="A phone was out.", why="No sign.", changes="A sign.")
    late = hidden_of(older) | {"happened": "", "why": "", "changes": "Talk to the office."}
    form = forms_of(client.post(older["action"], data=late))["debrief"]
    shown = [form.select_one(f"[name={name}]").text.strip() for name in ("happened", "why", "changes")]
    assert shown == ["A phone was out.", "No sign.", "Talk to the office."]


def test_a_form_that_no_page_of_ours_made_does_nothing(case, served, case_of, client):
    other = send_seal(client, served.cases(case_of(category="visitor")))
    for seal in ("", "forged", other):
        answer = client.post(f"{case}/note", data={"words": "Slipped in.", "seal": seal})
        assert answer.status_code == 422
    assert client.post(f"{case}/unheard-of", data={"seal": send_seal(client, case)}).status_code == 422
    assert "Slipped in." not in client.get(case).text


def send_seal(client, address):
    return forms_of(client.get(address))["note"].find("input", {"name": "seal"})["value"]


def test_a_get_changes_nothing(case, client):
    for step in ("note", "move", "assign"):
        assert client.get(f"{case}/{step}").status_code in {404, 405}


def test_the_clocks_come_first_then_the_next_step_then_the_story(served, case_of, client):
    page = client.get(served.cases(case_of(category="allegation"))).text
    words = ("Tell the LADO", "First: tell", "What was reported", "Timeline</h2>")
    order = [page.index(one) for one in words]
    assert order == sorted(order)
    assert "Handbell tells no one outside the school" in page
    assert 'The LADO: <a class="nowrap" href="tel:01632960190">01632 960190</a>' in page


def test_a_clock_is_done_by_pressing_and_stands_as_late_when_it_ended(served, case_of, client):
    address = served.cases(case_of(category="allegation"))
    served.clock.turn(days=4)
    assert "days late" in client.get(address).text
    refused = send(client, address, "clock-done")
    assert refused.status_code == 422
    assert forms_of(refused)["clock-done"].find("input", {"name": "words"})
    assert "days late" in client.get(address).text
    done = send(client, address, "clock-done", words="The duty officer, ref. 417")
    assert done.status_code == 303
    after = client.get(address).text
    assert "days late" not in after
    assert "The duty officer, ref. 417" in after


def test_a_person_who_gives_a_case_away_that_is_about_them_comes_back_to_their_list(served, case_of, client):
    address = served.cases(case_of(category="visitor"))
    answer = send(client, address, "correct", category="visitor", named="dh", personal_data="no")
    assert answer.headers["location"] == "/cases"
    assert client.get(address).status_code == 404


def test_a_task_is_finished_or_taken_off(case, client):
    for step in ("finish-task", "drop-task"):
        send(client, case, "add-task", words=f"For {step}", who="dh", on="2026-11-25")
        assert send(client, case, step).status_code == 303
    page = client.get(case).text
    assert "Task done." in page
    assert "Task not needed any more." in page


def test_a_case_goes_all_the_way_and_is_opened_again(case, client):
    for to in ("triaged", "actions", "debrief"):
        assert send(client, case, "move", to=to).status_code == 303
    assert "Say how it ended." in client.get(case).text
    for question in ("police", "action"):
        sent = send(client, case, "answer", question=question, answer="no", on="2026-11-20", words="No need.")
        assert sent.status_code == 303
    send(client, case, "outcome", outcome="upheld")
    send(client, case, "debrief", happened="This.", why="Thus.", changes="That.")
    assert send(client, case, "move", to="closed").status_code == 303
    assert "Reopen case" in client.get(case).text
    assert send(client, case, "move", to="triaged").status_code == 303


def test_the_list_filters_sorts_and_searches_what_one_may_see(served, case_of, client):
    first, second = case_of(category="visitor"), case_of(category="allegation")
    case_service.move(
        served.services, "merriwell-green", first, "dh", to=CaseState.TRIAGED, now=served.clock()
    )
    asked = {
        "": {first, second},
        "?state=triaged": {first},
        "?state=received": {second},
        "?state=open&category=visitor": {first},
        "?state=closed": set(),
        "?category=visitor": {first},
        f"?q={second.lower()}": {second},
        "?q=allegation": set(),
        "?q=children": {second},
    }
    for query, numbers in asked.items():
        page = client.get(served.cases() + query).text
        assert {one for one in (first, second) if one in page} == numbers, query
    page = client.get(served.cases()).text
    assert page.index(second) < page.index(first)
    page = client.get(served.cases() + "?sort=category").text
    assert page.index(first) < page.index(second)


def test_the_file_for_a_spreadsheet_holds_the_list_and_nothing_reported(served, case_of, client):
    number = case_of(what="=cmd|' /C calc'!A0")
    given = client.get(served.cases() + "/list.csv")
    assert given.headers["content-type"].startswith("text/csv")
    header, row = csv.reader(StringIO(given.content.decode("utf-8-sig")))
    assert header == ["Number", "Kind", "State", "Deadline"]
    assert row[0] == number
    assert "calc" not in given.text


def test_a_person_who_has_no_case_is_told_so(served, member):
    assert "There is no case for you." in member("y1").get(served.cases()).text


def test_where_the_keys_are_missing_or_others_every_page_says_so_alike(served, case_of, client, stage):
    number = case_of()
    for keys in (None, CaseKeys((new_master_key(),))):
        stage.app = create_app(replace(served.services, case_keys=keys))
        said = set()
        for address in ("", "0000-0000", number):
            answer = client.get(served.cases(address))
            assert answer.status_code == 503
            said.add(answer.content)
        assert client.get(served.cases() + "/list.csv").status_code == 503
        assert client.post(served.cases(number) + "/note").status_code == 503
        assert len(said) == 1


class NoList:
    """A list of cases that nobody writes here."""

    def replace(self, _columns, _rows):
        raise AssertionError


@pytest.mark.parametrize(
    ("about", "is_said"), [("Somebody with a grey coat", False), ("Carol Whitlow", True)]
)
def test_a_case_that_the_list_outside_leaves_out_says_so_on_its_own_page_alone(
    served, stage, case_of, member, about, is_said
):
    number = case_of(about=about)
    tracked = {"merriwell-green": CaseListExport(NoList(), ("office",), ("number",))}
    stage.app = create_app(replace(served.services, tracked=tracked))
    asked = (("dh", served.cases(number)), ("dh", served.cases()), ("of", served.cases(number)))
    shown = [BeautifulSoup(member(who).get(address).text, "html.parser") for who, address in asked]
    assert [page.find(id="left-out") is not None for page in shown] == [is_said, False, False]


@pytest.mark.parametrize(("person", "shows"), [("dh", True), ("hd", False)])
def test_a_field_declared_for_the_dsl_stands_on_the_page_of_the_dsl_alone(
    served, member, case_of, monkeypatch, person, shows
):
    field = ReportField(
        name="seen_before",
        kind=FieldKind.TEXT,
        screen="where",
        label="Seen before",
        shown_to=frozenset({"dsl"}),
    )
    monkeypatch.setattr(report_fields, "REPORT_FIELDS", (*report_fields.REPORT_FIELDS, field))
    page = member(person).get(served.cases(case_of(category="visitor", seen_before="Zanzibar in March.")))
    assert page.status_code == 200
    assert ("Zanzibar in March." in page.text, "Seen before" in page.text) == (shows, shows)
    assert "A visitor took photographs in the hall." in page.text
