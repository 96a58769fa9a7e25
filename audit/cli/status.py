"""`confluence-gdpr status`: what the workspace holds, how large it is, and how long it is kept."""

from __future__ import annotations

import click

from audit.cli.common import Setup, now, setup_options
from audit.retention import Part

SHREDDED = {
    Part.BEFORE_IMAGES: "SHREDDED: the key of the run is gone, nobody can read them",
    Part.PLANS: "SHREDDED: the key of the run is gone, what they would write cannot be read; their masks can",
}
"""What is left of a part whose key was destroyed."""


@click.command()
@setup_options
def status(setup: Setup) -> None:
    """Say what each run holds, until when it is kept, what is overdue, and what is not settled yet.

    The days come from the section `retention` of the configuration. `purge --expired` destroys what is overdue.
    """
    from audit.retention import holdings
    from audit.watch.queue import standings
    from reports.text import size

    workspace, retention = setup.workspace(), setup.retention()
    click.echo(
        f"Findings are kept {retention.findings_days} days after the audit, before-images "
        f"{retention.before_images_days} days after the last verified write."
    )
    for name in workspace.bare_keys():
        click.echo(f"{name}  NOT WRAPPED: made before `key_wrap` was set; `confluence-gdpr keys wrap` wraps it")
    runs = holdings(workspace, retention, now)
    moment, waiting, blocked = now(), 0, 0
    for run in runs:
        click.echo(f"{run.id}  {run.site or 'it cannot be read which site'}")
        overdue = run.overdue(moment)
        for one in run.parts:
            late = "  OVERDUE" if one in overdue else ""
            if one.shredded:
                late = f"{late}  {SHREDDED[one.part]}"
            click.echo(f"  {one.part.value:<14} {size(one.size_bytes):>12}  until {one.until:%Y-%m-%d}{late}")
        if run.blocked:
            advice = " Run `apply` or `rollback` again to settle them." if run.unsettled else ""
            click.echo(f"  BLOCKED: {run.blocked}.{advice}")
        waiting += bool(overdue and not run.blocked)
        blocked += bool(run.blocked)
    for queue in standings(workspace.path):
        oldest = f", the oldest since {queue.oldest}" if queue.waiting else ""
        counts = ", ".join(f"{number} {name}" for name, number in queue.counts.items()) or "nothing arrived yet"
        click.echo(f"watch  {queue.site}  {queue.waiting} waiting{oldest}; {counts}")
    total = size(sum(one.size_bytes for run in runs for one in run.parts))
    click.echo(f"{len(runs)} runs, {total}; {waiting} with overdue parts, {blocked} blocked")
    if waiting:
        click.echo("`confluence-gdpr purge --expired` destroys what is overdue.", err=True)
