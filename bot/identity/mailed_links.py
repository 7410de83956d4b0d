"""The link in an email ends with the address it was mailed to: that may be another person's mailbox now."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest

from bot.core.clock import local_date
from bot.core.links import Link
from bot.records import people as record_people
from bot.services import Services


def has_ended(services: Services, link: Link, now: datetime) -> bool:
    """Return whether a link was mailed to an address that is not its person's now, or they have left.

    A link made before links named their address ends with any address lost since the earliest day on which
    it can have been made.
    """
    if link.purpose != "duty":
        # A link to a case opens nothing without a way in that is forgotten with the address
        # (`actions/case_links`); a calendar's is shown on a page and never mailed.
        return False
    with services.store.reading() as conn:
        email = record_people.email_here(conn, link.school, link.person, local_date(now))
        if not email:
            return True
        if not link.mailed_to:
            return record_people.had_another_address(conn, link.person, now - services.links.lasts)
    return not compare_digest(link.mailed_to, services.links.address_digest(email))
