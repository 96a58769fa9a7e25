"""`confluence-gdpr doctor`: what stands between this configuration and a complete audit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, execute, setup_options

if TYPE_CHECKING:
    import asyncio

    from audit.doctor import Diagnosis

ATTEMPTS = 2
"""Of each request: a diagnosis should say soon that a site does not answer."""


@click.command()
@click.argument("site", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)
@setup_options
@click.pass_context
def doctor(context: click.Context, setup: Setup, site: str | None, form: str) -> None:
    """Check address, credentials, rights and endpoints. Nothing is written to the site and nothing is stored.

    SITE is its address, https://acme.atlassian.net; without it CONFLUENCE_GDPR_SITE counts.

    Exits with 0 when an audit would be complete, 3 when parts would be missing, 5 when it cannot begin.
    """
    from audit.doctor import as_json, as_text, examine

    config = setup.config(site)
    config = replace(config, limits=replace(config.limits, attempts=min(ATTEMPTS, config.limits.attempts)))

    async def work(_stop: asyncio.Event) -> Diagnosis:
        return await examine(lambda: setup.api(config), config)

    diagnosis = execute(work)
    click.echo(as_json(diagnosis) if form == "json" else as_text(diagnosis), nl=False)
    context.exit(diagnosis.exit_code)
