"""A crawl loses nothing: what failed is named, what was interrupted goes on, what was read is counted."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from audit.crawl import Crawl, Progress
from audit.errors import GdprError, NotAllowed, NotAuthenticated, Rejected, SiteError, Throttled, WorkspaceError
from audit.run import RunStore, Scanned
from audit.sites.base import (
    Batch,
    Failed,
    Known,
    NotAssessed,
    SiteObject,
    Skipped,
    Survey,
    Unassessed,
    Unit,
)
from reports.evidence import HostFacts
from rules.model import Kind, ObjectType, Part, Ref
from rules.registry import load

KEY = bytes(32)
RULES = load()
BODY = b'<p>Ask <ac:link><ri:user ri:username="mlindqvist" /></ac:link> or write to marta@lens.example.</p>'


def page(number: int, body: bytes = BODY, status: str = "current") -> SiteObject:
    ref = Ref(ObjectType.PAGE, str(number), 3, "ENG", status)
    return SiteObject(
        ref,
        title=f"Page {number}",
        url=f"https://acme.example/{number}",
        parts=(Part(ref, "body", Kind.STORAGE, body),),
    )


@dataclass
class FakeSite:
    """A source whose chains are lists of batches; an exception in a list is raised when its turn comes."""

    chains: Mapping[str, list[tuple[SiteObject, ...] | SiteError | BaseException]]
    after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    account: str = "712020:6d9f0a51-0a5e-4a43-8b2f-3f2f1f0b7c11"
    read_from: list[tuple[str, str | None]] = field(default_factory=list)
    seen_content: dict[str, int] = field(default_factory=dict)
    confirmations: int = 0
    stale: set[str] = field(default_factory=set)
    """Resume points that the site does not know any more."""

    async def survey(self) -> Survey:
        units = tuple(Unit(name, ObjectType(name.split("/")[0]), self.after.get(name, ())) for name in self.chains)
        return Survey(
            edition="Confluence Cloud",
            account_id=self.account,
            units=units,
            not_assessed=(NotAssessed(ObjectType.LIKE, "read with --include likes"),),
            notes={},
            scope=("1", "2"),
        )

    async def read(self, unit: Unit, known: Known, resume_from: str | None) -> AsyncIterator[Batch]:
        self.read_from.append((unit.name, resume_from))
        self.seen_content[unit.name] = len(known.content)
        if resume_from in self.stale:
            raise Rejected(what="The cursor is not known", where=unit.name, why="it expired")
        chain = self.chains[unit.name]
        for number in range(int(resume_from or 0), len(chain)):
            step = chain[number]
            if isinstance(step, BaseException):
                raise step
            yield Batch(step, str(number + 1) if number + 1 < len(chain) else None)

    async def confirm(self) -> None:
        self.confirmations += 1

    def hosts(self) -> tuple[HostFacts, ...]:
        return (HostFacts("https://acme.example", "Confluence REST API", 7, 1000, 0),)


async def crawl(site: FakeSite, path: Path, shown: list[Progress] | None = None) -> RunStore:
    store = RunStore(path / "run.db")
    seen = shown if shown is not None else []
    await Crawl(site, store, RULES, KEY, seen.append).run(await site.survey())
    return store


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


@pytest.mark.anyio
async def test_every_object_is_counted_and_every_finding_stored(tmp_path: Path) -> None:
    shown: list[Progress] = []
    store = await crawl(FakeSite({"page/1": [(page(1), page(2)), (page(3, b"<p>nobody</p>"),)]}), tmp_path, shown)
    rows = {(row.object_class, row.state): row for row in store.coverage({})}
    assert (rows["page", "current"].seen, rows["page", "current"].read) == (3, 3)
    assert [(one.rule, one.ref.id) for one in store.findings() if one.rule == "legacy-mention"] == [
        ("legacy-mention", "1"),
        ("legacy-mention", "2"),
    ]
    assert not rows["like", ""].assessed
    assert store.failures() == ()
    assert shown[-1].pages == 3


@pytest.mark.anyio
async def test_no_raw_value_is_in_the_database(tmp_path: Path) -> None:
    store = await crawl(FakeSite({"page/1": [(page(1),)]}), tmp_path)
    store.close()
    stored = everything_in(tmp_path)
    assert b"legacy-mention" in stored
    for canary in (b"mlindqvist", b"marta@lens.example"):
        assert canary not in stored


@pytest.mark.anyio
async def test_an_endpoint_that_fails_costs_its_own_chain_and_is_named(tmp_path: Path) -> None:
    refused = NotAllowed(what="The account may not do this", where="/rest/api/template", why="403")
    store = await crawl(FakeSite({"page/1": [(page(1),)], "template/page": [refused]}), tmp_path)
    assert store.failures() == ("The listing template/page failed: The account may not do this: 403",)
    row = next(row for row in store.coverage({}) if row.object_class == "template")
    assert "1 listings not finished" in row.note


@pytest.mark.anyio
@pytest.mark.parametrize("kind", [NotAuthenticated, Throttled])
async def test_an_error_of_the_whole_site_stops_the_run_and_it_can_be_finished(
    tmp_path: Path, kind: type[SiteError]
) -> None:
    chains: dict[str, list[tuple[SiteObject, ...] | SiteError | BaseException]] = {
        "page/1": [(page(1),), kind(what="The site does not know us"), (page(3),)]
    }
    site = FakeSite(chains)
    with pytest.raises(kind):
        await crawl(site, tmp_path)
    chains["page/1"][1] = (page(2),)
    store = await crawl(site, tmp_path)
    assert site.read_from == [("page/1", None), ("page/1", "1")]
    assert {one.ref.id for one in store.findings()} == {"1", "2", "3"}
    assert store.failures() == ()


@pytest.mark.anyio
async def test_a_cursor_that_expired_makes_its_chain_start_anew_without_doubles(tmp_path: Path) -> None:
    chains: dict[str, list[tuple[SiteObject, ...] | SiteError | BaseException]] = {
        "page/1": [(page(1),), Throttled(what="Later"), (page(3),)]
    }
    site = FakeSite(chains, stale={"1"})
    with pytest.raises(Throttled):
        await crawl(site, tmp_path)
    chains["page/1"][1] = (page(2),)
    store = await crawl(site, tmp_path)
    assert site.read_from == [("page/1", None), ("page/1", "1"), ("page/1", None)]
    assert [one.ref.id for one in store.findings() if one.rule == "legacy-mention"] == ["1", "2", "3"]


@pytest.mark.anyio
async def test_a_first_answer_that_is_refused_is_no_expired_cursor(tmp_path: Path) -> None:
    store = await crawl(
        FakeSite({"page/1": [Rejected(what="The query is refused", where="page/1", why="400")]}), tmp_path
    )
    assert store.failures() == ("The listing page/1 failed: The query is refused: 400",)


@pytest.mark.anyio
async def test_a_chain_that_needs_pages_waits_for_all_of_them(tmp_path: Path) -> None:
    site = FakeSite(
        {"footer-comment": [()], "page/1": [(page(1),)], "page/2": [(page(2),), (page(3),)]},
        after={"footer-comment": ("page/1", "page/2")},
    )
    await crawl(site, tmp_path)
    assert site.seen_content["footer-comment"] == 3


@pytest.mark.anyio
async def test_a_failed_chain_does_not_block_those_that_wait_for_it(tmp_path: Path) -> None:
    gone = NotAllowed(what="No", where="page/1")
    site = FakeSite({"page/1": [gone], "footer-comment": [()]}, after={"footer-comment": ("page/1",)})
    store = await crawl(site, tmp_path)
    assert ("footer-comment", None) in site.read_from
    assert store.failures() == ("The listing page/1 failed: No",)


@pytest.mark.anyio
async def test_objects_that_failed_or_were_skipped_keep_their_reason(tmp_path: Path) -> None:
    broken = page(4, b"<p><ac:link><ri:user ri:username='x'></p>")
    lost = SiteObject(Ref(ObjectType.PAGE, "5"), coverage=Failed("the site sent no body"))
    closed = SiteObject(Ref(ObjectType.PAGE, "6"), coverage=Skipped("trashed"))
    store = await crawl(FakeSite({"page/1": [(page(1), broken, lost, closed)]}), tmp_path)
    row = next(row for row in store.coverage({}) if row.object_class == "page")
    assert (row.seen, row.read, row.skipped) == (4, 1, {"trashed": 1})
    assert row.failed["the site sent no body"] == 1
    assert sum(row.failed.values()) == 2
    assert len(store.failures()) == 2


@pytest.mark.anyio
async def test_other_spaces_than_before_start_every_chain_anew(tmp_path: Path) -> None:
    site = FakeSite({"page/1": [(page(1),), (page(2),)]})
    store = await crawl(site, tmp_path)
    store.set({"scope": "1"})
    store.close()
    await crawl(site, tmp_path)
    assert site.read_from == [("page/1", None), ("page/1", None)]


@pytest.mark.anyio
async def test_a_finished_crawl_reads_nothing_again(tmp_path: Path) -> None:
    site = FakeSite({"page/1": [(page(1),)]})
    (await crawl(site, tmp_path)).close()
    await crawl(site, tmp_path)
    assert site.read_from == [("page/1", None)]


@pytest.mark.anyio
async def test_who_the_site_takes_us_for_is_asked_during_and_after_the_crawl(tmp_path: Path) -> None:
    site = FakeSite({"page/1": [(page(number),) for number in range(100)]})
    await crawl(site, tmp_path)
    assert site.confirmations == 3


@pytest.mark.anyio
async def test_a_defect_in_a_chain_is_not_swallowed(tmp_path: Path) -> None:
    with pytest.raises(BaseExceptionGroup):
        await crawl(FakeSite({"page/1": [ZeroDivisionError()]}), tmp_path)


def test_pages_that_inherit_a_read_restriction_are_counted(tmp_path: Path) -> None:
    def child(number: int, parent: int | None) -> Scanned:
        ref = Ref(ObjectType.PAGE, str(number), 1, "HR")
        return Scanned(SiteObject(ref, parent=f"page {parent}" if parent else ""), ())

    own = SiteObject(Ref(ObjectType.PAGE, "1"), counted_as=ObjectType.RESTRICTION, flags=("read-restricted",))
    store = RunStore(tmp_path / "run.db")
    store.begin([Unit("restriction/1", ObjectType.RESTRICTION)], [])
    store.save("page/1", [child(1, None), child(2, 1), child(3, 2), child(4, None), child(5, 6), child(6, 5)], None)
    store.save("restriction/1", [Scanned(own, ())], None)
    row = next(row for row in store.coverage({}) if row.object_class == "restriction")
    assert "1 restrict who may read, 2 more inherit" in row.note


def test_what_is_not_assessed_has_a_row_of_its_own_and_counts_neither_as_seen_nor_as_read(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "run.db")
    store.begin([Unit("restriction/1", ObjectType.RESTRICTION)], [])
    some = [
        Scanned(SiteObject(Ref(ObjectType.PAGE, "1"), counted_as=ObjectType.RESTRICTION), ()),
        Scanned(
            SiteObject(
                Ref(ObjectType.PAGE, "2", 1, "ENG", "trashed"),
                coverage=Unassessed("too many"),
                counted_as=ObjectType.RESTRICTION,
            ),
            (),
        ),
    ]
    store.save("restriction/1", some, None)
    store.finish("restriction/1")
    assert store.failures() == ()
    rows = [(row.state, row.seen, row.read, row.assessed) for row in store.coverage({})]
    assert rows == [("current", 1, 1, True), ("trashed", 0, 0, False)]
    assert store.coverage({})[-1].note == "1 objects: too many"


def shared(space: str, version: int | None, *, failed: bool = False) -> SiteObject:
    ref = Ref(ObjectType.PAGE, "7", version, space)
    if failed:
        return SiteObject(ref, coverage=Failed("of another shape"))
    body = BODY if space == "ENG" else BODY * 2
    return SiteObject(ref, title=f"In {space}", parts=(Part(ref, "body", Kind.STORAGE, body),))


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (shared("ENG", 3), shared("OPS", 3), "ENG"),
        (shared("OPS", 3), shared("ENG", 3), "OPS"),
        (shared("ENG", 3), shared("OPS", 4), "OPS"),
        (shared("ENG", None), shared("OPS", None), "ENG"),
        (shared("ENG", 3, failed=True), shared("OPS", 3), "OPS"),
        (shared("ENG", 3), shared("OPS", 3, failed=True), "ENG"),
    ],
)
async def test_what_several_listings_bring_is_kept_alike_whichever_answers_first(
    tmp_path: Path, first: SiteObject, second: SiteObject, kept: str
) -> None:
    chains: dict[str, list[tuple[SiteObject, ...] | SiteError | BaseException]]
    chains = {"page/1": [(page(1), first)], "page/2": [(second, page(2))]}
    seen = []
    for waits, other in (("page/1", "page/2"), ("page/2", "page/1")):
        folder = tmp_path / other[-1]
        folder.mkdir()
        store = await crawl(FakeSite(chains, {waits: (other,)}), folder)
        findings = [(one.ref, one.path, one.fingerprint) for one in store.findings()]
        seen.append((store._db.execute("SELECT * FROM objects").fetchall(), findings))
    assert seen[0] == seen[1]
    assert {(ref.space, ref.version) for ref, _, _ in seen[0][1] if ref.id == "7"} == {
        (one.ref.space, one.ref.version) for one in (first, second) if one.ref.space == kept
    }


def test_hosts_of_an_interrupted_part_are_added_up(tmp_path: Path) -> None:
    for _ in range(2):
        with RunStore(tmp_path / "run.db") as part:
            part.set_hosts([HostFacts("https://acme.example", "Confluence REST API", 3, 100, 0)])
            part.set_hosts([HostFacts("https://acme.example", "Confluence REST API", 7, 1000, 5)])
    store = RunStore(tmp_path / "run.db")
    assert store.hosts() == (HostFacts("https://acme.example", "Confluence REST API", 14, 2000, 10),)


def test_a_database_of_another_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(WorkspaceError, match="layout 99"):
        RunStore(path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    path.write_bytes(b"not a database, and long enough to be looked at as one" * 20)
    with pytest.raises(WorkspaceError, match="cannot be used"):
        RunStore(path)


def test_a_full_disk_is_said_and_nothing_half_is_stored(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "run.db")
    store.begin([Unit("page/1", ObjectType.PAGE)], [])
    store._db.execute(f"PRAGMA max_page_count = {store._db.execute('PRAGMA page_count').fetchone()[0]}")
    many = [Scanned(SiteObject(Ref(ObjectType.PAGE, str(number)), title="x" * 900), ()) for number in range(60)]
    with pytest.raises(GdprError, match="disk is full"):
        store.save("page/1", many, "cursor")
    assert store.counts() == (0, 0)
    assert store.units()["page/1"].resume_from is None
