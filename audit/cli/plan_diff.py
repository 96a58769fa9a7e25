"""`confluence-gdpr plan diff`: two plans side by side."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from audit.plan_file import Action
    from reports.evidence import HeldItem

DIFFERENT = 1
LISTED = 20
"""Most lines of one kind, unless all are asked for."""


@click.command()
@click.argument("first", metavar="A", type=click.Path(path_type=Path))
@click.argument("second", metavar="B", type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="List every difference, not only the first of each kind.")
@click.pass_context
def diff(context: click.Context, first: Path, second: Path, *, everything: bool) -> None:
    """Say what plan B does that plan A does not, and the other way round. Needs no site and no workspace.

    Exits with 0 when both do the same and hold the same, 1 when they differ.
    """
    from audit.plan_diff import difference
    from audit.plan_file import read_any_plan

    found = difference(read_any_plan(first), read_any_plan(second))
    for name, (was, now) in found.about.items():
        click.echo(f"{name}: {was[:60] or '-'} -> {now[:60] or '-'}")
    changed = [f"~ {_action(one.first)}: {one.why}" for one in found.changed]
    for lines in (
        [f"+ {_action(action)}" for action in found.added],
        [f"- {_action(action)}" for action in found.removed],
        changed,
        [f"+ held {_held(item)}" for item in found.held_added],
        [f"- held {_held(item)}" for item in found.held_removed],
    ):
        _list(lines, None if everything else LISTED)
    click.echo(
        f"Actions: {len(found.added)} added, {len(found.removed)} removed, {len(found.changed)} changed,"
        f" {found.equal} equal."
    )
    click.echo(f"Held: {len(found.held_added)} added, {len(found.held_removed)} removed, {found.held_equal} equal.")
    context.exit(0 if found.same else DIFFERENT)


def _list(lines: Iterable[str], most: int | None) -> None:
    every = list(lines)
    for line in every[:most]:
        click.echo(line)
    if most is not None and len(every) > most:
        click.echo(f"  … and {len(every) - most} more: --all lists them")


def _action(action: Action) -> str:
    return f"{action.ref.type.value} {action.ref.id} {action.part} ({len(action.edits)} replacements)"


def _held(item: HeldItem) -> str:
    return f"{item.ref.type.value} {item.ref.id} {item.part}, {item.rule or 'whole'}: {item.reason.value}"
