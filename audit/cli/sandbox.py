"""`sandbox serve`: an invented Confluence site on this machine, to try the tool without touching anybody's pages."""

from __future__ import annotations

from pathlib import Path

import click

from audit.errors import UsageError

MISSING = "starlette, uvicorn or python-multipart"


@click.group()
def sandbox() -> None:
    """Try everything on an invented site that runs on this machine only."""


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default="a free one", help="Port on 127.0.0.1.")
@click.option("--pages", type=click.IntRange(0, 200_000), default=0, help="Grow the site to this many pages.")
@click.option(
    "--seed",
    type=click.Choice(["company", "empty"]),
    default="company",
    show_default=True,
    help="What the site holds: a company of fictional people, or nothing but the people.",
)
@click.option(
    "--account",
    type=click.Choice(["admin", "reader", "editor", "people", "legal"]),
    default="admin",
    show_default=True,
    help="Whose credentials to print.",
)
@click.option(
    "--mapping-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the mapping from retired identifiers to account ids to this CSV file.",
)
@click.option(
    "--legacy-users",
    is_flag=True,
    help="Answer with usernames and user keys, as before the privacy changes; privacyMode=true switches them off."
    " The company then has watches, relations, roles and permissions under user keys, too.",
)
@click.option(
    "--guard-premium", is_flag=True, help="Redact texts where it is asked to, as a site with Atlassian Guard Premium."
)
def serve(
    port: int,
    pages: int,
    seed: str,
    account: str,
    mapping_out: Path | None,
    *,
    legacy_users: bool,
    guard_premium: bool,
) -> None:
    """Serve the site on 127.0.0.1 until Ctrl-C and print the lines that point the tool at it."""
    try:
        import python_multipart  # noqa: F401 - only whether it is there
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise UsageError(
            what="The sandbox cannot be served",
            where="this installation",
            why=f"{MISSING} is not installed",
            fix="Install the extra: pipx install 'confluence-gdpr[sandbox]'.",
        ) from error
    from audit.files import write_whole
    from audit.loopback import HOST, listener
    from audit.sandbox.imported import build_imported
    from audit.sandbox.sandbox import Sandbox, real_time
    from audit.sandbox.seed import build, build_empty
    from audit.sandbox.serve import serve as run
    from audit.sandbox.serve import serving

    try:
        connection = listener(port)
    except OSError as error:
        raise UsageError(
            what="The sandbox cannot be served",
            where=f"port {port} of {HOST}",
            why=f"the system said: {error.strerror}",
            fix="Leave --port out to take a free one.",
        ) from error
    company = build_imported if legacy_users else build
    chosen = company if seed == "company" else build_empty
    site = Sandbox(pages=pages, seed=chosen, legacy_users=legacy_users, clock=real_time)
    site.state.guard_premium = guard_premium
    person = site.accounts[account]
    if mapping_out is not None:
        write_whole(mapping_out, site.mapping_csv().encode(), force=True)
    click.echo(f"export CONFLUENCE_GDPR_SITE=http://{HOST}:{connection.getsockname()[1]}")
    click.echo(f"export CONFLUENCE_GDPR_EMAIL={person.email}")
    click.echo(f"export CONFLUENCE_GDPR_TOKEN={person.token}")
    click.echo("# To ask an organisation's directory and an old Data Center site as well:")
    for name, value in site.routes(f"http://{HOST}:{connection.getsockname()[1]}").items():
        click.echo(f"# export {name}={value}")
    click.echo("Everybody on this site is invented. Ctrl-C ends it, and every change with it.", err=True)
    with serving(site.media) as media:
        site.state.services.media_base = media
        click.echo(f"export CONFLUENCE_GDPR_GATEWAY=http://{HOST}:{connection.getsockname()[1]}")
        click.echo(f"export CONFLUENCE_GDPR_MEDIA={media}")
        run(site.app, connection)
