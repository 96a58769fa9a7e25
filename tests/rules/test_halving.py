"""One change that fails its proof stays; the others of the part are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rules.halving import passing, together
from rules.model import Edit, HeldReason, Kind, Match, Span
from rules.rewrite import PARTLY_PROVED, rewrite
from rules.rule import Change, Resolver, Rule
from rules.splice import shifted
from rules.view import View
from tests.rules.parts import ANN, BOB, BY_ID, Directory, part

MENTION = BY_ID["legacy-mention"]


def careless(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Rewrite mentions as the rule does, but write the username of one person as another's: that is no rewrite."""
    assert MENTION.rewrite is not None
    change = MENTION.rewrite(view, matches, resolve)
    edits = (
        replace(edit, new=edit.old.replace(b"eve", b"bob")) if b"eve" in edit.old else edit for edit in change.edits
    )
    return replace(change, edits=tuple(edits))


RULES: Sequence[Rule] = [replace(MENTION, rewrite=careless)]
DIRECTORY = {"ann": ANN, "bob": BOB}
EVERYBODY = {**DIRECTORY, "eve": ANN}


def body(*names: str) -> str:
    return "".join(f'<p><ri:user ri:username="{name}"/></p>' for name in names)


@pytest.mark.parametrize(
    "names",
    [
        ("ann", "bob", "eve"),
        ("eve", "ann"),
        ("ann", "eve", "bob", "ann", "eve", "bob"),
        ("eve", "eve", "ann"),
        ("ann", *["bob"] * 20, "eve"),
    ],
)
def test_what_fails_the_proof_is_held_and_the_rest_is_rewritten(names: tuple[str, ...]) -> None:
    original = part(body(*names).encode())
    result = rewrite(original, RULES, Directory(EVERYBODY))
    expected = body(*names)
    for name, account in DIRECTORY.items():
        expected = expected.replace(f'ri:username="{name}"', f'ri:account-id="{account}"')
    assert result.data.decode() == expected
    assert [(hold.reason, hold.subject.reveal()) for hold in result.holds] == [
        (HeldReason.NOT_PROVED, "eve") for name in names if name == "eve"
    ]
    assert result.proof[-1] == PARTLY_PROVED
    again = rewrite(replace(original, data=result.data), RULES, Directory(EVERYBODY))
    assert (again.data, again.edits, again.proof) == (result.data, (), ())
    assert [hold.reason for hold in again.holds] == [HeldReason.NOT_PROVED] * names.count("eve")


@pytest.mark.parametrize(
    ("data", "kind", "groups"),
    [
        (b"<p>xx</p><p>x</p>", Kind.STORAGE, [2, 1]),
        (
            b'<ac:macro><ac:parameter ac:name="x">x</ac:parameter><ac:parameter>x</ac:parameter></ac:macro>x',
            Kind.STORAGE,
            [3, 1],
        ),
        (b'{"x":"x"},{"x":{"y":"x"}}', Kind.ADF, [2, 2]),
        (b'{"x":"x"},{"x":{"y":"x"}}', Kind.JSON, [2, 2]),
        (b'{"x":"x"},{"x":{"y":"x"}}', Kind.ACCESS, [4]),
        (b'{"type":"mention","attrs":{"id":"x","of":{"a":1},"key":"x"}},{"id":"x"}', Kind.ADF, [2, 1]),
        (b"x or x", Kind.CQL, [2]),
        (b"", Kind.STORAGE, []),
    ],
)
def test_edits_that_may_need_each_other_are_made_together(data: bytes, kind: Kind, groups: list[int]) -> None:
    edits = [Edit(Span(at, at + 1), b"x", b"y") for at, byte in enumerate(data) if bytes((byte,)) == b"x"]
    assert [len(group) for group in together(data, kind, edits)] == groups


def tried(count: int, bad: set[int]) -> tuple[tuple[int, ...], int]:
    """Return what was kept of so many groups and how often it was asked."""
    asked: list[set[int]] = []

    def passes(groups: Sequence[int]) -> bool:
        asked.append(set(groups))
        return bad.isdisjoint(groups)

    return passing(range(count), passes), len(asked)


@pytest.mark.parametrize("bad", [{0}, {999}, {500}, {3, 4}, {1, 500, 998}])
def test_few_proofs_find_the_places_that_fail(bad: set[int]) -> None:
    kept, asked = tried(1000, bad)
    assert set(kept) == set(range(1000)) - bad
    assert asked <= 2 * 10 * len(bad) + 40


def test_many_places_that_fail_cost_no_more_proofs_than_eight_do() -> None:
    kept, asked = tried(1000, set(range(0, 1000, 2)))
    assert 2 * 10 * 8 <= asked <= 2 * 10 * 8 + 40
    assert kept
    assert all(each % 2 for each in kept)
    assert tried(1, {0}) == ((), 0)


@pytest.mark.parametrize(
    ("needs", "kept"),
    [
        ({2: {7}, 7: {2}}, {0, 1, 2, 4, 5, 6, 7}),
        ({0: {7}}, {0, 1, 2, 4, 5, 6, 7}),
        ({1: {4, 6}, 4: {1, 6}, 6: {1, 4}}, {0, 1, 2, 4, 5, 6, 7}),
        ({2: {3}, 7: {3}}, {0, 1, 4, 5, 6}),
    ],
)
def test_what_passes_only_together_is_found_though_it_lies_in_different_halves(
    needs: dict[int, set[int]], kept: set[int]
) -> None:
    def passes(groups: Sequence[int]) -> bool:
        return 3 not in groups and all(needs.get(one, set()) <= set(groups) for one in groups)

    found = passing(range(8), passes)
    assert set(found) == kept
    assert list(found) == sorted(found)
    assert passes(found)


def test_edits_that_are_not_applied_keep_their_place_among_the_others() -> None:
    kept = [Edit(Span(4, 5), b"x", b""), Edit(Span(0, 1), b"x", b"yyy")]
    others = [Edit(Span(2, 3), b"x", b"z"), Edit(Span(6, 7), b"x", b"z")]
    assert [each.span for each in shifted(others, kept)] == [Span(4, 5), Span(7, 8)]
