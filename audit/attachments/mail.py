"""Mail as it is sent (EML) and kept (mailboxes): headers, texts, names of files, and the files themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import errors, message_from_bytes
from email.header import decode_header
from email.message import Message
from functools import partial
from typing import Final

from audit.attachments import html
from audit.attachments.gathered import Gathered
from audit.attachments.plain import decoded

_ENVELOPE: Final = re.compile(rb"^From [^\n]{1,400}\n", re.MULTILINE)


def read(data: bytes, out: Gathered) -> None:
    """Take what a message says."""
    _read(message_from_bytes(data), out)


def read_mailbox(data: bytes, out: Gathered) -> None:
    """Take what each message of a mailbox says."""
    starts = [found.end() for found in _ENVELOPE.finditer(data)]
    ends = [*(found.start() for found in _ENVELOPE.finditer(data, starts[0] if starts else 0)), len(data)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=False), 1):
        out.nested(number, partial(read, data[start:end], out))
    if not starts:
        read(data, out)


def _read(message: Message, out: Gathered) -> None:
    out.add("headers", "\n".join(f"{name}: {_words(str(value))}" for name, value in message.items()))
    names: list[str] = []
    texts = files = 0
    for part in _parts(message):
        kind, name = part.get_content_type(), _words(part.get_filename() or "")
        names += [name] if name else []
        if kind == "message/rfc822" and part.is_multipart():
            files += 1
            for inner in part.get_payload():
                if isinstance(inner, Message):
                    out.nested(files, partial(_read, inner, out))
        elif kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment":
            texts += 1
            _take(part, kind, f"content/text[{texts}]", out)
        elif not part.is_multipart():
            files += 1
            out.member(files, name, kind, partial(_payload, part))
    out.add("content/names", "\n".join(names))


def _parts(message: Message) -> Iterator[Message]:
    """Yield the parts of a message that are not themselves messages in it, however they are nested."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        yield part
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            inner = part.get_payload()
            waiting += [
                each for each in reversed(inner if isinstance(inner, list) else []) if isinstance(each, Message)
            ]


def _take(part: Message, kind: str, place: str, out: Gathered) -> None:
    text = decoded(_payload(part), str(part.get_content_charset("")))
    if kind == "text/html":
        html.take(text, place, out)
    else:
        out.add(place, text)


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _words(value: str) -> str:
    """Return a header as people read it; what cannot be decoded stays as it is."""
    try:
        pieces = decode_header(value)
    except (errors.HeaderParseError, ValueError):
        return value
    return " ".join(
        "".join(piece if isinstance(piece, str) else decoded(piece, charset or "") for piece, charset in pieces).split()
    )
