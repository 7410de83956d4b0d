"""The roll: who is here on a day and what they are. Resolves audiences and finds who stands in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.planning.snapshot import Snapshot
from bot.rules.accounts import STEPS, Account, AccountEntryKind, may_tick
from bot.rules.audience import Audience, AudienceTerm
from bot.rules.meetings import Body
from bot.rules.people import (
    ALIASES,
    GOVERNOR,
    STAND_INS,
    TRUSTEE,
    Membership,
    Person,
    School,
    governs,
    is_associate,
    is_trustee,
)

# Roles that people hold under many names.
OF_MANY_KINDS = {GOVERNOR: governs, TRUSTEE: is_trustee}
COMMITTEE = "committee"
# A tick older than this, before the day someone leaves, is about an earlier leaving.
OF_THIS_LEAVING = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class AudienceMember:
    """Someone an audience names, and the account it is about where the audience is an account's holders."""

    person: str
    account: str | None = None


@dataclass(slots=True)
class ActiveMembers:
    """One school's people who are here on one day. `out_of_reach`: those of them whom no mail reaches."""

    school: School
    day: date
    here: dict[str, Membership] = field(default_factory=dict)
    by_role: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_group: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    out_of_reach: set[str] = field(default_factory=set)
    accounts: list[Account] = field(default_factory=list)
    bodies: dict[str, Body] = field(default_factory=dict)
    # Who is confirmed in which roles that open cases, by person; None: nothing is decided of cases here.
    confirmed: Mapping[str, frozenset[str]] | None = None
    # Rules ask the same few audiences again and again.
    _asked: dict[Audience, list[AudienceMember]] = field(default_factory=dict)

    def holders(self, role: str) -> list[str]:
        """List anyone who holds a role today, by any of its names; governors and trustees of every kind."""
        known = ALIASES.get(role, role)
        names = {known, *(name for name, real in ALIASES.items() if real == known)}
        if of_kind := OF_MANY_KINDS.get(known):
            names.update(name for name in self.by_role if of_kind(name))
        return _once(key for name in sorted(names) for key in self.by_role.get(name, ()))

    def acting(self, role: str, besides: Iterable[str] = ()) -> str | None:
        """Find who acts in a role today: its holder, or who stands in when it is empty or they are away."""
        role = ALIASES.get(role, role)
        passed = set(besides)
        for name in STAND_INS.get(role, (role,)):
            for key in self.by_role.get(name, ()):
                if key not in passed and not self.here[key].away_on(self.day):
                    return key
        return None

    def leader_above(self, person: str, besides: Iterable[str] = ()) -> str | None:
        """Find the leader a person turns to today: the head; for the head, the chair. Never themselves.

        Anyone who is away or cannot be written to is replaced by who stands in for them, then by the chair.
        Where all of them are away it is the first who can be written to; None: no one can. `besides`: leaders
        who are passed over too.
        """
        posts = ("chair",) if person in self.holders("headteacher") else ("headteacher", "chair")
        passed = {person, *besides, *self.out_of_reach}
        for post in posts:
            if acting := self.acting(post, besides=passed):
                return acting
        leaders = (key for post in posts for name in STAND_INS[post] for key in self.by_role.get(name, ()))
        return next((key for key in leaders if key not in passed), None)

    def answers(self, person: str, owner: str | None) -> str | None:
        """Find who answers a person's question about a policy: an owner who is here, else their leader."""
        passed = {person, *self.out_of_reach}
        owners = (key for key in self.named(owner) if key not in passed)
        here = next((key for key in owners if not self.here[key].away_on(self.day)), None)
        return here or self.leader_above(person)

    def is_confirmed(self, person: str, role: str) -> bool:
        """Return whether a role of someone's counts for cases."""
        if self.confirmed is None:
            return True
        return ALIASES.get(role, role) in self.confirmed.get(person, frozenset())

    def of_confirmed(self) -> ActiveMembers:
        """Return the roll with roles held by those confirmed in them alone."""
        by_role = {
            role: [key for key in keys if self.is_confirmed(key, role)] for role, keys in self.by_role.items()
        }
        return replace(self, by_role=by_role)

    def asked(self, audience: Audience) -> list[AudienceMember]:
        """List whom an audience names today, each once for each account."""
        if audience not in self._asked:
            self._asked[audience] = self._of_audience(audience)
        return self._asked[audience]

    def _of_audience(self, audience: Audience) -> list[AudienceMember]:
        left_out = {one.person for term in audience.but_not for one in self._of(term) if self._out(term, one)}
        named = [one for term in audience.any_of for one in self._of(term)]
        return [one for one in dict.fromkeys(named) if one.person not in left_out]

    def _out(self, term: AudienceTerm, one: AudienceMember) -> bool:
        """Return whether an exception leaves someone out: being a governor of a kind leaves out no staff."""
        name = ALIASES.get(term.name, term.name)
        of_governors = term.sort == "role" and name in OF_MANY_KINDS
        here = self.here[one.person]
        return not of_governors or name in here.roles or not here.is_staff

    def _of(self, term: AudienceTerm) -> list[AudienceMember]:
        if term.sort == "holder":
            return self._holders_of_accounts(term.name)
        return [AudienceMember(key) for key in self._keys(term)]

    def _keys(self, term: AudienceTerm) -> Iterable[str]:
        if term.sort == "everyone":
            return self.here
        if term.sort == "staff":
            return self.called_staff()
        if term.sort == "role":
            return self._role(term.name)
        if term.sort == "group":
            return self.by_group.get(term.name, ())
        if term.sort == "person":
            return [term.name] if term.name in self.here else []
        return self._acting_for(term.name)

    def _role(self, name: str) -> Iterable[str]:
        if name == "staff":
            return [key for key, one in self.here.items() if one.is_staff]
        if ALIASES.get(name, name) == GOVERNOR:
            # What governors read and learn, associate members do too; they are no governors elsewhere.
            associates = (
                key for role in sorted(self.by_role) if is_associate(role) for key in self.by_role[role]
            )
            return _once((*self.holders(name), *associates))
        return self.holders(name)

    def called_staff(self) -> list[str]:
        """List everyone the school's policies call staff."""
        means = self.school.staff_means
        return [
            key
            for key, one in self.here.items()
            if ("staff" in means and one.is_staff) or not means.isdisjoint(one.roles)
        ]

    def _holders_of_accounts(self, name: str) -> list[AudienceMember]:
        return [
            AudienceMember(key, account.key)
            for account in self.accounts
            if account.ours and name in ("", account.key)
            for key in sorted(account.holders)
            if key in self.here
        ]

    def _acting_for(self, body: str) -> list[str]:
        one = self.bodies.get(body)
        if one is None:
            return []
        actor = self.clerk_of(one) or self.chair_of(one)
        return [actor] if actor else []

    def clerk_of(self, body: Body) -> str | None:
        """Find who clerks for a body today."""
        return body.clerk if body.clerk in self.here else self.acting("clerk")

    def chair_of(self, body: Body) -> str | None:
        """Find who chairs a body today."""
        return body.chair if body.chair in self.here else self.acting("chair")

    def members_of(self, body: Body) -> list[str]:
        """List a body's members who are here, the chair first.

        Where none is listed they are all governors; of a committee beside other bodies no one knows them.
        """
        members = sorted(key for key in body.members if key in self.here)
        if not body.members and (len(self.bodies) == 1 or COMMITTEE not in body.key.split("-")):
            members = self.holders(GOVERNOR)
        chair = self.chair_of(body)
        return _once([*([chair] if chair else []), *members])

    def named(self, owner: str | None) -> list[str]:
        """Find the people a policy's owner names: a role, a person's key, or no one here."""
        if not owner:
            return []
        sort, _, name = owner.partition(":")
        if sort == "role":
            return self.holders(name)
        return [owner] if owner in self.here else []


def _once(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))


def active_members(snapshot: Snapshot, day: date) -> dict[str, ActiveMembers]:
    """Return the active members of every school on a day, in one pass over the people."""
    called = {key: ActiveMembers(school, day) for key, school in snapshot.schools.items()}
    for key in sorted(snapshot.people):
        _enter(called, snapshot.people[key], day)
    handed = _handed_over(snapshot)
    for account in snapshot.accounts:
        still = account.holders - handed.get((account.school, account.key), set())
        called[account.school].accounts.append(replace(account, holders=still))
    for body in snapshot.bodies.values():
        called[body.school].bodies[body.key] = body
    return called


def _handed_over(snapshot: Snapshot) -> dict[tuple[str, str], set[str]]:
    """Return, by account, the leavers who have handed over: they are asked nothing more."""
    ticked: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for one in snapshot.account_log:
        person = snapshot.people.get(one.about) if one.sort is AccountEntryKind.HANDED else None
        membership = person.membership(one.school) if person else None
        leaves_on = membership.leaves_on if membership else None
        if leaves_on is not None and may_tick(one.about, one.by) and one.on >= leaves_on - OF_THIS_LEAVING:
            ticked[one.school, one.account, one.about].add(one.topic)
    gone: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (school, account, key), steps in ticked.items():
        if steps >= STEPS.keys():
            gone[school, account].add(key)
    return gone


def _enter(called: dict[str, ActiveMembers], person: Person, day: date) -> None:
    for membership in person.memberships:
        roll = called.get(membership.school)
        if roll is None or not membership.here_on(day):
            continue
        roll.here[person.key] = membership
        if not person.email or person.unreachable:
            roll.out_of_reach.add(person.key)
        for role in membership.roles:
            roll.by_role[role].append(person.key)
        for group in membership.groups:
            roll.by_group[group].append(person.key)


@dataclass(frozen=True, slots=True)
class StaffReply:
    """A question or a refusal instead of a signature: who said it, about which policy.

    `given_to`: the person it was given to.
    """

    person: str
    policy: str | None
    given_to: str | None = None


def who_answers(snapshot: Snapshot, roll: ActiveMembers, asked: StaffReply, *, refuses: bool) -> str | None:
    """Find the person a question or a refusal goes to; None: no one here can be written to.

    Whom it was given to has it while they are here and can be written to. Otherwise a question is the policy
    owner's, else the head's; a refusal is the head's; both are the chair's where the head says them.
    """
    if asked.given_to in roll.here and asked.given_to not in roll.out_of_reach:
        return asked.given_to
    if refuses:
        return roll.leader_above(asked.person)
    policy = snapshot.policies.get((roll.school.key, asked.policy or ""))
    return roll.answers(asked.person, policy.owner if policy else None)
