"""What plan, apply, verify and rollback share: the run, its site, its plan, its journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, now
from audit.errors import UsageError

if TYPE_CHECKING:
    from audit.config import Config
    from audit.journal import Journal
    from audit.plan_file import Plan
    from audit.run import RunStore
    from audit.vault import Vault
    from audit.workspace import Workspace
    from reports.evidence import Evidence
    from rules.rule import Rule

APPLIED_PLAN = "plan.json"
"""Name of the copy that a run keeps of the plan that was applied from it."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One run, opened to plan or to write from."""

    config: Config
    workspace: Workspace
    path: Path
    store: RunStore
    rules: Sequence[Rule]
    vault: Vault
    key: bytes

    def read_plan(self, path: Path | None) -> Plan:
        """Return a plan that belongs to this run, its site and this version of the tool; by default the applied one."""
        from audit.plan_file import read_plan
        from audit.version import tool_version
        from rules.registry import digest

        if path is None and not (self.path / APPLIED_PLAN).exists():
            raise UsageError(
                what="Nothing was applied from this run",
                where=self.path.name,
                why="it holds no plan",
                fix="Run `confluence-gdpr apply PLAN` first, or name the run with --run.",
            )
        return read_plan(
            path or self.path / APPLIED_PLAN,
            site=self.config.site,
            rules_digest=digest(tuple(self.rules)),
            tool_version=tool_version(),
        )

    @contextmanager
    def journal(self) -> Iterator[Journal]:
        """Open the journal of this run."""
        from audit.journal import Journal

        journal = Journal.open(self.path / "journal.db", now)
        try:
            yield journal
        finally:
            journal.close()


@contextmanager
def bench(setup: Setup, run_id: str | None, plan: Path | None = None) -> Iterator[Bench]:
    """Open a run: the named one, the one that a plan was made from, or the latest.

    Raises `UsageError` when the configured site is another one than that of the run.
    """
    from audit.run import RunStore
    from rules.registry import load

    workspace = setup.workspace()
    path = workspace.run_path(run_id or (run_of(plan) if plan is not None else None))
    with RunStore(path / "run.db") as store:
        config = setup.config(default_site=store.get("site"))
        if config.site != store.get("site"):
            raise UsageError(
                what="The run was made on another site than the one configured",
                where=path.name,
                why=f"it is about {store.get('site')}, configured is {config.site}",
                fix="Name the right run with --run, or set CONFLUENCE_GDPR_SITE accordingly.",
            )
        yield Bench(config, workspace, path, store, load(), workspace.vault(path), workspace.key())


def run_of(plan: Path) -> str | None:
    """Return the run that a plan file names, without trusting the rest of it; None when it names none."""
    import msgspec

    try:
        found = msgspec.json.decode(plan.read_bytes(), type=dict[str, object]).get("run_id")
    except (OSError, msgspec.MsgspecError):
        return None  # reading the plan itself says what is wrong with it
    return found if isinstance(found, str) else None


def render_beside(path: Path, evidence: Evidence, formats: Sequence[str]) -> None:
    """Write reports beside a file, under its name. A format that cannot be made here is named and left out."""
    from audit.files import write_whole
    from reports.format import Unavailable
    from reports.registry import formats as known

    for name in formats:
        form = known()[name]
        try:
            write_whole(path.with_suffix(form.suffix), form.render(evidence), force=True)
        except Unavailable as error:
            click.echo(f"Error: {error}", err=True)
        else:
            click.echo(str(path.with_suffix(form.suffix)))
