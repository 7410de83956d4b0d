"""The page of a policy: its rules, the people each asks, its text and its owner."""

from bs4 import BeautifulSoup

from bot.planning.active_members import active_members
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.policies.service import rules_of

SCHOOL = "merriwell-green"
POLICY = "mobile-and-social-media"


def snapshot(school):
    with school.store.reading() as conn:
        return load_snapshot(conn, school.clock().date(), (SCHOOL,))


def soup(page):
    assert page.status_code == 200, page.text[:300]
    return BeautifulSoup(page.text, "html.parser")


def test_every_rule_of_a_policy_counts_whom_it_asks(served):
    known, today = snapshot(served), served.clock().date()
    rules = rules_of(known, known.policies[SCHOOL, POLICY], today)
    wanted = [
        one.key for one in known.obligations if POLICY in {one.policy, one.source.policy} and one.active
    ]
    assert [one.obligation.key for one in rules] == wanted
    assert len(wanted) > 1
    assert any(rule.people for rule in rules)
    for rule in rules:
        asked = [one for one in duties(known, today) if one.obligation.key == rule.obligation.key]
        is_review = rule.obligation.kind == "review"
        assert not (rule.people and is_review)
        assert is_review or sorted(one.key for one in rule.people) == sorted(one.person for one in asked)
        assert sum(rule.counts.values()) == len(rule.people)


def test_the_page_links_every_person_and_shows_the_text_in_force(served, member):
    known = snapshot(served)
    rules = rules_of(known, known.policies[SCHOOL, POLICY], served.clock().date())
    page = soup(member("of").get(f"/office/policies/{POLICY}"))
    for rule in rules:
        row = page.find(id=f"rule-{rule.obligation.key}")
        hrefs = [link["href"] for link in row.select("details a")]
        assert hrefs == [f"/office/people/of/{one.key}" for one in rule.people]
    assert len(page.find(id="text").get_text()) > 500
    owners = active_members(known, served.clock().date())[SCHOOL].named(known.policies[SCHOOL, POLICY].owner)
    assert owners
    assert all(page.select_one(f"dl a[href='/office/people/of/{key}']") for key in owners)


def test_a_review_is_offered_to_those_who_may_open_it(served, member):
    for reader in ("hd", "of"):
        client = member(reader)
        links = soup(client.get(f"/office/policies/{POLICY}")).select("a[href^='/governors/reviews/']")
        assert all(client.get(one["href"]).status_code == 200 for one in links)
        assert bool(links) == (client.get(f"/governors/reviews/{POLICY}").status_code == 200)
