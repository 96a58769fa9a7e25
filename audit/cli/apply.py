"""`confluence-gdpr apply`: a plan is carried out."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, confirmed, execute, setup_options
from audit.cli.writing import bench, show_actions

if TYPE_CHECKING:
    from audit.plan_file import Plan
    from audit.workers import Result

LISTED = 20
"""Most actions that are named one by one; the report has them all."""
OTHERWISE = "Run the command again; if it stays so, look at the object on the site."


@click.command()
@click.argument("plan_name", metavar="PLAN")
@click.option("--yes", is_flag=True, help="Do not ask: for scripts.")
@click.option("--max-actions", type=click.IntRange(min=1), default=1000, show_default=True, help="Refuse more objects.")
@click.option("--accept-caller", is_flag=True, help="Go on with another account than the one that began this plan.")
@setup_options
@click.pass_context
def apply(
    context: click.Context, setup: Setup, plan_name: str, *, yes: bool, max_actions: int, accept_caller: bool
) -> None:
    """Carry out PLAN: shows what it will do and asks.

    Each object is read again, compared with the plan, kept as an encrypted before-image, written once and read back.
    What somebody edited in between is left alone. Interrupted, the same command goes on; done, it changes nothing.

    Exits with 0 when everything stands as planned, 3 when something was left over, 4 when a guard refused before the
    first write: too many objects, another account, another process, or a plan that was rolled back.
    """
    from audit.applied import keep_plan, require_not_rolled_back
    from audit.apply import apply_plan, changes, held
    from audit.evidence import keep_migration
    from audit.guards import Limits
    from audit.sites.cloud.target import CloudTarget

    with bench(setup, None, plan_name, writes=True) as at:
        plan = at.read_plan(plan_name)
        with at.journal() as journal:
            require_not_rolled_back(journal, plan)
        _show(plan, at.config.site)
        if not plan.actions:
            click.echo("There is nothing to write.")
            return
        if not confirmed(f"Write {len(plan.actions)} objects to {at.config.site}?", yes=yes):
            click.echo("Nothing was written.", err=True)
            return

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
                        begun=partial(keep_plan, at.store, at.path, plan),
                    )
            outcome = changes(plan, result)
            keep_migration(at.store, plan.facts(Path(plan_name).name), outcome, held(plan, result))
            for name, count in sorted(Counter(change.outcome.value for change in outcome).items()):
                click.echo(f"{count:>6}  {name}")
            _name_left_over(plan, result)
            if result.stopped:
                click.echo(f"Stopped early: {result.stopped}", err=True)
            click.echo("Next: confluence-gdpr verify; confluence-gdpr report --format html,pdf")
            context.exit(result.exit_code)

        execute(work, cancel=False)


def _show(plan: Plan, site: str) -> None:
    """Write what the plan will do: how many objects of which class in which space, and what stays."""
    from audit.canonical import RESTRICTIONS

    click.echo(f"Plan {plan.id} for {site}, made {plan.created_at_utc} from run {plan.run_id}")
    show_actions(plan.actions)
    click.echo(f"{sum(len(action.edits) for action in plan.actions):>6}  replacements in all")
    click.echo(f"{len(plan.held):>6}  places held: they stay as they are")
    click.echo("        Watchers are notified by the site; older versions keep the old identifiers.")
    lists = sum(action.part == RESTRICTIONS for action in plan.actions)
    if lists:
        click.echo(f"{lists:>6}  restrictions cannot be rolled back to retired identifiers (the people stay the same)")


def _name_left_over(plan: Plan, result: Result) -> None:
    """Write which actions were not carried out, why, and what to do about each."""
    from audit.guards import NEXT_STEP
    from reports.evidence import Outcome

    kept = {Outcome.HELD, Outcome.CONFLICT, Outcome.REJECTED, Outcome.DIVERGED, Outcome.FAILED}
    lines = [
        f"{action.id} {action.ref.type.value} {action.ref.id}: {written.outcome.value}, {written.detail}."
        f" {NEXT_STEP[written.reason] if written.reason else OTHERWISE}"
        for action, written in zip(plan.actions, result.written, strict=True)
        if written.outcome in kept
    ]
    for line in lines[:LISTED]:
        click.echo(line)
    if len(lines) > LISTED:
        click.echo(f"… and {len(lines) - LISTED} more in the report")
