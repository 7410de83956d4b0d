"""Where the rows of a list lead: the page of a person, of what is asked, of a finding; and what to do next.

Pure functions of a Snapshot. The addresses are those of the office, which everyone with a list may open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bot.planning.exemptions import WITH_OFFICE
from bot.planning.plan import PRESSING
from bot.planning.snapshot import Snapshot
from bot.rules.duties import Finding, State
from bot.rules.evidence import ASKS, Evidence
from bot.rules.obligations import Kind
from bot.status.model import StatusLine

ON_PAPER = frozenset({Kind.ACKNOWLEDGE, Kind.SIGN})
# What a person does about a task of their own, verb first.
OWN = {
    Kind.ACKNOWLEDGE: "Read policy",
    Kind.SIGN: "Sign agreement",
    Kind.TRAIN: "Record training",
    Kind.CHECK: "Record check",
    Kind.REPORT: "Record report",
    Kind.DECIDE: "Record decision",
    Kind.REVIEW: "Record review",
}
SETTINGS, PEOPLE, POLICIES, ACCOUNTS = "/office/settings", "/office/people", "/office/policies", "/accounts"
# Finding code -> the page that puts it right and the words of the link. Accounts' codes share one row.
FINDINGS: Mapping[str, tuple[str, str]] = {
    "role-empty": (PEOPLE, "Choose a person"),
    "audience-empty": (PEOPLE, "Check people"),
    "role-unknown": (PEOPLE, "Check roles"),
    "single-point": (PEOPLE, "Name a deputy"),
    "no-chair": (PEOPLE, "Name the chair"),
    "one-holder": (ACCOUNTS, "Add a holder"),
    "leaver-holds": (ACCOUNTS, "Hand over"),
    "no-address": (PEOPLE, "Add an address"),
    "unreachable": (PEOPLE, "Correct address"),
    "terms-ended": (f"{SETTINGS}#year", "Enter dates"),
    "no-terms": (f"{SETTINGS}#year", "Enter dates"),
    "no-phones": (f"{SETTINGS}#phones-heading", "Add numbers"),
    "no-meetings": ("/governors/meetings", "Add meetings"),
    "dates-disagree": (POLICIES, "Check dates"),
    "too-few-trained": ("/training", "See training"),
    "cover-ends": ("/training", "See training"),
    "event-unasked": (PEOPLE, "Choose a person"),
    "never-asked": (POLICIES, "See policies"),
    "promise-retired": ("/office/rules", "See rule"),
}
ACCOUNT_FINDING = (ACCOUNTS, "See account")


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to press: a verb with its object, and the page it opens."""

    verb: str
    href: str


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """A line of a list with where its person and its item lead, and what to do about it."""

    line: StatusLine
    person: str
    item: str
    deed: Deed


def person_page(key: str) -> str:
    """Return the address of a person's page."""
    return f"{PEOPLE}/of/{quote(key, safe='')}"


def policy_page(key: str) -> str:
    """Return the address of a policy's page."""
    return f"{POLICIES}/{quote(key, safe='')}"


def task_matrix_page(rule: str) -> str:
    """Return the address of the list of everyone who is asked for one task."""
    return f"/school/people-by-task?task={quote(rule, safe='')}"


def item_page(line: StatusLine) -> str:
    """Return the address of what a line asks for: review, course, account, policy, else the person's task."""
    if line.kind is Kind.REVIEW and line.policy:
        return f"/governors/reviews/{quote(line.policy, safe='')}"
    if line.kind is Kind.TRAIN:
        return f"/training/people/{quote(line.person, safe='')}/{quote(line.obligation, safe='')}"
    if line.kind is Kind.SIGN and line.subject:
        return f"{ACCOUNTS}/{quote(line.subject, safe='')}"
    return policy_page(line.policy) if line.policy else f"{person_page(line.person)}#{line.obligation}"


def finding_deed(found: Finding) -> Deed:
    """Return what to press for a finding. KeyError: a code that has no row in FINDINGS.

    What it is about has a page of its own below that of its kind.
    """
    account = found.code.startswith("account-")
    href, verb = ACCOUNT_FINDING if account else FINDINGS[found.code]
    if found.about:
        below = f"{PEOPLE}/of" if href == PEOPLE else href
        return Deed(verb, f"{below}/{quote(found.about, safe='')}")
    return Deed(verb, href)


def linked_rows(
    snapshot: Snapshot, school: str, lines: Iterable[StatusLine], reader: str
) -> tuple[LinkedRow, ...]:
    """Return each line with its links for the reader."""
    last = last_acts(snapshot, school)
    return tuple(
        LinkedRow(
            line,
            person_page(line.person),
            item_page(line),
            _deed(snapshot, line, reader, last),
        )
        for line in lines
    )


Acts = Callable[[StatusLine], Evidence | None]


def last_acts(snapshot: Snapshot, school: str) -> Acts:
    """Return a lookup of the latest act about a line's task."""
    said = {(one.obligation, one.person): one for one in snapshot.evidence if one.school == school}
    return lambda line: said.get((line.obligation, line.person))


def _deed(snapshot: Snapshot, line: StatusLine, reader: str, last: Acts) -> Deed:
    item, act = item_page(line), last(line)
    if line.kind is Kind.REVIEW:
        return Deed("See review", item)
    if line.state in PRESSING:
        return _open_deed(snapshot, line, reader)
    if line.state is State.PAUSED and act is not None and act.outcome in ASKS and act.receipt:
        return Deed("Answer", f"/office/questions/{quote(act.receipt, safe='')}")
    if line.state is State.EXCUSED and act is not None and act.reference == WITH_OFFICE:
        return Deed("Check certificate", "/training/waiting")
    return Deed("View", item if line.kind is Kind.TRAIN else f"{person_page(line.person)}#signed")


def _open_deed(snapshot: Snapshot, line: StatusLine, reader: str) -> Deed:
    """Return what to do about a task that is still open: one's own is done, another's is recorded."""
    if line.person == reader:
        return Deed(OWN[line.kind], f"/me/duty/{quote(line.obligation)}/{quote(line.cycle, safe='/:')}")
    if line.kind is Kind.TRAIN:
        return Deed("Record training", f"{item_page(line)}/finished")
    if line.kind not in ON_PAPER:
        return Deed("See tasks", f"{person_page(line.person)}#{line.obligation}")
    person, asked = snapshot.people[line.person], f"person={quote(line.person, safe='')}"
    if not person.email or person.unreachable:
        return Deed("Print sheet", f"/paper/sheets.pdf?{asked}")
    return Deed("Done on paper", f"/paper/enter?{asked}")
