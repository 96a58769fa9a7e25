from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.urls import NO_HOST, Decoded, decode, encode, split

ODD = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)
URLISH = st.text(alphabet="ab~%7E2f+&=;?#/:@.é!", max_size=80)


@given(ODD)
def test_what_is_encoded_decodes_to_itself_and_holds_only_harmless_characters(text: str) -> None:
    assert decode(encode(text), plus=True) == text
    assert set(encode(text)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-%")


@given(URLISH)
def test_every_decoded_character_knows_the_raw_ones_it_came_from(raw: str) -> None:
    for plus in (False, True):
        decoded = Decoded(raw, plus=plus)
        whole = [decoded.place(at, at + 1) for at in range(len(decoded.text))]
        assert "".join(raw[start:end] for start, end in whole) == raw
        for letter, (start, end) in zip(decoded.text, whole, strict=True):
            assert decode(raw[start:end], plus=plus) == letter


@given(URLISH)
def test_every_piece_stands_where_it_says(raw: str) -> None:
    url = split(raw)
    named = [part for each in url.parameters for part in (each.name, each.value)]
    for piece in (url.authority, url.path, url.query, url.fragment, *url.segments, *named):
        assert raw[piece.start : piece.end] == piece.raw


@pytest.mark.parametrize(
    ("address", "scheme", "host", "path", "query"),
    [
        ("https://Wiki.Acme-Optics.se:8443/a/b?c=d#e", "https", "wiki.acme-optics.se:8443", "/a/b", "c=d"),
        ("//u:p@h:80/x", "", "h", "/x", ""),
        (" /x?y#z", "", "", "/x", "y"),
        ("http://[2001:db8::1]/x", "http", "[2001:db8::1]", "/x", ""),
        ("mailto:x", "mailto", "", "x", ""),
        ("//H.:80/x", "", "h", "/x", ""),
        ("https://wiki.\u00e5cme.se/x", "https", "wiki.xn--cme-tla.se", "/x", ""),
        ("https://WIKI.XN--CME-TLA.se/x", "https", "wiki.xn--cme-tla.se", "/x", ""),
        ("https://wiki.%C3%A5cme.se/x", "https", "wiki.xn--cme-tla.se", "/x", ""),
        (f"https://{'å' * 300}/x", "https", "å" * 300, "/x", ""),
        ("https://\u00e5..se/x", "https", "å..se", "/x", ""),
        ("", "", "", "", ""),
    ],
)
def test_an_address_is_cut_as_the_standard_says(address: str, scheme: str, host: str, path: str, query: str) -> None:
    url = split(address)
    assert (url.scheme, url.host, url.path.raw, url.query.raw) == (scheme, host, path, query)


def test_parameters_are_read_one_by_one_and_an_ampersand_may_be_escaped_twice() -> None:
    found = [(each.name.text, each.value.text) for each in split("?a=%7E&b&amp;c=d=e&=f").parameters]
    assert found == [("a", "~"), ("c", "d=e"), ("", "f")]


def test_a_plus_sign_is_a_blank_in_the_value_of_a_parameter_and_nowhere_else() -> None:
    url = split("/a+b?c+d=e+f%2Bg#h+i")
    (parameter,) = url.parameters
    assert [each.text for each in url.segments] == ["a+b"]
    assert (parameter.name.text, parameter.value.text, url.fragment.text) == ("c+d", "e f+g", "h+i")


def test_the_session_behind_a_segment_is_no_part_of_it() -> None:
    raw = "/a;JSESSIONID=1F/~b;jsessionid=2?c"
    assert [(each.text, raw[each.start : each.end]) for each in split(raw).segments] == [("a", "a"), ("~b", "~b")]
    assert [each.text for each in split("/;jsessionid=1/x;y=1").segments] == ["x;y=1"]


def test_bytes_that_are_no_text_become_one_mark_each() -> None:
    assert decode("%ff%C3%A9%C3") == "\ufffdé\ufffd"
    assert decode("a+b") == "a+b"
    assert decode("%zz%4") == "%zz%4"


@pytest.mark.parametrize(
    "address",
    [
        r"https://elsewhere.se\@wiki.acme-optics.se/x",
        r"/\elsewhere.se/x",
        r"\\elsewhere.se/x",
        "/\t/elsewhere.se/x",
        "ht\ntps://elsewhere.se/x",
        "/x?y=\x01",
        "https:/elsewhere.se/x",
        "HTTP:elsewhere.se/x",
        "https:///elsewhere.se/x",
        "///elsewhere.se/x",
    ],
)
def test_of_an_address_that_browsers_read_otherwise_the_host_cannot_be_told(address: str) -> None:
    assert split(address).host == NO_HOST


@pytest.mark.parametrize("address", [r"/x?y=\z", r"/x#\z", "\n /x\n", "mailto:x", "/x//y", "httpsx:y"])
def test_what_is_odd_behind_the_path_or_around_an_address_changes_no_host(address: str) -> None:
    assert split(address).host == ""
