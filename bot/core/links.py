"""Personal links: signed, expiring, naming one person and what they may see. No secret is in the store."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, Literal

from itsdangerous import BadData, Signer, URLSafeSerializer
from itsdangerous.encoding import base64_encode, want_bytes

from bot.core.errors import LinkExpired, LinkRefused

# A calendar asks again for years; what it opens is in no case a secret, and a new link makes an older one
# useless. A link to a case leads to signing in long after it opens nothing by itself (`actions/case_links`).
LASTS = {"calendar": timedelta(days=3653)}
ADDRESS_DIGEST_BYTES = 9
Purpose = Literal["duty", "case", "calendar"]


@dataclass(frozen=True, slots=True)
class Link:
    """What a personal link opens: one duty (obligation, cycle), one case or a calendar.

    The cycle of a calendar's link is the serial number it was made with. A link to a case has the number of
    the case for obligation, and the id of the message it is in for cycle.

    `mailed_to`: the `Links.address_digest` of the address whose email holds it, with which it ends
    (bot/identity/guard.py); empty for links that are not mailed, and for those made before links named it.
    """

    purpose: Purpose
    school: str
    person: str
    obligation: str = ""
    cycle: str = ""
    mailed_to: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and opens links with the installation's secret key (at least 32 characters)."""

    secret: str
    lasts: timedelta = timedelta(days=60)

    def make(self, link: Link, now: datetime) -> str:
        """Write the token for a URL. The same link made on the same day is the same token."""
        ends_on = (now.astimezone(UTC) + LASTS.get(link.purpose, self.lasts)).date()
        fields = [link.purpose, link.school, link.person, link.obligation, link.cycle, ends_on.isoformat()]
        if link.mailed_to:
            fields.append(link.mailed_to)
        return _token(_signer(self.secret).dumps(fields))

    def open(self, token: str, now: datetime) -> Link:
        """Read a token back, or raise LinkRefused with a sentence for the person who followed it."""
        try:
            fields = _signer(self.secret).loads(token)
        except BadData:
            message = (
                "This link is not complete. Open it again from the e-mail, or ask the office for a new one."
            )
            raise LinkRefused(message) from None
        purpose, school, person, obligation, cycle, ends_on, *mailed_to = fields
        if now.astimezone(UTC).date().isoformat() > ends_on:
            message = "This link has expired. Ask the office for a new one; nothing is lost."
            raise LinkExpired(message)
        return Link(purpose, school, person, obligation, cycle, *mailed_to)

    def address_digest(self, email: str) -> str:
        """Return a keyed digest of an address, ignoring case; without the secret it cannot be guessed."""
        said = f"handbell.link.address.1\x1f{email.casefold()}"
        made = hmac.digest(self.secret.encode(), said.encode(), hashlib.sha256)
        return urlsafe_b64encode(made[:ADDRESS_DIGEST_BYTES]).decode()


# The form of itsdangerous, which would build an encoder for each link.
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class _Signer(Signer):
    """Signer of itsdangerous that starts from a cached digest: thousands of emails a minute contain links."""

    @cached_property
    def _begun(self) -> hmac.HMAC:
        return hmac.new(self.derive_key(), digestmod="sha1")

    def get_signature(self, value: str | bytes) -> bytes:
        """Sign words with the one key there is."""
        mac = self._begun.copy()
        mac.update(want_bytes(value))
        return base64_encode(mac.digest())


class _Signing(URLSafeSerializer):
    """Serialiser without compression: compressing takes longer than all else and saves nothing."""

    default_signer = _Signer

    @cached_property
    def _one(self) -> Signer:
        return super().make_signer()

    def make_signer(self, salt: str | bytes | None = None) -> Signer:
        """Return the shared signer of these links; it has no state."""
        return self._one if salt is None else super().make_signer(salt)

    def dump_payload(self, obj: Any) -> bytes:
        return base64_encode(COMPACT.encode(obj))


@lru_cache(maxsize=4)
def _signer(secret: str) -> _Signing:
    return _Signing(secret, salt="handbell.link.1")


def _token(signed: str | bytes) -> str:
    return signed.decode("ascii") if isinstance(signed, bytes) else signed
