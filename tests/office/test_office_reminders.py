"""When each rule reminds: seen in words, and changed on the page of the rule."""

from bs4 import BeautifulSoup

from bot.records import register as record_register

SCHOOL = "merriwell-green"
HERE = "/office/reminders"


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def test_every_rule_is_listed_with_its_reminders_in_words(member, served):
    said = words(member("of").get(HERE))
    with served.store.reading() as conn:
        register = record_register.load_register(conn, SCHOOL)
    assert all(one.title in said for one in register.obligations if one.active)
    assert "10 school days after the line manager is told" in said


def test_each_rule_leads_to_the_page_that_changes_its_reminders(member, served):
    links = BeautifulSoup(member("of").get(HERE).text, "html.parser").select("main li a")
    assert all(one["href"].startswith("/office/rules/") for one in links)
    assert BeautifulSoup(member("of").get(links[0]["href"]).text, "html.parser").find(id="pace") is not None


def test_a_teacher_sees_no_reminders(member):
    assert member("y5").get(HERE).status_code == 403
