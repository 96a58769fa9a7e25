"""JSON with the place of every string, object and list in bytes.

The standard library's decoder decides what is JSON; this module only walks what it accepted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn

from rules.model import Span, Unreadable
from rules.passage import Passage, unescaped
from rules.vocabulary import LABELS

DEPTH_LIMIT: Final = 200
_TOO_DEEP: Final = f"nested deeper than {DEPTH_LIMIT} levels"
_MARK: Final = b"\xef\xbb\xbf"
_FURTHER: Final = "Extra data"
"""What the decoder says where one document ends and another begins."""

_TOKEN: Final = re.compile(
    rb"[ \t\r\n,:]*+(?:\"(?P<text>(?:[^\"\\]++|\\.)*+)\"|(?P<open>[{\[])|(?P<close>[}\]])"
    rb"|(?P<scalar>[-+.0-9eEtrufalsn]++))",
    re.DOTALL,
)


_ODD: Final = re.compile(rb"\"(?:[^\"\\]++|\\.)*+\"|(?P<number>NaN|-?Infinity)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Text:
    """A JSON string; the span is what stands between the quotes."""

    span: Span
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number, true, false or null."""

    span: Span


@dataclass(frozen=True, slots=True)
class Array:
    """A JSON list."""

    span: Span
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object; members in order, repeated names kept."""

    span: Span
    members: tuple[tuple[Text, Node], ...]

    def get(self, name: str) -> Node | None:
        """Return the last value under `name`, as decoders do, or None."""
        for key, value in reversed(self.members):
            if key.value == name:
                return value
        return None

    def text(self, name: str) -> Text | None:
        """Return the value under `name` when it is a string that says something, else None."""
        value = self.get(name)
        return value if isinstance(value, Text) and value.value.strip() else None


Node = Text | Scalar | Array | Object


def _odd_number(data: bytes) -> int:
    """Return the first byte of a number that JSON has not, outside strings."""
    return next((found.start() for found in _ODD.finditer(data) if found["number"]), 0)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def parse(data: bytes) -> Node | Unreadable:
    """Return the tree of `data`, or why it is not JSON; objects and lists one on a line are a list of them.

    A byte order mark is passed over.
    """
    mark = len(_MARK) if data.startswith(_MARK) else 0
    try:
        text = data[mark:].decode("utf-8")
        json.loads(text, parse_constant=_refuse, parse_int=float)
    except UnicodeDecodeError as error:
        return Unreadable("not JSON: the bytes are not UTF-8", mark + error.start)
    except json.JSONDecodeError as error:
        at = mark + len(error.doc[: error.pos].encode())
        lines = _lines(data) if error.msg == _FURTHER and b"\n" in data[:at] else None
        return Unreadable("not JSON: the syntax is broken", at) if lines is None else lines
    except RecursionError:
        return Unreadable(_TOO_DEEP, next((at for depth, at in _opened(data) if depth > DEPTH_LIMIT), 0))
    except ValueError:
        return Unreadable("not JSON: it holds a number that JSON has not", _odd_number(data))
    return _build(data)


def _opened(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield how deep each object and list stands, 1 for the outermost, and its first byte."""
    depth = 0
    for found in _TOKEN.finditer(data):
        if found.lastgroup == "close":
            depth -= 1
        elif found.lastgroup == "open":
            depth += 1
            yield depth, found.start("open")


def _lines(data: bytes) -> Node | Unreadable | None:
    """Return the list of the documents that stand one on a line, None where anything else stands on one."""
    for line in data.removeprefix(_MARK).split(b"\n"):
        if not line.strip():
            continue
        if line.lstrip()[:1] not in {b"{", b"["}:
            return None
        try:
            json.loads(line, parse_constant=_refuse, parse_int=float)
        except (ValueError, RecursionError):
            return None
    return _build(data)


def _build(data: bytes) -> Node | Unreadable:
    """Return the tree of bytes that are known to be JSON: of several documents the list."""
    documents: list[Node] = []
    stack: list[tuple[int, list[Node]]] = []
    held = documents
    for found in _TOKEN.finditer(data):
        what = found.lastgroup or ""
        start, end = found.span(what)
        if what == "text":
            held.append(Text(Span(start, end), unescaped(found[what], "json")))
        elif what == "scalar":
            held.append(Scalar(Span(start, end)))
        elif what == "open":
            if len(stack) >= DEPTH_LIMIT:
                return Unreadable(_TOO_DEEP, start)
            stack.append((start, held))
            held = []
        else:
            (start, around), nodes = stack.pop(), held
            span = Span(start, end)
            around.append(Array(span, tuple(nodes)) if found[what] == b"]" else _object(span, nodes))
            held = around
    return documents[0] if len(documents) == 1 else Array(Span(0, len(data)), tuple(documents))


def _object(span: Span, nodes: list[Node]) -> Object:
    """Return the object whose names and values alternate in `nodes`."""
    names = [node for node in nodes[::2] if isinstance(node, Text)]
    return Object(span, tuple(zip(names, nodes[1::2], strict=True)))


def walk(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Yield every node with its path, in document order, names of members as `Text` before their values.

    A name that is not a common field label may itself be personal and is shown as `*`.
    """
    yield path, node
    if isinstance(node, Array):
        for index, item in enumerate(node.items):
            yield from walk(item, f"{path}[{index}]")
    elif isinstance(node, Object):
        for key, value in node.members:
            name = shown(key.value)
            below = f"{path}.{name}" if path else name
            yield f"{below}/key", key
            yield from walk(value, below)


def gap(spans: Sequence[Span], index: int, *, kept_before: bool) -> Span:
    """Return the bytes of one entry of a list with one comma: the one before it, else the one behind it.

    `spans` are those of all entries in order; `kept_before` says whether one before it stays.
    """
    own = spans[index]
    return Span(spans[index - 1].end, own.end) if kept_before else Span(own.start, spans[index + 1].start)


def shown(name: str) -> str:
    """Return the name of a member as a path may show it."""
    return name if name.casefold() in LABELS else "*"


def passage(data: bytes, text: Text) -> Passage:
    """Return a string as a passage, to find the bytes of a part of it."""
    return Passage(((text.span.start, text.span.of(data)),), "json")
