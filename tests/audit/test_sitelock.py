"""One writer a site, whichever workspace of the user it writes from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from audit.errors import GuardError, WorkspaceError
from audit.sitelock import site_writer, state_folder
from tests.audit.shell import Shell

SITE = "https://acme.example"


def test_the_folder_is_the_state_folder_of_the_user() -> None:
    assert state_folder({"XDG_STATE_HOME": "/var/s", "HOME": "/home/ada"}) == Path("/var/s/confluence-gdpr")
    own = Path("/home/ada/.local/state/confluence-gdpr")
    assert state_folder({"HOME": "/home/ada"}) == own
    assert state_folder({"XDG_STATE_HOME": "here", "HOME": "/home/ada"}) == own


def test_a_second_writer_is_refused_with_the_first_one_named_and_another_site_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "state"
    with site_writer(SITE, folder):
        with pytest.raises(GuardError, match=f"process {os.getpid()} on") as caught, site_writer(SITE, folder):
            pass
        with site_writer("https://other.example", folder):
            pass
    assert caught.value.exit_code == 4
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir()} == {0o600}
    with site_writer(SITE, folder):
        pass


def test_a_folder_that_others_can_look_into_or_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "file").touch()
    for name in ("open", "file"):
        with pytest.raises(WorkspaceError, match="XDG_STATE_HOME"), site_writer(SITE, tmp_path / name):
            pass


def test_apply_waits_for_no_other_workspace_and_writes_nothing_beside_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    plan = str(shell.planned("--space", "HR"))
    with site_writer(shell.url, state_folder(os.environ)):
        code, text = shell.fails("apply", plan, "--yes")
    assert (code, "from another workspace" in text) == (4, True)
    assert not shell.sandbox.writes


def test_publishing_waits_for_no_other_workspace_and_sends_nothing_beside_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    shell.audited("--space", "HR")
    (shell.folder / "audit.html").write_text("a report")
    page = ("publish", "page", "--space", "LEGAL", "--title", "Reports", "audit.html")
    with site_writer(shell.url, state_folder(os.environ)):
        code, text = shell.fails(*page, "--yes")
        assert (code, "from another workspace" in text) == (4, True)
        assert shell.run(*page, "--dry-run") == 0, "what writes nothing needs no lock"
    assert not shell.sandbox.writes
