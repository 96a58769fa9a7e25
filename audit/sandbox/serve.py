"""Serves a sandbox on loopback: in a thread for tests, or until Ctrl-C for people."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from audit.loopback import HOST, listener

if TYPE_CHECKING:
    import uvicorn

    from audit.sandbox.gate import Gate


def server_for(app: Gate) -> uvicorn.Server:
    """Return a server whose connections the faults of a sandbox can cut."""
    import uvicorn
    from uvicorn.protocols.http.h11_impl import H11Protocol

    transports = app.transports

    class Cuttable(H11Protocol):
        """Remembers its transport while it is open, with RST as the way to close in a fault."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            """Note an open connection."""
            super().connection_made(transport)
            self.address = tuple(transport.get_extra_info("peername"))[:2]
            transports[self.address] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            """Forget a closed connection."""
            transports.pop(self.address, None)
            super().connection_lost(exc)

    config = uvicorn.Config(
        app, http=Cuttable, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    return uvicorn.Server(config)


def reset(transport: asyncio.Transport) -> None:
    """Cut a connection with RST, as a crashed proxy does."""
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


@contextmanager
def serving(app: Gate, door: socket.socket | None = None) -> Iterator[str]:
    """Serve in a thread while the block runs, and yield the origin: `http://127.0.0.1:<port>`.

    `door` is a listening socket that stays open after the block, for one site after the other at one address.
    """
    server = server_for(app)
    connection = door.dup() if door else listener()

    thread = threading.Thread(target=server.run, kwargs={"sockets": [connection]}, name="sandbox", daemon=True)
    thread.start()  # the socket listens already: whoever connects before the server is up waits in its queue
    try:
        yield f"http://{HOST}:{connection.getsockname()[1]}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(10)
        connection.close()


def serve(app: Gate, connection: socket.socket) -> None:
    """Serve until Ctrl-C."""
    import contextlib

    with contextlib.suppress(KeyboardInterrupt):
        server_for(app).run(sockets=[connection])
