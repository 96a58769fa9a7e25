"""Time, size and memory of the reports: `python bench/report.py [100 5000 100000]`. Needs the source tree."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from audit.rendering import rendered  # noqa: E402 - the tree comes first
from reports.registry import formats  # noqa: E402
from tests.reports import samples  # noqa: E402


def one(name: str, count: int) -> None:
    """Print one line: format, findings, seconds, megabytes of the file, peak megabytes of the larger process."""
    evidence = samples.big(count)
    started = time.perf_counter()
    body = rendered(formats()[name], evidence, print)
    spent = time.perf_counter() - started
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(each).ru_maxrss for each in who) / 1024
    print(f"{name:8} {count:>8,} findings {spent:7.2f} s {len(body) / 1e6:8.2f} MB   peak {peak:6.0f} MB", flush=True)


def main() -> None:
    """Run each format and size in a process of its own, so that peaks do not add up."""
    counts = [int(word) for word in sys.argv[1:]] or [100, 5_000, 100_000]
    for name in formats():
        for count in counts:
            subprocess.run([sys.executable, __file__, "--one", name, str(count)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], int(sys.argv[3]))
    else:
        main()
