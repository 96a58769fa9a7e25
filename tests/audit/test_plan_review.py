"""Reviewing a plan: what a person declines is held, what is accepted is a plan of its own that can be applied."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from audit.errors import UsageError, WorkspaceError
from audit.plan_file import Plan, open_edits, plan_bytes
from audit.review import Verdict, read_verdicts, reviewed
from audit.vault import Vault
from rules.model import HeldReason, SubjectKind
from tests.audit.shell import Shell
from tests.audit.writing import ADA, CLOSED, KEY, Scene, body, outcomes, page, reload, restrictions, site_of, three

pytestmark = pytest.mark.anyio

NO = Verdict(accepted=False, by="Tilda Bergmann", why="ask ola@acme-optics.se first")
YES = Verdict(accepted=True, by="Tilda Bergmann")


def review(scene: Scene, **said: Verdict) -> Plan:
    assert scene.plan is not None
    named = {name.replace("_", "-"): verdict for name, verdict in said.items() if name != "others"}
    if "others" in said:
        named["*"] = said["others"]
    return reviewed(scene.plan, named, scene.vault, key=KEY, now=scene.clock())


async def test_declined_actions_are_held_and_the_rest_is_a_plan_of_its_own(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    base = await scene.make()
    new = review(scene, A_0002=NO, others=YES)
    assert [action.id for action in new.actions] == ["A-0001", "A-0003"]
    assert (new.base, new.id == base.id, new.digest == base.digest) == (base.digest, False, False)
    (item,) = new.held
    assert (item.ref.id, item.reason, item.rule) == ("102", HeldReason.DECLINED, "legacy-mention")
    assert "A-0002: declined by T***" in item.detail
    assert new.counts["found"] == new.counts["changed"] + new.counts["held"] == base.counts["found"]
    assert [(one.action, one.accepted) for one in new.decisions] == [
        ("A-0001", True),
        ("A-0002", False),
        ("A-0003", True),
    ]
    assert reload(new) == new
    for secret in (b"Tilda", b"Bergmann", b"ola@acme"):
        assert secret not in plan_bytes(new)


async def test_an_office_that_the_configuration_names_reviews_by_its_name(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    plan = await scene.make()
    said = {"A-0001": Verdict(accepted=False, by="DPO"), "*": YES}
    new = reviewed(plan, said, scene.vault, key=KEY, now=scene.clock(), roles=frozenset({"DPO"}))
    assert [(one.by.kind, one.by.mask) for one in new.decisions] == [
        (SubjectKind.ROLE, "DPO"),
        (SubjectKind.DISPLAY_NAME, "T***"),
        (SubjectKind.DISPLAY_NAME, "T***"),
    ]
    assert "declined by DPO on" in new.held[0].detail
    assert reload(new) == new


async def test_a_reason_names_nobody_whom_the_plan_knows_and_no_identifier(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    await scene.make()
    key = "8a7f80358869cdea1b88eea232bc6093"
    why = f"left, {ADA[0]} ({ADA[2]}) was {key}, now {ADA[3]}; see Ada.Quill"
    new = review(scene, A_0001=Verdict(accepted=False, by=key, why=why), others=YES)
    assert new.decisions[0].why == "left, a*** (a***@a***.test) was 8a***, now 712020:***; see A***"
    assert new.held[0].detail.endswith(new.decisions[0].why)
    for secret in (key, *ADA, "Quill"):
        assert secret.encode() not in plan_bytes(new)


async def test_a_reviewed_plan_is_applied_and_touches_nothing_that_was_declined(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    await scene.make()
    scene.plan = review(scene, A_0002=NO, others=YES)
    assert outcomes(await scene.apply()) == ["applied", "applied"]
    assert [scene.site.pages[name].number for name in ("101", "102", "103")] == [8, 7, 8]


async def test_an_entry_with_two_identifiers_is_held_twice_when_it_is_declined(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    base = await scene.make(body("101"), restrictions("101"))
    new = review(scene, others=NO)
    assert new.actions == ()
    assert new.counts["held"] == new.counts["found"] == base.counts["found"] == 3


async def test_the_edits_of_a_reviewed_plan_open_under_its_own_id_only(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    base = await scene.make()
    new = review(scene, others=YES)
    assert open_edits(new, new.actions[0], scene.vault) == open_edits(base, base.actions[0], scene.vault)
    with pytest.raises(WorkspaceError):
        open_edits(base, new.actions[0], scene.vault)
    with pytest.raises(WorkspaceError):
        reviewed(base, {"*": YES}, Vault(bytes(32)), key=KEY, now=scene.clock())


async def test_a_second_review_keeps_the_decisions_of_the_first(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    await scene.make()
    scene.plan = first = review(scene, A_0002=NO, others=YES)
    second = review(scene, A_0003=NO, others=YES)
    assert [action.id for action in second.actions] == ["A-0001"]
    assert second.base == first.digest
    assert len(second.decisions) == 5
    assert second.counts["held"] == 2


async def test_an_action_without_a_decision_and_a_decision_without_an_action_are_refused(tmp_path: Path) -> None:
    scene = Scene(site_of(*(page(str(number)) for number in range(101, 109))), tmp_path)
    await scene.make()
    with pytest.raises(UsageError, match="A-0002, A-0003, A-0004, A-0005, A-0006 and 2 more"):
        review(scene, A_0001=YES)
    with pytest.raises(UsageError, match="no action A-0099"):
        review(scene, A_0099=YES, others=YES)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("d.csv", "action,decision,by,why\nA-0001,accept,Tilda,\n*,decline,Tilda,later\n"),
        ("d.csv", "\ufeffAction;Decision;By;Why\r\nA-0001;Accepted;Tilda;\r\n*;DECLINE;Tilda;later\r\n"),
        (
            "d.toml",
            "".join(
                f'[[decision]]\naction = "{action}"\ndecision = "{word}"\nby = "Tilda"\nwhy = "{why}"\n'
                for action, word, why in (("A-0001", "accept", ""), ("*", "decline", "later"))
            ),
        ),
    ],
    ids=["csv", "csv of a spreadsheet", "toml"],
)
def test_decisions_are_read_from_csv_and_toml(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_verdicts(tmp_path / name) == {
        "A-0001": Verdict(accepted=True, by="Tilda"),
        "*": Verdict(accepted=False, by="Tilda", why="later"),
    }


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("d.csv", b"", "neither CSV"),
        ("d.csv", b"action,by\nA-0001,secret\n", "neither CSV"),
        ("d.toml", b"secret = ", "neither CSV"),
        ("d.toml", b'decision = ["secret"]', "neither CSV"),
        ("d.toml", b"\xff", "not UTF-8"),
        ("d.csv", b"action,decision,by\nA-0001,perhaps,secret\n", "row 1 lacks"),
        ("d.csv", b"action,decision,by\nA-0001,accept,\n", "row 1 lacks"),
        ("d.csv", b"action,decision,by\nA-0001\n", "row 1 lacks"),
        ("d.csv", b"action,decision,by\nA-0001,accept,secret\nA-0001,decline,secret\n", "row 2 decides about A-0001"),
    ],
)
def test_decisions_that_are_not_understood_are_refused_by_row_and_without_contents(
    tmp_path: Path, name: str, text: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(text)
    with pytest.raises(UsageError, match=says) as caught:
        read_verdicts(tmp_path / name)
    assert "secret" not in str(caught.value)


def test_decisions_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_verdicts(tmp_path / "absent.csv")


# --- the command --------------------------------------------------------------------------------------------------


def test_a_plan_is_reviewed_with_a_file_and_applied(shell: Shell) -> None:
    plan = shell.planned("--space", "HR")
    before = plan.read_bytes()
    (shell.folder / "said.csv").write_text("action,decision,by\nA-0001,decline,Tilda\n*,accept,Tilda\n")
    assert shell.run("plan", "review", str(plan), "--decisions", "said.csv") == 1
    assert plan.read_bytes() == before
    reviewed_plan = shell.folder / "plan-reviewed.json"
    stored = json.loads(reviewed_plan.read_bytes())
    assert stored["counts"]["held/declined-by-reviewer"] > 0
    assert "1 declined" in shell.out
    assert "--force" in shell.fails("plan", "review", str(plan), "--decisions", "said.csv")[1]
    assert (
        "replaced by its review"
        in shell.fails("plan", "review", str(plan), "--decisions", "said.csv", "--out", str(plan), "--force")[1]
    )
    assert shell.run("apply", str(reviewed_plan), "--yes") == 0
    assert len(shell.sandbox.writes) == len(stored["actions"])
    assert shell.run("rollback", "--yes") in (0, 3)


def test_the_report_of_a_reviewed_plan_says_who_decided_what_and_of_its_rehearsal(shell: Shell) -> None:
    plan = shell.planned("--space", "HR")
    assert shell.run("rollback", "--rehearse", "1", str(plan), "--yes") == 0
    (shell.folder / "said.csv").write_text("action,decision,by,why\nA-0001,decline,Tilda,too early\n*,accept,Tilda,\n")
    assert shell.run("plan", "review", str(plan), "--decisions", "said.csv", "--format", "json,html") == 1
    assert json.loads((shell.folder / "plan-reviewed.report.json").read_bytes()) != json.loads(plan.read_bytes())
    page = (shell.folder / "plan-reviewed.html").read_text(encoding="utf-8")
    stored = json.loads((shell.folder / "plan-reviewed.json").read_bytes())
    assert stored["base"] in page
    assert f"{len(stored['actions'])} accepted, 1 declined." in page
    assert "too early" in page
    assert "Tilda" not in page
    assert "1 object of the plan was written and put back" in page


def test_without_a_terminal_and_without_a_file_nobody_can_be_asked(shell: Shell) -> None:
    code, text = shell.fails("plan", "review", str(shell.planned("--space", "HR")))
    assert code == 2
    assert "--decisions" in text


def at_terminal(shell: Shell, answers: str, *arguments: str) -> tuple[int, str]:
    """Run a command at a terminal of its own, with what a person types, and return its code and what it showed."""
    terminal, inside = pty.openpty()
    command = [sys.executable, "-m", "audit", "plan", "review", *arguments]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        command,
        stdin=inside,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=shell.folder,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as child:
        os.close(inside)
        os.write(terminal, answers.encode())
        shown = child.communicate(timeout=60)[0].decode()
    os.close(terminal)
    return child.returncode, shown


def test_at_a_terminal_redactions_are_not_accepted_all_at_once(shell: Shell) -> None:
    shell.audited("--space", "HR")
    assert shell.run("plan", "redact", "email-address", "--format", "") == 1, shell.err
    code, shown = at_terminal(shell, "A\na\nD\nnot now\n", "redactions.json", "--format", "")
    assert code == 1, shown
    assert "'A' is not one of" in shown
    stored = json.loads((shell.folder / "redactions-reviewed.json").read_bytes())
    assert [one["accepted"] for one in stored["decisions"]][:3] == [True, False, False]
    assert len(stored["actions"]) == 1


def test_at_a_terminal_each_action_is_shown_masked_and_asked_about(shell: Shell) -> None:
    plan = str(shell.planned("--space", "HR"))
    code, shown = at_terminal(shell, "d\nnot yet\nA\n", plan, "--by", "Tilda Bergmann", "--format", "html")
    assert code == 1, shown
    assert "A-0001 (1 of" in shown
    assert "    - " in shown
    assert "    + " in shown
    stored = json.loads((shell.folder / "plan-reviewed.json").read_bytes())
    assert [one["accepted"] for one in stored["decisions"]][:2] == [False, True]
    assert stored["decisions"][0]["why"] == "not yet"
    for person in shell.sandbox.people:
        assert not person.username or f'"{person.username}"' not in shown
    code, shown = at_terminal(shell, "q\n", plan, "--force")
    assert code == 2
    assert "Nothing was written" in shown
