"""Templates of these pages, filled. They share pieces, stylesheet and escaping with the HTML report."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import jinja2

from reports.diff import compare, structure
from reports.language import Language
from reports.rendering import environment, stylesheet
from reports.text import visible
from reports.view import SEVERITIES


class Templates:
    """The templates beside this file. Pages of the report may be imported by name: `parts.html.j2`."""

    def __init__(self, root: str, language: Language) -> None:
        self._language = language
        self._pages = environment(visible, language)
        theirs = self._pages.loader or jinja2.BaseLoader()
        self._pages.loader = jinja2.ChoiceLoader([jinja2.PackageLoader("audit.serve"), theirs])
        self._pages.globals.update(root=root, compare=compare, structure=structure, severities=SEVERITIES)
        self._pages.globals.update(language=language.code)

    def render(self, name: str, values: Mapping[str, object]) -> str:
        """Return one page."""
        return self._pages.get_template(f"{name}.html.j2").render(values)

    def style(self) -> str:
        """Return the stylesheet: that of the report, and what only these pages have."""
        own = files("audit.serve").joinpath("templates", "serve.css").read_text("utf-8")
        return stylesheet("report.css", self._language) + own
