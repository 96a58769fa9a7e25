from __future__ import annotations

import json

import pytest

from audit.sandbox.sandbox import Sandbox
from audit.sandbox.serve import serving
from tests.audit.shell import Shell


def har(url: str, *calls: tuple[str, str]) -> str:
    secrets = {
        "headers": [{"name": "Authorization", "value": "Bearer canary-header"}],
        "cookies": [{"name": "session", "value": "canary-cookie"}],
    }
    entries = [{"request": {"method": method, "url": f"{url}{path}", **secrets}} for method, path in calls]
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


@pytest.mark.slow
def test_the_guides_resources_are_replayed_without_a_recording(shell: Shell) -> None:
    assert shell.run("doctor", "--privacy") == 1
    assert "resources of the user-privacy guide" in shell.out
    assert "empty, gone or not offered" in shell.out
    assert shell.sandbox.writes == []


def test_a_recording_is_replayed_with_our_credentials_and_shows_nothing_of_its_own(shell: Shell) -> None:
    with serving((sandbox := Sandbox(legacy_users=True)).app) as url:
        person = sandbox.people[3]
        calls = (
            ("GET", f"/wiki/rest/api/user?username={person.username}&os_password=canary-os"),
            ("HEAD", "/wiki/rest/api/user/current"),
            ("POST", f"/wiki/rest/api/user/watch/space/HR?key={person.user_key}"),
        )
        (shell.folder / "calls.har").write_text(har(url, *calls))
        assert shell.run("doctor", url, "--privacy", "--har", "calls.har", "--verbose") == 1
        log, text = shell.err, shell.out
        assert shell.run("doctor", url, "--privacy", "--har", "calls.har", "--format", "jsonl") == 1
    for shown in (log, text, shell.out, *map(str, shell.files().values())):
        said = "".join(line for line in shown.splitlines() if '"log"' not in line)
        assert "canary" not in said
        assert person.user_key not in said
        assert person.username not in said
    assert {"GET", "HEAD"} == {entry.method for entry in sandbox.log}
    assert "send accountId [user-watch]" in text
    assert json.loads(shell.out.splitlines()[-1])["type"] == "summary"


def test_a_list_is_replayed_and_what_cannot_be_asked_makes_it_incomplete(shell: Shell) -> None:
    (shell.folder / "calls.txt").write_text("GET /wiki/rest/api/user/current\nGET /wiki/rest/api/nothing\n")
    assert shell.run("doctor", "--privacy", "--requests", "calls.txt") == 3
    assert "something could not be asked" in shell.out
    (shell.folder / "calls.txt").write_text("GET /wiki/rest/api/user/current\n")
    assert shell.run("doctor", "--privacy", "--requests", "calls.txt") == 0


def test_wrong_credentials_end_it_with_five(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFLUENCE_GDPR_TOKEN", "canary-wrong")
    assert shell.run("doctor", "--privacy") == 5
    assert "could not be asked any further" in shell.out
    assert "canary" not in shell.out + shell.err


def test_options_that_do_not_go_together_are_refused_before_anything_is_asked(shell: Shell) -> None:
    (shell.folder / "calls.har").write_text("{")
    wrong = (
        ("--har", "calls.har"),
        ("--requests", "calls.har"),
        ("--format", "jsonl"),
        ("--privacy", "--har", "calls.har", "--requests", "calls.har"),
        ("--privacy", "--format", "json"),
        ("--privacy", "--har", "calls.har"),
        ("--privacy", "--requests", "calls.har"),
    )
    for options in wrong:
        assert shell.fails("doctor", *options)[0] == 2
    assert shell.run("doctor", "--privacy", "--har", "nowhere.har") == 2
    assert shell.sandbox.log == []
