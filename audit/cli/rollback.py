"""`confluence-gdpr rollback`: what a plan changed is put back, or a sample of it is rehearsed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, confirmed, execute, setup_options
from audit.cli.writing import Conduct, bench, moved_option, moved_versions, show_actions, tell, writing_options
from audit.errors import UsageError

if TYPE_CHECKING:
    from audit.moved import Newer
    from audit.plan_file import Plan


@click.command()
@click.argument("plan_name", metavar="[PLAN]", required=False)
@click.option("--run", "run_id", metavar="ID", help="The run whose plan was applied.  [default: the latest]")
@click.option(
    "--rehearse", "sample", type=click.IntRange(min=1), metavar="N", help="Write N objects of PLAN and put them back."
)
@click.option(
    "--before-damage", is_flag=True, help="Put back what a damaged journal knows before its first bad record."
)
@moved_option
@writing_options
@setup_options
@click.pass_context
def rollback(
    context: click.Context,
    setup: Setup,
    plan_name: str | None,
    run_id: str | None,
    *,
    sample: int | None,
    before_damage: bool,
    moved: str | None,
    yes: bool,
    accept_caller: bool,
    rate: int | None,
    stop_after: int | None,
) -> None:
    """Put back what the applied plan changed, the last write first, where nobody edited since.

    Each object gets a new version with the text from before; what was edited since is named and left alone. PLAN is a
    plan file or the id of an applied plan (P-...); by default it is the last plan applied from the latest run, or from
    the one that --run names.

    With --rehearse nothing has to be applied: N objects of PLAN are written, read back, compared and put back, which
    shows before the bulk of it that both ways work. Each of them has two more versions afterwards, and PLAN can still
    be applied.

    A damaged journal is refused. --before-damage trusts the records before the first bad one and puts back what they
    know of; what was written after them stays, and its text from before is in the history on the site.

    Exits with 0 when everything was put back, 3 when something was left over, 4 when a guard refused.
    """
    if sample is not None and plan_name is None:
        raise UsageError(what="A rehearsal needs a plan", where="--rehearse", fix="Name the plan file after it.")
    if sample is not None and before_damage:
        raise UsageError(
            what="A rehearsal needs a whole journal", where="--before-damage", fix="Leave one of the options away."
        )
    if sample is None and moved is not None:
        raise UsageError(
            what="Only a rehearsal writes what was planned",
            where="--moved-versions",
            fix="Add --rehearse N, or leave it.",
        )
    with bench(setup, run_id, plan_name, writes=True) as opened:
        at = replace(opened, intact_part=before_damage)
        conduct = Conduct(at, setup, accept_caller, rate, stop_after)
        if sample is None:
            _put_back(context, at.read_applied(plan_name), conduct, yes=yes)
        else:
            newer = moved_versions(moved)
            _rehearse(context, at.read_plan(plan_name), plan_name or "", conduct, sample, newer, yes=yes)


def _put_back(context: click.Context, plan: Plan, conduct: Conduct, *, yes: bool) -> None:
    """Roll the plan back."""
    from audit.applied import require_written, to_put_back
    from audit.conditions import conditions_of
    from audit.evidence import keep_migration
    from audit.parts import is_set
    from audit.rollback import roll_back, rolled_back

    at = conduct.at
    with at.journal() as journal:
        require_written(journal, plan)
        actions = to_put_back(journal, plan)
    click.echo(f"Plan {plan.id} on {at.config.site}, made {plan.created_at_utc} from run {plan.run_id}")
    show_actions(actions)
    lists = sum(is_set(action.part) for action in actions)
    if lists:
        click.echo(f"{lists:>6}  of them lists of people: where they named retired identifiers, they stay as they are")
    if not confirmed(f"Put back up to {len(actions)} objects on {at.config.site}?", yes=yes):
        click.echo("Nothing was written.", err=True)
        return

    async def work(stop: asyncio.Event) -> None:
        result = await conduct.carry_out(
            stop,
            plan,
            "rollback: objects read, put back and read again",
            lambda target, journal, vault, terms: roll_back(plan, target, journal, vault, **terms),
        )
        changed, kept = rolled_back(plan, result)
        with at.journal() as journal:
            facts = conditions_of(plan, "", at.config.thresholds, journal)
        keep_migration(at.store, facts, changed, (*plan.held, *kept))
        tell(changed, result.stopped)
        for item in kept:
            click.echo(f"{item.ref.type.value} {item.ref.id}: {item.detail}. {item.next_step}")
        context.exit(result.exit_code)

    execute(work, cancel=False)


def _rehearse(
    context: click.Context, plan: Plan, plan_name: str, conduct: Conduct, sample: int, newer: Newer, *, yes: bool
) -> None:
    """Write a sample of the plan and put it back."""
    from audit.applied import require_not_rolled_back
    from audit.conditions import conditions_of
    from audit.evidence import keep_rehearsal
    from audit.plan_file import dry_run
    from audit.rehearse import VERSIONS_EACH, rehearse, sample_of

    at = conduct.at
    with at.journal() as journal:
        require_not_rolled_back(journal, plan)
        actions = sample_of(plan, journal, at.vault, at.key, sample)
    click.echo(f"Plan {plan.id} for {at.config.site}: a rehearsal of {len(actions)} of {len(plan.actions)} actions")
    show_actions(actions)
    click.echo(f"        Each object gets {VERSIONS_EACH} more versions, and its watchers may be notified.")
    if not confirmed(f"Write {len(actions)} objects to {at.config.site} and put them back?", yes=yes):
        click.echo("Nothing was written.", err=True)
        return

    async def work(stop: asyncio.Event) -> None:
        done = await conduct.carry_out(
            stop,
            plan,
            "rehearsal: objects written, read back and put back",
            lambda target, journal, vault, terms: rehearse(
                plan, target, journal, vault, count=sample, newer=newer, **terms
            ),
        )
        for way, result in (("written and read back", done.there), ("put back", done.back)):
            good = sum(one.outcome.value in {"applied", "rolled-back"} for one in result.written)
            click.echo(f"{good:>6}  {way}, of {len(done.sample)}")
            for one in result.written:
                if one.outcome.value not in {"applied", "rolled-back", "planned"}:
                    click.echo(f"{one.op.action} {one.op.ref.type.value} {one.op.ref.id}: {one.detail}")
            if result.stopped:
                click.echo(f"Stopped early: {result.stopped}", err=True)
        click.echo(f"{done.versions:>6}  new versions in the history of these objects")
        if done.exit_code:
            click.echo("The rehearsal did not go through: look at the objects named before anything is applied.")
        else:
            click.echo("Both ways work. The plan can be applied as it is.")
        with at.journal() as journal:
            facts = conditions_of(plan, Path(plan_name).name, at.config.thresholds, journal, newer)
        keep_rehearsal(at.store, facts, *dry_run(plan))
        click.echo(f"Next: confluence-gdpr report --plan {plan.id} shows the plan with its rehearsal")
        context.exit(done.exit_code)

    execute(work, cancel=False)
