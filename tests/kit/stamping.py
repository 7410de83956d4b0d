"""A time-stamping authority on this machine: `openssl ts` behind HTTP, with a root of its own."""

import shutil
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/root.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = yes
ess_cert_id_alg = sha256
"""


def _certificate(name, issuer, key, signer, *extensions):
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
    )
    for extension, critical in extensions:
        built = built.add_extension(extension, critical)
    return built.sign(signer, hashes.SHA256())


def _written(folder, name, key, certificate):
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.key").write_bytes(plain)


def make_authority(folder):
    """Write a root, a stamping certificate under it and OpenSSL's settings into a folder."""
    root, tsa = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    of_root = (x509.BasicConstraints(ca=True, path_length=None), True)
    signs = {"key_cert_sign": True, "crl_sign": True}
    usage = {
        name: signs.get(name, False)
        for name in (
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
            "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
        )
    }  # fmt: skip
    own = _certificate("Root", "Root", root, root, of_root, (x509.KeyUsage(**usage), True))
    stamping = (x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING]), True)
    usage = x509.KeyUsage(**{name: name == "digital_signature" for name in usage})
    leaf = _certificate("Stamps", "Root", tsa, root, stamping, (usage, True))
    _written(folder, "root", root, own)
    _written(folder, "tsa", tsa, leaf)
    (folder / "serial").write_text("01", encoding="ascii")
    (folder / "openssl.cnf").write_text(CONFIG.format(folder=folder), encoding="ascii")


@contextmanager
def serving(folder):
    """Serve an authority; return its address, its root's path and a list of statuses to answer with first."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    make_authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(int(self.headers["Content-Length"]))
            status = failing.pop(0) if failing else 200
            reply = b"" if status != 200 else self.stamped(query)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def stamped(self, query):
            (folder / "query").write_bytes(query)
            command = [
                "openssl",
                "ts",
                "-reply",
                "-queryfile",
                folder / "query",
                "-config",
                folder / "openssl.cnf",
            ]
            return subprocess.run([*command, "-section", "here"], check=True, capture_output=True).stdout

        def log_message(self, *words):
            pass

    failing = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", folder / "root.pem", failing
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
