"""`confluence-gdpr purge`: the end of a run's data."""

from __future__ import annotations

import shutil

import click

from audit.cli.common import Setup, confirmed, setup_options


@click.command()
@click.option("--run", "run_id", metavar="ID", help="The run to purge.  [default: the latest]")
@click.option("--all", "everything", is_flag=True, help="Purge every run and the key of the pseudonyms.")
@click.option("--keep-findings", is_flag=True, help="Shred only the key: before-images and plans become unreadable.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@setup_options
def purge(setup: Setup, run_id: str | None, *, everything: bool, keep_findings: bool, yes: bool) -> None:
    """Destroy a run: its key is shredded first, so that copies of its encrypted parts are unreadable as well.

    After that the run can neither be applied nor rolled back.
    """
    from audit.vault import shred

    workspace = setup.workspace()
    ids = workspace.run_ids() if everything else (workspace.run_path(run_id).name,)
    what = "the keys of" if keep_findings else "everything of"
    if not confirmed(f"Destroy {what} {len(ids)} run(s): {', '.join(ids) or 'none'}? Rollback ends with it.", yes=yes):
        return
    for name in ids:
        path = workspace.runs_path / name
        shredded = shred(path / "run.key")
        if not keep_findings:
            shutil.rmtree(path)
        click.echo(f"{name}: key {'shredded' if shredded else 'was gone already'}"
                   f"{'' if keep_findings else ', files deleted'}")  # fmt: skip
    if everything and not keep_findings:
        shred(workspace.path / "workspace.key")
        click.echo("The key of the pseudonyms is shredded: no earlier report can be linked to a person any more.")
