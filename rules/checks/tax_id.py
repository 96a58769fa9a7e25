"""The tax number of a person stands in a text or a stored value.

Why it matters: it tells one person from all others for life and is what authorities and employers know them by.
GDPR Art. 5(1)(c), 6, 32.
Source: the public descriptions that the modules of python-stdnum and `rules.checkdigits` name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every number of a scheme: where chance hardly writes it, behind a label, or under a heading."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="tax-id",
    title="Tax number",
    category=Category.PERSONAL,
    severity=Severity.HIGH,
    why="The number tells one person from all others, mostly for life, and belongs into payroll and accounting only.",
    remedy="Remove the number here and from older versions of the page or file; keep it in the system that pays."
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
            b"<p>Steuer-ID: 86741250312</p>",
            Kind.STORAGE,
            "of Germany, behind its label",
            ("86741250312",),
        ),
        Flag(
            b"<p>YKXCNT<b>46C24</b>E512Y</p>",
            Kind.STORAGE,
            "of Italy, without a label, split by a tag",
            ("YKXCNT46C24E512Y",),
        ),
        Flag(
            b"<table><tr><th>Tax ID</th></tr><tr><td>95 994 168 237</td></tr></table>",
            Kind.STORAGE,
            "under the heading of a column",
            ("95994168237",),
        ),
        Flag(
            b"95 994 168 237 is the number",
            Kind.TEXT,
            "of Germany, in the groups of its letters",
            ("95994168237",),
        ),
        Flag(
            b"Steuernummer 77/537/10513",
            Kind.TEXT,
            "of Germany, older",
            ("7753710513",),
        ),
        Flag(
            b"NIF 994926669",
            Kind.TEXT,
            "of Portugal, behind its label",
            ("994926669",),
        ),
        Flag(
            b"UTR: 78195 00486",
            Kind.TEXT,
            "of the United Kingdom",
            ("7819500486",),
        ),
        Flag(
            b"ad\xc3\xb3azonos\xc3\xadt\xc3\xb3 jel: 8936454072",
            Kind.TEXT,
            "of Hungary",
            ("8936454072",),
        ),
        Flag(
            b'{"itin":"960-82-0175"}',
            Kind.JSON,
            "of the United States",
            ("960820175",),
        ),
        Flag(
            b'{"codiceFiscale":"YGYSDX14M57M810X"}',
            Kind.JSON,
            "of Italy, in a stored value",
            ("YGYSDX14M57M810X",),
        ),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"num\xc3\xa9ro fiscal 38 41 061 080 297"}]}]}',
            Kind.ADF,
            "of France",
            ("3841061080297",),
        ),
        Flag(
            b"NIP 760-973-52-06",
            Kind.TEXT,
            "of Poland",
            ("7609735206",),
        ),
        Clean(
            b"Steuer-ID: 86741250313",
            Kind.TEXT,
            "a wrong check digit",
        ),
        Clean(
            b"ticket 86741250312",
            Kind.TEXT,
            "no label",
        ),
        Clean(
            b"95 994 168 237 451",
            Kind.TEXT,
            "a longer number",
        ),
        Clean(
            b"AAAAAA00A00A000A, ABCDEF12G34H567I",
            Kind.TEXT,
            "forms of it",
        ),
        Clean(
            b"file 77/537/10513 of the court",
            Kind.TEXT,
            "a reference",
        ),
        Clean(
            b"<p>994926669 views, 78195 00486 km</p>",
            Kind.STORAGE,
            "counts",
        ),
        Clean(
            b"<p>NIF 994926660</p>",
            Kind.STORAGE,
            "a wrong check digit",
        ),
        Clean(
            b"<p>Steuer-ID folgt, Raum 4.12, Tel. 030 23125 017</p>",
            Kind.STORAGE,
            "a label without its number",
        ),
        Clean(
            b'{"pageId":"86741250312"}',
            Kind.JSON,
            "the id of a page",
        ),
        Clean(
            b'{"taxId":null,"total":994926669}',
            Kind.JSON,
            "a total",
        ),
        Clean(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"UTR 0000000000, tax number to follow"}]}]}',
            Kind.ADF,
            "a filler",
        ),
        Clean(
            b"960-82-017, 96-082-0175",
            Kind.TEXT,
            "other forms",
        ),
    ),
)
