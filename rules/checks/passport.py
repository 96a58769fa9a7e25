"""The number of a passport, or a line of a travel document that machines read, stands in a text or a stored value.

Why it matters: with name and birth date it is what borders, banks and hotels ask for, and enough to take an identity.
GDPR Art. 5(1)(c), 6, 32.
Source: ICAO Doc 9303; Council of the European Union, PRADO, for the forms.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every number behind a label, and the lines that machines read anywhere."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="passport",
    title="Passport number",
    category=Category.PERSONAL,
    severity=Severity.HIGH,
    why="The number of a passport, with the name and birth date that mostly stand near it, is enough to take"
    " a person's identity.",
    remedy="Remove the number and pictures of the document here and from older versions of the page or file."
    " Report only.",
    articles=(
        "5(1)(c)",
        "6",
        "32",
    ),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#OfficialID",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(
            b"<p>Reisepass C01X0ZT9K1</p>",
            Kind.STORAGE,
            "of Germany, with its check digit",
            ("C01X0ZT9K1",),
        ),
        Flag(
            b"<p>Passport No. <b>AB1</b>234067</p>",
            Kind.STORAGE,
            "two letters and seven digits, split by a tag",
            ("AB1234067",),
        ),
        Flag(
            b"<table><tr><th>Passport number</th></tr><tr><td>912803456</td></tr></table>",
            Kind.STORAGE,
            "nine digits under the heading of a column",
            ("912803456",),
        ),
        Flag(
            b"X4QK881709SWE6802295M2901318197802292385<<26",
            Kind.TEXT,
            "the second line of a passport, as machines read it",
            ("X4QK881709SWE6802295M2901318197802292385<<26",),
        ),
        Flag(
            b"<pre>C01X0ZT9K1D&lt;&lt;7108123F3104079&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&"
            b"lt;&lt;&lt;&lt;2</pre>",
            Kind.STORAGE,
            "such a line with entities in it",
            ("C01X0ZT9K1D<<7108123F3104079<<<<<<<<<<<<<<<2",),
        ),
        Flag(
            b"I<UTOZZ99881702<<<<<<<<<<<<<<<\n8502038F3301018UTO<<<<<<<<<<<2",
            Kind.TEXT,
            "the first two lines of a card",
            ("I<UTOZZ99881702<<<<<<<<<<<<<<<8502038F3301018UTO<<<<<<<<<<<2",),
        ),
        Flag(
            b"passeport: 14AB03928",
            Kind.TEXT,
            "of France",
            ("14AB03928",),
        ),
        Flag(
            b"pasaporte PAB120394",
            Kind.TEXT,
            "of Spain",
            ("PAB120394",),
        ),
        Flag(
            b'{"passportNumber":"YA7654021"}',
            Kind.JSON,
            "under a key for it",
            ("YA7654021",),
        ),
        Flag(
            b'{"person":{"passport":"X1293840"}}',
            Kind.JSON,
            "under a key for it, of Switzerland",
            ("X1293840",),
        ),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"paspoort NX"},{"type":"text","text":"C1B23K4","marks":[{"type":"strong"}]}]}]'
            b"}",
            Kind.ADF,
            "of the Netherlands, split by a mark",
            ("NXC1B23K4",),
        ),
        Flag(
            b"Pass-Nr. LZ6311T475",
            Kind.TEXT,
            "of Germany, in plain text",
            ("LZ6311T475",),
        ),
        Clean(
            b"X4QK881708SWE6802295M2901318197802292385<<26",
            Kind.TEXT,
            "a wrong check digit",
        ),
        Clean(
            b"C01X0ZT9K1 is the part",
            Kind.TEXT,
            "no label",
        ),
        Clean(
            b"AB1234067, 912803456, X1293840",
            Kind.TEXT,
            "no label",
        ),
        Clean(
            b"passport renewal on 12.03.2024, room 4.12",
            Kind.TEXT,
            "a label without its number",
        ),
        Clean(
            b"Passport.js 0.7.0 and passport-local 1.0.0",
            Kind.TEXT,
            "the name of a library",
        ),
        Clean(
            b"<p>Reisepass C01X0ZT9K2</p>",
            Kind.STORAGE,
            "a wrong check digit",
        ),
        Clean(
            b"<p>ABCDEFGHI&lt;&lt;JKLMNOP</p>",
            Kind.STORAGE,
            "letters",
        ),
        Clean(
            b"<p>passport: see PROJ-12345 and build 20240312-7</p>",
            Kind.STORAGE,
            "the key of an issue",
        ),
        Clean(
            b'{"id":"912803456","serial":"YA7654021"}',
            Kind.JSON,
            "numbers of something else",
        ),
        Clean(
            b'{"passport":true,"hash":"c01f0af9c1"}',
            Kind.JSON,
            "a switch",
        ),
        Clean(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"Serial no. NXC1B23K4"}]}]}',
            Kind.ADF,
            "a serial number",
        ),
        Clean(
            b"TRVZWXKLM and CRT12",
            Kind.TEXT,
            "words",
        ),
    ),
)
