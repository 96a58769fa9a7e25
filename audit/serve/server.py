"""The server itself: loopback only, silent, gone with Ctrl-C; and how a browser finds it without telling others."""

from __future__ import annotations

import contextlib
import html
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from audit.files import write_whole

GRACE_S: Final = 1
"""For answers that are on their way when the server is told to end."""


END_S: Final = 9
"""For the thread of a server to end, beyond that."""


def server_for(app: ASGIApp) -> uvicorn.Server:
    """Return a server without a log of its own: an address may hold the token, an error the title of a page."""
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    return uvicorn.Server(config)


def serve(app: ASGIApp, connection: socket.socket) -> None:
    """Serve until Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt):
        server_for(app).run(sockets=[connection])


@contextmanager
def beside(app: ASGIApp, connection: socket.socket) -> Iterator[None]:
    """Serve in a thread while the block runs. Who is being answered at its end is still answered."""
    server = server_for(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [connection]}, name="server", daemon=True)
    thread.start()  # the socket listens already: whoever connects before the server is up waits in its queue
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(GRACE_S + END_S)
        connection.close()


@contextmanager
def signpost(folder: Path, address: str) -> Iterator[Path]:
    """Yield a private file that leads a browser to `address`, there as long as the block runs.

    Everybody on the machine can read the arguments of a browser that is started; they cannot read this file.
    """
    path = folder / f".open-{secrets.token_hex(8)}.html"
    target = html.escape(address)
    page = (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f'<meta http-equiv="refresh" content="0; url={target}"><title>confluence-gdpr</title>'
        f'<p><a href="{target}">Go on</a></p></html>'
    )
    write_whole(path, page.encode(), force=False)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
