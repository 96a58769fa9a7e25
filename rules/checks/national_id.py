"""A number that a state gives to a person, or the number of an identity card, stands in a text or a stored value.

Why it matters: it tells one person from all others for life, often with their birth date and sex, and opens registers.
GDPR Art. 5(1)(c), 6, 32.
Source: the public descriptions that the modules of python-stdnum and `rules.checkdigits` name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.context import Context
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_SWEDEN: Final = Context(regions=frozenset({"SE"}))


def detect(view: View) -> Iterator[Match]:
    """Yield every number of a scheme: where chance hardly writes it, behind a label, or under a heading."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="national-id",
    title="National id",
    category=Category.PERSONAL,
    severity=Severity.HIGH,
    why="The number tells one person from all others for life, mostly with the day of birth in it; GDPR Art."
    " 87 lets states set narrow conditions for its use.",
    remedy="Remove the number here and from older versions of the page or file; refer to the person by a mention."
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
            b"<p>BSN:<br/>945807302</p>",
            Kind.STORAGE,
            "of the Netherlands, under a line that is its label",
            ("945807302",),
        ),
        Flag(
            b"Carta d\xe2\x80\x99identit\xc3\xa0: CA12345AB",
            Kind.TEXT,
            "of Italy, behind a label with a typographic apostrophe",
            ("CA12345AB",),
        ),
        Flag(
            "ΑΔΤ: ΑΚ 123456".encode(),
            Kind.TEXT,
            "of Greece, with Greek letters",
            ("AK123456",),
        ),
        Clean(b"Art.-Nr. 20405608P", Kind.TEXT, "the number of an article"),
        Clean(b"<p>Artikelnummer:</p><p>20405608P</p>", Kind.STORAGE, "the same, on the line below"),
        Clean(b"<p>all about the BSN of us</p><p>945807302</p>", Kind.STORAGE, "below a line that is no label"),
        Flag(
            b"<p>08.12.05-696.85 for the file</p>",
            Kind.STORAGE,
            "of Belgium, in its form",
            ("08120569685",),
        ),
        Flag(
            b"<p>hetu <b>130974</b>-834M</p>",
            Kind.STORAGE,
            "of Finland, split by a tag",
            ("130974834M",),
        ),
        Flag(
            b"<table><tr><th>Name</th><th>PESEL</th></tr><tr><td>Tilda</td><td>58293072914</td></tr></table>",
            Kind.STORAGE,
            "of Poland, under the heading of a column",
            ("58293072914",),
        ),
        Flag(
            b"Personalausweis LZ6311T475",
            Kind.TEXT,
            "an identity card of Germany",
            ("LZ6311T475",),
        ),
        Flag(
            b"DNI 41241323T, NIE X4448190J",
            Kind.TEXT,
            "of Spain",
            (
                "41241323T",
                "X4448190J",
            ),
        ),
        Flag(
            b"CPR-nr. 040656-1722",
            Kind.TEXT,
            "of Denmark, behind its label",
            ("0406561722",),
        ),
        Flag(
            b"ask for 180587-4920 there",
            Kind.TEXT,
            "of Sweden, where the people of the site live there",
            ("1805874920",),
            context=_SWEDEN,
        ),
        Flag(
            b"BSN: 931426431",
            Kind.TEXT,
            "of the Netherlands, behind its label",
            ("931426431",),
        ),
        Flag(
            b'{"oib":"83533975083"}',
            Kind.JSON,
            "of Croatia, under a key for it",
            ("83533975083",),
        ),
        Flag(
            b'{"cnp":6520415832515}',
            Kind.JSON,
            "of Romania, a number under a key for it",
            ("6520415832515",),
        ),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"rodn\xc3\xa9 \xc4\x8d\xc3\xadslo 592529"},{"type":"text","text":"/1141","marks":[{"type":"stron'
            b'g"}]}]}]}',
            Kind.ADF,
            "of Czechia, split by a mark",
            ("5925291141",),
        ),
        Flag(
            b"f\xc3\xb8dselsnummer 134980 17058",
            Kind.TEXT,
            "of Norway",
            ("13498017058",),
        ),
        Flag(
            b"NHS number: 511 315 1262",
            Kind.TEXT,
            "of the health service of the United Kingdom",
            ("5113151262",),
        ),
        Flag(
            b"cart\xc3\xa3o de cidad\xc3\xa3o 49909592 9 WE9",
            Kind.TEXT,
            "of Portugal",
            ("499095929WE9",),
        ),
        Clean(
            b"order 240115-0042 of 180587-4920",
            Kind.TEXT,
            "numbers of orders, where nobody lives in Sweden",
        ),
        Clean(
            b"PESEL 58293072915",
            Kind.TEXT,
            "a wrong check digit",
        ),
        Clean(
            b"batch 12345678A and 41241323X",
            Kind.TEXT,
            "wrong letters",
        ),
        Clean(
            b"page 931426431, 83533975083 visits",
            Kind.TEXT,
            "ids without a label",
        ),
        Clean(
            b"EAN 4006381333931, ISBN 978-3-16-148410-0",
            Kind.TEXT,
            "goods and books",
        ),
        Clean(
            b"<p>08.12.2005 - 696.85 EUR</p>",
            Kind.STORAGE,
            "a date and a price",
        ),
        Clean(
            b"<p>8.12.5-696, 10.15.20-100.15</p>",
            Kind.STORAGE,
            "versions and sections",
        ),
        Clean(
            b'<a href="/pages/viewpage.action?pageId=931426431">BSN</a>',
            Kind.STORAGE,
            "the id of a page in a link",
        ),
        Clean(
            b"<p>BSN 000000000 or 111111111</p>",
            Kind.STORAGE,
            "fillers",
        ),
        Clean(
            b'{"cnp":"6520415832516","oib":""}',
            Kind.JSON,
            "a wrong check digit",
        ),
        Clean(
            b'{"uuid":"58293072-9141-4586-9307-291458293072"}',
            Kind.JSON,
            "a UUID",
        ),
        Clean(
            b'{"timestamp":1699999999999,"order":"83533975083"}',
            Kind.JSON,
            "a moment, and the number of an order",
        ),
        Clean(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"Tel. +45 040656 1722, fax 0406 561722"}]}]}',
            Kind.ADF,
            "telephone numbers",
        ),
        Clean(
            b"ABC-130974 and 130974-8340-M",
            Kind.TEXT,
            "keys of issues",
        ),
    ),
)
