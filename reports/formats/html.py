"""One file that needs no network and no server: the whole report, and a table of all findings to search in."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Final

from markupsafe import Markup

from reports.evidence import Evidence
from reports.format import Format
from reports.held import grouped_by_reason
from reports.island import island
from reports.language import Language, language
from reports.rendering import asset, environment, stylesheet
from reports.text import visible
from reports.view import shown, view
from rules.model import Severity

STATIC_CAP: Final = 500
"""Critical and high findings that stand in the file for readers without JavaScript; the page says so."""

PAGE_SIZE: Final = 50
"""Rows that the script draws at once."""


_TABLE: Final = re.compile(r"<table\b.*?</table>", re.DOTALL)
_HEAD: Final = re.compile(r'<th scope="col"[^>]*>(.*?)</th>', re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>")
_CELL: Final = re.compile(r"(?P<row><tr\b)|<(?P<name>td|th)\b(?P<rest>[^>]*)>(?P<empty>\s*</td>)?")
_SPAN: Final = re.compile(r'colspan="(\d+)"')


def render(evidence: Evidence) -> bytes:
    """Return the page. Its policy allows its own script and style by their hashes, and nothing else."""
    speech = language(evidence.language)
    code, style = script(speech), stylesheet("report.css", speech)
    worst = sum(1 for finding in evidence.findings if finding.severity >= Severity.HIGH)
    page = environment(visible, speech).get_template("report.html.j2")
    # The four are ours: two assets of this package, their hashes, and JSON without a character of markup.
    text = page.render(
        view=view(evidence),
        findings=shown(evidence, Severity.HIGH, STATIC_CAP),
        held=grouped_by_reason(evidence.held),
        worst=worst,
        cap=STATIC_CAP,
        policy=policy(code, style),
        script=Markup(code),  # noqa: S704
        style=Markup(style),  # noqa: S704
        island=Markup(island(evidence, speech)),  # noqa: S704
    )
    return labelled(text).encode()


def labelled(page: str) -> str:
    """Return a page of ours with the head of its column beside each cell of a table, for windows too narrow for one."""
    return _TABLE.sub(lambda table: _with_heads(table.group()), page)


def _with_heads(table: str) -> str:
    heads = [_TAG.sub("", head).strip().replace('"', "&quot;") for head in _HEAD.findall(table)]
    before, body, rows = table.partition("<tbody")
    place = 0

    def cell(found: re.Match[str]) -> str:
        nonlocal place
        if found["row"]:
            place = 0
            return found.group()
        head, wide = heads[place] if place < len(heads) else "", _SPAN.search(found["rest"])
        place += int(wide[1]) if wide else 1
        labelled = found["name"] == "td" and head and not found["empty"]
        return f'<td data-head="{head}"{found["rest"]}>' if labelled else found.group()

    return before + body + _CELL.sub(cell, rows)


def script(speech: Language) -> str:
    """Return the page's script with its texts in a language."""
    code = asset("report.js").decode()
    texts = {text: speech.text(text) for text in spoken(code)}
    # Without the sign that could end the element.
    packed = json.dumps(texts, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    for name, value in (("PAGE_SIZE", str(PAGE_SIZE)), ("LANGUAGE", json.dumps(speech.code)), ("TEXTS", packed)):
        code = code.replace(name, value, 1)
    return code


def spoken(code: str) -> list[str]:
    """Return the texts that a script says to its reader, sorted: the first argument of every `say`."""
    return sorted(set(re.findall(r'\bsay\(\s*"([^"]+)"', code)))


def policy(script: str, style: str) -> str:
    """Return the Content-Security-Policy that allows this script, this style, and no request."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


FORMAT: Final = Format(name="html", suffix=".html", media_type="text/html", render=render)
