"""From the day's plan to a real mail server: once each, what is still owed, and every "no" written down."""

import re
import threading
from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from planned import plan_today
from sqlalchemy import select, text

from bot.core.clock import local_date
from bot.database.dialect import is_sqlite
from bot.identity.actor import Identification
from bot.messages import claim_store, hold_store
from bot.messages import store as message_store
from bot.messages.store import NewMessage, queue_message
from bot.messages.tables import delivery
from bot.planning.duty_view import open_now
from bot.planning.store import load_snapshot
from bot.rules.evidence import Outcome
from bot.rules.obligations import Kind
from bot.rules.reminder_ladder import BY_HAND
from bot.signing.service import Answer, answer
from bot.status.warnings import findings
from connectors.local.smtp_session import SmtpSession

TEACHER = "s.kerr@merriwell.example"
LINK = re.compile(r"https://handbell\.merriwell\.example/d/(\S+)")


def words(mail):
    return mail.get_body(("plain",)).get_content()


def links(school, mail):
    return [school.services.links.open(token, school.clock()) for token in LINK.findall(words(mail))]


def link_to(school, obligation):
    """The teacher's link to one duty, from the first message they got."""
    opened = links(school, school.received(TEACHER)[0])
    return next(link for link in opened if link.obligation == obligation)


def sign(school, link):
    with school.store.reading() as conn:
        shown = open_now(conn, link, school.clock())
    done_on = school.clock().date() if shown.obligation.kind is Kind.TRAIN else None
    given = Answer(Outcome.DONE, shown.person.name, shown.shown, done_on=done_on)
    return answer(school.store, link, given, school.clock())


def ask(school, link):
    with school.store.reading() as conn:
        shown = open_now(conn, link, school.clock())
    asked = Answer(Outcome.QUESTION, shown.person.name, shown.shown, "Does this cover\n> my own phone?")
    return answer(school.store, link, asked, school.clock())


def next_morning(school):
    """Plan the next day as the morning's job does, and deliver it."""
    school.clock.turn(days=1)
    plan_today(school.services, school.clock())
    return school.deliver()


# Everybody of the small sample school has something to be told on that Monday.
EVERYBODY = 10


@pytest.fixture
def planned(school):
    assert len(school.plan().notices) == EVERYBODY
    return school


def test_everybody_planned_gets_one_message_over_one_connection_and_it_is_settled(school):
    school.plan()
    assert school.deliver() == {"sent": EVERYBODY}
    assert Counter(copy.to for copy in school.server.copies).most_common(1)[0][1] == 1
    assert school.server.connections == 1
    for one in school.posted().values():
        assert (one.state, one.attempts, one.settled_at) == ("sent", 1, school.clock())
        assert one.reference == "2.0.0 taken as 1A2B"
    ids = {f"<{one.id}@merriwell.example>" for one in school.posted().values()}
    assert {copy.id for copy in school.server.copies} == ids
    assert school.deliver() == {}


def test_planning_again_after_delivery_sends_nothing(planned):
    planned.deliver()
    planned.plan()
    assert planned.deliver() == {}


def test_the_links_are_fresh_and_open_the_duties_of_the_reader_alone(planned):
    planned.clock.turn(hours=4)
    planned.deliver()
    (mail,) = planned.received(TEACHER)
    opened = links(planned, mail)
    assert {link.obligation for link in opened} == {
        "read-mobile",
        "read-child-protection",
        "agree-acceptable-use",
        "safeguarding-training",
    }
    assert {link.person for link in opened} == {"y1"}


def test_no_one_is_written_to_before_the_setting_opens_or_after_it_closes(school):
    school.clock.turn(hours=-2)
    school.plan()
    assert school.deliver() == {}
    school.clock.turn(hours=12, minutes=30)
    assert school.deliver() == {"lapsed": EVERYBODY}
    assert school.server.copies == []
    school.clock.turn(hours=13, minutes=30)
    school.plan()
    assert school.deliver()["sent"] >= 8


def test_what_was_answered_meanwhile_is_left_out(planned, school):
    planned.deliver()
    reading = link_to(planned, "read-mobile")
    school.clock.turn(days=7)
    school.plan()
    sign(school, reading)
    school.deliver()
    later = next(one for one in school.received(TEACHER)[1:] if "things for you" in one["Subject"])
    assert reading.obligation not in {link.obligation for link in links(school, later)}


def test_a_message_with_everything_answered_is_withdrawn_with_the_reason(planned, school):
    planned.deliver()
    opened = links(planned, planned.received(TEACHER)[0])
    school.clock.turn(days=7)
    school.plan()
    for link in opened:
        sign(school, link)
    school.deliver()
    told = school.posted()["y1"]
    assert told.state == "withdrawn"
    assert told.last_reason == "Everything in it was answered, is on hold, or is not asked any more."
    assert len(school.received(TEACHER)) == 1
    next_morning(school)
    [named] = school.received(TEACHER)[1:]
    assert named["Subject"] == f"Recorded: {len(opened)} answers"


def test_a_person_who_left_meanwhile_is_not_written_to(planned):
    planned.change("y1", leaves_on=date(2026, 11, 20))
    planned.deliver()
    told = planned.posted()["y1"]
    assert (told.state, told.last_reason) == ("withdrawn", "This person has left.")
    assert planned.received(TEACHER) == []


def test_a_person_paused_meanwhile_is_told_when_they_are_back(planned):
    planned.pause("y1")
    planned.deliver()
    assert planned.posted()["y1"].state == "withdrawn"
    planned.pause("y1", paused=False)
    planned.clock.turn(days=1)
    planned.plan()
    planned.deliver()
    assert len(planned.received(TEACHER)) == 1


def test_a_manager_paused_meanwhile_gets_no_one_handed_over(school):
    school.plan()
    school.deliver()
    school.clock.turn(days=22)
    handed = [one for one in school.plan().notices if any(item.about != one.person for item in one.items)]
    assert handed
    for one in handed:
        school.pause(one.person)
    school.deliver()
    told = school.posted()
    assert {told[one.person].last_reason for one in handed} == {"This person is away, or paused."}


def test_a_refused_address_is_left_alone_shown_to_the_office_and_told_once_corrected(planned):
    planned.server.answers[TEACHER] = ["550 5.1.1 no such user"]
    assert planned.deliver() == {"sent": EVERYBODY - 1, "given up": 1}
    told = planned.posted()["y1"]
    assert told.state == "given up"
    assert told.last_reason == "the mail server refused the address: 550 5.1.1 no such user"
    planned.clock.turn(days=1)
    plan = planned.plan()
    assert "y1" not in {one.person for one in plan.notices}
    assert {item.step for one in plan.notices for item in one.items if item.about == "y1"} == {BY_HAND}
    assert noticed(planned) == ["Mail to Samuel Kerr is refused: " + told.last_reason]
    planned.deliver()
    planned.clock.turn(days=1)
    planned.change("y1", email="sam.kerr@merriwell.example")
    assert noticed(planned) == []
    planned.plan()
    planned.deliver()
    assert len(planned.received("sam.kerr@merriwell.example")) == 1


def noticed(school):
    today = local_date(school.clock())
    with school.store.reading() as conn:
        snapshot = load_snapshot(conn, today)
    return [one.says for one in findings(snapshot, today) if one.code == "unreachable"]


def test_a_refused_message_blames_no_ones_address(planned):
    planned.server.answers["dot"] = ["554 5.6.0 not this"]
    assert planned.deliver() == {"sent": EVERYBODY - 1, "given up": 1}
    assert noticed(planned) == []
    assert planned.deliver() == {}


def test_a_temporary_refusal_waits_longer_each_time_and_is_taken_in_the_end(planned):
    planned.server.answers[TEACHER] = ["451 4.7.1 greylisted"] * 2
    assert planned.deliver() == {"sent": EVERYBODY - 1, "later": 1}
    began_at = planned.clock()
    assert planned.waits_until("y1") == began_at + timedelta(minutes=1)
    assert planned.deliver() == {}
    planned.clock.turn(minutes=1)
    assert planned.deliver() == {"later": 1}
    assert planned.waits_until("y1") == planned.clock() + timedelta(minutes=5)
    planned.clock.turn(minutes=5)
    assert planned.deliver() == {"sent": 1}
    with planned.store.reading() as conn:
        mine = delivery.c.message == planned.posted()["y1"].id
        outcomes = conn.execute(select(delivery.c.outcome).where(mine).order_by(delivery.c.attempt))
        assert [one.outcome for one in outcomes] == ["later", "later", "sent"]


def test_a_refusal_that_lasts_all_day_lapses_is_shown_and_told_again_the_next_day(planned):
    planned.server.answers[TEACHER] = ["451 4.7.1 greylisted"] * 50
    while planned.deliver() != {"lapsed": 1}:
        planned.clock.turn(minutes=15)
    with planned.store.reading() as conn:
        (stuck,) = message_store.stuck(conn, since=planned.clock() - timedelta(days=1))
        assert message_store.stuck(conn, since=planned.clock() + timedelta(days=1)) == []
    assert stuck.person == "y1"
    assert stuck.attempts == 8
    assert stuck.last_reason == "the mail server refused the address: 451 4.7.1 greylisted"
    planned.server.answers.clear()
    planned.clock.turn(hours=14)
    planned.plan()
    planned.deliver()
    assert len(planned.received(TEACHER)) == 1


def test_a_server_that_is_away_is_not_asked_for_every_message(planned):
    planned.server.answers["dot"] = ["451 4.3.0 closed for now"] * 3
    assert planned.deliver() == {"later": 3}
    assert planned.states() == {"waiting": EVERYBODY}
    assert sum(one.attempts for one in planned.posted().values()) == 3
    planned.clock.turn(minutes=1)
    assert planned.deliver() == {"sent": EVERYBODY}
    assert len(planned.server.copies) == EVERYBODY


def test_an_answer_that_never_came_means_a_second_copy_that_shows_itself(planned):
    planned.server.answers["dot"] = ["drop"]
    assert planned.deliver() == {"unclear": 1, "sent": EVERYBODY - 1}
    assert planned.deliver() == {}
    planned.clock.turn(minutes=1)
    assert planned.deliver() == {"sent": 1}
    (twice,) = [
        one for one, copies in Counter(copy.id for copy in planned.server.copies).items() if copies > 1
    ]
    first, second = (copy for copy in planned.server.copies if copy.id == twice)
    assert (first.to, words(first.mail)) == (second.to, words(second.mail))
    assert planned.states() == {"sent": EVERYBODY}


def test_an_unclear_message_is_not_sent_again_after_hours(planned):
    planned.server.answers["dot"] = ["drop"]
    planned.deliver()
    planned.clock.turn(hours=11)
    assert planned.deliver() == {"unknown": 1}
    assert len(planned.server.copies) == EVERYBODY


def test_no_transaction_is_open_while_the_mail_server_is_spoken_to(planned, monkeypatch):
    seen = []

    def looking(spoken):
        def looked(*given):
            seen.append(_busy(planned.store))
            said = spoken(*given)
            seen.append(_busy(planned.store))
            return said

        return looked

    for name in ("begin", "hand_over", "quit"):
        monkeypatch.setattr(SmtpSession, name, looking(getattr(SmtpSession, name)))
    planned.deliver()
    assert len(seen) == 2 * (2 * EVERYBODY + 1)
    assert set(seen) == {0}


def _busy(store):
    """Transactions somebody else holds open: for SQLite, whether the write lock cannot be had at once."""
    if is_sqlite(store.engine):
        with store.engine.connect().execution_options(begins="BEGIN") as conn:
            conn.exec_driver_sql("PRAGMA busy_timeout = 0")
            conn.exec_driver_sql("COMMIT")
            conn.exec_driver_sql("BEGIN IMMEDIATE")
            conn.exec_driver_sql("PRAGMA busy_timeout = 30000")
        return 0
    asked = text(
        "select count(*) from pg_stat_activity where datname = current_database() "
        "and pid <> pg_backend_pid() and state like 'idle in transaction%'"
    )
    with store.engine.connect() as conn:
        return conn.scalar(asked)


def test_the_sender_of_one_mailbox_leaves_alone_what_leaves_from_another(planned):
    of_others = claim_store.MailboxSchools(("elsewhere",))
    assert planned.deliver(whose=of_others) == planned.deliver(whose=claim_store.MailboxSchools(())) == {}
    theirs = claim_store.MailboxSchools(("elsewhere",), others=True)
    assert planned.deliver(whose=theirs, limit=1) == {"sent": 1}
    planned.clock.turn(hours=12)
    assert planned.deliver(whose=of_others) == {}
    assert planned.deliver(whose=theirs) == {"lapsed": EVERYBODY - 1}


def test_two_workers_at_once_send_everything_once(planned):
    counts = []

    def work(name):
        while came_of := planned.deliver(owner=f"{name}-{len(counts)}", limit=4):
            counts.append(came_of)

    workers = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sum(came_of["sent"] for came_of in counts) == EVERYBODY
    assert max(Counter(copy.id for copy in planned.server.copies).values()) == 1


def test_an_answer_after_a_person_took_over_settles_nothing(planned):
    async def take_over(phase, server):
        if phase == "taken":
            with planned.store.writing() as conn:
                at = planned.clock() + timedelta(hours=1)
                claim_store.lease(conn, now=at, owner="another", limit=50, lease_for=timedelta(hours=1))

    planned.server.watch = take_over
    assert planned.deliver(limit=1) == {"taken over": 1}
    assert planned.states()["sending"] == 1


def test_a_message_taken_over_before_it_was_begun_is_not_sent(planned):
    taken = []

    async def take_over(phase, server):
        if phase == "taken" and not taken:
            taken.append(phase)
            planned.clock.turn(minutes=6)
            with planned.store.writing() as conn:
                at = planned.clock() + timedelta(hours=1)
                claim_store.lease(conn, now=at, owner="another", limit=50, lease_for=timedelta(hours=1))

    planned.server.watch = take_over
    assert planned.deliver() == {"taken over": EVERYBODY}
    assert len(planned.server.copies) == 1


def test_a_run_ends_before_its_lease_and_gives_the_rest_back(planned):
    async def dawdle(phase, server):
        if phase == "taken":
            planned.clock.turn(minutes=3)

    planned.server.watch = dawdle
    assert planned.deliver() == {"sent": 3}
    assert planned.states() == {"sent": 3, "waiting": EVERYBODY - 3}
    assert planned.deliver(limit=2) == {"sent": 2}


def test_hours_that_end_amid_a_run_stop_it(planned):
    async def dawdle(phase, server):
        if phase == "taken":
            planned.clock.turn(minutes=6)

    planned.clock.turn(hours=10, minutes=25)
    planned.server.watch = dawdle
    assert planned.deliver() == {"sent": 1, "later": 3}
    assert planned.deliver() == {"lapsed": EVERYBODY - 1}


def test_what_was_being_sent_and_could_not_be_reached_stays_marked_so(planned):
    """A worker died while sending; the next run has no time for it, and the one after sends it."""
    with planned.store.writing() as conn:
        taken = claim_store.lease(
            conn, now=planned.clock(), owner="dead", limit=EVERYBODY, lease_for=timedelta(seconds=1)
        )
        for one in taken:
            message_store.begin_attempt(conn, one.id, owner="dead", now=planned.clock())
    planned.clock.turn(minutes=1)

    async def dawdle(phase, server):
        if phase == "taken":
            planned.clock.turn(minutes=10)

    planned.server.watch = dawdle
    assert planned.deliver() == {"sent": 1}
    assert planned.states() == {"sent": 1, "sending": EVERYBODY - 1}
    planned.server.watch = None
    assert planned.deliver() == {"sent": EVERYBODY - 1}
    assert len(planned.server.copies) == EVERYBODY


def test_three_answers_in_a_minute_are_named_in_one_email_of_the_next_morning(planned):
    planned.deliver()
    opened = links(planned, planned.received(TEACHER)[0])[:3]
    receipts = []
    for link in opened:
        receipts.append(sign(planned, link))
        planned.clock.turn(seconds=20)
    assert planned.deliver() == {}
    next_morning(planned)
    [named] = planned.received(TEACHER)[1:]
    assert all(receipt in words(named) for receipt in receipts)
    after = planned.clock().date() + timedelta(days=1)
    with planned.store.reading() as conn:
        # It asked nothing, so that it uses up none of the week's reminders.
        assert load_snapshot(conn, after).messaged["y1"] == (after - timedelta(days=2),)
    next_morning(planned)
    assert [one for one in planned.received(TEACHER)[2:] if "Reference: " in words(one)] == []


def test_the_days_email_names_what_was_answered_before_it(planned):
    """It asks first and names last, and what was given on paper and at the tablet says so."""
    planned.deliver()
    reading = link_to(planned, "read-mobile")
    with planned.store.reading() as conn:
        shown = open_now(conn, reading, planned.clock())
    given = Answer(Outcome.DONE, shown.person.name, shown.shown)
    tablet = Identification("kiosk, own PIN", channel="kiosk")
    receipt = answer(planned.store, reading, given, planned.clock(), tablet)
    planned.clock.turn(days=6)
    next_morning(planned)
    [asks] = planned.received(TEACHER)[1:]
    said = words(asks)
    assert not asks["Subject"].startswith("Recorded")
    assert said.count(receipt) == 1
    assert 0 < said.index("https://") < said.index(receipt)
    assert "on the staff room tablet" in " ".join(said.split())


def test_receipts_of_a_message_that_reached_no_one_are_named_the_next_time(planned):
    planned.deliver()
    receipt = sign(planned, link_to(planned, "read-mobile"))
    planned.server.answers["dot"] = ["554 5.6.0 not this"] * 20
    assert next_morning(planned)["given up"] >= 1
    assert not [one for one in planned.received(TEACHER) if receipt in words(one)]
    planned.server.answers["dot"] = []
    next_morning(planned)
    assert len([one for one in planned.received(TEACHER) if receipt in words(one)]) == 1


@pytest.mark.parametrize("seed", range(3))
def test_every_answer_is_named_once_whatever_becomes_of_the_messages(planned, seed):
    """Messages are refused, put off, held and lapse at random; no answer is lost and none is told twice."""
    chance, receipts = Random(seed), []
    planned.deliver()
    mine = links(planned, planned.received(TEACHER)[0])
    for _ in range(9):
        for link in chance.sample(mine, chance.randint(0, min(2, len(mine)))):
            receipts.append(sign(planned, link))
            mine.remove(link)
        troubles = ["554 5.6.0 not this", "451 4.3.0 closed for now"]
        planned.server.answers["dot"] = chance.choices(troubles, k=chance.choice([0, 0, 2, 20]))
        planned.clock.turn(days=1)
        plan_today(planned.services, planned.clock())
        with planned.store.writing() as conn:
            waiting = message_store.recent(conn, states=["waiting"])
            hold_store.hold(conn, [one.id for one in waiting if chance.random() < 0.3], planned.clock())
        if chance.random() < 0.8:
            planned.deliver()
    receipts += [sign(planned, link) for link in mine]
    planned.server.answers["dot"] = []
    for _ in range(9):
        next_morning(planned)
    said = [words(one) for one in planned.received(TEACHER)]
    named = {receipt: sum(receipt in one for one in said) for receipt in receipts}
    assert named == dict.fromkeys(receipts, 1)


def test_a_question_is_put_to_a_person_who_can_answer_and_replies_go_to_the_asker(planned):
    planned.deliver()
    reading = link_to(planned, "read-mobile")
    ask(planned, reading)
    assert planned.deliver() == {"sent": 1}
    question = next(copy.mail for copy in planned.server.copies if "A question" in copy.mail["Subject"])
    assert question["Reply-To"].addresses[0].addr_spec == TEACHER
    assert "> Does this cover\n> > my own phone?" in words(question).replace("\r\n", "\n")


def test_a_receipt_whose_record_is_gone_is_withdrawn(planned):
    now = planned.clock()
    letter = NewMessage(
        "receipt", "merriwell-green", "y2", "HB-NONE", now.date(), now, now + timedelta(days=1)
    )
    planned.deliver()
    with planned.store.writing() as conn:
        queue_message(conn, letter, now)
    assert planned.deliver() == {"withdrawn": 1}


def test_a_mailbox_that_stays_full_for_longer_than_a_day_is_given_up_and_blames_no_ones_address(planned):
    planned.deliver()
    ask(planned, link_to(planned, "read-mobile"))
    planned.server.answers["dot"] = ["452 4.2.2 mailbox full"] * 50
    came_of = []
    while "given up" not in came_of:
        came_of += planned.deliver()
        planned.clock.turn(hours=8)
    assert came_of == ["later"] * 9 + ["given up"]
    assert noticed(planned) == []
