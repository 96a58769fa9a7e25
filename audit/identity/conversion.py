"""The route of body conversion: Confluence itself turns retired mentions into account ids.

Source: Atlassian, Confluence Cloud REST API v1, `POST /contentbody/convert/async/{to}` and `GET .../async/{id}`. The
body is synthetic: one numbered paragraph with one mention for each identifier, nothing of any page. It is stored
nowhere. Read back as a document, paragraph n must still have the number n and hold one mention at most, otherwise
nothing is concluded. The last paragraph is a control: it mentions nobody, and must not become an account.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Final
from urllib.parse import quote

import msgspec

from audit.errors import BadAnswer, SiteError
from audit.http import Api
from audit.identity.route import KEY_OF_NOBODY, Answer, Heard, Identifier, Unknown, because, one_account
from rules.identifiers import is_surely_account_id
from rules.model import SubjectKind

START_PATH: Final = "/rest/api/contentbody/convert/async/atlas_doc_format"
READ_PATH: Final = "/rest/api/contentbody/convert/async"
BATCH: Final = 200
"""Mentions of one body."""
POLLS: Final = 30
POLL_S: Final = 1.0
CONTROL: Final = Identifier(SubjectKind.USER_KEY, KEY_OF_NOBODY)
ATTRIBUTES: Final = {SubjectKind.USERNAME: "ri:username", SubjectKind.USER_KEY: "ri:userkey"}
WAITING: Final = frozenset({"WORKING", "QUEUED", "RERUNNING"})


class _Started(msgspec.Struct, frozen=True, rename="camel"):
    async_id: str


class _State(msgspec.Struct, frozen=True):
    status: str = ""
    value: str | None = None


class BodyConversion:
    """Converts bodies of mentions."""

    name: Final = "conversion"
    kinds: Final = frozenset(ATTRIBUTES)

    def __init__(self, api: Api, now: Callable[[], str], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._api = api
        self._now = now
        self._sleep = sleep

    async def ask(self, identifiers: Sequence[Identifier]) -> Heard:
        """Return the accounts that the converted mentions name."""
        asked = sorted({each for each in identifiers if each.kind in self.kinds})
        answers: dict[Identifier, Answer] = {}
        try:
            for start in range(0, len(asked), BATCH):
                batch = asked[start : start + BATCH]
                *found, control = mentions(await self._convert(body([*batch, CONTROL])), len(batch) + 1)
                if is_surely_account_id(control):
                    return Heard(unavailable="it names an account for a key of nobody", lasting=True)
                at = self._now()
                for each, account in zip(batch, found, strict=True):
                    sure = is_surely_account_id(account) and account.lower() != each.value
                    unknown = Unknown(f"not known to {self.name}")
                    answers[each] = one_account([account], self.name, at) if sure else unknown
        except SiteError as error:
            return Heard(answers, unavailable=because(error))
        return Heard(answers)

    async def _convert(self, text: str) -> str:
        started = await self._api.post_read(START_PATH, {"value": text, "representation": "storage"})
        path = f"{READ_PATH}/{quote(started.to(_Started).async_id, safe='')}"
        for _ in range(POLLS):
            state = (await self._api.get(path)).to(_State)
            if state.status == "COMPLETED" and state.value is not None:
                return state.value
            if state.status not in WAITING:
                raise BadAnswer.shape("GET /rest/api/contentbody/convert/async/{id}", "the conversion failed")
            await self._sleep(POLL_S)
        raise BadAnswer.shape("GET /rest/api/contentbody/convert/async/{id}", "the conversion did not end")


def body(identifiers: Sequence[Identifier]) -> str:
    """Return a body in storage format with a numbered paragraph for each identifier."""
    return "".join(
        f'<p>{number} <ac:link><ri:user {ATTRIBUTES[each.kind]}="{escape(each.written or each.value)}"/></ac:link></p>'
        for number, each in enumerate(identifiers, 1)
    )


def mentions(text: str, count: int) -> tuple[str, ...]:
    """Return the id of the mention in each of `count` numbered paragraphs, empty where it has none.

    Raises `BadAnswer` when the document is another one than that of `body`.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    found = document.get("content") if isinstance(document, dict) else None
    if not isinstance(found, list) or len(found) != count:
        raise BadAnswer.shape("conversion", "it has not as many paragraphs as were converted")
    ids: list[str] = []
    for number, paragraph in enumerate(found, 1):
        nodes = list(_nodes(paragraph))
        texts = [str(node.get("text", "")) for node in nodes if node.get("type") == "text"]
        inside = [node.get("attrs") for node in nodes if node.get("type") == "mention"]
        if not texts or texts[0].split()[:1] != [str(number)] or len(inside) > 1:
            raise BadAnswer.shape("conversion", "its paragraphs are not those that were converted")
        attrs = inside[0] if inside else None
        value = attrs.get("id") if isinstance(attrs, dict) else ""
        ids.append(value if isinstance(value, str) else "")
    return tuple(ids)


def _nodes(node: object, depth: int = 0) -> Iterator[Mapping[str, object]]:
    if isinstance(node, dict) and depth < 20:  # noqa: PLR2004 - our own paragraphs have three levels
        yield node
        children = node.get("content")
        for child in children if isinstance(children, list) else ():
            yield from _nodes(child, depth + 1)
