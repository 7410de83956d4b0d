"""Evidence in the order the rules ask for it: by obligation and person, newest last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import chain

from bot.planning.occurrences import Occurrence
from bot.rules.evidence import ASKS, NOT_APPLICABLE, Evidence, Outcome

Acts = tuple[Evidence, ...]


class EvidenceIndex:
    """Looks evidence up without walking all of it again for every person."""

    def __init__(self, evidence: Iterable[Evidence]) -> None:
        self._acts: dict[tuple[str, str], dict[str, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
        for act in sorted(evidence, key=_when):
            self._acts[act.school, act.obligation][act.person].append(act)

    def of_person(self, school: str, obligation: str, person: str, subject: str | None) -> Acts:
        """List what one person did about one subject, since it was last withdrawn."""
        acts = self._acts[school, obligation].get(person)
        if acts is None:
            return ()
        if len(acts) == 1:  # most people answered once
            act = acts[0]
            concerns = act.subject is None or act.subject == subject
            return (act,) if concerns and act.outcome is not Outcome.WITHDRAWN else ()
        return _since_withdrawn(tuple([act for act in acts if act.subject is None or act.subject == subject]))

    def of_obligation(self, school: str, obligation: str) -> Acts:
        """List what anyone did about an obligation."""
        acts = self._acts[school, obligation].values()
        return tuple(sorted(chain.from_iterable(acts), key=_when))


# Doing last term's check late is not doing this term's: an act that names one of these settles no other.
ONE_BY_ONE = ("event", "term", "week")


def _when(act: Evidence) -> date:
    return act.on


def _since_withdrawn(acts: Acts) -> Acts:
    for number in range(len(acts) - 1, -1, -1):
        if acts[number].outcome is Outcome.WITHDRAWN:
            return _since_withdrawn(_without(acts, number))
    return acts


def _without(acts: Acts, number: int) -> Acts:
    """Return the acts less the withdrawal at this place, and less what it takes back.

    That is the act whose receipt it names; of one that names none, what came before it for the cycle it
    names, or for any where it names no cycle.
    """
    withdrawn, before, after = acts[number], acts[:number], acts[number + 1 :]
    if withdrawn.reference != withdrawn.receipt:
        return tuple([one for one in (*before, *after) if one.receipt != withdrawn.reference])
    if withdrawn.cycle is None:
        return after
    return (*(one for one in before if one.cycle not in {None, withdrawn.cycle}), *after)


def last_done(acts: Acts) -> Evidence | None:
    """Find the latest act that was done."""
    # A loop: this is asked of every duty of everyone, and a generator costs more than what it looks at.
    for act in reversed(acts):
        if act.outcome is Outcome.DONE:
            return act
    return None


def settled_by(acts: Acts, occurrence: Occurrence) -> Evidence | None:
    """Find the latest act that settles an occurrence."""
    for act in reversed(acts):
        if discharges(act, occurrence):
            return act
    return None


def discharges(act: Evidence, occurrence: Occurrence) -> bool:
    """Return whether an act settles it: done for it or while it was open, of a text that counts."""
    if act.outcome is not Outcome.DONE or not _same_text(act, occurrence) or _of_earlier(act, occurrence):
        return False
    if _names(act, occurrence):
        return True
    if act.cycle is not None and _sort(act.cycle) == _sort(occurrence.key) in ONE_BY_ONE:
        return False
    return occurrence.ever or act.on >= occurrence.opens_on or _just_before(act, occurrence)


def _just_before(act: Evidence, occurrence: Occurrence) -> bool:
    """Return whether an act was done shortly before it opened, as in the holiday, and for no other."""
    if occurrence.early_from is None or act.on < occurrence.early_from:
        return False
    sort = "" if act.cycle is None else _sort(act.cycle)
    return sort not in ONE_BY_ONE and not sort[:1].isdigit()


def _names(act: Evidence, occurrence: Occurrence) -> bool:
    """Return whether an act names it. One about an account may hold the account as its subject alone."""
    if act.cycle is None:
        return False
    return act.cycle in (
        occurrence.key,
        occurrence.key.removeprefix(f"{occurrence.subject}/"),
    ) or _names_term(act, occurrence)


def _names_term(act: Evidence, occurrence: Occurrence) -> bool:
    """Return whether an act names a term by a first day corrected since."""
    if occurrence.until is None or occurrence.counts_from is None or act.cycle is None:
        return False
    _, of_term, first_on = act.cycle.rpartition("/")[2].partition("term:")
    return bool(of_term) and occurrence.counts_from.isoformat() <= first_on <= occurrence.until.isoformat()


def _of_earlier(act: Evidence, occurrence: Occurrence) -> bool:
    """Return whether an act is too old to be about this occurrence, whatever it names."""
    return occurrence.counts_from is not None and act.on < occurrence.counts_from


def _sort(cycle: str) -> str:
    return cycle.rpartition("/")[2].partition(":")[0]


def _same_text(act: Evidence, occurrence: Occurrence) -> bool:
    return occurrence.versions is None or act.version in occurrence.versions


def answer(acts: Acts, occurrence: Occurrence) -> Evidence | None:
    """Find the latest question, refusal, excuse or answer about an occurrence."""
    return next(reversed(answers(acts, occurrence)), None)


def unanswered_since(acts: Acts, occurrence: Occurrence) -> date | None:
    """Return the day of the first question or refusal about an occurrence that nothing has answered since."""
    since = None
    for act in answers(acts, occurrence):
        since = (since or act.on) if act.outcome in ASKS else None
    return since


def answers(acts: Acts, occurrence: Occurrence) -> Acts:
    """List the questions, refusals, excuses and answers about an occurrence, newest last."""
    return tuple([act for act in acts if act.outcome is not Outcome.DONE and _concerns(act, occurrence)])


def _concerns(act: Evidence, occurrence: Occurrence) -> bool:
    if _of_earlier(act, occurrence):
        return False
    # What does not apply to someone does not apply next year either, until it is undone.
    lasts = act.reference in NOT_APPLICABLE or act.on >= occurrence.opens_on
    return _names(act, occurrence) or (act.cycle is None and lasts)
