from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import interfaces, requestparameters
from rules.code import SPEAKS
from rules.context import Context
from rules.interfaces import NAMES
from rules.literals import LIMIT, queries_in_addresses, texts
from rules.masking import STARS, mask
from rules.model import Confidence, Kind, Match, Personal, SubjectKind
from rules.scan import scan
from tests.rules.parts import BY_ID, RULES, part

CODE = [rule for rule in RULES if Kind.CODE in rule.kinds]
GROUPS = [
    requestparameters.PARAMETERS, interfaces.FIELDS, interfaces.ENDPOINTS, interfaces.PROTOCOLS, interfaces.CONNECT,
    interfaces.PRIVACY_MODE, interfaces.LOGIN, interfaces.NULLABLE, interfaces.QUERY_FIELDS,
]  # fmt: skip


def found(data: bytes, *rules: str) -> tuple[Match, ...]:
    chosen = [BY_ID[rule] for rule in rules] if rules else CODE
    return scan(part(data, Kind.CODE), chosen).matches


def names(data: bytes, *rules: str) -> list[str]:
    return [match.subject.mask for match in found(data, *rules)]


def test_the_name_of_an_interface_is_shown_and_nothing_else_of_that_kind_is() -> None:
    assert mask("interface", "userKey field") == "userKey field"
    assert mask("interface", "tbergmann") == f"t{STARS}"
    assert {each.name for group in GROUPS for each in group} < NAMES


def test_every_pattern_has_the_group_that_says_where() -> None:
    assert all("hit" in each.pattern.groupindex for group in GROUPS for each in group)


def test_every_pattern_fires_in_an_example_of_its_rule() -> None:
    shown = {value for rule in CODE for example in rule.examples for value in getattr(example, "finds", ())}
    every = {each.name for group in GROUPS for each in group}
    rare = {
        "userKey parameter", "content children, history and properties", "restriction by group name", "group by name",
        "inlinetasks", "space content and properties", "lookandfeel/selected",
    }  # fmt: skip
    assert every - shown - rare == set()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"// jira\nurl += '&userKey=' + key", "userKey parameter"),
        (b"get('/wiki/rest/api/content/1/restriction/byOperation/read/group/staff')", "restriction by group name"),
        (b"get('/wiki/rest/api/group/staff/member?start=0')", "group by name"),
        (b"put('/wiki/rest/api/inlinetasks/7')", "inlinetasks"),
        (b"get('/wiki/rest/api/space/HR/property')", "space content and properties"),
        (b"get('/wiki/rest/api/settings/lookandfeel/selected')", "lookandfeel/selected"),
        (b"get('/wiki/rest/api/content/1/property/k?x=1')", "content children, history and properties"),
    ],
)
def test_rare_interfaces_are_found_too(data: bytes, name: str) -> None:
    assert name in names(data)


@pytest.mark.parametrize(
    "data",
    [
        b"delete('/wiki/rest/api/content/1/version/3')",
        b"get('/wiki/rest/api/content/1/childish')",
        b"get('/wiki/rest/api/contentbody/convert/async/view')",
        b"get('/wiki/rest/api/group/by-id')",
        b"get('/wiki/api/v2/pages/1?x=username')",
        b"confluence2.fit(x); confluence2 = connect()",
        b"AP.user.getCurrentUser(f)",
        b"const details = user?.details?.address // confluence",
        b"confluence.profilePicture?.path",
    ],
)
def test_what_is_alive_or_something_else_is_left_alone(data: bytes) -> None:
    assert names(data) == []


def test_a_file_that_speaks_of_none_of_the_products_is_left_alone() -> None:
    words = b"user.userKey; person.details.personal.phone; user.email.toLowerCase(); os_username=x"
    assert names(words) == []
    assert len(names(words + b" // Confluence")) == 4


def test_one_place_is_reported_once_by_the_most_certain_pattern() -> None:
    seen = found(b"get(base + '/rest/api/user?username=' + n)")
    assert [(match.subject.mask, match.confidence) for match in seen] == [("username parameter", Confidence.HIGH)]
    short = found(b"get(confluence + '/user?username=' + n)")
    assert [match.confidence for match in short] == [Confidence.LOW]
    assert "another product" in short[0].reason


def test_a_literal_user_of_a_relation_is_not_shown() -> None:
    (match,) = found(b"put('/rest/api/relation/favourite/from/user/tbergmann/to/content/1')")
    assert match.subject == Personal(SubjectKind.INTERFACE, "user of a relation")
    assert "tbergmann" not in repr(match)


def test_a_query_is_found_in_every_kind_of_quotes() -> None:
    for left, right in (('"', '"'), ("`", "`"), ('"""\n', '\n"""'), ("'", "'")):
        data = f"cql = {left}creator = tbergmann and type = page{right}".encode()
        (match,) = found(data, "code-user-query")
        assert match.span.of(data) == b"tbergmann"


def test_a_text_that_never_ends_hides_no_other() -> None:
    data = b"# cql: it`s odd\nx = 'creator = tbergmann'\n"
    (match,) = found(data, "code-user-query")
    assert match.span.of(data) == b"tbergmann"
    data = b'cql """ \n y = "creator = tbergmann"'
    assert [each.span.of(data) for each in found(data, "code-user-query")] == [b"tbergmann"]


def test_texts_have_their_escapes_undone_and_are_bounded() -> None:
    assert [each.text for each in texts(b"a('x\\'y', \"\", `p\nq`)")] == ["x'y", "p\nq"]
    assert list(texts(b"'" + b"x" * (LIMIT + 1) + b"'")) == []
    assert [each.text for each in queries_in_addresses(b"/search?limit=1&cql=user%3D%22a%22&x=1")] == ['user="a"']


def test_a_query_that_is_none_or_in_another_language_is_left_alone() -> None:
    assert found(b"cql = 'creator = tbergmann and and'", "code-user-query") == ()
    assert found(b"jql; 'assignee = tbergmann'; 'assignee = tbergmann'", "code-user-query") != ()
    same = b"search('?cql=creator%3Dtbergmann')"
    assert len(found(same, "code-user-query")) == 1


HOSTILE = [
    b"/rest/api/user?", b"/user/watch/?&", b"/byOperation//user?&", b"/wiki/rest/api/content/1/child/", b"details.",
    b"/relation/x/from/user/", b"/rest/api/user', {params: {", b"type='known', ", b"'\\", b'"\\', b"`\\", b'"""', b"AP.user.",
    b"?cql=", b"creator = ", b"/*", b'{"', b"/rest/api/user' params ", b"params={'key':1}", b"a.put('key',",
    b"subjects: user: [{", b"username: 1, ", b"context.", b"{userKey ", b'f"', b" -d key=", b"get /wiki/rest/api/",
    b"/rest/api/content/x'+", b"https://a.b/c/", b"/rest/api/user', data ", b"/rest/api/user?'+", b"/rest/api/user?x'",
    b"<ri:user ", b"context:{user:{userKey ", b"\ncql: ", b"a: b, ", b"[('a', b), (",
]  # fmt: skip


@pytest.mark.parametrize("library", ["click", "httpx", "jinja2"])
def test_libraries_of_others_have_no_finding_even_if_they_spoke_of_the_products(library: str) -> None:
    (folder,) = importlib.import_module(library).__path__
    for path in sorted(Path(folder).rglob("*.py")):
        assert names(path.read_bytes() + b"\n# confluence cql jql\n") == [], path.name


@pytest.mark.parametrize("seed", HOSTILE)
def test_hostile_repetition_ends(seed: bytes) -> None:
    data = b"confluence cql jql " + seed * (40_000 // len(seed))
    for kind in (Kind.CODE, Kind.DESCRIPTOR):
        scan(part(data, kind), RULES)
    assert SPEAKS.search(data)


@given(st.binary(max_size=300), st.sampled_from(HOSTILE))
def test_no_program_is_too_strange(data: bytes, seed: bytes) -> None:
    text = b"confluence cql jql " + data + seed + data
    for match in scan(part(text, Kind.CODE), CODE).matches:
        assert 0 <= match.span.start <= match.span.end <= len(text)


TABLE = b"CREATE TABLE people (account_id TEXT, email TEXT);"
SERVER = b"const upload = require('multer')();"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (TABLE, "code-profile-store"),
        (b"sequelize.define('user', {accountId: STRING, displayName: STRING});", "code-profile-store"),
        (b"class P(db.Model):\n    account_id = db.Column(db.String)\n    email = db.Column(db.String)\n", "code-profile-store"),
        (b"@Entity public class User { @Id private String accountId; private String email; }", "code-profile-store"),
        (SERVER, "code-upload-detour"),
    ],
)  # fmt: skip
def test_files_of_an_app_are_judged_whatever_they_speak_of(data: bytes, rule: str) -> None:
    (match,) = scan(part(data, Kind.CODE), CODE, Context(of_app=True)).matches
    assert match.rule == rule
    assert found(data) == ()
