"""A query in a macro, a data source or a field of stored JSON cannot be read.

Why it matters: whether it names a person is unknown, and unknown is not clean. The products cannot read it either, so
what it feeds shows an error. GDPR Art. 5(1)(d), 17.
Source: Atlassian, Advanced searching using CQL; Use advanced search with JQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.context import Context
from rules.embedded import QUERIES, queries
from rules.gates import query_gates
from rules.model import Confidence, Kind, Match, Personal, Severity, SubjectKind
from rules.parameters import gate
from rules.placeholders import holds_variable
from rules.queries import Unparsed
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every query in a parameter or a field that does not parse, at the character at which reading stopped."""
    for inner in queries(view):
        language = inner.view.part.kind
        query = inner.view.query
        if isinstance(query, Unparsed) and not holds_variable(inner.view.passage.text):
            at = min(query.at, len(inner.view.passage.text) - 1)
            match = RULE.match(
                inner.view.passage.span(at, at + 1),
                Personal(SubjectKind.INTERFACE, language.upper()),
                where="query",
                excerpt=f"{language.upper()}, character {query.at + 1}",
                confidence=Confidence.LOW,
                reason=f"expected {query.expected}{_naming(view, inner.view.passage.text)}",
            )
            yield from inner.outside((match,))


def _naming(view: View, text: str) -> str:
    """Return that a query names somebody whom the run has met, in plain words; nothing where it does not."""
    known = view.context.known
    names = any(word.lower() in known for word in _WORD.findall(text)) if known else False
    return "; it holds the identifier of somebody on the site" if names else ""


_WORD: Final = re.compile(r"[\w.@-]+")

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
    kinds=(Kind.STORAGE, Kind.ADF, Kind.JSON),
    gate=(*gate(QUERIES), *query_gates(rb"[A-Za-z_-]*\"\s*:")),
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
        Flag(b'{"gadget":{"jqlQuery":"assignee ="}}', Kind.JSON, "a query that an app keeps", ("JQL",)),
        Flag(b'{"jqls":["project = OPT","assignee ="]}', Kind.JSON, "one of a list of queries", ("JQL",)),
        Flag(
            b'<ac:structured-macro ac:name="jira"><ac:parameter ac:name="jqlQuery">assignee = TBergmann and ('
            b"</ac:parameter></ac:structured-macro>",
            Kind.STORAGE,
            "a query that ends too early and names somebody of the site",
            ("JQL",),
            context=Context(known=frozenset({"tbergmann"})),
        ),
        Clean(
            b'{"cql":"creator = currentUser()","query":"creator = = x","jql":"assignee = {{person}}"}',
            Kind.JSON,
            "a query, a text that need not be one, and one of a template",
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
        Clean(
            b'<ac:structured-macro ac:name="jira"><ac:parameter ac:name="jqlQuery">assignee = {{person}}</ac:parameter>'
            b"</ac:structured-macro><ac:structured-macro ac:name='jira'><ac:parameter ac:name='jqlQuery'>assignee = %s"
            b" and project = @project@</ac:parameter></ac:structured-macro><ac:structured-macro"
            b" ac:name='contentbylabel'><ac:parameter ac:name='cql'>creator = $author</ac:parameter>"
            b"</ac:structured-macro>",
            Kind.STORAGE,
            "queries of templates, which become queries once their variables are filled in",
        ),
        Clean(
            b'<ac:structured-macro ac:name="contentbylabel"><ac:parameter ac:name="cql">creator = <at:var'
            b' at:name="who"/></ac:parameter></ac:structured-macro>',
            Kind.STORAGE,
            "a variable of a template as an element",
        ),
    ),
)
