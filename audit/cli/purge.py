"""`confluence-gdpr purge`: the end of a run's data."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from audit.cli.common import Setup, confirmed, now, setup_options
from audit.errors import GdprError, GuardError


@click.command()
@click.option("--run", "run_id", metavar="ID", help="The run to purge.  [default: the latest]")
@click.option("--all", "everything", is_flag=True, help="Purge every run and the key of the pseudonyms.")
@click.option("--keep-findings", is_flag=True, help="Shred only the key: before-images and plans become unreadable.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="With --yes: also a run with writes whose outcome is not known yet.")
@setup_options
def purge(setup: Setup, run_id: str | None, *, everything: bool, keep_findings: bool, yes: bool, force: bool) -> None:
    """Destroy a run: its key is shredded first, so that copies of its encrypted parts are unreadable as well.

    After that the run can neither be applied nor rolled back. A run that another command works on is left alone, and
    so is one with writes whose outcome is not known yet: exit code 4.
    """
    from audit.disk import full
    from audit.vault import shred

    workspace = setup.workspace()
    ids = workspace.run_ids() if everything else (workspace.run_path(run_id).name,)
    paths = [workspace.runs_path / name for name in ids]
    with ExitStack() as held:
        held.enter_context(workspace.purging(paths, everything=everything))
        for site in _sites(paths):
            try:
                held.enter_context(workspace.writer(site))
            except OSError as error:
                # On a full disk the lock cannot be made where nobody ever wrote: the runs themselves are held.
                if not full(workspace.path, error):
                    raise
        if not (yes and force):
            for path in paths:
                _require_settled(path)
        what = "the keys of" if keep_findings else "everything of"
        question = f"Destroy {what} {len(ids)} run(s): {', '.join(ids) or 'none'}? Rollback ends with it."
        if not confirmed(question, yes=yes):
            return
        for path in paths:
            shredded = shred(path / "run.key")
            if not keep_findings:
                shutil.rmtree(path)
            click.echo(f"{path.name}: key {'shredded' if shredded else 'was gone already'}"
                       f"{'' if keep_findings else ', files deleted'}")  # fmt: skip
        if everything and not keep_findings:
            shred(workspace.path / "workspace.key")
            click.echo("The key of the pseudonyms is shredded: no earlier report can be linked to a person any more.")


def _sites(paths: Sequence[Path]) -> list[str]:
    """Return the sites that the runs are about. A run that cannot be read names none, and can be purged like others."""
    from audit.run import RunStore

    sites = set()
    for path in paths:
        try:
            with RunStore.reading(path / "run.db") as store:
                sites.add(store.get("site"))
        except GdprError:
            continue
    return sorted(sites - {""})


def _require_settled(path: Path) -> None:
    """Raise `GuardError` when the journal of a run knows of writes whose outcome is open, or cannot be read."""
    from audit.applied import unresolved
    from audit.journal import Journal

    if not (path / "journal.db").exists():
        return
    try:
        journal = Journal.open(path / "journal.db", now)
    except GdprError as error:
        why = f"its journal cannot be read: {error.why}"
    else:
        count = unresolved(journal)
        journal.close()
        if not count:
            return
        why = f"what became of {count} of its writes is not known yet, and only its journal can tell"
    raise GuardError(
        what=f"The run {path.name} is not purged",
        where=str(path),
        why=why,
        fix="Run `apply` or `rollback` again to settle them, or give --yes and --force if they do not matter any more.",
    )
