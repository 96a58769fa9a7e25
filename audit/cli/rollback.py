"""`confluence-gdpr rollback`: what a plan changed is put back."""

from __future__ import annotations

import asyncio
from collections import Counter

import click

from audit.cli.common import Setup, confirmed, execute, setup_options
from audit.cli.writing import bench, show_actions


@click.command()
@click.argument("plan_name", metavar="[PLAN]", required=False)
@click.option("--run", "run_id", metavar="ID", help="The run whose plan was applied.  [default: the latest]")
@click.option("--yes", is_flag=True, help="Do not ask: for scripts.")
@click.option("--accept-caller", is_flag=True, help="Go on with another account than the one that applied the plan.")
@setup_options
@click.pass_context
def rollback(
    context: click.Context, setup: Setup, plan_name: str | None, run_id: str | None, *, yes: bool, accept_caller: bool
) -> None:
    """Put back what the applied plan changed, the last write first, where nobody edited since.

    Each object gets a new version with the text from before; what was edited since is named and left alone. PLAN is a
    plan file or the id of an applied plan (P-...); by default it is the plan that was applied last.
    """
    from audit.applied import to_put_back
    from audit.canonical import RESTRICTIONS
    from audit.evidence import keep_migration
    from audit.rollback import roll_back, rolled_back
    from audit.sites.cloud.target import CloudTarget

    with bench(setup, run_id, plan_name, writes=True) as at:
        plan = at.read_plan(plan_name)
        with at.journal() as journal:
            actions = to_put_back(journal, plan)
        click.echo(f"Plan {plan.id} on {at.config.site}, made {plan.created_at_utc} from run {plan.run_id}")
        show_actions(actions)
        lists = sum(action.part == RESTRICTIONS for action in actions)
        if lists:
            click.echo(f"{lists:>6}  of them restrictions: where they named retired identifiers, they stay as they are")
        if not confirmed(f"Put back up to {len(actions)} objects on {at.config.site}?", yes=yes):
            click.echo("Nothing was written.", err=True)
            return

        async def work(stop: asyncio.Event) -> None:
            with at.journal() as journal:
                async with setup.api(at.config) as api:
                    result = await roll_back(
                        plan,
                        CloudTarget(api, at.config.site),
                        journal,
                        at.vault,
                        key=at.key,
                        lock=at.workspace.writer(at.config.site),
                        sleep=asyncio.sleep,
                        stopping=stop.is_set,
                        accept_caller=accept_caller,
                        on_event=setup.on_event(),
                    )
            changed, kept = rolled_back(plan, result)
            keep_migration(at.store, plan.facts(), changed, (*plan.held, *kept))
            for name, count in sorted(Counter(change.outcome.value for change in changed).items()):
                click.echo(f"{count:>6}  {name}")
            for item in kept:
                click.echo(f"{item.ref.type.value} {item.ref.id}: {item.detail}. {item.next_step}")
            if result.stopped:
                click.echo(f"Stopped early: {result.stopped}", err=True)
            context.exit(result.exit_code)

        execute(work, cancel=False)
