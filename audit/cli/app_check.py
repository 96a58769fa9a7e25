"""`confluence-gdpr app check`: one report about an app, for its vendor. No site is needed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import now
from audit.cli.scan import CONFIDENCES, FINDINGS, UNREADABLE
from audit.cli.surroundings import surrounding_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.appcheck import AppCheck
    from rules.context import Context
    from rules.rule import Rule


@click.command()
@click.argument("descriptor", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "md", "json", "sarif"]),
    default="text",
    show_default=True,
    help="For people, tickets, programs or code scanning.",
)
@click.option("--exclude", multiple=True, metavar="GLOB", help="Names or paths to pass over; may be repeated.")
@click.option(
    "--confidence", type=click.Choice(CONFIDENCES), default="low", show_default=True, help="Report from here on."
)
@surrounding_options
@click.pass_context
def check(
    context: click.Context,
    surroundings: Context,
    descriptor: Path,
    paths: tuple[Path, ...],
    form: str,
    exclude: tuple[str, ...],
    confidence: str,
) -> None:
    """Check an app for what its vendor has to mend: DESCRIPTOR is its atlassian-connect.json.

    PATHS are its programs, and samples of what it receives and keeps: recorded answers, webhook events, dumps of its
    store. The report has a chapter each for the descriptor, programs, samples, personal data that is kept, and files
    that pass through the vendor's server; then the end of Connect and what Forge asks instead. Values are shown as
    masks only. A chapter for which nothing was named says that it was not looked at.

    Exits with 0 when nothing was found, 1 with findings, 3 when something could not be judged, 2 when DESCRIPTOR
    describes no Connect app.
    """
    from audit.appcheck import Material
    from audit.appcheck import check as look
    from rules.model import Confidence
    from rules.registry import load

    rules = load()
    material = Material(paths, exclude, Confidence[confidence.upper()], surroundings)
    checked = look(descriptor, material, rules, now().date())
    sys.stdout.buffer.write(_shown(checked, form, rules))
    context.exit(UNREADABLE if not checked.complete else FINDINGS if checked.sights else 0)


def _shown(checked: AppCheck, form: str, rules: Sequence[Rule]) -> bytes:
    from audit.appcheck_shown import as_json, as_markdown, as_report
    from audit.looking import as_sarif
    from audit.version import tool_version

    if form == "sarif":
        return as_sarif(checked.sights, [each for each in checked.unseen if each.gap], rules, tool_version())
    return {"text": as_report, "md": as_markdown, "json": as_json}[form](checked).encode()
