"""What the commands that publish share: the run with its locks, the files, progress, the record of what was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.common import Setup
from audit.cli.writing import Bench, bench, only_writer
from audit.errors import UsageError

if TYPE_CHECKING:
    from audit.uploads import LocalFile, Told
    from reports.evidence import HostFacts

STEPS = 10
"""Lines of progress for one large file."""
LARGE_BYTES = 10_000_000
"""From here on a file has lines of progress."""


@contextmanager
def desk(setup: Setup, run_id: str | None, *, writes: bool) -> Iterator[Bench]:
    """Open a run to publish from, of a Cloud site. With `writes` nobody else writes to the site meanwhile."""
    with bench(setup, run_id, None, writes=writes) as at:
        if at.config.auth_kind == "pat":
            raise UsageError(
                what="This is published to Cloud sites only",
                where=at.config.site,
                why="the credentials are those of Confluence Data Center",
                fix="Name the Cloud site with CONFLUENCE_GDPR_SITE and use an API token.",
            )
        if writes:
            with only_writer(at.workspace, at.config.site):
                yield at
        else:
            yield at


def named_files(names: Iterable[Path]) -> tuple[LocalFile, ...]:
    """Return the facts of the files that were named. Raises `UsageError` for what is no plain file, or named alike."""
    from audit.publish.page import require_distinct
    from audit.uploads import local_file

    files = tuple(local_file(name) for name in names)
    require_distinct(files)
    return files


def reports_of(run: Path) -> tuple[Path, ...]:
    """Return the reports in the folder of a run: what is published where no file is named."""
    folder = run / "reports"
    if not folder.is_dir():
        return ()
    return tuple(sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")))


def progress(file: LocalFile) -> Told:
    """Return who writes lines of progress for a large file on standard error; nobody for a small one."""
    from audit.uploads import quiet

    return quiet if file.size_bytes < LARGE_BYTES else _told(file)


def _told(file: LocalFile) -> Callable[[int], None]:
    shown, step = 0, max(file.size_bytes // STEPS, 1)

    def told(sent_bytes: int) -> None:
        nonlocal shown
        if sent_bytes // step > shown or sent_bytes == file.size_bytes:
            shown = sent_bytes // step
            share = sent_bytes * 100 // file.size_bytes
            click.echo(f"  {file.shown}: {share} %, {sent_bytes} of {file.size_bytes} bytes", err=True)

    return told


def note(at: Bench, hosts: tuple[HostFacts, ...]) -> None:
    """Record in the run what went to which host."""
    from audit.contacted import note_published

    note_published(at.store, hosts)
