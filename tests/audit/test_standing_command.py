"""Accepted findings and comparisons as a user has them: audit twice, accept, report, pack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from audit.run import open_run
from audit.sandbox.mischief import ADDED, HUMAN
from tests.audit.shell import Shell

OWNER = "Tilda Bergmann"
REASON = "agreed with tilda@acme-optics.se until the appeal is over"


def findings(shell: Shell, *options: str) -> dict[str, Any]:
    """Return the report of the latest run as JSON."""
    assert shell.run("report", "--format", "json", "--out", "-", *options) == 0, shell.err
    report: dict[str, Any] = json.loads(shell.out)
    return report


def accept(path: Path, prints: list[str], until: str = "2099-12-31") -> str:
    rows = [
        f'[[accepted]]\nfingerprint = "{one}"\nreason = "{REASON}"\nowner = "{OWNER}"\nuntil = {until}\n'
        for one in prints
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def audited(shell: Shell) -> Shell:
    shell.audited("--space", "LEGAL")
    return shell


def test_a_first_audit_is_compared_with_nothing(shell: Shell) -> None:
    assert shell.run("audit", "--space", "LEGAL") == 1, shell.err
    assert "Compared with" not in shell.out


def test_an_audit_compares_itself_with_the_run_before_and_leaves_accepted_findings_out_of_its_exit_code(
    audited: Shell,
) -> None:
    before = findings(audited)
    first = before["run"]["id"]
    prints = sorted({one["fingerprint"] for one in before["findings"]})
    count = len(before["findings"])
    path = accept(audited.folder / "accepted.toml", prints)
    assert audited.run("audit", "--space", "LEGAL", "--accepted", path) == 0, audited.err
    assert f"{count} accepted." in audited.out
    assert f"Compared with run {first}" in audited.out
    assert f": 0 new, 0 fixed, {count} unchanged, 0 reappeared; 0 not examined in this run." in audited.out
    accept(audited.folder / "accepted.toml", prints[1:])
    assert audited.run("audit", "--space", "LEGAL", "--accepted", path) == 1

    report = findings(audited, "--accepted", path, "--compare", first)
    left = [one for one in report["findings"] if one["accepted"] is None]
    assert {one["fingerprint"] for one in left} == {prints[0]}
    assert report["totals"]["accepted"] == count - len(left)
    assert report["comparison"]["run"] == first
    assert report["totals"]["unchanged"] == count
    assert report["comparison"]["runs"] == 2, "the one between is asked what was gone since"


def test_entries_that_do_not_hold_are_named_and_count_again(audited: Shell) -> None:
    one = findings(audited)["findings"][0]["fingerprint"]
    path = accept(audited.folder / "accepted.toml", [one, "0" * 32], "2020-01-01")
    assert audited.run("audit", "--space", "LEGAL", "--accepted", path) == 1
    assert ", 0 accepted." in audited.out
    assert "accepted until 2020-01-01 only" in audited.out
    assert f"{one} (line 1)" in audited.out
    assert f"this run has no such finding: {'0' * 32} (line 7)" in audited.out


def test_the_list_of_the_configuration_counts_everywhere_and_a_wrong_one_stops_before_the_first_request(
    audited: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = findings(audited)["findings"][0]["fingerprint"]
    path = accept(audited.folder / "accepted.toml", [one])
    monkeypatch.setenv("CONFLUENCE_GDPR_ACCEPTED", path)
    assert [entry["fingerprint"] for entry in findings(audited)["accepted"]] == [one]
    calls = len(audited.sandbox.log)
    Path(path).write_text("[[accepted]]\nfingerprint = 1\n")
    code, error = audited.fails("audit", "--space", "LEGAL")
    assert (code, "line 2" in error) == (2, True)
    assert len(audited.sandbox.log) == calls


def test_nothing_that_was_written_names_who_accepted_or_whom_the_reason_names(audited: Shell) -> None:
    report = findings(audited)
    path = accept(audited.folder / "accepted.toml", [report["findings"][0]["fingerprint"]])
    given = (audited.folder / "accepted.toml").read_bytes()
    assert audited.run("report", "--format", "html,csv,md,sarif", "--accepted", path) == 0, audited.err
    for name, data in audited.files().items():
        assert data == given or not {word for word in (b"Bergmann", b"tilda@") if word in data}, name
    assert not {word for word in ("Bergmann", "tilda@") if word in audited.out + audited.err}


def test_a_run_opens_as_a_frame_with_the_rows_and_columns_of_the_table(audited: Shell) -> None:
    report = findings(audited)
    run = audited.folder / "ws" / "runs" / report["run"]["id"]
    frame = open_run(run).findings()
    assert list(frame["fingerprint"]) == [one["fingerprint"] for one in report["findings"]]
    assert all(open_run(path).findings().equals(frame) for path in (str(run), run / "run.db"))
    assert list(frame["object_version"].isna()) == [one["object"]["version"] is None for one in report["findings"]]
    assert (frame["severity"] >= "high").sum() == sum(
        one["severity"] in {"high", "critical"} for one in report["findings"]
    )
    assert frame["rewritable"].sum() == report["totals"]["rewritable"]
    documented = open_run(run).findings.__doc__ or ""
    assert {name for name in frame.columns if not name.startswith("accepted_")} == {
        name.strip()
        for row in documented.splitlines()
        if row.strip().startswith("|") and not row.strip().startswith(("| Column", "|---"))
        for name in row.split("|")[1].split(",")
        if "*" not in name
    }


def test_the_first_edit_of_a_page_makes_no_finding_new_where_versions_are_read(shell: Shell) -> None:
    options = ("audit", "--space", "LEGAL", "--include", "versions")
    assert shell.run(*options) == 1, shell.err
    body = next(
        one for one in findings(shell)["findings"] if one["object"]["type"] == "page" and one["path"].startswith("body")
    )
    state = shell.sandbox.state
    content = state.contents[body["object"]["id"]]
    state.revise(content, HUMAN, content.now.body + ADDED)
    assert shell.run(*options) == 1, shell.err
    report = findings(shell, "--compare", "previous")
    history = [one for one in report["findings"] if one["object"]["version"] == content.now.number]
    assert "version" in {one["object"]["type"] for one in history if one["object"]["id"] == content.id}
    assert (report["totals"]["new"], report["totals"]["fixed"]) == (0, 0)
