"""MB/s of a scan, as a ratio to a plain expat parse of the same bodies in the same run.

    python -m bench.scan

Bodies: synthetic pages, a mix of pages as a site has them, and the storage bodies of the shared corpus where it lies
beside the checkout, whole pages and fragments apart. Each is scanned with the rules about identifiers and with all
rules, by each engine of the pre-filter.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rules.model import Kind, ObjectType, Part, Ref
from rules.registry import load
from rules.rule import Category
from rules.scan import scan
from rules.wellformed import examine

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus" / "storage-format"
ENGINES = ("stems", "hyperscan")
ROUNDS = 12
PARAGRAPH = (
    "<p>The bench was calibrated &ndash; see <strong>table 3</strong> for the drift of each lens.</p>"
    '<ac:structured-macro ac:name="info" ac:schema-version="1"><ac:rich-text-body><p>Mind the filters.</p>'
    "</ac:rich-text-body></ac:structured-macro><table><tbody><tr><td>1.52</td><td>1.53</td></tr></tbody></table>"
)
MENTION = '<p>Ask <ac:link><ri:user ri:username="tbergmann" /></ac:link> or tilda@acme-optics.se</p>'
LEGACY = '<p>Ask <ac:link><ri:user ri:username="tbergmann" /></ac:link></p>'
MODERN = '<p>Ask <ac:link><ri:user ri:account-id="712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10" /></ac:link></p>'
LINK = '<p>See <a href="https://acme.atlassian.net/wiki/spaces/LENS/pages/71/Drift">the drift</a></p>'


def synthetic(mentions: int) -> bytes:
    """Return a body of about a megabyte with this many mentions."""
    step = 3000 // max(mentions, 1)
    pieces = [PARAGRAPH + (MENTION if mentions and index % step == 0 else "") for index in range(3000)]
    return "".join(pieces).encode()


def site() -> list[bytes]:
    """Return pages of 6 kB: in each a link and three mentions by account id, in one of fifty two by username."""
    modern = (PARAGRAPH * 6 + LINK + MODERN) * 3
    return [(modern + (LEGACY * 2 if number % 50 == 0 else "")).encode() for number in range(200)]


def corpus(*, whole: bool) -> list[bytes]:
    """Return the storage bodies of the shared corpus: whole pages, or the fragments that stand in programs."""
    bodies: list[bytes] = []
    for path in sorted(CORPUS.rglob("*")):
        if ("embedded-literals" in path.parts) == whole:
            continue
        if path.suffix in {".xml", ".html", ".xhtml"}:
            bodies.append(path.read_bytes())
        elif path.suffix == ".jsonl":
            bodies += [json.loads(line)["body"].encode() for line in path.read_text(encoding="utf-8").splitlines()]
    return bodies


def cases() -> dict[str, list[bytes]]:
    """Return the bodies by what they are."""
    made = {
        "nothing to find": [synthetic(0)],
        "site mix, 1 page in 50 legacy": site(),
        "10 mentions in 0.9 MB": [synthetic(10)],
        "1,000 mentions in 1 MB": [synthetic(1000)],
    }
    if CORPUS.is_dir():
        made |= {"real pages": corpus(whole=True), "real fragments": corpus(whole=False)}
    return made


def measure() -> dict[str, dict[str, float]]:
    """Return the figures of every case with the engine that this process has."""
    rules = load()
    legacy = tuple(rule for rule in rules if rule.category is Category.LEGACY)
    ref = Ref(ObjectType.PAGE, "1")
    answer: dict[str, dict[str, float]] = {}
    for name, bodies in cases().items():
        parts = [Part(ref, "body", Kind.STORAGE, body) for body in bodies]
        works: dict[str, Callable[[Part], object]] = {
            "expat": lambda part: examine(part.data),
            "identifiers": lambda part: scan(part, legacy),
            "all": lambda part: scan(part, rules),
        }
        size = sum(map(len, bodies))
        answer[name] = {"MB": size / 1e6, "bodies": len(bodies)} | speeds(parts, works, size)
        found = sum(len(part.data) for part in parts if scan(part, legacy).matches)
        answer[name]["found"] = found / size
    return answer


def speeds(parts: Sequence[Part], works: dict[str, Callable[[Part], object]], size: int) -> dict[str, float]:
    """Return the best MB/s of each work over some rounds, in which they take turns, by processor time.

    The clock on the wall would count what else the machine does.
    """
    best = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            start = time.process_time()
            for part in parts:
                work(part)
            best[name] = min(best[name], time.process_time() - start)
    return {name: size / 1e6 / seconds for name, seconds in best.items()}


def main() -> None:
    """Print one line a case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    engine = parser.parse_args().engine
    if engine:
        if engine == "stems":
            sys.modules["hyperscan"] = None  # type: ignore[assignment]  # what an absent module looks like
        print(json.dumps(measure()))
        return
    command = [sys.executable, "-m", "bench.scan", "--engine"]
    figures = {
        engine: json.loads(subprocess.run([*command, engine], cwd=ROOT, capture_output=True, check=True).stdout)
        for engine in ENGINES
    }
    print("| bodies | MB | bytes in bodies with a finding | engine | expat MB/s | identifiers | all rules |")
    print("|---|---|---|---|---|---|---|")
    for name in figures[ENGINES[0]]:
        for engine in ENGINES:
            each = figures[engine][name]
            ratios = " | ".join(f"{each[what] / each['expat']:.2f}" for what in ("identifiers", "all"))
            print(f"| {name} | {each['MB']:.2f} | {each['found']:.0%} | {engine} | {each['expat']:.0f} | {ratios} |")


if __name__ == "__main__":
    main()
