"""`confluence-gdpr purge`: the end of a run's data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, confirmed, now, setup_options, warn
from audit.errors import GdprError, GuardError, UsageError, WorkspaceError

if TYPE_CHECKING:
    from audit.purging import Deletion
    from audit.settings import Retention
    from audit.workspace import Workspace

ASKED = "asked for"


@click.command()
@click.option("--run", "run_id", metavar="ID", help="The run to purge.  [default: the latest]")
@click.option("--all", "everything", is_flag=True, help="Purge every run, all keys, logins and lists.")
@click.option("--expired", is_flag=True, help="Purge what is kept long enough, and nothing else: see `status`.")
@click.option("--keep-findings", is_flag=True, help="Shred only the key: before-images and plans become unreadable.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="With --yes: also a run with writes whose outcome is not known yet.")
@setup_options
def purge(
    setup: Setup, run_id: str | None, *, everything: bool, expired: bool, keep_findings: bool, yes: bool, force: bool
) -> None:
    """Destroy a run: its key is shredded first, so that copies of its encrypted parts are unreadable as well.

    After that the run can neither be applied nor rolled back. A run that another command works on is left alone, and
    so is one with writes whose outcome is not known yet: exit code 4. Each deletion is printed and recorded in
    `deletions.jsonl` of the workspace, which is the one file that --all leaves, with the empty lock of the workspace.
    A wrapping key that no key lies under any more is removed from the keyring.
    """
    workspace = setup.workspace()
    if expired:
        if run_id or everything or keep_findings or force:
            raise UsageError(
                what="--expired chooses by age alone",
                where="--expired",
                fix="Leave --run, --all, --keep-findings and --force away.",
            )
        _purge_expired(workspace, setup.retention(), yes=yes)
        return
    ids = workspace.run_ids() if everything else (workspace.run_path(run_id).name,)
    paths = [workspace.runs_path / name for name in ids]
    with ExitStack() as held:
        _hold(held, workspace, paths, everything=everything)
        if not (yes and force):
            for path in paths:
                _require_settled(path)
        what = "the keys of" if keep_findings else "everything of"
        rest = ", and with them logins and the key that signs evidence" if everything and not keep_findings else ""
        question = f"Destroy {what} {len(ids)} run(s): {', '.join(ids) or 'none'}{rest}? Rollback ends with it."
        if confirmed(question, yes=yes):
            _destroy(workspace, paths, everything=everything, keep_findings=keep_findings)


def _destroy(workspace: Workspace, paths: Sequence[Path], *, everything: bool, keep_findings: bool) -> None:
    from audit.purging import What, destroy, sever, strange, sweep

    what, entries = What.KEY if keep_findings else What.RUN, workspace.ring_entries()
    for path in paths:
        _tell(workspace, destroy(path, what, ASKED, now()))
    if everything and not keep_findings:
        _tell(workspace, sever(workspace.path / "workspace.key", ASKED, now()))
    _forget(workspace, entries, ASKED)
    if everything and not keep_findings:
        for done in sweep(workspace.path, ASKED, now()):
            _tell(workspace, done)
        for name in strange(workspace.path):
            warn(f"{name} is left alone: it was not made by this tool, or by another version.")


def _forget(workspace: Workspace, entries: frozenset[str], rule: str) -> None:
    """Remove from the keyring what no key of the workspace lies under any more."""
    from audit.purging import unwrapped

    for entry, gone in workspace.forget_entries(entries):
        if gone:
            _tell(workspace, unwrapped(rule, now()))
        else:
            warn(workspace.left_in_keyring(entry))


def _purge_expired(workspace: Workspace, retention: Retention, *, yes: bool) -> None:
    """Destroy what has served its purpose, run by run. What is in use or not settled is named and left alone."""
    from audit.purging import destroy, due
    from audit.retention import holding, holdings

    found = [(run.id, due(run, retention, now())) for run in holdings(workspace, retention, now)]
    waiting = [(workspace.runs_path / run_id, rule) for run_id, rule in found if rule is not None]
    if not waiting:
        click.echo("Nothing is kept longer than it has to be.", err=True)
        return
    listed = "; ".join(
        f"{what.value} of {path.name}" if what != "run" else f"run {path.name}" for path, (what, _) in waiting
    )
    if not confirmed(f"Destroy what has served its purpose: {listed}?", yes=yes):
        return
    for path, _ in waiting:
        with ExitStack() as held:
            try:
                _hold(held, workspace, [path], everything=False)
            except (GuardError, WorkspaceError) as error:
                warn(f"{path.name} is left alone. {error}")
                continue
            # Somebody may have written since: what is due is decided again, with the run in our hands.
            rule = due(holding(path, retention, now), retention, now())
            if rule is not None:
                entries = workspace.ring_entries()
                _tell(workspace, destroy(path, *rule, now()))
                _forget(workspace, entries, rule[1])


def _tell(workspace: Workspace, done: Deletion) -> None:
    """Print a deletion and record it, at once: what comes after it may fail."""
    from audit.purging import record
    from reports.text import size

    which = f"{done.run}: " if done.run else ""
    click.echo(f"{which}{done.what.value} destroyed at {done.at_utc}, {size(done.size_bytes)} freed ({done.rule})")
    try:
        record(workspace.path, done)
    except OSError as error:
        warn(f"The record could not be written ({os.strerror(error.errno or 0)}): keep what was printed.")


def _hold(held: ExitStack, workspace: Workspace, paths: Sequence[Path], *, everything: bool) -> None:
    """Hold runs, and the sites that they are about, until `held` is closed."""
    from audit.disk import full

    held.enter_context(workspace.purging(paths, everything=everything))
    if everything:
        _hold_rest(held, workspace)
    for site in _sites(paths):
        try:
            held.enter_context(workspace.writer(site))
        except OSError as error:
            # On a full disk the lock cannot be made where nobody ever wrote: the runs themselves are held.
            if not full(workspace.path, error):
                raise


def _hold_rest(held: ExitStack, workspace: Workspace) -> None:
    """Hold what lies beside the runs and has locks of its own: a login that is renewed, a cycle of reports."""
    from audit.locks import Busy, locked
    from audit.purging import FOLDERS

    for lock in sorted(path for folder in FOLDERS for path in (workspace.path / folder).glob("*lock")):
        try:
            held.enter_context(locked(lock, exclusive=True))
        except Busy as error:
            raise GuardError(
                what="The workspace is in use by another command",
                where=str(lock),
                why=f"it is held by {error.holder or 'a process that reads it'}",
                fix="Wait until that has finished, or stop it. Nothing was changed.",
            ) from error


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
    from audit.applied import unsettled
    from audit.journal import Journal

    if not (path / "journal.db").exists():
        return
    try:
        journal = Journal.open(path / "journal.db", now)
    except GdprError as error:
        why = f"its journal cannot be read: {error.why}"
    else:
        count = unsettled(journal)
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
