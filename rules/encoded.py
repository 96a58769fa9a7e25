"""People in settings that an app keeps as JSON in Base64, often percent-encoded: read, and written as they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from rules import jsontree
from rules.accounts import account, retired
from rules.base64text import Coded, hidden
from rules.identifiers import personal
from rules.jsontree import Array, Object, Text
from rules.macros import Form, folded
from rules.model import Edit, HeldReason, Hold, Match, Personal, Span, Unreadable, Unresolved
from rules.parameters import Parameter, may_be_user
from rules.rule import Change, Resolver
from rules.view import View

ENCODED: Final = frozenset({Form.ENCODED})
_ACCOUNTS: Final = frozenset({"user", "users", "accountid"})
_OTHERS: Final = frozenset({"username", "userkey"})
_UNKNOWN: Final = "nobody knows what the app expects under this name"


@dataclass(frozen=True, slots=True)
class Person:
    """One retired identifier in encoded settings."""

    parameter: Parameter
    settings: Coded = field(repr=False)
    """The settings without their encodings."""
    start: int
    end: int
    """Characters of the settings that hold the identifier."""
    subject: Personal
    fixed: str

    @property
    def span(self) -> Span:
        """Return the bytes of the part in which the identifier is encoded."""
        return self.settings.span(self.start, self.end)


def people(view: View) -> Iterator[Person]:
    """Yield the usernames and user keys in parameters that hold encoded settings, in order."""
    for parameter in view.parameters_of(ENCODED):
        if Form.ENCODED in parameter.forms:
            for settings in islice(hidden(parameter.text, view.data), 1):
                yield from _people(parameter, settings)


def _people(parameter: Parameter, settings: Coded) -> Iterator[Person]:
    data = settings.text.encode()
    tree = jsontree.parse(data)
    if isinstance(tree, Unreadable):
        return
    for name, text in sorted(_texts(tree), key=lambda each: each[1].span):
        subject = retired(personal(text.value)) if may_be_user(text.value) else None
        if subject is not None and text.span.start < text.span.end:
            start, end = (len(data[:at].decode()) for at in (text.span.start, text.span.end))
            fixed = settings.fixed or (_UNKNOWN if name in _OTHERS else "")
            yield Person(parameter, settings, start, end, subject, fixed)


def _texts(tree: jsontree.Node) -> Iterator[tuple[str, Text]]:
    """Yield the strings that stand under the name of a person, with the name folded."""
    for _, node in jsontree.walk(tree):
        for key, value in node.members if isinstance(node, Object) else ():
            name = folded(key.value)
            items = value.items if isinstance(value, Array) else (value,)
            if name in _ACCOUNTS | _OTHERS:
                yield from ((name, item) for item in items if isinstance(item, Text))


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return the values of `matches` with account ids in place of all their people; one that stays keeps the others."""
    wanted = {match.span: match for match in matches}
    groups: dict[int, list[Person]] = {}
    for each in (person for person in people(view) if person.span in wanted):
        groups.setdefault(each.settings.span(0, 1).start, []).append(each)
    changes = [_change(view.data, group, wanted, resolve) for group in groups.values()]
    return Change(
        tuple(edit for change in changes for edit in change.edits),
        tuple(hold for change in changes for hold in change.holds),
    )


def _change(data: bytes, group: Sequence[Person], wanted: Mapping[Span, Match], resolve: Resolver) -> Change:
    """Return what becomes of the people of one value."""
    answers = [
        Unresolved(HeldReason.NO_REWRITER, each.fixed) if each.fixed else account(each.subject, resolve)
        for each in group
    ]
    stuck = next((answer for answer in answers if isinstance(answer, Unresolved)), None)
    if stuck is None:
        whole = group[0].settings.together(
            [(each.start, each.end, str(answer)) for each, answer in zip(group, answers, strict=True)]
        )
        if not isinstance(whole, str):
            span, new = whole
            return Change((Edit(span, span.of(data), new, wanted[group[0].span].rule),))
        stuck = Unresolved(HeldReason.NO_REWRITER, whole)
    own = [answer if isinstance(answer, Unresolved) else stuck for answer in answers]
    return Change(holds=tuple(_hold(wanted[each.span], answer) for each, answer in zip(group, own, strict=True)))


def _hold(match: Match, answer: Unresolved) -> Hold:
    return Hold(match.rule, match.span, match.subject, answer.reason, answer.detail, match.where)
