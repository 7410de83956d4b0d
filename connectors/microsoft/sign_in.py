"""Why Microsoft does not sign Handbell in, in plain words."""

from __future__ import annotations

import re

CODES = {
    "AADSTS90002": "There is no such tenant.",
    "AADSTS700016": "The tenant does not know the application id.",
    "AADSTS7000215": "The client secret is wrong; its value is wanted, not its id.",
    "AADSTS7000222": "The client secret has run out.",
    "AADSTS700027": "The certificate is not the one in the app registration, or has run out.",
    "AADSTS700211": "The app registration trusts no machine of this kind: add a federated credential.",
    "AADSTS70021": "The app registration's federated credential names another machine.",
    "AADSTS7000112": "The application is switched off in the tenant.",
    "AADSTS53003": "A rule of conditional access keeps the application out.",
}


def why(said: str) -> str:
    """Say what the code in an answer means; an unknown one is given as it stands, without the rest."""
    found = re.search(r"AADSTS\d+", said)
    if found is None:
        return ""
    return CODES.get(found[0], f"Its code is {found[0]}.")
