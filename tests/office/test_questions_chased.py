"""A question nobody answers is reminded of, handed over, and holds its asker's reminders for a time only."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from planned import plan_today

from bot.core.clock import local_date
from bot.delivery.service import deliver
from bot.forecast.preview import preview
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.records import ledger, school_setup
from bot.records import people as record_people
from bot.rules.evidence import Outcome
from bot.signing.question_follow_up import KIND

SCHOOL = "merriwell-green"
READ = ("y5", "read-mobile")
DECLINES = {"outcome": "declined", "said": "I cannot agree to 4.2."}


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def state_of(served, person=READ[0], obligation=READ[1]):
    today = local_date(served.clock())
    with served.store.reading() as conn:
        owed = duties(load_snapshot(conn, today, (SCHOOL,)), today)
    return next(one.state.value for one in owed if one.person == person and one.obligation.key == obligation)


def calendar(served):
    with served.store.reading() as conn:
        return load_snapshot(conn, local_date(served.clock()), (SCHOOL,)).calendars[SCHOOL]


@pytest.fixture
def morning(served):
    """Turn the clock to the morning so many school days after a day, plan it and send what is due."""

    def plan(asked_on, days):
        on = calendar(served).add_school_days(asked_on, days)
        served.clock.turn(days=(on - local_date(served.clock())).days)
        plan_today(served.services, served.clock())
        return on

    return plan


def chased(served):
    with served.store.reading() as conn:
        found = conn.exec_driver_sql(
            "select person, step, daily_number from message where kind = 'question-waits' "
            "order by planned_on, step"
        )
        return [(row[0], row[1].partition(" ")[2], row[2]) for row in found]


def owners(served, receipt):
    with served.store.reading() as conn:
        return [one.person for one in school_setup.question_owners(conn, SCHOOL)[receipt]]


def test_a_person_who_has_a_refusal_is_reminded_twice_and_it_is_handed_over(served, asks, morning, member):
    asked_on = local_date(served.clock())
    receipt = asks(**DECLINES)
    first = owners(served, receipt)
    assert first == ["hd"]
    morning(asked_on, 2)
    assert chased(served) == []
    morning(asked_on, 3)
    morning(asked_on, 4)
    assert chased(served) == [("hd", "remind 1 1", 1)]
    morning(asked_on, 6)
    assert [one[:2] for one in chased(served)][1:] == [("hd", "remind 2 1")]
    assert "cannot agree to" in words(member("hd").get("/me"))
    morning(asked_on, 10)
    assert owners(served, receipt) == ["hd", "dh"]
    assert chased(served)[2][:2] == ("dh", "handed 2")
    with served.store.reading() as conn:
        noted = [one for _, one in ledger.entries(conn) if one.action == "handed a question over"]
    assert [(one.actor, one.data["to"], one.data["from"]) for one in noted] == [("schedule", "dh", "hd")]
    today = words(member("dh").get("/me"))
    assert "Handed over from Helen Achebe" in today
    assert "cannot agree to" not in words(member("hd").get("/me"))
    answer = f"/office/questions/{receipt}/answer"
    deputy = member("dh")
    sent = deputy.post(answer, data={"seal": served.seal_of(deputy), "words": "We agreed on a locker."})
    assert sent.status_code == 303
    before = len(chased(served))
    morning(asked_on, 13)
    assert len(chased(served)) == before


def test_the_asker_is_asked_again_after_twenty_school_days_and_asking_again_holds_no_longer(
    served, asks, morning
):
    asked_on = local_date(served.clock())
    asks()
    assert state_of(served) == "paused"
    morning(asked_on, 15)
    asks(said="And my phone?")
    morning(asked_on, 19)
    assert state_of(served) == "paused"
    morning(asked_on, 20)
    assert state_of(served) in {"overdue", "no record", "due", "due soon"}
    told = [one for one in chased(served) if one[0] == "y5"]
    assert [one[1] for one in told] == ["ended"]
    deliver(served.services, now=served.clock() + timedelta(hours=1), limit=200)
    sent = [one.read_text().replace("=\n", "") for one in served.services.sent_folder.glob("*.eml")]
    (mail,) = [one for one in sent if "No answer to you yet" in one]
    assert "May I keep my watch on?" not in mail
    assert "We now ask you again" in mail


def test_an_email_about_a_waiting_question_counts_as_the_days_one_message(served, asks, morning):
    asked_on = local_date(served.clock())
    asks()
    on = morning(asked_on, 3)
    with served.store.reading() as conn:
        rows = conn.exec_driver_sql(
            "select kind from message where person = 'y4' and daily_number is not null and planned_on = ?",
            (on.isoformat(),),
        ).fetchall()
    assert [row[0] for row in rows] == [KIND]


def test_what_is_due_to_be_said_is_in_the_preview_before_it_is_planned(served, asks):
    asked_on = local_date(served.clock())
    asks(**DECLINES)
    found = {}
    for days in (2, 3, 10, 20):
        on = calendar(served).add_school_days(asked_on, days)
        shown = preview(served.store, on)
        found[days] = {(one.person, one.says) for one in shown.letters if one.kind == KIND}
    assert found == {
        2: set(),
        3: {("hd", "Waiting for your answer")},
        10: {("dh", "A colleague waits for your answer")},
        20: {("dh", "A colleague waits for your answer"), ("y5", "No answer to you yet")},
    }


def test_a_person_who_has_a_question_and_leaves_passes_it_on_the_next_morning(served, asks, morning):
    asked_on = local_date(served.clock())
    receipt = asks()
    served.change_person("y4", leaves_on=asked_on)
    morning(asked_on, 1)
    assert owners(served, receipt) == ["y4", "hd"]


# --- the four answers, and what each does to the duty


def send(served, client, receipt, **typed):
    return client.post(f"/office/questions/{receipt}/answer", data={"seal": served.seal_of(client)} | typed)


def test_does_not_apply_ends_the_duty_and_the_question(served, asks, member):
    receipt, head = asks(**DECLINES), member("hd")
    wrong = send(served, head, receipt, how="not-needed")
    assert wrong.status_code == 422
    assert "Choose a reason." in words(wrong)
    assert send(served, head, receipt, how="not-needed", reason="nothing-to-use").status_code == 303
    assert state_of(served) == "excused"
    answered, excused = served.kept(*READ)[-2:]
    assert (answered.outcome, answered.reference) == (Outcome.ANSWERED, receipt)
    assert (excused.outcome, excused.reference, excused.cycle) == (Outcome.EXCUSED, "nothing-to-use", None)
    with served.store.reading() as conn:
        actions = [one.action for _, one in ledger.entries(conn, limit=2)][::-1]
    assert actions == ["answered a question", "a rule does not apply"]
    deliver(served.services, now=served.clock(), limit=100)
    sent = [one.read_text().replace("=\n", "") for one in served.services.sent_folder.glob("*.eml")]
    (mail,) = [one for one in sent if "About your question" in one]
    assert "This does not apply to you." in mail
    assert "You have nothing to do." in mail


def test_an_excuse_holds_the_duty_until_its_day(served, asks, member):
    receipt, head = asks(), member("hd")
    until = local_date(served.clock()) + timedelta(days=9)
    late = send(served, head, receipt, how="excuse", reason="agreed", until="soon")
    assert late.status_code == 422
    typed = {"how": "excuse", "reason": "agreed", "until": until.isoformat()}
    assert send(served, head, receipt, **typed).status_code == 303
    assert state_of(served) == "excused"
    served.clock.turn(days=10)
    assert state_of(served) != "excused"


def test_no_one_is_excused_by_who_may_only_answer(served, asks, member):
    receipt, owner = asks(), member("y4")
    page = owner.get(f"/office/questions/{receipt}")
    assert BeautifulSoup(page.text, "html.parser").find(id="not-needed") is None
    refused = send(served, owner, receipt, how="not-needed", reason="other-role")
    assert refused.status_code == 422
    assert len(served.kept(*READ)) == 1


def test_we_changed_the_policy_needs_a_newer_version(served, asks, member):
    receipt, head = asks(), member("hd")
    page = BeautifulSoup(head.get(f"/office/questions/{receipt}").text, "html.parser")
    assert page.find(id="changed").find("form") is None
    refused = send(served, head, receipt, how="changed")
    assert refused.status_code == 422
    assert len(served.kept(*READ)) == 1


def test_a_person_who_had_a_question_before_may_still_answer_it(served, asks, member, morning):
    asked_on = local_date(served.clock())
    receipt = asks()
    morning(asked_on, 10)
    with served.store.reading() as conn:
        assert record_people.roster(conn, SCHOOL)[owners(served, receipt)[-1]].name == "Helen Achebe"
    assert send(served, member("y4"), receipt, words="Yes, if it has no camera.").status_code == 303
    assert state_of(served) != "paused"


def test_we_changed_the_policy_asks_for_the_new_version(served, asks, member, register):
    receipt, head = asks(), member("hd")
    old = (register.parent / "policies" / "mobile-and-social-media.md").read_text(encoding="utf-8")
    address = "/office/policies/mobile-and-social-media"
    seal = {"seal": served.seal_of(head)}
    files = {"file": ("new.md", old.replace("out of sight while", "in a locker while").encode())}
    check = head.post(address, data=seal, files=files).headers["location"]
    typed = {"change": "material", "reason": "Lockers came.", "number": "2"}
    assert head.post(check, data=seal | typed).status_code == 303
    assert send(served, head, receipt, how="changed", words="Thank you for asking.").status_code == 303
    kept = served.kept(*READ)[-1]
    assert kept.outcome is Outcome.ANSWERED
    assert kept.words == "We changed the policy. Please look at version 2.\n\nThank you for asking."
    assert state_of(served) == "due"


def test_a_refusal_takes_nothing_out_of_the_figure_of_what_is_done(served, asks, member):
    def figure():
        page = BeautifulSoup(member("hd").get("/school").text, "html.parser")
        return page.find(class_="figure").get_text()

    before = figure()
    asks(**DECLINES)
    assert state_of(served) == "paused"
    assert figure() == before
