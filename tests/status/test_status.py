"""The figures of a setting: a tile an area, its worst state, why, and who does what next."""

from dataclasses import replace
from datetime import date

import pytest

from bot.planning.duties import planning_context
from bot.planning.snapshot import Snapshot
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar
from bot.rules.duties import State
from bot.rules.evidence import Evidence, Outcome
from bot.rules.meetings import Body, Meeting
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership, Person, School, Words
from bot.rules.policies import PartialDate, Policy
from bot.rules.register import Register
from bot.rules.reminder_ladder import ASK
from bot.status.model import StatusLine, counts_of, figures
from bot.status.words import DoneFigure, done_figure

DAY = date(2026, 11, 20)
SINCE = date(2026, 9, 1)


def person(key, *roles, starts_on=date(2020, 1, 6), name=None):
    member = Membership("larkfield", frozenset(roles), starts_on=starts_on)
    return Person(key, key.title() if name is None else name, f"{key}@x.test", (member,))


def rule(kind, words, key="it", school="larkfield", **more):
    return Obligation(key, school, kind, f"The {key}", audience("staff"), (parse(words),), ASK, **more)


def act(key, day, outcome=Outcome.DONE):
    return Evidence("larkfield", "it", key, day, outcome)


def standing(people, rules, *acts, **more):
    snapshot = Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=SINCE, words=Words(head="manager"))},
        {"larkfield": Calendar()},
        {one.key: one for one in people},
        obligations=rules,
        evidence=acts,
        **more,
    )
    (found,) = figures(snapshot, DAY)
    (counted,) = counts_of(planning_context(snapshot, DAY)).values()
    # The figures of a trust's many schools are counted without their lines, and are the same.
    assert {tile.area: tile.counts for tile in found.tiles} == {
        area: {state.value: some[state] for state in State} for area, some in counted.items()
    }
    return found


YEARLY = (rule(Kind.TRAIN, "every 12 months"),)
ADA, BEN, CAT = (person(key, "teacher") for key in ("ada", "ben", "cat"))
LATE, SOON = date(2025, 9, 10), date(2025, 11, 25)


@pytest.mark.parametrize(
    ("acts", "state", "why", "next_step"),
    [
        (
            (),
            State.NO_RECORD,
            "3 of 3 not recorded.",
            "Record what has been done, or wait for answers.",
        ),
        (
            (act("ada", LATE), act("ben", DAY)),
            State.OVERDUE,
            "Last done on 10 September 2025; it is asked for every 12 months.",
            "Ada next: The it.",
        ),
        (
            (act("ada", SOON), act("ben", DAY), act("cat", DAY)),
            State.DUE_SOON,
            "The next is due on Wednesday 25 November 2026.",
            "Ada next: The it.",
        ),
        (
            (act("ada", DAY), act("ben", DAY), act("cat", DAY, Outcome.QUESTION)),
            State.PAUSED,
            "1 on hold, waiting for an answer or for someone to come back.",
            "The manager looks at the questions.",
        ),
        (
            tuple(act(key, DAY) for key in ("ada", "ben", "cat")),
            State.DONE,
            "Nothing is open.",
            "Nothing to do.",
        ),
        (
            (act("ada", DAY), act("ben", DAY), act("cat", DAY, Outcome.EXCUSED)),
            State.EXCUSED,
            "Nothing is open.",
            "Nothing to do.",
        ),
    ],
)
def test_a_tile_says_its_worst_state_why_and_who_is_next(acts, state, why, next_step):
    (tile,) = standing((ADA, BEN, CAT), YEARLY, *acts).tiles
    assert (tile.area, tile.state, tile.why, tile.next_step) == ("Training", state, why, next_step)
    assert sum(tile.counts.values()) == len(tile.lines) == 3


def test_the_unknown_are_counted_beside_the_overdue():
    (tile,) = standing((ADA, BEN, CAT), YEARLY, act("ada", LATE), act("ben", DAY)).tiles
    assert tile.counts == {
        "done": 1,
        "due": 0,
        "due soon": 0,
        "overdue": 1,
        "no record": 1,
        "paused": 0,
        "excused": 0,
    }
    assert [line.person for line in tile.lines] == ["ada", "cat", "ben"]


def test_a_person_without_a_name_is_left_to_the_head():
    found = standing((person("ada", "teacher", name=""),), YEARLY, act("ada", LATE))
    assert found.tiles[0].next_step == "The manager next: The it."


def test_each_area_has_a_tile_and_the_lines_come_together():
    rules = (rule(Kind.SIGN, "each September", "aup"), rule(Kind.CHECK, "every 12 months", "filter"), *YEARLY)
    found = standing((ADA,), rules)
    assert [tile.area for tile in found.tiles] == ["Training", "Agreements", "Checks, reports and decisions"]
    assert [line.obligation for line in found.lines] == ["aup", "filter", "it"]
    assert found.lines[0].cites == "the setting's own choice"


def test_a_review_is_counted_once_and_not_once_a_governor():
    policy = Policy(
        "phones", "larkfield", "Phones", owner="ada", approver="fgb", next_review=PartialDate.parse("2026-12")
    )
    body = Body(
        "fgb", "larkfield", "FGB", "ada", "ben", frozenset({"cat"}), (Meeting("m", date(2026, 12, 10)),)
    )
    review = replace(rule(Kind.REVIEW, "always", "review"), policy="phones")
    found = standing(
        (ADA, BEN, CAT),
        (review,),
        policies={("larkfield", "phones"): policy},
        bodies={("larkfield", "fgb"): body},
    )
    (tile,) = found.tiles
    assert [(line.subject, line.person) for line in tile.lines] == [("approve", "ben")]


def test_a_review_without_members_is_counted_by_its_first_stage():
    policy = Policy(
        "phones", "larkfield", "Phones", owner="ada", approver="fgb", next_review=PartialDate.parse("2026-12")
    )
    body = Body("fgb", "larkfield", "FGB", meetings=(Meeting("m", date(2026, 12, 10)),))
    review = replace(rule(Kind.REVIEW, "always", "review"), policy="phones")
    found = standing(
        (ADA,), (review,), policies={("larkfield", "phones"): policy}, bodies={("larkfield", "fgb"): body}
    )
    assert [line.subject for line in found.tiles[0].lines] == ["draft"]


def test_two_settings_stand_apart():
    settings = {key: School(key, key.title(), since=SINCE) for key in ("larkfield", "tower")}
    jo = Person("jo", "Jo", "jo@x.test", (Membership("tower", frozenset({"teacher"})),))
    snapshot = Snapshot(
        settings,
        dict.fromkeys(settings, Calendar()),
        {"jo": jo},
        obligations=(rule(Kind.TRAIN, "every 12 months", school="tower"),),
    )
    assert [(one.school, one.name, len(one.lines)) for one in figures(snapshot, DAY)] == [
        ("larkfield", "Larkfield", 0),
        ("tower", "Tower", 1),
    ]


def test_a_register_may_promise_nothing_yet():
    assert Register(School("larkfield", "Larkfield")).obligations == ()


def test_a_school_that_is_asked_nothing_has_no_figure_and_the_rest_of_a_figure_adds_up():
    assert done_figure(()) is None
    counts = {"done": 2, "overdue": 1, "no record": 3, "due": 1, "paused": 1, "excused": 1}
    found = done_figure((counts, {"done": 0}))
    assert found == DoneFigure(22, "1 overdue, 3 not recorded, 3 more to do or on hold.")


@pytest.mark.parametrize(
    ("kind", "cycle", "due_on", "subject", "says"),
    [
        (Kind.TRAIN, "2026-12-01", date(2026, 12, 1), None, "by"),
        (Kind.REVIEW, "2026-12-17/2026-12-10", date(2026, 12, 17), None, "review due"),
        (Kind.REVIEW, "2026-12-17/2026-12-10", date(2026, 12, 10), None, "meeting on"),
        (Kind.REVIEW, "2026-12-17/2026-12-10", None, None, "by"),
    ],
)
def test_a_day_of_a_review_is_named(kind, cycle, due_on, subject, says):
    line = StatusLine("jo", "Jo", "r", "Review", kind, cycle, State.DUE_SOON, due_on, "", subject, "")
    assert line.day_of == says
