"""MB/s of a scan with all rules, as a ratio to a plain expat parse of the same bodies in the same run.

    python -m bench.scan

Bodies: one synthetic page, and the storage bodies of the shared corpus where it lies beside the checkout.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rules.model import Kind, ObjectType, Part, Ref
from rules.registry import load
from rules.scan import scan
from rules.wellformed import examine

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "storage-format"
ROUNDS = 5
PARAGRAPH = (
    "<p>The bench was calibrated &ndash; see <strong>table 3</strong> for the drift of each lens.</p>"
    '<ac:structured-macro ac:name="info" ac:schema-version="1"><ac:rich-text-body><p>Mind the filters.</p>'
    "</ac:rich-text-body></ac:structured-macro><table><tbody><tr><td>1.52</td><td>1.53</td></tr></tbody></table>"
)
MENTION = '<p>Ask <ac:link><ri:user ri:username="tbergmann" /></ac:link> or tilda@acme-optics.se</p>'


def synthetic(mentions: int) -> bytes:
    """Return a body of about a megabyte with this many mentions."""
    step = 3000 // max(mentions, 1)
    pieces = [PARAGRAPH + (MENTION if mentions and index % step == 0 else "") for index in range(3000)]
    return "".join(pieces).encode()


def corpus() -> list[bytes]:
    """Return every storage body of the shared corpus; none where it is absent."""
    bodies = [path.read_bytes() for path in sorted(CORPUS.rglob("*")) if path.suffix in {".xml", ".html", ".xhtml"}]
    for path in sorted(CORPUS.rglob("*.jsonl")):
        bodies += [json.loads(line)["body"].encode() for line in path.read_text(encoding="utf-8").splitlines()]
    return bodies


def speed(bodies: Sequence[bytes], work: Callable[[bytes], object]) -> float:
    """Return the best MB/s of some rounds."""
    size = sum(map(len, bodies)) / 1e6
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for body in bodies:
            work(body)
        best = min(best, time.perf_counter() - start)
    return size / best


def main() -> None:
    """Print one line a case."""
    rules = load()
    ref = Ref(ObjectType.PAGE, "1")
    cases = {"no mention": [synthetic(0)], "10 mentions": [synthetic(10)], "1000 mentions": [synthetic(1000)]}
    if CORPUS.is_dir():
        cases["corpus"] = corpus()
    for name, bodies in cases.items():
        ours = speed(bodies, lambda body: scan(Part(ref, "body", Kind.STORAGE, body), rules))
        plain = speed(bodies, examine)
        size = sum(map(len, bodies)) / 1e6
        print(f"{name:>14}: {size:6.2f} MB  scan {ours:8.1f} MB/s  expat {plain:8.1f} MB/s  ratio {ours / plain:6.2f}")


if __name__ == "__main__":
    main()
