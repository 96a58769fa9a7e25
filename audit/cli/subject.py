"""`confluence-gdpr subject`: all that a site holds about one person."""

from __future__ import annotations

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
    import asyncio
    from collections.abc import Iterator

    from audit.person import Person
    from audit.subjectrun import SubjectRun
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
@click.option("--space", "spaces", multiple=True, metavar="KEY", help="Only this space; repeat for more.")
@click.option("--quick", is_flag=True, help="Leave out what costs one request for each object; it is told as not read.")
@click.option("--audit-log", is_flag=True, help="Also look into the audit log, as administrator.")
@click.option("--same-person", is_flag=True, help="Go on where the site has other data for the account, and say so.")
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
    spaces: tuple[str, ...],
    out: Path | None,
    language: str | None,
    *,
    quick: bool,
    audit_log: bool,
    same_person: bool,
    force: bool,
) -> None:
    """List all that a site holds about one person: for answers under Articles 15, 17 and 20 of the GDPR.

    The site is read anew: what the person wrote, where they are mentioned or named, have tasks, rights or
    restrictions, what they watch and like, properties, files and older versions. Nothing is written to it.

    Options stand in the list of processes, where others on this machine can read them: use --person FILE, --person -
    or no identifier at all, and be asked. What was typed is kept in memory only; results show masks. The more
    identifiers there are the more is found: an account id leads to mentions and rights, the site adds name and address
    where it shows them. Where it shows another address or name than the one that was typed, the identifiers may be
    those of two people, and nothing is read without --same-person.

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
    one = replace(
        _read(setup, site, somebody, spaces, quick=quick, audit_log=audit_log, differing=same_person),
        language=setup.language(language),
    )
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
    spaces: tuple[str, ...],
    *,
    quick: bool,
    audit_log: bool,
    differing: bool,
) -> Dossier:
    """Read the site into a run that is removed afterwards, and return the dossier."""
    from audit.cli.audit import progress
    from audit.errors import UsageError
    from audit.knowing import knowledge_of
    from audit.sites.cloud.options import DEEP
    from audit.sites.cloud.site import CloudSite, Wanted
    from audit.subject import BESIDE, Inquiry, kept
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
    workspace, knowledge = setup.workspace(), knowledge_of(config)
    with _passing(setup) as store:

        async def work(_stop: asyncio.Event) -> Dossier:
            async with setup.api(config) as api, setup.files(config) as files:
                with progress(setup.verbose) as show:
                    return await Inquiry(
                        CloudSite(api, config.site, wanted, files), api, store, knowledge, somebody, workspace.key(),
                        wanted.spaces, config.site, tool_version(), now, show, setup.on_event(), differing,
                    ).run()  # fmt: skip

        found = execute(work)
        hashes = frozenset(each.hmac for each in (*found.asked, *found.added))
        return replace(found, kept=tuple(kept(workspace, hashes, {store.path.parent.name})))


@contextmanager
def _passing(setup: Setup) -> Iterator[SubjectRun]:
    """Hold a run for as long as the dossier is made, and remove it whatever happens."""
    from audit.subjectrun import SubjectRun

    workspace = setup.workspace()
    path = workspace.new_run(now())
    with workspace.working(path):
        try:
            with SubjectRun(path / "run.db") as store:
                yield store
        finally:
            shutil.rmtree(path)


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
