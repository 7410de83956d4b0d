"""The menu: six places, each with the pages its reader may open, and the page one is on."""

import pytest
from bs4 import BeautifulSoup

from bot.core.roles import known_roles, may
from bot.identity.menu import PLACES, menu, settings_entries
from bot.rules.people import Membership, Person, School

SCHOOL = School("oak", "Oak")


class Reader:
    """A person with these roles."""

    school = SCHOOL

    def __init__(self, *roles, at_kiosk=False, only_case=None):
        self.person = Person("a", "A", "", (Membership("oak", frozenset(roles)),))
        self.roles, self.at_kiosk, self.only_case = known_roles(frozenset(roles)), at_kiosk, only_case

    def may(self, permission):
        return may(self.roles, permission)


def titles(reader, path="/me"):
    return [one.title for one in menu(reader, path)]


def test_a_role_sees_its_own_places_only():
    six = ["Today", "School", "People", "Policies", "Governors", "Reports"]
    assert titles(Reader("headteacher")) == six
    assert titles(Reader("teacher")) == ["Today", "School", "Policies"]
    assert titles(Reader("office")) == ["Today", "School", "People", "Policies", "Governors"]
    assert titles(Reader("governor")) == ["Today", "School", "Governors"]
    assert titles(Reader("dsl")) == ["Today", "School", "Policies", "Reports"]


@pytest.mark.parametrize(
    ("path", "place", "page"),
    [
        ("/me/duty/x/2026", "Today", "My tasks"),
        ("/me/requests/new", "Today", "Requests"),
        ("/office/people/of/y5", "People", "Everyone"),
        ("/school/messages", "School", "Messages"),
        ("/school/training", "School", "Overview"),
        ("/training/mine/online", "Today", "My training"),
        ("/training/list", "School", "Training"),
        ("/cases/A1", "Reports", "Cases"),
        ("/case-roles", "Reports", "Cases"),
        ("/governors/meetings", "Governors", "Meetings"),
    ],
)
def test_a_page_stands_in_the_place_with_the_longest_address_it_begins_with(path, place, page):
    current = [one for one in menu(Reader("headteacher"), path) if one.current]
    assert [one.title for one in current] == [place]
    assert [one.title for one in current[0].entries if one.current] == [page]


@pytest.mark.parametrize("path", ["/office/settings", "/office/start/week", "/message"])
def test_settings_stand_in_no_place(path):
    assert not any(one.current for one in menu(Reader("headteacher"), path))
    assert [one.href for one in settings_entries(Reader("headteacher"))] == [
        "/office/settings",
        "/office/start",
    ]
    assert settings_entries(Reader("teacher")) == ()


def test_the_tablet_has_ones_own_tasks_and_a_link_to_one_case_no_menu():
    assert [(one.title, one.href) for one in menu(Reader("headteacher", at_kiosk=True), "/me")] == [
        ("Today", "/me")
    ]
    assert menu(Reader("headteacher", only_case="A1"), "/cases/A1") == ()
    assert settings_entries(Reader("headteacher", at_kiosk=True)) == ()


def test_every_page_of_the_menu_answers_with_one_row_of_pages_and_the_same_places(member):
    client = member("hd")
    places = [place.href for place in PLACES]
    for place in PLACES:
        for entry in place.entries:
            if entry.href in {"/school/trust", "/governors/report.pdf"}:
                continue
            page = BeautifulSoup(client.get(entry.href).text, "html.parser")
            assert [one["href"] for one in page.select("nav.menu a")] == places, entry.href
            assert len(page.select("nav.tabs")) <= 1, entry.href
            assert len(page.select("nav.menu [aria-current]")) == 1, entry.href
