"""Policies added, changed and retired on pages: each with who, when and why in the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.clock import local_date
from bot.core.form_start import check_start, start_of
from bot.core.text import is_web_address, one_line
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.identity.case_roles import confirming
from bot.policies.public_copies import take_off
from bot.policies.service import LARGEST, LONGEST_NUMBER, is_of, read_file
from bot.reading.facts import DateFact, Header, Reading
from bot.records import ledger, school_setup
from bot.records import register as record_register
from bot.records.register import PolicyText
from bot.register.part_changes import POLICY, Entry, PartChange, put_part, undo_part
from bot.register.service import change_register_in
from bot.rules.meetings import Body
from bot.rules.obligations import Obligation, is_about_safety
from bot.rules.policies import PartialDate, Policy
from bot.rules.register import Register
from bot.services import Services

MOST_FILES = 30
MAX_TITLE, MAX_MONTHS = 120, 120
# Addresses beside those of policies.
RESERVED = frozenset({"retired"})
NO_FILE = "Choose the file of the policy."


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What a policy says of itself, as typed. `months` empty: no number of months is kept.

    `link`: where it can be read on the school's website.
    """

    title: str
    owner: str
    approver: str
    months: str
    why: str = ""
    link: str = ""


def add_policies(
    services: Services, files: Sequence[tuple[str, bytes]], by: Actor, now: datetime
) -> tuple[str, ...]:
    """Add policies with their texts, and return their keys. None of their rules asks anyone before a start.

    ValidationFailed: which files cannot be read, and why; then none is added. AlreadySubmitted: sent before.
    """
    if not files:
        raise ValidationFailed(FieldError("file", NO_FILE))
    if len(files) > MOST_FILES:
        raise ValidationFailed(FieldError("file", f"Add at most {MOST_FILES} policies at once."))
    readings: list[Reading] = []
    errors: list[FieldError] = []
    for name, content in files:
        try:
            readings.append(_read(name, content, now))
        except ValidationFailed as refused:
            errors += refused.refusals
    if errors:
        raise ValidationFailed(*errors)
    school = by.school.key
    added: list[str] = []
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        taken = {*record_register.policy_keys(conn, school), *RESERVED}
        known = record_register.load_register(conn, school, to_change=True)
        assert known is not None
        for reading, (name, content) in zip(readings, files, strict=True):
            _check_is_new(conn, known, reading, name)
            policy, body = _policy(reading, known, taken)
            known = replace(known, policies=(*known.policies, policy), bodies=(*known.bodies, *body))
            taken.add(policy.key)
            change_register_in(conn, school, lambda _, known=known: known, now=now, actor=by.actor)  # type: ignore[misc]
            record_register.save_version(conn, _text(policy, reading, content, by), now)
            school_setup.begin_policy(conn, school, policy.key, by.person.key, now)
            _note(conn, "added a policy", policy, {"sha256": reading.text.sha256_bytes}, by, now)
            added.append(policy.key)
    return tuple(added)


def start_of_policy(policy: Policy) -> str:
    """Return the digest of what the form of a policy shows."""
    return start_of(*_shown(policy))


def _shown(policy: Policy) -> tuple[object, ...]:
    return policy.title, policy.owner, policy.approver, policy.cycle_months, policy.link


def change_policy(services: Services, key: str, facts: PolicyFacts, by: Actor, now: datetime) -> None:
    """Change what a policy says of itself. ValidationFailed names what is wrong."""
    errors = tuple(_wrong(facts))
    if errors:
        raise ValidationFailed(*errors)
    school = by.school.key
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        known = record_register.load_register(conn, school, to_change=True)
        assert known is not None
        before = _find(known, key)
        check_start(by.was, *_shown(before))
        after = replace(
            before,
            title=one_line(facts.title),
            owner=facts.owner or None,
            approver=facts.approver or None,
            cycle_months=int(facts.months) if facts.months.strip() else None,
            link=facts.link.strip() or None,
        )
        names = ("title", "owner", "approver", "cycle_months", "link")
        changed = [name for name in names if getattr(before, name) != getattr(after, name)]
        if not changed:
            raise ValidationFailed(FieldError("main", "Nothing is different. Change something first."))
        if after.title != before.title:
            _check_may_change(conn, before, by)
        put_part(conn, PartChange(POLICY, key, before, after, by.person.key, now, facts.why), by)
        _note(conn, "changed a policy", after, {"fields": changed, "why": facts.why.strip()}, by, now)


def undo_facts(services: Services, key: str, by: Actor, now: datetime) -> None:
    """Undo the latest change of what a policy says of itself, until the next emails go by it."""

    def check(conn: Connection, one: Entry) -> None:
        assert isinstance(one, Policy)
        _check_may_change(conn, one, by)

    undo_part(services, POLICY, key, by, now, check)


def retire_policy(services: Services, key: str, why: str, by: Actor, now: datetime) -> None:
    """Remove a policy from the list. ValidationFailed: a reason is missing, or a rule of it is still asked.

    Its texts and what people signed stay. `restore_policy` puts it back.
    """
    if not why.strip():
        raise ValidationFailed(FieldError("why", "Enter why."))
    school = by.school.key
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        known = record_register.load_register(conn, school, to_change=True)
        assert known is not None
        policy = _find(known, key)
        _check_may_change(conn, policy, by)
        asked = [one.title for one in known.obligations if one.active and is_of(one, policy)]
        if asked and (school, key) not in school_setup.policies_in_setup(conn, (school,)):
            raise ValidationFailed(FieldError("main", f"Retire its rules first: {', '.join(asked)}."))
        school_setup.start_policy(conn, school, key)
        kept = tuple(one for one in known.policies if one.key != key)
        rules = tuple(
            replace(one, active=False) if one.active and is_of(one, policy) else one
            for one in known.obligations
        )
        _save(conn, replace(known, policies=kept, obligations=rules), by, now)
        _note(conn, "retired a policy", policy, {"why": why.strip()}, by, now)
        # Put back later, it is not public again by itself.
        take_off(conn, policy, by, now)


def restore_policy(services: Services, key: str, by: Actor, now: datetime) -> None:
    """Put a retired policy back on the list; its rules stay retired."""
    school = by.school.key
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        known = record_register.load_register(conn, school, to_change=True)
        assert known is not None
        found = next((one for one in record_register.retired_policies(conn, school) if one.key == key), None)
        if found is None:
            raise ValidationFailed(FieldError("main", "This policy is on the list already."))
        _save(conn, replace(known, policies=(*known.policies, found)), by, now)
        _note(conn, "put a policy back", found, {}, by, now)


def asked_rules(services: Services, policy: Policy) -> tuple[Obligation, ...]:
    """List the rules of a policy that are asked; none of a policy that is not started."""
    with services.store.reading() as conn:
        if (policy.school, policy.key) in school_setup.policies_in_setup(conn, (policy.school,)):
            return ()
        rules = record_register.obligations(conn, (policy.school,))
    return tuple(one for one in rules if one.active and is_of(one, policy))


def retired_policies(services: Services, school: str) -> tuple[Policy, ...]:
    """List the policies that are no longer on the list."""
    with services.store.reading() as conn:
        return record_register.retired_policies(conn, school)


def _save(conn: Connection, after: Register, by: Actor, now: datetime) -> None:
    change_register_in(conn, after.school.key, lambda _: after, now=now, actor=by.actor)


def _note(
    conn: Connection, action: str, policy: Policy, data: dict[str, object], by: Actor, now: datetime
) -> None:
    subject = f"policy:{policy.school}/{policy.key}"
    ledger.append(conn, at=now, actor=by.actor, action=action, subject=subject, data=data)


def _find(known: Register, key: str) -> Policy:
    found = next((one for one in known.policies if one.key == key), None)
    if found is None:
        raise ValidationFailed(FieldError("main", "This policy is not on the list any more."))
    return found


def _check_may_change(conn: Connection, policy: Policy, by: Actor) -> None:
    """Refuse a change by which the rules of a policy about safeguarding would need no second yes any more."""
    school = policy.school
    if (school, policy.key) in school_setup.policies_in_setup(conn, (school,)):
        return
    if is_about_safety(policy.title) and by.person.key not in confirming(conn, school):
        says = "This policy is about safeguarding. Ask the headteacher or the DSL to change it."
        raise ValidationFailed(FieldError("main", says))


def _wrong(facts: PolicyFacts) -> Iterator[FieldError]:
    title, months = one_line(facts.title), facts.months.strip()
    if not title or len(title) > MAX_TITLE:
        yield FieldError("title", f"Enter the title, in at most {MAX_TITLE} characters.")
    if months and not (months.isdecimal() and 1 <= int(months) <= MAX_MONTHS):
        yield FieldError("months", f"Enter months from 1 to {MAX_MONTHS}, or leave this empty.")
    if facts.link.strip() and not is_web_address(facts.link.strip()):
        yield FieldError("link", "Enter the whole address, like https://www.school.example/policies.")


def _read(name: str, content: bytes, now: datetime) -> Reading:
    if len(content) > LARGEST:
        raise ValidationFailed(
            FieldError("file", f"{name} is larger than 20 MB. Save it without its pictures.")
        )
    return read_file(name, content, local_date(now))


def _check_is_new(conn: Connection, known: Register, reading: Reading, name: str) -> None:
    """Refuse a file that is the text in force of a policy already."""
    for one in known.policies:
        texts = record_register.versions(conn, one.school, one.key)
        if texts and texts[-1].sha256_bytes == reading.text.sha256_bytes:
            raise ValidationFailed(FieldError("file", f"{name} is here already: {one.title}."))


def _policy(reading: Reading, known: Register, taken: set[str]) -> tuple[Policy, tuple[Body, ...]]:
    """Make a policy of its header, and the body that approves it where the school has none of that name."""
    # Only here: proposing takes long to load, and policies are added seldom.
    from bot.register.propose import find_approvers, short_name  # noqa: PLC0415
    from bot.register.propose_rules import ReadPolicy  # noqa: PLC0415

    header, school = reading.header, known.school
    title = header.title or reading.text.file.rpartition(".")[0] or reading.text.file
    base = short_name(title)
    key = next(one for one in (base, *(f"{base}-{number}" for number in range(2, 999))) if one not in taken)
    usual = school.words.approving_body.capitalize()
    approvers = find_approvers([ReadPolicy(key, title, reading, reading.text.file)], usual)
    bodies = {one.key for one in known.bodies}
    stated = approvers.by_policy.get(key)
    new = [
        Body(one, school.key, name)
        for one, name in approvers.bodies.items()
        if one not in bodies and (one == stated or not bodies)
    ]
    policy = Policy(
        key=key,
        school=school.key,
        title=title[:MAX_TITLE],
        owner="role:headteacher" if header.owner and header.owner == header.headteacher else None,
        approver=stated,
        written_on=_date(header.written_on),
        reviewed_on=_date(header.last_reviewed),
        approved_on=_date(header.approved_on),
        approved_by=header.approver,
        effective_on=_date(header.effective_on),
        next_review=_date(header.next_review),
        cycle_months=header.review_cycle_months,
        cadence_text=header.review_cycle_quote,
    )
    return policy, tuple(new)


def _date(fact: DateFact | None) -> PartialDate | None:
    return PartialDate.parse(fact.value) if fact is not None else None


def _text(policy: Policy, reading: Reading, content: bytes, by: Actor) -> PolicyText:
    """Make the version that was found in force: it asks no one by itself."""
    text, header = reading.text, reading.header
    return PolicyText(
        school=policy.school,
        policy=policy.key,
        number=_number(header),
        sha256_bytes=text.sha256_bytes,
        sha256_text=text.sha256_text,
        text="\n".join(text.lines),
        media=text.media,
        filename=text.file,
        content=content,
        published_by=by.person.key,
    )


def _number(header: Header) -> str:
    return (header.version or "1")[:LONGEST_NUMBER]
