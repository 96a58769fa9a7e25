"""`confluence-gdpr keys`: what the keys of the workspace lie under."""

from __future__ import annotations

import click

from audit.cli.common import Setup, setup_options, warn
from audit.errors import UsageError, WorkspaceError

NOT_ALL = 3
"""Exit code where a key stays as it is."""


@click.group()
def keys() -> None:
    """Wrap the keys of the workspace: see `key_wrap` in the configuration."""


@keys.command()
@click.pass_context
@setup_options
def wrap(setup: Setup, context: click.Context) -> None:
    """Put keys that were made before under what `key_wrap` names: a passphrase, or a key in the keyring.

    What was encrypted or keyed with them stays as it is and goes on to work. Nobody may use the workspace meanwhile.
    It can be repeated, also after it was interrupted: a key that lies under it already is left alone. Exits with 3
    when a key could not be wrapped.
    """
    from audit.config import ENVIRONMENT
    from audit.wrapping import Wrap

    workspace = setup.workspace()
    under = workspace.wrap
    if under is Wrap.FILE:
        raise UsageError(
            what="Nothing says what keys are to lie under",
            where=f"`key_wrap` in the configuration file or {ENVIRONMENT['key_wrap']}",
            fix='Set it to "passphrase" or "keyring" first.',
        )
    before, wrapped, damaged, count = workspace.ring_entries(), 0, 0, 0
    for name, done in workspace.wrap_keys():
        count += 1
        if isinstance(done, WorkspaceError):
            damaged += 1
            warn(f"{name} stays as it is. {done}")
        elif done:
            wrapped += 1
            click.echo(f"{name}: wrapped ({under.value})")
    for entry, gone in workspace.forget_entries(before):
        click.echo(f"wrapping key {entry}: {'removed from the keyring' if gone else 'not removed, see below'}")
        if not gone:
            warn(workspace.left_in_keyring(entry))
    click.echo(f"{wrapped} of {count} keys wrapped now, {count - wrapped - damaged} lie under it already")
    if wrapped:
        click.echo("Copies from before, in backups and snapshots, still hold the keys as they were.", err=True)
    context.exit(NOT_ALL if damaged else 0)
