"""`confluence-gdpr verify`: what was written is read again."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import click

from audit.cli.common import Setup, execute, now, setup_options
from audit.cli.naming import known_option, rules_of, with_names
from audit.cli.writing import bench, tell_damaged

DIFFERS, INCOMPLETE = 1, 3


@click.command()
@click.argument("plan_name", metavar="[PLAN]", required=False)
@click.option("--run", "run_id", metavar="ID", help="The run whose plan was applied.  [default: the latest]")
@click.option("--no-residue", is_flag=True, help="Do not look into old versions, drafts, archive and trash.")
@known_option
@setup_options
@click.pass_context
def verify(
    context: click.Context,
    setup: Setup,
    plan_name: str | None,
    run_id: str | None,
    known_path: Path | None,
    *,
    no_residue: bool,
) -> None:
    """Read and scan every object of the applied plan again, and what is left in their history. The site is only read.

    PLAN is a plan file or the id of an applied plan (P-...); by default it is the last plan applied from the latest
    run, or from the one that --run names.

    Exits with 1 when an object does not stand as it was written, 3 when one could not be read or the journal is damaged
    in what a rollback needs; what is left in old
    versions, drafts and trash is listed (`residue` has all of it), recorded for the report, and changes nothing about
    that.
    """
    from audit.cli.residue import LISTED, look
    from audit.leftover import lines, totals
    from audit.remains import keep_residue
    from audit.sites.cloud.history import CloudPast
    from audit.sites.cloud.target import CloudTarget
    from audit.verify import Standing, verify_plan

    with bench(setup, run_id, plan_name, writes=True) as at:
        plan = at.read_applied(plan_name)
        at = with_names(at, setup, rules_of(plan), known_path, plan)  # noqa: PLW2901 - the same run

        async def work(_stop: asyncio.Event) -> None:
            with at.journal() as journal:
                damaged = tell_damaged(journal, plan)
                async with at.connected(setup, plan, "verify: objects and their history read again") as api:
                    target = CloudTarget(api, at.config.site)
                    results = await verify_plan(
                        plan, target, journal, at.vault, at.rules, key=at.key, context=at.context
                    )
                    left = () if no_residue else await look(at, plan, journal, target, CloudPast(api), frozenset())
            if not no_residue:
                keep_residue(at.store, plan, left, now(), whole=True)
            for name, count in sorted(Counter(one.standing.value for one in results).items()):
                click.echo(f"{count:>6}  {name}")
            good = {Standing.VERIFIED, Standing.REVERTED}
            for one in results:
                if one.standing not in good:
                    click.echo(f"{one.action.id} {one.action.ref.type.value} {one.action.ref.id}: {one.detail}")
            for text in (*lines(left, LISTED), *totals(left)) if left else ():
                click.echo(text)
            if damaged or any(one.standing is Standing.UNREAD for one in results):
                context.exit(INCOMPLETE)
            context.exit(0 if all(one.standing in good for one in results) else DIFFERS)

        execute(work)
