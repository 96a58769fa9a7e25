"""`confluence-gdpr residue`: what still holds what was removed, and the deletion of old versions."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, execute, now, setup_options
from audit.cli.naming import known_option, rules_of, with_names
from audit.cli.writing import Bench, Conduct, bench
from audit.errors import GuardError, UsageError

if TYPE_CHECKING:
    from audit.cli.writing import Terms
    from audit.deletion import Deletion, Doomed
    from audit.journal import Journal
    from audit.plan_file import Plan
    from audit.residue import Residue
    from audit.sites.base import Target
    from audit.sites.cloud.history import CloudPast
    from audit.sites.cloud.target import CloudTarget
    from audit.vault import Vault

LOOKING = "residue: history, drafts, archive and trash read"
CHANGING = "residue: old versions read, deleted or redacted"
LISTED = 20
"""Most objects that `verify` names one by one."""


@click.command()
@click.argument("plan_name", metavar="[PLAN]", required=False)
@click.option("--run", "run_id", metavar="ID", help="The run whose plan was applied.  [default: the latest]")
@click.option(
    "--object", "objects", multiple=True, metavar="TYPE:ID", help="Only this object, as page:123; repeatable."
)
@click.option(
    "--delete-versions", "delete", is_flag=True, help="Delete the old versions that hold something, for good."
)
@click.option(
    "--redact-versions", "clean", is_flag=True, help="Let the site take the words out, where it has redaction."
)
@click.option("--versions", "numbers", metavar="3-7,9", help="Of one --object only these old versions.")
@click.option("--confirm", "digest", metavar="DIGEST", help="For scripts: the digest that names exactly this deletion.")
@click.option("--accept-caller", is_flag=True, help="Go on with another account than the one that began.")
@click.option("--rate", type=click.IntRange(min=1), help="Most deletions a minute.  [default: 6000]")
@known_option
@setup_options
@click.pass_context
def residue(
    context: click.Context,
    setup: Setup,
    plan_name: str | None,
    run_id: str | None,
    objects: tuple[str, ...],
    numbers: str | None,
    digest: str | None,
    known_path: Path | None,
    *,
    delete: bool,
    clean: bool,
    accept_caller: bool,
    rate: int | None,
) -> None:
    """List the old versions, drafts, archived and trashed objects that still hold what an applied plan removed.

    PLAN is a plan file or the id of an applied plan (P-...); by default it is the last plan applied from the latest
    run, or from the one that --run names. What is listed: objects, version numbers, rules and counts; never a value.
    Drafts, archive and trash beyond the plan's own objects are those in which the run has findings.

    With --delete-versions these old versions are deleted, which nothing can undo. It is confirmed by typing the digest
    of the list, or with --confirm DIGEST; when the list has changed since, the digest does not fit and nothing happens.
    The present version is never deleted. Confluence numbers the remaining versions anew. The run keeps the texts that
    it replaced, sealed, until it is purged: a rollback would bring them back.

    With --redact-versions the versions stay and the site takes the words out of them, confirmed in the same way. That
    needs Atlassian Guard Premium, and reaches words in the text of pages and blog posts only.

    Exits with 0 when nothing is left, 1 when something is, 3 when something was not read or not deleted, 4 when a guard
    refused.
    """
    from audit.selection import selection

    _check(objects, numbers, digest, delete=delete, clean=clean)
    only = selection(objects, option="--object").objects
    with bench(setup, run_id, plan_name, writes=True) as at:
        plan = at.read_applied(plan_name)
        at = with_names(at, setup, rules_of(plan), known_path, plan)  # noqa: PLW2901 - the same run
        conduct = Conduct(at, setup, accept_caller, rate, None)
        if delete or clean:
            _change(context, plan, conduct, only, numbers, digest, clean=clean)
        else:
            _list(context, plan, conduct, only)


def _check(objects: Sequence[str], numbers: str | None, digest: str | None, *, delete: bool, clean: bool) -> None:
    """Raise `UsageError` for options that do not go together."""
    if delete and clean:
        raise UsageError(what="Versions are deleted or redacted, not both", where="--delete-versions", fix="Give one.")
    if not (delete or clean) and (numbers or digest):
        where = "--versions" if numbers else "--confirm"
        raise UsageError(
            what=f"{where} needs --delete-versions or --redact-versions",
            where=where,
            fix="Without it, versions are listed.",
        )
    if numbers and len(objects) != 1:
        fix = "Name the one object: --object page:123 --versions 3-7."
        raise UsageError(what="Version numbers belong to one object", where="--versions", fix=fix)
    if any(one.startswith(("space:", "rule:")) for one in objects):
        raise UsageError(what="An object is not understood", where="--object", fix="It is TYPE:ID, as in page:123.")


async def look(
    at: Bench, plan: Plan, journal: Journal, target: CloudTarget, past: CloudPast, only: frozenset[tuple[str, str]]
) -> tuple[Residue, ...]:
    """Return what is left of what the plan removed, in the objects that `only` names or in all of them."""
    from audit.parts import is_title
    from audit.residue import Searcher, removed, residue_of

    headings = removed(plan, journal, at.key, is_title)
    people = dict.fromkeys(headings, frozenset[str]()) | removed(plan, journal, at.key)
    titles = {(ref.type.value, ref.id): found for ref, found in headings.items()}
    beside = at.store.beside(frozenset().union(*people.values()))
    if only:
        known = {(ref.type.value, ref.id) for ref in [*people, *beside]}
        unknown = sorted(f"{kind}:{name}" for kind, name in only - known)
        if unknown:
            raise UsageError(
                what=f"The plan removed nothing from {', '.join(unknown)}",
                where="--object",
                fix="Name an object that the plan has written; `confluence-gdpr residue` lists them.",
            )
        people = {ref: found for ref, found in people.items() if (ref.type.value, ref.id) in only}
        beside = tuple(ref for ref in beside if (ref.type.value, ref.id) in only)
    return await residue_of(people, Searcher(target, past, at.rules, at.key, at.context, titles), beside)


def _list(context: click.Context, plan: Plan, conduct: Conduct, only: frozenset[tuple[str, str]]) -> None:
    from audit.leftover import exit_code, lines, totals

    found = _looked(plan, conduct, only)
    for text in (*lines(found), *totals(found)):
        click.echo(text)
    click.echo("        Search index, exports, backups and attachments were not looked into.")
    click.echo("        Earlier values of properties neither: the API lists none. Ask the app that owns them.")
    click.echo("        The texts from before lie sealed in this run as well, until `confluence-gdpr purge`.")
    if any(one.old for one in found):
        click.echo(f"Next: confluence-gdpr residue {plan.id} --run {plan.run_id} --delete-versions")
    context.exit(exit_code(found))


def _looked(plan: Plan, conduct: Conduct, only: frozenset[tuple[str, str]]) -> tuple[Residue, ...]:
    """Look, and record what was seen for the report."""
    from audit.remains import keep_residue
    from audit.sites.cloud.history import CloudPast
    from audit.sites.cloud.target import CloudTarget

    at = conduct.at

    async def work(_stop: asyncio.Event) -> tuple[Residue, ...]:
        with at.journal() as journal:
            async with at.connected(conduct.setup, plan, LOOKING) as api:
                target = CloudTarget(api, at.config.site)
                await target.caller()
                return await look(at, plan, journal, target, CloudPast(api), only)

    found = execute(work)
    keep_residue(at.store, plan, found, now(), whole=not only)
    return found


def _change(
    context: click.Context,
    plan: Plan,
    conduct: Conduct,
    only: frozenset[tuple[str, str]],
    numbers: str | None,
    digest: str | None,
    *,
    clean: bool,
) -> None:
    from audit.cleaning import Redactor
    from audit.deletion import delete_versions, doomed, in_doubt, require_settled
    from audit.leftover import line, numbers_of
    from audit.residue import removed
    from audit.sites.cloud.history import CloudPast

    at = conduct.at
    wanted = numbers_of(numbers) if numbers else None
    found = _looked(plan, conduct, only)
    chosen = doomed(found, wanted)
    for one in found:
        if one.old or one.unread:
            click.echo(line(one))
    if wanted:
        _say_left_out(chosen, wanted)
    with at.journal() as journal:
        require_settled(journal, [one.ref for one in chosen])
        doubts = in_doubt(plan, journal)
        people = {(ref.type, ref.id): found for ref, found in removed(plan, journal, at.key).items()}
    if not chosen:
        click.echo("No old version that was named holds what was removed.")
    elif not _agreed_to(plan, chosen, digest, clean=clean):
        click.echo("Nothing was changed.", err=True)
        return
    if not chosen and not doubts:
        return

    async def carried(target: Target, journal: Journal, _vault: Vault, terms: Terms) -> Deletion:
        return await delete_versions(
            plan,
            chosen,
            CloudPast.of(target),
            target,
            journal,
            key=terms["key"],
            lock=terms["lock"],
            sleep=terms["sleep"],
            turn=terms["turn"],
            stopping=terms["stopping"],
            accept_caller=terms["accept_caller"],
            worker=partial(Redactor, rules=at.rules, people=people, context=at.context) if clean else None,
        )

    result = execute(lambda stop: conduct.carry_out(stop, plan, CHANGING, carried), cancel=False)
    _tell(result)
    if chosen:
        _looked(plan, conduct, frozenset((one.ref.type.value, one.ref.id) for one in chosen))
    context.exit(result.exit_code)


def _tell(result: Deletion) -> None:
    from audit.deletion import Fate

    for name, count in sorted(Counter(one.fate.value for one in result.versions).items()):
        click.echo(f"{count:>6}  {name}")
    for one in result.versions:
        if one.fate in {Fate.LEFT, Fate.REFUSED, Fate.DOUBTFUL}:
            ref = one.doomed.ref
            click.echo(f"{ref.type.value} {ref.id} version {one.doomed.number}: {one.fate.value}, {one.detail}")
    if result.stopped:
        click.echo(f"Stopped early: {result.stopped}", err=True)


def _say_left_out(chosen: Sequence[Doomed], wanted: frozenset[int]) -> None:
    from reports.text import ranges

    spared = wanted - {one.number for one in chosen}
    if spared:
        click.echo(f"        Nothing that was removed was found in {ranges(spared)}: left as they are.")


def _agreed_to(plan: Plan, chosen: Sequence[Doomed], given: str | None, *, clean: bool) -> bool:
    """Return whether exactly this was confirmed. A mere yes is never enough.

    Raises `GuardError` when another digest was given, `UsageError` when nobody can be asked.
    """
    from audit.deletion import set_digest

    verb = "redacted" if clean else "deleted"
    fits = set_digest(plan, chosen, verb)
    objects = len({one.ref for one in chosen})
    of_what = "1 object" if objects == 1 else f"{objects} objects"
    what = f"old version of {of_what} is" if len(chosen) == 1 else f"old versions of {of_what} are"
    click.echo(f"{len(chosen):>6}  {what} {verb} for good.")
    click.echo(
        "        Nothing brings back what is gone." + ("" if clean else " The remaining versions are numbered anew.")
    )
    if given is not None:
        if given.strip().lower() == fits:
            return True
        raise GuardError(
            what="The confirmation is for another list of versions",
            where="--confirm",
            why="the list, or a text in it, has changed, or another plan or objects were meant",
            fix=f"Look at the list above; --confirm {fits} names it. Nothing was changed.",
        )
    if not sys.stdin.isatty():
        raise UsageError(
            what="A confirmation is needed",
            where="standard input",
            why="it is no terminal, so nobody can be asked",
            fix=f"Look at the list above, then add --confirm {fits}. Nothing was changed.",
        )
    typed: str = click.prompt(f"Type {fits} to have them {verb}", default="", show_default=False, err=True)
    return typed.strip().lower() == fits
