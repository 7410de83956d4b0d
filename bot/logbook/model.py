"""The log: kinds of entry (fields, who writes and reads them), entries, what is still open, retention.

Entries never change. Retention has a default for each kind, which the DPO confirms once a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.roles import Permission, may
from bot.rules.retention import Retention

# Every member of staff, with any roles.

INITIALS = "Initials and class only, for example A.B. in Year 5. Never a name."


@dataclass(frozen=True, slots=True)
class LogField:
    """One thing a form asks. `choices` empty: a line of words."""

    key: str
    label: str
    hint: str = ""
    choices: tuple[str, ...] = ()
    needed: bool = True


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something that comes after an entry. Until it is written down the entry is open.

    `open_words` name what is missing. `late_after`: from then on it should have come; None: no hurry. A time
    of day is that of the entry's own day, and people are emailed from then on (`Entry.rings_at`).
    `said_at_once`: the blank of the entry itself that may have answered it already.
    """

    key: str
    title: str
    open_words: str
    blanks: tuple[LogField, ...]
    late_after: timedelta | time | None = None
    said_at_once: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKind:
    """One kind. `obligations` are the register's keys it belongs to. Its own writer always reads an entry."""

    key: str
    title: str
    says: str
    blanks: tuple[LogField, ...]
    obligations: tuple[str, ...]
    writers: Permission | None = None
    readers: Permission | None = None
    later: tuple[FollowUp, ...] = ()


# Schools end between 15:00 and 15:30, and a child takes home what is theirs. The office is still there.
SAME_DAY = time(15, 45, tzinfo=ZoneInfo("Europe/London"))
CHILD = LogField("child", "Which child?", INITIALS)
WHERE_KEPT = LogField("kept", "Where is it kept?", "A place that locks, for example the office safe.")
DSL_TOLD = LogField("dsl", "Who told the DSL, and when?", "For example: I did, today at 10:40.")
DSL_LATER = FollowUp(
    "dsl-told",
    "The DSL is told",
    "the DSL is not told yet",
    (DSL_TOLD,),
    late_after=timedelta(),
    said_at_once=DSL_TOLD.key,
)
DSL_AT_ONCE = LogField(
    DSL_TOLD.key, DSL_TOLD.label, "Leave it empty when nobody has yet: it then stands open.", needed=False
)

_ALL = (
    LogKind(
        key="pupil-phone",
        title="A child’s phone or device handed in",
        says="Each day a child brings one.",
        obligations=("pupil-phones", "device-storage"),
        blanks=(CHILD, LogField("what", "What is it?", "For example, a phone or a watch."), WHERE_KEPT),
        later=(
            FollowUp(
                "given-back",
                "It is given back",
                "not given back",
                (LogField("to", "To whom?", choices=("The child", "The child’s parent or carer")),),
                late_after=SAME_DAY,
            ),
        ),
    ),
    LogKind(
        key="trip-phone",
        title="A school phone or camera taken out",
        says="For a trip, or a breakfast or after-school club.",
        obligations=("trip-phone", "phone-wipe"),
        blanks=(
            LogField("what", "Which phone or camera?", "Its name or number."),
            LogField("for", "What for?", "The trip or the club."),
            LogField("carrier", "Who carries it?", "It stays with this member of staff all the time."),
        ),
        later=(
            FollowUp(
                "returned",
                "It is back in school",
                "not back",
                (LogField("to", "Where is it now?", "For example, in the office cupboard."),),
                late_after=timedelta(hours=24),
            ),
            FollowUp(
                "wiped",
                "Its pictures are deleted",
                "pictures not deleted",
                (
                    LogField(
                        "wiped",
                        "What became of the pictures?",
                        choices=(
                            "Moved to the school’s own place, then deleted",
                            "Deleted",
                            "None were taken",
                        ),
                    ),
                ),
                late_after=timedelta(hours=48),
            ),
        ),
    ),
    LogKind(
        key="storage",
        title="Phones and devices put away",
        says="At the start of a session: the store is locked and everything is in it.",
        obligations=("device-storage",),
        blanks=(
            LogField("where", "Where are they?", "For example, the lockers in the store cupboard."),
            LogField(
                "all",
                "Is everything put away and locked?",
                choices=("Yes, all of it", "No: put right at once", "No: the manager is told"),
            ),
        ),
    ),
    LogKind(
        key="event",
        title="Families or helpers told about phones and pictures",
        says="Before an event or a trip: the notice was given.",
        obligations=("event-notice", "rules"),
        blanks=(
            LogField("event", "Which event or trip?"),
            LogField(
                "how",
                "How were they told?",
                choices=("Said at the start", "A sign at the entrance", "A letter or message before"),
            ),
            LogField("by", "Who told them?", "A member of staff."),
        ),
    ),
    LogKind(
        key="taken",
        title="A device taken from a child",
        says="Each time, by the person who took it. What it is about is not written here: that is a report.",
        obligations=("search-log",),
        readers=Permission.VIEW_CONFISCATIONS,
        blanks=(
            CHILD,
            LogField("what", "What was taken?"),
            LogField("why", "Which rule?", "A few words. A worry about a child goes into a report instead."),
            LogField("authorised", "Who authorised it?", "A member of staff."),
            LogField("present", "Who was present?", "Staff by name; children by initials and class."),
            WHERE_KEPT,
            DSL_AT_ONCE,
        ),
        later=(
            DSL_LATER,
            FollowUp(
                "released",
                "It is given back",
                "not given back",
                (
                    LogField(
                        "to",
                        "To whom?",
                        choices=("The child’s parent or carer", "The child", "The police", "Kept, on advice"),
                    ),
                ),
                late_after=SAME_DAY,
            ),
        ),
    ),
    LogKind(
        key="search",
        title="A search of a child or a device",
        says="Each search, and each time data is looked at or deleted. What was found goes into a report.",
        obligations=("search-log",),
        readers=Permission.VIEW_SEARCHES,
        blanks=(
            CHILD,
            LogField(
                "what",
                "What was done?",
                choices=(
                    "A search for a device",
                    "Data on a device looked at",
                    "Data on a device deleted",
                    "Refused, so not done",
                ),
            ),
            LogField("why", "For what reason?", "The rule or the risk, in a few words."),
            LogField("authorised", "Who authorised it?", "The head, or somebody the head has authorised."),
            LogField("present", "Who was present?", "Staff by name; children by initials and class."),
            LogField(
                "agreed",
                "Who agreed to it?",
                choices=("The child", "A parent or carer", "Nobody: the law allowed it without"),
            ),
            DSL_AT_ONCE,
        ),
        later=(
            DSL_LATER,
            FollowUp(
                "family-told",
                "The family is told",
                "the family is not told yet",
                (LogField("family", "Who told them, and when?"),),
                late_after=timedelta(hours=24),
            ),
        ),
    ),
    LogKind(
        key="device",
        title="A school device, number or address issued",
        says="A phone, tablet, computer, telephone number or e-mail address for a member of staff.",
        obligations=("device-register",),
        writers=Permission.KEEP_OFFICE_LOG,
        readers=Permission.KEEP_OFFICE_LOG,
        blanks=(
            LogField("what", "What is issued?", "With its number, for example Tablet 14."),
            LogField("holder", "To whom?", "A member of staff."),
            LogField(
                "for",
                "What for?",
                choices=("Daily work", "Contact with families", "Remote teaching", "Something else"),
            ),
            LogField("agreed", "Have they signed for its use?", choices=("Yes", "They will today")),
        ),
        later=(
            FollowUp(
                "returned",
                "It is returned",
                "still out",
                (LogField("state", "In what state?", "And whether it is wiped for the next person."),),
            ),
        ),
    ),
    LogKind(
        key="visitor",
        title="A visitor’s assurance at the entrance",
        says="Each visitor agrees to the notice before going further.",
        obligations=("visitor-assurance", "rules"),
        writers=Permission.KEEP_OFFICE_LOG,
        readers=Permission.KEEP_OFFICE_LOG,
        blanks=(
            LogField("visitor", "Visitor’s name"),
            LogField("from", "Where from, or whom to see?"),
            LogField(
                "phone",
                "Phone, watch and camera",
                choices=("Switched off and put away", "Left at the office", "None with me"),
            ),
            LogField("agreed", "The notice", choices=("I have read it and agree to it",)),
        ),
    ),
    LogKind(
        key="consent",
        title="A family’s consent for pictures or a channel",
        says="When a child starts, each year, and when a family changes its mind.",
        obligations=("consents",),
        writers=Permission.KEEP_OFFICE_LOG,
        readers=Permission.KEEP_OFFICE_LOG,
        blanks=(
            CHILD,
            LogField("channel", "For which channels?", "For example, the website, the newsletter, displays."),
            LogField(
                "answer",
                "What did the family say?",
                choices=("Yes", "Yes, within limits", "No", "Taken back"),
            ),
            LogField("where", "Where is the signed form?", "And the limits, if there are any."),
        ),
    ),
    LogKind(
        key="agreement",
        title="An agreement about a child’s own phone or device",
        says="In writing, before it is used: what the school, the child and the family agreed.",
        obligations=("permissions",),
        writers=Permission.KEEP_OFFICE_LOG,
        readers=Permission.KEEP_OFFICE_LOG,
        blanks=(
            CHILD,
            LogField("what", "What is agreed?", "Which device, when and where, and what is expected."),
            LogField("until", "Until when?", "A day, or the end of a term or year."),
            LogField(
                "pupil", "Agreed by the pupil themselves?", choices=("Yes", "No, too young to be asked")
            ),
            LogField("family", "Which parent or carer signed, and on which day?", "Mother, father or carer."),
            LogField("where", "Where is the signed agreement?"),
        ),
        later=(
            FollowUp(
                "ended",
                "It has ended",
                "in force",
                (LogField("why", "Why?", "Over, taken back, or replaced by another."),),
            ),
        ),
    ),
    LogKind(
        key="tool",
        title="A social media tool of the PTA or another group",
        says="Before it is used. One of the school’s own is asked for under Accounts.",
        obligations=("pta-statement", "approvals"),
        writers=Permission.DECIDE_GROUP_TOOLS,
        readers=Permission.KEEP_OFFICE_LOG,
        blanks=(
            LogField("tool", "Which tool?"),
            LogField("group", "Which group uses it?", "For example, the PTA."),
            LogField("risk", "Where is its risk assessment?"),
            LogField(
                "answer",
                "What is decided?",
                choices=("Approved", "Approved on conditions", "Not approved"),
            ),
            LogField("conditions", "On what conditions, or why not?", needed=False),
        ),
    ),
)
KINDS: Mapping[str, LogKind] = {one.key: one for one in _ALL}


def may_write(kind: LogKind, roles: AbstractSet[str], *, works_here: bool) -> bool:
    """Return whether these roles may write an entry of this kind."""
    return _among(kind.writers, roles, works_here=works_here)


def may_read(kind: LogKind, roles: AbstractSet[str], *, works_here: bool) -> bool:
    """Return whether these roles may read every entry of this kind, and add to it."""
    return _among(kind.readers, roles, works_here=works_here)


def _among(needed: Permission | None, roles: AbstractSet[str], *, works_here: bool) -> bool:
    return works_here and (needed is None or may(roles, needed))


# Steps of any entry other than those of its kind: a correction, a cancellation,
# and holding it whatever its age, until it is released.
CORRECTED, MISTAKEN = "corrected", "mistaken"
HELD, LET_GO = "held", "let-go"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line. `follows` is the reference of the entry it belongs to, and `step` what it says of that."""

    reference: str
    school: str
    kind: str
    happened_at: datetime
    recorded_at: datetime
    by: str
    by_name: str
    identified_by: str
    said: Mapping[str, str]
    follows: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry with everything written about it later, oldest first."""

    first: LogLine
    after: tuple[LogLine, ...]

    @property
    def kind(self) -> LogKind:
        return KINDS[self.first.kind]

    @property
    def mistaken(self) -> bool:
        return any(one.step == MISTAKEN for one in self.after)

    @property
    def held(self) -> bool:
        """Return whether it is kept whatever its age."""
        said = [one.step for one in self.after if one.step in {HELD, LET_GO}]
        return said[-1:] == [HELD]

    @property
    def ended_at(self) -> datetime:
        """Return when its last step was written, without notes on its retention."""
        said = [one.recorded_at for one in self.after if one.step not in {HELD, LET_GO}]
        return max([self.first.recorded_at, *said])

    @property
    def missing(self) -> tuple[FollowUp, ...]:
        """Return what is still to come; of an entry written by mistake nothing is."""
        done = {one.step for one in self.after}
        return tuple(
            one
            for one in self.kind.later
            if not self.mistaken and one.key not in done and not self.first.said.get(one.said_at_once)
        )

    def late(self, now: datetime) -> tuple[FollowUp, ...]:
        """Return what should have come by now."""
        return tuple(one for one in self.missing if (at := self._late_at(one)) is not None and at <= now)

    @property
    def rings_at(self) -> datetime | None:
        """Compute from when on people are emailed about what was due the same day; None: nothing is."""
        return next((self._late_at(one) for one in self.missing if isinstance(one.late_after, time)), None)

    def _late_at(self, later: FollowUp) -> datetime | None:
        """Compute when something is late; None: never. After its time of day it has until midnight."""
        happened_at, after = self.first.happened_at, later.late_after
        if not isinstance(after, time):
            return None if after is None else happened_at + after
        local = happened_at.astimezone(after.tzinfo)
        if local.timetz() < after:
            return datetime.combine(local, after)
        return datetime.combine(local + timedelta(days=1), time(tzinfo=after.tzinfo))


def entries(written: Iterable[LogLine]) -> list[LogEntry]:
    """Group lines into entries, newest first."""
    lines = list(written)
    after: dict[str, list[LogLine]] = {one.reference: [] for one in lines if not one.follows}
    for one in sorted(lines, key=lambda one: one.recorded_at):
        if one.follows in after:
            after[one.follows].append(one)
    found = [LogEntry(one, tuple(after[one.reference])) for one in lines if not one.follows]
    return sorted(found, key=lambda one: one.first.happened_at, reverse=True)


def open_ones(found: Sequence[LogEntry], now: datetime) -> list[LogEntry]:
    """List what is open: what is late first, then the longest open."""
    waiting = [one for one in found if one.missing]
    return sorted(waiting, key=lambda one: (not one.late(now), one.first.happened_at))


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """So many whole years after the one in which its last line was written, and why."""

    years: int
    why: str


OTHERWISE = RetentionRule(6, "as long as somebody may still ask about it")
RULES = {
    "visitor": RetentionRule(6, "as schools keep visitors’ books"),
    # A child is at a primary for seven years at most.
    "consent": RetentionRule(13, "while the child is here, seven years at most, and six more"),
    "agreement": RetentionRule(13, "while the child is here, seven years at most, and six more"),
    "pupil-phone": RetentionRule(1, "a daily list, of no use for longer"),
    "storage": RetentionRule(1, "a daily list, of no use for longer"),
    "trip-phone": RetentionRule(1, "a daily list, of no use for longer"),
}


def rule_of(kind: str) -> RetentionRule:
    """Return the retention rule of a kind."""
    return RULES.get(kind, OTHERWISE)


def entry_kept_until(entry: LogEntry) -> Retention:
    """Return until when an entry is kept; an open or held one is kept whatever its age."""
    if entry.held:
        return Retention(None, "held")
    if entry.missing:
        return Retention(None, "still open")
    rule = rule_of(entry.first.kind)
    return Retention(date(entry.ended_at.year + rule.years, 12, 31), rule.why)
