"""Redaction as the sandbox carries it out: places in documents, and versions that go with the text they hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import httpx
import pytest

from audit.sandbox.sandbox import Sandbox
from audit.sandbox.seed import build_empty
from audit.sandbox.serve import serving
from audit.sandbox.state import ADF, Content, Kind, Revision, Space
from audit.sandbox.versions import MARKER, POINTER

MADE = "2026-01-01T00:00:00.000Z"
WORD = "tilda@acme-optics.se"
STORAGE = (f"<p>ask {WORD}</p>", "<p>nobody</p>", f"<p>or {WORD}</p>", f"<p>ask {WORD} &amp; wait</p>")
DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "first"}]},
        {"type": "paragraph", "content": [{"type": "text", "text": f"ask {WORD}"}, {"type": "text", "text": " now"}]},
    ],
}
SECOND = "/content/1/content/0/text"


@pytest.fixture
def sandbox() -> Sandbox:
    made = Sandbox(seed=build_empty)
    made.state.guard_premium = True
    return made


@pytest.fixture
def site(sandbox: Sandbox) -> Iterator[httpx.Client]:
    person = sandbox.accounts["admin"]
    with serving(sandbox.app) as url, closing(httpx.Client(base_url=url, auth=(person.email, person.token))) as client:
        yield client


def page(sandbox: Sandbox, *texts: str, form: str = "") -> str:
    """Add a page with these versions and return its id."""
    state, author = sandbox.state, sandbox.accounts["admin"].account_id
    space = state.new_id()
    state.spaces[space] = Space(space, f"S{space}", "Redaction", "global", author, MADE, "")
    versions = tuple(Revision(number, author, MADE, "Page", text) for number, text in enumerate(texts, 1))
    identifier = state.new_id()
    state.add(Content(identifier, Kind.PAGE, space, author, MADE, versions, form=form))
    return identifier


def asked(site: httpx.Client, identifier: str, pointer: str, first: int, last: int, **more: Any) -> httpx.Response:
    row = {"pointer": pointer, "from": first, "to": last, "reason": "asked"}
    given = {"createdAt": MADE, "body": {"redactions": [row]}, **more}
    return site.post(f"/wiki/api/v2/pages/{identifier}/redact", json=given)


def texts(sandbox: Sandbox, identifier: str) -> list[str]:
    return [one.body for one in sandbox.state.contents[identifier].revisions]


@pytest.mark.parametrize("clean", [True, False])
def test_versions_that_hold_the_redacted_text_go_where_the_history_is_cleaned(
    sandbox: Sandbox, site: httpx.Client, clean: bool
) -> None:
    identifier = page(sandbox, *STORAGE)
    answer = asked(site, identifier, POINTER, 4, 4 + len(WORD), cleanHistory=clean)
    assert answer.status_code == 202
    now = f"<p>ask {MARKER} &amp; wait</p>"
    assert texts(sandbox, identifier) == ([STORAGE[1], now] if clean else [*STORAGE, now])
    listed = site.get(f"/wiki/api/v2/pages/{identifier}/versions").json()["results"]
    assert [one["number"] for one in listed] == ([5, 2] if clean else [5, 4, 3, 2, 1])


def test_an_old_version_is_redacted_in_its_place_and_the_others_stay(sandbox: Sandbox, site: httpx.Client) -> None:
    identifier = page(sandbox, *STORAGE)
    assert asked(site, identifier, POINTER, 4, 4 + len(WORD), versionNumber=1).status_code == 202
    assert texts(sandbox, identifier) == [f"<p>ask {MARKER}</p>", *STORAGE[1:]]


def test_characters_of_a_text_node_are_taken_out_of_a_document_and_nothing_else(
    sandbox: Sandbox, site: httpx.Client
) -> None:
    identifier = page(sandbox, json.dumps(DOCUMENT), form=ADF)
    assert asked(site, identifier, SECOND, 4, 4 + len(WORD)).status_code == 202
    before, now = texts(sandbox, identifier)
    assert json.loads(before) == DOCUMENT
    assert now == before.replace(WORD, MARKER)


@pytest.mark.parametrize(
    ("pointer", "first", "last"),
    [
        ("/content/1", 0, 3),
        ("/content/9/content/0/text", 0, 3),
        ("/content/one/content/0/text", 0, 3),
        ("/content/1/content/0/mark/0", 0, 3),
        (SECOND, 0, 99),
        (SECOND, 3, 3),
        (SECOND, -1, 3),
    ],
)
def test_a_place_that_a_document_does_not_have_is_refused_and_nothing_changes(
    sandbox: Sandbox, site: httpx.Client, pointer: str, first: int, last: int
) -> None:
    identifier = page(sandbox, json.dumps(DOCUMENT), form=ADF)
    assert asked(site, identifier, pointer, first, last).status_code == 400
    assert texts(sandbox, identifier) == [json.dumps(DOCUMENT)]


def test_a_text_that_stands_twice_is_refused_for_which_is_meant_cannot_be_told(
    sandbox: Sandbox, site: httpx.Client
) -> None:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": WORD}]}
    document = json.dumps({**DOCUMENT, "content": [paragraph, paragraph]})
    identifier = page(sandbox, document, form=ADF)
    assert asked(site, identifier, "/content/0/content/0/text", 0, 5).status_code == 400
    assert texts(sandbox, identifier) == [document]


def test_no_page_is_redacted_without_guard_premium_or_for_whoever_may_not_edit(
    sandbox: Sandbox, site: httpx.Client
) -> None:
    identifier = page(sandbox, *STORAGE)
    sandbox.state.put(replace(sandbox.state.contents[identifier], status="archived"))
    assert asked(site, identifier, POINTER, 4, 9).status_code == 404
    sandbox.state.put(replace(sandbox.state.contents[identifier], status="current"))
    sandbox.state.guard_premium = False
    answer = asked(site, identifier, POINTER, 4, 9)
    assert (answer.status_code, "Guard Premium" in answer.text) == (403, True)
    assert texts(sandbox, identifier) == list(STORAGE)
