"""A leaver whom both the register and the list of people name no more: their hand-over stays open."""

from dataclasses import replace

import pytest

from bot.accounts import emails as account_emails
from bot.accounts import service as account_service
from bot.accounts.model import account_statuses
from bot.accounts.service import AccountActor, AccountInput
from bot.core.clock import local_date
from bot.people.import_service import import_roster
from bot.planning.service import queue_reminders
from bot.planning.store import load_snapshot
from bot.ports import RosterEntry
from bot.records import account_log, ledger
from bot.records import people as record_people
from bot.records import register as record_register
from bot.register.service import apply_register
from bot.rules.accounts import STEPS

SCHOOL = "merriwell-green"


@pytest.fixture
def hold(school):
    """Apply the register with these holders of the school's Facebook page."""

    def apply(*holders):
        with school.store.reading() as conn:
            known = record_register.load_register(conn, SCHOOL)
        listed = tuple(
            replace(one, holders=frozenset(holders)) if one.key == "facebook" else one
            for one in known.accounts
        )
        changed = replace(known, accounts=listed)
        apply_register(school.store, changed, documents={}, now=school.clock(), actor="the office")

    return apply


@pytest.fixture
def open_hand_overs(school):
    """Who still has to hand the school's Facebook page over."""

    def listed():
        today = local_date(school.clock())
        with school.store.reading() as conn:
            found = account_statuses(load_snapshot(conn, today, (SCHOOL,)), SCHOOL, today)
        facebook = next(one for one in found if one.account.key == "facebook")
        return [one.person for one in facebook.facts.hand_overs if one.left], facebook.verdict

    return listed


def leave_the_list(school, key):
    """Import the list of people without one of them."""
    with school.store.reading() as conn:
        known = record_people.roster(conn, SCHOOL)
    entries = [
        RosterEntry(
            key=one.key,
            name=one.name,
            email=one.email,
            roles=one.membership(SCHOOL).roles,
            groups=one.membership(SCHOOL).groups,
            starts_on=one.membership(SCHOOL).starts_on,
            leaves_on=None,
            working_days=one.membership(SCHOOL).working_days,
            absences=(),
            manager=one.membership(SCHOOL).manager,
            line=number,
        )
        for number, one in enumerate(known.values(), 2)
        if one.key != key
    ]
    import_roster(school.store, SCHOOL, entries, now=school.clock(), actor="the office")


@pytest.mark.parametrize("register_first", [True, False])
def test_a_hand_over_stays_open_and_named_when_the_leaver_is_taken_out_everywhere(
    school, hold, open_hand_overs, register_first
):
    if register_first:
        hold("of")
        leave_the_list(school, "y4")
    else:
        leave_the_list(school, "y4")
        hold("of")
    still_open, verdict = open_hand_overs()
    assert still_open == ["y4"]
    late = next(one for one in verdict.reasons if one.code == "hand-over-late")
    assert late.says.startswith("Grace Pellow left on")
    assert late.who == "Carol Whitlow"
    queue_reminders(school.services, account_emails.REMINDERS, school.clock())
    school.deliver()
    assert any("take over" in mail["Subject"] for mail in school.received("office@merriwell.example"))
    hold("of", "dh")
    who = AccountActor(SCHOOL, "of", "Carol Whitlow", frozenset({"office"}), "email link", "")
    for step in STEPS:
        one = replace(who, sent=f"ticked {step}")
        account_service.tick(
            school.services, one, "facebook", AccountInput(topic=step, about="y4"), school.clock()
        )
    assert open_hand_overs()[0] == []


def test_a_person_who_stays_at_school_or_is_named_another_way_has_nothing_to_hand_over(
    school, hold, open_hand_overs
):
    hold("g.pellow@merriwell.example", "of")
    with school.store.reading() as conn:
        assert account_log.load_log(conn, (SCHOOL,)) == []
    hold("of")
    assert open_hand_overs()[0] == []
    with school.store.reading() as conn:
        (entry,) = account_log.load_log(conn, (SCHOOL,))
        assert ledger.verify(conn) is None
    assert (entry.about, entry.by_name) == ("y4", "The register")
