"""One file that needs no network and no server: the whole report, and a table of all findings to search in."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from markupsafe import Markup

from reports.evidence import Evidence
from reports.format import Format
from reports.island import island
from reports.rendering import asset, environment, stylesheet
from reports.text import visible
from reports.view import shown, view
from reports.words import ENGLISH
from rules.model import Severity

STATIC_CAP: Final = 500
"""Critical and high findings that stand in the file for readers without JavaScript; the page says so."""

PAGE_SIZE: Final = 50
"""Rows that the script draws at once."""


def render(evidence: Evidence) -> bytes:
    """Return the page. Its policy allows its own script and style by their hashes, and nothing else."""
    script, style = asset("report.js").decode().replace("PAGE_SIZE", str(PAGE_SIZE)), stylesheet("report.css")
    worst = sum(1 for finding in evidence.findings if finding.severity >= Severity.HIGH)
    page = environment(visible).get_template("report.html.j2")
    # The four are ours: two assets of this package, their hashes, and JSON without a character of markup.
    text = page.render(
        view=view(evidence, ENGLISH),
        findings=shown(evidence, Severity.HIGH, STATIC_CAP),
        worst=worst,
        cap=STATIC_CAP,
        policy=policy(script, style),
        script=Markup(script),  # noqa: S704
        style=Markup(style),  # noqa: S704
        island=Markup(island(evidence)),  # noqa: S704
    )
    return text.encode()


def policy(script: str, style: str) -> str:
    """Return the Content-Security-Policy that allows this script, this style, and no request."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


FORMAT: Final = Format(name="html", suffix=".html", media_type="text/html", render=render)
