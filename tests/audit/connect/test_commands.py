"""The commands of apps as a user has them: modules, login, and everything else with the credentials of an app."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from audit.cli.app import app
from audit.sandbox.faults import Fault, FaultKind
from tests.audit.connect.conftest import Become, LogIn
from tests.audit.shell import Shell

DYNAMIC = "/app/module/dynamic$"
MODULES = {
    "webItems": [{"key": "my-item", "url": "/x", "name": {"value": "X"}, "location": "system.admin"}],
    "adminPages": [{"key": "my-page", "url": "/y", "name": {"value": "Y"}}],
}


@pytest.fixture
def file(shell: Shell) -> str:
    path = shell.folder / "modules.json"
    path.write_text(json.dumps(MODULES))
    return str(path)


def test_modules_are_registered_listed_and_removed(shell: Shell, as_app: Become, file: str) -> None:
    as_app("connect")
    assert shell.run("app", "modules", "list") == 0
    assert (shell.out, "registered no modules" in shell.err) == ("", True)
    assert shell.run("app", "modules", "register", file, "--dry-run") == 0
    assert "2 modules would be registered; nothing was sent" in shell.err
    assert shell.sandbox.writes == []
    assert shell.run("app", "modules", "register", file) == 0
    assert "2 modules registered" in shell.err
    assert shell.out.split() == ["webItems", "my-item", "adminPages", "my-page"]
    assert shell.run("app", "modules", "list", "--site", shell.url, "--format", "json") == 0
    assert json.loads(shell.out) == [
        {"type": "webItems", "key": "my-item"},
        {"type": "adminPages", "key": "my-page"},
    ]
    assert shell.run("app", "modules", "remove", "my-item", "nobody", "--dry-run") == 0
    assert "1 would be removed" in shell.err
    assert len(shell.sandbox.writes) == 1
    assert shell.run("app", "modules", "remove", "my-item", "my-page", "nobody") == 0
    assert "nobody: the app has registered no such module there." in shell.err
    assert "2 removed" in shell.err
    assert [entry.query for entry in shell.sandbox.writes][1:] == [
        (("moduleKey", "my-item"), ("moduleKey", "my-page"), ("moduleKey", "nobody"))
    ]
    assert {entry.caller for entry in shell.sandbox.log} == {"jwt"}


def test_one_fault_and_nothing_is_sent(shell: Shell, as_app: Become, file: str) -> None:
    as_app("connect")
    assert shell.run("app", "modules", "register", file) == 0
    sent = len(shell.sandbox.writes)
    assert shell.fails("app", "modules", "register", file)[0] == 4
    assert "registered already" in shell.err
    descriptor = Path(file).with_name("atlassian-connect.json")
    descriptor.write_text('{"key": "x", "modules": {"webPanels": [{"key": "own"}]}}')
    Path(file).write_text('{"webItems": [{"key": "own", "url": "/?u={user_id}"}, {"url": "/"}]}')
    code, said = shell.fails("app", "modules", "register", file, "--descriptor", str(descriptor))
    assert code == 4
    for words in ("one of the descriptor", "asks for {user_id}", "webItems 2 has no `key`"):
        assert words in said
    assert len(shell.sandbox.writes) == sent


def test_the_errors_of_the_site_are_shown_as_they_are(shell: Shell, as_app: Become, file: str) -> None:
    as_app("connect")
    Path(file).write_text('{"confluenceContentProperties": [{"key": "acme-roster"}]}')
    code, said = shell.fails("app", "modules", "register", file)
    assert code == 5
    assert "duplicate module keys: [acme-roster]. Please contact the app vendor." in said
    Path(file).write_text('{"dialogs": [{"key": "one", "url": "/"}]}')
    shell.sandbox.state.grants.modules["webItems"] = [{"key": f"k{number}"} for number in range(100)]
    assert "more than the 100" in shell.fails("app", "modules", "register", file)[1]


def test_a_write_whose_answer_is_lost_is_settled_by_reading(shell: Shell, as_app: Become, file: str) -> None:
    as_app("connect")
    shell.sandbox.faults.add(Fault(FaultKind.RESET_AFTER, "POST", DYNAMIC))
    assert shell.run("app", "modules", "register", file) == 0
    shell.sandbox.faults.add(Fault(FaultKind.STATUS, "DELETE", DYNAMIC, status=502))
    code, said = shell.fails("app", "modules", "remove", "my-item")
    assert (code, "not known whether" in said) == (5, True)
    assert len([entry for entry in shell.sandbox.writes if entry.method == "POST"]) == 1


@pytest.mark.parametrize("kind", ["basic", "service-account"])
def test_a_caller_that_is_no_app_is_explained(shell: Shell, as_app: Become, kind: str) -> None:
    if kind != "basic":
        as_app(kind)
    code, said = shell.fails("app", "modules", "list")
    assert code == 5
    assert "The request is not from a Connect app." in said
    assert f"these credentials are {kind}" in said


def test_an_app_with_another_secret_is_told_so(shell: Shell, as_app: Become, monkeypatch: pytest.MonkeyPatch) -> None:
    as_app("connect")
    monkeypatch.setenv("CONFLUENCE_GDPR_SHARED_SECRET", "w" * 40)
    code, said = shell.fails("app", "modules", "list")
    assert (code, "`shared_secret`" in said) == (5, True)


def test_the_group_finds_a_subcommand_by_its_file() -> None:
    context = click.Context(app)
    assert "modules" in app.list_commands(context)
    for name in app.list_commands(context):
        command = app.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str()
    assert app.get_command(context, "nothing") is None


# Every command


@pytest.mark.parametrize("kind", ["service-account", "act-as"])
def test_an_audit_runs_with_a_grant(shell: Shell, as_app: Become, kind: str) -> None:
    as_app(kind)
    assert shell.run("audit", "--space", "HR") == 1
    assert sum(entry.path.endswith("/token") for entry in shell.sandbox.log) == 1
    assert shell.sandbox.writes == []


def test_a_migration_runs_as_a_connect_app(shell: Shell, as_app: Become) -> None:
    as_app("connect")
    assert shell.run("audit", "--space", "LEGAL") == 1
    assert shell.run("plan", "--mapping", shell.mapping(), "--local", "--format", "") in {0, 1}
    assert shell.run("apply", "plan.json", "--yes") in {0, 1}
    assert "PUT" in {entry.method for entry in shell.sandbox.writes}
    assert {entry.caller for entry in shell.sandbox.log} == {"jwt"}


# Login


def test_a_login_is_kept_and_every_command_acts_for_the_person(shell: Shell, as_app: Become, log_in: LogIn) -> None:
    as_app("oauth")
    assert shell.fails("doctor")[0] == 2
    assert "confluence-gdpr login" in shell.err
    log_in()
    assert shell.run("login") == 0
    assert "Logged in" in shell.err
    assert shell.run("doctor") == 0
    assert "oauth credentials" in shell.out
    assert "through the API gateway" in shell.out
    assert shell.run("audit", "--space", "HR") == 1
    assert sum(entry.path == "/oauth/token" for entry in shell.sandbox.log) == 1
    assert shell.run("login", "--forget") == 0
    assert shell.fails("doctor")[0] == 2
    assert shell.run("login", "--forget") == 0
    assert "No tokens were stored" in shell.err


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"state": "another"}, "another login"),
        ({"state": ""}, "another login"),
        ({"code": ""}, "no code"),
        ({"error": "access_denied", "code": ""}, "nobody consented"),
        ({"at": "https://evil.example/callback"}, "callback address"),
        ({"at": "https://[broken"}, "not a URL"),
    ],
)
def test_an_address_of_another_login_is_refused_and_not_repeated(
    shell: Shell, as_app: Become, log_in: LogIn, changed: dict[str, str], words: str
) -> None:
    as_app("oauth")
    log_in(**changed)
    code, said = shell.fails("login")
    assert (code, words in said) == (2, True), said
    assert "sandbox-code" not in said
    assert not any(entry.path == "/oauth/token" for entry in shell.sandbox.log)


def test_only_the_grant_of_a_person_has_a_login(shell: Shell, as_app: Become, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell.fails("login")[0] == 2
    as_app("oauth")
    monkeypatch.delenv("CONFLUENCE_GDPR_CALLBACK")
    code, said = shell.fails("login")
    assert (code, "callback address of the app is not set" in said) == (2, True)
