"""`confluence-gdpr runs`: what the workspace holds."""

from __future__ import annotations

import click

from audit.cli.common import Setup, setup_options


@click.command()
@setup_options
def runs(setup: Setup) -> None:
    """List the runs of the workspace: when, which site, how complete, how many findings."""
    from audit.listing import RunState, listed

    rows = listed(setup.workspace())
    if not rows:
        click.echo("No runs yet. `confluence-gdpr audit` makes the first one.", err=True)
        return
    click.echo(f"{'run':<24} {'status':<11} {'objects':>8} {'findings':>9}  site")
    for row in rows:
        if row.facts is None:
            click.echo(f"{row.id:<24} {row.state.value:<11}")
            if row.state is RunState.UNUSABLE:
                click.echo(f"{row.id}: {row.problem}", err=True)
            continue
        click.echo(f"{row.id:<24} {row.state.value:<11} {row.seen:>8} {row.findings:>9}  {row.facts.site}")
