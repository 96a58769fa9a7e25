"""The number of a payment card stands in a text or a stored value.

Why it matters: whoever has it can try to pay with it; the rules of the card schemes forbid to keep it in the clear.
GDPR Art. 5(1)(c), 5(1)(f), 32.
Source: ISO/IEC 7812-1; PCI DSS, requirement 3, on keeping numbers of cards.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every number that is a card by its length, its first digits and its check digit."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="payment-card",
    title="Payment card number",
    category=Category.PERSONAL,
    severity=Severity.CRITICAL,
    why="The number of a card pays. Everybody who may read this place has it, and the rules of the card"
    " schemes (PCI DSS) forbid to keep it in the clear.",
    remedy="Remove the number here and from older versions of the page or file, and have the card replaced if others"
    " could read it. Report only.",
    articles=(
        "5(1)(c)",
        "5(1)(f)",
        "32",
    ),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#PaymentCardNumber",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(
            b"<p>pay with 4575 5931 3364 1218 today</p>",
            Kind.STORAGE,
            "in groups of four",
            ("4575593133641218",),
        ),
        Flag(
            b"<p>4503-2805-<em>4249</em>-3772</p>",
            Kind.STORAGE,
            "with hyphens, split by a tag",
            ("4503280542493772",),
        ),
        Flag(
            b"<table><tr><th>Card number</th></tr><tr><td>5334136703297331</td></tr></table>",
            Kind.STORAGE,
            "under the heading of a column",
            ("5334136703297331",),
        ),
        Flag(
            b"Amex 3755 353984 60669 exp 12/27",
            Kind.TEXT,
            "in the groups of American Express",
            ("375535398460669",),
        ),
        Flag(
            b"Diners: 3669 665211 2312",
            Kind.TEXT,
            "in the groups of Diners Club",
            ("36696652112312",),
        ),
        Flag(
            b"Kreditkarte: 5380300029972232",
            Kind.TEXT,
            "behind a label",
            ("5380300029972232",),
        ),
        Flag(
            b"Visa 4532 7796 3820 9236 201",
            Kind.TEXT,
            "nineteen digits",
            ("4532779638209236201",),
        ),
        Flag(
            b'{"cardNumber":"6011104261595551"}',
            Kind.JSON,
            "a stored value",
            ("6011104261595551",),
        ),
        Flag(
            b'{"cards":["3540 4015 3086 6509"]}',
            Kind.JSON,
            "a stored value in groups",
            ("3540401530866509",),
        ),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"card 6278 3527 "},{"type":"text","text":"9757 1350","marks":[{"type":"strong"'
            b"}]}]}]}",
            Kind.ADF,
            "text of a document in the newer format, split by a mark",
            ("6278352797571350",),
        ),
        Flag(
            b"test with 4111 1111 1111 1111 first",
            Kind.TEXT,
            "a number that is published for tests, with less confidence",
            ("4111111111111111",),
        ),
        Flag(
            b"sent 377757490213634 by mail",
            Kind.TEXT,
            "not in groups: likely",
            ("377757490213634",),
        ),
        Clean(
            b"4575 5931 3364 1219",
            Kind.TEXT,
            "a wrong check digit",
        ),
        Clean(
            b"4575 5931 3364 1218 4575",
            Kind.TEXT,
            "longer than a card",
        ),
        Clean(
            b"order 1575593133641214",
            Kind.TEXT,
            "no card begins with a one",
        ),
        Clean(
            b"at 1699999999999 and 1699999999999999",
            Kind.TEXT,
            "moments in milliseconds and microseconds",
        ),
        Clean(
            b"IMEI 356938035643809",
            Kind.TEXT,
            "the number of a telephone",
        ),
        Clean(
            b"<p>4575 5931 and 3364 1218</p>",
            Kind.STORAGE,
            "groups apart",
        ),
        Clean(
            b'<a href="/pages/viewpage.action?pageId=4575593133641218">x</a>',
            Kind.STORAGE,
            "the id of a page in a link",
        ),
        Clean(
            b"<p>4.575593133641218</p>",
            Kind.STORAGE,
            "a fraction",
        ),
        Clean(
            b'{"id":"45755931-3364-4121-8aaa-4575593133641"}',
            Kind.JSON,
            "a UUID",
        ),
        Clean(
            b'{"trace":"a4575593133641218f"}',
            Kind.JSON,
            "a piece of a hash",
        ),
        Clean(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"0000 0000 0000 0000 and 4444 4444 4444 4444"}]}]}',
            Kind.ADF,
            "fillers",
        ),
        Clean(
            b"Order no. 5334136703297331",
            Kind.TEXT,
            "a word before it says what it is",
        ),
    ),
)
