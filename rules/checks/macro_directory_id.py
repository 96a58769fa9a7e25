"""A macro parameter holds the id of a person in another directory than Atlassian's.

Why it matters: apps that show contact cards keep the object id of a corporate directory. It identifies the person
there, follows no account of Atlassian's, and stays when the account is erased. GDPR Art. 5(1)(c), 5(1)(e), 17.
Source: a public migration toolkit that writes such macros.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.macros import Form
from rules.masking import excerpt
from rules.model import Kind, Match, Personal, Severity, SubjectKind
from rules.parameters import gate, may_be_user
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_FORMS: Final = frozenset({Form.DIRECTORY})


def detect(view: View) -> Iterator[Match]:
    """Yield the ids in parameters that the registry says hold one of another directory."""
    for parameter in view.parameters_of(_FORMS):
        text = parameter.text.text
        if Form.DIRECTORY not in parameter.forms or not may_be_user(text.strip()):
            continue
        start = len(text) - len(text.lstrip())
        subject = Personal(SubjectKind.DIRECTORY_ID, text.strip())
        span = parameter.text.span(start, start + len(text.strip()))
        shown = excerpt(view.data, span.start, span.end, subject.mask)
        yield RULE.match(span, subject, where=parameter.where, excerpt=shown)


RULE: Final = Rule(
    id="macro-directory-id",
    title="Id of another directory in a macro",
    category=Category.PERSONAL,
    severity=Severity.MEDIUM,
    why="The page keeps the number under which a corporate directory knows a person. Erasing the Atlassian account does"
    " not reach it, and whoever can read the directory learns who it is.",
    remedy="Choose a macro that takes the account, or remove it once the person has left. Report only: the id is not"
    " Atlassian's, so there is no account id to take its place.",
    articles=("5(1)(c)", "5(1)(e)", "17"),
    source="https://github.com/leanzero-srl/leanzero-confluence-migration-toolkit",
    dpv="https://w3id.org/dpv/pd#Identifying",
    kinds=(Kind.STORAGE, Kind.ADF),
    gate=gate(_FORMS),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'<ac:adf-extension><ac:adf-node type="extension"><ac:adf-attribute key="extension-key">a/b/static/'
            b'contact-person-macro</ac:adf-attribute><ac:adf-attribute key="parameters"><ac:adf-parameter'
            b' key="guest-params"><ac:adf-parameter key="ms-account-id">0f3a9c1e-77aa-4c21-9d5e-1b2c3d4e5f60'
            b"</ac:adf-parameter></ac:adf-parameter></ac:adf-attribute></ac:adf-node></ac:adf-extension>",
            Kind.STORAGE,
            "a contact card",
            ("0f3a9c1e-77aa-4c21-9d5e-1b2c3d4e5f60",),
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"extension","attrs":{"extensionKey":"a/b/static/contact-person-macro",'
            b'"parameters":{"guestParams":{"msAccountId":"{{id}}","msTeams":true},"accountId":'
            b'"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"}}}]}',
            Kind.ADF,
            "a variable of a template, a switch, and an account id",
        ),
    ),
)
