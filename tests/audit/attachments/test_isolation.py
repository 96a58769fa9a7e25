"""The process that reads: whatever it does costs the file only, and nothing leaves it but its answer."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from audit.attachments.contents import LIMITS, Contents, Failed, Limits, Piece, Skipped, Texts
from audit.attachments.readers import Readers
from audit.attachments.standing import Standing
from rules.model import Kind

SHORT = replace(LIMITS, cpu_s=1, wall_s=20)
linux = pytest.mark.skipif(sys.platform != "linux", reason="macOS has no such limit")


@pytest.fixture(scope="module")
def wild() -> Iterator[Readers]:
    with Readers(2, "tests.audit.attachments.wild") as readers:
        yield readers


def said(readers: Readers, deed: str, data: str = "") -> str:
    found = readers.read(deed, "", data.encode())
    assert isinstance(found, Texts), found
    return found.pieces[0].text.decode()


@pytest.mark.parametrize(
    ("deed", "limits", "reason"),
    [
        ("spin", SHORT, "it took more than 1 s of computing time"),
        ("sleep", replace(LIMITS, wall_s=0.2), "it took more than 0.2 s"),
        pytest.param("grow", replace(LIMITS, memory_mib=200), "it needed more than 200 MiB of memory", marks=linux),
        ("crash", LIMITS, "its reader crashed with signal 11"),
        ("leave", LIMITS, "its reader ended with exit code 7"),
        ("raise", LIMITS, "its reader failed with LookupError"),
        (
            "talk",
            replace(LIMITS, text_bytes=1 << 20, pieces=1, members=1),
            f"its reader answered more than {(1 << 20) + 256 * 1002:,} bytes",
        ),
    ],
)
def test_a_reader_that_misbehaves_costs_its_file_only(wild: Readers, deed: str, limits: Limits, reason: str) -> None:
    assert wild.read(deed, "", b"canary", limits) == Failed(reason)
    assert said(wild, "echo", "next") == "next"


@pytest.mark.parametrize("deed", ["write", "open"])
def test_nothing_is_written(wild: Readers, deed: str, tmp_path: Path) -> None:
    assert said(wild, deed, str(tmp_path / "x")) == "Forbidden"
    assert list(tmp_path.iterdir()) == []


def test_what_a_library_writes_by_itself_stays_empty(wild: Readers, tmp_path: Path) -> None:
    said(wild, "write natively", str(tmp_path / "x"))
    assert [each.stat().st_size for each in tmp_path.iterdir()] in ([], [0])


def test_files_of_ours_are_not_read_and_not_removed(wild: Readers, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("secret", encoding="utf-8")
    assert [said(wild, deed, str(tmp_path / "x")) for deed in ("read", "remove")] == ["Forbidden", "Forbidden"]
    assert (tmp_path / "x").exists()


@pytest.mark.parametrize("deed", ["run", "system", "keep"])
def test_no_program_is_started_and_no_temporary_file_made(wild: Readers, deed: str) -> None:
    assert said(wild, deed) in {"Forbidden", "FileNotFoundError"}


def test_the_network_is_out_of_reach(wild: Readers) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        port = str(server.getsockname()[1])
        assert said(wild, "connect", port) == "Forbidden"
        assert said(wild, "resolve", "acme.example") == "Forbidden"
        if wild.standing is not None and wild.standing & (Standing.NETWORK | Standing.CALLS):
            assert isinstance(wild.read("connect natively", "", port.encode()), Failed)
            with pytest.raises(TimeoutError):
                server.accept()


def test_a_reader_gets_no_credentials(wild: Readers) -> None:
    assert set(said(wild, "variables").split()) <= {"PATH", "HOME", "LD_LIBRARY_PATH", "LC_ALL", "TZ", "PYTHONPATH"}


def test_files_are_read_side_by_side_and_after_another() -> None:
    async def both(readers: Readers) -> list[Contents]:
        return await asyncio.gather(
            *(readers.read_attachment("a.txt", "text/plain", f"file {number}".encode()) for number in range(5))
        )

    with Readers(2) as readers:
        found = asyncio.run(both(readers))
    assert found == [Texts((Piece("content", b"file %d" % number, Kind.TEXT),)) for number in range(5)]


def test_a_file_over_the_limit_is_skipped_without_a_process() -> None:
    with Readers(1) as readers:
        assert readers.read("a.txt", "", b"1234", replace(LIMITS, file_bytes=3)) == Skipped("larger than 3 bytes")
        assert readers.standing is None


def test_this_process_does_not_grow_with_what_its_readers_do(wild: Readers) -> None:
    for _ in range(2):
        wild.read("talk", "", b"", replace(LIMITS, text_bytes=1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(3):
        wild.read("talk", "", b"", replace(LIMITS, text_bytes=1 << 20))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 << 10


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc, to count what is open")
def test_nothing_stays_open_and_no_process_stays_after_many_files_crashes_and_kills() -> None:
    def held(readers: Readers) -> tuple[int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), len(readers._running)

    with Readers(1, "tests.audit.attachments.wild") as readers:
        said(readers, "echo")
        before = held(readers)
        for number in range(150):
            deed = ("echo", "crash", "leave", "raise", "socket natively")[number % 5]
            if number % 50 == 49:
                (warm,) = readers._running
                os.kill(warm._process.pid, 9)
            readers.read(deed, "", b"")
        assert said(readers, "echo", "last") == "last"
        assert held(readers) == before
    assert held(readers) == (before[0] - 1, 0)


def test_a_process_that_is_ended_from_outside_is_started_anew() -> None:
    with Readers(1, "tests.audit.attachments.wild") as readers, ThreadPoolExecutor() as pool:
        assert said(readers, "echo", "one") == "one"
        (warm,) = readers._running
        os.kill(warm._process.pid, 9)
        assert readers.read("echo", "", b"two") == Failed("the process that reads files ended before it answered")
        assert said(readers, "echo", "three") == "three"
        waiting = pool.submit(readers.read, "sleep", "", b"")
        readers.close()
        assert waiting.result(10) == Failed("the process that reads files ended before it answered")
        assert readers._running == set()
