"""Handbell's certificate for a school's Microsoft 365: made on its machine, which the key never leaves."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from connectors.local.whole_file import write_whole

LASTS = timedelta(days=730)


def read(path: Path) -> x509.Certificate:
    """Read the certificate of a file that may hold its key as well. Raises OSError, ValueError."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def make(path: Path, now: datetime) -> x509.Certificate:
    """Make a key and its certificate, good for two years, in one file that its owner alone may read."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Handbell")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + LASTS)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_whole(path, private + made.public_bytes(pem))
    return made
