from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.canonical import canonical, canonical_hash, keyed_hash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'<p a="1" b="2">x</p>', b"<p  b='2' a='1' >x</p>"),
        (b"<br/>", b"<br></br>"),
        (b"caf&eacute;&nbsp;&#8211;", "caf\u00e9\u00a0\u2013".encode()),
        (b'<a title="caf&eacute;"/>', '<a title="caf\u00e9"/>'.encode()),
        (b"<![CDATA[a & b]]>", b"a &amp; b"),
        (b'<ac:structured-macro ac:name="x"/>', b'<ac:structured-macro ac:name="x" ac:macro-id="1f" ac:local-id="2"/>'),
        (b"a\r\nb", b"a\nb"),
        (b"&quot;it&apos;s&quot;", b'"it\'s"'),
    ],
)
def test_what_only_looks_different_is_equal(one: bytes, other: bytes) -> None:
    assert canonical("body", one) == canonical("body", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"<p>x</p>", b"<p>x </p>"),
        (b"<p>x</p>", b"<div>x</div>"),
        (b'<a href="1"/>', b'<a href="2"/>'),
        (b"<p><b/>x</p>", b"<p>x<b/></p>"),
        (b'<m ac:ref="1"/>', b'<m ac:ref="2"/>'),
        (b"a<!-- note -->b", b"ab"),
        (b"&amp;nbsp;", b"&nbsp;"),
        (b"<![CDATA[&nbsp;]]>", b"&nbsp;"),
        (b'<a t="&oops;"/>', b'<a t=""/>'),
        (b"<p>", b"<p></p>"),
        (b"<p>", b"<p><p>"),
        (b"<!DOCTYPE x><p/>", b"<p/>"),
    ],
)
def test_what_means_something_else_is_different(one: bytes, other: bytes) -> None:
    assert canonical("body", one) != canonical("body", other)


def test_an_access_list_is_compared_as_sets_by_the_strongest_identifier() -> None:
    one = b'{"read":{"group":[{"id":"g","name":"a"}],"user":[{"accountId":"a1","username":"x"},{"accountId":"a2"}]},"update":{"group":[],"user":[]}}'
    other = b'{"update":{"user":[],"group":[]},"read":{"user":[{"accountId":"a2"},{"accountId":"a1"},{"accountId":"a2"}],"group":[{"id":"g","name":"b"}]}}'
    assert canonical("restrictions", one) == canonical("restrictions", other)


@pytest.mark.parametrize(
    "other",
    [
        b'{"read":{"group":[],"user":[]},"update":{"group":[],"user":[]}}',
        b'{"read":{"group":[],"user":[{"username":"x"}]},"update":{"group":[],"user":[]}}',
        b'{"read":{"group":[],"user":[]},"update":{"group":[],"user":[{"accountId":"x"}]}}',
        b'{"read":{"group":[{"id":"x","name":"x"}],"user":[]},"update":{"group":[],"user":[]}}',
        b"no access list",
    ],
)
def test_other_people_or_groups_are_another_access_list(other: bytes) -> None:
    one = b'{"read":{"group":[],"user":[{"accountId":"x"}]},"update":{"group":[],"user":[]}}'
    assert canonical("restrictions", one) != canonical("restrictions", other)


def test_hashes_need_the_key_and_keep_their_purposes_apart() -> None:
    assert keyed_hash(b"k", b"x") != keyed_hash(b"l", b"x")
    assert keyed_hash(b"k", b"x") != canonical_hash(b"k", "body", b"x")


@given(st.binary(max_size=200))
def test_any_bytes_have_a_canonical_form(data: bytes) -> None:
    assert canonical("body", data) == canonical("body", data)
