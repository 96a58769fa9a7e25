"""`confluence-gdpr demo`: the whole tour, with the real commands, against a sandbox site on this machine."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from audit.cli.screen import fitted, wrapped
from audit.errors import UsageError
from rules.rule import Category

if TYPE_CHECKING:
    from audit.sandbox.people import Person

MARKER = ".confluence-gdpr-demo"
"""File that tells a folder of an earlier demonstration from a folder of the user's."""
MAPPING, BACKUP, SUBJECT = "users.csv", "site-backup.zip", "person.txt"
PEOPLE = ("--mapping", MAPPING, "--backup", BACKUP)
LISTS = ("--include", "watches,attachment-contents", "--relation", "reviewer", "--relation", "mentor")
"""Lists of people that an audit reads only when it is asked to; an import left user keys in them."""
PILOT = "space:LEGAL"
"""The part that is migrated first, and put back at the end. It has a restriction, which cannot go back."""
LEFT_OVER = 3
WORTH_OPENING = (
    "audit/*.html", "audit/*.pdf", "plan.html", "migration/*.html", "migration/*.pdf", "dossier/*.html",
)  # fmt: skip


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
    """Show the whole tour: audit, who is who, plan, pilot, rehearsal, apply, verify, audit again, rollback.

    A Confluence Cloud in memory is started on the loopback interface and nothing else is contacted. Its people are
    invented.
    """
    from audit.sandbox.imported import build_imported
    from audit.sandbox.sandbox import Sandbox
    from audit.sandbox.serve import serving

    out = _fresh(out)
    sandbox = Sandbox(pages=pages, seed=build_imported)
    write_people(out, sandbox.people)
    with serving(sandbox.app) as url:
        tour = Tour(out, sandbox.environment(url))
        tour.say("Look: what is there, and how complete is the picture?")
        tour.run("doctor")
        tour.run("audit", *LISTS, expect=(0, 1))
        tour.run("report", "--format", "html,pdf,csv,json", "--out", "audit", expect=(0, 2))
        tour.say("Who is who? A mapping knows some, a backup others, Jira and Confluence the rest; two disagree.")
        tour.run("identities", *PEOPLE, expect=(0, 1))
        tour.say("A pilot: one space.")
        tour.run("plan", *PEOPLE, "--only", PILOT, "--out", "pilot.json", "--format", "html", expect=(0, 1))
        tour.run("apply", "pilot.json", "--yes")
        tour.say("The plan for everything: a dry run, with a reason for whatever stays. Then a rehearsal of it.")
        tour.run("plan", *PEOPLE, "--property", "acme-*", "--unversioned", "--format", "html", expect=(0, 1))
        tour.run("rollback", "--rehearse", "5", "plan.json", "--yes")
        tour.run("apply", "plan.json", "--yes", expect=(0, 1))
        tour.run("verify")
        tour.run("report", "--format", "html,pdf,json", "--out", "migration", expect=(0, 2))
        tour.say("Look again, with eyes that know nothing of the plan.")
        tour.run("audit", *LISTS, expect=(0, 1))
        tour.run("report", "--format", "html,json", "--out", "after", expect=(0, 2))
        _compare(out)
        tour.say("One person asks what is held on them: Articles 15, 17 and 20.")
        tour.run("subject", "--person", SUBJECT, "--out", "dossier", expect=(1,))
        tour.say(
            "Put the pilot back, last write first. One list of people stays: the site takes no retired identifiers."
        )
        tour.run("rollback", "pilot.json", "--yes", expect=(LEFT_OVER,))
    _name_files(out)


@dataclass(frozen=True, slots=True)
class Tour:
    """Runs commands as a user would type them, in the folder of the results."""

    out: Path
    environment: dict[str, str]

    def say(self, text: str) -> None:
        """Write what comes next."""
        click.echo()
        for line in fitted([f"== {text}"]):
            click.secho(line, bold=True)

    def run(self, *arguments: str, expect: Sequence[int] = (0,)) -> None:
        """Run one command and show it. Raises `UsageError` when it ends with another exit code than expected."""
        typed = " \\\n".join(wrapped(f"$ confluence-gdpr {' '.join(arguments)}"))
        click.secho(f"\n{typed}", bold=True)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONFLUENCE_GDPR_")}
        ours = {"CONFLUENCE_GDPR_WORKSPACE": str(self.out / "workspace"), "CONFLUENCE_GDPR_KEY_WRAP": "file"}
        with subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "audit", *arguments],
            cwd=self.out,
            env={**inherited, **self.environment, **ours, "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        ) as started:
            for line in fitted(text.rstrip("\n") for text in started.stdout or ()):
                click.echo(line)
        if started.returncode not in expect:
            raise UsageError(
                what=f"The demonstration stopped: `{arguments[0]}` ended with exit code {started.returncode}",
                where=str(self.out),
                why="its message stands above",
                fix="Mend what it names, then run the demonstration again.",
            )


def write_people(out: Path, people: Sequence[Person]) -> None:
    """Write a mapping that names a quarter of the people and a backup that names another.

    The last person of the mapping has another account in the backup. The first one is who asks what is held on them.
    """
    import zipfile

    from audit.files import write_whole
    from audit.sandbox.people import mapping_csv

    known = [one for one in people if one.account_id]
    mapped, saved = known[::4], known[1::4]
    write_whole(out / MAPPING, mapping_csv(mapped).encode(), force=True)
    rows = [(one.user_key, one.username, one.account_id) for one in saved]
    rows.append((mapped[-1].user_key, mapped[-1].username, saved[-1].account_id))
    table = "\n".join(["user_key,username,aaid", *map(",".join, rows)])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("user_mapping.csv", f"{table}\n")
    write_whole(out / BACKUP, packed.getvalue(), force=True)
    asking = f"account-id: {mapped[0].account_id}\nemail: {mapped[0].email}\nname: {mapped[0].display_name}\n"
    write_whole(out / SUBJECT, asking.encode(), force=True)


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


def _compare(out: Path) -> None:
    """Compare the site before and after. Raises `UsageError` when something is left that is not held."""
    before, dry, after = (
        json.loads(next((out / folder).glob("*.json")).read_bytes()) for folder in ("audit", "migration", "after")
    )
    pilot = json.loads((out / "pilot.json").read_bytes())
    found, left, held = _legacy(before), _legacy(after), len(dry["held"])
    changed = len(pilot["actions"]) + len(dry["changes"])
    click.echo(f"\nBefore:  {found:>4} legacy identifiers, and {len(before['findings']) - found} other findings")
    click.echo(f"Changed: {changed:>4} objects, {len(pilot['actions'])} of them in the pilot")
    click.echo(f"Held:    {held:>4} legacy identifiers, each with its reason")
    click.echo(f"After:   {left:>4} legacy identifiers left" + (", all of them held" if left == held else ""))
    if left != held:
        raise UsageError(
            what=f"{left} legacy identifiers are left, and {held} are held",
            where=str(out),
            fix="This is a defect of the tool: please report it.",
        )


def _name_files(out: Path) -> None:
    """Name the files that a person should open."""
    click.echo("\nOpen these:")
    for pattern in WORTH_OPENING:
        for path in sorted(out.glob(pattern)):
            click.echo(f"  {path}")


def _legacy(report: Mapping[str, Any]) -> int:
    """Return how many findings of a report are legacy identifiers."""
    rules = {rule["id"] for rule in report["rules"] if rule["category"] == Category.LEGACY.value}
    return sum(1 for one in report["findings"] if one["rule"] in rules)
