"""`confluence-gdpr publish assets`: evidence attached to an object of JSM Assets."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, confirmed, execute, now, setup_options, warn
from audit.cli.publishing import desk, named_files, note, progress
from audit.cli.writing import Bench

if TYPE_CHECKING:
    from audit.auth import Place
    from audit.config import Config
    from audit.http import Api
    from audit.publish.assets import Attaching
    from audit.publish.sent import Sent
    from audit.publish.steps import Progress, Steps
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
    if link_again and not resume:
        raise UsageError(
            what="--link-again is for a call that was interrupted",
            where="--link-again",
            fix="Give it together with --resume.",
        )
    with desk(setup, run_id, writes=not dry_run) as at:
        _check(at.config)
        chosen, steps = named_files(files), Steps.open(at.path, object_id)
        require_resumed(steps, chosen, resume=resume)
        words = comment or f"confluence-gdpr run {at.path.name}"
        shape = form or ("gateway" if at.config.through_gateway else "direct")

        async def work(stop: asyncio.Event) -> None:
            async with setup.api(at.config) as site:
                steps.workspace = await workspace_of(site, assets_workspace or steps.workspace)
                place = await assets_place(site, at.config, steps.workspace, shape)
                call = _Call(at, setup, place, steps, chosen, words, link_again=link_again)
                try:
                    await call.run(stop, dry_run=dry_run, yes=yes)
                finally:
                    if not dry_run:
                        note(at, exchanged(PURPOSE, site, ()))

        execute(work, cancel=False)


def _check(config: Config) -> None:
    """Raise `ConfigError` for credentials that the service of Assets does not take."""
    from audit.errors import ConfigError

    if config.auth_kind != "basic":
        raise ConfigError(
            what="Assets takes an e-mail address with an API token only",
            where="`auth`",
            why=f"the credentials are {config.auth_kind}",
            fix="Set `email` and `token` of a person who may edit the object. Nothing was sent.",
        )


class _Call:
    """One call of the command: files for one object, over two connections with credentials of their own."""

    def __init__(
        self,
        at: Bench,
        setup: Setup,
        place: Place,
        steps: Steps,
        files: tuple[LocalFile, ...],
        comment: str,
        *,
        link_again: bool,
    ) -> None:
        from audit.connections import connector

        self.at, self.place, self.steps, self.files, self.comment = at, place, steps, files, comment
        self.link_again = link_again
        self._connect = connector(
            at.config, now=now, sleep=asyncio.sleep, random=random.random, on_event=setup.on_event()
        )

    async def run(self, stop: asyncio.Event, *, dry_run: bool, yes: bool) -> None:
        """Show what is to be sent, and send it. What went where is noted in any case."""
        from audit.publish.assets import attach_all, look_again
        from audit.publish.sent import exchanged

        service = self._connect(self.place, self.at.config.auth)
        try:
            async with service:
                gone = await look_again(service, self.steps, self.files)
                self._show(gone)
                if _go_on(dry_run=dry_run, yes=yes, count=len(self.files)):
                    await attach_all(self._attaching(service), self.files, self._told, stop.is_set)
        finally:
            if not dry_run:
                note(self.at, exchanged(PURPOSE, service, ()))

    def _attaching(self, service: Api) -> Attaching:
        from audit.publish.assets import Attaching
        from audit.publish.opening import media_place

        return Attaching(
            assets=service,
            media=self._connect,
            allowed=partial(media_place, self.at.config),
            steps=self.steps,
            comment=self.comment,
            on_closed=self._closed,
            progress=progress,
            link_again=self.link_again,
        )

    def _closed(self, media: Api, sent: Sent | None) -> None:
        from audit.publish.sent import exchanged

        note(self.at, exchanged(MEDIA_PURPOSE, media, () if sent is None else (sent,)))
        if sent is not None:
            click.echo(f"sent {sent.line}")

    def _told(self, file: LocalFile, done: bool) -> None:  # noqa: FBT001 - what `attach_all` calls
        click.echo(f"{'attached' if done else 'attached before'}: {file.shown} to object {self.steps.object_id}")

    def _show(self, gone: tuple[LocalFile, ...]) -> None:
        """Write what is to be sent, and where to."""
        click.echo(f"Object {self.steps.object_id} of Assets at {self.place.api_base}")
        todo = [_todo(self.steps.of(file)) for file in self.files]
        for how, file in zip(todo, self.files, strict=True):
            click.echo(f"{how:>9}  {file.shown}, {file.size_bytes} bytes, {file.media_type}, {file.sha256}")
        for file in gone:
            warn(f"{file.shown} was attached by an earlier call and is not attached any more: it is sent anew.")
        if "send" in todo:
            click.echo(f"The bytes go to {self.at.config.media}, and to no other host.")


def _todo(state: Progress) -> str:
    """Return what is left to do about a file, as it is shown."""
    if state.step.value == "linked":
        return "attached"
    return "link" if state.media_id else "send"


def _go_on(*, dry_run: bool, yes: bool, count: int) -> bool:
    """Return whether anything is to be written."""
    if dry_run:
        click.echo("Nothing was written: this is a dry run.", err=True)
        return False
    agreed = confirmed(f"Attach {count} files?", yes=yes)
    if not agreed:
        click.echo("Nothing was written.", err=True)
    return agreed
