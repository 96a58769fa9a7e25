"""Which parts of objects are written, what they are, and what makes two of them equal."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.canonical import canonical
from audit.marks import lost
from audit.parts import has_versions, is_set, kind_of, named
from audit.sandbox.extras import BOARD
from audit.sites.cloud.site import Wanted
from audit.sites.cloud.target_bodies import RAW
from rules.model import HeldReason, Kind, ObjectType, Ref
from tests.audit.moving import Move


def test_every_part_that_is_written_has_a_kind_and_every_other_has_none() -> None:
    kinds = [kind_of(part) for part in ("body", "restrictions", "properties/a", "watches", "relations/b")]
    assert kinds == [Kind.STORAGE, Kind.ACCESS, Kind.JSON, Kind.JSON, Kind.JSON]
    assert {kind_of(part) for part in ("title", "permissions", "likes/0", "version 3/body")} == {None}


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


@pytest.mark.anyio
async def test_custom_content_that_is_stored_raw_is_held(tmp_path: Path) -> None:
    move = Move(tmp_path, Wanted())
    boards = [one.id for one in move.sandbox.state.contents.values() if one.type_key == BOARD]
    plan = await move.plan_for([(Ref(ObjectType.CUSTOM_CONTENT, number), "body") for number in boards])
    assert not plan.actions
    assert {(item.reason, item.detail) for item in plan.held} == {(HeldReason.NO_REWRITER, RAW)}
