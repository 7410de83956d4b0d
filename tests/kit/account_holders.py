"""Who runs an official account, and who signed its agreement."""

from dataclasses import replace

from bot.core.links import Link
from bot.register.service import change_register
from bot.rules.evidence import Outcome
from bot.signing.service import Answer, answer, open_duty

SCHOOL = "merriwell-green"
NAMES = {
    "y4": "Grace Pellow",
    "y1": "Samuel Kerr",
    "hd": "Helen Achebe",
    "of": "Carol Whitlow",
    "sb": "Priya Nair",
}


def hold(school, account, *people):
    """Make these people run an account, as the office does on its page."""

    def change(register):
        named = frozenset(people)
        changed = (replace(one, holders=named) if one.key == account else one for one in register.accounts)
        return replace(register, accounts=tuple(changed))

    change_register(school.store, SCHOOL, change, now=school.clock(), actor="a test")


def sign(school, person, account):
    """Sign an account's first agreement as one of its holders."""
    link = Link("duty", SCHOOL, person, "account-agreement", f"{account}/first")
    shown = open_duty(school.store, link, school.clock()).shown
    answer(school.store, link, Answer(Outcome.DONE, NAMES[person], shown), school.clock())
