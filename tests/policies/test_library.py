"""The library: everyone who works here finds every policy by its name or its words, and reads it."""

import pytest
from bs4 import BeautifulSoup

from bot.records import register as record_register

SCHOOL = "merriwell-green"
POLICY = "mobile-and-social-media"


def soup(page):
    assert page.status_code == 200, page.text[:300]
    return BeautifulSoup(page.text, "html.parser")


def listed(page):
    return [one["href"].rpartition("/")[2] for one in soup(page).select("#policies a")]


@pytest.fixture
def texts(served):
    with served.store.reading() as conn:
        known = record_register.load_register(conn, SCHOOL)
        return {one.key: record_register.versions(conn, SCHOOL, one.key)[-1].text for one in known.policies}


def test_a_teacher_finds_every_policy_and_opens_each(member, texts):
    client = member("y5")
    assert sorted(listed(client.get("/policies"))) == sorted(texts)
    for key in texts:
        assert soup(client.get(f"/policies/{key}")).h1


def test_words_of_the_text_find_the_policies_that_have_them(member, texts):
    for typed in ("camera", "safeguarding lead", "zzz"):
        wanted = {
            key for key, text in texts.items() if all(word in text.casefold() for word in typed.split())
        }
        found = listed(member("y5").get("/policies", params={"q": typed}))
        assert wanted <= set(found) or typed == "zzz"
        assert bool(found) == (typed != "zzz")


def test_an_area_leaves_those_that_someone_else_keeps_out(member, texts):
    client = member("y5")
    choices = [one["value"] for one in soup(client.get("/policies")).select("#area option") if one["value"]]
    by_area = [listed(client.get("/policies", params={"area": one})) for one in choices]
    assert sorted(key for some in by_area for key in some) == sorted(texts)


def test_ones_own_answer_leads_to_its_receipt_or_to_the_task(served, member):
    client = member("y5")
    page = soup(client.get(f"/policies/{POLICY}"))
    task = f"/me/duty/read-mobile/{served.cycle('y5', 'read-mobile')}"
    assert page.select_one(f"h1 ~ p a.button[href='{task}']")
    form = soup(client.get(task)).find("form", action=task)
    hidden = {one["name"]: one.get("value", "") for one in form.find_all("input", type="hidden")}
    receipt = client.post(task, data=hidden | {"outcome": "done"}).headers["location"]
    after = soup(client.get(f"/policies/{POLICY}"))
    assert after.select_one(f"#mine a[href='{receipt}']")
    assert not after.select(f"a[href='{task}']")


def test_a_parent_of_the_pta_and_a_policy_that_is_not_there_open_nothing(served, member):
    served.change_person("y5", roles=frozenset({"parent"}))
    assert member("y5").get("/policies").status_code == 403
    assert member("hd").get("/policies/nothing").status_code == 404
