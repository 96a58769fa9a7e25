"""`confluence-gdpr plan`: the dry run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from audit.cli.common import Setup, chosen_formats, execute, now, setup_options
from audit.cli.writing import bench, check_places, render_beside

HELD, INCOMPLETE = 1, 3


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
@click.option("--confirm-jql", is_flag=True, help="Let Jira convert each JQL query too, and hold where it differs.")
@click.option(
    "--max-edits", type=click.IntRange(min=1), default=500, show_default=True, help="Hold a part with more changes."
)
@click.option("--force", is_flag=True, help="Replace a plan and reports that exist.")
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
    confirm_jql: bool,
    max_edits: int,
    force: bool,
) -> None:
    """Compute every change of a migration and write it down. Nothing is written to the site.

    Every object is read again by its id; what cannot be rewritten safely is held, with the reason. The plan is the
    only thing that `apply` takes. Its raw values are encrypted with the key of the run.

    Exits with 1 when something is held, 3 when the audit is incomplete: then the plan lacks what was not read.
    """
    from audit.evidence import change_evidence, run_facts
    from audit.guards import Limits
    from audit.identity.csv import read_mapping
    from audit.jqlcheck import Unavailable, confirmed
    from audit.plan import make_plan
    from audit.plan_file import dry_run, write_plan
    from audit.sites.cloud.target import CloudTarget
    from audit.version import tool_version
    from reports.evidence import Purpose
    from rules.rule import Category

    forms = chosen_formats(formats, least=0)
    check_places(out, forms, keep=[mapping_path], force=force)
    mapping = read_mapping(mapping_path, encoding)
    with bench(setup, run_id) as at:
        incomplete = run_facts(at.store).incomplete
        if incomplete:
            click.echo(f"The audit is incomplete, and so is this plan: {incomplete[0]}", err=True)
        places = at.store.places(rule.id for rule in at.rules if rule.rewrite is not None)

        async def work(_stop: asyncio.Event) -> None:
            async with setup.api(at.config) as api:

                async def confirm(queries: Sequence[tuple[str, str]]) -> Mapping[int, str]:
                    answer = await confirmed(api, queries, at.context.pickers)
                    if not isinstance(answer, Unavailable):
                        return answer
                    click.echo(f"Rewritten JQL is not confirmed by Jira, and not held for it: {answer.why}", err=True)
                    return answer.refused

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
                    context=replace(at.context, known=mapping.identifiers()),
                    confirm_jql=confirm if confirm_jql else None,
                    limits=Limits(edits=max_edits),
                    recorded=at.store.recorded(rule.id for rule in at.rules if rule.category is Category.LEGACY),
                )
            write_plan(made, out, force=force)
            changes, held = dry_run(made)
            facts = made.facts(out.name)
            evidence = change_evidence(at.store, at.rules, Purpose.DRY_RUN, facts, changes, held)
            click.echo(
                f"Plan {made.id}: {len(changes)} objects to change, {len(held)} places held. Nothing was written."
            )
            click.echo(str(out))
            render_beside(out, evidence, forms, force=force)
            click.echo(f"Next: read it, then confluence-gdpr apply {out}")
            context.exit(INCOMPLETE if incomplete else HELD if held else 0)

        execute(work)
