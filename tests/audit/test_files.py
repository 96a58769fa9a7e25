"""A file is whole or not there, and nothing is overwritten by accident."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from audit.errors import UsageError
from audit.files import named, write_whole


@pytest.mark.parametrize("name", ["plan.json", "mit Leerzeichen und Ümlaut.json", "x" * 200])
def test_a_file_is_written_privately_and_leaves_no_other(tmp_path: Path, name: str) -> None:
    write_whole(tmp_path / name, b"data", force=False)
    assert (tmp_path / name).read_bytes() == b"data"
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.iterdir())) == 1


def test_an_existing_file_is_replaced_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_whole(path, b"one", force=False)
    with pytest.raises(UsageError, match="--force"):
        write_whole(path, b"two", force=False)
    assert path.read_bytes() == b"one"
    write_whole(path, b"two", force=True)
    assert path.read_bytes() == b"two"


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"precious")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(UsageError, match="symbolic link"):
        write_whole(tmp_path / "link", b"data", force=True)
    assert (tmp_path / "target").read_bytes() == b"precious"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="folder"):
        write_whole(tmp_path, b"data", force=True)


def test_a_refusal_of_the_system_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left") as caught, named(tmp_path / "run.key"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(tmp_path / "run.key"))
