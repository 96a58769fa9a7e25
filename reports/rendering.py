"""Templates and assets of this package, and the environment that fills them. Nothing else is ever read."""

from __future__ import annotations

import base64
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from reports.text import grouped, per_cent, ranges, site_link, size, when

if TYPE_CHECKING:
    import jinja2

FACES: Final = (
    ("Inter", 400, "Inter-Regular"),
    ("Inter", 600, "Inter-SemiBold"),
    ("Inter", 700, "Inter-Bold"),
    ("JetBrains Mono", 400, "JetBrainsMono-Regular"),
)
"""Family, weight and file of every bundled font."""


def asset(name: str) -> bytes:
    """Return one file of the templates folder."""
    return files("reports").joinpath("templates", *name.split("/")).read_bytes()


def stylesheet(name: str) -> str:
    """Return a stylesheet behind the bundled fonts as data URLs, so that it needs no other file."""
    return faces() + asset(name).decode()


def faces() -> str:
    """Return the `@font-face` rules of the bundled fonts."""
    rules = []
    for family, weight, file in FACES:
        data = base64.b64encode(asset(f"fonts/{file}.woff2")).decode()
        rules.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:normal;font-display:swap;'
            f'src:url("data:font/woff2;base64,{data}") format("woff2")}}\n'
        )
    return "".join(rules)


def environment(show: Callable[[str], str]) -> jinja2.Environment:
    """Return an environment that escapes everything and sends every text that it prints through `show`."""
    import jinja2

    def finalize(value: object) -> object:
        return show(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    result = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: asset(name).decode()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
    result.filters.update(number=grouped, ranges=ranges, size=size, when=when)
    result.globals.update(share=per_cent, site_link=site_link)
    return result
