"""A chart of runs over time as inline SVG: one column a run, its findings stacked by severity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup, escape

from reports.language import ENGLISH, Language
from reports.view import SEVERITIES

WIDTH: Final = 1_000
HEIGHT: Final = 260
_WIDEST: Final = 60
"""Units of one column at most, so that two runs do not look like two walls."""
_LEAST: Final = 2
"""Units of a part that is not nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """One run: what it is called, its findings by severity, and whether all in scope was read."""

    label: str
    severities: Mapping[str, int] = field(default_factory=dict)
    complete: bool = True

    @property
    def total(self) -> int:
        """Return the number of findings."""
        return sum(self.severities.values())


def columns(rows: Sequence[Column], language: Language = ENGLISH) -> Markup:
    """Return the chart of `rows`, in their order; the tallest column has the full height.

    Its colours are classes that the stylesheet of the page knows (`fill-critical`); incomplete runs have the class
    `gap`. It has no text: the figures belong into a table beside it, and its label says the first and the last.
    """
    tallest = max((row.total for row in rows), default=0)
    step = WIDTH / max(len(rows), 1)
    width = min(step * 0.7, _WIDEST)
    drawn = "".join(_column(row, n * step + (step - width) / 2, width, tallest, language) for n, row in enumerate(rows))
    # The markup is ours; the label is escaped.
    return Markup(  # noqa: S704
        f'<svg class="columns" role="img" aria-label="{escape(_label(rows, language))}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'preserveAspectRatio="none" xmlns="http://www.w3.org/2000/svg">{drawn}</svg>'
    )


def _column(row: Column, x: float, width: float, tallest: int, language: Language) -> str:
    parts, y = [], float(HEIGHT)
    for name in reversed(SEVERITIES):
        number = row.severities.get(name, 0)
        if number:
            height = min(max(number * HEIGHT / tallest, _LEAST), y)
            y -= height
            box = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
            parts.append(f'<rect class="fill-{name}" {box}></rect>')
    title = escape(_figures(row, language))
    kind = "run" if row.complete else "run gap"
    return f'<g class="{kind}"><title>{title}</title>{"".join(parts)}</g>'


def _figures(row: Column, language: Language) -> str:
    some = ", ".join(
        f"{language.number(row.severities[name])} {language.text(name)}"
        for name in SEVERITIES
        if row.severities.get(name)
    )
    gap = "" if row.complete else f"; {language.text('incomplete')}"
    return f"{row.label}: {some or language.text('no findings')}{gap}"


def _label(rows: Sequence[Column], language: Language) -> str:
    if not rows:
        return language.text("No runs")
    first = _figures(rows[0], language)
    if len(rows) == 1:
        return language.say("Findings of one run. %(first)s", first=first)
    return language.say(
        "Findings of %(number)s runs. First %(first)s. Last %(last)s",
        number=len(rows),
        first=first,
        last=_figures(rows[-1], language),
    )
