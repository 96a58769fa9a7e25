"""`confluence-gdpr apply`: a plan is carried out."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, confirmed, execute, setup_options
from audit.cli.writing import (
    Conduct,
    bench,
    moved_option,
    moved_versions,
    show_actions,
    show_single,
    tell,
    tell_damaged,
    writing_options,
)

if TYPE_CHECKING:
    from audit.plan_file import Plan
    from audit.workers import Result

INCOMPLETE = 3
LISTED = 20
"""Most actions that are named one by one; the report has them all."""
OTHERWISE = "Run the command again; if it stays so, look at the object on the site."
DIVERGED = (
    "Once the site holds what was planned, run the command again; otherwise decline this action with `plan review`, or"
    " roll back and plan anew."
)


@click.command()
@click.argument("plan_name", metavar="PLAN")
@click.option("--max-actions", type=click.IntRange(min=1), help="Refuse more objects.  [default: 1000]")
@click.option(
    "--max-percent", type=click.FloatRange(min=0, min_open=True), help="Refuse a larger share of the objects read."
)
@click.option("--override-declined", is_flag=True, help="Write also what a reviewer declined in an applied plan.")
@click.option("--allow-drafts", is_flag=True, help="Write published texts beside unpublished drafts, which stay.")
@moved_option
@writing_options
@setup_options
@click.pass_context
def apply(
    context: click.Context,
    setup: Setup,
    plan_name: str,
    *,
    override_declined: bool,
    allow_drafts: bool,
    moved: str | None,
    yes: bool,
    max_actions: int | None,
    max_percent: float | None,
    accept_caller: bool,
    rate: int | None,
    stop_after: int | None,
) -> None:
    """Carry out PLAN: shows what it will do and asks.

    Each object is read again, compared with the plan, kept as an encrypted before-image, written once and read back.
    What somebody edited in between is left alone. A newer version with the planned text, such as that of a page with
    another title, is written over, unless --moved-versions conflict leaves it alone too. Interrupted, the same command
    goes on; done, it changes nothing.
    A file named pause in the workspace or in the run's folder stops it after the writes under way.

    Exits with 0 when everything stands as planned, 3 when something was left over or the journal is damaged in what a
    rollback needs, 4 when a guard refused before the
    first write: too many objects, wider access, another account, another process, a plan that was rolled back, or an
    action that a reviewer declined.
    """
    from audit.applied import keep_plan, require_not_rolled_back
    from audit.apply import apply_plan, changes, held
    from audit.conditions import conditions_of
    from audit.declined import require_not_declined
    from audit.evidence import keep_migration
    from audit.guards import Limits
    from audit.thresholds import in_force
    from reports.evidence import Outcome

    with bench(setup, None, plan_name, writes=True) as at:
        plan = at.read_plan(plan_name)
        with at.journal() as journal:
            require_not_rolled_back(journal, plan)
            damaged = tell_damaged(journal, plan)
        if not override_declined:
            require_not_declined(plan, at.store, at.path, key=at.key)
        _show(plan, at.config.site)
        if not plan.actions:
            click.echo("There is nothing to write.")
            return
        if not confirmed(f"Write {len(plan.actions)} objects to {at.config.site}?", yes=yes):
            click.echo("Nothing was written.", err=True)
            return
        bounds = in_force(at.config.thresholds, max_actions, max_percent, stop_after, rate)
        limits = Limits(actions=bounds.max_actions, percent=bounds.max_percent)
        conduct = Conduct(at, setup, accept_caller, rate, stop_after)
        newer = moved_versions(moved)

        async def work(stop: asyncio.Event) -> None:
            result = await conduct.carry_out(
                stop,
                plan,
                "apply: objects read, written and read back",
                lambda target, journal, vault, terms: apply_plan(
                    plan,
                    target,
                    journal,
                    vault,
                    limits=limits,
                    allow_drafts=allow_drafts,
                    newer=newer,
                    begun=partial(keep_plan, at.store, at.path, plan),
                    **terms,
                ),
            )
            outcome = changes(plan, result)
            if any(change.outcome is not Outcome.PLANNED for change in outcome):
                with at.journal() as journal:
                    facts = conditions_of(plan, Path(plan_name).name, bounds, journal, newer)
                keep_migration(at.store, facts, outcome, held(plan, result))
            tell(outcome, result.stopped)
            _name_anew(result)
            _name_left_over(plan, result)
            again = f"confluence-gdpr apply {plan_name} goes on from here; then " if result.stopped else ""
            click.echo(f"Next: {again}confluence-gdpr verify; confluence-gdpr report --format html,pdf")
            context.exit(result.exit_code or (INCOMPLETE if damaged else 0))

        execute(work, cancel=False)


def _show(plan: Plan, site: str) -> None:
    """Write what the plan will do: how many objects of which class in which space, and what stays."""
    from audit.parts import is_set

    click.echo(f"Plan {plan.id} for {site}, made {plan.created_at_utc} from run {plan.run_id}")
    if plan.base:
        accepted = sum(one.accepted for one in plan.decisions)
        click.echo(f"Reviewed: {accepted} accepted, {len(plan.decisions) - accepted} declined; base {plan.base[:12]}")
    show_actions(plan.actions)
    click.echo(f"{sum(len(action.edits) for action in plan.actions):>6}  replacements in all")
    click.echo(f"{len(plan.held):>6}  places held: they stay as they are")
    if plan.actions:
        click.echo("        Watchers are notified by the site; older versions keep what is replaced.")
    show_single(plan)
    lists = sum(is_set(action.part) for action in plan.actions)
    if lists:
        click.echo(f"{lists:>6}  lists of people cannot be rolled back to retired identifiers")


def _name_anew(result: Result) -> None:
    """Write which actions were planned anew for a newer version with the same text."""
    anew = [written for written in result.written if written.anew]
    if anew:
        click.echo(f"{len(anew):>6}  of them planned anew for a newer version with the same text")
    for written in anew[:LISTED]:
        click.echo(f"{written.op.action} {written.op.ref.type.value} {written.op.ref.id}: {written.anew}")
    if len(anew) > LISTED:
        click.echo(f"… and {len(anew) - LISTED} more in the report")


def _name_left_over(plan: Plan, result: Result) -> None:
    """Write which actions were not carried out, why, and what to do about each."""
    from audit.guards import advice
    from reports.evidence import Outcome

    kept = {Outcome.HELD, Outcome.CONFLICT, Outcome.REJECTED, Outcome.DIVERGED, Outcome.FAILED}
    otherwise = {Outcome.DIVERGED: DIVERGED}
    lines = [
        f"{action.id} {action.ref.type.value} {action.ref.id}: {written.outcome.value}, {written.detail}."
        f" {advice(written.reason, written.detail) if written.reason else otherwise.get(written.outcome, OTHERWISE)}"
        for action, written in zip(plan.actions, result.written, strict=True)
        if written.outcome in kept
    ]
    for line in lines[:LISTED]:
        click.echo(line)
    if len(lines) > LISTED:
        click.echo(f"… and {len(lines) - LISTED} more in the report")
