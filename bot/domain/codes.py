"""Codes that people read out and type: Crockford's base 32 in groups of four letters and digits."""

from __future__ import annotations

# No I, L, O or U, so that a code read out on the telephone is typed right.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def grouped(data: bytes) -> str:
    """Spell bytes, five bits a sign: 5 bytes as K7QF-2M8R. Bits that fill no sign are left out at the top."""
    number, count = int.from_bytes(data, "big"), len(data) * 8 // 5
    signs = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(count)))
    return "-".join(signs[at : at + 4] for at in range(0, count, 4))


def signs_of(typed: str) -> str:
    """Read a code as it was meant: without groups, spaces and case, and with the letters that look alike."""
    return "".join(sign for sign in typed.upper().translate(READ_AS) if sign in ALPHABET)
