"""The registers of five real settings: whole, nameless, a bearable year, and honest about each clause."""

import json
import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest
from looped import each

from bot.accounts import requests
from bot.accounts import service as account_service
from bot.cases import service as case_service
from bot.cases.model import CATEGORIES
from bot.cli.documents import NOT_DONE, count, read
from bot.cli.register import trial_store
from bot.core.errors import BadInput
from bot.forecast.simulate import simulate
from bot.logbook import service as logbook_service
from bot.logbook.model import KINDS as LOG_KINDS
from bot.planning.duties import duties
from bot.planning.events import INDUCTION, OF_CASES, never_asked, waiting
from bot.planning.store import bank_holidays, load_snapshot
from bot.register.convert import to_domain
from bot.register.load import load
from bot.reports import service as report_service
from bot.requests import service as request_service
from bot.rules.cadence import Always, OnEvent
from bot.rules.calendar import Calendar
from bot.rules.case_rules import asked_of, rules_for
from bot.rules.duties import State
from bot.rules.evidence import Event
from bot.rules.obligations import Kind, Source
from bot.rules.people import ALIASES

SETTINGS = ("hildenborough", "st-james", "higham", "rainbow", "weald")
FIRST, LAST = date(2026, 9, 1), date(2026, 11, 20)
# What a case keeps, the step that writes it, and the obligation it carries out; empty: the case alone does.
KEPT_IN_A_CASE = {
    "case:triage": ("", case_service.move),
    "case:investigation": ("", case_service.decide),
    "case:debrief": ("", case_service.say_debrief),
    "case:advice": ("", case_service.advise),
    "case:clock": ("", case_service.clock_done),
    "case:views": ("rules", case_service.open_case),
    "case:told": ("search-log", report_service.receive),
    "case:police": ("", case_service.answer),
    "case:parents": ("", case_service.answer),
    "case:exam-body": ("", case_service.answer),
    "case:governors": ("", case_service.answer),
    "case:tasks": ("action-plan", case_service.add_task),
}
# What the signed-in pages keep of an event, the step that writes it, and the obligations it carries out.
KEPT_ON_A_PAGE = {
    "page:requests": ({"permissions", "approvals"}, request_service.ask),
    "page:declarations": ({"relationships"}, request_service.confirm),
    "page:accounts": ({"accounts-content", "consents", "approvals"}, account_service.post),
    "page:new-account": ({"approvals"}, requests.ask),
} | {f"log:{one.key}": (set(one.obligations), logbook_service.write) for one in LOG_KINDS.values()}
SAID_TO_PEOPLE = {"rules", "account-agreement", "training", "induction", "pta-statement"} | {
    f"read-{key}"
    for key in ("acceptable-use", "child-protection", "code-of-conduct", "online-safety", "whistleblowing")
}


def snapshot_of(register, people, on):
    """What the planner would know if this register and these people were applied on that day."""
    with trial_store(register, people, on).reading() as conn:
        return load_snapshot(conn, on)


@pytest.fixture(scope="session")
def examples(root):
    return root / "deploy" / "examples"


@pytest.fixture(scope="session")
def registers(examples):
    """The five registers by their setting's key."""
    return {name: to_domain(load(examples / f"{name}.yaml")) for name in SETTINGS}


@pytest.fixture(scope="session")
def covered(examples):
    return read(examples / "coverage.csv")


@pytest.fixture(scope="session")
def clauses(shared):
    """Every clause of the five policies by its id."""
    given = json.loads((shared / "policies" / "clauses.json").read_text(encoding="utf-8"))
    return {clause["id"]: clause for listed in given.values() for clause in listed}


@pytest.fixture(scope="session", params=SETTINGS)
def autumn(request, examples):
    """One setting's autumn in which nobody ever answers: its snapshot and the plan of each day."""
    people = "people-pre-school.csv" if request.param == "rainbow" else "people.csv"
    snapshot = snapshot_of(examples / f"{request.param}.yaml", examples / people, FIRST)
    return snapshot, list(simulate(snapshot, FIRST, LAST))


def the_notices(days):
    return [(day.on, notice) for day in days for notice in day.notices]


@pytest.mark.parametrize("name", SETTINGS)
def test_a_register_has_what_a_setting_needs(registers, name):
    register = registers[name]
    assert register.school.key == name
    assert register.terms
    assert register.bodies
    assert {one.kind for one in register.obligations} >= {Kind.ACKNOWLEDGE, Kind.REVIEW, Kind.CHECK}
    assert "concern-about-head" in {route.category for route in register.routes}
    assert all("head" not in route.to for route in register.routes if route.category == "concern-about-head")


def test_every_rule_that_waits_for_something_asks_a_person_when_it_happens(autumn):
    snapshot, _ = autumn
    (school,) = snapshot.schools
    happened_on = FIRST + timedelta(days=14)
    unasked = {}
    for name, rules in waiting(snapshot.obligations).items():
        happened = replace(snapshot, events=(Event("it", school, name, happened_on),))
        found = {
            one.obligation.key for one in duties(happened, happened_on) if one.cycle.endswith("event:it")
        }
        unasked[name] = {one.key for one in rules} - found
    assert [(name, some) for name, some in unasked.items() if some] == []


def test_no_rule_waits_for_an_event_that_nothing_writes(registers):
    waits = {name: waiting(register.obligations) for name, register in registers.items()}
    assert all(waits.values())
    assert [one.key for register in registers.values() for one in never_asked(register.obligations)] == []
    assert [name for names in waits.values() for name in names if name in OF_CASES] == []


def test_no_one_is_late_on_the_first_day_of_a_school_that_starts_in_november(autumn):
    """Only a date that a document prints has passed; nobody was ever asked for anything."""
    snapshot, _ = autumn
    owed = duties(snapshot, date(2026, 11, 23))
    personal = [one for one in owed if one.obligation.kind is not Kind.REVIEW]
    assert len(personal) > len(snapshot.people)
    assert [one for one in personal if one.state is State.OVERDUE] == []


@pytest.mark.parametrize("name", SETTINGS)
def test_every_rule_cites_its_clause_or_says_it_is_a_choice(registers, name):
    for one in each(registers[name].obligations):
        if one.source.policy is None:
            assert one.source.cites() == Source().cites()
            continue
        assert re.fullmatch(r"(L\d+(-\d+)?(, )?)+", one.source.clause or "L1"), one.key
        assert one.source.clause or not one.source.stated, one.key


def test_no_example_names_a_person_of_the_real_policies(examples, shared):
    names = real_names(shared)
    assert len(names) > 8
    for path in examples.iterdir():
        text = path.read_text(encoding="utf-8")
        assert [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)] == [], path.name


def real_names(shared):
    """Every name of a person that the expected readings and clauses hold, whole and by its last word."""
    expected = json.loads((shared / "policies" / "expected.json").read_text(encoding="utf-8"))
    found = set()
    fields = ("owner", "dsl", "deputy_dsl", "headteacher", "lead_governors")
    for reading in expected if isinstance(expected, list) else expected.values():
        for field in fields:
            said = reading.get(field)
            for one in said if isinstance(said, list) else [said]:
                found |= set(re.findall(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b", str(one)))
    people = {name for name in found if not re.search(r"School|Head|Governor|Lead|Body|Primary", name)}
    return people | {name.split()[-1] for name in people}


def test_examples_quote_no_sentence_of_a_policy(examples, clauses):
    quotes = [clause["quote"] for clause in clauses.values() if len(clause["quote"].split()) >= 8]
    for path in each(examples.iterdir()):
        text = " ".join(path.read_text(encoding="utf-8").split())
        assert [quote for quote in quotes if quote in text] == [], path.name


def test_addresses_are_placeholders(examples):
    for path in each(examples.iterdir()):
        addresses = re.findall(r"[\w.+-]+@[\w.-]+", path.read_text(encoding="utf-8"))
        assert all(address.endswith("@example.org") for address in addresses), path.name


def test_every_clause_is_in_the_table_once(covered, clauses):
    assert Counter(row.id for row in covered) == Counter(dict.fromkeys(clauses, 1))
    assert all(row.kind == clauses[row.id]["kind"] for row in covered)


def test_what_a_row_names_is_in_that_settings_register(covered, registers):
    for row in each(covered):
        register = registers[row.school]
        known = {one.key for one in register.obligations}
        known |= {f"route:{route.category}" for route in register.routes}
        known |= KEPT_IN_A_CASE.keys() | KEPT_ON_A_PAGE.keys()
        assert row.status == "outside" or row.handled_by, row.id
        assert set(row.handled_by) <= known, row.id


def test_what_is_done_now_is_on_the_calendar_or_kept_in_a_case(covered, registers):
    """An event is no obligation anybody is asked for by itself: a case has to record it."""
    for row in each(row for row in covered if row.status not in NOT_DONE):
        obligations = {one.key: one for one in registers[row.school].obligations if one.active}
        in_a_case = {KEPT_IN_A_CASE[key][0] for key in row.handled_by if key in KEPT_IN_A_CASE}
        for key in KEPT_ON_A_PAGE.keys() & set(row.handled_by):
            in_a_case |= KEPT_ON_A_PAGE[key][0]
        for key in (key for key in row.handled_by if ":" not in key and key not in in_a_case):
            cadences = obligations[key].cadence
            assert any(
                not isinstance(one, OnEvent | Always)
                or (isinstance(one, OnEvent) and one.event in INDUCTION.names)
                for one in cadences
            ), (row.id, key)


def test_what_a_page_keeps_is_named_with_an_obligation(covered):
    named = [(row, key) for row in covered for key in row.handled_by if key.startswith(("page:", "log:"))]
    assert {key for _, key in named} == KEPT_ON_A_PAGE.keys()
    for row, key in named:
        assert row.status not in NOT_DONE, row.id
        assert KEPT_ON_A_PAGE[key][0] & set(row.handled_by), row.id


def test_what_a_case_keeps_is_named_with_its_obligation(covered):
    named = {key for row in covered for key in row.handled_by if key.startswith("case:")}
    assert named == KEPT_IN_A_CASE.keys()
    for row in covered:
        for key in row.handled_by:
            if key in KEPT_IN_A_CASE:
                assert row.status not in NOT_DONE, row.id
                assert KEPT_IN_A_CASE[key][0] in ("", *row.handled_by), row.id


def test_a_route_done_now_leads_to_a_person_and_is_kept_in_a_case(covered, registers):
    for row in each(row for row in covered if row.status not in NOT_DONE):
        routes = {f"route:{route.category}": route for route in registers[row.school].routes}
        for key in (key for key in row.handled_by if key.startswith("route:")):
            assert routes[key].to, (row.id, key)
            assert set(row.handled_by) & {"case:triage", "case:clock", "case:told"}, row.id


def test_a_clause_about_the_lado_runs_a_clock_of_one_working_day(covered, registers):
    for row in each(row for row in covered if "case:clock" in row.handled_by):
        routes = {route.category: route for route in registers[row.school].routes}
        rules = rules_for("allegation", routes["allegation"].clocks, personal_data=False)
        assert any((rule.within.count, rule.within.unit) == (1, "working days") for rule in rules), row.id


# What a clause is about, and so which reports ask the question it wants answered.
ASKED_OF = {
    "case:police": (
        "allegation",
        "concern-about-head",
        "pupil-device",
        "online-conduct",
        "images-and-consent",
    ),
    "case:parents": ("pupil-device", "online-conduct"),
    "case:exam-body": ("pupil-device",),
    "case:governors": tuple(CATEGORIES),
    "case:tasks": ("filtering", "other", "official-accounts"),
}


def test_a_case_that_a_person_must_be_told_of_is_asked_whether_they_are(covered, registers):
    rows = [(row, key) for row in covered for key in row.handled_by if key in ASKED_OF]
    assert {key for _, key in rows} == ASKED_OF.keys()
    for row, key in rows:
        routes = {route.category: route for route in registers[row.school].routes}
        question = "action" if key == "case:tasks" else key.removeprefix("case:")
        for category in ASKED_OF[key]:
            added = routes[category].asks if category in routes else ()
            assert question in asked_of(category, added, personal_data=False), (row.id, category)


WHOLE_KINDS = ("BRCH", "INV", "RPT", "LADO", "POL", "EXT", "CMP", "CONF")


def test_every_clause_about_breaches_and_what_follows_is_done_now(covered):
    kinds = [row for row in covered if set(re.findall(r"[A-Z]+", row.kind)) & set(WHOLE_KINDS)]
    assert len(kinds) == 82
    assert [row.id for row in kinds if row.status in NOT_DONE] == []


PEOPLE_KINDS = (
    "ACK TRN IND AUP RSK CON CRED 2ND LOCK WIPE VIS PERM REL ROLE ACC DEV SRCH INFO ACT EDU MON FILT".split()
)


@pytest.mark.parametrize("kind", PEOPLE_KINDS)
def test_every_clause_that_people_live_with_is_done_now(covered, kind):
    kinds = [row for row in covered if kind in re.findall(r"[A-Z0-9]+", row.kind)]
    assert kinds, "no clause has this kind"
    assert [row.id for row in kinds if row.status == "later"] == []


def test_nothing_is_left_for_later(covered):
    assert [row.id for row in covered if row.status == "later"] == []


def test_a_clause_that_asks_for_something_each_time_is_not_done_by_a_yearly_check(covered, clauses):
    """Stated "before each", "per", "daily": only what people themselves confirm may claim it now."""
    for row in each(row for row in covered if row.status not in NOT_DONE):
        stated = clauses[row.id]["cadence"]
        if re.match(r"E: (before|each [a-rt-z]|per |whenever|daily|every session|each time)", stated):
            done = (
                SAID_TO_PEOPLE
                | {"consultation", "device-storage"}
                | KEPT_IN_A_CASE.keys()
                | KEPT_ON_A_PAGE.keys()
            )
            assert set(row.handled_by) & done, (
                row.id,
                stated,
            )


def test_rules_cite_the_lines_of_the_clauses_they_carry_out(covered, clauses, registers):
    """An obligation that a row names cites the policy, and one of them a line the clause stands on."""
    for row in each(row for row in covered if row.status not in NOT_DONE):
        lines = {int(n) for n in re.findall(r"L(\d+)", clauses[row.id]["where"])}
        cited = set()
        for one in registers[row.school].obligations:
            if one.key in row.handled_by:
                for first, last in re.findall(r"L(\d+)(?:-(\d+))?", one.source.clause or ""):
                    cited |= set(range(int(first), int(last or first) + 1))
        if any(":" not in key for key in row.handled_by):
            assert lines & cited, (row.id, lines, cited)


def test_the_count_is_the_one_printed(covered, examples):
    figures = count(examples / "coverage.csv")
    assert figures.clauses == len(covered) == 289
    done = figures.does + figures.records + figures.asks + figures.says
    assert done + sum(figures.later.values()) + figures.outside == 289
    assert str(figures).startswith(f"289 clauses: {figures.does} does, ")


NO_ITEMS_NEEDED = {
    "account-agreement",
    "accounts-content",
    "approvals",
    "permissions",
    "relationships",
    "search-log",
    "training",
}


def test_a_clause_that_records_is_kept_by_a_page_or_answered_item_by_item(examples, covered, registers):
    """A title with a tick and an optional note is no record, whatever the table says."""
    with_items = {
        (name, one.key) for name, register in registers.items() for one in register.obligations if one.items
    }
    bare = [
        row.id
        for row in covered
        if row.status == "records"
        and not any(
            part.startswith(("page:", "log:", "case:", "read-"))
            or part in NO_ITEMS_NEEDED
            or (row.school, part) in with_items
            for part in row.handled_by
        )
    ]
    assert count(examples / "coverage.csv").records > 0
    assert bare == []


WRONG_TABLES = [
    ("id,setting\n", "does not have the columns"),
    ("id,setting,kind,handled_by,status,note\nX-1,a,REV,review,soon,\n", "is not a status"),
    ("id,setting,kind,handled_by,status,note\nX-1,a,REV,review,later,\n", "note: is empty"),
    ("id,setting,kind,handled_by,status,note\nX-1,a,REV,,does,\n", "handled_by: is empty"),
]


@pytest.mark.parametrize(("text", "wrong"), WRONG_TABLES)
def test_a_wrong_table_is_refused_with_its_line(tmp_path, text, wrong):
    path = tmp_path / "coverage.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=wrong):
        read(path)


def test_a_table_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        read(tmp_path / "none.csv")


def test_no_one_is_written_to_more_than_three_times_a_week_or_twice_a_day(autumn):
    _, days = autumn
    weeks = Counter((notice.person, *on.isocalendar()[:2]) for on, notice in the_notices(days))
    assert max(weeks.values()) <= 3
    assert max(Counter((notice.person, on) for on, notice in the_notices(days)).values()) == 1


def test_no_one_is_written_to_in_holidays(autumn):
    snapshot, days = autumn
    (calendar,) = snapshot.calendars.values()
    assert isinstance(calendar, Calendar)
    half_term = {date(2026, 10, 26) + timedelta(days=number) for number in range(5)}
    told_on = {on for on, _ in the_notices(days)}
    assert all(calendar.is_staff_day(on) for on in told_on)
    assert not told_on & (half_term | bank_holidays(2026))


def test_nothing_is_said_twice(autumn):
    _, days = autumn
    told = Counter(item.key() for _, notice in the_notices(days) for item in notice.items)
    assert set(told.values()) == {1}


def test_every_duty_comes_to_an_end(autumn):
    """No duty is spoken of more than five times, nor longer than a term."""
    _, days = autumn
    spoken = defaultdict(list)
    for on, notice in the_notices(days):
        for item in notice.items:
            school, obligation, about, cycle, _ = item.key()
            spoken[school, obligation, about, cycle].append(on)
    assert max(map(len, spoken.values())) <= 5
    assert max(on[-1] - on[0] for on in spoken.values()) <= timedelta(days=75)


def test_everybody_with_duties_hears_of_them_in_the_first_week(autumn):
    snapshot, days = autumn
    first_week = {notice.person for on, notice in the_notices(days) if on <= date(2026, 9, 4)}
    (school,) = snapshot.schools.values()
    staff = {
        key
        for key, person in snapshot.people.items()
        if any(one.roles & school.staff_means for one in person.memberships)
    }
    assert staff <= first_week


def test_a_person_who_answers_is_left_alone(examples):
    snapshot = snapshot_of(examples / "higham.yaml", examples / "people.csv", FIRST)
    days = simulate(snapshot, FIRST, date(2026, 10, 22), lambda _item: True)
    asked = Counter(notice.person for _, notice in the_notices(days))
    assert asked["ta1@example.org"] == 1
    assert max(asked.values()) <= 12


@pytest.mark.parametrize(("name", "category"), [("st-james", "staff-devices"), ("rainbow", "staff-devices")])
def test_a_complaint_about_staff_goes_to_the_head_where_the_policy_says_so(registers, name, category):
    route = next(one for one in registers[name].routes if one.category == category)
    assert ALIASES.get(route.to[0], route.to[0]) == "headteacher"


def test_a_head_who_is_to_hear_of_online_safety_concerns_takes_each_or_is_told(registers):
    concerns = ("images-and-consent", "online-conduct", "filtering", "pupil-device")
    routes = [one for one in registers["st-james"].routes if one.category in concerns]
    assert len(routes) == len(concerns)
    assert [one.category for one in routes if "head" not in (one.to[0], *one.tell)] == []
