"""What is recorded about accounts, on both databases: once each, never changed, and who is written to."""

from dataclasses import replace
from datetime import date

import pytest
from account_holders import NAMES, hold, sign
from planned import plan_today
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.accounts import emails as account_emails
from bot.accounts import service as account_service
from bot.accounts.requests import Decision, NewAccountInput, ask, decide, free_key, requests_for
from bot.accounts.service import AccountActor, AccountInput
from bot.core.clock import local_date
from bot.core.validation import ValidationFailed
from bot.messages.tables import message
from bot.planning.duties import duties_of
from bot.planning.service import queue_reminders
from bot.planning.store import load_snapshot
from bot.records import account_log, ledger
from bot.records import evidence as record_evidence
from bot.register.service import change_register
from bot.rules.audience import parse as parse_audience
from bot.rules.cadence import parse as parse_cadence
from bot.rules.duties import State
from bot.rules.obligations import Kind, Obligation
from bot.rules.reminder_ladder import ASK

SCHOOL = "merriwell-green"
ROLES = {"hd": {"headteacher"}, "of": {"office"}, "sb": {"office"}}
WANTED = NewAccountInput("Instagram", "Our garden", "What grows", "closed", "No other shows the garden")


@pytest.fixture
def who():
    """Somebody who sends a form: another each time, `who("y4")`, or the same, `who("y4", "a form")`."""
    forms = iter(range(1000))

    def somebody(person, sent=None):
        roles = frozenset(ROLES.get(person, {"teacher"}))
        return AccountActor(SCHOOL, person, NAMES[person], roles, "email link", sent or f"form {next(forms)}")

    return somebody


@pytest.fixture
def letters(school):
    """The letters about accounts: to whom, of what, and how they stand."""

    def listed():
        with school.store.reading() as conn:
            found = conn.execute(select(message).where(message.c.kind == "account"))
            return sorted((row.person, row.step.split(" ")[0], row.state) for row in found)

    return listed


def log(school):
    with school.store.reading() as conn:
        assert ledger.verify(conn) is None
        return account_log.load_log(conn, (SCHOOL,))


def subjects(school, email):
    return [mail["Subject"] for mail in school.received(email)]


def post(school, who, **said):
    usual = {"topic": "asked", "answer": "no-children", "about": "y1", "words": "Sports day"}
    account_service.post(school.services, who, "facebook", AccountInput(**usual | said), school.clock())


def test_looking_at_every_account_of_ours_is_the_check_of_their_content(school, who):
    rule = Obligation(
        "accounts-content", SCHOOL, Kind.CHECK, "Look", parse_audience("role:online-safety-lead"),
        (parse_cadence("weekly in term on Monday"),), ASK,
    )  # fmt: skip

    def add(register):
        return replace(register, obligations=(*register.obligations, rule))

    change_register(school.store, SCHOOL, add, now=school.clock(), actor="a test")

    def states():
        today = local_date(school.clock())
        with school.store.reading() as conn:
            owed = list(duties_of(load_snapshot(conn, today, (SCHOOL,)), today, "y4"))
        return [one.state for one in owed if one.obligation.key == rule.key]

    assert len(states()) == 1
    account_service.look(school.services, who("y4"), "facebook", AccountInput(answer="fine"), school.clock())
    assert states() != [State.DONE]
    account_service.look(
        school.services, who("y4", "one form"), "instagram", AccountInput(answer="fine"), school.clock()
    )
    account_service.look(
        school.services, who("y4", "one form"), "instagram", AccountInput(answer="fine"), school.clock()
    )
    assert states() == [State.DONE]
    with school.store.reading() as conn:
        (kept,) = record_evidence.for_duty(conn, SCHOOL, rule.key, "y4")
        assert ledger.verify(conn) is None
    assert (kept.record.acted_on, kept.record.channel) == (date(2026, 11, 23), "web")
    school.clock.turn(days=7)
    assert states() != [State.DONE]
    account_service.look(school.services, who("hd"), "facebook", AccountInput(answer="fine"), school.clock())
    account_service.look(school.services, who("hd"), "instagram", AccountInput(answer="fine"), school.clock())
    assert states() != [State.DONE]
    account_service.look(school.services, who("y4"), "facebook", AccountInput(answer="fine"), school.clock())
    assert states() == [State.DONE]


def test_an_entry_is_kept_once_in_the_log_and_in_the_ledger_and_cannot_be_changed(school, who):
    before = school.store
    for _ in range(2):
        account_service.look(
            school.services, who("y4", "one form"), "facebook", AccountInput(answer="fine"), school.clock()
        )
    (entry,) = log(school)
    assert (entry.by, entry.by_name, entry.on, entry.at) == (
        "y4",
        "Grace Pellow",
        date(2026, 11, 23),
        school.clock(),
    )
    with before.reading() as conn:
        number, newest = ledger.entries(conn, limit=1)[0]
        assert (newest.action, newest.subject, newest.actor) == (
            "account: looked",
            "account:merriwell-green/facebook",
            "person:y4",
        )
        assert number == ledger.head(conn)[0]
    for change in ("update account_entry set answer = 'found'", "delete from account_entry"):
        with pytest.raises(DBAPIError, match="append-only"), before.writing() as conn:
            conn.execute(text(change))
    ask(school.services, who("y1"), WANTED, school.clock())
    with pytest.raises(DBAPIError, match="append-only"), before.writing() as conn:
        conn.execute(text("delete from account_request"))


def test_a_form_sent_once_is_in_the_ledger_by_its_reference(school, who):
    account_service.look(school.services, who("y4"), "facebook", AccountInput(answer="fine"), school.clock())
    asked = ask(school.services, who("y1"), WANTED, school.clock())
    (entry,) = log(school)
    with school.store.reading() as conn:
        kept = [(one.action, one.data["reference"]) for _, one in ledger.entries(conn, limit=2)]
    assert kept == [("account: asked for", asked), ("account: looked", entry.reference)]


def test_a_reader_is_written_to_once_and_not_when_it_is_settled_by_then(school, who, letters):
    post(school, who("y4", "a form"))
    post(school, who("y4", "a form"))
    school.deliver()
    assert subjects(school, "s.kerr@merriwell.example") == [
        "Please read a post: Merriwell Green Primary School (Facebook)"
    ]
    (mail,) = school.received("s.kerr@merriwell.example")
    body = mail.get_body(("plain",)).get_content()
    assert "https://handbell.merriwell.example/accounts/facebook#posts" in body
    assert "Sports day" not in body

    post(school, who("y4"), words="A second post")
    asked = log(school)[-1].reference
    account_service.read(
        school.services, who("of"), "facebook", AccountInput(topic="agreed", about=asked), school.clock()
    )
    school.deliver()
    assert letters() == [("y1", "read", "sent"), ("y1", "read", "withdrawn")]


def test_a_post_without_a_reader_writes_to_no_one(school, who, letters):
    post(school, who("y4"), topic="no-reader", about="", note="It was six in the morning")
    assert letters() == []


def test_the_head_is_told_once_of_each_reason_why_an_account_should_not_post(school, letters):
    for _ in range(3):
        plan_today(school.services, school.clock())
        school.clock.turn(minutes=1)
    school.deliver()
    assert [one for one in letters() if one[0] == "hd"] == [("hd", "stopped", "sent")]
    assert "Should not post now: Merriwell Green Primary School and 1 more" in subjects(
        school, "head@merriwell.example"
    )

    for person, account in (("y4", "facebook"), ("of", "facebook"), ("y4", "instagram")):
        sign(school, person, account)
    plan_today(school.services, school.clock())
    school.clock.turn(days=371)
    plan_today(school.services, school.clock())
    plan_today(school.services, school.clock())
    school.deliver()
    told = [subject for subject in subjects(school, "head@merriwell.example") if "Should not post" in subject]
    assert len(told) == 2


def test_a_person_who_is_reminded_of_an_account_gets_no_other_message_that_day(school):
    days = []
    for _ in range(5):
        plan_today(school.services, school.clock())
        school.clock.turn(minutes=10)
        school.deliver(limit=500)
        days.append(len(school.received("head@merriwell.example")))
        school.clock.turn(days=1, minutes=-10)
    one_a_day = [later - earlier for earlier, later in zip([0, *days], days, strict=False)]
    assert one_a_day[:2] == [1, 1]
    assert max(one_a_day) == 1


def test_a_letter_about_what_is_right_again_is_not_sent(school, letters):
    queue_reminders(school.services, account_emails.REMINDERS, school.clock())
    for person, account in (("y4", "facebook"), ("of", "facebook"), ("y4", "instagram")):
        sign(school, person, account)
    school.deliver()
    assert letters() == [("hd", "stopped", "withdrawn")]


def test_a_person_who_stays_is_asked_to_take_over_and_the_office_where_no_one_does(school, who, letters):
    school.change("y4", leaves_on=date(2026, 12, 11))
    for day in (1, 2, 2):
        for _ in range(2):
            queue_reminders(school.services, account_emails.REMINDERS, school.clock())
        assert [one for one in letters() if one[1] == "leaves"] == [("of", "leaves", "waiting")] * day
        school.clock.turn(days=1)
    school.clock.turn(minutes=10)
    school.deliver()
    said = [subject for subject in subjects(school, "office@merriwell.example") if "take over" in subject]
    assert "Please take over: Merriwell Green Primary School" in said


def test_a_hand_over_that_is_done_by_then_is_not_written_about(school, who, letters):
    school.change("y4", leaves_on=date(2026, 11, 20))
    queue_reminders(school.services, account_emails.REMINDERS, school.clock())
    for account in ("facebook", "instagram"):
        hold(school, account, "y4", "of", "dh")
    for step in ("access-removed", "recovery-checked", "log-in-changed", "second-holder"):
        for account in ("facebook", "instagram"):
            account_service.tick(
                school.services, who("of"), account, AccountInput(topic=step, about="y4"), school.clock()
            )
    school.deliver()
    assert {one[2] for one in letters() if one[1] == "leaves"} == {"withdrawn"}


def test_a_second_holder_is_not_named_while_only_one_stays(school, who):
    school.change("y4", leaves_on=date(2026, 12, 11))
    said = AccountInput(topic="second-holder", about="y4")
    with pytest.raises(ValidationFailed, match="Name a second holder first"):
        account_service.tick(school.services, who("of"), "facebook", said, school.clock())
    assert log(school) == []
    hold(school, "facebook", "y4", "of", "dh")
    account_service.tick(school.services, who("of"), "facebook", said, school.clock())
    assert [one.topic for one in log(school)] == ["second-holder"]


@pytest.mark.parametrize(("leaves_on", "told"), [(date(2026, 12, 11), 1), (date(2026, 11, 20), 0)])
def test_a_person_who_leaves_gets_a_receipt_after_the_last_step_while_they_are_here(
    school, who, letters, leaves_on, told
):
    school.change("y4", leaves_on=leaves_on)
    hold(school, "facebook", "y4", "of", "dh")
    for step in ("access-removed", "recovery-checked", "log-in-changed", "second-holder", "second-holder"):
        account_service.tick(
            school.services, who("of"), "facebook", AccountInput(topic=step, about="y4"), school.clock()
        )
    school.deliver()
    assert letters() == [("y4", "handed", "sent")] * told
    handed = "Handed over: Merriwell Green Primary School"
    assert subjects(school, "g.pellow@merriwell.example").count(handed) == told


def test_a_request_is_put_to_the_head_and_its_answer_to_the_person_who_asked(school, who, letters):
    reference = ask(school.services, who("y1"), WANTED, school.clock())
    school.deliver()
    assert subjects(school, "head@merriwell.example") == ["Please decide: a new official account"]
    decide(school.services, who("hd"), reference, Decision("declined", "One is enough"), school.clock())
    school.deliver()
    assert "About your request: a new official account" in subjects(school, "s.kerr@merriwell.example")
    assert letters() == [("hd", "asked", "sent"), ("y1", "decided", "sent")]
    (view,) = requests_for(school.services, who("y1"), school.clock())
    assert (view.decision.topic, view.account) == ("declined", "")


def test_what_the_head_asks_goes_to_the_deputy_and_a_decided_request_to_no_one(school, who, letters):
    reference = ask(school.services, who("hd"), WANTED, school.clock())
    assert letters() == [("dh", "asked", "waiting")]
    decide(
        school.services, who("hd"), reference, Decision("approved", "", risk_assessed=True), school.clock()
    )
    school.deliver()
    assert letters() == [("dh", "asked", "withdrawn")]
    (view,) = requests_for(school.services, who("hd"), school.clock())
    assert view.account == "instagram-2"


@pytest.mark.parametrize(
    ("channel", "key"),
    [
        ("YouTube", "youtube"),
        ("Class Dojo!", "class-dojo"),
        ("ß!", "ss"),
        ("!", "account"),
        ("Facebook", "facebook-3"),
    ],
)
def test_a_new_account_gets_a_key_no_one_has(channel, key):
    assert free_key(channel, frozenset({"facebook", "facebook-2"})) == key


def test_nothing_of_another_setting_is_reached(school, who):
    away = AccountActor("elsewhere", "hd", "Helen Achebe", frozenset({"headteacher"}), "email link", "x")
    with pytest.raises(account_service.NoSuchAccount):
        account_service.look(school.services, away, "facebook", AccountInput(answer="fine"), school.clock())
    ask(school.services, who("y1"), WANTED, school.clock())
    assert requests_for(school.services, away, school.clock()) == ()
    assert log(school) == []
