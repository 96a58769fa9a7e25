"""A CQL query holds the name or e-mail address of a person.

Why it matters: the query keeps the name after the account was renamed or erased, and searching people by name is itself
a use of personal data. It keeps working on Cloud, within the privacy settings of the person. GDPR Art. 5(1)(c), 17.
Source: Atlassian, CQL fields: user.fullname and its relatives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.model import Kind, Match, Personal, Severity, SubjectKind
from rules.querychecks import match, query_of
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every operand that is compared with the name or address of people."""
    for term in query_of(view).names:
        kind = SubjectKind.EMAIL if "@" in term.value else SubjectKind.DISPLAY_NAME
        yield match(view, RULE, term, Personal(kind, term.value), "a search for people by what they are called")


RULE: Final = Rule(
    id="cql-personal-name",
    title="Name of a person in CQL",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="The query holds a name or address of a person in clear text. It goes stale when the person changes it and"
    " stays when the account is erased.",
    remedy="Compare with the account id instead, or leave the name out. Report only: which person was meant cannot be"
    " told from a part of a name.",
    articles=("5(1)(c)", "17"),
    source="https://developer.atlassian.com/cloud/confluence/cql-fields/",
    dpv="https://w3id.org/dpv/pd#Name",
    kinds=(Kind.CQL,),
    gate=(),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'type = user and user.fullname ~ "Tilda Berg*"',
            Kind.CQL,
            "people by a part of their name",
            ("Tilda Berg*",),
        ),
        Flag(
            b"creator.fullname !~ 'Tilda' OR user.email ~ '@acme-optics.se'",
            Kind.CQL,
            "content by the name of its author, people by their address",
            ("Tilda", "@acme-optics.se"),
        ),
        Clean(b'creator = "5d41402abc4b2a76b9719d91" and title ~ "Tilda"', Kind.CQL, "a title"),
        Clean(b"user.fullname ~ '' and owner = currentUser()", Kind.CQL, "no name"),
    ),
)
