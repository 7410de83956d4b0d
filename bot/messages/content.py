"""Content of a message before it is rendered: who, what, by when, why, and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bot.ports import Address, PersonalParts
from bot.rules.duties import State
from bot.rules.people import Words


@dataclass(frozen=True, slots=True)
class ContentBlock:
    """One thing to do. `heading` begins with a verb and is empty where nothing is asked.

    `why` is a sentence; `cites` is the clause, shown small. `about` names the person who has to do it, empty
    for the reader; `since` is when they were first asked, `unreached` why no email reaches them and
    `on_paper` whether a sheet may be printed instead (then `link` leads there). `account`: what an agreement
    is for. `notes` say what changed or what is promised; `choices` what can be done; `ready`, `missing`: for
    papers.
    """

    heading: str
    thing: str
    why: str
    state: State = State.DUE
    due_on: date | None = None
    minutes: int | None = None
    button: str = ""
    link: str = ""
    cites: str = ""
    about: str = ""
    account: str = ""
    since: date | None = None
    unreached: str = ""
    on_paper: bool = False
    notes: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    ready: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BodyMeeting:
    """The meeting a review is counted back from. `on` None: none is in time, and `choices` say what now.

    `key` names it in the register and stays when its date moves.
    """

    body: str
    on: date | None = None
    papers_on: date | None = None
    draft_on: date | None = None
    key: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiptText:
    """One answer, as its receipt names it: what it is about and what was said.

    `at`, `how` ("on paper") and `next_step` are words, in the school's own time; `how` and `next_step` may
    be empty.
    """

    thing: str
    statement: str
    at: str
    reference: str
    how: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question from a member of staff, and its answer once there is one."""

    asker: str
    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class MessageContent:
    """One message to one person. `on` is the day it is written for; `cards` stand most pressing first.

    `recorded`: the reader's answers since their last message.
    `own_words`: the school's own opening, with placeholders, in place of ours. `live`: a live clock is
    among the cards, which waits for no working day. `anchor`: a line at the foot with the ledger's code.
    """

    kind: str
    step: str
    school: str
    first_name: str
    on: date
    cards: tuple[ContentBlock, ...] = ()
    ask: Address | None = None
    words: Words = field(default_factory=Words)
    overview: str = ""
    meeting: BodyMeeting | None = None
    recorded: tuple[ReceiptText, ...] = ()
    exchange: Exchange | None = None
    own_words: str = ""
    anchor: str = ""
    live: bool = False


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """The words, ready for a mailer: the text part says the same as the HTML."""

    subject: str
    text: str
    html: str
    own: PersonalParts | None = None
