"""TLS handshakes that are cut short: the connection below is closed at once, and not when it is collected some day.

httpcore closes a connection whose handshake fails, and forgets the one whose handshake is cancelled. It reports both
through the `trace` extension of a request, which is where the connection can still be reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

_CONNECTED: Final = "connect_tcp.complete"
_FAILED: Final = "start_tls.failed"


class _Stream(Protocol):
    async def aclose(self) -> None: ...


def followed(timeout: Mapping[str, float]) -> dict[str, Any]:
    """Return what the transport is told of one request: how long each step may take, and who follows its handshake."""
    return {"timeout": dict(timeout), "trace": Handshakes().follow}


class Handshakes:
    """Follows the connections of one request. `follow` goes into its extensions as `trace`."""

    def __init__(self) -> None:
        self._stream: _Stream | None = None

    async def follow(self, event: str, facts: Mapping[str, Any]) -> None:
        """Take note of a connection that was made, and close it when its handshake did not come to its end."""
        if event.endswith(_CONNECTED):
            self._stream = facts["return_value"]
        elif event.endswith(_FAILED) and self._stream is not None:
            stream, self._stream = self._stream, None
            await stream.aclose()
