"""The kinds of the log: what each asks, who writes and reads it, what is still to come after it."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta

LEADS = frozenset({"headteacher", "deputy-head", "deputy-manager", "assistant-head", "senior-leader"})
SAFETY = frozenset({"dsl", "deputy-dsl"})
DESK = LEADS | {"office", "business-manager", "secretary"}
# Whoever works here, whatever their roles.
STAFF: frozenset[str] = frozenset()

INITIALS = "Initials and class only, for example A.B. in Year 5. Never a name."


@dataclass(frozen=True, slots=True)
class Blank:
    """One thing a form asks. `choices` empty: a line of words."""

    key: str
    label: str
    hint: str = ""
    choices: tuple[str, ...] = ()
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Later:
    """Something that comes after an entry. Until it is written down the entry is open.

    `open_words` name what is missing. `late_after`: from then on it should have come; None: no hurry.
    `said_at_once`: the blank of the entry itself that may have answered it already.
    """

    key: str
    title: str
    open_words: str
    blanks: tuple[Blank, ...]
    late_after: timedelta | None = None
    said_at_once: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKind:
    """One kind. `obligations` are the register's keys it belongs to. Its own writer always reads an entry."""

    key: str
    title: str
    says: str
    blanks: tuple[Blank, ...]
    obligations: tuple[str, ...]
    writers: frozenset[str] = STAFF
    readers: frozenset[str] = STAFF
    later: tuple[Later, ...] = ()


# Handed in before school, late by the evening.
SAME_DAY = timedelta(hours=9)
CHILD = Blank("child", "Which child?", INITIALS)
WHERE_KEPT = Blank("kept", "Where is it kept?", "A place that locks, for example the office safe.")
DSL_TOLD = Blank("dsl", "Who told the DSL, and when?", "For example: I did, today at 10:40.")
DSL_LATER = Later(
    "dsl-told",
    "The DSL is told",
    "the DSL is not told yet",
    (DSL_TOLD,),
    late_after=timedelta(),
    said_at_once=DSL_TOLD.key,
)
DSL_AT_ONCE = Blank(
    DSL_TOLD.key, DSL_TOLD.label, "Leave it empty when nobody has yet: it then stands open.", needed=False
)

_ALL = (
    LogKind(
        key="pupil-phone",
        title="A child’s phone or device handed in",
        says="Each day a child brings one.",
        obligations=("pupil-phones", "device-storage"),
        blanks=(CHILD, Blank("what", "What is it?", "For example, a phone or a watch."), WHERE_KEPT),
        later=(
            Later(
                "given-back",
                "It is given back",
                "not given back",
                (Blank("to", "To whom?", choices=("The child", "The child’s parent or carer")),),
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
            Blank("what", "Which phone or camera?", "Its name or number."),
            Blank("for", "What for?", "The trip or the club."),
            Blank("carrier", "Who carries it?", "It stays with this member of staff all the time."),
        ),
        later=(
            Later(
                "returned",
                "It is back in school",
                "not back",
                (Blank("to", "Where is it now?", "For example, in the office cupboard."),),
                late_after=timedelta(hours=24),
            ),
            Later(
                "wiped",
                "Its pictures are deleted",
                "pictures not deleted",
                (
                    Blank(
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
            Blank("where", "Where are they?", "For example, the lockers in the store cupboard."),
            Blank(
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
            Blank("event", "Which event or trip?"),
            Blank(
                "how",
                "How were they told?",
                choices=("Said at the start", "A sign at the entrance", "A letter or message before"),
            ),
            Blank("by", "Who told them?", "A member of staff."),
        ),
    ),
    LogKind(
        key="taken",
        title="A device taken from a child",
        says="Each time, whoever took it. What it is about is not written here: that is a report.",
        obligations=("search-log",),
        readers=DESK | SAFETY,
        blanks=(
            CHILD,
            Blank("what", "What was taken?"),
            Blank("why", "Which rule?", "A few words. A worry about a child goes into a report instead."),
            Blank("authorised", "Who authorised it?", "A member of staff."),
            Blank("present", "Who was present?", "Staff by name; children by initials and class."),
            WHERE_KEPT,
            DSL_AT_ONCE,
        ),
        later=(
            DSL_LATER,
            Later(
                "released",
                "It is given back",
                "not given back",
                (
                    Blank(
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
        readers=LEADS | SAFETY,
        blanks=(
            CHILD,
            Blank(
                "what",
                "What was done?",
                choices=(
                    "A search for a device",
                    "Data on a device looked at",
                    "Data on a device deleted",
                    "Refused, so not done",
                ),
            ),
            Blank("why", "For what reason?", "The rule or the risk, in a few words."),
            Blank("authorised", "Who authorised it?", "The head, or somebody the head has authorised."),
            Blank("present", "Who was present?", "Staff by name; children by initials and class."),
            Blank(
                "agreed",
                "Who agreed to it?",
                choices=("The child", "A parent or carer", "Nobody: the law allowed it without"),
            ),
            DSL_AT_ONCE,
        ),
        later=(
            DSL_LATER,
            Later(
                "family-told",
                "The family is told",
                "the family is not told yet",
                (Blank("family", "Who told them, and when?"),),
                late_after=timedelta(hours=24),
            ),
        ),
    ),
    LogKind(
        key="device",
        title="A school device, number or address issued",
        says="A phone, tablet, computer, telephone number or e-mail address for a member of staff.",
        obligations=("device-register",),
        writers=DESK,
        readers=DESK,
        blanks=(
            Blank("what", "What is issued?", "With its number, for example Tablet 14."),
            Blank("holder", "To whom?", "A member of staff."),
            Blank(
                "for",
                "What for?",
                choices=("Daily work", "Contact with families", "Remote teaching", "Something else"),
            ),
            Blank("agreed", "Have they signed for its use?", choices=("Yes", "They will today")),
        ),
        later=(
            Later(
                "returned",
                "It is returned",
                "still out",
                (Blank("state", "In what state?", "And whether it is wiped for whoever has it next."),),
            ),
        ),
    ),
    LogKind(
        key="visitor",
        title="A visitor’s assurance at the entrance",
        says="Each visitor agrees to the notice before going further.",
        obligations=("visitor-assurance", "rules"),
        writers=DESK,
        readers=DESK,
        blanks=(
            Blank("visitor", "Visitor’s name"),
            Blank("from", "Where from, or whom to see?"),
            Blank(
                "phone",
                "Phone, watch and camera",
                choices=("Switched off and put away", "Left at the office", "None with me"),
            ),
            Blank("agreed", "The notice", choices=("I have read it and agree to it",)),
        ),
    ),
    LogKind(
        key="consent",
        title="A family’s consent for pictures or a channel",
        says="When a child starts, each year, and when a family changes its mind.",
        obligations=("consents",),
        writers=DESK,
        readers=DESK,
        blanks=(
            CHILD,
            Blank("channel", "For which channels?", "For example, the website, the newsletter, displays."),
            Blank(
                "answer",
                "What did the family say?",
                choices=("Yes", "Yes, within limits", "No", "Taken back"),
            ),
            Blank("where", "Where is the signed form?", "And the limits, if there are any."),
        ),
    ),
    LogKind(
        key="tool",
        title="A social media tool of the PTA or another group",
        says="Before it is used. One of the school’s own is asked for under Accounts.",
        obligations=("pta-statement", "approvals"),
        writers=LEADS,
        readers=DESK,
        blanks=(
            Blank("tool", "Which tool?"),
            Blank("group", "Which group uses it?", "For example, the PTA."),
            Blank("risk", "Where is its risk assessment?"),
            Blank(
                "answer",
                "What is decided?",
                choices=("Approved", "Approved on conditions", "Not approved"),
            ),
            Blank("conditions", "On what conditions, or why not?", needed=False),
        ),
    ),
)
KINDS: Mapping[str, LogKind] = {one.key: one for one in _ALL}


def may_write(kind: LogKind, roles: AbstractSet[str], *, works_here: bool) -> bool:
    """Say whether somebody may write down an entry of this kind."""
    return _among(kind.writers, roles, works_here=works_here)


def may_read(kind: LogKind, roles: AbstractSet[str], *, works_here: bool) -> bool:
    """Say whether somebody may read every entry of this kind, and add what comes later to it."""
    return _among(kind.readers, roles, works_here=works_here)


def _among(named: frozenset[str], roles: AbstractSet[str], *, works_here: bool) -> bool:
    return works_here and (not named or not named.isdisjoint(roles))
