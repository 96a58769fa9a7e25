"""How fast files are read, what it takes, and how each of a folder ends: texts, skipped or failed, with the reasons.

    python -m bench.attachments [FOLDER] [--readers N] [--show OUTCOME]

Each file is read in a process of its own. Nothing that is printed is a name or a text of a file, but with --show the
paths below FOLDER. The material lies beside the checkout, in shared/corpus/attachments; hostile files are among it.
With --steady N, files are read again and again until there were N, some readers are killed on the way, and what this
process holds (memory, open files) and what lies in the temporary folder is printed at each tenth of it.
"""

from __future__ import annotations

import argparse
import itertools
import os
import resource
import signal
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from audit.attachments.contents import Contents, Failed, Skipped, Texts
from audit.attachments.kinds import kind_of
from audit.attachments.readers import Readers

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "attachments"


@dataclass(frozen=True, slots=True)
class Read:
    """One file, and what came of it."""

    path: Path
    kind: str
    size_bytes: int
    contents: Contents
    took_s: float

    @property
    def outcome(self) -> str:
        """Return the word for what came of it."""
        match self.contents:
            case Texts(gaps=()) if self.contents.is_only_pictures:
                return "only pictures"
            case Texts(gaps=()):
                return "read"
            case Texts():
                return "read in part"
            case Skipped():
                return "skipped"
            case Failed():
                return "failed"

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return why it was not read, or what of it."""
        return self.contents.gaps if isinstance(self.contents, Texts) else (self.contents.reason,)


def read(path: Path, readers: Readers) -> Read:
    """Return what came of one file."""
    data = path.read_bytes()
    start = time.perf_counter()
    contents = readers.read(path.name, "", data)
    return Read(path, kind_of(path.name, "", data).value, len(data), contents, time.perf_counter() - start)


def table(done: list[Read]) -> None:
    """Print how many files of each kind ended in which way."""
    outcomes = ("read", "only pictures", "read in part", "skipped", "failed")
    print(f"| kind | files | {' | '.join(outcomes)} |\n|---|---|{'---|' * len(outcomes)}")
    for kind, files in Counter(each.kind for each in done).most_common():
        counts = Counter(each.outcome for each in done if each.kind == kind)
        print(f"| {kind} | {files} | {' | '.join(str(counts[outcome]) for outcome in outcomes)} |")
    counts = Counter(each.outcome for each in done)
    print(f"| all | {len(done)} | {' | '.join(str(counts[outcome]) for outcome in outcomes)} |")


def steady(paths: list[Path], readers: Readers, pool: ThreadPoolExecutor, count: int) -> None:
    """Print what this process holds while so many files are read, a tenth of them at a time."""
    waiting, before = itertools.cycle(paths), _inside(tempfile.gettempdir())
    print("| files | memory of this process (MiB) | open files | processes | new in the temporary folder |")
    print("|---|---|---|---|---|")
    for done in range(0, count, count // 10):
        batch = [pool.submit(read, path, readers) for path in itertools.islice(waiting, count // 10)]
        killed = _kill_children() if done in {3 * (count // 10), 6 * (count // 10)} else 0
        for each in batch:
            each.result()
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        held = pages * resource.getpagesize() / 2**20, len(_inside("/proc/self/fd")), len(_children())
        new = len(_inside(tempfile.gettempdir()) - before)
        told = f" ({killed} killed)" if killed else ""
        print(f"| {done + count // 10}{told} | {held[0]:.0f} | {held[1]} | {held[2]} | {new} |")


def _inside(folder: str) -> set[Path]:
    return set(Path(folder).iterdir())


def _children() -> list[int]:
    return [
        int(child)
        for task in Path("/proc/self/task").iterdir()
        for child in (task / "children").read_text(encoding="ascii").split()
    ]


def _kill_children() -> int:
    """End the processes that stand ready, as the system does when memory runs out; return how many there were."""
    children = _children()
    for child in children:
        os.kill(child, signal.SIGKILL)
    return len(children)


def main() -> None:
    """Read all files of a folder and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--steady", type=int, default=0, metavar="N", help="see whether anything grows over N files")
    parser.add_argument("--show", metavar="OUTCOME", help="list the files that ended so, with the reasons")
    given = parser.parse_args()
    paths = sorted(path for path in given.folder.rglob("*") if path.is_file() and path.suffix != ".md")
    with Readers(given.readers) as readers, ThreadPoolExecutor(given.readers) as pool:
        readers.read("warm.txt", "", b"warm")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        done = list(pool.map(lambda path: read(path, readers), paths))
        took_s = time.perf_counter() - start
        if given.steady:
            steady(paths, readers, pool, given.steady)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    size = sum(each.size_bytes for each in done)
    table(done)
    print(f"\n{len(done)} files, {size / 1e6:.1f} MB in {took_s:.1f} s with {given.readers} readers:", end=" ")
    print(f"{len(done) / took_s:.0f} files a second, slowest {max(each.took_s for each in done):.2f} s")
    print(f"peak of a reader {readers.peak_bytes / 2**20:.0f} MiB; this process grew by {grown:.0f} MiB")
    print("protections:", readers.standing.said if readers.standing is not None else "none: nothing was read")
    print("\nreasons:")
    for reason, count in Counter(_general(reason) for each in done for reason in each.reasons).most_common():
        print(f"  {count:4}  {reason}")
    for each in done:
        if each.outcome == given.show:
            print(each.path.relative_to(given.folder), "; ".join(each.reasons))


def _general(reason: str) -> str:
    """Return a reason without the place in the file."""
    place, colon, rest = reason.partition(": ")
    return rest if colon and place.startswith("member[") else reason


if __name__ == "__main__":
    main()
