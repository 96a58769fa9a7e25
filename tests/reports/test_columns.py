"""The chart of runs over time: heights in proportion, nothing drawn as nothing, figures in words beside it."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET

import pytest

from reports.columns import HEIGHT, WIDTH, Column, columns

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*rows: Column) -> ET.Element:
    return ET.fromstring(columns(rows))  # noqa: S314 - our own markup


def boxes(group: ET.Element) -> list[tuple[str, float, float]]:
    return [
        (box.get("class", ""), float(box.get("y", "nan")), float(box.get("height", "nan")))
        for box in group.iter(f"{SVG}rect")
    ]


def test_the_tallest_column_fills_the_chart_and_the_others_are_in_proportion() -> None:
    first, second = drawn(Column("a", {"high": 30, "low": 10}), Column("b", {"low": 20})).iter(f"{SVG}g")
    assert boxes(first) == [("fill-low", HEIGHT * 0.75, HEIGHT * 0.25), ("fill-high", 0, HEIGHT * 0.75)]
    assert boxes(second) == [("fill-low", HEIGHT / 2, HEIGHT / 2)]


def test_what_is_not_nothing_is_seen_and_nothing_is_drawn_as_nothing() -> None:
    tall, small, none = drawn(
        Column("a", {"low": 100_000}), Column("b", {"critical": 1}), Column("c", {"info": 0})
    ).iter(f"{SVG}g")
    assert boxes(tall)[0][2] == HEIGHT
    assert boxes(small)[0][2] >= 1
    assert boxes(none) == []


@pytest.mark.parametrize("number", [1, 2, 40, 1000])
def test_columns_lie_side_by_side_within_the_chart(number: int) -> None:
    chart = drawn(*(Column(str(n), {"low": 1}) for n in range(number)))
    places = [(float(box.get("x", "nan")), float(box.get("width", "nan"))) for box in chart.iter(f"{SVG}rect")]
    assert places[0][0] >= 0
    assert places[-1][0] + places[-1][1] <= WIDTH
    assert all(a + width <= b for (a, width), (b, _) in itertools.pairwise(places))


def test_a_chart_says_its_figures_to_those_who_do_not_see_it() -> None:
    chart = drawn(Column("May", {"high": 1200, "low": 3}), Column("June", {}, complete=False))
    assert chart.get("aria-label") == (
        "Findings of 2 runs. First May: 1,200 high, 3 low. Last June: no findings; incomplete"
    )
    assert [title.text for title in chart.iter(f"{SVG}title")] == [
        "May: 1,200 high, 3 low",
        "June: no findings; incomplete",
    ]
    assert [group.get("class") for group in chart.iter(f"{SVG}g")] == ["run", "run gap"]
    assert drawn(Column("May", {"low": 1})).get("aria-label") == "Findings of one run. May: 1 low"


def test_no_runs_give_an_empty_chart() -> None:
    assert drawn().get("aria-label") == "No runs"


def test_a_label_is_text_and_no_markup() -> None:
    text = str(columns([Column('"><script>', {"low": 1})]))
    assert "<script" not in text
    assert not re.search(r'label="[^"]*"><script', text)
