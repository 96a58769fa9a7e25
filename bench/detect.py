"""MB of text a second with all detectors of personal data, the share of each, hostile inputs, and Presidio beside it.

    python -m bench.detect [--presidio PYTHON] [--megabytes N] [--engine hyperscan|expressions]

Texts: generated prose in three languages with a value, another one each time, planted in every 20 kB, 5 kB and
kilobyte, the same without any, and the storage bodies and newspapers of the shared corpus where it lies beside the
checkout.
`--presidio` names an interpreter that has presidio-analyzer: its pattern recognisers are called directly, one after
the other. Both read the same texts in turns, and the least processor time of each counts;
loading and warming up do not.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from stdnum import iban, luhn

from bench.corpus import CORPUS, storage
from bench.personal_real import materials
from rules.context import Context
from rules.detecting import Finder
from rules.detectors import load as load_detectors
from rules.hits import Detector, Hit
from rules.model import Kind, ObjectType, Part, Ref
from rules.reading import reading
from rules.registry import load
from rules.rule import Category
from rules.scan import scan
from rules.view import View

SIDE = Path(__file__).with_name("personal_presidio.py")
ROUNDS = 3
WARMING = 2_500_000
"""Characters with many values that are read first: everything that is compiled is compiled after them."""
EVERY = (20_000, 5000, 1000)
"""Characters of prose in which a value is planted, from sparse to dense."""
PAIRED = 400_000
"""Characters of the texts that Presidio reads as well."""
PAGE = 20_000
"""Characters of one generated text."""
REGIONS = frozenset({"DE", "FR", "GB", "US"})
WORDS = {
    "en": "the drift of each lens was measured twice before anybody asked whether mounting could explain it and after"
    " review we agreed to repeat all runs with new filters in May because older ones had become cloudy see table for"
    " details page owners keep notes short so that readers find what they need within minutes",
    "de": "die Messung der Linsen wurde wiederholt weil niemand erklären konnte woher die Abweichung kam und nach der"
    " Durchsicht haben wir beschlossen alle Läufe mit neuen Filtern zu prüfen Einzelheiten stehen in der Tabelle unten",
    "fr": "la dérive de chaque lentille a été mesurée deux fois avant que quelqu'un se demande si le montage pouvait"
    " expliquer cet écart et après relecture nous avons décidé de tout reprendre avec des filtres neufs",
}
NAMES = ("tilda", "jo", "piet", "amelie", "bruno", "carla", "dagny", "enzo")
SURNAMES = ("bergmann", "lindqvist", "moreau", "vogel", "hartley", "janssen", "rossi", "keller")
DOMAINS = ("acme-optics.se", "lens-lab.de", "optique-nord.fr", "prism-works.co.uk")
PLANTED: tuple[Callable[[random.Random], str], ...] = (
    lambda chance: f"{chance.choice(NAMES)}.{chance.choice(SURNAMES)}{chance.randrange(100)}@{chance.choice(DOMAINS)}",
    lambda chance: f"tel. +{chance.choice(('49 30 23125', '44 20 7946 0', '33 1 99 00 2'))}{chance.randrange(1000):03}",
    lambda chance: f"IBAN {grouped(account(chance))}",
    lambda chance: f"card {grouped(card(chance))}",
    lambda chance: f"server 10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}",
    lambda chance: f"mail {chance.choice(NAMES)}.{chance.choice(SURNAMES)} (at) {chance.choice(DOMAINS)}",
    lambda chance: f"version {chance.randrange(9)}.{chance.randrange(30)}.{chance.randrange(90)}",
    lambda chance: f"order 2024{chance.randrange(1000, 10_000)}-{chance.randrange(1000, 10_000)}",
    lambda chance: f"on 2024-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02} at 14:{chance.randrange(60):02}",
    lambda chance: f"about {chance.randrange(1, 10)},{chance.randrange(1000):03}.00 EUR",
)
"""Values, and what looks like one: another one each time."""
HOSTILE = {
    "digits": "1234567890",
    "spaced digits": "12 345 67 ",
    "at signs": "@",
    "letters and at signs": "a@",
    "'+1 '": "+1 ",
    "names": "Anna Berg ",
    "blanks": " ",
    "open parentheses": "(",
    "dots": "1.",
    "colons": "fe80:",
    "hyphens": "AB-12 ",
    "capitals": "ABCDEF ",
    "labels": "tel. iban: ",
    "addresses": "a.b@c.de ",
    "umlauts": "\u00fc\u00e9 ",
}


def account(chance: random.Random) -> str:
    """Return an invented German IBAN with the right check digits."""
    inner = f"99{chance.randrange(10**16):016}"
    return f"DE{iban.calc_check_digits(f'DE00{inner}')}{inner}"


def card(chance: random.Random) -> str:
    """Return an invented number with the right check digit."""
    inner = f"411111{chance.randrange(10**9):09}"
    return inner + luhn.calc_check_digit(inner)


def grouped(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def prose(size: int, every: int) -> list[str]:
    """Return texts with `size` characters in all, and a value or what looks like one in `every` of them; 0: none."""
    chance = random.Random(every)
    values = cycle(PLANTED)
    texts: list[str] = []
    for language in cycle(WORDS):
        if sum(map(len, texts)) >= size:
            return texts
        words = WORDS[language].split()
        pieces: list[str] = []
        length = 0
        while length < PAGE:
            sentence = " ".join(chance.choices(words, k=chance.randint(6, 18))).capitalize()
            if every and chance.random() * every < len(sentence):
                sentence += f", {next(values)(chance)}"
            pieces.append(sentence + (".\n" if chance.random() < 0.2 else ". "))
            length += len(pieces[-1])
        texts.append("".join(pieces))
    raise AssertionError("the languages never end")


def part(data: bytes, kind: Kind) -> Part:
    return Part(Ref(ObjectType.PAGE, "1"), "body", kind, data)


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the least processor seconds of some rounds."""
    least = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        least = min(least, time.process_time() - start)
    return least


def through(parts: Sequence[Part]) -> Callable[[], object]:
    """Return what scans parts with all rules about personal data."""
    rules = tuple(rule for rule in load() if rule.category is Category.PERSONAL)
    context = Context(regions=REGIONS)
    return lambda: [scan(each, rules, context) for each in parts]


def timed(detector: Detector, spent: dict[str, float]) -> Detector:
    """Return a detector that adds up the seconds it takes."""

    def measured(name: str, find: Callable[[], Iterable[Hit]]) -> Iterator[Hit]:
        start = time.perf_counter()
        found = list(find())
        spent[name] += time.perf_counter() - start
        return iter(found)

    name, whole = f"{detector.rule} ({detector.find.__module__.rpartition('.')[2]})", detector.whole
    return replace(
        detector,
        find=lambda text, start, end: measured(name, lambda: detector.find(text, start, end)),
        whole=whole and (lambda text: measured(name, lambda: whole(text))),
    )


def shares(texts: list[str]) -> dict[str, float]:
    """Return which part of the time each detector takes; the search for the anchors is what is left."""
    spent: defaultdict[str, float] = defaultdict(float)
    finder = Finder([timed(each, spent) for each in load_detectors(REGIONS)])
    for each in prose(WARMING, 200):
        finder.hits(each)
    spent.clear()
    start = time.perf_counter()
    for each in texts:
        finder.hits(each)
    whole = time.perf_counter() - start
    return {"anchors": 1 - sum(spent.values()) / whole} | {name: each / whole for name, each in spent.items()}


def hostile(size: int) -> Iterator[tuple[str, float, float]]:
    """Yield what is repeated, the seconds for that many bytes and for twice as many."""
    finder = Finder(load_detectors(REGIONS))
    for each in prose(WARMING, 200):
        finder.hits(each)
    for name, piece in HOSTILE.items():
        once, twice = ((piece * (count * size // len(piece.encode()) + 1)) for count in (1, 2))
        yield name, best(lambda once=once: finder.hits(once)), best(lambda twice=twice: finder.hits(twice))  # type: ignore[misc]


def presidio(python: str, texts: Sequence[str]) -> float:
    """Return the seconds that Presidio's recognisers take, loading them not counted."""
    lines = "\n".join(json.dumps({"text": each, "language": "en"}) for each in texts)
    done = subprocess.run([python, SIDE, "--direct"], input=lines, capture_output=True, text=True, check=True)
    return float(json.loads(done.stderr.splitlines()[-1])["seconds"])


def paired(python: str, texts: Sequence[str]) -> tuple[float, float]:
    """Return the least seconds of the whole scan and of Presidio's recognisers, which take turns over the texts."""
    scanned = through([part(each.encode(), Kind.TEXT) for each in texts])
    scanned()
    rounds = [(best(scanned, 1), presidio(python, texts)) for _ in range(ROUNDS)]
    return min(own for own, _ in rounds), min(other for _, other in rounds)


def sizes(parts: Sequence[Part]) -> float:
    return sum(len(each.data) for each in parts) / 1e6


def samples() -> Iterator[tuple[str, list[str]]]:
    """Yield the texts that both tools read: prose, and real texts as they are, an even choice of them."""
    for every in EVERY:
        yield f"prose, a value in {every / 1000:.0f} kB", prose(PAIRED, every)
    if CORPUS.is_dir():
        for name, (documents, _) in materials().items():
            parts = [part(data, kind) for _, kind, data in documents]
            step = max(1, int(sizes(parts) * 1e6) // PAIRED)
            yield f"text of {name}", [text for each in parts[::step] if (text := reading(View(each)).text).strip()]


def compared(python: str | None) -> None:
    """Print how fast both are on the same texts."""
    print("\n| texts | MB | all detectors, MB/s | Presidio's recognisers, MB/s | times |\n|---|---|---|---|---|")
    for name, texts in samples():
        megabytes = sum(len(each.encode()) for each in texts) / 1e6
        row = f"| {name} | {megabytes:.1f} |"
        if python is None:
            print(f"{row} | not measured | |")
            continue
        own, other = paired(python, texts)
        print(f"{row} {megabytes / own:.1f} | {megabytes / other:.2f} | {other / own:.0f} |", flush=True)


def main() -> None:
    """Print the figures as tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--presidio", metavar="PYTHON", help="interpreter with presidio-analyzer")
    parser.add_argument("--megabytes", type=float, default=4, help="size of the generated prose")
    parser.add_argument("--engine", choices=("hyperscan", "expressions"), default="hyperscan")
    options = parser.parse_args()
    if options.engine == "expressions":
        sys.modules["hyperscan"] = None  # type: ignore[assignment]  # what an absent module looks like
    size = int(options.megabytes * 1e6)
    texts = {f"prose, a value in {every / 1000:.0f} kB": prose(size, every) for every in EVERY}
    texts["prose without values"] = prose(size, 0)
    cases = {name: [part(each.encode(), Kind.TEXT) for each in some] for name, some in texts.items()}
    if CORPUS.is_dir():
        cases["storage bodies"] = [part(data, Kind.STORAGE) for _, _, data in storage()]
        read = [reading(View(each)).text for each in cases["storage bodies"]]
        cases["text of storage bodies"] = [part(each.encode(), Kind.TEXT) for each in read]
    print("| texts | MB | MB/s |\n|---|---|---|")
    through([part(each.encode(), Kind.TEXT) for each in prose(WARMING, 200)])()
    for name, parts in cases.items():
        through(parts)()
        print(f"| {name} | {sizes(parts):.1f} | {sizes(parts) / best(through(parts)):.1f} |", flush=True)
    compared(options.presidio)
    for name, some in texts.items():
        print(f"\n| share of the search in {name} | |\n|---|---|")
        for detector, share in sorted(shares(some).items(), key=lambda each: -each[1]):
            print(f"| {detector} | {share:.1%} |")
    print("\n| a megabyte of | MB/s | twice as much takes |\n|---|---|---|")
    for name, once, twice in hostile(1_000_000):
        print(f"| {name} | {1 / once:.1f} | {twice / once:.2f} times |", flush=True)


if __name__ == "__main__":
    main()
