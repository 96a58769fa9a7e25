"""Coordinates exact to some metres stand in a text, a link to a map or the metadata of a picture.

Why it matters: they tell where somebody lives, works or was. GDPR Art. 4(1), 5(1)(c), 6.
Source: RFC 5870 and ISO 6709 for the forms.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every pair of coordinates that its form, a label or a link shows to be one."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="coordinates",
    title="Coordinates of a place",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="Coordinates tell to within some metres where a person lives, works or was at a time.",
    remedy="Name the town, or delete the coordinates; take them out of pictures before they are attached. Report only.",
    articles=("4", "5(1)(c)", "6"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#GPSCoordinate",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(
            b"<p>Tilda lives at 59.3293, 18.0686 (GPS)</p><p>GPS: 59.3293<b>2</b>, 18.06858</p>",
            Kind.STORAGE,
            "behind a label, not before it",
            ("59.32932,18.06858",),
        ),
        Flag(b"59.3293\xc2\xb0 N, 18.0686\xc2\xb0 E", Kind.TEXT, "letters of the directions", ("59.3293,18.0686",)),
        Flag(b"59\xc2\xb019'45\"N 18\xc2\xb004'07\"E", Kind.TEXT, "degrees and minutes", ("59 19 45,18 04 07",)),
        Flag(b"meet at geo:59.3293,18.0686", Kind.TEXT, "an address of its own kind", ("59.3293,18.0686",)),
        Flag(
            b'<a href="https://www.google.com/maps/@59.3293,18.0686,15z">home</a>',
            Kind.STORAGE,
            "a link to a map",
            ("59.3293,18.0686",),
        ),
        Flag(
            b"https://www.openstreetmap.org/#map=15/59.32932/18.06858", Kind.TEXT, "another map", ("59.32932,18.06858",)
        ),
        Flag(b'{"gps":"59.32932, 18.06858"}', Kind.JSON, "under a key", ("59.32932,18.06858",)),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Koordinaten'
            b': 48.13743, 11.57549"}]}]}',
            Kind.ADF,
            "in the newer format",
            ("48.13743,11.57549",),
        ),
        Flag(b"lat=59.32932&lon=18.06858", Kind.TEXT, "parameters", ("59.32932,18.06858",)),
        Flag(
            b"<table><tr><th>Name</th><th>Latitude</th></tr><tr><td>Jo</td><td>59.329323</td></tr></table>",
            Kind.STORAGE,
            "a single number under a heading",
            ("59.329323",),
        ),
        Clean(b"3.1415, 2.7182 and 0.12345; 0.23456", Kind.TEXT, "fractions"),
        Clean(b"GPS: 59.3, 18.1", Kind.TEXT, "too coarse for a person"),
        Clean(b"versions 59.3293 and 18.0686", Kind.TEXT, "versions"),
        Clean(b"20 \xc2\xb0C to 25 \xc2\xb0C, turn 90\xc2\xb0 left", Kind.TEXT, "temperatures and an angle"),
        Clean(b"<p>EUR 12.3456, USD 13.4567</p>", Kind.STORAGE, "prices"),
        Clean(b'{"x":59.32932,"weight":"18.06858"}', Kind.JSON, "measures"),
        Clean(b"95.12345, 200.12345 GPS", Kind.TEXT, "outside the earth, and the label behind"),
        Clean(b"https://www.acme-optics.se/@59,18", Kind.TEXT, "no fractions"),
        Clean(b"latency 59.3293 ms", Kind.TEXT, "another word that begins alike"),
        Clean(b'<a href="https://acme-optics.se/?q=59.3">x</a>', Kind.STORAGE, "a search"),
    ),
)
