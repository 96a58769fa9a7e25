"""Recorded calls: an HTTP archive (HAR 1.2) or a plain list of requests.

Of an archive only methods, addresses, names of headers and bodies of requests are decoded, and the answers to what is
not asked again. Cookies, values of headers and other answers are passed over without becoming objects, so that an
archive costs little more memory than its requests.
Source: http://www.softwareishard.com/blog/har-12-spec/
"""

from __future__ import annotations

import mmap
import re
from base64 import b64decode
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
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing: only these are sent."""
BESIDE: Final = ("/rpc/", "/gateway/api/", "/plugins/servlet/")
"""Begin the paths of interfaces beside REST, which are not asked again whatever the method."""
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
    answers: tuple[str, ...] = field(default=(), repr=False)
    """JSON that it was answered, each text once; of calls that are not asked again only."""
    unheard: str = ""
    """Why a recorded answer cannot be judged; empty where each can."""


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


class _Content(msgspec.Struct, rename="camel"):
    mime_type: str | None = None
    text: str | None = None
    encoding: str | None = None
    size: float | None = None


class _Response(msgspec.Struct):
    content: _Content | None = None


class _Entry(msgspec.Struct):
    request: _Request
    response: msgspec.Raw = msgspec.Raw(b"{}")


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


def _once(path: Path, entries: list[_Entry]) -> tuple[Recorded, ...]:
    calls = _kept(entries)
    entries.clear()  # they point into the file, which cannot be closed before
    if calls is None:
        why = f"addresses and bodies of its requests have more than {KEPT_LIMIT} characters"
        raise _no_archive(path, why)
    return _merged(calls)


def _kept(entries: Iterable[_Entry]) -> list[Recorded] | None:
    """Return the calls as they are kept, None where they would fill the memory."""
    calls: list[Recorded] = []
    kept = 0
    for number, entry in enumerate(entries, start=1):
        call = _recorded(entry, f"entry {number}")
        kept += len(call.url) + len(call.body) + sum(map(len, call.answers))
        if kept > KEPT_LIMIT:
            return None
        calls.append(call)
    return calls


def _recorded(entry: _Entry, place: str) -> Recorded:
    request = entry.request
    body, media, unread = _body(request)
    asked = request.method.upper() in SAFE and not any(each in request.url for each in BESIDE)
    answer, unheard = ("", "") if asked else _answer(entry.response)
    names = {one.name.lower() for one in request.headers if one.name.lower().endswith("-force-account-id")}
    return Recorded(
        method=request.method.upper(),
        url=request.url,
        body=body,
        media=media,
        unread=unread,
        headers=tuple(sorted(names)),
        place=place,
        answers=(answer,) if answer else (),
        unheard=unheard,
    )


def _answer(raw: msgspec.Raw) -> tuple[str, str]:
    """Return the JSON that a call was answered, empty where it is something else, and why it cannot be judged."""
    try:
        content = msgspec.json.decode(raw, type=_Response).content or _Content()
        text = content.text or ""
        if content.encoding == "base64":
            text = b64decode(text, validate=True).decode()
    except (msgspec.DecodeError, RecursionError, ValueError):  # base64 and UTF-8 that are broken are ValueErrors
        return "", "the recorded answer cannot be read"
    if len(text) > BODY_LIMIT:
        return "", f"the recorded answer has more than {BODY_LIMIT} characters"
    if "json" not in (content.mime_type or "").lower() and text.lstrip()[:1] not in {"{", "["}:
        return "", ""
    held = text.strip() or not (content.size or 0) > 0
    return text if text.strip() else "", "" if held else "the archive does not hold the answer"


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
    answers: dict[object, dict[str, None]] = {}
    for call in calls:
        key = (call.method, call.url, call.body, call.media, call.unread, call.headers)
        known = first.setdefault(key, call)
        if call.unheard and not known.unheard:
            first[key] = replace(known, unheard=call.unheard)
        answers.setdefault(key, {}).update(dict.fromkeys(call.answers))
        times[key] = times.get(key, 0) + 1
    return tuple(replace(call, times=times[key], answers=tuple(answers[key])) for key, call in first.items())
