"""Every route says who may use it, and every answer says what a browser may do with it."""

import pytest

from bot.bootstrap.web_app import create_app
from bot.identity.guard import guards, public

PUBLIC = [
    "GET /",
    "GET /cases/{_token}/{number}",
    "GET /health",
    "GET /health/live",
    "GET /health/ready",
    "GET /library/{school}",
    "GET /library/{school}/{policy}",
    "GET /library/{school}/{policy}/policy.pdf",
    "GET /logo/{school}/{name}",
    "GET /report",
    "GET /report/{school}",
    "GET /report/{school}/inbox",
    "GET /report/{school}/poster.pdf",
    "GET /robots.txt",
    "GET /sign-in",
    "GET /sign-in/choose",
    "GET /sign-in/{provider}",
    "GET /sign-in/{provider}/back",
    "GET /static/{name}",
    "GET /teams",
    "GET /teams/channel",
]
# Reporters have no link: their form, and the inbox their passphrase opens. Nor has who wants to sign in.
PUBLIC_POSTS = [
    "POST /report/{school}",
    "POST /report/{school}/inbox",
    "POST /report/{school}/inbox/write",
    "POST /sign-in",
    "POST /sign-in/choose",
    "POST /teams/code",
    "POST /teams/sign-in",
]


def unguarded(app):
    return sorted(route for route, standing in guards(app).items() if not standing)


def test_no_route_is_without_a_guard(web_school):
    assert unguarded(create_app(web_school.services)) == []


def test_only_pages_that_name_no_one_are_public(web_school):
    app = create_app(web_school.services)
    assert [route for route in public(app) if route.startswith("GET ")] == PUBLIC
    assert [route for route in public(app) if not route.startswith(("GET ", "HEAD "))] == PUBLIC_POSTS


def test_a_route_added_without_a_guard_is_found(web_school):
    app = create_app(web_school.services)
    app.get("/open")(lambda: None)
    assert unguarded(app) == ["GET /open"]
    assert set(guards(app)) > {"GET /open", "POST /d/{token}"}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/health",
        "/robots.txt",
        "/sign-in",
        "/nothing",
        "/d/spoilt",
        "/sent",
        "{duty}",
        "/school",
    ],
)
def test_every_answer_forbids_scripts_frames_and_keeping(web_school, client, path):
    path = path.format(duty=web_school.duty("y5", "read-mobile"))
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    for part in ("default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert "set-cookie" not in headers


def test_pages_may_be_framed_only_by_whom_the_settings_name(web_school, client, stage):
    stage.app = create_app(web_school.services, frame_ancestors=("https://teams.microsoft.com",))
    policy = client.get("/").headers["content-security-policy"]
    assert "frame-ancestors https://teams.microsoft.com" in policy


def test_no_page_carries_a_script_or_a_style_of_its_own(web_school, client):
    for address in (web_school.duty("y5", "read-mobile"), "/", "/sent"):
        page = client.get(address).text
        assert "<script" not in page
        assert "style=" not in page
        assert " on" + "click" not in page


def test_the_stylesheet_may_be_kept_because_its_address_changes_with_it(client):
    page = client.get("/").text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    sheet = client.get(address)
    assert sheet.headers["content-type"].startswith("text/css")
    assert "immutable" in sheet.headers["cache-control"]
