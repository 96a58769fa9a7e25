"""`confluence-gdpr app accounts`: the duty of every app that keeps personal data of accounts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup, execute, now, setup_options, warn

if TYPE_CHECKING:
    import asyncio

    from audit.config import Config
    from audit.connect.accountstore import AccountStore, Holding
    from audit.connect.cycles import Cycle, Ledger

INCOMPLETE = 3
FOLDER = "app-accounts"
SHOWN = 10
"""Numbers of rows in one message."""


@click.group()
def accounts() -> None:
    """Report the accounts that an app keeps data of, and erase what has to be erased."""


@accounts.command()
@click.option(
    "--store",
    "store_path",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Where the app keeps the data: CSV, JSON or SQLite.",
)
@click.option("--table", default="", help="Table of a database, or member of a JSON object that holds the rows.")
@click.option("--account", default="accountId", show_default=True, help="Column with the account id.")
@click.option(
    "--updated", default="updatedAt", show_default=True, help="Column with the time at which the data were read."
)
@click.option("--personal", multiple=True, required=True, help="Column with personal data; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Say what is due; ask nobody, change nothing.")
@setup_options
def report(
    setup: Setup,
    store_path: Path,
    table: str,
    account: str,
    updated: str,
    personal: tuple[str, ...],
    *,
    dry_run: bool,
) -> None:
    """Report the accounts in a store to Atlassian, 90 at a time, and carry the answers out in it.

    Of a closed account all rows are removed. Of an updated one the personal columns and the time are emptied: read
    the data anew when they are needed. An account is reported once in a cycle (seven days, or what the answers say),
    so that the command may be run as often as one likes; after an interruption it goes on where it stopped.

    What was reported is known by app, store and table: another store with the same accounts is reported on its own. A
    row that a constraint of its table holds fast is named, and all others are changed.

    Needs auth = "connect", "oauth" or "service-account". The evidence of each cycle is a file in the workspace: counts,
    times and keyed hashes.

    Exits with 0 when everything that was due was reported, 3 when something is left.
    """
    from audit.connect.accountstore import Layout, open_store
    from audit.connect.cycles import Ledger

    store = open_store(store_path, Layout(account, updated, personal, table))
    held = store.held()
    config = setup.config(None)
    _check(config)
    workspace = setup.workspace()
    folder = workspace.path / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    ledger = Ledger(folder / "ledger.db", workspace.key(), (*_app(config), str(store_path.resolve()), table, account))
    if dry_run:
        _say_due(held, len(ledger.due(held.accounts, now())))
        return
    _report(setup, config, folder, store, ledger)


def _say_due(held: Holding, due: int) -> None:
    from audit.connect.reporting import BATCH

    click.echo(
        f"{len(held.accounts)} accounts, {due} due; requests: {-(-due // BATCH)}. Nothing was sent and nothing changed."
    )
    _say_left_out(held.nameless, held.strange)


def _say_left_out(nameless: int, strange: tuple[int, ...]) -> None:
    """Write which rows nobody is told about."""
    if nameless:
        warn(f"{nameless} rows hold personal data and no account id: nobody tells you when these have to be erased.")
    if strange:
        rows = ", ".join(map(str, strange[:SHOWN])) + (f" and {len(strange) - SHOWN} more" if strange[SHOWN:] else "")
        warn(f"left out, because their account id is none: row {rows}. Mend them, then run the same command.")


def _report(setup: Setup, config: Config, folder: Path, store: AccountStore, ledger: Ledger) -> None:
    from audit.connect.cycles import run
    from audit.connect.reporting import AccountReports
    from audit.errors import GuardError
    from audit.files import write_whole
    from audit.locks import Busy, locked
    from audit.version import tool_version

    path = folder / f"cycle-{now():%Y%m%dT%H%M%S%fZ}.json"
    tool = f"confluence-gdpr {tool_version()}"

    def keep(cycle: Cycle) -> None:
        write_whole(path, cycle.encoded(config.gateway, config.auth_kind, tool), force=True)

    async def work(stop: asyncio.Event) -> Cycle:
        opener = setup.opener(config)
        async with await opener.beside(AccountReports, config.gateway, lambda: setup.workspace().path) as reports:
            return await run(store, ledger, reports, now, keep, stop.is_set)

    try:
        with locked(folder / "lock", exclusive=True):
            cycle = execute(work, cancel=False)
    except Busy as busy:
        raise GuardError(
            what="Another process reports accounts now", where=str(folder), why=busy.holder, fix="Wait until it ends."
        ) from None
    _say(cycle, path)


def _app(config: Config) -> tuple[str, str]:
    """Return what tells the app from others: its kind of credentials, and its key or client id."""
    from audit.connect.grants import Granted

    auth = config.auth
    return auth.kind, auth.grant.client_id if isinstance(auth, Granted) else auth.account_hint


def _check(config: Config) -> None:
    """Raise `ConfigError` for credentials that are not those of an app."""
    from audit.errors import ConfigError

    if config.auth_kind not in {"connect", "oauth", "service-account"}:
        raise ConfigError(
            what="Only an app reports accounts",
            where="`auth`",
            why=f"the credentials are {config.auth_kind}, and name no app",
            fix='Set auth = "connect", "oauth" or "service-account" with the credentials of the app.',
        )


def _say(cycle: Cycle, path: Path) -> None:
    done = [batch for batch in cycle.batches if batch.carried_out]
    erased = sum(len(set(one.erased) - set(one.kept)) for one in done)
    emptied = sum(len(set(one.emptied) - set(one.kept)) for one in done)
    click.echo(
        f"{cycle.accounts} accounts, {cycle.due} due, {cycle.reported} reported; {erased} erased, {emptied} emptied to"
        " be read anew."
    )
    click.echo(f"Evidence: {path}", err=True)
    _say_left_out(cycle.nameless, cycle.strange)
    for why in cycle.kept:
        warn(f"not changed in the store, {why}. Let the table take it, or change the row by hand, then run again.")
    if cycle.stopped:
        click.echo(f"It stopped: {cycle.stopped.rstrip('.')}. The same command goes on from there.", err=True)
    if not cycle.complete:
        click.get_current_context().exit(INCOMPLETE)
