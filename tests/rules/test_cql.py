"""CQL: what is one, whom it names, and that everything else stays as it was written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.context import Context
from rules.cql import USER_FIELDS, Query, Unparsed, parse
from rules.identifiers import personal
from rules.model import Account, Confidence, HeldReason, Kind, Personal, Resolution
from rules.queries import LENGTH_LIMIT, MARK_LIMIT, quoted, reword
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, BY_ID, RULES, Directory, part


def parsed(text: str) -> Query:
    query = parse(text)
    assert isinstance(query, Query), query
    return query


def people(text: str) -> list[str]:
    return [term.value for term in parsed(text).users]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "order by title",
        "ORDER BY created desc, title ASC, lastModified",
        "type = page",
        "a=b AND c!=d Or e>1 and f>=2 oR g<3 and h<=4 and i~x and j!~'y'",
        "space in (A, 'B', \"C\", favouriteSpaces()) and id NOT  IN (1)",
        "(a = b or (c = d and not e = f)) and NOT (not g = h)",
        "a = b and not not c = d",
        "created > 2014/09/01 and lastModified >= now('-4w')",
        "parent = currentContent ( ) and id in recentlyViewedContent(5, 10)",
        "content.property[questions].votes.total >= 5 order by content.property[questions].votes",
        "label = to-delete and title = \"a \\\" b\" and text ~ 'it\\'s'",
        "space = ~jsmith",
        "\ttype\n=\r\npage\u00a0and x = 1 ",
        "title = größe and text ~ 日本",
        "SPACE IN (a) And Type Not In ('b') OrDeR bY title DeSc",
        "a = l\u2019eau and b = now\n(\t'-4w' )",
        "a = b order by creator.userkey asc, content.property[x].y desc, content.creator",
        "android = x and order1 = ordering order by orders",
    ],
)
def test_what_the_documents_describe_parses(text: str) -> None:
    parsed(text)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("creator =", 9, "a value"),
        ("creator", 7, "IN, NOT, a property key in brackets or an operator"),
        ("a = b or", 8, "NOT, a field or an opening parenthesis"),
        ("(a = b", 6, "AND or OR or a closing parenthesis"),
        ("a = b)", 5, "AND or OR, ORDER BY or the end"),
        ("a = b c = d", 6, "AND or OR, ORDER BY, an opening parenthesis or the end"),
        ('space="', 6, "a closing quote"),
        ("space='a\\'", 6, "a closing quote"),
        ("user = \u201ctilda\u201d", 7, "straight quotes"),
        ("user in (a, \u2018tilda\u2019)", 12, "straight quotes"),
        ("user = \xabtilda\xbb", 7, "straight quotes"),
        ("user = tilda\u201d", 12, "straight quotes"),
        ("a = b -- c", 6, "AND or OR, ORDER BY, an opening parenthesis or the end"),
        ("/* a */ b = c", 0, "ORDER BY, a field, an opening parenthesis or the end"),
        ("not a = b", 0, "ORDER BY, a field, an opening parenthesis or the end"),
        ("a in b", 6, "an opening parenthesis"),
        ("a in ()", 6, "a value"),
        ("a in (b,)", 8, "a value"),
        ("a = (b)", 4, "a value"),
        ("a is empty", 2, "IN, NOT, a property key in brackets or an operator"),
        ("a = and", 4, "a value; a reserved word stands in quotes"),
        ("a = b & c = d", 6, "AND or OR, ORDER BY, an opening parenthesis or the end"),
        ("a = {b}", 4, "a value"),
        ("and", 0, "ORDER BY, a field, an opening parenthesis or the end"),
        ("order by", 8, "a field"),
        ("a = b order by c d", 17, "ASC or DESC, a comma, a property key in brackets or the end"),
        ("now() = a", 3, "IN, NOT, a property key in brackets or an operator"),
        ("a = b\x00", 5, "AND or OR, ORDER BY, an opening parenthesis or the end"),
    ],
)
def test_what_is_no_query_is_refused_with_place_and_expectation(text: str, at: int, expected: str) -> None:
    assert parse(text) == Unparsed(at, expected)


@pytest.mark.parametrize("field", sorted(USER_FIELDS))
def test_every_field_of_people_names_them_in_all_its_spellings(field: str) -> None:
    assert people(f"{field} = tilda") == ["tilda"]
    assert people(f'{field.upper()} != \'tilda\' or x in (y) or {field}.accountId in ("o\\"b", now(), nils)') == [
        "tilda",
        'o"b',
        "nils",
    ]
    assert [term.legacy_field for term in parsed(f"{field}.userKey = a").users] == [True]


def test_a_field_of_the_content_is_a_field_of_people_too() -> None:
    text = "content.creator = a and Content.Mention.userkey = b and container.owner.accountid = c"
    query = parsed(text)
    assert [(term.value, term.legacy_field) for term in query.users] == [("a", False), ("b", True), ("c", False)]
    assert [each.replacement() for each in query.fields] == ["Content.Mention.accountid"]
    assert [term.value for term in parsed("content.space = ~a and container.space.key in (~b, c)").spaces] == [
        "~a",
        "~b",
    ]


def test_removed_fields_are_found_in_the_order_too() -> None:
    text = (
        "creator = a order by title, creator.userkey desc, Content.watcher.UserKey, content.property[creator.userkey]"
    )
    fields = parsed(text).fields
    assert [text[each.start : each.end] for each in fields] == ["creator.userkey", "Content.watcher.UserKey"]
    assert [each.replacement() for each in fields] == ["creator.accountid", "Content.watcher.accountid"]


@pytest.mark.parametrize(
    "clause",
    [
        "creator ~ tilda",
        "owner.accountid !~ tilda",
        "mention.userkey ~ tilda",
        "watcher > tilda",
        "user <= tilda",
        "creator.key = tilda",
        "contributor.username in (now(), tilda)",
        'creator = "ti\\lda"',
        "mention in ('\\tilda')",
    ],
)
def test_what_cql_does_not_define_for_people_names_them_and_stays(clause: str) -> None:
    (term,) = parsed(clause).users
    assert term.value == "tilda"
    assert term.fixed
    data = clause.encode()
    seen = scan(part(data, Kind.CQL), RULES)
    assert [match.rewritable for match in seen.matches] == [False]
    result = rewrite(part(data, Kind.CQL), RULES, Directory({"tilda": ANN}))
    assert result.data == data
    assert [(hold.reason, hold.detail) for hold in result.holds] == [(HeldReason.NO_REWRITER, term.fixed)]


def test_a_removed_field_that_stays_for_its_operator_is_held_itself() -> None:
    data = f'creator.userkey ~ "{ANN}"'.encode()
    result = rewrite(part(data, Kind.CQL), RULES, Directory({}))
    assert result.data == data
    assert [hold.span.of(data) for hold in result.holds] == [b"creator.userkey"]


def test_roles_functions_and_empty_values_name_nobody() -> None:
    assert people("creator in (currentUser(), '@self', '', ' ') and owner = someFunction(tilda)") == []


def test_a_term_says_where_its_operand_and_its_field_stand() -> None:
    text = "x = 1 AND Creator.userkey  in ( 'a b' , \"c\" )"
    query = parsed(text)
    assert [text[term.start : term.end] for term in query.users] == ["'a b'", '"c"']
    assert {text[term.field_start : term.field_end] for term in query.users} == {"Creator.userkey"}
    assert [(text[each.start : each.end], each.replacement()) for each in query.fields] == [
        ("Creator.userkey", "Creator.accountid")
    ]


def test_personal_spaces_and_names_are_told_from_users() -> None:
    query = parsed("space in (DEV, '~tilda') and space.key = ~nils and creator.fullname ~ 'Tilda B' and owner ~ x")
    assert [(term.value, term.replacement("~new")) for term in query.spaces] == [
        ("~tilda", '"~new"'),
        ("~nils", '"~new"'),
    ]
    assert [(term.field, term.value) for term in query.names] == [("creator.fullname", "Tilda B")]
    assert [(term.value, term.fixed != "") for term in query.users] == [("x", True)]


def test_no_representation_of_a_query_shows_a_value() -> None:
    text = "creator = tbergmann and space = ~tbergmann and user.fullname ~ tbergmann"
    assert "tbergmann" not in repr(parsed(text))


def test_a_query_over_the_limit_is_refused_unread() -> None:
    text = "x" * (LENGTH_LIMIT + 1)
    assert parse(text) == Unparsed(LENGTH_LIMIT, f"a query of at most {LENGTH_LIMIT} characters")


@pytest.mark.parametrize("mark", [",", "(", "="])
def test_a_query_of_too_many_pieces_is_refused_unread(mark: str) -> None:
    text = "a " + mark * (MARK_LIMIT + 5)
    assert parse(text) == Unparsed(2 + MARK_LIMIT, f"no more than {MARK_LIMIT} values and parentheses")


def test_deep_nesting_and_long_lists_are_read_without_recursion() -> None:
    depth = 20_000
    assert people("(" * depth + "creator = tilda" + ")" * depth) == ["tilda"]
    assert parse("(" * depth) == Unparsed(depth, "NOT, a field or an opening parenthesis")
    assert len(people("creator in (" + ",".join(f"u{number}" for number in range(20_000)) + ")")) == 20_000


def test_a_list_of_a_megabyte_is_read_to_its_last_person() -> None:
    text = "creator in (" + ",".join(f"user{number:06d}" for number in range(95_000)) + ")"
    assert len(text) > 1_000_000
    query = parsed(text)
    assert len(query.users) == 95_000
    last = query.users[-1]
    assert text[last.start : last.end] == "user094999"


def test_a_clause_over_a_removed_field_changes_as_a_whole_or_not_at_all() -> None:
    data = b"creator.userkey in (ann, bob, 5d41402abc4b2a76b9719d91) or watcher.userkey = ann or owner in (ann, bob)"
    known = Directory({"ann": ANN})
    result = rewrite(part(data, Kind.CQL), RULES, known)
    assert result.data == (
        b'creator.userkey in (ann, bob, 5d41402abc4b2a76b9719d91) or watcher.accountid = "%s" or owner in ("%s", bob)'
        % (ANN.encode(), ANN.encode())
    )
    assert [(hold.rule, hold.span.of(data), hold.reason) for hold in result.holds] == [
        ("legacy-cql-userkey-field", b"ann", HeldReason.UNRESOLVED),
        ("legacy-cql-userkey-field", b"bob", HeldReason.UNRESOLVED),
        ("legacy-cql-user", b"bob", HeldReason.UNRESOLVED),
    ]
    assert sorted(known.asked) == ["ann", "bob"]
    assert result.proof


def test_what_resolves_to_no_account_id_is_held() -> None:
    result = rewrite(part(b"creator = ann", Kind.CQL), RULES, lambda _: Account("nobody", "test"))
    assert result.data == b"creator = ann"
    assert [hold.reason for hold in result.holds] == [HeldReason.UNRESOLVED]


@pytest.mark.parametrize(("data", "at"), [(b"title ~ '\xc3\xa4\xff' and creator = tilda", 11), (b"\xc3", 0)])
def test_a_query_with_bytes_that_are_no_text_is_unreadable_at_the_first_of_them_and_stays(data: bytes, at: int) -> None:
    for kind in (Kind.CQL, Kind.JQL):
        seen = scan(part(data, kind), RULES)
        assert seen.matches == ()
        assert seen.unreadable is not None
        assert (seen.unreadable.offset, seen.unreadable.reason[6:]) == (at, ": expected text in UTF-8")
        assert rewrite(part(data, kind), RULES, Directory({"tilda": ANN})).data == data


def test_letters_of_more_than_one_byte_keep_their_place() -> None:
    data = "title ~ '\u65e5\U0001f600' and creator = \xe4nn and label = \xf6".encode()
    (match,) = scan(part(data, Kind.CQL), RULES).matches
    assert match.span.of(data) == "\xe4nn".encode()
    result = rewrite(part(data, Kind.CQL), RULES, Directory({"\xe4nn": ANN}))
    assert result.data == data.replace("\xe4nn".encode(), f'"{ANN}"'.encode())


def test_a_personal_space_gets_its_new_key_where_that_is_known_and_is_held_elsewhere() -> None:
    data = b"space in (DEV, ~Tilda, '~nils') and creator = currentUser() order by created"
    context = Context(spaces={"~tilda": f"~{BOB}"})
    result = rewrite(part(data, Kind.CQL), RULES, Directory({}), context)
    assert result.data == data.replace(b"~Tilda", f'"~{BOB}"'.encode())
    assert [(hold.rule, hold.span.of(data)) for hold in result.holds] == [("cql-personal-space", b"'~nils'")]
    assert result.proof


def test_a_query_that_does_not_parse_is_unreadable_at_its_byte_and_stays() -> None:
    for data, offset in ((b"title = '\xc3\xa4' and creator = ", 27), (b"=creator", 0)):
        result = scan(part(data, Kind.CQL), RULES)
        assert result.matches == ()
        assert result.unreadable is not None
        assert (result.unreadable.offset, result.unreadable.reason[:16]) == (offset, "no CQL: expected")
        assert rewrite(part(data, Kind.CQL), RULES, Directory({})).data == data


def test_a_value_that_a_program_fills_in_is_uncertain() -> None:
    (match,) = scan(part(b'creator = "${user}"', Kind.CQL), RULES).matches
    assert match.confidence is Confidence.LOW


def test_a_field_that_nobody_knows_is_not_shown() -> None:
    (match,) = scan(part(b"creator.tilda ~ tilda", Kind.CQL), [BY_ID["cql-personal-name"]]).matches
    assert "tilda" not in match.where + match.excerpt


names = st.text(min_size=1, max_size=12)
words = st.from_regex(r"[A-Za-z][a-z0-9._]{2,8}x", fullmatch=True)
blanks = st.sampled_from([" ", "  ", "\n", "\t "])


def spelled(name: str, style: str) -> str:
    if style == "single":
        return "'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return quoted(name)


@st.composite
def queries(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Draw a query with the people that it names, as they are compared."""
    pieces: list[str] = []
    named: list[str] = []
    for number in range(draw(st.integers(1, 4))):
        if number:
            pieces.append(draw(st.sampled_from(["and", "OR", "and not", "Or  NOT"])))
        kind = draw(st.sampled_from(["user", "list", "text", "nested"]))
        blank = draw(blanks)
        values = [draw(names) for _ in range(draw(st.integers(1, 3)))]
        shown = [spelled(value, draw(st.sampled_from(["single", "double"]))) for value in values]
        field = draw(st.sampled_from(sorted(USER_FIELDS)))
        match kind:
            case "user":
                field = draw(st.sampled_from([field, f"content.{field}", field.upper()]))
                pieces.append(f"{field}{blank}={blank}{shown[0]}")
                named.append(values[0])
            case "list":
                pieces.append(f"{field} not{blank}in{blank}({(blank + ',').join([*shown, 'currentUser()'])})")
                named += values
            case "nested":
                pieces.append(f"({blank}{field}.accountid != {shown[0]}{blank})")
                named.append(values[0])
            case _:
                pieces.append(f"{draw(words)}{blank}~{blank}{shown[0]}")
    order = ["", "order by title desc", "ORDER\tBY created, content.property[x].y asc"]
    return draw(blanks).join([*pieces, draw(st.sampled_from(order))]), named


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
    assert rewording.held == ()
    result, done, kept = "", 0, ""
    for each in rewording.replacements:
        kept += text[done : each.start]
        result += text[done : each.start] + each.text
        done = each.end
    result += text[done:]
    again = parsed(result)
    assert {term.value for term in again.users} <= {ANN, BOB}
    assert len(again.users) == len(query.users)
    assert reword(again, accounts).replacements == ()
    assert [replace(each, start=0, end=0) for each in again.names] == [
        replace(each, start=0, end=0) for each in query.names
    ]


@given(st.text(alphabet=st.sampled_from("ab =~!<>()[]'\"\\,.-&\n") | st.characters(), max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    query = parse(text)
    if isinstance(query, Unparsed):
        assert 0 <= query.at <= len(text)
        assert query.expected


@given(
    st.lists(
        st.sampled_from(
            [
                "creator",
                "space",
                "=",
                "!=",
                "in",
                "not",
                "(",
                ")",
                ",",
                "and",
                "or",
                "'x y'",
                '"z"',
                "~u",
                "now()",
                "order",
                "by",
            ]
        ),
        max_size=14,
    )
)
def test_no_sequence_of_tokens_breaks_the_parser(tokens: list[str]) -> None:
    text = " ".join(tokens)
    query = parse(text)
    if isinstance(query, Query):
        places = [(term.start, term.end) for term in query.users] + [(term.start, term.end) for term in query.spaces]
        assert all(text[start:end].strip() for start, end in places)
