"""`scan`, `rewrite` and `parse` as filters: their exit codes, their places, and that no byte is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.cli.parse import parse
from audit.cli.rewrite import rewrite
from audit.cli.scan import scan
from audit.errors import ConfigError, UsageError
from audit.filtering import rewritten
from rules.model import Account, HeldReason, Kind, Personal, Resolution, Unresolved
from rules.queries import LENGTH_LIMIT
from rules.registry import load

ANN = "712020:aaaaaaaa-0000-4000-8000-000000000001"
KEYS = ["file", "rule", "start", "end", "severity", "confidence", "subject", "message"]


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "users.csv"
    path.write_text(f"username,user_key,email,account_id\ntbergmann,,,{ANN}\n", encoding="utf-8")
    return path


def seen(kind: str, data: bytes, *options: str) -> Result:
    return CliRunner().invoke(scan, ["-", "--kind", kind, "--format", "jsonl", *options], input=data)


def became(mapping: Path, kind: str, data: bytes, *options: str) -> tuple[Result, list[dict[str, Any]]]:
    """Return what the filter says, and its records of what stays."""
    held = mapping.with_name("held.jsonl")
    named = ["--kind", kind, "--mapping", str(mapping), "--held", str(held), *options]
    result = CliRunner().invoke(rewrite, named, input=data)
    return result, [json.loads(line) for line in held.read_text(encoding="utf-8").splitlines()]


def answers(kind: str, data: bytes, *options: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(parse, ["--kind", kind, *options], input=data)
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("cql", b"title = '\xc3\xa4' and creator = tbergmann"),
        ("jql", b"assignee = tbergmann"),
        ("storage", '<p>ä <ri:user ri:username="tbergmann"/> tilda@acme-optics.se</p>'.encode()),
        ("payload", b'{"username":"tbergmann","displayName":null}'),
        ("code", b"get('/rest/api/user?username=' + name)"),
    ],
)
def test_a_line_of_json_has_the_eight_keys_of_the_contract_in_order_and_bytes_for_places(
    kind: str, data: bytes
) -> None:
    lines = [json.loads(line) for line in seen(kind, data).stdout.splitlines()]
    assert lines
    for line in lines:
        assert list(line) == KEYS
        assert list(line["subject"]) == ["kind", "mask"]
        assert (line["file"], line["severity"] in {"info", "low", "medium", "high", "critical"}) == ("-", True)
        assert line["confidence"] in {"low", "medium", "high"}
        assert 0 <= line["start"] < line["end"] <= len(data)
    if kind != "code":
        assert data[lines[0]["start"] : lines[0]["end"]].strip(b'"') == b"tbergmann"


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("cql", b"type = page", 0),
        ("cql", b"creator = tbergmann", 1),
        ("cql", b"creator = = tbergmann", 3),
        ("jql", b"assignee = '\xff'", 3),
        ("storage", b'<a href="/s?cql=creator+=+=+x">x</a>', 1),
        ("storage", b"<p>x</div>", 3),
    ],
)
def test_scan_ends_with_0_1_or_3(kind: str, data: bytes, code: int) -> None:
    assert seen(kind, data).exit_code == code


@pytest.mark.parametrize(
    ("kind", "data", "rules"),
    [
        ("cql", b"creator = tbergmann", []),
        ("cql", b"creator = currentUser() and user.fullname ~ 'Tilda'", []),
        ("cql", b"order by creator.userkey", []),
        ("cql", b'space = "~tbergmann"', ["cql-personal-space"]),
        ("cql", b"creator ~ tbergmann", ["legacy-cql-user"]),
        ("cql", b"creator.key = tbergmann", ["legacy-cql-user"]),
        ("cql", b"creator.userkey in (tbergmann, kito)", ["legacy-cql-userkey-field"] * 2),
        ("cql", b"creator = \xe2\x80\x9ctbergmann\xe2\x80\x9d", [""]),
        ("cql", b"creator = '\xff'", [""]),
        ("jql", b"assignee in (tbergmann, kito)", ["legacy-jql-user"]),
        ("storage", b'<a href="https://tbergmann:fjord-41@files.acme-optics.se/x">x</a>', ["url-credentials"]),
        ("storage", b'<a href="/users/userstatus.action?username=tbergmann">x</a>', ["legacy-profile-link"]),
        ("storage", b'<a href="/display/~tbergmann">x</a>', ["personal-space-link"]),
        ("storage", b'<a href="/s?jql=assignee+=+(tbergmann)">x</a>', ["search-link-query"]),
        ("storage", b'<a href="/people/tilda">x</a><p>tilda@acme-optics.se</p>', []),
    ],
)
def test_rewrite_ends_with_0_only_where_nothing_retired_is_left_and_1_with_a_record_of_each_that_is(
    mapping: Path, kind: str, data: bytes, rules: list[str]
) -> None:
    result, held = became(mapping, kind, data)
    assert (result.exit_code, [record["rule"] for record in held]) == (1 if rules else 0, rules)
    assert "tbergmann" not in json.dumps(held) + result.stderr
    assert all(record["reason"] and record["detail"] for record in held)
    again = CliRunner().invoke(scan, ["-", "--kind", kind], input=result.stdout_bytes)
    assert (again.exit_code == 0) <= (not rules)


@pytest.mark.parametrize(
    ("query", "character"),
    [("title = 'ä日😀' and creator = ", 28), ("creator = 'ä' = x", 14), ("ä = “x”", 4), ("= x", 0)],
)
def test_parse_names_the_character_and_scan_and_rewrite_the_byte_of_the_same_place(
    mapping: Path, query: str, character: int
) -> None:
    before = "type = 'ö'\r\n\n"
    data = f"{before}{query}\n".encode()
    (_, _, answer) = answers("cql", data, "--lines")
    assert answer["at"] == character
    byte = len((before + query[:character]).encode())
    assert f"not assessed at byte {byte} (line " in seen("cql", data, "--lines").stderr
    _, (record,) = became(mapping, "cql", data, "--lines")
    assert (record["line"], record["start"], record["end"], record["rule"]) == (3, byte, byte, "")
    assert record["detail"].endswith(answer["expected"])


def test_a_line_that_is_no_text_is_refused_at_its_first_bad_byte_and_comes_out_as_it_went_in(mapping: Path) -> None:
    data = b"creator = tbergmann\ntitle = '\xc3\xa4\xff\xc3' and creator = tbergmann\r\ncreator = tbergmann"
    assert answers("cql", data, "--lines") == [
        {"ok": True},
        {"ok": False, "at": 10, "expected": "text in UTF-8"},
        {"ok": True},
    ]
    found = seen("cql", data, "--lines")
    assert (found.exit_code, len(found.stdout.splitlines())) == (3, 2)
    assert "not assessed at byte 31 (line 2, character 11): no CQL: expected text in UTF-8" in found.stderr
    result, (record,) = became(mapping, "cql", data, "--lines")
    assert result.exit_code == 1
    second = data.split(b"\n")[1]
    new = b'creator = "' + ANN.encode() + b'"'
    assert result.stdout_bytes == b"\n".join((new, second, new))
    assert data[record["start"]] == 0xFF


MARKED = b"\xef\xbb\xbfcreator = tbergmann"


def test_a_byte_order_mark_is_no_part_of_the_first_query_and_stays(mapping: Path) -> None:
    for options in ([], ["--lines"]):
        assert answers("cql", MARKED, *options) == [{"ok": True}]
        result, held = became(mapping, "cql", MARKED, *options)
        assert (result.stdout_bytes, held) == (MARKED.replace(b"tbergmann", f'"{ANN}"'.encode()), [])
        (line,) = seen("cql", MARKED, *options).stdout.splitlines()
        assert MARKED[json.loads(line)["start"] :] == b"tbergmann"
    _, (record,) = became(mapping, "cql", b"\xef\xbb\xbf= x")
    assert record["start"] == 3


def known(subject: Personal) -> Resolution:
    if subject.reveal() == "tbergmann":
        return Account(ANN, "test")
    return Unresolved(HeldReason.UNRESOLVED, "not in the mapping")


ENDS = st.sampled_from([b"\n", b"\r\n", b"\r\r\n", b"\n\n", b"\x00\n", b" \t\n", b""])
QUERIES = st.sampled_from(
    [b"creator = tbergmann", b"creator in (x,tbergmann)", b"creator = =", b"\xff\xfe\x00", b"a = b\x00"]
)
RULES = load()


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(QUERIES | st.binary(max_size=20), ENDS), max_size=6))
def test_whatever_the_lines_and_their_ends_only_the_identifiers_change(pieces: list[tuple[bytes, bytes]]) -> None:
    data = b"".join(part for piece in pieces for part in piece)
    result = rewritten(data, Kind.CQL, RULES, known, by_line=True)
    assert result.data.replace(f'"{ANN}"'.encode(), b"tbergmann") == data
    assert result.data.count(b"\n") == data.count(b"\n")
    assert all(0 <= kept.start <= kept.end <= len(data) for kept in result.kept)
    assert len(answers("cql", data, "--lines")) == data.count(b"\n") + (not data.endswith(b"\n") and data != b"")


def test_a_line_of_a_megabyte_comes_out_with_its_last_person_rewritten() -> None:
    blank = b"title ~ '" + b"x " * 500_000 + b"' and creator = tbergmann"
    data = b"type = page\n" + blank + b"\n"
    result = rewritten(data, Kind.CQL, RULES, known, by_line=True)
    assert result.data == data.replace(b"tbergmann", f'"{ANN}"'.encode())
    assert result.kept == ()


def test_a_query_that_stays_as_a_whole_is_one_record_with_a_count(mapping: Path) -> None:
    long = b"assignee in (tbergmann, tbergmann, tbergmann) and text ~ '"
    long += b"x" * (LENGTH_LIMIT - len(long) - 1) + b"'"
    result, records = became(mapping, "jql", b"type = Bug\n" + long + b"\nassignee = jvega", "--lines")
    assert result.stderr == "0 replaced, 4 held.\n"
    whole, other = records
    assert (whole["line"], whole["count"], whole["subject"], whole["reason"]) == (2, 3, None, "over-limit")
    assert (whole["start"], whole["end"]) == (11 + long.index(b"tbergmann"), 11 + long.index(b")"))
    assert (other["line"], other["count"], other["subject"]["kind"]) == (3, 1, "username")


def test_each_query_that_stays_as_a_whole_has_a_record_of_its_own(mapping: Path) -> None:
    people = "creator in (tbergmann, tbergmann) and text ~ 'ä"
    long = people + "x" * (LENGTH_LIMIT - len(people) - 1) + "'"
    macro = (
        f'<ac:structured-macro ac:name="contentbylabel"><ac:parameter ac:name="cql">{long}</ac:parameter>'
        "</ac:structured-macro>"
    )
    body = f"<p>é</p>{macro}{macro}".encode()
    _, records = became(mapping, "storage", body)
    at = [body.index(b"tbergmann"), body.index(b"tbergmann", body.index(b"</ac:structured-macro>"))]
    assert [(each["start"], each["count"], each["reason"]) for each in records] == [
        (start, 2, "over-limit") for start in at
    ]


@pytest.mark.parametrize("command", ["parse", "scan", "rewrite"])
def test_a_reader_that_goes_away_ends_the_filter_without_a_word(mapping: Path, command: str) -> None:
    options = {
        "parse": ["--kind", "cql", "--lines"],
        "scan": ["-", "--kind", "cql", "--lines", "--format", "jsonl"],
        "rewrite": ["--kind", "cql", "--lines", "--mapping", str(mapping)],
    }[command]
    process = subprocess.Popen(
        [sys.executable, "-m", "audit", command, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    _, errors = process.communicate(b"creator = tbergmann\n" * 3000)
    assert process.returncode in {0, 1}
    assert errors == b""


def test_a_record_names_the_line_that_it_is_about_with_and_without_lines(mapping: Path) -> None:
    data = b'<p>\n<ri:user ri:username="tbergmann"/>\n<ri:user ri:username="jvega"/>\n</p>'
    result, records = became(mapping, "storage", data)
    assert ([one["line"] for one in records], result.stderr) == ([3], "1 replaced, 1 held.\n")
    _, records = became(mapping, "cql", b"creator = tbergmann\ncreator = jvega", "--lines")
    assert [one["line"] for one in records] == [2]


def test_what_is_counted_are_identifiers_and_not_places_that_change(mapping: Path) -> None:
    data = b"creator in (tbergmann, 'tbergmann') and contributor = tbergmann"
    assert became(mapping, "cql", data)[0].stderr == "3 replaced, 0 held.\n"


@pytest.mark.parametrize("query", [b'creator = "tilda@acme-optics.se"', b"creator = tilda@acme-optics.se"])
def test_a_value_that_several_rules_see_counts_once(mapping: Path, query: bytes) -> None:
    mapping.write_text(f"username,user_key,email,account_id\ntilda@acme-optics.se,,,{ANN}\n", encoding="utf-8")
    assert became(mapping, "cql", query)[0].stderr.strip() == "1 replaced, 0 held."


@pytest.mark.parametrize("kind", ["adf", "payload"])
def test_nothing_at_all_is_no_json_for_scan_and_rewrite_alike(mapping: Path, kind: str) -> None:
    assert seen(kind, b"").exit_code == 3
    result, records = became(mapping, kind, b"")
    assert (result.exit_code, [each["reason"] for each in records]) == (1, ["malformed"])
    assert became(mapping, "storage", b"")[0].exit_code == 0


@pytest.mark.parametrize("kind", ["cql", "jql"])
def test_a_quote_that_nothing_closes_is_named_where_it_opens(kind: str) -> None:
    assert answers(kind, b'creator = "tbergmann') == [{"ok": False, "at": 10, "expected": "a closing quote"}]


def test_a_standard_input_without_a_sign_of_its_kind_is_said_to_be_taken_for_text() -> None:
    said = "-: taken for plain text: --kind says what else it is\n"
    assert seen("auto", b"hello").stderr == said
    assert (seen("auto", b"<p><ac:link/></p>").stderr, seen("text", b"hello").stderr) == ("", "")


def test_the_file_for_what_stays_is_none_of_those_that_are_read(mapping: Path, tmp_path: Path) -> None:
    macros = tmp_path / "macros.toml"
    macros.write_text('[[row]]\nmacro = "team"\nparameter = "lead"\nforms = "user"\nsource = "intranet"\n')
    linked = tmp_path / "linked.csv"
    linked.hardlink_to(mapping)
    before = mapping.read_bytes()
    for held in (mapping, linked, macros):
        named = ["--kind", "cql", "--mapping", str(mapping), "--macros", str(macros), "--held", str(held)]
        result = CliRunner().invoke(rewrite, named, input=b"creator = tbergmann")
        assert isinstance(result.exception, UsageError)
        assert "would be overwritten" in str(result.exception)
    assert mapping.read_bytes() == before


def test_a_file_of_macros_without_a_row_is_refused(mapping: Path, tmp_path: Path) -> None:
    macros = tmp_path / "macros.toml"
    macros.write_text("# later\n")
    named = ["--kind", "cql", "--mapping", str(mapping), "--macros", str(macros)]
    result = CliRunner().invoke(rewrite, named, input=b"creator = tbergmann")
    assert isinstance(result.exception, ConfigError)
    assert "it has no [[row]]" in str(result.exception)


def test_a_query_that_cannot_be_read_is_held_with_its_place_and_what_was_expected(mapping: Path) -> None:
    body = b'<ac:structured-macro ac:name="contentbylabel"><ac:parameter ac:name="cql">creator = ='
    _, (record,) = became(mapping, "storage", body + b" x</ac:parameter></ac:structured-macro>")
    assert (record["rule"], record["start"], record["reason"]) == ("unreadable-query", len(body) - 1, "no-rewriter")
    assert record["detail"].endswith("CQL, character 11, expected a value")


def test_queries_that_came_without_lines_are_refused_with_the_advice_to_read_them_by_line() -> None:
    found = seen("cql", b"creator = tbergmann\ntype = page\n")
    assert found.exit_code == 3
    assert "(line 2, character 1)" in found.stderr
    assert "--lines" in found.stderr
    for broken in (b"creator = tbergmann\ntype =\n", b"creator = = x\n"):
        assert "--lines" not in seen("cql", broken).stderr
