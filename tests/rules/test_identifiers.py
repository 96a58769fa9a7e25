from __future__ import annotations

import pytest

from rules.identifiers import (
    classify,
    is_account_id,
    is_pseudo,
    is_surely_account_id,
    is_surely_user_key,
    may_be_login,
    personal,
)
from rules.model import SubjectKind

SHAPES = [
    ("5d41402abc4b2a76b9719d91", SubjectKind.ACCOUNT_ID),
    ("712020:aaaaaaaa-0000-4000-8000-000000000001", SubjectKind.ACCOUNT_ID),
    ("557058:tilda", SubjectKind.ACCOUNT_ID),
    ("99:27935d01-XXXX-1", SubjectKind.ACCOUNT_ID),
    ("qm:aaaaaaaa-0000:bbbbbbbb-1111", SubjectKind.ACCOUNT_ID),
    ("5b10a2844c20165700ede21g", SubjectKind.ACCOUNT_ID),
    ("  5d41402abc4b2a76b9719d91 ", SubjectKind.ACCOUNT_ID),
    ("8a7f80826c1d4e5f016c1d4e6f700001", SubjectKind.USER_KEY),
    ("8A7F80826C1D4E5F016C1D4E6F700001", SubjectKind.USER_KEY),
    ("JIRAUSER1410", SubjectKind.USER_KEY),
    ("5D41402ABC4B2A76B9719D91", SubjectKind.USERNAME),
    ("tilda@acme-optics.se", SubjectKind.USERNAME),
    ("administratorofconfluenc", SubjectKind.USERNAME),
    ("C. user/Name. /", SubjectKind.USERNAME),
    ("712020:" + "a" * 130, SubjectKind.USERNAME),
    ("@tilda", SubjectKind.USERNAME),
]


@pytest.mark.parametrize(("value", "kind"), SHAPES)
def test_a_value_is_what_its_shape_says(value: str, kind: SubjectKind) -> None:
    assert classify(value) is kind
    found = personal(value)
    assert found is not None
    assert (found.kind, found.reveal()) == (kind, value.strip())
    assert is_account_id(value.strip()) == (kind is SubjectKind.ACCOUNT_ID)


@pytest.mark.parametrize(
    "value", ["", "  ", "...", " .… ", "@authenticated", "@Self", "@all", "@here", "currentUser()", "unknown"]
)
def test_a_word_for_a_role_names_nobody(value: str) -> None:
    assert is_pseudo(value)
    assert classify(value) is None
    assert personal(value) is None


@pytest.mark.parametrize(
    ("value", "sure"),
    [
        ("5d41402abc4b2a76b9719d91", True),
        ("712020:aaaaaaaa-0000-4000-8000-000000000001", True),
        ("5b10a2844c20165700ede21g", True),
        ("007:bond", False),
        ("12:34", False),
        ("2024:01", False),
        ("12:aaaaaaaa-0000-4000-8000-000000000001", False),
        ("557058:tilda", False),
    ],
)
def test_only_a_shape_that_no_username_has_is_surely_an_account_id(value: str, *, sure: bool) -> None:
    assert is_account_id(value)
    assert is_surely_account_id(value) is sure


@pytest.mark.parametrize(
    ("value", "sure"),
    [
        ("8a7f80826c1d4e5f016c1d4e6f700001", True),
        ("8A7F80826C1D4E5F016C1D4E6F700001", True),
        ("JIRAUSER10100", True),
        ("9e107d9d372bb6826bd81d3542a419d6", False),
        ("8a7f80826c1d4e5f016c1d4e6f70000", False),
        ("tbergmann", False),
    ],
)
def test_a_user_key_is_told_from_a_hash_by_its_build(value: str, *, sure: bool) -> None:
    assert is_surely_user_key(value) is sure


@pytest.mark.parametrize(
    ("value", "login"),
    [
        ("tbergmann", True),
        ("o.lindqvist", True),
        ("tilda@acme-optics.se", True),
        ("admin", True),
        ("Tilda Bergmann", False),
        ("everyone", False),
        ("Unassigned", False),
        ("logo.png", False),
        ("b3f1c2d4-5b1d-4f6a-9c0e-2a7d3b8f6e10", False),
        ("deadbeefdeadbeef0", False),
        ("712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10", False),
        ("8a7f80826c1d4e5f016c1d4e6f700001", False),
        ("557058", False),
        ("x", False),
        ("", False),
    ],
)
def test_a_word_may_be_a_login_unless_it_is_a_setting_a_file_or_an_id(value: str, *, login: bool) -> None:
    assert may_be_login(value) is login


@pytest.mark.parametrize("value", ["5D41402ABC4B2A76B9719D91", "712020:4E1F7C02-5B1D-4F6A-9C0E-2A7D3B8F6E10"])
def test_account_ids_in_capitals_are_none_in_either_shape(value: str) -> None:
    assert not is_account_id(value)
    assert not is_surely_account_id(value)
    assert is_account_id(value.lower())
    assert is_surely_account_id(value.lower())
