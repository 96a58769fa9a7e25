"""The command line as a user meets it: the whole tour, and one helpful paragraph for everything that goes wrong."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from audit.cli.common import explained
from audit.cli.main import COMMANDS
from audit.sandbox.faults import Fault, FaultKind
from tests.audit.shell import Shell

HEAVY = {"pandas", "weasyprint", "httpx", "starlette", "uvicorn", "jinja2", "keyring", "cryptography", "lark", "rich"}


def test_the_whole_tour(shell: Shell) -> None:
    assert shell.run("doctor") in (0, 3)
    assert shell.run("audit") == 1
    assert ": complete." in shell.out
    assert shell.run("report", "--format", "json,csv,html", "--out", "first") == 0
    assert len(list((shell.folder / "first").iterdir())) == 3
    assert shell.run("plan", "--mapping", shell.mapping(), "--format", "html") == 1
    assert not shell.sandbox.writes
    assert shell.run("apply", "plan.json", "--yes") == 0
    writes = len(shell.sandbox.writes)
    assert writes > 50
    assert shell.run("apply", "plan.json", "--yes") == 0
    assert len(shell.sandbox.writes) == writes
    assert shell.run("verify") == 0
    assert shell.run("report", "--format", "json", "--out", "-") == 0
    migration = json.loads(shell.out)
    assert {change["outcome"] for change in migration["changes"]} == {"already-done"}
    assert shell.run("audit", shell.url) == 1
    assert shell.run("report", "--format", "json", "--out", "-") == 0
    after = json.loads(shell.out)
    retired = {rule["id"] for rule in after["rules"] if rule["category"] == "legacy identifier"}
    assert sum(one["rule"] in retired for one in after["findings"]) == len(migration["held"]) > 0
    first = min(run.name for run in (shell.folder / "ws" / "runs").iterdir())
    assert shell.run("rollback", "--run", first, "--yes") == 3
    assert "takes no retired identifiers" in shell.out
    assert shell.run("runs") == 0
    assert shell.out.count("complete") == 2
    assert shell.run("purge", "--run", first, "--keep-findings", "--yes") == 0
    assert shell.run("verify", "--run", first) == 2
    assert shell.run("purge", "--all", "--yes") == 0
    assert shell.run("runs") == 0
    assert "No runs yet" in shell.err


def test_no_personal_value_leaves_the_process(shell: Shell) -> None:
    printed = ""
    for command in (
        ("audit", "--verbose"), ("report", "--format", "json,csv,html", "--out", "r"),
        ("plan", "--mapping", shell.mapping(), "--format", "html"), ("apply", "plan.json", "--yes"),
        ("verify",), ("report", "--format", "json,csv,html", "--out", "r"), ("rollback", "--yes"),
    ):  # fmt: skip
        shell.run(*command)
        printed += shell.out + shell.err
    written = {name: data for name, data in shell.files().items() if not name.endswith("users.csv")}
    assert any(name.endswith("run.db") for name in written)
    assert any(name.endswith("journal.db") for name in written)
    assert "answered" in printed
    canaries = {person.user_key for person in shell.sandbox.people}
    canaries |= {person.email for person in shell.sandbox.people}
    canaries |= {person.account_id for person in shell.sandbox.people if person.account_id}
    canaries |= {person.display_name for person in shell.sandbox.people}
    canaries |= {person.token for person in shell.sandbox.people if person.token}
    canaries |= {f'"{person.username}"' for person in shell.sandbox.people}
    for canary in canaries - {""}:
        assert canary not in printed, "printed"
        for name, data in written.items():
            assert canary.encode() not in data, name


def test_a_wrong_token_is_told_with_the_next_step(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFLUENCE_GDPR_TOKEN", "not-the-token")
    code, text = shell.fails("audit")
    assert code == 5
    assert "token" in text
    assert "not-the-token" not in text
    assert not any((shell.folder / "ws" / "runs").iterdir())


def test_a_wrong_address_is_told_with_the_next_step(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    config = shell.folder / "config.toml"
    config.write_text("[limits]\nattempts = 1\nconnect_timeout_s = 1.0\n")
    code, text = shell.fails("audit", "http://127.0.0.1:9", "--config", str(config))
    assert code == 5
    assert "127.0.0.1:9" in text or "address" in text


def test_a_site_that_answers_a_page_is_told_with_the_next_step(shell: Shell) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.LOGIN_PAGE, times=0))
    code, text = shell.fails("audit")
    assert code == 5
    assert "HTML" in text or "login" in text


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("audit", "--space", "NOPE"), 2, "no space with the key NOPE"),
        (("audit", "http://confluence.example.com"), 2, "unencrypted"),
        (("audit", "--token", "secret"), 2, "revoke this one"),
        (("audit", "--include", "everything"), 2, "properties, attachment-contents, versions, likes, watches"),
        (("audit", "--run", "20260101T000000Z-abcdef"), 2, "--resume is missing"),
        (("audit", "--resume"), 2, "no run yet"),
        (("report",), 2, "no run yet"),
        (("report", "--format", "docx"), 2, "Known are"),
        (("plan", "--mapping", "absent.csv"), 2, "absent.csv"),
        (("apply", "absent.json", "--yes"), 2, "no such plan file (absent.json)"),
        (("verify",), 2, "no run yet"),
        (("rollback", "--yes"), 2, "no run yet"),
        (("audit", "--config", "absent.toml"), 2, "absent.toml"),
    ],
)
def test_a_mistake_gets_one_paragraph_with_the_next_step(
    shell: Shell, arguments: tuple[str, ...], code: int, says: str
) -> None:
    found, text = shell.fails(*arguments)
    assert found == code
    assert says in text
    assert "secret" not in text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"name,mail\na,b\n", "account_id"),
        (b"username,account_id\nmike,not an account\n", "line 2"),
        (
            b"username,account_id\nx,712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10\nx,5d41402abc4b2a76b9719d91\n",
            "2 and 3",
        ),
        (b"\x80\x81\xff,\x00", "mapping"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_told_by_row(shell: Shell, content: bytes, says: str) -> None:
    (shell.folder / "users.csv").write_bytes(content)
    code, text = shell.fails("plan", "--mapping", "users.csv")
    assert code == 2
    assert says in text.lower()
    assert "mike" not in text


def test_usage_errors_of_the_command_line_exit_with_2(shell: Shell) -> None:
    assert shell.run("audit", "--nonsense") == 2
    assert shell.run("nonsense") == 2
    assert shell.run("sandbox", "--help") == 0


def test_an_interrupted_audit_is_finished_by_resume(shell: Shell) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.UNAUTHORIZED, nth=20, times=0))
    assert shell.run("audit", "--space", "HR", "--space", "ENG") == 5
    shell.sandbox.faults.clear()
    assert shell.run("runs") == 0
    assert "incomplete" in shell.out
    code, text = shell.fails("audit", "--resume", "--space", "OPS")
    assert code == 2
    assert "was begun with" in text
    assert shell.run("audit", "--resume") == 1
    assert ": complete." in shell.out
    assert shell.run("report", "--format", "json", "--out", "-") == 0
    report = json.loads(shell.out)
    assert {one["object"]["space"] for one in report["findings"]} <= {"HR", "ENG", ""}
    code, text = shell.fails("audit", "--resume")
    assert code == 2
    assert "complete" in text


def test_another_account_does_not_resume_a_run(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.UNAUTHORIZED, nth=20, times=0))
    assert shell.run("audit") == 5
    shell.sandbox.faults.clear()
    for name, value in shell.sandbox.environment(shell.url, "reader").items():
        monkeypatch.setenv(name, value)
    code, text = shell.fails("audit", "--resume")
    assert code == 4
    assert "another account" in text


def test_an_incomplete_audit_says_so_and_exits_with_3(shell: Shell) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, path="/template/", times=0, status=403))
    assert shell.run("audit") == 3
    assert "incomplete: The listing template/page" in shell.out
    assert shell.run("report", "--format", "json", "--out", "-") == 0
    assert json.loads(shell.out)["run"]["status"] == "incomplete"
    assert shell.run("plan", "--mapping", shell.mapping(), "--format", "") == 3
    assert "incomplete, and so is this plan" in shell.err


def test_a_plan_that_was_edited_or_belongs_elsewhere_is_refused(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.planned()
    plan = shell.folder / "plan.json"
    edited = shell.folder / "edited.json"
    edited.write_bytes(plan.read_bytes().replace(b'"A-0001"', b'"A-9001"', 1))
    assert shell.fails("apply", "edited.json", "--yes")[0] == 2
    assert shell.fails("plan", "--mapping", shell.mapping())[1].count("plan.json") >= 1
    monkeypatch.setenv("CONFLUENCE_GDPR_SITE", "http://127.0.0.1:9")
    assert "another site" in shell.fails("apply", "plan.json", "--yes")[1]
    assert not shell.sandbox.writes


def test_a_plan_over_the_limit_is_refused_before_the_first_write(shell: Shell) -> None:
    shell.planned()
    code, text = shell.fails("apply", "plan.json", "--yes", "--max-actions", "3")
    assert code == 4
    assert "3" in text
    assert not shell.sandbox.writes


def test_without_a_terminal_nothing_is_written_unless_told(shell: Shell) -> None:
    shell.planned()
    for command in (("apply", "plan.json"), ("purge",)):
        code, text = shell.fails(*command)
        assert code == 2
        assert "--yes" in text
    assert not shell.sandbox.writes


def test_reports_are_not_written_over_others_unless_told(shell: Shell) -> None:
    shell.audited()
    assert shell.run("report", "--format", "csv", "--out", "r") == 0
    assert "--force" in shell.fails("report", "--format", "csv", "--out", "r")[1]
    assert shell.run("report", "--format", "csv", "--out", "r", "--force") == 0
    assert "takes one format" in shell.fails("report", "--format", "csv,json", "--out", "-")[1]
    assert "Nothing was applied" in shell.fails("report", "--purpose", "migration")[1]
    assert "Nothing was applied" in shell.fails("verify")[1]


def test_data_center_is_named_as_not_yet_readable(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFLUENCE_GDPR_AUTH", "pat")
    code, text = shell.fails("audit")
    assert code == 2
    assert "Data Center" in text


def test_a_bearer_token_goes_through_the_gateway(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONFLUENCE_GDPR_EMAIL")
    assert shell.run("audit", "--space", "HR") == 1
    api = [entry for entry in shell.sandbox.log if "/api/" in entry.path]
    assert api
    assert sum("tenant_info" in entry.path for entry in shell.sandbox.log) == 1


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_loads_nothing_heavy(command: str) -> None:
    code = (
        "import sys; from audit.cli.main import main\n"
        f"try: main.main({[*([command] if command else []), '--help']!r}, prog_name='confluence-gdpr')\n"
        f"except SystemExit as end: sys.exit(end.code or sorted({HEAVY!r} & set(sys.modules)) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Usage: confluence-gdpr" in ended.stdout


def test_ctrl_c_leaves_a_run_that_resume_finishes(shell: Shell) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.HOLD_BEFORE, path="/footer-comments$"))
    process = subprocess.Popen(
        [sys.executable, "-m", "audit", "audit"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not _held(shell) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "--resume" in err
    assert "Traceback" not in err
    shell.sandbox.faults.clear()
    assert shell.run("audit", "--resume") == 1
    assert ": complete." in shell.out


def _held(shell: Shell) -> bool:
    """Return whether the crawl has come to the request that is held: its pages are read."""
    return sum(entry.path.endswith("/blogposts") for entry in shell.sandbox.log) > 0 and len(shell.sandbox.log) > 30


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "run.db"), 2, "disk is full"),
        (OSError(errno.EIO, "Input/output error", "run.key"), 2, "did not take what was written (run.key)"),
        (PermissionError(errno.EACCES, "Permission denied", "plan.json"), 2, "plan.json"),
        (click.exceptions.Abort(), 3, "nothing was done"),
        (ValueError("jane.doe@private.example"), 3, "ValueError"),
    ],
)
def test_every_error_becomes_one_paragraph(error: BaseException, code: int, says: str) -> None:
    found, text = explained(error)
    assert found == code
    assert says in text
    assert "jane.doe" not in text
    assert "\n" not in text
