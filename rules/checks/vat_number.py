"""A number for value added tax stands in a text or a stored value.

Why it matters: the number of a firm is public, that of a freelancer names one person.
GDPR Art. 4(1), 5(1)(c), 6.
Source: European Commission, structure of VAT identification numbers; the check digits as python-stdnum has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every number with the letters of its country, and those without them that are labelled."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="vat-number",
    title="VAT number",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="A number for value added tax that belongs to a freelancer names one person, and leads to their name"
    " and address in the register of the European Union.",
    remedy="Look whether it is a person's. Keep the numbers of suppliers in the system that pays them. Report only.",
    articles=(
        "4",
        "5(1)(c)",
        "6",
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
            b"<p>VAT: DE939500067</p>",
            Kind.STORAGE,
            "of Germany",
            ("DE939500067",),
        ),
        Flag(
            b"<p>ATU<b>674</b>93492 is hers</p>",
            Kind.STORAGE,
            "of Austria, without a label, split by a tag",
            ("ATU67493492",),
        ),
        Flag(
            b"<table><tr><td>P. IVA</td><td>53220290786</td></tr></table>",
            Kind.STORAGE,
            "without letters, beside its label",
            ("53220290786",),
        ),
        Flag(
            b"FR 15 520797754",
            Kind.TEXT,
            "of France, with blanks",
            ("FR15520797754",),
        ),
        Flag(
            b"NL535579226B70, ES-F32057739",
            Kind.TEXT,
            "of the Netherlands and of Spain",
            (
                "NL535579226B70",
                "ESF32057739",
            ),
        ),
        Flag(
            b"CHE-720.559.633 MWST",
            Kind.TEXT,
            "of Switzerland, with its suffix",
            ("CHE720559633MWST",),
        ),
        Flag(
            b"NO 949 065 332 MVA",
            Kind.TEXT,
            "of Norway",
            ("NO949065332MVA",),
        ),
        Flag(
            b"USt-IdNr. 812758733",
            Kind.TEXT,
            "of Germany, without letters, behind its label",
            ("812758733",),
        ),
        Flag(
            b'{"supplier":"GB784694721"}',
            Kind.JSON,
            "of the United Kingdom, in a stored value",
            ("GB784694721",),
        ),
        Flag(
            b'["PL1761189939"]',
            Kind.JSON,
            "of Poland, in a stored value",
            ("PL1761189939",),
        ),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"EL823489278 and SE337603093201"}]}]}',
            Kind.ADF,
            "of Greece and of Sweden",
            (
                "EL823489278",
                "SE337603093201",
            ),
        ),
        Flag(
            b"BTW BE 1235.081.598",
            Kind.TEXT,
            "of Belgium, with full stops",
            ("BE1235081598",),
        ),
        Clean(
            b"DE939500068",
            Kind.TEXT,
            "a wrong check digit",
        ),
        Clean(
            b"see 812758733 for more",
            Kind.TEXT,
            "no label and no letters",
        ),
        Clean(
            b"No 949065332 of the list",
            Kind.TEXT,
            "a word, not Norway",
        ),
        Clean(
            b"order DE-2024-000417",
            Kind.TEXT,
            "the number of an order",
        ),
        Clean(
            b"part AT12345678 and IT-4711",
            Kind.TEXT,
            "part numbers",
        ),
        Clean(
            b"<p>de 939 500 067 habitantes</p>",
            Kind.STORAGE,
            "a word before a number",
        ),
        Clean(
            b"<p>XDE939500067</p>",
            Kind.STORAGE,
            "a piece of something longer",
        ),
        Clean(
            b"<p>ISO 27001, DIN 5008, EN 60601</p>",
            Kind.STORAGE,
            "names of standards",
        ),
        Clean(
            b'{"key":"SE-336","n":337603093201}',
            Kind.JSON,
            "the key of an issue, and a number",
        ),
        Clean(
            b'{"hash":"be1235081598aa"}',
            Kind.JSON,
            "a hash",
        ),
        Clean(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"SI 12345678 kg, HR 11 from 9 to 10"}]}]}',
            Kind.ADF,
            "a unit and a number",
        ),
        Clean(
            b"FI 2024 0815",
            Kind.TEXT,
            "a year and a day",
        ),
    ),
)
