"""A letter of every kind, as a real school would get it, and the same with hostile names in it."""

from dataclasses import replace
from datetime import date

import pytest

from bot.messages.content import BodyMeeting, ContentBlock, Exchange, MessageContent, ReceiptText
from bot.messages.kinds import KINDS
from bot.ports import Address
from bot.rules.duties import State

TODAY = date(2026, 11, 23)
DUE = date(2026, 12, 4)
LINK = "https://handbell.merriwell.example/d/{}"
POLICY = ContentBlock(
    heading="Read and confirm",
    thing="Child Protection and Safeguarding Policy",
    why="Everybody reads it within 10 school days of a new version.",
    state=State.DUE,
    due_on=DUE,
    minutes=8,
    button="Read it",
    link=LINK.format("read"),
    cites="Child Protection and Safeguarding Policy 3.1",
)
MEETING = BodyMeeting("Full governing body", date(2026, 12, 10), date(2026, 12, 2), date(2026, 11, 11))
TEAM = (
    replace(POLICY, about="Adam Sorley", since=date(2026, 11, 9), link="", state=State.NO_RECORD),
    replace(
        POLICY,
        about="Wen Zhao",
        since=date(2026, 11, 9),
        link="",
        state=State.OVERDUE,
        due_on=date(2026, 11, 20),
    ),
)
BY_HAND = replace(
    POLICY,
    about="Irene Castle",
    unreached="Irene Castle has no email address, so nothing was sent.",
    on_paper=True,
    button="Print sheet",
    link="https://handbell.merriwell.example/paper",
)
TRAIN = replace(
    POLICY,
    heading="Complete this training",
    thing="Safeguarding and child protection training",
    state=State.NO_RECORD,
    button="Record your training",
    link=LINK.format("train"),
    minutes=60,
)
AGREE = replace(
    POLICY,
    heading="Read and sign",
    thing="Social media account agreement",
    account="Merriwell Green on Facebook",
    notes=("What you sign: I will run this account as the policy says.",),
    button="Read and sign",
    link=LINK.format("sign"),
)
REVIEW = replace(
    POLICY,
    heading="Send the draft",
    state=State.DUE_SOON,
    why="It was approved on 10 December 2025, and its cycle is 12 months.",
    button="Update the draft",
    link=LINK.format("review"),
    minutes=None,
)
PAPERS = replace(
    REVIEW,
    heading="Send it with the papers",
    ready=("The draft",),
    missing=("The equality check", "A cover note"),
)
CHECK = replace(
    POLICY, heading="Check", thing="School cameras and tablets uploaded and cleared", button="Record it",
    link=LINK.format("check"), state=State.OVERDUE, due_on=date(2026, 11, 20),
)  # fmt: skip
CASE = ContentBlock(
    heading="K7QF-2M8R",
    thing="A visitor's phone or conduct",
    why="",
    notes=("Tell the LADO: by Tuesday 24 November 2026 at 16:00.",),
    button="Open the case",
    link=LINK.format("case"),
)
REPORTER = ContentBlock(
    heading="Open your inbox",
    thing="Merriwell Green Primary School",
    why="",
    button="Open your inbox",
    link=LINK.format("inbox"),
)
SIGN_IN = ContentBlock(
    heading="Sign in",
    thing="Merriwell Green Primary School",
    why="",
    notes=("Monday 23 November 2026 at 09:10",),
    button="Sign in",
    link=LINK.format("sign-in"),
)
REQUEST = ContentBlock(
    heading="About your request",
    thing="Own phone, tablet or computer for work",
    why="",
    notes=("What you asked for has been decided.",),
    button="See the answer",
    link=LINK.format("request"),
)
QUESTION_WAITS = ContentBlock(
    heading="Waiting for your answer",
    thing="Mobile Phone Policy",
    why="",
    notes=(
        (
            "Adam Sorley has a question about Mobile Phone Policy, since Monday 23 November 2026. "
            "They are not reminded until you answer, or until Monday 4 January 2027."
        ),
    ),
    button="Answer",
    link=LINK.format("office/questions/question"),
)
ACCOUNT = ContentBlock(
    heading="Please read a post",
    thing="Merriwell Green Primary School (Facebook)",
    why="",
    notes=("Grace Pellow has asked you to check a post before it goes out. It takes about a minute.",),
    button="Read it",
    link=LINK.format("account"),
)
ACCESS = ContentBlock(
    heading="Confirm a role that opens reports",
    thing="Merriwell Green Primary School",
    why="",
    notes=("Grace Pellow is to be deputy designated safeguarding lead.",),
    button="See who opens cases",
    link=LINK.format("access"),
)
DIGEST = ContentBlock(
    heading="2 things are overdue",
    thing="",
    why="the webhook was removed.",
    notes=("Online safety: 2 overdue, 9 done. Next: headteacher.", "Training: 12 done."),
    button="Open the dashboard",
    link=LINK.format("school"),
)
TERM_DATES = ContentBlock(
    heading="Please enter the next term dates",
    thing="Merriwell Green Primary School",
    why="",
    notes=("The last term entered ends on 18 December 2026.",),
    button="Enter the dates",
    link=LINK.format("settings"),
)
NOT_GIVEN_BACK = ContentBlock(
    heading="Not recorded as given back",
    thing="3 log entries",
    why="You get this because it was still open the next school morning.",
    notes=(
        "A child’s phone or device handed in: 2 on Friday 20 November 2026",
        "A device taken from a child: Friday 20 November 2026",
    ),
    button="Open the log",
    link=LINK.format("log"),
)
CHOICES = (
    "Call an extra meeting: papers must go out 7 clear days before it.",
    "Approve it on Thursday 10 December 2026, 77 days late, and minute the reason.",
)
CHOOSE = replace(REVIEW, heading="Choose what to do", choices=CHOICES, link=LINK.format("choose"))
SENT = ContentBlock(heading="", thing=POLICY.thing, why="")
CARDS = {
    "acknowledge": (POLICY,),
    "training": (TRAIN,),
    "agreement": (AGREE,),
    "review": (REVIEW,),
    "papers": (PAPERS, replace(PAPERS, thing="Mobile, Smart Technology and Social Media Policy")),
    "minute": (REVIEW,),
    "no meeting": (
        replace(REVIEW, heading="Choose what to do", due_on=date(2026, 9, 24), state=State.OVERDUE),
    ),
    "governors": (
        replace(REVIEW, heading="Consider it at the meeting"),
        replace(REVIEW, heading="Late review", state=State.OVERDUE, due_on=date(2026, 9, 24)),
    ),
    "meetings": (replace(REVIEW, heading="Tell Handbell when it meets next", thing="Full governing body"),),
    "check": (CHECK,),
    "duty": (replace(CHECK, heading="Report", thing="Online safety report to the governing body"),),
    "hand-over": (*TEAM, BY_HAND),
    "weekly": (
        replace(
            CHECK, heading="Weekly checks not recorded", thing="Filtering check (Samuel Kerr)", due_on=None
        ),
    ),
    "receipt": (SENT,),
    "question": (SENT,),
    "case": (CASE,),
    "reporter": (REPORTER,),
    "sign-in": (SIGN_IN,),
    "request": (REQUEST,),
    "question-waits": (QUESTION_WAITS,),
    "account": (ACCOUNT,),
    "digest": (DIGEST,),
    "access": (ACCESS,),
    "term-dates": (TERM_DATES,),
    "not-given-back": (NOT_GIVEN_BACK,),
    "answered": (POLICY,),
    "gathered": (CHOOSE, CHECK, POLICY, AGREE, *TEAM, BY_HAND),
}
MEETINGS = {
    "review": MEETING,
    "papers": MEETING,
    "minute": MEETING,
    "governors": MEETING,
    "no meeting": BodyMeeting("Full governing body", choices=CHOICES),
    "meetings": BodyMeeting("Full governing body"),
}
RECORDED = ReceiptText(
    "Child Protection and Safeguarding Policy, version 7",
    "You said: I have read the policy and know whom to tell.",
    "Monday 23 November 2026 at 08:10",
    "HB-7Q2M-K4XD",
)


def letter_of(kind):
    answer = "Yes.\nBoth phones." if kind == "answered" else ""
    exchange = Exchange("Samuel Kerr", "Does this cover my own phone?\nAnd my watch?", answer)
    return MessageContent(
        kind=kind,
        step="ask",
        school="Merriwell Green Primary School",
        first_name="" if kind == "reporter" else "Samuel",
        on=TODAY,
        cards=CARDS[kind],
        ask=None if kind in {"case", "reporter"} else Address("office@merriwell.example", "Carol Whitlow"),
        meeting=MEETINGS.get(kind),
        recorded=(RECORDED,) if kind == "receipt" else (),
        exchange=exchange if kind in {"question", "answered"} else None,
    )


@pytest.fixture(params=KINDS)
def letter(request):
    """One letter of each kind, one after another."""
    return letter_of(request.param)


@pytest.fixture
def letters():
    """Make a letter of a kind."""
    return letter_of
