"""What the configuration says of the house: addresses that are nobody's, and the countries of its people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.errors import ConfigError
from audit.evidence import audit_evidence
from audit.run import RunStore
from audit.settings import read_settings
from rules.registry import load
from tests.audit.shell import Shell


def settings(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def test_entries_are_counted_as_they_are_written(tmp_path: Path) -> None:
    text = 'regions = ["fr", "DE", "FR"]\n[allow]\naddresses = ["Info@Acme.example"]\ndomains = ["acme.example"]\n'
    read = read_settings(settings(tmp_path, text), named=True)
    assert read.regions == ("DE", "FR")
    assert read.allow.entries == 2
    assert {"info@acme.example", "support@acme.example"} <= read.allow.known
    assert "info" not in repr(read)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ('\nregions = ["Germany"]\n', 2, "`regions` does not know GERMANY"),
        ("regions = 1\n", 1, "`regions` has to be a list of texts"),
        ("allow = 1\n", 1, "`allow` has to be a section"),
        ('[allow]\ndomain = ["acme.example"]\n', 2, "`allow.domain` is unknown"),
        ('[allow]\ndomains = "acme.example"\n', 2, "`allow.domains` has to be a list of texts"),
        ('[allow]\n\naddresses = ["acme.example"]\n', 3, "`allow.addresses` cannot be used: an address"),
        ('[allow]\ndomains = []\nwhole_domains = ["*.acme.example"]\n', 3, "`allow.whole_domains` cannot be used"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_without_its_value(
    tmp_path: Path, text: str, line: int, why: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        read_settings(settings(tmp_path, text), named=True)
    assert f"line {line}): {why}" in str(refused.value)


def test_an_audit_leaves_out_what_is_allowed_says_how_many_and_finds_what_the_house_looks_for(shell: Shell) -> None:
    detectors = shell.folder / "detectors.toml"
    detectors.write_text(
        '[[detector]]\nid = "word"\ntitle = "A word"\nwhy = "Ours."\nremedy = "None."\nwords = ["contract", "the"]\n'
        'match = ["the contract"]\nno_match = ["contracts"]\n',
        encoding="utf-8",
    )
    assert shell.run("audit", "--space", "HR") == 1
    with RunStore.reading(shell.workspace().run_path(None) / "run.db") as store:
        before = audit_evidence(store, load())
    domain = "acme-optics.example"
    addresses = [one for one in before.findings if one.rule == "email-address"]
    assert addresses
    ours = settings(
        shell.folder,
        f'detectors = "{detectors}"\nregions = ["SE"]\n[allow]\nwhole_domains = ["{domain}"]\n',
    )
    assert shell.run("audit", "--space", "HR", "--config", str(ours)) == 1
    path = shell.workspace().run_path(None)
    with RunStore.reading(path / "run.db") as store:
        after = audit_evidence(store, load())
        kept = json.loads(store.get("options"))
    assert kept["regions"] == "SE"
    assert kept["allow"].startswith("1 (HMAC-SHA-256 ")
    assert kept["detectors"].startswith("1 (SHA-256 ")
    left = [one for one in after.findings if one.rule == "email-address"]
    out = len(addresses) - len(left)
    assert out > 0
    assert after.run.options["left out"] == f"{out} e-mail addresses of `allow`"
    assert after.rules["own-word"].title == "A word"
    assert any(one.rule == "own-word" for one in after.findings)
    assert shell.run("report", "--format", "md,html,json,sarif", "--language", "de", "--out", "shown") == 0, shell.err
    assert "weggelassen" in next((shell.folder / "shown").glob("*.md")).read_text("utf-8")
    assert shell.run("report", "--format", "json", "--audience", "public", "--out", "public") == 0
    public = next((shell.folder / "public").glob("*.json")).read_text("utf-8")
    assert f"{out} e-mail addresses of `allow`" in public
