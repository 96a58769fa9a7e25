"""Known people in lists that nobody describes, and in functions of queries: low confidence, and nothing changes."""

from __future__ import annotations

import json

import pytest

from rules.context import Context
from rules.model import Confidence, HeldReason, Kind
from rules.rewrite import rewrite
from rules.scan import scan
from rules.wordlists import LENGTH_LIMIT, known_people, may_be_list
from tests.rules.parts import ANN, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
NAMES = frozenset({"tilda", "ola", "ann berg", KEY})
KNOWN = Context(known=NAMES)
PEOPLE = Directory({"tilda": ANN, "ola": ANN, KEY: ANN})


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("tilda", ["tilda"]),
        ("Tilda,ola", ["Tilda", "ola"]),
        (" tilda ;\n ola|x", ["tilda", "ola"]),
        ("tilda ola", ["tilda", "ola"]),
        ("tilda and ola", []),
        ("Ann Berg, x", ["Ann Berg"]),
        ("+tilda,-ola,@ola,!x", ["tilda", "ola", "ola"]),
        (f"x:{KEY};y", [KEY]),
        ("user=+tilda", ["tilda"]),
        ("https://tilda", []),
        ("tildas,,", []),
        ("tilda," * LENGTH_LIMIT, []),
        ("", []),
    ],
)
def test_entries_words_and_people_behind_a_sign_or_a_label_are_known(text: str, people: list[str]) -> None:
    terms = list(known_people(text, NAMES))
    assert [term.value for term in terms] == people
    assert all(text[term.start : term.end] == term.value for term in terms)


@pytest.mark.parametrize(("text", "is_list"), [("a, b c d", True), ("a, b c d e", False), ("x" * 5000, False)])
def test_a_text_with_prose_in_it_is_no_list(text: str, is_list: bool) -> None:
    assert may_be_list(text) is is_list


def held(data: str, kind: Kind) -> list[tuple[str, bytes]]:
    """Return what is found with low confidence, each with its bytes, after seeing that all of it is held."""
    body = part(data.encode(), kind)
    matches = scan(body, RULES, KNOWN).matches
    assert {match.confidence for match in matches} <= {Confidence.LOW}
    result = rewrite(body, RULES, PEOPLE, KNOWN)
    assert result.data == data.encode()
    assert [(hold.span, hold.reason) for hold in result.holds] == [(m.span, HeldReason.NO_REWRITER) for m in matches]
    return [(match.subject.reveal(), match.span.of(body.data)) for match in matches]


@pytest.mark.parametrize(
    ("value", "places"),
    [
        ("tilda,ola", [("tilda", b"tilda"), ("ola", b"ola")]),
        ("é; ola", [("ola", b"ola")]),
        ("tilda ola", [("tilda", b"tilda"), ("ola", b"ola")]),
        ("+tilda", [("tilda", b"tilda")]),
        ("~tilda", []),
        ("ann berg,x", []),
        ("Hello, ola, how are you today", []),
    ],
)
def test_a_list_in_a_string_of_stored_json_is_held_name_by_name(value: str, places: list[tuple[str, bytes]]) -> None:
    assert held(json.dumps({"who": value}, ensure_ascii=False), Kind.JSON) == places


def test_of_a_string_with_escapes_the_whole_is_the_place() -> None:
    assert held('{"who":["\\u00e9,ola"]}', Kind.JSON) == [("ola", b"\\u00e9,ola")]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("issue in workedIssues(tilda)", [("tilda", b"tilda")]),
        (f'issue in workedIssues("{KEY}")', [(KEY, f'"{KEY}"'.encode())]),
        ('issueFunction in commented("by tilda")', [("tilda", b"tilda")]),
        ('issueFunction in issuesInEpics("assignee = tilda")', [("tilda", b"tilda")]),
        ('issueFunction in commented("after \\"x\\" by \\"ola\\"")', [("ola", b"ola")]),
        ('issueFunction in dateCompare("x", EMPTY, "' + "a " * 3000 + 'tilda")', []),
        ("assignee in membersOf(tilda)", []),
        ("fixVersion in releasedVersions(ola)", []),
        ("issue in workedIssues(kito)", []),
    ],
)
def test_arguments_of_functions_that_nobody_documents_are_held(query: str, places: list[tuple[str, bytes]]) -> None:
    assert held(query, Kind.JQL) == places
