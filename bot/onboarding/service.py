"""A school's first run: its policies, the register they propose, people, the first week, and going live."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.core.clock import local_date
from bot.core.errors import BadInput, Problem
from bot.core.form_start import check_start
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.database.submissions import claim_submission
from bot.forecast.preview import Preview
from bot.forecast.simulate import simulate
from bot.identity.actor import Actor
from bot.identity.case_roles import confirm_first_head
from bot.identity.forms import upload_key
from bot.onboarding.questions import Asked, answered, filled_in, questions_of
from bot.planning.snapshot import Snapshot
from bot.policies.service import LARGEST, read_file, read_files
from bot.reading.facts import Reading
from bot.records import ledger, school_setup
from bot.records import people as record_people
from bot.records import register as record_register
from bot.records.school_setup import Upload
from bot.register.service import apply_register
from bot.register.typed_dates import term_as_written
from bot.rules.people import Membership, Person, School
from bot.rules.register import Register
from bot.services import Services

POLICY, REGISTER = "first policy", "register"
MOST_POLICIES = 30
WEEK = timedelta(days=7)
FARTHEST = timedelta(days=183)
BY_NAME = "Choose someone from your list of people, or enter an email address."
TERM_LINE = "Write one line for each: Autumn 1, 2 September 2026 to 22 October 2026."
LIVE = "This school is live: its policies are changed under Policies, its hours and terms under Settings."


@dataclass(frozen=True, slots=True)
class Start:
    """How far a school is. `setting_up` False: it was never begun here, or is live."""

    setting_up: bool
    live_on: date | None
    policies: int
    rules: int
    people: int
    waiting: tuple[Upload, ...]

    @property
    def ready(self) -> bool:
        return bool(self.rules) and self.people > 1


@dataclass(frozen=True, slots=True)
class Proposed:
    """The register as it stands so far, and its questions."""

    text: str
    questions: tuple[Asked, ...]

    @property
    def open(self) -> int:
        return sum(not one.answer for one in self.questions)

    @property
    def filled_in(self) -> int:
        return sum(one.from_list for one in self.questions)


@dataclass(frozen=True, slots=True)
class Morning:
    """One day of the first week: how many are written to, and about what how often."""

    on: date
    people: int
    about: tuple[tuple[str, int], ...]


def begin_school(store: Store, setting: School, head: Person, now: datetime, actor: str) -> None:
    """Begin a school with nothing but its name and its head: the rest is done on its pages."""
    apply_register(store, Register(setting), documents={}, now=now, actor=actor)
    with store.writing() as conn:
        record_people.save_people(conn, [head], now)
        school_setup.begin_first_run(conn, setting.key, now)
        confirm_first_head(conn, setting.key, head.key, now)


def first_head(setting: str, name: str, email: str) -> Person:
    """Make the person who begins: the head, who may open everything."""
    return Person(
        email.casefold(), name, email.casefold(), (Membership(setting, frozenset({"staff", "headteacher"})),)
    )


def where_it_stands(services: Services, snapshot: Snapshot, setting: str, now: datetime) -> Start:
    """Say which steps are done."""
    today = local_date(now)
    with services.store.reading() as conn:
        begun, live_on = school_setup.live_since(conn, setting)
        waiting = tuple(school_setup.uploads(conn, setting, POLICY))
    members = (one.membership(setting) for one in snapshot.people.values())
    return Start(
        setting_up=begun and (live_on is None or live_on > today),
        live_on=live_on,
        policies=sum(key[0] == setting for key in snapshot.policies),
        rules=sum(one.setting == setting and one.active for one in snapshot.obligations),
        people=sum(one is not None and one.here_on(today) for one in members),
        waiting=waiting,
    )


def add_policies(services: Services, files: Sequence[tuple[str, bytes]], by: Actor, now: datetime) -> None:
    """Keep the policies a school begins with. Refused: which cannot be read, and why; then none is kept.

    DoneAlready: this form brought them before.
    """
    _still_setting_up(services, by, now)
    if not files:
        raise ValidationFailed(FieldError("file", "Choose the files of your policies."))
    with services.store.reading() as conn:
        already = len(school_setup.uploads(conn, by.setting.key, POLICY))
    if already + len(files) > MOST_POLICIES:
        raise ValidationFailed(
            FieldError("file", f"Begin with at most {MOST_POLICIES} policies; add others later.")
        )
    refusals = [refusal for name, content in files for refusal in _unreadable(name, content, now)]
    if refusals:
        raise ValidationFailed(*refusals)
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        for number, (name, content) in enumerate(files):
            key = upload_key(services, by.form, number)
            one = Upload(key, by.setting.key, POLICY, "", name, content, by.person.key, now)
            school_setup.add_upload(conn, one)
        _forget_register(conn, by.setting.key)


def take_out(services: Services, key: str, by: Actor, now: datetime) -> None:
    """Take one of those policies out again."""
    _still_setting_up(services, by, now)
    with services.store.writing() as conn:
        if school_setup.find_upload(conn, by.setting.key, POLICY, key) is not None:
            school_setup.forget_upload(conn, by.setting.key, key)
            _forget_register(conn, by.setting.key)


def proposed(
    services: Services, setting: School, now: datetime, people: Sequence[Person] = ()
) -> Proposed | None:
    """Give the register as far as it is answered, or as the policies propose it; None: no policy yet.

    `people` are those known already: whom they name is proposed where nobody has answered.
    """
    with services.store.reading() as conn:
        drafts = school_setup.uploads(conn, setting.key, REGISTER)
        files = school_setup.uploads(conn, setting.key, POLICY)
    if drafts:
        text = drafts[-1].content.decode("utf-8")
    elif files:
        # Only here: the models of a register take long to load, and a school begins once.
        from bot.register.propose import propose  # noqa: PLC0415

        text = _for_this_school(propose(_readings(files, now), _names(files)), setting, local_date(now))
    else:
        return None
    return Proposed(text, tuple(filled_in(questions_of(text), people, setting.key)))


def save_answers(
    services: Services, answers: Mapping[str, str], by: Actor, now: datetime, people: Sequence[Person] = ()
) -> str:
    """Write answers into the register and keep it. Gives its text; it may still be wrong.

    `people` are those known already, who may be named instead of addressed. `by.was`: `start_of` the text
    whose questions are answered; they are known by its lines.
    """
    _still_setting_up(services, by, now)
    draft = proposed(services, by.setting, now)
    if draft is None:
        raise ValidationFailed(FieldError("main", "Upload your policies first."))
    text = answered(draft.text, answers, people)
    if text != draft.text:
        check_start(by.was, draft.text)
    key = upload_key(services, None)
    one = Upload(key, by.setting.key, REGISTER, "", "register.yaml", text.encode(), by.person.key, now)
    with services.store.writing() as conn:
        _forget_register(conn, by.setting.key)
        school_setup.add_upload(conn, one)
    return text


def use_register(
    services: Services, text: str, by: Actor, now: datetime, people: Sequence[Person] = ()
) -> int:
    """Make a register the school's own, with its policies' texts. Refused: every answer that is wrong.

    `people` are those known already: another word than theirs or an address would name nobody.
    """
    # Only here: the models of a register take long to load, and a school begins once.
    from bot.register.convert import to_domain  # noqa: PLC0415
    from bot.register.load import Document, parse  # noqa: PLC0415

    try:
        file = parse(text)
    except BadInput as bad:
        asked = {one.line: one for one in questions_of(text)}
        terms = tuple(_unread_terms(text))
        # Each line that was not read is named once, in place of both days that the register misses in it.
        told = [(one, asked.get(one.line or 0)) for one in bad.problems]
        others = [_refusal(one, about) for one, about in told if not (terms and about and about.is_terms)]
        raise ValidationFailed(*terms, *others) from bad
    nobody = tuple(_naming_nobody(text, frozenset(one.key for one in people)))
    if nobody:
        raise ValidationFailed(*nobody)
    with services.store.reading() as conn:
        files = school_setup.uploads(conn, by.setting.key, POLICY)
    readings = dict(zip(_names(files), _readings(files, now), strict=True))
    documents = {
        part.key: Document(part.key, readings[part.file].text, part.version)
        for part in file.policies
        if part.file in readings
    }
    changes = apply_register(services.store, to_domain(file), documents=documents, now=now, actor=by.actor)
    return len(changes)


def first_week(store: Store, snapshot: Snapshot, setting: str, first: date) -> tuple[Morning, ...]:
    """Say what would go out in a week that begins on `first`, if nobody did anything."""
    with store.reading() as conn:
        days = simulate(snapshot, first, first + WEEK - timedelta(days=1), conn=conn)
        return tuple(_morning(day, setting) for day in days)


def _morning(day: Preview, setting: str) -> Morning:
    mine = [one for one in day.notices if one.setting == setting]
    letters = [one for one in day.letters if one.setting == setting]
    about = Counter(item.duty.obligation.title for one in mine for item in one.items)
    about.update(one.says for one in letters)
    people = {one.person for one in mine} | {one.person for one in letters}
    return Morning(day.on, len(people), tuple(about.most_common()))


def go_live(services: Services, start: Start, on: date | None, by: Actor, now: datetime) -> None:
    """Say from which day on messages go out."""
    today = local_date(now)
    if not start.setting_up:
        raise ValidationFailed(FieldError("main", LIVE))
    if not start.ready:
        raise ValidationFailed(
            FieldError("main", "First confirm the register and bring in the list of people.")
        )
    if on is None or not today <= on <= today + FARTHEST:
        raise ValidationFailed(
            FieldError("live_on", "Give the first day, from today up to half a year from now.")
        )
    with services.store.writing() as conn:
        school_setup.go_live(conn, by.setting.key, on)
        _begin_records(conn, by.setting.key, on, now)
        ledger.append(
            conn,
            at=now,
            actor=by.actor,
            action="went live",
            subject=f"setting:{by.setting.key}",
            data={"live_on": on.isoformat()},
        )


def _naming_nobody(text: str, known: frozenset[str]) -> Iterator[FieldError]:
    """Find answers such as a first name, which a register would take for a reference of somebody."""
    for one in questions_of(text):
        for said in one.answer.split(", ") if one.names_people and one.answer else ():
            if "@" not in said and said not in known | {"roster"}:
                wrong = f'"{said}" is nobody in the list of people.'
                yield FieldError(one.key, f"{one.label} {wrong} {BY_NAME}")


def _unread_terms(text: str) -> Iterator[FieldError]:
    """Find the lines about terms that give no two days, each by its own words."""
    for one in questions_of(text):
        lines = one.answer.splitlines() if one.is_terms else []
        for line in lines:
            if term_as_written(line) is None:
                yield FieldError(one.key, f'We find no first and last day in "{line}". {TERM_LINE}')


def _refusal(problem: Problem, asked: Asked | None) -> FieldError:
    """Say what is wrong in the words of the question it answers; where none asks, as the file names it."""
    if asked is None:
        return FieldError("main", _said(problem))
    right = problem.right
    if asked.names_people:
        right = BY_NAME
    elif asked.is_terms:
        right = TERM_LINE
    elif asked.takes_days:
        right = "Write it like 3 December 2026."
    return FieldError(asked.key, f"{asked.label} {problem.wrong[:1].upper()}{problem.wrong[1:]}. {right}")


def _begin_records(conn: Connection, setting: str, on: date, now: datetime) -> None:
    """Let a school's records begin on the day it goes live: nobody was asked anything before it."""
    register = record_register.load_register(conn, setting, to_change=True)
    assert register is not None
    live = replace(register, setting=replace(register.setting, since=on))
    record_register.save_register(conn, live, now)


def _said(problem: Problem) -> str:
    place = f"{problem.field}: " if problem.field else ""
    return f"{place}{problem.wrong}. {problem.right}".strip()


def _still_setting_up(services: Services, by: Actor, now: datetime) -> None:
    with services.store.reading() as conn:
        begun, live_on = school_setup.live_since(conn, by.setting.key)
    if not begun or (live_on is not None and live_on <= local_date(now)):
        raise ValidationFailed(FieldError("main", LIVE))


def _unreadable(name: str, content: bytes, now: datetime) -> tuple[FieldError, ...]:
    if len(content) > LARGEST:
        return (FieldError("file", f"{name} is larger than 20 MB. Save it without its pictures."),)
    try:
        read_file(name, content, local_date(now))
    except ValidationFailed as refused:
        return refused.refusals
    return ()


def _readings(files: Sequence[Upload], now: datetime) -> list[Reading]:
    return read_files(((one.filename, one.content) for one in files), local_date(now))


def _names(files: Sequence[Upload]) -> list[str]:
    """Name each file once: two of one name are told apart."""
    names: list[str] = []
    for one in files:
        path = f"policies/{one.filename}"
        names.append(path if path not in names else f"policies/{len(names) + 1}-{one.filename}")
    return names


def _for_this_school(text: str, setting: School, today: date) -> str:
    """Put the school's own key and name in the place of those a document prints."""
    text = re.sub(r"(?m)^  key: .*$", f"  key: {setting.key}", text, count=1)
    text = re.sub(r"(?m)^  # QUESTION: what is the name of your school.*\n", "", text, count=1)
    text = re.sub(
        r"(?m)^  name:.*$", lambda _: f"  name: {json.dumps(setting.name, ensure_ascii=False)}", text, count=1
    )
    return re.sub(r"(?m)^  since:$", f"  since: {today.isoformat()}", text, count=1)


def _forget_register(conn: Connection, setting: str) -> None:
    for one in school_setup.uploads(conn, setting, REGISTER):
        school_setup.forget_upload(conn, setting, one.key)
