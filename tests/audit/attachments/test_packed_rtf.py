"""The text of Outlook messages that is kept in packed RTF."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.attachments import outlook, packedrtf
from audit.attachments.contents import LIMITS, Limits, Texts
from audit.attachments.gathered import Broken, Gathered
from audit.attachments.reading import into

MESSAGE = (
    rb"{\rtf1\ansi\fromhtml1{\*\htmltag84 <a href='mailto:jo@acme-optics.se'>}Jo Vega{\*\htmltag92 </a>}\par call her}"
)


def gathered(limits: Limits = LIMITS) -> Gathered:
    return Gathered(limits, into)


def packed(body: bytes, *, check: int | None = None, form: bytes = b"LZFu") -> bytes:
    sum_ = zlib.crc32(body, 0xFFFFFFFF) ^ 0xFFFFFFFF if check is None else check
    return struct.pack("<II4sI", len(body) + 12, 0, form, sum_) + body


def literally(text: bytes) -> bytes:
    """Return a text packed without references."""
    return packed(b"".join(b"\0" + text[start : start + 8] for start in range(0, len(text), 8)))


def test_a_reference_goes_back_over_what_was_said_and_over_itself() -> None:
    # the first six bytes of what is known, "ab", then eight bytes from the "a" on, which end behind the present
    at = len(packedrtf._KNOWN)
    start = at + 6
    body = bytes([0b1001]) + struct.pack(">H", 0 << 4 | 4) + b"ab" + struct.pack(">H", start << 4 | 6) + b"!"
    out = gathered()
    assert packedrtf.unpacked(packed(body), out) == b"{\\rtf1ababababab!"
    assert out.gaps == []


def test_a_reference_to_the_present_ends_the_text() -> None:
    at = len(packedrtf._KNOWN)
    body = bytes([0b10]) + b"a" + struct.pack(">H", (at + 1) << 4) + b"never said"
    assert packedrtf.unpacked(packed(body), gathered()) == b"a"


@given(st.binary(max_size=300))
def test_what_is_packed_byte_by_byte_comes_out_as_it_was(text: bytes) -> None:
    out = gathered()
    assert packedrtf.unpacked(literally(text), out) == text
    assert out.gaps == []


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_it_ends(body: bytes) -> None:
    assert len(packedrtf.unpacked(packed(body), gathered())) <= 9 * len(body)


def test_what_is_not_packed_is_taken_as_it_is() -> None:
    plain = struct.pack("<II4sI", len(MESSAGE) + 12, len(MESSAGE), b"MELA", 0) + MESSAGE
    assert packedrtf.unpacked(plain, gathered()) == MESSAGE


def test_what_is_cut_is_read_as_far_as_it_goes_and_named() -> None:
    out = gathered()
    assert MESSAGE.startswith(packedrtf.unpacked(literally(MESSAGE)[:60], out))
    assert out.gaps == ["content: packed RTF that is cut or damaged: it was read as far as it goes"]


def test_more_than_is_kept_is_not_unpacked() -> None:
    out = gathered(replace(LIMITS, text_bytes=20))
    assert packedrtf.unpacked(literally(MESSAGE), out) == MESSAGE[:21]
    assert out.gaps == ["content: packed RTF of more than 20 bytes: the rest was not read"]


@pytest.mark.parametrize(
    ("data", "why"), [(b"short", "without a header"), (packed(b"x", form=b"ZIPP"), "packed in an unknown way")]
)
def test_what_is_none_is_said(data: bytes, why: str) -> None:
    with pytest.raises(Broken, match=why):
        packedrtf.unpacked(data, gathered())
    out = gathered()
    outlook._take_packed(data, out)
    assert why in out.gaps[0]


def test_a_message_in_packed_rtf_gives_its_text_and_the_addresses_behind_its_links() -> None:
    out = gathered()
    outlook._take_packed(literally(MESSAGE), out)
    found = out.contents()
    assert isinstance(found, Texts)
    texts = {each.path: each.text.decode() for each in found.pieces}
    assert texts == {"content": "Jo Vega\ncall her", "content/links": "mailto:jo@acme-optics.se"}


def test_the_example_of_the_specification_comes_out_as_it_says() -> None:
    """Source: MS-OXRTFCP, section 3, the first example."""
    data = bytes.fromhex(
        "2D0000002B0000004C5A4675F1C5C7A703000A007263706731323542320AF32068656C090020627705B06C647D0A800FA0"
    )
    out = gathered()
    assert packedrtf.unpacked(data, out) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert out.gaps == []
