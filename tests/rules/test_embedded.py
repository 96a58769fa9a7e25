"""Parts inside parts: findings and edits find their way back to the bytes they came from."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.embedded import DEPTH_LIMIT
from rules.jsontree import Text, parse
from rules.model import Kind, ObjectType, Part, Ref
from rules.rewrite import PROOF, rewrite
from rules.scan import TOO_DEEP, scan
from rules.written import in_json, in_xml, within
from tests.rules.parts import ANN, RULES, Directory, part

ANN_ONLY = Directory({"ann": ANN})


def document(content: object) -> str:
    return json.dumps({"type": "doc", "content": [content]}, ensure_ascii=False)


def extension(text: str) -> object:
    return {"type": "extension", "attrs": {"extensionKey": "nested-table", "parameters": {"adf": text}}}


def answer(body: str, representation: str = "storage") -> bytes:
    value = {"body": {representation: {"value": body, "representation": representation}}}
    return json.dumps(value, ensure_ascii=False).encode()


def file(data: bytes) -> Part:
    return Part(Ref(ObjectType.FILE, "answer.json"), "", Kind.JSON, data)


def test_a_query_in_a_document_in_a_document_is_one_edit_of_exact_bytes() -> None:
    card = {
        "type": "blockCard",
        "attrs": {"datasource": {"parameters": {"jql": 'summary ~ "é😀" and assignee = "ann"'}}},
    }
    data = document(extension(document(extension(document(card))))).encode()
    result = rewrite(part(data, Kind.ADF), RULES, ANN_ONLY)
    assert len(result.edits) == 1
    assert result.data == data.replace(b"ann", ANN.encode())
    assert result.proof == PROOF


def test_documents_deeper_than_the_limit_are_said_and_not_looked_into() -> None:
    inside = document({"type": "mention", "attrs": {"id": "ann"}})
    for _ in range(DEPTH_LIMIT):
        inside = document(extension(inside))
    assert len(scan(part(inside.encode(), Kind.ADF), RULES).matches) == 1
    seen = scan(part(document(extension(inside)).encode(), Kind.ADF), RULES)
    assert seen.matches == ()
    assert seen.unreadable is not None
    assert seen.unreadable.reason == TOO_DEEP.reason


def test_a_string_that_only_looks_like_a_document_is_a_string() -> None:
    data = document(extension('{"type":"doc", mention')).encode()
    seen = scan(part(data, Kind.ADF), RULES)
    assert (seen.matches, seen.unreadable) == ((), None)


def test_one_address_in_an_inner_document_is_one_finding() -> None:
    data = document(extension(document({"type": "text", "text": "ask tilda@acme-optics.se"}))).encode()
    assert [match.rule for match in scan(part(data, Kind.ADF), RULES).matches] == ["email-address"]


def test_the_body_in_a_rest_answer_is_rewritten_in_a_file_and_held_on_a_site() -> None:
    data = answer('<p>é <ri:user ri:username="ann"/></p>')
    assert rewrite(file(data), RULES, ANN_ONLY).data == data.replace(
        b'ri:username=\\"ann\\"', f'ri:account-id=\\"{ANN}\\"'.encode()
    )
    kept = rewrite(part(data, Kind.JSON), RULES, ANN_ONLY)
    assert kept.data == data
    assert [(hold.rule, hold.reason.value) for hold in kept.holds] == [("legacy-mention", "no-rewriter")]


def test_a_broken_body_in_a_rest_answer_makes_the_answer_unreadable_and_nothing_changes() -> None:
    data = answer('<p><ri:user ri:username="ann"/>')
    seen = scan(file(data), RULES)
    assert seen.unreadable is not None
    assert seen.unreadable.offset == data.index(b'", "rep')
    assert [match.rewritable for match in seen.matches] == [False]
    assert rewrite(file(data), RULES, ANN_ONLY).data == data


def test_a_broken_document_in_a_rest_answer_makes_the_answer_unreadable_and_an_empty_one_does_not() -> None:
    data = answer('{"type":"doc"', "atlas_doc_format")
    seen = scan(file(data), RULES)
    assert seen.unreadable is not None
    assert seen.unreadable.offset == data.index(b'", "rep')
    assert scan(file(answer(" ", "atlas_doc_format")), RULES).unreadable is None


def test_other_representations_and_broken_json_hold_no_bodies() -> None:
    assert scan(file(answer("<p><ri:user ri:username='ann'/>", "view")), RULES).matches == ()
    assert scan(file(b'{"representation":"storage"}'), RULES).matches == ()
    assert scan(file(b'{"representation":'), RULES).unreadable is not None
    broken = b'{"type":"extension","parameters":{"adf":"{\\"type\\":\\"doc\\"'
    assert scan(part(broken, Kind.ADF), RULES).unreadable is not None


def test_a_document_in_a_rest_answer_is_read_too() -> None:
    data = answer(document({"type": "mention", "attrs": {"id": "ann"}}), "atlas_doc_format")
    assert rewrite(file(data), RULES, ANN_ONLY).data == data.replace(b"ann", ANN.encode())


def test_a_scan_is_the_same_whatever_the_version_of_the_object() -> None:
    one = part(answer("<ri:user ri:username='ann'/>"), Kind.JSON)
    two = replace(one, ref=replace(one.ref, version=8))
    assert [m.span for m in scan(one, RULES).matches] == [m.span for m in scan(two, RULES).matches]


@given(st.text(min_size=1, max_size=12), st.booleans(), st.data())
def test_characters_in_two_layers_of_escapes_know_their_bytes(text: str, ascii_only: bool, data: st.DataObject) -> None:
    text = text.encode("utf-8", "replace").decode()
    raw = json.dumps(json.dumps(text, ensure_ascii=ascii_only), ensure_ascii=ascii_only).encode()
    tree = parse(raw)
    assert isinstance(tree, Text)
    outer = in_json(raw, tree)
    inner_raw = outer.text.encode()
    inner_tree = parse(inner_raw)
    assert isinstance(inner_tree, Text)
    inner = in_json(inner_raw, inner_tree)
    assert inner.text == text
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = within(outer)(inner.span(start, end))
    new = raw[: span.start] + outer.write(inner.write("<&\"'é>").decode()) + raw[span.end :]
    assert json.loads(json.loads(new)) == text[:start] + "<&\"'é>" + text[end:]


@given(st.text(alphabet="ab\"'&<>é😀", max_size=10))
def test_what_is_written_into_markup_reads_as_what_was_meant(new: str) -> None:
    import html

    for raw in (b"a&quot;b", b'a"b'):
        written = in_xml(3, raw).write(new)
        assert html.unescape(written.decode()) == new
        assert b"<" not in written


MARKUP = f'<ri:user ri:username="ann"/><ri:user ri:account-id="{ANN}"/>'


@pytest.mark.parametrize("name", ["users", "anything"])
def test_markup_in_the_value_of_a_parameter_is_rewritten_through_its_escapes(name: str) -> None:
    def extension_with(value: str) -> bytes:
        parameters = {"macroParams": {name: {"value": value}}}
        attrs = {"extensionKey": "show-if", "parameters": parameters}
        return json.dumps({"type": "doc", "content": [{"type": "extension", "attrs": attrs}]}).encode()

    data = extension_with(MARKUP)
    assert rewrite(part(data, Kind.ADF), RULES, ANN_ONLY).data == extension_with(
        MARKUP.replace('ri:username="ann"', f'ri:account-id="{ANN}"')
    )
    escaped = data.replace(b"<", b"\\u003c")
    assert [match.rule for match in scan(part(escaped, Kind.ADF), RULES).matches] == ["legacy-mention"]


def test_escaped_markup_in_a_parameter_of_storage_format_is_rewritten_and_quoted_markup_in_text_is_not() -> None:
    value = MARKUP.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    body = f'<p>{value}</p><ac:macro ac:name="x"><ac:parameter ac:name="y">{value}</ac:parameter></ac:macro>'
    new = value.replace("ri:username=&quot;ann&quot;", f"ri:account-id=&quot;{ANN}&quot;")
    expected = body.replace(f'"y">{value}', f'"y">{new}')
    assert rewrite(part(body.encode()), RULES, ANN_ONLY).data == expected.encode()


def test_markup_in_a_parameter_that_is_not_well_formed_is_text_and_leaves_the_page_readable() -> None:
    body = '<ac:macro ac:name="x"><ac:parameter ac:name="y">write &lt;ri:user ri:username=x first</ac:parameter></ac:macro>'
    seen = scan(part(body.encode()), RULES)
    assert (seen.matches, seen.unreadable) == ((), None)


def test_markup_in_a_section_of_a_parameter_is_held() -> None:
    body = f'<ac:macro ac:name="x"><ac:parameter ac:name="y"><![CDATA[{MARKUP}]]></ac:parameter></ac:macro>'.encode()
    result = rewrite(part(body), RULES, ANN_ONLY)
    assert (result.data, [hold.reason.value for hold in result.holds]) == (body, ["no-rewriter"])


@pytest.mark.parametrize("kind", [Kind.STORAGE, Kind.ADF])
def test_settings_as_json_in_a_parameter_are_judged_like_stored_json_and_stay(kind: Kind) -> None:
    settings = '{"owner":{"username":"ann","displayName":"Ann Other"}}'
    if kind is Kind.ADF:
        attrs = {"extensionKey": "a/b/static/card", "parameters": {"guestParams": {"config": settings}}}
        data = json.dumps({"type": "doc", "content": [{"type": "extension", "attrs": attrs}]}).encode()
    else:
        quoted = settings.replace('"', "&quot;")
        data = f'<ac:macro ac:name="x"><ac:parameter ac:name="y">{quoted}</ac:parameter></ac:macro>'.encode()
    seen = scan(part(data, kind), RULES)
    assert "legacy-user-object" in {match.rule for match in seen.matches}
    result = rewrite(part(data, kind), RULES, ANN_ONLY)
    assert result.data == data
    assert {hold.reason.value for hold in result.holds} == {"no-rewriter"}


@pytest.mark.parametrize("value", ['{"a', "[1", "{a}", "[x]", '"username"', '{"type":"doc","username":"ann"}'])
def test_text_that_is_no_json_is_no_settings(value: str) -> None:
    attrs = {"extensionKey": "x", "parameters": {"guestParams": {"a": value, "b": '{"c":1}'}}}
    data = json.dumps({"type": "doc", "content": [{"type": "extension", "attrs": attrs}]}).encode()
    assert "legacy-user-object" not in {match.rule for match in scan(part(data, Kind.ADF), RULES).matches}
