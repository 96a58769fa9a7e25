"""Key files: as they are, under a passphrase, under the keyring; nothing is lost, and a shredded key opens nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.config import key_wrap
from audit.errors import ConfigError, WorkspaceError
from audit.vault import KEY_BYTES, shred
from audit.workspace import Workspace
from audit.wrapping import PASSPHRASE, Wrap, Wrapping, passphrase_key, wrap_of, wrapping
from tests.audit.shell import Shell

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
GIVEN = "correct horse battery staple"


@dataclass
class Ring:
    """A keyring that is locked or open."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    locked: bool = False

    def get(self, service: str, user: str) -> str | None:
        return None if self.locked else self.kept.get((service, user))

    def put(self, service: str, user: str, secret: str) -> None:
        if not self.locked:
            self.kept[service, user] = secret


def under(given: str) -> Wrapping:
    return Wrapping(Wrap.PASSPHRASE, lambda: given)


def kept_in(ring: Ring) -> Wrapping:
    return Wrapping(Wrap.KEYRING, str, ring.get, ring.put)


def made(path: Path, keys: Wrapping, name: str = "R-1/run.key") -> bytes:
    keys.make(path, name)
    return keys.read(path, name)


WAYS = [pytest.param(Wrapping, id="file"), pytest.param(lambda: under(GIVEN), id="passphrase")]
WAYS += [pytest.param(lambda: kept_in(Ring()), id="keyring")]


@pytest.mark.parametrize("way", WAYS)
def test_a_key_file_is_made_once_and_private(tmp_path: Path, way: Callable[[], Wrapping]) -> None:
    path, keys = tmp_path / "run.key", way()
    key = made(path, keys)
    assert len(key) == KEY_BYTES
    assert path.stat().st_mode & 0o777 == 0o600
    assert made(path, keys) == key
    assert wrap_of(path) is keys.wrap
    hidden = keys.wrap is not Wrap.FILE
    assert hidden == (key not in path.read_bytes() and key.hex().encode() not in path.read_bytes())
    path.chmod(0o644)
    with pytest.raises(WorkspaceError, match="chmod 600"):
        keys.read(path, "R-1/run.key")


@pytest.mark.parametrize("way", WAYS)
def test_a_cut_key_file_is_refused(tmp_path: Path, way: Callable[[], Wrapping]) -> None:
    path, keys = tmp_path / "run.key", way()
    made(path, keys)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(WorkspaceError, match="bytes instead of 32"):
        keys.read(path, "R-1/run.key")


@pytest.mark.parametrize("way", WAYS)
def test_shredding_needs_no_secret_leaves_no_byte_and_says_when_there_was_none(
    tmp_path: Path, way: Callable[[], Wrapping]
) -> None:
    path, copy, keys = tmp_path / "run.key", tmp_path / "link", way()
    made(path, keys)
    before = path.read_bytes()
    copy.hardlink_to(path)
    assert shred(path)
    assert len(copy.read_bytes()) == len(before)
    assert before[-20:] not in copy.read_bytes()
    assert not path.exists()
    assert not shred(path)
    with pytest.raises(WorkspaceError, match="purged"):
        keys.read(path, "R-1/run.key")


def test_a_wrong_passphrase_a_missing_one_and_a_moved_key_open_nothing_and_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run.key"
    key = made(path, under(GIVEN))
    kept = path.read_bytes()
    with pytest.raises(WorkspaceError, match="the passphrase is not the one"):
        under("correct horse").read(path, "R-1/run.key")
    with pytest.raises(WorkspaceError, match="moved here"):
        under(GIVEN).read(path, "R-2/run.key")
    with pytest.raises(ConfigError, match=f"neither {PASSPHRASE} nor the keyring holds it"):
        under("").read(path, "R-1/run.key")
    assert path.read_bytes() == kept
    assert under(GIVEN).read(path, "R-1/run.key") == key
    with pytest.raises(ConfigError, match="passphrase"):
        under("").make(tmp_path / "other.key", "R-1/run.key")
    assert not (tmp_path / "other.key").exists()


def test_a_passphrase_is_the_same_in_both_forms_of_unicode(tmp_path: Path) -> None:
    path = tmp_path / "run.key"
    key = made(path, under("pass\u00e9"))
    assert under("passe\u0301").read(path, "R-1/run.key") == key


def test_without_the_keyring_nothing_opens_nothing_is_made_and_nothing_is_lost(tmp_path: Path) -> None:
    path, ring = tmp_path / "run.key", Ring()
    key = made(path, kept_in(ring))
    ring.locked = True
    with pytest.raises(ConfigError, match="keyring does not hold the wrapping key"):
        kept_in(ring).read(path, "R-1/run.key")
    with pytest.raises(ConfigError, match="keyring does not hold the wrapping key"):
        kept_in(ring).make(tmp_path / "other.key", "R-1/run.key")
    assert not (tmp_path / "other.key").exists()
    ring.locked = False
    assert kept_in(ring).read(path, "R-1/run.key") == key
    (entry,) = ring.kept
    ring.kept[entry] = "00" * KEY_BYTES
    with pytest.raises(WorkspaceError, match="wrapping key in the keyring is not the one"):
        kept_in(ring).read(path, "R-1/run.key")


def test_a_key_of_a_later_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.key"
    made(path, under(GIVEN))
    path.write_bytes(path.read_bytes().replace(b'"form":1', b'"form":2'))
    with pytest.raises(WorkspaceError, match="another form"):
        wrap_of(path)


def test_scrypt_runs_once_for_each_key_and_not_for_each_object(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "ws", under("counted"))
    before = passphrase_key.cache_info().misses
    run = workspace.new_run(NOW)
    for place in range(20):
        sealed = workspace.vault(run).seal(b"data", str(place))
        assert workspace.vault(run).open(sealed, str(place)) == b"data"
    assert workspace.key() == workspace.key()
    assert passphrase_key.cache_info().misses == before + 2


def test_a_workspace_from_before_goes_on_to_work_and_its_bare_keys_are_named(tmp_path: Path) -> None:
    path = tmp_path / "ws"
    old = Workspace.open(path)
    first = old.new_run(NOW)
    sealed = old.vault(first).seal(b"data", "A-1")
    assert old.bare_keys() == ()
    now = Workspace.open(path, under(GIVEN))
    second = now.new_run(NOW)
    assert now.vault(first).open(sealed, "A-1") == b"data"
    assert now.key() == old.key()
    assert now.bare_keys() == ("workspace.key", f"{first.name}/run.key")
    # The setting counts for new keys only: without it a wrapped one is still opened.
    back = Workspace.open(path, Wrapping(Wrap.FILE, lambda: GIVEN))
    assert back.vault(second).open(now.vault(second).seal(b"new", "A-2"), "A-2") == b"new"


def test_all_runs_of_a_workspace_share_one_entry_of_the_keyring_and_keys_do_not_move(tmp_path: Path) -> None:
    ring = Ring()
    workspace = Workspace.open(tmp_path / "ws", kept_in(ring))
    one, two = workspace.new_run(NOW), workspace.new_run(NOW)
    assert len(ring.kept) == 1
    shutil.copyfile(one / "run.key", two / "run.key")
    with pytest.raises(WorkspaceError, match="moved here"):
        workspace.vault(two)


def test_a_slip_in_the_passphrase_makes_no_run(tmp_path: Path) -> None:
    Workspace.open(tmp_path / "ws", under(GIVEN)).new_run(NOW)
    mistaken = Workspace.open(tmp_path / "ws", under("corect horse"))
    with pytest.raises(WorkspaceError, match="is not the one"):
        mistaken.new_run(NOW)
    assert len(mistaken.run_ids()) == 1


def test_the_setting_comes_from_environment_or_file_and_has_three_values(tmp_path: Path) -> None:
    file, ring = tmp_path / "config.toml", Ring()
    file.write_text('key_wrap = "keyring"\n')
    env = {"HOME": str(tmp_path)}
    assert key_wrap(env, None) == ""
    assert key_wrap(env, file) == "keyring"
    assert key_wrap({**env, "CONFLUENCE_GDPR_KEY_WRAP": "passphrase"}, file) == "passphrase"
    assert wrapping("", env, ring.get, ring.put).wrap is Wrap.FILE
    with pytest.raises(ConfigError, match="file, passphrase, keyring"):
        wrapping("paper", env, ring.get, ring.put)
    ring.kept["confluence-gdpr", "passphrase"] = "from the ring"
    assert wrapping("passphrase", env, ring.get, ring.put).passphrase() == "from the ring"
    assert wrapping("passphrase", {PASSPHRASE: "given"}, ring.get, ring.put).passphrase() == "given"


def test_an_audit_under_a_passphrase_is_reported_named_and_purged_without_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFLUENCE_GDPR_KEY_WRAP", "passphrase")
    code, text = shell.fails("audit", "--space", "LEGAL")
    assert code == 2
    assert "The passphrase of the keys is missing" in text
    assert not shell.sandbox.log
    monkeypatch.setenv(PASSPHRASE, GIVEN)
    assert shell.run("audit", "--space", "LEGAL") == 1, shell.err
    assert not [name for name, data in shell.files().items() if GIVEN.encode() in data]
    assert GIVEN not in shell.out + shell.err
    assert shell.run("plan", "--mapping", shell.mapping(), "--out", "plan.json") == 1, shell.err
    monkeypatch.delenv(PASSPHRASE)
    requests = len(shell.sandbox.log)
    assert shell.fails("apply", "plan.json", "--yes")[0] == 2
    assert len(shell.sandbox.log) == requests
    assert shell.run("status") == 0, shell.err
    assert "NOT WRAPPED" not in shell.out
    assert shell.run("purge", "--all", "--yes") == 0, shell.err
    assert not list(shell.folder.rglob("*.key"))
