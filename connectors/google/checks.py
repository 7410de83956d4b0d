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
class ApiCheck:
    """One check: its subject, the API, scopes, the account used, a call, and a hint for a refusal.

    `together`: all scopes that the one entry under delegation has to list, those of other checks included.
    """

    what: str
    api: str
    scopes: tuple[str, ...]
    subject: str | None
    call: Callable[[], object]
    hint: str
    together: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """What does not work, and what the school's administrator does about it."""

    says: str
    hint: str


def failed_checks(account: Account, trials: Iterable[ApiCheck]) -> Iterator[FailedCheck]:
    """Try everything, also after something failed: an administrator sets it right in one visit."""
    for trial in trials:
        try:
            trial.call()
        except NotTrusted as error:
            yield _not_trusted(account, trial, error)
        except NotAllowed as error:
            yield _not_allowed(trial, error)
        except RequestRefused as error:
            yield FailedCheck(f"{trial.what} does not work: {error}", trial.hint)
        except (TryAgain, GiveUp) as error:
            yield FailedCheck(f"{trial.what} could not be tried at Google: {error}", "Try again in a while.")


def _not_trusted(account: Account, trial: ApiCheck, error: NotTrusted) -> FailedCheck:
    missing = account.not_granted(trial.scopes, trial.subject) if error.by_scope else ()
    if missing and len(missing) < len(trial.scopes):
        says = f"{trial.what} does not work: Google has not been told to grant {_listed(missing)}."
    elif missing:
        says = (
            f"{trial.what} does not work: Google grants none of {_listed(missing)} to act as {trial.subject}."
        )
    else:
        says = f"{trial.what} does not work: {error}"
        return FailedCheck(
            says, "Make the service account's key anew, and look at the clock of this machine."
        )
    listed = ",".join(trial.together)
    hint = f"{DELEGATION}: the one entry of client ID {account.client_id} lists all of {listed}"
    return FailedCheck(says, f"{hint} (more does no harm). A change usually takes minutes, at most a day.")


def _not_allowed(trial: ApiCheck, error: NotAllowed) -> FailedCheck:
    if error.switched_off:
        hint = f"Google Cloud console > APIs and services > Library > {trial.api} > Enable."
        return FailedCheck(
            f"{trial.what} does not work: the {trial.api} is switched off for this project.", hint
        )
    return FailedCheck(f"{trial.what} does not work: {error}", trial.hint)


def _listed(scopes: Iterable[str]) -> str:
    return " and ".join(scopes)
