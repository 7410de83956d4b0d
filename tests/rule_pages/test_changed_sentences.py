"""A new version of a policy: which rules rest on sentences that changed, and what is done with each."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from bot.policies.sentences import changed_sentences
from bot.policies.service import promises_in
from bot.reading.facts import Clause
from bot.records import ledger
from bot.records import register as record_register

SCHOOL, POLICY = "merriwell-green", "mobile-and-social-media"
AT = f"/office/policies/{POLICY}"
OLD = "The office checks the signs each term."
NEW = "The office checks all signs and notices every month."


def soup(page, status=200):
    assert page.status_code == status, page.text[:500]
    return BeautifulSoup(page.text, "html.parser")


def rules(school):
    with school.store.reading() as conn:
        return {one.key: one for one in record_register.load_register(conn, SCHOOL).obligations}


def clause(quote, line=1):
    return Clause(
        "staff", quote, None, "staff", (), None, None, stated=True, quote=quote, line=line, last_line=line
    )


@pytest.fixture
def upload(web_school, register, post):
    """Send a new text of the policy; returns the address of its page."""
    text = (register.parent / "policies" / "mobile-and-social-media.md").read_text(encoding="utf-8")

    def sent(client, *changes):
        new = text
        for old, said in changes:
            assert old in new
            new = new.replace(old, said)
        file = {"file": ("new.md", new.encode(), "text/markdown")}
        answer = client.post(AT, data={"seal": web_school.seal_of(client)}, files=file)
        assert answer.status_code == 303
        return answer.headers["location"]

    return sent


def changed(page):
    return {
        one.h3.get_text(): [q.get_text() for q in one.select("blockquote")]
        for one in page.select("#changed-rules li")
    }


def test_the_publishing_page_and_then_the_policy_show_the_rules_whose_sentence_changed(
    web_school, member, upload, post
):
    client = member("of")
    assert changed(soup(client.get(AT))) == {}
    at = upload(client, (OLD, NEW))
    shown = changed(soup(client.get(at)))
    [(title, (before, now))] = shown.items()
    assert OLD in before
    assert NEW in now
    assert soup(client.get(at)).select("#changed-rules button") == []
    done = post(client, at, number="9", change="minor", reason="More signs")
    assert done.status_code == 303
    page = soup(client.get(AT))
    assert changed(page) == shown
    [form] = page.select("#changed-rules form")
    assert title in form.get_text()
    sent = {one["name"]: one["value"] for one in form.select("input")}
    key = form["action"].split("/")[-2]
    was = rules(web_school)[key]
    assert was.source.quotes == (OLD,)
    kept = client.post(form["action"], data=sent)
    assert kept.status_code == 303
    stays = rules(web_school)[key]
    assert stays.source.quotes == (NEW,)
    assert (stays.audience, stays.cadence, stays.since) == (was.audience, was.cadence, was.since)
    assert changed(soup(client.get(AT))) == {}
    with web_school.store.reading() as conn:
        entry = [one for _, one in ledger.entries(conn) if one.action == "changed a rule"][-1]
    assert (entry.actor, entry.data["why"]) == ("person:of", "The sentence changed")


def test_change_opens_the_rule_with_the_new_sentence(web_school, member, upload, post):
    client = member("of")
    at = upload(client, (OLD, NEW))
    post(client, at, number="9", change="minor", reason="More signs")
    page = soup(client.get(AT))
    link = next(one for one in page.select("#changed-rules a") if "Change" in one.get_text())
    form = soup(client.get(link["href"]))
    assert [one["value"] for one in form.select("[name=quotes]")] == [NEW]
    assert NEW in form.select_one("blockquote").get_text()


def test_a_sentence_that_is_gone_leaves_the_rule_to_the_school(web_school, member, upload, post):
    client = member("of")
    post(client, upload(client, (OLD, "")), number="9", change="minor", reason="Fewer signs")
    page = soup(client.get(AT))
    [form] = page.select("#changed-rules form")
    key = form["action"].split("/")[-2]
    sent = {one["name"]: one["value"] for one in form.select("input")}
    assert client.post(form["action"], data=sent).status_code == 303
    assert (rules(web_school)[key].source.quotes, rules(web_school)[key].source.stated) == ((), False)
    assert changed(soup(client.get(AT))) == {}


def test_a_sentence_that_only_moved_or_was_set_again_has_not_changed(web_school):
    rule = next(iter(rules(web_school).values()))
    found = promises_in((OLD,), [clause(OLD)])
    rule = replace(rule, active=True, source=replace(rule.source, quotes=(OLD,)))
    assert changed_sentences([rule], (), "A heading\n\nThe office\nchecks the signs  each term.", ()) == ()
    [one] = changed_sentences([rule], found, "The office checks signs.", promises_in((NEW,), [clause(NEW)]))
    assert one.now is not None
    [one] = changed_sentences(
        [rule], found, "Pupils eat.", promises_in(("x",), [clause("Pupils eat at noon.")])
    )
    assert one.now is None
    assert changed_sentences([replace(rule, active=False)], found, "", ()) == ()
