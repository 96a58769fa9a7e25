"""No value of a person in reports of any format, in databases with their free pages and logs, and after the end of data.

What lies in an evidence package is looked through where packages are tested.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from audit.sandbox.seed import attach
from audit.sandbox.state import Kind
from tests.audit.shell import Shell
from tests.audit.unpacking import unpacked

USERNAME = re.compile('ri:username="([^"]+)"')


def canaries(shell: Shell) -> set[bytes]:
    """Return everything that names a person of the sandbox, in the forms in which it could be written."""
    people = shell.sandbox.people
    found = {one.user_key for one in people} | {one.email for one in people} | {one.display_name for one in people}
    found |= {one.account_id for one in people if one.account_id} | {f'"{one.username}"' for one in people}
    return {form for one in found - {""} for form in (one.encode(), one.encode("utf-16-le"), one.encode("utf-16-be"))}


def named(shell: Shell) -> bytes:
    """Name a page after somebody whom its text mentions, and another page and a file as well; return the username."""
    state = shell.sandbox.state
    space = next(one.id for one in state.spaces.values() if one.key == "HR")
    pages = [one for one in state.of_kind(Kind.PAGE) if one.space == space and one.status == "current"]
    there = next(one for one in pages if USERNAME.search(one.now.body))
    username = str(USERNAME.findall(there.now.body)[0])
    other = next(one for one in pages if username not in one.now.body)
    state.revise(there, there.author, there.now.body, title=f"Handover of {username}")
    other = state.revise(other, other.author, other.now.body, title=f"What {username.title()} left (draft 2)")
    attach(state, other, 7, f"cv-{username}.txt", "text/plain", b"nothing")
    return username.encode()


def written(shell: Shell) -> dict[str, bytes]:
    """Return every file that the commands made, and what is packed inside of workbooks, tables and pages."""
    files = {name: data for name, data in shell.files().items() if not name.endswith("users.csv")}
    return files | {f"unpacked {number}": data for number, data in enumerate(unpacked(shell.folder))}


@pytest.mark.slow
def test_no_artefact_holds_a_value_of_a_person(shell: Shell) -> None:
    printed = ""
    username = named(shell)
    for command in (
        ("audit", "--space", "HR", "--verbose"),
        ("report", "--format", "json,csv,html,md,sarif,ocsf,oscal,xlsx,parquet", "--out", "r"),
        ("plan", "--mapping", shell.mapping(), "--format", "html"), ("apply", "plan.json", "--yes"),
        ("status",), ("rollback", "--yes"), ("status",),
    ):  # fmt: skip
        shell.run(*command)
        printed += shell.out + shell.err
    files = written(shell)
    assert any(b"Handover of " + username[:1] + b"***" in data for data in files.values())
    suffixes = {Path(name).suffix for name in files}
    assert {".db", ".xlsx", ".parquet", ".json", ".html", ".md", ".sarif", ".jsonl"} <= suffixes
    forms = canaries(shell) | {username, username.title(), username.decode().encode("utf-16-le")}
    # What was deleted or written over leaves nothing on free pages either, nor in a log that is still there.
    run = shell.workspace().run_path(None)
    with closing(sqlite3.connect(run / "run.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("DELETE FROM findings")
        connection.commit()
        assert connection.execute("PRAGMA freelist_count").fetchone()[0] > 0
        files |= {f"{path.name} later": path.read_bytes() for path in run.glob("run.db*")}
    assert any(name.startswith("run.db-wal") for name in files)
    assert shell.run("purge", "--all", "--yes") == 0
    printed += shell.out + shell.err
    files |= {f"{name} at the end": data for name, data in written(shell).items()}
    assert any("deletions.jsonl" in name for name in files)
    for form in forms:
        assert form not in printed.encode(), "printed"
        for name, data in files.items():
            assert form not in data, name
