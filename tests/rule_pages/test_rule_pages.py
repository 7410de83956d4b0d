"""Rules on their pages: added, changed, retired, undone, and agreed by a second person."""

from dataclasses import replace

from bs4 import BeautifulSoup

from bot.planning.active_members import active_members
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.records import register as record_register

SCHOOL, POLICY = "merriwell-green", "mobile-and-social-media"
RULES = "/office/rules"


def soup(page, status=200):
    assert page.status_code == status, page.text[:500]
    return BeautifulSoup(page.text, "html.parser")


def typed(page, address):
    """What a browser would send of a form: {name: [values]}."""
    sent = {}
    for one in page.find("form", action=address).select("input[name], select[name], textarea[name]"):
        if one.get("type") in {"checkbox", "radio"} and not one.has_attr("checked"):
            continue
        if one.name == "select":
            value = (one.select_one("option[selected]") or one.select_one("option"))["value"]
        else:
            value = one.get_text().removeprefix("\n") if one.name == "textarea" else one.get("value", "")
        sent.setdefault(one["name"], []).append(value)
    return sent


def rules(school):
    with school.store.reading() as conn:
        return {one.key: one for one in record_register.load_register(conn, SCHOOL).obligations}


def entries(school, action):
    with school.store.reading() as conn:
        return [one for _, one in ledger.entries(conn) if one.action == action]


def save(client, address, **given):
    """Look at the preview of a rule as it was typed, then save it."""
    sent = typed(soup(client.get(address)), address) | given
    shown = soup(client.post(address, data=sent | {"then": ["look"]}))
    return client.post(address, data=typed(shown, address) | {"then": ["save"]}), shown


def add_from_policy(client):
    page = soup(client.get(f"/office/policies/{POLICY}"))
    [link] = [one["href"] for one in page.select("#unruled a.button") if "sentence=45" in one["href"]]
    page = soup(client.get(link))
    return page, client.post(f"{RULES}/new", data=typed(page, f"{RULES}/new") | {"then": ["save"]})


def test_a_promise_becomes_a_rule_in_two_presses(web_school, member):
    before = rules(web_school)
    page, done = add_from_policy(member("of"))
    assert done.status_code == 303
    [key] = rules(web_school).keys() - before.keys()
    made = rules(web_school)[key]
    assert (str(made.audience), [str(one) for one in made.cadence]) == ("staff", ["every 12 months"])
    assert (made.source.policy, made.source.stated, made.proof) == (POLICY, True, "certificate")
    preview = page.find(id="preview")
    with web_school.store.reading() as conn:
        snapshot = load_snapshot(conn, web_school.clock().date(), (SCHOOL,))
    roll = active_members(snapshot, web_school.clock().date())[SCHOOL]
    staff = {snapshot.people[one.person].name for one in roll.asked(made.audience)}
    assert len(staff) > 20
    assert set(preview.select_one("details p").get_text().split(", ")) == staff
    assert f"{len(staff)} people" in preview.h2.get_text()
    assert preview.select_one("pre").get_text().count("Hello ") == 1
    assert "/d/a-personal-link" in preview.get_text()
    [entry] = entries(web_school, "changed a rule")
    assert (entry.actor, entry.data["change"]) == ("person:of", "Add")
    # The promise is kept now.
    links = soup(member("of").get(f"/office/policies/{POLICY}")).select("#unruled a.button")
    assert links
    assert not any("sentence=45" in one["href"] for one in links)


def test_a_form_sent_twice_adds_one_rule(web_school, member):
    client = member("of")
    page = soup(client.get(f"{RULES}/new"))
    sent = typed(page, f"{RULES}/new") | {"title": ["Feed the fish"], "when": ["each term"]}
    shown = soup(client.post(f"{RULES}/new", data=sent))
    sent = typed(shown, f"{RULES}/new") | {"then": ["save"]}
    before = rules(web_school)
    assert [client.post(f"{RULES}/new", data=sent).status_code for _ in range(2)] == [303, 303]
    [key] = rules(web_school).keys() - before.keys()
    assert rules(web_school)[key].source.policy is None


def test_nothing_is_saved_before_its_preview_was_shown(web_school, member):
    client, address = member("of"), f"{RULES}/clear-cameras"
    sent = typed(soup(client.get(address)), address) | {"weekday": ["Monday"], "then": ["save"]}
    page = soup(client.post(address, data=sent))
    assert page.select_one("#preview [role=status]") is not None
    assert str(rules(web_school)["clear-cameras"].cadence[0]) == "weekly in term on Friday"


def test_a_change_is_kept_with_who_and_why_and_can_be_undone_until_its_first_email(web_school, member):
    client, address = member("of"), f"{RULES}/clear-cameras"
    before = rules(web_school)["clear-cameras"]
    done, _ = save(client, address, weekday=["Monday"], why=["Fridays are too busy"])
    assert done.status_code == 303
    assert str(rules(web_school)["clear-cameras"].cadence[0]) == "weekly in term on Monday"
    [entry] = entries(web_school, "changed a rule")
    assert (entry.data["why"], entry.data["fields"]) == ("Fridays are too busy", ["when"])
    page = soup(client.get(done.headers["location"]))
    form = page.select_one("#done form")
    sent = {"seal": form.select_one("[name=seal]")["value"]}
    assert client.post(form["action"], data=sent).status_code == 303
    again = rules(web_school)["clear-cameras"]
    assert (again.cadence, again.since) == (before.cadence, before.since)
    assert len(entries(web_school, "changed a rule")) == 2


def test_nothing_is_undone_once_the_first_email_may_have_gone(web_school, member):
    client, address = member("of"), f"{RULES}/clear-cameras"
    done, _ = save(client, address, weekday=["Monday"])
    action = soup(client.get(done.headers["location"])).select_one("#done form")["action"]
    web_school.clock.turn(days=8)
    later = member("of")
    assert soup(later.get(f"{address}?done=saved")).select_one("#done form") is None
    soup(later.post(action, data={"seal": web_school.seal_of(later)}), 422)
    assert str(rules(web_school)["clear-cameras"].cadence[0]) == "weekly in term on Monday"


def test_an_older_page_is_refused_and_shows_what_changed(web_school, member):
    address = f"{RULES}/clear-cameras"
    older = typed(soup(member("of").get(address)), address)
    save(member("hd"), address, weekday=["Monday"])
    client = member("of")
    sent = older | {"title": ["Clear all cameras"]}
    shown = typed(soup(client.post(address, data=sent)), address)
    page = soup(client.post(address, data=shown | {"was": older["was"], "then": ["save"]}), 422)
    assert "Helen Achebe" in page.find(id="what-changed").get_text()
    assert "weekly in term on Monday" in page.find(id="what-changed").get_text()
    assert rules(web_school)["clear-cameras"].title != "Clear all cameras"


def test_retiring_a_printed_promise_asks_why_and_stays_to_be_checked(web_school, member):
    client, address = member("of"), f"{RULES}/clear-cameras/retire"
    sent = typed(soup(client.get(address)), address)
    soup(client.post(address, data=sent), 422)
    assert rules(web_school)["clear-cameras"].active
    assert client.post(address, data=sent | {"why": ["We have no cameras"]}).status_code == 303
    assert not rules(web_school)["clear-cameras"].active
    assert soup(client.get("/office")).select(f"a[href='{RULES}/clear-cameras']")
    # It can be started again.
    sent = typed(soup(client.get(address)), address)
    assert client.post(address, data=sent).status_code == 303
    assert rules(web_school)["clear-cameras"].active


def test_what_is_not_us_is_decided_and_asks_no_one(web_school, member):
    client = member("of")
    address = f"{RULES}/not-us?policy={POLICY}&sentence=45.1"
    sent = typed(soup(client.get(address)), address)
    soup(client.post(address, data=sent), 422)
    before = rules(web_school)
    assert client.post(address, data=sent | {"why": ["The council trains everyone"]}).status_code == 303
    [key] = rules(web_school).keys() - before.keys()
    assert not rules(web_school)[key].active


def ask_for_a_second_yes(school, member):
    done, _ = save(member("hd"), f"{RULES}/filtering-test", minutes=["25"], why=["It takes longer"])
    assert done.status_code == 303
    assert rules(school)["filtering-test"].minutes == 20
    [link] = soup(member("dh").get("/me")).select(f"a[href^='{RULES}/changes/']")
    return link["href"]


def test_the_office_changes_no_rule_about_safeguarding(web_school, member):
    client, address = member("of"), f"{RULES}/filtering-test"
    page = soup(client.get(address))
    assert page.select_one("button[value=save]") is None
    sent = typed(page, address) | {"minutes": ["25"]}
    shown = typed(soup(client.post(address, data=sent)), address)
    soup(client.post(address, data=shown | {"then": ["save"]}), 422)
    assert rules(web_school)["filtering-test"].minutes == 20
    assert entries(web_school, "asked for a second yes to a rule") == []


def test_a_second_person_agrees_and_only_then_the_rule_changes(web_school, member):
    address = ask_for_a_second_yes(web_school, member)
    own = soup(member("hd").get(address))
    assert own.select_one("button[value=agree]") is None
    forged = {"seal": web_school.seal_of(member("hd")), "then": "agree"}
    soup(member("hd").post(address, data=forged), 422)
    client = member("dh")
    sent = typed(soup(client.get(address)), address) | {"then": ["agree"]}
    assert client.post(address, data=sent).status_code == 303
    assert rules(web_school)["filtering-test"].minutes == 25
    [entry] = entries(web_school, "gave the second yes to a rule")
    assert (entry.actor, entry.data["by"], entry.data["why"]) == ("person:dh", "hd", "It takes longer")
    assert soup(client.get("/me")).select(f"a[href^='{RULES}/changes/']") == []


def test_a_second_person_may_refuse_with_a_reason(web_school, member):
    address = ask_for_a_second_yes(web_school, member)
    client = member("dh")
    sent = typed(soup(client.get(address)), address) | {"then": ["refuse"]}
    soup(client.post(address, data=sent), 422)
    assert client.post(address, data=sent | {"why": ["Ask IT first"]}).status_code == 303
    assert rules(web_school)["filtering-test"].minutes == 20
    assert client.get(address).status_code == 404


def test_a_change_of_what_changed_meanwhile_is_not_agreed(web_school, member):
    address = ask_for_a_second_yes(web_school, member)
    client = member("dh")
    sent = typed(soup(client.get(address)), address) | {"then": ["agree"]}
    with web_school.store.writing() as conn:
        known = record_register.load_register(conn, SCHOOL)
        changed = tuple(
            replace(one, minutes=5) if one.key == "filtering-test" else one for one in known.obligations
        )
        record_register.save_register(conn, replace(known, obligations=changed), web_school.clock())
    soup(client.post(address, data=sent), 422)
    assert rules(web_school)["filtering-test"].minutes == 5


def test_the_file_holds_what_pages_changed(web_school, member, tmp_path):
    save(member("of"), f"{RULES}/clear-cameras", weekday=["Monday"])
    text = member("of").get(f"{RULES}.yaml").text
    assert "weekly in term on Monday" in text


def test_a_teacher_sees_no_rules(web_school, member):
    assert member("y4").get(RULES).status_code in {403, 404}
