"""Keys of personal spaces that changed: said in the configuration or in a file, never derived, never shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from audit.cli.rewrite import rewrite
from audit.errors import ConfigError
from audit.settings import read_settings
from audit.spacekeys import pairs, read_pairs

NEW = "~712020deed000000000000000000000000000000"
SECTION = f'[personal_spaces]\n"~TBergmann" = "{NEW}"\n'


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "users.csv"
    path.write_text("username,user_key,email,account_id\njvega,,,5d41402abc4b2a76b9719d91\n", encoding="utf-8")
    return path


def test_the_configuration_names_both_keys_of_a_space(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(SECTION, encoding="utf-8")
    file.chmod(0o600)
    stored = read_settings(file, named=True)
    assert stored.personal_spaces == {"~tbergmann": NEW}
    assert "tbergmann" not in repr(stored).lower()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[personal_spaces]\n"tbergmann" = "~x"\n', "entry 1"),
        ('[personal_spaces]\n"~a" = "~x"\n"~tbergmann" = 7\n', "entry 2"),
        ('[personal_spaces]\n"~tbergmann" = "~x"\n"~TBERGMANN" = "~y"\n', "once more"),
        ("[spaces]\n", "no section"),
        ('"~tbergmann" = \n', "not TOML"),
    ],
)
def test_what_names_no_keys_is_refused_without_showing_one(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "spaces.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_pairs(file)
    assert why in str(caught.value)
    assert "tbergmann" not in str(caught.value).lower()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml"):
        read_pairs(tmp_path / "none.toml")


def test_the_configuration_file_says_which_entry_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[personal_spaces]\n"~tbergmann" = ""\n', encoding="utf-8")
    file.chmod(0o600)
    with pytest.raises(ConfigError, match="line 1") as caught:
        read_settings(file, named=True)
    assert "entry 1" in str(caught.value)


def test_the_same_pair_in_another_case_is_one() -> None:
    assert pairs({"~a": NEW, "~A": NEW}) == {"~a": NEW}


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("cql", "space = ~tbergmann", f'space = "{NEW}"'),
        ("storage", '<a href="/wiki/spaces/~tbergmann/x">x</a>', f'<a href="/wiki/spaces/{NEW}/x">x</a>'),
    ],
)
def test_a_filter_rewrites_a_key_that_is_named_and_holds_any_other(
    mapping: Path, tmp_path: Path, kind: str, before: str, after: str
) -> None:
    keys, held = tmp_path / "spaces.toml", tmp_path / "held.jsonl"
    keys.write_text(SECTION, encoding="utf-8")
    options = ["--kind", kind, "--mapping", str(mapping)]
    done = CliRunner().invoke(rewrite, [*options, "--spaces", str(keys)], input=before)
    assert (done.exit_code, done.stdout) == (0, after)
    left = CliRunner().invoke(rewrite, [*options, "--held", str(held)], input=before)
    assert (left.exit_code, left.stdout) == (1, before)
    assert "[personal_spaces]" in json.loads(held.read_text())["detail"]
