"""Two plans side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.plan_diff import difference
from audit.plan_file import write_plan
from audit.selection import Selection, selection
from tests.audit.shell import Shell
from tests.audit.writing import MENTION, Scene, page, site_of, three

pytestmark = pytest.mark.anyio


async def test_two_plans_of_the_same_state_are_equal_whatever_their_ids(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    found = difference(await scene.make(), await scene.make())
    assert found.same
    assert (found.equal, found.held_equal, found.about) == (3, 0, {})


async def test_what_one_plan_leaves_out_is_removed_and_held(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    whole, part = await scene.make(), await scene.make(selection=selection(["page:102"]))
    found = difference(whole, part)
    assert [action.ref.id for action in found.removed] == ["101", "103"]
    assert [item.ref.id for item in found.held_added] == ["101", "103"]
    assert (found.added, found.equal, found.same) == ((), 1, False)
    back = difference(part, whole)
    assert [action.ref.id for action in back.added] == ["101", "103"]
    assert len(back.held_removed) == 2


async def test_what_changes_between_two_plans_is_named(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    before = await scene.make()
    pages = scene.site.pages
    pages["101"].edit(pages["101"].body)
    pages["102"].versions[-1] = (7, "", "", MENTION.format(n="x").encode())
    after = await scene.make()
    assert [(one.first.ref.id, one.why) for one in difference(before, after).changed] == [
        ("101", "made for version 7, now for version 8"),
        ("102", "made for another text of the same version"),
    ]


async def test_another_result_from_the_same_text_is_a_change(tmp_path: Path) -> None:
    macro = '<ac:structured-macro ac:name="profile"><ac:parameter ac:name="user"><ri:user ri:username="ada.quill"/></ac:parameter></ac:structured-macro>'
    scene = Scene(site_of(page("101", '<ri:user ri:username="ada.quill"/>' + macro)), tmp_path)
    whole, part = await scene.make(), await scene.make(selection=selection(["rule:legacy-mention"]))
    (changed,) = difference(whole, part).changed
    assert changed.why == "another result: 2 replacements, now 1"


async def test_equal_held_places_count_as_often_as_they_come(tmp_path: Path) -> None:
    unknown = '<ri:user ri:username="gone.leaver"/>'
    one = await Scene(site_of(page("101", unknown)), tmp_path).make()
    two = await Scene(site_of(page("101", unknown * 2)), tmp_path).make()
    found = difference(one, two)
    assert (found.held_equal, len(found.held_added), len(found.held_removed)) == (1, 1, 0)


async def test_the_command_says_what_differs_without_a_site_or_a_workspace(tmp_path: Path, shell: Shell) -> None:
    scene = Scene(three(), tmp_path)
    whole, part = await scene.make(), await scene.make(selection=Selection(limit=1))
    write_plan(whole, tmp_path / "whole.json")
    write_plan(part, tmp_path / "part.json")
    assert shell.run("plan", "diff", "whole.json", "whole.json") == 0
    assert "0 added, 0 removed, 0 changed, 3 equal" in shell.out
    assert shell.run("plan", "diff", "whole.json", "part.json") == 1
    assert "- page 102 body (1 replacements)" in shell.out
    assert "+ held page 103 body, legacy-mention: not-in-this-plan" in shell.out
    assert not shell.sandbox.log
    assert not (tmp_path / "ws").exists()
    (tmp_path / "broken.json").write_text((tmp_path / "part.json").read_text().replace("body", "bodies"))
    assert "changed after it was written" in shell.fails("plan", "diff", "whole.json", "broken.json")[1]


async def test_long_lists_are_cut_unless_all_are_asked_for(tmp_path: Path, shell: Shell) -> None:
    scene = Scene(site_of(*(page(str(number)) for number in range(101, 131))), tmp_path)
    write_plan(await scene.make(), tmp_path / "many.json")
    write_plan(await scene.make(selection=Selection(limit=1)), tmp_path / "few.json")
    assert shell.run("plan", "diff", "few.json", "many.json") == 1
    assert shell.out.count("+ page") == 20
    assert "9 more: --all" in shell.out
    assert shell.run("plan", "diff", "few.json", "many.json", "--all") == 1
    assert shell.out.count("+ page") == 29
