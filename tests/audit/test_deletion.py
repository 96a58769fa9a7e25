"""Old versions deleted for good: known by what they are, read before and after, in doubt settled by reading."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.canonical import keyed_hash
from audit.deletion import Deletion, Doomed, delete_versions, doomed, in_doubt, require_settled, set_digest
from audit.errors import BadAnswer, GuardError
from audit.journal import Journal
from audit.past import OldVersion
from audit.plan_file import Plan
from audit.records import Entry, Op, Purpose, State
from audit.residue import Residue, Trace
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Revision
from audit.sites.cloud.history import CloudPast
from audit.sites.cloud.target import CloudTarget
from audit.write import at_once
from reports.migrated import Where
from rules.model import ObjectType, Ref
from tests.audit.cloud import KEY, ORIGIN, connected, no_sleep

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PLAN = Plan(2, "P-0f3c9a5be214", ORIGIN, "run", "", "1", "", "", {}, (), (), {}, digest="d" * 64)
DELETE = "/content/.*/version/"


@dataclass
class Page:
    """A page of the sandbox with six versions."""

    sandbox: Sandbox
    id: str

    @property
    def texts(self) -> list[str]:
        return [one.body for one in self.sandbox.state.contents[self.id].revisions]

    def ref(self) -> Ref:
        return Ref(ObjectType.PAGE, self.id, self.sandbox.state.contents[self.id].now.number, "ENG")

    async def chosen(self, *numbers: int) -> tuple[Doomed, ...]:
        """Return versions as a listing would name them, the highest number first."""
        async with connected(self.sandbox) as api:
            found = [one async for one in CloudPast(api).versions(self.ref(), bodies=True) if one.number in numbers]
        return tuple(
            Doomed(self.ref(), one.number, one.identity(KEY), keyed_hash(KEY, one.data or b""))
            for one in sorted(found, key=lambda one: -one.number)
        )


@pytest.fixture
def page() -> Page:
    sandbox = Sandbox()
    found = sandbox.find("Lens design rules")
    content = sandbox.state.contents[found]
    first = content.revisions[0]
    history = [
        Revision(n, first.author, f"2026-01-0{n}T08:00:00.000Z", first.title, f"<p>text {n}</p>") for n in range(1, 7)
    ]
    sandbox.state.put(replace(content, revisions=tuple(history), status="current"))
    return Page(sandbox, found)


@asynccontextmanager
async def journal_in(folder: Path) -> AsyncIterator[Journal]:
    journal = Journal.open(folder / "journal.db", lambda: NOW)
    yield journal
    journal.close()


async def delete(page: Page, folder: Path, *chosen: Doomed, stop_at: int | None = None) -> Deletion:
    looks = iter(range(100))
    async with journal_in(folder) as journal, connected(page.sandbox) as api:
        return await delete_versions(
            PLAN,
            chosen,
            CloudPast(api),
            CloudTarget(api, ORIGIN),
            journal,
            key=KEY,
            lock=nullcontext(),
            sleep=no_sleep,
            turn=at_once,
            stopping=lambda: "it was asked to stop" if stop_at is not None and next(looks) >= stop_at else "",
        )


def stored(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def fates(done: Deletion) -> list[str]:
    return [one.fate.value for one in done.versions]


@pytest.mark.parametrize("renumbers", [True, False])
async def test_versions_go_whether_the_site_numbers_the_rest_anew_or_not(
    page: Page, tmp_path: Path, *, renumbers: bool
) -> None:
    page.sandbox.state.renumbers = renumbers
    done = await delete(page, tmp_path, *await page.chosen(2, 3, 5))
    assert (fates(done), done.exit_code) == (["deleted"] * 3, 0)
    assert page.texts == ["<p>text 1</p>", "<p>text 4</p>", "<p>text 6</p>"]


async def test_each_deletion_is_journaled_before_and_after_and_keeps_no_text(page: Page, tmp_path: Path) -> None:
    await delete(page, tmp_path, *await page.chosen(3))
    async with journal_in(tmp_path) as journal:
        states = [one.entry.state.value for one in journal.records() if one.entry.op.action]
        (intent,) = journal.intents(Purpose.DELETE_VERSION)
        assert journal.image(intent.op.token, "before") is None
    assert states == ["INTENT", "SENT", "ACKED", "VERIFIED", "DONE"]
    assert b"text 3" not in stored(tmp_path)


async def test_the_present_version_and_what_changed_are_left(page: Page, tmp_path: Path) -> None:
    present, fourth, third, second = await page.chosen(6, 4, 3, 2)
    state = page.sandbox.state
    content = state.contents[page.id]
    first, two, three, *rest = content.revisions
    other = replace(two, body="<p>other</p>"), replace(three, author=f"{three.author}x")
    state.put(replace(content, revisions=(first, *other, *rest)))
    done = await delete(page, tmp_path, present, third, second, fourth)
    assert fates(done) == ["left", "left", "left", "deleted"]
    details = [one.detail for one in done.versions]
    assert "present version" in details[0]
    assert "history has changed" in details[1]
    assert "another one than was listed" in details[2]
    assert done.exit_code == 3


async def test_a_trashed_or_missing_object_is_left(page: Page, tmp_path: Path) -> None:
    chosen = await page.chosen(3, 2)
    page.sandbox.state.put(replace(page.sandbox.state.contents[page.id], status="trashed"))
    assert fates(await delete(page, tmp_path, *chosen)) == ["left", "left"]
    page.sandbox.state.drop(page.id)
    assert fates(await delete(page, tmp_path, *chosen)) == ["left", "left"]
    assert page.sandbox.writes == []


async def test_an_answer_that_got_lost_is_settled_by_reading(page: Page, tmp_path: Path) -> None:
    page.sandbox.faults.add(Fault(FaultKind.STATUS_AFTER, method="DELETE", path=DELETE, status=502))
    done = await delete(page, tmp_path, *await page.chosen(4))
    assert fates(done) == ["deleted"]
    page.sandbox.faults.add(Fault(FaultKind.STATUS, method="DELETE", path=DELETE, status=500))
    done = await delete(page, tmp_path, *await page.chosen(3, 2))
    assert (fates(done), done.exit_code) == (["doubtful", "waiting"], 3)
    assert len(page.texts) == 5


async def test_a_refusal_changes_nothing_and_the_rest_goes_on(page: Page, tmp_path: Path) -> None:
    page.sandbox.faults.add(Fault(FaultKind.STATUS, method="DELETE", path=DELETE, status=403))
    done = await delete(page, tmp_path, *await page.chosen(4, 2))
    assert fates(done) == ["refused", "deleted"]
    assert page.texts == [f"<p>text {n}</p>" for n in (1, 3, 4, 5, 6)]


async def test_a_confirmed_deletion_without_effect_is_no_success(page: Page, tmp_path: Path) -> None:
    page.sandbox.faults.add(Fault(FaultKind.STATUS, method="DELETE", path=DELETE, status=204))
    done = await delete(page, tmp_path, *await page.chosen(4))
    assert (fates(done), done.versions[0].detail) == (["refused"], "the site deleted nothing")


async def test_lost_credentials_end_the_run_and_the_next_one_goes_on(page: Page, tmp_path: Path) -> None:
    chosen = await page.chosen(4, 3, 2)
    page.sandbox.faults.add(Fault(FaultKind.STATUS, method="DELETE", path=DELETE, nth=2, status=401))
    done = await delete(page, tmp_path, *chosen)
    assert (fates(done), done.exit_code) == (["deleted", "waiting", "waiting"], 5)
    assert fates(await delete(page, tmp_path, *await page.chosen(3, 2))) == ["deleted", "deleted"]


async def test_a_request_to_stop_is_heeded_between_two_versions(page: Page, tmp_path: Path) -> None:
    done = await delete(page, tmp_path, *await page.chosen(4, 3), stop_at=1)
    assert (fates(done), done.stopped, done.exit_code) == (["deleted", "waiting"], "it was asked to stop", 3)


@pytest.mark.parametrize(("arrived", "state"), [(True, State.DONE), (False, State.REJECTED)])
async def test_a_deletion_that_an_earlier_run_left_in_doubt_is_settled_first(
    page: Page, tmp_path: Path, *, arrived: bool, state: State
) -> None:
    (one,) = await page.chosen(4)
    op = Op("token", Purpose.DELETE_VERSION, PLAN.digest, f"page:{page.id}", one.ref, "version 4")
    async with journal_in(tmp_path) as journal:
        journal.append(Entry(op, State.INTENT, base_version=4, note=f"{one.identity} of 1"), Entry(op, State.SENT))
        assert len(in_doubt(PLAN, journal)) == 1
    if arrived:
        content = page.sandbox.state.contents[page.id]
        page.sandbox.state.put(replace(content, revisions=content.revisions[:3] + content.revisions[4:]))
    await delete(page, tmp_path)
    async with journal_in(tmp_path) as journal:
        last = journal.last("token")
        assert last is not None
        assert (last.state, in_doubt(PLAN, journal)) == (state, ())


async def open_deletion(page: Page, folder: Path) -> None:
    (one,) = await page.chosen(4)
    op = Op("token", Purpose.DELETE_VERSION, PLAN.digest, f"page:{page.id}", one.ref, "version 4")
    async with journal_in(folder) as journal:
        journal.append(Entry(op, State.INTENT, base_version=4, note=f"{one.identity} of 1"), Entry(op, State.SENT))


async def test_an_empty_list_of_versions_settles_no_deletion(page: Page, tmp_path: Path) -> None:
    await open_deletion(page, tmp_path)
    page.sandbox.faults.add(Fault(FaultKind.WRONG_SHAPE, "GET", "/versions$", body="no-entries", times=0))
    with pytest.raises(BadAnswer, match="list is empty"):
        await delete(page, tmp_path)
    async with journal_in(tmp_path) as journal:
        assert len(in_doubt(PLAN, journal)) == 1


async def test_a_late_list_of_versions_settles_no_deletion(page: Page, tmp_path: Path) -> None:
    await open_deletion(page, tmp_path)
    content = page.sandbox.state.contents[page.id]

    class Late(CloudPast):
        async def versions(self, ref: Ref, *, bodies: bool) -> AsyncIterator[OldVersion]:
            async for one in CloudPast.versions(self, ref, bodies=bodies):
                if one.number < content.now.number:
                    yield one

    async with journal_in(tmp_path) as journal, connected(page.sandbox) as api:
        with pytest.raises(BadAnswer, match="not listed"):
            await delete_versions(
                PLAN,
                (),
                Late(api),
                CloudTarget(api, ORIGIN),
                journal,
                key=KEY,
                lock=nullcontext(),
                sleep=no_sleep,
                turn=at_once,
                stopping=str,
            )
        assert len(in_doubt(PLAN, journal)) == 1


async def test_a_list_that_is_empty_after_a_deletion_leaves_it_in_doubt(page: Page, tmp_path: Path) -> None:
    chosen = await page.chosen(4)
    page.sandbox.faults.add(Fault(FaultKind.WRONG_SHAPE, "GET", "/versions$", body="no-entries", nth=2, times=0))
    done = await delete(page, tmp_path, *chosen)
    assert (fates(done), done.exit_code) == (["waiting"], 5)
    page.sandbox.faults.clear()
    await delete(page, tmp_path)
    async with journal_in(tmp_path) as journal:
        assert [one.entry.state for one in journal.records()][-1] is State.DONE


async def test_a_deletion_in_doubt_is_given_time_to_arrive(page: Page, tmp_path: Path) -> None:
    await open_deletion(page, tmp_path)
    waits: list[float] = []

    async def sleep(wait_s: float) -> None:
        waits.append(wait_s)
        content = page.sandbox.state.contents[page.id]
        page.sandbox.state.put(replace(content, revisions=content.revisions[:3] + content.revisions[4:]))

    async with journal_in(tmp_path) as journal, connected(page.sandbox) as api:
        await delete_versions(
            PLAN,
            (),
            CloudPast(api),
            CloudTarget(api, ORIGIN),
            journal,
            key=KEY,
            lock=nullcontext(),
            sleep=sleep,
            turn=at_once,
            stopping=str,
        )
        last = journal.last("token")
    assert last is not None
    assert (last.state, waits) == (State.DONE, [2.0])


async def test_nothing_is_deleted_while_a_write_to_the_object_is_in_doubt(page: Page, tmp_path: Path) -> None:
    op = Op("token", Purpose.APPLY, PLAN.digest, "A-0001", page.ref(), "body")
    async with journal_in(tmp_path) as journal:
        journal.append(Entry(op, State.INTENT), Entry(op, State.SENT))
        require_settled(journal, [Ref(ObjectType.PAGE, "1")])
    with pytest.raises(GuardError, match="what became of A-0001"):
        await delete(page, tmp_path, *await page.chosen(4))
    assert page.sandbox.writes == []


def residue(*traces: Trace) -> Residue:
    return Residue(Ref(ObjectType.PAGE, "1", 9), traces, 8)


def test_the_highest_number_goes_first_and_the_present_version_never() -> None:
    found = residue(Trace(Where.VERSION, 2, {}), Trace(Where.DRAFT, None, {}), Trace(Where.VERSION, 5, {}))
    assert [one.number for one in doomed([found])] == [5, 2]
    assert [one.number for one in doomed([found], frozenset({1, 2}))] == [2]
    with pytest.raises(GuardError, match="version 9 is the present one"):
        doomed([found], frozenset({2, 9}))
    with pytest.raises(GuardError, match="published text"):
        doomed([residue(Trace(Where.VERSION, 2, {}), Trace(Where.PRESENT, 9, {}))])


def test_another_set_of_versions_has_another_digest() -> None:
    one, two = (Doomed(Ref(ObjectType.PAGE, "1"), n, "a", "b") for n in (1, 2))
    assert set_digest(PLAN, [one, two], "deleted") == set_digest(PLAN, [two, one], "deleted")
    others = [[one], [two], [replace(one, body_hash="c"), two], [replace(one, identity="c"), two]]
    assert len({set_digest(PLAN, chosen, "deleted") for chosen in ([one, two], *others)}) == 5
    assert set_digest(replace(PLAN, digest="e" * 64), [one], "deleted") != set_digest(PLAN, [one], "deleted")
    assert set_digest(PLAN, [one], "redacted") != set_digest(PLAN, [one], "deleted")
