"""Every message that reports say of their own accord, collected from templates, script, code and tables."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from jinja2.ext import babel_extract

import reports
from reports.annexes import BLANKS, MEASURES, PURPOSES, READING, RETENTION, annexes
from reports.audience import MEANINGS
from reports.formats.html import spoken
from reports.words import ENGLISH
from reports.workbook import sheets
from rules.articles import ARTICLES
from rules.registry import load
from tests.reports import samples, standing_samples

ROOT = Path(reports.__file__).parent
SERVED = ROOT.parent / "audit" / "serve"
"""The local pages: their messages stand in the same catalogues."""
SPEAKING = frozenset({"text", "say", "count"})
"""Methods of a language whose first argument is a message."""


def messages() -> set[str]:
    """Return the msgid of every message; of one with a plural, the first form."""
    return {*_templates(), *_script(), *_code(), *_words(), *_sheets(), *_rules()} - {""}


def _templates() -> Iterator[str]:
    options = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
    for file in (*sorted((ROOT / "templates").glob("*.html.j2")), *sorted(SERVED.glob("templates/*.html.j2"))):
        with file.open("rb") as template:
            for _, _, message, _ in babel_extract(template, ("_", "gettext", "ngettext"), (), options):
                yield next(filter(None, [message] if isinstance(message, str) else message or ()))


def _script() -> Iterator[str]:
    yield from spoken((ROOT / "templates" / "report.js").read_text())


def _code() -> Iterator[str]:
    for file in (*ROOT.glob("*.py"), *ROOT.glob("formats/*.py"), *SERVED.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SPEAKING:
                yield from _constants(node.args[:1])
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_table", "_capped"}:
                yield from _constants(node.args)


def _constants(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        for each in node.elts if isinstance(node, ast.Tuple) else [node]:
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield each.value


def _words() -> Iterator[str]:
    for group in (ENGLISH.titles, ENGLISH.verdicts, ENGLISH.outcomes, ENGLISH.held, ENGLISH.places, MEANINGS):
        yield from group.values()
    for purposes in PURPOSES.values():
        yield from purposes
    yield from (ENGLISH.no_space, READING, *RETENTION, *MEASURES, *(what for _, what in BLANKS))
    for clause in annexes(samples.empty()).processing:
        yield from (clause.point, *(text for text in clause.texts if samples.SITE not in text))


def _sheets() -> Iterator[str]:
    compared = standing_samples.compared()
    assert compared.comparison
    nothing_gone = replace(compared, comparison=replace(compared.comparison, gone=()))
    for sample in (samples.audit(), samples.migration(), samples.empty(), compared, nothing_gone):
        for sheet in sheets(sample, ENGLISH):
            yield from (sheet.name.rstrip(" 0123456789"), sheet.nothing, *(head for head, _ in sheet.heads))
            if sheet.name in {"Summary", "About"}:
                yield from (str(row[0]) for row in sheet.rows)


def _rules() -> Iterator[str]:
    for rule in load():
        yield from (rule.title, rule.why, rule.remedy, rule.category.value)
    for article in ARTICLES.values():
        yield from (article.title, article.summary)
