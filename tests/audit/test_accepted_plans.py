"""The list of accepted findings in reports on plans and in evidence: counted apart there as in the report on the audit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from audit.run import RunStore
from tests.audit.shell import Shell


def accepted(shell: Shell) -> tuple[str, str]:
    """Audit a space, accept its first finding, and return the file of the list and the fingerprint."""
    shell.audited("--space", "LEGAL")
    with RunStore.reading(shell.workspace().run_path(None) / "run.db") as store:
        chosen = store.findings()[0].fingerprint
    path = shell.folder / "accepted.toml"
    path.write_text(
        f'[[accepted]]\nfingerprint = "{chosen}"\nreason = "known"\nowner = "the team"\nuntil = 2099-01-01\n', "utf-8"
    )
    return str(path), chosen


def stands(path: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(path.read_bytes())
    return report


def test_a_dry_run_and_its_review_count_accepted_findings_apart(shell: Shell) -> None:
    path, chosen = accepted(shell)
    plan = ("plan", "--mapping", shell.mapping(), "--out", "p.plan", "--format", "json", "--accepted", path)
    assert shell.run(*plan) in {0, 1}, shell.err
    report = stands(shell.folder / "p.json")
    assert report["purpose"] == "dry-run"
    assert report["totals"]["accepted"] == 1
    assert [one["fingerprint"] for one in report["accepted"]] == [chosen]
    (shell.folder / "said.csv").write_text("action,decision,by,why\n*,accept,T,\n", "utf-8")
    review = ("plan", "review", "p.plan", "--decisions", "said.csv", "--format", "json,md", "--language", "de")
    assert shell.run(*review, "--accepted", path) in {0, 1}, shell.err
    assert stands(shell.folder / "p-reviewed.json")["totals"]["accepted"] == 1
    assert ": Probelauf einer Migration, " in (shell.folder / "p-reviewed.md").read_text("utf-8").partition("\n")[0]


def test_a_wrong_list_stops_a_plan_before_its_first_request(shell: Shell) -> None:
    path, _ = accepted(shell)
    Path(path).write_text("[[accepted]]\nfingerprint = 1\n", "utf-8")
    before = len(shell.sandbox.log)
    assert shell.fails("plan", "--mapping", shell.mapping(), "--accepted", path)[0] == 2
    assert len(shell.sandbox.log) == before
    assert not (shell.folder / "plan.json").exists()


def test_evidence_carries_the_comparison_with_an_earlier_run_and_holds(shell: Shell) -> None:
    path, chosen = accepted(shell)
    assert shell.run("audit", "--space", "LEGAL") == 1
    export = ("evidence", "export", "--form", "folder", "--compare", "previous", "--accepted", path)
    assert shell.run(*export) == 0, shell.err
    bag = Path(shell.out.splitlines()[-1])
    kept = stands(bag / "data" / "comparison.json")
    report = stands(bag / "data" / "findings.json")
    assert kept["comparison"] == report["comparison"]
    assert kept["totals"]["unchanged"] == len(report["findings"]) > 1
    assert (kept["totals"]["accepted"], report["accepted"][0]["fingerprint"]) == (1, chosen)
    assert shell.run("evidence", "verify", str(bag)) == 0, shell.out
    changed = bag / "data" / "comparison.json"
    changed.write_text(changed.read_text("utf-8").replace('"unchanged":', '"unchanged": 1'), "utf-8")
    assert shell.run("evidence", "verify", str(bag)) == 1
    assert "data/comparison.json" in shell.out
    assert shell.fails("evidence", "export", "--compare", "20200101T000000Z-000000")[0] == 2
