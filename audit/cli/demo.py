"""`confluence-gdpr demo`: the whole tour, with the real commands, against a sandbox site on this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from audit.errors import UsageError
from rules.rule import Category

MARKER = ".confluence-gdpr-demo"
"""File that tells a folder of an earlier demonstration from a folder of the user's."""


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("demo-out"),
    show_default=True,
    help="Folder for all results.",
)
@click.option("--pages", type=click.IntRange(min=0), default=0, help="Grow the site to at least this many pages.")
def demo(out: Path, pages: int) -> None:
    """Show the whole tour: doctor, audit, reports, plan, apply, verify, audit again.

    A Confluence Cloud in memory is started on the loopback interface and nothing else is contacted. Its people are
    invented.
    """
    from audit.files import write_whole
    from audit.sandbox.sandbox import Sandbox
    from audit.sandbox.serve import serving

    out = _fresh(out)
    sandbox = Sandbox(pages=pages)
    mapping = out / "users.csv"
    write_whole(mapping, sandbox.mapping_csv().encode(), force=True)
    with serving(sandbox.app) as url:
        tour = Tour(url, out, sandbox.environment(url))
        tour.run("doctor")
        tour.run("audit", expect=(0, 1))
        tour.run("report", "--format", "html,pdf,csv,json", "--out", str(out / "audit"), expect=(0, 2))
        tour.run("plan", "--mapping", str(mapping), "--out", str(out / "plan.json"), expect=(0, 1))
        tour.run("apply", str(out / "plan.json"), "--yes", expect=(0, 1))
        tour.run("verify")
        tour.run("report", "--format", "html,pdf,json", "--out", str(out / "migration"), expect=(0, 2))
        tour.run("audit", expect=(0, 1))
        tour.run("report", "--format", "html,pdf,json", "--out", str(out / "after"), expect=(0, 2))
    _conclude(out)


@dataclass(frozen=True, slots=True)
class Tour:
    """Runs commands as a user would type them."""

    url: str
    out: Path
    environment: dict[str, str]

    def run(self, *arguments: str, expect: Sequence[int] = (0,)) -> None:
        """Run one command and show it. Raises `UsageError` when it ends with another exit code than expected."""
        command = [sys.executable, "-m", "audit", *arguments, "--workspace", str(self.out / "workspace")]
        click.secho(f"\n$ confluence-gdpr {' '.join(arguments)}", bold=True)
        sys.stdout.flush()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONFLUENCE_GDPR_")}
        ended = subprocess.run(command, env={**inherited, **self.environment}, check=False)  # noqa: S603 - ourselves
        if ended.returncode not in expect:
            raise UsageError(
                what=f"The demonstration stopped: `{arguments[0]}` ended with exit code {ended.returncode}",
                where=str(self.out),
                why="its message stands above",
                fix="Mend what it names, then run the demonstration again.",
            )


def _fresh(out: Path) -> Path:
    """Return the folder, emptied of an earlier demonstration; a folder that holds anything else is refused."""
    out = out.resolve()
    if out.exists() and any(out.iterdir()) and not (out / MARKER).exists():
        raise UsageError(
            what="The folder is not empty",
            where=str(out),
            why="it was not made by an earlier demonstration",
            fix="Name another folder with --out.",
        )
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True, mode=0o700)
    (out / MARKER).touch()
    return out


def _conclude(out: Path) -> None:
    """Compare the site before and after, and name the files a person should open."""
    before, dry, after = (
        json.loads(next((out / folder).glob("*.json")).read_bytes()) for folder in ("audit", "migration", "after")
    )
    found, left = _legacy(before), _legacy(after)
    held = len(dry["held"])
    click.echo(
        f"\nBefore: {len(before['findings'])} findings, {found} of them legacy identifiers."
        f" Changed: {len(dry['changes'])} objects. Held with a reason: {held}."
        f" After: {left} legacy identifiers left, all of them held."
    )
    if left != held:
        raise UsageError(
            what=f"{left} legacy identifiers are left, and {held} are held",
            where=str(out),
            fix="This is a defect of the tool: please report it.",
        )
    click.echo("Open these:")
    for pattern in ("audit/*.html", "audit/*.pdf", "plan.html", "plan.pdf", "migration/*.html", "migration/*.pdf"):
        for path in sorted(out.glob(pattern)):
            click.echo(f"  {path}")


def _legacy(report: Mapping[str, Any]) -> int:
    """Return how many findings of a report are legacy identifiers."""
    rules = {rule["id"] for rule in report["rules"] if rule["category"] == Category.LEGACY.value}
    return sum(1 for one in report["findings"] if one["rule"] in rules)
