"""A model of language takes words for somebody's name: people whom no directory knows.

Why it matters: customers, applicants and guests are in no user list, and a name of theirs in a page identifies them all
the same. A model guesses, misses names and takes other words for some, and is told apart for that reason: its findings
are for review, there are none unless a run asks for a model, and nothing is decided by them. GDPR Art. 5(1)(c), 17.
Source: GDPR Art. 4(1); the model is the one that the conditions of the run name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.context import Context
from rules.model import Kind, Match, Severity
from rules.recognised import RULE_ID, recognised
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield what the model of the run takes for names."""
    yield from detected.detect(view, RULE)


_NAMES: Final = re.compile(
    "Tilda Bergqvist|Kofi Albrook|Łucja Dąbrowiecka|Oluwaseun Adeyinka|José Ibarrola|Síle O’Hanrahan|Hélène\\sVauquer"
    "|Ottavia Brenzini|Joris van der Zwaluw|Müh[lt]brecht|4711"
)


def _guess(text: str) -> Iterator[tuple[int, int]]:
    """Yield what a pretended model takes for names: invented ones, and a number, as models do."""
    return (found.span() for found in _NAMES.finditer(text))


_MODEL: Final = Context(detectors=(recognised(_guess),))

RULE: Final = Rule(
    id=RULE_ID,
    title="What a model takes for a name",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="A name identifies a person, also one whom no user list knows: a customer, an applicant, a guest. A model of"
    " language guessed this one; it misses names, and takes other words for some.",
    remedy="Look at the place: if it is a name, replace it by a function or take it out unless there is a ground to"
    " keep it; if not, accept the finding.",
    articles=("5(1)(c)", "17"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#Name",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(b"<p>Kofi Albrook called</p>", Kind.STORAGE, "a sentence", ("Kofi Albrook",), context=_MODEL),
        Flag(
            b"<p>Tilda <em>Bergqvist</em> called</p>",
            Kind.STORAGE,
            "a name with a tag in it",
            ("Tilda Bergqvist",),
            context=_MODEL,
        ),
        Flag(
            b"<p>Jos&eacute; Ibarrola llam&oacute;</p>",
            Kind.STORAGE,
            "a name with an entity in it",
            ("José Ibarrola",),
            context=_MODEL,
        ),
        Flag("Wir danken Frau Mühlbrecht".encode(), Kind.TEXT, "a surname", ("Mühlbrecht",), context=_MODEL),
        Flag(
            "Hélène\N{NO-BREAK SPACE}Vauquer est venue".encode(),
            Kind.TEXT,
            "a name with a blank that does not break is the name with any blank",
            ("Hélène Vauquer",),
            context=_MODEL,
        ),
        Flag(
            "<table><tr><th>Guest</th></tr><tr><td>Łucja Dąbrowiecka</td></tr></table>".encode(),
            Kind.STORAGE,
            "a cell",
            ("Łucja Dąbrowiecka",),
            context=_MODEL,
        ),
        Flag(
            '{"note":"s\\u00edle: Síle O’Hanrahan"}'.encode(),
            Kind.JSON,
            "stored JSON",
            ("Síle O’Hanrahan",),
            context=_MODEL,
        ),
        Flag(
            b'{"content":[{"content":[{"text":"Oluwaseun Adeyinka has the key","type":"text"}],'
            b'"type":"paragraph"}],"type":"doc","version":1}',
            Kind.ADF,
            "a document",
            ("Oluwaseun Adeyinka",),
            context=_MODEL,
        ),
        Flag(
            b"Ottavia Brenzini e Kofi Albrook",
            Kind.TEXT,
            "two people in one line",
            ("Ottavia Brenzini", "Kofi Albrook"),
            context=_MODEL,
        ),
        Flag(
            b"<h2>Gesprek met Joris van der Zwaluw</h2>",
            Kind.STORAGE,
            "a heading, and a name with particles",
            ("Joris van der Zwaluw",),
            context=_MODEL,
        ),
        Clean(b"<p>Kofi Albrook called</p>", Kind.STORAGE, "no model was asked for"),
        Clean(b"Ottavia Brenzini e Kofi Albrook", Kind.TEXT, "no model was asked for, for plain text"),
        Clean(b"<p>Somebody called</p>", Kind.STORAGE, "nothing that the model takes for a name", context=_MODEL),
        Clean(b"<p>Room 4711 is free</p>", Kind.STORAGE, "a number that the model takes for a name", context=_MODEL),
        Clean(b'{"port":"4711"}', Kind.JSON, "the same in stored JSON", context=_MODEL),
        Clean(
            b'<ac:structured-macro ac:name="code" ac:macro-id="m"><ac:plain-text-body>'
            b"<![CDATA[author = Kofi Albrook]]></ac:plain-text-body></ac:structured-macro>",
            Kind.STORAGE,
            "a block of code",
            context=_MODEL,
        ),
        Clean(
            b'<p><a href="https://acme.example/Kofi Albrook">there</a></p>',
            Kind.STORAGE,
            "the target of a link",
            context=_MODEL,
        ),
        Clean(
            b"<p>Kofi</p><p>Albrook</p>",
            Kind.STORAGE,
            "words of two paragraphs, which are no name together",
            context=_MODEL,
        ),
        Clean(
            b'<p><ac:link><ri:user ri:account-id="5d41402abc4b2a76b9719d91"/></ac:link> called</p>',
            Kind.STORAGE,
            "a mention follows its account",
            context=_MODEL,
        ),
        Clean(b'{"Kofi":1,"Albrook":2}', Kind.JSON, "names of values that are no name together", context=_MODEL),
    ),
)
