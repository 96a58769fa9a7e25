"""What all commands share: options, credentials, the event loop, and how an error reaches a person."""

from __future__ import annotations

import asyncio
import errno
import functools
import os
import random
import signal
import sqlite3
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from audit.errors import GdprError, IncompleteError, Unreachable, UsageError

if TYPE_CHECKING:
    from audit.accepted import Entry
    from audit.attachments.ocr import Ocr
    from audit.config import Config
    from audit.connect.opening import Opener
    from audit.events import OnEvent
    from audit.http import Api
    from audit.settings import Retention
    from audit.sites.cloud.filecontents import Files
    from audit.workspace import Workspace
    from reports.audience import Audience
    from reports.format import Format

P = ParamSpec("P")
T = TypeVar("T")

INCOMPLETE = 3
AUDIENCES = ("public", "internal", "restricted")
"""Levels of `reports.audience`, which is imported when it is needed; a test compares them."""
USUAL_AUDIENCE = "restricted"
"""Of a report that stays with whoever made it, where nobody says for whom it is."""
HANDED_OVER = "internal"
"""Of evidence, which is made to be handed over, where nobody says for whom it is."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The options that every command takes."""

    workspace_path: Path | None
    config_path: Path | None
    verbose: bool

    def config(self, site: str | None = None, *, default_site: str = "") -> Config:
        """Return the configuration: command line, then environment, then file, then keyring.

        `default_site` counts where none of them names a site.
        """
        from audit.config import load, system_keyring

        overrides = {} if site is None else {"site": site}
        fallback = {"CONFLUENCE_GDPR_SITE": default_site} if default_site else {}
        return load({**fallback, **os.environ}, self.config_path, overrides, system_keyring)

    def workspace(self) -> Workspace:
        """Return the folder of runs. Needs no site and no credentials."""
        from audit.bag.keys import system_remove, system_store
        from audit.config import key_wrap, system_keyring, workspace_path
        from audit.workspace import Workspace
        from audit.wrapping import wrapping

        named = key_wrap(os.environ, self.config_path)
        keys = wrapping(named, os.environ, system_keyring, system_store, system_remove)
        return Workspace.open(self.workspace_path or workspace_path(os.environ, self.config_path), keys)

    def audience(self, given: str | None, usual: str = USUAL_AUDIENCE) -> Audience:
        """Return for whom reports are: the option, the environment, the file, then `usual`. Needs no site."""
        from audit.config import audience
        from reports.audience import Audience

        return audience(os.environ, self.config_path, given or "", Audience(usual))

    def language(self, given: str | None = None) -> str:
        """Return the language of reports: the option, then the environment, then the file. Needs no site."""
        from audit.config import language

        return language(os.environ, self.config_path, given or "")

    def retention(self) -> Retention:
        """Return how long each kind of data is kept. Needs no site."""
        from audit.config import retention

        return retention(os.environ, self.config_path)

    def accepted(self, given: Path | None) -> tuple[Entry, ...]:
        """Return the entries of the list of accepted findings: the option, then the environment, then the file."""
        from audit.config import accepted
        from audit.standing import entries_of

        return entries_of(given or accepted(os.environ, self.config_path), self.roles())

    def roles(self) -> frozenset[str]:
        """Return the offices that the configuration names: no person, so that reports show them as they are."""
        from audit.config import roles

        return roles(os.environ, self.config_path)

    def on_event(self) -> OnEvent:
        """Return what listens to events: a log on standard error with --verbose, nothing otherwise."""
        from audit.events import ignore, text_logger

        return text_logger(sys.stderr, now) if self.verbose else ignore

    def opener(self, config: Config) -> Opener:
        """Return what connects with a configuration."""
        from audit.connect.opening import Opener
        from audit.pacing import SystemClock

        return Opener(
            config, clock=SystemClock(now), sleep=asyncio.sleep, random=random.random, on_event=self.on_event()
        )

    @asynccontextmanager
    async def api(self, config: Config) -> AsyncIterator[Api]:
        """Connect to the site of a configuration; the cloud id is asked for first where the gateway needs it.

        An `Unreachable` that passes through here names the host: which one it is may come from a file or a variable.
        """
        from audit.auth import origin

        host = config.site
        try:
            api = await self.opener(config).opened(lambda: self.workspace().path)
            host = origin(api.place.api_base)
            async with api:
                yield api
        except Unreachable as error:
            error.where = f"{host}, {error.where}" if error.where else host
            raise

    @asynccontextmanager
    async def files(self, config: Config, ocr: Ocr | None = None) -> AsyncIterator[Files]:
        """Open what fetches and reads files of the site: nothing is connected or started before the first one."""
        from audit.attachments.contents import Limits
        from audit.attachments.readers import Readers
        from audit.http import Api
        from audit.sites.cloud.filecontents import Files

        limits = Limits(file_bytes=config.limits.answer_bytes)
        signed = self.opener(config).bare(Api, config.media, config.site)
        with Readers(ocr=ocr) as readers:
            async with signed:
                read = functools.partial(readers.read_attachment, limits=limits)
                yield Files(signed, read, limits.file_bytes, lambda: readers.standing)


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def setup_options(command: Callable[Concatenate[Setup, P], T]) -> Callable[P, T]:
    """Add the options that every command takes; the command receives them as its first argument."""

    @click.option(
        "--workspace",
        "workspace_path",
        type=click.Path(path_type=Path),
        help="Folder that holds runs.  [env: CONFLUENCE_GDPR_WORKSPACE]",
    )
    @click.option(
        "--config", "config_path", type=click.Path(path_type=Path), help="TOML file with settings and credentials."
    )
    @click.option("--verbose", "-v", is_flag=True, help="Log every request to standard error: ids and counts only.")
    @click.option("--token", hidden=True, expose_value=False, callback=refuse_token)
    @functools.wraps(command)
    def with_setup(*args: P.args, **kwargs: P.kwargs) -> T:
        setup = Setup(
            _path(kwargs.pop("workspace_path")), _path(kwargs.pop("config_path")), bool(kwargs.pop("verbose"))
        )
        return command(setup, *args, **kwargs)

    return with_setup


def accepted_option(command: Callable[P, T]) -> Callable[P, T]:
    """Add the option that names the list of accepted findings; the command receives it as `accepted_path`."""
    return click.option(
        "--accepted",
        "accepted_path",
        type=click.Path(path_type=Path),
        help="TOML list of findings that somebody accepted: listed, and counted apart.",
    )(command)


def audience_option(command: Callable[P, T], usual: str = USUAL_AUDIENCE) -> Callable[P, T]:
    """Add the option that says for whom reports are; the command receives it as `audience`, None where not given."""
    return click.option(
        "--audience",
        type=click.Choice(AUDIENCES),
        help=f"For whom: counts only, masks without surroundings, or all that is kept.  [default: {usual}]",
    )(command)


def language_option(command: Callable[P, T]) -> Callable[P, T]:
    """Add the option that says in which language reports are; the command receives it as `language`."""
    return click.option(
        "--language",
        metavar="CODE",
        callback=_language,
        help="Language of HTML, PDF, Markdown and XLSX reports: en, de.  [default: en]",
    )(command)


def warn(text: str) -> None:
    """Say on standard error what a person should know about a result that is there all the same."""
    click.echo(f"Note: {text}", err=True)


def _language(_context: click.Context, _option: click.Parameter, code: str | None) -> str | None:
    if code is None:
        return None
    from audit.config import known_language

    return known_language(code)


def _path(value: object) -> Path | None:
    return value if isinstance(value, Path) else None


def refuse_token(_context: click.Context, _option: click.Parameter, value: str | None) -> None:
    """Refuse a token that was given as an option; a callback of click."""
    if value is not None:
        raise _token_refused()


def _token_refused() -> UsageError:
    return UsageError(
        what="A token on the command line is refused",
        where="--token",
        why="everybody on this machine can read it in the list of processes, and the shell keeps it in its history",
        fix=(
            "Put it into the environment (CONFLUENCE_GDPR_TOKEN), the configuration file (mode 600) or the keyring,"
            " and revoke this one."
        ),
    )


def execute(work: Callable[[asyncio.Event], Coroutine[Any, Any, T]], *, cancel: bool = True) -> T:
    """Run one asynchronous piece of work to its end.

    The first Ctrl-C or SIGTERM sets the event that the work is given and, with `cancel`, interrupts it; work that
    writes looks at the event between two writes instead. A second one ends the process at once. Either leaves a state
    that can be resumed.
    """

    async def supervised() -> T:
        stop = asyncio.Event()
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()

        def asked() -> None:
            if stop.is_set():
                os._exit(INCOMPLETE)
            stop.set()
            click.echo("\nStopping; once more ends at once.", err=True)
            if task is not None and cancel:
                task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, asked)
        try:
            return await work(stop)
        except asyncio.CancelledError:
            raise IncompleteError(
                what="Stopped on request",
                fix="What was done is kept: run the command again (an audit with --resume) to go on.",
            ) from None

    return asyncio.run(supervised())


def chosen_formats(text: str, *, least: int = 1) -> dict[str, Format]:
    """Return the report formats that an option names, separated by commas. Raises `UsageError` for any other name."""
    from reports.registry import formats

    known = formats()
    names = dict.fromkeys(name.strip() for name in text.split(",") if name.strip())
    unknown = [name for name in names if name not in known]
    if unknown or len(names) < least:
        raise UsageError(
            what=f"There is no report format {', '.join(unknown) or 'given'}",
            where="--format",
            fix=f"Known are {', '.join(known)}; separate several by commas.",
        )
    return {name: known[name] for name in names}


def confirmed(question: str, *, yes: bool) -> bool:
    """Return whether the user agrees. Without a terminal the answer is taken from --yes alone."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(
            what="A confirmation is needed",
            where="standard input",
            why=f"it is no terminal, so nobody can be asked: {question}",
            fix="Give --yes if you are sure.",
        )
    return click.confirm(question, err=True)


def guarded(command: Callable[[], object]) -> int:
    """Run a command and return its exit code; every error becomes one paragraph on standard error."""
    try:
        result = command()
    except BrokenPipeError:
        # Whoever read the output has seen enough, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except click.NoSuchOption as error:
        if error.option_name.startswith("--tok") or "token" in error.option_name:
            click.echo(f"Error: {_token_refused()}", err=True)
        else:
            if error.possibilities:  # what is hidden is not suggested either
                error.possibilities[:] = [one for one in error.possibilities if one != "--token"]
            error.show()
        return UsageError.exit_code
    except click.ClickException as error:
        error.show()
        return UsageError.exit_code
    except Exception as error:  # noqa: BLE001 - the outermost handler: nothing may print values
        code, text = explained(error)
        click.echo(text, err=True)
        return code
    return result if isinstance(result, int) else 0


def explained(error: BaseException) -> tuple[int, str]:
    """Return the exit code and the paragraph for an error, without anything that may hold contents of a page."""
    match error:
        case GdprError():
            return error.exit_code, f"Error: {error}"
        case click.exceptions.Abort():
            return INCOMPLETE, "Stopped; nothing was done."
        case OSError():
            return UsageError.exit_code, f"Error: {_system(error)}"
        case sqlite3.OperationalError() if "disk" in str(error):
            return UsageError.exit_code, f"Error: {_system(OSError(errno.ENOSPC, str(error), 'the workspace'))}"
        case _:
            return INCOMPLETE, f"Error: {_unforeseen(error)}"


def _system(error: OSError) -> str:
    place = f" ({error.filename})" if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return (
            f"The disk is full{place}. What was finished before is kept. Free some space and run the same command"
            " again; an audit goes on with --resume."
        )
    if error.errno == errno.EIO:
        return (
            f"The disk did not take what was written{place}: input/output error. What was finished before is kept. Look"
            " at the disk, then run the same command again; where the file stays unreadable, restore it from a backup."
        )
    if error.errno == errno.EROFS:
        return f"The file system is read-only{place}. Name a folder on another one with --workspace or --out."
    return (
        f"The system refused{place}: {error.strerror or type(error).__name__}. Check that the path exists and that you"
        " may use it, then run the command again."
    )


def _unforeseen(error: BaseException) -> str:
    """Return a description of a defect without its message, which may hold contents of a page."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
    return (
        f"A defect of this tool stopped the command: {type(error).__name__} at {place}. Its details are left out"
        " because they may hold personal data. What was stored is kept. Please report this line with the output of"
        " `confluence-gdpr --version`."
    )
