"""Rules changed on pages: foreseen before they count, saved with who and why, undone, and agreed by a second.

What a change was before it is kept beside it until its first email can go, so that it can be undone. A change
about safeguarding waits, as it was sent, until another confirmed head, DSL, deputy DSL or chair agrees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.clock import local_date
from bot.core.form_start import CHANGED
from bot.core.text import capitalise
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.identity.case_roles import confirming
from bot.identity.forms import upload_key
from bot.messages.claim_store import ClaimedMessage, MessageReminder
from bot.messages.content import RenderedMessage
from bot.messages.render import render
from bot.planning.active_members import active_members
from bot.planning.duties import PlanningContext, planning_context
from bot.planning.duty_emails import MessageContext, OpenReminder
from bot.planning.plan import AWAY, NO_ADDRESS, OF_OTHERS, REFUSED, DailyMessage, Reminder, plan, plan_duties
from bot.planning.service import first_email_at, planned_at
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.policies.service import Promise, promise_of, promises
from bot.records import ledger, school_setup
from bot.records import register as record_register
from bot.register.service import change_register_in
from bot.rule_pages import store as change_store
from bot.rule_pages.rule_fields import free_key, is_printed, needs_second_yes, start_of_rule
from bot.rule_pages.store import RuleChange
from bot.rules import audience
from bot.rules.obligations import Obligation, Source
from bot.rules.people import School
from bot.rules.register import Register, rule_since
from bot.services import Services
from bot.web.words import role as role_words

Parts = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]
AHEAD = timedelta(days=366)
# So far ahead it is known what else goes to the same people on the same day.
SOON = timedelta(days=14)
UNDO_FOR = timedelta(days=7)
LINK = "https://handbell.example/d/a-personal-link"


@dataclass(frozen=True, slots=True)
class RulePreview:
    """Whom a rule asks today, by name, and the first email it sends.

    On the day of the first email: who gets one of their own (`alone`), who gets it with other things
    (`gathered`), who is away, and whom no email reaches. `first_on` None: no email within a year.
    """

    people: tuple[str, ...]
    first_on: date | None
    alone: tuple[str, ...] = ()
    gathered: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    reader: str = ""
    email: RenderedMessage | None = None
    is_live: bool = True


@dataclass(frozen=True, slots=True)
class RuleInput:
    """A rule as someone wants it. `key` empty: a new one. `was`: the `start_of_rule` their form showed.

    `new_key`: of a new rule, which otherwise gets one from its title.
    """

    rule: Obligation
    key: str = ""
    was: str = ""
    why: str = ""
    new_key: str = ""


def sentence_of(services: Services, rule: Obligation) -> Promise | None:
    """Find the sentence in the text in force that a rule rests on."""
    if rule.source.policy is None:
        return None
    return promise_of(rule, promises_of(services, rule.school, rule.source.policy))


def promises_of(services: Services, school: str, policy: str) -> tuple[Promise, ...]:
    """List what the text in force of a policy promises."""
    with services.store.reading() as conn:
        texts = record_register.versions(conn, school, policy)
    return promises(texts[-1]) if texts else ()


def foresee(services: Services, rule: Obligation, before: Register, now: datetime) -> RulePreview:
    """Return whom a rule will ask and what its first email says, planned as the mornings will plan it."""
    today, school = local_date(now), rule.school
    first = today if now < planned_at(today) else today + timedelta(days=1)
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, today, (school,))
        is_live = school not in school_setup.not_live(conn, first)
        wordings = school_setup.wordings(conn, [school])
    rule = rule_since(rule, before, today)
    others = tuple(one for one in snapshot.obligations if one.key != rule.key)
    coming = replace(snapshot, obligations=(*others, rule))
    alone = replace(snapshot, obligations=(rule,))
    asked = active_members(snapshot, today)[school].asked(rule.audience)
    people = tuple(sorted({snapshot.people[one.person].name for one in asked}))
    looked, notice = _first_notice(alone, school, first)
    if notice is None:
        return RulePreview(people, None, is_live=is_live)
    context = MessageContext(looked, services.links, services.base_url, now, wordings)
    email = _email(context, notice)
    name = snapshot.people[notice.person].name
    parts = _parts(coming if looked.on <= first + SOON else alone, rule, looked.on)
    return RulePreview(people, looked.on, *parts, name, email, is_live)


def _first_notice(
    snapshot: Snapshot, school: str, first: date
) -> tuple[PlanningContext, DailyMessage | None]:
    """Find the first morning on which someone is asked, and their message."""
    calendar, day = snapshot.calendars[school], first
    while day <= first + AHEAD:
        looked = planning_context(snapshot, day)
        for one in plan_duties(looked).notices if calendar.is_staff_day(day) else ():
            if any(item.kind not in OF_OTHERS for item in one.items):
                return looked, one
        day += timedelta(days=1)
    return looked, None


def _parts(snapshot: Snapshot, rule: Obligation, on: date) -> Parts:
    """Group those who are asked on a day by how they hear of it, names in order."""
    planned = plan(snapshot, on)
    mine = [
        one
        for one in planned.notices
        if any(item.duty.obligation.key == rule.key and item.kind not in OF_OTHERS for item in one.items)
    ]
    alone = {one.person for one in mine if len(one.items) == 1}
    skipped = [one for one in planned.skipped if one.obligation == rule.key]
    away = {one.person for one in skipped if one.reason == AWAY}
    unreached = {one.person for one in skipped if one.reason in {NO_ADDRESS, REFUSED}}

    def named(some: set[str]) -> tuple[str, ...]:
        return tuple(sorted(snapshot.people[key].name for key in some))

    return named(alone), named({one.person for one in mine} - alone), named(away), named(unreached)


def _email(context: MessageContext, notice: DailyMessage) -> RenderedMessage:
    """Write the email of a notice as it will be, its personal links replaced."""
    owed = [OpenReminder(_item(one), one.duty) for one in notice.items]
    message = ClaimedMessage(
        id="",
        owner="",
        school=notice.school,
        person=notice.person,
        kind=notice.kind,
        step=notice.step,
        channel=notice.channel,
        planned_on=context.looked.on,
        items=tuple(one.item for one in owed),
        attempts=0,
        not_after_at=context.now,
        was_sending=False,
    )
    letter = context.letter(message, owed)
    return render(replace(letter, cards=tuple(replace(one, link=LINK) for one in letter.cards)))


def _item(one: Reminder) -> MessageReminder:
    duty = one.duty
    return MessageReminder(
        school=duty.obligation.school,
        obligation=duty.obligation.key,
        about=one.about,
        cycle=duty.cycle,
        step=one.step,
        kind=one.kind,
        due_on=duty.due_on,
        state=duty.state.value,
        why=duty.why,
        cites="",
        subject=duty.subject,
        version=duty.version,
    )


def waits_for_second(services: Services, known: Register, now: datetime, *rules: Obligation | None) -> bool:
    """Return whether a change of these rules, before and after, waits for a second yes."""
    with services.store.reading() as conn:
        return any(must_wait(conn, known, now, one) for one in rules if one is not None)


def must_wait(conn: Connection, known: Register, now: datetime, *rules: Obligation | None) -> bool:
    """Return whether a change of these rules waits for a second yes, as `waits_for_second` does."""
    if not _is_protected(known, *rules) or _asks_the_same(*rules):
        return False
    return not _is_before_start(conn, next(one for one in rules if one is not None), now)


def _asks_the_same(*rules: Obligation | None) -> bool:
    """Return whether a rule before and after differs in nothing but the place of the policy it cites."""
    asks = [replace(one, source=Source()) if one is not None else None for one in rules]
    policies = {one.source.policy if one is not None else None for one in rules}
    return len(rules) > 1 and asks[0] == asks[1] and len(policies) == 1


def may_decide(services: Services, school: str, person: str) -> bool:
    """Return whether someone may change rules about safeguarding, and agree to such changes."""
    with services.store.reading() as conn:
        return person in confirming(conn, school)


def second_readers(services: Services, snapshot: Snapshot, school: str, person: str) -> tuple[str, ...]:
    """Return those who can give the second yes to someone's change."""
    with services.store.reading() as conn:
        keys = confirming(conn, school)
    return tuple(snapshot.people[key].name for key in keys if key != person and key in snapshot.people)


def save(services: Services, wanted: RuleInput, by: Actor, now: datetime) -> RuleChange:
    """Save a rule, or let it wait for a second yes; returns the change. AlreadySubmitted: it was sent before.

    ValidationFailed: the rule is another than the form started from, a reason is missing, or anyone who sends
    it may not change rules about safeguarding.
    """
    until = undo_until(services, wanted.rule, now)
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        return save_in(conn, wanted, by, now, reference=upload_key(services, by.form), until=until)


def save_in(
    conn: Connection, wanted: RuleInput, by: Actor, now: datetime, *, reference: str, until: datetime
) -> RuleChange:
    """Save a rule in the caller's transaction, as `save` does. `until`: when its first email can go."""
    school = by.school.key
    known = record_register.load_register(conn, school, to_change=True)
    assert known is not None
    before = find_rule(known, wanted.key)
    if wanted.key and before is None:
        raise ValidationFailed(CHANGED)
    if wanted.was and start_of_rule(before) != wanted.was:
        raise ValidationFailed(CHANGED)
    new_key = wanted.new_key or free_key(wanted.rule.title, record_register.obligation_keys(conn, school))
    key = wanted.key or new_key
    after = replace(wanted.rule, key=key)
    if before is not None and start_of_rule(after) == start_of_rule(before):
        raise ValidationFailed(FieldError("main", "Nothing is different. Change something first."))
    if is_printed(after) and not after.active and not wanted.why.strip():
        raise ValidationFailed(FieldError("why", "Enter why. The policy still says it."))
    waits = must_wait(conn, known, now, before, after)
    if waits:
        check_second(conn, school, by)
    change = RuleChange(
        reference=reference,
        school=school,
        rule=key,
        before=before,
        after=after,
        why=wanted.why.strip(),
        by=by.person.key,
        at=now,
        undo_until=None if waits else until,
    )
    if waits:
        change_store.add_change(conn, change)
        _note(conn, "asked for a second yes to a rule", school, change, by, now)
    else:
        _carry_out(conn, school, change, by, now)
    return change


def take_out(services: Services, rule: str, why: str, by: Actor, now: datetime) -> None:
    """Delete a rule of a policy that is not started; its promise is undecided again."""
    school = by.school.key
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        known = record_register.load_register(conn, school, to_change=True)
        assert known is not None
        before = find_rule(known, rule)
        if before is None or not is_held(conn, before):
            raise ValidationFailed(CHANGED)
        reference = upload_key(services, by.form)
        change = RuleChange(reference, school, rule, before, None, why, by.person.key, now, now)
        _write(conn, school, change, by, now)


def is_held(conn: Connection, rule: Obligation) -> bool:
    """Return whether a rule asks no one yet, because its policy is not started."""
    return (rule.school, rule.source.policy) in school_setup.policies_in_setup(conn, (rule.school,))


def is_in_setup(services: Services, school: str, policy: str) -> bool:
    """Return whether the rules of a policy are still being decided."""
    with services.store.reading() as conn:
        return (school, policy) in school_setup.policies_in_setup(conn, (school,))


def _is_before_start(conn: Connection, rule: Obligation, now: datetime) -> bool:
    """Return whether a rule is in force nowhere yet: its policy is not started, or its school is not live.

    A school that is being set up may have no one yet who could give a second yes.
    """
    return is_held(conn, rule) or rule.school in school_setup.not_live(conn, local_date(now))


def undo_until(services: Services, rule: Obligation, now: datetime) -> datetime:
    """Return when the first email of a rule can go; without one within a week, a week from now."""
    today = local_date(now)
    with services.store.reading() as conn:
        if is_held(conn, rule):
            return planned_at(today + UNDO_FOR)
        snapshot = load_snapshot(conn, today, (rule.school,))
    at = first_email_at(snapshot, (rule,) if rule.active else (), now, UNDO_FOR)
    return at or planned_at(today + UNDO_FOR)


def undo(services: Services, reference: str, by: Actor, now: datetime) -> str:
    """Make a rule what it was before a change; returns its key. It is a change of its own in the ledger."""
    school = by.school.key
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        change = change_store.find_change(conn, school, reference)
        known = record_register.load_register(conn, school, to_change=True)
        assert known is not None
        if change is None or change.undo_until is None or now >= change.undo_until:
            says = "It is too late to undo this. Change the rule instead."
            raise ValidationFailed(FieldError("main", says))
        if start_of_rule(find_rule(known, change.rule)) != start_of_rule(change.after):
            raise ValidationFailed(FieldError("main", "The rule has changed since. Change it again instead."))
        if must_wait(conn, known, now, change.before, change.after):
            check_second(conn, school, by)
        back = replace(change, before=change.after, after=change.before, why="undone")
        change_store.forget_change(conn, school, reference)
        _write(conn, school, back, by, now)
        if back.after is not None:
            record_register.save_since(conn, school, change.rule, back.after.since)
    return change.rule


def waiting_changes(services: Services, school: str) -> tuple[RuleChange, ...]:
    """List the changes that wait for a second yes, the oldest first."""
    with services.store.reading() as conn:
        return change_store.waiting_changes(conn, school)


def find_change(services: Services, school: str, reference: str) -> RuleChange | None:
    """Find a change that waits, or that can still be undone."""
    with services.store.reading() as conn:
        return change_store.find_change(conn, school, reference)


def latest_change(services: Services, school: str, rule: str) -> RuleChange | None:
    """Return the newest change of a rule whose earlier state is still kept; None: there is none."""
    with services.store.reading() as conn:
        return change_store.latest_change(conn, school, rule)


def agree(services: Services, reference: str, by: Actor, now: datetime) -> RuleChange:
    """Return the second yes to a change, which counts from then on."""
    school = by.school.key
    change = _waiting(services, school, reference)
    until = undo_until(services, rule, now) if (rule := change.after or change.before) is not None else now
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        known = record_register.load_register(conn, school, to_change=True)
        assert known is not None
        if by.person.key == change.by or by.person.key not in confirming(conn, school):
            raise ValidationFailed(FieldError("main", "Someone else who leads on safeguarding decides this."))
        if not _still_waits(conn, school, reference):
            raise ValidationFailed(GONE)
        if start_of_rule(find_rule(known, change.rule)) != start_of_rule(change.before):
            says = "The rule has changed since. Do not agree, and ask for the change again."
            raise ValidationFailed(FieldError("main", says))
        change_store.forget_change(conn, school, reference)
        _note(conn, "gave the second yes to a rule", school, change, by, now)
        done = replace(change, undo_until=until)
        _carry_out(conn, school, done, by, now)
    return done


def refuse(services: Services, reference: str, why: str, by: Actor, now: datetime) -> None:
    """Refuse a change that waits, with a reason; anyone who asked for it may withdraw it without one."""
    school = by.school.key
    change = _waiting(services, school, reference)
    if by.person.key != change.by and not why.strip():
        raise ValidationFailed(FieldError("why", "Enter why not."))
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        if by.person.key != change.by and by.person.key not in confirming(conn, school):
            raise ValidationFailed(FieldError("main", "Someone who leads on safeguarding decides this."))
        if not _still_waits(conn, school, reference):
            raise ValidationFailed(GONE)
        change_store.forget_change(conn, school, reference)
        _note(conn, "refused a change of a rule", school, replace(change, why=why.strip()), by, now)


GONE = FieldError("main", "This was decided already.")


def _waiting(services: Services, school: str, reference: str) -> RuleChange:
    with services.store.reading() as conn:
        found = change_store.find_change(conn, school, reference)
    if found is None or found.undo_until is not None:
        raise ValidationFailed(GONE)
    return found


def _still_waits(conn: Connection, school: str, reference: str) -> bool:
    found = change_store.find_change(conn, school, reference)
    return found is not None and found.undo_until is None


def check_second(conn: Connection, school: str, by: Actor) -> None:
    """Refuse where someone may not change such a rule, or no one else could agree."""
    keys = confirming(conn, school)
    if by.person.key not in keys:
        says = "This rule is about safeguarding. Ask the headteacher or the DSL to change it."
        raise ValidationFailed(FieldError("main", says))
    if set(keys) <= {by.person.key}:
        says = "A second person must agree. Name and confirm another head, DSL, deputy DSL or chair first."
        raise ValidationFailed(FieldError("main", says))


def _is_protected(known: Register, *rules: Obligation | None) -> bool:
    policies = {(one.school, one.key): one for one in known.policies}
    return any(one is not None and needs_second_yes(one, policies) for one in rules)


def find_rule(known: Register, key: str) -> Obligation | None:
    """Find a rule of the register by its key."""
    return next((one for one in known.obligations if one.key == key), None)


def _carry_out(conn: Connection, school: str, change: RuleChange, by: Actor, now: datetime) -> None:
    _write(conn, school, change, by, now)
    change_store.add_change(conn, replace(change, at=now))


def _write(conn: Connection, school: str, change: RuleChange, by: Actor, now: datetime) -> None:
    def put(known: Register) -> Register:
        rules = known.obligations
        if change.after is None:
            kept = tuple(one for one in rules if one.key != change.rule)
        elif find_rule(known, change.rule) is None:
            kept = (*rules, change.after)
        else:
            kept = tuple(change.after if one.key == change.rule else one for one in rules)
        return replace(known, obligations=kept)

    change_register_in(conn, school, put, now=now, actor=by.actor)
    _note(conn, "changed a rule", school, change, by, now)


def _note(conn: Connection, action: str, school: str, change: RuleChange, by: Actor, now: datetime) -> None:
    data = {
        "change": change.verb,
        "fields": [one.field for one in change.details],
        "by": change.by,
        "why": change.why,
    }
    subject = f"rule:{school}/{change.rule}"
    ledger.append(conn, at=now, actor=by.actor, action=action, subject=subject, data=data)


def audience_choices(
    snapshot: Snapshot, school: School, chosen: Iterable[str], today: date
) -> Iterator[tuple[str, str, str, int]]:
    """List whom a rule may ask: the group of the choice, its term, its name, and how many people that is."""
    roll = active_members(snapshot, today)[school.key]
    few = ["staff", "role:governor", "role:volunteer", "everyone", "holder"]
    roles = [f"role:{role}" for role in sorted(roll.by_role) if role != "staff"]
    groups = [f"group:{group}" for group in sorted(roll.by_group)]
    bodies = [f"body:{key}" for key in roll.bodies]
    people = [f"person:{key}" for key in sorted(roll.here, key=lambda one: snapshot.people[one].name)]
    known = {term for term in chosen if _is_term(term)}
    listed = dict.fromkeys([*few, *sorted(known)], "main")
    listed |= {term: "more" for term in (*roles, *groups, *bodies) if term not in listed}
    listed |= {term: "people" for term in people if term not in listed}
    for term, group in listed.items():
        asked = {one.person for one in roll.asked(audience.parse(term))}
        if asked or group != "main" or term in known:
            yield group, term, term_in_words(snapshot, school, term), len(asked)


def _is_term(typed: str) -> bool:
    try:
        return audience.parse(typed) is not None
    except ValueError:
        return False


SEVERAL = {"role:governor": "Governors", "role:volunteer": "Volunteers", "role:trustee": "Trustees"}


def term_in_words(snapshot: Snapshot, school: School, term: str) -> str:
    """Return a term of an audience in words."""
    sort, _, name = term.partition(":")
    if term in SEVERAL:
        return SEVERAL[term]
    if sort == "person":
        return snapshot.people[name].name if name in snapshot.people else name
    if sort == "body":
        body = snapshot.bodies.get((school.key, name))
        return body.name if body else name
    words = name.replace("-", " ")
    return {
        "staff": "Staff",
        "everyone": "Everyone",
        "holder": f"Account holders of {name}" if name else "Account holders",
        "group": f"Group {words}",
    }.get(sort, capitalise(role_words(name)))
