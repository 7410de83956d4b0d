"""What a letter about a review quotes: its meeting, the choices where none is in time, the draft if here.

Turns what the outbox holds for one person into a letter: the school's words, names, titles and links.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import quote

from bot.core.dates import full_date, long_date
from bot.core.links import Link, Links
from bot.core.roles import PERMISSIONS, Permission, may
from bot.messages.claim_store import ClaimedMessage, MessageReminder
from bot.messages.content import BodyMeeting, ContentBlock, MessageContent
from bot.planning.duties import PlanningContext
from bot.planning.duty_view import READ_HERE, statement
from bot.planning.exemptions import THEIRS, to_themselves
from bot.planning.plan import GOVERNORS, HAND_OVER, OF_OTHERS, WEEKLY
from bot.planning.review_duties import (
    AGENDA,
    LAST_KNOWN,
    MEETINGS,
    NO_MEETING,
    PAPERS,
    in_force,
    is_draft_of,
    owners,
    standing,
)
from bot.ports import Address
from bot.records.weekly_anchor import WeeklyAnchor
from bot.rules.accounts import Account
from bot.rules.duties import Duty, State
from bot.rules.meetings import (
    Body,
    CountBack,
    Counted,
    NoMeeting,
    count_back,
    days_before,
    nobody_approves,
)
from bot.rules.names import TITLES
from bot.rules.obligations import Kind, Obligation, source_citation
from bot.rules.policies import Policy


def policy_of(looked: PlanningContext, duty: Duty) -> Policy | None:
    """Find the policy a review is of; None where the duty is no review."""
    one = duty.obligation
    return looked.snapshot.policies.get((one.school, one.policy or "")) if one.kind is Kind.REVIEW else None


def meeting_of(looked: PlanningContext, duty: Duty) -> BodyMeeting | None:
    """Find the meeting a review is counted back from; None for anything else, and where no body approves."""
    body = body_of(looked, duty)
    if body is None:
        return None
    if duty.subject == MEETINGS:
        last = duty.cycle.partition(f"/{LAST_KNOWN}")[2]
        return BodyMeeting(body.name, date.fromisoformat(last) if last else None)
    calendar = looked.days[duty.obligation.school].calendar
    if duty.subject == NO_MEETING and duty.due_on is not None:
        return _in_words(body.name, count_back(body, duty.due_on, looked.on, calendar))
    for meeting in body.meetings:
        if f"/{meeting.on.isoformat()}/" in duty.cycle:
            return _in_words(body.name, days_before(body, meeting, calendar))
    return None


def body_of(looked: PlanningContext, duty: Duty) -> Body | None:
    """Find the body a review goes to; None for anything else, and where no body approves."""
    policy = policy_of(looked, duty)
    return looked.rolls[duty.obligation.school].bodies.get(policy.approver or "") if policy else None


def dates_page(looked: PlanningContext, duty: Duty, reader: str) -> str:
    """Return the path of the page for a body's next meeting; "" if it is not asked or closed to them."""
    body, school = body_of(looked, duty), duty.obligation.school
    here = looked.rolls[school].here.get(reader)
    if (
        duty.subject != MEETINGS
        or body is None
        or here is None
        or not may(here.usual_roles, Permission.EDIT_MEETINGS)
    ):
        return ""
    return f"/governors/meetings?body={quote(body.key, safe='')}"


def choices_of(looked: PlanningContext, duty: Duty) -> tuple[str, ...]:
    """List what can be done where no meeting is in time, or where no one knows who approves."""
    if duty.subject != NO_MEETING or duty.due_on is None:
        return ()
    meeting = meeting_of(looked, duty)
    return meeting.choices if meeting else nobody_approves(duty.due_on).choices


def draft_of(looked: PlanningContext, duty: Duty, reader: str) -> tuple[str, str]:
    """Return the drafts ready and missing for a meeting; one of the two is empty."""
    policy = policy_of(looked, duty)
    if policy is None or duty.subject not in {AGENDA, PAPERS}:
        return "", ""
    school, review_on = duty.obligation.school, date.fromisoformat(duty.cycle.partition("/")[0])
    acts = standing(looked.evidence.of_obligation(school, duty.obligation.key))
    for act in reversed(acts):
        if is_draft_of(act, review_on):
            return f"The draft, recorded on {long_date(act.on)}", ""
    roll = looked.rolls[school]
    delegated = in_force(looked.snapshot.delegations.get((school, policy.key)), roll, acts)
    keepers = [delegated.person] if delegated else owners(policy, roll)
    names = [looked.snapshot.people[key].name for key in keepers if key != reader]
    ask = f" Ask {' or '.join(names)}." if names else ""
    return "", f"The draft: we hold no record that it is here.{ask}"


def _in_words(body: str, counted: Counted) -> BodyMeeting:
    if isinstance(counted, NoMeeting):
        return BodyMeeting(body, choices=counted.choices)
    if isinstance(counted, CountBack):
        return BodyMeeting(body, counted.meeting.on, counted.papers_on, counted.draft_on, counted.meeting.key)
    return BodyMeeting(body)


HEAD = "headteacher"
# Whom a reader may ask: the first of these roles that someone with an address holds.
ASKED_FIRST = ("office", "business-manager", HEAD)
GATHERED = "gathered"
# Several of these make one letter of the same kind; of the others, a gathered one.
SEVERAL = frozenset({HAND_OVER, GOVERNORS, WEEKLY, "papers", "minute"})

# What is asked, verb first, and the words on the button.
ASKS = {
    Kind.ACKNOWLEDGE: ("Read and confirm", "Read it"),
    Kind.TRAIN: ("Complete this training", "Record your training"),
    Kind.SIGN: ("Read and sign", "Read and sign"),
    Kind.REVIEW: ("Review", "See the review"),
    Kind.CHECK: ("Check", "Record it"),
    Kind.REPORT: ("Report", "Record it"),
    Kind.DECIDE: ("Decide", "Save decision"),
}
STAGES = {
    "draft": ("Send the draft", "Update the draft"),
    "agenda": ("Put it on the agenda", "Confirm on agenda"),
    "papers": ("Send it with the papers", "Confirm papers sent"),
    "approve": ("Consider it at the meeting", "See the review"),
    "minute": ("Say what was decided", "Record it"),
    "no meeting": ("Choose what to do", "See the review"),
    "meetings": ("Tell Handbell when it meets next", "Add meeting date"),
    "dates": ("Tell us its dates", "Add the dates"),
    "late": ("Late review", "See the review"),
    "no date": ("Review without a date", "See the review"),
}
NONE_IN_TIME = " No meeting is in time."


@dataclass(frozen=True, slots=True)
class OpenReminder:
    """One item of a message that is still owed, and the duty as it stands on the day of writing."""

    item: MessageReminder
    duty: Duty


@dataclass(frozen=True, slots=True)
class MessageContext:
    """Everything a letter may quote, as it is on the day of writing. `wordings`: a school's own, by kind.

    `anchor`: the ledger's code of the week before, where one of the readers may be a headteacher.
    """

    looked: PlanningContext
    links: Links
    base_url: str
    now: datetime
    wordings: Mapping[tuple[str, str], str] = field(default_factory=dict)
    anchor: WeeklyAnchor | None = None
    _asked: dict[str, tuple[tuple[str, Address], ...]] = field(default_factory=dict, init=False, repr=False)
    _cited: dict[tuple[str, str], str] = field(default_factory=dict, init=False, repr=False)

    def letter(self, message: ClaimedMessage, owed: Sequence[OpenReminder]) -> MessageContent:
        """Write to one person about what is still owed."""
        school = self.looked.snapshot.schools[message.school]
        kind = kind_of([one.item.kind for one in owed])
        meeting = self._meeting(owed)
        cards = tuple(self._card(message.person, one) for one in owed if one.item.kind != WEEKLY)
        weekly = [one for one in owed if one.item.kind == WEEKLY]
        if weekly:
            cards += (self._weekly(message, weekly),)
        if kind == NO_MEETING and meeting is not None:
            # The letter's own words list the choices.
            cards = tuple(replace(one, choices=()) for one in cards)
        return MessageContent(
            kind=kind,
            step=owed[0].item.step,
            school=school.name,
            first_name=first_name(self.name(message.person)),
            on=self.looked.on,
            cards=cards,
            ask=self.whom_to_ask(message.school, message.person),
            words=school.words,
            meeting=meeting,
            own_words=self.wordings.get((message.school, kind), ""),
            live=any(one.duty.live for one in owed),
            anchor=self.anchor_for(message),
        )

    def about(self, message: ClaimedMessage, card: ContentBlock) -> MessageContent:
        """Write to one person about one thing, which is no duty of the plan's."""
        school = self.looked.snapshot.schools[message.school]
        return MessageContent(
            kind=message.kind,
            step=message.step,
            school=school.name,
            first_name=first_name(self.name(message.person)),
            on=self.looked.on,
            cards=(card,),
            ask=self.whom_to_ask(message.school, message.person),
            words=school.words,
        )

    def anchor_for(self, message: ClaimedMessage) -> str:
        """Write the line that notes the ledger outside, in the headteacher's own emails; empty in others'."""
        if self.anchor is None or message.person not in self.looked.rolls[message.school].holders(HEAD):
            return ""
        until = full_date(self.anchor.until)
        return (
            f"Record code until {until}: {self.anchor.code}. Keep this email. It can show if records change."
        )

    def whom_to_ask(self, school: str, reader: str) -> Address | None:
        """Return a person of the office, or the head; never the reader."""
        if school not in self._asked:
            self._asked[school] = tuple(self._whom(school))
        return next((address for key, address in self._asked[school] if key != reader), None)

    def _whom(self, school: str) -> Iterator[tuple[str, Address]]:
        """List anyone who may be asked, by key, in order."""
        roll = self.looked.rolls[school]
        for key in (key for role in ASKED_FIRST for key in roll.holders(role)):
            person = self.looked.snapshot.people[key]
            if person.email:
                yield key, Address(person.email, person.name)

    def name(self, key: str) -> str:
        """Return a person's name; for an unknown key, the key."""
        return self.looked.snapshot.name_of(key)

    def link(self, school: str, person: str, obligation: str, cycle: str) -> str:
        """Return the personal address of one duty."""
        email = self.looked.snapshot.people[person].email or ""
        mailed_to = self.links.address_digest(email)
        token = self.links.make(Link("duty", school, person, obligation, cycle, mailed_to), self.now)
        return f"{self.base_url}/d/{token}"

    def _card(self, reader: str, owed: OpenReminder) -> ContentBlock:
        duty, item = owed.duty, owed.item
        heading, button = STAGES.get(duty.subject or "", ASKS[duty.obligation.kind])
        if item.about != reader:
            return self._handed_over(reader, owed)
        ready, missing = draft_of(self.looked, duty, reader)
        dates = dates_page(self.looked, duty, reader)
        return ContentBlock(
            heading=heading,
            thing=self._thing(duty),
            why=to_themselves(duty.why.partition(NONE_IN_TIME)[0]),
            state=duty.state,
            due_on=duty.due_on,
            minutes=duty.obligation.minutes,
            button=button,
            link=f"{self.base_url}{dates}"
            if dates
            else self.link(item.school, reader, item.obligation, item.cycle),
            cites=self._cites(duty.obligation),
            account=self._account_name(duty),
            notes=self._promise(duty),
            choices=choices_of(self.looked, duty),
            ready=(ready,) if ready else (),
            missing=(missing,) if missing else (),
        )

    def _weekly(self, message: ClaimedMessage, owed: Sequence[OpenReminder]) -> ContentBlock:
        """Return all weekly checks that are not recorded in one line, each with who was asked."""
        named = (f"{one.duty.obligation.named} ({self.name(one.item.about)})" for one in owed)
        reader = self.looked.rolls[message.school].here.get(message.person)
        leads = reader is not None and may(reader.usual_roles, Permission.VIEW_SCHOOL)
        return ContentBlock(
            heading="Weekly checks not recorded",
            thing="; ".join(dict.fromkeys(named)),
            why="They may have been done all the same.",
            state=State.NO_RECORD,
            button="See what waits" if leads else "",
            link=f"{self.base_url}/school" if leads else "",
        )

    def _handed_over(self, reader: str, owed: OpenReminder) -> ContentBlock:
        """Write what another person owes, and how to reach those whom no email reaches."""
        duty, item = owed.duty, owed.item
        unreached = self._unreached(item.about)
        on_paper = bool(unreached) and duty.obligation.kind in READ_HERE
        prints = on_paper and self._prints_sheets(item.school, reader)
        return ContentBlock(
            heading=STAGES.get(duty.subject or "", ASKS[duty.obligation.kind])[0],
            thing=self._thing(duty),
            why=self._last_day(item),
            state=duty.state,
            due_on=duty.due_on,
            cites=self._cites(duty.obligation),
            about=self.name(item.about),
            account=self._account_name(duty),
            since=None if unreached else self._first_asked(owed),
            unreached=unreached,
            on_paper=on_paper,
            button="Print sheet" if prints else "",
            link=f"{self.base_url}/paper" if prints else "",
        )

    def _last_day(self, item: MessageReminder) -> str:
        """Return when the person leaves, where that is known: until then they can be asked."""
        membership = self.looked.rolls[item.school].here.get(item.about)
        leaves_on = membership.leaves_on if membership else None
        return f"{THEIRS} {long_date(leaves_on)}." if leaves_on else ""

    def _unreached(self, key: str) -> str:
        """Return why no email reaches someone; empty: it does, for all we know."""
        person = self.looked.snapshot.people.get(key)
        if person is None or not person.email:
            return f"{self.name(key)} has no email address, so nothing was sent."
        return f"Emails to {person.name} are being rejected." if person.unreachable else ""

    def _prints_sheets(self, school: str, reader: str) -> bool:
        roll = self.looked.rolls[school]
        return any(reader in roll.holders(role) for role in PERMISSIONS[Permission.PRINT_SHEETS])

    def _thing(self, duty: Duty) -> str:
        """Return what it is about: the document itself where it is to be read or reviewed."""
        body = body_of(self.looked, duty) if duty.subject == MEETINGS else None
        if body is not None:
            return body.name
        policy = self._policy(duty.obligation)
        about_document = duty.obligation.kind in {Kind.ACKNOWLEDGE, Kind.REVIEW}
        return policy.title if policy is not None and about_document else duty.obligation.named

    def _policy(self, obligation: Obligation) -> Policy | None:
        return self.looked.snapshot.policies.get((obligation.school, obligation.policy or ""))

    def _cites(self, one: Obligation) -> str:
        """Return why it is asked; to everyone the same."""
        here = one.school, one.key
        if here not in self._cited:
            self._cited[here] = source_citation(self.looked.snapshot.policies, one)
        return self._cited[here]

    def _promise(self, duty: Duty) -> tuple[str, ...]:
        one = duty.obligation
        if one.kind is not Kind.SIGN:
            return ()
        account = self.account(one.school, duty.subject)
        return (f"What you sign: {statement(one, self._policy(one), account=account)}",)

    def account(self, school: str, key: str | None) -> Account | None:
        """Find an account of a school by its key; None: it is not one, or not any more."""
        here = school, key
        return next((one for one in self.looked.snapshot.accounts if (one.school, one.key) == here), None)

    def _account_name(self, duty: Duty) -> str:
        account = self.account(duty.obligation.school, duty.subject)
        return account.called if account else ""

    def _first_asked(self, owed: OpenReminder) -> date | None:
        """Return when the person was first written to; what only their human was told does not count."""
        one, duty, decided = owed.item, owed.duty, self.looked.snapshot.decided
        theirs = (step.name for step in duty.steps if step.to == "person")
        found = (decided.get((one.school, one.obligation, one.about, one.cycle, name)) for name in theirs)
        told = (step.on for step in found if step is not None and not step.lapsed)
        return min((on for on in told if on >= duty.opens_on), default=None)

    def _meeting(self, owed: Iterable[OpenReminder]) -> BodyMeeting | None:
        """Find the meeting that the first review among them is counted back from."""
        return next((found for one in owed if (found := self.meeting_of(one))), None)

    def meeting_of(self, one: OpenReminder) -> BodyMeeting | None:
        """Find the meeting a review is counted back from; None for anything else, and for a hand-over."""
        return None if one.item.kind in OF_OTHERS else meeting_of(self.looked, one.duty)


def kind_of(kinds: Sequence[str]) -> str:
    """Return which words fit: those of the one thing there is, or those for several gathered."""
    if len(kinds) == 1 or (len(set(kinds)) == 1 and kinds[0] in SEVERAL):
        return kinds[0]
    return GATHERED


def first_name(name: str) -> str:
    """Return how to greet: "Jo" for Jo Bell, and the whole name where a title stands before it."""
    words = name.split()
    return name if not words or words[0].casefold().rstrip(".") in TITLES else words[0]
