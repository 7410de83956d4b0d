"""Teams: a notice beside a letter, and the weekly card through a workflow, once."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from connectors.microsoft.activity_feed import ActivityFeed, tab_link
from connectors.microsoft.channel_workflow import ChannelWorkflow

APP = "01234567-89ab-cdef-0123-456789abcdef"
CARD = {"type": "AdaptiveCard", "version": "1.5", "body": []}


@pytest.fixture
def feed(school_on_graph):
    school_on_graph.rest.installed.add("jo")
    return school_on_graph.part(ActivityFeed, APP, "https://bell.school.example/me")


def test_a_notice_is_shown_and_the_same_key_replaces_it(school_on_graph, feed):
    feed.tell(account="jo", words="x" * 300, key="k1")
    feed.tell(account="jo", words="Two.", key="k1")
    feed.tell(account="jo", words="Three.", key="k2")
    (_, first, chain), (_, _, again), (_, _, other) = school_on_graph.rest.nudges
    assert len(first) == 150
    assert chain == again != other


def test_a_notice_opens_the_tab_in_teams_or_the_page_where_there_is_none():
    assert tab_link(APP, "https://bell.school.example/me") == (
        f"https://teams.microsoft.com/l/entity/{APP}/duties?webUrl=https%3A%2F%2Fbell.school.example%2Fme"
    )


def test_a_person_who_has_no_app_is_told_by_letter_alone(feed):
    with pytest.raises(GiveUp, match="show a notice in Teams: Microsoft 365 answered 403"):
        feed.tell(account="sam", words="Hello.", key="k1")


@pytest.mark.parametrize("everybody", [False, True])
@pytest.mark.parametrize(
    ("tried", "told"),
    [(["sam", "jo"], False), (["sam", "kit"], True), ([], False), (["jo"], False)],
)
def test_a_notice_that_may_be_shown_to_a_person_is_well(school_on_graph, everybody, tried, told):
    """What the app's manifest permits holds for anyone who has the app, and for nobody else."""
    school_on_graph.rest.installed.add("jo")
    school_on_graph.rest.denied -= {"TeamsActivity.Send"} if everybody else set()
    feed = school_on_graph.part(ActivityFeed, APP, "https://bell.school.example/me", some=lambda: tried)
    if told and not everybody:
        with pytest.raises(TryAgain, match="403"):
            feed.check()
    else:
        feed.check()
    assert school_on_graph.rest.nudges == []


def test_a_refused_token_is_reported_for_every_recipient(school_on_graph, feed):
    school_on_graph.double.fails(nudge=["401"])
    with pytest.raises(TryAgain, match="401"):
        feed.check()


@pytest.mark.parametrize(("fault", "error"), [
    ("400", GiveUp), ("403", GiveUp), ("404", GiveUp), ("409", GiveUp), ("412", GiveUp), ("401", TryAgain),
    ("429", TryAgain), ("503 after", TryAgain), ("drop", TryAgain), ("drop after", TryAgain),
])  # fmt: skip
def test_a_notice_that_fails_is_asked_for_once(school_on_graph, feed, fault, error):
    school_on_graph.double.fails(nudge=[fault])
    with pytest.raises(error):
        feed.tell(account="jo", words="Hello.", key="k1")
    assert len(school_on_graph.double.calls) == 1


class Workflow(ThreadingHTTPServer):
    """A workflow's address, which keeps what it is sent."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Posted)
        self.status, self.posts = 202, []
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()


class Posted(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        if self.server.status is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *said):
        """Log nothing."""


@pytest.fixture
def workflow():
    server = Workflow()
    yield server
    server.shutdown()
    server.thread.join(5)
    server.server_close()


def address(server):
    return f"http://127.0.0.1:{server.server_port}/workflows/secret"


def test_the_card_is_sent_as_a_workflow_wants_it(workflow):
    ChannelWorkflow(address(workflow)).post(CARD)
    (said,) = workflow.posts
    assert said["attachments"] == [
        {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}
    ]


@pytest.mark.parametrize(("status", "error"), [(429, TryAgain), (400, GiveUp), (404, GiveUp),
                                               (500, OutcomeUnknown),
                                               (302, OutcomeUnknown), (None, OutcomeUnknown)])  # fmt: skip
def test_a_card_is_sent_once_whatever_is_answered(workflow, status, error):
    workflow.status = status
    with pytest.raises(error):
        ChannelWorkflow(address(workflow)).post(CARD)
    assert len(workflow.posts) == 1


def test_a_workflow_out_of_reach_took_nothing():
    with pytest.raises(TryAgain, match="cannot be reached"):
        ChannelWorkflow("http://127.0.0.1:1/x").post(CARD)


def test_a_proxy_that_does_not_let_us_through_took_nothing(workflow, monkeypatch):
    workflow.status = 403
    monkeypatch.setenv("HTTPS_PROXY", address(workflow))
    with pytest.raises(TryAgain, match=r"cannot be reached \(ProxyError\)"):
        ChannelWorkflow("https://workflow.example/x").post(CARD)
    assert workflow.posts == []


def test_a_card_that_is_too_large_is_not_sent(workflow):
    with pytest.raises(GiveUp, match="larger than Teams takes"):
        ChannelWorkflow(address(workflow)).post(CARD | {"body": ["x" * 30_000]})
    assert workflow.posts == []
