"""`confluence-gdpr serve`: runs, reports and the review of plans in a browser on this machine."""

from __future__ import annotations

import getpass
import os
import signal
import sys
import threading
import time
import webbrowser
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import (
    Setup,
    accepted_option,
    audience_option,
    chosen_formats,
    explained,
    language_option,
    setup_options,
)
from audit.cli.plan_review import reviewed_place, write_review
from audit.cli.readers import Readers
from audit.cli.writing import check_places, render_to
from audit.errors import UsageError

if TYPE_CHECKING:
    from audit.plan_file import Plan
    from audit.review import Verdicts
    from audit.serve.desk import Write
    from audit.serve.gate import Gate, Secrets
    from audit.serve.pages import Source
    from reports.evidence import Purpose
    from reports.format import Format

MISSING = "starlette or uvicorn"
PLAN = Path("plan.json")
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


@click.command()
@click.argument("plans", metavar="[PLAN]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default="a free one", help="Port on 127.0.0.1.")
@click.option("--open/--no-open", "opened", default=None, help="Start the browser.  [default: where there is a screen]")
@click.option("--format", "formats", default="html,pdf", show_default=True, help="Reports written beside a new plan.")
@accepted_option
@audience_option
@language_option
@setup_options
def serve(
    setup: Setup,
    plans: tuple[Path, ...],
    port: int,
    formats: str,
    accepted_path: Path | None,
    audience: str | None,
    language: str | None,
    *,
    opened: bool | None,
) -> None:
    """Show the workspace in a browser on this machine until Ctrl-C: runs, their trend and reports, plans to review.

    PLAN is plan.json where that is in the current folder and none is named. Each action of a plan is accepted or
    declined; what is left is written beside it as `plan review` writes it. Nothing else is written.

    The address that is printed holds a secret: whoever has it sees what you see. It is answered on 127.0.0.1 only.
    """
    try:
        import starlette  # noqa: F401 - only whether it is there
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise UsageError(
            what="The workspace cannot be served",
            where="this installation",
            why=f"{MISSING} is not installed",
            fix="Install the extra: pipx install 'confluence-gdpr[serve]'.",
        ) from error
    from audit.loopback import HOST, listener
    from audit.plan_file import read_any_plan
    from audit.serve.gate import Secrets
    from audit.serve.pages import first_address
    from audit.serve.server import serve as run
    from audit.serve.server import signpost

    forms, folder = chosen_formats(formats, least=0), setup.workspace().path
    readers = Readers.of(setup, audience, language, accepted_path)
    for file in plans:
        read_any_plan(file)  # a name that was typed wrongly is told now, not in the browser
    try:
        connection = listener(port)
    except OSError as error:
        raise UsageError(
            what="The workspace cannot be served",
            where=f"port {port} of {HOST}",
            why=f"the system said: {error.strerror}",
            fix="Leave --port out to take a free one.",
        ) from error
    secrets, authority = Secrets(), f"{HOST}:{connection.getsockname()[1]}"
    app = application(setup, plans or tuple(filter(Path.exists, (PLAN,))), forms, readers, secrets, authority)
    click.echo(first_address(authority, secrets))
    click.echo("Open this address in a browser on this machine, and give it to nobody. Ctrl-C ends it.", err=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        stack.callback(connection.close)
        if opened or (opened is None and _has_screen()):
            post = stack.enter_context(signpost(folder, first_address(authority, secrets)))
            # Beside us: some browsers are waited for, and this one would wait for us.
            threading.Thread(target=webbrowser.open, args=(post.as_uri(),), daemon=True).start()
        run(app, connection)


def application(
    setup: Setup,
    plans: Sequence[Path],
    forms: Mapping[str, Format],
    readers: Readers,
    secrets: Secrets,
    authority: str,
) -> Gate:
    """Return the application that shows the workspace to whoever knows `secrets`, served as `authority`."""
    from audit.serve.desk import Desk
    from audit.serve.gate import Gate
    from audit.serve.pages import Pages

    desk = Desk(plans, reviewed_place, _writer(setup, forms, readers), _failed)
    source = _source(setup, readers)
    pages = Pages(source, desk, secrets)
    listen = setup.on_event()
    return Gate(pages.starlette(), secrets, authority, pages.welcome, listen, time.monotonic, source.language)


def _has_screen() -> bool:
    """Return whether a browser would open a window: in a terminal alone it would take the terminal over."""
    return sys.platform == "darwin" or any(os.environ.get(name) for name in SCREENS)


def _source(setup: Setup, readers: Readers) -> Source:
    from audit.cli.common import warn
    from audit.evidence import latest_evidence
    from audit.listing import listed
    from audit.rendering import rendered
    from audit.run import RunStore
    from audit.serve.pages import Source
    from audit.serve.shown import page_of
    from audit.standing import AcceptedCounts
    from reports.language import language
    from reports.registry import formats
    from rules.registry import load

    workspace = setup.workspace()
    speech, accepted = language(readers.language), AcceptedCounts(readers.accepted, workspace.key())

    def report(run_id: str, purpose: Purpose) -> bytes:
        path = workspace.run_path(run_id)
        with workspace.using(path), RunStore.reading(path / "run.db") as store:
            evidence = readers.see(latest_evidence(store, load(), purpose), workspace.key())
        return rendered(formats()["html"], evidence, warn)

    return Source(
        lambda: page_of(listed(workspace, accepted), speech),
        report,
        lambda error: explained(error)[1].removeprefix("Error: "),
        getpass.getuser(),
        _failed,
        speech,
    )


def _failed(what: str, error: BaseException) -> None:
    """Say on the terminal, in one line, that something could not be made; an error's own words may hold contents."""
    click.echo(
        f"Error: {what} could not be made: {type(error).__name__}. {explained(error)[1].removeprefix('Error: ')}",
        err=True,
    )


def _require_free(targets: Iterable[Path]) -> None:
    """Raise `UsageError` when reports are left whose plan is gone: no form offers to replace them."""
    left = [path.name for path in targets if path.exists()]
    if left:
        raise UsageError(
            what="Reports of an earlier review are there already",
            where=", ".join(left),
            why="their plan is not",
            fix="Move or delete them, then send the form again. Nothing was written.",
        )


def _writer(setup: Setup, forms: Mapping[str, Format], readers: Readers) -> Write:
    from audit.serve.desk import Job

    def write(file: Path, plan: Plan, verdicts: Verdicts, force: bool) -> list[Job]:  # noqa: FBT001 - called by the desk
        place = reviewed_place(file)
        targets = {place.with_suffix(form.suffix): form for form in forms.values()}
        _require_free([] if force else targets)
        check_places(place, forms, keep=(file,), force=force)
        _, evidence = write_review(setup, plan, verdicts, place, readers, force=force)
        if forms:
            click.echo("Its reports are being made; Ctrl-C waits for them.", err=True)
        return [Job(at.name, partial(render_to, at, evidence, form, force=force)) for at, form in targets.items()]

    return write
