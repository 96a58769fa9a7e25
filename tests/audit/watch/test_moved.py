"""Pages that leave the scope of a run or come into it, and what hangs on them; compared with an audit made anew."""

from __future__ import annotations

from dataclasses import replace

from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.state import COMMENTS, Content, Kind
from tests.audit.watch.conftest import SPACE, Watched
from tests.audit.watch.test_flow import DIRTY, note, once

HANGING = (*COMMENTS, Kind.ATTACHMENT)


def space(watched: Watched, key: str) -> str:
    return next(one.id for one in watched.shell.sandbox.state.spaces.values() if one.key == key)


def page_with_comments(watched: Watched, key: str) -> tuple[Content, list[str]]:
    """Return a published page of a space with findings in its comments, and the ids of what hangs on it."""
    state = watched.shell.sandbox.state
    found = [
        (one, [each.id for each in state.hanging_on(one.id, *HANGING)])
        for one in state.of_kind(Kind.PAGE)
        if state.spaces[one.space].key == key and one.status == "current"
    ]
    return max(found, key=lambda each: len(each[1]))


def move(watched: Watched, page: Content, key: str) -> None:
    """Move a page, and what hangs on it, without telling anybody."""
    state = watched.shell.sandbox.state
    for one in (page, *state.hanging_on(page.id, *HANGING)):
        state.put(replace(state.contents[one.id], space=space(watched, key)))


def places(watched: Watched, ids: list[str]) -> list[tuple[str, str]]:
    findings = watched.report()["findings"]
    return sorted((one["object"]["id"], one["rule"]) for one in findings if one["object"]["id"] in ids)


def send(watched: Watched, event: str, member: str, identifier: str) -> None:
    assert watched.send(event, {member: {"id": int(identifier.removeprefix("att"))}}).status == 202


def test_a_page_that_leaves_the_scope_takes_its_findings_along(watched: Watched) -> None:
    page, hanging = page_with_comments(watched, SPACE)
    ids = [page.id, *hanging]
    assert places(watched, ids)
    move(watched, page, "ENG")
    with watched.receiving():
        send(watched, "page_moved", "page", page.id)
    assert once(watched) == [f"page_moved page {page.id}: moved out"]
    assert places(watched, ids) == []
    assert f"moved out of the scope after events: {page.id} (20" in note(watched, "page")
    report = watched.report()
    assert report["run"]["status"] == "complete"
    assert report["run"]["options"]["events"]
    with watched.receiving(install=False):
        watched.hooks.receiver = watched.base_url
        send(watched, "comment_updated", "comment", next(one for one in hanging if not one.startswith("att")))
    assert once(watched)[0].endswith(": moved out"), "it hangs on a page that is elsewhere"
    assert watched.shell.run("report", "--format", "sarif,ocsf,html", "--language", "de", "--out", "all") == 0
    out = watched.shell.folder / "all"
    for path in out.iterdir():
        assert "looked at again after events" in path.read_text(), path.name
        assert ("nicht mehr im Umfang" in path.read_text()) == (path.suffix == ".html"), path.name


def test_a_page_that_comes_into_the_scope_brings_what_hangs_on_it(watched: Watched) -> None:
    page, hanging = page_with_comments(watched, "ENG")
    ids = [page.id, *hanging]
    move(watched, page, SPACE)
    with watched.receiving():
        send(watched, "page_moved", "page", page.id)
    assert once(watched)[0].startswith(f"page_moved page {page.id}: read, ")
    found = places(watched, ids)
    assert watched.shell.run("audit", "--space", SPACE) == 1
    assert found == places(watched, ids)
    assert {one for one, _ in found} > {page.id}


def test_a_comment_waits_for_its_page_and_brings_one_that_no_event_named(watched: Watched) -> None:
    page, hanging = page_with_comments(watched, "ENG")
    comment = next(one for one in hanging if not one.startswith("att"))
    move(watched, page, SPACE)
    watched.shell.sandbox.faults.add(Fault(FaultKind.STATUS, "GET", f"/pages/{page.id}$", status=501, times=0))
    with watched.receiving():
        send(watched, "comment_created", "comment", comment)
    assert once(watched, 3) == [f"comment_created comment {comment}: put off"]
    watched.shell.sandbox.faults.clear()
    assert once(watched)[0].startswith(f"comment_created comment {comment}: read, ")
    assert places(watched, [page.id, *hanging])
    assert f"read again after events: {page.id} (20" in note(watched, "page")


def test_a_comment_of_a_page_that_was_never_in_scope_is_none_of_our_business(watched: Watched) -> None:
    page, hanging = page_with_comments(watched, "ENG")
    with watched.receiving():
        watched.edit(page.title, DIRTY)
        for one in hanging:
            kind = "attachments" if one.startswith("att") else "comment"
            send(watched, "attachment_updated" if one.startswith("att") else "comment_updated", kind, one)
    assert {line.partition(": ")[2] for line in once(watched)} == {"outside"}
