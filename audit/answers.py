"""What an answer is worth: bytes with a limit, strict JSON, and the shape of a listing.

An answer that is cut, too large, of another type or of another shape is an error, never an empty list.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NoReturn, TypeVar, cast

from audit.errors import BadAnswer, NotAuthenticated

JsonObject = dict[str, object]
"""A decoded JSON object at the border: sources turn it into types of their own at once."""

T = TypeVar("T")

KEPT_HEADERS: Final = re.compile(
    r"content-type|link|retry-after|deprecation|sunset|x-seraph-loginreason|(?:x-|beta-)*ratelimit.*|beta-retry-after"
)
BYTE_ORDER_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HALF_PAIR: Final = re.compile("[\ud800-\udfff]")
STEP_BYTES: Final = 256 * 1024
"""Decompression proceeds in steps of this size, so that a bomb is noticed before it has unfolded."""


class Cut(Exception):  # noqa: N818 - not an error of its own: it decides between another attempt and `BadAnswer`
    """The body ended early or cannot be decompressed. Another attempt may help."""


def converted(value: object, shape: type[T], where: str) -> T:
    """Return decoded JSON as `shape`. Raises `BadAnswer` naming the field that does not fit, never its value."""
    import msgspec

    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        reason = _without_values(str(error))
    # Raised here and not above: the original, which may quote a value, must not be chained to it.
    raise BadAnswer.shape(where, reason)


@dataclass(frozen=True, slots=True)
class Answer:
    """One successful answer."""

    status: int
    json: object
    """Decoded body; None where the answer has none (204)."""
    headers: Mapping[str, str]
    """Only those that say something about links, limits and deprecation; lower-case names."""
    where: str = ""
    """`GET /api/v2/pages`, for errors."""

    def mapping(self) -> JsonObject:
        """Return the body as a JSON object. Raises `BadAnswer` when it is anything else."""
        if not isinstance(self.json, dict):
            raise BadAnswer.shape(self.where, f"the body is {_kind(self.json)} and not an object")
        return cast("JsonObject", self.json)

    def to(self, shape: type[T]) -> T:
        """Return the body as `shape` (a msgspec Struct, a dataclass or a typed dict).

        Raises `BadAnswer` naming the field that does not fit; its value is not repeated.
        """
        return converted(self.json, shape, self.where)

    def __repr__(self) -> str:
        return f"Answer(status={self.status}, where={self.where!r})"


@dataclass(frozen=True, slots=True)
class Page:
    """One part of a listing."""

    results: tuple[JsonObject, ...]
    next: str | None
    """Where the listing goes on, relative to the base of the API; None at its end. Can be kept and resumed from."""
    raw: JsonObject = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Page(results=<{len(self.results)}>, next={'...' if self.next else None})"


def kept(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that may be kept. Cookies, names of accounts and trace ids are not among them."""
    return {name.lower(): value for name, value in headers.items() if KEPT_HEADERS.fullmatch(name.lower())}


class Body:
    """Collects one body, decompresses it in steps and refuses to grow beyond its limit."""

    def __init__(self, encoding: str, limit_bytes: int, where: str) -> None:
        self.received_bytes = 0
        self._where = where
        self._limit = limit_bytes
        self._chunks: list[bytes] = []
        self._size = 0
        self._known = encoding in {"", "identity", "gzip", "x-gzip"}
        self._inflate = zlib.decompressobj(wbits=31) if encoding in {"gzip", "x-gzip"} else None

    async def read(self, stream: AsyncIterable[bytes]) -> bytes:
        """Return the whole body. Raises `BadAnswer` above the limit and `Cut` when the compression ends early."""
        if not self._known:
            raise _bad(self._where, "it is compressed in a way that was not asked for", "A proxy may have changed it.")
        async for chunk in stream:
            self.received_bytes += len(chunk)
            if self._inflate is None:
                self._keep(chunk)
            else:
                self._unfold(self._inflate, chunk)
        if self._inflate is not None and self.received_bytes and not self._inflate.eof:
            raise Cut("the compressed body ends early")
        return b"".join(self._chunks)

    def _unfold(self, inflate: zlib._Decompress, chunk: bytes) -> None:
        try:
            while chunk and not inflate.eof:
                self._keep(inflate.decompress(chunk, STEP_BYTES))
                chunk = inflate.unconsumed_tail
        except zlib.error as error:
            raise Cut("the body cannot be decompressed") from error

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise _bad(
                self._where,
                f"it is larger than {self._limit} bytes",
                "Reading was stopped there. A larger limit can be set in the configuration (limits.answer_bytes).",
            )
        self._chunks.append(data)


def encode(value: object) -> bytes:
    """Return the JSON of a request body. Raises `ValueError` for numbers that JSON does not have.

    Half of a surrogate pair, which a site may have stored, has no UTF-8: it goes back as the escape that it came as.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8") if _HALF_PAIR.search(text) is None else _HALF_PAIR.sub(_escaped, text).encode("utf-8")


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def decode(body: bytes, content_type: str, where: str, status: int) -> object:
    """Return the decoded JSON of a body.

    Raises `NotAuthenticated` for a web page in the place of data, `BadAnswer` for any other type or encoding, and
    `Cut` for JSON that does not parse, which may be a cut body.
    """
    media, _, parameters = content_type.lower().partition(";")
    media = media.strip()
    if media in {"text/html", "application/xhtml+xml"} or body.lstrip()[:1] == b"<":
        raise NotAuthenticated(
            what="The site answered with a web page instead of data",
            where=where,
            why="this is what a login page, a proxy or a wrong address does",
            fix="Check the address of the site and the credentials; nothing was concluded from the page.",
            status=status,
        )
    if media != "application/json" and not re.fullmatch(r"application/[a-z0-9.-]+\+json", media):
        raise _bad(where, "its content type is not JSON", "Check the address of the site and any proxy in between.")
    charset = re.search(r"charset\s*=\s*\"?([^\";\s]+)", parameters)
    if body.startswith(BYTE_ORDER_MARKS) or (charset and charset[1] not in {"utf-8", "utf8"}):
        raise _bad(where, "it is not plain UTF-8", "Check any proxy in between.")
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError as error:
        raise _bad(where, "it is nested too deeply", "Nothing was concluded from it.") from error
    except ValueError:
        pass
    # Raised here and not above: a decoding error carries the whole document and must not be chained.
    raise Cut("the body is not complete JSON")


def results_of(answer: Answer) -> tuple[JsonObject, ...]:
    """Return the results of a listing. Raises `BadAnswer` naming the field when it has another shape."""
    results = answer.mapping().get("results")
    if not isinstance(results, list):
        raise BadAnswer.shape(answer.where, f"`results` is {_kind(results)} and not a list")
    for index, item in enumerate(results):
        if not isinstance(item, dict):
            raise BadAnswer.shape(answer.where, f"`results[{index}]` is {_kind(item)} and not an object")
    return tuple(cast("list[JsonObject]", results))


def body_next(answer: Answer) -> str | None:
    """Return `_links.next` of a listing, None where there is none. Raises `BadAnswer` for another shape."""
    links = answer.mapping().get("_links", {})
    if not isinstance(links, dict):
        raise BadAnswer.shape(answer.where, f"`_links` is {_kind(links)} and not an object")
    link = cast("JsonObject", links).get("next")
    if link is not None and not (isinstance(link, str) and link):
        raise BadAnswer.shape(answer.where, f"`_links.next` is {_kind(link)} and not a link")
    return link


Identity = tuple[str, str]


def identity_of(item: JsonObject) -> Identity | None:
    """Return what tells one result of a listing from another, None where results have no id."""
    content = item.get("content")
    for source in (item, content if isinstance(content, dict) else {}):
        for name in ("id", "accountId"):
            value = source.get(name)
            if isinstance(value, str | int):
                return name, str(value)
    return None


Shape = Literal["nothing", "true or false", "a number", "a text", "a list", "an object"]


def _kind(value: object) -> Shape:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"


def _without_values(message: str) -> str:
    """Return a message of msgspec with what stood in the answer taken out: only its field paths are ours to repeat."""
    return re.sub(r"(enum value|tag value|value) (['\"]).*?\2(?= - at|$)", r"\1 ...", message, flags=re.DOTALL)


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _bad(where: str, why: str, fix: str) -> BadAnswer:
    return BadAnswer(what="The answer cannot be used", where=where, why=why, fix=fix)
