"""`publish page` and `publish assets` as people call them, over real connections."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest

from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.people import LEGAL_TEAM, PEOPLE
from audit.sandbox.services import OBJECTS, WORKSPACE
from audit.sandbox.state import Kind
from audit.uploads import local_file
from tests.audit.publish.conftest import TITLE
from tests.audit.shell import Shell

PAGE = ("publish", "page", "--space", "LEGAL", "--title", TITLE)
FILES = ("audit.html", "Größe & Co.json")
ASSETS = ("publish", "assets", "--object", OBJECTS[0])


def hosts(shell: Shell) -> list[dict[str, object]]:
    """Return the hosts that a report on the run lists."""
    assert shell.run("report", "--format", "json", "--out", "-") == 0
    found: list[dict[str, object]] = json.loads(shell.out)["run"]["hosts"]
    return found


def attached(shell: Shell) -> dict[str, int]:
    """Return name -> version of what hangs on the page."""
    page = shell.sandbox.find(TITLE)
    return {one.title: one.now.number for one in shell.sandbox.state.hanging_on(page, Kind.ATTACHMENT)}


def test_a_run_is_published_and_the_report_says_which_bytes_went_where(shell: Shell) -> None:
    assert shell.run(*PAGE, "--restrict-to", f"group:{LEGAL_TEAM}", "--yes", *FILES) == 0
    assert "restricted and read back" in shell.out
    assert "everybody in these groups" in shell.err
    digests = {name: local_file(Path(name)).sha256 for name in FILES}
    assert all(digest in shell.out for digest in digests.values())
    assert attached(shell) == dict.fromkeys(FILES, 1)
    rows = hosts(shell)
    for name, digest in digests.items():
        (row,) = [one for one in rows if one["purpose"] == f"publish: {name}, SHA-256 {digest}"]
        assert row["origin"] == shell.url
    assert shell.run("report", "--format", "md", "--out", "-") == 0
    (table,) = re.findall(r"## Hosts contacted, and nothing else\n(.*?)\n\n#", f"{shell.out}\n\n#", re.DOTALL)
    assert all(f"SHA-256 {digest}" in table for digest in digests.values())
    body = shell.sandbox.body(shell.sandbox.find(TITLE))
    assert all(digest in body for digest in digests.values())
    assert "<td>Confluence REST API</td>" in body
    assert not any(person.email in body or person.username in body for person in PEOPLE)


def test_the_same_command_twice_changes_nothing_but_the_count_of_requests(shell: Shell) -> None:
    assert shell.run(*PAGE, "--yes", *FILES) == 0
    before = len(shell.sandbox.writes)
    assert shell.run(*PAGE, "--yes", *FILES) == 0
    assert len(shell.sandbox.writes) == before
    assert "unchanged, version 2" in shell.out
    assert "2 files were there already" in shell.err


def test_without_files_the_reports_of_the_run_are_published(shell: Shell) -> None:
    assert shell.run("report", "--format", "json,md") == 0
    assert shell.run(*PAGE, "--yes") == 0
    run = shell.workspace().run_path(None)
    assert attached(shell) == {f"audit-{run.name}.json": 1, f"audit-{run.name}.md": 1}


def test_a_dry_run_writes_nothing_and_shows_what_would_go_where(shell: Shell) -> None:
    assert shell.run(*PAGE, "--dry-run", *FILES) == 0
    assert shell.url in shell.out
    assert all(local_file(Path(name)).sha256 in shell.out for name in FILES)
    assert shell.run(*ASSETS, "--dry-run", *FILES) == 0
    assert WORKSPACE in shell.out
    assert shell.sandbox.state.services.media_base in shell.out
    assert (shell.sandbox.writes, shell.sandbox.media.log) == ([], [])
    assert not any("publish" in str(row["purpose"]) for row in hosts(shell))


def test_nobody_is_asked_without_a_terminal(shell: Shell) -> None:
    for command in (PAGE, ASSETS):
        code, error = shell.fails(*command, *FILES)
        assert (code, "--yes" in error) == (2, True)
    assert (shell.sandbox.writes, shell.sandbox.media.log) == ([], [])


def test_what_is_no_plain_file_of_its_own_name_is_refused(shell: Shell) -> None:
    (shell.folder / "link.html").symlink_to(shell.folder / "audit.html")
    (shell.folder / "more").mkdir()
    (shell.folder / "more" / "Audit.html").write_text("x")
    for names, why in (
        (("link.html",), "symbolic link"),
        (("more",), "folder"),
        (("gone.html",), "No such file"),
        (("audit.html", "more/Audit.html"), "same name"),
    ):
        for command in (PAGE, ASSETS):
            code, error = shell.fails(*command, "--yes", *names)
            assert (code, why in error) == (2, True), error
    assert shell.sandbox.log == []


def test_an_upload_whose_connection_is_cut_after_it_arrived_is_not_sent_twice(shell: Shell) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.RESET_AFTER, "PUT", "/child/attachment$"))
    assert shell.run(*PAGE, "--yes", *FILES) == 0
    assert attached(shell) == dict.fromkeys(FILES, 1)


def test_an_upload_whose_connection_is_cut_before_it_arrived_is_sent_once_more(shell: Shell) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.RESET_BEFORE, "PUT", "/child/attachment$"))
    assert shell.run(*PAGE, "--yes", *FILES) == 0
    assert attached(shell) == dict.fromkeys(FILES, 1)


@pytest.fixture
def patient(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return a shell whose tool waits for the answer to an upload for half a second."""
    config = shell.folder / "config.toml"
    config.write_text("[limits]\ndeadline_s = 0.5\n")
    config.chmod(0o600)
    monkeypatch.setenv("CONFLUENCE_GDPR_CONFIG", str(config))
    return shell


def test_a_site_that_falls_silent_after_it_took_a_file_is_asked_what_it_has(patient: Shell) -> None:
    patient.sandbox.faults.add(Fault(FaultKind.HOLD_AFTER, "PUT", "/child/attachment$"))
    assert patient.run(*PAGE, "--yes", *FILES) == 0
    assert attached(patient) == dict.fromkeys(FILES, 1)


def test_a_media_service_that_falls_silent_leaves_the_file_to_resume(patient: Shell) -> None:
    patient.sandbox.media.faults.add(Fault(FaultKind.HOLD_BEFORE, "POST", "/file$"))
    code, error = patient.fails(*ASSETS, "--yes", *FILES)
    assert (code, "--resume sends" in error) == (5, True)
    assert patient.run(*ASSETS, "--yes", "--resume", *FILES) == 0
    assert len(patient.sandbox.state.services.objects[OBJECTS[0]]) == len(FILES)


def test_what_went_up_before_a_refusal_is_in_the_report_and_the_rest_follows(shell: Shell) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, "PUT", "/child/attachment$", nth=2, status=413))
    code, error = shell.fails(*PAGE, "--yes", *FILES)
    assert (code, "larger than it takes" in error) == (5, True)
    assert any(local_file(Path(FILES[0])).sha256 in str(row["purpose"]) for row in hosts(shell))
    assert shell.run(*PAGE, "--yes", *FILES) == 0
    assert attached(shell) == dict.fromkeys(FILES, 1)


def test_the_page_is_written_in_the_language_that_is_asked_for(shell: Shell) -> None:
    assert shell.run(*PAGE, "--yes", "--language", "de", *FILES) == 0
    body = shell.sandbox.body(shell.sandbox.find(TITLE))
    assert "Schweregrad" in body
    assert "straight to this site" not in body


@pytest.mark.parametrize("form", ["direct", "gateway"])
def test_files_are_attached_to_an_object_by_either_form_of_the_address(shell: Shell, form: str) -> None:
    assert shell.run(*ASSETS, "--form", form, "--yes", *FILES) == 0
    services = shell.sandbox.state.services
    assert [row["filename"] for row in services.objects[OBJECTS[0]]] == list(FILES)
    calls = [entry for entry in shell.sandbox.log if "/jsm/assets/" in entry.path]
    assert {entry.gateway for entry in calls} == {form == "gateway"}
    rows = hosts(shell)
    (row,) = [one for one in rows if local_file(Path(FILES[1])).sha256 in str(one["purpose"])]
    assert row["origin"] == services.media_base


def test_a_call_that_stopped_between_steps_is_gone_on_with(shell: Shell) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, "POST", r"/object/\d+$", status=403))
    code, error = shell.fails(*ASSETS, "--yes", *FILES)
    assert (code, "--resume attaches it" in error) == (5, True)
    (state,) = shell.workspace().run_path(None).glob("publish-assets-*.json")
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    code, error = shell.fails(*ASSETS, "--yes", *FILES)
    assert (code, "--resume" in error) == (2, True)
    assert shell.run(*ASSETS, "--yes", "--resume", *FILES) == 0
    assert len(shell.sandbox.media.log) == len(FILES)
    assert len(shell.sandbox.state.services.objects[OBJECTS[0]]) == len(FILES)


def test_what_is_left_is_shown_and_the_host_only_where_bytes_go_to_it(shell: Shell) -> None:
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, "POST", r"/object/\d+$", status=403, nth=2))
    assert shell.fails(*ASSETS, "--yes", *FILES)[0] == 5
    assert shell.run(*ASSETS, "--dry-run", "--resume", *FILES) == 0
    assert [line.split()[0] for line in shell.out.splitlines()[1:]] == ["attached", "link"]
    shell.sandbox.state.services.objects[OBJECTS[0]].clear()
    assert shell.run(*ASSETS, "--yes", "--resume", *FILES) == 0
    assert "is not attached any more: it is sent anew" in shell.err
    assert "The bytes go to" in shell.out


def test_link_again_alone_is_refused(shell: Shell) -> None:
    code, error = shell.fails(*ASSETS, "--yes", "--link-again", *FILES)
    assert (code, "together with --resume" in error, shell.sandbox.log) == (2, True, [])


@pytest.mark.parametrize("kind", ["connect", "oauth", "service-account"])
def test_credentials_that_assets_does_not_take_are_refused_before_any_request(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    for name in ("EMAIL", "TOKEN"):
        monkeypatch.delenv(f"CONFLUENCE_GDPR_{name}", raising=False)
    for name, value in shell.sandbox.app_environment(shell.url, kind).items():
        monkeypatch.setenv(name, value)
    code, error = shell.fails(*ASSETS, "--yes", *FILES)
    assert (code, f"the credentials are {kind}" in error) == (2, True)
    assert (shell.sandbox.log, shell.sandbox.media.log) == ([], [])


def test_a_name_with_an_end_of_line_stays_on_its_line(shell: Shell) -> None:
    (shell.folder / "new\nline.csv").write_text("x")
    assert shell.run(*ASSETS, "--yes", "new\nline.csv") == 0
    assert "attached: new[U+000A]line.csv to object" in shell.out
    assert shell.sandbox.state.services.objects[OBJECTS[0]][0]["filename"] == "new\nline.csv"


def test_an_object_that_is_no_number_is_a_usage_error(shell: Shell) -> None:
    code, error = shell.fails("publish", "assets", "--object", "../1", "--yes", *FILES)
    assert (code, "--object" in error) == (2, True)
    assert shell.sandbox.log == []


def test_a_large_file_tells_how_far_it_is(shell: Shell) -> None:
    with (shell.folder / "bag.zip").open("wb") as stream:
        stream.truncate(12_000_000)
    assert shell.run(*ASSETS, "--yes", "bag.zip") == 0
    assert "bag.zip: 100 %" in shell.err
    assert 5 < len([line for line in shell.err.splitlines() if "bag.zip" in line]) < 15


def test_no_secret_and_no_name_of_a_person_is_kept_or_said(shell: Shell) -> None:
    (shell.folder / "hanna.brandt@acme-optics.example.html").write_text("x")
    token = shell.sandbox.accounts["admin"].token
    for command in (PAGE, ASSETS):
        assert shell.run(*command, "--yes", "--verbose", "hanna.brandt@acme-optics.example.html") == 0
        for secret in (token, "sandbox-media-token", "hanna.brandt"):
            assert secret not in shell.out + shell.err
    kept = {name: data for name, data in shell.files().items() if "/ws/" in name}
    assert kept
    for name, data in kept.items():
        for secret in (token, "sandbox-media-token", "hanna.brandt"):
            assert secret.encode() not in data, name
