"""A macro parameter holds a person's address in a messenger.

Why it matters: the presence macro shows whether a person is online, by an address in a service that mostly is no longer
in use; the address identifies the person there. GDPR Art. 5(1)(c), 5(1)(e), 17.
Source: Atlassian, IM presence macro; public exports show the address as the parameter without a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.macros import Form
from rules.masking import excerpt
from rules.model import Kind, Match, Personal, Severity, SubjectKind
from rules.parameters import gate
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_FORMS: Final = frozenset({Form.MESSENGER})


def detect(view: View) -> Iterator[Match]:
    """Yield the messenger addresses in parameters that the registry says hold one."""
    for parameter in view.parameters_of(_FORMS):
        text = parameter.text.text
        if Form.MESSENGER not in parameter.forms:
            continue
        start = len(text) - len(text.lstrip())
        subject = Personal(SubjectKind.IM, text.strip())
        span = parameter.text.span(start, start + len(text.strip()))
        shown = excerpt(view.data, span.start, span.end, subject.mask)
        yield RULE.match(span, subject, where=parameter.where, excerpt=shown)


RULE: Final = Rule(
    id="macro-messenger",
    title="Messenger address in a macro",
    category=Category.PERSONAL,
    severity=Severity.MEDIUM,
    why="The page tells everybody under which address a person can be found in a messenger, and keeps telling it when"
    " the person has left or the service is gone.",
    remedy="Remove the macro; Cloud has no successor to it. Report only.",
    articles=("5(1)(c)", "5(1)(e)", "17"),
    source="https://github.com/xwiki-contrib/confluence",
    dpv="https://w3id.org/dpv/pd#Contact",
    kinds=(Kind.STORAGE, Kind.ADF),
    gate=gate(_FORMS),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'<ac:macro ac:name="im"><ac:parameter ac:name="service">jabber</ac:parameter><ac:default-parameter>'
            b" tilda.b</ac:default-parameter></ac:macro>",
            Kind.STORAGE,
            "the presence macro",
            ("tilda.b",),
        ),
        Clean(
            b'<ac:macro ac:name="im"><ac:parameter ac:name="service">jabber</ac:parameter></ac:macro>',
            Kind.STORAGE,
            "the name of a service",
        ),
    ),
)
