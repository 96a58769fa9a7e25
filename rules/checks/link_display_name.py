"""A link to a person carries the person's name as its text.

Why it matters: the text was written when the link was made. It stays when the person changes the name or the account is
erased, while the link itself would follow. GDPR Art. 5(1)(d), 5(1)(e), 17.
Source: Atlassian, Confluence storage format, links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from rules.assignees import assignees
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, Personal, Severity, Span, SubjectKind
from rules.parameters import may_be_user
from rules.passage import unescaped
from rules.rule import Category, Clean, Flag, Rule
from rules.storage import Element, Storage
from rules.tokens import What
from rules.view import View

_BODIES: Final = ("ac:plain-text-link-body", "ac:link-body")
_END: Final = "]]>"
_PIECES: Final = 64
"""Texts of one link that are looked at: a name has fewer, even where each letter is marked up by itself."""
_LENGTH: Final = 120
"""Characters of a name at most; longer text is prose."""


def detect(view: View) -> Iterator[Match]:
    """Yield the texts of links to people, and the names in attributes of references and in assignees of tasks."""
    storage = view.storage
    users = storage.indices("ri:user")
    links = set(storage.indices("ac:link")) & set(map(storage.parent, users))
    for body in storage.named(*_BODIES):
        if body.parent in links:
            yield from _in_body(storage, body)
    for each in assignees(view):
        if each.is_name:
            yield _match(storage.data, each.span, each.value, each.where)
    for reference in storage.named("ri:user") if b"ri:display-name" in storage.data else ():
        for attribute in storage.attributes(reference):
            if attribute.name == "ri:display-name" and attribute.value.strip():
                where = f"{storage.path(reference.index)}/@ri:display-name"
                yield _match(storage.data, attribute.value_span, attribute.value.strip(), where)


def _in_body(storage: Storage, body: Element) -> Iterator[Match]:
    """Yield the text of one link: as it reads, whatever tags and sections part it."""
    pieces: list[tuple[Span, str]] = []
    for run in storage.inside(body, _PIECES):
        start, raw = storage.content(run)
        if run.what is not What.COMMENT:
            text = unescaped(raw) if run.what is What.TEXT else raw.decode("utf-8", "replace")
            pieces.append((Span(start, start + len(raw)), text))
    name = " ".join("".join(text for _, text in pieces).split())
    bare = name.replace(_END, "")  # a template has none: that is what sections are parted at
    if any(letter.isalpha() for letter in name) and len(name) <= _LENGTH and may_be_user(bare):
        own = [span for span, text in pieces if text.strip()]
        yield _match(storage.data, _extent(storage, body, own), name, storage.path(body.index))


def _extent(storage: Storage, body: Element, pieces: Sequence[Span]) -> Span:
    """Return the bytes of a text: of one in several pieces, with all the tags in it, so that it may go as a whole."""
    if len(pieces) > 1 and storage.unreadable is None:
        return storage.extent(body)[0]
    return Span(pieces[0].start, pieces[-1].end)


def _match(data: bytes, span: Span, name: str, where: str) -> Match:
    subject = Personal(SubjectKind.DISPLAY_NAME, name)
    shown = partial(excerpt, data, span.start, span.end, subject.mask)
    reason = "the text of a reference to a person is mostly the name"
    return RULE.match(span, subject, where=where, excerpt=shown, confidence=Confidence.MEDIUM, reason=reason)


RULE: Final = Rule(
    id="link-display-name",
    title="Name as the text of a link to a person",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="The page keeps a person's name as typed text beside the reference. The reference follows the account when it"
    " is renamed or erased; the text does not.",
    remedy="Remove the text of the link, so that Confluence shows the current name, if there is no reason to keep it."
    " Report only: what a sentence needs is for its author to decide.",
    articles=("5(1)(d)", "5(1)(e)", "17"),
    source="https://confluence.atlassian.com/doc/confluence-storage-format-790796544.html",
    dpv="https://w3id.org/dpv/pd#Name",
    kinds=(Kind.STORAGE,),
    gate=(
        (b"<ri:user", re.compile(rb"<ri:user[^<>]*ri:display-name")),
        (b"<ri:user", re.compile(rb"<ri:user(?!(?:(?<=<ac:link><ri:user)|(?<=\"><ri:user))[^<>]*>(?:</ri:user>)?</)")),
        b"<ac:task-assignee",
    ),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'<ac:link><ri:user ri:account-id="5d41402abc4b2a76b9719d91"/><ac:plain-text-link-body>'
            b"<![CDATA[Tilda ]]]]><![CDATA[> B]]></ac:plain-text-link-body></ac:link>",
            Kind.STORAGE,
            "a section parted where it has to be",
            ("Tilda ]]> B",),
        ),
        Clean(
            b'<ac:link><ri:user ri:account-id="5d41402abc4b2a76b9719d91"/><ac:plain-text-link-body>'
            b"<![CDATA[<b> ]]]]><![CDATA[> B]]></ac:plain-text-link-body></ac:link>",
            Kind.STORAGE,
            "markup, parted in the same way",
        ),
        Flag(
            b'<ac:link><ri:user ri:account-id="5d41402abc4b2a76b9719d91"/><ac:plain-text-link-body>'
            b"<![CDATA[Tilda Bergmann]]></ac:plain-text-link-body></ac:link>",
            Kind.STORAGE,
            "plain text",
            ("Tilda Bergmann",),
        ),
        Flag(
            b"<ac:link><ac:link-body><strong>Ola</strong> <em>Lindqvist&nbsp;</em><!-- x --></ac:link-body>"
            b'<ri:user ri:account-id="5d41402abc4b2a76b9719d91" ri:display-name="Ola Lindqvist"/></ac:link>',
            Kind.STORAGE,
            "rich text, and the name in an attribute",
            ("Ola Lindqvist", "Ola Lindqvist"),
        ),
        Flag(
            b"<ac:task><ac:task-assignee>Tilda Bergmann</ac:task-assignee></ac:task>",
            Kind.STORAGE,
            "the assignee of a task, as scripts write it",
            ("Tilda Bergmann",),
        ),
        Clean(
            b"<ac:task><ac:task-assignee>{{full name}}</ac:task-assignee><ac:task-body>Ask Tilda"
            b"</ac:task-body></ac:task>",
            Kind.STORAGE,
            "a variable of a template, and the text of a task",
        ),
        Clean(
            b'<ac:link><ri:page ri:content-title="Home"/><ac:plain-text-link-body><![CDATA[Tilda Bergmann]]>'
            b'</ac:plain-text-link-body></ac:link><ri:user ri:account-id="5d41402abc4b2a76b9719d91"/>',
            Kind.STORAGE,
            "the text of a link to a page",
        ),
        Clean(
            b'<ac:link><ri:user ri:account-id="5d41402abc4b2a76b9719d91" ri:display-name=" "/><ac:link-body> '
            b"${name}</ac:link-body></ac:link><p>Tilda</p>",
            Kind.STORAGE,
            "a link without text, and a variable of a template",
        ),
    ),
)
