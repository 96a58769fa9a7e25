"""Certificates and time stamps as a user meets them: options, settings, what is printed, and who is contacted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.bag.certificate import PASSPHRASE
from audit.bag.sealing import Sealer
from audit.cli.common import Setup
from audit.cli.sealed import sealer
from tests.audit import certificates
from tests.audit.certificates import Stamps, party, stamper
from tests.audit.shell import Shell

ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
LONG_AGO = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC))


def given(shell: Shell, valid: tuple[datetime, datetime] = certificates.YEAR) -> Path:
    """Write certificates where a user would have them, and return that of the signer."""
    own = shell.folder / "own.p12"
    own.write_bytes(party(valid=valid).pkcs12())
    own.chmod(0o600)
    (shell.folder / "own.pem").write_bytes(party().pem())
    (shell.folder / "stamps.pem").write_bytes(stamper().pem())
    (shell.folder / "other.pem").write_bytes(party("Somebody else").pem())
    return own


@pytest.mark.slow
def test_a_package_is_sealed_and_judged_by_what_the_reader_trusts(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = given(shell)
    assert shell.run("audit", "--space", "HR") == 1
    monkeypatch.setenv(PASSPHRASE, certificates.PASSPHRASE)
    requests = len(shell.sandbox.log)
    stamps = Stamps()
    with stamps.served() as url:
        monkeypatch.setenv("CONFLUENCE_GDPR_TIMESTAMP_AUTHORITY", url)
        assert shell.run("evidence", "export", "--certificate", str(own)) == 0, shell.err
    host = url.removesuffix("/stamp")
    assert f"Stamped by {host}" in shell.err
    assert "Signed with the certificate of" in shell.err
    assert "UNSIGNED" not in shell.err
    assert len(stamps.bodies) == 1
    assert len(shell.sandbox.log) == requests
    bag = shell.out.splitlines()[-1]
    printed = shell.out + shell.err
    assert shell.run("evidence", "verify", bag) == 0, shell.out
    assert shell.out.count("NOT TRUSTED") == shell.out.count("valid, ") >= 2
    assert "UNSIGNED" not in shell.out
    assert shell.run("evidence", "verify", f"{bag}.zip", "--trust", "own.pem", "--trust-authority", "stamps.pem") == 0
    assert "valid, trusted" in shell.out
    assert shell.run("evidence", "verify", bag, "--trust", "other.pem") == 1
    assert "not-trusted" in shell.out
    printed += shell.out + shell.err
    assert "Traceback" not in printed
    assert certificates.PASSPHRASE not in printed
    for name, data in shell.files().items():
        assert certificates.PASSPHRASE.encode() not in data, name
    information = (Path(bag) / "bag-info.txt").read_text()
    assert re.search(rf"^Time-Stamp-Authority: {re.escape(host)}$", information, re.MULTILINE)
    readme = (Path(bag) / "README.md").read_text()
    assert f"{host} got one SHA-256 when this bag was made" in readme
    assert "UNSIGNED" not in readme


def test_an_authority_is_asked_only_where_one_is_configured_and_nobody_says_no(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = Setup(None, None, verbose=False)
    assert sealer(setup, None, unsigned=False, no_stamp=False) == Sealer()
    monkeypatch.setenv("CONFLUENCE_GDPR_TIMESTAMP_AUTHORITY", "https://stamps.example/tsa")
    assert sealer(setup, None, unsigned=False, no_stamp=False).host == "https://stamps.example"
    assert sealer(setup, None, unsigned=False, no_stamp=True) == Sealer()
    monkeypatch.setenv("CONFLUENCE_GDPR_CERTIFICATE", str(given(shell, ALWAYS)))
    monkeypatch.setenv(PASSPHRASE, certificates.PASSPHRASE)
    assert "Evidence of Acme" in sealer(setup, None, unsigned=False, no_stamp=True).stated().subject
    assert sealer(setup, None, unsigned=True, no_stamp=True) == Sealer()


def test_an_expired_certificate_stops_the_export_before_it_begins(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSPHRASE, certificates.PASSPHRASE)
    code, text = shell.fails("evidence", "export", "--certificate", str(given(shell, LONG_AGO)))
    assert code == 2
    assert "own.p12" in text
    assert "it expired on 2001-01-01T00:00:00Z" in text
    assert "name a certificate that is valid now" in text
    assert not list(shell.folder.glob("gdpr-evidence_*"))


def test_a_certificate_that_does_not_open_stops_the_export_before_it_begins(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = given(shell)
    monkeypatch.setenv(PASSPHRASE, "wrong-canary")
    code, text = shell.fails("evidence", "export", "--certificate", str(own))
    assert code == 2
    assert "own.p12" in text
    assert "canary" not in text
    code, text = shell.fails("evidence", "export", "--unsigned", "--certificate", str(own))
    assert code == 2
    assert "contradict" in text
