"""The sign-in of the administrator who sets a school's Microsoft 365 up, in Microsoft's own pages.

Through Microsoft's public client for command lines, as its PowerShell modules do, so nothing has to be
registered first. What it may do ends with the command: nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from azure.core.credentials import AccessToken, TokenCredential
from azure.identity import DeviceCodeCredential, InteractiveBrowserCredential

from connectors.microsoft.client import Graph, Timeouts
from connectors.microsoft.clouds import CLOUDS

# "Microsoft Graph Command Line Tools".
COMMAND_LINE = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
RIGHTS = (
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "GroupMember.Read.All",
    "Sites.FullControl.All",
)
# Microsoft's codes are good for a quarter of an hour.
SIGNS_IN = Timeouts(sign_in_s=900)
TEAMS = "AppCatalog.ReadWrite.All"


class Delegated:
    """A credential that asks for the rights named here, whatever it is asked for."""

    def __init__(self, credential: TokenCredential, scopes: tuple[str, ...]) -> None:
        self._credential, self._scopes = credential, scopes

    def get_token(self, *_scopes: str, **asked: Any) -> AccessToken:
        return self._credential.get_token(*self._scopes, **asked)


def connect(
    tenant: str, cloud: str, say: Callable[[str], None], *, browser: bool = False, teams: bool = False
) -> Graph:
    """Connect as the administrator who signs in: in a browser on this machine, or by device code in any."""
    where = CLOUDS[cloud]
    host = where.graph.removesuffix("/v1.0")
    scopes = tuple(f"{host}/{one}" for one in (*RIGHTS, *((TEAMS,) if teams else ())))
    us: dict[str, Any] = {"client_id": COMMAND_LINE, "tenant_id": tenant, "authority": where.authority}

    def prompt(address: str, code: str, _until: datetime) -> None:
        say(f"Open {address} in any browser, type the code {code} and sign in as an administrator.")

    if browser:
        person: TokenCredential = InteractiveBrowserCredential(**us)
    else:
        person = DeviceCodeCredential(**us, prompt_callback=prompt)
    return Graph(where.graph, Delegated(person, scopes), timeouts=SIGNS_IN)
