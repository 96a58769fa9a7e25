from __future__ import annotations

import re

import pytest

from rules.gates import Gate, escapes, occurs
from rules.model import Kind


@pytest.mark.parametrize(
    ("gate", "data", "stands_open"),
    [
        (b"user", b"a user", True),
        (b"user", b"usr", False),
        ((b"~", re.compile(rb"~(?<=/~)\w")), b"~a ~b /~c", True),
        ((b"~", re.compile(rb"~(?<=/~)\w")), b"~a ~b /~", False),
        ((b"~", re.compile(rb"~(?<=/~)\w")), b"none", False),
        ((b"~", re.compile(rb"~(?<=/~)\w")), b"~a" * 100 + b"/~c", True),
        ((b"~", re.compile(rb"~(?<=/~)\w")), b"~a" * 100, False),
        ((b"user", re.compile(rb"[nN]ame\s*=")), b"user name =", True),
        ((b"user", re.compile(rb"[nN]ame\s*=")), b"name =", False),
        ((b"user", re.compile(rb"[nN]ame\s*=")), b"user name", False),
    ],
)
def test_a_gate_stands_open_where_its_bytes_and_its_expression_occur(
    gate: Gate, data: bytes, stands_open: bool
) -> None:
    assert occurs(gate, data) is stands_open


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Kind.STORAGE, b"viewuserpr&#111;file"),
        (Kind.STORAGE, b"viewuserpr&#x6F;file"),
        (Kind.STORAGE, b"tilda&commat;acme-optics.se"),
        (Kind.STORAGE, b"/people&sol;jvega"),
        (Kind.STORAGE, b"?us%65rname=jvega"),
        (Kind.TEXT, b"?us%2565rname=jvega"),
        (Kind.ADF, b'{"type":"\\u006dention"}'),
        (Kind.JSON, b'{"\\u0075sername":"jvega"}'),
        (Kind.DESCRIPTOR, b"\\u0075"),
    ],
)
def test_a_letter_that_is_written_as_an_escape_opens_all_gates(kind: Kind, data: bytes) -> None:
    assert any(occurs(gate, data) for gate in escapes(kind))


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Kind.STORAGE, b"it&#39;s &#34;x&#34; &amp; y&nbsp;&rsquo;&#8217;&#xA0;&#160;&lt;&gt; &#1114; &#111 50%"),
        (Kind.STORAGE, b"/x%20y%C3%A9%2F"),
        (Kind.ADF, b'{"text":"caf\\u00e9 \\u2013 \\n"}'),
        (Kind.CQL, b"&#111; %65 \\u0075"),
    ],
)
def test_escapes_that_hide_no_word_open_nothing(kind: Kind, data: bytes) -> None:
    assert not any(occurs(gate, data) for gate in escapes(kind))
