"""A cell knows its header: bare values under a heading, behind a key of JSON or of a form, in tables of every kind."""

from __future__ import annotations

import json
import re
from html import escape

import pytest

from rules.model import Confidence, Kind, ObjectType, Part, Ref
from rules.numberforms import Scheme, detector, shapes, words
from rules.scan import scan
from rules.subjects import SubjectKind
from rules.weighing import heading_words
from tests.rules.parts import BY_ID

COLUMNS = [
    ("vat-number", "USt-IdNr", "939500067"),
    ("vat-number", "P.IVA", "76954370482"),
    ("tax-id", "PEID", "1234561"),
    ("tax-id", "Steuernummer", "18181508155"),
    ("tax-id", "Steuernummer", "181/815/08155"),
    ("social-security", "ni_number", "PK552743D"),
    ("national-id", "BSN", "648132596"),
    ("national-id", "peselNumber", "58293072914"),
    ("payment-card", "card", "4575593133641218"),
    ("phone-number", "Tel", "0521 2345670"),
]
"""Rule, heading, a value that counts under it."""


def storage(name: str, value: str) -> bytes:
    return (
        f"<table><tbody><tr><th>Who</th><th>{escape(name)}</th></tr>"
        f"<tr><td>Tilda</td><td>{value}</td></tr></tbody></table>"
    ).encode()


def adf(name: str, value: str) -> bytes:
    def cell(kind: str, text: str) -> dict[str, object]:
        return {"type": kind, "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]}

    rows = [
        [cell("tableHeader", "Who"), cell("tableHeader", name)],
        [cell("tableCell", "Tilda"), cell("tableCell", value)],
    ]
    table = {"type": "table", "content": [{"type": "tableRow", "content": row} for row in rows]}
    return json.dumps({"version": 1, "type": "doc", "content": [table]}).encode()


def document(name: str, value: str) -> bytes:
    return json.dumps({"who": "Tilda", name: value}).encode()


def commas(name: str, value: str) -> bytes:
    return f"number,who,{name},rate\n4711,Tilda,{value},12\n4712,Bo,,13\n".encode()


def found(kind: Kind, data: bytes, rule: str) -> list[tuple[str, Confidence]]:
    """Return the characters and the confidence of what a rule sees in a part."""
    matches = scan(Part(Ref(ObjectType.PAGE, "1", 1), "body", kind, data), [BY_ID[rule]]).matches
    return [(each.span.of(data).decode(), each.confidence) for each in matches]


WRITTEN = {Kind.STORAGE: storage, Kind.ADF: adf, Kind.JSON: document, Kind.TEXT: commas}


@pytest.mark.parametrize("kind", WRITTEN, ids=str)
@pytest.mark.parametrize(("rule", "name", "value"), COLUMNS)
def test_a_bare_number_counts_under_its_heading_only(rule: str, name: str, value: str, kind: Kind) -> None:
    data = WRITTEN[kind](name, value)
    assert [value for value, _ in found(kind, data, rule)] == [value]
    other = WRITTEN[kind]("Order no", value)
    assert [value for value, sure in found(kind, other, rule) if sure is Confidence.HIGH] == []


@pytest.mark.parametrize(
    "text", ["no,USt-IdNr,rate\n4711,939500067,12", "USt-IdNr,a,b\n939500067,12,5", 'a,b,USt-IdNr\n1,2,"939500067"\n']
)
def test_numbers_beside_commas_are_cells_of_a_row(text: str) -> None:
    assert [value for value, _ in found(Kind.TEXT, text.encode(), "vat-number")] == ["939500067"]


@pytest.mark.parametrize("text", ["USt-IdNr 939500067,12", "USt-IdNr, gross, net 3,939500067"])
def test_numbers_that_commas_join_are_one(text: str) -> None:
    assert found(Kind.TEXT, text.encode(), "vat-number") == []


def test_a_key_that_is_escaped_is_read() -> None:
    data = json.dumps({"ЕГН": "7523169263"}).encode()
    assert b"\\u" in data
    assert found(Kind.JSON, data, "national-id") == [("7523169263", Confidence.HIGH)]


def test_a_scheme_is_calculated_under_a_heading_for_it_only() -> None:
    checked: list[str] = []

    def valid(number: str) -> bool:
        checked.append(number)
        return True

    scheme = Scheme("pass", "Y", "YY", shapes(nothing="999999"), re.compile("[0-9]+"), valid, words("badge, staff-no"))
    custom = detector("custom", SubjectKind.CUSTOM, [scheme], frozenset(), "token")
    assert custom.told is not None
    asked: list[int] = []

    def seen(text: str, heading: str) -> list[str]:
        def headed(at: int) -> frozenset[str]:
            asked.append(at)
            return heading_words(heading)

        asked.clear()
        checked.clear()
        return [hit.value for hit in custom.told(text, 0, len(text), headed)] if custom.told else []

    assert (seen("1\t204817\n", "Order"), asked, checked) == ([], [2], [])
    assert (seen("1\t204817\n", "badgeNumber"), asked, checked) == (["204817"], [2], ["204817"])
    assert (seen("1\t204817\n", "token"), asked, checked) == (["204817"], [2], ["204817"])
    assert (seen("for 204817 of", "badge"), asked, checked) == ([], [], [])
    assert (seen("badge 204817 of", ""), asked, checked) == (["204817"], [], ["204817"])
    assert [hit.value for hit in custom.find("204817", 0, 6)] == ["204817"]


def test_a_password_in_a_cell_counts_under_its_heading_or_behind_its_word() -> None:
    assert found(Kind.TEXT, b"host,token,note\nlens,Kl4vier-Zug,x\n", "credential") == [("Kl4vier-Zug", Confidence.LOW)]
    assert found(Kind.TEXT, b"password\tKl4vier-Zug\n", "credential") == [("Kl4vier-Zug", Confidence.LOW)]
    assert found(Kind.TEXT, b"host,kind,note\nlens,Kl4vier-Zug,x\n", "credential") == []
