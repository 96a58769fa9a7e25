"""What ends a run early, who may go on with it, and what a full disk or a lost journal leads to."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from audit.errors import BadAnswer, GuardError, NotAuthenticated, Unreachable, WorkspaceError
from audit.guards import Limits
from audit.journal import Journal
from audit.vault import Vault
from audit.workspace import Workspace
from rules.model import HeldReason
from tests.audit.doubles import CALLER
from tests.audit.writing import (
    CLOSED,
    Scene,
    body,
    check_invariants,
    outcomes,
    page,
    planned,
    restrictions,
    site_of,
    wipe,
)

pytestmark = pytest.mark.anyio


async def test_a_second_process_is_refused_and_told_who_writes(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "workspace")
    (tmp_path / "run").mkdir()
    scene = await planned(tmp_path / "run")
    with workspace.writer("https://acme.example"), pytest.raises(GuardError, match="process") as caught:
        await scene.apply(lock=workspace.writer("https://acme.example"))
    assert caught.value.exit_code == 4
    assert scene.site.sent() == []
    assert outcomes(await scene.apply(lock=workspace.writer("https://acme.example"))) == ["applied"] * 3


@pytest.mark.parametrize(
    ("fault", "reason"), [("403", HeldReason.NO_PERMISSION), ("404", HeldReason.GONE), ("413", None)]
)
async def test_a_refused_write_is_reported_and_the_others_proceed(
    tmp_path: Path, fault: str, reason: HeldReason | None
) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[2] = fault
    result = await scene.apply()
    assert outcomes(result) == ["applied", "rejected", "applied"]
    assert result.written[1].reason is reason
    assert result.exit_code == 3
    check_invariants(scene)


async def test_a_refused_write_may_be_tried_again_when_the_permission_is_there(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[2] = "403"
    await scene.apply()
    assert outcomes(await scene.apply()) == ["already-done", "applied", "already-done"]
    check_invariants(scene)


async def test_an_account_that_is_refused_again_and_again_stops(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(*(page(str(number)) for number in range(101, 111))))
    scene.site.faults = dict.fromkeys(range(1, 11), "403")
    result = await scene.apply()
    assert outcomes(result) == ["rejected"] * 5 + ["planned"] * 5
    assert "refused 5 times" in result.stopped


async def test_a_permission_in_between_starts_the_count_again(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(*(page(str(number)) for number in range(101, 111))))
    scene.site.faults = {number: "403" for number in range(1, 11) if number != 5}
    assert outcomes(await scene.apply()).count("rejected") == 9


async def test_a_plan_beyond_the_limit_is_refused_before_the_first_write_and_names_the_option(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    with pytest.raises(GuardError, match="--max-actions 3") as caught:
        await scene.apply(limits=Limits(actions=2))
    assert caught.value.exit_code == 4
    assert scene.site.sent() == []


@pytest.mark.parametrize("fault", ["401", "429"])
async def test_a_site_that_no_longer_lets_us_in_stops_all_writes_at_once(tmp_path: Path, fault: str) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[2] = fault
    result = await scene.apply()
    assert outcomes(result) == ["applied", "failed", "planned"]
    assert result.exit_code == 5
    assert len(scene.site.sent()) == 2
    assert outcomes(await scene.apply()) == ["already-done", "applied", "applied"]
    check_invariants(scene)


async def test_a_site_that_goes_away_under_a_write_is_settled_when_it_is_back(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[1] = "reset after"
    scene.site.fetch_faults[scene.site.fetches + 2] = Unreachable(what="no connection")
    result = await scene.apply()
    assert outcomes(result) == ["failed", "planned", "planned"]
    assert result.exit_code == 5
    assert outcomes(await scene.apply()) == ["applied"] * 3
    assert len(scene.site.sent()) == 3
    check_invariants(scene)


async def test_one_unreadable_object_fails_alone(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.fetch_faults[scene.site.fetches + 1] = BadAnswer(what="another shape")
    result = await scene.apply()
    assert outcomes(result) == ["failed", "applied", "applied"]
    assert (result.exit_code, result.stopped) == (3, "")


async def test_anonymous_credentials_are_refused_before_the_first_write(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.callers = [""]
    with pytest.raises(NotAuthenticated):
        await scene.apply()
    assert scene.site.sent() == []


async def test_credentials_that_turn_anonymous_are_noticed_at_the_end(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.callers = [CALLER, ""]
    result = await scene.apply()
    assert outcomes(result) == ["applied"] * 3
    assert result.exit_code == 5


async def test_credentials_that_turn_into_others_are_noticed_after_fifty_writes(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(*(page(str(number)) for number in range(101, 161))))
    scene.site.callers = [CALLER, "712020:another-account"]
    result = await scene.apply()
    assert outcomes(result) == ["applied"] * 50 + ["planned"] * 10
    assert "another account" in result.stopped
    assert result.exit_code == 3


async def test_another_account_must_be_accepted_before_it_goes_on(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.site.faults[2] = "401"
    await scene.apply()
    scene.site.caller_id = "712020:5ec0nd00-1111-4222-8333-444455556666"
    with pytest.raises(GuardError, match="another account"):
        await scene.apply()
    assert len(scene.site.sent()) == 2
    assert outcomes(await scene.apply(accept_caller=True)) == ["already-done", "applied", "applied"]
    assert scene.states().count(" PLANNED") == 2
    check_invariants(scene)


async def test_a_request_to_stop_lets_the_write_under_way_finish(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    result = await scene.apply(stopping=lambda: "it was asked to stop" if scene.site.writes >= 1 else "")
    assert outcomes(result) == ["applied", "planned", "planned"]
    assert result.stopped == "it was asked to stop"
    assert outcomes(await scene.apply()) == ["already-done", "applied", "applied"]
    check_invariants(scene)


async def test_a_request_to_stop_comes_between_two_parts_of_one_object(tmp_path: Path) -> None:
    scene = Scene(site_of(page("101", restrictions=CLOSED)), tmp_path)
    await scene.make(body("101"), restrictions("101"))
    result = await scene.apply(stopping=lambda: "it was asked to stop" if scene.site.writes >= 1 else "")
    assert outcomes(result) == ["applied", "planned"]


async def test_several_workers_write_side_by_side_and_never_twice_to_one_object(tmp_path: Path) -> None:
    scene = Scene(site_of(*(page(str(number), restrictions=CLOSED) for number in range(101, 113))), tmp_path)
    await scene.make(*(place for page_id in scene.site.pages for place in (body(page_id), restrictions(page_id))))
    result = await scene.apply(concurrency=9)
    assert outcomes(result) == ["applied"] * 24
    assert scene.site.most_in_flight == 4
    check_invariants(scene)


async def test_one_worker_that_cannot_write_its_journal_stops_the_others_at_safe_points(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(*(page(str(number)) for number in range(101, 111))))
    journal = FullDisk.open(scene.journal_path, scene.clock)
    journal.room = 12
    with pytest.raises(WorkspaceError):
        await scene.apply(journal=journal, concurrency=3)
    journal.close()
    assert len(scene.site.sent()) < 10
    assert set(outcomes(await scene.apply())) == {"applied", "already-done"}
    check_invariants(scene)


class FullDisk(Journal):
    """A journal whose disk takes only so many steps."""

    room = 0

    def _write(self, *given: object) -> None:
        self.room -= 1
        if self.room < 0:
            raise sqlite3.OperationalError("database or disk is full")
        super()._write(*given)  # type: ignore[arg-type]


async def test_a_full_disk_before_the_intent_means_that_nothing_is_sent(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    journal = FullDisk.open(scene.journal_path, scene.clock)
    journal.room = 2
    with pytest.raises(WorkspaceError, match="disk is full"):
        await scene.apply(journal=journal)
    journal.close()
    assert scene.site.sent() == []
    assert outcomes(await scene.apply()) == ["applied"] * 3


@pytest.mark.parametrize("room", [3, 4, 5])
async def test_a_full_disk_around_the_write_means_no_second_write_later(tmp_path: Path, room: int) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    journal = FullDisk.open(scene.journal_path, scene.clock)
    journal.room = room
    with pytest.raises(WorkspaceError):
        await scene.apply(journal=journal)
    journal.close()
    assert outcomes(await scene.apply()) == ["applied"]
    assert len(scene.site.sent()) == 1
    check_invariants(scene)


async def test_the_key_of_another_run_is_refused_before_the_first_write(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    scene.vault = Vault(bytes(32))
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        await scene.apply()
    assert scene.site.sent() == []


async def test_a_lost_journal_does_not_lead_to_a_second_write(tmp_path: Path) -> None:
    scene = await planned(tmp_path, site_of(page("101")))
    await scene.apply()
    wipe(tmp_path)
    assert outcomes(await scene.apply()) == ["conflict"]
    assert scene.site.pages["101"].number == 8


async def test_a_damaged_journal_refuses_to_apply(tmp_path: Path) -> None:
    scene = await planned(tmp_path)
    await scene.apply()
    with sqlite3.connect(scene.journal_path) as connection:
        connection.execute("UPDATE record SET entry = replace(entry, 'ACKED', 'SENT') WHERE seq = 7")
    connection.close()
    with pytest.raises(GuardError, match="record 7"):
        await scene.apply()
