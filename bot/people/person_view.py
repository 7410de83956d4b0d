"""All about one person: what they are asked, what they have signed, their training, and what they hold.

Only what is recorded of their tasks: no case, no report, no words of a question or a refusal, and never why
somebody is away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.roles import Permission
from bot.database.engine import Store
from bot.identity.member import Member
from bot.planning.plan import PRESSING
from bot.planning.snapshot import Snapshot
from bot.records import evidence as record_evidence
from bot.rules.accounts import Account
from bot.rules.duties import State
from bot.rules.obligations import Kind
from bot.rules.policies import Policy
from bot.signing.my_duties import Did, done_by
from bot.status.links import LinkedRow, linked_rows
from bot.status.model import lines_of
from bot.status.words import in_order


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person on one day. `open` has the most pressing task first; `aside`: on hold or not needed.

    `counts`: state -> number of tasks, in the order in which pages show them.
    """

    open: tuple[LinkedRow, ...]
    aside: tuple[LinkedRow, ...]
    counts: Mapping[str, int]
    signed: tuple[Did, ...]
    trained: tuple[Did, ...]
    accounts: tuple[Account, ...]
    policies: tuple[Policy, ...]


def may_view(member: Member, key: str) -> bool:
    """Return whether a reader may see a person's page: their line manager, themselves, and the office."""
    person = member.snapshot.people.get(key)
    here = person.membership(member.setting.key) if person else None
    is_theirs = here is not None and member.person.key in {key, here.manager}
    return is_theirs or member.may(Permission.USE_OFFICE)


def view_person(
    store: Store, snapshot: Snapshot, setting: str, person: str, reader: str, today: date
) -> PersonView:
    """Gather one person's page; nothing is written."""
    lines = lines_of(snapshot, setting, person, today)
    rows = linked_rows(snapshot, setting, lines, reader)
    with store.reading() as conn:
        acts = record_evidence.of_person(conn, setting, person)
    done = done_by(snapshot, acts)
    courses = {one.key for one in snapshot.obligations if (one.setting, one.kind) == (setting, Kind.TRAIN)}
    accounts = (one for one in snapshot.accounts if one.setting == setting)
    policies = (one for (school, _), one in snapshot.policies.items() if school == setting)
    return PersonView(
        open=tuple(one for one in rows if one.line.state in PRESSING),
        aside=tuple(one for one in rows if one.line.state in {State.PAUSED, State.EXCUSED}),
        counts=in_order(Counter(one.state.value for one in lines)),
        signed=tuple(one for one in done if one.kept.record.obligation not in courses),
        trained=tuple(one for one in done if one.kept.record.obligation in courses),
        accounts=tuple(one for one in accounts if person in one.holders),
        policies=tuple(one for one in policies if one.owner == person),
    )
