"""An IBAN stands in a text or a stored value.

Why it matters: it names the account of a person, tells where they bank, and is enough to try a direct debit with.
GDPR Art. 5(1)(c), 5(1)(e), 6, 32.
Source: ISO 13616 and the SWIFT IBAN registry; the check digits are those of ISO 7064.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every IBAN whose check digits are right, published examples with less confidence."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="iban",
    title="IBAN",
    category=Category.PERSONAL,
    severity=Severity.HIGH,
    why="The number of an account belongs to a person or a firm and can be misused for debits; everybody who"
    " may read this place has it, exports and older versions included.",
    remedy="Keep account numbers in the system that pays, and remove them here and from older versions of the"
    " page or file. Report only.",
    articles=(
        "5(1)(c)",
        "5(1)(e)",
        "6",
        "32",
    ),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#BankAccount",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(
            b"<p>Bank: DE69 9999 9145 8967 3463 77, thanks</p>",
            Kind.STORAGE,
            "in groups, without a label",
            ("DE69999991458967346377",),
        ),
        Flag(
            b"<p>IBAN DE83<b>999999</b>420112&shy;287361</p>",
            Kind.STORAGE,
            "compact, split by a tag and by a soft hyphen",
            ("DE83999999420112287361",),
        ),
        Flag(
            b"<table><tr><th>IBAN</th></tr><tr><td>NL61ZZZZ0207182450</td></tr></table>",
            Kind.STORAGE,
            "in a table",
            ("NL61ZZZZ0207182450",),
        ),
        Flag(
            b"<p>AT74&nbsp;9999&nbsp;9216&nbsp;2624&nbsp;6614</p>",
            Kind.STORAGE,
            "with blanks that do not break",
            ("AT749999921626246614",),
        ),
        Flag(
            b"iban: be42 9999 7090 6374",
            Kind.TEXT,
            "in lower case",
            ("BE42999970906374",),
        ),
        Flag(
            b"Compte: FR86 9999 9886 9836\n2952 888K 190",
            Kind.TEXT,
            "over two lines",
            ("FR869999988698362952888K190",),
        ),
        Flag(
            b"IT43-Y999-9975-3755-4639-9598-668.",
            Kind.TEXT,
            "with hyphens",
            ("IT43Y9999975375546399598668",),
        ),
        Flag(
            b'{"payout":{"account":"GB16ZZZZ79453816264304"}}',
            Kind.JSON,
            "a stored value",
            ("GB16ZZZZ79453816264304",),
        ),
        Flag(
            b'["CH78 9999 9856 2707 4992 0"]',
            Kind.JSON,
            "a stored value in groups",
            ("CH7899999856270749920",),
        ),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"to NO98 9999 "},{"type":"text","text":"7377 719 please","marks":[{"type":"str'
            b'ong"}]}]}]}',
            Kind.ADF,
            "text of a document in the newer format, split by a mark",
            ("NO9899997377719",),
        ),
        Flag(
            b'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[iban=FI959931275641'
            b"4933]]></ac:plain-text-body></ac:structured-macro>",
            Kind.STORAGE,
            "in a block of code, with less confidence",
            ("FI9599312756414933",),
        ),
        Flag(
            b"Beispiel: DE89 3704 0044 0532 0130 00",
            Kind.TEXT,
            "a number that is published as an example, with less confidence",
            ("DE89370400440532013000",),
        ),
        Clean(
            b"DE69 9999 9145 8967 3463 78",
            Kind.TEXT,
            "a wrong check digit",
        ),
        Clean(
            b"IBAN: DE00 0000 0000 0000 0000 00",
            Kind.TEXT,
            "a placeholder",
        ),
        Clean(
            b"XX69 9999 9145 8967 3463 77",
            Kind.TEXT,
            "no country of the registry",
        ),
        Clean(
            b"DE69 9999 9145 8967 3463",
            Kind.TEXT,
            "too short for the country",
        ),
        Clean(
            b"<p>AT749999921626246614AB</p>",
            Kind.STORAGE,
            "a piece of something longer",
        ),
        Clean(
            b"<p>commit be42999970906374a1f09c7e5d</p>",
            Kind.STORAGE,
            "a hash",
        ),
        Clean(
            b"<p>IT department, room 43, phone 9999, Rome</p>",
            Kind.STORAGE,
            "a word and numbers",
        ),
        Clean(
            b'{"id":"de690000-9145-4967-8346-377000000000"}',
            Kind.JSON,
            "a UUID",
        ),
        Clean(
            b'{"sku":"FR8699999886983629528"}',
            Kind.JSON,
            "a part number",
        ),
        Clean(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"DE 2024, DE69 and SE47 9993 are sections of the list"}]}]}',
            Kind.ADF,
            "names of sections",
        ),
        Clean(
            b"BIC GENODEF1XXX, BLZ 99999914, Konto 5896734637",
            Kind.TEXT,
            "an account in the old form",
        ),
        Clean(
            b"IBAN: DEkk BBBB BBBB CCCC CCCC CC",
            Kind.TEXT,
            "the form of it",
        ),
    ),
)
