"""What is sealed opens only with its key and in its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import WorkspaceError
from audit.vault import Vault

KEY = bytes(range(32))


@given(st.binary(max_size=300), st.text(max_size=20))
def test_what_was_sealed_opens_again(data: bytes, context: str) -> None:
    assert Vault(KEY).open(Vault(KEY).seal(data, context), context) == data


@pytest.mark.parametrize(
    ("key", "context", "change"),
    [(bytes(32), "A-1", b""), (KEY, "A-2", b""), (KEY, "A-1", b"x")],
    ids=["another key", "another place", "a changed byte"],
)
def test_a_blob_does_not_open_elsewhere(key: bytes, context: str, change: bytes) -> None:
    sealed = Vault(KEY).seal(b"before-image", "A-1")
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        Vault(key).open(sealed + change, context)


def test_equal_data_is_sealed_differently_each_time() -> None:
    assert Vault(KEY).seal(b"same", "A-1") != Vault(KEY).seal(b"same", "A-1")


def test_a_vault_never_shows_its_key() -> None:
    assert "00" not in repr(Vault(KEY))


def test_a_vault_refuses_a_key_of_another_length() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"short")
