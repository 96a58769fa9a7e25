"""`confluence-gdpr watch`: events of the site have what changed looked at again, and a run stays up to date."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from audit.cli.audit import begun_for, options_shown
from audit.cli.common import INCOMPLETE, Setup, execute, explained, now, setup_options
from audit.errors import GuardError, SiteError, Throttled, UsageError, WorkspaceError

if TYPE_CHECKING:
    from audit.config import Config
    from audit.connect.installation import InstallationStore
    from audit.identity.ledger import Row
    from audit.sites.cloud.units import Wanted
    from audit.watch.kept import WatchedRun
    from audit.watch.queue import Queue
    from audit.watch.receiver import Receiver
    from audit.watch.worker import Done, Source, Worker
    from audit.workspace import Workspace

APP_KEY: Final = "confluence-gdpr-watch"
PAUSE_S: Final = 60.0
"""Before what could not be read is tried again, unless an event arrives first."""


@click.command()
@click.option(
    "--base-url",
    metavar="URL",
    help="Where the site reaches us, through your reverse proxy: https://hooks.acme.example/gdpr",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8970, show_default=True, help="Port on 127.0.0.1.")
@click.option("--run", "run_id", metavar="ID", help="The run that is kept up to date.  [default: the latest]")
@click.option("--once", is_flag=True, help="Receive nothing: work off what waits, then end.")
@click.option(
    "--queue", "most", type=click.IntRange(1), default=10_000, show_default=True, help="Most objects that wait."
)
@click.option("--app-key", metavar="KEY", default=APP_KEY, show_default=True, help="Key of the app in its descriptor.")
@click.option(
    "--known", "known_path", type=click.Path(path_type=Path), help="The CSV of people that the audit was made with."
)
@setup_options
@click.pass_context
def watch(
    context: click.Context,
    setup: Setup,
    base_url: str | None,
    port: int,
    run_id: str | None,
    most: int,
    app_key: str,
    known_path: Path | None,
    *,
    once: bool,
) -> None:
    """Receive events of the site until Ctrl-C and look again at what they name; nothing is written to the site.

    A page, comment, file or list of permissions that changed is read again from the site, and what is found takes the
    place of what the run held of it. Events about users are judged as they arrive. An event is believed only when the
    site signed it, and answered before anything is read; ids wait in a queue on the disk.

    It listens on 127.0.0.1 only. A reverse proxy has to terminate TLS and to pass paths on as they are. Install the app
    at the site from URL/atlassian-connect.json.

    With --once it exits with 0 when everything was read, 3 when something still waits.
    """
    config, workspace = setup.config(), setup.workspace()
    path = workspace.run_path(run_id)
    base = None if once else _base(base_url)
    with ExitStack() as held:
        held.enter_context(workspace.using(path))
        held.enter_context(_alone(workspace, config.site))
        desk = Desk(setup, config, workspace, path, most, known_path)
        queue = held.enter_context(desk.queue())
        worker = desk.worker(queue)
        worker.check()
        if base is None:
            left = execute(lambda _stop: worker.work_off())
            click.echo(f"{left} objects wait." if left else "Nothing waits any more.", err=True)
            context.exit(INCOMPLETE if left else 0)
        _serve(desk, worker, base, port, app_key)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the parts of one watch are made from."""

    setup: Setup
    config: Config
    workspace: Workspace
    path: Path
    """Of the run."""
    most: int
    known_path: Path | None

    def queue(self) -> Queue:
        """Return the queue of the site, opened once more."""
        from audit.watch.queue import Queue

        return Queue.of(self.workspace.path, self.config.site, self.most)

    def installed(self) -> InstallationStore:
        """Return where the secret of the installation is kept."""
        from audit.connect.installation import InstallationStore
        from audit.watch.queue import FOLDER, name_of

        file = self.workspace.path / FOLDER / f"{name_of(self.config.site)}.sealed"
        return InstallationStore(file, self.workspace.key())

    def worker(self, queue: Queue) -> Worker:
        """Return what works the queue off. Raises as the workspace and the configuration do."""
        from audit.auditing import Conditions
        from audit.identity.csv import read_mapping
        from audit.knowing import NAMES, RECOGNISER, knowledge_of, told_to_rules
        from audit.recogniser import again
        from audit.version import tool_version
        from audit.watch.worker import Worker

        key = self.workspace.key()
        mapping = read_mapping(self.known_path) if self.known_path else None
        known = mapping.identifiers() if mapping else frozenset()
        said = self._said()
        off = {NAMES: said[NAMES]} if NAMES in said else {}
        model = {RECOGNISER: said[RECOGNISER]} if RECOGNISER in said else {}
        knowledge = knowledge_of(self.config, known)
        context = again(said[RECOGNISER]).told(knowledge.context) if model else knowledge.context
        wanted = self._wanted()
        options = options_shown(wanted) | told_to_rules(known, self.config, key) | off | model
        rows = None if off else mapping.people if mapping else ()
        conditions = Conditions(self.path.name, self.config.site, self.config.auth.kind, tool_version(), options)
        return Worker(
            queue, self._run, partial(self._source, wanted, rows), conditions, knowledge.rules, key, context,
            now, self.setup.on_event(), _told,
        )  # fmt: skip

    def receiver(self, queue: Queue, base_url: str, app_key: str, arrived: Callable[[], None]) -> Receiver:
        """Return what answers the site."""
        from audit.watch.judging import EventJudge
        from audit.watch.receiver import Receiver
        from rules.registry import load

        judge = EventJudge(load(), self.workspace.key())
        key = partial(self._public_key, queue)
        return Receiver(base_url, self.config.site, app_key, queue, self.installed(), key, judge, now, arrived)

    @contextmanager
    def _run(self) -> Iterator[WatchedRun]:
        from audit.watch.kept import WatchedRun

        with self.workspace.working(self.path), WatchedRun(self.path / "run.db") as store:
            yield store

    @asynccontextmanager
    async def _source(self, wanted: Wanted, rows: Sequence[Row] | None) -> AsyncIterator[Source]:
        """Connect to the site. `rows` are people who may have left; None: names are not looked for."""
        from audit.people import Names, unnamed
        from audit.sites.cloud.site import CloudSite, caller
        from audit.watch.worker import Source

        async with self.setup.api(self.config) as api:
            names = unnamed if rows is None else Names(api, rows)
            yield Source(CloudSite(api, self.config.site, wanted), await caller(api), names)

    async def _public_key(self, queue: Queue, key_id: str) -> bytes:
        import os

        from audit.config import install_keys
        from audit.connect.keys import InstallKeys
        from audit.identity.opening import host_facts

        base = install_keys(os.environ, self.setup.config_path)
        async with self.setup.opener(self.config).bare(InstallKeys, base) as host:
            try:
                return await host.pem(key_id)
            finally:
                queue.contacted(host_facts("public keys of installations", host))

    def _said(self) -> dict[str, str]:
        """Return the options of the run."""
        from audit.run import RunStore

        with RunStore.reading(self.path / "run.db") as store:
            said: dict[str, str] = json.loads(store.get("options", "{}"))
        return said

    def _wanted(self) -> Wanted:
        """Return what the run was begun for."""
        from audit.run import RunStore
        from audit.sites.cloud.units import Wanted

        with RunStore.reading(self.path / "run.db") as store:
            return begun_for(store, self.workspace.vault(self.path), Wanted(), self.config.site)


def _serve(desk: Desk, worker: Worker, base_url: str, port: int, app_key: str) -> None:
    """Receive and work off until somebody stops it."""
    try:
        import uvicorn  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise UsageError(
            what="Events cannot be received",
            where="this installation",
            why="starlette or uvicorn is not installed",
            fix="Install the extra: pipx install 'confluence-gdpr[server]'.",
        ) from error
    from audit.loopback import HOST, listener
    from audit.serve.server import beside
    from audit.watch.receiver import DESCRIPTOR

    try:
        connection = listener(port)
    except OSError as error:
        raise UsageError(
            what="Events cannot be received",
            where=f"port {port} of {HOST}",
            why=f"the system said: {error.strerror}",
            fix="Name another one with --port.",
        ) from error

    async def work(stop: asyncio.Event) -> None:
        loop, wake = asyncio.get_running_loop(), asyncio.Event()
        with desk.queue() as queue:
            receiver = desk.receiver(queue, base_url, app_key, lambda: _signal(loop, wake))
            with beside(receiver, connection):
                click.echo(f"http://{HOST}:{connection.getsockname()[1]}{urlsplit(base_url).path}")
                click.echo(f"Install the app from {base_url}{DESCRIPTOR}. Ctrl-C ends it.", err=True)
                try:
                    await _keep_on(worker, wake)
                except asyncio.CancelledError:
                    if not stop.is_set():
                        raise

    execute(work)


def _signal(loop: asyncio.AbstractEventLoop, wake: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the loop ended a moment ago: what arrived waits on the disk
        loop.call_soon_threadsafe(wake.set)


async def _keep_on(worker: Worker, wake: asyncio.Event) -> None:
    """Work off what waits, then wait for more; what failed is tried again after a while."""
    while True:
        wake.clear()
        try:
            left = await worker.work_off()
        except (SiteError, GuardError, WorkspaceError) as error:
            click.echo(explained(error)[1], err=True)
            # Whatever arrives meanwhile waits as well: the site as a whole did not answer, or the disk took nothing.
            await asyncio.sleep(max(PAUSE_S, error.wait_s or 0) if isinstance(error, Throttled) else PAUSE_S)
            continue
        with suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), PAUSE_S if left else None)


def _told(done: Done) -> None:
    """Print what became of one object: ids, and counts."""
    counted = f", {done.findings} findings" if done.outcome in {"read", "judged"} else ""
    click.echo(f"{now():%Y-%m-%dT%H:%M:%SZ} {done.job.event} {done.job.subject} {done.job.id}: {done.outcome}{counted}")


@contextmanager
def _alone(workspace: Workspace, site: str) -> Iterator[None]:
    """Hold the right to watch a site from this workspace. Raises `GuardError` while another process does."""
    from audit.locks import Busy, locked
    from audit.watch.queue import FOLDER, name_of

    folder = workspace.path / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    with ExitStack() as held:
        try:
            held.enter_context(locked(folder / f"{name_of(site)}.lock", exclusive=True))
        except Busy as error:
            raise GuardError(
                what="Another process watches this site already",
                where=site,
                why=f"it holds the lock: {error.holder or 'unknown'}",
                fix="Stop that one first: events are worked off once.",
            ) from error
        yield


def _base(given: str | None) -> str:
    """Return the address under which the site reaches us, without a slash at its end. Raises `UsageError`."""
    parts = urlsplit((given or "").strip())
    inside = parts.hostname in {"127.0.0.1", "localhost"}
    if (
        not parts.netloc
        or parts.query
        or parts.fragment
        or parts.scheme not in ({"https", "http"} if inside else {"https"})
    ):
        raise UsageError(
            what="The address at which the site reaches us is not set" if not given else "That address cannot be used",
            where="--base-url",
            why="" if not given else "it has to be https, without a query",
            fix="Give the address of your reverse proxy, for example https://hooks.acme.example/gdpr, or --once.",
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
