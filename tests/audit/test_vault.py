"""What is sealed opens only with its key and in its place; a shredded key opens nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import WorkspaceError
from audit.vault import Vault, read_key, read_or_create_key, shred

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


def test_a_key_file_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "run.key"
    key = read_or_create_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_or_create_key(path) == key == read_key(path)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.key"
    read_or_create_key(path)
    path.chmod(0o644)
    with pytest.raises(WorkspaceError, match="chmod 600"):
        read_key(path)


def test_a_cut_key_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.key"
    read_or_create_key(path)
    path.write_bytes(b"cut")
    with pytest.raises(WorkspaceError, match="3 bytes instead of 32"):
        read_key(path)


def test_shredding_destroys_the_key_and_says_when_there_was_none(tmp_path: Path) -> None:
    path = tmp_path / "run.key"
    read_or_create_key(path)
    assert shred(path)
    assert not path.exists()
    assert not shred(path)
    with pytest.raises(WorkspaceError, match="purged"):
        read_key(path)
