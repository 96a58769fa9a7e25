"""`confluence-gdpr apply`: a plan is carried out."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, confirmed, execute, setup_options
from audit.cli.writing import APPLIED_PLAN, bench

if TYPE_CHECKING:
    from audit.plan_file import Plan


@click.command()
@click.argument("plan_path", metavar="PLAN", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask: for scripts.")
@click.option("--max-actions", type=click.IntRange(min=1), default=1000, show_default=True, help="Refuse more objects.")
@click.option("--accept-caller", is_flag=True, help="Go on with another account than the one that began this plan.")
@setup_options
@click.pass_context
def apply(
    context: click.Context, setup: Setup, plan_path: Path, *, yes: bool, max_actions: int, accept_caller: bool
) -> None:
    """Carry out PLAN: shows what it will do and asks.

    Each object is read again, compared with the plan, kept as an encrypted before-image, written once and read back.
    What somebody edited in between is left alone. Interrupted, the same command goes on; done, it changes nothing.
    """
    from audit.apply import apply_plan, changes, held
    from audit.evidence import keep_migration
    from audit.files import write_whole
    from audit.guards import Limits
    from audit.plan_file import plan_bytes
    from audit.sites.cloud.target import CloudTarget

    with bench(setup, None, plan_path) as at:
        plan = at.read_plan(plan_path)
        _show(plan, at.config.site)
        if not plan.actions:
            click.echo("There is nothing to write.")
            return
        if not confirmed(f"Write {len(plan.actions)} objects to {at.config.site}?", yes=yes):
            click.echo("Nothing was written.", err=True)
            return
        write_whole(at.path / APPLIED_PLAN, plan_bytes(plan), force=True)

        async def work(stop: asyncio.Event) -> None:
            with at.journal() as journal:
                async with setup.api(at.config) as api:
                    result = await apply_plan(
                        plan,
                        CloudTarget(api, at.config.site),
                        journal,
                        at.vault,
                        key=at.key,
                        lock=at.workspace.writer(at.config.site),
                        sleep=asyncio.sleep,
                        limits=Limits(actions=max_actions),
                        stopping=stop.is_set,
                        accept_caller=accept_caller,
                        on_event=setup.on_event(),
                    )
            outcome = changes(plan, result)
            keep_migration(at.store, plan.facts(plan_path.name), outcome, held(plan, result))
            for name, count in sorted(Counter(change.outcome.value for change in outcome).items()):
                click.echo(f"{count:>6}  {name}")
            if result.stopped:
                click.echo(f"Stopped early: {result.stopped}", err=True)
            click.echo("Next: confluence-gdpr verify; confluence-gdpr report --format html,pdf")
            context.exit(result.exit_code)

        execute(work, cancel=False)


def _show(plan: Plan, site: str) -> None:
    """Write what the plan will do: how many objects of which class in which space, and what stays."""
    click.echo(f"Plan {plan.id} for {site}, made {plan.created_at_utc} from run {plan.run_id}")
    rows = Counter((action.ref.space or "-", action.ref.type.value, action.part) for action in plan.actions)
    for (space, kind, part), count in sorted(rows.items()):
        click.echo(f"{count:>6}  {kind} {part} in {space}")
    click.echo(f"{sum(len(action.edits) for action in plan.actions):>6}  replacements in all")
    click.echo(f"{len(plan.held):>6}  places held: they stay as they are")
    click.echo("        Watchers are notified by the site; older versions keep the old identifiers.")
