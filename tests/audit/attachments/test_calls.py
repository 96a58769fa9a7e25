"""A reader that a hostile file has taken over finds a kernel that refuses: it goes by none of our own refusals."""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.attachments import calls
from audit.attachments.contents import Failed
from audit.attachments.readers import Readers
from audit.attachments.standing import Standing
from tests.audit.attachments.test_isolation import said

REFUSED = Failed("its reader failed with PermissionError")
INSTRUCTION = struct.Struct("HBBI")
PROCESS = 4711
X86, ARM = (calls.ARCHITECTURES[name] for name in ("x86_64", "aarch64"))
ALLOWED, PERMISSION, UNKNOWN = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
X86_ONLY = {"open": 2, "fork": 57, "vfork": 58, "creat": 85, "unlink": 87, "rename": 82, "mkdir": 83, "link": 86}
BOTH = {
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "sendto": (44, 206),
    "sendmsg": (46, 211), "recvmsg": (47, 212), "clone": (56, 220), "execve": (59, 221), "execveat": (322, 281),
    "ptrace": (101, 117), "kill": (62, 129), "process_vm_writev": (311, 271), "io_uring_setup": (425, 425),
    "clone3": (435, 435), "openat2": (437, 437), "pidfd_getfd": (438, 438), "memfd_create": (319, 279),
    "unlinkat": (263, 35), "renameat2": (316, 276), "mount": (165, 40), "unshare": (272, 97), "prctl": (157, 167),
    "setitimer": (38, 103), "shmget": (29, 194), "mq_open": (240, 180), "keyctl": (250, 219), "bpf": (321, 280),
}  # fmt: skip


@pytest.fixture(scope="module")
def wild() -> Iterator[Readers]:
    with Readers(1, "tests.audit.attachments.wild") as readers:
        assert said(readers, "echo", "ready") == "ready"
        if readers.standing is None or Standing.CALLS not in readers.standing:
            pytest.skip("this system does not filter system calls")
        yield readers


@pytest.mark.parametrize("deed", ["socket", "socketpair", "execv", "fork", "kill", "ptrace", "memfd_create", "timer"])
def test_a_reader_that_calls_the_kernel_itself_is_refused_and_the_file_has_failed(wild: Readers, deed: str) -> None:
    assert wild.read(f"{deed} natively", "", b"canary") == REFUSED
    assert said(wild, "echo", "next") == "next"


def test_no_file_is_made_changed_or_taken_away(wild: Readers, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(b"as it was")
    for deed, path in (("create", tmp_path / "new"), ("change", kept), ("cut", kept), ("unlink", kept)):
        assert wild.read(f"{deed} natively", "", str(path).encode()) == REFUSED
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("kept", b"as it was")]


def answer(
    of: calls.Architecture, number: int, *arguments: int, architecture: int | None = None, code: bytes = b""
) -> int:
    """Return what the filter answers to a call, run as the kernel runs it."""
    given = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<IIQ6Q", number, of.number if architecture is None else architecture, 0, *given)
    steps = list(INSTRUCTION.iter_unpack(code or calls.program(of, PROCESS)))
    at, held = 0, 0
    while True:
        operation, so, otherwise, value = steps[at]
        at += 1
        match operation:
            case 0x20:
                (held,) = struct.unpack_from("<I", data, value)
            case 0x54:
                held &= value
            case 0x15:
                at += so if held == value else otherwise
            case 0x25:
                at += so if held > value else otherwise
            case 0x06:
                return int(value)
            case _:
                raise AssertionError(operation)


@pytest.mark.parametrize("of", [X86, ARM])
def test_the_filter_refuses_what_talks_starts_or_writes_on_both_architectures(of: calls.Architecture) -> None:
    numbers = {name: found[of.column] for name, found in BOTH.items()} | (X86_ONLY if of is X86 else {})
    writing = {"open": (0, os.O_CREAT | os.O_WRONLY)}
    assert {name: answer(of, number, *writing.get(name, ())) for name, number in numbers.items()} == dict.fromkeys(
        numbers, PERMISSION
    )


@pytest.mark.parametrize("of", [X86, ARM])
def test_files_are_opened_for_reading_only(of: calls.Architecture) -> None:
    number = calls.table(of, "openat 257 56")["openat"]
    for flags in (os.O_RDONLY, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY):
        assert answer(of, number, 0, 1, flags) == ALLOWED
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, 0o20000000 | os.O_RDWR):
        assert answer(of, number, 0, 1, flags) == PERMISSION


@pytest.mark.parametrize("of", [X86, ARM])
def test_a_reader_may_end_itself_and_nobody_else_and_only_look_at_descriptors(of: calls.Architecture) -> None:
    number = calls.table(of, "tgkill 234 131 / fcntl 72 25 / ioctl 16 29")
    assert [answer(of, number["tgkill"], process, 1, 6) for process in (PROCESS, 1)] == [ALLOWED, PERMISSION]
    assert [answer(of, number["fcntl"], 3, command) for command in (3, 8)] == [ALLOWED, PERMISSION]  # 8: own it
    assert [answer(of, number["ioctl"], 0, asked) for asked in (0x5401, 0x5412)] == [ALLOWED, PERMISSION]  # typing


def test_calls_of_another_architecture_are_refused_and_newer_ones_are_unknown() -> None:
    read = calls.table(X86)["read"]
    assert answer(X86, read) == ALLOWED
    assert answer(X86, read, architecture=0x40000003) == PERMISSION
    assert answer(X86, 0x40000000 | 41) == UNKNOWN
    assert answer(X86, 9999) == UNKNOWN


@pytest.mark.parametrize("of", [X86, ARM])
def test_a_process_that_becomes_a_program_may_do_that_and_nothing_else_more(of: calls.Architecture) -> None:
    both = {name: numbers[of.column] for name, numbers in BOTH.items()}
    code = calls.program(of, PROCESS, starting=True)
    answers = {name: answer(of, number, code=code) for name, number in both.items()}
    assert [name for name, said_ in answers.items() if said_ == ALLOWED] == ["execve"]


def test_the_table_has_each_number_once() -> None:
    for of in (X86, ARM):
        numbers = [*calls.table(of).values(), *calls.table(of, calls._CHECKED).values()]
        assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize(
    ("stands", "missing"),
    [
        (Standing.NETWORK | Standing.CALLS | Standing.MEMORY, []),
        (Standing.MEMORY, ["without a network namespace", "not filtered"]),
        (Standing(0), ["without a network namespace", "not filtered", "memory is not"]),
    ],
)
def test_what_stands_is_said_and_what_does_not_too(stands: Standing, missing: list[str]) -> None:
    assert [
        words for words in ("without a network namespace", "not filtered", "memory is not") if words in stands.said
    ] == missing
