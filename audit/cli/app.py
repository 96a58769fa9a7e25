"""`confluence-gdpr app`: what the vendor of an app does. Each `app_NAME.py` beside this file is the subcommand NAME."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Final

import click

import audit.cli

PREFIX: Final = "app_"


class AppGroup(click.Group):
    """A group whose subcommands are the modules `app_*` of this package, imported when they are called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the alphabet."""
        names = (found.name for found in pkgutil.iter_modules(audit.cli.__path__))
        return sorted(name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a subcommand, imported now."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = getattr(import_module(f"audit.cli.{PREFIX}{cmd_name}"), cmd_name)
        return command


@click.group(cls=AppGroup)
def app() -> None:
    """For vendors of apps: check an app, report the accounts it keeps data of, register its modules at a site."""
