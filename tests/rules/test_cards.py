"""Data sources of links that are shown as cards: JSON in an attribute of storage format."""

from __future__ import annotations

import json
from html import escape

import pytest

from rules.context import Context
from rules.macros import registry
from rules.model import HeldReason
from rules.rewrite import rewrite
from rules.scan import scan
from tests.rules.parts import ANN, BOB, BY_ID, RULES, Directory, part

PEOPLE = Directory({"ann": ANN, "bob": BOB})


def card(parameters: object, quote: str = '"', inside: str = "") -> str:
    source = json.dumps({"id": "d8b7", "parameters": parameters, "views": [{"type": "table"}]}, ensure_ascii=False)
    value = escape(source, quote=False).replace(quote, "&quot;" if quote == '"' else "&#39;")
    return (
        f'<p>é &nbsp;<a href="https://acme.example/x" data-card-appearance="block" data-datasource={quote}{value}{quote}'
        f">x</a>{inside}</p>"
    )


def changed(body: str, context: Context | None = None) -> tuple[str, list[HeldReason]]:
    result = rewrite(part(body.encode()), RULES, PEOPLE, context or Context())
    return result.data.decode(), [hold.reason for hold in result.holds]


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"cloudId": "ann", "jql": "assignee = ann"}, {"cloudId": "ann", "jql": f'assignee = "{ANN}"'}),
        (
            {"jql": 'summary ~ "é😀 &" and assignee in ("ann", bob) order by x'},
            {"jql": f'summary ~ "é😀 &" and assignee in ("{ANN}", "{BOB}") order by x'},
        ),
        ({"cql": "creator = ann", "contributorAccountIds": ["ann", BOB]}, {"cql": f'creator = "{ANN}"', "contributorAccountIds": [ANN, BOB]}),
    ],
)  # fmt: skip
def test_queries_and_people_of_a_data_source_are_rewritten_with_every_other_byte_kept(
    before: object, after: object, quote: str
) -> None:
    assert changed(card(before, quote)) == (card(after, quote), [])


def test_the_places_are_those_of_the_body_and_the_attribute_is_named() -> None:
    body = card({"jql": "text ~ é and assignee = ann", "creatorAccountIds": ["bob"]}).encode()
    found = {match.rule: match for match in scan(part(body), RULES).matches}
    assert {rule: match.span.of(body) for rule, match in found.items()} == {
        "legacy-jql-user": b"ann",
        "legacy-macro-parameter": b"bob",
    }
    assert all(match.where.startswith("@data-datasource/") for match in found.values())
    assert not any(word in match.excerpt for match in found.values() for word in ("ann", "bob"))


def test_a_query_that_cannot_be_read_and_people_whom_nobody_knows_stay() -> None:
    broken = card({"jql": "assignee = = ann"})
    assert [match.rule for match in scan(part(broken.encode()), RULES).matches] == ["unreadable-query"]
    assert changed(broken)[0] == broken
    unknown = card({"jql": "assignee = eve"})
    assert changed(unknown) == (unknown, [HeldReason.UNRESOLVED])


def test_other_parameters_count_where_the_run_has_met_somebody_or_the_site_has_a_row() -> None:
    body = card({"lead": "ann", "team": ["ann"]})
    met = scan(part(body.encode()), RULES, Context(known=frozenset({"ann"}))).matches
    assert [match.rule for match in met] == ["unknown-macro-user"] * 2
    row = '[[row]]\nmacro = "datasource"\nparameter = "lead"\nforms = "user"\nsource = "intranet"'
    site = Context(macros=registry(row))
    assert changed(body, site) == (card({"lead": ANN, "team": ["ann"]}), [])


def test_a_data_source_beside_macros_is_read_with_them() -> None:
    macro = (
        '<ac:structured-macro ac:name="profile"><ac:parameter ac:name="user">{}</ac:parameter></ac:structured-macro>'
    )
    before = card({"jql": "assignee = ann"}, inside=macro.format("bob"))
    assert changed(before) == (card({"jql": f'assignee = "{ANN}"'}, inside=macro.format(BOB)), [])


@pytest.mark.parametrize(
    "value", ["[1]", "", " ", "{&quot;parameters&quot;:[]}", "{&quot;parameters&quot;:{&quot;jql&quot;:7}}"]
)
def test_what_is_no_data_source_is_clean(value: str) -> None:
    body = f'<p><a data-datasource="{value}" data-x="{{&quot;jql&quot;:&quot;assignee = ann&quot;}}">x</a></p>'
    seen = scan(part(body.encode()), RULES)
    assert (seen.matches, seen.unreadable) == ((), None)


@pytest.mark.parametrize(
    ("value", "at"), [("{", 1), ("ann", 0), ("{&quot;\u00e9&quot;: x}", 17), ("{&quot;a&quot;:1}}", 17)]
)
def test_a_data_source_that_is_no_json_is_told_with_its_place_and_the_body_stays(value: str, at: int) -> None:
    body = f'<p><ri:user ri:username="ann"/><a class="x" data-datasource="{value}">x</a></p>'
    seen = scan(part(body.encode()), RULES)
    assert seen.unreadable is not None
    assert "the data source of a card is not JSON" in seen.unreadable.reason
    assert seen.unreadable.offset == body.index(f'"{value}">') + 1 + at
    assert changed(body) == (body, [HeldReason.MALFORMED])


def test_a_body_without_the_attribute_opens_no_gate_for_it() -> None:
    body = '<p>{jql} of a datasource, data-source="{}"</p>'
    assert not BY_ID["legacy-macro-parameter"].applies(part(body.encode()).kind, body.encode())
