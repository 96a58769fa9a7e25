"""Newer versions with the planned text: planned anew and told so, or left alone; our own versions are told apart."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from audit.apply import changes, held
from audit.conditions import NEWER, conditions_of
from audit.errors import BadAnswer
from audit.journal import Journal
from audit.moved import BY_BOTH, BY_NOBODY_KNOWN, BY_OTHERS, BY_US, RETITLED, Newer, made_since
from audit.records import Op, Purpose, State
from audit.rehearse import rehearse
from audit.sites.base import VersionFacts
from audit.thresholds import Thresholds
from reports.anew import ANEW, planned_anew
from rules.model import HeldReason, ObjectType, Ref
from tests.audit.doubles import FakeSite
from tests.audit.shell import Shell
from tests.audit.writing import (
    HUMAN_TEXT,
    KEY,
    Scene,
    check_invariants,
    outcomes,
    page,
    planned,
    planned_bodies,
    site_of,
)

pytestmark = pytest.mark.anyio
OURS = "confluence-gdpr 20261120T120000Z-abcdef apply A-0009 0123456789ab"
ANOTHER_RUN = OURS.replace("abcdef", "fedcba")


async def one_touched(folder: Path, *messages: str) -> Scene:
    """Return a plan for version 7 of a page that has a newer version for each message, all with the same text."""
    scene = await planned(folder, site_of(page("101")))
    touched = scene.site.pages["101"]
    for message in messages:
        touched.edit(touched.body, message=message)
    touched.title = "Renamed meanwhile"
    return scene


@pytest.mark.parametrize(
    ("messages", "whose"),
    [
        (("",), BY_OTHERS),
        ((ANOTHER_RUN,), BY_OTHERS),
        ((OURS,), BY_US),
        ((OURS, OURS), BY_US),
        ((OURS, ""), BY_BOTH),
    ],
)
async def test_a_newer_version_with_the_same_text_is_written_over_and_whose_it_is_is_told(
    tmp_path: Path, messages: tuple[str, ...], whose: str
) -> None:
    scene = await one_touched(tmp_path, *messages)
    there = 7 + len(messages)
    result = await scene.apply()
    now = scene.site.pages["101"]
    assert (outcomes(result), result.exit_code, now.number) == (["applied"], 0, there + 1)
    assert (now.body, now.title) == (planned_bodies(scene)["101"], "Renamed meanwhile")
    said = f"version 7 was planned, version {there} is there, with the same text; {ANEW}; {whose}"
    assert result.written[0].anew == said
    assert scene.plan is not None
    (change,) = changes(scene.plan, result)
    assert (change.proof, change.new_version) == (f"read back, equal to the plan; {said}", there + 1)
    journal = Journal.open(scene.journal_path, scene.clock)
    (intent,) = [one.entry for one in journal.records() if one.entry.state is State.INTENT]
    facts = conditions_of(scene.plan, "", Thresholds(), journal, Newer.REPLAN)
    journal.close()
    assert (intent.base_version, intent.note) == (there, said)
    assert planned_anew(intent.note, 7, there)
    assert [(one.limit, one.actual) for one in facts.limits if one.name == NEWER] == [("are planned anew for it", "1")]
    again = await scene.apply()
    assert (outcomes(again), again.writes, again.written[0].anew) == (["already-done"], 0, said)
    undone = await scene.undo()
    assert (outcomes(undone), now.body) == (["rolled-back"], scene.original["101"].body)
    assert [message for _, message, _, _ in now.versions[:-2]] == ["", *messages]


async def test_it_is_left_alone_on_demand_and_whose_it_is_is_told(tmp_path: Path) -> None:
    scene = await one_touched(tmp_path, "")
    result = await scene.apply(newer=Newer.CONFLICT)
    assert (outcomes(result), result.writes, result.exit_code) == (["conflict"], 0, 3)
    assert scene.plan is not None
    (item,) = held(scene.plan, result)
    assert item.detail == f"A-0001: version 7 was planned, version 8 is there, with the same text; {BY_OTHERS}"
    assert outcomes(await scene.apply()) == ["applied"], "the next command may decide otherwise"
    check_invariants(scene, foreign={"101": [scene.original["101"].body]})


@pytest.mark.parametrize(("message", "whose"), [("", BY_OTHERS), (OURS, BY_US)])
async def test_another_text_is_never_written_over_and_whose_it_is_is_told(
    tmp_path: Path, message: str, whose: str
) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    scene.site.pages["101"].edit(HUMAN_TEXT, message=message)
    result = await scene.apply()
    assert result.written[0].reason is HeldReason.CHANGED
    assert result.written[0].detail.endswith(f"version 8 is there, with another text; {whose}")
    assert scene.site.sent() == []


async def test_a_lower_number_with_the_same_text_is_left_alone(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    moved = scene.site.pages["101"]
    moved.versions[:] = [(5, "", "somebody", moved.body)]
    result = await scene.apply()
    assert (outcomes(result), scene.site.sent()) == (["conflict"], [])
    assert result.written[0].detail == "version 7 was planned, version 5 is there, with the same text"


class Forgetful(FakeSite):
    """A site whose history cannot be used, or leaves versions out."""

    broken = False

    async def history(self, ref: Ref) -> tuple[VersionFacts, ...]:
        if self.broken:
            raise BadAnswer.shape("versions", "not a list")
        return (await super().history(ref))[:1]


@pytest.mark.parametrize("broken", [True, False])
async def test_where_the_history_does_not_tell_that_is_said_and_nothing_else_changes(
    tmp_path: Path, broken: bool
) -> None:
    site = Forgetful({"101": page("101")})
    site.broken = broken
    scene = await planned(tmp_path, site)
    for _ in range(2):
        site.pages["101"].edit(site.pages["101"].body)
    result = await scene.apply()
    assert outcomes(result) == ["applied"]
    assert result.written[0].anew.endswith(BY_NOBODY_KNOWN)


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        (("Old", "New"), f"{RETITLED}; {BY_OTHERS}"),
        (("Old", "New", "Old"), BY_OTHERS),
        (("Old", "Old"), BY_OTHERS),
        ((None, "New"), BY_OTHERS),
        (("Old", None), BY_OTHERS),
    ],
)
async def test_another_title_than_that_of_the_planned_version_is_told_and_not_named(
    titles: tuple[str | None, ...], said: str
) -> None:
    history = [VersionFacts(number, "", "somebody", title) for number, title in enumerate(titles, start=7)]
    op = Op(OURS, Purpose.APPLY, "", "A-0009", Ref(ObjectType.PAGE, "1"), "body")
    assert made_since(history, op, 7, 6 + len(titles)) == said
    assert "New" not in repr(history)


async def test_an_edit_right_before_the_write_still_wins(tmp_path: Path) -> None:
    scene = await one_touched(tmp_path, "")
    scene.site.hooks[1] = lambda _site, edited: edited.edit(HUMAN_TEXT)
    result = await scene.apply()
    assert outcomes(result) == ["conflict"]
    assert scene.site.pages["101"].body == HUMAN_TEXT
    assert scene.site.tokens() == []


async def test_a_rehearsal_decides_as_apply_would_and_what_it_left_is_told_as_ours(tmp_path: Path) -> None:
    scene = await one_touched(tmp_path, "")
    assert scene.plan is not None
    given = (scene.plan, scene.site)
    for newer, expected in ((Newer.CONFLICT, "conflict"), (Newer.REPLAN, "applied")):
        journal = Journal.open(tmp_path / f"{newer}.db", scene.clock)
        done = await rehearse(
            *given, journal, scene.vault, count=1, key=KEY, lock=nullcontext(), sleep=scene.sleeps, newer=newer
        )
        journal.close()
        assert outcomes(done.there) == [expected]
    assert scene.site.pages["101"].number == 10
    result = await scene.apply()
    assert outcomes(result) == ["applied"]
    assert result.written[0].anew.endswith(BY_BOTH), "another journal: the rehearsal is known by its messages only"


def test_the_command_says_what_was_planned_anew_and_leaves_it_on_demand(shell: Shell) -> None:
    plan = str(shell.planned("--space", "HR"))
    state = shell.sandbox.state
    actions = json.loads(Path(plan).read_bytes())["actions"]
    action = next(one for one in actions if one["ref"]["type"] == "page" and one["part"] == "body")
    found = state.contents[action["ref"]["id"]]
    state.revise(found, found.author, found.now.body, title="Another title")
    assert shell.run("apply", plan, "--yes", "--moved-versions", "conflict") == 3
    assert f"version {found.now.number + 1} is there, with the same text; {RETITLED}; {BY_OTHERS}" in shell.out
    assert state.contents[found.id].now.number == found.now.number + 1
    assert shell.run("apply", plan, "--yes") == 0
    assert "     1  of them planned anew for a newer version with the same text" in shell.out
    assert f"{action['id']} page {found.id}: version {found.now.number} was planned" in shell.out
    assert f"{ANEW}; {RETITLED}; {BY_OTHERS}" in shell.out
    assert state.contents[found.id].title == "Another title"
    assert "Another title" not in shell.out
    assert shell.run("report", "--format", "html", "--out", "-") == 0
    assert "it was planned anew for that version" in shell.out
    code, text = shell.fails("rollback", plan, "--moved-versions", "replan")
    assert (code, "Only a rehearsal" in text) == (2, True)
    assert shell.run("verify", "--no-residue") == 0
    assert shell.run("evidence", "export", "--form", "folder", "--unsigned") == 0, shell.err
    bag = shell.out.splitlines()[-1]
    assert shell.run("evidence", "verify", bag) == 0, shell.out
