"""A report is taken whole or not at all, goes to anyone who may act, and says nothing to anybody else."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from confirmed import confirm_everybody
from sqlalchemy import select, text

from bot.cases.corrections import Correction, correct_facts
from bot.cases.model import CaseState
from bot.cases.service import cases_for, post_to_reporter
from bot.cases.store import case_file
from bot.core.encryption import KeysMissing
from bot.core.errors import BadInput
from bot.messages.tables import message
from bot.records.ledger import ledger
from bot.register.service import change_register
from bot.reports.content_guard import BlockedText
from bot.reports.service import GuardedText, inbox, receive, write_back
from bot.rules.people import Absence
from bot.rules.register import Route

SCHOOL = "merriwell-green"
SECRETS = ("Zanzibar", "zanzibar", "Kettle", "kettle@mail.example")


def everything(store):
    """Every value of every row of the database, as text and as bytes."""
    with store.reading() as conn:
        sqlite = conn.dialect.name == "sqlite"
        catalogue = (
            "sqlite_master where type = 'table'" if sqlite else "pg_tables where schemaname = 'public'"
        )
        tables = conn.scalars(text(f"select {'name' if sqlite else 'tablename'} from {catalogue}")).all()
        found = []
        for table in tables:
            for row in conn.execute(text(f'select * from "{table}"')):
                found += [one if isinstance(one, bytes) else str(one).encode() for one in row]
        return b"\n".join(found)


def test_a_report_becomes_a_case_and_its_receipt_says_what_happens_next(cases):
    taken = cases.send()
    assert len(taken.number) == 9
    assert len(taken.passphrase) == 19
    assert taken.goes_to == "designated safeguarding lead"
    assert taken.next_step_on == date(2026, 11, 25)
    assert taken.telephone is None
    [row] = cases_for(cases.services, SCHOOL, "dh", cases.school.clock())
    assert (row.number, row.state, row.owner, row.mine) == (taken.number, CaseState.RECEIVED, "dh", True)
    assert cases.letters() == [("dh", taken.number, "given")]


def test_the_same_form_twice_is_one_case_with_one_receipt(cases):
    report = cases.report()
    first = receive(cases.services, report, cases.school.clock(), cases.chance)
    again = receive(
        cases.services, replace(report, answers={"what": "Changed"}), cases.school.clock(), cases.chance
    )
    assert again == first
    assert cases.numbers("dh") == [first.number]
    assert len(cases.letters()) == 1


def test_what_was_written_stands_nowhere_in_the_database(cases):
    taken = cases.send(
        what="Zanzibar was said in the staff room.",
        reporter_name="Kettle",
        reporter_email="kettle@mail.example",
    )
    write_back(cases.services, SCHOOL, taken.passphrase, "Zanzibar, I said.", cases.school.clock())
    post_to_reporter(
        cases.services, SCHOOL, taken.number, "dh", words="Where is zanzibar?", now=cases.school.clock()
    )
    held = everything(cases.school.store)
    assert taken.number.encode() in held
    assert [word for word in (*SECRETS, taken.passphrase) if word.encode() in held] == []


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("He has nude pictures of a pupil on it", BlockedText.IMAGE),
        ("A girl disclosed that she is hurt", BlockedText.CHILD_PROTECTION),
    ],
)
@pytest.mark.parametrize("field", ["what", "where_when", "about", "reporter_name", "reporter_email"])
def test_what_belongs_with_the_dsl_is_not_kept(cases, field, what, why):
    with pytest.raises(GuardedText, match="Nothing was kept") as refused:
        cases.send(**{field: what})
    assert refused.value.why is why
    assert cases.numbers("dh") == []
    assert cases.letters() == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"school": "nowhere"}, "setting"),
        ({"category": "gossip"}, "category"),
        ({"what": "  \n"}, "what"),
        ({"form_key": "short"}, "form_key"),
        ({"what": "x" * 8001}, "what"),
        ({"about": "x" * 2001}, "about"),
        ({"reporter_name": "x" * 201}, "reporter_name"),
    ],
)
def test_a_form_that_is_not_right_changes_nothing(cases, wrong, field):
    with pytest.raises(BadInput) as refused:
        cases.send(**wrong)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert cases.letters() == []


@pytest.mark.parametrize(
    "what",
    [
        "=cmd|' /C calc'!A0",
        "'; drop table case_file; --",
        "<script>alert(1)</script>",
        "null \x00 and half a character \ud83d",
        "\u202eright to left\u202c 🧒🏽 e\u0301",
        "x" * 8000,
    ],
    ids=["formula", "sql", "script", "halves", "unicode", "long"],
)
def test_whatever_a_person_writes_is_kept_as_they_wrote_it(cases, what):
    taken = cases.send(what=what)
    shown = cases.open(taken.number, "dh").facts.answers["what"]
    assert shown == what.encode("utf-8", "replace").decode()


def test_without_keys_no_report_is_taken(cases):
    services = replace(cases.services, case_keys=None)
    with pytest.raises(KeysMissing, match="make-key"):
        receive(services, cases.report(), cases.school.clock(), cases.chance)


def test_a_report_about_the_dsl_goes_past_the_dsl_and_their_deputies(cases):
    taken = cases.send(about="Mr Okafor-Lane")
    assert taken.goes_to == "headteacher"
    assert cases.numbers("dh") == []
    assert cases.told() == {"hd"}


@pytest.mark.parametrize(
    "given",
    [
        {"about": "Mrs ACHEBE"},
        {"about_roles": ("headteacher",)},
        {"category": "concern-about-head"},
        {"category": "data-breach", "personal_data": True, "what": "Helen Achebe lost the register"},
    ],
    ids=["by name", "by role", "by category", "in the text"],
)
def test_a_report_about_the_head_goes_to_the_chair_and_to_no_one_under_the_head(cases, given):
    taken = cases.send(**given)
    assert taken.goes_to == "chair of governors"
    assert cases.told() == {"gc"}
    assert [key for key in ("hd", "dh", "sb", "of", "y4") if cases.numbers(key)] == []
    assert cases.numbers("gc") == [taken.number]


@pytest.fixture
def tells(cases):
    """Make the route of visitors tell these roles, confirmed, beside the DSL, who takes it."""

    def told(*roles, to=("dsl", "headteacher"), category="visitor", confirmed=True):
        def change(register):
            others = tuple(one for one in register.routes if one.category != category)
            return replace(register, routes=(*others, Route(category, to, tell=roles)))

        now = cases.school.clock()
        change_register(cases.school.store, SCHOOL, change, now=now, actor="a test")
        if confirmed:
            confirm_everybody(cases.school.store, SCHOOL, now)

    return told


def test_a_route_tells_others_beside_the_person_who_takes_it_and_they_may_read_it(cases, tells):
    tells("headteacher", "safeguarding-governor", "dsl")
    taken = cases.send()
    assert (taken.goes_to, taken.told) == (
        "designated safeguarding lead",
        ("headteacher", "safeguarding governor"),
    )
    assert [one for one in cases.letters() if one[2] == "given"] == [("dh", taken.number, "given")]
    assert {who for who, _, why in cases.letters() if why == "told"} == {"hd", "gs"}
    assert cases.numbers("gs") == cases.numbers("hd") == [taken.number]
    assert cases.numbers("y4") == []


def test_a_route_tells_no_one_in_a_role_that_waits_to_be_confirmed(cases, tells):
    tells("safeguarding-governor", confirmed=False)
    taken = cases.send()
    assert (taken.told, cases.numbers("gs")) == ((), [])
    confirm_everybody(cases.school.store, SCHOOL, cases.school.clock())
    assert cases.send().told == ("safeguarding governor",)


def test_a_route_tells_the_person_who_acts_where_the_holder_is_away_or_has_no_address(cases, tells):
    tells("headteacher", to=("dsl",))
    cases.school.change("hd", absences=(Absence(date(2026, 11, 2)),))
    cases.school.change("sb", roles=frozenset({"staff", "deputy-head"}))
    cases.school.change("dh", roles=frozenset({"staff", "dsl"}))
    cases.send()
    assert cases.told() == {"dh", "hd", "sb"}


def test_a_route_tells_no_one_who_is_named_and_no_one_of_a_case_about_the_head(cases, tells):
    tells("headteacher", "safeguarding-governor")
    about_governor = cases.send(about="Fiona Baptiste")
    assert cases.told() == {"dh", "hd"}
    assert cases.numbers("gs") == []
    assert about_governor.told == ("headteacher",)
    about_head = cases.send(about="Helen Achebe")
    assert about_head.told == ()
    assert [who for who, number, _ in cases.letters() if number == about_head.number] == ["gc"]
    tells("safeguarding-governor", to=("chair",), category="concern-about-head")
    assert cases.send(category="concern-about-head").told == ()


def test_what_a_case_turns_out_to_be_is_told_to_whom_its_route_tells(cases, tells):
    tells("safeguarding-governor", category="online-conduct")
    taken = cases.send()
    assert cases.told() == {"dh"}
    corrected = Correction(category="online-conduct")
    cases.do(correct_facts, taken.number, "dh", correction=corrected)
    assert cases.told() == {"dh", "gs"}


def test_a_data_officer_whom_the_route_tells_is_told_once(cases, tells):
    cases.school.change("cl", roles=frozenset({"clerk", "dpo"}))
    tells("dpo")
    cases.send(personal_data=True)
    assert sorted(who for who, *_ in cases.letters()) == ["cl", "dh"]


def test_when_no_one_may_act_the_reporter_is_told_whom_to_telephone(cases):
    taken = cases.send(about_roles=("headteacher", "chair"))
    assert taken.goes_to == ""
    assert "LADO" in taken.telephone
    assert cases.letters() == []
    assert [key for key in ("hd", "dh", "gc", "gs", "y4") if cases.numbers(key)] == []


def test_personal_data_is_told_to_the_data_protection_officer_too(cases):
    cases.school.change("cl", roles=frozenset({"clerk", "dpo"}))
    taken = cases.send(personal_data=True)
    assert cases.told() == {"dh", "cl"}
    assert cases.numbers("cl") == [taken.number]
    [clock] = cases.open(taken.number, "cl").clocks
    assert (clock.due_at - cases.school.clock()).total_seconds() == 72 * 3600


def test_a_passphrase_opens_its_own_inbox_however_it_is_typed(cases):
    taken, other = cases.send(), cases.send()
    now = cases.school.clock()
    typed = taken.passphrase.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert inbox(cases.services, SCHOOL, typed, now).number == taken.number
    assert inbox(cases.services, SCHOOL, other.passphrase, now).number == other.number
    for wrong in ("", "AAAA-BBBB-CCCC-DDDD", taken.number, taken.passphrase[:-1]):
        assert inbox(cases.services, SCHOOL, wrong, now) is None
    assert inbox(cases.services, "nowhere", taken.passphrase, now) is None


def test_the_reporter_and_the_school_write_to_each_other(cases):
    taken, now = cases.send(), cases.school.clock()
    assert write_back(cases.services, SCHOOL, taken.passphrase, "It was at noon.", now)
    post_to_reporter(cases.services, SCHOOL, taken.number, "dh", words="Thank you.", now=now)
    posts = inbox(cases.services, SCHOOL, taken.passphrase, now).posts
    assert [(post.from_us, post.words) for post in posts] == [
        (False, "It was at noon."),
        (True, "Thank you."),
    ]
    assert cases.letters()[-1][0] == "dh"
    assert cases.open(taken.number, "dh").posts[0][2] == "It was at noon."


def test_nothing_is_written_back_without_the_passphrase_nor_what_belongs_with_the_dsl(cases):
    taken, now = cases.send(), cases.school.clock()
    assert not write_back(cases.services, SCHOOL, "AAAA-BBBB-CCCC-DDDD", "Hello", now)
    with pytest.raises(GuardedText):
        write_back(cases.services, SCHOOL, taken.passphrase, "There is a nude photo of a pupil", now)
    for words in ("  ", "x" * 8001):
        with pytest.raises(BadInput):
            write_back(cases.services, SCHOOL, taken.passphrase, words, now)
    assert inbox(cases.services, SCHOOL, taken.passphrase, now).posts == ()


def test_the_ledger_that_people_may_read_does_not_change(cases):
    with cases.school.store.reading() as conn:
        before = conn.execute(select(ledger)).all()
    taken = cases.send()
    cases.open(taken.number, "dh")
    with cases.school.store.reading() as conn:
        assert conn.execute(select(ledger)).all() == before


def test_of_an_anonymous_report_nothing_is_kept_but_its_words_and_its_time(cases):
    taken = cases.send()
    with cases.school.store.reading() as conn:
        row = conn.execute(select(case_file).where(case_file.c.number == taken.number)).one()
        letters = conn.execute(select(message).where(message.c.kind == "case")).all()
    sheet = json.loads(cases.services.case_keys.unseal(row.wrapped_key, row.sealed))
    assert {name: sheet[name] for name in sheet if name.startswith("reporter")} == {
        "reporter_name": None,
        "reporter_email": None,
        "reporter_person": None,
    }
    assert [letter.payload for letter in letters] == [[]]


def test_the_same_form_sent_from_many_windows_at_once_is_one_case(cases):
    report, now = cases.report(), cases.school.clock()

    def send(number):
        return receive(cases.services, report, now, lambda n: sha256(bytes([number])).digest()[:n])

    with ThreadPoolExecutor(6) as pool:
        taken = set(pool.map(send, range(6)))
    assert len(taken) == 1
    assert cases.numbers("dh") == [one.number for one in taken]
    assert len(cases.letters()) == 1


def test_a_number_that_is_taken_is_not_given_twice(cases):
    always = b"01234"
    now = cases.school.clock()
    first = receive(cases.services, cases.report(), now, lambda _: always)
    chances = iter([always, always, b"56789"])
    second = receive(cases.services, cases.report(), now, lambda _: next(chances))
    assert first.number != second.number
    with pytest.raises(BadInput):
        receive(cases.services, cases.report(), now, lambda _: always)
    assert cases.numbers("dh") == [first.number, second.number]


def test_the_same_words_pressed_twice_at_once_are_one_message_and_one_letter(cases):
    taken, now = cases.send(), cases.school.clock()

    def press(_):
        return write_back(cases.services, SCHOOL, taken.passphrase, "It was at noon.", now)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(press, range(4)))
    assert len(inbox(cases.services, SCHOOL, taken.passphrase, now).posts) == 1
    assert len(cases.letters()) == 2


def test_the_same_words_later_on_are_a_message_and_name_no_one_again(cases):
    taken, words = cases.send(), "Mr Okafor saw it too."
    assert write_back(cases.services, SCHOOL, taken.passphrase, words, cases.school.clock())
    witness = Correction(named=frozenset())
    cases.do(correct_facts, taken.number, "hd", correction=witness)
    cases.do(post_to_reporter, taken.number, "hd", words="Thank you.")
    cases.school.clock.turn(days=9)
    assert write_back(cases.services, SCHOOL, taken.passphrase, words, cases.school.clock())
    view = cases.open(taken.number, "dh")
    assert [said for _, _, said in view.posts] == [words, "Thank you.", words]
    assert view.case.named == frozenset()


def test_a_message_to_a_closed_case_whose_owner_has_left_goes_on_by_the_route(cases):
    taken = cases.send()
    cases.close(taken.number, "dh")
    cases.school.change("dh", leaves_on=date(2026, 12, 31))
    cases.school.clock.turn(days=60)
    before = len(cases.letters())
    assert write_back(cases.services, SCHOOL, taken.passphrase, "It happened again.", cases.school.clock())
    # Both are written at one moment, so neither comes before the other.
    told = sorted((person, why) for person, _, why in cases.letters()[before:])
    assert told == [("hd", "answer"), ("hd", "given")]
    view = cases.open(taken.number, "hd")
    assert (view.case.assignee, view.case.state) == ("hd", CaseState.CLOSED)


def test_a_person_the_reporter_names_afterwards_loses_the_case_and_is_not_told(cases):
    taken, now = cases.send(), cases.school.clock()
    before = [one for one in cases.letters() if one[0] == "dh"]
    assert write_back(cases.services, SCHOOL, taken.passphrase, "It was Mr Okafor himself.", now)
    assert cases.open(taken.number, "dh") is None
    assert [one for one in cases.letters() if one[0] == "dh"] == before
    view = cases.open(taken.number, "hd")
    assert view.posts[0][2] == "It was Mr Okafor himself."
    assert "hd" in cases.told()
