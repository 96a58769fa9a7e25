"""Mutated inputs for every parser, for a bounded time: no crash, no place outside the bytes, no proof that fails.

    python -m bench.fuzz [--seconds 60] [--seed 1] [--count N] [PARSER ...]

The seeds are the examples of the rules. An input that breaks a promise is printed with its number, so that the same
seed shows it again; the run then ends with status 1. What a parser raises ends the run, with the same number.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from rules import cql, jql, jsontree, links, wikimarkup
from rules.context import NOTHING_KNOWN, Context
from rules.model import Kind, ObjectType, Part, Ref, Span, Unreadable
from rules.queries import Unparsed
from rules.registry import load
from rules.rewrite import PARTLY_PROVED, Rewritten, rewrite
from rules.rule import EXAMPLE_ACCOUNT, Rule
from rules.scan import findings, scan
from rules.splice import prove
from rules.storage import Storage

REF: Final = Ref(ObjectType.PAGE, "1", version=1)
KEY: Final = b"0" * 32
LIMIT_BYTES: Final = 20_000
"""Longer inputs are cut: `bench.limits` is about those."""
SIGNS: Final[tuple[bytes, ...]] = (
    *(bytes((byte,)) for byte in b"\x00\t\n\r \"#%&'()*+,-./:;<=>?@[\\]^`{|}~"),
    *(b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xc2\xa0"),
    *(b"&amp;", b"&nbsp;", b"&#0;", b"&#xD800;", b"&#x110000;", b"\\ud800", b"\\u0022", b"%", b"%zz", b"%FF%FE"),
    *(b"<![CDATA[", b"]]>", b"]] >", b"<!--", b"-->", b"<?x ?>", b"<!DOCTYPE a>", b"</", b"/>", b"<ri:user "),
    *(b" and ", b" or ", b" not in ", b" order by ", b"currentUser()", b"[~", b"{code}", b"1e999", b"-0", b"null"),
)
"""What parsers stumble over."""


@dataclass(frozen=True, slots=True)
class Target:
    """One parser: the kind of parts it reads, examples of rules whose name begins so, and a check of its own."""

    kinds: tuple[Kind, ...]
    rules: tuple[str, ...] = ("",)
    check: Callable[[bytes], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """One well-formed input and what is known of its site."""

    kind: Kind
    data: bytes
    context: Context = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the inputs for one parser."""

    inputs: int
    unreadable: int
    found: int
    """Inputs with at least one finding."""
    rewritten: int
    slowest_s: float
    """Processor time of the input that took longest: two scans, a rewrite and its proofs."""
    failures: tuple[str, ...]


def inside(start: int, end: int, length: int) -> str | None:
    """Return what is wrong with a place in `length` units."""
    return None if 0 <= start <= end <= length else f"the place {start} to {end} is not within {length}"


def _query(parse: Callable[[str], object]) -> Callable[[bytes], str | None]:
    """Return the check of a query parser: it parses, or says at which character it stopped."""

    def check(data: bytes) -> str | None:
        text = data.decode("utf-8", "replace")
        answer = parse(text)
        return inside(answer.at, answer.at, len(text)) if isinstance(answer, Unparsed) else None

    return check


def _links(data: bytes) -> str | None:
    text = data.decode("utf-8", "replace")
    wrong = (inside(term.start, term.end, len(text)) for term in links.identities(text))
    return next((each for each in wrong if each), None)


def _wiki(data: bytes) -> str | None:
    text = data.decode("utf-8", "replace")
    wrong = (inside(each.start, each.end, len(text)) for each in wikimarkup.named(text))
    return next((each for each in wrong if each), None)


def _json(data: bytes) -> str | None:
    tree = jsontree.parse(data)
    if isinstance(tree, Unreadable):
        return inside(tree.offset, tree.offset, len(data))
    wrong = (inside(node.span.start, node.span.end, len(data)) for _, node in jsontree.walk(tree))
    return next((each for each in wrong if each), None)


def _storage(data: bytes) -> str | None:
    body = Storage(data)
    if body.unreadable is not None:
        return inside(body.unreadable.offset, body.unreadable.offset, len(data))
    return None


_LINKS: Final = ("legacy-profile", "legacy-rest-link", "people-link", "personal-space", "search-link", "url-")
TARGETS: Final[dict[str, Target]] = {
    "storage": Target((Kind.STORAGE,), check=_storage),
    "adf": Target((Kind.ADF,)),
    "cql": Target((Kind.CQL,), check=_query(cql.parse)),
    "jql": Target((Kind.JQL,), check=_query(jql.parse)),
    "links": Target((Kind.TEXT, Kind.STORAGE, Kind.ADF), _LINKS, _links),
    "payload": Target((Kind.ACCESS, Kind.PERMISSIONS, Kind.JSON), ("legacy-", "retired-", "webhook-", "stored-")),
    "descriptor": Target((Kind.DESCRIPTOR,)),
    "code": Target((Kind.CODE,)),
    "wiki markup": Target((Kind.TEXT, Kind.STORAGE), ("legacy-wiki",), _wiki),
    "json": Target((Kind.JSON,), check=_json),
}


def seeds(target: Target, rules: tuple[Rule, ...]) -> tuple[Seed, ...]:
    """Return the examples that a parser reads, in the order of the rules."""
    return tuple(
        Seed(each.kind, each.data, each.context)
        for rule in rules
        if rule.id.startswith(target.rules)
        for each in rule.examples
        if each.kind in target.kinds
    )


def mutated(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return `data` after up to six cuts, repeats, swaps, signs or pieces of another input."""
    for _ in range(chance.choice((1, 1, 2, 6))):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice((0, 1, 1, 2, 5, 20, 100)))
        piece = data[start:end]
        a = chance.randint(0, len(other))
        new = chance.choice(
            (
                b"",
                chance.choice(SIGNS),
                chance.choice(SIGNS) * chance.choice((1, 2, 40)),
                piece + piece,
                piece * chance.choice((3, 50)),
                piece[::-1],
                piece.swapcase(),
                bytes(byte ^ 1 << chance.randint(0, 7) for byte in piece),
                other[a : a + chance.choice((3, 30, 300))],
            )
        )
        data = (data[:start] + new + data[end:])[:LIMIT_BYTES]
    return data


def broken(part: Part, rules: tuple[Rule, ...], context: Context) -> str | tuple[bool, bool, Rewritten]:
    """Return the first promise that does not hold for a part; else: was it unreadable, found in, and the rewrite."""
    seen = scan(part, rules, context)
    size = len(part.data)
    places = [match.span for match in seen.matches]
    if seen.unreadable is not None:
        places.append(Span(seen.unreadable.offset, seen.unreadable.offset))
    wrong = next((why for span in places if (why := inside(span.start, span.end, size))), None)
    if wrong is not None:
        return wrong
    findings(part, seen, KEY)
    result = rewrite(part, rules, lambda _: EXAMPLE_ACCOUNT, context)
    if not result.edits:
        return (seen.unreadable is not None, bool(seen.matches), result) if result.data == part.data else "no edit"
    wrong = prove(part, result.edits, result.data, rules, context)
    again = rewrite(replace(part, data=result.data), rules, lambda _: EXAMPLE_ACCOUNT, context)
    if wrong is None and again.edits and PARTLY_PROVED not in result.proof:
        wrong = "a second rewrite changes it again"
    return wrong or (False, True, result)


def inputs(known: tuple[Seed, ...], seed: int) -> Iterator[Seed]:
    """Yield mutated inputs without end, the same for the same seed."""
    chance = random.Random(seed)
    while True:
        chosen = chance.choice(known)
        yield replace(chosen, data=mutated(chosen.data, chance.choice(known).data, chance))


def one(target: Target, given: Seed, rules: tuple[Rule, ...]) -> str | tuple[bool, bool, Rewritten]:
    """Return what became of one input; what is raised is for the caller, who knows its number."""
    wrong = target.check(given.data) if target.check is not None else None
    return wrong or broken(Part(REF, "body", given.kind, given.data), rules, given.context)


def fuzz(name: str, seed: int, count: int | None = None, seconds: float | None = None) -> Tried:
    """Try a parser with mutated inputs: `count` of them, or as many as `seconds` allow."""
    rules, target = load(), TARGETS[name]
    began = time.perf_counter()
    tried = unreadable = found = rewritten = 0
    slowest, failures = 0.0, []
    for number, given in enumerate(inputs(seeds(target, rules), seed)):
        start = time.process_time()
        if number == count or (seconds is not None and time.perf_counter() - began > seconds):
            break
        tried += 1
        try:
            answer = one(target, given, rules)
        except Exception as error:
            error.add_note(f"by input {number} of seed {seed} for {name}, as {given.kind.value}")
            raise
        if isinstance(answer, str):
            failures.append(f"{name} {number} ({given.kind.value}): {answer}")
        else:
            unreadable, found = unreadable + answer[0], found + answer[1]
            rewritten += bool(answer[2].edits)
        slowest = max(slowest, time.process_time() - start)
    return Tried(tried, unreadable, found, rewritten, slowest, tuple(failures))


def main() -> None:
    """Print one line a parser."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=60, help="for each parser")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, help="inputs for each parser, at most")
    parser.add_argument("parsers", nargs="*", metavar="PARSER", help=", ".join(TARGETS))
    given = parser.parse_args()
    print("| parser | inputs | unreadable | with findings | rewritten and proved | slowest, ms | failures |")
    print("|---|---|---|---|---|---|---|")
    failed = False
    for name in given.parsers or TARGETS:
        tried = fuzz(name, given.seed, given.count, given.seconds)
        print(
            f"| {name} | {tried.inputs:,} | {tried.unreadable:,} | {tried.found:,} | {tried.rewritten:,}"
            f" | {tried.slowest_s * 1000:.0f} | {len(tried.failures)} |",
            flush=True,
        )
        for each in tried.failures[:20]:
            print(each, file=sys.stderr)
        failed = failed or bool(tried.failures)
    sys.exit(failed)


if __name__ == "__main__":
    main()
