"""What the kernel lets a process call that reads a file of a stranger: what computing takes, and nothing else.

No socket, no other program or process, no file opened for writing, no other process to look into or to signal. What is
not in the table is refused with EPERM. Files may still be opened for reading, as no filter sees their paths: what is
read there cannot leave but over the pipe, as text of the file. Linux on x86-64 and 64-bit ARM only.
Source: seccomp(2), the kernel's documentation of seccomp filters, its tables of system calls.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_ALLOWED: Final = """
    read 0 63 / write 1 64 / readv 19 65 / writev 20 66 / pread64 17 67 / close 3 57 / lseek 8 62
    stat 4 - / lstat 6 - / fstat 5 80 / newfstatat 262 79 / statx 332 291 / statfs 137 43 / fstatfs 138 44
    access 21 - / faccessat 269 48 / faccessat2 439 439 / readlink 89 - / readlinkat 267 78 / getcwd 79 17
    getdents 78 - / getdents64 217 61 / dup 32 23 / fadvise64 221 223 / poll 7 - / ppoll 271 73
    mmap 9 222 / mprotect 10 226 / munmap 11 215 / mremap 25 216 / brk 12 214 / madvise 28 233 / mincore 27 232
    futex 202 98 / set_robust_list 273 99 / rseq 334 293 / membarrier 324 283 / sched_yield 24 124
    sched_getaffinity 204 123 / getcpu 309 168 / restart_syscall 219 128
    rt_sigaction 13 134 / rt_sigprocmask 14 135 / rt_sigreturn 15 139 / rt_sigpending 127 136 / sigaltstack 131 132
    clock_gettime 228 113 / clock_getres 229 114 / gettimeofday 96 169 / time 201 - / times 100 153
    nanosleep 35 101 / clock_nanosleep 230 115 / getrusage 98 165 / sysinfo 99 179 / uname 63 160 / getrandom 318 278
    getpid 39 172 / getppid 110 173 / gettid 186 178 / getuid 102 174 / geteuid 107 175 / getgid 104 176
    getegid 108 177 / exit 60 93 / exit_group 231 94
"""
"""Name, number on x86-64, number on ARM; a dash where the architecture has none of that name."""
_STARTING: Final = "execve 59 221 / arch_prctl 158 - / set_tid_address 218 96 / prlimit64 302 261 / getrlimit 97 163"
"""The same, of what a process needs beside these that becomes another program: so may that program."""
_CHECKED: Final = "open 2 - / openat 257 56 / fcntl 72 25 / ioctl 16 29 / tgkill 234 131"
"""The same, of calls that are allowed by what they are given."""
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | 0o20000000
"""The last one makes a file without a name."""
_COMMANDS: Final = (1, 2, 3, 1030)
"""Of `fcntl`: look at a descriptor, keep it from programs, duplicate it."""
_REQUESTS: Final = (0x5401, 0x5450, 0x5451)
"""Of `ioctl`: whether it is a terminal, and keeping a descriptor from programs."""
_NEWEST: Final = 450
"""What has a higher number came later: libraries take it that an older kernel does not know it."""
_LOAD, _AND, _EQUAL, _MORE, _RETURN = 0x20, 0x54, 0x15, 0x25, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_ERRNO: Final = 0x00050000
_ALLOW: Final = (_RETURN, 0, 0, 0x7FFF0000)
_REFUSE: Final = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
_INSTRUCTION: Final = struct.Struct("HBBI")
_PROGRAM: Final = struct.Struct("HP")
_POINTER: Final = 8
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2


@dataclass(frozen=True, slots=True)
class Architecture:
    """A kind of machine that the table knows."""

    number: int
    """As the kernel names it to filters."""
    column: int
    """Of the numbers in the table."""


ARCHITECTURES: Final[Mapping[str, Architecture]] = {
    "x86_64": Architecture(0xC000003E, 0),
    "aarch64": Architecture(0xC00000B7, 1),
}


def table(of: Architecture, rows: str = _ALLOWED) -> dict[str, int]:
    """Return the numbers of the calls in a table on one kind of machine."""
    cells = (row.split() for line in rows.strip().splitlines() for row in line.split("/"))
    return {name: int(numbers[of.column]) for name, *numbers in cells if numbers[of.column] != "-"}


def program(of: Architecture, process: int, *, starting: bool = False) -> bytes:
    """Return the filter as the kernel runs it, for the process of that number, which may be `starting` a program."""
    allowed = table(of) | (table(of, _STARTING) if starting else {})
    return b"".join(_INSTRUCTION.pack(*each) for each in _instructions(of, allowed, process))


def _instructions(of: Architecture, allowed: Mapping[str, int], process: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield operation, instructions to pass over if so, those if not, and value; whatever matches ends in an answer."""
    yield (_LOAD, 0, 0, _ARCHITECTURE_AT)
    yield (_EQUAL, 1, 0, of.number)
    yield _REFUSE
    yield (_LOAD, 0, 0, _NUMBER_AT)
    yield (_MORE, 0, 1, _NEWEST)
    yield (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)
    for number in allowed.values():
        yield (_EQUAL, 0, 1, number)
        yield _ALLOW
    values = {"fcntl": (1, _COMMANDS), "ioctl": (1, _REQUESTS), "tgkill": (0, (process,))}
    flags = {"open": 1, "openat": 2}
    for name, number in table(of, _CHECKED).items():
        check = _reads_only(flags[name]) if name in flags else _is_one_of(*values[name])
        yield (_EQUAL, 0, len(check), number)
        yield from check
    yield _REFUSE


def _reads_only(argument: int) -> list[tuple[int, int, int, int]]:
    """Return what allows a call whose flags ask for no writing, and refuses others."""
    return [_argument(argument), (_AND, 0, 0, _WRITES), (_EQUAL, 0, 1, 0), _ALLOW, _REFUSE]


def _is_one_of(argument: int, values: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """Return what allows a call that is given one of these values, and refuses others."""
    return [_argument(argument), *(each for value in values for each in ((_EQUAL, 0, 1, value), _ALLOW)), _REFUSE]


def _argument(number: int) -> tuple[int, int, int, int]:
    """Return what loads the lower half of an argument: flags and commands have no more."""
    return (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * number)


def here() -> Architecture | None:
    """Return what this machine is, None where the kernel has no filters that are known here."""
    if sys.platform != "linux" or sys.byteorder != "little" or struct.calcsize("P") != _POINTER:
        return None
    return ARCHITECTURES.get(os.uname().machine)


def restrict(*, starting: bool = False) -> bool:
    """Have the kernel refuse this process, for good, what is not in the table; return whether it does.

    `starting` leaves it the one call by which a process becomes another program, which is held to the same.
    """
    machine = here()
    if machine is None:
        return False
    code = ctypes.create_string_buffer(program(machine, os.getpid(), starting=starting))
    whole = ctypes.create_string_buffer(_PROGRAM.pack(len(code.raw) // _INSTRUCTION.size, ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SET_SECCOMP, _FILTER, ctypes.c_void_p(ctypes.addressof(whole)), 0, 0) == 0)


def is_kept_to() -> bool:
    """Return whether the kernel keeps to such a filter: tried in a process that ends with the trial."""
    child = os.fork()
    if child == 0:
        os._exit(0 if restrict() and _is_refused() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _is_refused() -> bool:
    try:
        socket.socket().close()
    except PermissionError:
        return True
    return False
