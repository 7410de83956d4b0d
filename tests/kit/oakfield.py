"""Fixtures `cast` and `oakfield_store`: a small school, plans to queue for its people, its store."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.planning.plan import DailyMessage, Plan, Reminder
from bot.records import register as record_register
from bot.rules import audience
from bot.rules.accounts import Account
from bot.rules.cadence import (
    Always,
    EachMonth,
    EachTerm,
    EveryMonths,
    OnEvent,
    OnJoining,
    OnNewVersion,
    Span,
    WeeklyInTerm,
)
from bot.rules.calendar import Term
from bot.rules.duties import Duty, State
from bot.rules.meetings import Body, Meeting
from bot.rules.obligations import Kind, Obligation, Source
from bot.rules.people import School, Words
from bot.rules.policies import PartialDate, Policy
from bot.rules.register import Register, Route
from bot.rules.reminder_ladder import ASK, REVIEW, Ladder, Step

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
SCHOOL = School(
    key="oakfield",
    name="Oakfield Primary School",
    since=date(2026, 9, 1),
    words=Words(head="headteacher", governors="trustees"),
    opens_at=time(8, 15),
    weekly_budget=2,
    staff_means=frozenset({"staff", "volunteer"}),
)
TRAIN = Obligation(
    key="kcsie-part-one",
    school="oakfield",
    kind=Kind.TRAIN,
    title="Read Part one",
    audience=audience.parse("staff or role:governor except role:supply"),
    cadence=(OnJoining(Span(5, "working days")), EachMonth(9), OnNewVersion(), EveryMonths(12)),
    ladder=ASK,
    source=Source("safeguarding", "4.2", stated=False),
    policy="safeguarding",
    statement="I have read it.",
    minutes=40,
)
REVIEWED = Obligation(
    key="review-safeguarding",
    school="oakfield",
    kind=Kind.REVIEW,
    title="Review the safeguarding policy",
    audience=audience.parse("body:governors"),
    cadence=(EachTerm(), WeeklyInTerm(2), OnEvent("incident", Span(72, "hours")), Always()),
    ladder=Ladder((Step("ask-+3", "opens", 3), *REVIEW.steps)),
    active=False,
)
REGISTER = Register(
    school=SCHOOL,
    roles={"dsl": ("jo-bell", "sam.reed@oakfield.example"), "chair": ("p-shah",)},
    policies=(
        Policy(
            key="safeguarding",
            school="oakfield",
            title="Safeguarding and child protection",
            owner="dsl",
            approver="governors",
            reviewed_on=PartialDate.parse("2025-09"),
            approved_on=PartialDate.parse("2025-10-06"),
            approved_by="Full governing body",
            minute_reference="FGB 2025/10 7",
            next_review=PartialDate.parse("2026-autumn"),
            cycle_months=12,
            cadence_text="reviewed annually",
            statutory=True,
            link="https://oakfield.example/safeguarding",
        ),
        Policy(key="aardvarks", school="oakfield", title="Aardvarks"),
    ),
    obligations=(TRAIN, REVIEWED),
    accounts=(
        Account("facebook", "oakfield", "facebook", "Oakfield on Facebook", frozenset({"jo-bell", "p-shah"})),
        Account("pta", "oakfield", "facebook", "Friends of Oakfield", ours=False),
    ),
    bodies=(
        Body(
            key="governors",
            school="oakfield",
            name="Full governing body",
            clerk="clerk@oakfield.example",
            chair="p-shah",
            members=frozenset({"p-shah", "jo-bell"}),
            meetings=(
                Meeting("autumn-2", date(2026, 12, 7)),
                Meeting("spring-1", date(2027, 2, 1), date(2027, 1, 20)),
            ),
            clear_days=6,
        ),
    ),
    routes=(
        Route("concern", ("dsl", "head"), ("lado",), tell=("chair", "clerk")),
        Route("data-breach", ("head",)),
    ),
    terms=(
        Term("Autumn 1", date(2026, 9, 3), date(2026, 10, 23)),
        Term("Autumn 2", date(2026, 11, 2), date(2026, 12, 18)),
    ),
    inset_on=frozenset({date(2026, 9, 1), date(2026, 9, 2)}),
    closed_on=frozenset({date(2027, 1, 28)}),
)


@dataclass(frozen=True)
class Cast:
    """The names tests use: one Monday morning, one school, its two obligations."""

    now: datetime = NOW
    monday: date = MONDAY
    register: Register = REGISTER
    train: Obligation = TRAIN

    def item(self, person, *, cycle="2026-09", step="ask", on=MONDAY, subject=None):
        duty = Duty(
            self.train, person, cycle, on, on + timedelta(days=14), State.DUE, "asked each September", subject
        )
        return Reminder(duty, step, "train", person)

    def plan(self, *people, on=MONDAY, **about):
        """One notice of one item for each of these people."""
        notices = [
            DailyMessage("oakfield", person, "train", "ask", (self.item(person, on=on, **about),))
            for person in people
        ]
        return Plan(on, tuple(notices), ())

    def hours(self, notice, day=MONDAY):
        opens = datetime.combine(day, time(7, 30), UTC)
        return opens, opens + timedelta(hours=10)

    def hours_of(self, day):
        return lambda notice: self.hours(notice, day)


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture
def oakfield_store(store, cast):
    """The store with the school's register in it."""
    with store.writing() as conn:
        record_register.save_register(conn, cast.register, cast.now)
    return store
