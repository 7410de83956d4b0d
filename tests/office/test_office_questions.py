"""Questions from staff: who answers, once; the asker is told and their duty goes on."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from planned import plan_today

from bot.core.clock import local_date
from bot.delivery.service import deliver
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.records import people as record_people
from bot.rules.evidence import Outcome
from bot.rules.people import Absence

SCHOOL = "merriwell-green"
READ = ("y5", "read-mobile")


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def post(client, served, address, **typed):
    return client.post(address, data={"seal": served.seal_of(client)} | typed)


def state_of(served, person, obligation):
    today = local_date(served.clock())
    with served.store.reading() as conn:
        owed = duties(load_snapshot(conn, today, (SCHOOL,)), today)
    return next(one.state.value for one in owed if one.person == person and one.obligation.key == obligation)


def test_a_question_is_answered_the_asker_is_told_and_the_duty_goes_on(member, served, asks):
    receipt = asks()
    assert state_of(served, *READ) == "paused"
    client = member("of")
    assert "May I keep my watch on?" in words(client.get("/office/questions"))
    address = f"/office/questions/{receipt}"
    assert post(client, served, f"{address}/answer", words="Yes, if it has no camera.").status_code == 303
    assert "Yes, if it has no camera." in words(client.get(address))
    assert state_of(served, *READ) != "paused"
    reply = served.kept(*READ)[-1]
    assert (reply.outcome, reply.reference, reply.words) == (
        Outcome.ANSWERED,
        receipt,
        "Yes, if it has no camera.",
    )
    assert reply.identified_by == "Carol Whitlow, signed in by an e-mail link"
    assert ("answered", "y5") in served.letters()
    deliver(served.services, now=served.clock(), limit=100)
    sent = [one.read_text() for one in (served.services.sent_folder).glob("*.eml")]
    (mail,) = [one for one in sent if "About your question" in one]
    assert "Yes, if it has no camera." in mail
    assert "May I keep my watch on?" in mail


def test_an_answer_needs_words_and_what_was_typed_is_kept(member, served, asks):
    receipt = asks()
    client = member("of")
    assert "Write the answer." in words(
        post(client, served, f"/office/questions/{receipt}/answer", words="  ")
    )
    stale = client.post(f"/office/questions/{receipt}/answer", data={"seal": "spoilt", "words": "My words"})
    assert stale.status_code == 422
    assert "My words" in stale.text
    assert "open too long" in words(stale)
    assert len(served.kept(*READ)) == 1


def test_a_question_is_answered_once(member, served, asks):
    receipt = asks()
    first, second = member("of"), member("sb")
    post(first, served, f"/office/questions/{receipt}/answer", words="Yes.")
    late = post(second, served, f"/office/questions/{receipt}/answer", words="No.")
    assert late.status_code == 422
    assert "Somebody has answered this meanwhile." in words(late)
    assert len(served.kept(*READ)) == 2


def test_a_question_belongs_to_the_policys_owner_who_may_answer_it(member, served, asks):
    receipt = asks()
    owner = member("y4")
    assert "With Grace Pellow" in words(owner.get(f"/office/questions/{receipt}"))
    assert owner.get("/office/questions").status_code == 403
    assert member("y6").get(f"/office/questions/{receipt}").status_code == 404
    assert post(owner, served, f"/office/questions/{receipt}/answer", words="Yes.").status_code == 303


def test_a_question_is_given_to_another_person_and_mailed_to_them(member, served, asks):
    receipt = asks()
    client = member("of")
    assert post(client, served, f"/office/questions/{receipt}/owner", owner="sb").status_code == 303
    assert ("question", "sb") in served.letters()
    assert "With Priya Nair" in words(client.get("/office/questions"))
    for nobody in ("y5", "oh", "", "md2"):
        assert post(client, served, f"/office/questions/{receipt}/owner", owner=nobody).status_code == 422


def test_an_older_page_takes_a_question_from_no_one_it_was_given_to_meanwhile(member, served, asks):
    receipt = asks()
    client = member("of")
    page, action = f"/office/questions/{receipt}", f"/office/questions/{receipt}/owner"

    def fields(shown):
        form = BeautifulSoup(shown.text, "html.parser").find("form", action=action)
        sent = {one["name"]: one["value"] for one in form.find_all("input")}
        return sent, form.find(selected=True)["value"]

    older, _ = fields(client.get(page))
    assert client.post(action, data=older | {"owner": "sb"}).status_code == 303
    refused = client.post(action, data=older | {"owner": "dh"})
    assert refused.status_code == 422
    assert "With Priya Nair" in words(refused)
    assert ("question", "dh") not in served.letters()
    again, chosen = fields(refused)
    assert chosen == "sb"
    assert client.post(action, data=again | {"owner": "dh"}).status_code == 303
    assert ("question", "dh") in served.letters()


def test_a_refusal_is_the_heads_to_answer(member, served, asks):
    receipt = asks(outcome="declined", said="I cannot agree to 4.2.")
    office = member("of")
    assert "Helen Achebe speaks to Adam Sorley" in words(office.get(f"/office/questions/{receipt}"))
    assert post(office, served, f"/office/questions/{receipt}/answer", words="Yes.").status_code == 403
    head = post(member("hd"), served, f"/office/questions/{receipt}/answer", words="We agreed on a locker.")
    assert head.status_code == 303
    assert state_of(served, *READ) != "paused"


def test_a_question_whose_asker_said_yes_since_waits_for_no_one(member, served, asks):
    asks()
    client = member("y5")
    address = f"/me/duty/read-mobile/{served.cycle(*READ)}"
    form = BeautifulSoup(client.get(address).text, "html.parser").find("form", action=address)
    hidden = {one["name"]: one.get("value", "") for one in form.find_all("input", type="hidden")}
    assert client.post(address, data=hidden | {"outcome": "done"}).status_code == 303
    assert "Every question is answered" in words(member("of").get("/office/questions"))


def test_a_question_of_another_school_is_not_here(member, served, asks, second_school):
    receipt = asks()
    other = member("oo", school=second_school)
    assert other.get(f"/office/questions/{receipt}").status_code == 404
    assert post(other, served, f"/office/questions/{receipt}/answer", words="Yes.").status_code == 404


def test_the_letter_to_the_person_who_answers_leads_to_the_page_of_the_question(served, asks):
    receipt = asks()
    deliver(served.services, now=served.clock(), limit=100)
    sent = [one.read_text() for one in served.services.sent_folder.glob("*.eml")]
    (mail,) = [one for one in sent if "A question about" in one]
    assert f"/office/questions/{receipt}" in mail.replace("=\n", "")


AWAY = (Absence(date(2026, 11, 2)),)
REFUSES = {"outcome": "declined", "said": "I cannot agree to 4.2."}


def goes_to(served):
    """Who was written to about the latest question, and whose it is on the office's page."""
    (mailed,) = [person for kind, person in served.letters() if kind == "question"]
    with served.store.reading() as conn:
        return mailed, record_people.roster(conn, SCHOOL)[mailed].name


def unreachable(served, person):
    with served.store.writing() as conn:
        record_people.mark_unreachable(conn, person, "mailbox not found")


@pytest.mark.parametrize(
    "case",
    [
        ("y5", {}, "", "", "y4"),
        ("y5", {}, "y4", "", "hd"),
        ("y5", {}, "", "y4", "hd"),
        ("y4", {}, "", "", "hd"),
        ("y4", {}, "hd", "", "dh"),
        ("y5", REFUSES, "", "", "hd"),
        ("y5", REFUSES, "hd", "", "dh"),
        ("y5", REFUSES, "dh", "hd", "gc"),
        ("y5", REFUSES, "hd dh gc gv", "", "hd"),
        ("hd", REFUSES, "", "", "gc"),
        ("hd", REFUSES, "gc", "", "gv"),
    ],
)
def test_the_letter_and_every_page_name_the_same_person(member, served, asks, case):
    asker, given, away, unheard, mailed = case
    for person in away.split():
        served.change_person(person, absences=AWAY)
    for person in unheard.split():
        unreachable(served, person)
    receipt = asks(asker, **given)
    assert goes_to(served)[0] == mailed
    name = goes_to(served)[1]
    assert name in words(member("of").get("/office/questions"))
    assert name in words(member("of").get(f"/office/questions/{receipt}"))
    assert name in words(member(asker).get(f"/me/receipt/{receipt}"))
    assert name in words(member(asker).get("/me"))
    served.clock.turn(days=1)
    plan_today(served.services, served.clock())
    deliver(served.services, now=served.clock(), limit=100)
    sent = [one.read_text().replace("=\n", "") for one in served.services.sent_folder.glob("*.eml")]
    (named_in,) = [one for one in sent if receipt in one and "/office/questions/" not in one]
    assert name in named_in


def test_a_person_who_was_written_to_keeps_a_question_when_they_are_away_later_and_not_when_they_leave(
    member, served, asks
):
    receipt = asks()
    served.change_person("y4", absences=AWAY)
    page = member("of").get(f"/office/questions/{receipt}")
    assert "With Grace Pellow" in words(page)
    served.change_person("y4", leaves_on=date(2026, 11, 20))
    page = member("of").get(f"/office/questions/{receipt}")
    assert "With Helen Achebe" in words(page)
