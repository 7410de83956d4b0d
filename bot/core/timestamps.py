"""RFC 3161 time stamps over the hash of a ledger entry: what is asked, and what an answer proves.

The stamped message is the hash of the entry as 64 hexadecimal ASCII characters, and what is kept is the
authority's whole answer (a TimeStampResp), so that `openssl ts -verify -data` reads both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

# The tag of a SignedData's certificates, [0] IMPLICIT (RFC 5652, section 5.1).
OF_CERTIFICATES = 0xA0
GRANTED = {PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS}


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of an authority: the request's bytes and its nonce, which the answer has to repeat."""

    content: bytes
    nonce: int | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an answer says: when. `proven`: an authority we trust signed it; otherwise anyone may have."""

    at: datetime
    proven: bool


def message_of(own_hash: str) -> bytes:
    """Write what is stamped for an entry's hash."""
    return own_hash.encode("ascii")


def request_for(own_hash: str) -> Request:
    """Return a request for a stamp that includes the authority's certificates. The library adds a nonce."""
    asked = (
        TimestampRequestBuilder(data=message_of(own_hash), hash_algorithm=HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
        .build()
    )
    return Request(asked.as_bytes(), asked.nonce)


def read_stamp(
    answer: bytes, own_hash: str, roots: Sequence[Certificate] = (), nonce: int | None = None
) -> Stamp:
    """Check an answer against the hash it is to stamp. ValueError: it is no stamp of it, with the reason.

    `roots`: the certificates its authority is trusted by; none: what it says is checked, and not who says it.
    `nonce`: of the request it answers, while that is known.
    """
    read = _decoded(answer)
    if PKIStatus(read.status) not in GRANTED:
        raise ValueError(f"the authority refused it ({', '.join(read.status_string) or read.status})")
    info = read.tst_info
    if info.message_imprint.message != hashlib.sha256(message_of(own_hash)).digest():
        raise ValueError("it is a stamp of another hash")
    if nonce is not None and info.nonce != nonce:
        raise ValueError("it answers another request")
    if roots:
        try:
            VerifierBuilder(roots=list(roots)).build().verify_message(read, message_of(own_hash))
        except VerificationError as error:
            raise ValueError(f"its authority is not proved ({error})") from error
    return Stamp(info.gen_time.astimezone(UTC), bool(roots))


def read_roots(content: bytes) -> list[Certificate]:
    """Read the certificates of a PEM file. ValueError: there is none in it."""
    return load_pem_x509_certificates(content)


def _decoded(answer: bytes) -> TimeStampResponse:
    try:
        read = decode_timestamp_response(_in_order(answer))
        if PKIStatus(read.status) in GRANTED:
            read.tst_info  # noqa: B018 - reads the token, which may be none
    except (ValueError, IndexError) as error:
        raise ValueError(f"it is no answer of a time-stamping authority ({error})") from error
    return read


def _in_order(answer: bytes) -> bytes:
    """Sort the certificates of an answer as DER asks for a SET OF, which its signature does not cover.

    OpenSSL writes them as they come, and the parser refuses what is out of order.
    """
    parts = _parts(answer, 0)
    if len(parts) < 2:
        return answer  # refused: there is no token
    signed_data = _parts(answer, _parts(answer, parts[1])[1])[0]
    for part in _parts(answer, signed_data):
        if answer[part] == OF_CERTIFICATES:
            start, end = _content(answer, part)
            ordered = sorted(answer[one : _content(answer, one)[1]] for one in _parts(answer, part))
            return answer[:start] + b"".join(ordered) + answer[end:]
    return answer


def _parts(der: bytes, at: int) -> list[int]:
    """List where the parts of a constructed DER value begin."""
    start, end = _content(der, at)
    found = []
    while start < end:
        found.append(start)
        start = _content(der, start)[1]
    return found


def _content(der: bytes, at: int) -> tuple[int, int]:
    """Find where a DER value's content begins and ends. IndexError: it is cut off."""
    length, start = der[at + 1], at + 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[at + 2 : start], "big")
    return start, start + length
