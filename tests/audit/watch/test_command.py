"""`confluence-gdpr watch` as a user has it: what it refuses, how it ends, and what other commands know of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from audit.loopback import HOST, listener
from audit.sandbox.faults import Fault, FaultKind
from audit.watch.kept import WatchedRun
from audit.watch.queue import FOLDER
from tests.audit.shell import Shell
from tests.audit.watch.conftest import SPACE, Watched
from tests.audit.watch.test_flow import DIRTY, PAGE, once

ROOT = Path(__file__).resolve().parents[3]
AT = ("--base-url", "https://hooks.acme.example/gdpr")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "is not set"),
        (("--base-url", "http://hooks.acme.example"), "has to be https"),
        (("--base-url", "https://hooks.acme.example/?a=1"), "without a query"),
    ],
)
def test_an_address_that_no_site_can_use_is_refused(watched: Watched, arguments: tuple[str, ...], words: str) -> None:
    code, said = watched.shell.fails("watch", *arguments)
    assert (code, words in said) == (2, True), said


def test_a_port_that_is_taken_and_a_second_watch_are_refused(watched: Watched) -> None:
    with listener() as taken:
        port = str(taken.getsockname()[1])
        code, said = watched.shell.fails("watch", *AT, "--port", port)
    assert (code, f"port {port}" in said) == (2, True)
    with process(watched) as child:
        code, said = watched.shell.fails("watch", "--once")
        assert (code, f"process {child.pid}" in said) == (4, True), said


def test_without_a_run_there_is_nothing_to_keep_up_to_date(shell: Shell) -> None:
    code, said = shell.fails("watch", "--once")
    assert (code, "no run yet" in said) == (2, True)


def test_a_run_whose_halves_would_not_fit_together_stays_as_it_is(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = watched.shell.mapping()
    code, said = watched.shell.fails("watch", "--once", "--known", known)
    assert (code, "other knowledge" in said) == (4, True)
    with watched.receiving():
        watched.edit(PAGE, DIRTY)
    for name, value in watched.shell.sandbox.environment(watched.shell.url, "editor").items():
        monkeypatch.setenv(name, value)
    code, said = watched.shell.fails("watch", "--once")
    assert (code, "another account" in said) == (4, True)
    assert watched.standing().waiting == 1


def test_an_audit_that_was_not_finished_is_finished_first(watched: Watched) -> None:
    watched.shell.sandbox.faults.add(Fault(FaultKind.STATUS, "GET", "/api/v2/pages", status=401, times=0))
    assert watched.shell.run("audit", "--space", SPACE) == 5
    watched.shell.sandbox.faults.clear()
    code, said = watched.shell.fails("watch", "--once")
    assert (code, "audit --resume" in said) == (4, True)


def test_one_object_that_cannot_be_read_stays_and_keeps_no_other_back(watched: Watched) -> None:
    with watched.receiving():
        first, second = watched.edit(PAGE, DIRTY), watched.edit("Interview guide", DIRTY)
    fault = Fault(FaultKind.STATUS, "GET", f"/api/v2/pages/{first}$", status=501, times=0)
    watched.shell.sandbox.faults.add(fault)
    said = once(watched, 3)
    assert said == [f"page_updated page {first}: put off", f"page_updated page {second}: read, 2 findings"]
    assert "1 objects wait." in watched.shell.err
    watched.shell.sandbox.faults.clear()
    assert once(watched) == [f"page_updated page {first}: read, 2 findings"]


def test_a_page_that_we_may_not_read_any_more_counts_as_not_read(watched: Watched) -> None:
    with watched.receiving():
        page = watched.edit(PAGE, DIRTY)
    watched.shell.sandbox.faults.add(Fault(FaultKind.STATUS, "GET", f"/api/v2/pages/{page}$", status=403, times=0))
    assert once(watched) == [f"page_updated page {page}: not read"]
    assert watched.report()["run"]["status"] == "incomplete"


def test_status_and_purge_know_what_waits(watched: Watched) -> None:
    with watched.receiving():
        watched.edit(PAGE, DIRTY)
    assert watched.shell.run("status") == 0
    assert f"watch  {watched.shell.url}  1 waiting, the oldest since 20" in watched.shell.out
    assert watched.shell.run("purge", "--yes") == 0
    folder = watched.shell.folder / "ws" / FOLDER
    assert folder.exists()
    assert watched.shell.run("purge", "--all", "--yes") == 0
    assert "queue of events destroyed" in watched.shell.out
    assert not folder.exists()
    assert "queue of events" in (folder.parent / "deletions.jsonl").read_text()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_process_receives_looks_again_and_ends_when_it_is_told_to(watched: Watched, end: int) -> None:
    with process(watched, end) as child:
        assert child.stdout is not None
        watched.base_url = child.stdout.readline().strip()
        assert watched.installed() == 204
        code, said = watched.shell.fails("purge", "--yes")
        assert (code, "in use" in said) == (4, True)
        page = watched.edit(PAGE, DIRTY)
        assert watched.hooks.told[-1].status == 202
        assert child.stdout.readline().endswith(f"page_updated page {page}: read, 2 findings\n")
        assert httpx.get(f"{watched.base_url}/atlassian-connect.json").status_code == 200
        watched.hooks.receiver = ""
    assert child.returncode == 0
    assert "Traceback" not in (child.stderr.read() if child.stderr and not child.stderr.closed else "")
    assert watched.found_in(page) == ["email-address", "legacy-mention"]


def test_a_run_that_takes_nothing_for_a_while_does_not_end_the_receiver(watched: Watched) -> None:
    with process(watched) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        watched.base_url = child.stdout.readline().strip()
        assert watched.installed() == 204
        database = watched.desk().path / "run.db"
        aside = database.rename(database.with_name("aside"))
        database.mkdir()
        watched.edit(PAGE, DIRTY)
        assert "The run database" in child.stderr.readline()
        watched.edit("Interview guide", DIRTY)
        assert watched.hooks.told[-1].status == 202
        watched.hooks.receiver = ""
        database.rmdir()
        aside.rename(database)
    assert child.returncode == 0
    assert watched.standing().waiting == 2


def test_what_does_not_fit_names_what_helps(watched: Watched) -> None:
    with WatchedRun(watched.desk().path / "run.db") as store:
        store.set({"rules_digest": "another"})
    code, said = watched.shell.fails("watch", "--once")
    assert (code, "other rules" in said, "Audit anew" in said, "--resume" in said) == (4, True, True, False)


@contextmanager
def process(watched: Watched, end: int = signal.SIGTERM) -> Iterator[subprocess.Popen[str]]:
    """Watch in a process of its own while the block runs, then end it with a signal."""
    with listener() as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "audit", "watch", "--port", str(port)]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*command, "--base-url", f"http://{HOST}:{port}/gdpr"],
        cwd=watched.shell.folder, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stderr is not None
        assert "Install the app from" in child.stderr.readline()
        try:
            yield child
        finally:
            child.send_signal(end)
            child.wait(60)
