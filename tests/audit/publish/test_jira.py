"""Issues that are made once, kept up to date, closed when nothing is left and opened again when it is back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from audit.publish.topics import TRASHED, By, Topic, is_settled, set_label, topics
from audit.results import Looked
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.issues import PROJECT
from audit.sandbox.people import PEOPLE
from audit.sandbox.services import Issue
from reports.evidence import Evidence, RunStatus
from tests.audit.shell import Shell
from tests.contract.documents import Contract
from tests.reports import samples

JIRA = ("publish", "jira", "--project", PROJECT, "--yes")
ALONE = (
    "SELECT id FROM findings WHERE type = 'page' AND id NOT IN (SELECT substr(o.parent, 6) FROM objects o"
    " JOIN findings f ON f.owner_type = o.type AND f.id = o.id) ORDER BY id DESC LIMIT 1"
)
"""A page on which nothing else hangs that has findings."""


def issues(shell: Shell) -> list[Issue]:
    return list(shell.sandbox.state.services.issues.values())


@contextmanager
def database(shell: Shell) -> Iterator[sqlite3.Connection]:
    """Open the run, to change what it found."""
    connection = sqlite3.connect(shell.workspace().run_path(None) / "run.db")
    with connection:
        yield connection
    connection.close()


def whole_site(shell: Shell) -> None:
    """Make the run one over the whole site."""
    with database(shell) as run:
        run.execute("UPDATE meta SET value = '{}' WHERE name = 'options'")


@pytest.mark.parametrize("by", ["page", "rule"])
def test_one_issue_each_is_made_once(shell: Shell, by: str) -> None:
    assert shell.run(*JIRA, "--by", by) == 0
    made = issues(shell)
    assert len(made) > 3
    assert len({one.labels for one in made}) == len(made)
    assert all(len(one.labels) == 3 for one in made)
    before = len(shell.sandbox.writes)
    assert shell.run(*JIRA, "--by", by) == 0
    assert len(shell.sandbox.writes) == before
    assert f"{len(made):>6}  unchanged" in shell.out


def test_issues_hold_no_value_and_no_mask_of_anybody(shell: Shell) -> None:
    assert shell.run(*JIRA) == 0
    assert shell.run(*JIRA, "--by", "rule") == 0
    text = json.dumps([[one.summary, one.description, one.labels, one.properties] for one in issues(shell)])
    for person in PEOPLE:
        for value in (person.email, person.username, person.user_key, person.account_id, person.display_name):
            assert not value or value not in text, value
    assert "***" not in text


def test_an_issue_that_the_search_does_not_know_yet_is_not_made_twice(shell: Shell) -> None:
    assert shell.run(*JIRA) == 0
    made = len(issues(shell))
    shell.sandbox.state.services.unindexed = made
    assert shell.run(*JIRA) == 0
    assert len(issues(shell)) == made


def test_another_workspace_finds_the_issues_by_their_labels(shell: Shell) -> None:
    assert shell.run(*JIRA) == 0
    made = len(issues(shell))
    for path in (shell.folder / "ws").glob("publish-jira-*"):
        path.unlink()
    assert shell.run(*JIRA) == 0
    assert len(issues(shell)) == made


def test_what_is_fixed_is_closed_and_opened_again_when_it_is_back(shell: Shell) -> None:
    assert shell.run(*JIRA) == 0
    with database(shell) as run:
        (page,) = run.execute(ALONE).fetchone()
        run.execute("CREATE TABLE kept AS SELECT * FROM findings WHERE id = ?", (page,))
        run.execute("DELETE FROM findings WHERE id = ?", (page,))
    assert shell.run(*JIRA) == 0
    done = [one for one in issues(shell) if one.status == "Done"]
    about = [one.properties["confluence-gdpr"] for one in done]
    assert [row["key"] for row in about if isinstance(row, dict)] == [f"page {page}"]
    assert shell.run(*JIRA) == 0
    assert len([one for one in issues(shell) if one.status == "Done"]) == 1
    with database(shell) as run:
        run.execute("INSERT INTO findings SELECT * FROM kept")
        run.execute("DROP TABLE kept")
    assert shell.run(*JIRA) == 0
    assert [one.status for one in issues(shell) if one.key == done[0].key] == ["To Do"]
    assert f"reopen: {done[0].key}" in shell.out


def test_an_issue_whose_counts_changed_is_brought_up_to_date(shell: Shell) -> None:
    whole_site(shell)
    assert shell.run(*JIRA, "--by", "rule") == 0
    with database(shell) as run:
        (rule,) = run.execute("SELECT rule FROM findings GROUP BY rule HAVING count(*) > 1").fetchone()
        run.execute("DELETE FROM findings WHERE rowid = (SELECT min(rowid) FROM findings WHERE rule = ?)", (rule,))
    assert shell.run(*JIRA, "--by", "rule") == 0
    assert shell.out.count("update: ") == 1
    assert f"about {rule}" in shell.out


def test_what_the_run_did_not_examine_stays_open(shell: Shell) -> None:
    assert shell.run(*JIRA, "--by", "rule") == 0
    with database(shell) as run:
        (rule,) = run.execute("SELECT rule FROM findings").fetchone()
        run.execute("DELETE FROM findings WHERE rule = ?", (rule,))
    assert shell.run(*JIRA, "--by", "rule") == 0  # the run is about one space
    assert "     1  not examined" in shell.out
    assert {one.status for one in issues(shell)} == {"To Do"}
    whole_site(shell)
    assert shell.run(*JIRA, "--by", "rule") == 0
    assert "close: " in shell.out


def test_a_dry_run_and_too_many_issues_write_nothing(shell: Shell) -> None:
    assert shell.run(*JIRA, "--dry-run") == 0
    assert "new issue about page" in shell.out
    code, error = shell.fails(*JIRA, "--most", "2")
    assert (code, "--most" in error) == (4, True)
    assert (issues(shell), shell.sandbox.writes) == ([], [])


def test_a_project_or_a_type_that_is_not_there_is_a_usage_error(shell: Shell) -> None:
    for arguments, why in (
        (("--project", "NOPE"), "--project"),
        (("--project", 'X" OR project = "Y'), "--project"),
        (("--project", PROJECT, "--issue-type", "Sub-task"), "Epic, Task"),
    ):
        code, error = shell.fails("publish", "jira", "--yes", *arguments)
        assert (code, why in error) == (2, True), error
    assert shell.sandbox.writes == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 502])
def test_a_refused_issue_ends_the_call_and_the_next_one_goes_on(shell: Shell, status: int) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, "POST", "/rest/api/3/issue$", nth=3, status=status))
    code, error = shell.fails(*JIRA)
    assert (code, "same command" in error) == (5, True)
    assert len(issues(shell)) == 2
    assert shell.run(*JIRA) == 0
    labels = [one.labels for one in issues(shell)]
    assert len(labels) == len(set(labels)) > 2


def test_an_issue_whose_making_got_no_answer_is_found_by_its_label(shell: Shell) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.RESET_AFTER, "POST", "/rest/api/3/issue$", nth=2))
    assert shell.fails(*JIRA)[0] == 5
    assert shell.run(*JIRA) == 0
    labels = [one.labels for one in issues(shell)]
    assert len(labels) == len(set(labels))


def test_a_workflow_without_a_way_is_told(shell: Shell) -> None:
    assert shell.run(*JIRA) == 0
    with database(shell) as run:
        run.execute("DELETE FROM findings")
    shell.sandbox.faults.add(
        Fault(FaultKind.STATUS, "GET", "/transitions$", status=200, body='{"transitions": []}', times=0)
    )
    code, error = shell.fails(*JIRA)
    assert (code, "by hand" in error) == (4, True)


def test_an_issue_that_was_deleted_is_made_again(shell: Shell) -> None:
    assert shell.run(*JIRA) == 0
    made = len(issues(shell))
    services = shell.sandbox.state.services
    services.issues.pop(next(iter(services.issues)))
    assert shell.run(*JIRA) == 0
    assert "     1  make" in shell.out
    assert made - 1 <= len(issues(shell)) <= made


def test_every_request_is_one_that_the_documents_know(shell: Shell, shared: Path) -> None:
    shell.sandbox.app.keep_bodies = True
    assert shell.run(*JIRA) == 0
    with database(shell) as run:
        run.execute("DELETE FROM findings WHERE id = ?", run.execute(ALONE).fetchone())
        run.execute("DELETE FROM findings WHERE rowid = (SELECT min(rowid) FROM findings)")
    assert shell.run(*JIRA) == 0
    asked = [entry for entry in shell.sandbox.log if entry.path.startswith("/rest/api/3/")]
    steps = {(entry.method, entry.path.rpartition("/")[2]) for entry in asked}
    assert {("POST", "issue"), ("POST", "jql"), ("GET", "issuetypes"), ("POST", "transitions")} <= steps
    assert any(method == "PUT" for method, _ in steps)
    # A 204 has no body: the documents give it one of any shape.
    assert [one for one in Contract(shared).check(asked) if "[204]: media type" not in one] == []


def made_of(evidence: Evidence, by: By) -> list[Topic]:
    return list(topics(evidence, by).values())


def test_a_topic_is_known_again_and_depends_on_the_site() -> None:
    evidence = samples.audit()
    elsewhere = replace(evidence, run=replace(evidence.run, site="https://other.atlassian.net", id="another"))
    for by in By:
        assert made_of(evidence, by) == made_of(replace(evidence, run=replace(evidence.run, id="another")), by)
        assert not topics(evidence, by).keys() & topics(elsewhere, by).keys()
        assert set_label(evidence.run.site, by) != set_label(elsewhere.run.site, by)
    assert sum(1 for _ in made_of(evidence, By.RULE)) == len({one.rule for one in evidence.findings})


def test_the_issue_of_a_page_in_the_trash_says_that_the_trash_still_holds_it() -> None:
    evidence = samples.audit()
    trashed = tuple(replace(one, ref=replace(one.ref, status="trashed")) for one in evidence.findings)
    before, after = topics(evidence, By.PAGE), topics(replace(evidence, findings=trashed), By.PAGE)
    assert before.keys() == after.keys()
    assert all(TRASHED in json.dumps(one.description) for one in after.values())
    assert not any(TRASHED in json.dumps(one.description) for one in before.values())


def test_only_a_complete_run_that_read_the_page_shows_that_nothing_is_left() -> None:
    evidence = samples.audit()
    complete = replace(evidence, run=replace(evidence.run, status=RunStatus.COMPLETE, options={"space": ""}))
    partly = replace(complete, run=replace(complete.run, status=RunStatus.INCOMPLETE))
    read = {("page", "page", "7"): (Looked("current", "read", ""),)}
    failed = {("page", "page", "7"): (Looked("current", "failed", "500"),)}
    rule = next(iter(evidence.rules))
    assert is_settled(complete, read, By.PAGE, "page 7", frozenset())
    assert not is_settled(complete, failed, By.PAGE, "page 7", frozenset())
    assert not is_settled(complete, {}, By.PAGE, "page 7", frozenset())
    assert not is_settled(partly, read, By.PAGE, "page 7", frozenset())
    assert is_settled(complete, {}, By.RULE, rule, frozenset())
    assert not is_settled(complete, {}, By.RULE, "no-such-rule", frozenset())
    assert not is_settled(
        replace(complete, run=replace(complete.run, options={"space": "HR"})), {}, By.RULE, rule, frozenset()
    )
    assert not is_settled(complete, read, By.PAGE, "page 7", frozenset({"versions"}))
    told = replace(complete, run=replace(complete.run, options={"include": "likes, versions"}))
    assert is_settled(told, read, By.PAGE, "page 7", frozenset({"versions"}))
