"""Reports made with limits: a format that needs much time or memory renders in a process of its own.

The job goes to that process over a pipe and the file comes back over another one, so nothing lies on disk on the way.
It gets none of our environment but what its libraries need to start: no credentials. It cannot take this process down,
leaves no core dump, and when it goes over its limits the same report is tried once more without its long tables.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from audit.confined import ended, needed_more, surroundings
from audit.errors import UsageError
from audit.rendering_child import UNAVAILABLE
from reports.evidence import Evidence
from reports.format import Format, Unavailable

MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one rendering may take. 100,000 findings need half of the memory and a fifth of the computing time."""

    memory_mib: int = 1024
    """Of memory that the process may write to; libraries that it only reads do not count."""
    cpu_s: int = 120
    wall_s: float = 300
    """Until it has to be done, however busy the machine is."""


LIMITS: Final = Limits()


class _Failed(Exception):  # noqa: N818 - caught here, and names what the renderer did
    """A rendering came to nothing; the text says why, in words that continue a sentence."""


def rendered(form: Format, evidence: Evidence, tell: Callable[[str], None], limits: Limits = LIMITS) -> bytes:
    """Return the report in one format; equal evidence gives equal bytes.

    When the whole report does not keep within `limits`, returns its short form and says so with `tell`. Raises
    `Unavailable`, with what, where, why and what to do, when that fails too or a system library is missing.
    """
    if form.apart is None:
        return form.render(evidence)
    try:
        return _apart(form.name, form.apart.prepare(evidence), limits)
    except _Failed as first:
        try:
            short = _apart(form.name, form.apart.shorten(evidence), limits)
        except _Failed as second:
            raise Unavailable(_explained(form, evidence, "cannot be made", str(second))) from second
        tell(_explained(form, evidence, "was made without its tables", str(first)))
        return short


def _explained(form: Format, evidence: Evidence, what: str, why: str) -> str:
    return str(
        UsageError(
            what=f"The {form.name.upper()} report {what}",
            where=f"run {evidence.run.id}, {len(evidence.findings):,} findings",
            why=why,
            fix="The HTML, CSV and JSON reports hold all of it; on a machine with more memory or less load, or for a "
            "part of the site at a time, it may come out whole.",
        )
    )


def _apart(name: str, job: bytes, limits: Limits) -> bytes:
    """Return what the second half of a format makes of `job` in a process of its own."""
    command = [sys.executable, "-P", "-m", "audit.rendering_child", name, str(limits.memory_mib), str(limits.cpu_s)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
            command,
            input=job,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.wall_s,
            env=surroundings(os.environ),
            start_new_session=True,  # Ctrl-C is ours to deal with
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _Failed(f"it took more than {limits.wall_s:g} s") from error
    if done.returncode == 0:
        return done.stdout
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode == UNAVAILABLE:
        raise Unavailable(said)
    raise _Failed(_why(done.returncode, said, limits))


def _why(code: int, said: str, limits: Limits) -> str:
    """Return why a renderer ended early. It says the class of its error only: a message could hold a value."""
    killed = ended(code, limits.cpu_s)
    if killed is not None:
        return killed
    if said == MemoryError.__name__:
        return needed_more(limits.memory_mib)
    within = f"within its {limits.memory_mib:,} MiB and {limits.cpu_s} s of computing time"
    return f"its renderer failed with {said or f'exit code {code}'} {within}"
