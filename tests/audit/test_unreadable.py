"""An answer that makes no sense costs its own object: plan, rehearsal and verification go on with the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.errors import BadAnswer, NotAuthenticated, RedirectRefused, Rejected, SiteError, Unreachable
from audit.sandbox.faults import Fault, FaultKind
from tests.audit.shell import Shell
from tests.audit.writing import Scene, three

pytestmark = pytest.mark.anyio

ODD = BadAnswer.shape("GET /api/v2/pages/102", "`version.number` is missing")


@pytest.mark.parametrize(
    "error", [ODD, Unreachable(what="no answer", status=500), Rejected(what="refused", status=400)]
)  # fmt: skip
async def test_what_cannot_be_read_is_held_and_the_rest_is_planned(tmp_path: Path, error: SiteError) -> None:
    scene = Scene(three(), tmp_path)
    scene.site.fetch_faults[2] = error
    plan = await scene.make()
    assert [action.ref.id for action in plan.actions] == ["101", "103"]
    [held] = plan.held
    assert (held.ref.id, held.reason.value) == ("102", "not-read")
    assert held.detail == f"it was not read: {error.why or error.what}"
    assert held.next_step


@pytest.mark.parametrize(
    "error",
    [
        NotAuthenticated(what="401", status=401),
        Unreachable(what="no connection"),
        RedirectRefused(what="login page", status=302),
    ],
)
async def test_what_concerns_the_whole_site_ends_a_plan_and_a_verification(tmp_path: Path, error: SiteError) -> None:
    scene = Scene(three(), tmp_path)
    scene.site.fetch_faults[2] = error
    with pytest.raises(type(error)):
        await scene.make()
    scene.site.fetch_faults.clear()
    await scene.make()
    await scene.apply()
    scene.site.fetch_faults[scene.site.fetches + 2] = error
    with pytest.raises(type(error)):
        await scene.verify()


async def test_what_cannot_be_read_is_not_verified_and_not_gone(tmp_path: Path) -> None:
    scene = Scene(three(), tmp_path)
    await scene.make()
    await scene.apply()
    scene.site.fetch_faults[scene.site.fetches + 2] = ODD
    assert [one.standing.value for one in await scene.verify()] == ["verified", "not-read", "verified"]


def test_a_run_with_one_broken_page_is_planned_rehearsed_and_verified_to_its_end(shell: Shell) -> None:
    shell.planned("--space", "HR")
    shell.run("rollback", "--rehearse", "2", "plan.json", "--yes")
    assert "written and read back, of 2" in shell.out
    shell.run("apply", "plan.json", "--yes")
    written = next(entry.path.rpartition("/")[2] for entry in shell.sandbox.writes if "/v2/pages/" in entry.path)
    shell.sandbox.faults.add(
        Fault(FaultKind.WRONG_SHAPE, path=f"/api/v2/pages/{written}$", body="version-null", times=0)
    )
    assert shell.run("verify", "--no-residue") == 3
    assert f"page {written}: it was not read: " in shell.out
    assert " verified" in shell.out
    assert shell.run("plan", "--mapping", shell.mapping(), "--format", "", "--force") in {1, 3}
    assert shell.run("identities", "--mapping", shell.mapping(), "--local") in {0, 1}
