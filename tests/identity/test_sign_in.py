"""Signing in by e-mail: one link, one use, one hour; nobody learns who is known here."""

import re
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from bot.core.errors import BadInput
from bot.delivery.service import deliver
from bot.identity.service import make_first_link
from bot.messages import store as message_store
from bot.people.import_service import import_roster
from bot.web.context import SIGN_INS_BY_ADDRESS
from connectors.local.roster import CsvRoster

SCHOOL = "merriwell-green"
ADAM = "a.sorley@merriwell.example"
COOKIE = "handbell"


def ask(client, email, **fields):
    page = BeautifulSoup(client.get("/sign-in").text, "html.parser").find("form", action="/sign-in")
    hidden = {one["name"]: one["value"] for one in page.find_all("input", type="hidden")}
    return client.post("/sign-in", data=hidden | {"email": email} | fields)


def letters(school):
    with school.store.reading() as conn:
        return [one for one in message_store.recent(conn, limit=100) if one.kind == "sign-in"]


def links(school):
    """The links that were posted, oldest letter first."""
    deliver(school.services, now=school.clock())
    sent = sorted(school.services.sent_folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    texts = [path.read_text().replace("=\n", "") for path in sent]
    return [found[1] for text in texts if (found := re.search(r"(/sign-in/link/[\w-]+)", text))]


@pytest.fixture
def link(served, client):
    """A link that was just sent to Adam."""
    ask(client, ADAM)
    return links(served)[-1]


def hold(client, token):
    """Set this session's token as the browser's only one."""
    client.cookies.clear()
    client.cookies.set(COOKIE, token)


def use(client, address, **fields):
    page = BeautifulSoup(client.get(address).text, "html.parser").find("form")
    hidden = {one["name"]: one["value"] for one in page.find_all("input", type="hidden")}
    return client.post(page["action"], data=hidden | fields)


def test_a_link_by_email_signs_its_person_in(served, client, link):
    answer = use(client, link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert "Adam Sorley" not in client.get("/sign-in").text
    assert client.get("/training").status_code == 403


def test_the_cookie_is_kept_from_scripts_from_other_sites_and_from_the_disk(served, client, link):
    set_cookie = use(client, link).headers["set-cookie"].lower()
    for part in ("httponly", "samesite=lax", "path=/"):
        assert part in set_cookie
    for part in ("expires", "max-age", "domain", "secure"):
        assert part not in set_cookie


def test_a_session_is_new_at_every_sign_in_and_the_old_one_is_over(served, client, link):
    hold(client, "chosen-by-somebody-else")
    token = use(client, link).cookies[COOKIE]
    assert token != "chosen-by-somebody-else"
    ask(client, ADAM)
    hold(client, token)
    again = use(client, links(served)[-1]).cookies[COOKIE]
    assert again != token
    hold(client, token)
    assert client.get("/cases").status_code == 303


def test_looking_at_a_link_uses_nothing_up(served, client, link):
    for _ in range(3):
        page = client.get(link)
        assert "Sign in as Adam Sorley" in page.text
        assert client.head(link).status_code == 200
        assert "set-cookie" not in page.headers
    assert use(client, link).status_code == 303


def test_a_link_works_once(served, client, link):
    page = client.get(link)
    seal = BeautifulSoup(page.text, "html.parser").find("input", {"name": "seal"})["value"]
    assert client.post(link, data={"seal": seal}).status_code == 303
    second = client.post(link, data={"seal": seal})
    assert second.status_code == 404
    assert "used already" in second.text
    assert "set-cookie" not in second.headers


def test_a_link_is_good_for_an_hour(served, client, link):
    served.clock.turn(minutes=59)
    assert client.get(link).status_code == 200
    served.clock.turn(minutes=1)
    late = client.get(link)
    assert late.status_code == 410
    assert "expired" in late.text


def test_a_letter_that_could_not_go_within_the_hour_does_not_go(served, client):
    ask(client, ADAM)
    served.clock.turn(minutes=61)
    assert links(served) == []


def test_no_one_learns_whether_an_address_is_known(served, client):
    known, unknown = ask(client, ADAM), ask(client, "a.sorley@elsewhere.example")
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(ADAM, "") == unknown.text.replace("a.sorley@elsewhere.example", "")
    assert [one.person for one in letters(served)] == ["y5"]


def test_an_address_is_known_however_it_is_written(served, client):
    ask(client, f"  {ADAM.upper()} ")
    assert [one.person for one in letters(served)] == ["y5"]


def test_an_address_that_two_people_share_signs_no_one_in(served, client):
    with served.store.writing() as conn:
        conn.exec_driver_sql(f"update person set email = '{ADAM}' where key = 'y6'")
    ask(client, ADAM)
    assert letters(served) == []


def test_a_leaver_is_sent_nothing_and_their_link_and_session_are_over(served, client, link):
    signed_in = use(client, link)
    assert signed_in.status_code == 303
    ask(client, ADAM)
    later = links(served)[-1]
    served.change_person("y5", leaves_on=date(2026, 11, 22))
    assert client.get(later).status_code == 404
    assert client.get("/cases").headers["location"].startswith("/sign-in")
    before = len(letters(served))
    ask(client, ADAM)
    assert len(letters(served)) == before


@pytest.mark.parametrize("typed", ["", "nobody", "@", "a@", "x" * 300 + "@a.example", "a@b\x00.example"])
def test_what_is_not_an_address_is_asked_for_again_and_kept(served, client, typed):
    answer = ask(client, typed)
    assert answer.status_code == 422
    assert "Please check" in answer.text
    assert letters(served) == []


def test_one_address_cannot_be_flooded_with_letters(served, client):
    answers = [ask(client, ADAM).status_code for _ in range(8)]
    assert answers == [200] * 5 + [429] * 3
    assert len(letters(served)) == 5
    assert ask(client, "head@merriwell.example").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("POST", "/sign-in", 422),
        ("POST", "/sign-in/choose", 400),
        ("GET", "/sign-in/entra", 404),
        ("GET", "/sign-in/entra/back", 404),
    ],
)
def test_a_person_who_signs_in_faster_than_people_do_has_to_wait(served, client, method, path, said):
    answers = [client.request(method, path).status_code for _ in range(SIGN_INS_BY_ADDRESS.burst + 1)]
    assert answers == [said] * SIGN_INS_BY_ADDRESS.burst + [429]
    served.clock.turn(seconds=SIGN_INS_BY_ADDRESS.seconds)
    assert client.request(method, path).status_code == said


def test_a_person_who_presses_a_link_faster_than_people_do_has_to_wait_and_it_is_not_used_up(
    served, client, link
):
    answers = [client.post(link).status_code for _ in range(SIGN_INS_BY_ADDRESS.burst + 1)]
    assert (answers[0], answers[-1]) == (422, 429)
    served.clock.turn(seconds=SIGN_INS_BY_ADDRESS.seconds)
    assert use(client, link).status_code == 303


def test_links_cannot_be_guessed_for_long(served, client):
    answers = [client.get(f"/sign-in/link/{number:043}").status_code for number in range(40)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_a_form_of_another_site_or_without_its_seal_does_nothing(served, client, link):
    assert ask(client, ADAM, seal="forged").status_code == 422
    page = client.get(link)
    seal = BeautifulSoup(page.text, "html.parser").find("input", {"name": "seal"})["value"]
    for sent in ({"seal": "forged"}, {"seal": ""}, {}):
        assert client.post(link, data=sent).status_code == 422
    elsewhere = client.post(link, data={"seal": seal}, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 422
    assert "set-cookie" not in elsewhere.headers
    assert len(letters(served)) == 1


def test_the_store_alone_opens_nothing(served, client, link):
    secret = link.rpartition("/")[2]
    with served.store.reading() as conn:
        rows = [
            str(row)
            for table in ("sign_in_link", "message", "session")
            for row in conn.exec_driver_sql(f"select * from {table}")
        ]
    assert rows
    assert not [row for row in rows if secret in row]


def test_a_person_of_several_settings_chooses_one(served, client, second_school):
    ask(client, "clerk@clerking.example")
    link = links(served)[-1]
    page = client.get(link)
    assert "Where do you want to go?" in page.text
    assert use(client, link).status_code == 422
    assert use(client, link, setting="elsewhere").status_code == 422
    assert use(client, link, setting=second_school).headers["location"] == "/me"


def test_signing_out_ends_the_session_and_forgets_the_cookie(served, member):
    hd = member("hd")
    token = hd.cookies[COOKIE]
    assert hd.post("/sign-out", data={"seal": "forged"}).headers["location"] == "/me"
    seal = served.seal_of(hd)
    answer = hd.post("/sign-out", data={"seal": seal})
    assert answer.headers["location"] == "/sign-in?out=1"
    assert 'handbell=""' in answer.headers["set-cookie"]
    hold(hd, token)
    assert hd.get("/cases").headers["location"].startswith("/sign-in")
    assert "You are signed out" in hd.get("/sign-in?out=1").text


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",  # a browser leaves a tab out
        "/me\r\nSet-Cookie: handbell=x",
        "javascript:alert(1)",
        "/sign-out",
        "",
    ],
)
def test_the_page_afterwards_is_one_of_ours(client, to):
    page = BeautifulSoup(client.get("/sign-in", params={"to": to}).text, "html.parser")
    assert page.find("input", {"name": "to"})["value"] == "/me"


def test_the_first_administrator_comes_in_by_a_link_that_the_command_prints(served, client):
    address, name = make_first_link(served.services, SCHOOL, None, served.clock())
    assert name == "Helen Achebe"
    path = address.removeprefix(served.services.base_url)
    served.clock.turn(hours=23)
    assert use(client, path).headers["location"] == "/me"
    assert client.get("/cases").status_code == 200
    assert client.get(path).status_code == 404


def test_a_first_link_runs_out_after_a_day(served, client):
    address, _ = make_first_link(served.services, SCHOOL, "business@merriwell.example", served.clock())
    served.clock.at += timedelta(hours=24)
    assert client.get(address.removeprefix(served.services.base_url)).status_code == 410


@pytest.mark.parametrize("email", [ADAM, "nobody@merriwell.example"])
def test_a_first_link_is_for_the_head_and_the_business_manager_only(served, email):
    with pytest.raises(BadInput, match=r"Helen Achebe \(head@merriwell.example\), Priya Nair"):
        make_first_link(served.services, SCHOOL, email, served.clock())


def by_the_offices_page(served, member):
    address = "/office/people/of/y5/address"
    office = member("of")
    sent = office.post(address, data={"seal": served.seal_of(office), "email": "adam@merriwell.example"})
    assert sent.status_code == 303


def by_the_next_list(served, _member):
    roster = (served.services.sent_folder.parent / "roster.csv").read_text()
    file = served.services.sent_folder.parent / "next.csv"
    file.write_text(roster.replace(ADAM, "adam@merriwell.example"))
    import_roster(served.store, SCHOOL, tuple(CsvRoster(file).roster()), now=served.clock(), actor="a test")


def by_giving_it_to_another(served, member):
    served.change_person("y5", leaves_on=date(2026, 11, 20))
    office = member("of")
    sent = office.post("/office/people/of/md2/address", data={"seal": served.seal_of(office), "email": ADAM})
    assert sent.status_code == 303
    served.change_person("y5", leaves_on=None)


@pytest.mark.parametrize("change", [by_the_offices_page, by_the_next_list, by_giving_it_to_another])
def test_a_changed_address_ends_sessions_and_links_mailed_to_the_old_one(
    served, client, member, link, change
):
    adam, another = member("y5"), member("y4")
    assert adam.get("/me").status_code == another.get("/me").status_code == 200
    change(served, member)
    assert adam.get("/me").status_code == 303
    assert client.get(link).status_code == 404
    assert another.get("/me").status_code == 200


def test_an_address_that_stays_ends_nothing(served, client, member, link):
    adam, office = member("y5"), member("of")
    address = {"seal": served.seal_of(office), "email": ADAM.upper()}
    assert office.post("/office/people/of/y5/address", data=address).status_code == 303
    assert adam.get("/me").status_code == 200
    assert client.get(link).status_code == 200


def test_a_changed_role_takes_effect_in_a_session_that_goes_on(served, member):
    adam = member("y5")
    assert adam.get("/office").status_code == 403
    served.change_person("y5", roles=frozenset({"staff", "office"}))
    assert adam.get("/office").status_code == 200
    served.change_person("y5", roles=frozenset({"staff", "teacher"}))
    assert adam.get("/office").status_code == 403
