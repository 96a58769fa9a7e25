"""Modules of an app: what is read, what keeps them from being sent, and how the site's answers are taken."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.connect.modules import MOST, DynamicModules, Module, declared_keys, problems, read_modules
from audit.errors import Ambiguous, BadAnswer, Rejected, SiteError, UsageError
from tests.audit.net import net, ok, status

ITEM = {"key": "one", "url": "/one", "location": "system.admin", "name": {"value": "One"}}


def read(modules: object) -> tuple[str, ...]:
    return problems(read_modules(json.dumps(modules).encode(), "m.json"))


def test_the_two_forms_of_a_file_are_the_same_modules() -> None:
    plain = read_modules(b'{"webItems":[{"key":"one"}], // a comment\n "postInstallPage":{"key":"two"},}', "m.json")
    wrapped = read_modules(b'{"modules":{"webItems":[{"key":"one"}],"postInstallPage":{"key":"two"}}}', "m.json")
    assert plain.each == wrapped.each == (Module("webItems", "one"), Module("postInstallPage", "two"))
    assert plain.modules == wrapped.modules == {"webItems": [{"key": "one"}], "postInstallPage": [{"key": "two"}]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no JSON object"),
        (b"[]", "no JSON object"),
        (b"{}", "no JSON object"),
        (b"\xff", "no JSON object"),
        (b"[" * 100_000, "no JSON object"),
        (b'{"key":"x","baseUrl":"https://a.example","modules":{}}', "--descriptor"),
        (b'{"modules":[{"key":"one"}]}', "not sorted by type"),
        (b'{"webItems":["one"]}', "no object"),
        (b'{"webItems":"one"}', "no object"),
    ],
)
def test_what_is_no_file_of_modules_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(UsageError, match="file of modules") as caught:
        read_modules(data, "m.json")
    assert words in str(caught.value)


def test_right_modules_have_no_problems() -> None:
    macro = {**ITEM, "key": "m", "parameters": [{"identifier": "owner", "type": "username"}]}
    hooks = [{"event": "page_created", "url": "/hook"}]
    assert read({"webItems": [ITEM], "webhooks": hooks, "staticContentMacros": [macro], "webPanels": []}) == ()


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        ({"webItems": [{**ITEM, "key": None}]}, "webItems 1 has no `key`"),
        ({"webItems": [ITEM, {**ITEM, "key": "a b"}]}, "webItems 2 has no `key`"),
        ({"webItems": [{**ITEM, "key": 5}]}, "webItems 1 has no `key`"),
        ({"webItems": [{"key": "one", "url": "/one", "name": {"value": "One"}}]}, "webItems 1 has no `location`"),
        ({"webItems": [{**ITEM, "name": "One"}]}, "webItems 1 has no `name`"),
        ({"webSections": [{**ITEM, "location": ""}]}, "webSections 1 has no `location`"),
        ({"dynamicContentMacros": [{"key": "m", "name": {"value": "M"}}]}, "dynamicContentMacros 1 has no `url`"),
        ({"blueprints": [{"key": "b"}]}, "blueprints 1 has no `template`"),
        ({"nope": [{"key": "x"}]}, "`nope` is no type of module"),
        ({"webItems": []}, "it holds no module"),
        ({"webItems": [ITEM], "adminPages": [ITEM]}, "the key one stands 2 times"),
        ({"webhooks": [{"url": "/hook"}]}, "webhooks 1 has no `event`"),
        ({"webhooks": [{"event": "page_created", "url": 5}]}, "webhooks 1 has no `url`"),
        ({"webItems": [{**ITEM, "url": "/one?who={user_key}"}]}, "asks for {user_key}"),
        ({"webItems": [{**ITEM, "url": "/one?who=%7Buser_key%7D"}]}, "asks for %7Buser_key%7D"),
        (
            {"staticContentMacros": [{**ITEM, "parameters": [{"identifier": "user_key", "type": "username"}]}]},
            "has the parameter user_key",
        ),
        (
            {"staticContentMacros": [{**ITEM, "parameters": ["x", {}, {"identifier": "Username"}]}]},
            "parameter Username",
        ),
        ({"profilePages": [{**ITEM, "url": "/one?who={profileUser.name}"}]}, "asks for {profileUser.name}"),
        ({"webItems": [{**ITEM, "key": f"k{number}"} for number in range(MOST + 1)]}, "more than the 100"),
    ],
)
def test_each_problem_is_named(modules: object, words: str) -> None:
    (found,) = read(modules)
    assert words in found


def test_keys_of_the_descriptor_and_of_the_site_are_taken() -> None:
    file = read_modules(json.dumps({"webItems": [ITEM, {**ITEM, "key": "two"}]}).encode(), "m.json")
    declared = declared_keys(b'{"key":"x","modules":{"adminPages":[{"key":"one"}],"webhooks":[{"event":"e"}]}}', "d")
    assert declared == {"one"}
    found = problems(file, declared, [Module("webItems", "two"), Module("webhooks", "")])
    assert found == (
        "the key one is one of the descriptor",
        "the key two is registered already: remove it first",
    )
    many = [Module("webItems", f"k{number}") for number in range(MOST - 1)]
    assert problems(file, registered=many) == ("2 modules beside 99 registered ones are more than the 100 that a site takes",)  # fmt: skip
    with pytest.raises(UsageError, match="no descriptor"):
        declared_keys(b'{"key":"x"}', "d.json")


def test_the_line_of_a_retired_parameter_is_named() -> None:
    data = (
        b'{\n "webItems": [ // {user_id} in a comment\n  {"key": "one", "location": "x", "name": {"value": "One"},\n'
        b'   "url": "/?u={user_id}"}]}'
    )
    (found,) = problems(read_modules(data, "m.json"))
    assert found.startswith("line 4 asks for {user_id}")


@given(st.binary(max_size=80))
def test_any_bytes_are_modules_or_refused(data: bytes) -> None:
    with suppress(UsageError):
        assert isinstance(problems(read_modules(data, "m.json")), tuple)


def test_every_descriptor_of_the_corpus_gives_its_keys(shared: Path) -> None:
    read_ones = refused = 0
    for path in sorted((shared / "corpus" / "descriptors").rglob("atlassian-connect*.json")):
        try:
            declared_keys(path.read_bytes(), path.name)
        except UsageError:
            refused += 1
        else:
            read_ones += 1
    assert read_ones > 20
    assert refused < read_ones


# What the site answers


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({}, ()),
        ({"modules": []}, ()),
        ({"modules": {}}, ()),
        ({"webItems": [{"key": "one"}]}, (Module("webItems", "one"),)),
        ({"modules": {"webItems": [{"key": "one"}]}}, (Module("webItems", "one"),)),
        ({"modules": [{"key": "one"}, {"event": "x"}]}, (Module("", "one"), Module("", ""))),
    ],
)
async def test_each_form_of_the_list_is_understood(answer: Any, expected: tuple[Module, ...]) -> None:
    async with net(lambda _request: ok(answer)) as at:
        assert await DynamicModules(at.api).listed() == expected
        assert at.urls == ["https://acme.atlassian.net/wiki/rest/atlassian-connect/1/app/module/dynamic"]


@pytest.mark.anyio
@pytest.mark.parametrize("answer", [{"modules": 5}, {"modules": [5]}, {"webItems": "x"}, [1]])
async def test_a_list_of_another_form_is_an_error(answer: Any) -> None:
    async with net(lambda _request: ok(answer)) as at:
        with pytest.raises(BadAnswer):
            await DynamicModules(at.api).listed()


FILE = read_modules(json.dumps({"webItems": [ITEM]}).encode(), "m.json")


class SiteOfModules:
    """Answers writes with `wrote` and lists what is `there`, as the site does after a write that took place."""

    def __init__(self, wrote: httpx.Response, *there: str) -> None:
        self.wrote, self.there = wrote, there
        self.methods: list[str] = []
        self.queries: list[str] = []
        self.bodies: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.methods.append(request.method)
        if request.method == "GET":
            return ok({"webItems": [{"key": key} for key in self.there]})
        self.queries.append(request.url.query.decode())
        self.bodies.append(request.content)
        return self.wrote


@pytest.mark.anyio
async def test_a_registration_is_read_again_and_an_open_answer_is_settled_by_that() -> None:
    for wrote in (httpx.Response(200), httpx.Response(502), ok({})):
        site = SiteOfModules(wrote, "one")
        async with net(site) as at:
            assert await DynamicModules(at.api).register(FILE) == (Module("webItems", "one"),)
        assert site.methods == ["POST", "GET"]
        assert json.loads(site.bodies[0]) == {"webItems": [ITEM]}


@pytest.mark.anyio
async def test_a_registration_that_is_not_there_afterwards_is_in_doubt_and_sent_once() -> None:
    for wrote in (httpx.Response(200), httpx.Response(502), ok({})):
        site = SiteOfModules(wrote)
        async with net(site) as at:
            with pytest.raises(Ambiguous):
                await DynamicModules(at.api).register(FILE)
        assert site.methods == ["POST", "GET"]


@pytest.mark.anyio
async def test_a_removal_repeats_the_parameter_and_is_read_again() -> None:
    site = SiteOfModules(httpx.Response(204), "three")
    async with net(site) as at:
        assert await DynamicModules(at.api).remove(["one", "two&x"]) == (Module("webItems", "three"),)
        with pytest.raises(Ambiguous, match="whether the write") as caught:
            await DynamicModules(at.api).remove(["three"])
    assert site.queries == ["moduleKey=one&moduleKey=two%26x", "moduleKey=three"]
    assert "still shows three" in caught.value.why


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("code", "message", "shown"),
    [
        (400, "Installation failed. The app x has duplicate module keys: [one].", "duplicate module keys: [one]"),
        (400, "two\nlines\x1b[31m", 'said "two lines [31m"'),
        (400, "y" * 5000, "y" * 500),
        (403, "", "answered 403"),
        (401, "The request is not from a Connect app.", "The request is not from a Connect app."),
    ],
)
async def test_what_the_site_says_is_shown_as_it_is(code: int, message: str, shown: str) -> None:
    async with net(SiteOfModules(httpx.Response(code, json={"message": message}))) as at:
        with pytest.raises(SiteError) as caught:
            await DynamicModules(at.api).register(FILE)
    assert shown in caught.value.why
    assert "y" * 501 not in caught.value.why
    assert isinstance(caught.value, Rejected) or code != 400


@pytest.mark.anyio
async def test_a_message_of_another_form_or_of_another_call_is_not_shown() -> None:
    for body in (b"<p>nora</p>", b'["nora"]', b'{"message":["nora"]}', b"{" * 5000):
        async with net(SiteOfModules(httpx.Response(400, content=body))) as at:
            with pytest.raises(SiteError) as caught:
                await DynamicModules(at.api).register(FILE)
        assert "said" not in str(caught.value)
    async with net(lambda _request: httpx.Response(400, json={"message": "nora"})) as at:
        with pytest.raises(SiteError) as caught:
            await at.api.get("/rest/api/user")
    assert "nora" not in str(caught.value)


@pytest.mark.anyio
async def test_a_caller_that_is_no_app_is_told_what_to_set() -> None:
    async with net(lambda _request: status(401)) as at:
        with pytest.raises(SiteError, match="401") as caught:
            await DynamicModules(at.api).listed()
    assert 'auth = "connect"' in caught.value.fix
    assert "these credentials are basic" in caught.value.fix
