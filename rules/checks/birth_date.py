"""A date of birth stands in a text, behind a label or under a heading that says so.

Why it matters: a birth date identifies a person together with little else, opens accounts, tells the age and, in a
list of greetings, is kept for good. GDPR Art. 4(1), 5(1)(c), 5(1)(e), 6.
Source: GDPR Art. 4(1); Atlassian's user privacy guide, which knows no such field, so that a copy is all there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every date of birth."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="birth-date",
    title="Date of birth",
    category=Category.PERSONAL,
    severity=Severity.HIGH,
    why="A date of birth identifies a person together with little else, tells the age, and is asked for where accounts"
    " are opened. A wiki page is seldom where it is needed.",
    remedy="Remove it, or keep day and month only where people agreed to a list of birthdays; mind older versions of"
    " the page or file. Report only.",
    articles=("4", "5(1)(c)", "5(1)(e)", "6"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#BirthDate",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(
            b"<p>Tilda Bergmann, born 3 M<b>ay</b> 1980</p>",
            Kind.STORAGE,
            "in words, split by a tag",
            ("1980-05-03",),
        ),
        Flag(b"Date of birth: 1980-05-03", Kind.TEXT, "year first", ("1980-05-03",)),
        Flag("Ola Nord, geboren am 17. März 1975 in Lund".encode(), Kind.TEXT, "in German", ("1975-03-17",)),
        Flag(b"Geb.-Datum: 03.05.80", Kind.TEXT, "two digits of the year", ("1980-05-03",)),
        Flag("Kito Abara, né le 2 août 1991".encode(), Kind.TEXT, "in French", ("1991-08-02",)),
        Flag(b"nato a Lodi il 21/12/1969", Kind.TEXT, "in Italian, with the place between", ("1969-12-21",)),
        Flag(b"Nacida el 9 de enero de 1988", Kind.TEXT, "in Spanish", ("1988-01-09",)),
        Flag("Ola Nord, född den 4 maj 1979".encode(), Kind.TEXT, "in Swedish", ("1979-05-04",)),
        Flag("Data urodzenia: 4 października 1979".encode(), Kind.TEXT, "in Polish", ("1979-10-04",)),
        Flag("Data de nascimento: 4 de março de 1979".encode(), Kind.TEXT, "in Portuguese", ("1979-03-04",)),
        Clean("Publikacja: 4 października 1979".encode(), Kind.TEXT, "a date of print in Polish"),
        Clean("Födelsedatum: okänt. Tryckt 2018-05-03".encode(), Kind.TEXT, "a year that is too late, in Swedish"),
        Clean(b"Data: 4/10/1979, local: Lisboa", Kind.TEXT, "any date in Portuguese"),
        Flag(b"Geboortedatum: 4 mei 1979", Kind.TEXT, "in Dutch", ("1979-05-04",)),
        Flag(
            b"<table><tr><th>Name</th><th>Birthday</th></tr><tr><td>Tilda</td><td>"
            b'<time datetime="1980-05-03" /></td></tr></table>',
            Kind.STORAGE,
            "the date of a date picker, under a heading",
            ("1980-05-03",),
        ),
        Flag(b'{"owner":{"dateOfBirth":"1980-05-03T00:00:00Z"}}', Kind.JSON, "with a time", ("1980-05-03",)),
        Flag(b'{"person":{"birthDate":"1980-05-03"}}', Kind.JSON, "under a key", ("1980-05-03",)),
        Flag(
            b'{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"DOB "},'
            b'{"type":"text","text":"05/03/1980","marks":[{"type":"strong"}]}]}]}',
            Kind.ADF,
            "by day or by month first: kept as it is written",
            ("05/03/1980",),
        ),
        Clean(b"<p>The archive was opened on 3 May 1980.</p>", Kind.STORAGE, "no label"),
        Clean(b"Date of birth: unknown. Hired: 2019-05-03", Kind.TEXT, "a year that is too late"),
        Clean(b"born 31 February 1980", Kind.TEXT, "no such day"),
        Clean(b"date of birth: 1980", Kind.TEXT, "a year alone"),
        Clean(b"Geburtstag: 3. Mai", Kind.TEXT, "a day and a month alone"),
        Clean(b"The idea was born in release 10.12.1999.4", Kind.TEXT, "a version"),
        Clean(b'{"created":"1999-12-31","born":true}', Kind.JSON, "a date under another key"),
        Clean(
            b"<table><tr><th>Name</th><th>Founded</th></tr><tr><td>Acme Optics</td><td>03.05.1980</td></tr></table>",
            Kind.STORAGE,
            "the date of a company",
        ),
        Clean(b"newborn 3 May 1980", Kind.TEXT, "a label inside another word"),
        Clean(b"invoice dob-1980-05-03-17", Kind.TEXT, "a piece of a longer number"),
        Clean(
            b"Employees born in the area are listed in the archive; it was last put in order on 3 May 1980",
            Kind.TEXT,
            "the label is too far before",
        ),
        Clean(b"<p>reborn as a service: deployed 2014-03-02</p>", Kind.STORAGE, "another word"),
    ),
)
