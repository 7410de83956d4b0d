"""When each rule reminds: seen in words, changed by the office, and told in the ledger."""

import pytest
from bs4 import BeautifulSoup

from bot.records import ledger
from bot.records import register as record_register
from bot.rules.reminder_ladder import GENTLE

SETTING = "merriwell-green"
HERE = "/office/reminders"


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def save(client, served, **typed):
    return client.post(HERE, data={"seal": served.seal_of(client), "rule": "read-mobile"} | typed)


def ladders(served):
    with served.store.reading() as conn:
        register = record_register.load_register(conn, SETTING)
    return {one.key: one.ladder for one in register.obligations}


def ladder(served):
    return ladders(served)["read-mobile"]


def test_every_rule_is_listed_with_its_reminders_in_words(member, served):
    said = words(member("of").get(HERE))
    with served.store.reading() as conn:
        register = record_register.load_register(conn, SETTING)
    assert all(one.title in said for one in register.obligations if one.active)
    assert "10 school days after the line manager is told" in said


def test_the_office_makes_reminders_gentle_and_the_ledger_knows(member, served):
    client, before = member("of"), ladders(served)
    assert 'name="pace"' not in client.get(HERE).text
    assert 'name="pace"' in client.get(f"{HERE}?rule=read-mobile").text
    assert save(client, served, pace="gentle").status_code == 303
    assert before["read-mobile"] != GENTLE
    assert ladders(served) == before | {"read-mobile": GENTLE}
    with served.store.reading() as conn:
        (latest,) = [one for _, one in ledger.entries(conn, limit=1)]
    assert latest.actor == "person:of"


def test_a_school_writes_its_own_steps(member, served):
    client = member("of")
    saved = save(client, served, pace="own", steps="at opening; on due; 4 after due; 8 after due to head")
    assert saved.status_code == 303
    assert [(one.offset, one.to) for one in ladder(served).steps][-2:] == [(4, "person"), (8, "head")]
    said = words(client.get(f"{HERE}?rule=read-mobile"))
    assert (
        "Our own steps: When it is asked; on the day; 4 school days after; 8 school days after the head"
        in said
    )
    assert "reminders: at opening; on due; 4 after due; 8 after due to head" in said


@pytest.mark.parametrize(
    ("typed", "says", "at"),
    [
        ({"pace": ""}, "Choose how people are reminded.", "pace"),
        ({"pace": "own", "steps": "now and then"}, "is not a step", "steps"),
        ({"pace": "own", "steps": "at opening; on due"}, "ends with the person asked", "steps"),
        ({"pace": "own", "steps": "on due; on due; 3 after due to head"}, "the same step twice", "steps"),
        ({"pace": "own", "steps": "3 after due; on due; 9 after due to head"}, "in the order", "steps"),
        ({"pace": "own", "steps": "at opening; 900 after due to head"}, "at most", "steps"),
        ({"rule": "nothing", "pace": "gentle"}, "Choose what the reminders are for.", "rule"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(member, served, typed, says, at):
    before = ladder(served)
    page = save(member("of"), served, **typed)
    assert page.status_code == 422
    assert says in words(page)
    assert f'href="#{at}"' in page.text
    assert typed.get("steps", "") in page.text
    assert ladder(served) == before


def test_a_teacher_changes_no_reminders(member, served):
    assert member("y5").get(HERE).status_code == 403
    assert save(member("y5"), served, pace="gentle").status_code == 403
