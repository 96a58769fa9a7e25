"""What is left of a plan: recorded by `verify` and `residue`, and told by the report of the migration."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from audit.sandbox.faults import Fault, FaultKind
from tests.audit.shell import Shell


@pytest.fixture
def migrated(shell: Shell) -> Shell:
    shell.migrated("--space", "ENG", "--space", "OPS")
    return shell


def told(shell: Shell) -> dict[str, Any]:
    """Return the JSON report of the migration."""
    assert shell.run("report", "--format", "json", "--out", "-") == 0
    found: dict[str, Any] = json.loads(shell.out)
    assert found["purpose"] == "migration"
    return found


def page_of(shell: Shell) -> str:
    found = re.search(r"^page (\d+) in \S+: versions? ", shell.out, re.MULTILINE)
    assert found
    return found[1]


def test_a_report_says_that_nobody_has_looked_until_somebody_has(migrated: Shell) -> None:
    assert told(migrated)["residue"] is None
    migrated.run("report", "--format", "html", "--out", "-")
    assert "Nobody has looked yet." in migrated.out
    migrated.run("verify", "--no-residue")
    assert told(migrated)["residue"] is None
    migrated.run("verify")
    left = told(migrated)["residue"]
    assert left["looked_into"] >= len(left["objects"]) > 0
    assert {"version", "draft", "trashed", "archived"} <= left["places"].keys()
    assert left["unread"] == 0


def test_what_is_recorded_is_what_residue_lists_and_names_nobody(migrated: Shell) -> None:
    assert migrated.run("residue") == 1
    listed = set(re.findall(r"^([a-z-]+) (\d+)(?: in \S+)?: ", migrated.out, re.MULTILINE))
    report = told(migrated)
    assert {(one["object"]["type"], one["object"]["id"]) for one in report["residue"]["objects"]} == listed
    assert report["totals"]["residue"] == len(listed)
    assert all(one["url"].startswith(migrated.url) for one in report["residue"]["objects"] if one["url"])
    for person in migrated.sandbox.people:
        for value in (person.username, person.user_key, person.email):
            assert not value or not re.search(rf"\b{re.escape(value)}\b", migrated.out)


def test_deleted_versions_leave_the_record_and_the_others_stay_in_it(migrated: Shell) -> None:
    migrated.run("residue")
    page, before = page_of(migrated), told(migrated)["residue"]
    code, text = migrated.fails("residue", "--delete-versions", "--object", f"page:{page}")
    assert code == 2
    digest = text.partition("--confirm ")[2][:12]
    migrated.run("residue", "--delete-versions", "--object", f"page:{page}", "--confirm", digest)
    after = told(migrated)["residue"]
    assert after["looked_into"] == before["looked_into"]
    assert {one["object"]["id"] for one in before["objects"]} - {one["object"]["id"] for one in after["objects"]} == {
        page
    }


def test_a_look_at_one_object_alone_is_not_taken_for_the_whole(migrated: Shell) -> None:
    migrated.run("verify")
    page = told(migrated)["residue"]["objects"][0]["object"]
    migrated.run("rollback", "--yes")
    assert told(migrated)["residue"] is None
    migrated.run("residue", "--object", f"{page['type']}:{page['id']}")
    assert told(migrated)["residue"] is None


def test_what_could_not_be_read_is_told_as_not_read(migrated: Shell) -> None:
    migrated.run("residue")
    page = page_of(migrated)
    migrated.sandbox.faults.add(Fault(FaultKind.STATUS, path=f"/pages/{page}/versions", status=403))
    assert migrated.run("residue") == 3
    left = told(migrated)["residue"]
    assert left["unread"] == 1
    (one,) = [one for one in left["objects"] if one["object"]["id"] == page]
    assert one["unread"]
    migrated.run("report", "--format", "html", "--out", "-")
    assert "not read whole" in migrated.out
