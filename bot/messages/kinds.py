"""The registry of message kinds: one row for each kind. Everything else that lists kinds is derived from it.

A kind that is not planned also needs the function of its feature that writes it, in WRITERS of
bot/delivery/drafts.py; and one that counts towards the daily limit the FeatureReminders that queue it each
morning, in REMINDERS of bot/forecast/preview.py. bot/bootstrap/message_kinds.py checks at start that none is
missing. A database may hold kinds that are not here: those of a newer program.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

UNTITLED = "A message"


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message.

    name: as the database keeps it and as `MessageContent.kind` has it.
    template: its folder in bot/messages/templates, with subject.txt, opening.txt and closing.txt.
    title: what lists of messages call it; of a planned message they name its duties instead.
    planned: made from duties by planning/plan.py. Other kinds are queued by a feature, each about one thing.
    counts_towards_daily_limit: may be its person's one message of a day. Of kinds that are not planned only
        what is queued by `enqueue_reminders` counts; what answers something that a person did never does.
    urgent: its reader asked for it and waits: it goes out within minutes, at any hour.
    hidden_in_lists: in no list of messages, because a list would tell that there is a case.
    preview: what the preview of a day calls it. "": its FeatureReminders outline it; None: it is in none.
        Planned messages are previewed by their duties.
    own_wording: a school may write its own opening for it; the page of schools calls it by its title.
    """

    name: str
    template: str
    title: str = UNTITLED
    planned: bool = False
    counts_towards_daily_limit: bool = False
    urgent: bool = False
    hidden_in_lists: bool = False
    preview: str | None = ""
    own_wording: bool = False


_planned = partial(MessageKind, planned=True, counts_towards_daily_limit=True)
_reminder = partial(MessageKind, counts_towards_daily_limit=True)

_ROWS = (
    _planned("acknowledge", "acknowledge", "Read a policy", own_wording=True),
    _planned("training", "training", "Do a training", own_wording=True),
    _planned("agreement", "agreement", "Sign an agreement", own_wording=True),
    _planned("check", "check", "Do a check", own_wording=True),
    _planned("review", "review", "Review a policy", own_wording=True),
    _planned("papers", "papers", "Send papers", own_wording=True),
    _planned("minute", "minute"),
    _planned("no meeting", "no_meeting"),
    _planned("meetings", "meetings"),
    _planned("governors", "governors"),
    _planned("duty", "duty"),
    _planned("hand-over", "hand_over"),
    _planned("weekly", "weekly"),
    # The words of a planned message with duties of several kinds; the database keeps the first one's kind.
    _planned("gathered", "gathered"),
    _reminder("account", "account", "An official account"),
    _reminder("request", "request", "A request, or what was decided about one"),
    _reminder("question-waits", "question_waits", "A question or refusal that waits for an answer"),
    _reminder("term-dates", "term_dates", "The next term dates, to enter"),
    # Only where no other message of the day names the answers.
    _reminder("receipt", "receipt", "A receipt for what they answered"),
    MessageKind(
        "question", "question", "A question from a colleague, to answer", preview="Somebody asks a question"
    ),
    MessageKind(
        "answered", "answered", "The answer to their question", preview="An answer to their question"
    ),
    MessageKind("sign-in", "sign_in", "A link to sign in", urgent=True, preview=None),
    MessageKind("access", "access", preview=None),
    MessageKind("case", "case", hidden_in_lists=True, preview=None),
    # The words to the person who sent a report; the database keeps the kind "case", which tells no more.
    MessageKind("reporter", "reporter", hidden_in_lists=True, preview=None),
    MessageKind(
        "not-given-back",
        "not_given_back",
        "A child’s phone or device, not recorded as given back",
        preview="A child’s phone or device, not recorded as given back",
    ),
    MessageKind(
        "digest",
        "digest",
        "The week’s summary of how the school stands",
        preview="Where the school stands",
    ),
)
KINDS = {kind.name: kind for kind in _ROWS}

# For queries. A kind that the database holds and this program does not know is taken as planned.
NOT_PLANNED = tuple(kind.name for kind in _ROWS if not kind.planned)
PREVIEWED = tuple(kind.name for kind in _ROWS if not kind.planned and kind.preview is not None)
HIDDEN_IN_LISTS = tuple(kind.name for kind in _ROWS if kind.hidden_in_lists)


def title_of(name: str) -> str:
    """Return what lists call a kind, also one that this program does not know."""
    return KINDS[name].title if name in KINDS else UNTITLED


def is_urgent(name: str) -> bool:
    """Return whether the readers of a kind wait for it, so that it goes out within minutes, at any hour."""
    return name in KINDS and KINDS[name].urgent
