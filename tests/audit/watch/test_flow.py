"""From a change at the site to a finding in the run, with everything that may lie in between."""

from __future__ import annotations

import csv
import json

import pytest

from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.state import COMMENTS
from tests.audit.watch.conftest import SPACE, Watched

DIRTY = '<p><ac:link><ri:user ri:userkey="8a7f80dc9616f1a48dc0925196eca93f" /></ac:link> jane.roe@canary.example</p>'
CLEAN = "<p>Nothing about anybody.</p>"
PAGE = "Works council"


def once(watched: Watched, code: int = 0) -> list[str]:
    """Work the queue off and return what became of each object, without the moment."""
    assert watched.shell.run("watch", "--once") == code, watched.shell.err
    return [line.partition(" ")[2] for line in watched.shell.out.splitlines()]


def note(watched: Watched, object_class: str) -> str:
    """Return how the coverage says that a class was read."""
    return " ".join(row["note"] for row in watched.report()["coverage"] if row["object_class"] == object_class)


def test_a_page_that_is_edited_is_a_finding_of_the_run_and_no_more_when_it_is_mended(watched: Watched) -> None:
    before = len(watched.report()["findings"])
    with watched.receiving():
        page = watched.edit(PAGE, DIRTY)
        assert [(one.event, one.status) for one in watched.hooks.told[1:]] == [("page_updated", 202)]
        assert watched.standing().waiting == 1
        assert once(watched) == [f"page_updated page {page}: read, 2 findings"]
        assert watched.found_in(page) == ["email-address", "legacy-mention"]
        assert once(watched) == []
        watched.edit(PAGE, CLEAN)
    assert once(watched) == [f"page_updated page {page}: read, 0 findings"]
    report = watched.report()
    assert not [one for one in report["findings"] if one["object"]["id"] == page]
    assert len(report["findings"]) <= before
    assert watched.standing().counts == {"done": 2, "events": 2, "installed": 1}


def test_the_report_says_what_was_looked_at_again_and_of_which_moment_the_rest_is(watched: Watched) -> None:
    seen = {(row["object_class"], row["state"]): row["seen"] for row in watched.report()["coverage"]}
    with watched.receiving():
        page = watched.edit(PAGE, DIRTY)
    once(watched)
    report = watched.report()
    assert {(row["object_class"], row["state"]): row["seen"] for row in report["coverage"]} == seen
    assert f"read again after events: {page} (20" in note(watched, "page")
    options = report["run"]["options"]["events"]
    audited = report["run"]["finished_at_utc"]
    assert options.startswith(f"audit of {audited}; 1 objects looked at again after events, last 20")
    assert any(host["purpose"] == "public keys of installations" for host in report["run"]["hosts"])
    assert watched.shell.run("report", "--format", "html,md,csv,sarif", "--out", "all") == 0
    out = watched.shell.folder / "all"
    html, text = (next(out.glob(f"*.{suffix}")).read_text() for suffix in ("html", "md"))
    for said in (html, text):
        assert "looked at again after events" in said
    assert "these figures are not of one moment" in html
    with next(out.glob("*.csv")).open(newline="") as file:
        assert len(list(csv.DictReader(file))) == len(report["findings"]) == report["totals"]["findings"]
    assert "jane.roe" not in html + text


def test_a_public_report_and_a_german_one_say_it_too_and_the_scope_stays_the_same(watched: Watched) -> None:
    with watched.receiving():
        page = watched.edit(PAGE, DIRTY)
    once(watched)
    public = ("report", "--format", "json,html", "--audience", "public", "--language", "de", "--out", "public")
    assert watched.shell.run(*public) == 0
    out = watched.shell.folder / "public"
    found = json.loads(next(out.glob("*.json")).read_text())
    assert list(found["run"]["options"]) == ["events"]
    html = next(out.glob("*.html")).read_text()
    assert "gehören nicht zu einem einzigen Zeitpunkt" in html
    assert page not in html
    assert watched.shell.run("report", "--format", "html", "--language", "de", "--out", "german") == 0
    assert (
        f"nach Ereignissen erneut gelesen: {page} (20" in next((watched.shell.folder / "german").glob("*")).read_text()
    )
    assert watched.shell.run("audit", "--space", SPACE) == 1
    compared = watched.report("--compare", "previous")["comparison"]
    assert compared["same_scope"]


def test_events_that_are_repeated_late_or_in_any_order_end_at_what_the_site_has(watched: Watched) -> None:
    with watched.receiving():
        page = watched.edit(PAGE, DIRTY)
        told = watched.hooks.told[-1]
        assert watched.again(told) == 401
        watched.edit(PAGE, CLEAN)
        for event in ("page_restored", "page_created", "page_removed", "page_updated"):
            assert watched.send(event, {"page": {"id": int(page), "title": "another", "version": 1}}).status == 202
        assert watched.standing().waiting == 1
        assert watched.standing().counts["refused: Replayed"] == 1
    assert once(watched) == [f"page_updated page {page}: read, 0 findings"]
    assert watched.found_in(page) == []


def test_a_page_that_is_gone_takes_its_findings_along_and_stays_in_the_coverage(watched: Watched) -> None:
    page = watched.shell.sandbox.find("Travel and expenses")
    comment = next(watched.shell.sandbox.state.hanging_on(page, *COMMENTS)).id
    child = watched.shell.sandbox.find("Welcome to Acme Optics")
    with watched.receiving():
        watched.write("DELETE", f"/api/v2/pages/{page}")
        assert once(watched)[0].startswith(f"page_trashed page {page}: read")
        watched.write("DELETE", f"/api/v2/pages/{page}?purge=true")
        assert {one.event for one in watched.hooks.told[2:]} == {"page_removed", "comment_removed"}
        once(watched)
        watched.send("page_updated", {"page": {"id": int(page)}})
    assert once(watched) == [f"page_updated page {page}: not shown"]
    assert (watched.found_in(page), watched.found_in(comment)) == ([], [])
    assert watched.report()["run"]["status"] == "complete"
    assert f"gone after events: {page} (20" in note(watched, "page")
    assert f"gone after events: {comment} (20" in note(watched, "footer-comment")
    gone = [row for row in watched.report()["coverage"] if "gone when" in str(row["skipped"])]
    assert {row["object_class"] for row in gone} >= {"page", "footer-comment"}
    assert child not in note(watched, "page")


def test_what_the_site_does_not_show_any_more_makes_the_run_incomplete_and_keeps_its_findings(
    watched: Watched,
) -> None:
    page = watched.shell.sandbox.find("Birthday list")
    before = watched.found_in(page)
    watched.shell.sandbox.faults.add(Fault(FaultKind.STATUS, "GET", f"/pages/{page}$", status=404, times=0))
    with watched.receiving():
        watched.send("page_updated", {"page": {"id": int(page)}})
    assert once(watched) == [f"page_updated page {page}: not shown"]
    report = watched.report()
    assert report["run"]["status"] == "incomplete"
    assert "may not see it any more" in report["run"]["incomplete"][0]
    assert watched.found_in(page) == before
    watched.shell.sandbox.faults.clear()
    with watched.receiving(install=False):
        watched.hooks.receiver = watched.base_url
        watched.send("page_updated", {"page": {"id": int(page)}})
    once(watched)
    assert watched.report()["run"]["status"] == "complete"


def test_comments_files_and_permissions_are_looked_at_each_in_its_own_way(watched: Watched) -> None:
    state = watched.shell.sandbox.state
    comments = [one for one in state.contents.values() if one.kind in COMMENTS and state.spaces[one.space].key == SPACE]
    footer, inline = comments[0], next(one for one in comments if one.inline)
    page = watched.shell.sandbox.find("Salary bands")
    with watched.receiving():
        for one, noun in ((footer, "footer-comments"), (inline, "inline-comments")):
            body = {"version": {"number": 2}, "body": {"representation": "storage", "value": DIRTY}}
            watched.write("PUT", f"/api/v2/{noun}/{one.id}", body)
        watched.write("DELETE", f"/rest/api/content/{page}/restriction")
        watched.send("attachment_updated", {"attachments": [{"id": 71648}]})
        watched.send("space_permissions_updated", {"space": {"key": SPACE}})
        watched.send("space_permissions_updated", {"space": {"key": "ENG"}})
        assert "legacy-restriction-user" in watched.found_in(page)
    said = once(watched)
    assert [line.partition(" ")[2].partition(" ")[0] for line in said] == [
        "content", "space", "space", "comment", "comment", "attachment",
    ]  # fmt: skip
    assert sum(line.endswith(": outside") for line in said) == 1
    assert "legacy-restriction-user" not in watched.found_in(page)
    assert watched.found_in(footer.id) == watched.found_in(inline.id) == ["email-address", "legacy-mention"]
    assert "read again after events: att71648 (20" in note(watched, "attachment")


def test_what_is_outside_of_the_scope_of_the_run_stays_outside(watched: Watched) -> None:
    seen = watched.report()["totals"]
    page = next(
        one
        for one in watched.shell.sandbox.state.contents.values()
        if one.kind == "page" and watched.shell.sandbox.state.spaces[one.space].key == "ENG" and one.status == "current"
    )
    with watched.receiving():
        watched.edit(page.title, DIRTY)
    assert once(watched) == [f"page_updated page {page.id}: outside"]
    assert watched.report()["totals"] == seen


def test_a_site_that_asks_us_to_wait_loses_no_event(watched: Watched) -> None:
    fault = Fault(FaultKind.STATUS, "GET", "/api/v2/pages/", status=429, headers=(("Retry-After", "9999"),), times=0)
    with watched.receiving():
        page = watched.edit(PAGE, DIRTY)
    watched.shell.sandbox.faults.add(fault)
    assert watched.shell.fails("watch", "--once")[0] == 5
    assert watched.standing().waiting == 1
    assert "; 1 waited" in watched.report()["run"]["options"]["events"]
    watched.shell.sandbox.faults.clear()
    assert once(watched) == [f"page_updated page {page}: read, 2 findings"]
    assert "waited" not in watched.report()["run"]["options"]["events"]


def test_a_restart_in_between_loses_neither_the_events_nor_the_installation(watched: Watched) -> None:
    with watched.receiving():
        first = watched.edit(PAGE, DIRTY)
        old = watched.hooks.told[-1]
    with watched.receiving(install=False):
        watched.hooks.receiver = watched.base_url
        assert watched.again(old) == 401
        second = watched.edit("Interview guide", DIRTY)
        assert watched.hooks.told[-1].status == 202
    assert once(watched) == [f"page_updated page {one}: read, 2 findings" for one in sorted((first, second))]


@pytest.mark.parametrize(("typed", "rules"), [({}, ["webhook-account-type"]), ({"accountType": "app"}, [])])
def test_an_event_about_a_user_is_judged_as_it_arrives(
    watched: Watched, typed: dict[str, str], rules: list[str]
) -> None:
    account = watched.shell.sandbox.accounts["editor"].account_id
    with watched.receiving():
        for _ in range(2):
            assert watched.send("user_created", {"user": {"accountId": account, **typed}}).status == 202
    [said] = once(watched)
    assert said.endswith(f": judged, {len(rules)} findings")
    identifier = said.split()[2].removesuffix(":")
    assert watched.found_in(identifier) == rules
    assert "judged" in note(watched, "file")
    assert account not in said + str(watched.report())
    assert not any(account.encode() in data for data in watched.shell.files().values())
