"""A link to a search carries a query that names people by what they are called.

Why it matters: the name stays in the page, percent-encoded where nobody looks for it, after the account was renamed or
erased. GDPR Art. 5(1)(c), 17.
Source: Atlassian, CQL fields: user.fullname and its relatives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import linkrules
from rules.linkterms import Form
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every operand of a query in an address that is compared with the name or e-mail address of people."""
    return linkrules.detect(view, RULE, frozenset({Form.NAME}))


RULE: Final = Rule(
    id="search-link-name",
    title="Name of a person in a search link",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="The query in this link holds a name or address of a person. It goes stale when the person changes it and"
    " stays when the account is erased.",
    remedy="Compare with the account id instead, or take the link away. Report only: which person was meant cannot be"
    " told from a part of a name.",
    articles=("5(1)(c)", "17"),
    source="https://developer.atlassian.com/cloud/confluence/cql-fields/",
    dpv="https://w3id.org/dpv/pd#Name",
    kinds=linkrules.KINDS,
    gate=linkrules.query_gates(b"cql", b"CQL", b"Cql"),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'<a href="/wiki/search?cql=type%3Dpage+and+creator.fullname%20~%20%22Tilda%20Bergmann%22">hers</a>',
            Kind.STORAGE,
            "content by the name of its author",
            ("Tilda Bergmann",),
        ),
        Flag(
            b'{"type":"inlineCard","attrs":{"url":"/wiki/dosearchsite.action?cql=user.email+~+%22tilda@acme-optics.se%22"}}',
            Kind.ADF,
            "people by their address",
            ("tilda@acme-optics.se",),
        ),
        Clean(
            b'<a href="/wiki/search?cql=title%20~%20%22Tilda%22%20and%20creator%20%3D%20currentUser()">hers</a>',
            Kind.STORAGE,
            "a title",
        ),
        Clean(b"/issues/?jql=summary+~+Tilda&cql=text+~+Tilda", Kind.TEXT, "texts of pages and issues"),
    ),
)
