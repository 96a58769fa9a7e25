"""`confluence-gdpr app modules`: the modules that a Connect app registers while it is installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from audit.cli.common import Setup, execute, setup_options

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Sequence

    from audit.connect.modules import DynamicModules, Module, ModuleFile

T = TypeVar("T")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_site_option = click.option(
    "--site", metavar="SITE", help="Address of the site where the app is installed.  [env: CONFLUENCE_GDPR_SITE]"
)
_form_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)


@click.group()
def modules() -> None:
    """List, register and remove the dynamic modules of a Connect app at one site.

    The site takes these calls from the app only: auth = "connect", with `app_key` and `shared_secret` of the
    installation there. Experimental, says the site's own document; Connect ends on 2027-01-31.
    """


@modules.command(name="list")
@_site_option
@_form_option
@setup_options
def list_modules(setup: Setup, site: str | None, form: str) -> None:
    """List what the app has registered at the site."""

    async def work(client: DynamicModules) -> tuple[Module, ...]:
        return await client.listed()

    _show(_called(setup, site, work), form)


@modules.command()
@click.argument("file", type=_FILE)
@click.option("--descriptor", type=_FILE, help="atlassian-connect.json of the app: no key of it may stand in FILE.")
@click.option("--dry-run", is_flag=True, help="Check, and ask the site what is registered; send nothing.")
@_site_option
@_form_option
@setup_options
def register(setup: Setup, file: Path, descriptor: Path | None, site: str | None, form: str, *, dry_run: bool) -> None:
    """Register the modules of FILE, written as under `modules` in the descriptor: {"webItems": [...]}.

    They are checked first: keys that are missing, stand twice, belong to the descriptor or are registered already;
    more modules than a site takes; addresses that ask for usernames or user keys. One fault and nothing is sent.

    Exits with 0 when the site shows all of them afterwards, 4 when a check fails, 5 when the site refuses.
    """
    from audit.connect.modules import declared_keys, read_modules

    wanted = read_modules(file.read_bytes(), file.name)
    declared = declared_keys(descriptor.read_bytes(), descriptor.name) if descriptor else frozenset()
    _check(wanted, declared, ())

    async def work(client: DynamicModules) -> tuple[Module, ...]:
        there = await client.listed()
        _check(wanted, declared, there)
        return there if dry_run else await client.register(wanted)

    now = _called(setup, site, work)
    count = f"{len(wanted.each)} {'module' if len(wanted.each) == 1 else 'modules'}"
    click.echo(f"{count} would be registered; nothing was sent." if dry_run else f"{count} registered.", err=True)
    _show(now, form)


@modules.command()
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@click.option("--dry-run", is_flag=True, help="Ask the site what is registered, and say what would go; remove nothing.")
@_site_option
@_form_option
@setup_options
def remove(setup: Setup, keys: tuple[str, ...], site: str | None, form: str, *, dry_run: bool) -> None:
    """Remove the modules with these keys. The site passes over keys that it does not know; they are named here."""

    async def work(client: DynamicModules) -> tuple[tuple[Module, ...], tuple[Module, ...]]:
        there = await client.listed()
        return there, (there if dry_run else await client.remove(keys))

    before, now = _called(setup, site, work)
    known = {each.key for each in before}
    for key in keys:
        if key not in known:
            click.echo(f"{key}: the app has registered no such module there.", err=True)
    count = len(known & set(keys))
    click.echo(f"{count} would be removed; nothing was sent." if dry_run else f"{count} removed.", err=True)
    _show(now, form)


def _called(setup: Setup, site: str | None, work: Callable[[DynamicModules], Awaitable[T]]) -> T:
    from audit.connect.modules import DynamicModules

    config = setup.config(site)

    async def connected(_stop: asyncio.Event) -> T:
        async with setup.api(config) as api:
            return await work(DynamicModules(api))

    return execute(connected)


def _check(wanted: ModuleFile, declared: frozenset[str], there: Sequence[Module]) -> None:
    """Raise `GuardError` naming everything that keeps the modules from being sent."""
    from audit.connect.modules import problems
    from audit.errors import GuardError

    found = problems(wanted, declared, there)
    if found:
        raise GuardError(
            what="The modules were not sent", where=wanted.name, why="; ".join(found), fix="Mend the file, then again."
        )


def _show(found: Sequence[Module], form: str) -> None:
    if form == "json":
        click.echo(json.dumps([{"type": each.type, "key": each.key} for each in found], indent=2))
        return
    for each in found:
        click.echo(f"{each.type or '-':<28} {each.key or '-'}")
    if not found:
        click.echo("The app has registered no modules there.", err=True)
