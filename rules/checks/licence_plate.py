"""The licence plate of a car stands in a text.

Why it matters: the register leads from the plate to the keeper, who mostly is the driver. GDPR Art. 4(1), 5(1)(c), 17.
Source: the countries' own rules on plates, named in `rules.personal.licence_plate`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every plate of a form that hardly anything else has, and others behind a label."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="licence-plate",
    title="Licence plate",
    category=Category.PERSONAL,
    severity=Severity.MEDIUM,
    why="A licence plate leads to the keeper of the car, and with lists of parking spaces tells who is where.",
    remedy="Keep plates in the list of the people who run the car park, not on pages. Report only.",
    articles=("4", "5(1)(c)", "17"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#VehicleLicense",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(b"<p>Tilda parks B-MW <b>1234</b> here</p>", Kind.STORAGE, "Germany, split by a tag", ("BMW1234",)),
        Flag(b"Kennzeichen: M AB 17", Kind.TEXT, "Germany, behind a label", ("MAB17",)),
        Flag(b"her car LK19 ZXD is blue", Kind.TEXT, "Great Britain", ("LK19ZXD",)),
        Flag(b"le v\xc3\xa9hicule GH-317-KL de Jo", Kind.TEXT, "France", ("GH317KL",)),
        Flag(b"targa FX 317 KD", Kind.TEXT, "Italy, behind a label", ("FX317KD",)),
        Flag(b"matr\xc3\xadcula 3172 KDV", Kind.TEXT, "Spain, behind a label", ("3172KDV",)),
        Flag(b"kenteken 31-KD-VX", Kind.TEXT, "the Netherlands, behind a label", ("31KDVX",)),
        Flag(b'{"licencePlate":"1-KDV-317"}', Kind.JSON, "Belgium, under a key", ("1KDV317",)),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Kontrollsch'
            b'ild ZH 317 204"}]}]}',
            Kind.ADF,
            "Switzerland, in the newer format",
            ("ZH317204",),
        ),
        Flag(
            b"<table><tr><th>Fahrer</th><th>Kennzeichen</th></tr><tr><td>Jo</td><td>W-31720 K</td></tr></table>",
            Kind.STORAGE,
            "Austria, under a heading",
            ("W31720K",),
        ),
        Flag(b"Kennzeichen\nHH-XY 345", Kind.TEXT, "Germany, under a line that is its label", ("HHXY345",)),
        Clean(b"M-PM 2024 budget, HH-IT 2024, CO-OP 2024", Kind.TEXT, "abbreviations with a year"),
        Clean(b"DIN-A 4, HP-UX 1123, USB-C 3", Kind.TEXT, "standards and systems"),
        Clean(b"QX-AB 1234 is no district", Kind.TEXT, "a place that does not exist"),
        Clean(b"1-MAY-24, 12-JAN-2024", Kind.TEXT, "dates"),
        Clean(b"issue OPS-1234, ABC-12", Kind.TEXT, "keys of issues"),
        Clean(b"1234 USD, 1234 BCD", Kind.TEXT, "an amount, and a Spanish form without a label"),
        Clean(b"part GH-317-KL-2 and xGH-317-KL", Kind.TEXT, "longer numbers"),
        Clean(b"order no LK19ZXD", Kind.TEXT, "a code of an order"),
        Clean(b"<p>ZH 123456, W-12345 A and AB 123 CD</p>", Kind.STORAGE, "forms that need a label"),
        Clean(b'{"sku":"12-ABC-3","id":"AB-12-CD"}', Kind.JSON, "codes of goods"),
        Clean(b"RFC-AB 0123, b-mw 1234", Kind.TEXT, "no place, small letters"),
    ),
)
