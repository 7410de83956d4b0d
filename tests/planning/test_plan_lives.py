"""Two schools live for months by what people do, and planning that passes over the quiet misses nothing.

Each morning a full plan, which believes no note, says what is to be told. What planning then tells, in the
parts and after the reminders of a real morning, is the same. What happens between two mornings is done by the
actions of pages, schedules and commands: what those write has to be noted, or a plan comes too late here.
"""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from listed import row_of
from matrix import whole
from paused import pause
from sqlalchemy import select

from bot.accounts import service as account_service
from bot.core.errors import AlreadySubmitted, GiveUp, HandbellError, TryAgain
from bot.core.links import Link
from bot.core.validation import ValidationFailed
from bot.dashboard import holds
from bot.database.dialect import is_sqlite
from bot.database.job_runs import JobTurn
from bot.delivery.morning_plan import plan_part
from bot.delivery.service import deliver
from bot.forecast.preview import preview
from bot.identity.actor import Actor
from bot.messages.bounces import note_bounces
from bot.messages.tables import message
from bot.office import events as office_events
from bot.office import settings
from bot.people import service as people_service
from bot.people.import_service import RosterList, import_roster
from bot.planning.duties import duties
from bot.planning.duty_view import NothingToAnswer
from bot.planning.service import plan_parts, planning_version
from bot.planning.store import load_snapshot
from bot.ports import Bounce, RosterEntry, SendReceipt
from bot.records import evidence as record_evidence
from bot.records import people as record_people
from bot.records import register as record_register
from bot.records import school_plan
from bot.records.evidence import EvidenceRecord
from bot.records.register import PolicyText
from bot.register.service import change_register
from bot.requests.model import KINDS
from bot.requests.model import Outcome as Decided
from bot.requests.service import DecisionInput, Reader, RequestInput, ask, decide
from bot.reviews import meeting_dates
from bot.reviews import service as review_service
from bot.reviews.service import Approval, HandOver
from bot.rule_pages.service import RuleInput, save
from bot.rules import reminder_ladder
from bot.rules.accounts import STEPS
from bot.rules.cadence import parse
from bot.rules.duties import State
from bot.rules.evidence import Outcome
from bot.rules.register import Register
from bot.signing.service import Answer, answer, open_duty
from bot.training import service as training_service

ONE, OTHER = "merriwell-green", "tower"
LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 11, 23)
LADDERS = ("ask", "gentle", "same day")


class Post:
    """A vendor that takes some letters, puts others off and refuses some for good."""

    repeats_are_marked = True

    def __init__(self, chance):
        self.chance = chance

    def send(self, message, then=None, *, before=None):
        fate = self.chance.random()
        if fate < 0.05:
            raise GiveUp("no such mailbox")
        if fate < 0.15:
            raise TryAgain("busy", after=7200)
        return SendReceipt("taken")

    def look_up(self, _message_id):
        return True

    def check(self):
        """It would take them."""

    def close(self):
        """Nothing is open."""


@dataclass
class World:
    """Two schools on a day, and the people who act in them."""

    services: object
    chance: random.Random
    clock: object
    done: Counter

    @property
    def store(self):
        return self.services.store

    @property
    def now(self):
        return self.clock()

    @property
    def today(self):
        return self.now.astimezone(LONDON).date()

    def snapshot(self, *settings):
        with self.store.reading() as conn:
            return load_snapshot(conn, self.today, settings or None)

    def somebody(self, school=ONE):
        return self.chance.choice(sorted(self.snapshot(school).people))

    def doer(self, school=ONE):
        known = self.snapshot(school)
        head = known.people["hd" if school == ONE else "t0"]
        return Actor(known.schools[school], head, "a test")

    def soon(self, first=-3, last=40):
        return self.today + timedelta(days=self.chance.randint(first, last))

    def wrong_clock(self):
        """A morning is planned by a clock that is days ahead; then it is put right."""
        right, self.clock.at = self.now, self.now + timedelta(days=self.chance.choice((1, 9, 40)))
        morning(self)
        self.clock.at = right
        self.done["a wrong clock"] += 1

    def catches_up(self):
        """Everybody of both schools does all they owe, as a pile of paper brings it in."""
        owed = [one for one in duties(self.snapshot(), self.today) if one.state is not State.DONE]
        with self.store.writing() as conn:
            for duty in owed:
                record_evidence.record(conn, self.record(duty))
        self.done["all done"] += 1

    def record(self, duty):
        rule = duty.obligation
        return EvidenceRecord(
            idempotency_key=f"{rule.school} {rule.key} {duty.person} {duty.cycle} {self.now}",
            school=rule.school,
            obligation=rule.key,
            person=duty.person,
            person_name=duty.person,
            acted_on=self.today,
            recorded_at=self.now,
            identified_by="a test",
            channel="paper",
            outcome=Outcome.DONE,
            cycle=duty.cycle,
            subject=duty.subject,
            sha256_bytes=duty.version,
        )

    def tries(self, what, act):
        try:
            act()
        except (ValidationFailed, AlreadySubmitted, HandbellError) as error:
            self.done[f"{what} refused: {type(error).__name__}"] += 1
            return False
        self.done[what] += 1
        return True

    def changes(self, what, change):
        given = {"now": self.now, "actor": "a test"}
        self.tries(what, lambda: change_register(self.store, ONE, change, **given))

    def delivers(self):
        self.tries(
            "delivered", lambda: deliver(self.services, now=self.now, owner=f"me {self.now}", limit=500)
        )


class Life(World):
    """What may happen in the two schools; each of these changes one thing or a few, or is refused."""

    # --- what people answer

    def answers(self):
        """Somebody does what they owe, asks a question, or refuses."""
        school = self.chance.choice((ONE, OTHER))
        owed = [
            one
            for one in duties(self.snapshot(school), self.today)
            if one.state not in (State.DONE, State.EXCUSED)
        ]
        for duty in self.chance.sample(owed, min(len(owed), self.chance.choice((1, 1, 5, 12)))):
            link = Link("duty", school, duty.person, duty.obligation.key, duty.cycle)
            view = open_duty(self.store, link, self.now)
            if isinstance(view, NothingToAnswer):
                continue
            outcome = self.chance.choice((Outcome.DONE,) * 8 + (Outcome.QUESTION, Outcome.DECLINED))
            on = self.today - timedelta(days=self.chance.choice((0, 0, 3, 300)))
            said = (outcome, view.person.name, view.shown, "Because it is so.")
            given = (self.store, link, Answer(*said, done_on=on), self.now)
            if not self.tries("an answer", partial(answer, *given)):
                given = (self.store, link, Answer(*said), self.now)
                self.tries("an answer", partial(answer, *given))

    # --- people

    def absence(self):
        until = self.chance.choice((None, self.soon(0, 60)))
        away = (self.store, self.somebody(), self.soon(), until, self.doer(), self.now)
        self.tries("an absence", lambda: people_service.note_absence(*away))

    def back(self):
        away = [
            (key, one.first_on)
            for key, person in self.snapshot(ONE).people.items()
            for one in person.memberships[0].absences
            if one.noted_here
        ]
        if away:
            key, first_on = self.chance.choice(away)
            back = (self.store, key, first_on, self.soon(-3, 5), self.doer(), self.now)
            self.tries("back", lambda: people_service.end_absence(*back))

    def leaves(self):
        who, on = self.somebody(), self.chance.choice((None, self.soon(-5, 60)))
        self.tries(
            "a last day", lambda: people_service.set_leaving(self.services, who, on, self.doer(), self.now)
        )

    def pause(self):
        who, paused = self.somebody(), self.chance.random() < 0.5
        with self.store.writing() as conn:
            pause(conn, ONE, who, paused=paused)
        self.done["a pause"] += 1

    def address(self):
        who = self.somebody()
        email = self.chance.choice((f"{who}.{self.today}@merriwell.example", f"{who}@merriwell.example"))
        mend = (self.services, who, email, self.doer(), self.now)
        self.tries("an address", lambda: people_service.mend_address(*mend))

    def bounce(self):
        known = self.snapshot(ONE).people[self.somebody()]
        if known.email:
            back = [Bounce(known.email, None, "550 no such user")]
            self.tries("a bounce", lambda: note_bounces(self.store, back, now=self.now, actor="a test"))

    def roster(self):
        """A new list: somebody joins, somebody is left out, somebody has another role or moves here."""
        school = self.chance.choice((ONE, OTHER))
        with self.store.reading() as conn:
            entries = [row_of(one, school) for one in record_people.roster(conn, school).values()]
        number = self.chance.randrange(len(entries))
        one, sort = entries[number], self.chance.choice(("joins", "left out", "role", "moves", "days"))
        if sort == "joins":
            key = f"new{self.today}"
            starts_on = self.soon(-20, 30)
            entries.append(
                replace(one, key=key, name=f"New {key}", email=f"{key}@x.example", starts_on=starts_on)
            )
        elif sort == "left out" and one.key not in ("hd", "t0"):
            del entries[number]
        elif sort == "role":
            entries[number] = replace(one, roles=one.roles ^ {self.chance.choice(("dsl", "it", "governor"))})
        elif sort == "moves":
            entries.append(
                replace(row_of(self.snapshot(ONE).people["y1"], ONE), roles=frozenset({"teacher"}))
            )
            entries = list({each.key: each for each in entries}.values())
        else:
            entries[number] = replace(one, working_days=frozenset(self.chance.sample(range(5), 3)))
        bring = {"now": self.now, "actor": "a test", "listing": RosterList(many_leavers=True)}
        self.tries(f"a list: {sort}", lambda: import_roster(self.store, school, entries, **bring))

    # --- what the office keeps

    def ladder(self):
        with self.store.reading() as conn:
            rules = record_register.load_register(conn, ONE).obligations
        rule, ladder = self.chance.choice(rules), reminder_ladder.LADDERS[self.chance.choice(LADDERS)]
        wanted = RuleInput(replace(rule, ladder=ladder), rule.key)
        self.tries("reminders", lambda: save(self.services, wanted, self.doer(), self.now))

    def hours(self):
        given = settings.Hours("08:00", "16:00", str(self.chance.randint(1, 5)))
        change = settings.change_hours
        self.tries("hours", lambda: change(self.services, given, self.doer(), self.now))

    def closed(self):
        days = frozenset({self.soon(0, 9)})
        self.changes("a closed day", lambda one: replace(one, closed_on=one.closed_on | days))

    def staff_mean(self):
        means = frozenset(self.chance.sample(("staff", "governor", "volunteer"), 2))
        self.changes(
            "whom staff means", lambda one: replace(one, school=replace(one.school, staff_means=means))
        )

    def rule(self):
        """A rule is put out of force, or back into it."""
        with self.store.reading() as conn:
            chosen = self.chance.choice(record_register.load_register(conn, ONE).obligations).key

        def change(known):
            rules = (
                replace(one, active=not one.active) if one.key == chosen else one for one in known.obligations
            )
            return replace(known, obligations=tuple(rules))

        self.changes("a rule", change)

    def role(self):
        """The register names somebody to a role: also a person of the other school alone."""
        who, lead = self.chance.choice(("y1", "ta4", "t1@x.example", "t2")), "online-safety-lead"
        self.changes("a role", lambda one: replace(one, roles={**one.roles, lead: (who,)}))

    def no_role(self):
        self.changes("no role", lambda one: replace(one, roles={}))

    def meeting(self):
        body, typed = "full-governing-body", meeting_dates.MeetingInput(on=str(self.soon(1, 90)))
        body = self.chance.choice((body, "resources-committee"))
        given = (self.services, body, typed, self.doer(), self.now)
        self.tries("a meeting", lambda: meeting_dates.add_meeting(*given))

    def no_meeting(self):
        body = self.snapshot(ONE).bodies[ONE, "full-governing-body"]
        ahead = meeting_dates.coming(body, self.today)
        if ahead:
            one, typed = self.chance.choice(ahead), meeting_dates.MeetingInput(on=str(self.soon(1, 90)))
            act, given = self.chance.choice(
                ((meeting_dates.call_off_meeting, ()), (meeting_dates.move_meeting, (typed,)))
            )
            known = (self.services, body.key, one.key, *given, self.doer(), self.now)
            self.tries("a meeting moved or off", lambda: act(*known))

    def version(self):
        policy = self.chance.choice(("mobile-and-social-media", "child-protection"))
        digest = f"{self.chance.getrandbits(256):064x}"
        issued_on = self.chance.choice((None, self.soon(-30, 10)))
        with self.store.writing() as conn:
            text_of = PolicyText(ONE, policy, str(self.now), digest, issued_on=issued_on)
            record_register.save_version(conn, text_of, self.now)
        self.done["a version"] += 1

    def review(self):
        """The clerk writes down an approval or a draft, hands the draft over, or takes an entry back."""
        policy = self.chance.choice(("mobile-and-social-media", "child-protection", "staff-acceptable-use"))
        by = review_service.Recorder(ONE, "cl", "Helena Novak", "email link")
        body = "resources-committee" if policy == "staff-acceptable-use" else "full-governing-body"
        given = Approval(body, str(self.soon(-9, 0)), "1/26", "other", "the text of then", day_is_right=True)
        acts = record_evidence.evidence.c
        query = select(acts.receipt).where(acts.setting == ONE, acts.outcome == "done")
        with self.store.reading() as conn:
            receipts = sorted(conn.scalars(query))
        store, now, to = self.store, self.now, HandOver(self.somebody(), str(self.soon(1, 20)))
        back = {"receipt": self.chance.choice([*receipts, ""]), "reason": "Wrong.", "now": now}
        what, act = self.chance.choice(
            (
                ("an approval", lambda: review_service.record_approval(store, by, policy, given, now)),
                ("a draft", lambda: review_service.record_draft(store, by, policy, now)),
                ("a draft handed over", lambda: review_service.hand_over(store, by, policy, to, now)),
                ("taken back", lambda: review_service.take_back(store, by, policy, **back)),
            )
        )
        self.tries(what, act)

    def event(self):
        known = office_events.choices(self.snapshot(ONE), ONE, of_cases=True)
        if known:
            typed = office_events.EventInput(self.chance.choice(known).name, str(self.soon(-5, 0)))
            given = (self.services, known, typed, self.doer(), self.now)
            self.tries("an event", lambda: office_events.record(*given))

    def no_event(self):
        lately = office_events.lately(self.store, ONE, self.now, of_cases=True)
        if lately:
            given = (self.store, lately[0].event.key, self.doer(), self.now)
            self.tries("an event undone", lambda: office_events.undo(*given, of_cases=True))

    def booking(self):
        known = self.snapshot(ONE)
        courses = ("safeguarding-training", "dsl-training", "governor-training")
        place = (ONE, self.somebody(), self.chance.choice(courses))
        found = training_service.behind(self.services, known, place, self.now)
        if found is not None:
            by, given = (
                training_service.Actor(known.people["hd"], "a test"),
                training_service.Booking(self.soon(0, 40), "Us"),
            )
            self.tries("a booking", lambda: training_service.book(self.services, found, given, by, self.now))
            if self.chance.random() < 0.3:
                self.tries("no booking", lambda: training_service.unbook(self.services, found, by, self.now))

    # --- accounts and requests

    def holders(self):
        known = self.snapshot(ONE)
        account = self.chance.choice([one for one in known.accounts if one.school == ONE and one.ours])
        wanted = self.chance.sample(sorted(known.people), 2)
        given = (self.services, known, account, wanted, self.doer(), self.now)
        self.tries("holders", lambda: account_service.change_holders(*given))

    def tick(self):
        who = account_service.AccountActor(
            ONE, "of", "Carol Whitlow", frozenset({"office"}), "a test", str(self.now)
        )
        said = account_service.AccountInput(topic=self.chance.choice(list(STEPS)), about=self.somebody())
        self.tries("a tick", lambda: account_service.tick(self.services, who, "facebook", said, self.now))

    def request(self):
        known = self.snapshot(ONE)
        asker = Reader(known.schools[ONE], known.people["y1"], "a test", known)
        head = Reader(known.schools[ONE], known.people["hd"], "a test", known)
        asked = RequestInput(
            self.chance.choice(list(KINDS)), "A phone on a trip", "To be safe", self.today, self.soon(2, 30)
        )
        found = []
        if self.tries("a request", lambda: found.append(ask(self.store, asker, asked, self.now))):
            given = DecisionInput(Decided.ALLOWED, "Yes.", "None.", self.soon(2, 30))
            self.tries("a decision", lambda: decide(self.store, head, found[0], given, self.now))

    # --- messages

    def hold(self):
        query = select(message.c.id).where(message.c.planned_on == self.today, message.c.setting == ONE)
        with self.store.reading() as conn:
            some = frozenset(conn.scalars(query))
        stop = holds.MessageHoldRequest(ONE, "hd", some, "A funeral")
        if (
            self.tries("held", lambda: holds.hold(self.services, stop, self.now))
            and self.chance.random() < 0.3
        ):
            self.tries("let go", lambda: holds.let_go(self.services, stop, self.now))


ACTS = sorted(name for name in vars(Life) if not name.startswith("_"))


def begin(school, seed):
    """Add the other school beside the first, with rules of all sorts of its own."""
    chance = random.Random(seed)
    services = replace(school.services, mailer=Post(chance))
    with services.store.writing() as conn:
        known = record_register.load_register(conn, ONE)
        events = ("new-holder", "staff-joined", "staff-left", "trip-returned")
        rules = [replace(one, school=OTHER) for one in known.obligations]
        here = record_people.roster(conn, ONE).keys()
        known = replace(
            known,
            bodies=tuple(replace(one, chair="gc", members=one.members & here) for one in known.bodies),
            accounts=tuple(replace(one, holders=one.holders & here) for one in known.accounts),
        )
        record_register.save_register(
            conn,
            Register(
                replace(known.school, key=OTHER, name="Tower"),
                roles={"headteacher": ("t0",), "dsl": ("t1",)},
                policies=tuple(replace(one, school=OTHER) for one in known.policies),
                obligations=tuple(rules),
                bodies=tuple(
                    replace(one, school=OTHER, clerk="t2", chair="t0", members=frozenset())
                    for one in known.bodies
                ),
                terms=known.terms,
            ),
            school.clock(),
        )
        ringing = tuple(
            replace(known.obligations[0], key=f"on-{name}", cadence=_on(name), policy=None) for name in events
        )
        record_register.save_register(
            conn, replace(known, obligations=(*known.obligations, *ringing)), school.clock()
        )
    staff = [
        RosterEntry(f"t{n}", f"Tower {n}", f"t{n}@x.example", frozenset({"staff", "teacher"}), frozenset(),
                    date(2020, 9, 1), None, frozenset(range(5)), "t0")
        for n in range(4)
    ]  # fmt: skip
    import_roster(services.store, OTHER, staff, now=school.clock(), actor="a test")
    return Life(services, chance, school.clock, Counter())


def _on(name):
    return (parse(f"on event {name} within 3 school days"),)


def morning(life):
    """Plan the day in its parts, as the schedule does; give whom it told of what."""
    before = told(life)
    for part in plan_parts(life.services):
        plan_part(life.services, JobTurn(life.now, part, "me"))
    return told(life) - before


def told(life):
    """Return whom we wrote to today, and about what."""
    query = select(message).where(message.c.planned_on == life.today)
    with life.store.reading() as conn:
        return {
            (row.person, item["setting"], item["obligation"], item["about"], item["cycle"], item["step"])
            for row in conn.execute(query)
            for item in row.payload
        }


def shown(life):
    """Return whom a full plan would write to today, and of what."""
    decided = preview(life.store, life.today).notices
    return {(one.person, *item.key()) for one in decided for item in one.items}


def passed_over(life):
    with life.store.reading() as conn:
        return 2 - len(school_plan.due(conn, None, life.today, planning_version()))


def lived(school, seed, days):
    """Live so many mornings; return how many plans were passed over, and what was done."""
    life = begin(school, seed)
    passed, day = 0, MONDAY
    for _ in range(days):
        life.clock.at = datetime.combine(day, time(7, 30), LONDON)
        if life.chance.random() < 0.03:
            life.wrong_clock()
        passed += passed_over(life)
        expected = shown(life)
        assert morning(life) == expected, (seed, day, life.done)
        assert morning(life) == set(), (seed, day)
        if life.chance.random() < 0.8:
            life.catches_up()
        for _ in range(life.chance.choice((0, 0, 0, 0, 1, 1, 2))):
            life.clock.turn(minutes=life.chance.randint(20, 120))
            getattr(life, life.chance.choice(ACTS))()
        if life.chance.random() < 0.8:
            life.clock.turn(minutes=60)
            life.delivers()
        day += timedelta(days=life.chance.choice((1, 1, 1, 1, 2, 4)))
    return passed, life.done


@pytest.mark.parametrize("seed", [1, *whole(2)])
def test_whatever_people_do_for_months_is_told_as_if_nothing_was_passed_over(school, seed):
    days = 60 if is_sqlite(school.store.engine) else 25
    passed, done = lived(school, seed, days)
    assert passed > days / 20
    assert len(done) > 10


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_these_lives_show_a_change_that_is_not_noted(school, monkeypatch):
    monkeypatch.setattr(school_plan, "MARK", school_plan.ENSURE)
    with pytest.raises(AssertionError):
        lived(school, 1, 90)
