"""`confluence-gdpr report`: one run, any format."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from audit.cli.common import Setup, setup_options
from audit.errors import UsageError

INCOMPLETE = 3


@click.command()
@click.option("--run", "run_id", metavar="ID", help="The run to render.  [default: the latest]")
@click.option("--format", "names", default="html", show_default=True, metavar="LIST", help="html,pdf,csv,json")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the files, or - for standard output (one format).  [default: reports/ in the run's folder]",
)
@click.option(
    "--purpose",
    type=click.Choice(["audit", "migration"]),
    help="Which report.  [default: migration when a plan was applied, audit otherwise]",
)
@click.option("--force", is_flag=True, help="Replace files that exist.")
@setup_options
@click.pass_context
def report(
    context: click.Context,
    setup: Setup,
    run_id: str | None,
    names: str,
    out: Path | None,
    purpose: str | None,
    *,
    force: bool,
) -> None:
    """Render a run. The files hold masks and keyed hashes, never a value; an incomplete run says so at its top."""
    from audit.evidence import latest_evidence
    from audit.files import write_whole
    from audit.run import RunStore
    from reports.evidence import Purpose
    from reports.format import Unavailable
    from reports.registry import formats
    from rules.registry import load

    known = formats()
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in chosen if name not in known]
    if unknown or not chosen:
        raise UsageError(
            what=f"There is no report format {', '.join(unknown) or 'given'}",
            where="--format",
            fix=f"Known are {', '.join(known)}; separate several by commas.",
        )
    workspace = setup.workspace()
    path = workspace.run_path(run_id)
    with RunStore(path / "run.db") as store:
        evidence = latest_evidence(store, load(), None if purpose is None else Purpose(purpose))
    if out == Path("-"):
        if len(chosen) != 1:
            raise UsageError(what="Standard output takes one format", where="--out -", fix="Name one with --format.")
        sys.stdout.buffer.write(known[chosen[0]].render(evidence))
        return
    folder = out or path / "reports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    failed = False
    for name in chosen:
        target = folder / f"{evidence.purpose.value}-{evidence.run.id}{known[name].suffix}"
        try:
            data = known[name].render(evidence)
        except Unavailable as error:
            click.echo(f"Error: {error}", err=True)
            failed = True
            continue
        write_whole(target, data, force=force or out is None)
        click.echo(str(target))
    if failed:
        context.exit(UsageError.exit_code)
