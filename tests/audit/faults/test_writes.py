"""Faults F1 to F57 that strike while a plan is applied, each through the real HTTP layer against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from audit.canonical import canonical
from audit.moved import Newer
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.serve import serving
from tests.audit.faults.site import Small, outcomes

pytestmark = pytest.mark.anyio

DONE = "applied applied applied"
K = FaultKind
FIRST, PUT = "/pages/{0}$", "PUT"


@dataclass(frozen=True)
class Row:
    """One fault and what has to become of a plan of three pages."""

    id: str
    faults: tuple[Fault, ...]
    outcomes: str = DONE
    code: int = 0
    again: str | None = None
    """Outcomes of the same command once the fault is over; by default everything is done."""
    most_puts: int | None = None
    newer: Newer = Newer.REPLAN


def put(kind: FaultKind, **more: object) -> tuple[Fault, ...]:
    """Return a fault that strikes the first write of the first page."""
    return (replace(Fault(kind, PUT, FIRST), **more),)  # type: ignore[arg-type]


def look(kind: FaultKind, **more: object) -> tuple[Fault, ...]:
    """Return a fault that strikes the look at the first page before it is written."""
    return (replace(Fault(kind, "GET", FIRST), **more),)  # type: ignore[arg-type]


LOST = "conflict applied applied"
STILL = "conflict already-done already-done"
ROWS = (
    Row("F1 edited after the plan", look(K.EDIT_BEFORE), LOST, 3, STILL),
    Row("F2 edited between look and write", put(K.EDIT_BEFORE), LOST, 3, STILL),
    Row("F3 a conflict while nothing moved", put(K.STATUS, status=409), most_puts=4),
    Row("F3 a conflict that stays", put(K.STATUS, status=409, times=0), "failed applied applied", 3, most_puts=4),
    Row("F4 another text under the same version", look(K.SWAP_BEFORE), LOST, 3, STILL),
    Row("F5 another version of the same text", look(K.TOUCH_BEFORE)),
    Row("F5 another version of the same text, left alone on demand", look(K.TOUCH_BEFORE), LOST, 3, STILL, newer=Newer.CONFLICT),
    Row("F6 edited right after the write", put(K.EDIT_AFTER), "applied-then-edited applied applied"),
    Row("F8 trashed after the plan", look(K.TRASH_BEFORE), LOST, 3, STILL),
    Row("F9 archived after the plan", look(K.ARCHIVE_BEFORE), LOST, 3, STILL),
    Row("F9 renamed after the plan", look(K.RETITLE_BEFORE)),
    Row("F9 renamed after the plan, left alone on demand", look(K.RETITLE_BEFORE), LOST, 3, STILL, newer=Newer.CONFLICT),
    Row("F10 deleted after the plan", look(K.PURGE_BEFORE), LOST, 3, STILL),
    Row("F11 an unpublished draft", look(K.DRAFT_BEFORE), "held applied applied", 3, "held already-done already-done"),
    Row("F13 a site that writes anew what it saves", put(K.NORMALISE_ON_SAVE)),
    Row("F14 a site that drops an element", put(K.STRIP_ON_SAVE, body="<em>.*?</em>"), "diverged planned planned", 3, "diverged planned planned"),
    Row("F15 a site that drops a comment anchor", put(K.STRIP_ON_SAVE, body="<ac:inline-comment-marker[^>]*>[^<]*</ac:inline-comment-marker>"), "diverged planned planned", 3, "diverged planned planned"),
    Row("F20 not editable", put(K.STATUS, status=403), "rejected applied applied", 3),
    Row("F27 429 with seconds", put(K.STATUS, status=429, headers=(("Retry-After", "2"),)), most_puts=4),
    Row("F28 429 with a date long ago", put(K.STATUS, status=429, headers=(("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"),))),
    Row("F28 429 with a reset", put(K.STATUS, status=429, headers=(("X-RateLimit-Reset", "2020-01-01T00:00Z"),))),
    Row("F28 429 without a word", put(K.STATUS, status=429)),
    Row("F28 429 for ten years", put(K.STATUS, status=429, headers=(("Retry-After", "315360000"),)), "failed planned planned", 5),
    Row("F29 endless 503 for one write", put(K.STATUS, status=503, times=0), "failed applied applied", 3),
    Row("F29 endless 503", (Fault(K.STATUS, "", "/pages/{1}$", times=0, status=503),), "applied failed planned", 5),
    Row("F30 500 on a look", look(K.STATUS, status=500)),
    Row("F30 500 on every look", look(K.STATUS, status=500, times=0), "failed planned planned", 5),
    *(Row(f"F31 {code} before the commit", put(K.STATUS, status=code), most_puts=4) for code in (500, 502, 504)),
    *(Row(f"F31 {code} after the commit", put(K.STATUS_AFTER, status=code), most_puts=3) for code in (500, 502, 504)),
    Row("F32 reset after the commit", put(K.RESET_AFTER), most_puts=3),
    Row("F33 reset before the commit", put(K.RESET_BEFORE), most_puts=4),
    Row("F36 a stalled answer", put(K.STALL), most_puts=3),
    Row("F36 a dripping answer", put(K.DRIP, seconds=0.05), most_puts=3),
    Row("F37 an answer that is cut", put(K.CUT_BODY), most_puts=3),
    Row("F37 a look that is cut", look(K.CUT_BODY), most_puts=3),
    Row("F38 an answer that is cut in chunks", put(K.CUT_CHUNKED), most_puts=3),
    Row("F38 a look that is cut in chunks", look(K.CUT_CHUNKED), most_puts=3),
    Row("F39 a login page for a look", look(K.LOGIN_PAGE, times=0), "failed planned planned", 5),
    Row("F39 a login page for a write", put(K.LOGIN_PAGE), most_puts=4),
    Row("F40 a redirect for a write", put(K.REDIRECT, link="http://127.0.0.1:9/login"), "failed planned planned", 5, most_puts=4),
    Row("F40 a redirect for a look", look(K.REDIRECT, link="http://127.0.0.1:9/login"), "failed planned planned", 5),
    *(Row(f"F41 {kind.value}", put(kind), most_puts=3) for kind in (K.WRONG_TYPE, K.BOM, K.UTF16)),
    *(Row(f"F42 an answer of another shape: {shape}", put(K.WRONG_SHAPE, body=shape), most_puts=3) for shape in ("null", "list", "version-null", "body-null")),
    *(Row(f"F42 a look of another shape: {shape}", look(K.WRONG_SHAPE, body=shape), "failed applied applied", 3) for shape in ("null", "list", "version-null", "id-missing")),
    Row("F42 a look without a body in the form that was audited", look(K.WRONG_SHAPE, body="body-null"), "held applied applied", 3),
    Row("F44 a bomb for a write", put(K.GZIP_BOMB, size=5_000_000), most_puts=4),
    Row("F45 an answer beyond the limit for a look", look(K.HUGE, size=5_000_000), "failed applied applied", 3),
    Row("F50 revoked on the way", put(K.UNAUTHORIZED, path="/pages/{1}$", times=0), "applied failed planned", 5),
    Row("F51 anonymous at the end", (Fault(K.ANONYMOUS, "GET", "/user/current$", nth=2, times=0),), DONE, 5),
    Row("F54 404 for a page that was there", look(K.STATUS, status=404, times=0), LOST, 3, "applied already-done already-done"),
    Row("F56 too large for the site", put(K.STATUS, status=413), "rejected applied applied", 3),
    Row("F57 an hour of maintenance", (Fault(K.STATUS, "", "/pages/{1}$", times=0, status=503, headers=(("Retry-After", "3600"),)),), "applied failed planned", 5),
)  # fmt: skip


WIRE = {K.RESET_AFTER, K.RESET_BEFORE, K.STALL, K.DRIP, K.CUT_BODY, K.CUT_CHUNKED, K.GZIP_BOMB, K.HUGE}
"""Faults of the network: the site has to be served for them. The others need no network and are quicker without."""


@pytest.fixture
def small(tmp_path: Path, row: Row) -> Iterator[Small]:
    site = Small(tmp_path)
    if not WIRE & {fault.kind for fault in row.faults}:
        yield site
        return
    with serving(site.sandbox.app) as url:
        site.url = url
        yield site


def arm(small: Small, faults: tuple[Fault, ...]) -> None:
    """Switch faults on, with the ids of the pages in their places."""
    small.sandbox.faults.add(*(replace(one, path=one.path.format(*small.ids)) for one in faults))


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
async def test_a_fault_while_a_plan_is_applied(small: Small, row: Row) -> None:
    await small.make()
    before = dict(small.pages())
    arm(small, row.faults)
    first = await small.apply(newer=row.newer)
    assert (outcomes(first), first.exit_code) == (row.outcomes, row.code), first.written[0].detail
    lossy = "diverged" in row.outcomes
    small.check(lossy=lossy)
    if row.most_puts is not None:
        assert len(small.sandbox.writes) <= row.most_puts
    small.sandbox.faults.clear()
    second = await small.apply(newer=row.newer)
    rest = {"already-done", "applied"}
    assert outcomes(second) == row.again if row.again else set(outcomes(second).split()) <= rest
    small.check(lossy=lossy)
    writes, untouched = len(small.sandbox.writes), (await small.apply(newer=row.newer)).writes
    assert (untouched, len(small.sandbox.writes)) == (0, writes), "I10"
    changed = small.pages().get(small.ids[0])
    if row.outcomes == LOST and row.again == STILL:
        assert changed is None or changed.now.author != small.sandbox.accounts["admin"].account_id, "I5"
    if "trashed" in row.id or "archived" in row.id:
        assert changed is not None
        assert changed.status == row.id.split()[1]
    if "renamed" in row.id:
        assert changed is not None
        assert changed.title.endswith("(renamed)"), "F9"
    if "draft" in row.id:
        assert changed is not None
        assert changed.draft not in (None, before[small.ids[0]].now.body)
    assert small.pages().keys() <= before.keys(), "nothing is created"


BACK = "rolled-back rolled-back rolled-back"
UNDO_ROWS = (
    Row("F7 edited after the write", look(K.EDIT_BEFORE, path="/pages/{2}$"), "conflict rolled-back rolled-back", 3, "conflict already-done already-done"),
    Row("F2 edited between look and write", put(K.EDIT_BEFORE, path="/pages/{2}$"), "conflict rolled-back rolled-back", 3, "conflict already-done already-done"),
    Row("F8 trashed after the write", look(K.TRASH_BEFORE, path="/pages/{2}$"), "conflict rolled-back rolled-back", 3, "conflict already-done already-done"),
    Row("F31 502 after the commit", put(K.STATUS_AFTER, status=502, path="/pages/{2}$"), BACK),
    Row("F32 reset after the commit", put(K.RESET_AFTER, path="/pages/{2}$"), BACK),
    Row("F33 reset before the commit", put(K.RESET_BEFORE, path="/pages/{2}$"), BACK),
    Row("F13 a site that writes anew what it saves", put(K.NORMALISE_ON_SAVE, path="/pages/{2}$"), BACK),
    Row("F50 revoked on the way", put(K.UNAUTHORIZED, path="/pages/{1}$", times=0), "rolled-back failed planned", 5),
    Row("F56 too large for the site", put(K.STATUS, status=413, path="/pages/{2}$"), "rejected rolled-back rolled-back", 3),
)  # fmt: skip


@pytest.mark.parametrize("row", UNDO_ROWS, ids=[row.id for row in UNDO_ROWS])
async def test_a_fault_while_a_plan_is_rolled_back(small: Small, row: Row) -> None:
    await small.make()
    await small.apply()
    arm(small, row.faults)
    first = await small.undo()
    assert (outcomes(first), first.exit_code) == (row.outcomes, row.code), first.written[0].detail
    small.check()
    small.sandbox.faults.clear()
    second = outcomes(await small.undo())
    assert second == row.again if row.again else set(second.split()) <= {"already-done", "rolled-back"}
    small.check()
    for page_id in small.ids[0 if row.again is None else 1 : None if row.again is None else 2]:
        now = small.pages()[page_id].now.body.encode()
        assert canonical("body", now) == canonical("body", small.original[page_id].encode()), "I4"
    assert (await small.undo()).writes == 0, "I10"
