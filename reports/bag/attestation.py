"""The signature of a bag: an in-toto Statement v1 about every file, in a DSSE envelope, signed with Ed25519.

Sources: in-toto Attestation Framework, Statement v1; DSSE protocol (pre-authentication encoding); RFC 8032. The
signature binds the payload type, and it is deterministic: the same bag and key give the same envelope.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reports.bag.manifest import sha256
from reports.bag.names import ATTESTATION, OUTSIDE, PUBLIC_KEY
from reports.bag.problems import Fault, Problem
from reports.document import canonical
from reports.plain import Json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "urn:confluence-gdpr:evidence:1"
PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key, ready to sign. It has no representation."""

    key: Ed25519PrivateKey

    @classmethod
    def new(cls) -> Signer:
        """Return a new key, from the randomness of the system."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, pem: bytes) -> Signer:
        """Return the key in a PKCS#8 PEM without password. Raises `ValueError` for anything else."""
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(pem, password=None)
        except (TypeError, UnsupportedAlgorithm) as error:
            raise ValueError("it is protected by a password or of an unknown kind") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("it is no Ed25519 key")  # noqa: TRY004 - what is wrong is the file
        return cls(key)

    def private_pem(self) -> bytes:
        """Return the key as PKCS#8 PEM without password: for a private file or the keyring only."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def public_pem(self) -> bytes:
        """Return the public key as PEM."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def __repr__(self) -> str:
        return "Signer(<key>)"


@dataclass(frozen=True, slots=True)
class Signed:
    """An attestation whose signature holds."""

    fingerprint: str
    predicate: Mapping[str, object]
    problems: tuple[Problem, ...]
    """Where the files of the bag are not those that were signed."""


def public_key(pem: bytes) -> Ed25519PublicKey:
    """Return the key in a PEM file. Raises `ValueError` when it is no Ed25519 public key."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem)
    except UnsupportedAlgorithm as error:
        raise ValueError("it is a key of an unknown kind") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("it is no Ed25519 key")  # noqa: TRY004 - what is wrong is the file
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return `SHA256:` and the SHA-256, in hex, of the key in DER form: what `openssl pkey -outform DER` writes."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return f"SHA256:{sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))}"


def attestation(digests: Mapping[str, str], predicate: Mapping[str, Json], signer: Signer) -> bytes:
    """Return the signed statement that these files are the evidence that `predicate` describes."""
    statement: dict[str, Json] = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": path, "digest": {"sha256": digests[path]}} for path in sorted(digests)],
        "predicateType": PREDICATE_TYPE,
        "predicate": predicate,
    }
    payload = canonical(statement).encode()
    signature = signer.key.sign(encoded(PAYLOAD_TYPE, payload))
    return _envelope(payload, PAYLOAD_TYPE, fingerprint(signer.key.public_key()), signature)


def encoded(payload_type: str, payload: bytes) -> bytes:
    """Return what is signed: the pre-authentication encoding of DSSE."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def checked(files: Mapping[str, bytes], pinned: bytes | None) -> Signed | Problem:
    """Return what the attestation of a bag says, or why it cannot be relied on.

    `pinned` is the public key that has to have signed, in PEM; without it the key in the bag counts. Raises
    `ValueError` when `pinned` is no Ed25519 public key.
    """
    wanted = None if pinned is None else public_key(pinned)
    try:
        inside = public_key(files.get(PUBLIC_KEY, b""))
    except ValueError as error:
        return Problem(Fault.ALGORITHM, PUBLIC_KEY, str(error) if PUBLIC_KEY in files else "it is missing")
    if wanted is not None and fingerprint(wanted) != fingerprint(inside):
        why = f"it is {fingerprint(inside)}, not the expected {fingerprint(wanted)}"
        return Problem(Fault.ANOTHER_KEY, PUBLIC_KEY, why)
    payload = _opened(files[ATTESTATION], inside)
    return payload if isinstance(payload, Problem) else _stated(payload, files, fingerprint(inside))


def _opened(data: bytes, key: Ed25519PublicKey) -> bytes | Problem:
    """Return the payload of an envelope that `key` signed."""
    from cryptography.exceptions import InvalidSignature

    try:
        envelope = json.loads(data)
        kind, (only,) = envelope["payloadType"], envelope["signatures"]
        payload = base64.b64decode(envelope["payload"], validate=True)
        signature, key_id = base64.b64decode(only["sig"], validate=True), only["keyid"]
        same = _envelope(payload, kind, key_id, signature) == data
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        return Problem(Fault.MALFORMED, ATTESTATION, "it is no DSSE envelope with one signature")
    if not same:
        return Problem(Fault.MALFORMED, ATTESTATION, "it is not written as an export does")
    if kind != PAYLOAD_TYPE:
        return Problem(Fault.PAYLOAD_TYPE, ATTESTATION, f"it is signed as {str(kind)[:60]!r}, not as {PAYLOAD_TYPE}")
    if key_id != fingerprint(key):
        return Problem(Fault.ANOTHER_KEY, ATTESTATION, f"it names another key than {PUBLIC_KEY}")
    try:
        key.verify(signature, encoded(kind, payload))
    except InvalidSignature:
        return Problem(Fault.SIGNATURE, ATTESTATION, f"the key {fingerprint(key)} did not sign this")
    return payload


def _stated(payload: bytes, files: Mapping[str, bytes], key: str) -> Signed | Problem:
    try:
        statement = json.loads(payload)
        kinds = statement["_type"], statement["predicateType"]
        subjects = {str(one["name"]): dict(one["digest"]) for one in statement["subject"]}
        predicate = dict(statement["predicate"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Problem(Fault.MALFORMED, ATTESTATION, "what is signed is no in-toto statement")
    if kinds != (STATEMENT_TYPE, PREDICATE_TYPE):
        return Problem(Fault.PAYLOAD_TYPE, ATTESTATION, "what is signed is no statement about evidence of this kind")
    if any(set(digest) != {"sha256"} for digest in subjects.values()):
        return Problem(Fault.ALGORITHM, ATTESTATION, "a file is named by another digest than SHA-256")
    return Signed(key, predicate, tuple(_different(subjects, files)))


def _different(subjects: Mapping[str, Mapping[str, str]], files: Mapping[str, bytes]) -> list[Problem]:
    """Return each file that was signed and is not there as it was, and each that nobody signed."""
    problems = []
    for path in sorted(subjects.keys() | files.keys() - OUTSIDE):
        if path not in files:
            problems.append(Problem(Fault.MISSING, path, "it was signed and is not there"))
        elif path not in subjects:
            problems.append(Problem(Fault.EXTRA, path, "nobody signed it"))
        elif subjects[path]["sha256"] != sha256(files[path]):
            problems.append(Problem(Fault.CHANGED, path, "it is not what was signed"))
    return problems


def _envelope(payload: bytes, kind: str, key_id: str, signature: bytes) -> bytes:
    """Return an envelope as canonical JSON; its names are in an order that a stream editor can rely on."""
    envelope: dict[str, Json] = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": kind,
        "signatures": [{"keyid": key_id, "sig": base64.b64encode(signature).decode()}],
    }
    return f"{canonical(envelope)}\n".encode()
