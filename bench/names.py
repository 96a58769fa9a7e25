"""False findings of names: a directory of people with common names who work nowhere, over real texts.

    python -m bench.names [--people N] [--list]

The people are drawn by a fixed seed from 120 first names and 200 surnames that are common in English, German, French,
Spanish, Italian and Dutch, with usernames as offices give them: `jsmith`, `john.smith`, `smithj`, `johns`, `jsmith2`.
No text knows them: whoever is found is somebody else of that name or nobody. The texts are the real storage bodies of
the shared corpus and pieces of newspapers (bench/personal_real.py); without the corpus there is nothing to read.
`--list` shows form and place of each finding, and no text.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Final

from bench.personal_real import findings, materials
from bench.personal_score import SEED
from rules.checks.directory_name import RULE
from rules.directory import Directory, Person
from rules.folding import transcribed
from rules.model import Confidence

FIRST: Final = """
    James Mary John Patricia Robert Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Thomas Sarah
    Daniel Karen Matthew Lisa Mark Sandra Paul Ashley Steven Emily Andrew Laura Kevin Emma Peter Andrea Stefan Claudia
    Andreas Sabine Christian Nicole Martin Petra Markus Anja Jürgen Monika Klaus Ursula Wolfgang Heike Frank Birgit Uwe
    Katrin Jens Silke Tobias Stefanie Florian Julia Jan Anna Marie Pierre Nathalie Jean Isabelle Philippe Sophie Alain
    Céline Nicolas Camille Julien Chloé François Hélène Antoine Manon José Carmen Antonio María Manuel Ana Francisco
    Isabel Javier Lucía Carlos Pilar Miguel Rosa Giuseppe Giulia Giovanni Francesca Marco Chiara Luca Sara Paolo Elena
    Alessandro Valentina Roberto Paola Jeroen Sanne Pieter Femke Daan Lotte Bas Anouk Thijs Marloes Willem Ingrid Rob
    Esther
"""
LAST: Final = """
    Smith Johnson Williams Brown Jones Miller Davis Wilson Moore Taylor Anderson Jackson White Harris Thompson Garcia
    Robinson Clark Lewis Lee Walker Hall Allen Young King Wright Hill Scott Green Adams Baker Nelson Carter Mitchell
    Roberts Turner Phillips Campbell Parker Evans Edwards Collins Stewart Morris Rogers Reed Cook Morgan Bell Murphy
    Bailey Cooper Richardson Cox Howard Ward Peterson Gray Watson Brooks Kelly Sanders Price Bennett Wood Barnes Ross
    Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
    Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier Lehmann Köhler
    Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Vogel Friedrich Keller
    Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus
    Dubois Durand Leroy Moreau Laurent Lefebvre Michel Bertrand Fournier Girard Bonnet Dupont Lambert Fontaine
    Rousseau Vincent Faure Mercier Blanc Guérin Boyer Garnier Chevalier Legrand
    Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Ruiz Hernández Díaz Moreno Álvarez Romero Alonso
    Navarro Torres Domínguez Vázquez Ramos Gil Serrano Molina Morales Ortega
    Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa Giordano Mancini
    Rizzo Lombardi Moretti Barbieri
    Jansen Bakker Visser Smit Meijer Mulder Bos Vos Hendriks Dekker Dijkstra Vermeulen Verhoeven Kuipers Willems
"""
COMMON: Final = 1000


def people(number: int = COMMON) -> tuple[Person, ...]:
    """Return so many people with common names, each with one username and one address. The same in every run."""
    # Not for secrets: the same people in every run.
    drawn = random.Random(SEED).sample(sorted(product(FIRST.split(), LAST.split())), number)
    return tuple(
        Person(f"{first} {last}", (_username(first, last, count),), (f"{_plain(first)}.{_plain(last)}@example.org",))
        for count, (first, last) in enumerate(drawn)
    )


def _plain(name: str) -> str:
    return transcribed(name)


def _username(first: str, last: str, count: int) -> str:
    """Return a username in one of five ways."""
    one, other = _plain(first), _plain(last)
    ways = (one[0] + other, f"{one}.{other}", other + one[0], one + other[0], f"{one[0]}{other}{count % 9 + 1}")
    return ways[count % len(ways)]


def lines(number: int, *, listed: bool) -> Iterator[str]:
    """Yield the counts of each kind of text by form and confidence, or each finding."""
    directory = Directory(people(number))
    for title, (documents, context) in materials().items():
        known, whole = replace(context, detectors=(directory.detector,)), list(documents)
        found = [(name, match) for name, match in findings(whole, (RULE,), known)]
        counts = Counter((match.reason.partition(":")[0], match.confidence) for _, match in found)
        yield f"\n### {len(whole):,} {title}, {number:,} people with common names\n"
        yield "| form | high | medium | low | a thousand texts |"
        yield "|---|---|---|---|---|"
        for form in sorted({form for form, _ in counts}):
            each = [counts[form, confidence] for confidence in sorted(Confidence, reverse=True)]
            yield f"| {form} | {' | '.join(map(str, each))} | {1000 * sum(each) / len(whole):.1f} |"
        if listed:
            yield from (
                f"- {name} {match.where} {match.confidence.name.lower()} {match.reason}" for name, match in found
            )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=COMMON, help="how many people the directory has")
    parser.add_argument("--list", action="store_true", help="list the findings, without their text")
    options = parser.parse_args()
    for line in lines(options.people, listed=options.list):
        print(line)


if __name__ == "__main__":
    main()
