"""User objects in JSON by account id: what the rules about payloads share.

The first retired field becomes `accountId` and keeps its blanks; the others go, each with one comma. Everything else
in the text stays to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from rules.identifiers import is_account_id
from rules.jsontree import Node, Object, Text
from rules.masking import excerpt
from rules.model import Account, Confidence, Edit, HeldReason, Hold, Match, ObjectType, Span, Unreadable, Unresolved
from rules.payload import ACCOUNT_FIELDS, Identifier, Place, identifiers
from rules.rule import Change, Resolver, Rule
from rules.view import View

_NEW: Final = b'"accountId"'
_APP: Final = "this belongs to an app, and only its owner knows what depends on it"
_BARE: Final = "nothing else says that this is a user: it may be a login of anything"


def found(view: View, place: Place) -> Iterator[Identifier]:
    """Yield the retired identifiers of one place, in order; none where the part is no JSON."""
    if not isinstance(view.tree, Unreadable):
        yield from (each for each in identifiers(view.tree) if each.place is place)


def in_file(view: View) -> bool:
    """Return whether the part is a file that somebody handed over, rather than what an app keeps on a site."""
    return view.part.ref.type is ObjectType.FILE


def detect(
    view: View, rule: Rule, place: Place, reason: str, writable: Callable[[View], bool] = in_file
) -> Iterator[Match]:
    """Yield a match for every retired identifier of a user object in `place`."""
    for each in found(view, place):
        span = each.text.span
        made = rule.match(
            span,
            each.subject,
            where=each.path,
            excerpt=excerpt(view.data, span.start, span.end, each.subject.mask),
            confidence=Confidence.LOW if each.bare else Confidence.HIGH,
            reason=_BARE if each.bare else reason,
        )
        yield replace(made, rewritable=made.rewritable and writable(view) and not each.bare)


def rewrite(view: View, place: Place, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return every user object of `matches` by its account id, and what is held back with its reason."""
    wanted = {match.span: match for match in matches}
    groups: dict[tuple[Span, Span | None], list[Identifier]] = {}
    for each in found(view, place):
        groups.setdefault((each.owner.span, each.text.span if each.alone else None), []).append(each)
    edits: list[Edit] = []
    holds: list[Hold] = []
    for group in groups.values():
        own = [wanted[each.text.span] for each in group]
        account = (
            _account(group, resolve)
            if own[0].rewritable
            else Unresolved(HeldReason.NO_REWRITER, _BARE if group[0].bare else _APP)
        )
        if isinstance(account, Unresolved):
            holds += [
                Hold(each.rule, each.span, each.subject, account.reason, account.detail, each.where) for each in own
            ]
        else:
            edits += _edits(view.data, group, account, own[0].rule)
    return Change(tuple(edits), tuple(holds))


def _standing(group: Sequence[Identifier]) -> str | None:
    """Return the account id that a user object carries in its own field already."""
    texts = [group[0].owner.text(name) for name in ACCOUNT_FIELDS]
    return next((text.value.strip() for text in texts if text is not None and is_account_id(text.value.strip())), None)


def _account(group: Sequence[Identifier], resolve: Resolver) -> str | Unresolved:
    """Return the one account that the identifiers of an object lead to, or why there is none."""
    answers = [resolve(each.subject) for each in group]
    accounts = {answer.account_id for answer in answers if isinstance(answer, Account)}
    standing = None if group[0].alone else _standing(group)
    if standing is not None:
        accounts.add(standing)
    if len(accounts) > 1:
        return Unresolved(HeldReason.AMBIGUOUS, "the identifiers of this object lead to different accounts")
    unresolved = [answer for answer in answers if isinstance(answer, Unresolved)]
    doubtful = [answer for answer in unresolved if answer.reason is HeldReason.AMBIGUOUS or not accounts]
    if doubtful:
        return doubtful[0]
    account = accounts.pop()
    if not is_account_id(account):
        return Unresolved(HeldReason.UNRESOLVED, "what it was resolved to has not the shape of an account id")
    return account


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
    yield from _removals(data, owner, going, rule)


def _whole(node: Node) -> Span:
    """Return the bytes of a value, the quotes of a string included."""
    return Span(node.span.start - 1, node.span.end + 1) if isinstance(node, Text) else node.span


def _removals(data: bytes, owner: Object, going: set[Span], rule: str) -> Iterator[Edit]:
    """Yield the removal of members, each with one comma. At least one member stays."""
    kept_any = False
    for index, (key, value) in enumerate(owner.members):
        if key.span not in going:
            kept_any = True
        elif kept_any:
            span = Span(_whole(owner.members[index - 1][1]).end, _whole(value).end)
            yield Edit(span, span.of(data), b"", rule)
        else:
            span = Span(key.span.start - 1, owner.members[index + 1][0].span.start - 1)
            yield Edit(span, span.of(data), b"", rule)
