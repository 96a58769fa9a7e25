"""What rules may know comes from the configuration, a file of macros that cannot be used is named, and runs state it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.auth import NoCredentials
from audit.config import Config
from audit.errors import ConfigError
from audit.knowing import context_of, scope, told_to_rules
from audit.run import RunStore
from rules.macros import Form
from tests.audit.shell import Shell

ROW = '[[row]]\nmacro = "team-card"\nparameter = "lead"\nforms = ["user"]\nsource = "our own"\n'


def config(macros: Path | None = None) -> Config:
    return Config(
        site="https://Acme.Example",
        auth=NoCredentials(),
        hosts=("Old.Example",),
        user_pickers=("cf[10100]", "Approver"),
        macros=macros,
    )


def test_hosts_pickers_and_people_are_compared_without_regard_to_case() -> None:
    context = context_of(config(), ["JSmith"])
    assert context.hosts == {"acme.example", "old.example"}
    assert context.pickers == {"cf[10100]", "approver"}
    assert context.known == {"jsmith"}


def test_rows_of_a_site_are_added_to_the_registry(tmp_path: Path) -> None:
    path = tmp_path / "macros.toml"
    path.write_text(ROW)
    assert context_of(config()).macros.forms("team-card", "lead") == ()
    assert context_of(config(path)).macros.forms("Team-Card", "Lead") == (Form.USER,)


@pytest.mark.parametrize("content", ["[[row]\n", '[[row]]\nmacro = "x"\n', None])
def test_a_file_of_macros_that_cannot_be_used_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "macros.toml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match=r"macros\.toml"):
        context_of(config(path))


def test_a_run_states_how_much_its_rules_were_told_and_a_digest_but_no_value(tmp_path: Path) -> None:
    path = tmp_path / "macros.toml"
    path.write_text(ROW)
    told = told_to_rules(["JSmith", "jsmith", "ola"], config(path), b"key")
    assert set(told) == {"known", "macros"}
    assert told["known"].startswith("2 (HMAC-SHA-256 ")
    assert told["macros"].startswith("1 (SHA-256 ")
    assert not {"jsmith", "ola", "team-card"} & set(" ".join(told.values()).casefold().replace("(", " ").split())
    assert told_to_rules(["OLA", "jsmith"], config(path), b"key") == told
    assert told_to_rules(["ola"], config(path), b"key")["known"] != told["known"]
    assert told_to_rules(["ola", "jsmith"], config(path), b"other")["known"] != told["known"], (
        "nobody can try names out"
    )
    assert told_to_rules((), config(), b"key") == {}


def test_what_rules_were_told_is_no_part_of_what_was_read() -> None:
    assert scope({"space": "HR", "known": "2 (x)", "macros": "1 (y)"}) == {"space": "HR"}


def test_an_audit_keeps_it_shows_it_and_is_not_resumed_with_something_else(shell: Shell) -> None:
    macros = shell.folder / "macros.toml"
    macros.write_text(ROW, encoding="utf-8")
    people = shell.mapping()
    config_file = shell.folder / "settings.toml"
    config_file.write_text(f'macros = "{macros}"\n', encoding="utf-8")
    config_file.chmod(0o600)
    given = ("audit", "--space", "LEGAL", "--known", people, "--config", str(config_file))
    assert shell.run(*given) == 1
    run = shell.workspace().run_path(None)
    with RunStore.reading(run / "run.db") as store:
        options = json.loads(store.get("options"))
    assert options["macros"].startswith("1 (SHA-256 ")
    assert "HMAC-SHA-256" in options["known"]
    assert shell.run("report", "--format", "md,json", "--out", "shown") == 0
    for shown in (shell.folder / "shown").iterdir():
        text = shown.read_text("utf-8")
        assert options["known"] in text
        assert options["macros"] in text
    with RunStore(run / "run.db") as store:
        store.set({"finished_at_utc": ""})
    code, why = shell.fails("audit", "--resume", "--space", "LEGAL", "--config", str(config_file))
    assert code == 4
    assert "with other knowledge" in why
    assert shell.run(*given, "--resume") == 1
