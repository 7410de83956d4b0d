"""The office's desk, the tablet and signing in on both databases; and two who press at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.accounts.requests import Decision, NewAccountInput, ask, decide
from bot.accounts.service import AccountActor
from bot.core.clock import local_date
from bot.core.errors import LinkRefused
from bot.core.links import Link
from bot.core.validation import ValidationFailed
from bot.dashboard.holds import MessageHoldRequest, hold, let_go, todays
from bot.identity import kiosk as identity_kiosk
from bot.identity.actor import Actor, Identification
from bot.identity.kiosk import PinOwner
from bot.identity.service import end_session, find_known, make_first_link, open_link, signed_in, use_link
from bot.office import settings
from bot.office.sent_messages import deliveries
from bot.office.settings import Hours, Year
from bot.people.list_upload import bring_in, choose_columns, find_sent, preview_list, take_list
from bot.people.service import (
    end_absence,
    list_people,
    mend_address,
    note_absence,
    set_leaving,
)
from bot.planning.duties import duties
from bot.planning.duty_view import open_now
from bot.planning.store import load_snapshot
from bot.policies import service as policy_service
from bot.policies.service import Publishing
from bot.ports import Identity
from bot.records import account_log, ledger, sign_ins
from bot.records import register as record_register
from bot.register import service as register_service
from bot.rules.evidence import Outcome
from bot.signing import paper as signing_paper
from bot.signing.paper import PaperEntry
from bot.signing.question_follow_up import hand_over_questions
from bot.signing.questions import Reply, answer_question, give_question, questions
from bot.signing.service import Answer, answer
from connectors.local.roster import read_people

SCHOOL = "merriwell-green"
BY_WEB = Identification("signed in by an e-mail link")
LIST = b"""reference,name,email,roles
%s
zz,Zoe Zed,z.zed@merriwell.example,staff; teacher
"""


def seen(school):
    with school.store.reading() as conn:
        return load_snapshot(conn, local_date(school.clock()), (SCHOOL,))


def by(school, person):
    snapshot = seen(school)
    return Actor(snapshot.schools[SCHOOL], snapshot.people[person], "signed in by an e-mail link")


def duty_of(school, person, obligation):
    owed = duties(seen(school), local_date(school.clock()))
    cycle = next(one.cycle for one in owed if (one.person, one.obligation.key) == (person, obligation))
    link = Link("duty", SCHOOL, person, obligation, cycle)
    with school.store.reading() as conn:
        return link, open_now(conn, link, school.clock())


def ledger_is_whole(school):
    with school.store.reading() as conn:
        return ledger.verify(conn) is None


def at_once(*acts):
    """Do these at the same moment; a refusal is an answer too."""

    def tried(act):
        try:
            return act()
        except ValidationFailed as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(tried, act) for act in acts]]


def test_people_are_looked_after(school):
    office, now = by(school, "of"), school.clock()
    note_absence(school.store, "y4", date(2026, 11, 30), date(2026, 12, 4), office, now)
    end_absence(school.store, "y4", date(2026, 11, 30), date(2026, 12, 3), office, now)
    set_leaving(school.services, "y4", date(2026, 12, 18), office, now)
    mend_address(school.services, "y4", "new@merriwell.example", office, now)
    found = next(one for one in list_people(seen(school), SCHOOL, now) if one.person.key == "y4")
    assert found.person.email == "new@merriwell.example"
    assert found.member.leaves_on == date(2026, 12, 18)
    assert [one.until for one in found.member.absences] == [date(2026, 12, 2)]
    assert ledger_is_whole(school)


def test_a_list_is_looked_through_and_brought_in(school):
    services = replace(school.services, read_people=read_people)
    rows = [
        f"{one.person.key},{one.name},{one.person.email or ''},{'; '.join(sorted(one.member.roles))}"
        for one in list_people(seen(school), SCHOOL, school.clock())
    ]
    head, now = by(school, "hd"), school.clock()
    file = ("list.csv", LIST % "\n".join(rows).encode())
    sent = find_sent(services, SCHOOL, take_list(services, file, "replace", head, now))
    key = choose_columns(services, sent, sent.columns, head, now)
    assert [one.key for one in preview_list(services, head, key, now).change.joiners] == ["zz"]
    bring_in(services, key, head, now, is_whole=True)
    assert "zz" in seen(school).people
    assert preview_list(services, head, key, now) is None


def test_a_question_is_given_away_and_answered_once(school):
    link, view = duty_of(school, "y1", "read-mobile")
    given = Answer(Outcome.QUESTION, "", view.shown, "May I keep my watch on?")
    answer(school.store, link, given, school.clock(), BY_WEB)
    head, now = by(school, "hd"), school.clock()
    (asked,) = questions(school.store, seen(school), SCHOOL, now)
    give_question(school.store, seen(school), asked, "dh", head, now)
    (asked,) = questions(school.store, seen(school), SCHOOL, now)
    assert asked.owner.key == "dh"
    said = at_once(
        *(
            lambda words=words: answer_question(school.store, seen(school), asked, Reply(words), head, now)
            for words in ("Yes.", "No.")
        )
    )
    assert len({one for one in said if isinstance(one, str)}) == 1
    (asked,) = questions(school.store, seen(school), SCHOOL, now)
    assert asked.reply.record.words in {"Yes.", "No."}
    school.deliver()
    letters = [
        mail for mail in school.received(asked.asker.email) if asked.reply.record.words in mail.as_string()
    ]
    assert len(letters) == 1
    assert ledger_is_whole(school)


def test_a_question_no_one_answers_is_handed_over_once(school):
    link, view = duty_of(school, "y1", "read-mobile")
    given = Answer(Outcome.QUESTION, "", view.shown, "May I keep my watch on?")
    answer(school.store, link, given, school.clock(), BY_WEB)
    (asked,) = questions(school.store, seen(school), SCHOOL, school.clock())
    after = seen(school).calendars[SCHOOL].add_school_days(local_date(school.clock()), 10)
    later = school.clock() + (after - local_date(school.clock()))
    said = at_once(*(lambda: hand_over_questions(school.services, later) for _ in range(2)))
    assert sorted(said) == [0, 1]
    assert hand_over_questions(school.services, later) == 0
    (handed,) = questions(school.store, seen(school), SCHOOL, later)
    assert handed.owner.key != asked.owner.key
    assert handed.handed_over_by == asked.owner.key
    assert ledger_is_whole(school)


def test_a_version_is_taken_back(school):
    services, office, now = school.services, by(school, "of"), school.clock()
    desk = next(one for one in policy_service.list_policies(services, seen(school), SCHOOL, now) if one.texts)
    key = policy_service.take_version(
        services, desk.policy, "policy.md", b"# A policy\n\nNew.\n", office, now
    )
    found = policy_service.look_through(services, seen(school), desk, key, now)
    given = Publishing(minor=False, reason="New", number="99", ours=True)
    policy_service.publish(services, desk, found, given, office, now)
    after = policy_service.find_policy(services, seen(school), SCHOOL, desk.policy.key, now)
    assert policy_service.undoing(services, after, now) is not None
    policy_service.undo_publishing(services, after, after.in_force.sha256_bytes, office, now)
    back = policy_service.find_policy(services, seen(school), SCHOOL, desk.policy.key, now)
    assert back.in_force.sha256_bytes == desk.in_force.sha256_bytes
    assert ledger_is_whole(school)


def test_two_versions_at_the_same_moment_are_one_and_a_refusal(school):
    services, office, now = school.services, by(school, "of"), school.clock()
    desk = policy_service.find_policy(services, seen(school), SCHOOL, "mobile-devices", now)
    if desk is None:
        desk = next(
            one for one in policy_service.list_policies(services, seen(school), SCHOOL, now) if one.texts
        )
    found = []
    for text in (b"# A policy\n\nPhones stay in the locker.\n", b"# A policy\n\nPhones stay at home.\n"):
        key = policy_service.take_version(services, desk.policy, "policy.md", text, office, now)
        found.append(policy_service.look_through(services, seen(school), desk, key, now))
    said = at_once(
        *(
            lambda one=one, number=number: policy_service.publish(
                services, desk, one, Publishing(minor=False, reason="New", number=number), office, now
            )
            for one, number in zip(found, ("8", "9"), strict=True)
        )
    )
    assert sum(isinstance(one, ValidationFailed) for one in said) == 1
    with school.store.reading() as conn:
        assert len(record_register.versions(conn, SCHOOL, desk.policy.key)) == len(desk.texts) + 1


def test_settings_of_ones_own_are_changed(school):
    office, now = by(school, "of"), school.clock()
    settings.change_hours(school.services, Hours("07:45", "17:00", "2"), office, now)
    settings.change_year(school.services, Year("Autumn 2, 2026-11-02, 2026-12-18", "", ""), office, now)
    settings.change_words(school.services, "acknowledge", "Hello,", office, now)
    found = register_service.register_of(school.services, SCHOOL)
    assert (found.school.weekly_budget, len(found.terms)) == (2, 1)
    assert list(settings.own_words(school.services, SCHOOL)) == ["acknowledge"]


def test_messages_are_listed_held_back_and_let_go(school):
    school.plan()
    now = school.clock()
    with school.store.reading() as conn:
        waits = todays(conn, seen(school), SCHOOL, now)
    wanted = frozenset(one.id for one in waits if not one.goes)
    assert (
        hold(school.services, MessageHoldRequest(SCHOOL, "hd", wanted, "Not today"), now).done
        == len(wanted)
        > 0
    )
    school.plan()
    school.deliver()
    held = {one.person for one in waits if one.id in wanted}
    rows = deliveries(school.store, seen(school), SCHOOL, sort="sent")
    assert held.isdisjoint(one.posted.person for one in rows if one.posted.items)
    assert let_go(school.services, MessageHoldRequest(SCHOOL, "hd", wanted), now).done == len(wanted)
    school.deliver()
    rows = deliveries(school.store, seen(school), SCHOOL, sort="sent")
    assert held <= {one.posted.person for one in rows}


def test_a_tablet_a_pin_and_the_end_of_both(school):
    services, now = school.services, school.clock()
    token = identity_kiosk.start(services, SCHOOL, "of", "Staff room", now)
    identity_kiosk.choose_pin(services, PinOwner(SCHOOL, "y1", "y1"), "4815", "4815", now)
    kiosk = identity_kiosk.find_kiosk(services, token, now)
    session = identity_kiosk.enter(services, kiosk, "y1", "4815", now)
    assert signed_in(services, session, now).how == "kiosk"
    wrong = at_once(*(lambda: identity_kiosk.enter(services, kiosk, "y1", "9999", now) for _ in range(7)))
    assert all(isinstance(one, ValidationFailed) for one in wrong)
    with pytest.raises(ValidationFailed, match="locked"):
        identity_kiosk.enter(services, kiosk, "y1", "4815", now)
    assert identity_kiosk.unlock(services, PinOwner(SCHOOL, "y1", "of"), now)
    assert identity_kiosk.stop(services, SCHOOL, "of", kiosk.device.digest, now)
    assert signed_in(services, session, now) is None
    assert identity_kiosk.find_kiosk(services, token, now) is None


def test_the_first_link_signs_in_once_of_many_at_once_and_the_session_ends(school):
    services, now = school.services, school.clock()
    address, name = make_first_link(services, SCHOOL, None, now)
    secret = address.rpartition("/")[2]
    assert open_link(services, secret, now).person.name == name

    def use():
        try:
            return use_link(services, secret, SCHOOL, now)
        except LinkRefused:
            return None

    (token,) = [one for one in at_once(use, use, use, use) if one]
    assert signed_in(services, token, now).how == "first link"
    assert signed_in(services, token, now + timedelta(hours=2)) is None
    end_session(services, token, now)
    assert signed_in(services, token, now) is None
    assert find_known(services, Identity("y1", None), now).person.key == "y1"


def test_a_link_is_not_used_up_where_the_session_could_not_begin(school, monkeypatch):
    services, now = school.services, school.clock()
    address, _ = make_first_link(services, SCHOOL, None, now)
    secret = address.rpartition("/")[2]
    with monkeypatch.context() as broken:
        broken.setattr(sign_ins, "begin", _away)
        with pytest.raises(OSError, match="gone"):
            use_link(services, secret, SCHOOL, now)
    assert signed_in(services, use_link(services, secret, SCHOOL, now), now).how == "first link"


def _away(*_):
    raise OSError("gone")


def test_a_sheet_is_entered_by_two_at_once_and_counted_once(school):
    (sheet,) = signing_paper.sheets(school.services, SCHOOL, ("y1",), school.clock())
    things = {one.key: one.code for one in sheet.things}
    given = PaperEntry(things, sheet.person.name, "Sue Barrow", local_date(school.clock()))
    office = by(school, "of").person
    said = at_once(
        *(lambda: signing_paper.enter(school.services, sheet, given, office, school.clock()) for _ in "ab")
    )
    assert said[0] == said[1]
    assert signing_paper.waiting(school.services, SCHOOL, school.clock())[1] == {"paper": len(things)}
    assert ledger_is_whole(school)


def test_two_decide_at_the_same_moment_and_one_has_decided(school):
    asker = AccountActor(SCHOOL, "y1", "Y", frozenset({"teacher"}), "email link", "asked")
    wanted = NewAccountInput("Instagram", "Merriwell", "News", "open", "Parents are there")
    reference = ask(school.services, asker, wanted, school.clock())
    heads = [
        AccountActor(SCHOOL, key, key, frozenset({role}), "email link", f"form of {key}")
        for key, role in (("hd", "headteacher"), ("dh", "deputy-head"))
    ]
    yes = Decision("approved", "", risk_assessed=True)
    said = at_once(
        *(lambda who=who: decide(school.services, who, reference, yes, school.clock()) for who in heads)
    )
    assert sum(isinstance(one, ValidationFailed) for one in said) == 1
    with school.store.reading() as conn:
        assert sum(one.sort.value == "decided" for one in account_log.load_log(conn, (SCHOOL,))) == 1
