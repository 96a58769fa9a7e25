from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from audit.cli.rewrite import rewrite
from audit.cli.scan import KINDS, scan
from audit.errors import MappingError, UsageError
from audit.filtering import rewritten
from audit.looking import FORMATS
from rules.model import Account, HeldReason, Kind, Personal, Resolution, Unresolved
from rules.registry import load

ANN = "712020:aaaaaaaa-0000-4000-8000-000000000001"
MENTION = '<p><ac:link><ri:user ri:username="tbergmann"/></ac:link></p>'


def run(*arguments: str, input_: bytes | None = None) -> Result:
    return CliRunner().invoke(scan, list(arguments), input=input_)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.xml").write_text(MENTION, encoding="utf-8")
    (tmp_path / "b.py").write_text("# confluence\nurl = base + '/rest/api/user?username=' + n\n", encoding="utf-8")
    (tmp_path / "clean.py").write_text("print(1)\n", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\x00\x00")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "x.xml").write_text(MENTION, encoding="utf-8")
    return tmp_path


def test_a_folder_is_walked_and_each_file_read_as_what_it_is(folder: Path) -> None:
    result = run(str(folder), "--format", "jsonl")
    assert result.exit_code == 1
    assert [(Path(one["file"]).name, one["rule"]) for one in lines(result)] == [
        ("a.xml", "legacy-mention"),
        ("b.py", "code-user-parameter"),
    ]
    first = lines(result)[0]
    assert first["subject"] == {"kind": "username", "mask": "t***"}
    assert MENTION[first["start"] : first["end"]] == "tbergmann"
    assert "tbergmann" not in result.output


def test_text_is_one_line_a_finding_with_line_and_column(folder: Path) -> None:
    result = run(str(folder / "b.py"))
    assert result.stdout.startswith(f"{folder / 'b.py'}:2:30: high severity, high confidence: ")
    assert result.stdout.rstrip().endswith("[code-user-parameter]")


def test_nothing_found_is_exit_code_0(folder: Path) -> None:
    result = run(str(folder / "clean.py"))
    assert (result.exit_code, result.stdout) == (0, "")


def test_what_cannot_be_read_is_named_and_gives_exit_code_3(folder: Path) -> None:
    (folder / "broken.json").write_text("{", encoding="utf-8")
    result = run(str(folder))
    assert result.exit_code == 3
    assert "broken.json: not assessed at byte 1 (line 1, character 2): not JSON" in result.stderr
    gone = run(str(folder / "missing.xml"), str(folder / "a.xml"))
    assert (gone.exit_code, "missing.xml: not assessed" in gone.stderr, str(folder / "a.xml") in gone.stdout) == (
        3,
        True,
        True,
    )
    assert run("-", "--kind", "descriptor", input_=b"").exit_code == 3
    named = run(str(folder / "picture.png"))
    assert (named.exit_code, "it is no text" in named.stderr) == (3, True)


def test_sarif_goes_to_standard_output_whole(folder: Path) -> None:
    result = run(str(folder), "--format", "sarif")
    (log,) = json.loads(result.stdout)["runs"]
    assert [one["ruleId"] for one in log["results"]] == ["legacy-mention", "code-user-parameter"]
    assert log["invocations"][0]["executionSuccessful"] is True
    assert len({one["partialFingerprints"]["confluenceGdpr/v1"] for one in log["results"]}) == 2
    (folder / "broken.json").write_text("{", encoding="utf-8")
    (log,) = json.loads(run(str(folder), "--format", "sarif").stdout)["runs"]
    assert log["invocations"][0]["executionSuccessful"] is False


def test_the_kind_can_be_said_and_standard_input_read() -> None:
    result = run("-", "--kind", "storage", "--format", "jsonl", input_=MENTION.encode())
    assert [one["rule"] for one in lines(result)] == ["legacy-mention"]
    payload = b'{"reviewer":{"username":"tbergmann","displayName":null}}'
    result = run("-", "--kind", "payload", "--format", "jsonl", input_=payload)
    assert "legacy-user-object" in [one["rule"] for one in lines(result)]
    assert set(KINDS) >= {"auto", "storage", "adf", "cql", "jql", "payload", "descriptor", "code"}
    assert FORMATS == ("text", "jsonl", "sarif")


def test_offsets_count_in_the_file_when_each_line_is_a_document() -> None:
    data = b"type = page\r\n\ncreator = tbergmann\n"
    (one,) = lines(run("-", "--kind", "cql", "--lines", "--format", "jsonl", input_=data))
    assert data[one["start"] : one["end"]].strip(b'"') == b"tbergmann"
    shown = run("-", "--kind", "cql", "--lines", input_=data).stdout
    assert shown.startswith("-:3:11: ")


def test_rules_confidence_and_names_narrow_a_scan(folder: Path) -> None:
    assert run(str(folder), "--rule", "email-address").exit_code == 0
    assert run(str(folder), "--exclude", "a.*", "--exclude", "b.py").exit_code == 0
    (folder / "low.py").write_text("get(confluence + '/user?username=' + n)", encoding="utf-8")
    assert run(str(folder / "low.py")).exit_code == 1
    assert run(str(folder / "low.py"), "--confidence", "high").exit_code == 0
    assert "low confidence" in run(str(folder / "low.py")).stdout
    assert isinstance(run(str(folder), "--rule", "nothing").exception, UsageError)


def test_marks_and_comments_keep_every_offset(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(b'\xef\xbb\xbf{"user": {"username": "tbergmann", "displayName": null}, // who\n}')
    (one,) = [each for each in lines(run(str(path), "--format", "jsonl")) if each["rule"] == "legacy-user-object"]
    assert path.read_bytes()[one["start"] : one["end"]] == b"tbergmann"


def resolve(subject: Personal) -> Resolution:
    if subject == Personal(subject.kind, "tbergmann"):
        return Account(ANN, "test")
    return Unresolved(HeldReason.UNRESOLVED, "not in the mapping")


def test_a_stream_is_rewritten_and_what_stays_is_recorded() -> None:
    data = (MENTION + MENTION.replace("tbergmann", "olindqvist")).encode()
    result = rewritten(data, Kind.STORAGE, load(), resolve)
    assert result.data == data.replace(b'ri:username="tbergmann"', f'ri:account-id="{ANN}"'.encode())
    (kept,) = result.kept
    assert data[kept.start : kept.end] == b"olindqvist"
    assert (kept.rule, kept.reason, kept.mask) == ("legacy-mention", HeldReason.UNRESOLVED, "o***")
    assert "olindqvist" not in kept.as_json()


def test_line_by_line_a_query_that_does_not_parse_comes_out_unchanged() -> None:
    data = b"creator = tbergmann\r\n\ncreator = = x\ntype = page"
    result = rewritten(data, Kind.CQL, load(), resolve, by_line=True)
    assert result.data == data.replace(b"tbergmann", f'"{ANN}"'.encode())
    (kept,) = result.kept
    assert (kept.line, kept.rule, kept.reason) == (3, "", HeldReason.MALFORMED)
    assert data[: kept.start].count(b"\n") == 2
    assert json.loads(kept.as_json())["subject"] is None


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "users.csv"
    path.write_text(f"username,user_key,email,account_id\ntbergmann,,,{ANN}\n", encoding="utf-8")
    return path


def test_the_filter_exits_with_1_when_something_was_held(mapping: Path, tmp_path: Path) -> None:
    held = tmp_path / "held.jsonl"
    options = ["--kind", "storage", "--mapping", str(mapping), "--held", str(held)]
    done = CliRunner().invoke(rewrite, options, input=MENTION.encode())
    assert (done.exit_code, held.read_text(encoding="utf-8")) == (0, "")
    assert ANN in done.stdout
    assert "1 replaced, 0 held." in done.stderr
    done = CliRunner().invoke(rewrite, options, input=MENTION.replace("tbergmann", "olindqvist").encode())
    assert done.exit_code == 1
    assert json.loads(held.read_text(encoding="utf-8"))["reason"] == "unresolved"
    done = CliRunner().invoke(rewrite, options[:4], input=b"<p/>")
    assert (done.exit_code, done.stdout) == (0, "<p/>")
    done = CliRunner().invoke(rewrite, ["--kind", "cql", "--mapping", str(tmp_path / "none.csv")], input=b"")
    assert isinstance(done.exception, MappingError)


EXPORT = f"""<?xml version="1.0"?>
<hibernate-generic datetime="2026-01-01">
<object class="BodyContent"><property name="body"><![CDATA[{MENTION}]]></property></object>
<object class="BodyContent"><property name="body"><![CDATA[plain text]]></property></object>
<object class="BodyContent"><property name="body"><![CDATA[ ]]></property></object>
</hibernate-generic>
"""


def test_the_bodies_of_an_export_are_read_and_the_rest_is_said_to_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "entities.xml"
    path.write_text(EXPORT, encoding="utf-8")
    result = run(str(path), "--format", "jsonl")
    (one,) = lines(result)
    assert path.read_bytes()[one["start"] : one["end"]] == b"tbergmann"
    assert (one["rule"], result.exit_code) == ("legacy-mention", 3)
    assert run(str(path)).stdout.startswith(f"{path}:3:")
    assert "its users, permissions and tables were not" in result.stderr


def test_hosts_pickers_and_macros_of_ones_own_are_heeded(tmp_path: Path) -> None:
    query = b"steward = tbergmann"
    assert run("-", "--kind", "jql", input_=query).exit_code == 0
    assert run("-", "--kind", "jql", "--picker", "Steward", input_=query).exit_code == 1
    body = (
        b'<ac:structured-macro ac:name="ours"><ac:parameter ac:name="boss">tbergmann</ac:parameter>'
        b"</ac:structured-macro>"
    )
    own = tmp_path / "own.toml"
    own.write_text(
        '[[row]]\nmacro = "ours"\nparameter = ["boss"]\nforms = ["user"]\nsource = "https://wiki.example/macros"\n',
        encoding="utf-8",
    )
    assert run("-", "--kind", "storage", input_=body).exit_code == 0
    assert run("-", "--kind", "storage", "--macros", str(own), input_=body).exit_code == 1
    link = b'<a href="https://old.example.org/display/~tbergmann">x</a>'
    assert run("-", "--kind", "storage", "--host", "old.example.org", input_=link).exit_code == 1
    own.write_text("[[row]]\nx = 1\n", encoding="utf-8")
    for path in (own, tmp_path / "none.toml"):
        error = run("-", "--kind", "storage", "--macros", str(path), input_=body).exception
        assert isinstance(error, UsageError)
        assert path.name in str(error)


UNLISTED = (
    '<ac:structured-macro ac:name="team-card"><ac:parameter ac:name="lead">TBergmann</ac:parameter>'
    "</ac:structured-macro>"
)


def test_the_people_of_a_mapping_are_known_to_scan_and_to_rewrite(mapping: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.xml"
    page.write_text(UNLISTED, encoding="utf-8")
    assert run(str(page)).exit_code == 0
    result = run(str(page), "--known", str(mapping), "--format", "jsonl")
    assert (result.exit_code, [each["rule"] for each in lines(result)]) == (1, ["unknown-macro-user"])
    done = CliRunner().invoke(
        rewrite, ["--kind", "storage", "--mapping", str(mapping), "--held", str(tmp_path / "held")], input=UNLISTED
    )
    assert (done.exit_code, done.stdout) == (1, UNLISTED)
    assert json.loads((tmp_path / "held").read_text(encoding="utf-8"))["rule"] == "unknown-macro-user"


def test_an_empty_name_is_refused_rather_than_taken_for_the_folder_one_is_in() -> None:
    result = run("")
    assert result.exit_code == 2
    assert "is empty" in result.stderr


def test_a_closed_standard_output_is_an_error_of_the_system_and_no_defect(mapping: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" -m audit rewrite --kind storage --mapping "$1" >&-', sys.executable, str(mapping)],
        input=MENTION.encode(),
        stderr=subprocess.PIPE,
        check=False,
    )
    assert done.returncode == 2
    assert b"standard output" in done.stderr
    assert b"defect" not in done.stderr


@pytest.mark.parametrize(
    ("kind", "data", "offset"),
    [("storage", "<p>plain</div>", 10), ("adf", '{"type":"doc",}', 14), ("payload", '{"a":1,]', 7)],
)
def test_broken_markup_of_a_file_is_named_with_its_place_though_no_rule_looked(
    kind: str, data: str, offset: int
) -> None:
    result = run("-", "--kind", kind, input_=data.encode())
    assert result.exit_code == 3
    assert f"not assessed at byte {offset}" in result.stderr
    assert run("-", "--kind", "text", input_=data.encode()).exit_code == 0


def test_a_copy_of_todays_answer_in_a_file_is_less_sure_than_one_of_a_retired_answer() -> None:
    user = {"accountId": ANN, "accountType": "atlassian", "displayName": "Tilda Bergmann"}
    for more, sure in (({}, "medium"), ({"userKey": ANN}, "high"), ({"details": {}}, "high")):
        result = run("-", "--kind", "payload", "--format", "jsonl", input_=json.dumps({**user, **more}).encode())
        assert {each["confidence"] for each in lines(result) if each["rule"] == "stored-profile-field"} == {sure}
