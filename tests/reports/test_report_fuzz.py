"""Whatever is typed into the report form is kept as it is, shown as text, and never obeyed."""

from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.cases.service import open_case
from bot.reports.pages import clean

SCHOOL = "merriwell-green"
ADDRESS = f"/report/{SCHOOL}"
TYPED = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><h1>Owned</h1>",
    "{{ 7 * 7 }} {% include 'base.html' %}",
    "'; drop table case_file; --",
    '" or ""="',
    '=HYPERLINK("http://x.example","Click")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+44 1234\n-1",
    "%s %n %x ${jndi:ldap://x.example}",
    "../../etc/passwd",
    "𝕿𝖍𝖊 👩🏽‍🏫 said «ÆØÅ» in 中文 and עברית",
    "Zalgo t̷̡̛͖̒e̵̢̛x̸̧̛t",
    "é" * 4000,
    "😀" * 2000,
]


BIG = {
    "what": {"what": "中" * 4000},
    "where": {"where_when": "中" * 1000},
    "about": {"about": "中" * 1000},
}


def hidden(page):
    found = BeautifulSoup(page.text, "html.parser").find("form")
    return {one["name"]: one["value"] for one in found.find_all("input", type="hidden")}


def walk(client, clock, words):
    """Answer every question with these words, as far as they fit; return the receipt's page."""
    page = client.post(ADDRESS, data={"step": "start", "go": "next"})
    for typed in (
        {"category": "other"},
        {"what": words},
        {"where_when": words[:1000]},
        {"about": words[:1000]},
        {"told": "named", "name": words[:200].replace("\n", " ").strip()},
    ):
        page = client.post(ADDRESS, data=hidden(page) | {"go": "next"} | typed)
        assert page.status_code == 200, page.text
    clock.turn(minutes=2)
    return page, client.post(ADDRESS, data=hidden(page) | {"go": "send"})


@pytest.mark.parametrize("words", TYPED, ids=range(len(TYPED)))
def test_hostile_words_are_kept_word_for_word_and_shown_as_text(served, client, words):
    looked, sent = walk(client, served.clock, words)
    assert sent.status_code == 200
    for page in (looked, sent):
        found = BeautifulSoup(page.text, "html.parser")
        assert not found.find_all(["script", "img"])
        assert len(found.find_all("h1")) == 1
    shown = BeautifulSoup(looked.text, "html.parser").select(".as-typed")
    assert shown[1].text == words
    number = BeautifulSoup(sent.text, "html.parser").find(id="number").text
    kept = open_case(served.services, SCHOOL, number, "hd", now=served.clock())
    facts = kept.facts
    assert (facts.answers["what"], facts.answers["where_when"], facts.answers["about"]) == (
        words,
        words[:1000],
        words[:1000],
    )
    with served.store.reading() as conn:
        assert conn.scalar(text("select count(*) from case_file")) == 1


@pytest.mark.parametrize("field", ["what", "draft", "step", "go", "no_such_field"])
def test_a_megabyte_is_refused_unread_and_nothing_is_kept(served, client, field):
    before = served.written()
    page = client.post(ADDRESS, data={"step": "what", field: "x" * 1_000_000})
    assert page.status_code == 413
    assert served.written() == before


def test_the_longest_answers_in_the_widest_letters_still_go_back_and_forth(served, client):
    page, _ = walk(client, served.clock, "中" * 4000)
    for step in ("what", "where", "about", "what"):
        page = client.post(ADDRESS, data=hidden(page) | {"go": step, **BIG.get(hidden(page)["step"], {})})
        assert page.status_code == 200
    assert BeautifulSoup(page.text, "html.parser").textarea.text.strip() == "中" * 4000


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(
    st.dictionaries(
        st.sampled_from(["draft", "step", "go", "category", "what", "told"]), st.text(max_size=80)
    )
)
def test_no_form_whatever_breaks_a_page_or_writes_anything(served, client, typed):
    served.clock.turn(seconds=5)
    before = served.written()
    data = urlencode({name: words.encode("utf-8", "replace") for name, words in typed.items()})
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post(ADDRESS, content=data, headers=kind).status_code in {200, 422}
    assert served.written() == before


@pytest.mark.parametrize(
    "body", [b"what=%ff%fe&step=what", b"what=%00&step=what", b"&&&===", b"what=%ED%A0%80", b"\xff\xfe\x00"]
)
def test_bytes_that_are_no_text_break_nothing(client, body):
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post(ADDRESS, content=body, headers=kind).status_code in {200, 400, 422}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("one\r\ntwo", "one\ntwo"),
        ("a\x00b\x07c", "abc"),
        ("\u202egnp.exe", "gnp.exe"),
        ("tab\there", "tab here"),
        ("  spaced  ", "spaced"),
        ("é 中 👩🏽‍🏫", "é 中 👩🏽‍🏫"),
    ],
)
def test_only_what_steers_a_screen_is_taken_away(typed, kept):
    assert clean(typed) == kept
