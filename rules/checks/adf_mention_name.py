"""A mention in the newer format carries the display name of the person as text.

Why it matters: the name was copied into the document when the person was mentioned. It stays there, and in every older
version, when the person changes the name or the account is erased. GDPR Art. 5(1)(d), 5(1)(e), 17.
Source: Atlassian Document Format, mention node, attribute `text`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.adf import mentions
from rules.identifiers import is_pseudo
from rules.jsontree import Text
from rules.masking import excerpt
from rules.model import Kind, Match, Personal, Severity, SubjectKind, Unreadable
from rules.placeholders import holds_variable
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield the display names that mentions of people carry."""
    if isinstance(view.tree, Unreadable):
        return
    for mention in mentions(view.tree):
        for key, value in mention.attrs.members:
            name = value.value.strip().removeprefix("@").strip() if isinstance(value, Text) else ""
            if key.value != "text" or not name or is_pseudo(f"@{name}") or holds_variable(name):
                continue
            subject = Personal(SubjectKind.DISPLAY_NAME, name)
            yield RULE.match(
                value.span,
                subject,
                where=f"{mention.path}/@text",
                excerpt=excerpt(view.data, value.span.start, value.span.end, subject.mask),
                reason="a copy of the name, made when the person was mentioned",
            )


RULE: Final = Rule(
    id="adf-mention-name",
    title="Display name in a mention",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="The document keeps a copy of the person's name beside the account id. Confluence shows the current name, but"
    " exports, the API and older versions show the copy, also after the account was erased.",
    remedy="Publish the page anew once the person was erased or renamed, and purge older versions. Report only: the"
    " editor writes the name itself.",
    articles=("5(1)(d)", "5(1)(e)", "17"),
    source="https://developer.atlassian.com/cloud/jira/platform/apis/document/nodes/mention/",
    dpv="https://w3id.org/dpv/pd#Name",
    kinds=(Kind.ADF,),
    gate=(b'"mention"',),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'{"type":"doc","content":[{"type":"mention","attrs":{"id":"5d41402abc4b2a76b9719d91",'
            b'"text":"@Tilda Bergm\\u00e5nn"}}]}',
            Kind.ADF,
            "the name beside an account id",
            ("Tilda Bergm\u00e5nn",),
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"mention","attrs":{"id":"5d41402abc4b2a76b9719d91","text":"@"}},'
            b'{"type":"mention","attrs":{"id":"here","text":"@here"}},'
            b'{"type":"mention","attrs":{"id":"712020:aa","text":"@Bot","userType":"APP"}}]}',
            Kind.ADF,
            "no name, a role, an app",
        ),
        Clean(
            b'{"type":"doc","content":[{"type":"text","text":"@Tilda we mention nobody"},{"type":"mention","attrs":'
            b'{"id":"5d41402abc4b2a76b9719d91","text":"@{{name}}"}}]}',
            Kind.ADF,
            "text that is no mention, and a variable of a template",
        ),
    ),
)
