"""Fixtures `school` and `cases`: the sample school on a Monday morning, on both databases, with SMTP."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from confirmed import confirm_everybody
from paused import pause
from reported import report_of
from sqlalchemy import select
from unsealed import case_messages

from bot.cases import service as case_service
from bot.cases.model import CaseOutcome, CaseState, Debrief, open_questions
from bot.cases.service import ClockDone, cases_for, open_case
from bot.core.encryption import CaseKeys, new_master_key
from bot.core.links import Links
from bot.database.engine import open_store
from bot.delivery.service import deliver as delivery_deliver
from bot.demo.school import write_school
from bot.messages import store as message_store
from bot.messages.tables import message
from bot.people.import_service import import_roster
from bot.planning.service import plan_day
from bot.ports import Address
from bot.records import people as record_people
from bot.register.convert import to_domain
from bot.register.load import documents_of, load
from bot.register.service import apply_register
from bot.reports.service import receive
from bot.rules.case_rules import Answer
from bot.services import Services
from connectors.local.roster import CsvRoster
from connectors.local.smtp import SmtpMailer
from connectors.local.smtp_session import SmtpSettings

TODAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
SCHOOL = "merriwell-green"
KEYS = CaseKeys((new_master_key(),))
# Enough of the sample school for every kind of message; the rest would only make the tests slow.
HERE = frozenset({"hd", "dh", "sb", "of", "y1", "y4", "ta4", "gc", "gs", "cl"})


@dataclass
class Clock:
    """The school's clock: it stands still until a test moves it."""

    at: datetime = MORNING

    def __call__(self):
        return self.at

    def turn(self, **forward):
        self.at += timedelta(**forward)


@dataclass
class School:
    """The sample school: its services, its clock, its mail server, and what tests ask of it."""

    services: Services
    clock: Clock
    server: object

    @property
    def store(self):
        return self.services.store

    def plan(self):
        return plan_day(self.services, self.clock())

    def deliver(self, **given):
        return delivery_deliver(self.services, now=self.clock(), **given).counts

    def posted(self):
        """The latest message planned for each person."""
        with self.store.reading() as conn:
            return {one.person: one for one in reversed(message_store.recent(conn, limit=500)) if one.items}

    def states(self):
        with self.store.reading() as conn:
            return message_store.counts(conn)

    def waits_until(self, person):
        with self.store.reading() as conn:
            query = select(message.c.not_before_at).where(message.c.person == person)
            return conn.scalars(query.order_by(message.c.planned_on.desc())).first()

    def received(self, email):
        """What arrived at an address, oldest first."""
        return [copy.mail for copy in self.server.copies if copy.to == email]

    def change(self, key, *, email=None, **membership):
        """Change somebody as the next list of people would, confirmed where their role opens cases."""
        with self.store.writing() as conn:
            known = record_people.roster(conn, SCHOOL)[key]
            here = replace(known.membership(SCHOOL), **membership)
            changed = replace(known, memberships=(here,), email=email or known.email)
            record_people.save_people(conn, [changed], self.clock())
        confirm_everybody(self.store, SCHOOL, self.clock())

    def pause(self, key, *, paused=True):
        with self.store.writing() as conn:
            pause(conn, SCHOOL, key, paused=paused)


@pytest.fixture(scope="session")
def fill_school(tmp_path_factory):
    """Fills a store with the sample school as it was three weeks before."""
    files = write_school(tmp_path_factory.mktemp("school"), TODAY)

    def fill(store):
        file, began_at = load(files.register), MORNING - timedelta(weeks=3)
        documents = documents_of(file, files.register.parent)
        apply_register(store, to_domain(file), documents=documents, now=began_at, actor="a test")
        entries = tuple(one for one in CsvRoster(files.roster).roster() if one.key in HERE)
        import_roster(store, SCHOOL, entries, now=began_at, actor="a test")
        confirm_everybody(store, SCHOOL, began_at)

    return fill


@pytest.fixture
def school(databases, fill_school, mail_server):
    """The school, nothing planned and nothing answered yet."""
    clock = Clock()
    settings = SmtpSettings("127.0.0.1", mail_server.port, "none", per_minute=600_000, timeout=5)
    store = open_store(databases.like(fill_school))
    services = Services(
        store=store,
        mailer=SmtpMailer(settings, clock=clock),
        clock=clock,
        links=Links("k" * 48),
        base_url="https://handbell.merriwell.example",
        sender=Address("office@merriwell.example", "Merriwell Green Primary School"),
        case_keys=KEYS,
    )
    yield School(services, clock, mail_server)
    services.mailer.close()
    store.close()


@dataclass
class Cases:
    """Reports sent to the school, and the questions tests ask about its cases."""

    school: School
    sent: int = 0

    @property
    def services(self):
        return self.school.services

    def chance(self, length):
        """Bytes that no two reports share, the same in every run."""
        self.sent += 1
        return sha256(f"chance {self.sent}".encode()).digest()[:length]

    def report(self, **given):
        self.sent += 1
        usual = {
            "school": SCHOOL,
            "category": "visitor",
            "what": "A visitor took photographs in the hall.",
            "where_when": "In the hall, on Friday.",
            "about": "Somebody with a grey coat",
            "form_key": f"form key number {self.sent:010}",
        }
        return report_of(**usual | given)

    def send(self, **given):
        return receive(self.services, self.report(**given), self.school.clock(), self.chance)

    def open(self, number, person):
        return open_case(self.services, SCHOOL, number, person, self.school.clock())

    def numbers(self, person):
        return [row.number for row in cases_for(self.services, SCHOOL, person, self.school.clock())]

    def do(self, step, number, person, **given):
        """Run one step of bot.cases.service."""
        return step(self.services, SCHOOL, number, person, now=self.school.clock(), **given)

    def answer_all(self, number, person):
        """Answer no, with a reason, to everything the case still asks."""
        for key in open_questions(self.open(number, person).case):
            given = Answer(key, yes=False, on=self.school.clock().date(), words="It is not called for.")
            self.do(case_service.answer, number, person, answer=given)

    def close(self, number, person):
        """Close a case, with everything done that it asks."""
        for state in (CaseState.TRIAGED, CaseState.DEBRIEF):
            self.do(case_service.move, number, person, to=state)
        for clock in self.open(number, person).clocks:
            self.do(
                case_service.clock_done, number, person, done=ClockDone(clock.action, "The LADO, ref. 417")
            )
        self.answer_all(number, person)
        self.do(case_service.say_outcome, number, person, outcome=CaseOutcome.UPHELD)
        self.do(case_service.say_debrief, number, person, debrief=Debrief("This", "Thus", "That"))
        self.do(case_service.move, number, person, to=CaseState.CLOSED)

    def letters(self):
        """Who is written to about which case, and why, in the order of writing."""
        found = case_messages(self.school.store, KEYS)
        return [(person, *step.split(" ")[:2]) for _, person, step in found]

    def told(self):
        """Who is written to about a case."""
        return {person for person, *_ in self.letters()}


@pytest.fixture
def cases(school):
    return Cases(school)
