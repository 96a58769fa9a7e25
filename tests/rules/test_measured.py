"""The figures about wrong findings: those of the benchmarks, for rules that exist."""

from __future__ import annotations

import re
from pathlib import Path

from rules.measured import MEASURED, NOTE, Measured
from rules.registry import load

ROW = re.compile(r"^\| ([a-z-]+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)


def test_the_measured_figures_are_those_of_the_benchmarks() -> None:
    text = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text("utf-8")
    rows = [(rule, *map(int, figures)) for rule, *figures in ROW.findall(text)]
    assert all(found == right + wrong + unclear for _, found, right, wrong, unclear in rows)
    assert {rule: Measured(found, wrong, unclear) for rule, found, _, wrong, unclear in rows} == MEASURED
    assert NOTE.startswith("Thirty of the 33 wrong ones are account ids that a test suite invented")
    assert sum(one.wrong for one in MEASURED.values()) == 33


def test_every_measured_rule_exists() -> None:
    assert MEASURED.keys() <= {rule.id for rule in load()}
