"""Options that say who is who, for commands that resolve people, and what they print of the routes."""

from __future__ import annotations

import functools
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

from audit.cli.common import Setup, now, warn
from audit.errors import UsageError

if TYPE_CHECKING:
    from audit.cli.writing import Bench
    from audit.http import Api
    from audit.identity.directory import Directory
    from audit.identity.known import Known
    from reports.evidence import HostFacts

P = ParamSpec("P")
T = TypeVar("T")

MAPPING = "CSV with the columns username,user_key,email,account_id"
encoding_option = click.option("--encoding", help="Encoding of the CSV where it is not Unicode, for example cp1252.")


@dataclass(frozen=True, slots=True)
class People:
    """The options."""

    mappings: tuple[Path, ...]
    encoding: str | None
    backups: tuple[Path, ...]
    witness: bool
    local: bool

    @property
    def files(self) -> tuple[Path, ...]:
        """Return every file or folder that is read."""
        return (*self.mappings, *self.backups)

    def read(self) -> Known:
        """Return what the files say. Raises `MappingError`, and `UsageError` when there is no route to any account."""
        from audit.identity.known import read_known
        from audit.identity.opening import stamped

        if self.local and not self.files:
            raise UsageError(
                what="There is no route to an account",
                where="--local",
                why="no site may be asked, and no file says who is who",
                fix="Name a mapping with --mapping or a backup with --backup, or leave --local away.",
            )
        self._check()
        known = read_known(self.mappings, self.backups, self.encoding, stamped(now))
        for text in known.mapping.unusable if known.mapping else ():
            warn(text)
        for backup in known.backups:
            if not backup.rows:
                warn(f"{', '.join(backup.files)}: nobody is named there. Is it the export of a site?")
            if backup.implausible:
                warn(f"{', '.join(backup.files)}: {backup.implausible} account ids cannot be one; they are left out.")
        return known

    def _check(self) -> None:
        """Raise `UsageError` for options that do not go together."""
        if self.local and self.witness:
            raise UsageError(
                what="--witness asks sites about people, and --local asks none",
                where="--witness",
                fix="Leave one of them away.",
            )
        if self.encoding and not self.mappings:
            raise UsageError(
                what="--encoding is about the file of --mapping, and none is given",
                where="--encoding",
                fix="Name the file with --mapping, or leave --encoding away.",
            )

    @asynccontextmanager
    async def directory(self, setup: Setup, at: Bench, api: Api, known: Known) -> AsyncIterator[Directory]:
        """Open all routes, with --local those of files; what sites say is kept in the run.

        `api` is the audited site: it is asked for the states of accounts with --local as well, for nobody must be
        mapped blindly. Its Jira, fifty identifiers a call, bears witness about whom the files know.
        """
        import asyncio

        from audit.identity.directory import Directory
        from audit.identity.jira import JiraUsers
        from audit.identity.opening import opened
        from audit.identity.provenance import added_up
        from audit.identity.register import load_register
        from audit.identity.states import states_of

        known.require_accounts(others=bool(at.config.sources.organisation) and not self.local)
        register = load_register(at.path, at.vault)
        policy, ledgers = at.config.identity, known.ledgers()
        states = functools.partial(states_of, api)
        if self.local:
            yield Directory(ledgers, states=states, policy=policy)
            return
        async with opened(
            at.config, api, now=now, sleep=asyncio.sleep, random=random.random, on_event=setup.on_event()
        ) as others:

            def contacted() -> tuple[HostFacts, ...]:
                return added_up((*register.hosts, *others.hosts()))

            yield Directory(
                ledgers,
                others.routes,
                states=states,
                policy=policy,
                register=register,
                witness=self.witness,
                witnesses=(JiraUsers.name,),
                contacted=contacted,
            )
            if register.changed:
                register.hosts = contacted()
                register.save(at.path, at.vault)


def people_options(command: Callable[Concatenate[People, P], T]) -> Callable[P, T]:
    """Add the options; the command receives what they say as its first argument."""

    @click.option(
        "--mapping",
        "mappings",
        type=click.Path(path_type=Path),
        multiple=True,
        help=f"{MAPPING}; may be repeated, joined by e-mail.",
    )
    @encoding_option
    @click.option(
        "--backup",
        "backups",
        type=click.Path(path_type=Path),
        multiple=True,
        help="A backup of the site (zip, folder or entities.xml) that says who is who; may be repeated.",
    )
    @click.option("--witness", is_flag=True, help="Ask every route, not Jira alone, about whom the files know too.")
    @click.option(
        "--local",
        is_flag=True,
        help="Resolve people from --mapping and --backup alone; the audited site tells the states of accounts only.",
    )
    @functools.wraps(command)
    def with_people(*args: P.args, **kwargs: P.kwargs) -> T:
        encoding = kwargs.pop("encoding")
        people = People(
            mappings=_paths(kwargs.pop("mappings")),
            encoding=encoding if isinstance(encoding, str) else None,
            backups=_paths(kwargs.pop("backups")),
            witness=bool(kwargs.pop("witness")),
            local=bool(kwargs.pop("local")),
        )
        return command(people, *args, **kwargs)

    return with_people


def route_lines(directory: Directory) -> list[str]:
    """Return a line for each route: what it was worth, or why it was not asked."""
    lines = []
    for each in directory.route_facts():
        worth = f"{each.resolved} resolved"
        if each.led_on and not each.resolved:
            worth = f"{each.led_on} led to other identifiers"
        if each.unavailable:
            worth = f"not available: {each.unavailable}" if not each.resolved else f"{worth}; then {each.unavailable}"
        elif not each.asked and not each.resolved:
            worth = "not asked, nothing was open for it"
        lines.append(f"{each.name:<13} {worth}")
    if directory.states_unavailable:
        lines.append(f"{'users-bulk':<13} states of accounts not available: {directory.states_unavailable}")
    return lines


def _paths(given: object) -> tuple[Path, ...]:
    return tuple(each for each in given if isinstance(each, Path)) if isinstance(given, tuple) else ()
