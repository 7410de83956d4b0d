"""One trust, two schools: one lives in Google Workspace, the other in Microsoft 365, in one installation."""

import email
import email.policy
import importlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.bootstrap.services import make_mailboxes, make_services
from bot.core.config import load_settings
from bot.core.errors import BadInput, TryAgain
from bot.core.links import Links
from bot.delivery.service import deliver
from bot.messages.attempt_store import SendingJournal
from bot.people.import_service import read_rosters
from bot.planning.service import plan_day
from bot.ports import Address
from bot.records import people as record_people
from bot.register.service import apply_register
from bot.rules import audience
from bot.rules.cadence import EachMonth
from bot.rules.calendar import Term
from bot.rules.obligations import Kind, Obligation, Source
from bot.rules.people import School
from bot.rules.register import Register
from bot.rules.reminder_ladder import ASK
from bot.services import Mailbox, Services
from connectors.google.chat_app import ChatApp
from connectors.google.directory import GoogleDirectory
from connectors.google.gmail import GmailMailer, GmailSettings
from connectors.google.scopes import CHAT_APP, PEOPLE
from connectors.local.folder_mailer import FolderMailer

pytest.importorskip("msgraph", reason="the extra `microsoft` is not installed")
GroupDirectory = importlib.import_module("connectors.microsoft.directory").GroupDirectory
MORNING = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
GREEN, OAK = "merriwell-green", "oakfield"
AT_GOOGLE, AT_MICROSOFT = "handbell@merriwell.example", "office@merriwell.example"
CHAIR = "chair@home.example"
TENANT = "01234567-89ab-cdef-0123-456789abcdef"
TERMS = (
    Term("Autumn 1", date(2026, 9, 3), date(2026, 10, 23)),
    Term("Autumn 2", date(2026, 11, 2), date(2026, 12, 18)),
)


def register(key, name):
    asked = Obligation(
        key="kcsie",
        school=key,
        kind=Kind.TRAIN,
        title=f"Read Part one at {name}",
        audience=audience.parse("role:staff or role:governor"),
        cadence=(EachMonth(9),),
        ladder=ASK,
        source=Source("safeguarding", "4.2", stated=False),
        statement="I have read it.",
        minutes=40,
    )
    return Register(school=School(key, name, date(2026, 9, 1)), obligations=(asked,), terms=TERMS)


@dataclass
class Trust:
    services: Services
    gmail: object
    graph: object

    def sync(self):
        return read_rosters(self.services, MORNING)

    def send(self):
        plan_day(self.services, MORNING)
        return deliver(self.services, now=MORNING, limit=100).counts

    def arrived(self):
        """What arrived, by vendor."""
        read = email.message_from_bytes
        at_google = [read(raw, policy=email.policy.default) for raw in self.gmail.delivered]
        return {"google": at_google, "microsoft": self.graph.arrived()}

    def settings_of(self, address):
        with self.services.store.reading() as conn:
            known = record_people.load_people(conn, None).values()
        (found,) = [one for one in known if one.email == address]
        return {one.school for one in found.memberships if one.leaves_on is None}


def staff(directory, school_on_graph):
    """Five people of its own in each school, and a chair who governs both under one address."""
    unit = directory.users[0]
    directory.users = [
        unit | {"id": f"10354799159714281{n}", "primaryEmail": f"g{n}@merriwell.example", "relations": [],
                "name": {"fullName": f"Green {n}"}} for n in range(1000, 1005)
    ]  # fmt: skip
    directory.groups["governors@merriwell.example"] = [
        {"id": "9", "email": CHAIR, "type": "USER", "status": "ACTIVE"}
    ]
    for n in range(5):
        school_on_graph.rest.person(f"o{n}", f"Oak {n}", groups=["staff"], mail=f"o{n}@oakfield.example")
    school_on_graph.rest.person("chair", "Pat Shah", groups=["governors"], mail="Chair@Home.example")


@pytest.fixture
def trust(store, client, client_of, gmail, directory, school_on_graph, tmp_path):  # noqa: PLR0917
    staff(directory, school_on_graph)
    for made in (register(GREEN, "Merriwell Green"), register(OAK, "Oakfield")):
        apply_register(store, made, documents={}, now=MORNING - timedelta(weeks=3), actor="a test")
    sources = {"staff": "/Staff", "governor": "governors@merriwell.example"}
    at_google = GmailMailer(client, SendingJournal(store), GmailSettings(AT_GOOGLE))
    services = Services(
        store=store,
        mailer=FolderMailer(tmp_path / "sent", lambda: MORNING),
        clock=lambda: MORNING,
        links=Links("k" * 48),
        base_url="https://handbell.trust.example",
        sender=Address("handbell@localhost"),
        rosters={
            GREEN: GoogleDirectory(client_of(PEOPLE), ("merriwell.example",), sources),
            OAK: school_on_graph.part(GroupDirectory, {"staff": "staff", "governor": "governors"}),
        },
        mailboxes={
            GREEN: Mailbox(at_google, Address(AT_GOOGLE, "Handbell")),
            OAK: Mailbox(school_on_graph.mailer(), Address(AT_MICROSOFT, "Handbell")),
        },
    )
    yield Trust(services, gmail, school_on_graph.double)
    services.close_mailers()
    assert not list((tmp_path / "sent").glob("*"))


def test_everybody_is_written_to_once_by_their_own_school_and_the_person_who_is_in_both_once_about_both(
    trust,
):
    trust.sync()
    assert trust.settings_of(CHAIR) == {GREEN, OAK}
    assert trust.send()["sent"] == 11
    arrived = trust.arrived()
    addressed = {vendor: sorted(mail["To"].addresses[0].addr_spec for mail in mails)
                 for vendor, mails in arrived.items()}  # fmt: skip
    assert addressed == {
        "google": sorted([CHAIR, *(f"g{n}@merriwell.example" for n in range(1000, 1005))]),
        "microsoft": [f"o{n}@oakfield.example" for n in range(5)],
    }
    (both,) = [mail for mail in arrived["google"] if CHAIR in str(mail["To"])]
    words = both.get_body(("plain",)).get_content()
    assert "Merriwell Green" in words
    assert "Oakfield" in words
    assert {mail["From"].addresses[0].addr_spec for mail in arrived["google"]} == {AT_GOOGLE}


def test_a_person_who_has_the_chat_app_reads_one_line_beside_the_letter_and_the_others_have_the_letter(
    trust, client_of, chat
):
    chat.direct["users/103547991597142811001"] = "spaces/green-1001"
    trust.services = replace(trust.services, nudges={"google": ChatApp(client_of(CHAT_APP))})
    trust.sync()
    assert trust.send()["sent"] == 11
    ((space, words),) = chat.told.values()
    assert space == "spaces/green-1001"
    assert "Part one" not in words
    assert len(trust.arrived()["google"]) == 6


def test_no_one_hears_a_second_time_on_the_day(trust):
    trust.sync()
    trust.send()
    before = {vendor: len(mails) for vendor, mails in trust.arrived().items()}
    trust.sync()
    assert trust.send() == {}
    assert {vendor: len(mails) for vendor, mails in trust.arrived().items()} == before


def test_a_directory_that_knows_no_name_takes_none_away(trust):
    for _ in range(2):
        trust.sync()
        with trust.services.store.reading() as conn:
            (both,) = [one for one in record_people.roster(conn, OAK).values() if one.email == CHAIR]
        assert both.name == "Pat Shah"


def test_one_schools_leavers_are_not_the_others(trust, directory):
    trust.sync()
    directory.users[0]["suspended"] = True
    trust.sync()
    assert trust.settings_of("g1000@merriwell.example") == set()
    assert all(trust.settings_of(f"o{n}@oakfield.example") == {OAK} for n in range(5))
    other = {"id": "10", "email": "vi@home.example", "type": "USER", "status": "ACTIVE"}
    directory.groups["governors@merriwell.example"][:] = [other]
    trust.sync()
    assert trust.settings_of(CHAIR) == {OAK}
    directory.groups["governors@merriwell.example"].clear()
    with pytest.raises(BadInput):
        trust.sync()
    assert trust.settings_of("vi@home.example") == {GREEN}
    assert all(trust.settings_of(f"g{n}@merriwell.example") == {GREEN} for n in range(1001, 1005))


def test_a_directory_that_cannot_be_read_keeps_its_people_and_the_others_is_read(
    trust, google, refusal, school_on_graph
):
    trust.sync()
    school_on_graph.rest.person("o5", "Oak 5", groups=["staff"], mail="o5@oakfield.example")
    google.spoil("directory.users.list", *[refusal(403, "quotaExceeded")] * 9)
    with pytest.raises(TryAgain):
        trust.sync()
    assert trust.settings_of(CHAIR) == {GREEN, OAK}
    assert trust.settings_of("o5@oakfield.example") == {OAK}


def test_a_vendor_that_is_away_does_not_keep_the_other_schools_letters(trust, google, refusal):
    trust.sync()
    google.spoil("gmail.users.drafts.create", *[refusal(403, "rateLimitExceeded")] * 99)
    counts = trust.send()
    assert (counts["sent"], counts["later"]) == (5, 3)
    assert len(trust.arrived()["microsoft"]) == 5


@pytest.fixture
def whole(google, key_file, tmp_path):
    return {
        "data": tmp_path / "data",
        "mail": "folder",
        "mail_by_setting": f"{GREEN}=google, {OAK}=Microsoft",
        "google_credentials": key_file,
        "google_domain": "merriwell.example",
        "google_mailbox": AT_GOOGLE,
        "google_setting": GREEN,
        "google_people": "staff=/Staff",
        "google_calendar": True,
        "google_sheet": "book",
        "google_form": "form",
        "google_folder": "policies",
        "google_chat": "https://chat.googleapis.com/v1/spaces/AAA/messages?key=k&token=t",
        "google_chat_app": True,
        "google_root": google.root,
        "google_hosted_domain": "merriwell.example",
        "google_client_id": "1",
        "google_client_secret": "s3cret",
        "microsoft_tenant": TENANT,
        "microsoft_client_id": TENANT,
        "microsoft_secret": "s3cret",
        "microsoft_mailbox": AT_MICROSOFT,
        "microsoft_setting": OAK,
        "microsoft_groups": f"staff={TENANT}",
        "microsoft_calendar": True,
        "microsoft_site": "oakfield.sharepoint.example,1,2",
        "microsoft_list": "Handbell cases",
        "microsoft_reports": "Handbell reports",
        "microsoft_library": "policies-drive",
        "teams_app": TENANT,
        "teams_workflow": "https://x.example/hook",
        "entra_tenant": TENANT,
        "entra_client_id": TENANT,
        "entra_client_secret": "s3cret",
        "tracked_readers": "headteacher",
    }


def test_the_settings_give_each_school_its_own_vendor_for_everything(whole):
    services = make_services(load_settings(**whole))
    of_each = ("rosters", "calendars", "tracked", "intakes", "libraries", "boards")
    assert {part: set(getattr(services, part)) for part in of_each} == {
        part: {GREEN, OAK} for part in of_each
    }
    assert set(services.identity) == {"entra", "google"}
    assert set(services.nudges) == {"microsoft", "google"}
    assert {key: one.sender.email for key, one in services.mailboxes.items()} == {
        GREEN: AT_GOOGLE,
        OAK: AT_MICROSOFT,
    }
    assert isinstance(services.mailbox_of(GREEN).mailer, GmailMailer)
    assert isinstance(services.mailbox_of("a third").mailer, FolderMailer)
    assert set(services.returned) == {"google", "microsoft"}
    services.close_mailers()
    services.store.close()


def test_a_way_that_is_the_usual_one_needs_no_mailbox_of_its_own(whole, store):
    settings = load_settings(**(whole | {"mail": "google", "mail_from": "office@merriwell.example"}))
    assert set(make_mailboxes(settings, store)) == {OAK}


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"mail_by_setting": "oakfield"}, "HANDBELL_MAIL_BY_SETTING"),
        ({"mail_by_setting": "oakfield=smtp"}, "HANDBELL_MAIL_BY_SETTING"),
        ({"google_mailbox": None}, "HANDBELL_GOOGLE_MAILBOX: is missing"),
        ({"microsoft_mailbox": None}, "HANDBELL_MICROSOFT_MAILBOX: is missing"),
    ],
)
def test_ways_by_halves_are_refused_by_name(whole, changed, wrong):
    with pytest.raises(BadInput, match=wrong):
        make_services(load_settings(**(whole | changed)))


def test_a_message_that_is_unclear_is_looked_up_where_it_was_sent(trust, google):
    trust.sync()
    google.spoil("gmail.users.drafts.send", "drop after")
    assert trust.send()["sent"] == 11
    assert len(trust.arrived()["google"]) == 6


def test_one_school_has_each_thing_from_one_vendor_only(whole):
    with pytest.raises(BadInput) as raised:
        make_services(load_settings(**whole | {"microsoft_setting": GREEN, "mail_by_setting": ""}))
    assert {one.field for one in raised.value.problems} == {
        f"HANDBELL_{name}"
        for name in (
            "MICROSOFT_GROUPS",
            "MICROSOFT_REPORTS",
            "MICROSOFT_LIST",
            "MICROSOFT_LIBRARY",
            "MICROSOFT_CALENDAR",
            "TEAMS_WORKFLOW",
        )
    }
