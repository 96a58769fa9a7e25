"""The loopback interface: the only one on which this tool ever listens."""

from __future__ import annotations

import socket
from typing import Final

HOST: Final = "127.0.0.1"


def listener(port: int = 0) -> socket.socket:
    """Return a listening socket on loopback; port 0 takes a free one. Raises OSError when the port is taken."""
    # The protocol is named because asyncio sets TCP_NODELAY only where it sees it: 0.6 ms a request instead of 44.
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((HOST, port))
    except OSError:
        server.close()
        raise
    server.listen(128)
    return server
