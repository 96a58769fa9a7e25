"""Somebody whom the site's directory knows is named in plain text.

Why it matters: a name that is typed is no mention. It does not follow the person when the name changes, and it stays
when the account is closed or erased. Names of people who left are the ones that erasure is asked for. Who is looked
for comes from the run, never from a guess at what looks like a name. GDPR Art. 5(1)(c), 5(1)(e), 17.
Source: GDPR Art. 4(1); the people are those of the site's own user list and of the tables that were handed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.context import Context
from rules.directory import RULE_ID, Directory, Person
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield everybody of the run's directory whom a text names, in any usual form."""
    yield from detected.detect(view, RULE)


_PEOPLE: Final = Context(
    detectors=(
        Directory(
            (
                Person("Jörg Mühlbrecht", ("jmuehl7",), ("j.muehlbrecht@acme-optics.example",)),
                Person("Anne-Marie van der Zwaluw"),
                Person("Oluwaseun Adeyinka-Brandt", ("oadeyinka",), left=True),
                Person("José Ibarrola Quintanilla"),
                Person("Page, Rose"),
                Person("田中 太郎"),
                Person("Tilda Bergqvist", ("tilda.b",)),
                Person("Tilda Bergqvist", ("tbergqvist2",)),
                Person("Łucja Dąbrowiecka"),
                Person("Síle O’Hanrahan"),
                Person("Service Desk", ("support",), ("info@acme-optics.example",)),
            )
        ).detector,
    )
)
"""The people of the examples, all invented."""


RULE: Final = Rule(
    id=RULE_ID,
    title="Name of somebody of the site in plain text",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="A typed name identifies a person to everybody who can read this place, is found by search and export, and"
    " stays as it is when the account is renamed, closed or erased.",
    remedy="Replace the name by a mention, which shows what the account shows today, or by the function of the person;"
    " names of people who left go unless there is a ground to keep them. Mind older versions of the page or file.",
    articles=("5(1)(c)", "5(1)(e)", "17"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#Name",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(
            "会議は田中太郎さんと".encode(),
            Kind.TEXT,
            "a full name in a script without blanks",
            ("田中 太郎",),
            context=_PEOPLE,
        ),
        Clean("田中町の太郎".encode(), Kind.TEXT, "its halves in other words", context=_PEOPLE),
        Flag(
            b"<p>Please ask J&ouml;rg M&uuml;hlbrecht about the lens.</p>",
            Kind.STORAGE,
            "a full name, its letters written as entities",
            ("Jörg Mühlbrecht",),
            context=_PEOPLE,
        ),
        Flag(
            b"Agreed with Joerg Muehlbrecht, later with Jorg Muhlbrecht",
            Kind.TEXT,
            "the letters with dots written as two, or without dots",
            ("Jörg Mühlbrecht", "Jörg Mühlbrecht"),
            context=_PEOPLE,
        ),
        Flag(
            b"<p>M&#252;hlbrecht, J<b>&#246;</b>rg</p>",
            Kind.STORAGE,
            "surname first, parted by a tag",
            ("Jörg Mühlbrecht",),
            context=_PEOPLE,
        ),
        Flag(
            "approved by J. Mühlbrecht and A.-M. van der Zwaluw".encode(),
            Kind.TEXT,
            "initials and surnames, one with particles",
            ("Jörg Mühlbrecht", "Anne-Marie van der Zwaluw"),
            context=_PEOPLE,
        ),
        Flag(
            b'{"note":"Anne Marie van der Zwaluw","by":"Annemarie van der Zwaluw"}',
            Kind.JSON,
            "without the hyphen, and as one word",
            ("Anne-Marie van der Zwaluw", "Anne-Marie van der Zwaluw"),
            context=_PEOPLE,
        ),
        Flag(
            b'{"content":[{"content":[{"text":"OLUWASEUN ADEYINKA BRANDT has the key","type":"text"}],'
            b'"type":"paragraph"}],"type":"doc","version":1}',
            Kind.ADF,
            "somebody who left, in capitals and without the hyphen",
            ("Oluwaseun Adeyinka-Brandt",),
            context=_PEOPLE,
        ),
        Flag(
            b"Jose Ibarrola wrote it, J. Ibarrola Quintanilla read it, Ibarrola signed",
            Kind.TEXT,
            "one of two surnames, and a surname alone where the whole name stands near",
            ("José Ibarrola Quintanilla", "José Ibarrola Quintanilla", "José Ibarrola Quintanilla"),
            context=_PEOPLE,
        ),
        Flag(
            b"<p>Reviewed by Rose Page, see R. Page</p>",
            Kind.STORAGE,
            "a name of two common words, written as a name",
            ("Page, Rose", "Page, Rose"),
            context=_PEOPLE,
        ),
        Flag(
            b"<p>Tilda Bergqvist was asked, and @tilda.b answered</p>",
            Kind.STORAGE,
            "a name that two people have is one finding; the username of one of them behind its sign",
            ("Tilda Bergqvist", "Tilda Bergqvist"),
            context=_PEOPLE,
        ),
        Flag(
            b"login: oadeyinka, backup jmuehl7",
            Kind.TEXT,
            "a username behind its label, and one that no word looks like",
            ("Oluwaseun Adeyinka-Brandt", "Jörg Mühlbrecht"),
            context=_PEOPLE,
        ),
        Flag(
            "Contact: Lucja Dabrowiecka. Frau Dąbrowiecka is away; Sile O'Hanrahan stands in".encode(),
            Kind.TEXT,
            "strokes, tails and apostrophes as people type them; a surname behind its salutation",
            ("Łucja Dąbrowiecka", "Łucja Dąbrowiecka", "Síle O’Hanrahan"),
            context=_PEOPLE,
        ),
        Flag(
            b"<ul><li>M&uuml;hlbrecht: 0521 2345670</li><li>Van der Zwaluw &rarr; 06-12345678</li></ul>",
            Kind.STORAGE,
            "surnames alone as entries of a list of telephone numbers",
            ("Jörg Mühlbrecht", "Anne-Marie van der Zwaluw"),
            context=_PEOPLE,
        ),
        Flag(
            b"<table><tr><th>Service</th><th>Owner</th></tr><tr><td>Search</td><td>Dabrowiecka</td></tr></table>",
            Kind.STORAGE,
            "a surname alone under a heading for people",
            ("Łucja Dąbrowiecka",),
            context=_PEOPLE,
        ),
        Flag(
            b'{"user":"oadeyinka","note":"handed over to oadeyinka, ACME\\\\oadeyinka"}',
            Kind.JSON,
            "a username that holds a surname: as a value of its field, in prose, behind its domain",
            ("Oluwaseun Adeyinka-Brandt",) * 3,
            context=_PEOPLE,
        ),
        Flag(
            "Ask Mühlbrecht, Jörg, or Tilda K. Bergqvist, or lucja dabrowiecka".encode(),
            Kind.TEXT,
            "behind a verb, with an initial that the directory lacks, in lower case",
            ("Jörg Mühlbrecht", "Tilda Bergqvist", "Łucja Dąbrowiecka"),
            context=_PEOPLE,
        ),
        Clean(b"<p>Please ask J&ouml;rg M&uuml;hlbrecht</p>", Kind.STORAGE, "nobody is known to this run"),
        Clean(
            "<ul><li>Mühlbrecht GmbH: 0521 2345670</li><li>Mühlbrecht: 12</li><li>am Mühlbrecht</li></ul>".encode(),
            Kind.STORAGE,
            "a firm, a number of pieces, a place",
            context=_PEOPLE,
        ),
        Clean(
            b"<table><tr><th>City</th><th>Owner</th></tr><tr><td>Bergqvist</td><td>Bergqvist Street</td></tr></table>",
            Kind.STORAGE,
            "a surname under a heading for something else, and one of two words",
            context=_PEOPLE,
        ),
        Clean(
            b"Tilda Ost, Petra Bergqvist, Rose J. Pageant; Tilda\nBergqvist",
            Kind.TEXT,
            "others with one of the names, and names that stand on two lines",
            context=_PEOPLE,
        ),
        Clean(
            b"jmuehl77, xoadeyinka, oadeyinka_tmp and the Oadeyinka river; users of the support page",
            Kind.TEXT,
            "other usernames, and words that begin a sentence",
            context=_PEOPLE,
        ),
        Clean(
            "<p>Petra Mühlbrecht und Jörg Tannhuber</p>".encode(),
            Kind.STORAGE,
            "other people with the same surname or first name",
            context=_PEOPLE,
        ),
        Clean(b"<p>A page about a rose page</p>", Kind.STORAGE, "common words, not written as a name", context=_PEOPLE),
        Clean(b"See R page 7, r. page, page r", Kind.TEXT, "an initial before a common word", context=_PEOPLE),
        Clean(
            "<p>Thanks, Jörg.</p><p>Mühlbrecht GmbH</p>".encode(),
            Kind.STORAGE,
            "the end of a sentence or a paragraph parts two names",
            context=_PEOPLE,
        ),
        Clean(
            b"the tildab branch and oadeyinka-build",
            Kind.TEXT,
            "words that look like a username, without anything that says so",
            context=_PEOPLE,
        ),
        Clean(
            "<table><tr><td>Jörg</td><td>Mühlbrechtstraße 5</td></tr></table>".encode(),
            Kind.STORAGE,
            "a street, in another cell",
            context=_PEOPLE,
        ),
        Clean(
            b"<p>Ask the Service Desk, user support, or @info.</p>",
            Kind.STORAGE,
            "an account of an office, which is nobody's name",
            context=_PEOPLE,
        ),
        Clean(b'{"city":"Brandt","type":"Adeyinka"}', Kind.JSON, "a surname alone", context=_PEOPLE),
        Clean(
            b'<p><ac:link><ri:user ri:account-id="5d41402abc4b2a76b9719d91"/></ac:link> agreed</p>',
            Kind.STORAGE,
            "a mention follows its account",
            context=_PEOPLE,
        ),
        Clean(
            b'{"content":[{"content":[{"text":"Anne Maria van den Zwaluw","type":"text"}],"type":"paragraph"}],'
            b'"type":"doc","version":1}',
            Kind.ADF,
            "almost the same name",
            context=_PEOPLE,
        ),
    ),
)
