"""A person who stands twice in a list of restrictions, under whichever identifiers, stands there once afterwards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.model import Kind, ObjectType
from rules.rewrite import rewrite
from tests.rules.parts import ANN, BOB, RULES, Directory, part

KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
PEOPLE = Directory({"tilda": ANN, "t.bergmann": ANN, KEY: ANN, "o.l": BOB})
NAME, OTHER, BY_KEY = '{"type":"known","username":"tilda"}', '{"username":"t.bergmann"}', f'{{"userKey":"{KEY}"}}'
OLA, STANDING = '{"username":"o.l"}', f'{{ "accountId" : "{ANN}" }}'
NEW, OLA_NEW = f'{{"type":"known","accountId":"{ANN}"}}', f'{{"accountId":"{BOB}"}}'


def rewritten(users: str) -> tuple[str, int]:
    """Return the list after a rewrite of a body with it, and how many places are held."""
    frame = '[{"operation":"read","restrictions":{"user":[%s],"group":[]}}]'
    made = part((frame % users).encode(), Kind.JSON)
    result = rewrite(replace(made, ref=replace(made.ref, type=ObjectType.FILE)), RULES, PEOPLE)
    assert bool(result.proof) == (result.data != made.data)
    before, after = frame.split("%s")
    return result.data.decode().removeprefix(before).removesuffix(after), len(result.holds)


@pytest.mark.parametrize(
    ("users", "expected"),
    [
        (f"{NAME},{BY_KEY}", NEW),
        (f"{NAME} , {BY_KEY} , {OTHER}", NEW),
        (f"{NAME},{OLA}, {BY_KEY}", f"{NEW},{OLA_NEW}"),
        (f"{BY_KEY},{STANDING}", STANDING),
        (f"{NAME},{BY_KEY}, {OLA},{STANDING}", f"{OLA_NEW},{STANDING}"),
        (f"{STANDING},{NAME},{OLA}", f"{STANDING},{OLA_NEW}"),
        (f"{STANDING},{STANDING},{OLA}", f"{STANDING},{STANDING},{OLA_NEW}"),
        (f'{NAME},"x",7,{BY_KEY}', f'{NEW},"x",7'),
        (f'{NAME},{{"username":"tilda","x":{{"userKey":"{KEY}"}}}}', NEW),
    ],
)
def test_one_person_is_one_entry(users: str, expected: str) -> None:
    assert rewritten(users) == (expected, 0)


def test_a_list_with_somebody_unknown_keeps_both_entries() -> None:
    users = f'{NAME},{BY_KEY},{{"username":"nobody"}}'
    assert rewritten(users) == (users, 3)


def test_lists_of_different_operations_each_keep_the_person() -> None:
    entry = '{"operation":"%s","restrictions":{"user":[{"username":"tilda"},{"username":"tilda"}]}}'
    made = part(f"[{entry % 'read'},{entry % 'update'}]".encode(), Kind.JSON)
    result = rewrite(replace(made, ref=replace(made.ref, type=ObjectType.FILE)), RULES, PEOPLE)
    assert result.data.count(ANN.encode()) == 2
    assert b"tilda" not in result.data
