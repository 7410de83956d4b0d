"""The head reads the same of a review on the dashboard, in the list behind its number, and by its month."""

from bs4 import BeautifulSoup


def soup(page):
    return BeautifulSoup(page.text, "html.parser")


def words(tag):
    return " ".join(tag.get_text(" ").split())


def test_a_review_that_is_late_is_late_wherever_it_stands_though_the_minute_is_not(served, member):
    """Its meeting was late, and the clerk has until Thursday to say what it decided."""
    served.clock.turn(days=18)
    head = member("hd")
    tile = soup(head.get("/school")).find("h3", string="Policy reviews").find_parent("article")
    assert "1 overdue" in tile.get_text(" ")
    listed = words(soup(head.get("/school/policy-reviews")))
    assert "overdue review due Thu 24 Sep" in listed
    late = words(soup(head.get("/school/policies")).find("h2", id="late").find_parent("section"))
    assert "overdue" in late
    assert "Full governing body met on Thursday 10 December 2026; we hold no minute of it yet." in late
