"""The sample school on a Monday morning, its post handed to a real mail server, and its people's browsers."""

import re
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from by_hand import go
from by_hand import press as press_with_a_finger
from confirmed import confirm_everybody
from planned import plan_today

from bot.bootstrap.web_app import create_app
from bot.core.encryption import CaseKeys
from bot.core.links import Links
from bot.database.engine import open_store
from bot.database.migrate import upgrade
from bot.delivery.service import deliver
from bot.demo.school import write_school
from bot.forecast.preview import preview
from bot.people.import_service import import_roster
from bot.ports import Address
from bot.records import evidence as record_evidence
from bot.records import people as record_people
from bot.register.convert import to_domain
from bot.register.load import documents_of, load
from bot.register.service import apply_register
from bot.services import Services
from connectors.local.roster import CsvRoster, read_people
from connectors.local.smtp import SmtpMailer
from connectors.local.smtp_session import SmtpSettings

MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
SCHOOL = "merriwell-green"
KEYS = CaseKeys(("bWVycml3ZWxsLWdyZWVuLWtleS1vZi10aGUtdGVzdHM=",))
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+\S*[\w=-]")
PHONE = 360
# The longest way from the top of a page to something on it by the Tab key.
MOST_TABS = 150
# Run in every page before its own: says what every page must be, once it stands.
LOOK_OVER = """addEventListener('load', () => {
    if (document.contentType !== 'text/html') return;
    const faults = [];
    const headings = document.querySelectorAll('h1').length;
    if (headings !== 1) faults.push(`${headings} first headings`);
    if (document.documentElement.scrollWidth > innerWidth) faults.push('scrolls sideways');
    if (!document.title.trim()) faults.push('no title');
    lookedOver(location.pathname, faults);
})"""


@dataclass
class Clock:
    """The school's clock: it stands still until a test moves it."""

    at: datetime = MONDAY

    def __call__(self):
        return self.at

    def turn(self, **forward):
        self.at += timedelta(**forward)


@dataclass
class Town:
    """The school, its mail server, and what its people find in their mailboxes."""

    services: Services
    clock: Clock
    address: str
    server: object
    # The mail of the school's first morning, which every test finds in the boxes.
    boxes: list

    @property
    def store(self):
        return self.services.store

    def post(self, *, plan=False):
        """Run the jobs: plan the day where that is due, and deliver what waits."""
        if plan:
            plan_today(self.services, self.clock())
        before = len(self.server.copies)
        deliver(self.services, now=self.clock(), limit=200)
        self.boxes += self.server.copies[before:]

    def mail(self, person):
        """What a person has in their mailbox, oldest first."""
        box = self.email(person)
        return [copy.mail for copy in self.boxes if copy.to == box]

    def email(self, person):
        with self.store.reading() as conn:
            return record_people.roster(conn, SCHOOL)[person].email

    def words(self, person):
        """The newest message of a person, as its reader sees it, without the breaks in its lines."""
        return as_read(self.mail(person)[-1])

    def link(self, person, after=""):
        """The first link after those words, in the newest message of a person that has them."""
        read = [words for words in map(as_read, self.mail(person)) if after in words]
        assert read, f"{person} has no message that says {after!r}"
        return ADDRESS.search(read[-1], read[-1].index(after))[0]

    def subjects(self, person):
        return [mail["Subject"].strip() for mail in self.mail(person)]

    def kept(self, person, obligation):
        with self.store.reading() as conn:
            return [one.record for one in record_evidence.for_duty(conn, SCHOOL, obligation, person)]

    def asked(self, person, on):
        """What the planning of a day would ask a person to do themselves: the obligations' keys."""
        notices = preview(self.store, on).notices
        items = (item.duty for one in notices if one.person == person for item in one.items)
        return [duty.obligation.key for duty in items if duty.person == person]

    def asked_again(self, person, obligation):
        """On which coming days a person would be asked again: the next ones, a week on, two weeks on."""
        coming = (self.clock().date() + timedelta(days=number) for number in (1, 2, 7, 14))
        return [day for day in coming if obligation in self.asked(person, day)]

    def change_person(self, key, *, roles=None, school=SCHOOL, **changed):
        """Change somebody's membership as the next list of people would."""
        with self.store.writing() as conn:
            known = record_people.roster(conn, school)[key]
            here = replace(known.membership(school), **changed)
            if roles is not None:
                here = replace(here, roles=frozenset(roles))
            record_people.save_people(conn, [replace(known, memberships=(here,))], self.clock())


def as_read(mail):
    return " ".join(mail.get_body(("plain",)).get_content().split())


def opened(folder, clock, stage, server):
    settings = SmtpSettings("127.0.0.1", server.port, "none", per_minute=600_000, timeout=10)
    return Services(
        store=open_store(f"sqlite:///{folder / 'handbell.db'}"),
        mailer=SmtpMailer(settings, clock=clock),
        clock=clock,
        links=Links("k" * 48),
        base_url=stage.address,
        sender=Address("office@merriwell.example", "Merriwell Green Primary School"),
        case_keys=KEYS,
        certificates=folder / "certificates",
        read_people=read_people,
    )


@pytest.fixture(scope="session")
def told_town(tmp_path_factory, stage, post_office):
    """The school's folder after its first morning's post, and that post."""
    folder = tmp_path_factory.mktemp("town") / "school"
    folder.mkdir()
    files = write_school(folder, MONDAY.date())
    town = Town(opened(folder, Clock(), stage, post_office), Clock(), stage.address, post_office, [])
    upgrade(town.store)
    began_at = MONDAY - timedelta(weeks=3)
    register = load(files.register)
    documents = documents_of(register, files.register.parent)
    apply_register(town.store, to_domain(register), documents=documents, now=began_at, actor="a test")
    roster = tuple(CsvRoster(files.roster).roster())
    import_roster(town.store, SCHOOL, roster, now=began_at, actor="a test")
    confirm_everybody(town.store, SCHOOL, began_at)
    town.post(plan=True)
    town.services.mailer.close()
    town.store.close()
    return folder, tuple(town.boxes)


@pytest.fixture
def town(told_town, tmp_path, stage, post_office):
    """A school of the test's own, served, with the first morning's post in everybody's mailbox."""
    folder, boxes = told_town
    shutil.copytree(folder, tmp_path / "school")
    clock = Clock()
    services = opened(tmp_path / "school", clock, stage, post_office)
    stage.app = create_app(services)
    yield Town(services, clock, stage.address, post_office, list(boxes))
    services.mailer.close()
    services.store.close()


@pytest.fixture
def telephone(visitor):
    """A telephone of somebody's own; whatever page it ever shows is looked over."""
    found, seen = [], []

    def looked_over(path, faults):
        seen.append(path)
        found.extend(f"{path}: {fault}" for fault in faults)

    def browse(width=PHONE):
        page = visitor(width=width)
        page.set_default_timeout(60_000)
        page.context.expose_function("lookedOver", looked_over)
        page.context.add_init_script(LOOK_OVER)
        return page

    yield browse
    assert seen, "no page was looked over"
    assert found == []


@pytest.fixture
def enter(town, telephone):
    """Somebody signs in with a link by e-mail, as anybody can: `enter("gs")` gives their browser."""

    def signed_in(person, to="/me", page=None):
        page = page or telephone()
        page.goto(f"{town.address}{to}")
        page.get_by_label("Your e-mail address").fill(town.email(person))
        go(page.get_by_role("button", name="Email me a link"))
        page.get_by_role("heading", name="Check your email").wait_for()
        town.post()
        page.goto(town.link(person, "Use this link to sign in"))
        go(page.get_by_role("button", name="Sign in"))
        page.get_by_role("navigation", name="Main").wait_for()
        if to not in page.url:
            page.goto(f"{town.address}{to}")
        return page

    return signed_in


@pytest.fixture(scope="session")
def by_keyboard():
    """Go to something with the Tab key and press it there with another: `by_keyboard(page, found)`."""

    def pressed(page, found, key="Enter"):
        found.wait_for()
        for _ in range(MOST_TABS):
            if found.evaluate("one => one === document.activeElement"):
                page.keyboard.press(key)
                return
            page.keyboard.press("Tab")
        pytest.fail(f"the Tab key never comes to {found}")

    return pressed


@pytest.fixture(scope="session")
def press(by_keyboard):
    """Press a button by keyboard alone, and wait for the page it leads to: `press(page, "Start")`."""

    def pressed(page, name):
        with page.expect_navigation():
            by_keyboard(page, page.get_by_role("button", name=name, exact=True))

    return pressed


@pytest.fixture(scope="session")
def go_on():
    """Press a button of a form of several pages with a finger: `go_on(page)`, `go_on(page, "Start")`."""

    def pressed(page, name="Continue"):
        press_with_a_finger(page, name)

    return pressed


@pytest.fixture(scope="session")
def unfold(by_keyboard):
    """Open a part of a page that is folded away, by keyboard alone."""
    return lambda page, words: by_keyboard(page, page.locator("summary").filter(has_text=words))


@pytest.fixture(scope="session")
def answer(by_keyboard):
    """Answer a duty, its main steps by keyboard alone; returns the receipt's reference."""

    def answered(page, choice="I confirm this", name="", on=""):
        by_keyboard(page, page.get_by_label(choice), "Space")
        if on:
            page.get_by_label("When did you do it?").fill(on)
        if name:
            page.get_by_label("Type your full name").fill(name)
        with page.expect_navigation():
            by_keyboard(page, page.get_by_role("button", name="Submit my answer"))
        page.get_by_role("heading", name="Recorded", exact=True).wait_for()
        return page.locator(".reference").text_content()

    return answered


@pytest.fixture(scope="session")
def paper():
    """What a link to a file leads to, asked for as this browser's user: `paper(page, "Report (PDF)")`."""

    def fetched(page, name):
        address = page.get_by_role("link", name=name).first.evaluate("one => one.href")
        answer = page.context.request.get(address)
        assert answer.ok, answer.status
        return answer.body()

    return fetched


@pytest.fixture(scope="session")
def day():
    """Days of the week the journeys are made in: `day(24)` is that Tuesday."""
    return lambda number, month=11, year=2026: date(year, month, number)
