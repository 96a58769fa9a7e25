"""What rules may know comes from the configuration, and a file of macros that cannot be used is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.auth import NoCredentials
from audit.config import Config
from audit.errors import ConfigError
from audit.knowing import context_of
from rules.macros import Form

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
