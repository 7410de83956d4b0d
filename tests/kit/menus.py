"""The pages that the menu leads somebody to: each place, and the row of pages of each."""

from bs4 import BeautifulSoup


def menu_pages(client):
    """Return the address of every page in the menu of the person who is signed in."""
    found = set()
    for place in _links(client.get("/me").text, "nav.menu a"):
        found |= {place, *_links(client.get(place).text, "nav.tabs a")}
    return found


def _links(page, where):
    return [one["href"] for one in BeautifulSoup(page, "html.parser").select(where)]
