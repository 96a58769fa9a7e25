"""`confluence-gdpr plan`: the dry run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module

import click
from click.core import ParameterSource

from audit.cli.common import Setup, execute, now, setup_options
from audit.cli.people import People, people_options, route_lines
from audit.cli.planned import INCOMPLETE, Planning, planning_options
from audit.cli.writing import bench
from audit.errors import UsageError

PURPOSE = "plan: objects read again, people asked for"
SUBCOMMANDS = {"diff": "audit.cli.plan_diff", "redact": "audit.cli.plan_redact", "review": "audit.cli.plan_review"}


class PlanGroup(click.Group):
    """A command with two commands below it, which are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands below."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Return a command below, imported now."""
        if cmd_name not in SUBCOMMANDS:
            return None
        command: click.Command = getattr(import_module(SUBCOMMANDS[cmd_name]), cmd_name)
        return command


@click.group(cls=PlanGroup, invoke_without_command=True)
@people_options
@planning_options("plan.json")
@click.option("--confirm-jql", is_flag=True, help="Let Jira convert each JQL query too, and hold where it differs.")
@click.option(
    "--max-edits", type=click.IntRange(min=1), default=500, show_default=True, help="Hold a part with more changes."
)
@click.option("--only", "only", multiple=True, metavar="WHAT", help="Take page:ID, space:KEY or rule:ID; repeatable.")
@click.option("--limit", type=click.IntRange(min=1), help="Take the first so many objects, hold the others.")
@click.option("--raw", "types", multiple=True, metavar="TYPE", help="Rewrite raw custom content of this type (* too).")
@click.option("--allow-drafts", is_flag=True, help="Plan published texts beside unpublished drafts, which stay.")
@click.option("--max-actions", type=click.IntRange(min=1), help="Refuse to plan more objects.  [default: no limit]")
@click.option(
    "--max-percent", type=click.FloatRange(min=0, min_open=True), help="Refuse a larger share of the objects read."
)
@setup_options
@click.pass_context
def plan(
    context: click.Context,
    setup: Setup,
    planning: Planning,
    people: People,
    *,
    confirm_jql: bool,
    max_edits: int,
    only: tuple[str, ...],
    limit: int | None,
    types: tuple[str, ...],
    allow_drafts: bool,
    max_actions: int | None,
    max_percent: float | None,
) -> None:
    """Compute every change of a migration and write it down. Nothing is written to the site.

    Every object is read again by its id; what cannot be rewritten safely is held, with the reason. The plan is the
    only thing that `apply` takes. Its raw values are encrypted with the key of the run.

    Properties belong to apps: they are rewritten where --property names their key, by the word of whoever owns them.
    So does custom content whose body is raw JSON: --raw names its type.

    What --only and --limit leave out is held too, so that everything found is changed or held.

    Exits with 1 when something is held, 3 when the audit is incomplete or an object could not be read again: then the
    plan lacks what was not read, 4 when the plan would be larger than a limit allows: then no plan is written.
    """
    if context.invoked_subcommand is not None:
        _nothing_before(context, context.invoked_subcommand)
        return
    from audit.guards import Limits, within_limits
    from audit.identity.opening import host_facts
    from audit.identity.policy import wants_names
    from audit.identity.provenance import shared
    from audit.jqlcheck import Unavailable, confirmed
    from audit.knowing import told_to_rules
    from audit.parts import named
    from audit.plan import make_plan
    from audit.selection import require_known, require_rules, selection
    from audit.sites.cloud.target import CloudTarget
    from audit.version import tool_version
    from rules.rule import Category

    selected = selection(only, limit)
    options = planning.options(
        **{
            "allow-drafts": allow_drafts,
            "confirm-jql": confirm_jql,
            "limit": limit,
            "max-actions": max_actions,
            "max-percent": max_percent,
            "only": only,
            "raw": types,
        }
    )
    readers = planning.check(setup, *people.files)
    known = people.read()
    with bench(setup, planning.run_id) as at:
        incomplete = planning.incomplete(at)
        recorded = at.store.recorded(rule.id for rule in at.rules if rule.category is Category.LEGACY)
        released = named((one.part for one in recorded), planning.keys, types)
        rewriting = (rule.id for rule in at.rules if rule.rewrite is not None)
        places = at.store.places(rewriting, released, named=wants_names(at.config.identity))
        require_rules(selected, (rule.id for rule in at.rules if rule.category is Category.LEGACY))
        require_known(selected, recorded)

        async def work(_stop: asyncio.Event) -> None:
            async with setup.api(at.config) as api, people.directory(setup, at, api, known) as directory:

                async def confirm(queries: Sequence[tuple[str, str]]) -> Mapping[int, str]:
                    answer = await confirmed(api, queries, at.context.pickers)
                    if not isinstance(answer, Unavailable):
                        return answer
                    click.echo(f"Rewritten JQL is not confirmed by Jira, and not held for it: {answer.why}", err=True)
                    return answer.refused

                made = await make_plan(
                    CloudTarget(api, at.config.site),
                    places,
                    directory,
                    at.rules,
                    at.vault,
                    now=now(),
                    run_id=at.path.name,
                    site=at.config.site,
                    key=at.key,
                    tool_version=tool_version(),
                    facts=at.store.objects(),
                    mapping_digest=known.digest(at.key),
                    on_event=setup.on_event(),
                    context=replace(at.context, known=known.identifiers(), released=released),
                    confirm_jql=confirm if confirm_jql else None,
                    learn=directory.learn,
                    allow_drafts=allow_drafts,
                    allow_unversioned=planning.unversioned,
                    limits=Limits(edits=max_edits),
                    recorded=recorded,
                    selection=selected,
                    objects_read=sum(row.read for row in at.store.coverage({})),
                    contacted=lambda: (*host_facts(PURPOSE, api), *directory.contacted()),
                    options=options | told_to_rules((), at.config, at.key),
                )
                for line in route_lines(directory):
                    click.echo(line)
                for line in shared(made.identities):
                    click.echo(line)
            most = len(made.actions) if max_actions is None else max_actions
            share = at.config.thresholds.max_percent if max_percent is None else max_percent
            within_limits(made.actions, Limits(actions=most, percent=share), made.objects_read)
            code = planning.write(made, at, readers, "change", "read it, then confluence-gdpr apply")
            context.exit(INCOMPLETE if incomplete else code)

        execute(work)


def _nothing_before(context: click.Context, command: str) -> None:
    """Raise `UsageError` when options stand before a command below `plan`: they would count for nothing."""
    given = [
        one.opts[0]
        for one in context.command.params
        if context.get_parameter_source(one.name or "") is ParameterSource.COMMANDLINE
    ]
    if given:
        raise UsageError(
            what=f"Options before `{command}` would count for nothing",
            where=", ".join(given),
            fix=f"Write them behind it: confluence-gdpr plan {command} --help names those that it has.",
        )
