"""A promise of a policy as the rule Handbell would run, and what of it the policy does not print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.core.validation import ValidationFailed
from bot.policies.service import REVIEW_CLAUSE, Promise
from bot.rule_pages.rule_fields import RuleForm, form_of_clause, needs_second_yes, rule_of
from bot.rules import cadence as rule_cadence
from bot.rules.obligations import Obligation
from bot.rules.policies import Policy
from bot.rules.register import Register

HEAD = "role:headteacher"
STAFF = "staff"
# "A concern about the headteacher goes to the chair": it is not for the headteacher to pass on.
_OVER_THE_HEAD = re.compile(
    r"\b(?:about|against|concern(?:s|ing)|involv(?:es?|ing)|regarding) (?:the |our |your )?"
    r"(?:head(?:teacher)?|head teacher|executive head|principal|manager|owner)\b",
    re.IGNORECASE,
)
UNSAVED = "new"
USUAL_REVIEW = "12"
NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule made of a promise. `rule` None: the sentence has what no rule can say, and someone fills it in.

    `notes`: what is our proposal and not printed, for "who" and "when"; empty: it is printed.
    `is_safety`: it asks someone who leads on safeguarding, or is about it.
    """

    form: RuleForm
    rule: Obligation | None
    notes: Mapping[str, str]
    is_safety: bool

    @property
    def needs_look(self) -> bool:
        """Whether someone looks a second time before it is kept."""
        return self.is_safety or bool(self.notes["when"])


def propose(promise: Promise, policy: Policy, known: Register) -> Proposal:
    """Make the rule that a promise describes."""
    clause = promise.clause
    form = form_of_clause(clause, policy.key, promise.place)
    given: dict[str, object] = {}
    notes = {"who": "", "when": ""}
    if clause.kind == REVIEW_CLAUSE:
        given = _review(policy, form, known, notes)
    else:
        if not form.who:
            given["who"] = [STAFF if _OVER_THE_HEAD.search(clause.quote) else HEAD]
            notes["who"] = (
                f"The policy says “{clause.who}”." if clause.who else "The policy does not say who."
            )
        if not form.when:
            given["when"] = ["always"]
            notes["when"] = (
                f"The policy says “{clause.when}”. That gives no day, so no one is reminded."
                if clause.when
                else "The policy does not say when. No one is reminded."
            )
        elif not all(map(_is_exact, clause.cadence)):
            notes["when"] = f"The policy says “{clause.when}”. This is the nearest rhythm."
        elif any(map(_lacks_days, clause.cadence)) and not NUMBER.search(clause.when or ""):
            notes["when"] = "The policy gives no number of days. The days are our proposal."
    form = form.model_copy(update={**given, "is_stated": "" if any(notes.values()) else form.is_stated})
    try:
        rule = rule_of(form, None, policy.school, UNSAVED)
    except ValidationFailed:
        rule = None
    policies = {(one.school, one.key): one for one in known.policies}
    return Proposal(form, rule, notes, rule is not None and needs_second_yes(rule, policies))


def _review(policy: Policy, form: RuleForm, known: Register, notes: dict[str, str]) -> dict[str, object]:
    """Fill in the policy's own review: by the body that approves it, as often as the policy says."""
    bodies = [one.key for one in known.bodies]
    by = f"body:{policy.approver}" if policy.approver in bodies else (policy.approver or "")
    if not by:
        by = f"body:{bodies[0]}" if bodies else HEAD
        notes["who"] = "The policy does not say who approves it."
    given: dict[str, object] = {"who": [by], "proof": "review", "pace": "review"}
    if policy.cycle_months:
        return {**given, "when": ["every months"], "months": str(policy.cycle_months)}
    if form.when in ([], ["always"]):
        notes["when"] = "The policy does not say how often. We propose each year."
        return {**given, "when": ["every months"], "months": USUAL_REVIEW}
    return given


def _is_exact(words: str) -> bool:
    try:
        return rule_cadence.parse(words) is not None
    except ValueError:
        return False


def _lacks_days(words: str) -> bool:
    return words.startswith("on ") and " within " not in words


def marked(promise: Promise) -> Iterator[tuple[str, bool]]:
    """Yield the sentence in pieces, each with whether it was read as who, what or when."""
    quote, clause = promise.clause.quote, promise.clause
    spans = []
    for words in (clause.who, clause.when):
        found = re.search(re.escape(words), quote, re.IGNORECASE) if words else None
        if found:
            spans.append(found.span())
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            yield quote[at:start], False
            yield quote[start:end], True
            at = end
    yield quote[at:], False
