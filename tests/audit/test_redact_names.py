"""`plan redact` of names: those of the site's people are read again wherever a finding rests on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.cli.naming import PURPOSE
from audit.plan_file import read_any_plan
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.state import Kind
from rules.detected import NAMED
from rules.registry import load
from tests.audit.shell import Shell

SENTENCE = "<p>Ewa Lis met Zoe Cole &amp; 3 others. E. Lis wrote; the clavis is no name, Lisbon is none.</p>"
MASKED = "<p>[redacted] met Zoe Cole &amp; 3 others. [redacted] wrote; the clavis is no name, Lisbon is none.</p>"
ROWS = "<tr><th>Name</th><th>Phone</th><th>Department</th></tr><tr><td>{}</td><td>+49 30 8765 4321</td><td>Optics</td></tr>"
TABLE = f"<table><tbody>{ROWS}</tbody></table>"
PEOPLE = """username,account_id,name
zcole,712020:aaaaaaaa-0000-4000-8000-000000000001,Zoe Cole
ghost77,712020:aaaaaaaa-0000-4000-8000-000000000002,
"""
USERS = "search/user"


def pages(shell: Shell, *bodies: str) -> list[str]:
    """Give as many pages of the space HR these texts and return their ids."""
    found = [one for one in shell.sandbox.state.of_kind(Kind.PAGE) if one.status == "current" and not one.draft]
    space = next(one.id for one in shell.sandbox.state.spaces.values() if one.key == "HR")
    chosen = [one for one in found if one.space == space][: len(bodies)]
    for one, body in zip(chosen, bodies, strict=True):
        shell.sandbox.state.revise(one, one.now.author, body, title=f"Page {one.id}")
    return [one.id for one in chosen]


def accepted(shell: Shell, *options: str) -> Path:
    """Plan to mask names, accept every action by its id, and return the plan of that."""
    plan = shell.folder / "redactions.json"
    assert shell.run("plan", "redact", *options, "--format", "", "--force") in {0, 1}, shell.err
    rows = "".join(f"{one.id},accept,Tilda Bergmann,\n" for one in read_any_plan(plan).actions)
    (shell.folder / "said.csv").write_text(f"action,decision,by,why\n{rows}", encoding="utf-8")
    review = ("plan", "review", str(plan), "--decisions", "said.csv", "--format", "", "--force")
    assert shell.run(*review) in {0, 1}, shell.err
    return plan.with_name("redactions-reviewed.json")


def asked_for_people(shell: Shell) -> int:
    """Return how often the site was asked for its people."""
    return sum(USERS in one.path for one in shell.sandbox.log)


def test_names_are_masked_and_nothing_else_then_verified_and_found_in_old_versions(shell: Shell) -> None:
    sentence, table = pages(shell, SENTENCE, TABLE.format("Ewa Lis"))
    assert shell.run("audit", "--space", "HR") == 1
    plan = accepted(shell, "directory-name")
    assert "Ewa Lis" not in plan.read_text(encoding="utf-8") + shell.out + shell.err
    assert shell.run("apply", str(plan), "--yes") == 0, shell.err
    assert shell.sandbox.body(sentence) == MASKED
    assert shell.sandbox.body(table) == TABLE.format("[redacted]")
    assert shell.run("verify") == 0, shell.out
    assert f"page {sentence} in HR: version" in shell.out
    assert shell.run("residue", "--object", f"page:{sentence}") == 1, shell.err
    assert "directory-name 2" in shell.out
    current = shell.sandbox.state.contents[sentence]
    shell.sandbox.state.revise(current, current.now.author, SENTENCE)
    assert shell.run("verify", "--no-residue") == 1
    assert f"page {sentence}: version" in shell.out
    assert shell.run("audit", "--space", "HR") == 1


def test_the_list_of_people_is_read_only_where_a_finding_rests_on_it(shell: Shell) -> None:
    pages(shell, f"<p>Ewa Lis</p>{TABLE.format('Otto Albrook')}")
    assert shell.run("audit", "--space", "HR") == 1
    before = asked_for_people(shell)
    accepted(shell, "phone-number", "email-address")
    assert asked_for_people(shell) == before
    accepted(shell, "profile-field-table")
    assert asked_for_people(shell) == before + 1


def test_without_the_list_of_people_nothing_is_taken_for_gone(shell: Shell) -> None:
    pages(shell, SENTENCE)
    assert shell.run("audit", "--space", "HR") == 1
    plan = accepted(shell, "directory-name")
    assert shell.run("apply", str(plan), "--yes") == 0, shell.err
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, path=USERS, status=403, times=99))
    for command in (("plan", "redact", "directory-name", "--force"), ("verify",), ("residue",)):
        code, text = shell.fails(*command)
        assert (code, "does not show who its people are" in text) == (3, True)


def test_an_audit_that_looked_for_no_names_asks_for_none_later(shell: Shell) -> None:
    pages(shell, SENTENCE, TABLE.format("Otto Albrook"))
    assert shell.run("audit", "--space", "HR", "--no-names") == 1
    accepted(shell, "profile-field-table")
    assert asked_for_people(shell) == 0


def test_those_who_left_are_found_again_with_the_table_of_the_audit_only(shell: Shell) -> None:
    (page,) = pages(shell, "<p>Zoe Cole asked ghost77 and Ewa Lis.</p>")
    (shell.folder / "users.csv").write_text(PEOPLE, encoding="utf-8")
    assert shell.run("audit", "--space", "HR", "--known", "users.csv") == 1
    code, text = shell.fails("plan", "redact", "directory-name")
    assert (code, "another table of people" in text) == (2, True)
    plan = accepted(shell, "directory-name", "--known", "users.csv")
    assert shell.run("apply", str(plan), "--yes") == 0, shell.err
    assert shell.sandbox.body(page) == "<p>[redacted] asked [redacted] and [redacted].</p>"
    assert shell.fails("verify")[0] == 2
    assert shell.run("verify", "--known", "users.csv") == 0, shell.out
    assert shell.fails("residue")[0] == 2
    assert shell.run("residue", "--known", "users.csv") == 1
    assert "old; directory-name 4" in shell.out


def test_a_redaction_by_a_detector_of_the_configuration_needs_a_review_too(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    (page,) = pages(shell, "<p>P-104217 is on leave</p>")
    (shell.folder / "own.toml").write_text(
        '[[detector]]\nid = "number"\ntitle = "Number"\nwhy = "It leads to files."\nremedy = "Take it out."\n'
        'expression = \'\\bP-[0-9]{6}\\b\'\nmatch = ["P-104217 is on leave"]\nno_match = ["part P-1042"]\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("CONFLUENCE_GDPR_DETECTORS", str(shell.folder / "own.toml"))
    assert shell.run("audit", "--space", "HR") == 1
    assert shell.run("plan", "redact", "own-number", "--format", "") == 0, shell.err
    code, text = shell.fails("apply", "redactions.json", "--yes")
    assert (code, "only after somebody accepted it" in text) == (4, True)
    assert shell.run("apply", str(accepted(shell, "own-number")), "--yes") == 0, shell.err
    assert shell.sandbox.body(page) == "<p>[redacted] is on leave</p>"
    assert shell.run("verify", "--no-residue") == 0, shell.out


def test_who_was_asked_for_people_is_told_in_the_report(shell: Shell) -> None:
    pages(shell, SENTENCE)
    assert shell.run("audit", "--space", "HR") == 1
    assert shell.run("apply", str(accepted(shell, "directory-name")), "--yes") == 0, shell.err
    assert shell.run("verify", "--no-residue") == 0, shell.out
    assert shell.run("report", "--format", "json", "--out", "out") in {0, 1}, shell.err
    told = b"".join(data for name, data in shell.files().items() if "/out/" in name)
    assert PURPOSE.encode() in told


def test_the_rules_that_rest_on_names_are_rules() -> None:
    assert not NAMED - {rule.id for rule in load()}
