"""Time, size and memory of the reports: `python -m bench.report [100 5000 100000]`. Needs the source tree."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
sys.path.insert(0, str(ROOT))

from audit.rendering import rendered  # noqa: E402 - the tree comes first
from reports.registry import formats  # noqa: E402
from tests.reports import samples  # noqa: E402


def one(name: str, count: int) -> None:
    """Print one line: format, findings, seconds, of them computed, megabytes, peak megabytes of the larger process."""
    evidence = samples.big(count)
    started, before = time.perf_counter(), computed()
    body = rendered(formats()[name], evidence, print)
    spent, computing = time.perf_counter() - started, computed() - before
    peak = max(resource.getrusage(each).ru_maxrss for each in WHO) / 1024
    took = f"{spent:7.2f} s, computing {computing:6.2f} s"
    print(f"{name:8} {count:>8,} findings {took} {len(body) / 1e6:8.2f} MB   peak {peak:6.0f} MB", flush=True)


def computed() -> float:
    """Return the seconds that this process and those it has waited for have computed, however busy the machine is."""
    return sum(each.ru_utime + each.ru_stime for each in map(resource.getrusage, WHO))


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
