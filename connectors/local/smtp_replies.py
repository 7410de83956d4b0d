"""What a mail server's refusal means for us: whose matter it is, and whether trying again makes sense."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.errors import AddressRefused, GiveUp, HandbellError, TryAgain, Unclear
from connectors.local import our_matter

# Codes that speak of our rights at the server, not of the address: sign-in needed or refused, commands out of
# order (RFC 4954).
OUR_MATTER = frozenset({502, 503, 530, 534, 535, 538})
# Classes 1 and 2 speak of address and mailbox; some servers only look them up after the content.
ABOUT_ADDRESS = re.compile(r"5\.[12]\.\d{1,3}\b")


class Phase(StrEnum):
    """How far the conversation had come, as the office reads it."""

    GREETING = "the mail server did not let us in"
    SIGN_IN = "the mail server refused our sign-in"
    SENDER = "the mail server refused our sending address"
    RECIPIENT = "the mail server refused the address"
    CONTENT = "the mail server refused the message"


def refusal(phase: Phase, code: int, said: bytes) -> HandbellError:
    """Choose the error for a reply that is not the one hoped for."""
    words = _readable(said)
    reason = f"{phase}: {code} {words}".strip()
    if 400 <= code < 500:
        return TryAgain(reason)
    if not 500 <= code < 600:
        unknown = f"the mail server answered in a way we do not know: {code} {words}".strip()
        return Unclear(unknown) if phase is Phase.CONTENT else TryAgain(unknown)
    if _is_final(phase, code, words):
        return AddressRefused(reason) if _is_address(phase, words) else GiveUp(reason)
    return TryAgain(f"{reason}. Check the mail settings; nobody's address is at fault.")


def _is_final(phase: Phase, code: int, words: str) -> bool:
    if code in OUR_MATTER or our_matter.stops_every_letter(words):
        return False
    if phase is Phase.RECIPIENT:
        return not our_matter.is_about_permission(words)
    return phase is Phase.CONTENT


def _is_address(phase: Phase, words: str) -> bool:
    return phase is Phase.RECIPIENT or ABOUT_ADDRESS.match(words) is not None


def _readable(said: bytes) -> str:
    return " ".join(said.decode("utf-8", "replace").split())[:300]
