"""Which parts of objects are written, what they are, and what makes two of them equal."""

from __future__ import annotations

import pytest

from audit.canonical import canonical
from audit.marks import lost
from audit.parts import has_versions, is_body, is_set, kind_of, named, written_in
from rules.model import Kind, ObjectType, Ref


def test_every_part_that_is_written_has_a_kind_and_every_other_has_none() -> None:
    assert {kind_of(part) for part in ("permissions", "role-assignments")} == {Kind.PERMISSIONS}
    kinds = [kind_of(part) for part in ("body", "restrictions", "properties/a", "watches", "relations/b")]
    assert kinds == [Kind.STORAGE, Kind.ACCESS, Kind.JSON, Kind.JSON, Kind.JSON]
    assert {kind_of(part) for part in ("comment", "likes/0", "version 3/body")} == {None}
    assert kind_of("title") is Kind.TEXT
    assert kind_of("permissions") is Kind.PERMISSIONS
    assert is_set("permissions")


def test_lists_templates_and_properties_of_users_have_no_versions() -> None:
    page, template = Ref(ObjectType.PAGE, "1", 3), Ref(ObjectType.TEMPLATE, "2")
    assert has_versions(page, "body")
    assert has_versions(page, "properties/acme")
    assert not has_versions(page, "watches")
    assert not has_versions(template, "body")
    assert not has_versions(Ref(ObjectType.USER_PROPERTY, "3"), "properties/acme")
    assert is_set("restrictions")
    assert not is_set("properties/acme")


def test_properties_are_named_by_key_or_pattern_and_lists_of_people_need_no_name() -> None:
    paths = ["body", "watches", "relations/reviewer", "properties/acme-a", "properties/Acme-b", "properties/other"]
    lists = {"watches", "relations/reviewer"}
    assert named(paths, []) == lists
    assert named(paths, ["acme-*"]) == lists | {"properties/acme-a"}
    assert named(paths, ["*"]) == {*paths} - {"body"}


@pytest.mark.parametrize(
    ("part", "one", "other", "equal"),
    [
        ("properties/a", b'{"b":[1, 2],"a":"x"}', b'{"a":"\\u0078","b":[1,2]}', True),
        ("properties/a", b'{"a":[1,2]}', b'{"a":[2,1]}', False),
        ("properties/a", b'{"a":1}', b'{"a":true}', False),
        ("properties/a", b"{", b"{ ", False),
        (
            "watches",
            b'{"users":[{"username":"a"},{"username":"b"}]}',
            b'{"users":[{"username":"b"},{"username":"a"}]}',
            True,
        ),
        ("watches", b'{"users":[{"username":"a"}]}', b'{"users":[]}', False),
        ("watches", b"{}", b"[]", False),
    ],
)
def test_stored_json_is_compared_by_value_and_a_list_as_a_set(
    part: str, one: bytes, other: bytes, *, equal: bool
) -> None:
    assert (canonical(part, one) == canonical(part, other)) is equal
    assert lost(part, one, other) is None


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (b'{"type":"doc","content":[]}', b'{ "content" : [], "type" : "doc" }', True),
        (b'[{"attrs":{"id":"a","localId":"1"}}]', b'[{"attrs":{"localId":"2","id":"a"}}]', True),
        (b'[{"attrs":{"id":"a","localId":"1"}}]', b'[{"attrs":{"id":"a"}}]', True),
        (b'[{"attrs":{"id":"a"}}]', b'[{"attrs":{"id":"b"}}]', False),
        (b'[{"localId":"1"}]', b'[{"localId":"2"}]', False),
        (b'[{"attrs":"x"}]', b'[{"attrs":"y"}]', False),
        (b'[{"text":"a"},{"text":"b"}]', b'[{"text":"b"},{"text":"a"}]', False),
        (b"{", b"{ ", False),
    ],
)
def test_a_document_is_compared_without_the_ids_that_the_site_assigns(one: bytes, other: bytes, *, equal: bool) -> None:
    assert (canonical("body.adf", one) == canonical("body.adf", other)) is equal
    assert lost("body.adf", one, other) is None


def test_raw_json_is_compared_by_value_and_keeps_its_local_ids() -> None:
    assert canonical("raw/ac:a:b", b'{"a":1,"b":2}') == canonical("raw/ac:a:b", b'{"b":2, "a":1}')
    assert canonical("raw/ac:a:b", b'{"attrs":{"localId":1}}') != canonical("raw/ac:a:b", b'{"attrs":{"localId":2}}')


def test_bodies_have_a_path_for_each_form_and_those_of_the_past_are_told_by_their_bytes() -> None:
    assert [kind_of(path) for path in ("body.adf", "raw/ac:a:b")] == [Kind.ADF, Kind.JSON]
    assert [is_body(path) for path in ("body", "body.adf", "raw/x", "properties/body", "title")] == [True] * 3 + [
        False
    ] * 2
    assert named(["raw/ac:a:b", "raw/forge:c", "properties/ac:a:b"], [], ["ac:*"]) == {"raw/ac:a:b"}
    page, custom = Ref(ObjectType.PAGE, "1"), Ref(ObjectType.CUSTOM_CONTENT, "2")
    document, data = b'{"type":"doc","content":[]}', b'{"owner":"x"}'
    assert [written_in(page, text) for text in (document, data, b"<p/>")] == [Kind.ADF, Kind.STORAGE, Kind.STORAGE]
    assert [written_in(custom, text) for text in (document, data, b"x")] == [Kind.ADF, Kind.JSON, Kind.STORAGE]
