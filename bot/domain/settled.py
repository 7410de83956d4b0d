"""Settled: whom planning need not look at one by one, because what they did last holds until a day.

Most people of a school do the same about a rule within a few weeks. So acts are read alike by alike, each
sort of rule is asked once what such an act settles, and who is left is planned duty by duty (`owing.py`).

Nothing here decides by itself: an act is tried on the very cycles that everybody is asked by. What was done
before somebody's last act is left out; it can settle more, and never less. Absences and a last day change by
when something is owed, and never that it is done. Rules that ask holders for each account, set clocks by what
happened, or need only so many people, are looked at person by person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

from bot.domain.audience import Audience, Term
from bot.domain.cadence import BeforeMeeting, Cadence, OnEvent, OnNewVersion
from bot.domain.calendar import Days
from bot.domain.cycles import Asking, Facts, counts_months
from bot.domain.evidence import Evidence, Outcome
from bot.domain.ladder import ASK
from bot.domain.obligations import Kind, Obligation
from bot.domain.occurring import occurrences_of, which_counts
from bot.domain.owing import Looked
from bot.domain.people import Setting
from bot.domain.policies import Policy, Version
from bot.domain.roll import Roll
from bot.domain.watch import Watch, note_until, plain

Rule = tuple[str, str]
DAY = timedelta(days=1)
EVERYONE = Audience((Term("everyone"),))
# Their starts, the latest first; whoever was always here comes last.
Starts = Mapping[str, date | None]


class Alike(NamedTuple):
    """People who did the same about one obligation on one day. `rule`: its setting and key."""

    rule: Rule
    on: date
    outcome: Outcome
    cycle: str | None
    version: str | None
    people: Collection[str]


class Act(NamedTuple):
    """What somebody did last about a rule, as far as it can settle anything."""

    on: date
    cycle: str | None
    version: str | None


class Holds(NamedTuple):
    """An act settles whatever a rule asks, before `until`, of whoever started on or before `started_by`."""

    until: date
    started_by: date


class Sort(NamedTuple):
    """All that the cycles of a rule know of it; rules of many schools are of the same sort."""

    cadence: tuple[Cadence, ...]
    kind: Kind
    renew_weeks: int | None
    since: date
    added_on: date | None
    days: Days
    versions: tuple[Version, ...]


def find_settled(looked: Looked, alike: Iterable[Alike]) -> dict[Rule, frozenset[str]]:
    """Map each rule to those of whom nothing is to be asked before a day that the day looked at notes."""
    done: dict[Rule, list[Alike]] = defaultdict(list)
    for one in alike:
        done[one.rule].append(one)
    starts: dict[tuple[str, Audience], Starts] = {}
    found = {}
    for rule in looked.snapshot.obligations:
        acts = done.get((rule.setting, rule.key))
        if acts is None or not rule.active or not _is_easy(rule):
            continue
        asked = (rule.setting, rule.audience)
        if asked not in starts:
            starts[asked] = _starts(looked.rolls[rule.setting], rule.audience)
        found[rule.setting, rule.key] = _of_rule(looked, rule, acts, starts[asked])
    return found


def left(looked: Looked, settled: Mapping[Rule, Collection[str]]) -> frozenset[Rule]:
    """Name the rules of which more has to be known than what is settled: what was done about them."""
    return frozenset(
        (rule.setting, rule.key)
        for rule in looked.snapshot.obligations
        if rule.active and not _all_settled(looked, rule, settled.get((rule.setting, rule.key), ()))
    )


def _all_settled(looked: Looked, rule: Obligation, settled: Collection[str]) -> bool:
    if _is_review(rule) or rule.at_least is not None:
        return False
    return len(settled) == len(looked.rolls[rule.setting].asked(rule.audience))


def _is_easy(rule: Obligation) -> bool:
    """Say whether a rule asks people for themselves, by dates alone."""
    of_accounts = any(term.sort == "holder" for term in rule.audience.any_of)
    on_days_of_others = any(isinstance(one, BeforeMeeting | OnEvent) for one in rule.cadence)
    return not (_is_review(rule) or of_accounts or on_days_of_others or rule.at_least is not None)


def _is_review(rule: Obligation) -> bool:
    return rule.kind is Kind.REVIEW and rule.policy is not None


def _starts(roll: Roll, audience: Audience) -> Starts:
    """List whom an audience names, with their starts."""
    started = {one.person: roll.here[one.person].starts_on for one in roll.asked(audience)}
    return dict(sorted(started.items(), key=lambda pair: pair[1] or date.min, reverse=True))


def _of_rule(looked: Looked, rule: Obligation, acts: list[Alike], starts: Starts) -> frozenset[str]:
    holds = _what_holds(_sort_of(looked, rule), plain(looked.on))
    people: set[str] = set()
    for act, theirs in _tried(rule, _latest(acts)):
        known = holds(act, None)
        if known is None:
            continue
        of_them = theirs & starts.keys()
        for key in _since(starts, known.started_by):
            if key in of_them:
                own = holds(act, starts[key])
                if own is None:
                    of_them.remove(key)
                else:
                    note_until(looked.on, own.until)
        if of_them:
            note_until(looked.on, known.until)
        people |= of_them
    return frozenset(people)


def _since(starts: Starts, day: date) -> Iterator[str]:
    """List whoever started after a day."""
    for key, started in starts.items():
        if started is None or started <= day:
            return
        yield key


def _latest(acts: list[Alike]) -> Iterator[tuple[Alike, set[str]]]:
    """Give what was done last with whom it is the last of; not with whoever did several things that day."""
    later: set[str] = set()
    newest = sorted(acts, key=lambda act: act.on, reverse=True)
    for _, on_one_day in groupby(newest, key=lambda act: act.on):
        that_day: set[str] = set()
        twice: set[str] = set()
        some = [(act, set(act.people)) for act in on_one_day]
        for _, people in some:
            twice |= that_day & people
            that_day |= people
        for act, people in some:
            if act.outcome is Outcome.DONE:
                yield act, people - later - twice
        later |= that_day


def _tried(rule: Obligation, latest: Iterable[tuple[Alike, set[str]]]) -> Iterator[tuple[Act, set[str]]]:
    """Give the acts to try, with those whom each speaks for.

    Doing the same later settles the same for as long at least, so the earliest speaks for all; but what is
    renewed so many months after it was done opens earlier where holidays are before it.
    """
    if counts_months(rule):
        yield from ((Act(act.on, act.cycle, act.version), people) for act, people in latest)
        return
    earliest: dict[tuple[str | None, str | None], tuple[date, set[str]]] = {}
    for act, people in latest:
        _, theirs = earliest.get((act.cycle, act.version), (act.on, set()))
        theirs |= people
        earliest[act.cycle, act.version] = (act.on, theirs)
    for (cycle, version), (on, people) in earliest.items():
        yield Act(on, cycle, version), people


def _sort_of(looked: Looked, rule: Obligation) -> Sort:
    of_texts = any(isinstance(one, OnNewVersion) for one in rule.cadence)
    policy = looked.snapshot.policies.get((rule.setting, rule.policy or "")) if of_texts else None
    return Sort(
        rule.cadence,
        rule.kind,
        rule.renew_weeks,
        looked.rolls[rule.setting].setting.since,
        rule.since,
        looked.days[rule.setting],
        policy.versions if policy else (),
    )


@lru_cache(maxsize=4096)
def _what_holds(sort: Sort, today: date) -> Callable[[Act, date | None], Holds | None]:
    """Remember what an act settles of a sort of rule today, for one who started on a day. None: not all."""
    rule = Obligation(
        "", "", sort.kind, "", EVERYONE, sort.cadence, ASK, renew_weeks=sort.renew_weeks, since=sort.added_on
    )
    setting, policy = Setting("", "", since=sort.since), Policy("", "", "", versions=sort.versions)

    @cache
    def holds(act: Act, started: date | None) -> Holds | None:
        watch = Watch(today)
        facts = Facts(rule, setting, sort.days, watch.day, policy, ())
        done = Evidence("", "", "", act.on, Outcome.DONE, act.cycle, version=act.version)
        # Whoever started before all that counts is asked as whoever was always here.
        started_by = act.on
        for some in occurrences_of(facts)(Asking(started, act.on, act.cycle), None):
            counts, by = which_counts(some, (done,), watch.day)
            if by is None and not watch.day < counts.opens_on:
                return None
            started_by = min(started_by, *(cycle.opens_on - DAY for cycle in some))
        return Holds(watch.until, started_by)

    return holds
