"""Certificates made when a test asks for them, and a time stamp authority on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from asn1crypto import keys, tsp  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PASSPHRASE = "quiet-passphrase-canary"

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Party:
    """Somebody with a certificate, and who made it out."""

    key: Key
    own: x509.Certificate
    issuer: x509.Certificate

    def der(self) -> bytes:
        return self.own.public_bytes(Encoding.DER)

    def pem(self) -> bytes:
        return self.own.public_bytes(Encoding.PEM)

    def root(self) -> bytes:
        return self.issuer.public_bytes(Encoding.DER)

    def pkcs12(self, passphrase: str | None = PASSPHRASE) -> bytes:
        how = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        return pkcs12.serialize_key_and_certificates(b"evidence", self.key, self.own, [self.issuer], how)


YEAR = (NOW - timedelta(days=2), NOW + timedelta(days=363))
"""From when to when a certificate is valid."""


def made(
    name: str,
    key: Key,
    by: tuple[x509.Certificate, Key] | None,
    *,
    stamps: bool = False,
    valid: tuple[datetime, datetime] = YEAR,
) -> x509.Certificate:
    """Return a certificate; without an issuer it is an authority that made itself."""
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Acme"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    top = by is None
    uses = x509.KeyUsage(not top, False, False, False, False, top, top, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if by is None else by[0].subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(ca=top, path_length=None), critical=True)
        .add_extension(uses, critical=True)
    )
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(key if by is None else by[1], hashes.SHA256())


OWN = "Evidence of Acme"


def party(name: str = OWN, valid: tuple[datetime, datetime] = YEAR) -> Party:
    """Return somebody with a certificate; the same for the same name and time."""
    return _made(name, valid)


@cache
def _made(name: str, valid: tuple[datetime, datetime]) -> Party:
    top, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = made(f"Authority over {name}", top, None)
    return Party(key, made(name, key, (root, top), valid=valid), root)


@cache
def stamper() -> Party:
    """Return a time stamp authority."""
    top, key = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
    root = made("Authority over stamps", top, None)
    return Party(key, made("Stamps of Acme", key, (root, top), stamps=True), root)


def answer(question: bytes, at: datetime = NOW) -> tsp.TimeStampResp:
    """Return what the authority answers."""
    own = stamper()
    key = own.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    dummy = DummyTimeStamper(asn1.Certificate.load(own.der()), keys.PrivateKeyInfo.load(key), fixed_dt=at)
    return dummy.request_tsa_response(tsp.TimeStampReq.load(question))


@dataclass
class Stamps:
    """An authority that is asked over HTTP, and what it was sent."""

    heads: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """Statuses that it answers with before it answers for good."""
    earlier: bytes = b""
    """An answer that it repeats whatever it is asked."""

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve on loopback while the block runs, and yield the address."""
        stamps = self

        class Asked(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                stamps.heads.append(dict(self.headers.items()))
                stamps.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                status = stamps.statuses.pop(0) if stamps.statuses else 200
                said = stamps.earlier or (answer(stamps.bodies[-1]).dump() if status == 200 else b"")
                self.send_response(status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Asked) as server:
            thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/stamp"
            finally:
                server.shutdown()
                thread.join(10)
