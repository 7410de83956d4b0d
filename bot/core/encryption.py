"""Case text at rest: every case has a key of its own, kept only wrapped by the installation's master key.

Deleting a case's key makes everything sealed with it unreadable for good, in every copy. Chance comes from
the library.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.core.errors import BadInput, HandbellError, Problem

SETTING = "HANDBELL_CASE_KEYS or HANDBELL_CASE_KEYS_FILE"
PADDED_TO = 256


class KeysMissing(HandbellError):
    """No master key is set, so no case can be written or read."""

    def __init__(self) -> None:
        super().__init__(
            f"There is no key for cases. Set {SETTING}; handbell cases make-key prints a new key. "
            "Keep it apart from the data folder and from its backups."
        )


class WrongKey(HandbellError):
    """None of the master keys opens what is stored."""

    def __init__(self) -> None:
        super().__init__(
            f"The keys in {SETTING} do not open this case: it was sealed with another key, or was changed "
            "from outside. Put the key it was sealed with back into the list; without it nobody can read "
            "the case again."
        )


@dataclass(frozen=True, slots=True)
class CaseKeys:
    """The master keys, newest first: the first wraps, and every one of them may unwrap."""

    masters: tuple[str, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.masters:
            raise KeysMissing
        for master in self.masters:
            _checked(master)

    def new_case_key(self) -> bytes:
        """Make the key of one case, wrapped by the newest master."""
        return self._ring().encrypt(Fernet.generate_key())

    def seal(self, wrapped: bytes, data: bytes) -> bytes:
        return self._of(wrapped).encrypt(data)

    def unseal(self, wrapped: bytes, token: bytes) -> bytes:
        """Open what was sealed with a case's key; WrongKey when it is not to be had, or was altered."""
        try:
            return self._of(wrapped).decrypt(token)
        except InvalidToken:
            raise WrongKey from None

    def digest(self, wrapped: bytes, words: str) -> str:
        """Return a keyed digest, 64 hexadecimal characters: without the key no one can try words out."""
        said = f"handbell.case.digest.1\x1f{words}".encode("utf-8", "replace")
        return hmac.digest(urlsafe_b64decode(self._unwrapped(wrapped)), said, sha256).hex()

    def opens(self, wrapped: bytes) -> bool:
        """Return whether a master key unwraps this key."""
        try:
            return bool(self._unwrapped(wrapped))
        except WrongKey:
            return False

    def rewrap(self, wrapped: bytes) -> bytes:
        """Re-wrap a case's data key with the newest key-encryption key.

        The encrypted data does not change.
        """
        try:
            return self._ring().rotate(wrapped)
        except InvalidToken:
            raise WrongKey from None

    def _of(self, wrapped: bytes) -> Fernet:
        return Fernet(self._unwrapped(wrapped))

    def _unwrapped(self, wrapped: bytes) -> bytes:
        try:
            return self._ring().decrypt(wrapped)
        except InvalidToken:
            raise WrongKey from None

    def _ring(self) -> MultiFernet:
        return MultiFernet([Fernet(master) for master in self.masters])


def padded(words: str) -> bytes:
    """Return text filled up with spaces, so that what is encrypted does not tell how long it is.

    JSON allows them at its end; anything else has to be stripped again.
    """
    said = words.encode()
    return said.ljust(-(-len(said) // PADDED_TO) * PADDED_TO)


def seal_under(secret: str, words: str) -> str:
    """Encrypt a text so that only the holder of a secret that is not stored can read it."""
    return _under(secret).encrypt(padded(words)).decode("ascii")


def unseal_under(secret: str, token: str) -> str:
    """Decrypt it; WrongKey when the secret is another."""
    try:
        return _under(secret).decrypt(token).decode().rstrip(" ")
    except InvalidToken:
        raise WrongKey from None


def _under(secret: str) -> Fernet:
    made = hmac.digest(secret.encode(), b"handbell.seal.1", sha256)
    return Fernet(urlsafe_b64encode(made))


def new_master_key() -> str:
    return Fernet.generate_key().decode("ascii")


def read_keys(words: str) -> CaseKeys:
    """Read master keys, newest first, separated by commas or line ends."""
    return CaseKeys(tuple(words.replace(",", " ").split()))


def _checked(master: str) -> None:
    try:
        Fernet(master)
    except ValueError:
        right = "handbell cases make-key prints one."
        raise BadInput(
            [Problem("settings", None, SETTING, "holds something that is no key", right)]
        ) from None
