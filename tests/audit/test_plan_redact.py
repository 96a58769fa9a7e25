"""`plan redact` as a user has it: named, reviewed action by action, applied, verified, and what is left listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from audit.plan_file import read_any_plan
from audit.run import RunStore
from tests.audit.shell import Shell

RULES = ("email-address", "link-display-name")


@pytest.fixture
def audited(shell: Shell) -> Shell:
    shell.audited("--space", "HR")
    return shell


def planned(shell: Shell, *words: str) -> Path:
    """Write a plan of redactions and return where it lies."""
    assert shell.run("plan", "redact", *(words or RULES), "--format", "", "--force") in {0, 1}, shell.err
    return shell.folder / "redactions.json"


def accepted(shell: Shell, plan: Path) -> Path:
    """Accept every action of a plan by its own id and return the new plan."""
    rows = "".join(f"{one.id},accept,Tilda Bergmann,\n" for one in read_any_plan(plan).actions)
    decisions = shell.folder / "decisions.csv"
    decisions.write_text(f"action,decision,by,why\n{rows}", encoding="utf-8")
    review = ("plan", "review", str(plan), "--decisions", str(decisions), "--format", "", "--force")
    assert shell.run(*review) in {0, 1}, shell.err
    return plan.with_name("redactions-reviewed.json")


def test_a_default_plan_masks_nothing(audited: Shell) -> None:
    plan = read_any_plan(audited.plan())
    assert not {rule for action in plan.actions for rule in action.rules} & set(RULES)


def test_apply_refuses_what_nobody_accepted(audited: Shell) -> None:
    plan = planned(audited)
    assert "Next: confluence-gdpr plan review" in audited.out
    code, text = audited.fails("apply", str(plan), "--yes")
    assert (code, "only after somebody accepted it" in text) == (4, True)
    code, text = audited.fails("rollback", str(plan), "--rehearse", "1", "--yes")
    assert (code, "only after somebody accepted it" in text) == (4, True)
    assert audited.sandbox.writes == []


def test_a_redaction_cannot_be_accepted_together_with_others(audited: Shell) -> None:
    plan = planned(audited)
    decisions = audited.folder / "all.csv"
    decisions.write_text("action,decision,by,why\n*,accept,Tilda Bergmann,\n", encoding="utf-8")
    code, text = audited.fails("plan", "review", str(plan), "--decisions", str(decisions))
    assert (code, "accepted together with others" in text) == (2, True)
    decisions.write_text("action,decision,by,why\n*,decline,Tilda Bergmann,\n", encoding="utf-8")
    assert audited.run("plan", "review", str(plan), "--decisions", str(decisions), "--format", "") == 1


def test_what_was_accepted_is_masked_verified_and_its_old_versions_are_residue(audited: Shell) -> None:
    plan = planned(audited)
    actions = read_any_plan(plan).actions
    assert {rule for action in actions for rule in action.rules} == set(RULES)
    before = {one.ref.id: audited.sandbox.body(one.ref.id) for one in actions}
    assert audited.run("apply", str(accepted(audited, plan)), "--yes") == 0, audited.err
    bodies = {one.ref.id: audited.sandbox.body(one.ref.id) for one in actions}
    assert all(bodies[one] != before[one] for one in bodies)
    assert any("[redacted]" in text for text in bodies.values())
    assert audited.run("verify") == 0
    assert f"{len(actions):>6}  verified" in audited.out
    assert "old versions hold what was removed" in audited.out
    assert audited.run("audit", "--space", "HR") == 1
    assert {one.ref.id for one in read_any_plan(planned(audited)).actions}.isdisjoint(bodies)


def test_the_site_takes_the_words_out_of_old_versions_where_it_has_redaction(audited: Shell) -> None:
    plan = planned(audited, "email-address")
    audited.run("apply", str(accepted(audited, plan)), "--yes")
    audited.sandbox.state.guard_premium = True
    assert audited.run("residue") == 1
    before = audited.sandbox.dump()
    code, text = audited.fails("residue", "--redact-versions")
    assert code == 2
    digest = text.partition("--confirm ")[2][:12]
    code, text = audited.fails("residue", "--delete-versions", "--confirm", digest)
    assert (code, "another list of versions" in text) == (4, True)
    assert audited.sandbox.dump() == before
    assert audited.run("residue", "--redact-versions", "--confirm", digest) in {0, 3}, audited.err
    assert re.search(r"\d+  redacted", audited.out)
    assert not re.search(r"doubtful|refused", audited.out)
    assert any("REDACTED" in one.body for page in audited.sandbox.state.contents.values() for one in page.revisions)


def test_one_finding_can_be_named_by_its_fingerprint(audited: Shell) -> None:
    with RunStore(audited.workspace().run_path(None) / "run.db") as store:
        one = next(each for each in store.recorded(["email-address"]) if each.part == "body").finding
    (action,) = read_any_plan(planned(audited, one.fingerprint)).actions
    assert (action.ref.id, action.rules, len(action.edits)) == (one.ref.id, ("email-address",), 1)


def test_the_plan_and_what_is_printed_hold_no_value(audited: Shell) -> None:
    data = planned(audited).read_text(encoding="utf-8") + audited.out + audited.err
    for person in audited.sandbox.people:
        assert not person.email or person.email not in data


@pytest.mark.parametrize("word", ["legacy-mention", "email", "0" * 32])
def test_other_words_are_refused(audited: Shell, word: str) -> None:
    code, text = audited.fails("plan", "redact", word)
    assert (code, "Not known as personal data" in text) == (2, True)
