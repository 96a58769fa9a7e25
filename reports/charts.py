"""Charts as inline SVG: bars of coloured segments, each with a title that says its figures in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup, escape

from reports.language import ENGLISH, Language

WIDTH: Final = 1_000
"""Units across the whole bar; its size on paper is the stylesheet's matter."""

# Colours of light paper. Stylesheets override them by class; the PDF renderer reads these.
_FILLS: Final = {
    "critical": "#a8123e",
    "high": "#c4490c",
    "medium": "#b7860b",
    "low": "#3a6ea5",
    "info": "#8793a1",
    "read": "#12616b",
    "skipped": "#c9a227",
    "failed": "#a8123e",
    "good": "#12616b",
    "waiting": "#8793a1",
    "held": "#c9a227",
    "bad": "#a8123e",
    "rest": "#e4e8ec",
}


def bar(parts: Sequence[tuple[str, str, int]], whole: int, language: Language = ENGLISH) -> Markup:
    """Return one horizontal bar: `parts` are (colour class, word, number), `whole` is the number at full width.

    A part that is not nothing is never drawn as nothing: it gets at least half a hundredth of the width.
    """
    shown = [(name, word, number) for name, word, number in parts if number > 0]
    title = escape(", ".join(f"{language.number(number)} {language.told(word)}" for _, word, number in shown) or "0")
    drawn: list[str] = [f'<rect class="fill-rest" x="0" y="0" width="{WIDTH}" height="10" fill="{_FILLS["rest"]}"/>']
    x = 0
    for name, _, number in shown:
        width = min(max(number * WIDTH // max(whole, 1), WIDTH // 200), WIDTH - x)
        drawn.append(f'<rect class="fill-{name}" x="{x}" y="0" width="{width}" height="10" fill="{_FILLS[name]}"/>')
        x += width
    # The markup is ours and the title is escaped: nothing from the site reaches it unescaped.
    return Markup(  # noqa: S704
        f'<svg class="bar" role="img" aria-label="{title}" viewBox="0 0 {WIDTH} 10" preserveAspectRatio="none" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{title}</title>{"".join(drawn)}</svg>'
    )
