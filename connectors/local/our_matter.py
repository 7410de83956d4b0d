"""Which refusals of a mail server are about our sending: our rights, limits and address. One rule for all.

Codes are those of RFC 3463. Whoever reads a refusal as somebody's address at fault writes to them no more.
"""

from __future__ import annotations

import re

# Gmail's limit of a day (5.4.5): support.google.com/a/answer/3726730
# A sender that Exchange stopped or that reached a limit (5.1.90, 5.7.232, 5.7.233, 5.7.705), an address that
# it does not take (5.1.7, 5.1.8) or not from us (5.2.252):
# learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/non-delivery-reports-in-exchange-online
SENDER = re.compile(r"5\.(1\.(7|8|90)|2\.252|4\.5|7\.(23[23]|50[1-3]|7[05]\d))(?!\d)")
# Class 7 is about permission: it names a recipient, and says that we may not write there.
PERMISSION = re.compile(r"5\.7\.\d{1,3}(?!\d)")
RELAY = re.compile("relay", re.IGNORECASE)
# What a server said, its code and class first, as a notice quotes it.
SPOKEN = re.compile(r"(?:\d{3}[ -])?(?=5\.\d+\.\d+)")


def stops_every_letter(words: str) -> bool:
    """Say whether a reply that begins with its class is about us as a sender, whoever it was for."""
    return SENDER.match(words) is not None


def is_about_permission(words: str) -> bool:
    """Say whether a reply to a recipient is about what we may do there, and not about the address."""
    return bool(stops_every_letter(words) or PERMISSION.search(words) or RELAY.search(words))


def is_told_by_notice(status: str, diagnosis: str) -> bool:
    """Say whether a notice of failed delivery is about us, by its status or by the reply that it quotes."""
    begins = SPOKEN.match(diagnosis)
    said = diagnosis[begins.end() :] if begins else ""
    return any(SENDER.match(one) or PERMISSION.match(one) for one in (status, said))
