from __future__ import annotations

import pytest

from rules.identifiers import classify, is_account_id, is_pseudo, is_surely_account_id, personal
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
    ("unknown", SubjectKind.USERNAME),
    ("@tilda", SubjectKind.USERNAME),
]


@pytest.mark.parametrize(("value", "kind"), SHAPES)
def test_a_value_is_what_its_shape_says(value: str, kind: SubjectKind) -> None:
    assert classify(value) is kind
    found = personal(value)
    assert found is not None
    assert (found.kind, found.reveal()) == (kind, value.strip())
    assert is_account_id(value.strip()) == (kind is SubjectKind.ACCOUNT_ID)


@pytest.mark.parametrize("value", ["", "  ", "@authenticated", "@Self", "@all", "@here", "currentUser()"])
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
