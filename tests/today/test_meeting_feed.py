"""Calendar links on both databases: one that counts for each person, each new one noted in the ledger."""

import pytest
from icalendar import Calendar

from bot.core.errors import LinkRefused
from bot.core.links import Link
from bot.records import ledger
from bot.today.calendar_feed import calendar_link, feed, new_calendar_link

SCHOOL = "merriwell-green"


def opened(school, address):
    token = address.rpartition("/")[2].removesuffix(".ics")
    link = school.services.links.open(token, school.clock())
    return Calendar.from_ical(feed(school.services, link, school.clock()))


def test_each_new_link_makes_that_persons_older_ones_useless_and_is_noted(school):
    now = school.clock()
    first, others = (new_calendar_link(school.services, SCHOOL, key, now) for key in ("gc", "cl"))
    second = new_calendar_link(school.services, SCHOOL, "gc", now)
    assert calendar_link(school.services, SCHOOL, "gc", now) == second
    for address in (second, others):
        titles = [str(one["summary"]) for one in opened(school, address).walk("VEVENT")]
        assert len([title for title in titles if not title.startswith("Due: ")]) == 9
    with pytest.raises(LinkRefused, match="not used any more"):
        opened(school, first)
    with school.store.reading() as conn:
        made = [one for _, one in ledger.entries(conn) if one.action == "calendar link made"]
    assert [(one.actor, one.data) for one in made] == [
        ("person:gc", {"serial": 2}),
        ("person:cl", {"serial": 1}),
        ("person:gc", {"serial": 1}),
    ]


@pytest.mark.parametrize("person", ["y1", "nobody"])
def test_a_link_no_one_made_opens_nothing(school, person):
    link = Link("calendar", SCHOOL, person, cycle="1")
    with pytest.raises(LinkRefused):
        feed(school.services, link, school.clock())
