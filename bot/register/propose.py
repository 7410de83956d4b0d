"""Proposes a register from what was read: with citations, and a question for what only a person can know.

Every question is a comment that begins with QUESTION, above the field that is to hold the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.domain.case_clocks import ICO, LADO
from bot.reading.facts import DateFact, Finding, Reading
from bot.register.propose_people import (
    Approvers,
    Proposed,
    find_approvers,
    propose_bodies,
    propose_phones,
    propose_roles,
    slug,
)
from bot.register.propose_rules import ReadPolicy, propose_rules
from bot.register.wording import Place
from bot.register.write import as_yaml

LONGEST_KEY = 40
# These findings are asked as questions, each above the field that is to hold the answer.
ASKED_BELOW = frozenset({"no-date", "no-cycle", "no-owner", "no-approver"})
ROUTES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("staff-devices", ("head", "dsl", "chair"), ()),
    ("official-accounts", ("head", "dsl"), ()),
    ("images-and-consent", ("dsl", "deputy-dsl", "head"), ()),
    ("online-conduct", ("dsl", "deputy-dsl", "head"), ()),
    ("visitor", ("dsl", "deputy-dsl", "head"), ()),
    ("allegation", ("head", "chair"), (LADO,)),
    ("concern-about-head", ("chair",), (LADO,)),
    ("data-breach", ("dpo", "head", "chair"), (ICO,)),
)
HEAD = (
    "Proposed by Handbell from the documents named below. Nothing happens until you apply it.",
    "Answer each QUESTION in the field under it; then: handbell apply FILE",
)


def propose(readings: Sequence[Reading], files: Sequence[str] = ()) -> str:
    """Write a proposed register.yaml for one setting from the readings of its policies.

    `files` are the documents as paths beside the register; left out, each stands right beside it.
    """
    policies = _keyed(readings, files or [reading.text.file for reading in readings])
    name = next((r.header.setting for r in readings if r.header.setting), None)
    kind = _kind(name or "")
    words = _words(kind)
    approvers = find_approvers(policies, words["approving_body"].capitalize())
    notes: dict[Place, Sequence[str]] = {}
    parts: dict[str, Any] = {
        "setting": {
            **_take(notes, ("setting",), _setting(name, kind, words)),
            "phones": _take(notes, ("setting", "phones"), propose_phones(policies)),
        },
        "calendar": _take(notes, ("calendar",), _calendar()),
        "roles": _take(notes, ("roles",), propose_roles(policies)),
        "bodies": _list(notes, "bodies", propose_bodies(approvers)),
        "policies": _list(notes, "policies", [_policy(policy, approvers) for policy in policies]),
        "obligations": _rules(notes, policies, approvers, words),
        "accounts": _list(notes, "accounts", _accounts(policies)),
        "routes": [{"category": c, "to": list(to), "clocks": list(clocks)} for c, to, clocks in ROUTES],
    }
    return as_yaml(parts, notes, HEAD)


def _keyed(readings: Sequence[Reading], files: Sequence[str]) -> list[ReadPolicy]:
    """Give every document a key of its own, from its title or its file's name."""
    keyed: dict[str, ReadPolicy] = {}
    for reading, path in zip(readings, files, strict=True):
        stem = reading.text.file.rpartition(".")[0] or reading.text.file
        title = reading.header.title or stem
        short = _short_name(title)
        key, count = short, 1
        while key in keyed:
            count += 1
            key = f"{short}-{count}"
        keyed[key] = ReadPolicy(key, title, reading, path)
    return list(keyed.values())


def _short_name(title: str) -> str:
    """Make a key of as many whole words of a title as fit."""
    key = slug(title)
    if len(key) <= LONGEST_KEY:
        return key
    return key[: LONGEST_KEY + 1].rpartition("-")[0] or key[:LONGEST_KEY]


def _kind(name: str) -> str:
    if re.search(r"pre-?school|nursery|playgroup", name, re.IGNORECASE):
        return "pre-school"
    return "trust" if re.search(r"\btrust\b", name, re.IGNORECASE) else "school"


def _words(kind: str) -> dict[str, str]:
    said = {
        "school": ("headteacher", "governors", "governing body", "pupils"),
        "pre-school": ("manager", "committee", "committee", "children"),
        "trust": ("chief executive", "trustees", "trust board", "pupils"),
    }[kind]
    return dict(zip(("head", "governors", "approving_body", "pupils"), said, strict=True))


def _setting(name: str | None, kind: str, words: Mapping[str, str]) -> Proposed:
    notes: dict[str, tuple[str, ...]] = {
        "since": (
            "QUESTION: from which day on does Handbell keep your records? Nothing older is called late.",
        ),
        "staff_means": (
            "QUESTION: whom do your policies mean by staff? Add governor or volunteer if they do.",
        ),
    }
    if name is None:
        notes["name"] = ("QUESTION: what is the name of your school? No document says.",)
    fields = {
        "key": slug(name) if name else "our-school",
        "name": name,
        "kind": kind,
        "since": None,
        "staff_means": ["staff"],
        "words": dict(words),
    }
    return Proposed(fields, notes)


def _calendar() -> Proposed:
    terms = (
        "QUESTION: what are the first and last day of each term? One line each:",
        "- {name: Autumn 1, first_day: 2026-09-02, last_day: 2026-10-22}",
    )
    inset = ("QUESTION: which are your INSET days? [2026-09-01, 2026-10-23]",)
    return Proposed({"terms": None, "inset_days": None}, {"terms": terms, "inset_days": inset})


def _policy(policy: ReadPolicy, approvers: Approvers) -> Proposed:
    header, file = policy.reading.header, policy.reading.text.file
    dates: dict[str, DateFact | None] = {
        "written": header.written_on,
        "reviewed": header.last_reviewed,
        "approved": header.approved_on,
        "effective": header.effective_on,
        "next_review": header.next_review,
    }
    notes = {name: (_cite(file, fact),) for name, fact in dates.items() if fact is not None}
    fields: dict[str, Any] = {
        "key": policy.key,
        "title": policy.title,
        "file": policy.path,
        "owner": "role:head" if header.owner and header.owner == header.headteacher else None,
        "approver": approvers.by_policy.get(policy.key),
        "approved_by": header.approver,
        **{name: fact.value for name, fact in dates.items() if fact is not None},
        "review_every_months": header.review_cycle_months,
        "review_words": header.review_cycle_quote,
        "version": header.version,
    }
    asked = _policy_questions(policy, fields, file)
    both = {name: (*notes.get(name, ()), *asked.get(name, ())) for name in {**notes, **asked}}
    kept = {name: value for name, value in fields.items() if value is not None or name in asked}
    return Proposed(kept, both)


def _policy_questions(policy: ReadPolicy, fields: dict[str, Any], file: str) -> dict[str, tuple[str, ...]]:
    header = policy.reading.header
    asked: dict[str, tuple[str, ...]] = {}
    if header.title is None:
        asked["title"] = ("QUESTION: what is this document called? It prints no title.",)
    if fields["owner"] is None:
        found = f" The document names {header.owner}." if header.owner else " The document names nobody."
        asked["owner"] = (f"QUESTION: who keeps it up to date?{found} An e-mail address or role:head.",)
    if fields["approver"] is None:
        asked["approver"] = (
            "QUESTION: which body approves it? The document does not say. A key from bodies.",
        )
    if header.review_cycle_months is None:
        asked["review_every_months"] = (
            "QUESTION: how often is it reviewed, in months? The document does not say.",
        )
    elif header.review_cycle_line:
        asked["review_every_months"] = (f"{file} line {header.review_cycle_line}",)
    if not any(fields.get(name) for name in ("reviewed", "approved", "written", "next_review")):
        fields["approved"] = None
        asked["approved"] = ("QUESTION: when was it approved? The document prints no date.",)
    asked["key"] = tuple(_noticed(policy.reading.findings))
    return {name: lines for name, lines in asked.items() if lines}


def _noticed(findings: Iterable[Finding]) -> Iterator[str]:
    """Tell what is for the document's author to mend; what a field below asks for is not told twice."""
    for finding in findings:
        if finding.level != "info" and finding.code not in ASKED_BELOW:
            place = f" (line {finding.line})" if finding.line else ""
            yield f"Noticed: {finding.says}{place}"


def _cite(file: str, fact: DateFact) -> str:
    return f'{file} line {fact.line}: "{fact.quote}"'


def _rules(
    notes: dict[Place, Sequence[str]],
    policies: Sequence[ReadPolicy],
    approvers: Approvers,
    words: Mapping[str, str],
) -> list[Any]:
    rules = []
    for number, rule in enumerate(propose_rules(policies, {**words, "body": approvers.usual})):
        notes["obligations", number] = ("", *rule.before)
        if rule.before_when:
            notes["obligations", number, "when"] = rule.before_when
        body = approvers.by_policy.get(str(rule.fields.get("about")), approvers.usual)
        who = f"body:{body}" if rule.fields["kind"] == "review" else rule.fields["who"]
        rules.append({**rule.fields, "who": who})
    return rules


def _accounts(policies: Sequence[ReadPolicy]) -> list[Proposed]:
    ask = "QUESTION: who runs it? The e-mail addresses of two people: [a@example.org, b@example.org]"
    found: dict[str, Proposed] = {}
    for policy in policies:
        for channel in policy.reading.header.official_channels:
            fields = {"key": slug(channel), "channel": channel, "name": channel, "holders": None}
            found.setdefault(slug(channel), Proposed(fields, {"holders": (ask,)}))
    return list(found.values())


def _list(notes: dict[Place, Sequence[str]], part: str, items: Sequence[Proposed]) -> list[Any]:
    return [_take(notes, (part, number), item) for number, item in enumerate(items)]


def _take(notes: dict[Place, Sequence[str]], place: Place, part: Proposed) -> dict[str, Any]:
    first = next(iter(part.fields))
    for name, lines in part.notes.items():
        # The first field of a list item stands behind its hyphen: what is noted there goes above the item.
        at = place if name == first and place and isinstance(place[-1], int) else (*place, name)
        notes[at] = lines
    return dict(part.fields)
