"""Fetching public addresses from a real server on this machine: limits, redirects, robots, private networks.

`allowed` is for these tests alone: they resolve every name themselves, to 127.0.0.1.
"""

import socket
import threading
import time

import pytest
from website import HERE, Site, answer, leads_to, text

from bot.core.errors import GiveUp, TryAgain, VendorNotFound
from connectors.local.public_web import PrivateAddress, PublicWebReader

WITHIN_S = 1.0
LARGEST = 1024 * 1024


@pytest.fixture
def site():
    made = Site()
    yield made
    made.stop()


@pytest.fixture
def reader():
    def make(*found, allowed=(HERE,), **limits):
        """`found`: what the resolver answers, one after another, the last again."""
        answers = list(found or [(HERE,)])

        def resolver(_host, _port):
            return answers.pop(0) if len(answers) > 1 else answers[0]

        limits = {"within_s": WITHIN_S, "largest": LARGEST} | limits
        return PublicWebReader(resolver=resolver, allowed=allowed, **limits)

    return make


def test_a_page_comes_whole_with_what_tells_whether_it_changed(site, reader):
    site.pages["/policy.txt"] = text(
        b"Phones stay away.", ETag='"7"', Last_Modified="Tue, 24 Nov 2026 08:00:00 GMT"
    )
    found = reader().fetch(site.at())
    assert (found.content, found.media, found.etag) == (b"Phones stay away.", "text/plain", '"7"')
    assert found.modified == "Tue, 24 Nov 2026 08:00:00 GMT"
    assert not found.unchanged


def test_what_did_not_change_is_not_sent_again(site, reader):
    def page(call):
        same = call.headers.get("If-None-Match") == '"7"'
        answer(call, 304 if same else 200, b"" if same else b"Phones.", ETag='"7"')

    site.pages["/policy.txt"] = page
    assert not reader().fetch(site.at()).unchanged
    again = reader().fetch(site.at(), etag='"7"', modified="Tue, 24 Nov 2026 08:00:00 GMT")
    assert (again.unchanged, again.content, again.etag) == (True, b"", '"7"')
    assert site.asked[-1][1]["If-Modified-Since"] == "Tue, 24 Nov 2026 08:00:00 GMT"


def test_a_redirect_is_followed_and_named(site, reader):
    site.pages |= {"/old": leads_to("/a policy.txt#top"), "/a%20policy.txt": text(b"Phones.")}
    assert reader().fetch(site.at("/old")).address == site.at("/a%20policy.txt")


def test_redirects_without_end_are_given_up(site, reader):
    site.pages["/old"] = leads_to("/old")
    with pytest.raises(GiveUp, match="more than 5"):
        reader().fetch(site.at("/old"))
    assert sum(path == "/old" for path, _ in site.asked) == 6


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.9", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "224.0.0.1",
        "255.255.255.255",
    ],
)  # fmt: skip
def test_no_name_leads_to_a_private_address(site, reader, address):
    site.pages["/policy.txt"] = text(b"Phones.")
    with pytest.raises(PrivateAddress):
        reader((address,), allowed=("192.0.2.1",)).fetch(site.at())
    assert site.asked == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(reader, site):
    with pytest.raises(PrivateAddress):
        reader(("1.1.1.1", "10.0.0.1"), allowed=("192.0.2.1",)).fetch(site.at())


def test_a_redirect_to_a_private_address_is_refused(site, reader):
    site.pages["/old"] = leads_to("http://169.254.169.254/latest/meta-data/")
    with pytest.raises(PrivateAddress):
        reader().fetch(site.at("/old"))


def test_a_name_that_changes_its_address_between_redirects_is_refused(site, reader):
    site.pages |= {"/robots.txt": text(b""), "/old": leads_to("/policy.txt"), "/policy.txt": text(b"Secret.")}
    with pytest.raises(PrivateAddress):
        reader((HERE,), (HERE,), ("10.0.0.1",)).fetch(site.at("/old"))
    assert [path for path, _ in site.asked] == ["/robots.txt", "/old"]


def test_the_connection_is_made_to_the_address_that_was_checked(site, reader):
    """A rebinding resolver answers once more than it is asked: no second look-up is made for a connection."""
    site.pages["/policy.txt"] = text(b"Phones.")
    asked = []

    def resolver(host, _port):
        asked.append(host)
        return (HERE,)

    PublicWebReader(resolver=resolver, allowed=(HERE,), within_s=5).fetch(site.at(host="rebinding.example"))
    assert asked == ["rebinding.example"] * 2  # robots.txt and the page, a connection each
    assert [path for path, _ in site.asked] == ["/robots.txt", "/policy.txt"]


@pytest.mark.parametrize(
    "address",
    [
        "ftp://school.example/policy", "file:///etc/passwd", "school.example/policy", "http://",
        "http://head:secret@school.example/", "http://school.example:99999/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(reader, address):
    with pytest.raises(GiveUp):
        reader().fetch(address)


def test_only_the_usual_ports_are_asked(reader):
    with pytest.raises(GiveUp, match="port"):
        reader(("1.1.1.1",), allowed=()).fetch("http://school.example:6379/")


def test_a_huge_body_is_left_after_so_much(site, reader):
    sent = []

    def endless(call):
        call.send_response(200)
        call.end_headers()
        for _ in range(4096):
            call.wfile.write(b"x" * 65536)
            sent.append(65536)

    site.pages["/policy.txt"] = endless
    with pytest.raises(GiveUp, match="larger than 1 MB"):
        reader(within_s=10).fetch(site.at())
    assert sum(sent) < 64 * LARGEST


def test_a_packed_body_is_not_unpacked(site, reader):
    site.pages["/policy.txt"] = text(b"\x1f\x8b", Content_Encoding="gzip")
    with pytest.raises(GiveUp, match="packed"):
        reader().fetch(site.at())
    assert site.asked[-1][1]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("where", ["in the headers", "in the body", "in robots.txt"])
def test_a_slow_drip_ends_in_time(site, reader, where):
    def drip(call):
        begin = b"HTTP/1.1 200 OK\r\nX-Slow: " if where == "in the headers" else b"HTTP/1.1 200 OK\r\n\r\n"
        call.wfile.write(begin)
        ends = time.monotonic() + 6 * WITHIN_S
        while time.monotonic() < ends:
            call.wfile.write(b"x")
            time.sleep(0.05)

    site.pages["/robots.txt" if where == "in robots.txt" else "/policy.txt"] = drip
    begun = time.monotonic()
    with pytest.raises(TryAgain):
        reader().fetch(site.at())
    assert time.monotonic() - begun < 3 * WITHIN_S


def test_redirects_share_one_deadline(site, reader):
    def slow(call):
        time.sleep(0.4)
        answer(call, 302, Location="/policy.txt")

    site.pages["/policy.txt"] = slow
    begun = time.monotonic()
    with pytest.raises(TryAgain):
        reader().fetch(site.at())
    assert time.monotonic() - begun < 2 * WITHIN_S


def test_a_resolver_that_hangs_ends_in_time(site):
    waits = threading.Event()

    def resolver(_host, _port):
        waits.wait(10)
        return (HERE,)

    begun = time.monotonic()
    with pytest.raises(TryAgain):
        PublicWebReader(resolver=resolver, allowed=(HERE,), within_s=0.3).fetch(site.at())
    assert time.monotonic() - begun < 2
    waits.set()


def test_a_website_that_hangs_up_is_tried_again_another_day(site, reader):
    site.pages["/policy.txt"] = lambda call: call.connection.shutdown(socket.SHUT_RDWR)
    with pytest.raises(TryAgain):
        reader().fetch(site.at())


@pytest.mark.parametrize(
    ("rules", "may"),
    [
        (b"User-agent: *\nDisallow: /policies/", False),
        (b"User-agent: Handbell\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        (b"User-agent: *\nDisallow: /private/", True),
        (b"User-agent: Handbell\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        (b"\xff\xfe nonsense", True),
    ],
)
def test_robots_are_honoured(site, reader, rules, may):
    site.pages |= {"/robots.txt": text(rules), "/policies/phones.txt": text(b"Phones.")}
    if may:
        assert reader().fetch(site.at("/policies/phones.txt")).content == b"Phones."
    else:
        with pytest.raises(GiveUp, match="robots"):
            reader().fetch(site.at("/policies/phones.txt"))
        assert [path for path, _ in site.asked] == ["/robots.txt"]


def test_robots_that_cannot_be_read_now_stop_the_reading(site, reader):
    site.pages |= {"/robots.txt": lambda call: answer(call, 503), "/policy.txt": text(b"Phones.")}
    with pytest.raises(TryAgain, match=r"robots.txt answered 503"):
        reader().fetch(site.at())
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, VendorNotFound), (410, VendorNotFound), (401, GiveUp), (403, GiveUp), (500, TryAgain)],
)
def test_what_each_answer_means(site, reader, status, error):
    site.pages["/policy.txt"] = lambda call: answer(call, status)
    with pytest.raises(error):
        reader().fetch(site.at())


def test_a_name_without_an_address(reader):
    with pytest.raises(TryAgain):
        reader(()).fetch("http://nowhere.example/")
