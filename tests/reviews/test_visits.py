"""Two visits: the script and draft report of a governor, and the checks of the IT technician."""

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from menus import menu_pages

from bot.bootstrap.web_app import create_app
from bot.records import people as record_people
from bot.reviews import visit_words
from bot.rules.duties import State

SCHOOL = "merriwell-green"
VISIT, CHECKS = "/governors/visit", "/it"
NOTE = "Tablet 3 and Ravi's laptop: all four blocked."
TESTING = """  - key: filtering-test
    kind: check
    title: Test of filtering on each sort of device
    who: role:it
    when: each term
    statement: Filtering was tested on each sort of device.
    source: {policy: child-protection, clause: "4.1", stated: false}

"""


def soup(answer):
    assert answer.status_code == 200, (answer.status_code, answer.text)
    return BeautifulSoup(answer.text, "html.parser")


def words(found):
    return " ".join(found.get_text(" ").split())


def section(page, heading):
    return next(one for one in page("section") if one.h2 and words(one.h2) == heading)


@pytest.fixture
def tested(served, written_school, tmp_path):
    """The sample school, which asks the IT technician to test the filter by December."""
    register = tmp_path / "school" / "register.yaml"
    text = register.read_text(encoding="utf-8")
    before, mark, after = text.partition("  - key: guidance-watch\n")
    if "filtering-test" not in text:
        register.write_text(before + TESTING + mark + after, encoding="utf-8")
        served.apply(register)
    served.clock.turn(days=14)
    return served


def record(client, button, note):
    """Answer a check as a browser would, from the page its button leads to."""
    page = soup(client.get(button["href"]))
    form = page.find("form", action=button["href"])
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    return client.post(form["action"], data=hidden | {"outcome": "done", "note": note, "leave_empty": ""})


@pytest.mark.parametrize(
    ("path", "opens", "shut"),
    [
        (VISIT, ("gs", "gc", "hd", "dh"), ("g4", "g5", "cl", "of", "y1", "it")),
        (CHECKS, ("it", "hd", "dh", "ey", "of", "sb"), ("gs", "gc", "cl", "y1", "ta1")),
    ],
)
def test_each_page_is_for_its_own_people_and_looking_writes_nothing(member, served, path, opens, shut):
    before = served.written()
    for person in opens:
        assert member(person).get(path).status_code == 200, person
    for person in shut:
        assert member(person).get(path).status_code == 403, person
    assert served.written() == before


@pytest.mark.parametrize("role", ["online-safety-governor", "lead-governor", "committee-lead"])
def test_a_person_who_leads_under_another_name_opens_it_too(served, member, role):
    served.change_person("g4", roles=frozenset({"governor", role}))
    page = soup(member("g4").get(VISIT))
    assert "2 people lead on this. Agree who visits and who reports" in words(page)


def test_each_question_stands_beside_what_the_record_says_and_the_clause_that_promises_it(served, member):
    page = soup(member("gs").get(VISIT))
    learnt = words(section(page, "Reading and training"))
    assert "What do you do?" in learnt
    assert "Social Media Policy: 0 of 29 done, we hold no record for 28, 1 still in time." in learnt
    assert "Promised every 24 months: Child Protection and Safeguarding Policy 3.3." in learnt
    accounts = words(section(page, "Agreements and official accounts"))
    assert "2 official accounts: we hold an agreement in force for 0 of 3 holders." in accounts
    filtering = words(section(page, "Filtering and monitoring"))
    assert "Review of filtering and monitoring: we hold no record that it was done" in filtering
    assert "Promised every 12 months: Child Protection and Safeguarding Policy 4.1." in filtering
    others = words(section(page, "Other checks and reports"))
    assert "1 more promise for when something happens." in others


def test_the_report_has_the_same_numbers_and_says_what_it_does_not_know(served, member):
    page = soup(member("gs").get(VISIT))
    draft = page.find("pre").get_text()
    shown = [words(one) for one in page.select(".beside .said li") if not one.find_parent(class_="asks")]
    lines = [line.removeprefix("- ") for line in draft.splitlines() if line.startswith("- ")]
    assert len(lines) > 10
    assert [line for line in lines if not any(line in one for one in shown)] == []
    assert "- Review of filtering and monitoring: we hold no record that it was done" in draft
    assert draft.count("Seen and heard:") == 6


def test_each_topic_is_folded_under_a_line_that_says_how_it_stands(served, member):
    page = soup(member("gs").get(VISIT))
    lines = {words(one.h2): words(one) for one in page.select("details.topic > summary")}
    assert "5 promises: 5 without a full record." in lines["Reading and training"]
    assert "Numbers only, and none under five." in lines["Reports and concerns this school year"]
    assert list(lines)[-1] == "Draft visit report"
    titles = [words(one.h2) for one in page("section") if one.h2]
    assert titles[:2] == ["Your tasks as visiting governor", "Questions to ask today"]
    assert page.select(f"details #{page.find('a', href='#draft')['href'][1:]}")


def test_a_line_tells_what_is_late_apart_from_what_is_unknown():
    def rule(*states):
        return SimpleNamespace(counts=Counter(states))

    late, unknown, kept = rule(State.OVERDUE, State.DONE), rule(State.NO_RECORD), rule(State.DONE)
    said = "3 promises: 1 past the date and 1 without a full record."
    assert visit_words.gist([late, unknown, kept]) == said
    assert visit_words.gist([kept]) == "1 promise: nothing late, nothing unknown."
    assert visit_words.gist([]) == "No rule asks for this."


def test_the_visitor_goes_on_to_where_the_visit_is_recorded_and_others_are_told_who_does(served, member):
    asked = section(soup(member("gs").get(VISIT)), "Your tasks as visiting governor")
    links = [one["href"] for one in asked("a")]
    assert any(one.startswith("/me/duty/governor-report/") for one in links)
    assert all(member("gs").get(one).status_code == 200 for one in links)
    chair = section(soup(member("gc").get(VISIT)), "Your tasks as visiting governor")
    assert not chair("a")
    assert "The person asked records it among their own tasks." in words(chair)


def test_where_no_one_leads_and_nothing_is_asked_it_says_so(served, member):
    served.change_person("gs", roles=frozenset({"governor"}))
    asked = words(section(soup(member("gc").get(VISIT)), "Your tasks as visiting governor"))
    assert "Nobody leads on safeguarding or online safety for the governors." in asked
    assert "No rule asks for a visit or a report." in asked


def test_once_recorded_it_is_told_by_role_and_no_one_is_named(served, member):
    client = member("gs")
    asked = section(soup(client.get(VISIT)), "Your tasks as visiting governor")
    review = next(one for one in asked("a") if "filtering-review" in one["href"])
    assert record(client, review, "Seen with the head.").status_code in {200, 303}
    page = soup(member("gc").get(VISIT))
    said = words(section(page, "Filtering and monitoring"))
    assert "last recorded on Monday 23 November 2026, by the safeguarding governor" in said
    with served.store.reading() as conn:
        names = [one.name for one in record_people.roster(conn, SCHOOL).values()]
    shown = words(page.main) + page.find("pre").get_text()
    assert [name for name in names if name in shown] == []


@pytest.mark.parametrize(("sent", "said"), [(0, None), (4, None), (5, "A visitor's phone or conduct: 5.")])
def test_cases_are_counted_by_kind_and_no_small_number_is_told(served, case_of, member, sent, said):
    for _ in range(sent):
        case_of(category="visitor")
    told = words(section(soup(member("gs").get(VISIT)), "Reports and concerns this school year"))
    assert ("Fewer than 5 of each kind." in told) == (said is None)
    assert said is None or (said in told and "Fewer than 5 of every other kind." in told)


def test_a_case_about_the_visitor_is_in_no_number(served, case_of, member):
    for _ in range(5):
        case_of(category="visitor", about="Fiona Baptiste")
    for person in ("gs", "gc"):
        told = words(section(soup(member(person).get(VISIT)), "Reports and concerns this school year"))
        assert "Fewer than 5 of each kind." in told


def test_without_the_key_the_cases_are_not_counted_and_the_page_says_so(served, member, stage):
    stage.app = create_app(replace(served.services, case_keys=None))
    page = soup(member("gs").get(VISIT))
    assert "We cannot count the reports on this machine now. Ask the headteacher" in words(page)


def test_the_way_to_each_page_is_in_a_menu_of_those_who_may_open_it(served, member):
    opens = {key: menu_pages(member(key)) for key in ("gs", "hd", "g4", "it", "ey", "of", "y1")}
    assert {key for key, pages in opens.items() if VISIT in pages} == {"gs", "hd"}
    assert {key for key, pages in opens.items() if CHECKS in pages} == {"hd", "it", "ey", "of"}


def test_a_technician_sees_what_is_due_tests_it_and_records_the_result_as_evidence(tested, member):
    client = member("it")
    page = soup(client.get(CHECKS))
    assert words(page.h1).endswith("1 check to do")
    button = section(page, "Your checks").find("a", class_="button")
    duty = soup(client.get(button["href"]))
    assert "what was blocked, what was not, what you put right" in words(duty)
    assert record(client, button, NOTE).status_code in {200, 303}
    (kept,) = tested.kept("it", "filtering-test")
    assert (kept.words, kept.outcome) == (NOTE, "done")
    after = soup(client.get(CHECKS))
    assert "No check is open" in words(after.h1)
    done = section(after, "Recorded")
    assert NOTE in words(done)
    assert client.get(done.a["href"]).status_code == 200


def test_a_person_who_leads_reads_the_result_and_cannot_answer_for_the_technician(tested, member):
    before = soup(member("dh").get(CHECKS))
    assert "Test of filtering on each sort of device" in words(section(before, "Ravi Menon"))
    assert not section(before, "Ravi Menon").find("a", class_="button")
    client = member("it")
    record(client, section(soup(client.get(CHECKS)), "Your checks").find("a", class_="button"), NOTE)
    page = soup(member("dh").get(CHECKS))
    said = words(section(page, "Filtering: test it and keep the result"))
    assert "Last recorded on Monday 7 December 2026, by the person who looks after computers." in said
    assert f"“{NOTE}”" in said
    assert NOTE in words(section(page, "Recorded by Ravi Menon"))


def test_test_pages_are_linked_and_nothing_of_them_is_fetched(served, member):
    page = soup(member("it").get(CHECKS))
    outside = [one for one in page("a") if one["href"].startswith("http")]
    assert "https://testfiltering.com/" in {one["href"] for one in outside}
    assert {tuple(one["rel"]) for one in outside} == {("noreferrer", "noopener")}
    fetched = [one.get("src") or one.get("href") for one in page(["img", "script", "iframe", "link"])]
    assert [one for one in fetched if one.startswith("http")] == []


def test_what_others_are_asked_about_filtering_is_told_by_role(served, member):
    said = words(section(soup(member("it").get(CHECKS)), "Filtering: test it and keep the result"))
    assert "We hold no record that it was done." in said
    assert "Asked of the headteacher and the safeguarding governor." in said


def test_where_no_one_looks_after_computers_the_page_says_what_to_do(served, member):
    served.change_person("it", roles=frozenset({"staff"}))
    assert "The office gives somebody the role “it”" in words(soup(member("of").get(CHECKS)))
    assert member("it").get(CHECKS).status_code == 403


@pytest.mark.parametrize("role", ["it", "technician", "it-technician", "ict-technician"])
def test_a_technician_is_known_by_any_usual_name_of_the_role(served, member, role):
    served.change_person("it", roles=frozenset({"contractor", role}))
    assert "Your checks" in words(soup(member("it").get(CHECKS)))


def test_what_is_asked_because_something_happened_is_not_told_so_that_no_one_learns_that_it_did(
    served, member
):
    client = member("hd")
    seal = served.seal_of(client)
    happened = {"event": "guidance-changed", "on": "2026-11-20", "note": "New", "then": "record"}
    assert client.post("/office/happened", data=happened | {"seal": seal}).status_code == 303
    assert served.cycle("dh", "guidance-watch")
    page = soup(member("gs").get(VISIT))
    record = [words(one) for one in page.select(".beside .said li")]
    assert [one for one in record if "Do our policies still fit" in one] == []
    assert "Do our policies still fit" not in page.find("pre").get_text()
