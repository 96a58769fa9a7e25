"""`confluence-gdpr publish assets`: evidence attached to an object of JSM Assets."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, confirmed, execute, now, setup_options
from audit.cli.publishing import desk, named_files, note, progress
from audit.cli.writing import Bench
from rules.masking import mask_text

if TYPE_CHECKING:
    from audit.auth import Place
    from audit.http import Api
    from audit.publish.sent import Sent
    from audit.publish.steps import Steps
    from audit.uploads import LocalFile

PURPOSE = "publish: objects of Assets"
MEDIA_PURPOSE = "publish: media service of Assets"


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--object", "object_id", required=True, metavar="ID", help="Number of the object, as in its address.")
@click.option("--assets-workspace", default="", metavar="ID", help="Workspace of Assets.  [default: the only one]")
@click.option(
    "--form",
    type=click.Choice(["direct", "gateway"]),
    help="Form of the address.  [default: gateway for tokens with scopes, direct otherwise]",
)
@click.option("--comment", help="Comment of the attachments.  [default: the run they come from]")
@click.option("--run", "run_id", metavar="ID", help="The run that the files are evidence of.  [default: the latest]")
@click.option("--resume", is_flag=True, help="Go on with a call that was interrupted; name the same files.")
@click.option("--link-again", is_flag=True, help="With --resume: you looked, and the file in doubt is not attached.")
@click.option("--dry-run", is_flag=True, help="Only show what would be sent, and where to.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@setup_options
def assets(
    setup: Setup,
    files: tuple[Path, ...],
    object_id: str,
    assets_workspace: str,
    form: str | None,
    comment: str | None,
    run_id: str | None,
    *,
    resume: bool,
    link_again: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Attach FILES to an object of JSM Assets: credentials for the object, upload to the media service, link.

    The token of the media service goes to that host alone, and the API token never goes there. Uploads have no total
    time-out, only one for silence. How far each file has come is kept beside the run, so that --resume goes on from
    there and nothing is attached twice.

    Exits with 4 when a guard refused, 5 when a service did; what is where by then is said.
    """
    from audit.errors import UsageError
    from audit.publish.assets import require_resumed, workspace_of
    from audit.publish.opening import assets_place
    from audit.publish.sent import exchanged
    from audit.publish.steps import Steps

    if not (object_id.isascii() and object_id.isdigit()):
        raise UsageError(
            what="The object is not understood",
            where="--object",
            why="it is no number",
            fix="Give the number in the address of the object: .../object/1042.",
        )
    with desk(setup, run_id, writes=not dry_run) as at:
        chosen, steps = named_files(files), Steps.open(at.path, object_id)
        require_resumed(steps, chosen, resume=resume)
        words = comment or f"confluence-gdpr run {at.path.name}"
        shape = form or ("gateway" if at.config.through_gateway else "direct")

        async def work(stop: asyncio.Event) -> None:
            async with setup.api(at.config) as site:
                steps.workspace = await workspace_of(site, assets_workspace or steps.workspace)
                place = await assets_place(site, at.config, steps.workspace, shape)
                _show(chosen, steps, at.config.media, place.api_base)
                try:
                    if _go_on(dry_run=dry_run, yes=yes, count=len(chosen)):
                        await _attach(at, setup, place, steps, chosen, words, stop, link_again=link_again)
                finally:
                    if not dry_run:
                        note(at, exchanged(PURPOSE, site, ()))

        execute(work, cancel=False)


async def _attach(
    at: Bench,
    setup: Setup,
    place: Place,
    steps: Steps,
    files: tuple[LocalFile, ...],
    comment: str,
    stop: asyncio.Event,
    *,
    link_again: bool,
) -> None:
    """Attach the files, over two connections with credentials of their own. What went where is noted in any case."""
    from audit.publish.assets import Attaching, attach_all
    from audit.publish.opening import connector, media_place
    from audit.publish.sent import exchanged

    connect = connector(at.config, now=now, sleep=asyncio.sleep, random=random.random, on_event=setup.on_event())

    def closed(media: Api, sent: Sent | None) -> None:
        note(at, exchanged(MEDIA_PURPOSE, media, () if sent is None else (sent,)))
        if sent is not None:
            click.echo(f"sent {sent.line}")

    def told(file: LocalFile, done: bool) -> None:  # noqa: FBT001 - what `attach_all` calls
        state = "attached" if done else "attached before"
        click.echo(f"{state}: {mask_text(file.name)} to object {steps.object_id}")

    service = connect(place, at.config.auth)
    try:
        async with service:
            attaching = Attaching(
                assets=service,
                media=connect,
                allowed=partial(media_place, at.config),
                steps=steps,
                comment=comment,
                on_closed=closed,
                progress=progress,
                link_again=link_again,
            )
            await attach_all(attaching, files, told, stop.is_set)
    finally:
        note(at, exchanged(PURPOSE, service, ()))


def _show(files: tuple[LocalFile, ...], steps: Steps, media: str, address: str) -> None:
    """Write what is to be sent, and where to."""
    click.echo(f"Object {steps.object_id} of Assets at {address}")
    for file in files:
        how = "attached" if steps.of(file).step.value == "linked" else "send"
        click.echo(f"{how:>9}  {mask_text(file.name)}, {file.size_bytes} bytes, {file.media_type}, {file.sha256}")
    click.echo(f"The bytes go to {media}, and to no other host.")


def _go_on(*, dry_run: bool, yes: bool, count: int) -> bool:
    """Return whether anything is to be written."""
    if dry_run:
        click.echo("Nothing was written: this is a dry run.", err=True)
        return False
    agreed = confirmed(f"Attach {count} files?", yes=yes)
    if not agreed:
        click.echo("Nothing was written.", err=True)
    return agreed
