"""What rings the rules that wait for something: written with its cause, once, and only where a rule waits."""

from dataclasses import replace

import pytest
from reported import report_of
from sqlalchemy import select

from bot.accounts import emails as account_emails
from bot.accounts.requests import Decision, NewAccountInput, ask, decide
from bot.accounts.service import AccountActor
from bot.core.clock import local_date
from bot.forecast.preview import preview
from bot.logbook import service as logbook_service
from bot.logbook.service import LogActor
from bot.messages.tables import message
from bot.planning.duties import duties
from bot.planning.record_events import waits
from bot.planning.service import plan_day, queue_reminders
from bot.planning.store import load_snapshot
from bot.records import evidence as record_evidence
from bot.records import ledger
from bot.records import people as record_people
from bot.register.service import change_register
from bot.reports.service import receive
from bot.requests import service as request_service
from bot.requests.model import Outcome
from bot.requests.service import DecisionInput, Reader, RequestInput
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import ALIASES
from bot.rules.reminder_ladder import ASK

SCHOOL = "merriwell-green"
SEARCH = {
    "child": "A.B. in Year 5",
    "what": "A search for a device",
    "why": "it rang in a lesson",
    "authorised": "the head",
    "present": "two members of staff",
    "agreed": "The child",
    "dsl": "",
}
TAKEN = {**SEARCH, "what": "a phone", "kept": "office safe"}
OUT = {"what": "Phone 2", "for": "the farm", "carrier": "Samuel Kerr"}
CONSENT = {"child": "A.B. in Year 5", "channel": "the website", "where": "file 7"}


def rule(when, who="role:dsl", key="it"):
    return Obligation(key, SCHOOL, Kind.CHECK, "Look at it", audience(who), (parse(when),), ASK)


def account_letters(happens):
    with happens.school.store.reading() as conn:
        return sorted(conn.scalars(select(message.c.person).where(message.c.kind == "account")))


class Happens:
    """What people do at the sample school, once its register waits for events."""

    def __init__(self, school):
        self.school, self.sent = school, 0

    @property
    def now(self):
        return self.school.clock()

    @property
    def snapshot(self):
        with self.school.store.reading() as conn:
            return load_snapshot(conn, local_date(self.now), (SCHOOL,))

    def waits_for(self, *names, who="role:dsl"):
        rules = tuple(rule(f"on event {name} within 2 school days", who, f"on-{name}") for name in names)
        self.change(lambda known: replace(known, obligations=known.obligations + rules))

    def change(self, change):
        change_register(self.school.store, SCHOOL, change, now=self.now, actor="a test")

    def hold(self, account, *holders):
        def changed(known):
            accounts = (
                replace(one, holders=frozenset(holders)) if one.key == account else one
                for one in known.accounts
            )
            return replace(known, accounts=tuple(accounts))

        self.change(changed)

    def keeper(self, person, sent=None):
        self.sent += 1
        known = self.snapshot.people[person]
        roles = frozenset(ALIASES.get(one, one) for one in known.membership(SCHOOL).roles)
        return LogActor(SCHOOL, known, roles, "a test", sent or str(self.sent))

    def log(self, kind, said, person="hd", sent=None):
        keeper = self.keeper(person, sent)
        return logbook_service.write(self.school.store, keeper, kind, said, self.now, self.now)

    def add(self, reference, step, said, person="hd"):
        logbook_service.add(self.school.store, self.keeper(person), reference, step, said, self.now)

    def reader(self, person):
        known = self.snapshot
        return Reader(known.schools[SCHOOL], known.people[person], "a test", known)

    def known(self):
        with self.school.store.reading() as conn:
            assert ledger.verify(conn) is None
            return [
                (one.name, one.person, one.subject) for one in record_evidence.load_events(conn, [SCHOOL])
            ]

    def asked(self):
        found = duties(self.snapshot, local_date(self.now))
        return sorted((one.obligation.key, one.person) for one in found if "event:" in one.cycle)

    def heads(self):
        with self.school.store.reading() as conn:
            return [(one.action, one.actor) for _, one in ledger.entries(conn, limit=2)]


@pytest.fixture
def happens(school):
    return Happens(school)


def holders(happens, role):
    return [key for key, one in happens.snapshot.people.items() if role in one.membership(SCHOOL).roles]


def test_an_entry_of_the_log_rings_once_however_often_it_is_sent(happens):
    happens.waits_for("search")
    for _ in range(2):
        happens.log("search", SEARCH, sent="one form")
    assert happens.known() == [("search", None, None)]
    assert happens.asked() == [("on-search", key) for key in holders(happens, "dsl")]
    assert happens.heads() == [("something happened", "person:hd"), ("log: written", "person:hd")]
    with happens.school.store.reading() as conn:
        assert "ring" not in str(ledger.entries(conn, limit=1))
    happens.log("taken", TAKEN)
    assert happens.known() == [("search", None, None)] * 2


def test_run_preview_and_what_is_owed_agree(happens):
    happens.waits_for("search")
    happens.log("search", SEARCH)
    foreseen = preview(happens.school.store, local_date(happens.now))
    queue_reminders(happens.school.services, account_emails.REMINDERS, happens.now)
    planned = plan_day(happens.school.services, happens.now)
    assert (planned.notices, planned.skipped) == (foreseen.notices, foreseen.skipped)
    told = {(item.duty.obligation.key, one.person) for one in foreseen.notices for item in one.items}
    assert {("on-search", key) for key in holders(happens, "dsl")} <= told


@pytest.mark.parametrize(("answer", "told"), [("Taken back", ["of", "y4"]), ("No", []), ("Yes", [])])
def test_a_person_who_runs_an_account_is_told_once_that_a_consent_was_taken_back_and_not_whose(
    happens, answer, told
):
    school = happens.school
    for _ in range(2):
        happens.log("consent", CONSENT | {"answer": answer}, sent="one form")
    with school.store.reading() as conn:
        letters = list(conn.execute(select(message).where(message.c.kind == "account")))
    assert sorted(one.person for one in letters) == told
    school.clock.turn(minutes=30)
    school.deliver()
    mails = school.received("g.pellow@merriwell.example")
    assert [one["Subject"] for one in mails] == [
        "Consent was taken back: pictures on our accounts" for one in told if one == "y4"
    ]
    assert not any(word in str(one) for one in mails for word in ("A.B.", "Year 5", "file 7"))


def test_a_consent_corrected_to_taken_back_is_told_once_like_any_other(happens):
    reference = happens.log("consent", CONSENT | {"answer": "Yes"})
    happens.add(reference, "corrected", {"words": "It is file 8."})
    assert account_letters(happens) == []
    for _ in range(2):
        happens.add(reference, "corrected", {"words": "They rang.", "answer": "Taken back"})
    assert account_letters(happens) == ["of", "y4"]
    happens.school.clock.turn(minutes=30)
    happens.school.deliver()
    (mail,) = happens.school.received("g.pellow@merriwell.example")
    assert mail["Subject"] == "Consent was taken back: pictures on our accounts"
    assert "They rang" not in str(mail)


@pytest.mark.parametrize(("answer", "words"), [("Taken back", "corrected"), ("Yes", "mistaken")])
def test_a_correction_tells_nothing_new_of_what_was_told_or_does_not_count(happens, answer, words):
    reference = happens.log("consent", CONSENT | {"answer": answer})
    before = account_letters(happens)
    happens.add(reference, words, {"words": "Twice."})
    happens.add(reference, "corrected", {"words": "They rang.", "answer": "Taken back"})
    assert account_letters(happens) == before


def test_a_rule_rings_once_for_a_consent_corrected_to_taken_back(happens):
    happens.waits_for("consent-changed", who="holder")
    reference = happens.log("consent", CONSENT | {"answer": "No"})
    for _ in range(2):
        happens.add(reference, "corrected", {"words": "They rang.", "answer": "Taken back"})
    assert happens.known() == [("consent-changed", None, None)]
    assert account_letters(happens) == []


def test_whom_a_rule_asks_of_a_consent_taken_back_gets_no_letter_beside(happens):
    happens.waits_for("consent-changed", who="holder")
    happens.log("consent", CONSENT | {"answer": "Taken back"})
    with happens.school.store.reading() as conn:
        assert not list(conn.execute(select(message).where(message.c.kind == "account")))


def test_where_no_rule_waits_nothing_is_written(happens):
    happens.waits_for("guidance-changed")
    happens.log("search", SEARCH)
    assert (happens.known(), happens.asked()) == ([], [])


def test_an_entry_that_was_a_mistake_asks_no_one(happens):
    happens.waits_for("search")
    reference = happens.log("search", SEARCH)
    happens.add(reference, "corrected", {"words": "It was the other door."})
    assert happens.known() == [("search", None, None)]
    happens.add(reference, "mistaken", {"words": "It stands there twice."})
    assert (happens.known(), happens.asked()) == ([], [])
    assert happens.heads()[0] == ("event taken back", "person:hd")


@pytest.mark.parametrize(
    ("kind", "said", "last", "answer"),
    [
        ("search", SEARCH, "family-told", {"family": "The head, by phone"}),
        ("taken", TAKEN, "released", {"to": "The child"}),
    ],
)
def test_an_entry_asks_no_one_once_nothing_of_it_is_missing(happens, kind, said, last, answer):
    happens.waits_for("search")
    reference = happens.log(kind, said)
    happens.add(reference, last, answer)
    assert happens.known() == [("search", None, None)]
    happens.add(reference, "dsl-told", {"dsl": "On the day"})
    assert (happens.known(), happens.asked()) == ([], [])


def test_phones_that_come_back_on_one_day_are_one_event(happens):
    happens.waits_for("trip-returned")
    phones = [happens.log("trip-phone", OUT) for _ in range(2)]
    assert happens.known() == []
    for one in phones:
        happens.add(one, "returned", {"to": "the cupboard"})
    assert happens.known() == [("trip-returned", None, None)]


@pytest.mark.parametrize(("answer", "rings"), [("Yes", 0), ("No", 0), ("Taken back", 1)])
def test_a_consent_rings_when_it_is_taken_back(happens, answer, rings):
    happens.waits_for("consent-changed")
    happens.log("consent", CONSENT | {"answer": answer})
    assert happens.known() == [("consent-changed", None, None)] * rings


def test_a_new_holder_is_asked_for_their_account_and_no_one_else(happens):
    account = next(one for one in happens.snapshot.accounts if one.ours and one.holders)
    happens.waits_for("account-holder-added", who="holder")
    happens.waits_for("account-holder-left")
    before = [happens.snapshot.people[key].email for key in account.holders]
    happens.hold(account.key, *before)
    assert happens.known() == []
    happens.hold(account.key, *before, happens.snapshot.people["y1"].email)
    assert happens.known() == [("account-holder-added", "y1", account.key)]
    assert happens.asked() == [("on-account-holder-added", "y1")]
    happens.hold(account.key, *before)
    assert ("account-holder-left", None, account.key) in happens.known()
    assert {(key, one) for key, one in happens.asked() if one == "y1"} == set()


def test_a_holder_who_is_called_by_another_address_is_no_one_new(happens):
    account = next(one for one in happens.snapshot.accounts if one.ours and one.holders)
    happens.waits_for("account-holder-added", who="holder")
    happens.waits_for("account-holder-left")
    first, *others = (happens.snapshot.people[key] for key in sorted(account.holders))
    happens.hold(account.key, *(one.email for one in (first, *others)))
    with happens.school.store.writing() as conn:
        record_people.mark_reachable(conn, first.key, "another@merriwell.example", happens.now)
    happens.hold(account.key, "another@merriwell.example", *(one.email for one in others))
    assert happens.known() == []


def test_an_account_that_leadership_agrees_to_rings_and_one_it_declines_does_not(happens):
    happens.waits_for("channel-opened", who="role:office")
    wanted = NewAccountInput("Instagram", "Our garden", "What grows", "closed", "No other shows the garden")
    roles = {"y1": {"teacher"}, "hd": {"headteacher"}}

    def who(person, sent):
        return AccountActor(SCHOOL, person, person, frozenset(roles[person]), "a test", sent)

    for number, said in enumerate(
        (Decision("declined", "Not now"), Decision("approved", "", risk_assessed=True))
    ):
        reference = ask(happens.school.services, who("y1", f"asks {number}"), wanted, happens.now)
        decide(happens.school.services, who("hd", f"says {number}"), reference, said, happens.now)
        assert len(happens.known()) == number
    assert happens.known() == [("channel-opened", None, None)]


def test_a_request_rings_until_it_is_decided_or_taken_back(happens):
    happens.waits_for("permission-asked", who="role:headteacher")
    ends = local_date(happens.now)
    tablet = RequestInput("own-device", "My own tablet", "The school's is being mended", None, ends)
    first, second = (
        request_service.ask(happens.school.store, happens.reader(person), tablet, happens.now)
        for person in ("y1", "y4")
    )
    assert happens.known() == [("permission-asked", None, None)] * 2
    yes = DecisionInput(Outcome.ALLOWED, "Photos of work only", "In the office", ends)
    request_service.decide(happens.school.store, happens.reader("hd"), first, yes, happens.now)
    request_service.withdraw(happens.school.store, happens.reader("y4"), second, happens.now)
    assert (happens.known(), happens.asked()) == ([], [])


def test_a_declaration_names_no_one_and_is_asked_for_until_the_page_holds_its_decision(happens):
    happens.waits_for("relationship-declared")
    told = RequestInput("relationship", "The Larks live next door to me", "")
    reference = request_service.ask(happens.school.store, happens.reader("y1"), told, happens.now)
    assert happens.known() == [("relationship-declared", None, None)]
    (duty,) = (one for one in duties(happens.snapshot, local_date(happens.now)) if "event:" in one.cycle)
    assert "Kerr" not in duty.why
    assert "Lark" not in duty.why
    noted = DecisionInput(Outcome.NOTED, "Nothing more", "", local_date(happens.now))
    request_service.decide(happens.school.store, happens.reader("hd"), reference, noted, happens.now)
    assert (happens.known(), happens.asked()) == ([], [])


def test_no_one_is_asked_to_decide_what_they_asked_for_themselves(happens):
    happens.waits_for("permission-asked", who="role:headteacher")
    trip = RequestInput(
        "contact", "A former pupil by letter", "They wrote to me", None, local_date(happens.now)
    )
    request_service.ask(happens.school.store, happens.reader("hd"), trip, happens.now)
    assert happens.known() == []


def test_a_report_stands_on_no_list_of_duties(happens):
    """Its case asks those who may open it: leadership and the office read who owes what, and may not know."""
    happens.waits_for("breach-reported", "allegation", "concern-reported", "case-received")
    said = report_of(
        school=SCHOOL, category="other", what="A phone was out.", where_when="", about="", form_key="f" * 20
    )
    receive(happens.school.services, said, happens.now, happens.school.services.chance)
    assert (happens.known(), happens.asked()) == ([], [])


def test_a_cause_that_is_not_kept_rings_nothing(happens, monkeypatch):
    happens.waits_for("search")

    def full(*_args, **_given):
        raise OSError

    monkeypatch.setattr("bot.planning.record_events.ledger.append", full)
    with pytest.raises(OSError):
        happens.log("search", SEARCH)
    assert happens.known() == []


def test_it_is_said_when_each_rule_rings(happens):
    happens.waits_for("search", "guidance-changed")
    by_hand = "somebody records it under Something happened, in the office"
    taken = (
        "when a search that is not complete is written into the log, or "
        "a device taken from a child is written into the log, until it is complete, or "
    )
    assert waits(happens.school.store) == [
        ("guidance-changed", f"when {by_hand}"),
        ("search", taken + by_hand),
        ("technology-changed", f"when {by_hand}"),
    ]
