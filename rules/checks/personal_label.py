"""A label belongs to one person.

Why it matters: labels of the namespace `my` show what one person marked for themselves; written with the owner before
the colon they name the person as well. GDPR Art. 5(1)(c), 25.
Source: Atlassian, REST API, labels and their prefixes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.jsontree import Object, Text, walk
from rules.masking import excerpt
from rules.model import Kind, Match, ObjectType, Personal, Severity, Span, SubjectKind, Unreadable
from rules.passage import Passage
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_WRITTEN: Final = re.compile(r"(?:my:|~(?P<owner>[^\s:~/]+):)(?P<label>[^\s:]+)\Z")


def detect(view: View) -> Iterator[Match]:
    """Yield the owner of a personal label where it is named, else the label itself."""
    if view.part.kind is Kind.TEXT:
        if view.part.ref.type is ObjectType.LABEL or view.data.startswith((b"my:", b"~")):
            yield from _in_text(view)
    elif not isinstance(view.tree, Unreadable):
        for path, node in walk(view.tree):
            prefix = node.text("prefix") if isinstance(node, Object) else None
            name = node.text("name") if isinstance(node, Object) else None
            if isinstance(prefix, Text) and prefix.value == "my" and name is not None:
                yield _match(view, name.span, SubjectKind.LABEL, name.value, f"{path}.name" if path else "name")


def _in_text(view: View) -> Iterator[Match]:
    text = Passage(((0, view.data),), "plain")
    found = _WRITTEN.match(text.text)
    if found is not None:
        group = "owner" if found["owner"] else "label"
        kind = SubjectKind.USERNAME if found["owner"] else SubjectKind.LABEL
        yield _match(view, text.span(*found.span(group)), kind, found[group], "")
    elif view.part.ref.type is ObjectType.LABEL and view.part.path == "my label" and text.text:
        yield _match(view, Span(0, len(view.data)), SubjectKind.LABEL, text.text, "")


def _match(view: View, span: Span, kind: SubjectKind, value: str, where: str) -> Match:
    subject = Personal(kind, value)
    return RULE.match(
        span,
        subject,
        where=where,
        excerpt=excerpt(view.data, span.start, span.end, subject.mask),
        reason="a label of one person",
    )


RULE: Final = Rule(
    id="personal-label",
    title="Personal label",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="A personal label shows what one person follows or has marked. It is moved with the content and kept when"
    " the person"
    " leaves.",
    remedy="Delete the personal labels of people who left; others are theirs to keep. Report only.",
    articles=("5(1)(c)", "25"),
    source="https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content-labels/",
    dpv="https://w3id.org/dpv/pd#Interest",
    kinds=(Kind.JSON, Kind.TEXT),
    gate=(),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(b'{"results":[{"prefix":"my","name":"kidney","id":"7"}]}', Kind.JSON, "an answer", ("kidney",)),
        Flag(b"~tbergmann:favourite", Kind.TEXT, "a label written with its owner", ("tbergmann",)),
        Clean(b'{"results":[{"prefix":"global","name":"my","id":"7"}]}', Kind.JSON, "a label for everybody"),
        Clean(b"my: list of ~things", Kind.TEXT, "a title"),
    ),
)
