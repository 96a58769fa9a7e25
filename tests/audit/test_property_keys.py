"""Keys of properties that name somebody: masked wherever they are written, a finding of their own, found again."""

from __future__ import annotations

from audit.http import Page
from audit.parts import is_property, kind_of, named, property_path
from audit.sites.cloud.each import property_parts
from rules.model import Kind, ObjectType, Ref
from rules.registry import load
from rules.scan import findings, scan

REF = Ref(ObjectType.PAGE, "7", 3)
EMAIL = "bob@realcorp.com"
KEY = "vote-8a7f80826c1d4e5f016c1d4e6f700001"


def listed(*keys: str) -> Page:
    return Page(
        results=tuple({"id": str(number), "key": key, "value": {"x": 1}} for number, key in enumerate(keys)),
        next=None,
        raw={},
    )


def test_a_key_with_personal_data_is_masked_in_every_path_and_an_ordinary_one_stays() -> None:
    parts = property_parts(REF, listed(EMAIL, KEY, "acme-approval", "~jsmith", "bill@realcorp.com"), "properties")
    paths = [part.path for part in parts]
    assert paths == [
        "properties/b***@r***.com #0",
        "property key/b***@r***.com #0",
        "properties/vote-8a*** #1",
        "property key/vote-8a*** #1",
        "properties/acme-approval",
        "properties/~j*** #3",
        "property key/~j*** #3",
        "properties/b***@r***.com #4",
        "property key/b***@r***.com #4",
    ]
    assert len(set(paths)) == len(paths)


def test_the_key_is_looked_at_by_the_rules_at_a_place_that_is_never_written() -> None:
    part = property_parts(REF, listed(EMAIL), "properties")[1]
    assert (part.kind, is_property(part.path), kind_of(part.path)) == (Kind.JSON, False, None)
    found = findings(part, scan(part, load()), b"0" * 32)
    assert {one.rule for one in found} == {"email-address"}
    assert all(EMAIL not in repr(one) and not one.rewritable for one in found)


def test_the_id_tells_keys_apart_that_look_the_same_and_a_path_is_released_as_it_is_shown() -> None:
    first, second = property_path(EMAIL, "4"), property_path("bill@realcorp.com", "5")
    assert first != second
    assert property_path("acme-approval", "4") == "properties/acme-approval"
    assert named([first, second], [first.removeprefix("properties/")]) == {first}
    assert named([first, second], [EMAIL]) == frozenset()
