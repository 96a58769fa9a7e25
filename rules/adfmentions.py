"""Mentions of documents in the newer format by account id: which attributes identify, and how they change.

The editor writes `id` only. Scripts add the user key or the username, or write one name twice; decoders then take the
last value, and the others stay in the text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from rules.accounts import agreed
from rules.adf import Mention, mentions, running
from rules.identifiers import personal
from rules.jsontree import Array, Node, Object, Text
from rules.macros import folded
from rules.mentions import BESIDE, held
from rules.model import Edit, HeldReason, Hold, Match, Named, Personal, Span, SubjectKind, Unresolved
from rules.placeholders import holds_variable
from rules.plainnames import written
from rules.rule import Change, Resolver

ID: Final = "id"
_NAMES: Final = frozenset({ID, "userkey", "username"})
_SPARE: Final = frozenset({"text", "accessLevel", "userType", "localId"})
"""Attributes that say nothing once a mention is plain text."""
_MEMBERS: Final = frozenset({"type", "attrs", "marks"})
_MARKS: Final = frozenset(
    "annotation backgroundColor code em link strike strong subsup textColor underline".split()  # noqa: SIM905 - words
)
"""Types of marks that a text may bear (Atlassian Document Format, text node)."""
_OTHERS: Final = "the plain name is wanted there, but its node holds more than a mention and that would be lost"


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
    stays, as does every other byte. Where the person is to be named instead, a mention in running text becomes a text.
    """
    wanted = {match.span: match for match in matches}
    prose: frozenset[Span] = frozenset()
    edits: list[Edit] = []
    holds: list[Hold] = []
    for mention in mentions(tree):
        found = [wanted[each.value.span] for each, _ in legacy(mention) if each.value.span in wanted]
        if not found:
            continue
        answer: str | Edit | Unresolved = _account(mention, resolve)
        if isinstance(answer, Named):
            prose = prose or frozenset(node.span for node in running(tree))
            if mention.node.span in prose:
                answer = _plain(data, mention, answer, found[0].rule)
        if isinstance(answer, Unresolved):
            holds += held(found, answer)
        elif isinstance(answer, Edit):
            edits.append(answer)
        else:
            edits += _edits(data, mention, answer, found[0].rule)
    return Change(tuple(edits), tuple(holds))


def _plain(data: bytes, mention: Mention, named: Named, rule: str) -> Edit | Unresolved:
    """Return the edit that makes a text of a mention, or why it stays. Marks stay as they are."""
    node = mention.node
    keys = {key.value: key for key, _ in node.members}
    kind, marks = node.text("type"), node.get("marks")
    known = all(key.value in _SPARE or folded(key.value) in _NAMES for key, _ in mention.attrs.members)
    if kind is None or not known or len(keys) != len(node.members) or not keys.keys() <= _MEMBERS or not _legal(marks):
        return Unresolved(HeldReason.NO_REWRITER, _OTHERS)
    start = min(keys["type"].span.start, keys["attrs"].span.start) - 1
    done, new = start, b""
    name = json.dumps(written(named)).encode()
    for span, text in sorted([(kind.span, b"text"), (keys["attrs"].span, b"text"), (mention.attrs.span, name)]):
        new += data[done : span.start] + text
        done = span.end
    end = max(_end(kind), mention.attrs.span.end)
    span = Span(start, end)
    return Edit(span, span.of(data), new + data[done:end], rule)


def _legal(marks: Node | None) -> bool:
    """Return whether a text may bear these marks."""
    items = () if marks is None else marks.items if isinstance(marks, Array) else (marks,)
    kinds = [item.text("type") if isinstance(item, Object) else None for item in items]
    return all(kind is not None and kind.value in _MARKS for kind in kinds)


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
