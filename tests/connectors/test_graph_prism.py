"""An independent judge: Stoplight's Prism, which knows Graph by its published description.

Once as a Graph of its own that makes its answers up, and once between us and our double, where it judges
requests and answers both. It passes over query parameters that Graph does not know: those the double judges.
"""

import json
import subprocess
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest

from bot.core.errors import TryAgain
from bot.ports import Address, Event, LibraryFile
from connectors.microsoft import client as microsoft_client
from connectors.microsoft import lists as microsoft_lists
from connectors.microsoft.activity_feed import ActivityFeed
from connectors.microsoft.calendar import MailboxCalendar
from connectors.microsoft.client import Graph, Timeouts
from connectors.microsoft.directory import GroupDirectory
from connectors.microsoft.library import PolicyLibrary
from connectors.microsoft.lists import ListForm, SiteTrackedList
from connectors.microsoft.mail import GraphMailer, ReturnedMail
from connectors.microsoft.two_step import RegistrationReport

# One worker runs them all, and so one Prism.
PACKAGE = "@stoplight/prism-cli@5.16.0"
BOX = "office@merriwell.example"
SITE = "merriwell.sharepoint.example,1,2"
COLUMNS = ("Number", "State", "Received", "Next due")
# Where Prism finds nothing, and what it finds elsewhere: made up from the description alone, no item of a
# list would be ours and no letter a notice.
NOBODY, NOWHERE = "empty@merriwell.example", "empty"
FOUND = {
    "/groups/{group-id}/transitiveMembers": {"value": [
        {"@odata.type": "#microsoft.graph.user", "id": "jo", "displayName": "Jo", "accountEnabled": True,
         "mail": "jo@merriwell.example", "userPrincipalName": "jo@merriwell.example", "department": None}]},
    "/sites/{site-id}/lists/{list-id}/items": {"value": [
        {"id": "1", "fields": {"HandbellNumber": "A"}}, {"id": "2", "fields": {"HandbellNumber": "B"}}]},
    "/sites/{site-id}/lists/{list-id}/columns": {"value": [
        *microsoft_lists.cases(COLUMNS).columns, *microsoft_lists.reports(("Filtering",)).columns]},
    "/users/{user-id}/mailFolders/{mailFolder-id}/messages/delta()": {
        "value": [{"id": "n", "from": {"emailAddress": {"address": "postmaster@merriwell.example"}}}],
        "@odata.deltaLink": "https://graph.microsoft.com/v1.0/end"},
}  # fmt: skip
MANAGERS = {"responses": [{"id": "0", "status": 404, "body": {}}]}


def for_prism(whole):
    """Limit each list to one page with its example; no names in paths, as Prism splits them at commas."""
    paths = whole["paths"]
    paths["/$batch"]["post"]["responses"]["200"]["content"]["application/json"]["example"] = MANAGERS
    for path, methods in list(paths.items()):
        methods.pop("parameters", None)
        page = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if "value" not in page.get("application/json", {}).get("schema", {}).get("properties", {}):
            continue
        page["application/json"]["schema"]["properties"].pop("@odata.nextLink", None)
        empty = path.replace("{user-id}", NOBODY).replace("{site-id}", NOWHERE)
        if empty != path and "{" not in empty:
            paths[empty] = deepcopy(methods)
            paths[empty]["get"]["responses"]["200"]["content"]["application/json"]["example"] = {"value": []}
        if path in FOUND:
            page["application/json"]["example"] = FOUND[path]
    return whole


class Prism:
    """The program, for as long as this module runs."""

    def __init__(self, folder, description):
        script = Path(__file__).with_name("graph") / "prism.mjs"
        self._process = subprocess.Popen(
            ["node", script, folder, description], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.address = self._says()

    def before(self, upstream):
        """Start a judge before another Graph; return its address."""
        self._process.stdin.write(f"{upstream}\n")
        self._process.stdin.flush()
        return self._says()

    def stop(self):
        self._process.communicate(timeout=30)

    def _says(self):
        said = self._process.stdout.readline().strip()
        assert said, "Prism did not start"
        return said


@pytest.fixture(scope="module")
def prism(shared, slice_of_graph, npm_package, tmp_path_factory):
    contract = Path(shared, "contracts", "graph-openapi-slice.json")
    if not contract.is_file():
        pytest.skip("Graph's published description is not in the folder of contracts")
    description = tmp_path_factory.mktemp("prism") / "graph.json"
    description.write_text(json.dumps(for_prism(slice_of_graph.described(contract))), "utf-8")
    started = Prism(npm_package(PACKAGE), description)
    yield started
    started.stop()


def connected(school, address):
    """Return the school's connection with another Graph in the place of the double."""
    timeouts = Timeouts(20, first_wait_s=0.001)
    own, school.graph = school.graph, Graph(address, school.credential, timeouts=timeouts)
    yield school
    school.graph.close()
    school.graph = own


@pytest.fixture
def made_up(prism, school_on_graph):
    yield from connected(school_on_graph, prism.address)


@pytest.fixture
def judged(prism, school_on_graph):
    judge = prism.before(school_on_graph.double.base_url)
    # What follows a page leads through the judge as well.
    school_on_graph.double.linked_as = judge
    yield from connected(school_on_graph, judge)


def mailer(school, mailbox=BOX):
    return GraphMailer(school.graph, mailbox, school.journal, clock=school.clock, pace=school.pace())


def calendar(school, mailbox=BOX):
    return school.part(MailboxCalendar, mailbox)


def meeting(day=8):
    return Event("m", "Meeting", date(2026, 12, day), guests=(Address("pat@home.example", "Pat"),))


def cases(school, site=SITE):
    return school.part(SiteTrackedList, site, "Handbell cases")


def reports(school):
    return school.part(ListForm, SITE, "Handbell reports", categories=("Filtering",))


def feed(school):
    return school.part(ActivityFeed, "the-app", "https://bell.merriwell.example/me")


ROWS = [("A", "received", "2026-11-24", ""), ("C", "received", "2026-11-24", "2026-11-27 16:30")]


def test_letters_are_taken_by_a_graph_of_another_persons(made_up, message):
    new, waiting = mailer(made_up, NOBODY), mailer(made_up)
    assert new.send(message()).reference == waiting.send(message()).reference == "string"
    assert new.look_up("k") is waiting.look_up("k") is False
    waiting.check()
    waiting.check_sending()
    end = "https://graph.microsoft.com/v1.0/end"
    assert made_up.part(ReturnedMail, BOX).bounces(None).cursor == f"{BOX} {end}"


def test_people_and_notices_are_taken_by_a_graph_of_another_persons(made_up):
    (jo,) = made_up.part(GroupDirectory, {"staff": "g"}).roster()
    assert (jo.key, jo.email) == ("jo", "jo@merriwell.example")
    feed(made_up).tell(account="jo", words="A letter waits.", key="k")
    feed(made_up).check()


def test_meetings_are_taken_by_a_graph_of_another_persons(made_up):
    calendar(made_up, NOBODY).keep(meeting())
    calendar(made_up).keep(meeting())
    calendar(made_up).cancel("m")
    calendar(made_up).check()


def test_lists_and_files_are_taken_by_a_graph_of_another_persons(made_up):
    with pytest.raises(TryAgain, match="There is no list"):
        cases(made_up, NOWHERE).replace(COLUMNS, ROWS)
    cases(made_up).replace(COLUMNS, ROWS)
    cases(made_up).check()
    assert reports(made_up).filled(None).cursor == "string"
    reports(made_up).taken("string/1")
    library = made_up.part(PolicyLibrary, "policies-drive")
    library.check()
    assert [file.key for file in library.changes(None).items] == ["string"]
    assert library.content(LibraryFile("a", "A.md")) == b""


def test_a_graph_of_another_persons_refuses_what_is_no_letter(made_up):
    messages = made_up.graph.builders.users.by_user_id(BOX).messages
    request = microsoft_client.write_json(messages.to_post_request_information, {"subjects": "x"})
    answer = made_up.graph.write(request, made_up.pace())
    assert answer.status == 400


def test_the_judge_turns_away_an_answer_that_graph_would_not_give(judged):
    judged.rest.person("jo", "Jo", groups=["g"], accountEnabled="yes")
    with pytest.raises(TryAgain, match="500"):
        judged.part(GroupDirectory, {"staff": "g"}).check()


def test_every_kind_of_request_and_its_answer_pass_the_judge(judged, message):
    letters(judged, message)
    people(judged)
    meetings(judged)
    lists(judged)
    files(judged)
    assert judged.rest.unasked() == set()


def letters(school, message):
    mailer(school).send(message())
    mailer(school).check()
    mailer(school).check_sending()
    assert mailer(school).look_up("0f3a9c") is True
    school.rest.arrives("postmaster@merriwell.example", b"Subject: it came back\r\n\r\nNobody.\r\n")
    assert school.part(ReturnedMail, BOX).bounces(None).items == ()


def people(school):
    school.rest.person("head", "Head", groups=["g"])
    school.rest.person("jo", "Jo", groups=["g"], manager="head")
    directory = school.part(GroupDirectory, {"staff": "g"})
    assert len(directory.roster()) == 2
    assert directory.accounts({"jo": None})["jo"].roles == {"staff"}
    school.rest.registered["jo"] = True
    assert school.part(RegistrationReport).two_step({"jo": None}) == {"jo": True}
    school.rest.installed.add("jo")
    feed(school).tell(account="jo", words="A letter waits.", key="k")
    feed(school).check()


def meetings(school):
    for day in (8, 10):
        calendar(school).keep(meeting(day))
    calendar(school).check()
    calendar(school).cancel("m")


def lists(school):
    school.makes_list("Handbell cases", microsoft_lists.cases(COLUMNS))
    school.makes_list("Handbell reports", microsoft_lists.reports(("Filtering",)))
    cases(school).replace(COLUMNS[:3], [row[:3] for row in ROWS])
    cases(school).replace(COLUMNS, [("A", "closed", "2026-11-24", "2026-11-27 16:30")])
    cases(school).check()
    form = reports(school)
    cursor = form.filled(None).cursor
    school.rest.fill_in("Handbell reports", WhatHappened="It was let through.")
    news = form.filled(cursor)
    form.taken(news.items[0].key)
    assert form.filled(news.cursor).items == ()


def files(school):
    school.rest.file("a", "Policy.docx", b"PK\x03\x04words")
    library = school.part(PolicyLibrary, "policies-drive")
    library.check()
    (file,) = library.changes(None).items
    assert library.content(file) == b"PK\x03\x04words"
