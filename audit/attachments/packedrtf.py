"""The RTF of Outlook messages, which is packed in a way of its own. Source: MS-OXRTFCP.

Bytes and references into the last 4,096 of them take turns, eight at a time behind a byte of eight signs.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from audit.attachments.gathered import Broken, Gathered

_HEADER: Final = struct.Struct("<II4sI")
_PACKED, _PLAIN = b"LZFu", b"MELA"
_BEFORE_DATA: Final = 12
"""Bytes of the header that the length of what follows counts in."""
_ROOM: Final = 4096
_SHORTEST: Final = 2
_REVERSED: Final = 0xFFFFFFFF
_KNOWN: Final = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What there is to refer to at the beginning."""


def unpacked(data: bytes, out: Gathered) -> bytes:
    """Return the RTF in `data`; where it is cut or damaged, that is a gap. Raises `Broken` where it is none."""
    if len(data) < _HEADER.size:
        raise Broken("content: packed RTF without a header")
    length, size, form, check = _HEADER.unpack_from(data)
    body = data[_HEADER.size : _HEADER.size + max(0, length - _BEFORE_DATA)]
    if form == _PLAIN:
        return body[:size]
    if form != _PACKED:
        raise Broken("content: RTF that is packed in an unknown way")
    if zlib.crc32(body, _REVERSED) ^ _REVERSED != check:
        out.gap("content: packed RTF that is cut or damaged: it was read as far as it goes")
    text = bytearray()
    for piece in _pieces(body):
        text += piece
        if len(text) > out.limits.text_bytes:
            out.gap(f"content: packed RTF of more than {out.limits.text_bytes:,} bytes: the rest was not read")
            break
    out.unpacked(len(text))
    return bytes(text)


def _pieces(body: bytes) -> Iterator[bytes]:
    """Yield what a body says, byte by byte and reference by reference, until its end or until it is cut."""
    room = bytearray(_KNOWN.ljust(_ROOM, b"\0"))
    here, at = len(_KNOWN), 0
    while at < len(body):
        signs = body[at]
        at += 1
        for bit in range(8):
            if signs >> bit & 1:
                if at + 1 >= len(body):
                    return
                word = int.from_bytes(body[at : at + 2], "big")
                at += 2
                start = word >> 4
                if start == here:
                    return
                piece = bytearray()
                for step in range((word & 0xF) + _SHORTEST):
                    byte = room[(start + step) % _ROOM]
                    piece.append(byte)
                    room[here] = byte
                    here = (here + 1) % _ROOM
                yield bytes(piece)
            else:
                if at >= len(body):
                    return
                room[here] = body[at]
                here = (here + 1) % _ROOM
                yield body[at : at + 1]
                at += 1
