"""What a school keeps elsewhere: reports become cases once, meetings and versions follow, mail comes back."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from bot.cases.service import cases_for, open_case
from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from bot.dashboard.weekly_card import draw_card, post_weekly_cards
from bot.database.sync_state import forget, note
from bot.delivery.service import deliver
from bot.messages import store as message_store
from bot.messages.bounces import read_returned
from bot.planning.store import load_snapshot
from bot.policies.library import watch_libraries
from bot.policies.service import list_policies, look_through
from bot.ports import Bounce, ChangesSince, LibraryFile, SubmittedForm
from bot.records import people as record_people
from bot.records.ledger import ledger
from bot.reports.intake import NOT_KEPT, take_reports
from bot.reviews.calendars import keep_calendars

SCHOOL = "merriwell-green"


class Died(BaseException):
    """The machine went away."""


@dataclass
class Outside:
    """One end that a school keeps: every item since a place in it; `breaks` makes the next calls fail.

    `dies`: the machine goes away while a form is taken. `stuck`: forms nobody may take away now.
    """

    items: list = field(default_factory=list)
    contents: dict = field(default_factory=dict)
    done: list = field(default_factory=list)
    entries: dict = field(default_factory=dict)
    breaks: list = field(default_factory=list)
    asked: int = 0
    dies: bool = False
    stuck: set = field(default_factory=set)

    def since(self, cursor):
        if self.breaks:
            raise self.breaks.pop(0)
        return ChangesSince(tuple(self.items[int(cursor or 0) :]), str(len(self.items)))

    filled = bounces = changes = since

    def taken(self, key):
        if self.dies:
            raise Died
        if key in self.stuck:
            raise TryAgain("it is locked")
        self.done.append(key)

    def content(self, file):
        self.asked += 1
        return self.contents[file.key]

    def keep(self, event):
        if self.breaks:
            raise self.breaks.pop(0)
        self.asked += 1
        self.entries[event.key] = event

    def cancel(self, key):
        del self.entries[key]

    def post(self, card):
        self.asked += 1
        if self.breaks:
            raise self.breaks.pop(0)
        self.done.append(card)


@pytest.fixture
def outside():
    return Outside()


def joined(school, **given):
    chance = iter(range(10**6))
    return replace(school.services, chance=lambda n: sha256(str(next(chance)).encode()).digest()[:n], **given)


def told(school, action):
    """How often the ledger tells of something."""
    with school.store.reading() as conn:
        return conn.scalar(select(func.count()).where(ledger.c.action == action))


def titles(services, school, person="dh"):
    return [row.title for row in cases_for(services, SCHOOL, person, school.clock())]


def filled(key="1", **cells):
    usual = {"category": "Something else", "what": "A stranger asked for photographs.", "where_when": "Gate"}
    return SubmittedForm(key, usual | cells)


def test_a_form_outside_becomes_one_case_however_often_it_comes(school, outside):
    services = joined(school, intakes={SCHOOL: outside})
    outside.items = [filled(), filled(), filled("2")]
    for _ in range(2):
        take_reports(services, school.clock())
    outside.items += [filled(), filled("2", what="Changed meanwhile")]
    take_reports(services, school.clock())
    assert len(titles(services, school)) == 2
    assert set(outside.done) == {"1", "2"}


def test_what_was_changed_in_a_form_that_was_sent_is_added_to_its_case_once(school, outside):
    services = joined(school, intakes={SCHOOL: outside})
    outside.items = [filled()]
    take_reports(services, school.clock())
    outside.items += [
        filled(what="It was a parent, we know now."),
        filled(what="It was a parent, we know now."),
    ]
    for _ in range(2):
        take_reports(services, school.clock())
    (row,) = cases_for(services, SCHOOL, "dh", school.clock())
    file = open_case(services, SCHOOL, row.number, "dh", school.clock())
    assert "A stranger asked" in repr(file)
    assert sum("It was a parent" in repr(post) for post in file.posts) == 1


def test_a_change_that_must_not_be_kept_says_where_to_read_it(school, outside):
    services = joined(school, intakes={SCHOOL: outside})
    outside.items = [filled()]
    take_reports(services, school.clock())
    outside.items += [filled(what="A naked picture of a pupil is going round.")]
    take_reports(services, school.clock())
    (row,) = cases_for(services, SCHOOL, "dh", school.clock())
    file = open_case(services, SCHOOL, row.number, "dh", school.clock())
    assert NOT_KEPT in repr(file)
    assert "naked" not in repr(file)


def test_a_crash_before_the_form_is_taken_away_makes_no_second_case(school, outside):
    services = joined(school, intakes={SCHOOL: outside})
    outside.items, outside.dies = [filled()], True
    with pytest.raises(Died):
        take_reports(services, school.clock())
    outside.dies = False
    take_reports(services, school.clock())
    assert len(titles(services, school)) == 1
    assert outside.done == ["1"]


def test_a_form_that_was_changed_after_a_crash_loses_no_words(school, outside):
    services = joined(school, intakes={SCHOOL: outside})
    outside.items, outside.dies = [filled()], True
    with pytest.raises(Died):
        take_reports(services, school.clock())
    outside.items, outside.dies = [filled(what="It was a parent, we know now.")], False
    for _ in range(2):
        take_reports(services, school.clock())
    (row,) = cases_for(services, SCHOOL, "dh", school.clock())
    file = repr(open_case(services, SCHOOL, row.number, "dh", school.clock()))
    assert "A stranger asked" in file
    assert "It was a parent" in file


def test_what_must_not_be_kept_stays_where_it_lies_and_a_case_says_so(school, outside):
    services = joined(school, intakes={SCHOOL: outside})
    outside.items = [filled(what="A naked picture of a pupil is going round.")]
    take_reports(services, school.clock())
    (row,) = cases_for(services, SCHOOL, "dh", school.clock())
    assert open_case(services, SCHOOL, row.number, "dh", school.clock()).case is not None
    file = open_case(services, SCHOOL, row.number, "dh", school.clock())
    assert NOT_KEPT in repr(file)
    assert "naked" not in repr(file)
    assert outside.done == []


@pytest.mark.parametrize("cells", [{"what": ""}, {"what": "x" * 20_000}, {"category": "No such"},
                                   {"reporter_email": "x" * 500}, {"about": "\ud800"}])  # fmt: skip
def test_whatever_was_typed_becomes_a_case(school, outside, cells):
    services = joined(school, intakes={SCHOOL: outside})
    outside.items = [filled(**cells)]
    take_reports(services, school.clock())
    assert len(titles(services, school)) == 1


def whose(services, school, person):
    return [row.number for row in cases_for(services, SCHOOL, person, school.clock())]


def test_a_person_a_report_names_whose_words_are_not_kept_does_not_get_it(school, outside):
    services = joined(school, intakes={SCHOOL: outside})
    outside.items = [filled(what="A naked picture of a pupil is going round.", about="The DSL")]
    take_reports(services, school.clock())
    assert whose(services, school, "dh") == []
    assert len(whose(services, school, "hd")) == 1


@pytest.mark.parametrize("cells", [{"about": "The DSL"}, {"category": "A concern about the headteacher"},
                                   {"what": "A naked picture.", "about": "the DSL"}])  # fmt: skip
def test_a_person_a_changed_report_is_about_loses_its_case(school, outside, cells):
    services = joined(school, intakes={SCHOOL: outside})
    outside.items = [filled()]
    take_reports(services, school.clock())
    assert len(whose(services, school, "dh")) == 1
    outside.items += [filled(what="A naked picture of a pupil.", about="nobody"), filled(**cells)]
    take_reports(services, school.clock())
    assert whose(services, school, "dh") == []


def test_a_form_that_cannot_be_taken_away_keeps_no_report_waiting(school, outside):
    services = joined(school, intakes={SCHOOL: outside})
    outside.items, outside.stuck = [filled(), filled("2")], {"1"}
    with pytest.raises(TryAgain):
        take_reports(services, school.clock())
    assert len(titles(services, school)) == 2
    assert outside.done == ["2"]
    outside.stuck = set()
    take_reports(services, school.clock())
    assert len(titles(services, school)) == 2
    assert outside.done == ["2", "1"]


def test_without_keys_no_form_is_read(school, outside):
    services = joined(school, intakes={SCHOOL: outside}, case_keys=None)
    outside.breaks = [TryAgain("would be asked")]
    assert take_reports(services, school.clock()) == "no form outside is read"


def test_mail_that_came_back_marks_whose_it_is_once(school, outside):
    services = joined(school, returned={"google": outside})
    school.plan()
    with school.store.reading() as conn:
        address = record_people.roster(conn, SCHOOL)["y1"].email
        (letter,) = [one.id for one in message_store.recent(conn, limit=100) if one.person == "y1"]
    outside.items = [Bounce(address, letter, "no such mailbox"), Bounce("x@y.example", letter, "no")]
    assert read_returned(services, school.clock()) == "1 people cannot be written to"
    with school.store.reading() as conn:
        assert record_people.roster(conn, SCHOOL)["y1"].unreachable == "no such mailbox"
    assert read_returned(services, school.clock()) == "0 people cannot be written to"


def test_a_notice_that_names_no_letter_of_ours_makes_no_one_unreachable(school, outside, caplog):
    services = joined(school, returned={"google": outside})
    with school.store.reading() as conn:
        address = record_people.roster(conn, SCHOOL)["sb"].email
    outside.items = [Bounce(address, None, "no such mailbox"), Bounce(address, "k1", "no such mailbox")]
    assert read_returned(services, school.clock()) == "0 people cannot be written to"
    with school.store.reading() as conn:
        assert record_people.roster(conn, SCHOOL)["sb"].unreachable is None
    assert "1 notices in google's inbox name no letter of ours" in caplog.text


def test_meetings_and_papers_are_kept_once_and_nothing_is_asked_again(school, outside):
    services = joined(school, calendars={SCHOOL: outside})
    keep_calendars(services, school.clock())
    asked, entries = outside.asked, dict(outside.entries)
    meetings = [one for key, one in entries.items() if not key.endswith("/papers")]
    assert meetings
    assert all(one.guests for one in meetings)
    keep_calendars(services, school.clock())
    assert outside.asked == asked


def test_a_meeting_that_was_held_stays_and_one_that_could_not_be_written_is_written_later(school, outside):
    services = joined(school, calendars={SCHOOL: outside})
    outside.breaks = [TryAgain("busy")]
    with pytest.raises(TryAgain):
        keep_calendars(services, school.clock())
    keep_calendars(services, school.clock())
    first = set(outside.entries)
    school.clock.turn(days=400)
    keep_calendars(services, school.clock())
    assert first <= set(outside.entries)


@pytest.mark.parametrize("trouble", [GiveUp("an address is none"), TryAgain("its id is taken")])
def test_a_meeting_that_is_refused_keeps_no_other_out_of_the_calendar(school, outside, trouble):
    services = joined(school, calendars={SCHOOL: outside})
    keep_calendars(services, school.clock())
    every = set(outside.entries)
    with school.store.writing() as conn:
        for key in every:
            forget(conn, SCHOOL, "calendar", key)
    outside.entries.clear()
    outside.breaks = [trouble]
    with pytest.raises(type(trouble)):
        keep_calendars(services, school.clock())
    assert len(outside.entries) == len(every) - 1
    keep_calendars(services, school.clock())
    assert set(outside.entries) == every


def test_a_meeting_that_cannot_be_taken_away_now_keeps_no_other_there(school, outside):
    services = joined(school, calendars={SCHOOL: outside})
    with school.store.writing() as conn:
        for key in ("a", "b"):
            note(conn, SCHOOL, "calendar", key, value="2027-01-01 x", now=school.clock())
    outside.entries = {"b": None}
    outside.cancel = lambda key: outside.entries.pop(key) if key in outside.entries else fail()
    with pytest.raises(TryAgain):
        keep_calendars(services, school.clock())
    assert "b" not in outside.entries
    outside.entries["a"] = None
    keep_calendars(services, school.clock())
    assert "a" not in outside.entries


def fail():
    raise TryAgain("busy")


def test_a_person_who_leaves_is_invited_no_more(school, outside):
    services = joined(school, calendars={SCHOOL: outside})
    keep_calendars(services, school.clock())
    with school.store.reading() as conn:
        gone = record_people.roster(conn, SCHOOL)["gc"].email
    assert any(guest.email == gone for one in outside.entries.values() for guest in one.guests)
    school.change("gc", leaves_on=school.clock().date() - timedelta(days=1))
    keep_calendars(services, school.clock())
    assert not any(guest.email == gone for one in outside.entries.values() for guest in one.guests)


def policy(services, school):
    with school.store.reading() as conn:
        snapshot = load_snapshot(conn, school.clock().date(), (SCHOOL,))
    desks = list_policies(services, snapshot, SCHOOL, school.clock())
    return snapshot, next(one for one in desks if one.in_force and one.in_force.text)


def changed(desk, rule):
    return f"{desk.in_force.text}\n\n{rule}\n".encode()


def test_a_new_version_in_the_library_waits_for_the_office_once(school, outside):
    services = joined(school, libraries={SCHOOL: outside})
    _, desk = policy(services, school)
    outside.contents["f"] = changed(desk, "Staff also lock their screens.")
    outside.items = [LibraryFile("f", desk.in_force.filename, "r1", 100)]
    assert watch_libraries(services, school.clock()) == f"{SCHOOL}: 1 new versions"
    snapshot, desk = policy(services, school)
    found = look_through(services, snapshot, desk, desk.waiting.key, school.clock())
    assert found.changes.any
    outside.items += [LibraryFile("f", "renamed.md", "r1", 100), LibraryFile("f", "renamed.md", "r2", 100)]
    assert watch_libraries(services, school.clock()) == f"{SCHOOL}: 0 new versions"
    assert outside.asked == 2


def test_a_newer_version_takes_the_place_of_the_one_that_waits(school, outside):
    services = joined(school, libraries={SCHOOL: outside})
    _, desk = policy(services, school)
    for number in (1, 2):
        outside.contents["f"] = changed(desk, f"Rule {number}.")
        outside.items.append(LibraryFile("f", desk.in_force.filename, f"r{number}", 100))
        watch_libraries(services, school.clock())
    _, desk = policy(services, school)
    assert desk.waiting.content.endswith(b"Rule 2.\n")


def test_a_file_whose_revision_is_not_told_counts_as_changed_and_its_bytes_decide(school, outside):
    services = joined(school, libraries={SCHOOL: outside})
    _, desk = policy(services, school)
    news = []
    for rule in ("Rule 1.", "Rule 1.", "Rule 2."):
        outside.contents["f"] = changed(desk, rule)
        outside.items.append(LibraryFile("f", desk.in_force.filename, "", 100))
        news.append(watch_libraries(services, school.clock()).removeprefix(f"{SCHOOL}: "))
    assert news == ["1 new versions", "0 new versions", "1 new versions"]


def test_what_is_not_a_policy_of_ours_is_passed_over(school, outside):
    services = joined(school, libraries={SCHOOL: outside})
    outside.contents = {"f": b"Lunch: fish.", "g": b"\x00\x01"}
    outside.items = [LibraryFile("f", "menu.txt", "1", 9), LibraryFile("g", "x.bin", "1", 2),
                     LibraryFile("h", "film.mp4", "1", 10**9),
                     LibraryFile("i", "gone.md", gone=True)]  # fmt: skip
    assert watch_libraries(services, school.clock()) == f"{SCHOOL}: 0 new versions"
    assert outside.asked == 2


@pytest.mark.parametrize(("trouble", "asked"), [(None, 1), (OutcomeUnknown("?"), 1), (GiveUp("removed"), 2)])
def test_the_weeks_card_is_posted_once_and_has_no_name_on_it(school, outside, trouble, asked):
    services = joined(school, boards={SCHOOL: outside}, draw_card=draw_card)
    outside.breaks = [trouble] if trouble else []
    for _ in range(2):
        post_weekly_cards(services, school.clock())
        school.clock.turn(hours=1)
    assert outside.asked == asked
    with school.store.reading() as conn:
        names = [one.name for one in record_people.roster(conn, SCHOOL).values()]
    assert not [name for name in names if any(name in repr(card) for card in outside.done)]
    school.clock.turn(days=7)
    post_weekly_cards(services, school.clock())
    assert outside.asked == asked + 1


def test_a_channel_that_takes_no_card_is_made_up_for_by_one_letter_to_the_head(school, outside):
    services = joined(school, boards={SCHOOL: outside}, draw_card=draw_card)
    outside.breaks = [GiveUp("the webhook was removed."), GiveUp("the webhook was removed.")]
    for _ in range(2):
        post_weekly_cards(services, school.clock())
        school.clock.turn(hours=1)
    deliver(services, now=school.clock())
    (letter,) = [copy.mail for copy in school.server.copies if "This week at" in str(copy.mail["Subject"])]
    text = " ".join(letter.get_body(("plain",)).get_content().split())
    assert "the webhook was removed." in text
    assert f"{services.base_url}/school" in text
    assert "% done" in text
    assert "Training: " in text


def test_a_card_that_was_put_off_is_posted_later_and_the_ledger_tells_of_one(school, outside):
    services = joined(school, boards={SCHOOL: outside}, draw_card=draw_card)
    post_weekly_cards(services, school.clock())
    school.clock.turn(days=7)
    outside.breaks = [TryAgain("slower")]
    with pytest.raises(TryAgain):
        post_weekly_cards(services, school.clock())
    assert (outside.asked, told(school, "week's card posted")) == (2, 1)
    post_weekly_cards(services, school.clock())
    assert (outside.asked, told(school, "week's card posted")) == (3, 2)


def test_a_card_that_may_have_arrived_is_told_so_in_the_ledger_and_not_posted_again(school, outside):
    services = joined(school, boards={SCHOOL: outside}, draw_card=draw_card)
    outside.breaks = [OutcomeUnknown("no answer came")]
    for _ in range(2):
        post_weekly_cards(services, school.clock())
    assert outside.asked == 1
    assert told(school, "week's card posted") == 0
    assert told(school, "week's card may have been posted") == 1


def test_a_machine_that_dies_while_a_card_is_posted_posts_it_once_and_the_head_is_written_to(school, outside):
    services = joined(school, boards={SCHOOL: outside}, draw_card=draw_card)
    outside.breaks = [Died()]
    with pytest.raises(Died):
        post_weekly_cards(services, school.clock())
    for _ in range(2):
        school.clock.turn(hours=1)
        post_weekly_cards(services, school.clock())
    deliver(services, now=school.clock())
    assert outside.asked == 1
    (letter,) = [copy.mail for copy in school.server.copies if "This week at" in str(copy.mail["Subject"])]
    assert "It may be there, or not." in " ".join(letter.get_body(("plain",)).get_content().split())


def test_no_card_is_posted_on_a_weekend(school, outside):
    services = joined(school, boards={SCHOOL: outside}, draw_card=draw_card)
    school.clock.turn(days=5)
    post_weekly_cards(services, school.clock())
    assert outside.asked == 0


@dataclass
class Feed:
    """Teams or Chat, which shows a notice or does not."""

    trouble: Exception | None = None
    shown: list = field(default_factory=list)

    def tell(self, *, account, words, key):
        self.shown.append((account, words))
        if self.trouble is not None:
            raise self.trouble


@pytest.mark.parametrize(
    ("vendor", "account"),
    [("microsoft", "01234567-89ab-cdef-0123-456789abcdef"), ("google", "103547991597142817347")],
)
@pytest.mark.parametrize("trouble", [None, TryAgain("no app"), GiveUp("blocked")])
def test_a_notice_goes_beside_the_letter_and_never_in_its_place(school, trouble, vendor, account):
    feed, other = Feed(trouble), Feed()
    with school.store.writing() as conn:
        known = record_people.roster(conn, SCHOOL)["y1"]
        record_people.save_people(
            conn, [replace(known, key=account, email="new@merriwell.example")], school.clock()
        )
    school.plan()
    school.clock.turn(minutes=15)
    elsewhere = {"microsoft": "google", "google": "microsoft"}[vendor]
    services = replace(school.services, nudges={vendor: feed, elsewhere: other})
    assert deliver(services, now=school.clock(), limit=100).counts["sent"] > 1
    assert [told for told, _ in feed.shown] == [account]
    assert other.shown == []
    assert len(school.received("new@merriwell.example")) == 1
    assert "Policy" not in feed.shown[0][1]


@pytest.mark.parametrize(("trouble", "asked"), [(TryAgain("busy"), 1), (GiveUp("blocked"), 2)])
def test_letters_do_not_wait_again_for_a_vendor_who_gives_no_answer(school, trouble, asked):
    feed, accounts = Feed(trouble), {"y1": "103547991597142817347", "y4": "103547991597142817348"}
    with school.store.writing() as conn:
        known = record_people.roster(conn, SCHOOL)
        moved = [
            replace(known[key], key=account, email=f"{key}@new.example") for key, account in accounts.items()
        ]
        record_people.save_people(conn, moved, school.clock())
    school.plan()
    school.clock.turn(minutes=15)
    services = replace(school.services, nudges={"google": feed})
    deliver(services, now=school.clock(), limit=100)
    assert len(feed.shown) == asked
    assert len(school.received("y1@new.example")) == len(school.received("y4@new.example")) == 1
