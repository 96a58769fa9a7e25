"""Names with blanks and commas in lists of people: one name, several, or nobody can say."""

from __future__ import annotations

import pytest

from rules.context import Context
from rules.model import HeldReason
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, RULES, Directory, part

JOHN = "712020:aaaaaaaa-0000-4000-8000-000000000003"
DOE = "712020:aaaaaaaa-0000-4000-8000-000000000004"
PARAMETERS = [
    ("recently-updated", "author"),
    ("recently-updated", "users"),
    ("blog-posts", "author"),
    ("contentbylabel", "author"),
    ("tasks-report-macro", "assignees"),
    ("show-if", "user"),
    ("show-if", "username"),
]


def macro(value: str, name: str = "recently-updated", parameter: str = "author") -> bytes:
    return (
        f'<ac:structured-macro ac:name="{name}"><ac:parameter ac:name="{parameter}">{value}</ac:parameter>'
        "</ac:structured-macro>"
    ).encode()


def people(known: dict[str, str]) -> Context:
    return Context(known=frozenset(name.lower() for name in known))


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
@pytest.mark.parametrize("met", [True, False])
def test_a_known_name_with_a_blank_is_not_taken_for_the_person_whose_name_begins_it(
    name: str, parameter: str, met: bool
) -> None:
    known = {"john doe": ANN, "john": JOHN}
    context = people(known if met else {})
    result = rewrite(part(macro("john doe", name, parameter)), RULES, Directory(known), context)
    assert (result.data, result.holds) == (macro(ANN, name, parameter), ())


@pytest.mark.parametrize("met", [True, False])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("+john doe -bob", f"+{ANN} -{BOB}"),
        ("bob, john doe", f"{BOB}, {ANN}"),
        ("john&nbsp; doe", ANN),
        ("john bob", f"{JOHN} {BOB}"),
        ("john bob, eve", f"{JOHN} {BOB}, eve"),
        ("john eve, bob", f"john eve, {BOB}"),
        ("bob, john bob john doe", f"{BOB}, john bob john doe"),
        ("john bob, john doe, bob", f"{JOHN} {BOB}, {ANN}, {BOB}"),
        ("+john eve, -bob", f"+john eve, -{BOB}"),
        (f"{BOB} john doe", f"{BOB} {ANN}"),
        ("john @self", f"{JOHN} @self"),
    ],
)
def test_each_piece_of_a_list_is_tried_as_one_name_first(before: str, after: str, met: bool) -> None:
    known = {"john doe": ANN, "john": JOHN, "bob": BOB}
    result = rewrite(part(macro(before)), RULES, Directory(known), people(known if met else {}))
    assert result.data == macro(after)


@pytest.mark.parametrize("met", [True, False])
@pytest.mark.parametrize("text", ["john eve", "eve john", "bob john&nbsp;eve", "john bob eve"])
def test_a_known_word_beside_one_that_nobody_knows_may_be_part_of_a_name_and_is_held_with_it(
    text: str, met: bool
) -> None:
    known = {"john": JOHN, "bob": BOB}
    body = part(macro(text))
    result = rewrite(body, RULES, Directory(known), people(known if met else {}))
    assert result.data == body.data
    assert {hold.span.of(body.data) for hold in result.holds} == set(text.replace("&nbsp;", " ").encode().split())
    assert {(hold.reason, "one name with blanks" in hold.detail) for hold in result.holds} == {
        (HeldReason.AMBIGUOUS, True)
    }


def test_where_commas_separate_a_name_of_which_one_word_is_known_is_just_not_known() -> None:
    (hold,) = rewrite(part(macro("tom john, eve")), RULES, Directory({"john": JOHN, "eve": ANN})).holds
    assert hold.reason is HeldReason.UNRESOLVED


def test_where_commas_and_blanks_separate_each_known_word_is_counted_as_somebody() -> None:
    known = {"john": JOHN, "bob": BOB, "maría": ANN}
    body = part(macro("john bob, maría"))
    found = [match.span.of(body.data).decode() for match in scan(body, RULES, people(known)).matches]
    assert found == ["john", "bob", "maría"]
    result = rewrite(body, RULES, Directory(known), people(known))
    assert (result.data, result.holds) == (macro(f"{JOHN} {BOB}, {ANN}"), ())


def test_an_account_id_behind_somebody_whom_only_the_directory_knows_stays_beside_the_new_one() -> None:
    result = rewrite(part(macro("john qm:a:b, eve")), RULES, Directory({"john": JOHN}), people({"qm:a:b": ANN}))
    assert (result.data, len(result.holds)) == (macro(f"{JOHN} qm:a:b, eve"), 1)


def test_of_people_whom_only_the_directory_tells_apart_nobody_changes_where_one_of_them_is_held() -> None:
    body = part(macro("john bob, eve"))
    result = rewrite(body, RULES, Directory({"john": JOHN}, frozenset({"bob"})))
    assert result.data == body.data
    assert [(hold.reason, hold.span.of(body.data)) for hold in result.holds] == [
        (HeldReason.AMBIGUOUS, b"john bob"),
        (HeldReason.UNRESOLVED, b"eve"),
    ]


@pytest.mark.parametrize("met", [True, False])
def test_names_that_a_macro_parts_by_commas_only_keep_their_blanks(met: bool) -> None:
    known = {"john": JOHN, "bob": BOB, "maría": ANN}
    body = macro("john bob, maría", "responsible-person-macro", "users")
    result = rewrite(part(body), RULES, Directory(known), people(known if met else {}))
    assert result.data == body.replace("maría".encode(), ANN.encode())


@pytest.mark.parametrize("met", [True, False])
def test_a_name_that_is_also_a_list_of_known_people_is_held(met: bool) -> None:
    known = {"john doe": ANN, "john": JOHN, "doe": DOE, "bob": BOB}
    result = rewrite(part(macro("bob, john doe -bob")), RULES, Directory(known), people(known if met else {}))
    assert result.data == macro(f"{BOB}, john doe -{BOB}")
    assert {hold.reason for hold in result.holds} == {HeldReason.AMBIGUOUS}
    assert len(result.holds) == (1 if met else 2)


def test_a_whole_that_the_directory_has_twice_is_held_and_nobody_else_written_in() -> None:
    directory = Directory({"john": JOHN}, frozenset({"john doe"}))
    result = rewrite(part(macro("john doe")), RULES, directory)
    assert result.data == macro("john doe")
    assert {hold.reason for hold in result.holds} == {HeldReason.AMBIGUOUS}


@pytest.mark.parametrize(("name", "parameter"), [*PARAMETERS, ("responsible-person-macro", "users")])
def test_a_known_name_with_a_comma_is_one_name(name: str, parameter: str) -> None:
    known = {"doe, john": ANN, "john": JOHN}
    body = part(macro("Doe, John", name, parameter))
    (match,) = scan(body, RULES, people(known)).matches
    assert match.span.of(body.data) == b"Doe, John"
    result = rewrite(body, RULES, Directory({"Doe, John": ANN, "John": JOHN}), people(known))
    assert (result.data, result.holds) == (macro(ANN, name, parameter), ())
    both = Directory({"Doe, John": ANN, "John": JOHN, "Doe": DOE})
    held = rewrite(body, RULES, both, people(known))
    assert (held.data, [hold.reason for hold in held.holds]) == (body.data, [HeldReason.AMBIGUOUS])


def test_a_word_that_names_nobody_is_no_second_reading() -> None:
    result = rewrite(part(macro("john unknown")), RULES, Directory({"john unknown": ANN, "john": JOHN}))
    assert (result.data, result.holds) == (macro(ANN), ())


def test_a_name_in_a_section_is_held_whole() -> None:
    known = {"john doe": ANN, "john": JOHN}
    body = part(macro("<![CDATA[john doe]]>"))
    result = rewrite(body, RULES, Directory(known), people(known))
    assert (result.data, [hold.reason for hold in result.holds]) == (body.data, [HeldReason.NO_REWRITER])
