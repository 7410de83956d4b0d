"""Policies on their pages: what they say of themselves changed, retired, and put back."""

from bs4 import BeautifulSoup

from bot.records import ledger
from bot.records import register as record_register

SCHOOL, POLICY = "merriwell-green", "staff-acceptable-use"
AT = f"/office/policies/{POLICY}"


def soup(page, status=200):
    assert page.status_code == status, page.text[:500]
    return BeautifulSoup(page.text, "html.parser")


def known(school):
    with school.store.reading() as conn:
        return record_register.load_register(conn, SCHOOL)


def policy(school, key=POLICY):
    return next((one for one in known(school).policies if one.key == key), None)


def last(school, action):
    with school.store.reading() as conn:
        return [one for _, one in ledger.entries(conn) if one.action == action][-1]


def typed(page):
    form = page.find("form", action=f"{AT}/facts")
    sent = {one["name"]: one.get("value", "") for one in form.select("input")}
    for one in form.select("select"):
        chosen = one.select_one("option[selected]")
        sent[one["name"]] = chosen["value"] if chosen else ""
    return sent | {"why": ""}


def test_owner_approver_and_cycle_change_with_who_and_why(web_school, member):
    client = member("of")
    sent = typed(soup(client.get(f"{AT}/facts")))
    before = policy(web_school)
    assert (sent["title"], sent["owner"]) == (before.title, before.owner or "")
    change = sent | {"owner": "dh", "months": "24", "why": "Governors agreed"}
    done = client.post(f"{AT}/facts", data=change)
    assert done.headers.get("location") == f"{AT}?done=changed", soup(done, 422).select_one(".errors")
    after = policy(web_school)
    assert (after.owner, after.cycle_months, after.approver) == ("dh", 24, before.approver)
    entry = last(web_school, "changed a policy")
    assert (entry.actor, entry.data["why"]) == ("person:of", "Governors agreed")
    assert set(entry.data["fields"]) == {"owner", "cycle_months"}
    # An older page undoes nothing unseen.
    late = client.post(f"{AT}/facts", data=change | {"months": "12"})
    assert late.status_code == 422
    assert policy(web_school).cycle_months == 24


def test_what_does_not_fit_is_refused(web_school, member):
    client = member("of")
    sent = typed(soup(client.get(f"{AT}/facts")))
    for wrong, field in (({"title": " "}, "title"), ({"months": "0"}, "months"), ({"months": "x"}, "months")):
        page = soup(client.post(f"{AT}/facts", data=sent | wrong), 422)
        assert page.find(id=f"{field}-wrong") is not None
    assert client.get("/office/policies/none/facts").status_code == 404


def test_a_policy_is_retired_once_none_of_its_rules_is_asked_and_is_put_back(web_school, member):
    client = member("of")
    page = soup(client.get(f"{AT}/retire"))
    rules = [one["href"] for one in page.select("main li a[href^='/office/rules/']")]
    assert rules
    assert page.find("textarea") is None
    seal = {"seal": web_school.seal_of(client)}
    refused = soup(client.post(f"{AT}/retire", data=seal | {"why": "Old"}), 422)
    assert "Retire its rules first" in refused.select_one(".errors").get_text()
    for one in rules:
        assert client.post(one, data=seal | {"why": "The policy goes"}).status_code == 303
    assert soup(client.post(f"{AT}/retire", data=seal), 422).find(id="why-wrong") is not None
    done = client.post(f"{AT}/retire", data=seal | {"why": "Old"})
    page = soup(client.get(done.headers["location"]))
    assert page.find(attrs={"role": "status"}) is not None
    assert policy(web_school) is None
    assert client.get(AT).status_code == 404
    entry = last(web_school, "retired a policy")
    assert (entry.actor, entry.data["why"]) == ("person:of", "Old")
    back = page.find("form", action=f"{AT}/restore")
    assert client.post(back["action"], data=seal).headers["location"] == AT
    assert policy(web_school).title
    assert last(web_school, "put a policy back").actor == "person:of"
    assert soup(client.get(AT)).h1 is not None


def test_a_policy_that_is_not_started_goes_with_what_was_decided(web_school, member):
    client = member("of")
    text = b"# Garden policy\n\n1. Water\n\nThe office checks the taps each term.\n"
    data = {"seal": web_school.seal_of(client)}
    at = client.post("/office/setup", data=data, files={"file": ("g.md", text, "text/markdown")}).headers[
        "location"
    ]
    sentence = soup(client.get(at)).select_one("#card [name=sentence]")["value"]
    client.post(at, data=data | {"sentence": sentence, "then": "keep"})
    done = client.post("/office/policies/garden-policy/retire", data=data | {"why": "Not ours"})
    assert done.status_code == 303
    assert not any(
        one.active for one in known(web_school).obligations if one.source.policy == "garden-policy"
    )
    assert client.get(at).status_code == 404


def test_the_title_of_a_policy_about_safeguarding_is_for_the_head_or_the_dsl(web_school, member):
    """Its rules need a second yes because of it."""
    at = "/office/policies/child-protection"
    for person, status in (("of", 422), ("hd", 303)):
        client = member(person)
        form = soup(client.get(f"{at}/facts")).find("form", action=f"{at}/facts")
        was = form.find("input", attrs={"name": "was"})["value"]
        sent = {"seal": web_school.seal_of(client), "was": was, "title": "Another title"}
        assert client.post(f"{at}/facts", data=sent).status_code == status
    assert policy(web_school, "child-protection").title == "Another title"


def test_a_teacher_changes_no_policy(member):
    for page in (f"{AT}/facts", f"{AT}/retire", "/office/policies/retired"):
        assert member("y5").get(page).status_code == 403
