"""Tries each part of Google that is set up, harmlessly, and says in plain words what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.core.errors import GiveUp, TryAgain
from connectors.google.client import Account
from connectors.google.errors import NotAllowed, NotTrusted, RequestRefused

DELEGATION = (
    "Admin console > Security > Access and data control > API controls > Manage domain-wide delegation"
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One part: what it is for, the API behind it, its scopes, as whom, a call, and what to do if refused.

    `together`: every scope that the one entry under delegation has to list, other parts' too.
    """

    what: str
    api: str
    scopes: tuple[str, ...]
    subject: str | None
    call: Callable[[], object]
    hint: str
    together: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What does not work, and what the school's administrator does about it."""

    says: str
    hint: str


def troubles(account: Account, trials: Iterable[Trial]) -> Iterator[Trouble]:
    """Try everything, also after something failed: an administrator sets it right in one visit."""
    for trial in trials:
        try:
            trial.call()
        except NotTrusted as error:
            yield _not_trusted(account, trial, error)
        except NotAllowed as error:
            yield _not_allowed(trial, error)
        except RequestRefused as error:
            yield Trouble(f"{trial.what} does not work: {error}", trial.hint)
        except (TryAgain, GiveUp) as error:
            yield Trouble(f"{trial.what} could not be tried at Google: {error}", "Try again in a while.")


def _not_trusted(account: Account, trial: Trial, error: NotTrusted) -> Trouble:
    missing = account.not_granted(trial.scopes, trial.subject) if error.by_scope else ()
    if missing and len(missing) < len(trial.scopes):
        says = f"{trial.what} does not work: Google has not been told to grant {_listed(missing)}."
    elif missing:
        says = (
            f"{trial.what} does not work: Google grants none of {_listed(missing)} to act as {trial.subject}."
        )
    else:
        says = f"{trial.what} does not work: {error}"
        return Trouble(says, "Make the service account's key anew, and look at the clock of this machine.")
    listed = ",".join(trial.together)
    hint = f"{DELEGATION}: the one entry of client ID {account.client_id} lists all of {listed}"
    return Trouble(says, f"{hint} (more does no harm). A change usually takes minutes, at most a day.")


def _not_allowed(trial: Trial, error: NotAllowed) -> Trouble:
    if error.switched_off:
        hint = f"Google Cloud console > APIs and services > Library > {trial.api} > Enable."
        return Trouble(f"{trial.what} does not work: the {trial.api} is switched off for this project.", hint)
    return Trouble(f"{trial.what} does not work: {error}", trial.hint)


def _listed(scopes: Iterable[str]) -> str:
    return " and ".join(scopes)
