"""Access lists: written whole with the same people and groups, or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audit.canonical import keyed_hash
from audit.errors import GuardError
from audit.guards import Limits, safe_access
from audit.plan_file import open_edits, seal_edits, with_digest
from rules.model import HeldReason
from rules.splice import apply
from tests.audit.writing import (
    ADA,
    BEN,
    CLOSED,
    KEY,
    Scene,
    body,
    check_invariants,
    outcomes,
    page,
    restrictions,
    site_of,
)

pytestmark = pytest.mark.anyio


async def test_an_access_list_is_written_with_the_same_people_and_groups(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(body("101"), restrictions("101"))
    result = await scene.apply()
    assert outcomes(result) == ["applied", "applied"]
    assert scene.site.pages["101"].restrictions == CLOSED.replace(
        f'"userKey":"{BEN[1]}","username":"{BEN[0]}"'.encode(), f'"accountId":"{BEN[3]}"'.encode()
    )
    assert outcomes(await scene.apply()) == ["already-done"] * 2
    check_invariants(scene)


@pytest.mark.parametrize(("fault", "writes"), [("reset after", 1), ("reset before", 2), ("409", 2), ("ignored", 1)])
async def test_a_doubtful_write_of_an_access_list_is_settled_by_its_contents(
    tmp_path: Path, fault: str, writes: int
) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(restrictions("101"))
    scene.site.faults[1] = fault
    assert outcomes(await scene.apply()) == (["rejected"] if fault == "ignored" else ["applied"])
    assert len(scene.site.sent()) == writes


async def test_an_access_list_that_somebody_changed_is_left_alone(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(restrictions("101"))
    theirs = CLOSED.replace(b'"name":"staff"', b'"name":"board"')
    scene.site.pages["101"].restrictions = theirs
    result = await scene.apply()
    assert result.written[0].reason is HeldReason.CHANGED
    assert scene.site.pages["101"].restrictions == theirs


async def test_a_doubtful_access_list_that_somebody_changed_is_a_conflict(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(restrictions("101"))
    scene.site.faults[1] = "reset before"
    scene.site.hooks[1] = lambda _site, p: setattr(p, "restrictions", p.restrictions.replace(b"g-1", b"g-2"))
    assert outcomes(await scene.apply()) == ["conflict"]


async def test_an_access_list_that_the_site_empties_stops_the_run(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(restrictions("101"))
    scene.site.normalise = lambda data: data.replace(b"g-1", b"g-9")
    result = await scene.apply()
    assert outcomes(result) == ["diverged"]
    assert result.stopped


def let_somebody_in(scene: Scene) -> None:
    """Give the plan of a scene an action whose edits let another account into the list."""
    assert scene.plan is not None
    (action,) = scene.plan.actions
    (edit,) = open_edits(scene.plan, action, scene.vault)
    guest = edit.new + b',{"accountId":"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"}'
    forged = (replace(edit, new=guest),)
    data = apply(scene.site.pages["101"].restrictions, forged)
    action = replace(
        action,
        after_hash=keyed_hash(KEY, data),
        sealed=seal_edits(forged, scene.vault, action.context(scene.plan.id)),
    )
    scene.plan = with_digest(replace(scene.plan, actions=(action,)))


async def test_a_plan_that_lets_somebody_into_a_list_is_refused_as_a_whole_before_the_first_write(
    tmp_path: Path,
) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(restrictions("101"))
    let_somebody_in(scene)
    with pytest.raises(GuardError, match="would widen access") as caught:
        await scene.apply(limits=Limits(actions=9))
    assert caught.value.exit_code == 4
    assert "content 101, read" in caught.value.where
    assert "1 more" in caught.value.why
    assert scene.site.sent() == []
    assert scene.site.pages["101"].restrictions == CLOSED


async def test_lists_that_are_gone_or_others_than_planned_do_not_stop_the_rest(tmp_path: Path) -> None:
    pages = [page(name, restrictions=CLOSED) for name in ("101", "102", "103", "104")]
    scene = Scene(site_of(*pages), tmp_path)
    await scene.make(*(restrictions(one.id) for one in pages))
    del scene.site.pages["101"]
    scene.site.pages["102"].restrictions = CLOSED.replace(b'"id":"g-1"', b'"id":"g-7"')
    scene.site.pages["103"].restrictions = b'{"read":{"group":[],"user":[]},"update":{"group":[],"user":[]}}'
    assert outcomes(await scene.apply()) == ["conflict", "conflict", "conflict", "applied"]


@pytest.mark.parametrize(
    ("before", "after", "wider"),
    [
        ('{"username":"x"}', f'{{"accountId":"{ADA[3]}"}}', False),
        ('{"username":"x"}', f'{{"accountId":"{ADA[3]}"}},{{"accountId":"{BEN[3]}"}}', True),
        (f'{{"accountId":"{ADA[3]}"}}', f'{{"accountId":"{BEN[3]}"}}', True),
        (f'{{"accountId":"{ADA[3]}"}},{{"username":"x"}}', f'{{"accountId":"{ADA[3]}"}}', False),
    ],
)
def test_a_list_takes_as_many_new_accounts_as_it_had_people_without_one(before: str, after: str, wider: bool) -> None:
    def listed(users: str) -> bytes:
        return f'{{"read":{{"group":[],"user":[{users}]}},"update":{{"group":[],"user":[]}}}}'.encode()

    refusal = safe_access("restrictions", listed(before), listed(after), "712020:nobody")
    assert (refusal is not None and refusal.reason is HeldReason.WOULD_WIDEN) == wider
