"""`confluence-gdpr plan redact`: a plan that masks personal data, always to be reviewed."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import click

from audit.cli.common import Setup, execute, now, setup_options
from audit.cli.naming import known_option, with_names
from audit.cli.planned import INCOMPLETE, Planning, planning_options
from audit.cli.writing import bench


@click.command()
@click.argument("words", metavar="RULE|FINGERPRINT...", nargs=-1, required=True)
@planning_options("redactions.json")
@click.option("--splice", is_flag=True, help="Mask by a splice, even where the site redacts by itself.")
@known_option
@setup_options
@click.pass_context
def redact(
    context: click.Context,
    setup: Setup,
    planning: Planning,
    words: tuple[str, ...],
    known_path: Path | None,
    *,
    splice: bool,
) -> None:
    """Plan to mask personal data in published texts and titles. Nothing is written to the site.

    RULE takes all that a rule for personal data found (email-address, link-display-name, ...), FINGERPRINT one finding
    of the report. Nothing but the value changes, and no rule finds it any more; what cannot be masked so is held.

    Names of the site's people are read anew where a finding rests on them; where the audit was given a table of
    people, --known has to name the same.

    A title keeps at least a word and stays the only one of its space. Properties belong to apps: they are masked where
    --property names their key, by the word of whoever owns them.

    Texts of pages and blog posts are redacted by the site itself where it can (API v2, Atlassian Guard Premium): the
    site is asked with a request that names no place and that it has to refuse. Everything else is masked by a splice,
    and the plan says for each action which way it goes and why. --splice asks for nothing else.

    No other plan masks anything, and `apply` takes this one only after `plan review`, in which somebody accepts each
    action by its own id. Old versions keep the values until they are deleted: `confluence-gdpr residue` lists them.

    Exits with 1 when something is held, 3 when the audit is incomplete or an object could not be read again.
    """
    from audit.guards import Limits
    from audit.parts import named as properties_named
    from audit.redaction import named, redaction_plan, ways
    from audit.sites.cloud.target import CloudTarget
    from audit.sites.cloud.target_titles import title_taken
    from audit.version import tool_version
    from rules.rule import Category

    readers = planning.check(setup)
    with bench(setup, planning.run_id) as at:
        incomplete = planning.incomplete(at)
        recorded = at.store.recorded(rule.id for rule in at.rules if rule.category is Category.PERSONAL)
        chosen = named(words, at.rules, recorded)
        at = with_names(at, setup, chosen.rules_among(recorded), known_path)  # noqa: PLW2901 - the same run

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
                    released=properties_named((one.part for one in recorded), planning.keys),
                    allow_unversioned=planning.unversioned,
                    taken=partial(title_taken, api),
                    options=planning.options(redact=words, splice=splice),
                    splice=splice,
                )
            for line in ways(made):
                click.echo(line)
            code = planning.write(made, at, readers, "mask", "confluence-gdpr plan review")
            context.exit(INCOMPLETE if incomplete else code)

        execute(work)
