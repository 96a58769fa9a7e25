"""`confluence-gdpr residue` as a user has it: on the sandbox, after a migration."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from audit.sandbox.faults import Fault, FaultKind
from tests.audit.shell import Shell

TITLE = "Lens design rules"


@pytest.fixture
def migrated(shell: Shell) -> Shell:
    shell.migrated("--space", "ENG", "--space", "OPS")
    return shell


def confirmation(shell: Shell, *options: str) -> str:
    """Return the digest that a deletion asks for when nobody can be asked."""
    code, text = shell.fails("residue", "--delete-versions", *options)
    assert (code, "A confirmation is needed" in text) == (2, True)
    found = re.search(r"--confirm ([0-9a-f]{12})", text)
    assert found
    return found[1]


def page_with_history(shell: Shell) -> str:
    """Return a current page of which several old versions hold what was removed."""
    assert shell.run("residue") == 1
    found = re.search(r"^page (\d+) in \S+: versions ", shell.out, re.MULTILINE)
    assert found
    return found[1]


def test_what_cannot_be_judged_is_listed_as_not_looked_into(migrated: Shell) -> None:
    number = page_with_history(migrated)
    state = migrated.sandbox.state
    content = state.contents[number]
    first = replace(content.revisions[0], body=f"{content.revisions[0].body}<p><ri:user ri:username='x'></p>")
    state.put(replace(content, revisions=(first, *content.revisions[1:])))
    assert migrated.run("residue", "--object", f"page:{number}") == 3
    assert "version 1 cannot be judged" in migrated.out
    assert "objects not read whole" in migrated.out


def test_an_empty_list_of_versions_is_no_clean_history(migrated: Shell) -> None:
    number = page_with_history(migrated)
    empty = Fault(FaultKind.WRONG_SHAPE, "GET", f"/pages/{number}/versions$", body="no-entries", times=0)
    migrated.sandbox.faults.add(empty)
    assert migrated.run("residue", "--object", f"page:{number}") == 3
    assert "list of versions is empty or late" in migrated.out


def deletions(shell: Shell) -> list[str]:
    return [one.path for one in shell.sandbox.writes if one.method == "DELETE"]


def test_residue_names_versions_rules_and_counts_and_no_value(migrated: Shell) -> None:
    assert migrated.run("residue") == 1
    assert re.search(r"^page \d+ in OPS: version 2 of 2 old; .*legacy-mention \d", migrated.out, re.MULTILINE)
    assert "in the trash" in migrated.out
    assert "drafts" in migrated.out
    assert "archived objects" in migrated.out
    assert "until `confluence-gdpr purge`" in migrated.out
    for person in migrated.sandbox.people:
        for value in (person.username, person.user_key, person.email):
            assert not value or not re.search(rf"\b{re.escape(value)}\b", migrated.out)


def test_verify_lists_residue_and_judges_by_what_was_written(migrated: Shell) -> None:
    migrated.run("verify")
    assert "old versions hold what was removed" in migrated.out
    assert "more objects: confluence-gdpr residue" in migrated.out
    before = len(migrated.sandbox.log)
    migrated.run("verify", "--no-residue")
    assert "old versions" not in migrated.out
    assert not [one for one in migrated.sandbox.log[before:] if one.path.endswith("/versions")]


def test_listing_writes_nothing(migrated: Shell) -> None:
    before = len(migrated.sandbox.writes)
    migrated.run("residue")
    assert len(migrated.sandbox.writes) == before


def test_deleting_needs_the_digest_of_exactly_this_list(migrated: Shell) -> None:
    page = page_with_history(migrated)
    digest = confirmation(migrated, "--object", f"page:{page}")
    code, text = migrated.fails("residue", "--delete-versions", "--object", f"page:{page}", "--confirm", "0" * 12)
    assert (code, "another list of versions" in text) == (4, True)
    code, text = migrated.fails("residue", "--delete-versions", "--confirm", digest)
    assert (code, "another list of versions" in text) == (4, True)
    assert migrated.run("residue", "--delete-versions", "--yes") == 2
    assert deletions(migrated) == []


def test_a_confirmed_deletion_removes_what_it_named_and_nothing_else(migrated: Shell) -> None:
    page = page_with_history(migrated)
    before = migrated.sandbox.dump()
    present = migrated.sandbox.body(page)
    digest = confirmation(migrated, "--object", f"page:{page}")
    assert migrated.run("residue", "--delete-versions", "--object", f"page:{page}", "--confirm", digest) == 0
    assert "deleted" in migrated.out
    assert migrated.sandbox.body(page) == present
    after = migrated.sandbox.dump()
    contents_before, contents_after = before.pop("contents"), after.pop("contents")
    assert isinstance(contents_before, dict)
    assert isinstance(contents_after, dict)
    assert {one for one in contents_before if contents_before[one] != contents_after[one]} == {page}
    assert after == before
    assert migrated.run("residue", "--object", f"page:{page}") == 0
    assert "0  objects with residue, of 1 looked into" in migrated.out


def test_everything_can_be_deleted_and_verified_and_rolled_back_afterwards(migrated: Shell) -> None:
    digest = confirmation(migrated)
    assert migrated.run("residue", "--delete-versions", "--confirm", digest) == 0
    assert migrated.run("residue") == 1
    assert "old versions" not in migrated.out.split("Search index")[0]
    assert "drafts" in migrated.out
    migrated.run("verify")
    assert re.search(r"\d+  verified", migrated.out)
    migrated.run("rollback", "--yes")
    assert re.search(r"\d+  rolled-back", migrated.out)


def test_single_versions_can_be_named_and_the_present_one_cannot(migrated: Shell) -> None:
    page = page_with_history(migrated)
    now = migrated.sandbox.state.contents[page].now.number
    named = ("--object", f"page:{page}", "--versions")
    code, text = migrated.fails("residue", "--delete-versions", *named, f"1-{now}")
    assert (code, "is the present one" in text) == (4, True)
    digest = confirmation(migrated, *named, str(now - 1))
    assert migrated.run("residue", "--delete-versions", *named, str(now - 1), "--confirm", digest) == 0
    assert "     1  old version of 1 object is deleted for good." in migrated.out
    assert deletions(migrated) == [f"/wiki/rest/api/content/{page}/version/{now - 1}"]


def test_versions_that_hold_nothing_are_left(migrated: Shell) -> None:
    assert migrated.run("residue") == 1
    found = re.search(r"^page (\d+) in \S+: version 3 of 3 old", migrated.out, re.MULTILINE)
    assert found
    named = ("--object", f"page:{found[1]}", "--versions")
    assert migrated.run("residue", "--delete-versions", *named, "1-2") == 0
    assert "Nothing that was removed was found in 1-2" in migrated.out
    assert "No old version" in migrated.out
    assert deletions(migrated) == []


def test_options_that_make_no_sense_are_refused(migrated: Shell) -> None:
    for options, said in (
        (("--versions", "3"), "needs --delete-versions"),
        (("--confirm", "0f3c9a5be214"), "needs --delete-versions"),
        (("--delete-versions", "--versions", "3"), "belong to one object"),
        (("--delete-versions", "--object", "page:1", "--versions", "3-1"), "not understood"),
        (("--object", "space:ENG"), "is not understood"),
        (("--object", "page:1"), "removed nothing from page:1"),
    ):
        code, text = migrated.fails("residue", *options)
        assert (code, said in text) == (2, True), options


def test_a_history_that_cannot_be_read_is_not_clean(migrated: Shell) -> None:
    page = page_with_history(migrated)
    migrated.sandbox.faults.add(Fault(FaultKind.STATUS, path=f"/pages/{page}/versions", status=403))
    assert migrated.run("residue") == 3
    assert "objects not read whole" in migrated.out


def test_nothing_is_deleted_where_the_published_text_holds_it_again(migrated: Shell) -> None:
    page = page_with_history(migrated)
    content = migrated.sandbox.state.contents[page]
    old = content.revisions[-2].body
    migrated.sandbox.state.revise(replace(content), content.now.author, old)
    code, text = migrated.fails("residue", "--delete-versions")
    assert (code, "published text holds" in text) == (4, True)
    assert deletions(migrated) == []


def test_a_list_that_changed_since_it_was_shown_is_not_deleted(migrated: Shell) -> None:
    page = page_with_history(migrated)
    digest = confirmation(migrated, "--object", f"page:{page}")
    content = migrated.sandbox.state.contents[page]
    first = content.revisions[0]
    changed = (replace(first, body=f"{first.body}<p>x</p>"), *content.revisions[1:])
    migrated.sandbox.state.put(replace(content, revisions=changed))
    code, _ = migrated.fails("residue", "--delete-versions", "--object", f"page:{page}", "--confirm", digest)
    assert code == 4
    assert deletions(migrated) == []
