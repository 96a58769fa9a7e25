from __future__ import annotations

import json

import pytest

from rules.model import Kind
from rules.scan import scan
from tests.rules.parts import BOB, RULES, part


def card(data: object, kind: str = "inlineCard") -> bytes:
    return json.dumps({"type": "doc", "content": [{"type": kind, "attrs": {"data": data}}]}).encode()


def found(data: bytes) -> list[tuple[str, str]]:
    seen = scan(part(data, Kind.ADF), RULES)
    return [
        (match.subject.reveal(), match.confidence.label) for match in seen.matches if match.rule == "adf-copied-name"
    ]


PROFILE = f"https://wiki.example/wiki/people/{BOB}"


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ({"creator": "Tilda Bergmann"}, [("Tilda Bergmann", "low")]),
        ({"schema:creator": {"name": "Tilda Bergmann"}}, [("Tilda Bergmann", "medium")]),
        ({"attributedTo": [{"@type": "Person", "name": "Ola"}, {"@type": ["as:Person"], "name": "Kito"}]}, [("Ola", "medium"), ("Kito", "medium")]),
        ({"context": {"@type": "Person", "name": "Ola"}}, [("Ola", "medium")]),
        ({"name": "Ola Lindqvist", "url": PROFILE}, [("Ola Lindqvist", "medium")]),
        ({"@type": "Person", "name": "Ola Lindqvist", "url": PROFILE}, [("Ola Lindqvist", "medium")]),
        ({"updatedBy": ["Ola", {"@type": "Application", "name": "Bot"}]}, [("Ola", "low")]),
    ],
)  # fmt: skip
def test_the_people_in_the_data_of_a_card_are_personal_data(data: object, names: list[tuple[str, str]]) -> None:
    assert found(card(data)) == names


@pytest.mark.parametrize(
    "data",
    [
        {"name": "Bench", "url": "https://wiki.example/x/1"}, {"name": "Bench"}, {"generator": {"name": "Confluence"}}, {"owner": BOB},
        {"owner": "https://wiki.example/x"}, {"owner": "${owner}"}, {"owner": {"@type": "Organization", "name": "Acme"}}, {"owner": 7},
        {"owner": {"@type": 7, "name": ""}}, {"owner": "tilda@acme-optics.se"}, "creator", [],
    ],
)  # fmt: skip
def test_apps_addresses_ids_and_variables_are_no_names(data: object) -> None:
    assert found(card(data)) == []


def test_only_cards_have_such_data_and_a_broken_document_has_none() -> None:
    assert found(card({"creator": "Ola"}, "media")) == []
    assert found(card({"creator": "Ola"}, "embedCard")) == [("Ola", "low")]
    assert found(card({"creator": "Ola"})[:-1]) == []
    assert found(b'{"type":"inlineCard","x":{"data":"Person"}}') == []
