"""What a snapshot knows of each account on a day: holders, their agreements, hand-overs, the latest words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.account_log import READER, Entry, Sort, latest, may_tick
from bot.domain.account_rules import Agreement, Facts, HandOver, Holder, Verdict, judge
from bot.domain.accounts import Account
from bot.domain.duties import Duty, State
from bot.domain.evidence_index import last_done
from bot.domain.obligations import Kind, Obligation
from bot.domain.owing import Looked, look, owing
from bot.domain.snapshot import Snapshot
from bot.domain.training import valid_until

HAND_OVER_BEFORE = 20
HAND_OVER_SHOWN = timedelta(days=366)
# Of several agreements of one holder, the worst counts.
WORST = (Agreement.LAPSED, Agreement.MISSING, Agreement.EXCUSED, Agreement.IN_FORCE)


@dataclass(frozen=True, slots=True)
class Standing:
    """One account on one day: what is known, how it stands, and its log, oldest first."""

    facts: Facts
    verdict: Verdict
    log: tuple[Entry, ...]

    @property
    def account(self) -> Account:
        return self.facts.account


def standings(snapshot: Snapshot, setting: str, on: date) -> tuple[Standing, ...]:
    """Say how every account of a setting stands, in the register's order."""
    accounts = [one for one in snapshot.accounts if one.setting == setting]
    if not accounts:
        return ()
    asked = tuple(one for one in snapshot.obligations if one.setting == setting and _asks_holders(one))
    about = {(one.setting, one.key) for one in asked}
    acts = tuple(one for one in snapshot.evidence if (one.setting, one.obligation) in about)
    looked = look(replace(snapshot, obligations=asked, evidence=acts), on)
    signed = _agreements(looked)
    return tuple(_standing(looked, account, signed) for account in accounts)


def _asks_holders(one: Obligation) -> bool:
    holder = any(term.sort == "holder" for term in one.audience.any_of)
    return one.kind is Kind.SIGN and one.active and holder


def _standing(looked: Looked, account: Account, signed: Mapping[tuple[str, str], list[Holder]]) -> Standing:
    log = tuple(
        one
        for one in looked.snapshot.account_log
        if (one.setting, one.account) == (account.setting, account.key)
    )
    stated = latest(log, Sort.STATED)
    looks = [one.on for one in log if one.sort is Sort.LOOKED]
    facts = Facts(
        account=account,
        on=looked.on,
        holders=tuple(_holder(looked, account, key, signed) for key in sorted(account.holders)),
        hand_overs=tuple(_hand_overs(looked, account, log)),
        stated=stated,
        reader=_reader(looked, account, stated),
        looked_on=max(looks, default=None),
        head=looked.snapshot.settings[account.setting].words.head,
        asks=bool(looked.snapshot.obligations),
    )
    return Standing(facts, judge(facts), log)


def _reader(looked: Looked, account: Account, stated: Mapping[str, Entry]) -> str | None:
    said = stated.get(READER)
    if said is None or said.about not in looked.rolls[account.setting].here:
        return None
    return looked.snapshot.people[said.about].name


def _holder(
    looked: Looked, account: Account, key: str, signed: Mapping[tuple[str, str], list[Holder]]
) -> Holder:
    here = key in looked.rolls[account.setting].here
    agreed = signed.get((account.key, key))
    if agreed:
        return replace(min(agreed, key=lambda one: WORST.index(one.agreement)), here=here)
    return Holder(key, _name(looked, key), Agreement.NOT_ASKED, here=here)


def _agreements(looked: Looked) -> dict[tuple[str, str], list[Holder]]:
    found: dict[tuple[str, str], list[Holder]] = {}
    for duty in owing(looked):
        found.setdefault((duty.subject or "", duty.person), []).append(_agreement(looked, duty))
    return found


def _agreement(looked: Looked, duty: Duty) -> Holder:
    """Say whether an agreement is in force: it is until the day by which it must be renewed has passed."""
    one = duty.obligation
    acts = looked.evidence.of_person(one.setting, one.key, duty.person, duty.subject)
    act = last_done(acts)
    name = _name(looked, duty.person)
    if duty.state is State.DONE:
        return Holder(duty.person, name, agreed_on=act.on if act else None)
    if duty.state is State.EXCUSED:
        return Holder(duty.person, name, Agreement.EXCUSED)
    if act is None:
        return Holder(duty.person, name, Agreement.MISSING)
    ended_on = valid_until(one, act.on, looked.days[one.setting])
    if ended_on is not None and ended_on < duty.opens_on:
        return Holder(duty.person, name, Agreement.LAPSED, act.on, ended_on)
    in_force = duty.due_on is None or looked.on <= duty.due_on
    return Holder(
        duty.person, name, Agreement.IN_FORCE if in_force else Agreement.LAPSED, act.on, duty.due_on
    )


def _hand_overs(looked: Looked, account: Account, log: tuple[Entry, ...]) -> Iterator[HandOver]:
    """List the holders who leave soon or have left, those taken out of the register too, until all is ticked.

    A hand-over that is done is shown for a year more.
    """
    begun = {one.about for one in log if one.sort in (Sort.HANDED, Sort.TAKEN_OUT)}
    for key in sorted(account.holders | begun):
        person = looked.snapshot.people.get(key)
        membership = person.membership(account.setting) if person else None
        leaves_on = membership.leaves_on if membership else None
        if leaves_on is None or not account.ours:
            continue
        opens_on = looked.days[account.setting].add_school_days(leaves_on, -HAND_OVER_BEFORE)
        if looked.on >= opens_on:
            about = [one for one in log if one.about == key and one.on >= opens_on and may_tick(key, one.by)]
            found = HandOver(key, _name(looked, key), leaves_on, latest(about, Sort.HANDED))
            if found.left or looked.on - leaves_on <= HAND_OVER_SHOWN:
                yield found


def _name(looked: Looked, key: str) -> str:
    person = looked.snapshot.people.get(key)
    return person.name if person else key
