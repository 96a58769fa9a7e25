"""Keys that are wrapped later, and the end of a workspace: nothing of ours is left, in it or in the keyring."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import pytest
from keyring.errors import PasswordDeleteError

from audit.bag.keys import KEY_FILE, system_remove
from audit.cli.app_accounts import FOLDER as ACCOUNTS
from audit.connect.store import FOLDER as LOGINS
from audit.errors import ConfigError, GuardError, WorkspaceError
from audit.locks import locked
from audit.purging import FOLDERS, OURS, RECORDS, What
from audit.workspace import Workspace
from audit.wrapping import ENTRY, PASSPHRASE, Wrap, Wrapping, entry_of, wrap_of
from tests.audit.shell import Shell
from tests.audit.test_wrapping import GIVEN, NOW, Ring, kept_in, under

CANARY = b"jane.canary@example.org"


class Memory(keyring.backend.KeyringBackend):
    """A keyring of the system that lives as long as the test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


@pytest.fixture
def system() -> Iterator[Memory]:
    """Put a keyring of the test's own in the place of the system's."""
    before, own = keyring.get_keyring(), Memory()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


def bare(folder: Path) -> tuple[Workspace, list[Path], list[bytes]]:
    """Return a workspace with two runs whose keys lie as they are, the runs, and something sealed in each."""
    workspace = Workspace.open(folder / "ws")
    runs = [workspace.new_run(NOW) for _ in range(2)]
    return workspace, runs, [workspace.vault(run).seal(b"data", "A-1") for run in runs]


def done(workspace: Workspace) -> dict[str, bool | WorkspaceError]:
    return dict(workspace.wrap_keys())


def test_keys_from_before_are_wrapped_and_open_what_they_sealed(tmp_path: Path) -> None:
    old, runs, sealed = bare(tmp_path)
    key, held = old.key(), (old.path / "workspace.key").read_bytes()
    (old.path / "link").hardlink_to(old.path / "workspace.key")
    new = Workspace.open(old.path, under(GIVEN))
    names = ["workspace.key", *(f"{run.name}/run.key" for run in runs)]
    assert done(new) == dict.fromkeys(names, True)
    assert done(new) == dict.fromkeys(names, False), "a second time nothing is left to do"
    assert new.bare_keys() == ()
    assert new.key() == key
    assert [new.vault(run).open(one, "A-1") for run, one in zip(runs, sealed, strict=True)] == [b"data"] * 2
    assert (old.path / "link").read_bytes() != held, "what was there before is overwritten"
    assert {path.stat().st_mode & 0o777 for path in old.path.rglob("*.key")} == {0o600}


def test_wrapping_that_was_interrupted_goes_on_where_it_ended(tmp_path: Path) -> None:
    old, runs, sealed = bare(tmp_path)
    new = Workspace.open(old.path, under(GIVEN))
    for name, _ in new.wrap_keys():
        assert name == "workspace.key"
        break
    assert [wrap_of(run / "run.key") for run in runs] == [Wrap.FILE] * 2
    (old.path / ".0123456789abcdef.part").write_bytes(b"half a file")
    assert [new.vault(run).open(one, "A-1") for run, one in zip(runs, sealed, strict=True)] == [b"data"] * 2
    assert list(done(new).values()) == [False, True, True]


def test_nothing_is_wrapped_under_a_slip_in_the_passphrase_or_while_somebody_works(tmp_path: Path) -> None:
    old, runs, _ = bare(tmp_path)
    with pytest.raises(ConfigError, match="passphrase"):
        done(Workspace.open(old.path, under("")))
    done(Workspace.open(old.path, under(GIVEN)))
    later = Workspace.open(old.path, Wrapping(Wrap.FILE, lambda: GIVEN)).new_run(NOW)
    with pytest.raises(WorkspaceError, match="is not the one"):
        done(Workspace.open(old.path, under("corect horse")))
    assert wrap_of(later / "run.key") is Wrap.FILE
    new = Workspace.open(old.path, under(GIVEN))
    with new.using(runs[0]), pytest.raises(GuardError, match="in use"):
        done(Workspace.open(old.path, under(GIVEN)))


def test_a_damaged_key_is_named_and_the_others_are_wrapped(tmp_path: Path) -> None:
    old, runs, _ = bare(tmp_path)
    (runs[0] / "run.key").write_bytes(b"cut")
    (runs[1] / "run.key").chmod(0o600)
    found = done(Workspace.open(old.path, under(GIVEN)))
    assert isinstance(found[f"{runs[0].name}/run.key"], WorkspaceError)
    assert (runs[0] / "run.key").read_bytes() == b"cut"
    assert found[f"{runs[1].name}/run.key"] is True
    (runs[0] / "run.key").unlink()
    assert f"{runs[0].name}/run.key" not in done(Workspace.open(old.path, under(GIVEN)))


def test_all_keys_go_under_one_entry_of_the_keyring_and_from_there_under_a_passphrase(tmp_path: Path) -> None:
    old, runs, sealed = bare(tmp_path)
    ring = Ring()
    within = Workspace.open(old.path, kept_in(ring))
    assert set(done(within).values()) == {True}
    assert {(service, user) for service, user in ring.kept} == {
        ("confluence-gdpr", f"{ENTRY} {entry_of(old.path / 'workspace.key')}")
    }
    both = Workspace.open(old.path, Wrapping(Wrap.PASSPHRASE, lambda: GIVEN, ring.get, ring.put))
    before = both.ring_entries()
    assert len(before) == 1
    assert set(done(both).values()) == {True}
    assert both.ring_entries() == frozenset()
    assert both.vault(runs[1]).open(sealed[1], "A-1") == b"data"


def test_the_command_wraps_and_says_so_once(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    run = shell.workspace().new_run(NOW)
    code, text = shell.fails("keys", "wrap")
    assert code == 2
    assert "Nothing says what keys are to lie under" in text
    monkeypatch.setenv("CONFLUENCE_GDPR_KEY_WRAP", "passphrase")
    monkeypatch.setenv(PASSPHRASE, GIVEN)
    assert shell.run("status") == 0
    assert "NOT WRAPPED" in shell.out
    assert "`confluence-gdpr keys wrap`" in shell.out
    assert shell.run("keys", "wrap") == 0, shell.err
    assert f"{run.name}/run.key: wrapped (passphrase)" in shell.out
    assert "2 of 2 keys wrapped now, 0 lie under it already" in shell.out
    assert "Copies from before" in shell.err
    assert shell.run("keys", "wrap") == 0
    assert shell.out == "0 of 2 keys wrapped now, 2 lie under it already\n"
    assert shell.run("status") == 0
    assert "NOT WRAPPED" not in shell.out
    (run / "run.key").write_bytes(b"cut")
    assert shell.run("keys", "wrap") == 3
    assert "stays as it is" in shell.err


def test_from_the_keyring_to_a_passphrase_the_entry_goes(
    shell: Shell, system: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFLUENCE_GDPR_KEY_WRAP", "keyring")
    shell.workspace().new_run(NOW)
    assert shell.run("keys", "wrap") == 0, shell.err
    assert len(system.kept) == 1
    monkeypatch.setenv("CONFLUENCE_GDPR_KEY_WRAP", "passphrase")
    monkeypatch.setenv(PASSPHRASE, GIVEN)
    assert shell.run("keys", "wrap") == 0, shell.err
    assert "removed from the keyring" in shell.out
    assert system.kept == {}


def records(shell: Shell) -> list[dict[str, str]]:
    return [json.loads(line) for line in (shell.folder / "ws" / RECORDS).read_text().splitlines()]


def test_the_last_key_that_goes_takes_its_entry_of_the_keyring_with_it(
    shell: Shell, system: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFLUENCE_GDPR_KEY_WRAP", "keyring")
    first, second = (shell.workspace().new_run(NOW) for _ in range(2))
    assert shell.run("keys", "wrap") == 0, shell.err
    assert shell.run("purge", "--run", first.name, "--yes") == 0, shell.err
    assert len(system.kept) == 1, "the other keys lie under it"
    assert shell.run("purge", "--all", "--yes") == 0, shell.err
    assert system.kept == {}
    assert not second.exists()
    assert [line["what"] for line in records(shell)] == [What.RUN, What.RUN, What.PSEUDONYMS, What.WRAPPING]


def test_an_entry_that_the_keyring_does_not_give_up_is_named_and_ends_nothing(
    shell: Shell, system: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFLUENCE_GDPR_KEY_WRAP", "keyring")
    shell.workspace().new_run(NOW)
    assert shell.run("keys", "wrap") == 0, shell.err
    ((_, user),) = system.kept
    system.kept.clear()
    assert shell.run("purge", "--all", "--yes") == 0, shell.err
    assert f"keyring del confluence-gdpr '{user}'" in shell.err
    assert What.WRAPPING not in [line["what"] for line in records(shell)]
    assert not system_remove("confluence-gdpr", user)


def test_purge_of_everything_leaves_the_records_and_what_is_not_ours(shell: Shell) -> None:
    shell.workspace().new_run(NOW)
    ws = shell.folder / "ws"
    assert set(FOLDERS) >= {LOGINS, ACCOUNTS}
    for name in FOLDERS:
        (ws / name).mkdir(mode=0o700)
        (ws / name / {LOGINS: "held.sealed", ACCOUNTS: "ledger.db"}.get(name, "held.queue")).write_bytes(CANARY)
    (ws / LOGINS / "mine.txt").write_bytes(CANARY)
    for name in ("publish-jira-HR-0123.json", "writer-wiki.example.org.lock", ".0123456789abcdef.part", "notes.txt"):
        (ws / name).write_bytes(CANARY)
    assert shell.run("evidence", "keygen") == 0
    (ws / "kept.pem").hardlink_to(ws / KEY_FILE)
    (ws / "pause").symlink_to(ws / "notes.txt")
    before = (ws / KEY_FILE).read_bytes()
    code, text = shell.fails("purge", "--all")
    assert code == 2
    assert "logins and the key that signs evidence" in text
    assert shell.run("purge", "--all", "--yes") == 0, shell.err
    assert sorted(path.name for path in ws.iterdir()) == [
        RECORDS,
        "kept.pem",
        "notes.txt",
        LOGINS,
        "runs",
        "workspace.lock",
    ]
    assert (ws / "kept.pem").read_bytes() != before, "the private key is overwritten"
    assert [path.name for path in (ws / LOGINS).iterdir()] == ["mine.txt"], "a file of somebody else stays"
    assert "notes.txt is left alone" in shell.err
    assert {line["what"] for line in records(shell)} == {What.RUN, What.PSEUDONYMS, *OURS}
    assert "canary" not in (ws / RECORDS).read_text()


def test_nothing_is_purged_while_a_login_is_renewed(shell: Shell) -> None:
    run = shell.workspace().new_run(NOW)
    folder = shell.folder / "ws" / LOGINS
    folder.mkdir(mode=0o700)
    with locked(folder / "0123.lock", exclusive=True):
        code, text = shell.fails("purge", "--all", "--yes")
    assert code == 4
    assert "in use" in text
    assert run.exists()
