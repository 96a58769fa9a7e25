"""Evidence as a user meets it: a key, a package of a run, and a verdict that needs nobody's trust."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from audit.bag.disk import read_bag, write_folder
from audit.bag.installed import components, tool_component
from audit.bag.keys import KEY_FILE, find, keep_in_file, keep_in_keyring, public_path
from audit.errors import ConfigError, GuardError, PackageError, UsageError
from reports.bag.attestation import Signer, fingerprint
from reports.bag.problems import Fault
from reports.bag.verify import verify
from tests.audit.shell import Shell
from tests.audit.unpacking import unpacked

PROGRAM = Path(sys.executable).with_name("confluence-gdpr")


def exported(shell: Shell, *options: str) -> Path:
    """Export the latest run and return the folder of its bag."""
    assert shell.run("evidence", "export", "--force", *options) == 0, shell.err
    return Path(shell.out.splitlines()[-1])


def texts(bag: Path) -> list[bytes]:
    """Return every file of a bag, and what is packed inside of files."""
    return [*(path.read_bytes() for path in bag.rglob("*") if path.is_file()), *unpacked(bag)]


def test_a_migration_is_exported_and_holds_without_workspace_and_network(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.audited("--space", "LEGAL")
    assert shell.run("evidence", "keygen") == 0
    key = shell.out.split()[-1]
    assert shell.run("apply", str(shell.plan()), "--yes") == 0
    bag = exported(shell, "--keep-until", "2031-12-31")
    assert key in shell.err
    assert key in (bag / "README.md").read_text()
    secret = (shell.folder / "ws" / KEY_FILE).read_bytes()
    workspace_key = shell.workspace().key()
    canaries = {one.user_key for one in shell.sandbox.people} | {one.email for one in shell.sandbox.people}
    canaries |= {one.account_id for one in shell.sandbox.people if one.account_id}
    canaries |= {one.display_name for one in shell.sandbox.people} | {
        f'"{one.username}"' for one in shell.sandbox.people
    }
    forms = [canary.encode() for canary in canaries - {""}] + [workspace_key, workspace_key.hex().encode()]
    for data in texts(bag):
        assert not [form for form in forms if form in data]
        assert secret.splitlines()[1] not in data
        assert b'"sealed":' not in data
    public = shutil.copy(public_path(shell.folder / "ws" / KEY_FILE), shell.folder / "auditor.pem")
    shutil.rmtree(shell.folder / "ws")
    monkeypatch.setenv("CONFLUENCE_GDPR_SITE", "https://unreachable.invalid")
    requests = len(shell.sandbox.log)
    for path in (bag, bag.with_name(f"{bag.name}.zip")):
        assert shell.run("evidence", "verify", str(path), "--public-key", str(public)) == 0, shell.out
        assert "It holds." in shell.out
        assert f"Signed by {key} (the expected key)" in shell.out
    assert shell.run("evidence", "verify", str(bag)) == 0
    assert "NOT PINNED" in shell.out
    assert not (shell.folder / "ws").exists()
    assert len(shell.sandbox.log) == requests
    (bag / "data" / "changes.jsonl").write_bytes(b"")
    assert shell.run("evidence", "verify", str(bag)) == 1
    assert "changed  data/changes.jsonl" in shell.out


def test_the_same_run_exports_the_same_bytes_in_another_zone_language_and_folder(shell: Shell) -> None:
    shell.audited("--space", "LEGAL")
    shell.run("evidence", "keygen")
    made = []
    for number, surroundings in enumerate(
        ({"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"}, {"TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "2"})
    ):  # fmt: skip
        folder = shell.folder / f"export{number}"
        folder.mkdir()
        ended = subprocess.run(
            [PROGRAM, "evidence", "export"], cwd=folder, env={**os.environ, **surroundings}, capture_output=True, check=False
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        made.append({str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert made[0] == made[1]
    assert len(made[0]) > 15


def test_a_package_without_signature_says_so_when_it_is_made_and_when_it_is_checked(shell: Shell) -> None:
    shell.audited("--space", "LEGAL")
    accepted = shell.folder / "accepted.toml"
    named = f'fingerprint = "{"0" * 32}"\nreason = "x"\nowner = "Tilda Bergmann"\nuntil = 2099-12-31\n'
    accepted.write_text(f"[[accepted]]\n{named}")
    bag = exported(shell, "--form", "folder", "--accepted", str(accepted), "--audience", "restricted")
    assert "UNSIGNED" in shell.err
    (entry,) = json.loads((bag / "data" / "accepted.json").read_bytes())["accepted"]
    assert (entry["owner"]["mask"], entry["validity"], entry["line"]) == ("T***", "stale", 1)
    assert shell.run("evidence", "verify", str(bag)) == 0
    assert "UNSIGNED" in shell.out
    private = shell.folder / "keys.pem"
    assert shell.run("evidence", "keygen", "--out", str(private)) == 0
    assert shell.run("evidence", "verify", str(bag), "--public-key", str(public_path(private))) == 1
    assert "unsigned  attestation.dsse.json" in shell.out
    code, text = shell.fails("evidence", "export", "--unsigned", "--key", str(private))
    assert code == 2
    assert "contradict" in text
    code, text = shell.fails("evidence", "export", "--form", "folder")
    assert code == 2
    assert "--force" in text
    with shell.workspace().working(shell.workspace().run_path(None)):
        assert shell.fails("evidence", "export", "--force")[0] == 4


def test_a_signature_of_another_key_is_not_called_no_signature(shell: Shell) -> None:
    shell.audited("--space", "LEGAL")
    assert shell.run("evidence", "keygen") == 0
    assert shell.run("evidence", "keygen", "--out", "other.pem") == 0
    bag = exported(shell, "--form", "folder")
    assert shell.run("evidence", "verify", str(bag), "--public-key", "other.pub.pem") == 1
    assert "NO SIGNATURE HOLDS" in shell.out
    assert "UNSIGNED" not in shell.out
    (bag / "attestation.dsse.json").unlink()
    assert shell.run("evidence", "verify", str(bag)) == 1
    assert "UNSIGNED" in shell.out


def test_a_damaged_journal_is_not_exported_as_if_it_were_whole(shell: Shell) -> None:
    shell.migrated("--space", "LEGAL")
    connection = sqlite3.connect(shell.workspace().run_path(None) / "journal.db")
    connection.execute("UPDATE record SET at_utc = '2020-01-01T00:00:00.000000Z' WHERE seq = 2")
    connection.commit()
    connection.close()
    code, text = shell.fails("evidence", "export")
    assert code == GuardError.exit_code
    assert "record 2" in text
    assert not list(shell.folder.glob("gdpr-evidence*"))


# --- keys ---------------------------------------------------------------------------------------------------------


def test_a_key_is_private_and_is_not_replaced_by_accident(shell: Shell) -> None:
    path = shell.folder / "own.pem"
    assert shell.run("evidence", "keygen", "--out", str(path)) == 0
    first = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert shell.fails("evidence", "keygen", "--out", str(path))[0] == 2
    assert path.read_bytes() == first
    assert shell.run("evidence", "keygen", "--out", str(path), "--force") == 0
    assert path.read_bytes() != first
    assert fingerprint(Signer.load(path.read_bytes()).key.public_key()) in shell.out


def test_a_key_is_looked_for_where_it_was_named_then_in_the_workspace_then_in_the_keyring(tmp_path: Path) -> None:
    named, own, ring = (Signer.new() for _ in range(3))
    secrets: dict[tuple[str, str], str] = {}

    def store(service: str, user: str, secret: str) -> None:
        secrets[service, user] = secret

    def keyring(service: str, user: str) -> str | None:
        return secrets.get((service, user))

    def found(path: Path | None = None) -> bytes | None:
        signer = find(path, tmp_path, keyring)
        return signer.public_pem() if signer else None

    assert found() is None
    with pytest.raises(ConfigError, match="does not keep"):
        keep_in_keyring(ring, tmp_path / "ring.pub.pem", keyring, lambda _service, _user, _secret: None, force=False)
    assert list(tmp_path.iterdir()) == []
    keep_in_keyring(ring, tmp_path / "ring.pub.pem", keyring, store, force=False)
    with pytest.raises(UsageError, match="already"):
        keep_in_keyring(ring, tmp_path / "other.pub.pem", keyring, store, force=False)
    assert found() == ring.public_pem() == (tmp_path / "ring.pub.pem").read_bytes()
    keep_in_file(own, tmp_path / KEY_FILE, force=False)
    assert found() == own.public_pem()
    keep_in_file(named, tmp_path / "named.pem", force=False)
    assert found(tmp_path / "named.pem") == named.public_pem()


def test_a_machine_without_keyring_is_told_to_use_a_file(shell: Shell) -> None:
    ended = subprocess.run(
        [PROGRAM, "evidence", "keygen", "--keyring"],
        env={**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "leave --keyring away" in ended.stderr
    assert "PRIVATE" not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("data", "mode", "says"),
    [
        (Signer.new().private_pem(), 0o640, "others can read it"),
        (b"secret words", 0o600, "no Ed25519 private key"),
        (Signer.new().public_pem(), 0o600, "no Ed25519 private key"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_without_its_contents(
    data: bytes, mode: int, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(data)
    path.chmod(mode)
    with pytest.raises(ConfigError) as caught:
        find(path, tmp_path, lambda _service, _user: None)
    assert says in str(caught.value)
    assert "secret words" not in str(caught.value)
    with pytest.raises(ConfigError, match="cannot be used"):
        find(tmp_path / "absent.pem", tmp_path, lambda _service, _user: None)


# --- files --------------------------------------------------------------------------------------------------------

SMALL = {"bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "data/run.json": b"{}\n"}


def test_a_folder_is_written_whole_for_its_owner_and_replaces_nothing_that_is_no_bag(tmp_path: Path) -> None:
    bag, foreign = tmp_path / "bag", tmp_path / "foreign"
    write_folder(bag, SMALL, force=False)
    assert read_bag(bag).files == SMALL
    assert {path.stat().st_mode & 0o077 for path in bag.rglob("*")} == {0}
    with pytest.raises(UsageError, match="exists already"):
        write_folder(bag, SMALL, force=False)
    write_folder(bag, {"bagit.txt": b"other"}, force=True)
    assert read_bag(bag).files == {"bagit.txt": b"other"}
    foreign.mkdir()
    (foreign / "mine.txt").write_text("mine")
    (tmp_path / "link").symlink_to(bag)
    for place in (foreign, tmp_path / "link"):
        with pytest.raises(UsageError, match="cannot be written"):
            write_folder(place, SMALL, force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bag", "foreign", "link"]


def test_links_pipes_and_empty_folders_in_a_bag_are_named_and_never_followed(tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    write_folder(bag, SMALL, force=False)
    (tmp_path / "outside.txt").write_text("outside")
    (bag / "data" / "link.json").symlink_to(tmp_path / "outside.txt")
    (bag / "more").symlink_to(tmp_path)
    (bag / "empty").mkdir()
    os.mkfifo(bag / "pipe")
    (bag / os.fsdecode(b"caf\xe9.txt")).write_text("x")
    opened = read_bag(bag)
    assert opened.files == SMALL
    assert {(one.fault, one.where) for one in opened.problems} == {
        (Fault.SYMLINK, "data/link.json"),
        (Fault.SYMLINK, "more"),
        (Fault.EXTRA, "empty/"),
        (Fault.EXTRA, "pipe"),
        (Fault.EXTRA, "caf\\xe9.txt"),
    }
    assert verify(opened).problems


def test_what_cannot_be_read_at_all_is_an_error_of_the_command_line(shell: Shell) -> None:
    with pytest.raises(PackageError, match="cannot be read"):
        read_bag(shell.folder / "absent")
    os.mkfifo(shell.folder / "pipe")
    with pytest.raises(PackageError, match="neither a file nor a folder"):
        read_bag(shell.folder / "pipe")
    code, text = shell.fails("evidence", "verify", "absent.zip")
    assert code == 2
    assert "absent.zip" in text
    (shell.folder / "no.pem").write_text("x")
    code, text = shell.fails("evidence", "verify", "absent.zip", "--public-key", "no.pem")
    assert code == 2
    assert "no.pem" in text
    for content in ("source,target\n", ""):
        (shell.folder / "map.csv").write_text(content)
        code, text = shell.fails("evidence", "verify", "map.csv")
        assert code == 2
        assert "map.csv" in text
        assert "neither a folder nor a zip file" in text
    (shell.folder / "damaged.zip").write_bytes(b"PK\x03\x04 and no more")
    assert shell.run("evidence", "verify", "damaged.zip") == 1
    assert "odd-archive" in shell.out
    assert shell.out.endswith("It does not hold: 1 problem\n")


def test_the_bill_of_materials_has_what_is_used_and_not_what_tests_need() -> None:
    names = {one.name for one in components()}
    assert {"cryptography", "httpx", "pandas", "weasyprint", "numpy"} <= names
    assert not {"pytest", "mypy", "ruff", "confluence-gdpr"} & names
    assert {"click", "httpx"} <= set(tool_component().needs)
    assert json.dumps([one.licence for one in components() if one.name == "click"]) == '["BSD-3-Clause"]'


def test_options_that_cannot_be_meant_are_refused_before_anything_is_written(shell: Shell) -> None:
    shell.audited("--space", "LEGAL")
    code, text = shell.fails("evidence", "export", "--unsigned", "--keep-until", "2020-01-31")
    assert (code, "2020-01-31 is in the past" in text) == (2, True)
    code, text = shell.fails("evidence", "export", "--unsigned", "--purpose", "audit", "--plan", "P-0123456789ab")
    assert (code, "contradict each other" in text) == (2, True)
    assert not list(shell.folder.glob("gdpr-evidence*"))


def test_a_name_in_a_package_cannot_forge_a_line_of_the_verdict(shell: Shell) -> None:
    bag = shell.folder / "bag"
    (bag / "data").mkdir(parents=True)
    (bag / "bagit.txt").write_text("x")
    (bag / "manifest-sha256.txt").write_text("")
    (bag / "data" / "x\nIt holds.\r").write_text("x")
    assert shell.run("evidence", "verify", str(bag)) == 1
    assert "It holds." not in shell.out.splitlines()
    assert "x[U+000A]It holds.[U+000D]" in shell.out
