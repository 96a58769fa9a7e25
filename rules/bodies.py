"""User objects in JSON by account id: what the rules about payloads share.

The first retired field becomes `accountId` and keeps its blanks; the others go, each with one comma. Everything else
in the text stays to the byte.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from rules.accounts import agreed
from rules.identifiers import is_account_id
from rules.jsontree import Array, Node, Object, Text, gap, walk
from rules.masking import excerpt
from rules.model import Account, Edit, HeldReason, Hold, Match, ObjectType, Span, Unreadable, Unresolved
from rules.payload import ACCOUNT_FIELDS
from rules.retired import identifiers
from rules.rule import Change, Resolver, Rule
from rules.spots import Identifier, Place
from rules.view import View

_NEW: Final = b'"accountId"'
_APP: Final = "this belongs to an app, and only its owner knows what depends on it: plan with --property KEY if you are"
_TWICE: Final = "a field stands twice in this object, and readers differ about which one counts: delete the wrong one"
_PART: Final = "another person of the list is unresolved, and a list changes as a whole or not at all"
_TAKEN: Final = "another entry of this object stands or would stand under the same account: merge them by hand"


def found(view: View, place: Place) -> Iterator[Identifier]:
    """Yield the retired identifiers of one place, in order; none where the part is no JSON."""
    yield from (each for each in view.once(_everybody) if each.place is place)


def _everybody(view: View) -> tuple[Identifier, ...]:
    return () if isinstance(view.tree, Unreadable) else tuple(identifiers(view.tree, view.context.known))


def places(view: View) -> frozenset[Span]:
    """Return the places of all retired identifiers of the part, whatever they are a part of."""
    return frozenset(each.text.span for each in view.once(_everybody))


def in_file(view: View) -> bool:
    """Return whether the part is a file that somebody handed over, rather than what an app keeps on a site."""
    return view.part.ref.type is ObjectType.FILE


def released(view: View) -> bool:
    """Return whether the part may change: it was handed over, or the owner of the value has said so."""
    return view.released


def detect(
    view: View, rule: Rule, place: Place, reason: str, writable: Callable[[View], bool] = released
) -> Iterator[Match]:
    """Yield a match for every retired identifier of a user object in `place`."""
    for each in found(view, place):
        span = each.text.span
        made = rule.match(
            span,
            each.subject,
            where=each.path,
            excerpt=excerpt(view.data, span.start, span.end, each.subject.mask),
            confidence=each.confidence,
            reason=each.fixed or reason,
        )
        free = not each.fixed and (view.released if each.alone else writable(view))
        yield replace(made, rewritable=made.rewritable and free)


def rewrite(view: View, place: Place, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return every user object of `matches` by its account id, and what is held back with its reason."""
    wanted = {match.span: match for match in matches}
    groups: dict[tuple[Span, Span | None], list[Identifier]] = {}
    for each in found(view, place):
        groups.setdefault((each.owner.span, each.text.span if each.alone else None), []).append(each)
    names = _names(groups.values(), resolve)
    answers: Sequence[tuple[Sequence[Identifier], str | Unresolved]] = [
        (
            group,
            _account(group, names, resolve)
            if wanted[group[0].text.span].rewritable
            else Unresolved(HeldReason.NO_REWRITER, group[0].fixed or _APP),
        )
        for group in groups.values()
    ]
    edits: list[Edit] = []
    holds: list[Hold] = []
    if place is Place.RESTRICTION:
        answers = list(_whole_lists(answers))
        edits += _twice(view, answers, matches[0].rule)
    gone = [edit.span for edit in edits]
    for group, account in answers:
        own = [wanted[each.text.span] for each in group]
        if _lies_in(group[0].owner.span, gone):
            continue
        if isinstance(account, Unresolved):
            holds += [
                Hold(each.rule, each.span, each.subject, account.reason, account.detail, each.where) for each in own
            ]
        else:
            edits += _edits(view.data, group, account, own[0].rule)
    return Change(tuple(edits), tuple(holds))


def _whole_lists(
    answers: Sequence[tuple[Sequence[Identifier], str | Unresolved]],
) -> Iterator[tuple[Sequence[Identifier], str | Unresolved]]:
    """Yield the answers with every account held that stands in a list of restrictions with somebody who is held."""
    held = {_list(group) for group, answer in answers if isinstance(answer, Unresolved)}
    for group, answer in answers:
        stays = isinstance(answer, str) and _list(group) in held
        yield group, Unresolved(HeldReason.UNRESOLVED, _PART) if stays else answer


def _twice(view: View, answers: Sequence[tuple[Sequence[Identifier], str | Unresolved]], rule: str) -> Iterator[Edit]:
    """Yield the removal of users of a list of restrictions whose account stands in it already, or will."""
    becoming = {group[0].owner.span: account for group, account in answers if isinstance(account, str)}
    lists = () if isinstance(view.tree, Unreadable) else (node for _, node in walk(view.tree))
    for node in lists:
        users = node.items if isinstance(node, Array) and any(each.span in becoming for each in node.items) else ()
        standing = {own for each in users if each.span not in becoming and (own := _own_account(each)) is not None}
        spans = [each.span for each in users]
        kept_any = False
        for index, each in enumerate(users):
            account = becoming.get(each.span)
            if account is not None and account in standing:
                span = gap(spans, index, kept_before=kept_any)
                yield Edit(span, span.of(view.data), b"", rule)
                continue
            kept_any = True
            if account is not None:
                standing.add(account)


def _lies_in(inner: Span, spans: Sequence[Span]) -> bool:
    """Return whether one of `spans`, which are in order, covers another."""
    at = bisect_right(spans, inner.start, key=lambda span: span.start)
    return at > 0 and inner.end <= spans[at - 1].end


def _list(group: Sequence[Identifier]) -> str:
    """Return the path of the restrictions that a user stands in."""
    return group[0].path.rpartition("restrictions")[0]


def _standing(group: Sequence[Identifier]) -> str | None:
    """Return the account id that a user object carries in its own field already."""
    return _own_account(group[0].owner)


def _own_account(node: Node) -> str | None:
    """Return the account id that stands in its own field of `node`."""
    texts = [node.text(name) for name in ACCOUNT_FIELDS] if isinstance(node, Object) else []
    return next((text.value.strip() for text in texts if text is not None and is_account_id(text.value.strip())), None)


def _names(groups: Iterable[Sequence[Identifier]], resolve: Resolver) -> Counter[tuple[Span, str]]:
    """Return how often each name stands in an object whose names are people, or would once they are accounts."""
    people = [group[0] for group in groups if group[0].is_name]
    owners = {each.owner.span: each.owner for each in people}
    names = Counter((span, key.value) for span, owner in owners.items() for key, _ in owner.members)
    answers = [(each.owner.span, resolve(each.subject)) for each in people]
    return names + Counter((span, answer.account_id) for span, answer in answers if isinstance(answer, Account))


def _account(group: Sequence[Identifier], names: Counter[tuple[Span, str]], resolve: Resolver) -> str | Unresolved:
    """Return the one account that the identifiers of an object lead to, or why there is none."""
    if not group[0].alone and _stands_twice(group):
        return Unresolved(HeldReason.AMBIGUOUS, _TWICE)
    standing = None if group[0].alone else _standing(group)
    account = agreed({standing} if standing else set(), [(each.text.value, each.subject) for each in group], resolve)
    if isinstance(account, Unresolved):
        return account
    if group[0].is_name and names[group[0].owner.span, account] > 1:
        return Unresolved(HeldReason.AMBIGUOUS, _TAKEN)
    return account


def _stands_twice(group: Sequence[Identifier]) -> bool:
    """Return whether a field that would change, or the one for the account id, stands twice in its object."""
    fields = {each.key.value for each in group} | {"accountId"}
    return max(Counter(key.value for key, _ in group[0].owner.members if key.value in fields).values()) > 1


def _edits(data: bytes, group: Sequence[Identifier], account: str, rule: str) -> Iterator[Edit]:
    """Yield the edits of one object, or of one field that holds an id by itself."""
    first, owner = group[0], group[0].owner
    if first.alone:
        yield Edit(first.text.span, first.text.span.of(data), account.encode(), rule)
        return
    going = {each.key.span for each in group}
    if _standing(group) is None:
        slot = next((value for key, value in owner.members if key.value == "accountId"), None)
        if slot is None:
            key = Span(first.key.span.start - 1, first.key.span.end + 1)
            yield Edit(key, key.of(data), _NEW, rule)
            yield Edit(first.text.span, first.text.span.of(data), account.encode(), rule)
            going.discard(first.key.span)
        else:
            span = _whole(slot)
            yield Edit(span, span.of(data), b'"' + account.encode() + b'"', rule)
            going -= {key.span for key, value in owner.members if value is slot}
    yield from _removals(data, owner, going, rule)


def _whole(node: Node) -> Span:
    """Return the bytes of a value, the quotes of a string included."""
    return Span(node.span.start - 1, node.span.end + 1) if isinstance(node, Text) else node.span


def _removals(data: bytes, owner: Object, going: set[Span], rule: str) -> Iterator[Edit]:
    """Yield the removal of members, each with one comma. At least one member stays."""
    spans = [Span(key.span.start - 1, _whole(value).end) for key, value in owner.members]
    kept_any = False
    for index, (key, _) in enumerate(owner.members):
        if key.span not in going:
            kept_any = True
        else:
            span = gap(spans, index, kept_before=kept_any)
            yield Edit(span, span.of(data), b"", rule)
