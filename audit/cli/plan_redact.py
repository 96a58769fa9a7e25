"""`confluence-gdpr plan redact`: a plan that masks personal data, always to be reviewed."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import click

from audit.cli.common import Setup, chosen_formats, execute, now, setup_options
from audit.cli.writing import bench, check_places, render_beside

HELD = 1


@click.command()
@click.argument("words", metavar="RULE|FINGERPRINT...", nargs=-1, required=True)
@click.option("--run", "run_id", metavar="ID", help="The audit to plan from.  [default: the latest]")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("redactions.json"), show_default=True, help="The plan file."
)
@click.option("--format", "formats", default="html,pdf", show_default=True, help="Reports written beside the plan.")
@click.option("--property", "keys", multiple=True, metavar="KEY", help="Mask in properties of this key (* fits all).")
@click.option("--unversioned", is_flag=True, help="Take templates and properties of users, which have no version.")
@click.option("--force", is_flag=True, help="Replace a plan and reports that exist.")
@setup_options
@click.pass_context
def redact(
    context: click.Context,
    setup: Setup,
    words: tuple[str, ...],
    run_id: str | None,
    out: Path,
    formats: str,
    keys: tuple[str, ...],
    *,
    unversioned: bool,
    force: bool,
) -> None:
    """Plan to mask personal data in published texts and titles. Nothing is written to the site.

    RULE takes all that a rule for personal data found (email-address, link-display-name, ...), FINGERPRINT one finding
    of the report. Nothing but the value changes, and no rule finds it any more; what cannot be masked so is held.

    A title keeps at least a word and stays the only one of its space. Properties belong to apps: they are masked where
    --property names their key, by the word of whoever owns them.

    No other plan masks anything, and `apply` takes this one only after `plan review`, in which somebody accepts each
    action by its own id. Old versions keep the values until they are deleted: `confluence-gdpr residue` lists them.

    Exits with 1 when something is held.
    """
    from audit.conditions import conditions_of, in_words
    from audit.evidence import change_evidence, run_facts
    from audit.guards import Limits
    from audit.parts import named as properties_named
    from audit.plan_file import dry_run, write_plan
    from audit.redaction import named, redaction_plan
    from audit.sites.cloud.target import CloudTarget
    from audit.sites.cloud.target_titles import title_taken
    from audit.version import tool_version
    from reports.evidence import Purpose

    forms = chosen_formats(formats, least=0)
    check_places(out, forms, keep=(), force=force)
    with bench(setup, run_id) as at:
        incomplete = run_facts(at.store).incomplete
        if incomplete:
            click.echo(f"The audit is incomplete, and so is this plan: {incomplete[0]}", err=True)
        recorded = at.store.recorded(rule.id for rule in at.rules if rule.category.name == "PERSONAL")
        chosen = named(words, at.rules, recorded)

        async def work(_stop: asyncio.Event) -> None:
            async with setup.api(at.config) as api:
                made = await redaction_plan(
                    CloudTarget(api, at.config.site),
                    recorded,
                    chosen,
                    at.rules,
                    at.vault,
                    now=now(),
                    run_id=at.path.name,
                    site=at.config.site,
                    key=at.key,
                    tool_version=tool_version(),
                    facts=at.store.objects(),
                    context=at.context,
                    limits=Limits(),
                    objects_read=sum(row.read for row in at.store.coverage({})),
                    released=properties_named((one.part for one in recorded), keys),
                    allow_unversioned=unversioned,
                    taken=partial(title_taken, api),
                    options=in_words({"property": keys, "redact": words, "unversioned": unversioned}),
                )
            write_plan(made, out, force=force)
            changes, held = dry_run(made)
            facts = conditions_of(made, out.name, at.config.thresholds)
            evidence = change_evidence(at.store, at.rules, Purpose.DRY_RUN, facts, changes, held)
            click.echo(f"Plan {made.id}: {len(changes)} objects to mask, {len(held)} places held. Nothing was written.")
            click.echo(str(out))
            render_beside(out, evidence, forms, force=force)
            click.echo(f"Next: confluence-gdpr plan review {out}")
            context.exit(3 if incomplete else HELD if held else 0)

        execute(work)
