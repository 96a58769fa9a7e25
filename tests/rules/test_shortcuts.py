"""What is asked before a slower question must never say no where that one says yes."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.gates import NamedGate, occurs, query_gates
from rules.links import TRACE, identities
from rules.macros import folded
from rules.mentions import Place, references
from rules.model import Kind
from rules.outline import DEPTH_LIMIT, Outline
from rules.passage import unescaped
from rules.scan import scan
from rules.storage import Storage
from rules.view import View
from tests.rules.parts import BY_ID, RULES, part

KEY = b"8a7f80826c1d4e5f016c1d4e6f700001"
LETTERS = st.sampled_from(
    [
        "~",
        "%7e",
        "people",
        "userKey",
        "CQL",
        "os_",
        "@",
        "\N{KELVIN SIGN}ey=",
        "\N{LATIN SMALL LETTER LONG S}",
        "a",
        "/",
        "&",
    ]
)
FORMS = st.sampled_from(["{}", "&#{n};", "&#x{n:x};"])


def written(letters: list[tuple[str, str]]) -> bytes:
    """Return words whose first letters are written in one form or another."""
    return "".join(form.format(escape(word[0]), n=ord(word[0])) + escape(word[1:]) for word, form in letters).encode()


@given(st.lists(st.tuples(LETTERS, FORMS), max_size=8).map(written))
def test_every_address_that_names_somebody_has_a_trace_in_the_bytes(raw: bytes) -> None:
    before = "https://acme.example/display/"
    if identities(before + unescaped(raw)):
        assert TRACE.search(before.encode() + raw)


@given(
    st.lists(
        st.sampled_from(
            [KEY, KEY.upper(), KEY[1:], b"JIRAUSER7", b">", b'"', b",", b";", b"\n", b"\\", b"<", b"x", b" "]
        )
    )
)
def test_the_test_for_keys_says_yes_wherever_one_stands(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    for gate in BY_ID["app-user-key"].gate:
        assert not isinstance(gate, bytes | NamedGate)
        if gate[1].search(data):
            assert all(test(data) for test in gate[2:])


@pytest.mark.parametrize(("name", "count"), [(b"user", 1), (b"&#117;ser", 1), (b"hash", 0), (b"o'user", 1)])
def test_a_key_counts_under_a_name_for_people_however_that_is_written(name: bytes, count: int) -> None:
    data = b'<ac:structured-macro ac:name="card"><ac:parameter ac:name="%b">%b</ac:parameter></ac:structured-macro>'
    assert [match.rule for match in scan(part(data % (name, KEY)), RULES).matches] == ["app-user-key"] * count


def test_a_broken_body_with_a_key_under_another_name_is_reported_as_unreadable() -> None:
    data = b'<ac:structured-macro ac:name="card"><ac:parameter ac:name="hash">%b</ac:parameter>' % KEY
    seen = scan(part(data), RULES)
    assert not seen.matches
    assert seen.unreadable is not None


@pytest.mark.parametrize(
    ("data", "opened"),
    [
        (b'<ac:parameter ac:name="jql">project = A</ac:parameter>', False),
        (b'<ac:parameter ac:name="jqlQuery">project = A</ac:parameter>', False),
        (b"/issues/?jql=x", True),
        (b"/issues/?jqlQuery=x", True),
        (b"/login?next=%2Fissues%2F%3Fjql%253Dx", True),
        (b"/issues/?j<b>ql=x</b> /?jql<b>=x</b>", True),
    ],
)
def test_the_name_of_a_parameter_of_a_macro_is_no_link_to_a_search(data: bytes, *, opened: bool) -> None:
    assert BY_ID["search-link-query"].applies(Kind.STORAGE, data) is opened


@pytest.mark.parametrize("word", [b"cql", b"JQL", b"cQl", b"JqL"])
def test_names_of_queries_open_their_gates_in_any_case(word: bytes) -> None:
    assert any(occurs(gate, b"a %b: b" % word) for gate in query_gates(rb"\s?:"))
    assert not any(occurs(gate, b"s%b: b" % word[1:]) for gate in query_gates(rb"\s?:"))


def test_what_is_made_of_a_part_is_made_once() -> None:
    made: list[View] = []

    def make(view: View) -> int:
        made.append(view)
        return len(made)

    view = View(part(b"<p/>"))
    assert [view.once(make), view.once(make)] == [1, 1]
    assert made == [view]


def test_each_reference_stands_in_one_place() -> None:
    user = b'<ri:user ri:username="ann"/>'
    data = b"<ac:task-body>%b</ac:task-body>%b<ac:macro><ac:parameter>%b</ac:parameter></ac:macro>" % (user, user, user)
    view = View(part(data))
    starts = {place: [each.element.tag.start for each in references(view, place)] for place in Place}
    assert starts == {
        Place.TASK: [data.index(user)],
        Place.TEXT: [data.index(b"</ac:task-body>") + len(b"</ac:task-body>")],
        Place.MACRO: [data.rindex(user)],
    }


def test_a_long_name_is_folded_like_a_short_one() -> None:
    assert folded(" Jql-Query ") == "jqlquery"
    assert folded(" A-" * 40) == "a " * 39 + "a"


def test_a_body_is_too_deep_at_the_same_place_whether_its_end_tags_are_counted_first() -> None:
    deep = b"<ac:layout>" * (DEPTH_LIMIT + 1) + b"</ac:layout>" * (DEPTH_LIMIT + 1)
    seen = Storage(deep).unreadable
    assert seen is not None
    assert seen.offset == DEPTH_LIMIT * len(b"<ac:layout>")
    assert Storage(deep[len(b"<ac:layout>") : -len(b"</ac:layout>")]).unreadable is None


def test_an_end_tag_closes_what_is_open_in_its_element_and_nothing_where_none_is_open() -> None:
    data = b"<ac:a><ac:b></ac:a></ac:c>"
    read = Outline(data, whole=True)
    assert list(read.closes) == [data.index(b"</ac:a>")] * 2
    deep = Outline(b"<ac:layout>" * (DEPTH_LIMIT + 2), whole=True)
    assert deep.too_deep == DEPTH_LIMIT * len(b"<ac:layout>")
