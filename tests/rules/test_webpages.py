from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.model import Kind, ObjectType, Part, Ref
from rules.reading import reading
from rules.view import View
from rules.webpages import is_page, seen, unseen


@pytest.mark.parametrize(
    ("suffix", "data", "page"),
    [
        ("html", b"", True),
        ("xhtml", b"a", True),
        ("xml", b"<feed><p>a</p></feed>", True),
        ("xml", b"<a><TD >a</TD ></a>", True),
        ("xml", b"<project><plugins/><para>a</para></project>", False),
        ("xml", b'<?xml version="1.0"?><!-- x - y --><html>', True),
        ("vm", b"#set($a = 1)", False),
        ("vm", b"#if($a)<li>a</li>#end", True),
        ("txt", b" <!DOCTYPE HTML>", True),
        ("txt", b"<p>a</p>", False),
        ("", b"<html>", False),
        ("md", b"<html>", False),
    ],
)
def test_a_page_is_told_by_its_name_and_by_tags_that_only_pages_have(suffix: str, data: bytes, page: object) -> None:
    assert is_page(suffix, data) is page


PAGE = b"""<!DOCTYPE html><HTML><body onload="x('ola@acme-optics.se')"><!-- old -->
<TABLE><TR><TH Class="a">Name<TH>Room<TR><TD>Tilda<TD TITLE="Till">12</TABLE><a HREF='tel:1'>x</a> a < b
<Script src="a.js">if (a<b) mail("jo@acme-optics.se")</SCRIPT ><style>p {}</style><?php $a = "kim@acme-optics.se"; ?>
<input name="iban" value="DE1"><p title=open>a<![CDATA[<b x="y">]]></p><style>never closed"""


def test_what_a_reader_sees_of_a_page_is_read_as_a_body_is() -> None:
    part = Part(Ref(ObjectType.FILE, "a.html"), "", Kind.STORAGE, seen(PAGE))
    text = reading(View(part)).text
    assert "\nName\nRoom\nTilda\n12\n" in re.sub(r"\n+", "\n", text)
    assert not any(word in text for word in ("mail", "acme", "iban", "p {}", "never closed"))
    assert all(word in text for word in ("a < b", "Till", "tel:1", "old"))


def test_settings_and_programs_stand_on_lines_of_their_own() -> None:
    lines = [" ".join(line.split()) for line in unseen(PAGE).decode().split("\n") if line.strip()]
    assert lines == [
        "onload=\"x('ola@acme-optics.se')\"",
        'if (a<b) mail("jo@acme-optics.se")',
        "p {}",
        'php $a = "kim@acme-optics.se";',
        'name="iban" value="DE1"',
        "title=open",
        "never closed",
    ]


MARKS = ("<", ">", "/>", '"', "'", " ", "=", "x", "é", "\n", "<?", "<?php ", "?>", "<!--", "-->", "<![CDATA[", "]]>")
TAGS = ("</P>", "<B a='", "<script>", "</script>", "<STYLE >", "<Td Title=", '<a HREF="é">')


@given(st.lists(st.sampled_from((*MARKS, *TAGS)), max_size=30))
def test_every_place_of_a_page_stays_what_it_is(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    shown, rest = seen(data), unseen(data)
    assert len(shown) == len(rest) == len(data)
    assert all(new in b" " + old + old.lower() for new, old in zip(shown, _each(data), strict=True))
    assert all(new in b" \n" + old for new, old in zip(rest, _each(data), strict=True))


def _each(data: bytes) -> Iterator[bytes]:
    return (bytes((byte,)) for byte in data)


@pytest.mark.parametrize(
    "piece", [b"<", b"<!--", b"<script>", b"<a ", b"<a b='", b"<?", b"<a b = ", b"<![CDATA[", b"<A " + b" " * 99]
)
def test_hostile_pages_are_read_to_the_end(piece: bytes) -> None:
    data = piece * (200_000 // len(piece))
    assert len(seen(data)) == len(unseen(data)) == len(data)
