"""What apply and rollback share at the command line: a pause, a rate, a number of failures, a reviewed plan."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from audit.cli.common import Setup
from audit.cli.writing import bench
from audit.errors import PlanError
from audit.sandbox.faults import Fault, FaultKind
from tests.audit.shell import Shell


def prepared(shell: Shell) -> tuple[str, Path, int]:
    """Audit and plan one space; return the plan, the folder of the run and the number of actions."""
    shell.run("audit", "--space", "HR")
    plan = shell.plan()
    return str(plan), shell.workspace().run_path(None), len(json.loads(plan.read_bytes())["actions"])


@pytest.mark.parametrize("everywhere", [True, False], ids=["workspace", "run"])
def test_a_pause_file_stops_before_the_next_write_and_without_it_the_same_command_goes_on(
    shell: Shell, everywhere: bool
) -> None:
    plan, run, actions = prepared(shell)
    pause = (shell.workspace().path if everywhere else run) / "pause"
    pause.touch()
    assert shell.run("apply", plan, "--yes") == 3
    assert f"{pause} asks for a pause; remove it and run the same command again" in shell.err
    assert not shell.sandbox.writes
    pause.unlink()
    assert shell.run("apply", plan, "--yes") == 0
    assert len(shell.sandbox.writes) == actions
    pause.touch()
    assert shell.run("rollback", "--yes") == 3
    assert "asks for a pause" in shell.err
    assert len(shell.sandbox.writes) == actions
    pause.unlink()
    assert shell.run("rollback", "--yes") in (0, 3)
    assert len(shell.sandbox.writes) > actions


def test_a_pause_before_the_first_write_leaves_what_is_done_as_done(shell: Shell) -> None:
    plan, run, actions = prepared(shell)
    assert shell.run("apply", plan, "--yes") == 0
    (run / "pause").touch()
    assert shell.run("apply", plan, "--yes") == 3
    assert f"{actions:>6}  already-done" in shell.out
    assert "planned" not in shell.out


def test_a_divergence_is_told_with_what_helps(shell: Shell) -> None:
    plan, _, _ = prepared(shell)
    shell.sandbox.faults.add(Fault(FaultKind.STRIP_ON_SAVE, method="PUT", times=0, body="<ac:link.*?</ac:link>"))
    assert shell.run("apply", plan, "--yes") == 3
    assert "decline this action with `plan review`, or roll back and plan anew." in shell.out
    assert "look at the object on the site" not in shell.out


@pytest.mark.parametrize("command", ["verify", "residue", "rollback"])
def test_after_a_new_audit_the_run_that_has_an_applied_plan_is_named(shell: Shell, command: str) -> None:
    plan, run, _ = prepared(shell)
    code, text = shell.fails(command)
    assert (code, "Run `confluence-gdpr apply PLAN` first." in text) == (2, True)
    shell.run("apply", plan, "--yes")
    shell.run("audit", "--space", "HR")
    (shell.workspace().runs_path / "20200101T000000Z-000000").mkdir()
    applied = json.loads((shell.folder / plan).read_bytes())["id"]
    code, text = shell.fails(command)
    assert code == 2
    assert "Nothing was applied from this run" in text
    assert "the last plan applied from the latest run, or from the one that --run names" in text
    assert f"Run the same command with `--run {run.name}` (applied: {applied})." in text
    assert f"`--run {run.name}`" in shell.fails(command, applied)[1]
    assert "--run" not in shell.fails(command, "P-000000000000")[1]


def test_a_run_gives_up_after_the_failures_that_were_allowed(shell: Shell) -> None:
    plan, _, actions = prepared(shell)
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, method="PUT", times=0, status=400))
    assert shell.run("apply", plan, "--yes", "--stop-after", "2") == 3
    assert len(shell.sandbox.writes) in {2, 3}, "two, and what the other worker had begun"
    assert "2 writes in a row failed" in shell.err
    config = shell.folder / "config.toml"
    config.write_text("[limits]\nstop_after = 3\n")
    assert shell.run("apply", plan, "--yes", "--config", str(config)) == 3
    assert "3 writes in a row failed" in shell.err
    shell.sandbox.faults.clear()
    before = len(shell.sandbox.writes)
    assert shell.run("apply", plan, "--yes", "--rate", "60000") == 0
    assert len(shell.sandbox.writes) == before + actions


def test_apply_says_that_a_plan_was_reviewed(shell: Shell) -> None:
    plan, _, actions = prepared(shell)
    (shell.folder / "said.csv").write_text("action,decision,by\n*,accept,Tilda\n")
    shell.run("plan", "review", plan, "--decisions", "said.csv")
    shell.fails("apply", "plan-reviewed.json")
    shell.run("apply", "plan-reviewed.json", "--yes")
    assert f"Reviewed: {actions} accepted, 0 declined" in shell.out


def test_what_another_version_of_the_tool_applied_is_verified_and_put_back_but_not_applied(shell: Shell) -> None:
    plan, _, _ = prepared(shell)
    assert shell.run("apply", plan, "--yes") == 0
    with bench(Setup(None, None, verbose=False), None, plan, writes=True) as at:
        assert at.read_applied(None).id == at.read_plan(plan).id
        assert not shell.capture.readouterr().err
        later = replace(at, rules=at.rules[1:])
        with pytest.raises(PlanError, match="can be verified and rolled back all the same"):
            later.read_plan(plan)
        assert later.read_applied(None) == at.read_plan(plan)
        assert "made with other rules than the present ones" in shell.capture.readouterr().err
