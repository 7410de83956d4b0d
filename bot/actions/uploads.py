"""Files sent to be looked through: a form that comes twice keeps each of its files once, under one name."""

from __future__ import annotations

from hashlib import sha256

from bot.services import Services

KEY_BYTES = 16


def upload_key(services: Services, form: str | None, number: int = 0) -> str:
    """Name a file, as 32 hexadecimal characters nobody guesses: a form's by what holds its seal."""
    if form is None:
        return services.chance(KEY_BYTES).hex()
    return sha256(f"file {number} of {form}".encode()).hexdigest()[: 2 * KEY_BYTES]
