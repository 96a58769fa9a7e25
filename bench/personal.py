"""Precision, recall and F1 of the detectors of personal data, beside Presidio on the same texts.

    python -m bench.personal [--presidio PYTHON] [--misses] [--set NAME] [--show RULE]

Texts: the hand-made set in bench/labelled, six languages with hard negatives, and public labelled sets where the
shared corpus lies beside the checkout. Findings of medium and high confidence count as found; a second figure counts
those of low confidence too, which a human is asked about. A labelled span is found by a finding of its kind that has
at least 80 % of its characters and of which at least half lie in it. Behind each figure stands its interval of 95 %:
Wilson's for precision and recall, for F1 a bootstrap over the texts with a fixed seed.

PYTHON is an interpreter with presidio-analyzer, see bench/personal_presidio.py. Presidio knows no names here, because
its model is no package; all of its findings count, whatever their score, and in a second line those from 0.4 on.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from bench.personal_aims import Compared, report, summed
from bench.personal_real import listed, materials
from bench.personal_real import table as counts
from bench.personal_score import STATE, Judged, Sample, Spot, Tally, bootstrap, counted, judge, wilson
from bench.personal_sets import Labelled, others, own
from rules.context import Context
from rules.directory import Directory
from rules.model import Confidence, Kind, ObjectType, Part, Ref
from rules.registry import load
from rules.rule import Category, Rule
from rules.scan import scan

SCRIPT: Final = Path(__file__).with_name("personal_presidio.py")
SURE: Final = 0.4
"""Score of Presidio's phone recogniser without context: a higher threshold would leave no telephone numbers."""
OURS: Final = "ours"
PRESIDIO: Final = "Presidio"
BOTH: Final = "all kinds of both"
"""What is counted of the kinds that both tools know, together."""
SECOND: Final = ("ours, low too", "Presidio from 0.4")
"""Second figures of the tools; a line that says nothing new is left out."""
ENTITIES: Final = {
    "CREDIT_CARD": "payment_card",
    "EMAIL_ADDRESS": "email",
    "IBAN_CODE": "bank_account",
    "IP_ADDRESS": "ip_address",
    "MAC_ADDRESS": "mac_address",
    "PHONE_NUMBER": "phone",
    "DE_VAT_ID": "vat_id",
    "IT_VAT_CODE": "vat_id",
    "DE_KFZ": "licence_plate",
    "UK_VEHICLE_REGISTRATION": "licence_plate",
    **dict.fromkeys(("US_PASSPORT", "UK_PASSPORT", "DE_PASSPORT", "ES_PASSPORT", "IT_PASSPORT"), "passport"),
    **dict.fromkeys(("US_SSN", "US_ITIN", "UK_NINO", "UK_NHS", "DE_ID_CARD", "DE_HEALTH_INSURANCE"), STATE),
    **dict.fromkeys(("DE_SOCIAL_SECURITY", "DE_TAX_ID", "DE_TAX_NUMBER", "ES_NIF", "ES_NIE"), STATE),
    **dict.fromkeys(("IT_FISCAL_CODE", "IT_IDENTITY_CARD", "PL_PESEL"), STATE),
    **dict.fromkeys(("FI_PERSONAL_IDENTITY_CODE", "SE_PERSONNUMMER"), STATE),
}
"""Entities of Presidio -> kinds as they are counted; it has no other recogniser of a kind in scope."""

Found = Sequence[tuple[Spot, float]]
"""Findings in one text, each with how sure it is."""
Line = tuple[str, Mapping[str, list[Tally]]]
"""What a table says in its first column, and the counts by kind and text."""


def ours(labelled: Labelled, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield our findings in each text of a set, as plain text."""
    directory = (Directory(labelled.people).detector,) if labelled.people else ()
    context = Context(regions=labelled.regions, detectors=directory)
    for number, sample in enumerate(labelled.samples):
        data = sample.text.encode()
        part = Part(Ref(ObjectType.FILE, str(number)), "body", Kind.TEXT, data)
        yield [
            (Spot(_characters(data, match.span.start), _characters(data, match.span.end), kind), match.confidence)
            for match in scan(part, rules, context).matches
            for kind in (counted(match.subject.kind.value),)
        ]


def _characters(data: bytes, offset: int) -> int:
    return len(data[:offset].decode())


def theirs(labelled: Labelled, python: str) -> Iterator[Found]:
    """Yield Presidio's findings in each text of a set."""
    lines = "".join(json.dumps({"text": one.text, "language": one.language}) + "\n" for one in labelled.samples)
    command = [python, str(SCRIPT), "--regions", ",".join(sorted(labelled.regions))]
    answer = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    for line in answer.stdout.splitlines():
        spans = json.loads(line)["spans"]
        yield [(Spot(start, end, ENTITIES[entity]), score) for start, end, entity, score in spans if entity in ENTITIES]


def judged(labelled: Labelled, found: Iterable[Found], least: float) -> list[Judged]:
    """Hold the findings that are sure enough against the labels of a set."""
    return [
        judge(sample, (spot for spot, sure in spots if sure >= least), labelled.kinds)
        for sample, spots in zip(labelled.samples, found, strict=True)
    ]


def compared(labelled: Labelled, rules: Sequence[Rule], python: str) -> dict[str, list[Judged]]:
    """Return what became of each text of a set, by tool; without an interpreter for Presidio ours alone."""
    found = list(ours(labelled, rules))
    answers = {
        OURS: judged(labelled, found, Confidence.MEDIUM),
        SECOND[0]: judged(labelled, found, Confidence.LOW),
    }
    if python:
        found = list(theirs(labelled, python))
        answers |= {PRESIDIO: judged(labelled, found, 0), SECOND[1]: judged(labelled, found, SURE)}
    return answers


def by_kind(texts: Iterable[Judged]) -> dict[str, list[Tally]]:
    """Return the counts of each text by kind, and of all kinds that both tools know together."""
    tallies: dict[str, list[Tally]] = defaultdict(list)
    for text in texts:
        for kind, tally in text.tallies.items():
            tallies[kind].append(tally)
        both = [tally for kind, tally in text.tallies.items() if kind in ENTITIES.values()]
        if both:
            tallies[BOTH].append(sum(both, Tally()))
    return dict(tallies)


def table(title: str, lines: Sequence[Line], kinds: Iterable[str]) -> Iterator[str]:
    """Yield one table: a line for each kind and tool."""
    yield f"\n### {title}\n"
    yield "| kind | tool | labelled | found | wrong | precision | recall | F1 |"
    yield "|---|---|---|---|---|---|---|---|"
    for kind in sorted(kinds):
        before = Tally()
        for tool, tallies in lines:
            texts = tallies.get(kind, [])
            total = sum(texts, Tally())
            if total != Tally() and not (tool in SECOND and total == before) and (tool == OURS or _has_findings(total)):
                yield row(kind, tool, total, texts)
            before = total


def _has_findings(total: Tally) -> bool:
    return bool(total.right or total.wrong)


def row(kind: str, tool: str, total: Tally, texts: Sequence[Tally]) -> str:
    """Return one line of a table."""
    labels, findings = total.right + total.missed, total.right + total.wrong
    shares = (
        share(total.precision, wilson(total.right, findings)),
        share(total.recall, wilson(total.right, labels)),
        share(total.f1, bootstrap(texts)),
    )
    return f"| {kind} | {tool} | {labels} | {total.right} | {total.wrong} | {' | '.join(shares)} |"


def share(value: float, interval: tuple[float, float]) -> str:
    """Return a share with its interval: `0.98 (0.95-1.00)`, or a dash where there is none."""
    return "-" if math.isnan(value) else f"{value:.3f} ({interval[0]:.2f}-{interval[1]:.2f})"


def misses(labelled: Labelled, texts: Iterable[Judged]) -> Iterator[str]:
    """Yield what was missed and what was wrong, with the text around it."""
    for sample, text in zip(labelled.samples, texts, strict=True):
        for title, spots in (("missed", text.missed), ("wrong", text.wrong)):
            for spot in spots:
                yield f"- {labelled.name}: {title} {spot.kind}: {_around(sample, spot)}"


def _around(sample: Sample, spot: Spot) -> str:
    text = sample.text
    pieces = (text[max(0, spot.start - 40) : spot.start], text[spot.start : spot.end], text[spot.end : spot.end + 25])
    return "{}[[{}]]{}".format(*(piece.replace("\n", "¶").replace("\t", "→") for piece in pieces))


def tables(sets: Iterable[Labelled], rules: Sequence[Rule], python: str) -> Iterator[str]:
    """Yield a table a set, one over all languages of the own set, and where the aims are met."""
    whole: dict[str, list[Judged]] = defaultdict(list)
    judged_sets: dict[str, Mapping[str, Sequence[Judged]]] = {}
    for labelled in sets:
        answers = compared(labelled, rules, python)
        title = f"{labelled.name}: {len(labelled.samples):,} texts" + (f"; {labelled.note}" if labelled.note else "")
        yield from _table_of(title, answers)
        if labelled.name.startswith("own "):
            for tool, texts in answers.items():
                whole[tool] += texts
        else:
            judged_sets[labelled.name] = answers
    if whole:
        yield from _table_of(f"own set, all languages: {len(whole[OURS]):,} texts", whole)
        judged_sets = {"own set": whole, **judged_sets}
    if python:
        yield from report(chain.from_iterable(_by_aim(name, answers) for name, answers in judged_sets.items()))


def _by_aim(name: str, answers: Mapping[str, Sequence[Judged]]) -> Iterator[Compared]:
    """Yield the kinds of a set that both tools know."""
    lines = [by_kind(answers[tool]) for tool in (OURS, SECOND[0], PRESIDIO)]
    yield from (summed(name, kind, lines) for kind in sorted({*lines[0], *lines[2]} & set(ENTITIES.values())))


def _table_of(title: str, answers: Mapping[str, Sequence[Judged]]) -> Iterator[str]:
    lines = [(tool, by_kind(texts)) for tool, texts in answers.items()]
    return table(title, lines, {kind for _, tallies in lines for kind in tallies})


def main() -> None:
    """Print the tables, or what the options ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--presidio", metavar="PYTHON", default="", help="interpreter that has presidio-analyzer")
    parser.add_argument("--misses", action="store_true", help="list what was missed or wrong instead of the tables")
    parser.add_argument("--set", metavar="NAME", default="", help="only sets whose names begin so")
    parser.add_argument("--show", metavar="RULE", default="", help="list one rule's findings in real texts, masked")
    options = parser.parse_args()
    rules = [rule for rule in load() if rule.category is Category.PERSONAL]
    sets = (labelled for labelled in chain(own(), others()) if labelled.name.startswith(options.set))
    if options.show:
        lines = listed(options.show, rules)
    elif options.misses:
        lines = (line for one in sets for line in misses(one, compared(one, rules, "")[OURS]))
    else:
        lines = tables(sets, rules, options.presidio)
    for line in lines:
        print(line)
    if not (options.show or options.misses or options.set):
        for title, (documents, context) in materials().items():
            print("\n".join(counts(title, documents, rules, context)))


if __name__ == "__main__":
    main()
