from __future__ import annotations

import pytest

from audit.auth import Bearer, Secret, gateway_place
from audit.errors import (
    BadAnswer,
    ForeignLink,
    LoopingLink,
)
from audit.http import Limits
from tests.audit.net import SITE, TOKEN, net, ok, page, script

pytestmark = pytest.mark.anyio


async def test_a_listing_follows_next_and_not_the_number_of_results() -> None:
    link = "/wiki/api/v2/pages?limit=250&cursor=abc%3D"
    async with net(
        script(page([{"id": "1"}], link), page([], "/wiki/api/v2/pages?cursor=d"), page([{"id": "2"}]))
    ) as one:
        pages = [item async for item in one.api.pages("/api/v2/pages", {"limit": "250"})]
    assert [len(item.results) for item in pages] == [1, 0, 1]
    assert one.urls == [f"{SITE}/wiki/api/v2/pages?limit=250", f"{SITE}{link}", f"{SITE}/wiki/api/v2/pages?cursor=d"]
    assert pages[0].next == "/api/v2/pages?limit=250&cursor=abc%3D"


async def test_a_listing_can_be_resumed_from_what_a_page_said() -> None:
    async with net(script(page([{"id": "9"}]))) as one:
        pages = [
            item async for item in one.api.pages("/api/v2/pages", {"limit": "2"}, resume_from="/api/v2/pages?cursor=x")
        ]
    assert one.urls == [f"{SITE}/wiki/api/v2/pages?cursor=x"]
    assert pages[0].next is None


async def test_v1_links_without_wiki_and_links_behind_the_gateway_find_back() -> None:
    base = "https://api.atlassian.com/ex/confluence/c-1/wiki"
    links = [
        "/rest/api/content/search?cursor=a",
        "/wiki/rest/api/content/search?cursor=b",
        "/ex/confluence/c-1/wiki/rest/api/content/search?cursor=c",
        f"{SITE}/wiki/rest/api/content/search?cursor=d",
    ]
    steps = [page([], link) for link in links]
    async with net(script(*steps, page([])), place=gateway_place(SITE, "c-1"), auth=Bearer(Secret(TOKEN))) as one:
        assert len([item async for item in one.api.pages("/rest/api/content/search", {"cql": "type = page"})]) == 5
    assert one.urls[1:] == [f"{base}/rest/api/content/search?cursor={letter}" for letter in "abcd"]


async def test_the_link_header_counts_where_the_body_has_no_link() -> None:
    header = '</wiki/api/v2/pages?cursor=h>; rel="next", <https://acme.atlassian.net/wiki>; rel="base"'
    async with net(script(ok({"results": []}, Link=header), page([]))) as one:
        assert len([item async for item in one.api.pages("/api/v2/pages")]) == 2
    assert one.urls[1].endswith("/wiki/api/v2/pages?cursor=h")


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/wiki/api/v2/pages?cursor=x",
        "//evil.example/wiki/api/v2/pages",
        "https://acme.atlassian.net@evil.example/wiki/api/v2/pages",
        "https://nora:pw@acme.atlassian.net/wiki/api/v2/pages",
        "https://acme.atlassian.net:8443/wiki/api/v2/pages",
        "http://acme.atlassian.net/wiki/api/v2/pages",
        "\\\\evil.example\\wiki\\api\\v2\\pages",
        "/\\evil.example/wiki/api/v2/pages",
        "/wiki/api/v2/../../../secret",
        "/wiki/api/v2/%2E%2e/x",
        "/wiki/api/v2//evil.example",
        "/login?os_destination=x",
        "api/v2/pages?cursor=x",
        "javascript:alert(1)",
        "/wiki/api/v2/pages?cursor=\nHost: evil",
        "https://[broken/wiki/api/v2/pages",
        "/wiki/api/v2/pages?cursor=" + "x" * 20_000,
    ],
)
async def test_a_link_that_leaves_the_site_is_refused_without_a_request(link: str) -> None:
    async with net(script(page([{"id": "1"}], link))) as one:
        with pytest.raises(ForeignLink) as caught:
            _ = [item async for item in one.api.pages("/api/v2/pages")]
    assert len(one.requests) == 1
    assert "evil" not in str(caught.value)


async def test_a_link_that_comes_twice_is_an_error() -> None:
    a, b = "/wiki/api/v2/pages?cursor=a", "/wiki/api/v2/pages?cursor=b"
    async with net(script(page([{"id": "1"}], a), page([{"id": "2"}], b), page([{"id": "3"}], a))) as one:
        with pytest.raises(LoopingLink):
            _ = [item async for item in one.api.pages("/api/v2/pages")]
    assert len(one.requests) == 3


async def test_a_page_of_the_listing_that_comes_twice_is_an_error_even_at_its_end() -> None:
    async with net(script(page([{"id": "1"}], "/wiki/api/v2/pages?cursor=a"), page([{"id": "1"}]))) as one:
        with pytest.raises(LoopingLink):
            _ = [item async for item in one.api.pages("/api/v2/pages")]


async def test_in_v1_the_last_page_may_repeat_what_offsets_shifted() -> None:
    async with net(
        script(page([{"content": {"id": "1"}}], "/rest/api/search?start=1"), page([{"content": {"id": "1"}}]))
    ) as one:
        assert len([item async for item in one.api.pages("/rest/api/search")]) == 2


async def test_results_without_ids_are_not_compared() -> None:
    same = [{"principal": "x", "content": "y"}]
    async with net(script(page(same, "/wiki/api/v2/x?cursor=a"), page(same))) as one:
        assert len([item async for item in one.api.pages("/api/v2/spaces/1/role-assignments")]) == 2


async def test_empty_pages_with_a_link_are_followed_up_to_a_bound() -> None:
    steps = [page([], f"/wiki/api/v2/pages?cursor={number}") for number in range(100)]
    async with net(script(*steps), limits=Limits(empty_pages=5)) as one:
        with pytest.raises(LoopingLink):
            _ = [item async for item in one.api.pages("/api/v2/pages")]
    assert len(one.requests) == 6


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"_links": {}}, "results"),
        ({"results": None}, "results"),
        ({"results": {}}, "results"),
        ({"results": 1.5}, "number"),
        ({"results": True}, "true or false"),
        ({"results": ["x"]}, r"results\[0\]"),
        ({"results": [], "_links": []}, "_links"),
        ({"results": [], "_links": {"next": 7}}, "_links.next"),
        ({"results": [], "_links": {"next": ""}}, "_links.next"),
        ([], "a list"),
    ],
)
async def test_a_listing_of_another_shape_is_an_error_that_names_the_field(answer: object, field: str) -> None:
    async with net(script(ok(answer))) as one:
        with pytest.raises(BadAnswer, match=field):
            _ = [item async for item in one.api.pages("/api/v2/pages")]
