"""Mentions of documents in the newer format by account id: which attributes identify, and how they change.

The editor writes `id` only. Scripts add the user key or the username, or write one name twice; decoders then take the
last value, and the others stay in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from rules.adf import Mention, mentions
from rules.identifiers import personal
from rules.jsontree import Node, Object, Text
from rules.macros import folded
from rules.mentions import BESIDE, agreed
from rules.model import Edit, HeldReason, Hold, Match, Personal, Span, SubjectKind, Unresolved
from rules.placeholders import holds_variable
from rules.rule import Change, Resolver

ID: Final = "id"
_NAMES: Final = frozenset({ID, "userkey", "username"})


@dataclass(frozen=True, slots=True)
class Identity:
    """One identifying attribute of a mention; the subject is None for a role, a variable and an empty value."""

    key: Text = field(repr=False)
    value: Text = field(repr=False)
    subject: Personal | None

    @property
    def name(self) -> str:
        """Return the name of the attribute without regard to case and dashes: one of three."""
        return folded(self.key.value)

    @property
    def modern(self) -> bool:
        """Return whether this is an account id in the attribute made for it."""
        return self.name == ID and self.subject is not None and self.subject.kind is SubjectKind.ACCOUNT_ID


def identities(mention: Mention) -> tuple[Identity, ...]:
    """Return the identifying attributes of a mention in order, repeated ones included."""
    return tuple(
        Identity(key, value, None if holds_variable(value.value) else personal(value.value))
        for key, value in mention.attrs.members
        if isinstance(value, Text) and folded(key.value) in _NAMES
    )


def legacy(mention: Mention) -> tuple[tuple[Identity, Personal], ...]:
    """Return the attributes that were retired or hold what was, with their values."""
    return tuple((each, each.subject) for each in identities(mention) if each.subject is not None and not each.modern)


def rewrite(data: bytes, tree: Node, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each mention of `matches` by one account id in `id`, and what is held back.

    The last attribute of that name takes the account id; other identifiers go, each with one comma. The display name
    stays, as does every other byte.
    """
    wanted = {match.span: match for match in matches}
    edits: list[Edit] = []
    holds: list[Hold] = []
    for mention in mentions(tree):
        found = [wanted[each.value.span] for each, _ in legacy(mention) if each.value.span in wanted]
        if not found:
            continue
        account = _account(mention, resolve)
        if isinstance(account, Unresolved):
            holds += [
                Hold(each.rule, each.span, each.subject, account.reason, account.detail, each.where) for each in found
            ]
        else:
            edits += _edits(data, mention, account, found[0].rule)
    return Change(tuple(edits), tuple(holds))


def _account(mention: Mention, resolve: Resolver) -> str | Unresolved:
    """Return the one account that all identifiers of a mention lead to, or why there is none."""
    if not all(isinstance(value, Text) for key, value in mention.attrs.members if key.value == ID):
        return Unresolved(HeldReason.NO_REWRITER, "its id is no text")
    own = identities(mention)
    if any(each.subject is None and each.value.value.strip() for each in own):
        return Unresolved(HeldReason.AMBIGUOUS, BESIDE)
    standing = {each.value.value.strip() for each in own if each.modern}
    return agreed(standing, [(each.value.value, subject) for each, subject in legacy(mention)], resolve)


def _edits(data: bytes, mention: Mention, account: str, rule: str) -> Iterator[Edit]:
    """Yield the replacement of one attribute and the removal of the others."""
    own = identities(mention)
    going = [each for each, _ in legacy(mention)]
    if not any(each.modern for each in own):
        target = next((each for each in reversed(own) if each.key.value == ID), going[0])
        going = [each for each in going if each.key.span != target.key.span]
        if target.key.value != ID:
            yield Edit(target.key.span, target.key.span.of(data), ID.encode(), rule)
        yield Edit(target.value.span, target.value.span.of(data), account.encode(), rule)
    yield from _removals(data, mention.attrs, {each.key.span for each in going}, rule)


def _removals(data: bytes, attrs: Object, going: AbstractSet[Span], rule: str) -> Iterator[Edit]:
    """Yield the removal of attributes, each with one comma. At least one attribute stays."""
    kept_any = False
    for index, (key, value) in enumerate(attrs.members):
        if key.span not in going:
            kept_any = True
        elif kept_any:
            span = Span(_end(attrs.members[index - 1][1]), _end(value))
            yield Edit(span, span.of(data), b"", rule)
        else:
            span = Span(key.span.start - 1, attrs.members[index + 1][0].span.start - 1)
            yield Edit(span, span.of(data), b"", rule)


def _end(value: Node) -> int:
    """Return where a value ends, the quote of a string included."""
    return value.span.end + 1 if isinstance(value, Text) else value.span.end
