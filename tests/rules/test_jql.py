"""JQL: what is one, whom it names, and that everything else stays as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.context import Context
from rules.identifiers import personal
from rules.jql import USER_FIELDS, Query, Unparsed, parse
from rules.model import Account, HeldReason, Kind, Personal, Resolution
from rules.queries import LENGTH_LIMIT, reword
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, BY_ID, RULES, Directory, part


def parsed(text: str, *pickers: str) -> Query:
    query = parse(text, frozenset(pickers))
    assert isinstance(query, Query), query
    return query


def people(text: str, *pickers: str) -> list[str]:
    return [term.value for term in parsed(text, *pickers).users]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "order by created",
        'ORDER BY priority desc, "Due date" ASC, cf[10100], issue.property[a].b',
        "project = DEV & type = Bug && a != 1 | b = 2 || c = 3 and d = 4 OR e = 5",
        "! a = b and not ! (c = d or e ~ f) and NOT g !~ 'h'",
        "a >= -4w and b < now() and c <= endOfDay(-1d) and d > 2024-01-01",
        "a in (b, (c, d), EMPTY, e(), null) and f not in membersOf(x) and g in(h)",
        "a is EMPTY and b is not null and c = empty and d ~ EMPTY",
        "a was b and c was not EMPTY on -1w and d was in (e) by f and g was not in h() during (-4w, now())",
        "a changed and b CHANGED from c to (d, e) by f after '2024/01/01' before now()",
        "cf [ 10100 ] = x and development [ commits ] . all > 1 and a.property[b].c.d = e",
        "a\\ b = c\\\"d and e = \"\\u00e4\\n\" and f = '\\'\\\\'",
        "during = x and version1.2.3 = 1 and größe = ü",
    ],
)
def test_what_the_documents_describe_parses(text: str) -> None:
    parsed(text)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("assignee =", 10, "EMPTY or a field or value"),
        ("assignee = (a, b)", 11, "EMPTY or a field or value"),
        ("assignee ! = a", 9, "CHANGED, IN, IS, NOT, WAS, an opening bracket or an operator"),
        ("assignee in a", 13, "an opening parenthesis"),
        ("assignee is a", 12, "EMPTY or NOT"),
        ("a = b c", 6, "AND or OR, ORDER BY, an opening parenthesis or the end"),
        ("a = 'b", 4, "a closing quote"),
        ('a ~ "b\\n\\\'\\\\c\\qd"', 13, "an escape that the language has, or two backslashes"),
        ('a ~ "b\nc\\', 4, "a closing quote"),
        ("a = user", 4, "EMPTY or a field or value; a reserved word stands in quotes"),
        (
            "a = tilda@acme-optics.se",
            9,
            "AND or OR, ORDER BY, an opening parenthesis or the end; a value with this sign stands in quotes",
        ),
        ("cf[x] = 1", 3, "the number of a custom field"),
        ("a was b from c", 8, "AND or OR, BY, ORDER BY, a predicate or the end"),
        ("a = b order by c desc asc", 22, "a comma or the end"),
        ("(a = b", 6, "a closing parenthesis"),
        ("a ! in (b)", 2, "CHANGED, IN, IS, NOT, WAS, an opening bracket or an operator"),
        ("a is ! empty", 5, "EMPTY or NOT"),
        ("a = b and", 9, "NOT, a field or value or an opening parenthesis"),
    ],
)
def test_what_is_no_query_is_refused_with_place_and_expectation(text: str, at: int, expected: str) -> None:
    assert parse(text) == Unparsed(at, expected)


@pytest.mark.parametrize("field", sorted(USER_FIELDS))
def test_every_field_of_people_names_them_in_all_its_spellings(field: str) -> None:
    assert people(
        f'"{field.upper()}" != tilda or x in (y) or "{field}" in ((\'nils\'), currentUser(), EMPTY, eva)'
    ) == [
        "tilda",
        "nils",
        "eva",
    ]


def test_history_names_whose_it_was_and_who_changed_it() -> None:
    assert people("assignee was in (a, b) by (c, d) and status was Open by e during (f, now())") == list("abcde")
    assert people("reporter changed from a to b by c after d on e before f and x changed from g to h by i") == [
        "a",
        "b",
        "c",
        "i",
    ]


def test_functions_name_people_in_their_arguments() -> None:
    text = 'issuekey in updatedBy(tilda, "-8d") and project in projectsLeadByUser(nils) and approvals = approver(a, b)'
    assert people(text) == ["tilda", "nils", "a", "b"]
    assert people("issue in linkedIssues(tilda) and x in updatedBy()".replace("()", "(currentUser)")) == ["currentUser"]


def test_properties_roles_and_nobody_are_left_out() -> None:
    assert people('assignee.property["login"] = tilda and voter = "" and creator is EMPTY') == []


def test_unknown_is_a_username_like_any_in_a_query() -> None:
    data = b"assignee = unknown and reporter in (' Unknown ')"
    held = rewrite(part(data, Kind.JQL), RULES, Directory({}))
    assert (held.data, [hold.reason for hold in held.holds]) == (data, [HeldReason.UNRESOLVED] * 2)
    known = rewrite(part(data, Kind.JQL), RULES, Directory({"unknown": ANN, "Unknown": BOB}))
    assert known.data == f'assignee = "{ANN}" and reporter in ("{BOB}")'.encode()


def test_a_field_of_people_that_no_document_describes_changes_as_a_user_picker_only() -> None:
    data = b"'Approver' in (ann) and approvals = approver(ann) and approver was bob by ann and approver ~ ann"
    result = rewrite(part(data, Kind.JQL), RULES, Directory({"ann": ANN, "bob": BOB}))
    assert (
        result.data
        == f'\'Approver\' in (ann) and approvals = approver("{ANN}") and approver was bob by "{ANN}"'.encode()
        + b" and approver ~ ann"
    )
    assert [hold.reason for hold in result.holds] == [HeldReason.NO_REWRITER] * 3
    assert ["picker" in hold.detail for hold in result.holds] == [True, True, False]
    configured = Context(pickers=frozenset({"approver"}))
    data = b"Approver = ann"
    assert (
        rewrite(part(data, Kind.JQL), RULES, Directory({"ann": ANN}), configured).data == f'Approver = "{ANN}"'.encode()
    )


def test_a_query_that_would_pass_the_limit_of_length_is_held_before_any_proof() -> None:
    query = "assignee = ann and assignee = bob and text ~ '"
    room = LENGTH_LIMIT - len(query) - 1
    for spare, kept in ((len(ANN) + len(BOB) - 2, False), (len(ANN) + len(BOB) - 3, True)):
        data = (query + "x" * (room - spare) + "'").encode()
        result = rewrite(part(data, Kind.JQL), [BY_ID["legacy-jql-user"]], Directory({"ann": ANN, "bob": BOB}))
        details = [(hold.reason, "longer than" in hold.detail) for hold in result.holds]
        assert (result.data == data, details) == ((True, [(HeldReason.OVER_LIMIT, True)] * 2) if kept else (False, []))


def test_user_pickers_are_named_by_the_site() -> None:
    text = 'cf[10100] = a and "Second Reader" in (b) and cf [ 10101 ] = c'
    assert people(text) == []
    assert people(text, "cf[10100]", "second reader") == ["a", "b"]
    (match,) = scan(part(b"'Tilda B' = nils", Kind.JQL), RULES, Context(pickers=frozenset({"tilda b"}))).matches
    assert "tilda" not in f"{match.where} {match.excerpt} {match.reason}".lower()


def test_a_field_that_jira_shows_with_a_type_of_people_holds_people() -> None:
    text = (
        '"Reader[User Picker (single user)]" = a and "x[user picker (multiple users)]" in (b) and "Owner[People]" = c'
    )
    assert people(text) == ["a", "b", "c"]
    assert people('"Reader[Number]" = a and Reader[People] = b and "People" = c') == []


@pytest.mark.parametrize("clause", ["assignee ~ tilda", "reporter !~ 'tilda'", "cf[7] >= tilda", "voter < tilda"])
def test_an_operator_that_people_are_not_compared_with_leaves_them_as_they_are(clause: str) -> None:
    data = clause.encode()
    result = rewrite(part(data, Kind.JQL), RULES, Directory({"tilda": ANN}), Context(pickers=frozenset({"cf[7]"})))
    assert result.data == data
    assert [hold.reason for hold in result.holds] == [HeldReason.NO_REWRITER]


def test_quotes_that_are_not_straight_are_part_of_a_value_which_stays() -> None:
    data = "assignee = \u201ctilda\u201d and reporter = '\u201ctilda'".encode()
    result = rewrite(part(data, Kind.JQL), RULES, Directory({"\u201ctilda\u201d": ANN, "\u201ctilda": ANN}))
    assert result.data == data.replace("'\u201ctilda'".encode(), f'"{ANN}"'.encode())
    assert [(hold.span.of(data).decode(), hold.detail) for hold in result.holds] == [
        ("\u201ctilda\u201d", "its quotes are not straight, so they are part of the value")
    ]


def test_escapes_are_read_and_operands_keep_their_place() -> None:
    text = 'assignee = o\\\'neil\\ jr and reporter = "a\\u00e4\\t\\"b"'
    query = parsed(text)
    assert [term.value for term in query.users] == ["o'neil jr", 'aä\t"b']
    assert [text[term.start : term.end] for term in query.users] == ["o\\'neil\\ jr", '"a\\u00e4\\t\\"b"']
    assert [text[term.field_start : term.field_end] for term in query.users] == ["assignee", "reporter"]


def test_deep_nesting_and_long_lists_are_read_without_recursion() -> None:
    depth = 20_000
    assert people("(" * depth + "creator = tilda" + ")" * depth) == ["tilda"]
    assert people("creator in " + "(" * depth + "tilda" + ")" * depth) == ["tilda"]
    assert (
        len(people("not " * depth + "creator in (" + ",".join(f"u{number}" for number in range(depth)) + ")")) == depth
    )


def test_an_unknown_person_is_kept_and_held_beside_one_that_is_rewritten() -> None:
    data = b"assignee in (ann,bob) order by x"
    result = rewrite(part(data, Kind.JQL), RULES, Directory({"ann": ANN}))
    assert result.data == f'assignee in ("{ANN}",bob) order by x'.encode()
    assert [(hold.span.of(data), hold.reason) for hold in result.holds] == [(b"bob", HeldReason.UNRESOLVED)]


def test_a_query_that_does_not_parse_is_unreadable_at_its_byte_and_stays() -> None:
    data = b"text ~ '\xc3\xa4' and assignee = (ann)"
    seen = scan(part(data, Kind.JQL), RULES)
    assert seen.matches == ()
    assert seen.unreadable is not None
    assert (seen.unreadable.offset, seen.unreadable.reason) == (27, "no JQL: expected EMPTY or a field or value")
    assert rewrite(part(data, Kind.JQL), RULES, Directory({"ann": ANN})).data == data


values = st.text(min_size=1, max_size=12).filter(lambda text: "\r" not in text and "\n" not in text)


@st.composite
def queries(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Draw a query with the people that it names, as they are compared."""
    pieces: list[str] = []
    named: list[str] = []
    last = draw(st.integers(0, 3))
    for number in range(last + 1):
        if number:
            pieces.append(draw(st.sampled_from(["and", "||", "& not", "OR ! "])))
        some = [draw(values) for _ in range(3)]
        a, b, c = ("'" + each.replace("\\", "\\\\").replace("'", "\\'") + "'" for each in some)
        field = f'"{draw(st.sampled_from(sorted(USER_FIELDS)))}"'
        shape, count = draw(
            st.sampled_from(
                [
                    (f"{field}\n= {a}", 1),
                    (f"{field} Not  In ({a} ,({b}),{c}, currentUser( ))", 3),
                    (f"{field} was not in ({a},{b}) by {c}", 3),
                    (f'"Reader[User Picker (single user)]"={a} order by "x[People]" desc, created', 1)
                    if number == last
                    else (f'"Owner[People]" in ({a} , {b})', 2),
                    (f"({field} CHANGED FROM {a} to EMPTY by ({b}, {c}))", 3),
                    (f"status changed from {b} by {a}".replace(b, "Open"), 1) if a != b else (f"{field}={a}", 1),
                    (f"summary ~ {a}", 0),
                ]
            )
        )
        pieces.append(shape)
        named += some[:count]
    return " ".join(pieces), named


def accounts(subject: Personal) -> Resolution:
    return Account(ANN if len(subject.reveal()) % 2 else BOB, "test")


@given(queries())
def test_a_query_gives_back_the_people_it_was_made_of(case: tuple[str, list[str]]) -> None:
    text, named = case
    assert people(text) == [name for name in named if personal(name) is not None]


@given(queries())
def test_rewriting_replaces_the_operands_of_people_and_no_other_character(case: tuple[str, list[str]]) -> None:
    text, _ = case
    query = parsed(text)
    rewording = reword(query, accounts)
    result, done = "", 0
    for each in rewording.replacements:
        result += text[done : each.start] + each.text
        done = each.end
    result += text[done:]
    again = parsed(result)
    assert {term.value for term in again.users} <= {ANN, BOB}
    assert len(again.users) == len(query.users)
    assert reword(again, accounts).replacements == ()


@given(st.text(alphabet=st.sampled_from("ab =~!<>()[]'\"\\,.-&|\n") | st.characters(), max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    query = parse(text)
    if isinstance(query, Unparsed):
        assert 0 <= query.at <= len(text)
        assert query.expected


def test_a_query_that_jira_would_convert_otherwise_stays_as_a_whole() -> None:
    data = b"assignee in (ann, bob) or reporter = ann"
    why = "Jira names another account"
    result = rewrite(part(data, Kind.JQL), RULES, Directory({"ann": ANN}), Context(refused={data.decode(): why}))
    assert result.data == data
    assert sorted((hold.span.of(data), hold.reason) for hold in result.holds) == [
        (b"ann", HeldReason.AMBIGUOUS),
        (b"ann", HeldReason.AMBIGUOUS),
        (b"bob", HeldReason.UNRESOLVED),
    ]
