"""Plans of a part: what --only, --limit and the thresholds leave out is held or refused, and every figure adds up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.errors import GuardError, UsageError
from audit.guards import Limits, within_limits
from audit.selection import EVERYTHING, Selection, selection
from rules.model import HeldReason, ObjectType, Ref
from tests.audit.shell import Shell
from tests.audit.writing import ADA, Scene, body, check_canaries, page, restrictions, site_of, three

pytestmark = pytest.mark.anyio

TWO_RULES = (
    f'<p><ri:user ri:username="{ADA[0]}"/><ac:structured-macro ac:name="profile"><ac:parameter ac:name="user">'
    f'<ri:user ri:username="{ADA[0]}"/></ac:parameter></ac:structured-macro></p>'
)


def adds_up(counts: dict[str, int]) -> bool:
    return counts["found"] == counts["changed"] + counts["held"]


async def test_only_the_named_object_is_read_and_changed_and_the_others_are_held(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    plan = await scene.make(selection=selection(["page:102"]))
    assert [action.ref.id for action in plan.actions] == ["102"]
    assert [(item.ref.id, item.reason) for item in plan.held] == [
        ("101", HeldReason.NOT_SELECTED),
        ("103", HeldReason.NOT_SELECTED),
    ]
    assert [seen.id for seen in scene.site.log if seen.call == "fetch"] == ["102"]
    assert adds_up(dict(plan.counts))


async def test_a_space_is_taken_whole_and_compared_without_regard_to_case() -> None:
    chosen = selection(["space:eng", "page:9"])
    assert chosen.takes(Ref(ObjectType.PAGE, "1", space="ENG"))
    assert chosen.takes(Ref(ObjectType.PAGE, "9", space="HR"))
    assert not chosen.takes(Ref(ObjectType.BLOGPOST, "9", space="HR"))
    assert EVERYTHING.takes(Ref(ObjectType.PAGE, "1"))


async def test_of_two_rules_in_one_body_the_named_one_is_carried_out_and_the_other_held(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", TWO_RULES)), tmp_path)
    everything = await scene.make()
    rules = {edit.view.rule for edit in everything.actions[0].edits}
    assert len(rules) == 2
    for rule in rules:
        plan = await scene.make(selection=selection([f"rule:{rule}"]))
        (action,) = plan.actions
        assert {edit.view.rule for edit in action.edits} == {rule}
        assert {(item.rule, item.reason) for item in plan.held} == {
            (other, HeldReason.NOT_SELECTED) for other in rules - {rule}
        }
        assert plan.counts["found"] == everything.counts["found"]
        assert adds_up(dict(plan.counts))


async def test_beyond_the_limit_every_identifier_is_held_and_the_first_objects_are_planned(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101"), page("102", "<p>nothing</p>"), page("103"), page("104", TWO_RULES)), tmp_path)
    plan = await scene.make(selection=Selection(limit=1))
    assert [action.ref.id for action in plan.actions] == ["101"]
    assert [(item.ref.id, item.reason) for item in plan.held] == [
        ("103", HeldReason.NOT_SELECTED),
        ("104", HeldReason.NOT_SELECTED),
        ("104", HeldReason.NOT_SELECTED),
    ]
    assert all("--limit" in item.detail and item.subject for item in plan.held)
    assert adds_up(dict(plan.counts))
    check_canaries(tmp_path)


async def test_an_entry_with_two_identifiers_counts_twice_when_it_is_left_out(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=closed())), tmp_path)
    plan = await scene.make(restrictions("101"))
    (action,) = plan.actions
    assert (len(action.edits), len(action.replaced())) == (1, 2)
    left_out = await scene.make(restrictions("101"), selection=Selection(limit=0))
    assert left_out.counts["found"] == left_out.counts["held"] == 2


def closed() -> bytes:
    from tests.audit.writing import CLOSED

    return CLOSED


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["102"], "TYPE:ID"),
        (["page:"], "TYPE:ID"),
        (["nonsense:1"], "TYPE:ID"),
        (["space:~tbergmann"], "personal space"),
    ],
)
def test_a_selection_of_another_form_is_refused_without_repeating_it(words: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        selection(words)
    assert "tbergmann" not in str(caught.value)


@pytest.mark.parametrize(
    ("actions", "read", "limits", "option"),
    [
        (3, 100, Limits(actions=2), "--max-actions 3"),
        (3, 100, Limits(percent=2.9), "--max-percent 3"),
        (1, 3, Limits(percent=33.3), "--max-percent 33.4"),
        (3, 100, Limits(percent=3), ""),
        (3, 0, Limits(percent=1), ""),
    ],
)
def test_a_plan_beyond_a_threshold_is_refused_and_told_the_option_that_allows_it(
    actions: int, read: int, limits: Limits, option: str
) -> None:
    if not option:
        within_limits([None] * actions, limits, read)
        return
    with pytest.raises(GuardError, match=option) as caught:
        within_limits([None] * actions, limits, read)
    assert caught.value.exit_code == 4


async def test_a_plan_knows_how_much_was_read(tmp_path: Path) -> None:
    plan = await Scene(three(), tmp_path).make(body("101"), objects_read=40)
    assert plan.objects_read == 40


# --- the command --------------------------------------------------------------------------------------------------


def test_plan_takes_what_only_names_and_refuses_what_the_run_does_not_know(shell: Shell) -> None:
    shell.audited("--space", "HR", "--space", "ENG")
    mapping = shell.mapping()
    assert shell.run("plan", "--mapping", mapping, "--format", "", "--only", "space:HR", "--limit", "2") == 1
    plan = json.loads((shell.folder / "plan.json").read_bytes())
    assert {action["ref"]["space"] for action in plan["actions"]} == {"HR"}
    assert len(plan["actions"]) == 2
    assert adds_up(plan["counts"])
    assert plan["counts"]["held/not-in-this-plan"] > 0
    code, text = shell.fails("plan", "--mapping", mapping, "--only", "page:1", "--only", "space:NONE", "--force")
    assert code == 2
    assert "page:1, space:NONE" in text


@pytest.mark.parametrize("option", [("--max-actions", "1"), ("--max-percent", "0.1")])
def test_a_plan_beyond_a_limit_is_not_written(shell: Shell, option: tuple[str, str]) -> None:
    shell.audited("--space", "HR")
    code, text = shell.fails("plan", "--mapping", shell.mapping(), *option)
    assert code == 4
    assert option[0] in text
    assert not (shell.folder / "plan.json").exists()


def test_apply_takes_its_limits_from_the_configuration_file(shell: Shell) -> None:
    plan = str(shell.planned("--space", "HR"))
    config = shell.folder / "config.toml"
    for line, option in (("max_actions = 1", "--max-actions"), ("max_percent = 0.5", "--max-percent")):
        config.write_text(f"[limits]\n{line}\n")
        code, text = shell.fails("apply", plan, "--yes", "--config", str(config))
        assert code == 4
        assert option in text
    assert not shell.sandbox.writes
    assert shell.run("apply", plan, "--yes", "--max-percent", "100", "--config", str(config)) == 0


def test_the_help_of_plan_names_what_is_below_it(shell: Shell) -> None:
    assert shell.run("plan", "--help") == 0
    assert "diff" in shell.out
    assert "review" in shell.out
    assert shell.run("plan", "nonsense") == 2
