"""One file that a library does not hand out holds up no other, is asked for again, and is told of."""

from dataclasses import dataclass, field, replace

import pytest

from bot.core.errors import GiveUp, TryAgain, VendorNotFound
from bot.policies import library as policy_library
from bot.policies.library import IN_A_ROW, watch_libraries
from bot.ports import ChangesSince, LibraryFile

SCHOOL = "merriwell-green"
AWAY = TryAgain("it did not come whole")
FORBIDDEN = GiveUp("403 cannotDownloadAbusiveFile")


@dataclass
class Shelf:
    """A library: what is new at a place, what each file gives, and which were asked for."""

    items: list = field(default_factory=list)
    gives: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    def changes(self, cursor):
        return ChangesSince(tuple(self.items[int(cursor or 0) :]), str(len(self.items)))

    def content(self, file):
        self.asked.append(file.key)
        given = self.gives.get(file.key, b"Lunch: fish.")
        if isinstance(given, Exception):
            raise given
        return given

    def put(self, *keys, revision="1"):
        self.items += [LibraryFile(key, f"{key}.txt", revision, 5) for key in keys]


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def look(school, shelf):
    """Looks at the library; says which files were asked for, and raises what failed."""
    services = replace(school.services, libraries={SCHOOL: shelf}, chance=bytes)

    def watch():
        shelf.asked.clear()
        watch_libraries(services, school.clock())
        return list(shelf.asked)

    return watch


@pytest.fixture
def told(school):
    """The files that doctor names now."""

    def names():
        with school.store.reading() as conn:
            return [one.file.key for one in policy_library.passed_over(conn, school.clock())]

    return names


def test_a_file_that_does_not_come_holds_up_no_other_and_comes_later(shelf, look, told):
    shelf.put("bad", "good")
    shelf.gives["bad"] = AWAY
    for expected in (["bad", "good"], ["bad"]):
        with pytest.raises(TryAgain, match="did not come whole"):
            look()
        assert shelf.asked == expected
    del shelf.gives["bad"]
    assert (look(), told()) == (["bad"], [])
    assert look() == []


def test_a_file_that_does_not_come_for_a_day_is_told_and_asked_for_once_a_day(school, shelf, look, told):
    shelf.put("bad")
    shelf.gives["bad"] = AWAY
    with pytest.raises(TryAgain):
        look()
    school.clock.turn(hours=23)
    with pytest.raises(TryAgain):
        look()
    assert told() == []
    school.clock.turn(hours=1)
    assert (look(), told()) == ([], ["bad"])
    school.clock.turn(hours=19)
    assert (look(), told()) == (["bad"], ["bad"])
    school.clock.turn(hours=1)
    assert look() == []
    school.clock.turn(hours=19)
    del shelf.gives["bad"]
    assert (look(), told()) == (["bad"], [])


def test_a_file_that_is_refused_is_told_at_once_and_may_be_had_another_day(school, shelf, look, told, caplog):
    shelf.put("bad", "good")
    shelf.gives["bad"] = FORBIDDEN
    assert (look(), told()) == (["bad", "good"], ["bad"])
    assert (look(), told()) == ([], ["bad"])
    school.clock.turn(hours=20)
    assert (look(), told()) == (["bad"], ["bad"])
    assert caplog.text.count("was passed over") == 1
    school.clock.turn(hours=20)
    del shelf.gives["bad"]
    assert (look(), told()) == (["bad"], [])


def test_a_file_that_changes_or_goes_is_not_waited_for_in_its_old_text(school, shelf, look, told):
    shelf.put("bad", "gone")
    shelf.gives |= {"bad": FORBIDDEN, "gone": FORBIDDEN}
    look()
    shelf.put("bad", revision="2")
    shelf.gives["bad"] = AWAY
    shelf.items.append(LibraryFile("gone", "", gone=True))
    with pytest.raises(TryAgain):
        look()
    assert (shelf.asked, told()) == (["bad"], [])


def test_a_file_that_is_not_there_any_more_is_told_to_no_one(shelf, look, told):
    shelf.put("bad", "gone")
    shelf.gives |= {"bad": AWAY, "gone": VendorNotFound("it is not there")}
    with pytest.raises(TryAgain):
        look()
    shelf.gives["bad"] = VendorNotFound("it is not there")
    assert (look(), told()) == (["bad"], [])
    assert look() == []


def test_a_library_that_is_away_is_left_alone_and_still_every_file_is_had_in_the_end(shelf, look, told):
    keys = [f"f{number}" for number in range(IN_A_ROW + 3)]
    shelf.put(*keys)
    shelf.gives |= dict.fromkeys(keys[:IN_A_ROW], AWAY)
    with pytest.raises(TryAgain):
        look()
    assert shelf.asked == keys[:IN_A_ROW]
    with pytest.raises(TryAgain):
        look()
    assert shelf.asked == keys
    shelf.gives.clear()
    assert look() == keys[:IN_A_ROW]
    assert (look(), told()) == ([], [])
