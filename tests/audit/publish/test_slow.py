"""A media service that takes its time, and one that stops taking: by a clock that only the pieces of a file move."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from audit.errors import Ambiguous
from audit.http import Limits
from audit.publish.steps import Step
from audit.uploads import PIECE_BYTES, local_file
from tests.audit.net import FakeTime
from tests.audit.publish.objects import Office, office

pytestmark = pytest.mark.anyio
PIECES = 40


@dataclass
class Peer(httpx.AsyncBaseTransport):
    """A peer that takes each piece of a body after some seconds; longer than the time-out for silence it may not be."""

    beyond: httpx.AsyncBaseTransport
    time: FakeTime
    piece_s: float
    pieces: int = 0
    timeouts: list[dict[str, float | None]] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.timeouts.append(request.extensions["timeout"])
        taken = b""
        assert isinstance(request.stream, httpx.AsyncByteStream)
        async for piece in request.stream:
            self.pieces += 1
            if self.piece_s > request.extensions["timeout"]["write"]:
                raise httpx.WriteTimeout("silence")
            self.time.seconds += self.piece_s
            taken += piece
        whole = httpx.Request(request.method, request.url, headers=request.headers, content=taken)
        return await self.beyond.handle_async_request(whole)


@pytest.fixture
def at(tmp_path: Path) -> Office:
    made = office(tmp_path)
    (tmp_path / "bag.zip").write_bytes(bytes(PIECES * PIECE_BYTES))
    made.files = (local_file(tmp_path / "bag.zip"),)
    return made


def behind(at: Office, piece_s: float) -> Peer:
    peer = Peer(httpx.ASGITransport(app=at.sandbox.media), FakeTime(), piece_s)
    at.network = lambda: peer
    return peer


async def test_a_slow_peer_gets_the_whole_file_however_long_it_takes(at: Office) -> None:
    limits = Limits()
    peer = behind(at, limits.stall_timeout_s - 1)
    began_s = peer.time.seconds
    await at.attach()
    assert peer.pieces == PIECES + 2
    assert peer.time.seconds - began_s > 10 * limits.deadline_s
    (timeouts,) = peer.timeouts
    assert (timeouts["write"], timeouts["read"]) == (limits.stall_timeout_s, limits.deadline_s)
    assert (at.how_far(), len(at.uploads)) == ([Step.LINKED], 1)


async def test_a_peer_that_stops_taking_ends_the_call_and_resume_goes_on(at: Office) -> None:
    peer = behind(at, Limits().stall_timeout_s + 1)
    with pytest.raises(Ambiguous, match="--resume sends") as caught:
        await at.attach()
    assert "stopped taking" in str(caught.value)
    assert (peer.pieces, len(peer.timeouts)) == (1, 1)
    assert (at.how_far(), at.attached) == ([Step.UPLOADING], [])
    behind(at, 1)
    await at.attach()
    assert (at.how_far(), len(at.uploads), len(at.attached)) == ([Step.LINKED], 1, 1)
