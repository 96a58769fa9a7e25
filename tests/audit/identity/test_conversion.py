"""Body conversion: the synthetic body, what is read back from it, and when nothing is concluded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from audit.errors import BadAnswer
from audit.identity.conversion import BodyConversion, body, mentions
from audit.identity.route import KEY_OF_NOBODY, Answer, Resolved, Unknown
from audit.sandbox.people import PEOPLE, RESOLVABLE
from audit.sandbox.sandbox import Sandbox
from tests.audit.cloud import connected, no_sleep
from tests.audit.identity.asking import AT, KEY, KNOWN, OLA_ID, TILDA_ID, asked, conversion, now, user_key, username
from tests.audit.net import ok, script

pytestmark = pytest.mark.anyio


async def test_mentions_of_one_body_come_back_as_accounts_in_their_order() -> None:
    sandbox = Sandbox(keep_bodies=True)
    people = [user_key(one.user_key) for one in PEOPLE] + [username(KNOWN.username)]
    async with connected(sandbox) as api:
        heard = await BodyConversion(api, now, no_sleep).ask(people)
    assert {one: answer.account for one, answer in heard.answers.items() if isinstance(answer, Resolved)} == {
        user_key(one.user_key): one.account_id for one in RESOLVABLE
    }
    assert heard.answers[username(KNOWN.username)] == Unknown("not known to conversion")
    assert sandbox.writes == []
    assert [entry.method for entry in sandbox.log] == ["POST", "GET", "GET"]


def document(*paragraphs: tuple[str, str]) -> dict[str, Any]:
    content = [
        {"type": "paragraph", "content": [{"type": "text", "text": text}, {"type": "mention", "attrs": {"id": one}}]}
        for text, one in paragraphs
    ]
    return {"type": "doc", "version": 1, "content": content}


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        json.dumps({"content": 3}),
        json.dumps(document(("1 ", TILDA_ID))),
        json.dumps(document(("2 ", TILDA_ID), ("1 ", OLA_ID))),
        json.dumps(document(("1 ", TILDA_ID), ("", OLA_ID))),
        json.dumps({"content": [{"type": "paragraph", "content": [
            {"type": "text", "text": "1"}, *[{"type": "mention", "attrs": {"id": TILDA_ID}}] * 2]}, {}]}),
    ],
)  # fmt: skip
def test_a_document_that_is_not_the_body_tells_nothing(text: str) -> None:
    with pytest.raises(BadAnswer):
        mentions(text, 2)


def test_a_paragraph_without_a_mention_names_nobody() -> None:
    plain = {"type": "paragraph", "content": [{"type": "text", "text": "2 tbergmann"}]}
    odd = {"type": "paragraph", "content": [{"type": "text", "text": "3"}, {"type": "mention", "attrs": {"id": 5}}]}
    text = json.dumps({"content": [*document(("1 ", TILDA_ID))["content"], plain, odd]})
    assert mentions(text, 3) == (TILDA_ID, "", "")


def test_identifiers_are_escaped_in_the_body() -> None:
    assert body([username('a"b<c&d')]) == ('<p>1 <ac:link><ri:user ri:username="a&quot;b&lt;c&amp;d"/></ac:link></p>')


async def test_an_identifier_that_comes_back_as_it_was_is_not_resolved() -> None:
    async def heard_for(account: str) -> Answer:
        value = json.dumps(document(("1", account), ("2", KEY_OF_NOBODY)))
        answers = script(ok({"asyncId": "c1"}), ok({"status": "COMPLETED", "value": value}))
        return (await asked(conversion, answers, username(OLA_ID))).answers[username(OLA_ID)]

    assert await heard_for(TILDA_ID) == Resolved(TILDA_ID, "conversion", AT)
    for account in (OLA_ID, "unknown", "tbergmann", "12:34"):
        assert await heard_for(account) == Unknown("not known to conversion")


async def test_a_conversion_that_names_somebody_for_nobody_is_not_believed() -> None:
    value = json.dumps(document(("1", TILDA_ID), ("2", OLA_ID)))
    answers = script(ok({"asyncId": "c1"}), ok({"status": "COMPLETED", "value": value}))
    heard = await asked(conversion, answers, username("tbergmann"))
    assert (heard.answers, heard.lasting) == ({}, True)
    assert "a key of nobody" in heard.unavailable


@pytest.mark.parametrize(
    ("answer", "words"),
    [({"status": "FAILED"}, "failed"), ({"status": "COMPLETED"}, "failed"), ({"status": "WORKING"}, "did not end")],
)
async def test_a_conversion_that_fails_or_never_ends_is_said(answer: dict[str, str], words: str) -> None:
    heard = await asked(conversion, script(ok({"asyncId": "c1"}), ok(answer)), user_key(KEY))
    assert heard.answers == {}
    assert words in heard.unavailable
