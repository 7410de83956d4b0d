"""Where a document stands on a day: when its review is due, and why; unknown is never called overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.reading.facts import DateFact, Header, ReviewStatus, State
from bot.rules.policies import PartialDate, ReviewDue, review_due

SOON = timedelta(
    days=28
)  # four weeks: time to put a review on an agenda and send papers seven clear days before

_MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class ReviewAct:
    """A review or an approval that has happened."""

    verb: str
    fact: DateFact

    @property
    def when(self) -> PartialDate:
        return PartialDate.parse(self.fact.value)


def acts_of(header: Header, on: date) -> list[ReviewAct]:
    """The stated reviews and approvals that lie on or before the day, the latest first."""
    pairs = (("approved", header.approved_on), ("reviewed", header.last_reviewed))
    acts = [ReviewAct(_verb(verb, fact), fact) for verb, fact in pairs if fact is not None]
    past = [act for act in acts if act.when.first <= on]
    return sorted(past, key=lambda act: act.when.last, reverse=True)


def _verb(verb: str, fact: DateFact) -> str:
    if fact.basis in {"ratified", "adopted", "agreed", "signed", "endorsed", "updated", "revised"}:
        return fact.basis
    return verb


def due_of(header: Header, on: date) -> ReviewDue | None:
    printed = PartialDate.parse(header.next_review.value) if header.next_review else None
    acts = tuple(act.when for act in acts_of(header, on))
    return review_due(printed=printed, acts=acts, cycle_months=header.review_cycle_months)


def standing(header: Header, on: date) -> ReviewStatus:
    due = due_of(header, on)
    if due is None:
        return ReviewStatus("no record", None, _why_unknown(header))
    return ReviewStatus(_state(due.due_on, on), due.due_on.isoformat(), _why(header, due, on))


def _state(due_on: date, on: date) -> State:
    if due_on < on:
        return "overdue"
    return "due soon" if due_on - on <= SOON else "due"


def _why_unknown(header: Header) -> str:
    missing = [
        word
        for word, fact in (
            ("no date of any kind", header.last_reviewed or header.approved_on or header.next_review),
            ("no owner", header.owner),
            ("no approver", header.approver),
            ("no review cycle", header.review_cycle_months),
        )
        if fact is None
    ]
    return (
        f"{_listed(missing)} is printed" if missing else "what is printed does not say when a review is due"
    )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _why(header: Header, due: ReviewDue, on: date) -> str:
    printed = f"printed next review {in_words(header.next_review.value)}" if header.next_review else ""
    acts = acts_of(header, on)
    counted = ""
    if due.computed_on and acts and header.review_cycle_months:
        counted = (
            f"{cycle_in_words(header.review_cycle_months)}, counted from the latest act "
            f"({acts[0].verb} {in_words(acts[0].fact.value)}), gives {day_in_words(due.computed_on)}"
        )
    if not counted:
        return printed
    if not printed:
        return f"{counted}; no next date is printed{_earlier_warning(header, acts, due)}"
    if due.computed_on == due.due_on and due.disagree:
        return f"{counted}; the {printed} is later"
    return f"{printed}; {counted}" if due.disagree else f"{printed}; {counted} too"


def _earlier_warning(header: Header, acts: list[ReviewAct], due: ReviewDue) -> str:
    """A review before the latest approval would come round first: said, not counted."""
    if len(acts) < 2 or not header.review_cycle_months:
        return ""
    earlier = review_due(printed=None, acts=(acts[1].when,), cycle_months=header.review_cycle_months)
    if earlier is None or earlier.due_on >= due.due_on:
        return ""
    counted = f"{acts[1].verb} {in_words(acts[1].fact.value)}"
    return f"; counted from {counted} it would be {day_in_words(earlier.due_on)}"


def cycle_in_words(months: int) -> str:
    if months == 12:
        return "yearly"
    if months % 12 == 0:
        return f"every {months // 12} years"
    return "every month" if months == 1 else f"every {months} months"


def day_in_words(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def in_words(value: str) -> str:
    """ "2024-09" as "September 2024"."""
    return PartialDate.parse(value).words
