"""Assignees of tasks that scripts wrote in ways of their own: text in an element, attributes of a task item.

Neither editor writes them; there the first mention in a task is its assignee. They name a person all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from rules import adf
from rules.accounts import account, retired
from rules.identifiers import personal
from rules.jsontree import Node, Text
from rules.macros import folded
from rules.mentions import ASSIGNEE
from rules.model import Edit, HeldReason, Hold, Kind, Match, Personal, Span, Unreadable, Unresolved
from rules.parameters import may_be_user
from rules.rule import Change, Resolver
from rules.storage import Storage
from rules.tokens import What
from rules.view import View
from rules.written import Written, in_cdata, in_json, in_xml

_ACCOUNTS: Final = frozenset({"assignee", "assigneeid", "assigneeaccountid", "accountid"})
"""Attributes of task items, folded, that take an account id."""
_OTHERS: Final = frozenset(
    {"assigneekey", "assigneeuserkey", "assigneename", "assigneeusername", "username", "userkey"}
)
_UNKNOWN: Final = "no format describes this attribute, so nobody knows what reads it"


@dataclass(frozen=True, slots=True)
class Assignee:
    """One text that says whose a task is."""

    text: Written
    start: int
    end: int
    """Characters of the text without the blanks around it."""
    where: str

    @property
    def value(self) -> str:
        """Return the text without the blanks around it."""
        return self.text.text[self.start : self.end]

    @property
    def span(self) -> Span:
        """Return the bytes of the value."""
        return self.text.span(self.start, self.end)

    @property
    def subject(self) -> Personal | None:
        """Return the retired identifier, None for an account id, a variable and a name of several words."""
        if " " in self.value or not may_be_user(self.value):
            return None
        return retired(personal(self.value))

    @property
    def is_name(self) -> bool:
        """Return whether the value is the name of a person as it is spoken: several words, and no variable."""
        return " " in self.value and may_be_user(self.value)


def assignees(view: View) -> Iterator[Assignee]:
    """Yield the assignees in order; none where a document is no JSON."""
    if view.part.kind is Kind.ADF:
        return iter(()) if isinstance(view.tree, Unreadable) else _in_document(view.data, view.tree)
    return _in_storage(view.storage)


def _in_storage(storage: Storage) -> Iterator[Assignee]:
    elements = frozenset(storage.indices(ASSIGNEE))
    if not elements:
        return
    cut = storage.parents()
    for run in storage.runs(elements):
        start, raw = storage.content(run)
        if run.what is not What.COMMENT and raw.strip():
            text = in_xml(start, raw) if run.what is What.TEXT else in_cdata(start, raw)
            if run.parent in cut:
                text = replace(text, fixed="other markup interrupts the text")
            yield _assignee(text, storage.path(run.parent))


def _in_document(data: bytes, tree: Node) -> Iterator[Assignee]:
    for node in adf.nodes(tree):
        attrs = node.attrs
        for key, value in attrs.members if attrs is not None and node.type in adf.TASKS else ():
            name = folded(key.value)
            if isinstance(value, Text) and value.value.strip() and name in _ACCOUNTS | _OTHERS:
                text = in_json(data, value)
                yield _assignee(text if name in _ACCOUNTS else replace(text, fixed=_UNKNOWN), f"{node.path}/@{name}")


def _assignee(text: Written, where: str) -> Assignee:
    start = len(text.text) - len(text.text.lstrip())
    return Assignee(text, start, start + len(text.text.strip()), where)


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return every assignee of `matches` that is text by its account id, and what is held back."""
    wanted = {match.span: match for match in matches}
    edits: list[Edit] = []
    holds: list[Hold] = []
    for each in assignees(view):
        match, subject = wanted.get(each.span), each.subject
        if match is None or subject is None:
            continue
        fixed = each.text.fixed
        answer = Unresolved(HeldReason.NO_REWRITER, fixed) if fixed else account(subject, resolve)
        if isinstance(answer, Unresolved):
            holds.append(Hold(match.rule, match.span, match.subject, answer.reason, answer.detail, match.where))
        else:
            edits.append(Edit(match.span, match.span.of(view.data), each.text.write(answer), match.rule))
    return Change(tuple(edits), tuple(holds))
