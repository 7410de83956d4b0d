"""The tab in Teams: signs in by the token Teams gives, in a frame of Teams and no other."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup
from by_hand import go, press
from playwright.sync_api import expect

from bot.bootstrap.web_app import create_app
from bot.core.errors import SignInRefused, TryAgain
from bot.identity.service import begin_session
from bot.ports import TabAccount
from bot.records import people as record_people

ACCOUNTS = {"head": "hd", "stranger": "nobody-here", "teacher": "y5", "clerk": "cl"}
TENANT, SCHOOL = "school", "merriwell-green"
TEAMS_PAGE = "https://teams.microsoft.com"
TEAMS = (
    "https://*.cloud.microsoft https://teams.microsoft.com https://*.teams.microsoft.com"
    " https://*.microsoft365.com https://*.office.com https://outlook.office.com https://outlook.office365.com"
)
# Teams on a telephone: what teams-js says goes to the program, and its answers come back by a call.
TELEPHONE = """
if (window === window.top) window.nativeInterface = { framelessPostMessage: (said) => {
  const asked = JSON.parse(said);
  const answers = {
    initialize: ["content", "android", JSON.stringify({ apiVersion: 4, hostVersionsInfo: {},
      isLegacyTeams: false, supports: {} }), "2.58.0"],
    getContext: [{ theme: "dark", locale: "en-gb", hostClientType: "android" }],
    "authentication.getAuthToken": [true, "teacher"],
  };
  const args = answers[asked.func];
  if (args) setTimeout(() => window.onNativeMessage({ data:
    { id: asked.id, uuid: asked.uuid, uuidAsString: asked.uuidAsString, args } }));
} };
"""
HOST = Path(__file__).with_name("teams_host.html").read_text("utf-8")


@dataclass
class Tokens:
    """Knows some tokens, as Microsoft's keys would."""

    away: bool = False

    def account(self, token, now):
        if self.away:
            raise TryAgain("no keys")
        if token not in ACCOUNTS:
            raise SignInRefused("not signed")
        return TabAccount(TENANT, ACCOUNTS[token])


@pytest.fixture
def tokens():
    return Tokens()


@pytest.fixture
def in_teams(served, stage, tokens):
    """The school with a tab in Teams."""
    served.services = replace(served.services, tab=tokens)
    stage.app = create_app(served.services)
    return served


def sign_in(client, token, headers=None, **said):
    return client.post("/teams/sign-in", json={"token": token} | said, headers=headers or {})


def in_tab(answer):
    """What a browser sends on after this sign-in."""
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


def framed_by(page):
    return re.search(r"frame-ancestors ([^;]*)", page.headers["content-security-policy"])[1]


def test_a_person_who_teams_vouches_for_is_signed_in_by_a_cookie_of_that_frame_alone(in_teams, client):
    answer = sign_in(client, "head", to="/school")
    assert answer.status_code == 200
    assert answer.json() == {
        "settings": [{"key": SCHOOL, "name": "Merriwell Green Primary School"}],
        "setting": SCHOOL,
        "to": "/school",
    }
    said = answer.headers["set-cookie"]
    for part in ("HttpOnly", "Secure", "SameSite=None", "Partitioned", "Path=/"):
        assert part in said
    assert client.get("/school", headers=in_tab(answer)).status_code == 200


def test_teams_may_frame_the_pages_of_its_tab_and_no_one_any_other(in_teams, client, member):
    answer = sign_in(client, "head")
    for path in ("/me", "/school", f"/report/{SCHOOL}", "/nothing"):
        assert framed_by(client.get(path, headers=in_tab(answer))) == f"'self' {TEAMS}"
        assert framed_by(member("hd").get(path)) == "'none'"
        assert framed_by(client.get(path)) == "'none'"
    assert framed_by(client.get("/sign-in")) == "'none'"
    for path in ("/teams", "/teams/channel"):
        assert framed_by(client.get(path)) == TEAMS


@pytest.mark.parametrize(
    "path",
    [
        "/school/everything",
        "/school/training",
        "/school/everything/list.csv",
        "/school/people-by-task?kind=training",
        "/school/people-by-task.csv",
        "/school/stuck",
        "/school/policies",
        "/school/findings",
        "/school/messages",
        "/school/hold",
    ],
)
def test_a_list_with_names_opens_in_the_browser_and_not_in_a_tab(in_teams, client, member, path):
    held = in_tab(sign_in(client, "head"))
    answer = client.get(path, headers=held)
    assert answer.status_code == 403
    page = BeautifulSoup(answer.text, "html.parser")
    assert [one["target"] for one in page.select(f"main a[href='{path}']")] == ["_blank"]
    with in_teams.store.reading() as conn:
        names = [one.name for one in record_people.roster(conn, SCHOOL).values()]
    assert names
    assert [name for name in names if name in answer.text] == []
    assert member("hd").get(path).status_code == 200


@pytest.mark.parametrize("path", ["/school", "/school/year", "/school/trend", "/school/promises"])
def test_figures_open_in_a_tab_without_names(in_teams, client, path):
    page = BeautifulSoup(client.get(path, headers=in_tab(sign_in(client, "head"))).text, "html.parser")
    with in_teams.store.reading() as conn:
        names = [one.name for one in record_people.roster(conn, SCHOOL).values()]
    said = page.select_one("main").get_text(" ")
    assert said
    assert [name for name in names if name in said] == []


def test_a_file_is_kept_and_never_shown_in_the_tabs_frame(in_teams, client, member):
    held = in_tab(sign_in(client, "head"))
    path = f"/report/{SCHOOL}/poster.pdf"
    assert client.get(path, headers=held).headers["content-disposition"].startswith("attachment; filename=")
    assert member("hd").get(path).headers["content-disposition"].startswith("inline; filename=")


def test_without_a_teams_app_a_cookie_opens_no_frame(client):
    assert framed_by(client.get("/", headers={"Cookie": "handbell-tab=x"})) == "'none'"


def test_a_tab_that_is_opened_again_goes_on_with_its_session(in_teams, client):
    held = in_tab(sign_in(client, "head"))
    assert in_tab(sign_in(client, "head", held)) == held
    assert in_tab(sign_in(client, "teacher", held)) != held
    in_teams.clock.turn(hours=13)
    assert in_tab(sign_in(client, "head", held)) != held


def test_a_tab_opens_what_its_reader_may_see(in_teams, client):
    assert sign_in(client, "teacher", to="/school").json()["to"] == "/me"
    assert sign_in(client, "clerk", to="/governors").json()["to"] == "/governors"


@pytest.mark.parametrize(
    ("token", "status"), [("stranger", 403), ("forged", 400), ("", 400), ("x" * 9_000, 422)]
)
@pytest.mark.parametrize("path", ["sign-in", "code"])
def test_no_one_else_is(in_teams, client, token, status, path):
    answer = client.post(f"/teams/{path}", json={"token": token, "code": "K7QF-2M8R"})
    assert answer.status_code == (422 if (token, path) == ("stranger", "code") else status)
    assert "set-cookie" not in answer.headers


def test_a_form_of_another_site_signs_no_one_in(in_teams, client):
    assert sign_in(client, "head", {"Sec-Fetch-Site": "cross-site"}).status_code == 400


def test_without_microsofts_keys_no_one_is_signed_in(in_teams, client, tokens):
    tokens.away = True
    assert sign_in(client, "head").status_code == 503


def test_guessing_tokens_is_slowed_down(in_teams, client):
    assert 429 in {sign_in(client, f"guess {number}").status_code for number in range(80)}


def test_the_tab_runs_our_scripts_alone(in_teams, client):
    policy = client.get("/teams?to=/school").headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert " *;" not in policy


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/sign-out", "javascript:alert(1)"])
def test_a_tab_leads_to_our_own_pages_only(in_teams, client, to):
    assert 'data-to="/me"' in client.get("/teams", params={"to": to}).text
    assert sign_in(client, "head", to=to).json()["to"] == "/me"


@pytest.mark.parametrize("path", ["/teams", "/teams/channel"])
def test_without_an_app_there_is_no_tab(client, path):
    assert client.get(path).status_code == 404


def test_without_an_app_nothing_is_to_connect(member):
    assert member("y5").get("/teams/connect").status_code == 404
    assert "Handbell in Teams" not in member("y5").get("/me").text


def test_a_form_in_the_tab_is_taken_with_its_seal_alone(in_teams, client):
    held = in_tab(sign_in(client, "teacher"))
    address = f"/me/duty/read-mobile/{in_teams.cycle('y5', 'read-mobile')}"
    form = BeautifulSoup(client.get(address, headers=held).text, "html.parser").find("form", action=address)
    fields = {one["name"]: one.get("value", "") for one in form.find_all("input", type="hidden")}
    answered = fields | {"outcome": "done"}
    for forged in ({}, {"seal": in_teams.seal_of(other(in_teams, "hd"))}):
        assert client.post(address, data=answered | {"seal": ""} | forged, headers=held).status_code != 303
    assert in_teams.kept("y5", "read-mobile") == []
    assert client.post(address, data=answered, headers=held).status_code == 303
    (record,) = in_teams.kept("y5", "read-mobile")
    assert record.identified_by == "signed in through Microsoft Teams"


def other(school, person):
    token = begin_session(school.services, SCHOOL, person, how="email link", now=school.clock())
    return httpx.Client(base_url=school.address, cookies={"handbell": token})


def test_a_person_of_two_schools_is_asked_once_and_may_change(in_teams, client, second_school):
    first = sign_in(client, "clerk").json()
    assert first["setting"] == ""
    assert {one["key"] for one in first["settings"]} == {SCHOOL, second_school}
    assert sign_in(client, "clerk", setting=second_school).json()["setting"] == second_school
    assert sign_in(client, "clerk").json()["setting"] == "", "a channel's tab chose nothing for good"
    sign_in(client, "clerk", setting=second_school, chosen=True)
    assert sign_in(client, "clerk").json()["setting"] == second_school
    assert sign_in(client, "clerk", setting=SCHOOL).json()["setting"] == SCHOOL
    assert sign_in(client, "clerk", setting="elsewhere").json()["setting"] == second_school


@pytest.fixture
def code_of(in_teams, member, post):
    """The code that somebody signed in by an e-mail link is shown."""

    def shown(person):
        page = BeautifulSoup(post(member(person), "/teams/connect").text, "html.parser")
        return page.find("p", class_="lead").get_text(strip=True)

    return shown


def connect(client, token, code):
    return client.post("/teams/code", json={"token": token, "code": code}).status_code


def test_a_person_of_a_list_connects_their_teams_once(in_teams, client, code_of, member, post):
    assert sign_in(client, "stranger").status_code == 403
    code = code_of("y4")
    assert connect(client, "stranger", code.lower().replace("-", " ")) == 204
    answer = sign_in(client, "stranger")
    assert answer.status_code == 200
    assert "Adam Sorley" in client.get("/me", headers=in_tab(answer)).text or answer.json()["to"] == "/me"
    assert connect(client, "stranger", code) == 422, "a code is used once"
    assert "connected since" in member("y4").get("/teams/connect").text
    gone = member("y4")
    post(gone, "/teams/disconnect")
    assert sign_in(client, "stranger").status_code == 403
    assert client.get("/me", headers=in_tab(answer)).status_code == 303, "what was open in a tab has ended"


def test_only_the_last_code_opens_and_for_ten_minutes_only(in_teams, client, code_of):
    first, second = code_of("y4"), code_of("y4")
    assert connect(client, "stranger", first) == 422
    in_teams.clock.turn(minutes=10)
    assert connect(client, "stranger", second) == 422
    assert sign_in(client, "stranger").status_code == 403


def test_guessing_codes_is_slowed_down(in_teams, client):
    assert 429 in {connect(client, "stranger", f"K7QF-2M{number:02}") for number in range(10)}


def test_a_code_is_made_for_the_person_who_asks_with_a_form_of_their_own(in_teams, client, member, post):
    held = in_tab(sign_in(client, "teacher"))
    assert "code-heading" not in member("y4").get("/teams/connect").text
    assert "code-heading" not in member("y4").post("/teams/connect", data={"seal": "x"}).text
    assert client.get("/teams/connect", headers=held).status_code == 200
    assert client.post("/teams/connect", headers=held).status_code == 403
    assert member("y4", how="kiosk").get("/teams/connect").status_code == 403


def test_my_duties_leads_to_the_page_that_connects(in_teams, client, member):
    assert "/teams/connect" in member("y4").get("/me").text
    inside = client.get("/me", headers=in_tab(sign_in(client, "teacher"))).text
    assert "/teams/connect" not in inside
    assert "/sign-out" not in inside


def test_a_theme_chosen_in_the_tab_is_kept_for_the_tab(in_teams, client):
    held = in_tab(sign_in(client, "head"))
    said = client.get("/teams?theme=dark", headers=held).headers["set-cookie"]
    assert said == "handbell-theme=dark; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"


@pytest.fixture
def host(in_teams, visitor):
    """A page of Teams that holds our tab, and answers it as Teams does."""

    def opened(token="head", *, path="/teams?to=/school", theme="dark", page=None, **given):
        page = page or visitor(width=given.pop("width", 1280))
        # Our page lies on this machine, which a page of the network may not show unasked.
        page.context.grant_permissions(["local-network-access"], origin=TEAMS_PAGE)
        page.context.route(
            f"{TEAMS_PAGE}/**", lambda route: route.fulfill(body=HOST, content_type="text/html")
        )
        said = {"tab": in_teams.address + path, "token": token, "theme": theme} | given
        page.goto(f"{TEAMS_PAGE}/host#{quote(json.dumps(said))}")
        return page, page.frame_locator("#tab")

    return opened


@pytest.mark.browser
def test_the_tab_shows_the_dashboard_inside_teams_and_follows_its_theme(host, faults):
    page, tab = host()
    inside = tab.frame_locator("#inside")
    inside.get_by_role("link", name="People", exact=True).first.wait_for()
    looks = [tab.locator("html"), inside.locator("html")]
    assert [one.get_attribute("data-theme") for one in looks] == ["dark", "dark"]
    for told in ("appInitialization.success", "registerHandler themeChange"):
        page.wait_for_function("told => window.said.includes(told)", arg=told)
    page.evaluate("window.tell('themeChange', 'contrast')")
    inside.locator("html[data-theme=contrast]").wait_for()
    tab.locator("html[data-theme=contrast]").wait_for()
    inside.get_by_role("link", name="Today").click()
    inside.locator("html[data-theme=contrast] h1").filter(has_text="to do").wait_for()
    assert [*faults(page.frames[1], "the tab", 1280), *faults(page.frames[2], "its page", 1280)] == []


@pytest.mark.browser
def test_a_teacher_sees_what_is_theirs_in_the_tab_and_acts_on_it(host, in_teams):
    _page, tab = host("teacher", path="/teams?to=/me", theme="default", width=360)
    inside = tab.frame_locator("#inside")
    inside.locator("a[href*='/duty/read-mobile/']").click()
    inside.locator("input[value=done]").check()
    inside.get_by_role("button", name="Submit my answer").click()
    inside.get_by_text("You need do nothing more").wait_for()
    assert [one.identified_by for one in in_teams.kept("y5", "read-mobile")] == [
        "signed in through Microsoft Teams"
    ]


@pytest.mark.browser
def test_a_person_of_two_schools_chooses_in_the_tab_and_changes_there(host, second_school, faults):
    page, tab = host("clerk", path="/teams?to=/me", width=360)
    tab.get_by_role("button", name="Otherfield Primary School").wait_for()
    assert list(faults(page.frames[1], "choosing", 360)) == []
    tab.get_by_role("button", name="Otherfield Primary School").click()
    inside = tab.frame_locator("#inside")
    inside.get_by_role("banner").get_by_text("Otherfield Primary School").wait_for()
    tab.get_by_role("button", name="Switch school").click()
    tab.get_by_role("button", name="Merriwell Green").click()
    inside.get_by_role("banner").get_by_text("Merriwell Green Primary School").wait_for()


@pytest.mark.browser
def test_an_account_no_one_knows_is_connected_by_a_code(host, code_of, faults):
    page, tab = host("stranger", path="/teams?to=/me", width=360, theme="contrast")
    tab.get_by_role("heading", name="Connect this tab once").wait_for()
    assert list(faults(page.frames[1], "connecting", 360)) == []
    tab.get_by_label("The code").fill("WRNG-C0DE")
    tab.get_by_role("button", name="Connect").click()
    tab.get_by_text("This code does not work").wait_for()
    tab.get_by_label("The code").fill(code_of("y4"))
    tab.get_by_role("button", name="Connect").click()
    tab.frame_locator("#inside").get_by_role("heading", name="to do").wait_for()


@pytest.mark.browser
def test_the_page_with_the_code_has_no_fault(in_teams, signed_in, client, faults):
    page = signed_in("y4", width=360)
    found = []

    def look(name):
        for width, scheme in ((360, "light"), (1280, "dark")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            found.extend(faults(page, f"{name} {scheme}", width))

    page.goto(f"{in_teams.address}/me")
    go(page.get_by_role("link", name="Handbell in Teams"))
    look("not connected")
    press(page, "Show my code")
    look("a code")
    assert connect(client, "stranger", page.locator(".lead").inner_text()) == 204
    page.goto(f"{in_teams.address}/teams/connect")
    look("connected")
    press(page, "Disconnect Teams")
    page.get_by_role("button", name="Show my code").wait_for()
    assert found == []


@pytest.mark.browser
def test_a_host_that_says_nothing_is_not_waited_for(host, visitor):
    page = visitor()
    page.clock.install()
    _page, tab = host(page=page, deaf=True)
    tab.get_by_role("heading", name="One moment").wait_for()
    page.clock.fast_forward(11_000)
    tab.get_by_role("heading", name="Teams did not sign you in").wait_for()


@pytest.mark.browser
@pytest.mark.parametrize("token", [None, "forged"])
def test_a_token_that_is_denied_or_refused_leaves_a_way_to_the_browser(host, in_teams, token, faults):
    page, tab = host(token, width=360)
    tab.get_by_role("heading", name="Teams did not sign you in").wait_for()
    link = tab.get_by_role("link", name="Open in a browser")
    assert link.evaluate("one => [one.href, one.target]") == [f"{in_teams.address}/school", "_blank"]
    assert list(faults(page.frames[1], "refused", 360)) == []


@pytest.mark.browser
def test_a_browser_that_keeps_no_cookie_in_a_frame_is_told_so(host, in_teams, visitor):
    page = visitor()
    page.context.route(
        "**/teams/sign-in",
        lambda route: route.fulfill(
            json={"settings": [{"key": SCHOOL, "name": "x"}], "setting": SCHOOL, "to": "/me"}
        ),
    )
    _page, tab = host(page=page)
    tab.get_by_role("heading", name="Handbell cannot stay open in Teams here").wait_for()


@pytest.mark.browser
def test_a_tab_left_open_over_night_signs_in_again(host, in_teams):
    _page, tab = host()
    inside = tab.frame_locator("#inside")
    inside.get_by_role("link", name="People", exact=True).wait_for()
    # The tab bears the page's title once it has taken note of it; before that it knows no session to renew.
    expect(tab.locator("head title")).not_to_have_text("Handbell in Teams")
    in_teams.clock.turn(hours=24)
    inside.get_by_role("link", name="People", exact=True).click()
    inside.get_by_text("Tuesday 24 November 2026").first.wait_for(state="attached")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("shows", "page_of"), [("The dashboard", "/school"), ("Each reader’s own duties", "/me")]
)
def test_a_channels_tab_is_set_up_for_one_school(host, second_school, in_teams, faults, shows, page_of):
    page, tab = host("clerk", path="/teams/channel", settings=True, width=360)
    tab.get_by_role("button", name="Otherfield Primary School").click()
    tab.get_by_role("heading", name="Ready to add").wait_for()
    assert list(faults(page.frames[1], "a channel's tab", 360)) == []
    tab.get_by_label(shows).check()
    page.wait_for_function("window.valid === true")
    page.evaluate("window.tell('settings.save', {})")
    page.wait_for_function("window.said.includes('settings.save.success')")
    assert page.evaluate("window.settings") == {
        "entityId": f"{second_school}{page_of}",
        "contentUrl": f"{in_teams.address}/teams?to={page_of}&setting={second_school}&theme={{theme}}",
        "websiteUrl": f"{in_teams.address}{page_of}",
        "suggestedDisplayName": "Handbell",
    }


@pytest.mark.browser
def test_a_channels_tab_is_set_up_for_the_one_school_there_is(host, in_teams):
    page, tab = host("head", path="/teams/channel", settings=True)
    tab.get_by_text("The tab is for Merriwell Green Primary School").wait_for()
    page.evaluate("window.tell('settings.save', {})")
    page.wait_for_function("window.said.includes('settings.save.success')")
    assert f"setting={SCHOOL}" in page.evaluate("window.settings.contentUrl")


@pytest.mark.browser
def test_another_site_cannot_frame_the_tab(in_teams, visitor):
    page = visitor()
    page.context.grant_permissions(["local-network-access"], origin="https://evil.example")
    page.context.route(
        "https://evil.example/**", lambda route: route.fulfill(body=HOST, content_type="text/html")
    )
    said = {"tab": f"{in_teams.address}/teams", "token": "head", "theme": "dark"}
    with page.expect_console_message(lambda line: "frame-ancestors" in line.text):
        page.goto(f"https://evil.example/host#{quote(json.dumps(said))}")
    page.wait_for_load_state()
    assert page.evaluate("window.said") == []


@pytest.mark.browser
def test_on_a_telephone_teams_has_no_frame_and_the_tab_opens_all_the_same(in_teams, visitor):
    page = visitor(width=360)
    page.add_init_script(TELEPHONE)
    page.goto(f"{in_teams.address}/teams?to=/me&theme=dark")
    page.frame_locator("#inside").locator("html[data-theme=dark] h1").first.wait_for()


@pytest.mark.browser
def test_the_tab_asks_no_one_but_us(host, in_teams):
    asked = []
    page, tab = host("stranger")
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    tab.get_by_role("heading", name="Connect this tab once").wait_for()
    ours = urlsplit(in_teams.address).netloc
    assert {urlsplit(one).netloc for one in asked} == {ours, "teams.microsoft.com"}


@pytest.mark.browser
def test_without_scripts_the_tab_keeps_teams_theme_and_leads_to_the_browser(in_teams, visitor):
    page = visitor(scripts=False)
    page.goto(f"{in_teams.address}/teams?to=/school&theme=dark")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    expect(page.get_by_role("link", name="Open in a browser")).to_be_visible()


@pytest.mark.browser
def test_outside_teams_the_tab_is_a_page_like_any_other(in_teams, visitor):
    page = visitor()
    page.goto(f"{in_teams.address}/teams?to=/school")
    page.wait_for_url("**/sign-in**")
