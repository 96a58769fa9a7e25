"""Whoever asks by an address is found by the account, with groups, rights, favourites, and without anybody else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import ENGINEERS, PEOPLE, STAFF, Person, group_id
from audit.sandbox.state import Content, Relation
from audit.subject import ABSENT, HISTORY, OTHERS, UNTOLD
from reports.language import language
from tests.audit.shell import Shell

KEEPER = next(one for one in PEOPLE if one.username == "mkeeper")
OTHER = next(one for one in PEOPLE if one.username == "hbrandt")
CLOSED = next(one for one in PEOPLE if one.username == "lpetrov")
ROOT = Path(__file__).resolve().parents[2]


def written(shell: Shell, name: str = "out") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shell.folder / name / "dossier.json").read_text("utf-8"))
    return found


def held(dossier: dict[str, Any], relation: str) -> list[dict[str, Any]]:
    return next((one["held"] for one in dossier["relations"] if one["relation"] == relation), [])


def page_of(shell: Shell, space: str) -> Content:
    state = shell.sandbox.state
    pages = (one for one in state.contents.values() if one.kind.value == "page" and one.status == "current")
    return next(one for one in pages if state.spaces[one.space].key == space)


def renamed(shell: Shell, page: Content, title: str, body: str) -> None:
    revisions = (*page.revisions[:-1], replace(page.now, title=title, body=body))
    shell.sandbox.state.contents[page.id] = replace(page, revisions=revisions)


def values(one: Person) -> list[str]:
    return [each for each in (one.account_id, one.email, one.display_name, one.user_key) if each]


def test_an_address_leads_to_the_account_its_groups_and_what_they_open(shell: Shell) -> None:
    page = page_of(shell, "HR")
    state = shell.sandbox.state
    state.relations += [
        Relation("favourite", "user", KEEPER.account_id, "content", page.id),
        Relation("favourite", "user", KEEPER.account_id, "space", "HR"),
    ]
    assert shell.run("subject", "--email", KEEPER.email, "--space", "HR", "--out", "out") == 1, shell.err
    dossier = written(shell)
    added = {one["kind"]: one["source"] for one in dossier["added_by_site"]}
    assert added == {"account_id": "site", "display_name": "profile"}
    assert dossier["account_states"] == ["active"]
    assert {one["id"]: one["name"] for one in dossier["groups"]} == {group_id(one): one for one in (STAFF, ENGINEERS)}
    grouped = held(dossier, "grouped")
    (space,) = (one for one in grouped if one["type"] == "space")
    given = state.spaces[page.space].permissions
    assert set(space["groups"]) == {one.principal for one in given if one.principal in map(group_id, KEEPER.groups)}
    allowed = {f"{one.operation}/{one.target}" for one in given if one.principal == group_id(STAFF)}
    assert allowed
    assert allowed <= set(space["rights"])
    roles = {one["id"] for one in dossier["roles"] if one["name"]}
    assert {right.removeprefix("role/") for right in space["rights"] if right.startswith("role/")} <= roles
    assert roles
    assert {(one["type"], one["id"]) for one in held(dossier, "favourite")} == {
        ("page", page.id),
        ("space", page.space),
    }
    old = {
        (one.id, each.number)
        for one in state.contents.values()
        for each in one.revisions[:-1]
        if one.kind.value in {"page", "blogpost"} and one.status == "current" and one.space == page.space
        if each.author == KEEPER.account_id
    }
    assert {(one["id"], number) for one in held(dossier, "edited") for number in one["versions"]} == old
    assert old


def test_a_dossier_shows_nobody_else(shell: Shell) -> None:
    page = page_of(shell, "HR")
    body = f"<p>{KEEPER.display_name} and {OTHER.display_name}, {OTHER.email} and {KEEPER.email}</p>"
    renamed(shell, page, f"Handover {KEEPER.display_name} to {OTHER.display_name}", body)
    stored = {f"{OTHER.email}": {OTHER.display_name: KEEPER.account_id}, "with": [KEEPER.account_id, OTHER.account_id]}
    one = next(each for each in shell.sandbox.state.properties.values() if each.owner.startswith("content:"))
    shell.sandbox.state.properties[one.id] = replace(one, owner=f"content:{page.id}", key=OTHER.email, value=stored)
    asked = ("subject", "--account-id", KEEPER.account_id, "--space", "HR", "--out", "out")
    assert shell.run(*asked) == 1, shell.err
    dossier = written(shell)
    named = [each for relation in ("named", "stored") for each in held(dossier, relation) if each["id"] == page.id]
    assert len(named) == 2
    assert named[0]["title"] == "Handover M*** to H***"
    assert named[0]["fingerprints"]
    assert set(named[0]["fingerprints"]) <= set(dossier["redactable"])
    pages = [(shell.folder / "out" / name).read_text("utf-8") for name in ("dossier.html", "dossier.json")]
    shown = "".join((shell.out, *pages))
    for somebody in PEOPLE:
        assert not [value for value in values(somebody) if value in shown], somebody


def test_a_closed_account_has_no_name_and_is_said_to_be_closed(shell: Shell) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, path="/search/user$", status=403, times=0))
    asked = ("subject", "--account-id", CLOSED.account_id, "--space", "LEGAL", "--quick", "--out", "out")
    assert shell.run(*asked) in {0, 1}
    dossier = written(shell)
    assert (dossier["account_states"], dossier["added_by_site"]) == (["closed"], [])
    assert OTHERS in [one["why"] for one in dossier["not_examined"]]
    strange = "712020:" + "0" * 8 + "-0000-4000-8000-" + "0" * 12
    assert shell.run("subject", "--account-id", strange, "--space", "LEGAL", "--quick") in {0, 3}
    assert f"Warning: {ABSENT}" in shell.out
    for sentence in (ABSENT, OTHERS, HISTORY, UNTOLD):
        assert language("de").known(sentence)


def test_a_table_of_people_leads_to_the_account_and_to_what_the_person_was_called(shell: Shell) -> None:
    table = shell.folder / "people.csv"
    table.write_text(
        f"username,user_key,email,account_id\n{KEEPER.username},{KEEPER.user_key},{KEEPER.email},{KEEPER.account_id}\n"
        f"{OTHER.username},{OTHER.user_key},{OTHER.email},{OTHER.account_id}\n"
    )
    asked = ("subject", "--email", KEEPER.email, "--known", str(table), "--space", "HR", "--quick", "--out", "out")
    assert shell.run(*asked) == 1, shell.err
    added = {one["kind"]: one["source"] for one in written(shell)["added_by_site"]}
    assert added == {"account_id": "csv", "username": "table", "user_key": "table", "display_name": "profile"}
    assert "The account" not in shell.out


def test_an_interrupted_dossier_needs_one_that_was_interrupted(shell: Shell) -> None:
    code, why = shell.fails("subject", "--email", KEEPER.email, "--resume")
    assert (code, "There is no interrupted dossier" in why) == (2, True)
    assert not shell.sandbox.log


def test_a_dossier_whose_process_was_killed_is_gone_on_with(shell: Shell) -> None:
    asked = ("subject", "--account-id", KEEPER.account_id, "--space", "LEGAL", "--quick")
    assert shell.run(*asked, "--out", "whole") == 1
    shell.sandbox.log.clear()
    shell.sandbox.faults.add(Fault(FaultKind.HOLD_BEFORE, path="/footer-comments$"))
    with subprocess.Popen(
        [sys.executable, "-m", "audit", *asked], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 60
        while not _listed(shell) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    shell.sandbox.faults.clear()
    (run,) = shell.workspace().run_ids()
    kept = b"".join(data for path, data in shell.files().items() if run in path)
    assert not [value for value in values(KEEPER) if value.encode() in kept]
    code, why = shell.fails("audit", "--resume")
    assert (code, "There is no run yet" in why) == (2, True)
    shell.sandbox.log.clear()
    other = ("subject", "--account-id", OTHER.account_id, "--space", "LEGAL", "--quick", "--resume")
    code, why = shell.fails(*other)
    assert (code, "was begun in another way" in why) == (4, True)
    assert shell.run(*asked, "--resume", "--out", "resumed") == 1, shell.err
    assert not [entry for entry in shell.sandbox.log if entry.path.endswith("/api/v2/pages")]
    assert [entry for entry in shell.sandbox.log if entry.path.endswith("/footer-comments")]
    whole, resumed = written(shell, "whole"), written(shell, "resumed")
    for name in ("relations", "coverage", "complete", "asked", "added_by_site", "groups", "not_examined"):
        assert resumed[name] == whole[name], name
    assert not shell.workspace().run_ids()


def _listed(shell: Shell) -> bool:
    """Return whether the pages are stored: what is listed behind them is asked for, and waits."""
    return any(entry.path.endswith("/footer-comments") for entry in shell.sandbox.log)


def test_what_a_failing_site_interrupts_is_kept_and_said(shell: Shell) -> None:
    asked = ("subject", "--account-id", KEEPER.account_id, "--space", "LEGAL", "--quick")
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, path="/footer-comments$", status=401, times=0))
    code, why = shell.fails(*asked)
    (run,) = shell.workspace().run_ids()
    assert code == 5
    assert f"in the run {run}: the same command with --resume goes on" in why
    shell.sandbox.faults.clear()
    assert shell.run(*asked, "--resume") == 1
    assert not shell.workspace().run_ids()
