"""The tab in Teams: signs in by the token Teams gives, in a frame of Teams and no other."""

from dataclasses import dataclass, field, replace

import pytest

from bot.errors import SignInRefused, TryAgain
from bot.web.app import create_app

HOST = """<!doctype html><title>Teams</title>
<iframe id="tab" src="{tab}" allow="local-network-access" width="900" height="700"></iframe>
<script>
const frame = document.getElementById("tab");
window.said = [];
window.addEventListener("message", (event) => {{
  if (event.source !== frame.contentWindow) return;
  const asked = event.data;
  window.said.push(asked.func);
  const answer = (...args) => frame.contentWindow.postMessage(
    {{ id: asked.id, uuid: asked.uuid, uuidAsString: asked.uuidAsString, args }}, event.origin);
  if (asked.func === "initialize")
    answer("content", "web", JSON.stringify({{ apiVersion: 4, hostVersionsInfo: {{}}, isLegacyTeams: false,
      supports: {{ pages: {{ config: {{}} }} }} }}), "2.58.0");
  else if (asked.func === "authentication.getAuthToken") answer(true, "{token}");
  else if (asked.func === "getContext")
    answer({{ theme: "{theme}", locale: "en-gb", hostClientType: "web" }});
}});
</script>"""


@dataclass
class Tokens:
    """Knows some tokens, as Microsoft's keys would."""

    accounts: dict = field(default_factory=lambda: {"head": "hd", "stranger": "nobody-here"})
    away: bool = False

    def account(self, token, now):
        if self.away:
            raise TryAgain("no keys")
        if token not in self.accounts:
            raise SignInRefused("not signed")
        return self.accounts[token]


@pytest.fixture
def tokens():
    return Tokens()


@pytest.fixture
def in_teams(served, stage, tokens):
    """The school with a tab in Teams."""
    served.services = replace(served.services, tab=tokens)
    stage.app = create_app(served.services)
    return served


def sign_in(client, token, **headers):
    return client.post("/teams/sign-in", json={"token": token}, headers=headers)


def test_whoever_teams_vouches_for_is_signed_in_by_a_cookie_of_that_frame_alone(in_teams, client):
    answer = sign_in(client, "head")
    assert answer.status_code == 204
    said = answer.headers["set-cookie"]
    for part in ("HttpOnly", "Secure", "SameSite=None", "Partitioned", "Path=/"):
        assert part in said
    value = said.partition("=")[2].partition(";")[0]
    page = client.get("/school", headers={"Cookie": f"handbell={value}"})
    assert page.status_code == 200
    assert "teams.microsoft.com" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("token", "status"), [("stranger", 403), ("forged", 400), ("", 400), ("x" * 9_000, 422)]
)
def test_nobody_else_is(in_teams, client, token, status):
    answer = sign_in(client, token)
    assert answer.status_code == status
    assert "set-cookie" not in answer.headers


def test_a_form_of_another_site_signs_nobody_in(in_teams, client):
    assert sign_in(client, "head", **{"Sec-Fetch-Site": "cross-site"}).status_code == 400


def test_without_microsofts_keys_nobody_is_signed_in(in_teams, client, tokens):
    tokens.away = True
    assert sign_in(client, "head").status_code == 503


def test_guessing_tokens_is_slowed_down(in_teams, client):
    assert 429 in {sign_in(client, f"guess {number}").status_code for number in range(80)}


def test_the_tab_runs_our_scripts_alone_and_only_in_teams(in_teams, client):
    policy = client.get("/teams?to=/school").headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "https://*.cloud.microsoft" in policy
    assert " *;" not in policy


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/sign-out", "javascript:alert(1)"])
def test_a_tab_leads_to_our_own_pages_only(in_teams, client, to):
    assert 'data-to="/me"' in client.get("/teams", params={"to": to}).text


@pytest.mark.parametrize("path", ["/teams", "/teams/channel"])
def test_without_an_app_there_is_no_tab(client, path):
    assert client.get(path).status_code == 404


def host_page(page, school, *, token="head", theme="dark", path="/teams?to=/school"):
    """Open a page of Teams that holds our tab and answers it as Teams does."""
    content = HOST.format(tab=f"{school.address}{path}", token=token, theme=theme)
    address = "https://teams.microsoft.com/host"
    # Our page lies on this machine, which a page of the network may not show unasked.
    page.context.grant_permissions(["local-network-access"], origin="https://teams.microsoft.com")
    page.route(address, lambda route: route.fulfill(body=content, content_type="text/html"))
    page.goto(address)
    return page.frame_locator("#tab")


@pytest.mark.browser
def test_the_tab_opens_the_dashboard_inside_teams_in_teams_own_theme(in_teams, visitor):
    page = visitor()
    tab = host_page(page, in_teams)
    tab.get_by_role("link", name="Office", exact=True).first.wait_for()
    assert tab.locator("html").get_attribute("data-theme") == "dark"
    assert "appInitialization.success" in page.evaluate("window.said")


@pytest.mark.browser
def test_an_account_the_school_does_not_know_is_told_so_in_the_tab(in_teams, visitor):
    tab = host_page(visitor(), in_teams, token="stranger")
    tab.get_by_role("heading", name="This account does not open Handbell here").wait_for()


@pytest.mark.browser
def test_outside_teams_the_tab_is_a_page_like_any_other(in_teams, visitor):
    page = visitor()
    page.goto(f"{in_teams.address}/teams?to=/school")
    page.wait_for_url("**/sign-in**")
