"""What the school does about one person's task: remind, excuse, does not apply, ask again, take out."""

from dataclasses import replace
from datetime import date, timedelta

from bs4 import BeautifulSoup

from bot.core.clock import local_date
from bot.delivery.service import deliver
from bot.messages import store as message_store
from bot.planning.duties import duties_of, planning_context
from bot.planning.evidence_index import EvidenceIndex
from bot.planning.plan import EXCUSED, NO_TERMS, NOT_TODAY, NOT_YET, PRESSING, plan, why_not_on_request
from bot.planning.service import plan_day
from bot.planning.store import load_snapshot
from bot.records import evidence as record_evidence
from bot.records import ledger
from bot.records import people as record_people
from bot.rules.duties import State
from bot.rules.evidence import EXCUSED_FOR, NOT_APPLICABLE, Evidence, Outcome
from bot.rules.obligations import Kind, is_safeguarding_training

SCHOOL = "merriwell-green"
PAGE = "/office/people/of/"
TASKS = "/office/people/tasks/"


def snapshot(school):
    with school.store.reading() as conn:
        return load_snapshot(conn, local_date(school.clock()), (SCHOOL,))


def owed(school, person="y5"):
    """The tasks of a person that stand on their page with something to press."""
    found = duties_of(snapshot(school), local_date(school.clock()), person)
    return [one for one in found if one.state in PRESSING and one.obligation.kind is not Kind.REVIEW]


def state(school, person, rule):
    found = duties_of(snapshot(school), local_date(school.clock()), person)
    return next(one.state for one in found if one.obligation.key == rule)


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:300]
    return BeautifulSoup(answer.text, "html.parser")


def send(school, client, address, **fields):
    return client.post(address, data={"seal": school.seal_of(client)} | fields)


def named(duty):
    return f"{duty.obligation.key} {duty.cycle}"


def told(school, person):
    with school.store.reading() as conn:
        return message_store.recent(conn, school=SCHOOL, person=person)


def entries(school, action):
    with school.store.reading() as conn:
        return [one for _, one in ledger.entries(conn) if one.action == action]


def test_one_press_reminds_once_a_week_and_is_the_message_of_the_day(served, member):
    client, first = member("of"), owed(served)[0]
    button = (
        page(client, f"{PAGE}y5").find(id=first.obligation.key).select_one("form[action$='/remind'] button")
    )
    assert button
    before = len(told(served, "y5"))
    answer = send(served, client, f"{TASKS}y5/remind", tasks=named(first))
    assert answer.status_code == 303, answer.text
    (message, *_) = told(served, "y5")
    assert len(told(served, "y5")) == before + 1
    assert [one.obligation for one in message.items] == [first.obligation.key]
    assert message.planned_on == local_date(served.clock())
    (entry,) = entries(served, "reminded a person by hand")
    assert (entry.actor, entry.data["tasks"]) == ("person:of", [first.obligation.key])
    # The day's plan writes to them no more, and the page says why nobody can press again.
    assert "y5" not in {one.person for one in plan_day(served.services, served.clock()).notices}
    row = page(client, f"{PAGE}y5").find(id=first.obligation.key)
    assert row.select("form[action$='/remind']") == []
    assert "7 days" in row.get_text()
    assert send(served, client, f"{TASKS}y5/remind", tasks=named(first), rule="again").status_code == 422
    served.clock.turn(days=4)
    assert send(served, member("of"), f"{TASKS}y5/remind", tasks=named(first)).status_code == 422


def test_the_reminder_is_sent_in_hours_with_all_tasks_in_one(served, member):
    tasks = [named(one) for one in owed(served)]
    assert len(tasks) > 1
    send(served, member("of"), f"{TASKS}y5/remind", tasks=tasks)
    (message, *_) = told(served, "y5")
    assert len(message.items) == len(tasks)
    deliver(served.services, now=served.clock())
    assert told(served, "y5")[0].state == "sent"


def test_after_hours_no_one_is_reminded(served, member):
    first = owed(served)[0]
    served.clock.turn(hours=12)
    assert send(served, member("of"), f"{TASKS}y5/remind", tasks=named(first)).status_code == 422
    assert entries(served, "reminded a person by hand") == []


def test_who_may_remind(served, member):
    with served.store.reading() as conn:
        manager = record_people.roster(conn, SCHOOL)["y5"].membership(SCHOOL).manager
    first = owed(served)[0]
    for reader in ("y5", "y6" if manager != "y6" else "y3"):
        assert send(served, member(reader), f"{TASKS}y5/remind", tasks=named(first)).status_code == 403
    assert send(served, member(manager), f"{TASKS}y5/remind", tasks=named(first)).status_code == 303


def test_an_excuse_pauses_until_its_day_and_is_undone_by_a_new_entry(served, member):
    client = member("hd")
    duty = next(one for one in owed(served) if not is_safeguarding_training(one.obligation))
    rule, today = duty.obligation.key, local_date(served.clock())
    form = page(client, page(client, f"{PAGE}y5").find(id=rule).select_one("a[href*='/excuse']")["href"])
    assert {one["value"] for one in form.select("input[name=reason]")} == set(EXCUSED_FOR)
    sent = {"rule": rule, "cycle": duty.cycle, "reason": "agreed"}
    assert send(served, client, f"{TASKS}y5/excuse", **sent, until="").status_code == 422
    assert send(served, client, f"{TASKS}y5/excuse", **sent, until=str(today)).status_code == 422
    until = today + timedelta(days=14)
    ill = {**sent, "reason": "ill", "until": str(until)}
    assert send(served, client, f"{TASKS}y5/excuse", **ill).status_code == 422
    assert send(served, client, f"{TASKS}y5/excuse", **sent, until=str(until)).status_code == 303
    assert state(served, "y5", rule) is State.EXCUSED
    skipped = plan(snapshot(served), today).skipped
    assert EXCUSED in {one.reason for one in skipped if (one.person, one.obligation) == ("y5", rule)}
    kept = served.kept("y5", rule)
    assert kept[-1].outcome is Outcome.EXCUSED
    aside = page(client, f"{PAGE}y5").select_one("section[aria-labelledby=aside-heading]")
    assert aside.select(f"form[action$='/ask-again'] input[value='{named(duty)}']")
    assert send(served, client, f"{TASKS}y5/ask-again", tasks=named(duty)).status_code == 303
    assert state(served, "y5", rule) is duty.state
    assert served.kept("y5", rule)[: len(kept)] == kept
    assert len(served.kept("y5", rule)) == len(kept) + 1


def test_an_excuse_ends_by_itself(served, member):
    duty = next(one for one in owed(served) if not is_safeguarding_training(one.obligation))
    until = local_date(served.clock()) + timedelta(days=3)
    sent = {"rule": duty.obligation.key, "cycle": duty.cycle, "reason": "agreed", "until": str(until)}
    assert send(served, member("hd"), f"{TASKS}y5/excuse", **sent).status_code == 303
    served.clock.turn(days=4)
    assert state(served, "y5", duty.obligation.key) in PRESSING


def test_what_does_not_apply_is_not_asked_next_year_either(served, member):
    duty = next(one for one in owed(served) if not is_safeguarding_training(one.obligation))
    rule = duty.obligation.key
    sent = {"rule": rule, "cycle": duty.cycle, "reason": next(iter(NOT_APPLICABLE))}
    assert send(served, member("hd"), f"{TASKS}y5/not-needed", **sent).status_code == 303
    for _ in range(3):
        assert state(served, "y5", rule) is State.EXCUSED
        served.clock.turn(days=200)


def test_no_one_excuses_themselves_and_few_excuse_from_safeguarding_training(served, member):
    today = str(local_date(served.clock()) + timedelta(days=9))
    own = owed(served, "of")[0]
    mine = {"rule": own.obligation.key, "cycle": own.cycle, "reason": "agreed", "until": today}
    refused = send(served, member("of"), f"{TASKS}of/excuse", **mine)
    assert refused.status_code in {403, 422}
    course = next(one for one in owed(served) if is_safeguarding_training(one.obligation))
    sent = {"rule": course.obligation.key, "cycle": course.cycle, "reason": "agreed", "until": today}
    assert send(served, member("of"), f"{TASKS}y5/excuse", **sent).status_code == 403
    assert state(served, "y5", course.obligation.key) in PRESSING
    assert page(member("of"), f"{PAGE}y5").find(id=course.obligation.key).select("a[href*='/excuse']") == []
    assert send(served, member("hd"), f"{TASKS}y5/excuse", **sent).status_code == 303
    assert state(served, "y5", course.obligation.key) is State.EXCUSED


def test_a_record_entered_by_mistake_is_taken_out_and_stays_in_the_history(served, member):
    client = member("of")
    duty = next(one for one in owed(served) if one.obligation.kind is Kind.ACKNOWLEDGE)
    rule = duty.obligation.key
    sheet = page(
        client, page(client, f"{PAGE}y5").find(id=rule).select_one("a[href^='/paper/enter']")["href"]
    )
    (ticked,) = (one["value"] for one in sheet.select("input[name=things][checked]"))
    name = snapshot(served).people["y5"].name
    day = local_date(served.clock())
    given = {
        "things": ticked,
        "name": name,
        "witness": "Carol Whitlow",
        "signed_on": str(day),
        "person": "y5",
    }
    assert send(served, client, "/paper/enter", **given).status_code == 303
    assert state(served, "y5", rule) is State.DONE
    with served.store.reading() as conn:
        kept = record_evidence.for_duty(conn, SCHOOL, rule, "y5")[-1]
    assert send(served, member("y5"), f"{TASKS}y5/take-out", receipt=kept.receipt).status_code == 403
    assert page(client, f"{PAGE}y5").select(f"a[href*='{kept.receipt}']")
    assert send(served, client, f"{TASKS}y5/take-out", receipt=kept.receipt).status_code == 303
    assert state(served, "y5", rule) is duty.state
    after = page(client, f"{PAGE}y5")
    assert after.find(id=rule)
    assert after.select(f"[data-receipt='{kept.receipt}']") == []
    assert [one.outcome for one in served.kept("y5", rule)][-2:] == [Outcome.DONE, Outcome.WITHDRAWN]


def act(on, receipt, outcome=Outcome.DONE, reference=None):
    return Evidence(SCHOOL, "rule", "y5", on, outcome, receipt=receipt, reference=reference or receipt)


def test_taking_one_record_out_leaves_an_older_one_and_a_withdrawal_of_all_leaves_none():
    day = date(2026, 9, 1)
    older, wrong = act(day, "R1"), act(day + timedelta(days=9), "R2")
    one = act(day + timedelta(days=10), "R3", Outcome.WITHDRAWN, "R2")
    every = act(day + timedelta(days=10), "R3", Outcome.WITHDRAWN)
    assert EvidenceIndex([older, wrong, one]).of_person(SCHOOL, "rule", "y5", None) == (older,)
    assert EvidenceIndex([older, wrong, every]).of_person(SCHOOL, "rule", "y5", None) == ()


def test_a_day_off_an_unopened_task_and_unknown_terms_are_the_reasons(served):
    known, today = snapshot(served), local_date(served.clock())
    duty = owed(served)[0]

    def why(on, one=duty):
        return why_not_on_request(planning_context(known, on), one)

    assert why(today) == ""
    assert why(today + timedelta(days=5 - today.weekday())) == NOT_TODAY
    assert why(today, replace(duty, opens_on=today + timedelta(days=1))) == NOT_YET
    assert why(today + timedelta(days=1200)) == NO_TERMS
