"""Recorded calls: an HTTP archive (HAR 1.2) or a plain list of requests.

Of an archive only methods, addresses, names of headers and bodies of requests are decoded. Cookies, values of headers
and answers are passed over without becoming objects, so that an archive costs little more memory than its requests.
Source: http://www.softwareishard.com/blog/har-12-spec/
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import msgspec

from audit.errors import UsageError

ARCHIVE_LIMIT: Final = 512 * 1024 * 1024
"""Bytes of an archive at most. It is mapped, not read, so that this is no measure of memory."""
LIST_LIMIT: Final = 8 * 1024 * 1024
BODY_LIMIT: Final = 1024 * 1024
"""Characters of the body of a request that is judged."""
KEPT_LIMIT: Final = 64 * 1024 * 1024
"""Characters of addresses and bodies of one archive that are kept."""
FORM: Final = "application/x-www-form-urlencoded"
METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_BOM: Final = b"\xef\xbb\xbf"
_LINE: Final = re.compile(r"([A-Za-z]+)[ \t]+(\S+)")
_BYTE: Final = re.compile(r"\(byte (\d+)\)")
_PLACE: Final = re.compile(r"`(\$[^`]*)`")
_TYPES: Final = re.compile(r"Expected `([a-z |]+)`, got `([a-z]+)`")
_FIELD: Final = re.compile(r"missing required field `([A-Za-z]+)`")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One kind of call, however often it was recorded."""

    method: str
    url: str = field(repr=False)
    body: str = field(default="", repr=False)
    media: str = ""
    """Media type of the body in lower case, without its parameters."""
    unread: str = ""
    """Why the body cannot be judged; empty where it can."""
    headers: tuple[str, ...] = field(default=(), repr=False)
    """Names in lower case, of those that are part of the privacy changes."""
    place: str = ""
    """Where it was met first: `entry 3`, `line 3`."""
    times: int = 1


class _Named(msgspec.Struct):
    name: str


class _Pair(msgspec.Struct):
    name: str
    value: str | None = None


class _Sent(msgspec.Struct, rename="camel"):
    mime_type: str | None = None
    text: str | None = None
    params: list[_Pair] | None = None


class _Request(msgspec.Struct, rename="camel"):
    method: str
    url: str
    headers: list[_Named] = []
    post_data: _Sent | None = None
    body_size: float | None = None


class _Entry(msgspec.Struct):
    request: _Request


class _Log(msgspec.Struct):
    entries: list[_Entry]


class _Archive(msgspec.Struct):
    log: _Log


def read_archive(path: Path) -> tuple[Recorded, ...]:
    """Return the calls of an HTTP archive, each once, in the order in which they were made first.

    Raises `UsageError`, which repeats nothing of the contents, when the file is none or is too large.
    """
    with path.open("rb") as file:
        size = path.stat().st_size
        if not size:
            raise _no_archive(path, "the file is empty")
        if size > ARCHIVE_LIMIT:
            raise UsageError(
                what="The archive is too large",
                where=str(path),
                why=f"it has {size} bytes, and {ARCHIVE_LIMIT} are read at most",
                fix="Record fewer calls, or write those that count as `METHOD URL` lines and give them to --requests.",
            )
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as whole:
            begin = len(_BOM) if mapped[: len(_BOM)] == _BOM else 0
            with whole[begin:] as data:
                return _once(path, _decoded(path, data))


def _decoded(path: Path, data: memoryview) -> list[_Entry]:
    try:
        return msgspec.json.decode(data, type=_Archive).log.entries
    except msgspec.DecodeError as error:
        why = _reason(str(error))
    except RecursionError:
        why = "it is nested too deeply"
    except UnicodeDecodeError:
        why = "it is not UTF-8"
    # Raised here and not above: the original must not be chained, as it may quote what it stumbled over.
    raise _no_archive(path, why)


def _reason(message: str) -> str:
    """Return what the decoder says in words of ours, with places and names of the format only."""
    at = _BYTE.search(message)
    place, types, missing = _PLACE.findall(message), _TYPES.search(message), _FIELD.search(message)
    where = f" at {place[-1]}" if place else ""
    if missing:
        return f"the field {missing[1]} is missing{where}"
    if types:
        return f"{types[2]} stands where {types[1]} is expected{where}"
    return f"the JSON breaks off or is broken at byte {at[1]}" if at else "the JSON breaks off or is broken"


def _no_archive(path: Path, why: str) -> UsageError:
    return UsageError(
        what="The file is no HTTP archive",
        where=str(path),
        why=why,
        fix="Save the recording of the browser or proxy once more as HAR 1.2, with contents or without.",
    )


def _once(path: Path, entries: Iterable[_Entry]) -> tuple[Recorded, ...]:
    def calls() -> Iterable[Recorded]:
        kept = 0
        for number, entry in enumerate(entries, start=1):
            call = _recorded(entry.request, f"entry {number}")
            kept += len(call.url) + len(call.body)
            if kept > KEPT_LIMIT:
                raise _no_archive(path, f"addresses and bodies of its requests have more than {KEPT_LIMIT} characters")
            yield call

    return _merged(calls())


def _recorded(request: _Request, place: str) -> Recorded:
    body, media, unread = _body(request)
    names = {one.name.lower() for one in request.headers if one.name.lower().endswith("-force-account-id")}
    return Recorded(request.method.upper(), request.url, body, media, unread, tuple(sorted(names)), place)


def _body(request: _Request) -> tuple[str, str, str]:
    """Return the body of a request, its media type, and why it cannot be judged."""
    sent = request.post_data
    if sent is None:
        return "", "", "the archive does not hold the body" if (request.body_size or 0) > 0 else ""
    media = (sent.mime_type or "").partition(";")[0].strip().lower()
    if media.startswith("multipart/"):
        return "", media, "the body is made of several parts"
    pairs = [(one.name, one.value or "") for one in sent.params or ()]
    text = sent.text or (urlencode(pairs) if pairs else "")
    if not text:
        return "", media, "the archive does not hold the body" if (request.body_size or 0) > 0 else ""
    if len(text) > BODY_LIMIT:
        return "", media, f"the body has more than {BODY_LIMIT} characters"
    return text, media if sent.text else FORM, ""


def read_list(path: Path) -> tuple[Recorded, ...]:
    """Return the calls of a list with one `METHOD URL` a line; blank lines and those that begin with # do not count.

    Raises `UsageError`, which names the line and never repeats it, when a line is something else.
    """
    with path.open("rb") as file:
        data = file.read(LIST_LIMIT + 1)
    if len(data) > LIST_LIMIT:
        raise _no_list(path, f"the file is larger than {LIST_LIMIT} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
    else:
        return _merged(_lines(path, text))
    raise _no_list(path, f"line {number} is not UTF-8")


def _lines(path: Path, text: str) -> Iterable[Recorded]:
    for number, line in enumerate(text.split("\n"), start=1):
        found = _LINE.fullmatch(line.strip())
        if found and found[1].upper() in METHODS and (found[2].startswith("/") or "://" in found[2]):
            yield Recorded(found[1].upper(), found[2], place=f"line {number}")
        elif line.strip() and not line.lstrip().startswith("#"):
            raise _no_list(path, f"line {number} is something else")


def _no_list(path: Path, why: str) -> UsageError:
    return UsageError(
        what="The file is no list of requests",
        where=str(path),
        why=why,
        fix="Write one `METHOD URL` a line, for example `GET /wiki/rest/api/user/current`; addresses are whole or"
        " begin with a slash.",
    )


def _merged(calls: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """Return equal calls once, with how often they were made."""
    first: dict[object, Recorded] = {}
    times: dict[object, int] = {}
    for call in calls:
        key = (call.method, call.url, call.body, call.media, call.unread, call.headers)
        first.setdefault(key, call)
        times[key] = times.get(key, 0) + 1
    return tuple(replace(call, times=times[key]) for key, call in first.items())
