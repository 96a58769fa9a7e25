"""An audit calls itself complete only when independent answers of the site agree that nothing was left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audit.crawl import Crawl
from audit.run import RunStore
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.sandbox import Sandbox
from audit.sites.base import Known, Skipped, Unassessed
from audit.sites.cloud import access
from audit.sites.cloud.scope import Scope, SpaceInfo
from audit.sites.cloud.site import CloudSite, Wanted
from rules.model import ObjectType, Ref
from rules.registry import load
from tests.audit.cloud import KEY, ORIGIN, Crawled, connected, crawled

pytestmark = pytest.mark.anyio

LISTINGS = ("pages", "blogposts", "footer-comments", "inline-comments", "attachments", "spaces")
CLASSES = ("page", "blogpost", "footer-comment", "inline-comment", "attachment", "space")


def empty(path: str, *, nth: int = 1, times: int = 1) -> Fault:
    """Return a fault that answers 200 with an empty listing and no next one."""
    return Fault(FaultKind.HUGE, path=f"/api/v2/{path}$", nth=nth, times=times, size=1)


def reasons(got: Crawled) -> str:
    return " | ".join(got.store.failures())


def read(got: Crawled) -> dict[str, set[str]]:
    return {kind: set(got.store.listed(ObjectType(kind), "")) for kind in (*CLASSES, "restriction")}


UNDISTURBED: dict[tuple[int, bool], dict[str, set[str]]] = {}


async def undisturbed(folder: Path, pages: int = 0, *, anonymous_access: bool = False) -> dict[str, set[str]]:
    """Return what a crawl without a fault reads of a site of this size; each is crawled once."""
    key = (pages, anonymous_access)
    if key not in UNDISTURBED:
        (folder / "undisturbed").mkdir()
        sandbox = Sandbox(pages=pages, anonymous_access=anonymous_access)
        UNDISTURBED[key] = read(await crawled(sandbox, folder / "undisturbed"))
    return UNDISTURBED[key]


@pytest.mark.parametrize("pages", [0, 700])
async def test_a_healthy_site_is_complete_and_pays_two_requests_for_the_cross_check(tmp_path: Path, pages: int) -> None:
    sandbox = Sandbox(pages=pages)
    got = await crawled(sandbox, tmp_path)
    assert got.store.failures() == ()
    queries = [dict(entry.query).get("cql", "") for entry in sandbox.log]
    assert sum("not in" in query or "comment" in query for query in queries) == 2
    singles = [entry for entry in sandbox.log if entry.path.rsplit("/", 1)[-1].isdigit()]
    assert not singles
    assert not [entry for entry in sandbox.log if any(name == "id" for name, _ in entry.query)]


@pytest.mark.parametrize("listing", LISTINGS)
async def test_a_listing_that_is_always_empty_makes_the_run_incomplete(tmp_path: Path, listing: str) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(empty(listing, times=0))
    got = await crawled(sandbox, tmp_path)
    assert got.store.failures()


async def test_on_resume_an_always_empty_listing_is_still_not_believed(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(empty("pages", times=0))
    (await crawled(sandbox, tmp_path)).store.close()
    assert (await crawled(sandbox, tmp_path)).store.failures()


# The site is only as large as it takes for the listing to have the answers that the test is about.
@pytest.mark.parametrize(
    ("listing", "nth", "pages"),
    [
        ("pages", 1, 300), ("blogposts", 1, 0), ("footer-comments", 1, 0), ("inline-comments", 1, 0),
        ("attachments", 1, 300), ("pages", 5, 1100),
    ],
)  # fmt: skip
async def test_one_answer_that_is_lost_makes_its_listing_fail_and_resume_reads_the_rest(
    tmp_path: Path, listing: str, nth: int, pages: int
) -> None:
    sandbox = Sandbox(pages=pages)
    sandbox.faults.add(empty(listing, nth=nth))
    got = await crawled(sandbox, tmp_path)
    asked = sum(entry.path.endswith(f"/{listing}") for entry in sandbox.log)
    if asked > nth:
        assert "asked again, went on" in reasons(got)
    got.store.close()
    whole = await crawled(sandbox, tmp_path)
    assert whole.store.failures() == ()
    assert read(whole) == await undisturbed(tmp_path, pages)


@pytest.mark.parametrize("listing", LISTINGS)
async def test_credentials_that_do_not_count_for_one_listing_lose_nothing_in_silence(
    tmp_path: Path, listing: str
) -> None:
    sandbox = Sandbox(anonymous_access=True)
    sandbox.faults.add(Fault(FaultKind.ANONYMOUS, path=f"/api/v2/{listing}$", times=0))
    got = await crawled(sandbox, tmp_path)
    assert got.store.failures()


@pytest.mark.parametrize("listing", LISTINGS)
async def test_credentials_that_do_not_count_for_one_answer_lose_nothing_in_silence(
    tmp_path: Path, listing: str
) -> None:
    sandbox = Sandbox(anonymous_access=True)
    sandbox.faults.add(Fault(FaultKind.ANONYMOUS, path=f"/api/v2/{listing}$"))
    got = await crawled(sandbox, tmp_path)
    assert got.store.failures() or read(got) == await undisturbed(tmp_path, anonymous_access=True)


async def test_a_page_that_came_after_its_listing_is_read_with_its_restrictions_and_the_run_is_complete(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox()
    async with connected(sandbox) as api:
        site = CloudSite(api, ORIGIN, Wanted())
        survey = await site.survey()
        made: list[str] = []
        store = RunStore(tmp_path / "run.db")
        pages = {unit.name for unit in survey.units if unit.name.startswith(("page/", "blogpost/"))}

        def on_progress(_progress: object) -> None:
            listed = {name for name, one in store.units().items() if one.state == "done"}
            if pages <= listed and not made:
                first = next(one for one in sandbox.state.contents.values() if one.kind.value == "page")
                new = replace(first, id=sandbox.state.new_id(), status="current")
                made.append(sandbox.state.add(new).id)

        await Crawl(site, store, load(), KEY, on_progress).run(survey)
    assert made[0] in store.listed(ObjectType.PAGE, "current")
    assert made[0] in store.listed(ObjectType.RESTRICTION, "current")
    assert store.failures() == ()


async def test_a_search_that_answers_nothing_does_not_make_the_run_lose_pages(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.HUGE, path="/content/search$", times=0, size=1), empty("pages", times=0))
    got = await crawled(sandbox, tmp_path)
    assert "cross-check" in reasons(got)


async def test_an_unknown_status_makes_the_object_failed(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.WRONG_SHAPE, path="/api/v2/pages$", body="unknown-status"))
    got = await crawled(sandbox, tmp_path)
    assert "page not read" in reasons(got)
    assert "hibernating" not in reasons(got)


async def test_restrictions_of_archived_and_trashed_pages_are_read(tmp_path: Path) -> None:
    got = await crawled(Sandbox(), tmp_path)
    rows = [row for row in got.store.coverage({}) if row.object_class == "restriction"]
    assert {"current", "archived", "trashed"} <= {row.state for row in rows}
    assert all(row.seen == row.read and row.assessed for row in rows)


async def test_restrictions_of_old_pages_beyond_the_bound_are_a_row_of_their_own_and_not_counted_as_read(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox()
    space = SpaceInfo("1", "ENG", "Engineering", "current", "", "")
    refs = [Ref(ObjectType.PAGE, str(10**9 + number), 1, "ENG", "trashed") for number in range(access.OLD_ONES + 3)]
    known = Known({ref.id: ref for ref in refs}, frozenset(), frozenset())
    async with connected(sandbox) as api:
        scope = Scope(api, ORIGIN, {"1": space}, whole_site=True)
        batches = [batch async for batch in access.restrictions(scope, ("1",), known, access.SWEEP)]
    got = [type(one.coverage) for batch in batches for one in batch.objects]
    assert (got.count(Skipped), got.count(Unassessed)) == (access.OLD_ONES, 3)


async def test_a_chain_that_builds_on_a_failed_one_is_read_again_on_resume(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.STATUS, path="/api/v2/pages$", times=4, status=403))
    got = await crawled(sandbox, tmp_path)
    assert sum("failed" in line for line in got.store.failures()) == 4
    got.store.close()
    whole = await crawled(sandbox, tmp_path)
    assert whole.store.failures() == ()
    assert read(whole) == await undisturbed(tmp_path)


async def test_a_process_that_is_killed_leaves_what_it_exchanged_with_the_site(tmp_path: Path) -> None:
    sandbox = Sandbox()
    told: list[int] = []
    store = RunStore(tmp_path / "run.db")
    async with connected(sandbox) as api:
        site = CloudSite(api, ORIGIN, Wanted())
        survey = await site.survey()
        crawl = Crawl(site, store, load(), KEY, lambda _: told.append(sum(one.requests for one in store.hosts())))
        await crawl.run(survey)
    assert told[0] >= 4
    assert told == sorted(told)
    assert told[-1] >= len(sandbox.log) - 8


async def test_a_space_that_the_listing_of_spaces_left_out_is_named(tmp_path: Path) -> None:
    sandbox = Sandbox(anonymous_access=True)
    sandbox.faults.add(Fault(FaultKind.ANONYMOUS, path="/api/v2/spaces$"))
    got = await crawled(sandbox, tmp_path)
    assert "the listing of spaces left it out" in reasons(got)
