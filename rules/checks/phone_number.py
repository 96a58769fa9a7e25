"""A telephone number stands in a text, a link or a stored value.

Why it matters: a number reaches a person at work or at home, and is what other services know the person by. GDPR
Art. 5(1)(c),
5(1)(e), 6, 17.
Source: ITU-T E.164 and RFC 3966 for the form; the numbering plans as the phonenumbers library holds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.context import Context
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_AT_HOME: Final = Context(regions=frozenset(["DE"]))


def detect(view: View) -> Iterator[Match]:
    """Yield every telephone number, those of services and of books with less confidence."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="phone-number",
    title="Phone number",
    category=Category.PERSONAL,
    severity=Severity.MEDIUM,
    why="A telephone number reaches a person directly, at work or at home, and stays on the page when the person"
    " has left.",
    remedy="Replace the number by a mention or by a function's number, if there is no ground to show it; mind older"
    " versions of the page or file. Report only.",
    articles=("5(1)(c)", "5(1)(e)", "6", "17"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#TelephoneNumber",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(
            b"<p>Call Tilda: +49 (0)30 231<b>25</b> 017</p>",
            Kind.STORAGE,
            "in international form, split by a tag",
            ("+493023125017",),
        ),
        Flag(
            b"or 0049 30 23125 018 in the morning",
            Kind.TEXT,
            "two zeros in the place of the plus sign",
            ("+493023125018",),
        ),
        Flag(b'<p><a href="tel:+44-7700-900123">ring</a></p>', Kind.STORAGE, "a link that calls", ("+447700900123",)),
        Flag(b"Telefon: 030 23125 019", Kind.TEXT, "a national form behind a label", ("03023125019",)),
        Flag(
            b"ask at 030 23125 019 tomorrow",
            Kind.TEXT,
            "a national form, where the people of the site live",
            ("+493023125019",),
            context=_AT_HOME,
        ),
        Flag(b'{"mobile":"06 39 98 12 34","n":"x"}', Kind.JSON, "a national form under a key for it", ("0639981234",)),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"GSM +33 6'
            b' 39 98 12 34"}]}]}',
            Kind.ADF,
            "text of a document in the newer format",
            ("+33639981234",),
        ),
        Flag(b"Tel. (415) 555-0132 x204", Kind.TEXT, "an extension belongs to it", ("4155550132",)),
        Flag(
            b"<table><tr><th>Name</th><th>Phone</th></tr><tr><td>Tilda</td><td>08-465 004 17</td></tr></table>",
            Kind.STORAGE,
            "under the heading of a column",
            ("0846500417",),
        ),
        Flag(b"+46 70 174 06 15 / +46 8 465 004 18", Kind.TEXT, "two in a row", ("+46701740615", "+46846500418")),
        Flag(
            b"M\xc3\xb3vil: 612 34 56 78, tel\xc3\xa9fono 912 34 56 78",
            Kind.TEXT,
            "labels in another language",
            ("612345678", "912345678"),
        ),
        Flag(
            b"(+49) (0) 40 66969 017 or +49 40 66969-018",
            Kind.TEXT,
            "brackets and hyphens",
            ("+494066969017", "+494066969018"),
        ),
        Clean(b"<p>from 2024-11-22 08:15 to 22.11.2025, also 11/22/2024</p>", Kind.STORAGE, "dates and times"),
        Clean(b"order no 030 23125 019", Kind.TEXT, "a label of another number", context=_AT_HOME),
        Clean(b"Invoice 4711-0815-2024, ISBN 978-3-16-148410-0", Kind.TEXT, "numbers of an invoice and of a book"),
        Clean(b"version 1.2.3.4567 of 84.12.9.201", Kind.TEXT, "a version and an address of the network"),
        Clean(
            b'<p>ABC-1234567 and <a href="/pages/viewpage.action?pageId=03023125019">x</a></p>',
            Kind.STORAGE,
            "the key of an issue and the number of a page",
        ),
        Clean(
            b"0301234567890123456789 and 1699999999999", Kind.TEXT, "a run of digits that is too long, and a timestamp"
        ),
        Clean(b'{"id":"5d41402a-bc4b-2a76-b971-9d911017c592","n":3023125019}', Kind.JSON, "a UUID and a count"),
        Clean(b"between 1000000 and 2000000, EUR 1.234.567,89 or 030.23125,17", Kind.TEXT, "ranges and prices"),
        Clean(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"see'
            b' section 4.10.2.17 and part 030-2312"}]}]}',
            Kind.ADF,
            "a section and a part",
        ),
        Clean(b"+1 for that, C++11 and 5 + 49 = 54, offset +0200", Kind.TEXT, "plus signs"),
        Clean(b"2019 - 2024, 2021/2022, 10 000 000 000 rows", Kind.TEXT, "years and a count"),
        Clean(b"da39a3ee5e6b4b0d3255bfef95601890afd80709 at 20241122T081500", Kind.TEXT, "a hash and a timestamp"),
    ),
)
