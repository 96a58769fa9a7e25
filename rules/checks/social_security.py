"""A number of social security stands in a text or a stored value.

Why it matters: it tells one person from all others for life, mostly with their birth date, and opens many files.
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
    id="social-security",
    title="Social security number",
    category=Category.PERSONAL,
    severity=Severity.HIGH,
    why="The number tells one person from all others for life and opens files on health, pension and work; in"
    " some countries it is enough to take a person's identity.",
    remedy="Remove the number here and from older versions of the page or file; keep it in the system for personnel."
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
            b"<p>Krankenversichertennummer: M731846296</p>",
            Kind.STORAGE,
            "of a German health insurance, behind its label",
            ("M731846296",),
        ),
        Clean(b"Krankenversichertennummer: M731846292", Kind.TEXT, "its check digit is wrong"),
        Flag(
            b"<p>AHV 756.9912.3966.54</p>",
            Kind.STORAGE,
            "of Switzerland",
            ("7569912396654",),
        ),
        Flag(
            b"<p>1 92 90 38 803 <b>529</b> 46</p>",
            Kind.STORAGE,
            "of France, without a label, split by a tag",
            ("192903880352946",),
        ),
        Flag(
            b"<table><tr><td>SV-Nummer</td><td>86 150958 M 265</td></tr></table>",
            Kind.STORAGE,
            "of Germany, beside its label",
            ("86150958M265",),
        ),
        Flag(
            b"SSN: 416-32-4155",
            Kind.TEXT,
            "of the United States",
            ("416324155",),
        ),
        Flag(
            b"my NI number is WG 66 65 88 D",
            Kind.TEXT,
            "of the United Kingdom",
            ("WG666588D",),
        ),
        Flag(
            b"SVNR 7347 190917",
            Kind.TEXT,
            "of Austria, behind its label",
            ("7347190917",),
        ),
        Flag(
            b"afiliaci\xc3\xb3n 44/61035999/82",
            Kind.TEXT,
            "of Spain",
            ("446103599982",),
        ),
        Flag(
            b"PPS No. 0824574V",
            Kind.TEXT,
            "of Ireland",
            ("0824574V",),
        ),
        Flag(
            b'{"ssn":"652253311"}',
            Kind.JSON,
            "of the United States, under a key for it",
            ("652253311",),
        ),
        Flag(
            b'{"avs":"756 2084 7719 91"}',
            Kind.JSON,
            "of Switzerland, in a stored value",
            ("7562084771991",),
        ),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"num\xc3\xa9ro de s\xc3\xa9curit\xc3\xa9 sociale 2 59 12 2A 278 491 79"}]}]}',
            Kind.ADF,
            "of France, born in Corsica",
            ("259122A27849179",),
        ),
        Flag(
            b"AMKA 31089111061, NISS 17290857199",
            Kind.TEXT,
            "of Greece and of Portugal",
            (
                "31089111061",
                "17290857199",
            ),
        ),
        Flag(
            b"TAJ-sz\xc3\xa1m: 742 204 722",
            Kind.TEXT,
            "of Hungary",
            ("742204722",),
        ),
        Clean(
            b"SSN 078-05-1120, 000-12-3456, 666-12-3456",
            Kind.TEXT,
            "numbers that are never given",
        ),
        Clean(
            b"AHV 756.9912.3966.55",
            Kind.TEXT,
            "a wrong check digit",
        ),
        Clean(
            b"CAS 7732-18-5, 416-32-41555",
            Kind.TEXT,
            "a chemical, and a longer number",
        ),
        Clean(
            b"IMEI 356938035643809",
            Kind.TEXT,
            "the number of a telephone",
        ),
        Clean(
            b"part WG666588D, model 0824574V",
            Kind.TEXT,
            "part numbers",
        ),
        Clean(
            b"<p>7347 190917 visits, 742 204 722 bytes</p>",
            Kind.STORAGE,
            "counts",
        ),
        Clean(
            b"<p>86 150958 M 266</p>",
            Kind.STORAGE,
            "a wrong check digit",
        ),
        Clean(
            b"<p>756.99.12, 192.90.38.80</p>",
            Kind.STORAGE,
            "a version and an address",
        ),
        Clean(
            b'{"size":652253311,"id":"31089111061"}',
            Kind.JSON,
            "numbers of something else",
        ),
        Clean(
            b'{"ean":"7569912396655"}',
            Kind.JSON,
            "goods with a wrong check digit",
        ),
        Clean(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","'
            b'text":"2 59 12 30 278 491 79 48"}]}]}',
            Kind.ADF,
            "a longer row of numbers",
        ),
        Clean(
            b"tel. 416-324-1550 x 12",
            Kind.TEXT,
            "a telephone number",
        ),
        Clean(
            b"NISS to follow, room 1729",
            Kind.TEXT,
            "a label without its number",
        ),
    ),
)
