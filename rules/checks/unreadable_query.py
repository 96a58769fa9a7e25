"""A query in a macro or a data source cannot be read.

Why it matters: whether it names a person is unknown, and unknown is not clean. The products cannot read it either, so
what it feeds shows an error. GDPR Art. 5(1)(d), 17.
Source: Atlassian, Advanced searching using CQL; Use advanced search with JQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.embedded import queries
from rules.model import Confidence, Kind, Match, Personal, Severity, SubjectKind
from rules.parameters import GATE
from rules.queries import Unparsed
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every query in a parameter that does not parse, at the character at which reading stopped."""
    for inner in queries(view):
        language = inner.view.part.kind
        query = inner.view.query
        if isinstance(query, Unparsed):
            at = min(query.at, len(inner.view.passage.text) - 1)
            match = RULE.match(
                inner.view.passage.span(at, at + 1),
                Personal(SubjectKind.INTERFACE, language.upper()),
                where="query",
                excerpt=f"{language.upper()}, character {query.at + 1}",
                confidence=Confidence.LOW,
                reason=f"expected {query.expected}",
            )
            yield from inner.outside((match,))


RULE: Final = Rule(
    id="unreadable-query",
    title="Query that cannot be read",
    category=Category.LEGACY,
    severity=Severity.LOW,
    why="The query does not follow the grammar of its language, so nobody can say whether it names a person, and what"
    " it feeds shows an error.",
    remedy="Correct the query at the place that is named, then run again. It is never rewritten.",
    articles=("5(1)(d)", "17"),
    source="https://developer.atlassian.com/cloud/confluence/advanced-searching-using-cql/",
    dpv="https://w3id.org/dpv/pd#Identifying",
    kinds=(Kind.STORAGE, Kind.ADF),
    gate=GATE,
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'<ac:structured-macro ac:name="contentbylabel"><ac:parameter ac:name="cql">creator = = &quot;x&quot;'
            b"</ac:parameter></ac:structured-macro>",
            Kind.STORAGE,
            "an operator twice",
            ("CQL",),
        ),
        Flag(
            b'{"type":"doc","content":[{"type":"blockCard","attrs":{"datasource":{"parameters":'
            b'{"jql":"assignee ="}}}}]}',
            Kind.ADF,
            "a query that ends too early",
            ("JQL",),
        ),
        Clean(
            b'<ac:structured-macro ac:name="contentbylabel"><ac:parameter ac:name="cql">creator = currentUser()'
            b"</ac:parameter></ac:structured-macro>",
            Kind.STORAGE,
            "a query",
        ),
        Clean(
            b'<ac:structured-macro ac:name="jira"><ac:parameter ac:name="jql">https://jira.example/browse/A-1'
            b"</ac:parameter></ac:structured-macro>",
            Kind.STORAGE,
            "an address where a query may stand",
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"extension","attrs":{"parameters":{"adf":'
            b'"{\\"type\\":\\"doc\\",\\"content\\":[]}"}}},{"type":"blockCard","attrs":{"datasource":{"parameters":'
            b'{"jql":"project = A"}}}}]}',
            Kind.ADF,
            "a query, and a document inside the document",
        ),
    ),
)
