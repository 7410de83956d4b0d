"""Who may see a case, through every address there is: each role, however it stands to the case.

Whoever may not see a case gets, byte for byte, what they would get if there were none.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.actions.case_pen import at_work
from bot.links import Link
from bot.store import people
from bot.web.casesteps import STEPS

MORNING = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
HERE, OTHER, ABSENT = "merriwell-green", "hill-top", "0000-0000"
ROLES = {
    "headteacher": "hd",
    "dsl": "dh",
    "deputy-dsl": "ey",
    "chair": "gc",
    "vice-chair": "gv",
    "safeguarding-governor": "gs",
    "governor": "g4",
    "parent-governor": "g5",
    "clerk": "cl",
    "business-manager": "sb",
    "office": "of",
    "dpo": "sen",
    "teacher": "y1",
    "teaching-assistant": "ta1",
    "site-manager": "st",
    "it-technician": "it",
    "volunteer": "vo",
}
RELATIONS = ("named", "named and given", "assignee", "watcher", "none", "other setting", "left")
# Each form is tried where whoever asks is named or simply not asked; elsewhere a few stand for all.
EVERY_STEP = {("visitor", "named"), ("visitor", "none")}
FEW = ("note", "move", "assign")
# Which roles see a case nobody gave them, written down here and not asked of the code under test.
BY_ROLE = {
    "visitor": {"headteacher", "dsl", "deputy-dsl"},
    "data-breach": {"headteacher", "dsl", "deputy-dsl", "dpo"},
    "concern-about-head": {"chair"},
}
OPENER = {"visitor": "dh", "data-breach": "dh", "concern-about-head": "gc"}
STANDS_IN = {"visitor": "hd", "data-breach": "hd", "concern-about-head": "gv"}
LISTS = ("", "/list.csv", "?q={number}", "?state=open&sort=received", "/list.csv?q={number}")


def may(category, role, relation):
    """Say what the answer has to be."""
    if relation in {"assignee", "watcher"}:
        # A concern about the head names the head, whoever gave it to them.
        return not (category == "concern-about-head" and role == "headteacher")
    return relation == "none" and role in BY_ROLE[category]


def relate(school, number, opener, person, relation):
    """Make somebody stand so to the case, whoever else did before."""
    with at_work(school.services, HERE, number, opener, school.clock()) as pen:
        always = (
            set(pen.file.sheet.named) & {"hd"} if pen.file.stored.category == "concern-about-head" else set()
        )
        named = always | ({person} if relation.startswith("named") else set())
        given = person if relation in {"assignee", "named and given", "left"} else None
        pen.move(assignee=given)
        watching = {opener} | ({person} if relation in {"watcher", "named and given"} else set())
        pen.change(named=tuple(sorted(named)), watchers=tuple(sorted(watching - named)))


def answer(client, method, address, **given):
    got = client.request(method, address, **given)
    kept = {name: value for name, value in got.headers.items() if name not in {"date", "server"}}
    return got.status_code, kept, got.content


def one_case(client, school, address, number, steps):
    """Everything an address of one case answers: its page, and its forms."""
    yield answer(client, "GET", f"{address}/{number}")
    yield answer(client, "HEAD", f"{address}/{number}")
    for step in steps:
        school.clock.turn(seconds=20)
        seal = school.seal(address.rpartition("/")[2], number)
        typed = {"seal": seal, "words": "Slipped in", "who": "hd", "to": "triaged", "on": "2026-12-01"}
        yield answer(client, "POST", f"{address}/{number}/{step}", data=typed)


def lists(client, school, address, person, number):
    """Everything that gathers cases: the list, its file, search, counts, and the status page."""
    for one in LISTS:
        yield answer(client, "GET", address + one.format(number=number))
    yield answer(client, "GET", school.status(person))


@pytest.fixture
def elsewhere(served, register):
    """Give a person a twin who works at another school, and the data officer's role to somebody."""
    served.change_person("sen", roles=frozenset({"staff", "dpo"}))
    there = register.with_name("there.yaml")
    there.write_text(register.read_text().replace(HERE, OTHER))
    served.apply(there)

    def twin(person):
        with served.store.writing() as conn:
            known = people.roster(conn, HERE)[person]
            there = replace(known.membership(HERE), setting=OTHER)
            made = replace(
                known, key=f"{person}-there", email=f"{person}@there.example", memberships=(there,)
            )
            people.save_people(conn, [made], served.clock())

    return twin


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("category", BY_ROLE)
def test_every_relation_sees_what_it_may_and_else_nothing(served, client, case_of, elsewhere, category, role):
    person, address = ROLES[role], served.cases(ROLES[role])
    opener = next(one for one in (OPENER[category], STANDS_IN[category]) if one != person)
    without = list(lists(client, served, address, person, ABSENT))
    number = case_of(category=category, about="Somebody")
    if opener != OPENER[category]:
        let_in(served, number, OPENER[category], opener)
    for relation in RELATIONS:
        served.clock.at = MORNING
        relate(served, number, opener, person, relation)
        at, found = address, without
        tried = (*STEPS, "no-such-step") if (category, relation) in EVERY_STEP else FEW
        if relation == "other setting":
            elsewhere(person)
            link = Link("cases", OTHER, f"{person}-there")
            at, found = f"{served.address}/cases/{served.services.links.make(link, MORNING)}", None
        if relation == "left":
            served.change_person(person, leaves_on=date(2026, 11, 20))
            found = None
        if may(category, role, relation):
            sees(client, at, number)
        else:
            is_blind(client, served, at, person=person, number=number, steps=tried, without=found)


def let_in(school, number, opener, other):
    with at_work(school.services, HERE, number, opener, school.clock()) as pen:
        pen.change(watchers=(other,))


def sees(client, address, number):
    for one in LISTS:
        assert number in client.get(address + one.format(number=number)).text
    assert "1 case is open" in client.get(address).text
    page = client.get(f"{address}/{number}")
    assert page.status_code == 200
    assert "In the hall, on Friday." in page.text


def is_blind(client, school, address, *, person, number, steps, without):
    there = list(one_case(client, school, address, number, steps))
    school.clock.at = MORNING
    assert there == list(one_case(client, school, address, ABSENT, steps))
    assert {status for status, *_ in there} == {404}
    school.clock.at = MORNING
    after = [strip(one, number) for one in lists(client, school, address, person, number)]
    absent = without or list(lists(client, school, address, person, ABSENT))
    assert after == [strip(one, ABSENT) for one in absent]


def strip(one, number):
    """Leave out what the reader themselves asked for: the number in the search box."""
    status, headers, body = one
    return status, headers, body.replace(number.encode(), b"")
