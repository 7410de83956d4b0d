"""Pages say that reminders wait for term dates, with a link to the form, and only then."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import delete, insert

from bot.records.tables import term

SCHOOL = "merriwell-green"


def line(page):
    assert page.status_code == 200
    return BeautifulSoup(page.text, "html.parser").select("#terms-ended[role=status]")


@pytest.mark.parametrize(
    ("person", "address"), [("hd", "/school"), ("hd", "/school/messages"), ("of", "/office")]
)
def test_a_page_says_that_the_terms_have_ended_and_links_to_the_form(member, served, person, address):
    reader = member(person)
    assert line(reader.get(address)) == []
    with served.store.writing() as conn:
        conn.execute(delete(term).where(term.c.setting == SCHOOL))
        one = {"setting": SCHOOL, "first_on": date(2026, 9, 1), "last_on": date(2026, 11, 20), "name": "T1"}
        conn.execute(insert(term), one)
    (found,) = line(reader.get(address))
    (link,) = found.select("a")
    where, _, anchor = link["href"].partition("#")
    form = BeautifulSoup(member("of").get(where).text, "html.parser")
    assert form.find(id=anchor).select("textarea[name=terms]")
