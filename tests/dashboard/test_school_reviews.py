"""The head reads the same of a review on the dashboard, in the list behind its number, and by its month."""

from bs4 import BeautifulSoup

from bot.planning.service import plan_day


def soup(page):
    return BeautifulSoup(page.text, "html.parser")


def words(tag):
    return " ".join(tag.get_text(" ").split())


def test_a_review_that_is_late_is_late_wherever_it_stands_though_the_minute_is_not(served, member):
    """Its meeting was late, and the clerk has until Thursday to say what it decided."""
    served.clock.turn(days=18)
    head = member("hd")
    row = soup(head.get("/school")).select_one("li[data-area=policy-reviews]")
    assert "1 overdue" in row.get_text(" ")
    listed = words(soup(head.get("/school/policy-reviews")))
    assert "Next: the minute, from Helena Novak." in listed
    assert "overdue review due Thu 24 Sep" in listed
    late = words(soup(head.get("/school/policies")).find("h2", id="late").find_parent("section"))
    assert "overdue" in late
    assert "Full governing body met on Thursday 10 December 2026; we hold no minute of it yet." in late


def test_a_draft_whose_day_is_over_is_said_to_have_been_wanted_then(served, member):
    late = words(
        soup(member("hd").get("/school/policies")).find("h2", string="Overdue").find_parent("section")
    )
    assert "The draft was wanted by Wednesday 11 November 2026; we do not have it yet." in late


def test_the_day_beside_a_review_says_what_is_on_that_day(member):
    page = soup(member("hd").get("/school/policy-reviews"))
    assert [words(row.select("td")[2]) for row in page.select("tbody tr")] == [
        "review due Thu 24 Sep",
        "meeting on Thu 10 Dec",
        "review due Fri 7 May 2027",
    ]


def test_a_tile_says_what_is_overdue_and_who_is_stuck_counts_only_what_there_is(served, member):
    """A newcomer to Adam Sorley's team was asked in time, and is late once that time is over."""
    plan_day(served.services, served.clock())
    served.clock.turn(days=7)
    head = member("hd")
    assert "1 overdue" in words(soup(head.get("/school")).select_one("li[data-area=reading-policies]"))
    listed = words(soup(head.get("/school/reading-policies")))
    assert "Joined on 13 November 2026; it is asked for within 10 school days." in listed
    assert "Peter Quill" in listed
    page = soup(head.get("/school/stuck"))
    team = words(page.find("h2", string="Adam Sorley").find_parent("section"))
    assert "Peter Quill" in team
    assert page.find("h2", string="Adam Sorley").find_parent("section").select(".chip.is-overdue")
