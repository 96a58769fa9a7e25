"""Time, memory and verdict of hostile and huge parts, each in a process of its own, at one size and at four times it.

    python -m bench.limits [--mb 0.25] [CASE ...]

Linear work shows as a factor of about 4 between the two sizes. Memory is what the process took beyond what it had
before the scan, for each byte of the part.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rules.model import Kind, ObjectType, Part, Ref
from rules.registry import load
from rules.scan import findings, scan

ROOT = Path(__file__).resolve().parents[1]
LIMIT_S = 300
PARAMETER = (
    b'<ac:structured-macro ac:name="%s"><ac:parameter ac:name="%s">',
    b"</ac:parameter></ac:structured-macro>",
)
MENTION = b'<p>Ask <ac:link><ri:user ri:username="tbergmann" /></ac:link> about it</p>'
PROSE = b"<p>The bench was calibrated; see <strong>table 3</strong> for the drift of each lens.</p>"
BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><p>@tilda &b; [~jvega]'


def filled(head: bytes, piece: bytes, tail: bytes, size: int) -> bytes:
    """Return `piece` repeated to `size` bytes between the other two."""
    return head + piece * (size // len(piece)) + tail


def nested(start: bytes, end: bytes, size: int) -> bytes:
    """Return elements in elements around one mention."""
    depth = size // (len(start) + len(end))
    return start * depth + MENTION + end * depth


def in_parameter(macro: bytes, name: bytes, head: bytes, piece: bytes, tail: bytes, size: int) -> bytes:
    """Return a parameter with one long text."""
    return filled(PARAMETER[0] % (macro, name) + head, piece, tail + PARAMETER[1], size)


def sparse(size: int) -> bytes:
    """Return prose with a mention in every five kilobytes."""
    page = PROSE * (5000 // len(PROSE)) + MENTION
    return page * (size // len(page))


def only(sign: bytes) -> Callable[[int], bytes]:
    """Return how a body of nothing but a sign is made, behind one mention that has it parsed."""
    return lambda size: filled(b"<ri:user ri:username='a'/>", sign, b"", size)


def attributes(size: int) -> bytes:
    """Return one tag with many attributes."""
    return b"<ri:user" + b"".join(b' a%d="x"' % number for number in range(size // 11)) + b' ri:username="jvega"/>'


SIGNS = (b"<", b"&", b"@", b'"', b"[~", b"a@b.se ", b"<a ", b"<!--", b"https://a/~b ")
LINKS = (b"/display/~", b"/spaces/~", b"/people/", b"?username=", b"&amp;username=a", b"%7E", b"mailto:", b"?cql=")
STORAGE: dict[str, Callable[[int], bytes]] = {
    "clean": lambda size: filled(b"", PROSE, b"", size),
    "mentions": sparse,
    "attribute": lambda size: filled(b'<ri:user ri:username="', b"a", b'"/>', size),
    "attributes": attributes,
    "user list": lambda size: in_parameter(b"profile", b"user", b"", b"jvega ", b"kito", size),
    "users list": lambda size: in_parameter(b"show-if", b"users", b"", b"jvega,", b"kito", size),
    "CQL list": lambda size: in_parameter(b"contentbylabel", b"cql", b"creator in (", b"jvega, ", b"kito)", size),
    "nested HTML": lambda size: nested(b"<p>", b"</p>", size),
    "nested layout": lambda size: nested(b"<ac:layout>", b"</ac:layout>", size),
    "entity bomb": lambda size: filled(BOMB, b"&b;", b"</p>", size),
    **{f"only {sign.decode()}": only(sign) for sign in (*SIGNS, *LINKS)},
}
CASES: dict[str, tuple[Kind, Callable[[int], bytes]]] = {
    **{name: (Kind.STORAGE, make) for name, make in STORAGE.items()},
    "CQL": (Kind.CQL, lambda size: filled(b"creator in (", b"jvega, ", b"kito)", size)),
}


def measure(case: str, size: int) -> None:
    """Print what one scan took."""
    kind, make = CASES[case]
    part = Part(Ref(ObjectType.FILE, "1"), "body", kind, make(size))
    rules = load()
    scan(Part(part.ref, "body", kind, b"<p>x</p>"), rules)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    seen = scan(part, rules)
    count = len(findings(part, seen, b"0" * 32))
    seconds = time.perf_counter() - start
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    verdict = "read" if seen.unreadable is None else seen.unreadable.reason
    print(json.dumps({"bytes": len(part.data), "s": seconds, "peak": peak, "findings": count, "verdict": verdict}))


def run(case: str, size: int) -> dict[str, float | str]:
    """Return what a process of its own measured."""
    command = [sys.executable, "-m", "bench.limits", "--measure", case, str(size)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return {"bytes": size, "s": LIMIT_S, "peak": 0, "findings": 0, "verdict": f"not done after {LIMIT_S} s"}
    if done.returncode:
        return {"bytes": size, "s": 0, "peak": 0, "findings": 0, "verdict": f"failed: {done.stderr[-200:]}"}
    answer: dict[str, float | str] = json.loads(done.stdout)
    return answer


def main() -> None:
    """Print one line a case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mb", type=float, default=0.25, help="the smaller size")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("cases", nargs="*")
    given = parser.parse_args()
    if given.measure:
        measure(given.measure[0], int(given.measure[1]))
        return
    print("| part | MB | s | times the time of a quarter | bytes of memory a byte | findings | verdict |")
    print("|---|---|---|---|---|---|---|")
    for case in given.cases or CASES:
        small, large = run(case, int(given.mb * 1e6)), run(case, int(given.mb * 4e6))
        times = float(large["s"]) / max(float(small["s"]), 1e-3)
        a_byte = float(large["peak"]) / float(large["bytes"])
        print(
            f"| {case} | {float(large['bytes']) / 1e6:.1f} | {float(large['s']):.2f} | {times:.1f} | {a_byte:.0f}"
            f" | {large['findings']:,} | {large['verdict']} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
