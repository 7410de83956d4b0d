"""What the sample school recorded about its official accounts in its three weeks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time

from bot.actions.account_requests import Wanted, ask
from bot.actions.accounts import ACTS, Said, Who
from bot.actions.gather import gather
from bot.domain.account_log import Sort
from bot.sample.incidents import Scene, Stage
from bot.store.accounts import load_log

HEAD, DEPUTY, OFFICE, HOLDER, TEACHER = "hd", "dh", "of", "y4", "y1"
FACEBOOK, INSTAGRAM, PTA = "facebook", "instagram", "pta-facebook"
BY_HEAD = (
    Said("risk-assessment", "yes", words="In the office, with the trips"),
    Said("approval", "yes"),
    Said("still-needed", "yes"),
    Said("second-reader", about=DEPUTY),
)
BY_OFFICE = (
    Said("consent", words="The consent list in the office, brought up to date each Friday"),
    Said("recovery", "yes"),
    Said("two-step", "no"),
    Said("way-in", "sealed envelope"),
    Said("log-in", "nobody left"),
)
PLANTED = "Year 4 planted twelve trees by the gate, with help from the Friends."
FAIR = "Our winter fair is on the last Friday of term, from three o’clock."


def account_scenes() -> Iterator[Scene]:
    """Tell what was recorded: most is known of one account, little of another, and a post waits."""
    yield Scene(9, time(8, 40), _recorded(HEAD, FACEBOOK, "state", *BY_HEAD))
    yield Scene(9, time(8, 45), _recorded(HEAD, INSTAGRAM, "state", Said("approval", "no")))
    yield Scene(9, time(9, 5), _recorded(OFFICE, FACEBOOK, "state", *BY_OFFICE))
    yield Scene(6, time(15, 50), _recorded(HOLDER, FACEBOOK, "look", Said(answer="fine")))
    yield Scene(6, time(16, 5), _recorded(HEAD, PTA, "look", Said(answer="fine")))
    yield Scene(4, time(15, 40), _recorded(HOLDER, FACEBOOK, "post", _post(PLANTED, "checked")))
    yield Scene(2, time(12, 10), _agreed)
    yield Scene(2, time(12, 20), _asked)
    yield Scene(1, time(15, 45), _recorded(HOLDER, FACEBOOK, "post", _post(FAIR, "no-children")))


def _post(words: str, children: str) -> Said:
    return Said("asked", children, DEPUTY, words)


def _recorded(person: str, account: str, step: str, *every: Said) -> Callable[[Stage], None]:
    def happens(stage: Stage) -> None:
        for said in every:
            who = _who(stage, person, f"{account} {step} {said}")
            ACTS[step](stage.services, who, account, said, stage.now)

    return happens


def _agreed(stage: Stage) -> None:
    with stage.services.store.reading() as conn:
        log = load_log(conn, (stage.setting,))
    posted = next(one for one in reversed(log) if one.sort is Sort.POSTED)
    _recorded(DEPUTY, FACEBOOK, "read", Said("agreed", about=posted.reference))(stage)


def _asked(stage: Stage) -> None:
    wanted = Wanted(
        "Tapestry",
        "Merriwell in pictures",
        "What the youngest did today, for their own families",
        "closed",
        "The newsletter comes a week too late for them",
    )
    ask(stage.services, _who(stage, TEACHER, "tapestry"), wanted, stage.now)


def _who(stage: Stage, person: str, sent: str) -> Who:
    with stage.services.store.reading() as conn:
        known = gather(conn, stage.today, (stage.setting,)).people[person]
    here = known.membership(stage.setting)
    roles = here.roles if here is not None else frozenset()
    return Who(stage.setting, person, known.name, roles, "email link", f"the sample school's story: {sent}")
