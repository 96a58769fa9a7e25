"""What every file in `formats/` exports: a name, a suffix, and a pure function from evidence to bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reports.evidence import Evidence


class Unavailable(RuntimeError):  # noqa: N818 - it names a state of this machine, not a mistake
    """A format cannot be rendered on this machine; the text says what to install. Other formats still work."""


@dataclass(frozen=True, slots=True)
class Apart:
    """The two halves of a format whose second half is to run in a process of its own, with limits.

    Bytes lie between the halves, so that a pipe can carry them: `finish(prepare(evidence))` is the file.
    """

    prepare: Callable[[Evidence], bytes]
    shorten: Callable[[Evidence], bytes]
    """Prepares the same report without its long tables, for when the whole one does not keep within the limits."""
    finish: Callable[[bytes], bytes]
    """Raises `Unavailable` where a system library is missing."""


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a report. Equal evidence gives equal bytes."""

    name: str
    suffix: str
    """With its dot: `.html`."""
    media_type: str
    render: Callable[[Evidence], bytes]
    """Raises `Unavailable` where a system library is missing."""
    apart: Apart | None = None
    """For a format that needs much time or memory, or a library that hostile input may bring down."""
