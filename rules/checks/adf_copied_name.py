"""A card or a task of the newer format carries the name of a person as text.

Why it matters: cards keep a copy of what a link said when it was made, the names of authors and assignees included, and
scripts write names into tasks. The copy stays when the person changes the name or the account is erased.
GDPR Art. 5(1)(d), 5(1)(e), 17.
Source: Atlassian Document Format, inlineCard, blockCard and embedCard nodes: `data` is JSON-LD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.adf import CARDS, AdfNode, nodes
from rules.assignees import assignees
from rules.identifiers import classify
from rules.jsontree import Array, Node, Object, Text
from rules.links import identities
from rules.linkterms import Form
from rules.macros import folded
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, Personal, Severity, SubjectKind, Unreadable
from rules.parameters import may_be_user
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_ROLES: Final = frozenset(
    {
        "assignedby",
        "assignedto",
        "assignee",
        "attributedto",
        "author",
        "createdby",
        "creator",
        "owner",
        "reporter",
        "updatedby",
    }
)
_PROFILES: Final = frozenset({Form.PROFILE, Form.PEOPLE, Form.PEOPLE_EMAIL, Form.USER_PAGE, Form.JIRA_PROFILE})
_PERSON: Final = "Person"


def detect(view: View) -> Iterator[Match]:
    """Yield the names of people in the data of cards, and those that stand as assignees of tasks."""
    tree = view.tree
    if isinstance(tree, Unreadable):
        return
    for node in nodes(tree):
        if node.type in CARDS:
            for text, sure in _in_card(node):
                yield _match(view, text, node.path, sure=sure)
    for each in assignees(view):
        if each.is_name:
            subject = Personal(SubjectKind.DISPLAY_NAME, each.value)
            shown = excerpt(view.data, each.span.start, each.span.end, subject.mask)
            yield RULE.match(each.span, subject, where=each.where, excerpt=shown, confidence=Confidence.MEDIUM)


def _match(view: View, text: Text, path: str, *, sure: bool) -> Match:
    subject = Personal(SubjectKind.DISPLAY_NAME, text.value.strip())
    return RULE.match(
        text.span,
        subject,
        where=f"{path}/data",
        excerpt=excerpt(view.data, text.span.start, text.span.end, subject.mask),
        confidence=Confidence.MEDIUM if sure else Confidence.LOW,
        reason="the name of a person" if sure else "a text where the name of a person belongs",
    )


def _in_card(node: AdfNode) -> Iterator[tuple[Text, bool]]:
    """Yield the names in the data of a card, each with whether it is said to be a person's."""
    data = None if node.attrs is None else node.attrs.get("data")
    if not isinstance(data, Object):
        return
    name, url = data.text("name"), data.text("url")
    profile = url is not None and any(term.form in _PROFILES for term in identities(url.value))
    if name is not None and profile and _PERSON not in _types(data):
        yield name, True
    waiting: list[tuple[Node, bool]] = [(data, False)]
    while waiting:
        each, role = waiting.pop()
        if isinstance(each, Array):
            waiting += [(item, role) for item in reversed(each.items)]
        elif isinstance(each, Object):
            own = each.text("name")
            types = _types(each)
            if own is not None and (_PERSON in types or (role and not types)):
                yield own, True
            waiting += [(value, _is_role(key.value)) for key, value in reversed(each.members)]
        elif isinstance(each, Text) and role and _is_name(each.value):
            yield each, False


def _types(node: Object) -> frozenset[str]:
    """Return what an object of JSON-LD says it is, prefixes left out."""
    given = node.get("@type")
    items = given.items if isinstance(given, Array) else (given,)
    return frozenset(item.value.rpartition(":")[2] for item in items if isinstance(item, Text))


def _is_role(name: str) -> bool:
    """Return whether somebody stands under this name, prefixes left out."""
    return folded(name.rpartition(":")[2]) in _ROLES


def _is_name(value: str) -> bool:
    """Return whether a text is what people are called, rather than an address, an account id or a variable."""
    plain = may_be_user(value) and not any(mark in value for mark in "/:@")
    return plain and classify(value) is SubjectKind.USERNAME


RULE: Final = Rule(
    id="adf-copied-name",
    title="Name of a person copied into a card or a task",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="The document keeps a copy of what a link said of its author or assignee, or a name that a script wrote."
    " The link itself would show the current name; the copy outlives the account.",
    remedy="Insert the link anew, so that the card is a bare address, or mention the person. Report only: only the site"
    " that the link leads to knows what the card should say.",
    articles=("5(1)(d)", "5(1)(e)", "17"),
    source="https://developer.atlassian.com/cloud/jira/platform/apis/document/nodes/inlineCard/",
    dpv="https://w3id.org/dpv/pd#Name",
    kinds=(Kind.ADF,),
    gate=(
        (
            b'"data"',
            re.compile(
                rb"Person|ssign|ttributedTo|uthor|(?:reat|pdat)edBy|reator|wner|eporter|people/|/display|[uU]ser|Profile"
            ),
        ),
        (b"askItem", re.compile(rb"[aA]ssignee")),
    ),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'{"type":"doc","content":[{"type":"inlineCard","attrs":{"data":{"@type":"Object","name":"Bench plan",'
            b'"url":"https://wiki.example/x/1","attributedTo":{"@type":["Person"],"name":"Tilda Bergmann"},'
            b'"schema:creator":"Ola Lindqvist","atlassian:assignedTo":[{"name":"J Vega"}]}}}]}',
            Kind.ADF,
            "the author, the creator and the assignee of what a link leads to",
            ("Tilda Bergmann", "Ola Lindqvist", "J Vega"),
        ),
        Flag(
            b'{"type":"doc","content":[{"type":"blockCard","attrs":{"data":{"name":"Tilda Bergmann","url":'
            b'"https://wiki.example/wiki/people/5d41402abc4b2a76b9719d91"}}},{"type":"taskItem","attrs":{"assignee":'
            b'"Ola Lindqvist"}}]}',
            Kind.ADF,
            "a card for a profile, and the assignee of a task as a script wrote it",
            ("Tilda Bergmann", "Ola Lindqvist"),
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"inlineCard","attrs":{"data":{"@type":"Object","name":"Bench plan",'
            b'"generator":{"@type":"Application","name":"Confluence"},"creator":{"@type":"Organization","name":"Acme"},'
            b'"author":"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10","owner":"https://wiki.example/x","reporter":7}}}]}',
            Kind.ADF,
            "an app, a company, an account id, an address and a number",
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"inlineCard","attrs":{"url":"https://wiki.example/people/x"}},'
            b'{"type":"inlineCard"},{"type":"inlineCard","attrs":{"data":{"author":"{{name}}"}}},{"type":"media",'
            b'"attrs":{"data":{"author":"Tilda Bergmann"}}}]}',
            Kind.ADF,
            "cards without data, a variable, and the data of something else",
        ),
    ),
)
