"""`confluence-gdpr report`: one run, any format."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from audit.cli.common import (
    Setup,
    accepted_option,
    audience_option,
    chosen_formats,
    language_option,
    setup_options,
    warn,
)
from audit.errors import UsageError

INCOMPLETE = 3


@click.command()
@click.option("--run", "run_id", metavar="ID", help="The run to render.  [default: the latest]")
@click.option(
    "--format",
    "names",
    default="html",
    show_default=True,
    metavar="LIST",
    help="Some of csv,html,json,md,ocsf,oscal,parquet,pdf,sarif,xlsx.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the files, or - for standard output (one format).  [default: reports/ in the run's folder]",
)
@click.option(
    "--plan", "plan_id", metavar="P-ID", help="Which applied or rehearsed plan to report on.  [default: the last one]"
)
@click.option(
    "--purpose",
    type=click.Choice(["audit", "dry-run", "migration"]),
    help="Which report.  [default: migration when a plan was applied, dry-run when one was rehearsed, else audit]",
)
@click.option("--compare", "earlier", metavar="ID", help="An earlier run to compare with, or `previous`.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
@accepted_option
@audience_option
@language_option
@setup_options
@click.pass_context
def report(
    context: click.Context,
    setup: Setup,
    run_id: str | None,
    names: str,
    out: Path | None,
    plan_id: str | None,
    purpose: str | None,
    earlier: str | None,
    accepted_path: Path | None,
    audience: str | None,
    language: str | None,
    *,
    force: bool,
) -> None:
    """Render a run. The files hold masks and keyed hashes, never a value; an incomplete run says so at its top."""
    from audit.damage import with_damage
    from audit.evidence import latest_evidence
    from audit.files import check_target, write_whole
    from audit.rendering import rendered
    from audit.run import RunStore
    from audit.standing import with_accepted, with_comparison
    from reports.audience import seen_by
    from reports.evidence import Purpose
    from reports.format import Unavailable
    from rules.registry import load

    chosen = chosen_formats(names)
    if out == Path("-") and len(chosen) != 1:
        raise UsageError(what="Standard output takes one format", where="--out -", fix="Name one with --format.")
    if out is not None and out != Path("-") and out.exists() and not out.is_dir():
        raise UsageError(
            what="The reports need a folder", where=str(out), why="it is a file", fix="Name a folder with --out."
        )
    code = setup.language(language)
    level, entries, rules = setup.audience(audience), setup.accepted(accepted_path), load()
    workspace = setup.workspace()
    path = workspace.run_path(run_id)
    failed = False
    with workspace.using(path):
        with RunStore.reading(path / "run.db") as store:
            asked = None if purpose is None else Purpose(purpose)
            evidence = latest_evidence(store, rules, asked, plan_id, rehearsed=True)
            evidence = with_accepted(evidence, entries, workspace.key())
            evidence = with_damage(evidence, path / "journal.db", warn)
            if earlier is not None:
                evidence = with_comparison(evidence, store, workspace, rules, earlier, warn)
        evidence = replace(seen_by(evidence, level), language=code)
        if out == Path("-"):
            try:
                sys.stdout.buffer.write(rendered(next(iter(chosen.values())), evidence, warn))
            except Unavailable as error:
                raise UsageError(what="The report cannot be made", where=f"--format {names}", fix=str(error)) from error
            return
        folder = out or path / "reports"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for form in chosen.values():
            target = folder / f"{evidence.purpose.value}-{evidence.run.id}{form.suffix}"
            check_target(target, force=force or out is None)
            try:
                data = rendered(form, evidence, warn)
            except Unavailable as error:
                click.echo(f"Error: {error}", err=True)
                failed = True
                continue
            write_whole(target, data, force=force or out is None)
            click.echo(str(target))
    if failed:
        context.exit(UsageError.exit_code)
