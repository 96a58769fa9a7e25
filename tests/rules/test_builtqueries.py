"""Queries that programs put together: what is filled in decides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.builtqueries import UNSENT, UNTOLD, built
from rules.literals import literals
from rules.model import Confidence, Kind
from rules.scan import scan
from tests.rules.parts import BY_ID, part

SURE = [
    ("Python, f-string", """cql = f"creator = '{username}'" """, "{username}"),
    ("Python, percent sign", """cql = "creator = '%s'" % username""", "%s"),
    ("Python, the second of two", """cql = "type = %s and creator = '%s'" % (kind, user.key)""", "%s"),
    ("Python, mapping", """cql = "creator = '%(u)s'" % {"u": username}""", "%(u)s"),
    ("Python, format", """cql = "creator = '{}'".format(user_name)""", "{}"),
    ("Python, format by name", """cql = "creator = '{u}'".format(t=kind, u=username)""", "{u}"),
    ("Python, format by number", """cql = "type = {0} and creator = '{1}'".format(kind, login)""", "{1}"),
    ("Python, several lines", '''cql = """type = page\n  AND mention = "{user_key}" """''', "{user_key}"),
    ("JavaScript, template", 'cql = `creator = "${user.name}" and type = page`', "${user.name}"),
    ("JavaScript, sum", "cql = 'mention = ' + user.userKey", "user.userKey"),
    ("JavaScript, method", "cql = 'mention = '.concat(userKey)", "userKey"),
    ("JavaScript, address", 'get("/rest/api/search?cql=creator%3D%22" + username + "%22")', "username"),
    ("Java, sum", 'String cql = "creator = \\"" + user.getName() + "\\"";', "user.getName()"),
    ("Java, format", "String cql = String.format(\"creator = '%1$s'\", userName);", "%1$s"),
    ("Java, builder", 'cql.append("creator = ").append(username)', "username"),
    ("Kotlin", "val cql = \"creator = '$username'\"", "$username"),
    ("C#", "var cql = $\"assignee = '{loginName}'\"; jql(cql)", "{loginName}"),
    ("Go", 'cql := fmt.Sprintf("mention = \\"%s\\"", userKey)', "%s"),
    ("PHP", '$cql = "creator = \'" . $username . "\'";', "$username"),
    ("Ruby", 'cql = "creator = #{user.username}"', "#{user.username}"),
    ("shell", "curl -G $U --data-urlencode \"cql=creator='$USER_NAME'\"", "$USER_NAME"),
    ("shell, quotes side by side", "cql='creator = '\"$USERNAME\"", "$USERNAME"),
    ("a list", 'cql = "creator in (\'" + username + "\')"', "username"),
    ("JQL", "jql = f\"assignee was not '{login}'\"", "{login}"),
    ("a field that other languages have", "cql = f\"user = '{user_key}'\"", "{user_key}"),
    ("directory", "cql = f\"creator = '{sAMAccountName}'\"", "{sAMAccountName}"),
]

NONE = [
    ("an account id", "cql = f\"creator = '{account_id}'\""),
    ("an account id behind the text", "cql = \"creator = '%s'\" % account.id"),
    ("an account id by name", "cql = \"creator = '{user}'\".format(user=account_id)"),
    ("an account id of a login", "cql = f\"creator = '{accounts[username]}'\""),
    ("nothing known", "cql = \"creator = '%s'\""),
    ("nothing known of a number", "cql = \"creator = '{3}'\".format(username)"),
    ("no person", "cql = f\"creator = '{value}'\""),
    ("another field", "cql = f\"space = '{username}'\""),
    ("the field of now", "cql = f\"creator.accountid = '{username}'\""),
    ("nothing joined", 'cql = "creator = "; x = username'),
    ("a line of a log", 'log.info("assignee = " + username); find(jql)'),
    ("a message", 'throw new Error("creator = " + username + " has no account"); cql()'),
    ("a test", "it(`creator = ${username}`, cql)"),
    ("SQL", "db.run(\"select * from t where creator = '\" + username); cql()"),
    ("SQL, its second line", "q = \"\"\"select * from t\nwhere a and creator = '{username}'\"\"\"; cql()"),
    ("a form", "body = 'user=' + username + '&password=' + p; cql()"),
    ("a form of another field", "body = 'assignee=' + username; jql()"),
    ("words before it", "x = 'the creator = ' + username; cql()"),
    ("more behind it", 'cql = f"creator = {username}@acme"'),
]  # fmt: skip


def seen(text: str) -> list[tuple[str, str]]:
    data = text.encode()
    return [(each.span.of(data).decode(), each.doubt) for each in built(data)]


@pytest.mark.parametrize(("text", "value"), [each[1:] for each in SURE], ids=[each[0] for each in SURE])
def test_a_username_that_is_filled_in_is_found_at_its_bytes(text: str, value: str) -> None:
    assert seen(f"# ü\n{text}") == [(value, "")]


@pytest.mark.parametrize("text", [each[1] for each in NONE], ids=[each[0] for each in NONE])
def test_what_is_an_account_or_no_query_is_left_alone(text: str) -> None:
    assert seen(text) == []


def test_a_variable_that_says_nothing_is_a_doubt() -> None:
    assert seen("cql = f\"creator = '{author}'\"") == [("{author}", UNTOLD)]
    assert seen("$cql = \"creator = '$u'\"") == [("$u", UNTOLD)]
    assert seen("cql = `creator = '${u.id}'`") == []


def test_a_program_that_sends_no_query_is_a_doubt_unless_the_text_is_plainly_one() -> None:
    assert seen("x = 'mention = ' + username") == [("username", UNSENT)]
    assert seen("x = 'mention = ' + author") == [("author", f"{UNTOLD}; {UNSENT}")]
    assert seen("x = f\"mention = '{username}'\"") == [("{username}", "")]
    assert seen("x = 'type = page and mention = ' + username") == [("username", "")]
    assert seen("x = 'user = ' + username") == []


def test_the_finding_says_what_to_send_instead_and_shows_no_value() -> None:
    data = b"cql = f\"creator = '{username}'\""
    (match,) = scan(part(data, Kind.CODE), [BY_ID["code-user-query"]]).matches
    assert match.subject.mask == "user of a query that is put together"
    assert "write the account id, in quotes" in match.reason
    assert match.confidence is Confidence.HIGH


def test_a_program_of_other_products_is_left_alone() -> None:
    assert scan(part(b"x = f\"creator = '{username}'\"", Kind.CODE), [BY_ID["code-user-query"]]).matches == ()


def test_a_text_knows_where_its_quotes_end() -> None:
    data = b'a("x", \'y\', """z""", `w`)'
    assert [data[each.start : each.end] for each in literals(data)] == [b'"x"', b"'y'", b'"""z"""', b"`w`"]


@pytest.mark.parametrize("text", ['cql = "\\u%.4x creator = "', 'cql "\\u" creator = "\\', 'cql "\\ud83d\\uzz"'])
def test_escapes_that_are_none_are_read_on(text: str) -> None:
    scan(part(text.encode(), Kind.CODE), [BY_ID["code-user-query"]])


@pytest.mark.parametrize(
    "piece", ["creator = ", "creator = '{", "'creator = ' + ", '"creator = %s" % (', "creator in (", "${", "and "]
)
def test_hostile_repetition_ends(piece: str) -> None:
    for quote in ("", '"', "`"):
        list(built((f"cql {quote}" + piece * (40_000 // len(piece))).encode()))


@given(st.text(st.sampled_from("creator ='\"{}%s$+.(),`uname\n\\"), max_size=80))
def test_any_program_is_read_and_places_lie_in_it(text: str) -> None:
    data = f"cql = 'creator = ' + x{text} \"creator = {text}".encode()
    for each in built(data):
        assert 0 <= each.span.start < each.span.end <= len(data)
