"""Which account an agreement is for stands in its letters, in what is signed and kept, in receipts."""

import pytest
from planned import plan_today

from bot.core.clock import local_date
from bot.core.links import Link
from bot.messages.claim_store import ClaimedMessage, MessageReminder
from bot.messages.render import render
from bot.planning.duties import list_duties, planning_context
from bot.planning.duty_emails import MessageContext, OpenReminder
from bot.planning.store import load_snapshot
from bot.records import evidence as record_evidence
from bot.rules.accounts import Account
from bot.rules.evidence import Outcome
from bot.signing.service import Answer, answer, find_receipt, open_duty

SCHOOL = "merriwell-green"
FACEBOOK, INSTAGRAM = "Merriwell Green Primary School on Facebook", "merriwellgreen on Instagram"
SAYS = "I will run this account as the policy says, and hand it back on the day I stop."


def link_to(account):
    return Link("duty", SCHOOL, "y4", "account-agreement", f"{account}/first")


@pytest.fixture
def sign(school):
    """Sign the agreement for one account, and return the receipt."""

    def signed(account):
        link, now = link_to(account), school.clock()
        shown = open_duty(school.store, link, now).shown
        given = Answer(Outcome.DONE, shown=shown, typed_name="Grace Pellow")
        return answer(school.store, link, given, now)

    return signed


@pytest.fixture
def letter(school):
    """Write to a holder about agreements: their own, or, as a hand-over, somebody else's."""

    def write(*accounts, reader="y4", kind="agreement"):
        now, today = school.clock(), local_date(school.clock())
        with school.store.reading() as conn:
            looked = planning_context(load_snapshot(conn, today, (SCHOOL,)), today)
        services = school.services
        desk = MessageContext(looked, services.links, services.base_url, now)
        owed = []
        for account in accounts:
            duty = next(
                one for one in list_duties(looked)
                if (one.obligation.key, one.person, one.subject) == ("account-agreement", "y4", account)
            )  # fmt: skip
            item = MessageReminder(
                school=SCHOOL, obligation="account-agreement", about="y4", cycle=duty.cycle, step="ask",
                kind=kind, due_on=duty.due_on, state="due", why="", cites="", subject=account, version=None,
            )  # fmt: skip
            owed.append(OpenReminder(item, duty))
        message = ClaimedMessage(
            id="a message", school=SCHOOL, person=reader, kind=kind, step="ask", owner="a test",
            channel="email", planned_on=today, items=tuple(one.item for one in owed), attempts=0,
            not_after_at=now, was_sending=False,
        )  # fmt: skip
        return render(desk.letter(message, owed))

    return write


def flat(words):
    return " ".join(words.split())


@pytest.mark.parametrize(
    ("channel", "name", "called"),
    [
        ("Facebook", "Merriwell Green", "Merriwell Green on Facebook"),
        ("Facebook", "Merriwell Green Facebook page", "Merriwell Green Facebook page"),
    ],
)
def test_an_account_is_called_by_its_name_and_its_channel_each_once(channel, name, called):
    assert Account("a", SCHOOL, channel, name).called == called


def test_what_is_signed_and_kept_says_for_which_account(school, sign):
    receipt = sign("facebook")
    with school.store.reading() as conn:
        kept = record_evidence.find(conn, receipt)
    assert kept.record.statement == f"For {FACEBOOK}: {SAYS}"
    found = find_receipt(school.store, link_to("facebook"), receipt)
    assert (found.account, found.title) == (FACEBOOK, "Social media account agreement")


def test_several_agreements_in_one_letter_can_be_told_apart(letter):
    said = letter("facebook", "instagram")
    for part in (said.text, said.html):
        assert f"For {FACEBOOK}" in flat(part)
        assert f"For {INSTAGRAM}" in flat(part)
    assert f"What you sign: For {FACEBOOK}: I will run" in flat(said.text)


def test_who_is_told_about_another_persons_agreement_is_told_for_which_account(letter):
    said = letter("instagram", reader="hd", kind="hand-over")
    for part in (said.text, said.html):
        assert f"Social media account agreement, for {INSTAGRAM}" in flat(part)


def test_next_email_names_each_account_and_what_was_said_of_it(school, sign):
    receipts = [sign("facebook"), sign("instagram")]
    school.clock.turn(days=1)
    plan_today(school.services, school.clock())
    school.deliver()
    [mail] = [one for one in school.received("g.pellow@merriwell.example") if receipts[0] in one.as_string()]
    for part in ("plain", "html"):
        said = flat(mail.get_body((part,)).get_content())
        for account in (FACEBOOK, INSTAGRAM):
            assert f"Social media account agreement, version 1, for {account}" in said
            assert f"You said: For {account}: {SAYS}" in said


def test_who_has_not_signed_does_not_post_and_the_letter_says_so(letter):
    said = flat(letter("facebook").text)
    assert "Please do not post on this account until you have signed." in said
    assert "ask before you post" not in said
