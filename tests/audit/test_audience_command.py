"""For whom reports are, as a user says it: option, environment, configuration; the package; errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from audit import config
from audit.errors import ConfigError
from reports.audience import MEANINGS, NO_SITE, Audience
from tests.audit.shell import Shell

COUNTED = ("findings", "objects", "subjects", "changes", "replacements", "held", "identities", "resolved")


def reported(shell: Shell, *options: str) -> dict[str, Any]:
    assert shell.run("report", "--format", "json", "--out", "-", *options) == 0, shell.err
    found: dict[str, Any] = json.loads(shell.out)
    return found


def test_option_environment_and_file_set_the_audience_in_this_order(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('audience = "internal"\n')
    env = {"HOME": str(tmp_path)}
    assert config.audience(env, None) is Audience.RESTRICTED
    assert config.audience(env, file) is Audience.INTERNAL
    assert config.audience({**env, "CONFLUENCE_GDPR_AUDIENCE": "public"}, file) is Audience.PUBLIC
    assert config.audience({**env, "CONFLUENCE_GDPR_AUDIENCE": "public"}, file, "restricted") is Audience.RESTRICTED
    assert config.audience(env, None, usual=Audience.INTERNAL) is Audience.INTERNAL
    file.write_text('audience = "restricted"\n')
    assert config.audience(env, file, usual=Audience.INTERNAL) is Audience.RESTRICTED


def test_a_level_that_does_not_exist_is_refused_with_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="public, internal, restricted"):
        config.audience({"HOME": str(tmp_path), "CONFLUENCE_GDPR_AUDIENCE": "everybody"}, None)


def test_reports_plans_and_packages_keep_to_their_audience(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.audited("--space", "LEGAL")
    plan = shell.folder / "plan.json"
    command = ("plan", "--mapping", shell.mapping(), "--format", "md", "--out", str(plan), "--audience", "public")
    assert shell.run(*command) == 1
    dry = plan.with_suffix(".md").read_text()
    host = shell.url.partition("://")[2]
    assert NO_SITE.partition("://")[2] in dry.replace("\\", "")
    assert host not in dry.replace("\\", "")
    assert shell.run("apply", str(plan), "--yes") == 0

    whole, public = reported(shell), reported(shell, "--audience", "public")
    assert {name: whole["totals"][name] for name in COUNTED} == {name: public["totals"][name] for name in COUNTED}
    text = json.dumps(public)
    titles = {one["title"] for one in whole["findings"] + whole["changes"] if one["title"]}
    masks = {one["subject"]["mask"] for one in whole["findings"] + whole["identities"]}
    hashes = {one["subject"]["hmac"] for one in whole["findings"] + whole["identities"]}
    assert titles
    assert not [one for one in titles | masks | hashes | {host, "LEGAL"} if json.dumps(one)[1:-1] in text]

    monkeypatch.setenv("CONFLUENCE_GDPR_AUDIENCE", "internal")
    internal = reported(shell)
    assert internal["run"]["masking"] == "internal"
    assert {one["excerpt"] for one in internal["findings"]} == {""}
    monkeypatch.delenv("CONFLUENCE_GDPR_AUDIENCE")
    assert reported(shell)["run"]["masking"] == "restricted"
    assert shell.run("evidence", "export", "--form", "folder", "--unsigned") == 0, shell.err
    bag = Path(shell.out.splitlines()[-1])
    assert shell.run("evidence", "verify", str(bag)) == 0, shell.out
    assert MEANINGS[Audience.INTERNAL] in shell.out
    assert f"| Audience | {MEANINGS[Audience.INTERNAL]} |" in (bag / "README.md").read_text()
    packed = json.loads((bag / "data" / "plan.json").read_bytes())
    views = [edit["view"] for action in packed["actions"] for edit in action["edits"]]
    assert {(view["before"], view["after"]) for view in views} == {("", "")}
    excerpts = [one["excerpt"] for one in whole["findings"] if len(one["excerpt"]) > len("user") * 10]
    files = b"".join(path.read_bytes() for path in bag.rglob("*.json*"))
    assert excerpts
    assert not [one for one in excerpts if json.dumps(one, ensure_ascii=False)[1:-1].encode() in files]

    assert shell.run("evidence", "export", "--audience", "public") == 2
    assert "There is no package for the public" in shell.err
