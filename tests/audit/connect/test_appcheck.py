"""`app check`: what a vendor is told of an app, and what is not shown."""

from __future__ import annotations

import json
import re
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from audit.appcheck import AppCheck, Material, Topic, check
from audit.appcheck_shown import as_json, as_markdown, as_report, deadline
from audit.cli.app_check import check as command
from audit.errors import UsageError
from rules.model import Kind
from rules.registry import load
from rules.sniff import sniff

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "app-vendors.md").read_text(encoding="utf-8")
CORPUS = ROOT.parent / "shared" / "corpus" / "descriptors"
TODAY = date(2026, 11, 21)
DESCRIPTOR = """{ // boards
 "key": "com.acme.boards", "baseUrl": "https://boards.acme-optics.se/app", "lifecycle": {"installed": "/installed"},
 "vendor": {"name": "Tilda Bergmann"}, "scopes": ["READ", "ACCESS_EMAIL_ADDRESSES"],
 "modules": {"generalPages": [{"key": "b", "url": "/b?u={user_key}"}], "staticContentMacros": [{"key": "m"}],},
}"""
SERVER = """// confluence
const upload = require('multer')();
http.post('/wiki/rest/api/content/1/child/attachment', file);
sequelize.define('person', {accountId: DataTypes.STRING, email: DataTypes.STRING});
http.get('/wiki/rest/api/user?username=' + name);
"""
USER = '{"accountId":"5d41402abc4b2a76b9719d91","displayName":"Tilda Bergmann","username":"tbergmann"}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "atlassian-connect.json").write_text(DESCRIPTOR)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "server.js").write_text(SERVER)
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "user.json").write_text(USER)
    return tmp_path


def checked(folder: Path, *names: str) -> AppCheck:
    paths = tuple(folder / name for name in names)
    return check(folder / "atlassian-connect.json", Material(paths), load(), TODAY)


def rules_of(found: AppCheck) -> dict[Topic, set[str]]:
    return {chapter.topic: {sight.rule for sight in chapter.sights} for chapter in found.chapters}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(each) for each in arguments])


def test_each_finding_stands_in_the_chapter_that_says_what_to_do(folder: Path) -> None:
    found = checked(folder, "src", "samples")
    assert rules_of(found) == {
        Topic.DESCRIPTOR: {"descriptor-email-scope", "descriptor-migration", "descriptor-user-parameter"},
        Topic.CODE: {"code-user-parameter"},
        Topic.SAMPLES: {"legacy-user-object"},
        Topic.STORAGE: {"code-profile-store", "stored-profile-field"},
        Topic.UPLOADS: {"code-upload-detour"},
    }
    assert {chapter.topic: chapter.files for chapter in found.chapters} == {
        Topic.DESCRIPTOR: 1,
        Topic.CODE: 1,
        Topic.SAMPLES: 1,
        Topic.STORAGE: 2,
        Topic.UPLOADS: 1,
    }
    assert found.complete


def test_a_chapter_without_material_is_said_not_to_be_looked_at(folder: Path) -> None:
    alone = checked(folder)
    assert [chapter.topic for chapter in alone.chapters if not chapter.files] == list(Topic)[1:]
    for shown in (as_report(alone), as_markdown(alone)):
        assert shown.count("Not looked at: ") == 4
        assert "4 of 5 chapters were not looked at" in shown
    assert [each["looked_at"] for each in json.loads(as_json(alone))["chapters"]] == [True, False, False, False, False]


def test_the_descriptor_counts_once_where_it_lies_in_a_folder_that_is_walked(folder: Path) -> None:
    assert rules_of(checked(folder, ".")) == rules_of(checked(folder, "src", "samples"))
    assert len(checked(folder, ".").sights) == len(checked(folder, "src", "samples").sights)


def test_no_value_of_a_person_and_no_free_text_of_the_descriptor_is_shown(folder: Path) -> None:
    (folder / "samples" / "event.json").write_text(
        '{"users":[{"email":"tilda@acme-optics.example","username":"tberg"}]}'
    )
    for form in ("text", "md", "json", "sarif"):
        shown = run(folder / "atlassian-connect.json", folder / "src", folder / "samples", "--format", form).output
        assert "com.acme.boards" in shown or form == "sarif"
        for value in ("Tilda", "Bergmann", "tbergmann", "tberg", "tilda@", "5d41402abc4b2a76b9719d91"):
            assert value not in shown, form


def test_the_days_of_connect_are_counted(folder: Path) -> None:
    found = checked(folder)
    assert found.days_left == 71
    assert deadline(found) == "Support for Connect ends on 2027-01-31: 71 days are left."
    late = check(folder / "atlassian-connect.json", Material(), load(), date(2027, 2, 2))
    assert deadline(late) == "Support for Connect ends on 2027-01-31: that was 2 days ago."
    asks = {ask.about: ask.asks for ask in found.asks}
    assert asks["staticContentMacros"].startswith("macro, under the same key")


def test_exit_codes_say_what_came_of_it(folder: Path) -> None:
    descriptor = folder / "atlassian-connect.json"
    assert run(descriptor).exit_code == 1
    (folder / "samples" / "broken.json").write_text("{")
    broken = run(descriptor, folder / "samples")
    assert broken.exit_code == 3
    assert "broken.json: not assessed" in broken.stdout
    assert "Something could not be judged." in broken.stdout
    assert "## Not judged" in run(descriptor, folder / "samples", "--format", "md").stdout
    assert json.loads(run(descriptor, folder / "samples", "--format", "json").stdout)["complete"] is False
    descriptor.write_text('{"key":"x","baseUrl":"https://a.example","apiMigrations":{"gdpr":true},"modules":{}}')
    clean = run(descriptor, "--confidence", "high")
    assert (clean.exit_code, "Nothing was found; 4 of 5" in clean.stdout) == (0, True)


def test_confidence_and_patterns_narrow_a_check(folder: Path) -> None:
    paths = (folder / "atlassian-connect.json", folder / "src", "--format", "json")
    every: dict[str, Any] = json.loads(run(*paths).stdout)
    sure: dict[str, Any] = json.loads(run(*paths, "--confidence", "high").stdout)
    assert every["findings"] > sure["findings"] > 0
    assert {one["confidence"] for chapter in sure["chapters"] for one in chapter["findings"]} == {"high"}
    none: dict[str, Any] = json.loads(run(*paths, "--exclude", "*.js").stdout)
    assert [chapter["files"] for chapter in none["chapters"]] == [1, 0, 0, 0, 0]


def test_code_scanning_gets_the_findings(folder: Path) -> None:
    (log,) = json.loads(run(folder / "atlassian-connect.json", folder / "src", "--format", "sarif").stdout)["runs"]
    assert {one["ruleId"] for one in log["results"]} >= {"code-upload-detour", "descriptor-email-scope"}
    assert log["invocations"][0]["executionSuccessful"] is True


@pytest.mark.parametrize(
    ("text", "why"), [("{", "not JSON"), ('{"key":"x"}', "has no key, or less than two"), ("[]", "has no key")]
)
def test_what_describes_no_app_is_refused_with_what_to_do(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "atlassian-connect.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=why) as refused:
        check(path, Material(), load(), TODAY)
    assert refused.value.fix


def test_a_descriptor_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the system said"):
        check(tmp_path, Material(), load(), TODAY)


def test_markdown_stays_text_whatever_a_file_is_called(folder: Path) -> None:
    (folder / "src" / "a|b *<script>*.js").write_text(SERVER)
    shown = as_markdown(checked(folder, "src"))
    assert "<script>" not in shown
    assert r"a\|b \*&lt;script&gt;\*.js" in shown


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside this checkout")
def test_every_descriptor_of_the_corpus_is_checked() -> None:
    done = 0
    for path in sorted(CORPUS.rglob("*.json")):
        if sniff(path.name, path.read_bytes()) is Kind.DESCRIPTOR:
            found = check(path, Material(), load(), TODAY)
            assert found.complete, path
            assert as_report(found), path
            assert as_markdown(found), path
            assert json.loads(as_json(found))["chapters"][0]["files"] == 1
            done += 1
    assert done > 30


def test_every_command_of_the_page_runs_as_it_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines() if " app check " in line]
    assert len(lines) >= 5
    for line in lines:
        words = shlex.split(line)
        assert words[:3] == ["confluence-gdpr", "app", "check"]
        assert run(*words[3:]).exit_code == 1, line
    named = set(re.findall(r"--[a-z]+", PAGE.partition("## The duty to report accounts")[0]))
    assert named <= set(re.findall(r"--[a-z]+", run("--help").output))


def test_the_page_has_each_chapter_and_every_form() -> None:
    chapters = PAGE.partition("## The chapters")[2].partition("\n## ")[0]
    assert [row.split(" | ")[0] for row in re.findall(r"^\| (.*) \|$", chapters, re.MULTILINE)[1:]] == [
        "descriptor",
        "programs",
        "samples",
        "storage",
        "uploads",
    ]
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == {"text", "md", "json", "sarif"}


def test_stores_and_uploads_count_in_files_that_name_no_product(folder: Path) -> None:
    store = folder / "store"
    store.mkdir()
    (store / "a.sql").write_text("CREATE TABLE users (account_id varchar(128) primary key, display_name text);")
    (store / "User.java").write_text("@Entity public class User {\n @Id private String accountId;\n String email;\n}")
    (store / "proxy.js").write_text("const upload = require('multer')();\nsend(request.file);")
    sights = [sight for sight in checked(folder, "store").sights if Path(sight.file).parent == store]
    assert {(sight.rule, Path(sight.file).name) for sight in sights} == {
        ("code-profile-store", "a.sql"),
        ("code-profile-store", "User.java"),
        ("code-upload-detour", "proxy.js"),
    }
