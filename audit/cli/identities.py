"""`confluence-gdpr identities`: who is who in a run, how that is known, and who is not resolved."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from audit.cli.common import Setup, execute, setup_options, warn
from audit.cli.people import People, people_options, route_lines
from audit.cli.writing import Bench, bench
from audit.errors import UsageError

if TYPE_CHECKING:
    from audit.http import Api
    from audit.identity.directory import Directory
    from audit.identity.entries import Entry
    from audit.identity.known import Known

OPEN, INCOMPLETE = 1, 3
SEARCHES = 100
"""People who are searched for by name in one call."""


@click.command()
@people_options
@click.option("--run", "run_id", metavar="ID", help="The audit whose identifiers are resolved.  [default: the latest]")
@click.option("--candidates", is_flag=True, help="Search by name for who is not resolved: proposals for a human.")
@click.option("--export", "export", type=click.Choice(["csv"]), help="Write raw values: the mapping of the next plan.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("identities.csv"),
    show_default=True,
    help="The file of --export.",
)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@setup_options
@click.pass_context
def identities(
    context: click.Context,
    setup: Setup,
    people: People,
    run_id: str | None,
    export: str | None,
    out: Path,
    *,
    candidates: bool,
    force: bool,
) -> None:
    """Show who the retired identifiers of a run name, by which route that is known, and who stays open.

    Routes in order of trust: mapping, backup, the site's Jira and Confluence, an old Data Center site and the directory
    of the organisation where they are configured, body conversion. Two that name different accounts make a person
    ambiguous; Jira is asked about everybody, the other sites about whom the files leave open. States of accounts and
    the policy count as in a plan, with --local too: then the audited site is read again, and no other is asked. What
    sites say is kept, encrypted, in the run. Values are masked, except in the file of --export.

    Exits with 1 when somebody is not resolved, 3 when the audit is incomplete: then people may be missing.
    """
    from audit.evidence import run_facts
    from audit.files import check_folder, check_target, write_whole
    from audit.identity.entries import as_csv, shared, table
    from audit.identity.provenance import alone, unwitnessed
    from rules.model import Account

    _check(context, people, export, candidates=candidates)
    if export:
        check_folder(out)
        check_target(out, force=force)
    known = people.read()
    with bench(setup, run_id) as at:
        incomplete = run_facts(at.store).incomplete
        if incomplete:
            click.echo(f"The audit is incomplete, so people may be missing: {incomplete[0]}", err=True)

        async def work(_stop: asyncio.Event) -> list[Entry]:
            async with setup.api(at.config) as api, people.directory(setup, at, api, known) as directory:
                return await _resolved(at, directory, known, api, candidates=candidates)

        rows = execute(work)
    for line in table(rows):
        click.echo(line)
    unresolved = sum(1 for row in rows if not row.resolved)
    held = sum(1 for row in rows if row.account and not row.resolved)
    why = f" The accounts of {held} others are known and held, mostly by the policy." if held else ""
    click.echo(f"{len(rows) - unresolved} of {len(rows)} identifiers are resolved.{why}")
    sure = [row.resolution for row in rows if isinstance(row.resolution, Account)]
    for line in filter(None, (alone(unwitnessed((one.route, one.witnesses) for one in sure)), *shared(rows))):
        click.echo(line)
    if export:
        data, missing = as_csv(rows)
        write_whole(out, data, force=force)
        click.echo(str(out))
        click.echo(
            f"{out.name} holds names, keys and addresses of people as they are. Keep it private, delete it when the"
            " migration is done.",
            err=True,
        )
        if missing:
            click.echo(f"{missing} identifiers are not in it: their values are not known here.", err=True)
    context.exit(INCOMPLETE if incomplete else OPEN if unresolved else 0)


def _check(context: click.Context, people: People, export: str | None, *, candidates: bool) -> None:
    """Raise `UsageError` for options that do not go together."""
    if candidates and people.local:
        raise UsageError(
            what="--candidates searches the site for people, and --local asks it about none",
            where="--candidates",
            fix="Leave one of them away.",
        )
    for name in () if export else ("out", "force"):
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise UsageError(
                what=f"--{name} is about the file of --export, and none is written",
                where=f"--{name}",
                fix=f"Give --export csv as well, or leave --{name} away.",
            )


async def _resolved(at: Bench, directory: Directory, known: Known, api: Api, *, candidates: bool) -> list[Entry]:
    """Return everybody, after all routes were asked; a line for each route is printed."""
    from audit.identity.entries import entries, values
    from audit.identity.policy import wants_names
    from audit.sites.cloud.target import CloudTarget
    from rules.rule import Category

    legacy = [rule.id for rule in at.rules if rule.category is Category.LEGACY]
    rewriting = (rule.id for rule in at.rules if rule.rewrite is not None)
    places = at.store.places(rewriting, named=wants_names(at.config.identity))
    context = replace(at.context, known=known.identifiers())
    read, unread = await values(CloudTarget(api, at.config.site), places, at.rules, context)
    if unread:
        warn(f"{unread} parts of objects could not be read again, so people may be missing.")
    findings = [one.finding for one in at.store.recorded(legacy)]
    people = [row.identifier for row in entries(findings, read, directory, at.key) if row.identifier is not None]
    await directory.learn_about(people)
    rows = entries(findings, read, directory, at.key)
    if candidates:
        rows = await _proposed(api, directory, rows)
    for line in route_lines(directory):
        click.echo(line)
    return rows


async def _proposed(api: Api, directory: Directory, rows: list[Entry]) -> list[Entry]:
    """Return the entries, those that are open with people who may be meant."""
    from audit.errors import SiteError
    from audit.identity.names import candidates, likely_name
    from audit.identity.route import because

    made: list[Entry] = []
    left = SEARCHES
    for row in rows:
        name = likely_name(row.identifier, directory.name_of(row.identifier)) if row.identifier else ""
        if row.resolved or not name or not left:
            made.append(row)
            continue
        left -= 1
        try:
            made.append(replace(row, candidates=await candidates(api, name)))
        except SiteError as error:
            click.echo(f"{'names':<13} not available: {because(error)}")
            return [*made, *rows[len(made) :]]
    return made
