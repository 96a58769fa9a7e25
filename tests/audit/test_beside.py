"""What stands beside content is read when it is asked for, counted in rows of its own, and never silently left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.errors import UsageError
from audit.sandbox.beside import FIRST
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import PEOPLE
from audit.sandbox.sandbox import Sandbox
from audit.sites.cloud.each import LABEL_WATCHES
from audit.sites.cloud.options import DEEP, INCLUDABLE, OTHER_RELATIONS
from audit.sites.cloud.site import Wanted
from tests.audit.cloud import Crawled, crawled
from tests.audit.shell import Shell

pytestmark = pytest.mark.anyio


def wanted(*names: str, spaces: tuple[str, ...] = (), relations: tuple[str, ...] = ()) -> Wanted:
    """Return what asks for some classes."""
    return Wanted(spaces, frozenset(names), relations=relations)


def rules_of(got: Crawled, object_class: str) -> set[str]:
    """Return the rules with findings in objects that count as a class."""
    rows = got.store._db.execute("SELECT DISTINCT rule FROM findings WHERE class = ?", (object_class,))
    return {row[0] for row in rows}


def kept_in(folder: Path) -> bytes:
    """Return everything that a run left on the disk."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_whiteboards_databases_folders_and_smart_links_are_read_with_their_properties(tmp_path: Path) -> None:
    sandbox = Sandbox()
    got = await crawled(sandbox, tmp_path, wanted("tree"))
    counts = {name: got.row(name).read for name in ("whiteboard", "database", "folder", "smart-link")}
    assert counts == {"whiteboard": 2, "database": 1, "folder": 1, "smart-link": 2}
    assert rules_of(got, "whiteboard") >= {"email-address", "legacy-user-object"}
    assert rules_of(got, "smart-link") == {"legacy-profile-link"}
    assert not rules_of(got, "database") | rules_of(got, "folder")
    assert not got.store.failures()


async def test_the_tree_of_other_spaces_is_left_alone(tmp_path: Path) -> None:
    got = await crawled(Sandbox(), tmp_path, wanted("tree", spaces=("HR",)))
    assert not got.ids("whiteboard")
    assert not got.store.failures()


@pytest.mark.parametrize(("status", "coverage"), [(403, "failed"), (404, "skipped")])
async def test_an_object_of_the_tree_that_is_refused_or_gone_is_named(
    tmp_path: Path, status: int, coverage: str
) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.STATUS, path=f"/whiteboards/{FIRST}$", status=status, times=9))
    got = await crawled(sandbox, tmp_path, wanted("tree"))
    row = got.row("whiteboard")
    assert sum(getattr(row, coverage).values()) == 1
    assert bool(got.store.failures()) is (status == 403)


async def test_properties_of_users_are_read_without_an_account_id_in_the_database(tmp_path: Path) -> None:
    sandbox = Sandbox()
    got = await crawled(sandbox, tmp_path, wanted("user-properties"))
    assert got.row("user-property").read == 3
    assert rules_of(got, "user-property") >= {"legacy-user-object", "stored-profile-field"}
    assert len({one.ref.id for one in got.store.findings() if one.ref.type == "user-property"}) == 1
    kept = kept_in(tmp_path)
    for person in PEOPLE:
        assert not person.account_id or person.account_id.encode() not in kept


async def test_a_user_whose_properties_are_refused_is_a_failure_and_the_others_are_read(tmp_path: Path) -> None:
    sandbox = Sandbox()
    path = f"/user/{PEOPLE[4].account_id}/property$"
    sandbox.faults.add(Fault(FaultKind.STATUS, path=path, status=403, times=9))
    got = await crawled(sandbox, tmp_path, wanted("user-properties"))
    assert got.row("user-property").read == 2
    assert "user-property not read" in got.store.failures()[0]


async def test_look_and_feel_is_read_for_each_space_and_the_site_and_what_is_inherited_only_once(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox()
    got = await crawled(sandbox, tmp_path, wanted("look-and-feel"))
    rows = [row for row in got.store.coverage({}) if row.object_class == "look-and-feel"]
    assert sum(row.read for row in rows) == len(sandbox.state.spaces) + 1
    assert rules_of(got, "look-and-feel") == {"personal-space-link"}


async def test_look_and_feel_that_is_refused_is_a_failure(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.STATUS, path="/settings/lookandfeel$", status=403, times=1))
    got = await crawled(sandbox, tmp_path, wanted("look-and-feel"))
    assert any("look-and-feel not read" in line for line in got.store.failures())


async def test_the_audit_log_is_read_to_its_end_with_addresses_masked(tmp_path: Path) -> None:
    sandbox = Sandbox()
    got = await crawled(sandbox, tmp_path, wanted("audit-log"))
    assert got.row("audit-record").read == len(sandbox.state.audit_log) == 4
    assert rules_of(got, "audit-record") >= {"audit-log-address", "legacy-user-object"}
    kept = kept_in(tmp_path)
    for record in sandbox.state.audit_log:
        assert not record["remoteAddress"] or str(record["remoteAddress"]).encode() not in kept


async def test_a_record_that_comes_twice_counts_once_and_one_of_another_shape_is_a_failure(tmp_path: Path) -> None:
    sandbox = Sandbox()
    records = sandbox.state.audit_log
    sandbox.state.audit_log = (*records, records[0], {**records[1], "creationDate": "yesterday"})
    got = await crawled(sandbox, tmp_path, wanted("audit-log"))
    assert got.row("audit-record").read == len(records)
    assert "audit-record not read" in got.store.failures()[0]


async def test_an_audit_log_that_only_administrators_may_read_makes_the_run_incomplete(tmp_path: Path) -> None:
    got = await crawled(Sandbox(), tmp_path, wanted("audit-log"), role="reader")
    assert any("audit-record" in line for line in got.store.failures())


async def test_relations_are_read_by_name_for_pages_blog_posts_and_spaces(tmp_path: Path) -> None:
    sandbox = Sandbox()
    got = await crawled(sandbox, tmp_path, wanted(relations=("reviewer", "mentor")))
    objects = got.row("page").read + got.row("blogpost").read + len(sandbox.state.spaces)
    assert sum(row.read for row in got.store.coverage({}) if row.object_class == "relation") == objects
    assert sum("/relation/" in entry.path for entry in sandbox.log) == 2 * objects
    assert not rules_of(got, "relation")


async def test_a_relation_that_no_site_lists_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    sandbox = Sandbox()
    with pytest.raises(UsageError, match="favourite"):
        await crawled(sandbox, tmp_path, wanted(relations=("reviewer", "favourite")))
    assert not sandbox.log


async def test_watchers_of_personal_spaces_are_asked_for_as_well(tmp_path: Path) -> None:
    sandbox = Sandbox()
    await crawled(sandbox, tmp_path, wanted("watches"))
    asked = {entry.path for entry in sandbox.log if entry.path.endswith("/watch")}
    assert asked == {f"/wiki/rest/api/space/{space.key}/watch" for space in sandbox.state.spaces.values()}


async def test_labels_of_named_spaces_are_read(tmp_path: Path) -> None:
    sandbox = Sandbox()
    got = await crawled(sandbox, tmp_path, wanted(spaces=("ENG", "OPS")))
    names = {space.id for space in sandbox.state.spaces.values() if space.key in {"ENG", "OPS"}}
    on_pages = {label.id for one in sandbox.state.contents.values() if one.space in names for label in one.labels}
    assert got.ids("label") >= on_pages
    assert got.ids("label") >= {label.id for name in names for label in sandbox.state.spaces[name].labels}


async def test_labels_that_are_refused_are_a_failure(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.STATUS, path="/content/labels$", status=403, times=1))
    got = await crawled(sandbox, tmp_path, wanted(spaces=("HR",)))
    assert any("label not read" in line for line in got.store.failures())


async def test_a_name_in_the_selection_of_an_inline_comment_is_found(tmp_path: Path) -> None:
    got = await crawled(Sandbox(), tmp_path)
    assert "selection-display-name" in rules_of(got, "inline-comment")


async def test_deep_reads_everything_but_the_audit_log_and_its_cost_is_said_where_it_is_not_read(
    tmp_path: Path,
) -> None:
    assert frozenset(INCLUDABLE) - DEEP == {"audit-log"}
    got = await crawled(Sandbox(), tmp_path, Wanted(include=DEEP))
    missing = {row.object_class: row.note for row in got.store.coverage({}) if not row.assessed}
    assert missing.keys() == {"attachment-content", "audit-record", "relation", "watch"}
    assert LABEL_WATCHES in missing["watch"]
    assert OTHER_RELATIONS in missing["relation"]
    assert "request for each" in missing["audit-record"]
    assert "--deep" not in missing["audit-record"]
    assert not got.store.failures()


def test_a_deep_audit_is_complete_and_everything_legacy_in_it_is_planned_or_held(shell: Shell) -> None:
    assert shell.run("audit", "--deep", "--include", "audit-log", "--relation", "reviewer") == 1
    assert ": complete." in shell.out
    assert shell.run("report", "--format", "json", "--out", "-") == 0
    report = json.loads(shell.out)
    (labels,) = [row for row in report["coverage"] if not row["assessed"]]
    assert (labels["object_class"], LABEL_WATCHES in labels["note"]) == ("watch", True)
    assert report["run"]["options"]["relation"] == "reviewer"
    retired = {rule["id"] for rule in report["rules"] if rule["category"] == "legacy identifier"}
    beside = {"audit-record", "user-property", "whiteboard", "smart-link"}
    legacy = [one for one in report["findings"] if one["rule"] in retired and one["object"]["type"] in beside]
    assert {one["object"]["type"] for one in legacy} == beside
    plan = json.loads(shell.plan().read_bytes())
    held = [one for one in plan["held"] if one["ref"]["type"] in beside]
    assert len(held) == len(legacy)
    shell.capture.readouterr()
    addresses = [str(one["remoteAddress"]).encode() for one in shell.sandbox.state.audit_log if one["remoteAddress"]]
    assert not [name for name, data in shell.files().items() for address in addresses if address in data]


def test_a_relation_that_cannot_be_listed_is_one_paragraph(shell: Shell) -> None:
    code, text = shell.fails("audit", "--relation", "like")
    assert code == 2
    assert "--include likes" in text
