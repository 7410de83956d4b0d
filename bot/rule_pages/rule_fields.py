"""A rule as its form has it, and a form as its rule; which rules need a second yes. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel

from bot.core.form_start import start_of
from bot.core.roles import SAFEGUARDING
from bot.core.text import capitalise, is_web_address, one_line
from bot.core.validation import FieldError, ValidationFailed
from bot.policies.service import Promise
from bot.reading.duties.doer import is_outsider
from bot.reading.duties.timing import nearest
from bot.reading.facts import Clause
from bot.register.export import to_part
from bot.rules import audience as rule_audience
from bot.rules import cadence as rule_cadence
from bot.rules import reminder_ladder
from bot.rules.audience import Audience
from bot.rules.cadence import Cadence, OnEvent, OnJoining, OnNewVersion, Span
from bot.rules.check_items import CheckItem, parse_items
from bot.rules.obligations import CERTIFICATE, Kind, Obligation, Source, is_about_safety
from bot.rules.policies import Policy
from bot.rules.reminder_ladder import LADDERS, Ladder, Step

One = TypeVar("One")
MAX_TITLE, MAX_STATEMENT, MAX_WHY = 120, 500, 500
MAX_STEPS, MAX_OFFSET = 8, 90
MAX_MINUTES = 600
OWN = "own"
WEB_ADDRESS = "Enter the whole address, like https://learn.example.org/course, or leave this empty."
UNITS = ("school days", "working days", "days", "hours")
# How a rule is proved -> its kind, and what counts as proof of it.
PROOFS: Mapping[str, tuple[Kind, str | None]] = {
    "acknowledge": (Kind.ACKNOWLEDGE, None),
    "sign": (Kind.SIGN, None),
    "check": (Kind.CHECK, None),
    "certificate": (Kind.TRAIN, CERTIFICATE),
    "train": (Kind.TRAIN, None),
    "report": (Kind.REPORT, None),
    "decide": (Kind.DECIDE, None),
    "review": (Kind.REVIEW, None),
}
OF_A_POLICY = frozenset({Kind.ACKNOWLEDGE, Kind.REVIEW})
READ_OR_REVIEWED = OF_A_POLICY | {Kind.SIGN}
NO_ITEMS = OF_A_POLICY | {Kind.TRAIN}
PROOF_OF_CLAUSE = {
    "acknowledgement": "acknowledge",
    "signature": "sign",
    "checklist": "check",
    "certificate": "certificate",
    "minute": "decide",
    "page": "report",
    "reading": "check",
}
LEADS_SAFEGUARDING = SAFEGUARDING | {"safeguarding-governor"}


class RuleForm(BaseModel):
    """A rule as it was typed. `who`, `but_not`: audience terms; `when`: names of cadences, or their words.

    Of the names in `when`, the fields below them say the rest. `shown`: the digest of the rule whose preview
    the page showed; `was`: `start_of_rule` of the rule that it started from.
    """

    seal: str = ""
    was: str = ""
    shown: str = ""
    then: str = ""
    why: str = ""
    policy: str = ""
    clause: str = ""
    is_stated: str = ""
    quotes: list[str] = []
    title: str = ""
    statement: str = ""
    minutes: str = ""
    who: list[str] = []
    but_not: list[str] = []
    when: list[str] = []
    joining_count: str = "10"
    joining_unit: str = UNITS[0]
    months: str = "12"
    month: str = "September"
    version_count: str = "10"
    version_unit: str = UNITS[0]
    weekday: str = "Friday"
    event: str = ""
    event_count: str = "2"
    event_unit: str = UNITS[0]
    body: str = ""
    proof: str = ""
    items: str = ""
    course_link: str = ""
    pace: str = "ask"
    at_opening: str = ""
    before: str = ""
    on_day: str = ""
    after: str = ""
    told_after: str = ""
    told: str = "manager"


def _event_words(form: RuleForm) -> str:
    name = "-".join(re.findall(r"[a-z0-9]+", form.event.casefold()))
    return f"on event {name or '?'} within {form.event_count} {form.event_unit}"


# The words of a cadence, by the name it is stored under, as the form's fields give them.
WRITERS: Mapping[str, Callable[[RuleForm], str]] = {
    "on joining": lambda form: f"on joining within {form.joining_count} {form.joining_unit}",
    "each month": lambda form: f"each {form.month}",
    "every months": lambda form: f"every {form.months} months" if form.months != "1" else "every month",
    "each term": lambda _: "each term",
    "weekly in term": lambda form: f"weekly in term on {form.weekday}",
    "on new version": lambda form: f"on every new version within {form.version_count} {form.version_unit}",
    "on event": _event_words,
    "before meeting": lambda form: f"before each meeting of {form.body or '?'}",
    "always": lambda _: "always",
}


def start_of_rule(rule: Obligation | None) -> str:
    """Return the digest of a rule, by which a form knows what it started from, or what its page showed."""
    return start_of(to_part(rule).model_dump_json() if rule is not None else None)


def form_of(rule: Obligation) -> RuleForm:
    """Fill the form with a rule."""
    form = RuleForm(
        was=start_of_rule(rule),
        policy=rule.source.policy or "",
        clause=rule.source.clause or "",
        is_stated="yes" if rule.source.stated else "",
        quotes=list(rule.source.quotes),
        title=rule.title,
        statement=rule.statement or "",
        minutes=str(rule.minutes or ""),
        who=[str(term) for term in rule.audience.any_of],
        but_not=[str(term) for term in rule.audience.but_not],
        items="\n".join(map(str, rule.items)),
        course_link=rule.course_link or "",
        proof=next(name for name, proof in PROOFS.items() if proof == (rule.kind, rule.proof)),
    )
    return _with_ladder(_with_cadences(form, rule.cadence), rule.ladder)


def _with_cadences(form: RuleForm, cadences: Iterable[Cadence]) -> RuleForm:
    """Tick each cadence; of two of one kind the second is ticked by its own words."""
    ticked: list[str] = []
    fields: dict[str, str] = {}
    for one in cadences:
        if one.stored not in WRITERS or one.stored in ticked or (isinstance(one, OnEvent) and one.live):
            ticked.append(str(one))
            continue
        ticked.append(one.stored)
        fields |= _fields_of(one)
    return form.model_copy(update={"when": ticked, **fields})


def _fields_of(one: Cadence) -> dict[str, str]:
    given = one.to_json()
    if isinstance(one, OnJoining):
        return _span("joining", one.within)
    if isinstance(one, OnNewVersion):
        return _span("version", one.within)
    if isinstance(one, OnEvent):
        return {"event": one.event.replace("-", " "), **_span("event", one.within)}
    fields = {"month": "", "months": "", "weekday": "", "body": ""}
    found = {name: str(given[name]) for name in fields if name in given}
    if "month" in found:
        found["month"] = rule_cadence.MONTHS[int(found["month"]) - 1]
    if "weekday" in found:
        found["weekday"] = rule_cadence.DAYS[int(found["weekday"])]
    return found


def _span(name: str, within: Span) -> dict[str, str]:
    return {f"{name}_count": str(within.count), f"{name}_unit": within.unit}


def _with_ladder(form: RuleForm, ladder: Ladder) -> RuleForm:
    """Choose a ladder by its name, or by its words; its steps fill the fields where they can."""
    fields = _fields_of_ladder(ladder)
    words = reminder_ladder.in_words(ladder)
    pace = words if words in LADDERS or fields is None else OWN
    return form.model_copy(update={"pace": pace, **(fields or {})})


def _fields_of_ladder(ladder: Ladder) -> dict[str, str] | None:
    """Return the form's fields for a ladder; None where they cannot say it."""
    *asks, last = ladder.steps
    if last.anchor != "due" or last.offset < 0 or any(one.to != "person" for one in asks):
        return None
    if any(one.anchor == "opens" and one.offset for one in asks):
        return None
    of_due = [one.offset for one in asks if one.anchor == "due"]
    return {
        "at_opening": "yes" if any(one.anchor == "opens" for one in asks) else "",
        "before": ", ".join(str(-one) for one in of_due if one < 0),
        "on_day": "yes" if 0 in of_due else "",
        "after": ", ".join(str(one) for one in of_due if one > 0),
        "told_after": str(last.offset),
        "told": last.to,
    }


def rule_of(form: RuleForm, before: Obligation | None, school: str, key: str) -> Obligation:
    """Make the rule a form describes. ValidationFailed names each field that is wrong.

    `before`: the rule it changes, which keeps what the form does not show. `key`: of a new rule.
    """
    title, statement = one_line(form.title), " ".join(form.statement.split())
    minutes = form.minutes.strip()
    errors = list(_wrong_words(form, title, statement))
    asked = _collect(errors, lambda: _audience(form))
    cadence = _collect(errors, lambda: _cadences(form))
    ladder = _collect(errors, lambda: _ladder(form))
    if form.proof not in PROOFS:
        errors.append(FieldError("proof", "Choose how it is proved."))
    kind, proof = PROOFS.get(form.proof, (Kind.CHECK, None))
    items = _collect(errors, lambda: _items(form, kind))
    course_link = form.course_link.strip() if kind is Kind.TRAIN else ""
    policy = form.policy or None
    about = policy if kind in READ_OR_REVIEWED else None
    if before is not None and before.kind is kind:
        about = before.policy
    if kind in OF_A_POLICY and about is None:
        errors.append(FieldError("policy", "Choose the policy that they read or review."))
    if errors or asked is None or cadence is None or ladder is None or items is None:
        raise ValidationFailed(*errors)
    quotes = tuple(form.quotes) if policy and (before is None or before.source.policy == policy) else ()
    source = Source(policy, one_line(form.clause) or None, policy is None or bool(form.is_stated), quotes)
    if before is not None and before.source.policy == policy and policy is None:
        source = replace(source, stated=before.source.stated)
    made = before or Obligation(key, school, kind, title, asked, cadence, ladder)
    return replace(
        made,
        kind=kind,
        title=title,
        audience=asked,
        cadence=cadence,
        ladder=ladder,
        source=source,
        policy=about,
        statement=statement or None,
        minutes=int(minutes) if minutes else None,
        proof=proof,
        items=items,
        course_link=course_link or None,
    )


def _wrong_words(form: RuleForm, title: str, statement: str) -> Iterator[FieldError]:
    if not title or len(title) > MAX_TITLE:
        yield FieldError("title", f"Enter what they must do, in at most {MAX_TITLE} characters.")
    if len(statement) > MAX_STATEMENT:
        yield FieldError("statement", f"Use at most {MAX_STATEMENT} characters.")
    if len(form.why) > MAX_WHY:
        yield FieldError("why", f"Use at most {MAX_WHY} characters.")
    minutes = form.minutes.strip()
    if minutes and not (minutes.isdecimal() and 1 <= int(minutes) <= MAX_MINUTES):
        yield FieldError("minutes", f"Enter minutes from 1 to {MAX_MINUTES}, or leave this empty.")
    link = form.course_link.strip()
    if link and not is_web_address(link):
        yield FieldError("course_link", WEB_ADDRESS)


def _collect(errors: list[FieldError], make: Callable[[], One]) -> One | None:
    try:
        return make()
    except ValidationFailed as refused:
        errors += refused.refusals
        return None


def _audience(form: RuleForm) -> Audience:
    if not form.who:
        raise ValidationFailed(FieldError("who", "Choose who must do it."))
    said = " or ".join(dict.fromkeys(form.who))
    if form.but_not:
        said = f"{said} except {' or '.join(dict.fromkeys(form.but_not))}"
    try:
        return rule_audience.parse(said)
    except ValueError:
        raise ValidationFailed(FieldError("who", "Choose who must do it from the list.")) from None


def _cadences(form: RuleForm) -> tuple[Cadence, ...]:
    if not form.when:
        raise ValidationFailed(FieldError("when", "Choose when it is due."))
    return tuple(dict.fromkeys(_cadence(form, name) for name in form.when))


def _cadence(form: RuleForm, name: str) -> Cadence:
    words = WRITERS[name](form) if name in WRITERS else name
    try:
        return rule_cadence.parse(words)
    except ValueError:
        says = {
            "on event": "Enter what happens, and within how many days it must be done.",
            "before meeting": "Choose whose meeting.",
        }.get(name, "Enter a whole number, 1 or more, beside each time you tick.")
        raise ValidationFailed(FieldError("when", says)) from None


def _items(form: RuleForm, kind: Kind) -> tuple[CheckItem, ...]:
    if form.items.strip() and kind in NO_ITEMS:
        raise ValidationFailed(
            FieldError("items", "Items are for checks, reports, decisions and signatures.")
        )
    try:
        return parse_items(form.items)
    except ValueError as error:
        raise ValidationFailed(FieldError("items", f"{capitalise(str(error))}.")) from None


def _ladder(form: RuleForm) -> Ladder:
    words = form.pace if form.pace != OWN else "; ".join(_steps(form))
    try:
        ladder = reminder_ladder.parse(words)
    except ValueError:
        raise ValidationFailed(
            FieldError("pace", "Enter whole school days for each reminder, and whom to tell at the end.")
        ) from None
    if len(ladder.steps) > MAX_STEPS or any(abs(step.offset) > MAX_OFFSET for step in ladder.steps):
        says = f"Use at most {MAX_STEPS} reminders, none more than {MAX_OFFSET} school days away."
        raise ValidationFailed(FieldError("pace", says))
    if list(ladder.steps) != sorted(ladder.steps, key=_order):
        says = "Tell someone else last, after all reminders."
        raise ValidationFailed(FieldError("pace", says))
    return next((one for one in LADDERS.values() if _words(one) == _words(ladder)), ladder)


def _words(ladder: Ladder) -> list[str]:
    return [reminder_ladder.step_in_words(step) for step in ladder.steps]


def _order(step: Step) -> tuple[bool, int]:
    return step.anchor == "due", step.offset


def _steps(form: RuleForm) -> Iterator[str]:
    if form.at_opening:
        yield "at opening"
    yield from (f"{days} before due" for days in _numbers(form.before, reverse=True))
    if form.on_day:
        yield "on due"
    yield from (f"{days} after due" for days in _numbers(form.after))
    last = form.told_after.strip()
    yield f"on due to {form.told}" if last == "0" else f"{last} after due to {form.told}"


def _numbers(typed: str, *, reverse: bool = False) -> list[str]:
    """Return the days in a field in the order in which their reminders come; what is no number stays."""
    found = [one for one in re.split(r"[\s,;]+", typed.strip()) if one]
    return sorted(found, key=lambda one: int(one) if one.isdecimal() else 0, reverse=reverse)


def form_of_clause(clause: Clause, policy: str, place: str) -> RuleForm:
    """Propose a rule from a sentence of a policy; what the sentence does not say is left open."""
    cadences = []
    for words in clause.cadence:
        for said in (words, nearest(words)):
            try:
                cadences.append(rule_cadence.parse(said or ""))
            except ValueError:
                continue
            break
    form = RuleForm(
        policy=policy,
        clause=place,
        is_stated="yes" if clause.stated else "",
        quotes=[clause.quote],
        title=_title(clause)[:MAX_TITLE],
        # Nobody chases parents or visitors: the school says who sees to it.
        who=[] if _is_outsiders(clause) else _terms(clause.audience),
        proof=PROOF_OF_CLAUSE.get(clause.proof or "", "check"),
        pace="ask",
    )
    return _with_ladder(_with_cadences(form, cadences), LADDERS["ask"])


def _is_outsiders(clause: Clause) -> bool:
    return clause.audience is not None and is_outsider(clause.audience)


def _title(clause: Clause) -> str:
    """Return what is done, in the sentence's words; of parents or visitors with who does it."""
    what = one_line(clause.what)
    if not _is_outsiders(clause) or clause.who is None:
        return capitalise(what)
    return capitalise(f"{one_line(clause.who)}: {what[:1].lower()}{what[1:]}")


def _terms(said: str | None) -> list[str]:
    if not said:
        return []
    try:
        return [str(term) for term in rule_audience.parse(said).any_of]
    except ValueError:
        return []


def resting_on(rule: Obligation, before: str, now: Promise | None) -> Obligation:
    """Return a rule with another sentence in the place of one, or without it: then the school chooses it."""
    quotes = [one for one in rule.source.quotes if one != before]
    if now is not None:
        quotes.append(now.clause.quote)
    source = replace(
        rule.source,
        quotes=tuple(quotes),
        clause=now.place if now is not None else (rule.source.clause if quotes else None),
        stated=rule.source.stated and bool(quotes),
    )
    return replace(rule, source=source)


def needs_second_yes(rule: Obligation, policies: Mapping[tuple[str, str], Policy]) -> bool:
    """Return whether a rule is about safeguarding or retention, or asks who leads on safeguarding."""
    named = {term.name for term in rule.audience.any_of if term.sort == "role"}
    titles = (
        one.title
        for key in {rule.policy, rule.source.policy} - {None}
        if (one := policies.get((rule.school, str(key)))) is not None
    )
    said = " ".join([rule.title, rule.statement or "", *titles])
    live = any(isinstance(one, OnEvent) and one.is_live for one in rule.cadence)
    return live or not named.isdisjoint(LEADS_SAFEGUARDING) or is_about_safety(said)


def is_printed(rule: Obligation) -> bool:
    """Return whether a policy itself makes this promise."""
    return rule.source.policy is not None


def free_key(title: str, taken: Iterable[str]) -> str:
    """Make a key of a rule's title that no rule of the school has or had."""
    known = {*taken, "new", "changes"}
    base = "-".join(re.findall(r"[a-z0-9]+", title.casefold())[:6])[:40].strip("-") or "rule"
    numbered = (base if number == 1 else f"{base}-{number}" for number in range(1, len(known) + 2))
    return next(one for one in numbered if one not in known)
