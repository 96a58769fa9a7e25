"""`confluence-gdpr subject`: all that a site holds about one person."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, execute, language_option, now, setup_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.person import Person
    from audit.subjectaccount import Table
    from audit.subjectrun import SubjectRun
    from audit.workspace import Workspace
    from reports.dossier import Dossier

NOTHING, HELD, INCOMPLETE = 0, 1, 3
FILES = ("dossier.html", "dossier.json")
LARGEST_BYTES = 100_000


@click.command()
@click.argument("site", required=False)
@click.option("--email", "emails", multiple=True, metavar="ADDRESS", help="An e-mail address; may be repeated.")
@click.option("--account-id", "accounts", multiple=True, metavar="ID", help="An Atlassian account id; may be repeated.")
@click.option("--name", "names", multiple=True, metavar="NAME", help="A name, as in a profile; may be repeated.")
@click.option("--username", "usernames", multiple=True, metavar="NAME", help="A username of earlier times.")
@click.option("--user-key", "user_keys", multiple=True, metavar="KEY", help="A user key of earlier times.")
@click.option(
    "--person",
    "person_file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="File with a line for each identifier, `email: ada@acme.example`; - is the standard input.",
)
@click.option(
    "--known",
    "known_path",
    type=click.Path(path_type=Path),
    help="CSV of people, as for plan: it leads from an address or username to the account and the other way round.",
)
@click.option("--space", "spaces", multiple=True, metavar="KEY", help="Only this space; repeat for more.")
@click.option("--quick", is_flag=True, help="Leave out what costs one request for each object; it is told as not read.")
@click.option("--audit-log", is_flag=True, help="Also look into the audit log, as administrator.")
@click.option("--same-person", is_flag=True, help="Go on where the site has other data for the account, and say so.")
@click.option("--resume", is_flag=True, help="Go on with an interrupted dossier: repeat its command and add this.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for dossier.html and dossier.json, mode 0600.")
@click.option("--force", is_flag=True, help="Replace the files of an earlier dossier.")
@language_option
@setup_options
@click.pass_context
def subject(
    context: click.Context,
    setup: Setup,
    site: str | None,
    emails: tuple[str, ...],
    accounts: tuple[str, ...],
    names: tuple[str, ...],
    usernames: tuple[str, ...],
    user_keys: tuple[str, ...],
    person_file: Path | None,
    known_path: Path | None,
    spaces: tuple[str, ...],
    out: Path | None,
    language: str | None,
    *,
    quick: bool,
    audit_log: bool,
    same_person: bool,
    resume: bool,
    force: bool,
) -> None:
    """List all that a site holds about one person: for answers under Articles 15, 17 and 20 of the GDPR.

    The site is read anew: what the person wrote, where they are mentioned or named, have tasks, groups, rights or
    restrictions, what they watch and like, properties, files and older versions. Nothing is written to it.

    Options stand in the list of processes, where others on this machine can read them: use --person FILE, --person -
    or no identifier at all, and be asked. What was typed is kept in memory only; results show masks. The more
    identifiers there are the more is found: an account id leads to mentions and rights, the site adds name and address
    where it shows them. Without an account id it is asked for by the other identifiers: in --known, in Jira, in the
    directory of the organisation where it is configured, and in the addresses that the site shows. Where the site shows
    another address or name than the one that was typed, the identifiers may be those of two people, and nothing is read
    without --same-person.

    Exits with 0 when nothing is held, 1 when something is, 3 when anything in scope could not be read.
    """
    from audit.files import check_target
    from audit.person import person

    given = {"account-id": accounts, "email": emails, "name": names, "username": usernames, "user-key": user_keys}
    lines = _lines(person_file)
    if person_file is None and not any(given.values()) and sys.stdin.isatty():
        given = _asked(given)
    somebody = person(given, lines)
    if out is not None:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in FILES:
            check_target(out / name, force=force)
    found = _read(
        setup,
        site,
        somebody,
        known_path,
        spaces,
        quick=quick,
        audit_log=audit_log,
        differing=same_person,
        resume=resume,
    )
    one = replace(found, language=setup.language(language))
    _show(one, out)
    context.exit(INCOMPLETE if one.incomplete else HELD if one.held else NOTHING)


def _lines(path: Path | None) -> list[str]:
    """Return the lines of the file of identifiers. Raises `UsageError` when it cannot be read."""
    from audit.errors import UsageError

    if path is None:
        return []
    try:
        if path == Path("-"):
            data = sys.stdin.buffer.read(LARGEST_BYTES)
        else:
            with path.open("rb") as stream:
                data = stream.read(LARGEST_BYTES)
        return data.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(
            what="The identifiers cannot be read", where=str(path), why=why or "", fix="Name another file."
        ) from None


def _asked(given: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Ask at the terminal for each kind of identifier; an empty answer names none."""
    click.echo("Several of a kind are separated by semicolons; leave empty what is not known.", err=True)
    answers = {name: click.prompt(name, default="", show_default=False, err=True) for name in given}
    return {
        name: tuple(one.strip() for one in str(answer).split(";") if one.strip()) for name, answer in answers.items()
    }


def _read(
    setup: Setup,
    site: str | None,
    somebody: Person,
    known_path: Path | None,
    spaces: tuple[str, ...],
    *,
    quick: bool,
    audit_log: bool,
    differing: bool,
    resume: bool,
) -> Dossier:
    """Read the site into a run that is removed afterwards, and return the dossier."""
    from random import random

    from audit.cli.audit import progress
    from audit.errors import UsageError
    from audit.identity.opening import opened
    from audit.knowing import knowledge_of
    from audit.sites.cloud.options import DEEP
    from audit.sites.cloud.site import CloudSite, Wanted
    from audit.subject import BESIDE, Inquiry
    from audit.subjectheld import kept
    from audit.version import tool_version

    config = setup.config(site)
    if config.auth.kind == "pat":
        raise UsageError(
            what="Confluence Data Center cannot be read yet",
            where=config.site,
            why="this version reads Confluence Cloud",
            fix="Use an API token with its e-mail address.",
        )
    include = (frozenset() if quick else DEEP - BESIDE) | ({"audit-log"} if audit_log else frozenset())
    wanted = Wanted(spaces or config.spaces, include, config.custom_content_types, people=True)
    workspace, knowledge, table = setup.workspace(), knowledge_of(config), _table(known_path)
    with _passing(setup, resume=resume) as store:

        async def work(_stop: asyncio.Event) -> Dossier:
            async with setup.api(config) as api, setup.files(config) as files:
                others = opened(config, api, now=now, sleep=asyncio.sleep, random=random, on_event=setup.on_event())
                async with others as routes:
                    with progress(setup.verbose) as show:
                        return await Inquiry(
                            CloudSite(api, config.site, wanted, files), api, store, knowledge, somebody,
                            workspace.key(), wanted.spaces, config.site, tool_version(), now, show, setup.on_event(),
                            config.retention, table, routes, differing, quick,
                        ).run()  # fmt: skip

        found = execute(work)
        hashes = frozenset(each.hmac for each in (*found.asked, *(one.subject for one in found.added)))
        return replace(found, kept=tuple(kept(workspace, hashes, {store.path.parent.name})))


def _table(path: Path | None) -> Table:
    """Return the table of people. Raises `MappingError` where it cannot be used."""
    from audit.identity.known import read_known
    from audit.identity.opening import stamped
    from audit.subjectaccount import Table

    known = read_known([path] if path else [], [], None, stamped(now))
    return Table(known.ledgers(), known.mapping.people if known.mapping else ())


@contextmanager
def _passing(setup: Setup, *, resume: bool) -> Iterator[SubjectRun]:
    """Hold a run for as long as the dossier is made. It is kept where something was read and then interrupted."""
    from audit.errors import GdprError
    from audit.subjectrun import SubjectRun

    workspace = setup.workspace()
    path = _interrupted(workspace) if resume else workspace.new_dossier(now())
    with workspace.working(path):
        keep = False
        try:
            with SubjectRun(path / "run.db") as store:
                try:
                    yield store
                except GdprError as error:
                    keep = bool(store.get("started_at_utc"))
                    if keep:
                        error.fix = (
                            f"{error.fix} What was read is kept, as masks and keyed hashes, in the run {path.name}: the"
                            " same command with --resume goes on, `purge --run` destroys it."
                        ).strip()
                    raise
        finally:
            if not keep:
                shutil.rmtree(path)


def _interrupted(workspace: Workspace) -> Path:
    """Return the run of the latest interrupted dossier. Raises `UsageError` where there is none."""
    from audit.errors import UsageError

    path = workspace.dossier()
    if path is None:
        raise UsageError(
            what="There is no interrupted dossier",
            where="--resume",
            why="every dossier of this workspace was made, or nothing was read for it",
            fix="Leave --resume away to begin one.",
        )
    return path


def _show(one: Dossier, out: Path | None) -> None:
    """Print the dossier and write its files."""
    from audit.files import write_whole
    from reports import dossier_html, dossier_json
    from reports.dossier_text import lines

    for line in lines(one):
        click.echo(line)
    if out is None:
        return
    renderers: tuple[Callable[[Dossier], bytes], ...] = (dossier_html.render, dossier_json.render)
    for name, render in zip(FILES, renderers, strict=True):
        write_whole(out / name, render(one), force=True)
        click.echo(f"Written: {out / name}", err=True)
