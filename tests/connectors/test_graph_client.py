"""How Graph is asked: reads again and writes once, pages to their end, links only home, one loop for life."""

import asyncio
import re
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError, ServiceResponseError

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from connectors.microsoft import client as microsoft_client
from connectors.microsoft import mail
from connectors.microsoft.client import Graph, Timeouts
from connectors.microsoft.credentials import Tokens
from connectors.microsoft.library import PolicyLibrary
from connectors.microsoft.middleware import Pace

pytestmark = pytest.mark.usefixtures("own_loop")

MEMBERS = "/groups/staff/members"
CHANGES = "/groups/delta()"


@pytest.fixture
def asks(school_on_graph):
    """Ask for one of the double's lists; the double's slice judges nothing it was not asked by a builder."""
    school = school_on_graph

    def pages(path):
        request = school.graph.follow(f"{school.double.base_url}{path}")
        return list(school.graph.pages(request, school.pace(), doing="read"))

    return pages


def creating(school):
    messages = school.graph.builders.users.by_user_id("office@merriwell.example").messages
    mark = {"id": mail.KEY, "value": "k"}
    body = {"subject": "x", "singleValueExtendedProperties": [mark]}
    return microsoft_client.write_json(messages.to_post_request_information, body)


def test_empty_pages_end_nothing_and_the_delta_link_is_kept(school_on_graph, asks):
    school_on_graph.double.lists[CHANGES] = [[], [{"id": "1"}], [], [], [{"id": "2"}], []]
    pages = asks(CHANGES)
    assert [item["id"] for page in pages for item in page.items] == ["1", "2"]
    assert [page.delta_link is None for page in pages] == [True] * 5 + [False]
    assert pages[-1].delta_link.endswith("$deltatoken=end")


@pytest.mark.parametrize("fault", ["429", "503", "504", "502 page", "500", "drop", "drop after", "stall"])
def test_a_read_that_fails_is_asked_again(school_on_graph, asks, fault):
    school_on_graph.double.lists[MEMBERS] = [[{"id": "1"}]]
    school_on_graph.double.fails(list=[fault])
    assert asks(MEMBERS)[0].items == ({"id": "1"},)
    assert len(school_on_graph.double.calls) == 2


def test_a_read_that_keeps_failing_ends_and_says_when_to_come_again(school_on_graph, asks):
    school_on_graph.double.lists[MEMBERS] = [[]]
    school_on_graph.double.fails(list=["503", "429 wait 1", "503", "429 wait 2"])
    with pytest.raises(TryAgain, match="429 ApplicationThrottled") as raised:
        asks(MEMBERS)
    assert raised.value.after == 2
    assert len(school_on_graph.double.calls) == 4


@pytest.mark.parametrize("wait_s", [6, 179, 315])
def test_a_wait_beyond_our_timeout_is_handed_on_and_not_slept_through(school_on_graph, asks, wait_s):
    school_on_graph.double.lists[MEMBERS] = [[]]
    school_on_graph.double.fails(list=[f"429 wait {wait_s}"])
    with pytest.raises(TryAgain) as raised:
        asks(MEMBERS)
    assert raised.value.after == wait_s
    assert len(school_on_graph.double.calls) == 1


def test_a_read_that_waits_to_be_tried_again_blocks_no_one(school_on_graph):
    """A pace of one call at a time: while one read waits, the other has its turn and is answered first."""
    school, pace = school_on_graph, Pace(per_minute=1e9, at_once=1)
    school.double.lists |= {MEMBERS: [[]], CHANGES: [[]]}
    # The pace rests for a wait that Graph names, and for no other.
    slow = Graph(school.double.base_url, school.credential, timeouts=Timeouts(first_wait_s=2))
    school.double.fails(list=["503"])
    answered = []

    def ask(path):
        slow.read(slow.follow(f"{school.double.base_url}{path}"), pace)
        answered.append(path)

    first = threading.Thread(target=ask, args=(MEMBERS,))
    first.start()
    while not school.double.calls:
        time.sleep(0.01)
    ask(CHANGES)
    first.join(60)
    slow.close()
    assert answered == [CHANGES, MEMBERS]


@pytest.mark.parametrize(("fault", "error"), [("401", TryAgain), ("403", TryAgain), ("404", TryAgain),
                                              ("400", GiveUp), ("410", GiveUp)])  # fmt: skip
def test_a_clear_no_is_asked_once(school_on_graph, asks, fault, error):
    school_on_graph.double.lists[MEMBERS] = [[]]
    school_on_graph.double.fails(list=[fault])
    with pytest.raises(error, match=f"Handbell could not read: Microsoft 365 answered {fault}"):
        asks(MEMBERS)
    assert len(school_on_graph.double.calls) == 1


@pytest.mark.parametrize("fault", ["filter", "filter page"])
def test_a_page_of_a_web_filter_is_not_an_answer_of_graphs(school_on_graph, asks, fault):
    school_on_graph.double.lists[MEMBERS] = [[{"id": "1"}]]
    school_on_graph.double.fails(list=[fault])
    with pytest.raises(TryAgain, match="such as a web filter"):
        asks(MEMBERS)
    assert len(school_on_graph.double.calls) == 1


def test_pages_that_go_in_circles_end(school_on_graph, asks):
    school_on_graph.double.lists[MEMBERS] = [[{"id": "1"}]]
    school_on_graph.double.goes_in_circles = True
    with pytest.raises(TryAgain, match="gives the same page again"):
        asks(MEMBERS)


def test_we_say_who_we_are_and_nothing_of_this_machine(school_on_graph, asks):
    school_on_graph.double.lists[MEMBERS] = [[]]
    asks(MEMBERS)
    assert school_on_graph.double.programs == {"NONISV|Handbell|Handbell/1.0"}


@pytest.mark.parametrize("error", [ServiceRequestError, ServiceResponseError, ClientAuthenticationError])
def test_without_a_token_nothing_was_asked(school_on_graph, asks, error):
    def refuse(*_scopes, **_asked):
        raise error("no")

    school_on_graph.credential.get_token = refuse
    for ask in (school_on_graph.graph.sign_in, lambda: asks(MEMBERS)):
        with pytest.raises(TryAgain, match="would not sign Handbell in"):
            ask()
    assert school_on_graph.double.calls == []


def test_a_token_that_does_not_come_blocks_no_one(school_on_graph, asks):
    comes, begun = threading.Event(), time.monotonic()
    school_on_graph.credential.get_token = lambda *_scopes, **_asked: comes.wait(8)
    try:
        for ask in (school_on_graph.graph.sign_in, lambda: asks(MEMBERS)):
            with pytest.raises(TryAgain, match="would not sign Handbell in"):
                ask()
        assert time.monotonic() - begun < 6
    finally:
        comes.set()
    assert school_on_graph.double.calls == []


@pytest.mark.parametrize("status", [429, 503, 504])
def test_a_write_is_never_repeated_by_the_sdk(school_on_graph, status):
    school_on_graph.double.fails(create=[f"{status} wait 0"] * 5)
    answer = school_on_graph.graph.write(creating(school_on_graph), school_on_graph.pace())
    assert (answer.status, answer.after) == (status, 0)
    assert len(school_on_graph.double.calls) == 1


@pytest.mark.parametrize("fault", ["drop", "stall"])
def test_a_write_without_an_answer_is_unclear(school_on_graph, fault):
    school_on_graph.double.fails(create=[fault])
    with pytest.raises(OutcomeUnknown, match="gave no answer"):
        school_on_graph.graph.write(creating(school_on_graph), school_on_graph.pace())
    assert len(school_on_graph.double.calls) == 1


def test_an_answer_that_comes_a_byte_at_a_time_is_not_an_answer_and_blocks_no_one(school_on_graph):
    """Two calls at once is all a mailbox bears: whatever holds both holds everything behind them."""
    school, pace, begun = school_on_graph, school_on_graph.pace(), time.monotonic()
    school.double.fails(create=["drip", "drip"])

    def ask(_):
        try:
            return school.graph.write(creating(school), pace).status
        except OutcomeUnknown:
            return "unclear"

    with ThreadPoolExecutor(3) as threads:
        assert sorted(map(str, threads.map(ask, range(3)))) == ["201", "unclear", "unclear"]
    assert time.monotonic() - begun < 5


def test_a_file_that_comes_a_byte_at_a_time_ends(school_on_graph):
    school = school_on_graph
    timeouts = Timeouts(answer_s=0.5, first_wait_s=0.001, fetch_s=1)
    graph = Graph(school.double.base_url, school.credential, timeouts=timeouts)
    library = PolicyLibrary(graph, "policies-drive", pace=school.pace())
    school.rest.file("a", "Policy.docx", b"PK")
    (file,) = library.changes(None).items
    school.rest.files["a"]["drips"] = True
    begun = time.monotonic()
    with pytest.raises(TryAgain):
        library.content(file)
    assert time.monotonic() - begun < 5
    graph.close()


def test_every_call_has_an_id_of_its_own_and_graphs_id_of_a_refusal_is_logged(school_on_graph, asks, caplog):
    caplog.set_level("INFO")
    school_on_graph.double.lists[MEMBERS] = [[]]
    school_on_graph.double.fails(list=["503 wait 0", "403"])
    with pytest.raises(TryAgain):
        asks(MEMBERS)
    named = school_on_graph.double.named
    assert len(set(named)) == len(named) == 2
    assert all(uuid.UUID(one) for one in named)
    told = [one.getMessage() for one in caplog.records if "request-id" in one.getMessage()]
    for number, (status, said) in enumerate(zip(("503", "403"), told, strict=True), 1):
        assert {status, f"graph-{number}", named[number - 1]} <= set(re.split(r"[ ,;]+", said))
        assert MEMBERS not in said


def test_a_call_without_an_answer_is_logged_by_our_id(school_on_graph, caplog):
    caplog.set_level("INFO")
    school_on_graph.double.fails(create=["drop"])
    with pytest.raises(OutcomeUnknown):
        school_on_graph.graph.write(creating(school_on_graph), school_on_graph.pace())
    assert school_on_graph.double.named[0] in caplog.text


def test_what_cannot_be_reached_took_nothing(school_on_graph):
    nobody = Graph("http://127.0.0.1:1/v1.0", school_on_graph.credential)
    try:
        with pytest.raises(TryAgain, match="cannot be reached"):
            nobody.write(creating(school_on_graph), school_on_graph.pace())
    finally:
        nobody.close()


def test_a_token_that_ran_out_is_our_own_matter(school_on_graph, asks):
    school_on_graph.double.lists[MEMBERS] = [[]]
    school_on_graph.credential.token = "old"
    with pytest.raises(TryAgain, match="401 InvalidAuthenticationToken"):
        asks(MEMBERS)


def test_a_token_is_asked_for_once_and_again_when_graph_takes_it_no_more(school_on_graph, asks):
    school_on_graph.double.lists[MEMBERS] = [[]]
    asks(MEMBERS)
    asks(MEMBERS)
    assert len(school_on_graph.credential.asked) == 1
    school_on_graph.double.token = school_on_graph.credential.token = "new"
    with pytest.raises(TryAgain, match="401"):
        asks(MEMBERS)
    asks(MEMBERS)
    assert len(school_on_graph.credential.asked) == 2


def test_a_mailbox_that_others_keep_busy_is_asked_again(school_on_graph):
    """Three clients that know nothing of one another ask for six things at once; four are taken at a time."""
    school = school_on_graph
    clients = [Graph(school.double.base_url, school.credential) for _ in range(3)]
    school.double.gathers = 5

    def ask(place):
        messages = clients[place % 3].builders.users.by_user_id("office@merriwell.example").messages
        return clients[place % 3].read(microsoft_client.get(messages, top=1), paces[place % 3]).taken

    paces = [school.pace() for _ in clients]
    with ThreadPoolExecutor(6) as threads:
        assert all(threads.map(ask, range(6)))
    assert school.double.most_at_once > 4
    for client in clients:
        client.close()


def test_a_challenge_is_met_once_with_the_claims_that_graph_wants(school_on_graph):
    school_on_graph.double.fails(create=["401 claims"])
    assert school_on_graph.graph.write(creating(school_on_graph), school_on_graph.pace()).taken
    assert [asked["claims"] for _, asked in school_on_graph.credential.asked] == [None, "{}"]
    assert len(school_on_graph.double.letters) == 1


@pytest.mark.parametrize(("later_s", "asked"), [(59, 1), (61, 2)])
def test_a_token_is_asked_for_again_after_a_minute(school_on_graph, later_s, asked):
    async def twice():
        times = iter((1000.0, 1000.0 + later_s))
        tokens = Tokens(school_on_graph.credential, "graph.example", 60, lambda: next(times))
        return [await tokens.get_authorization_token("https://graph.example/v1.0/users") for _ in range(2)]

    assert asyncio.run(twice()) == ["good", "good"]
    assert len(school_on_graph.credential.asked) == asked


def test_a_token_is_for_graph_alone(school_on_graph):
    tokens = Tokens(school_on_graph.credential, "graph.example", 60)
    for elsewhere in ("https://evil.example/v1.0", "https://graph.example.evil.example/v1.0"):
        assert asyncio.run(tokens.get_authorization_token(elsewhere)) == ""
    assert school_on_graph.credential.asked == []


def test_graph_is_asked_through_the_machines_proxy(school_on_graph, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{school_on_graph.double.server_port}")
    graph = Graph("https://graph.merriwell.example/v1.0", school_on_graph.credential)
    try:
        with pytest.raises(TryAgain, match=r"cannot be reached \(ProxyError\)"):
            graph.write(creating(school_on_graph), school_on_graph.pace())
    finally:
        graph.close()


def test_a_link_that_leads_elsewhere_is_not_followed(school_on_graph):
    with pytest.raises(GiveUp, match="leads elsewhere: evil"):
        school_on_graph.graph.follow("https://evil.example/v1.0/users?$skiptoken=1")


def test_one_client_serves_many_threads_and_two_calls_at_once(school_on_graph):
    school, pace = school_on_graph, school_on_graph.pace()
    school.double.lists[MEMBERS] = [[{"id": "1"}]]
    begun = threading.Barrier(8)

    def ask(_):
        begun.wait(60)
        request = school.graph.follow(f"{school.double.base_url}{MEMBERS}")
        return school.graph.read(request, pace).body["value"]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(8))) == [[{"id": "1"}]] * 8
    assert school.double.most_at_once <= 2
