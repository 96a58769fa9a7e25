"""`confluence-gdpr runs`: what the workspace holds."""

from __future__ import annotations

import click

from audit.cli.common import Setup, setup_options
from audit.errors import GdprError


@click.command()
@setup_options
def runs(setup: Setup) -> None:
    """List the runs of the workspace: when, which site, how complete, how many findings."""
    from audit.evidence import run_facts
    from audit.run import RunStore

    workspace = setup.workspace()
    ids = workspace.run_ids()
    if not ids:
        click.echo("No runs yet. `confluence-gdpr audit` makes the first one.", err=True)
        return
    click.echo(f"{'run':<24} {'status':<11} {'objects':>8} {'findings':>9}  site")
    for run_id in ids:
        path = workspace.run_path(run_id)
        try:
            with workspace.using(path), RunStore.reading(path / "run.db") as store:
                facts = run_facts(store)
                seen, found = store.counts()
        except GdprError as error:
            # One run that is empty, damaged or being purged does not hide the others.
            click.echo(f"{run_id:<24} {'empty' if not (path / 'run.db').exists() else 'unusable':<11}")
            if (path / "run.db").exists():
                click.echo(f"{run_id}: {error}", err=True)
            continue
        status = facts.status.value if (path / "run.key").exists() else "purged"
        click.echo(f"{run_id:<24} {status:<11} {seen:>8} {found:>9}  {facts.site}")
