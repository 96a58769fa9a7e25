"""`confluence-gdpr login`: the consent of a person to an app (OAuth 2.0, 3LO), given once in the browser."""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, execute, setup_options
from audit.errors import ConfigError

if TYPE_CHECKING:
    import asyncio

    from audit.config import Config
    from audit.connect.grants import Granted, ThreeLegged


@click.command()
@click.argument("site", required=False)
@click.option("--forget", is_flag=True, help="Remove the stored tokens of this app and site instead.")
@setup_options
def login(setup: Setup, site: str | None, *, forget: bool) -> None:
    """Let an app of yours act for you: consent in the browser, then paste the address to which it goes.

    Needs auth = "oauth" with `client_id`, `client_secret` and `callback`, as the developer console shows them. The
    tokens are kept in the workspace, encrypted under the client secret, and renewed by every command that needs them.

    SITE is its address, https://acme.atlassian.net; without it CONFLUENCE_GDPR_SITE counts.
    """
    from audit.connect.consent import code_of, consent_address

    config = setup.config(site)
    auth, grant = _three_legged(config)
    if forget:
        _forget(setup, config, grant)
        return
    state = secrets.token_urlsafe(32)
    address = consent_address(grant, state)
    click.echo("Open this address, choose the site and accept:\n", err=True)
    click.echo(address)
    click.echo("\nThe browser then goes to the callback address of the app. It need not find anything there.", err=True)
    asked = grant.by_code(code_of(_pasted(), grant, state))

    async def work(_stop: asyncio.Event) -> None:
        await setup.opener(config).source(auth, lambda: setup.workspace().path).begin(asked)
        async with setup.api(config):  # asks which sites the grant covers
            return

    execute(work)
    click.echo(f"Logged in at {config.site}. The tokens are in the workspace, encrypted.", err=True)


def _pasted() -> str:
    """Return the address that somebody pastes, or a line of the standard input where that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    # Not shown: the address holds a code, and terminals keep what they have shown.
    given: str = click.prompt("Paste the whole address to which it went (hidden)", hide_input=True, err=True)
    return given


def _three_legged(config: Config) -> tuple[Granted, ThreeLegged]:
    from audit.connect.grants import Granted, ThreeLegged

    if isinstance(config.auth, Granted) and isinstance(config.auth.grant, ThreeLegged):
        return config.auth, config.auth.grant
    raise ConfigError(
        what="Only the grant of a person has a login",
        where="`auth`",
        why=f"the credentials are {config.auth_kind}, and need none",
        fix='Set auth = "oauth" with `client_id`, `client_secret` and `callback`, or go on without a login.',
    )


def _forget(setup: Setup, config: Config, grant: ThreeLegged) -> None:
    from audit.connect.store import TokenStore

    gone = TokenStore(setup.workspace().path, grant, config.site).forget()
    click.echo("The stored tokens are removed." if gone else "No tokens were stored.", err=True)
    click.echo("The grant itself ends at https://id.atlassian.com/manage-profile/apps.", err=True)
