from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.model import Span
from rules.outline import DEPTH_LIMIT
from rules.passage import unescaped
from rules.storage import INLINE, Storage
from rules.tokens import MARKUP, Token, What, name_of
from rules.wellformed import examine

NAMES = st.sampled_from(["p", "strong", "ri:user", "ac:link", "ac:structured-macro", "x:y-z", "é"])
TEXT = st.text(st.sampled_from("ab é\n>\"'/=-!]"), max_size=8).map(lambda text: text.replace("]]>", ""))
VALUES = st.text(st.sampled_from("ab é\n>/=-!]["), max_size=8)
ATTRIBUTES = st.lists(
    st.tuples(st.sampled_from(["a", "ri:username", "ac:name"]), VALUES, st.sampled_from("\"'")),
    max_size=3,
    unique_by=lambda each: each[0],
)
SECTIONS = st.one_of(
    VALUES.map(lambda text: f"<![CDATA[<ri:user/>{text}]]>".replace("]]]>", "]]>")),
    st.sampled_from(["<!-- <ri:user ri:username='x'/> -->", "<?php <a> ?>", "&nbsp;", "&amp;", "&#64;"]),
)


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def build(name: str, attributes: list[tuple[str, str, str]], inside: list[str], empty: bool, blank: str) -> str:
        written = "".join(f"{blank}{key}{blank}={quote}{value}{quote}" for key, value, quote in attributes)
        return f"<{name}{written}{blank}/>" if empty else f"<{name}{written}>{''.join(inside)}</{name}{blank}>"

    return st.builds(
        build, NAMES, ATTRIBUTES, st.lists(children, max_size=4), st.booleans(), st.sampled_from([" ", "\n ", "\t"])
    )


def tokens(data: bytes) -> Iterator[Token]:
    """Yield every token of a body, texts included."""
    done = 0
    for found in MARKUP.finditer(data):
        if found.start() > done:
            yield What.TEXT, done, found.start(), b""
        yield What(found.lastindex or 0), found.start(), found.end(), name_of(found)
        done = found.end()
    if done < len(data):
        yield What.TEXT, done, len(data), b""


BODIES = st.recursive(st.one_of(TEXT, SECTIONS), element, max_leaves=12)


def by_expat(data: bytes) -> list[tuple[str, int, dict[str, str]]]:
    seen: list[tuple[str, int, dict[str, str]]] = []
    parser = expat.ParserCreate("UTF-8")
    parser.UseForeignDTD(True)
    parser.StartElementHandler = lambda name, attributes: seen.append((name, parser.CurrentByteIndex - 3, attributes))
    parser.SkippedEntityHandler = lambda *_: None
    parser.Parse(b"<w>" + data + b"</w>", True)
    return seen[1:]


@settings(max_examples=300)
@given(BODIES)
def test_the_tokenizer_agrees_with_expat_on_every_element_and_attribute(body: str) -> None:
    data = body.encode()
    if examine(data) is not None:
        with pytest.raises(expat.ExpatError):
            by_expat(data)
        return
    storage = Storage(data)
    ours = [
        (
            each.name,
            each.tag.start,
            {
                attribute.name: " ".join(attribute.value.split("\n")).replace("\t", " ")
                for attribute in storage.attributes(each)
            },
        )
        for each in storage.tags(re.compile(rb"<"))
    ]
    assert ours == [(name, at, dict(attributes)) for name, at, attributes in by_expat(data)]
    assert storage.unreadable is None


@given(
    st.one_of(st.binary(max_size=300), st.text(st.sampled_from("<>/!-[]CDATA=\"' a?é"), max_size=80).map(str.encode))
)
def test_the_tokens_of_any_bytes_are_the_bytes_without_gaps(data: bytes) -> None:
    found = list(tokens(data))
    assert b"".join(data[start:end] for _, start, end, _ in found) == data
    assert all(start < end for _, start, end, _ in found)
    storage = Storage(data)
    assert all(run.end <= len(data) for run in storage.sections())
    assert sum(len(text.text) for _, text in storage.passages(re.compile(b""))) <= len(data)
    assert len(list(storage.tags(re.compile(b"")))) <= data.count(b"<")
    for each in storage.elements:
        storage.path(each.index)
        for attribute in storage.attributes(each):
            assert each.tag.start < attribute.span.start <= attribute.span.end <= each.tag.end


@pytest.mark.parametrize(
    "piece",
    [b"<", b"<a ", b"<a b='", b"<!--", b"<![CDATA[", b"</a", b"<a>", b"</a>", b"<a a a ", b"a='", b"<a " + b"b" * 50],
)
def test_hostile_repetition_is_read_to_the_end(piece: bytes) -> None:
    data = piece * 20_000
    storage = Storage(data)
    assert sum(each.tag.end - each.tag.start for each in storage.elements) <= len(data)
    assert sum(len(text.text) for _, text in storage.passages(re.compile(b"a"))) <= len(data)
    for each in list(storage.elements)[:3]:
        storage.attributes(each)


def test_a_tag_of_junk_is_searched_for_attributes_in_linear_time() -> None:
    data = b"<a " + b"b" * 300_000 + b">"
    storage = Storage(data)
    assert storage.attributes(next(storage.elements)) == ()


def test_an_attribute_knows_the_bytes_of_itself_its_name_and_its_value() -> None:
    data = b"<ri:user\n ri:username = 'a&amp;b' />"
    storage = Storage(data)
    (attribute,) = storage.attributes(next(storage.elements))
    assert attribute.span.of(data) == b"ri:username = 'a&amp;b'"
    assert attribute.name_span.of(data) == b"ri:username"
    assert attribute.value_span.of(data) == b"a&amp;b"
    assert attribute.value == "a&b"
    assert "a&b" not in repr(attribute)
    assert storage.value(next(storage.elements), "ri:username") == "a&b"
    assert storage.value(next(storage.elements), "ri:other") == ""


def test_macros_of_both_notations_have_names_and_ids() -> None:
    storage = Storage(b'<ac:structured-macro ac:name="info" ac:macro-id="m1"/><ac:macro ac:name="im"/><p/>')
    assert [(each.name, each.id) for each in storage.macros()] == [("info", "m1"), ("im", "")]


def test_the_path_names_macros_parameters_and_confluence_elements_and_no_contents() -> None:
    data = (
        b'<ac:layout><p><ac:structured-macro ac:name="profile"><ac:parameter ac:name="user"><ri:user/></ac:parameter>'
        b"<ac:default-parameter><x:y/></ac:default-parameter></ac:structured-macro>"
        b'<ac:macro ac:name="tilda@acme-optics.se"><ri:user/></ac:macro></p></ac:layout>'
    )
    storage = Storage(data)
    users = list(storage.named("ri:user"))
    assert storage.path(users[0].index) == "ac:layout/macro[profile]/parameter[user]/ri:user"
    assert storage.path(users[1].index) == "ac:layout/macro[#1]/ri:user"
    assert storage.path(next(storage.named("x:y")).index) == "ac:layout/macro[profile]/parameter[]"


def test_names_of_macros_and_parameters_that_are_not_everybodys_are_shown_as_numbers() -> None:
    data = b"".join(
        b'<ac:structured-macro ac:name="%s"><ac:parameter ac:name="%s"><ri:user/></ac:parameter></ac:structured-macro>'
        % pair
        for pair in (
            (b"tbergmann", b"bergmann"), (b"profile", b"tilda"), (b"annas-macro", b"bergmann"), (b"tbergmann", b"user"),
        )
    )  # fmt: skip
    storage = Storage(data)
    assert [storage.path(each.index) for each in storage.named("ri:user")] == [
        "macro[#1]/parameter[#1]/ri:user",
        "macro[profile]/parameter[#2]/ri:user",
        "macro[#2]/parameter[#1]/ri:user",
        "macro[#1]/parameter[user]/ri:user",
    ]


def test_a_long_path_is_cut_outside() -> None:
    storage = Storage(b"<ac:layout>" * 12 + b"<ri:user/>" + b"</ac:layout>" * 12)
    path = storage.path(next(storage.named("ri:user")).index)
    assert path == "…/" + "ac:layout/" * 7 + "ri:user"


def test_text_that_only_inline_tags_interrupt_is_one_passage() -> None:
    data = b"<p>a<strong>b</strong><!-- x -->c<br/>d<em/>e<![CDATA[f]]>g<?x ?>h</p>i"
    passages = [text.text for _, text in Storage(data).passages(re.compile(b""))]
    assert passages == ["ab", "c", "de", "g", "h", "i"]


def test_passages_without_the_needle_are_left_out() -> None:
    data = b"<p>a<b>@</b></p><p>c</p>"
    assert [text.text for _, text in Storage(data).passages(re.compile(b"@"))] == ["a@"]


def test_cdata_and_anchors_are_listed_in_order() -> None:
    storage = Storage(b'<ac:inline-comment-marker ac:ref="r1">x</ac:inline-comment-marker><![CDATA[a]]><![CDATA[b]]>')
    assert storage.anchors() == ("r1",)
    assert storage.cdata() == (b"<![CDATA[a]]>", b"<![CDATA[b]]>")


@pytest.mark.parametrize(
    ("data", "reason", "offset"),
    [
        (b"<p>", "mismatched tag", 3),
        (b"ab&foo;", "unknown entity", 2),
        (b"a\x02", "invalid token", 1),
        (b"\xff", "invalid token", 0),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><p/>', "invalid token", 2),
        (b"</confluence-gdpr><confluence-gdpr>", "junk after document element", 18),
        (b"<a b='1' b='2'/>", "duplicate attribute", 9),
    ],
)
def test_a_body_that_is_not_well_formed_says_why_and_where(data: bytes, reason: str, offset: int) -> None:
    found = examine(data)
    assert found is not None
    assert (found.reason, found.offset) == (f"not well-formed: {reason}", offset)


def test_html_entities_an_xml_declaration_and_undeclared_prefixes_are_accepted() -> None:
    assert examine(b' <?xml version="1.0"?><ac:x ri:y="&eacute;">&nbsp;&hellip;</ac:x>') is None


def test_depth_is_limited_and_said() -> None:
    fine = Storage(b"<ac:x>" * DEPTH_LIMIT + b"</ac:x>" * DEPTH_LIMIT)
    assert fine.unreadable is None
    deep = Storage(b"<ac:x>" * (DEPTH_LIMIT + 2) + b"</ac:x>" * (DEPTH_LIMIT + 2))
    assert deep.unreadable is not None
    assert deep.unreadable.offset == len(b"<ac:x>") * DEPTH_LIMIT
    assert "deeper" in deep.unreadable.reason


def test_html_may_be_nested_to_any_depth_where_all_of_it_is_closed() -> None:
    depth = 20 * DEPTH_LIMIT
    storage = Storage(b"<p>" * depth + b"<ri:user/>" + b"</p>" * depth)
    assert storage.unreadable is None
    assert [storage.path(each.index) for each in storage.named("ri:user")] == ["ri:user"]


def test_an_end_tag_that_closes_nothing_changes_no_parents() -> None:
    storage = Storage(b"<p><b></x><ri:user/></p><i/>")
    user = next(storage.named("ri:user"))
    assert [each.name for each in storage.ancestors(user.parent)] == ["b", "p"]
    assert list(storage.elements)[-1].parent == -1


def joined(data: bytes, needle: re.Pattern[bytes]) -> list[str]:
    """Return the passages by a plain walk over all tokens."""
    runs: list[list[tuple[int, int]]] = []
    apart = True
    for what, start, end, name in tokens(data):
        if what is What.TEXT:
            if apart:
                runs.append([])
            runs[-1].append((start, end))
            apart = False
        else:
            apart = apart or name not in INLINE
    hits = [found.start() for found in needle.finditer(data)]
    return [
        unescaped(b"".join(data[start:end] for start, end in run))
        for run in runs
        if any(start <= hit < end for hit in hits for start, end in run)
    ]


@settings(max_examples=300)
@given(BODIES, st.sampled_from([b"@", b"a", b"", b"&", b"<", b" "]))
def test_passages_and_tags_around_a_needle_are_those_of_a_reading_from_the_start(body: str, needle: bytes) -> None:
    data = body.encode()
    storage, pattern = Storage(data), re.compile(re.escape(needle))
    assert [text.text for _, text in storage.passages(pattern)] == joined(data, pattern)
    hits = [found.start() for found in pattern.finditer(data)]
    tags = [
        (start, end)
        for what, start, end, _ in tokens(data)
        if what in {What.OPEN, What.EMPTY} and any(start <= hit < end for hit in hits)
    ]
    assert [(each.tag.start, each.tag.end) for each in storage.tags(pattern)] == tags
    for each in storage.tags(pattern):
        assert storage.element(each.index) == each


def test_the_texts_inside_an_element_are_its_own_up_to_a_limit() -> None:
    data = b"<ac:link><ac:link-body>a<b>c</b><!--d--><?e?><i/>f</ac:link-body>g</ac:link>"
    storage = Storage(data)
    (body,) = storage.named("ac:link-body")
    assert [storage.content(run)[1] for run in storage.inside(body, 9)] == [b"a", b"c", b"d", b"f"]
    assert [storage.content(run)[1] for run in storage.inside(body, 2)] == [b"a", b"c"]


def test_a_byte_knows_whether_it_stands_in_code() -> None:
    data = b'<p>a</p><pre><b class="x">c</b></pre>d<code/>e'
    storage = Storage(data)
    inside = [storage.inside_any(data.index(mark), {"pre", "code"}) for mark in (b"a<", b"x", b"c<", b"d<", b"/>e")]
    assert inside == [False, True, True, False, True]
    assert not storage.inside_any(len(data) - 1, {"pre", "code"})
    assert storage.inside_any(data.index(b"<code"), {"code"})


def test_tokens_name_their_kind() -> None:
    data = b"a<p><br/></p><!--c--><![CDATA[d]]><?e?><!DOCTYPE f>"
    kinds = [what for what, _, _, _ in tokens(data)]
    assert kinds == [
        What.TEXT,
        What.OPEN,
        What.EMPTY,
        What.CLOSE,
        What.COMMENT,
        What.CDATA,
        What.INSTRUCTION,
        What.DECLARATION,
    ]
    assert list(tokens(b"<![CDATA[x")) == [(What.CDATA, 0, 10, b"")]
    assert Span(0, 1).of(data) == b"a"


def test_what_stands_around_an_element_of_html_begins_with_that_element() -> None:
    storage = Storage(b'<ac:layout><p class="x">a</p></ac:layout>')
    (paragraph,) = storage.tags(re.compile(rb"class="))
    around = storage.nearest(paragraph.index, {"ac:layout"})
    assert storage.nearest(paragraph.index, {"p"}) == paragraph
    assert around is not None
    assert around.name == "ac:layout"
    assert storage.nearest(paragraph.index, {"ac:macro"}) is None


def test_tags_with_several_needles_come_once_each_in_document_order() -> None:
    storage = Storage(b'<p><a id="1" href="/a">href=</a><img src="/b"/><a href="/c" id="2"/><!-- href= --></p>')
    href, src, number = (re.compile(rb"%b\s*=" % word) for word in (b"href", b"src", b"id"))
    starts = [each.tag.start for each in storage.tags(src, number, href)]
    assert starts == [storage.data.index(tag) for tag in (b'<a id="1"', b"<img", b'<a href="/c"')]
    assert [each.name for each in storage.tags(href, src, trace=re.compile(rb"/b"))] == ["img"]


def test_a_leaf_below_the_deepest_level_closes_nothing_that_stands_above() -> None:
    deep = b"<ac:layout>" * DEPTH_LIMIT + b"<ac:x>text</ac:x>" + b"</ac:layout>" * DEPTH_LIMIT
    storage = Storage(b"<ac:link/>" + deep + b"<ac:macro/>")
    assert storage.unreadable is not None
    last = list(storage.elements)[-1]
    assert last.name == "ac:macro"
    assert last.parent == -1
