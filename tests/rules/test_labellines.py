"""Labels in the line before a value, or filling the line over it. All numbers are invented."""

from __future__ import annotations

import pytest

from rules.checks import national_id, tax_id
from rules.context import Context
from rules.labellines import line_before, line_over, plain
from rules.model import Kind, Match
from rules.scan import scan
from rules.weighing import OVER
from tests.rules.parts import part

NUMBER = "945807302"
"""Right as a Dutch number, and nothing without a label."""
LAYOUT = (
    "<ac:layout><ac:layout-section><ac:layout-cell><p>BSN</p></ac:layout-cell>"
    f"<ac:layout-cell><p>{NUMBER}</p></ac:layout-cell></ac:layout-section></ac:layout>"
)
RULES = (national_id.RULE, tax_id.RULE)


def seen(text: str, kind: Kind = Kind.TEXT) -> list[Match]:
    return list(scan(part(text.encode(), kind), RULES, Context()).matches)


def test_plain_text_has_one_kind_of_apostrophe_and_keeps_its_length() -> None:
    assert plain("Carte d\u2019Identit\u00e9") == "carte d'identit\u00e9"
    assert plain("Tel.") == "tel."


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("BSN: ", "BSN:"),
        ("x\nBSN: ", "BSN:"),
        ("BSN:\n", "BSN:"),
        ("BSN:\n\n  - ", "-"),
        ("BSN:\n\n   ", "BSN:"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_the_line_before_a_value_is_the_one_over_it_where_it_begins_its_own(before: str, line: str) -> None:
    assert line_before(before + NUMBER, len(before), 80) == line


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("BSN\n", "BSN"),
        ("one\nBSN:\n- ", "BSN:"),
        ("BSN ", ""),
        ("w" * 48 + "\n", "w" * 48),
        ("w" * 49 + "\n", ""),
        ("BSN\tname\n", ""),
        ("Room 17\n", ""),
        ("\ufffc\n", ""),
        ("BSN" + "\n" * 9, ""),
    ],
)
def test_a_line_over_a_value_that_may_be_a_label_is_short_and_holds_no_value(before: str, line: str) -> None:
    assert line_over(before + NUMBER, len(before)) == line


@pytest.mark.parametrize(
    "body",
    [
        f"<p>BSN:<br/>{NUMBER}</p>",
        f"<p>BSN:</p><p>{NUMBER}</p>",
        f"<h2>BSN</h2><p>{NUMBER}</p>",
        f"<ul><li>BSN<ul><li>{NUMBER}</li></ul></li></ul>",
        f"<p>Het BSN:</p><p>BSN nr.</p><p>{NUMBER} is hers</p>",
        LAYOUT,
    ],
)
def test_a_line_that_is_a_label_labels_the_value_that_begins_the_next_one(body: str) -> None:
    (match,) = seen(body, Kind.STORAGE)
    assert match.span.of(body.encode()).decode() == NUMBER
    assert match.reason.endswith(OVER)


@pytest.mark.parametrize(
    "text",
    [
        f"everything about the BSN of a person\n{NUMBER}",
        f"BSN\nabout {NUMBER}",
        f"BSN\n\nline between\n{NUMBER}",
        f"Artikelnummer:\n{NUMBER}",
        "Artikelnummer:\n20405608P",
        "Art.-Nr. 20405608P",
        "Art. No. 20405608P",
    ],
)
def test_a_line_of_words_labels_nothing_and_one_that_names_something_else_speaks_against(text: str) -> None:
    assert seen(text) == []


@pytest.mark.parametrize("sign", ["'", "\u2019"])
@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("Carta d{}identit\u00e0: ", "CA12345AB"),
        ("carte d{}identit\u00e9 : ", "880692310286"),
        ("num\u00e9ro d{}identification fiscale : ", "0807508853081"),
        ("num\u00e9ro d{}identification fiscale : ", "0 807 508 853 081"),
        ("num\u00e9ro d{}identification fiscale : ", "0807 508 853 081"),
    ],
)
def test_both_apostrophes_make_the_same_label(sign: str, label: str, number: str) -> None:
    text = label.format(sign) + number
    (match,) = seen(text)
    assert match.span.of(text.encode()).decode() == number


@pytest.mark.parametrize("sign", ["'", "\u2019"])
def test_both_apostrophes_make_the_same_heading(sign: str) -> None:
    body = f"<table><tr><th>N</th><th>Carta d{sign}identit\u00e0</th></tr><tr><td>1</td><td>CA12345AB</td></tr></table>"
    assert len(seen(body, Kind.STORAGE)) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("\u0391\u0394\u03a4: \u0391\u039a 123456", "AK123456"),  # letters of the Greek alphabet
        ("\u0391\u0394\u03a4: AK-123456", "AK123456"),
        ("\u0391\u0394\u03a4: \u03a7654321", "X654321"),
    ],
)
def test_a_greek_card_is_the_same_in_both_alphabets_and_needs_its_label(text: str, value: str) -> None:
    (match,) = seen(text)
    assert match.subject.reveal() == value
    assert seen(text.partition(" ")[2]) == []
