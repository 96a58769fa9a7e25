"""`confluence-gdpr plan`: the dry run."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from audit.cli.common import Setup, execute, now, setup_options
from audit.cli.writing import bench, render_beside

HELD = 1


@click.command()
@click.option(
    "--mapping",
    "mapping_path",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV with the columns username,user_key,email,account_id.",
)
@click.option("--encoding", help="Encoding of the CSV where it is not Unicode, for example cp1252.")
@click.option("--run", "run_id", metavar="ID", help="The audit to plan from.  [default: the latest]")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("plan.json"), show_default=True, help="The plan file."
)
@click.option("--format", "formats", default="html,pdf", show_default=True, help="Reports written beside the plan.")
@click.option("--force", is_flag=True, help="Replace a plan file that exists.")
@setup_options
@click.pass_context
def plan(
    context: click.Context,
    setup: Setup,
    mapping_path: Path,
    encoding: str | None,
    run_id: str | None,
    out: Path,
    formats: str,
    *,
    force: bool,
) -> None:
    """Compute every change of a migration and write it down. Nothing is written to the site.

    Every object is read again by its id; what cannot be rewritten safely is held, with the reason. The plan is the
    only thing that `apply` takes. Its raw values are encrypted with the key of the run.

    Exits with 1 when something is held.
    """
    from audit.evidence import change_evidence
    from audit.identity.csv import read_mapping
    from audit.plan import make_plan
    from audit.plan_file import dry_run, write_plan
    from audit.sites.cloud.target import CloudTarget
    from audit.version import tool_version
    from reports.evidence import Purpose

    mapping = read_mapping(mapping_path, encoding)
    with bench(setup, run_id) as at:
        incomplete = at.store.failures()
        if incomplete:
            click.echo(f"The audit is incomplete, and so is this plan: {incomplete[0]}", err=True)
        places = at.store.places(rule.id for rule in at.rules if rule.rewrite is not None)

        async def work(_stop: asyncio.Event) -> None:
            async with setup.api(at.config) as api:
                made = await make_plan(
                    CloudTarget(api, at.config.site),
                    places,
                    mapping.resolve,
                    at.rules,
                    at.vault,
                    now=now(),
                    run_id=at.path.name,
                    site=at.config.site,
                    key=at.key,
                    tool_version=tool_version(),
                    facts=at.store.objects(),
                    mapping_digest=mapping.digest(at.key),
                    on_event=setup.on_event(),
                )
            write_plan(made, out, force=force)
            changes, held = dry_run(made)
            facts = made.facts(out.name)
            evidence = change_evidence(at.store, at.rules, Purpose.DRY_RUN, facts, changes, held)
            click.echo(
                f"Plan {made.id}: {len(changes)} objects to change, {len(held)} places held. Nothing was written."
            )
            click.echo(str(out))
            render_beside(out, evidence, [name for name in formats.split(",") if name])
            click.echo(f"Next: read it, then confluence-gdpr apply {out}")
            context.exit(HELD if held else 0)

        execute(work)
