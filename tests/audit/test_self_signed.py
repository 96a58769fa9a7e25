"""A certificate that its holder made out: what is said of it to whoever signs and to whoever reads."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12

from audit.bag.certificate import Certificate, read_certificate
from audit.bag.sealing import Sealer
from reports.bag import names
from reports.bag.build import bag
from reports.bag.payload import Payload
from reports.bag.seals import NOBODY_TRUSTED, Seal, Trust, seals
from tests.audit import certificates
from tests.audit.certificates import NOW, made, party
from tests.audit.shell import Shell
from tests.reports.bag.test_schema import sample


def written(path: Path) -> bytes:
    """Write a self-signed certificate with its key, as people make one at home, and return it in DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = made("Made at home", key, None)
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"home", key, own, None, NoEncryption()))
    path.chmod(0o600)
    return own.public_bytes(Encoding.DER)


def opened(path: Path) -> Certificate:
    return read_certificate(path, {}, lambda _service, _user: None, lambda _question: None)


def sealed(own: Certificate, trust: Trust) -> Seal:
    """Return what a reader sees of a bag that was signed with a certificate."""
    sealer = Sealer(own)
    facts = {**sample().facts, "sealing": {"subject": own.subject, "fingerprint": own.fingerprint, "authority": ""}}
    files = asyncio.run(sealer.around(bag(Payload(sample().files, facts, sample().coverage), None), NOW))
    (seal,) = seals(files, trust).found
    assert seal.path == names.CMS
    return seal


def test_a_reader_is_told_what_a_self_signed_certificate_is_and_what_to_do(tmp_path: Path) -> None:
    der = written(tmp_path / "home.p12")
    own = opened(tmp_path / "home.p12")
    assert own.self_signed
    stranger = sealed(own, replace(NOBODY_TRUSTED, at=NOW))
    assert not stranger.trusted
    assert stranger.why.startswith("its certificate is self-signed, so that nobody but its holder vouches for it.")
    assert "Compare its fingerprint" in stranger.why
    other = sealed(own, Trust((party().root(),), (), NOW))
    assert other.why == stranger.why
    assert sealed(own, Trust((der,), (), NOW)).trusted


def test_a_certificate_of_an_authority_that_the_reader_did_not_name_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "own.p12").write_bytes(party().pkcs12(None))
    (tmp_path / "own.p12").chmod(0o600)
    own = opened(tmp_path / "own.p12")
    assert not own.self_signed
    why = sealed(own, Trust((party("Somebody else").root(),), (), NOW)).why
    assert why.startswith("it goes back to no certificate that you named")
    assert f"Authority over {certificates.OWN}" in why


def test_whoever_signs_with_a_self_signed_certificate_is_told_to_hand_over_its_fingerprint(
    shell: Shell,
) -> None:
    path = shell.folder / "home.p12"
    written(path)
    code, _ = shell.fails("evidence", "export", "--certificate", str(path), "--run", "none")
    assert code == 2
    assert "holds a self-signed certificate" in shell.err
    assert opened(path).fingerprint in shell.err
