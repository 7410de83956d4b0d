"""Every page of the route table in its states, and a school in which all of them exist.

A GET route that is neither in pages.csv nor in no_pages.csv is an error, so that no page is forgotten.
"""

import csv
import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup
from by_hand import go, press
from reported import report_of

from bot.bootstrap.web_app import create_app
from bot.cases.context import case_transaction
from bot.cases.model import CaseState
from bot.cli.demo import build, demo_links, demo_settings
from bot.core.links import Link
from bot.core.roles import PERMISSIONS
from bot.demo.scenes import passphrase
from bot.identity.case_links import add_case_link
from bot.identity.guard import guards
from bot.identity.member import SignedIn
from bot.identity.service import ask_by_email, begin_session, make_first_link, signed_in
from bot.people.sheet_columns import guess_columns
from bot.records import people as record_people
from bot.records import register as record_register
from bot.register.service import apply_register
from bot.reports.service import receive
from bot.rules.people import Membership, Person
from bot.rules.register import Register
from bot.web.security import CsrfTokens
from connectors.local.roster import read_people

FIRST, EMPTY = "merriwell-green", "otherfield"
FIRE = """# Fire safety policy

1. Drills

The office tests the fire alarm every week.

All staff read the fire plan each September.

Visitors are told at once.
"""
PHONE = {"child": "A.B. in Year 5", "what": "a phone", "kept": "office safe"}
LONG = "Wilhelmina Featherstonehaugh-Cholmondeley"
LONG_EMAIL = "wilhelmina.featherstonehaugh-cholmondeley@merriwell.example"

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """One page: its route, who looks ("" for nobody), what is special, and the address, {filled in} later."""

    route: str
    who: str = ""
    state: str = ""
    at: str = ""
    status: int = 200
    press: tuple = ()

    @property
    def address(self):
        return self.at or self.route


def read(name):
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(row):
    press = tuple(one for one in row["press"].split("; ") if one)
    return Page(row["route"], row["who"], row["state"], row["at"], int(row["status"]), press)


PAGES = tuple(listed(row) for row in read("pages.csv"))
# What a GET gives that nobody looks at as a page of ours, and why.
NO_PAGES = {row["route"]: row["why"] for row in read("no_pages.csv")}


def unknown_routes(app):
    """List each GET route that no list knows, and each line of the lists that is no GET route."""
    routes = {route.removeprefix("GET ") for route in guards(app) if route.startswith("GET ")}
    listed = {page.route for page in PAGES}
    return sorted(routes ^ (listed | NO_PAGES.keys())) + sorted(listed & NO_PAGES.keys())


def allowed(app, route):
    """Return in words who may see a page."""
    return " and ".join(_by(guard) for guard in guards(app)[f"GET {route}"])


def _by(guard):
    if isinstance(guard, SignedIn):
        return ", ".join(sorted(PERMISSIONS[guard.permission])) if guard.permission else "anybody signed in"
    return {
        "Public": "anybody",
        "DemoOnly": "the demo's visitor",
        "PersonalLink": "the holder of a personal link",
        "SignInLink": "the holder of a sign-in link",
        "KioskDevice": "the shared tablet",
    }[type(guard).__name__]


@dataclass
class World:
    """The demo's school with something of everything in it, served; and a school that has only begun."""

    services: object
    app: object
    address: str
    ids: dict = field(default_factory=dict)
    tokens: dict = field(default_factory=dict)

    def link(self, purpose, person, *more):
        return self.services.links.make(Link(purpose, FIRST, person, *more), self.services.clock())

    def cookies(self, who):
        """What the browser of this reader holds: "y5", "kiosk y5", "kiosk" (nobody at it), "empty hd"."""
        if who and who not in self.tokens:
            place, _, person = who.rpartition(" ")
            how, school = (
                ("kiosk" if place == "kiosk" else "email link"),
                (EMPTY if place == "empty" else FIRST),
            )
            now = self.services.clock()
            key = f"e-{person}" if place == "empty" else person
            if person != "kiosk":
                self.tokens[who] = begin_session(self.services, school, key, how=how, now=now)
        name = "handbell-kiosk" if who == "kiosk" else "handbell"
        return {name: self.tokens[who]} if who else {}

    def client(self, who):
        return httpx.Client(base_url=self.address, timeout=60, cookies=self.cookies(who))

    def send(self, who, to, *, files=None, **typed):
        """Send a form as this reader; give where it leads."""
        session = next(iter(self.cookies(who).values()))
        found = signed_in(self.services, session, self.services.clock())
        seal = CsrfTokens(self.services.links.secret).make(found.session, "", self.services.clock())
        with self.client(who) as client:
            answer = client.post(to, data={"seal": seal} | typed, files=files)
        assert answer.status_code == 303, (to, answer.status_code, answer.text)
        return answer

    def fill_in(self, who, at, ending="", **typed):
        """Fill in the form of a page as a browser would; give where it leads."""
        with self.client(who) as client:
            page = client.get(at)
            forms = BeautifulSoup(page.text, "html.parser").find_all("form", method="post")
            form = next(
                one for one in forms if one["action"] != "/sign-out" and one["action"].endswith(ending)
            )
            typeable = [one for one in form("input") if one.get("type") not in {"radio", "checkbox", "file"}]
            there = {one["name"]: one.get("value", "") for one in typeable if one.get("name")}
            answer = client.post(form["action"], data=there | typed)
        assert answer.status_code == 303, (at, answer.status_code, answer.text)
        return answer.headers["location"]

    def found(self, who, at, pattern):
        """The first words of a page that a pattern finds."""
        with self.client(who) as client:
            page = client.get(at).text
        found = re.search(pattern, page)
        assert found, (at, pattern)
        return found[1]

    def unknown_routes(self):
        return unknown_routes(self.app)

    def allowed(self, page):
        return allowed(self.app, page.route)

    def press(self, tab, page):
        """Do what leads to this page's state: fill in, choose and press."""
        for one in page.press:
            if one == "passphrase":
                tab.get_by_label("passphrase").first.fill(self.ids["passphrase"])
            elif one == "first":
                tab.locator("input[type=radio]").first.check()
            elif one == "Excuse":
                go(tab.get_by_role("link", name=re.compile("^Excuse")).first)
            else:
                press(tab, one)

    def at(self, page):
        return page.address.format_map(self.ids) if "{" in page.address else page.address


@pytest.fixture(scope="session")
def every_page():
    """The list of pages."""
    return PAGES


@pytest.fixture
def reader(chromium, world):
    """A browser in which somebody is signed in: `with reader("y5", width=360) as tab`."""

    @contextmanager
    def opened(who, *, width=1280, dark=False, forced=False):
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            forced_colors="active" if forced else "none",
            reduced_motion="reduce",
            locale="en-GB",
        )
        kept = [
            {"name": name, "value": value, "url": world.address} for name, value in world.cookies(who).items()
        ]
        context.add_cookies(kept)
        yield context.new_page()
        context.close()

    return opened


@pytest.fixture
def world(lived_in, stage):
    """The school of all pages, on the server."""
    stage.app = lived_in.app
    return lived_in


@pytest.fixture(scope="session")
def lived_in(stage, tmp_path_factory):
    """Build the demo's school on a Monday morning in November, and live in it what the pages show."""
    now = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
    folder = tmp_path_factory.mktemp("screens") / "data"
    services, school = build(demo_settings(folder, stage.address), now)
    services = replace(services, clock=lambda: now, read_people=read_people)
    links = demo_links(services, school)
    stage.app = create_app(services, demo_links=links)
    world = World(services, stage.app, stage.address)
    for live in (join, answer_and_ask, bring_in, report_things):
        live(world, folder)
    world.ids["sent"] = links[0].href.removeprefix("/sent/")
    world.ids["passphrase"] = passphrase(services)
    return world


def join(world, folder):
    """A long name, somebody of a trust, and a school with three people and nothing else."""
    services, now = world.services, world.services.clock()
    with services.store.writing() as conn:
        first = record_register.load_register(conn, FIRST)
        registers_of_empty = Register(replace(first.school, key=EMPTY, name="Otherfield Primary School"))
        known = record_people.roster(conn, FIRST)["y5"]
        both = tuple(Membership(key, frozenset({"trust-lead"})) for key in (FIRST, EMPTY))
        staff = [
            Person(f"e-{key}", name, f"{key}@otherfield.example", (Membership(EMPTY, frozenset({role})),))
            for key, name, role in (("hd", "Amara Ling", "headteacher"), ("of", "Colin Best", "office"))
        ]
        long = replace(known, key="long", name=LONG, email=LONG_EMAIL)
        people_now = [*staff, long, Person("tl", "Tess Lark", "tess@trust.example", both)]
    apply_register(services.store, registers_of_empty, documents={}, now=now, actor="a test")
    with services.store.writing() as conn:
        record_people.save_people(conn, people_now, now)
        record_people.mark_unreachable(conn, "ck", "550 5.1.1 no such user")


def answer_and_ask(world, folder):
    """Requests, a certificate, an entry of the log, a PIN and a tablet, a link for signing in."""
    own = "/me/requests/new?kind=own-device"
    asked = {
        "what": "My own tablet in the hall",
        "why": "The school's is being mended",
        "until_on": "2026-12-18",
    }
    world.ids["request"] = _last(world.fill_in("y5", own, **asked))
    world.ids["allowed"] = _last(world.fill_in("y5", own, **asked | {"what": "My own phone on the trip"}))
    decided = {"outcome": "allowed", "conditions": "Photos of work only", "risk": "In the office, file 7"}
    world.fill_in(
        "hd", f"/me/requests/{world.ids['allowed']}", "decide", **decided | {"until_on": "2026-12-18"}
    )
    done = {"finished_on": "2026-11-19", "provider": "The council"}
    paper = {"certificate": ("certificate.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")}
    world.send("y1", "/training/mine/safeguarding-training", files=paper, **done)
    world.ids["entry"] = world.fill_in("y5", "/log/new/pupil-phone", "pupil-phone", **PHONE).rpartition("=")[
        2
    ]
    world.send("y5", "/me/pin", pin="4815", again="4815")
    tablet = world.send("of", "/kiosk/start", name="Staff room")
    world.tokens["kiosk"] = tablet.cookies["handbell-kiosk"]
    del world.tokens["of"]  # the office's browser became the tablet
    wanted = {"channel": "Tapestry", "name": "Merriwell in pictures", "reach": "closed"}
    more = {"purpose": "Daily pictures for families of the youngest", "why": "The newsletter comes too late"}
    world.ids["account_request"] = _last(world.fill_in("ey", "/accounts/new", **wanted | more))
    ask_by_email(world.services, "a.sorley@merriwell.example", world.services.clock())
    world.ids["way_in"] = make_first_link(world.services, FIRST, None, world.services.clock())[0].rpartition(
        "/"
    )[2]


def bring_in(world, folder):
    """Files on their way in: people, completions, a version of a policy."""
    listed = (folder / "school" / "roster.csv").read_text(encoding="utf-8")
    fewer = "\n".join(line for line in listed.splitlines() if not line.startswith("ta3,")) + "\n"
    text = {"file": ("people.csv", fewer.replace("Lucia Ferrante", "Lucia Ferrante-Bianchi"), "text/csv")}
    sent = world.send("of", "/office/people/import", files=text, how="replace").headers["location"]
    world.ids["sheet"] = sent.split("/")[-2]
    columns = list(guess_columns(fewer.splitlines()[0].split(",")))
    world.ids["roster"] = _last(world.send("of", sent, columns=columns).headers["location"])
    rows = "Delegate,Mail,What,When\nSamuel Kerr,s.kerr@merriwell.example,Safeguarding L1,19/11/2026\n"
    for name in ("columns", "completions"):
        file = {
            "file": (
                f"{name}.csv",
                rows + f"{name},nobody@mail.example,Safeguarding L1,18/11/2026\n",
                "text/csv",
            )
        }
        world.ids[name] = _last(world.send("of", "/training/import", files=file).headers["location"])
    at = f"/training/import/{world.ids['completions']}"
    said = {"provider": "Kent Online", "name": "Delegate", "email": "Mail", "course": "What", "date": "When"}
    world.send("of", f"{at}/columns", **said)
    world.send("of", f"{at}/courses", printed=["Safeguarding L1"], ours=["safeguarding-training"])
    policy = (folder / "school" / "policies" / "mobile-and-social-media.md").read_text(encoding="utf-8")
    newer = policy.replace("out of sight while", "in a locker while")
    for published in (True, False):
        file = {"file": ("mobile-2027.md", newer, "application/octet-stream")}
        address = world.send("of", "/office/policies/mobile-and-social-media", files=file).headers["location"]
        if published:
            world.send("of", address, change="material", reason="Lockers came.", number="2")
        newer = newer.replace("in a locker", "in the locker of the staff room")
    world.ids["version"] = address
    with world.services.store.reading() as conn:
        [*_, shown] = record_register.versions(conn, FIRST, "child-protection")
    world.send(
        "of", "/office/policies/child-protection/public", was=shown.sha256_bytes, approved="yes", listed="yes"
    )
    fire = {"file": ("fire.md", FIRE.encode(), "text/markdown")}
    setup = world.send("of", "/office/setup", files=fire).headers["location"]
    world.ids["setup"] = setup
    world.send("of", setup, sentence="5.1", then="keep")


def report_things(world, folder):
    """Addresses that the school's own pages give: duties, receipts, cases, meetings."""
    ids, services = world.ids, world.services
    ids["cycle"] = world.found("y5", "/me", r"/me/duty/read-mobile/([^\"?]+)")
    ids["duty"] = world.link("duty", "y5", "read-mobile", ids["cycle"])
    ids["receipt"] = world.found("y3", "/me", r"/me/receipt/([^\"?]+)")
    world.send("dh", "/office/rules/filtering-test/retire", why="The supplier tests it now")
    ids["rule_change"] = world.found("hd", "/me", r"/office/rules/changes/([^\"]+)")
    ids["duty_done"] = world.link("duty", "y3", "read-child-protection", ids["cycle"])
    ids["question"] = world.found("of", "/office/questions", r"/office/questions/([^\"?]+)")
    ids["receipt_done"] = world.found("", f"/d/{ids['duty_done']}", r"/receipt/([^\"?]+)")
    ids["school_area"] = world.found(
        "hd",
        "/school",
        r"<a [^>]*href=\"/school/((?!trend|policies|stuck|findings|messages|report|trust)[a-z-]+)[\"?]",
    )
    ids["meeting"] = world.found("cl", "/governors/meetings", r"(/governors/meetings/[^/\"]+/[^/\"]+)\"")
    ids["agenda"] = world.found("cl", "/governors", r"(/governors/meetings/[^\"]+/agenda)")
    with world.client("hd") as client:
        rows = client.get("/cases").text
    numbers = list(dict.fromkeys(re.findall(r"/cases/([^\"?/]{4}-[^\"?/]{4})\"", rows)))
    ids["new_case"], ids["open_case"], ids["closed_case"] = numbers[:3]
    with services.store.writing() as conn:
        link = Link("case", FIRST, "hd", ids["new_case"], "a message")
        add_case_link(conn, services.case_keys, link, services.clock(), begins_at=services.clock())
    ids["case_link"] = world.link("case", "hd", ids["new_case"], "a message")
    ids["old_case"] = _old_case(services)


def _old_case(services):
    """Report and close something many years ago, so that it is due for disposal."""
    given = {"school": FIRST, "category": "visitor", "form_key": "form key of something long ago"}
    told = report_of(
        **given, what="A visitor took photographs.", where_when="In the hall.", about="A grey coat"
    )
    then = services.clock() - timedelta(days=365 * 6 + 3)
    number = receive(services, told, then, services.chance).number
    with case_transaction(services, FIRST, number, "dh", then) as pen:
        pen.move(state=CaseState.CLOSED.value, closed_at=then)
    return number


def _last(address):
    return address.rpartition("/")[2].partition("?")[0]
