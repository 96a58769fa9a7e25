"""The cloud source reads everything there is, in few requests, and knows what it could not read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audit.errors import BadAnswer, NotAuthenticated, UsageError
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.sandbox import Sandbox
from audit.sites.cloud.access import fetch_restrictions
from audit.sites.cloud.scope import Scope, spread
from audit.sites.cloud.site import CloudSite, Wanted
from rules.model import ObjectType, Ref
from tests.audit.cloud import ORIGIN, connected, crawled

pytestmark = pytest.mark.anyio

ALL = frozenset({"properties", "versions", "likes", "watches"})
CLASSES = {
    "page": ("current", "archived", "trashed"),
    "blogpost": ("current", "trashed"),
    "footer-comment": ("current",),
    "inline-comment": ("current",),
    "attachment": ("current",),
}


def on_site(sandbox: Sandbox, object_class: str, state: str) -> set[str]:
    """Return the ids of everything of a class that the site itself holds."""
    return {
        content.id
        for content in sandbox.state.contents.values()
        if content.kind.value == object_class and content.status == state
    }


@pytest.mark.parametrize("pages", [0, 700])
async def test_every_object_of_the_site_is_read(tmp_path: Path, pages: int) -> None:
    sandbox = Sandbox(pages=pages)
    got = await crawled(sandbox, tmp_path)
    for object_class, states in CLASSES.items():
        for state in states:
            assert got.ids(object_class, state) == on_site(sandbox, object_class, state), (object_class, state)
    wanted = on_site(sandbox, "page", "current") | on_site(sandbox, "blogpost", "current")
    assert got.ids("restriction") == wanted
    assert got.store.failures() == ()


async def test_two_thousand_pages_take_at_most_sixty_requests_for_what_they_hold(tmp_path: Path) -> None:
    sandbox = Sandbox(pages=2000)
    await crawled(sandbox, tmp_path)
    main = ("/pages", "/blogposts", "/footer-comments", "/inline-comments", "/attachments", "/content/search")
    assert sum(entry.path.endswith(main) for entry in sandbox.log) <= 60
    assert not [entry for entry in sandbox.log if entry.path.count("/pages/")]
    assert not sandbox.writes


async def test_at_one_503_in_forty_no_object_is_lost(tmp_path: Path) -> None:
    sandbox = Sandbox(pages=700)
    sandbox.faults.add(Fault(FaultKind.STATUS, every=40), Fault(FaultKind.SHORT_PAGE, path="/footer-comments"))
    got = await crawled(sandbox, tmp_path, Wanted(include=frozenset({"likes"})))
    assert len([entry for entry in sandbox.log if entry.status == 503]) >= 15
    for object_class, states in CLASSES.items():
        for state in states:
            assert got.ids(object_class, state) == on_site(sandbox, object_class, state), (object_class, state)
    assert got.store.failures() == ()


async def test_where_the_search_does_not_answer_each_page_is_asked_and_the_table_says_so(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.STATUS, path="/content/search", times=0, status=410))
    got = await crawled(sandbox, tmp_path)
    row = got.row("restriction")
    assert row.read == got.row("page").read + got.row("blogpost").read
    assert "one request for each page" in row.note
    old = sum(one.read for one in got.store.coverage({}) if one.object_class == "restriction") - row.read
    assert sum(entry.path.endswith("/restriction") for entry in sandbox.log) == row.read + old
    assert [line.split(":")[0] for line in got.store.failures()] == ["The listing draft failed"]


async def test_pages_that_a_lagging_index_does_not_show_are_asked_one_by_one(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.INDEX_LAG))
    async with connected(sandbox) as api:
        space = next(iter(sandbox.state.spaces))
        body = {"representation": "storage", "value": "<p>new</p>"}
        await api.write(
            "POST", "/api/v2/pages", json={"spaceId": space, "status": "current", "title": "N", "body": body}
        )
    got = await crawled(sandbox, tmp_path)
    assert got.ids("restriction") >= on_site(sandbox, "page", "current")
    old = len(on_site(sandbox, "page", "archived") | on_site(sandbox, "page", "trashed"))
    old += len(on_site(sandbox, "blogpost", "trashed"))
    assert sum(entry.path.endswith("/restriction") for entry in sandbox.log) == 1 + old


@pytest.mark.parametrize("spaces", [(), ("HR", "ENG")])
async def test_a_template_stands_in_the_space_that_it_names_and_a_blueprint_for_all_in_none(
    tmp_path: Path, spaces: tuple[str, ...]
) -> None:
    sandbox = Sandbox()
    got = await crawled(sandbox, tmp_path, Wanted(spaces=spaces))
    rows = got.store._db.execute("SELECT id, space, title FROM objects WHERE type = 'template'").fetchall()
    found = {row[0]: (row[1], row[2]) for row in rows}
    wanted = sandbox.state.templates.values()
    listed = [one for one in wanted if one.blueprint or one.space in spaces or not spaces]
    assert {one.blueprint != "" for one in listed} == {True, False}
    assert found == {one.id: (one.space, one.name) for one in listed}


async def test_a_named_space_is_read_alone(tmp_path: Path) -> None:
    sandbox = Sandbox()
    got = await crawled(sandbox, tmp_path, Wanted(spaces=("HR",)))
    home = next(space.id for space in sandbox.state.spaces.values() if space.key == "HR")
    for object_class in ("page", "blogpost"):
        here = {one for one in on_site(sandbox, object_class, "current") if sandbox.state.contents[one].space == home}
        assert got.ids(object_class) == here
    rows = got.store._db.execute("SELECT DISTINCT space FROM objects WHERE space <> ''")
    assert {row[0] for row in rows} == {"HR"}


async def test_an_unknown_space_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    sandbox = Sandbox()
    with pytest.raises(UsageError, match=r"no space with the key NOPE"):
        await crawled(sandbox, tmp_path, Wanted(spaces=("HR", "NOPE")))


async def test_what_costs_a_request_each_is_read_when_asked_for(tmp_path: Path) -> None:
    sandbox = Sandbox()
    got = await crawled(sandbox, tmp_path, Wanted(include=ALL))
    pages = got.row("page").read + got.row("blogpost").read
    comments = got.row("footer-comment").read + got.row("inline-comment").read
    others = got.row("attachment").read + got.row("custom-content").read
    assert got.row("version").read == pages
    assert got.row("like").read == pages + comments
    assert got.row("content-property").read == pages + comments + others
    assert sum(row.read for row in got.store.coverage({}) if row.object_class == "watch") == pages + len(
        sandbox.state.spaces
    )
    old = [one for one in got.store.findings() if one.ref.type is ObjectType.VERSION]
    assert old
    assert not any(one.rewritable for one in old)


async def test_what_was_not_asked_for_is_not_assessed(tmp_path: Path) -> None:
    got = await crawled(Sandbox(), tmp_path)
    rows = [row for row in got.store.coverage({}) if not row.assessed]
    assert {row.object_class for row in rows} == {
        *("content-property", "version", "like", "watch", "relation", "user-property", "whiteboard", "database"),
        *("folder", "smart-link", "look-and-feel", "audit-record", "attachment-content"),
    }
    assert all("--include" in row.note or "--relation" in row.note for row in rows)


async def test_custom_content_of_configured_types_is_read(tmp_path: Path) -> None:
    sandbox = Sandbox()
    types = tuple(sorted({c.type_key for c in sandbox.state.contents.values() if c.kind.value == "custom-content"}))
    assert len(types) == 2
    got = await crawled(sandbox, tmp_path, Wanted(custom_content_types=types))
    assert got.ids("custom-content") == on_site(sandbox, "custom-content", "current")


async def test_drafts_that_the_account_may_see_are_read(tmp_path: Path) -> None:
    got = await crawled(Sandbox(), tmp_path)
    assert got.row("page", "draft").read >= 1


async def test_a_reader_reads_less_and_is_told_what_failed(tmp_path: Path) -> None:
    sandbox = Sandbox()
    everything = await crawled(sandbox, tmp_path)
    (tmp_path / "reader").mkdir()
    less = await crawled(sandbox, tmp_path / "reader", role="reader")
    assert less.row("page").read < everything.row("page").read


async def test_a_wrong_token_reads_nothing() -> None:
    sandbox = Sandbox()
    async with connected(sandbox, token="wrong") as api:
        with pytest.raises(NotAuthenticated):
            await CloudSite(api, ORIGIN, Wanted()).survey()


async def test_credentials_that_turn_anonymous_on_the_way_stop_the_run(tmp_path: Path) -> None:
    sandbox = Sandbox(anonymous_access=True)
    sandbox.faults.add(Fault(FaultKind.ANONYMOUS, nth=30, times=0))
    with pytest.raises(NotAuthenticated):
        await crawled(sandbox, tmp_path)


async def test_another_account_on_the_way_stops_the_run(tmp_path: Path) -> None:
    sandbox = Sandbox()
    async with connected(sandbox) as api:
        site = CloudSite(api, ORIGIN, Wanted())
        await site.survey()
        site._account_id = "712020:00000000-0000-4000-8000-000000000000"
        with pytest.raises(NotAuthenticated, match="another account"):
            await site.confirm()


async def test_an_object_of_another_shape_counts_as_failed_and_the_rest_is_read(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.WRONG_SHAPE, path="/api/v2/labels$", body="id-number"))
    got = await crawled(sandbox, tmp_path)
    assert got.row("page").read == len(on_site(sandbox, "page", "current"))
    assert any("label" in line for line in got.store.failures())


async def test_endpoints_that_refuse_are_named(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(
        Fault(FaultKind.STATUS, path="/template/", times=0, status=403),
        Fault(FaultKind.STATUS, path="/permissions$", times=0, status=403),
        Fault(FaultKind.STATUS, path="/space-role-mode$", times=0, status=404),
        Fault(FaultKind.STATUS, path="/rest/api/search$", times=0, status=400),
    )
    got = await crawled(sandbox, tmp_path)
    failures = " ".join(got.store.failures())
    assert "template/page" in failures
    assert "space-permission" in failures
    assert got.row("space-permission").read == 0


@pytest.mark.parametrize("given_at_a_time", [200, 100])
async def test_long_restriction_lists_are_read_to_their_end(given_at_a_time: int) -> None:
    sandbox = Sandbox()
    sandbox.state.restriction_page = given_at_a_time
    (content, operation), entry = next(item for item in sandbox.state.restrictions.items() if item[1].users)
    users = tuple(replace(entry.users[0], account_id=f"712020:{number:024x}") for number in range(450))
    sandbox.state.restrictions[content, operation] = replace(entry, users=users)
    async with connected(sandbox) as api:
        found = await fetch_restrictions(
            Scope(api, "https://site.example", {}, whole_site=True), Ref(ObjectType.PAGE, content)
        )
    assert [user.account_id for user in found[operation].restrictions.user.results] == [
        user.account_id for user in users
    ]


async def test_a_site_that_gives_the_same_part_of_a_list_again_is_not_believed() -> None:
    sandbox = Sandbox()
    (content, operation), entry = next(item for item in sandbox.state.restrictions.items() if item[1].users)
    sandbox.state.restrictions[content, operation] = replace(entry, users=entry.users[:1] * 1000)
    async with connected(sandbox) as api:
        with pytest.raises(BadAnswer, match="twice"):
            await fetch_restrictions(
                Scope(api, "https://site.example", {}, whole_site=True), Ref(ObjectType.PAGE, content)
            )


@pytest.mark.parametrize(("items", "groups", "sizes"), [(0, 4, []), (3, 4, [1, 1, 1]), (10, 4, [3, 3, 2, 2])])
async def test_spaces_are_dealt_into_groups_without_loss(items: int, groups: int, sizes: list[int]) -> None:
    dealt = spread(tuple(range(items)), groups)
    assert [len(group) for group in dealt] == sizes
    assert sorted(one for group in dealt for one in group) == list(range(items))
