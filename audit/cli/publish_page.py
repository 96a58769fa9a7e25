"""`confluence-gdpr publish page`: a restricted page with a summary of the run, and its reports attached."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, audience_option, confirmed, execute, language_option, setup_options, warn
from audit.cli.publishing import desk, named_files, note, progress, reports_of
from audit.cli.writing import Bench

if TYPE_CHECKING:
    from audit.publish.page import Found, Published, Wanted
    from audit.uploads import LocalFile
    from reports.audience import Audience

PURPOSE = "publish: page, restrictions and attachments"


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--space", required=True, metavar="KEY", help="Key of the space that the page is in.")
@click.option("--title", required=True, help="Title of the page. One that this tool wrote gets a new version.")
@click.option(
    "--restrict-to",
    "readers",
    multiple=True,
    metavar="WHO",
    help="user:ACCOUNT-ID or group:NAME that may read it, repeatable.  [default: you alone]",
)
@click.option("--parent", default="", metavar="ID", help="Page above a new one.  [default: the home page of the space]")
@click.option("--run", "run_id", metavar="ID", help="The run to publish.  [default: the latest]")
@click.option("--replace", "over", is_flag=True, help="Write over a page of that title that somebody else edited.")
@click.option("--dry-run", is_flag=True, help="Only show what would be sent, and where to.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@audience_option
@language_option
@setup_options
def page(
    setup: Setup,
    files: tuple[Path, ...],
    space: str,
    title: str,
    readers: tuple[str, ...],
    parent: str,
    run_id: str | None,
    audience: str | None,
    language: str | None,
    *,
    over: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Write a page with the summary of a run and attach FILES to it: reports, or the zip file of an evidence package.

    Without FILES it is what `report` wrote for the run. The page is made empty and seen by you alone, then restricted
    to the accounts and groups you name; that is read back before the first byte is sent, and where it fails nothing is
    published. What is there already is not sent again: the same command a second time changes nothing.

    Exits with 4 when a guard refused, 5 when the site did; what was published by then is said.
    """
    with desk(setup, run_id, writes=not dry_run) as at:
        chosen = named_files(files or reports_of(at.path))
        wanted = _wanted(at, setup, chosen, space=space, title=title, audience=audience, language=language)
        wanted = replace(wanted, readers=readers, parent=parent, replace=over)

        async def work(_stop: asyncio.Event) -> None:
            await _publish(at, setup, wanted, setup.audience(audience), dry_run=dry_run, yes=yes)

        execute(work)


def _wanted(
    at: Bench,
    setup: Setup,
    files: tuple[LocalFile, ...],
    *,
    space: str,
    title: str,
    audience: str | None,
    language: str | None,
) -> Wanted:
    """Return what is to be published of a run, its summary rendered."""
    from audit.evidence import latest_evidence
    from audit.publish.page import Wanted
    from audit.standing import with_accepted
    from reports.audience import seen_by
    from reports.published import PublishedFile, page_body

    facts = latest_evidence(at.store, at.rules, rehearsed=True)
    facts = seen_by(with_accepted(facts, setup.accepted(None), at.key), setup.audience(audience))
    shown = tuple(PublishedFile(one.name, one.size_bytes, one.sha256) for one in files)
    body = page_body(replace(facts, language=setup.language(language)), shown)
    return Wanted(at.config.site, space, title, at.path.name, files, body)


async def _publish(at: Bench, setup: Setup, wanted: Wanted, level: Audience, *, dry_run: bool, yes: bool) -> None:
    from audit.publish.page import look, publish
    from audit.publish.sent import Sent, exchanged

    sent: list[Sent] = []
    async with setup.api(at.config) as api:
        try:
            found = await look(api, wanted)
            _show(wanted, found, level)
            if dry_run:
                click.echo("Nothing was written: this is a dry run.", err=True)
                return
            if not confirmed(f"Publish this on {wanted.site}?", yes=yes):
                click.echo("Nothing was written.", err=True)
                return
            done = await publish(api, wanted, found, sent.append, progress)
        finally:
            if not dry_run:
                note(at, exchanged(PURPOSE, api, sent))
    _tell(wanted, done)


def _show(wanted: Wanted, found: Found, level: Audience) -> None:
    """Write what is to be sent, where to, and who will read it."""
    from rules.masking import mask_text

    state = "is to be made" if found.page is None else f"is there: page {found.page.id}"
    click.echo(f"Page in space {mask_text(wanted.space)} on {wanted.site}: {state}")
    people, groups = len(found.readers.read.users), len(found.readers.read.groups)
    known = ", as it is" if found.closed else ""
    click.echo(f"Readers: {people} accounts (you among them) and {groups} groups{known}")
    waiting = found.waiting(wanted)
    for file in wanted.files:
        how = "send" if file in waiting else "unchanged"
        click.echo(f"{how:>9}  {file.shown}, {file.size_bytes} bytes, {file.media_type}, {file.sha256}")
    click.echo(f"{'unchanged' if found.is_written(wanted) else 'write':>9}  text of the page")
    if groups and level.value != "public":
        warn(
            f"the summary is for {level.value} readers: everybody in these groups will read it and the files, and"
            " whoever joins them later. --audience of `report` says what the files show."
        )


def _tell(wanted: Wanted, done: Published) -> None:
    """Write what stands on the site now, and which bytes went there."""
    what = "made" if done.made else "written" if done.written else "unchanged"
    click.echo(f"page {done.page_id}: {what}, version {done.version}, restricted and read back")
    click.echo(f"{wanted.site}/wiki/pages/viewpage.action?pageId={done.page_id}")
    for one in done.sent:
        click.echo(f"sent {one.line}")
    click.echo(f"{len(done.files) - len(done.sent)} files were there already", err=True)
