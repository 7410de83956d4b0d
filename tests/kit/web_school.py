"""Fixtures of the page tests: the sample school in SQLite, its pages served, clients signed in, axe's finds.

`web_school` is the school itself, `served` the same behind a real server, `posted` after its first emails,
`member("hd")` a client signed in as one of its people, `signed_in("hd")` a browser.
"""

import shutil
import ssl
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count

import httpx
import pytest
from bs4 import BeautifulSoup
from confirmed import confirm_everybody
from reported import report_of

from bot.bootstrap.web_app import create_app
from bot.core.clock import local_date
from bot.core.encryption import CaseKeys
from bot.core.links import Link, Links
from bot.database.engine import open_store
from bot.database.migrate import upgrade
from bot.delivery.service import deliver
from bot.demo.school import write_school
from bot.identity import service as identity_service
from bot.identity.service import begin_session
from bot.messages import store as message_store
from bot.people.import_service import import_roster
from bot.planning.duties import duties
from bot.planning.service import plan_day
from bot.planning.store import load_snapshot
from bot.ports import Address
from bot.records import evidence as record_evidence
from bot.records import ledger
from bot.records import people as record_people
from bot.records import register as record_register
from bot.register.convert import to_domain
from bot.register.load import documents_of, load
from bot.register.service import apply_register
from bot.reports.service import receive
from bot.rules.people import Membership, Person
from bot.rules.register import Register
from bot.services import Services
from bot.web.encrypted_state import EncryptedState
from bot.web.security import CsrfTokens
from connectors.local.folder_mailer import FolderMailer
from connectors.local.roster import CsvRoster, read_people

MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SCHOOL = "merriwell-green"
# Nothing is encrypted here, and a client that makes its own of these takes longer than a page.
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
KEYS = CaseKeys(("bWVycml3ZWxsLWdyZWVuLWtleS1vZi10aGUtdGVzdHM=",))


@dataclass
class Clock:
    """The school's clock: it stands still until a test moves it."""

    at: datetime = MONDAY

    def __call__(self):
        return self.at

    def turn(self, **forward):
        self.at += timedelta(**forward)


@dataclass
class School:
    """The sample school: its services, what is in its store, and links for its people."""

    services: Services
    clock: Clock
    address: str = ""

    @property
    def store(self):
        return self.services.store

    @property
    def drafts(self):
        return EncryptedState(self.services.links.secret)

    def token(self, person, obligation, cycle=None):
        """The link a message would hold, for the duty this person has now."""
        link = Link("duty", SCHOOL, person, obligation, cycle or self.cycle(person, obligation))
        return self.services.links.make(link, self.clock())

    def duty(self, person, obligation, cycle=None):
        return f"{self.address}/d/{self.token(person, obligation, cycle)}"

    def cases(self, number=""):
        """The list of cases, or one case."""
        return f"{self.address}/cases" + (f"/{number}" if number else "")

    def seal_of(self, client, shown=""):
        """What a form on a page of this signed-in client would hold, had the page shown that."""
        found = identity_service.signed_in(self.services, client.cookies["handbell"], self.clock())
        return CsrfTokens(self.services.links.secret).make(found.session, shown, self.clock())

    def cycle(self, person, obligation):
        today = local_date(self.clock())
        with self.store.reading() as conn:
            owed = duties(load_snapshot(conn, today, (SCHOOL,)), today)
        return next(one.cycle for one in owed if one.person == person and one.obligation.key == obligation)

    def kept(self, person, obligation):
        with self.store.reading() as conn:
            return [one.record for one in record_evidence.for_duty(conn, SCHOOL, obligation, person)]

    def written(self):
        """Everything an answer could leave behind: acts, ledger entries, letters."""
        with self.store.reading() as conn:
            acts = len(record_evidence.load_evidence(conn, None))
            return acts, ledger.head(conn)[0], sum(message_store.counts(conn).values())

    def letters(self):
        with self.store.reading() as conn:
            return [(one.kind, one.person) for one in message_store.recent(conn, limit=500)]

    def change_person(self, key, **changed):
        """Change somebody's membership as the next roster would, confirmed where the role opens cases."""
        with self.store.writing() as conn:
            known = record_people.roster(conn, SCHOOL)[key]
            here = replace(known.membership(SCHOOL), **changed)
            record_people.save_people(conn, [replace(known, memberships=(here,))], self.clock())
        confirm_everybody(self.store, SCHOOL, self.clock())

    def apply(self, register, *, now=None):
        """Apply the sample register after `register` has edited its files in the folder."""
        apply_files(self.store, register, now or self.clock())


def apply_files(store, register, now):
    file = load(register)
    documents = documents_of(file, register.parent)
    apply_register(store, to_domain(file), documents=documents, now=now, actor="a test")


@pytest.fixture(scope="session")
def written_school(tmp_path_factory):
    """The sample school's files, and a database that holds them: copied for each test."""
    folder = tmp_path_factory.mktemp("school")
    files = write_school(folder, TODAY)
    store = open_store(f"sqlite:///{folder / 'handbell.db'}")
    upgrade(store)
    began_at = MONDAY - timedelta(weeks=3)
    apply_files(store, files.register, began_at)
    import_roster(store, SCHOOL, tuple(CsvRoster(files.roster).roster()), now=began_at, actor="a test")
    confirm_everybody(store, SCHOOL, began_at)
    store.close()
    return folder


def opened(folder, clock):
    """The services of a school whose files and database lie in that folder."""
    return Services(
        store=open_store(f"sqlite:///{folder / 'handbell.db'}"),
        mailer=FolderMailer(folder / "sent", clock),
        clock=clock,
        links=Links("k" * 48),
        base_url="http://127.0.0.1",
        sender=Address("office@merriwell.example", "Merriwell Green Primary School"),
        sent_folder=folder / "sent",
        case_keys=KEYS,
        certificates=folder / "certificates",
        read_people=read_people,
    )


@pytest.fixture(scope="session")
def school_in(stage):
    """Open the school whose files and database lie in a folder: `school_in(folder)`."""

    def school(folder):
        clock = Clock()
        return School(opened(folder, clock), clock, stage.address)

    return school


@pytest.fixture(scope="session")
def told_school(written_school, tmp_path_factory):
    """The same after its first morning's post."""
    folder = tmp_path_factory.mktemp("told") / "school"
    shutil.copytree(written_school, folder)
    services = opened(folder, Clock())
    plan_day(services, MONDAY)
    deliver(services, now=MONDAY, limit=100)
    services.store.close()
    return folder


@pytest.fixture
def web_school(written_school, tmp_path):
    """The sample school on a Monday morning, nothing sent and nothing answered yet."""
    shutil.copytree(written_school, tmp_path / "school")
    clock = Clock()
    school = School(opened(tmp_path / "school", clock), clock)
    yield school
    school.store.close()


@pytest.fixture
def case_of(web_school):
    """Report something, and return the number of its case."""
    sent = count()

    def chance(length):
        return sha256(f"chance {next(sent)}".encode()).digest()[:length]

    def reported(**given):
        usual = {
            "school": SCHOOL,
            "category": "visitor",
            "what": "A visitor took photographs in the hall.",
            "where_when": "In the hall, on Friday.",
            "about": "Somebody with a grey coat",
            "form_key": f"form key number {next(sent):010}",
        }
        return receive(web_school.services, report_of(**usual | given), web_school.clock(), chance).number

    return reported


@pytest.fixture
def posted(told_school, tmp_path, stage):
    """The sample school after its first morning's post, behind a real server."""
    shutil.copytree(told_school, tmp_path / "posted")
    clock = Clock()
    school = School(opened(tmp_path / "posted", clock), clock, stage.address)
    stage.app = create_app(school.services)
    yield school
    school.store.close()


@pytest.fixture
def register(web_school, tmp_path):
    """The register file this school was loaded from; a test may edit it and apply it again."""
    return tmp_path / "school" / "register.yaml"


@pytest.fixture
def served(web_school, stage):
    """The school behind a real server."""
    stage.app = create_app(web_school.services)
    web_school.address = stage.address
    return web_school


@pytest.fixture
def client(request, stage):
    """Ask the school as a program would; a redirect is shown, not followed."""
    # A school that has had its post is on the stage already.
    if "posted" not in request.fixturenames:
        request.getfixturevalue("served")
    with httpx.Client(base_url=stage.address, timeout=20, verify=TLS) as client:
        yield client


def keep_on(school, token, lasts):
    """Set how long a session lasts, for tests in which much time passes."""
    identity_service.keep_alive(
        school.services, identity_service.session_digest(token), school.clock() + lasts
    )


@pytest.fixture
def member(served):
    """Sign somebody in: `member("hd")` gives a client that holds their session."""
    opened = []

    def sign_in(person, how="email link", school=SCHOOL, lasts=None):
        token = begin_session(served.services, school, person, how=how, now=served.clock())
        if lasts:
            keep_on(served, token, lasts)
        client = httpx.Client(base_url=served.address, timeout=20, verify=TLS, cookies={"handbell": token})
        opened.append(client)
        return client

    yield sign_in
    for client in opened:
        client.close()


@pytest.fixture
def asks(member, served):
    """Somebody answers the page of a duty with a question, or a refusal; returns the receipt."""

    def ask(person="y5", obligation="read-mobile", outcome="question", said="May I keep my watch on?"):
        client = member(person)
        address = f"/me/duty/{obligation}/{served.cycle(person, obligation)}"
        form = BeautifulSoup(client.get(address).text, "html.parser").find("form", action=address)
        hidden = {one["name"]: one.get("value", "") for one in form.find_all("input", type="hidden")}
        field = {"question": "question", "declined": "reason"}[outcome]
        sent = client.post(address, data=hidden | {"outcome": outcome, field: said})
        assert sent.status_code == 303, sent.text
        return sent.headers["location"].rpartition("/")[2]

    return ask


@pytest.fixture
def second_school(served):
    """Another school in the same store, with people of its own; the clerk belongs to both."""
    with served.store.reading() as conn:
        first = record_register.load_register(conn, SCHOOL)
        clerk = record_people.roster(conn, SCHOOL)["cl"]
    key = "otherfield"
    there = replace(first.school, key=key, name="Otherfield Primary School")
    apply_register(served.store, Register(there), documents={}, now=served.clock(), actor="a test")
    roles = {"oh": "headteacher", "oo": "office", "ot": "teacher"}
    with served.store.writing() as conn:
        staff = [
            Person(
                who, f"Otherfield {role}", f"{who}@otherfield.example", (Membership(key, frozenset({role})),)
            )
            for who, role in roles.items()
        ]
        both = replace(clerk, memberships=(Membership(key, frozenset({"clerk"})),))
        record_people.save_people(conn, [*staff, both], served.clock())
    return key


@dataclass
class Form:
    """The answer form of a page, as a browser would send it."""

    client: httpx.Client
    address: str
    fields: dict

    def send(self, **typed):
        return self.client.post(self.address, data=self.fields | typed)


@pytest.fixture
def form(client):
    """Open a page and give its form."""

    def opened(address):
        page = client.get(address)
        assert page.status_code == 200, page.text
        found = BeautifulSoup(page.text, "html.parser").find("form")
        hidden = {one["name"]: one["value"] for one in found.find_all("input", type="hidden")}
        return Form(client, found["action"], hidden)

    return opened


@pytest.fixture
def signed_in(served, visitor):
    """A browser in which somebody is signed in: `signed_in("y4", width=360)`."""

    def visit(person, how="email link", lasts=None, **look):
        token = begin_session(served.services, SCHOOL, person, how=how, now=served.clock())
        if lasts:
            keep_on(served, token, lasts)
        page = visitor(**look)
        page.context.add_cookies([{"name": "handbell", "value": token, "url": served.address}])
        return page

    return visit


@pytest.fixture
def post(served):
    """Send a form as a member's page would, with their seal."""

    def send(client, path, **fields):
        return client.post(path, data={"seal": served.seal_of(client)} | fields)

    return send


TARGETS = (
    "button, input:not([type=hidden], #leave-empty), textarea, select, summary, .choice, a.button, a.touch"
)


@pytest.fixture(scope="session")
def faults(chromium):
    """List what axe finds on a page, what scrolls sideways, and what is too small to press."""
    from by_axe import RULES, RULES_OF_A_LOOK, violations

    def found(page, name, width, *, only_looks=False):
        results = violations(page, RULES_OF_A_LOOK if only_looks else RULES)
        yield from (f"{name}: {one['id']} {one['nodes'][0]['target']}" for one in results)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            yield f"{name} scrolls sideways"
        small = page.evaluate(
            """targets => [...document.querySelectorAll(targets)]
                .filter(one => !['radio', 'checkbox'].includes(one.type) && one.checkVisibility())
                .map(one => [one, one.getBoundingClientRect()])
                .filter(([one, box]) => box.height < 44 || box.width < 44)
                .map(([one]) => one.textContent || one.name)""",
            TARGETS,
        )
        yield from (f"{name}: {one} is too small" for one in small)

    return found
