"""Bodies whose parameters have names that no rule asks for are not looked at; no spelling hides one that counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.context import Context
from rules.embedded import TRACES
from rules.gates import NamedGate, occurs
from rules.macros import parameters_in, registry
from rules.model import Kind
from rules.parameters import gate
from rules.people import PEOPLE
from rules.prefilter import Prefilter, Stems
from rules.scan import scan
from tests.rules.parts import BY_ID, RULES, part

GATES = tuple(dict.fromkeys(each for rule in RULES for each in rule.gate if isinstance(each, NamedGate)))
OWN_ROW = '[[row]]\nmacro = "team-card"\nparameter = "lead"\nforms = ["user"]\nsource = "the owner of the app"\n'


def body(name: str, macro: str = "profile") -> bytes:
    return (
        f'<ac:structured-macro ac:name="{macro}"><ac:parameter ac:name="{name}">ann.b</ac:parameter>'
        "</ac:structured-macro>"
    ).encode()


@pytest.mark.parametrize(
    ("name", "stands_open"),
    [
        ("user", True),
        (" User\t", True),
        ("u-s-er", True),
        ("us&#101;r", True),
        ("u\N{LATIN SMALL LETTER LONG S}er", True),
        ("title", False),
        ("", True),
        ("users-of", False),
    ],
)
def test_a_name_opens_the_gate_however_it_is_spelled(name: str, *, stands_open: bool) -> None:
    first = gate(PEOPLE)[0]
    assert isinstance(first, NamedGate)
    assert occurs(first, body(name)) is stands_open
    assert len(scan(part(body(name)), RULES).matches) == stands_open


@given(st.text(alphabet="usernamecqljtitle-& \t\N{KELVIN SIGN}\N{LATIN SMALL LETTER LONG S}", max_size=9))
def test_the_expression_of_a_gate_matches_wherever_its_names_open_it(name: str) -> None:
    data = body(name)
    for each in GATES:
        if each.opens(parameters_in(data)):
            assert each.pattern.search(data)


def test_where_a_parameter_has_an_entity_in_its_name_any_name_counts() -> None:
    assert parameters_in(body("a&amp;b")) is None
    assert parameters_in(body("User-Name") + body("x")) == frozenset({"username", "x"})


def test_with_known_people_or_rows_of_a_site_parameters_of_every_name_count() -> None:
    data, named = body("lead", "team-card"), BY_ID["legacy-macro-parameter"]
    strict, loose = (Prefilter((named,), TRACES, Stems, loose=each) for each in (False, True))
    assert not strict.active(Kind.STORAGE, data).rules
    assert loose.active(Kind.STORAGE, data).rules == (named,)
    assert [match.rule for match in scan(part(data), RULES, Context(macros=registry(OWN_ROW))).matches] == [named.id]
    known = Context(known=frozenset({"ann.b"}))
    assert [match.rule for match in scan(part(data), RULES, known).matches] == ["unknown-macro-user"]
    assert not scan(part(data), RULES).matches


def test_settings_in_text_are_no_reason_to_read_a_body_without_parameters() -> None:
    assert scan(part(b'<p>{"user":"ann"}</p><p>'), RULES).unreadable is None
    assert scan(part(b'<ac:parameter ac:name="x">{"user":"ann"}</ac:parameter><p>'), RULES).unreadable is not None
