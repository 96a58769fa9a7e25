"""Small real files for attachments: text, CSV, JSON, PNG, SVG, PDF, made from bytes so that nothing is packaged."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from typing import Final

from audit.sandbox.fragments import Cast

File = tuple[str, str, bytes]
"""Name, media type, content."""


def _notes(index: int) -> File:
    person = Cast(index).person(1)
    text = f"Hand-over notes {index}\nContact: {person.display_name} <{person.email}>, user {person.username}\n"
    return f"notes-{index}.txt", "text/plain", text.encode()


def _roster(index: int) -> File:
    cast = Cast(index)
    rows = "".join(
        f"{p.username};{p.email};{100 + n}\n" for n, p in enumerate((cast.person(0), cast.person(2), cast.leaver))
    )
    return f"roster-{index}.csv", "text/csv", f"user;mail;extension\n{rows}".encode()


def _export(index: int) -> File:
    person = Cast(index).person(2)
    value = {"owner": {"userKey": person.user_key, "name": person.display_name}, "batch": index}
    return f"export-{index}.json", "application/json", json.dumps(value, indent=1).encode()


def _picture(index: int) -> File:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes([0, index % 256, 80, 120, 10, 20, 30] * 2))
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return "drawing.png", "image/png", data


def _document(index: int) -> File:
    author = Cast(index).person(0).display_name.encode("ascii", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        b"<< /Author (" + author + b") /Title (Protocol) >>",
    )
    out = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + table
    out += b"trailer\n<< /Size 5 /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return f"protocol-{index}.pdf", "application/pdf", out


FILES: Final[tuple[Callable[[int], File], ...]] = (_notes, _roster, _picture, _document, _export)
"""Makers of files; the index decides about names and people in them."""
