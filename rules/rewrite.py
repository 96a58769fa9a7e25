"""What a part becomes once its legacy identifiers are resolved: new bytes with proof, or none."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rules.accounts import misplaced
from rules.acl import Principal, decode, decode_permissions, widened
from rules.context import NOTHING_KNOWN, Context
from rules.halving import passing, together
from rules.identifiers import personal
from rules.model import (
    Account,
    Edit,
    HeldReason,
    Hold,
    Kind,
    Match,
    Part,
    Personal,
    Resolution,
    SubjectKind,
)
from rules.permissions import exceeds
from rules.rule import Category, Change, Resolver, Rule
from rules.scan import Inner, Scan, look
from rules.splice import apply, prove_view, shifted
from rules.view import View

PROOF: Final = (
    "outside the edits every byte is the same",
    "the result is well-formed",
    "no rule finds anything at the rewritten places but personal data that stood there before, and elsewhere the same",
    "macro ids, inline-comment anchors and CDATA sections are unchanged",
    "a second pass changes nothing",
)
PLAIN_PROOF: Final = (
    *PROOF[:3],
    "macro ids, inline-comment anchors and CDATA sections are unchanged, but for texts of links that became plain text",
    PROOF[4],
)
PARTLY_PROVED: Final = "a second pass proposes nothing but what is held, which did not pass the proof"
_REPORTED_ONLY: Final = "this tool reports it and cannot change it"
_LISTS: Final = frozenset({Kind.ACCESS, Kind.PERMISSIONS})
ACCESS_PROOF: Final = (*PROOF[:3], "the same people and groups have access", PROOF[4])


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of one part. Without edits, `data` is the original."""

    data: bytes
    edits: tuple[Edit, ...]
    holds: tuple[Hold, ...]
    proof: tuple[str, ...]
    """What was proved, in words; empty when nothing was changed."""


class _Memory:
    """A resolver that asks once for each distinct value."""

    __slots__ = ("_known", "_resolve")

    def __init__(self, resolve: Resolver) -> None:
        self._resolve = resolve
        self._known: dict[Personal, Resolution] = {}

    def __call__(self, subject: Personal) -> Resolution:
        if subject not in self._known:
            self._known[subject] = self._resolve(subject)
        return self._known[subject]


def rewrite(part: Part, rules: Sequence[Rule], resolve: Resolver, context: Context = NOTHING_KNOWN) -> Rewritten:
    """Return `part` with every identifier rewritten that resolves, and a hold for every one that is not.

    What cannot be proved is not changed: when the edits fail their proof together, those that fail become holds and the
    rest is proved as a whole again. `resolve` is asked once for each value.
    """
    view = View(part, context)
    return rewrite_view(view, look(view, rules), rules, resolve)


def rewrite_view(view: View, seen: Scan, rules: Sequence[Rule], resolve: Resolver) -> Rewritten:
    """Return the same for a part that was read before; `seen` is what `rules` see in it."""
    ask, part = _Memory(resolve), view.part
    matches = _by_rule(rules, seen.matches)
    if seen.unreadable is not None:
        return Rewritten(part.data, (), _hold_all(matches, HeldReason.MALFORMED, seen.unreadable.reason), ())
    change = _change(view, seen, rules, ask)
    if not change.edits:
        return Rewritten(part.data, (), change.holds, ())
    failure = _failure(view, seen, rules, change.edits, (), ask)
    if failure is None:
        return Rewritten(apply(part.data, change.edits), change.edits, change.holds, _proof(part, change.edits))
    kept = _provable(view, seen, rules, change.edits, ask)
    left = _untouched(_left(matches, change.holds), kept)
    holds = _sorted((*change.holds, *_hold_all(left, *failure)))
    proof = (*_proof(part, kept)[:-1], PARTLY_PROVED) if kept else ()
    return Rewritten(apply(part.data, kept), kept, holds, proof)


def _provable(
    view: View, seen: Scan, rules: Sequence[Rule], edits: tuple[Edit, ...], ask: Resolver
) -> tuple[Edit, ...]:
    """Return those of `edits`, which fail as a whole, that pass the proof together."""

    def passes(groups: Sequence[tuple[Edit, ...]]) -> bool:
        tried = [edit for group in groups for edit in group]
        others = set(edits).difference(tried)
        return _failure(view, seen, rules, tried, tuple(others), ask) is None

    kept = passing(together(view.data, view.part.kind, edits), passes)
    return tuple(edit for group in kept for edit in group)


def _untouched(
    matches: Iterable[tuple[Rule, tuple[Match, ...]]], edits: Sequence[Edit]
) -> list[tuple[Rule, tuple[Match, ...]]]:
    """Return the matches at whose places no edit changes anything. The edits are in order."""
    starts = [edit.span.start for edit in edits]

    def stays(match: Match) -> bool:
        index = bisect_left(starts, match.span.end) - 1
        return index < 0 or edits[index].span.end <= match.span.start

    return [(rule, tuple(match for match in found if stays(match))) for rule, found in matches]


def _proof(part: Part, edits: Sequence[Edit]) -> tuple[str, ...]:
    """Return what was proved. An edit with a section in it passes the proof only as the text of a link."""
    if part.kind in _LISTS:
        return ACCESS_PROOF
    return PLAIN_PROOF if any(b"<![CDATA[" in edit.old for edit in edits) else PROOF


def _by_rule(rules: Sequence[Rule], matches: Sequence[Match]) -> list[tuple[Rule, tuple[Match, ...]]]:
    of_rule: dict[str, list[Match]] = {}
    for match in matches:
        of_rule.setdefault(match.rule, []).append(match)
    return [(rule, tuple(of_rule.get(rule.id, ()))) for rule in rules]


def _change(view: View, seen: Scan, rules: Sequence[Rule], ask: Resolver) -> Change:
    """Return what the rewriters of all rules propose; identifiers of rules without one are held.

    Parts inside the part are changed in their own right, and the changes carried outside.
    """
    changes = [
        rule.rewrite(view, found, ask) if rule.rewrite is not None else Change((), _reported_only(rule, found))
        for rule, found in _by_rule(rules, seen.own)
        if found
    ]
    for inner in seen.inner:
        fixed = _hold_all(_by_rule(rules, inner.scan.matches), HeldReason.NO_REWRITER, inner.part.fixed)
        change = Change((), fixed) if inner.part.fixed else _change(inner.part.view, inner.scan, rules, ask)
        changes.append(_carried(view.data, inner, change, rules))
    edits = sorted((edit for change in changes for edit in change.edits), key=lambda edit: edit.span)
    return Change(tuple(edits), _sorted([hold for change in changes for hold in change.holds]))


def _carried(data: bytes, inner: Inner, change: Change, rules: Sequence[Rule]) -> Change:
    """Return the change of a part inside as a change of the part around: where that cannot be, everything stays."""
    carried = inner.part.carried(data, change)
    if isinstance(carried, Change):
        return carried
    rest = _left(_by_rule(rules, inner.scan.matches), change.holds)
    return Change((), inner.part.held(_sorted((*change.holds, *_hold_all(rest, carried.reason, carried.detail)))))


def _left(
    matches: Iterable[tuple[Rule, tuple[Match, ...]]], holds: Sequence[Hold]
) -> list[tuple[Rule, tuple[Match, ...]]]:
    """Return the matches whose places are not held yet."""
    held = {hold.span for hold in holds}
    return [(rule, tuple(match for match in found if match.span not in held)) for rule, found in matches]


def _sorted(holds: Sequence[Hold]) -> tuple[Hold, ...]:
    return tuple(sorted(holds, key=lambda hold: (hold.span, hold.rule)))


def _hold_all(matches: Sequence[tuple[Rule, tuple[Match, ...]]], reason: HeldReason, detail: str) -> tuple[Hold, ...]:
    """Return a hold for every legacy identifier; personal data in prose is nobody's to rewrite and is not held."""
    return _sorted(
        [
            Hold(rule.id, match.span, match.subject, reason, detail, match.where)
            for rule, found in matches
            if rule.category is Category.LEGACY
            for match in found
        ]
    )


def _reported_only(rule: Rule, found: tuple[Match, ...]) -> tuple[Hold, ...]:
    """Return a hold for every match of a rule without a rewriter; what is no person says where and why it stays."""
    holds: list[Hold] = []
    for match in found:
        unread = match.subject.kind is SubjectKind.INTERFACE
        detail = f"{_REPORTED_ONLY}: {match.excerpt}, {match.reason}" if unread else _REPORTED_ONLY
        holds += _hold_all([(rule, (match,))], HeldReason.NO_REWRITER, detail)
    return _sorted(holds)


def _widening(part: Part, new: bytes, ask: Resolver) -> tuple[HeldReason, str] | None:
    """Return why the new access list would not let in exactly the same people, None when it does."""
    if part.kind is Kind.ACCESS:
        reason = widened(decode(part.data), decode(new), lambda principal: _account(principal, ask))
    elif part.kind is Kind.PERMISSIONS:
        reason = exceeds(decode_permissions(part.data), decode_permissions(new))
    else:
        return None
    return None if reason is None else (HeldReason.WOULD_WIDEN, reason)


def _account(principal: Principal, ask: Resolver) -> str | None:
    """Return the account that the identifiers of an entry without one resolve to, the first that does."""
    for value in (principal.account_id, principal.user_key, principal.username):
        subject = personal(value or "")
        if subject is not None:
            answer = misplaced(value or "", ask) if subject.kind is SubjectKind.ACCOUNT_ID else ask(subject)
            if isinstance(answer, Account):
                return answer.account_id
    return None


def _failure(
    view: View, seen: Scan, rules: Sequence[Rule], edits: Sequence[Edit], others: Sequence[Edit], ask: Resolver
) -> tuple[HeldReason, str] | None:
    """Return the proof that `edits` fail, None when all hold. A second pass may propose `others`, nothing else."""
    try:
        new = apply(view.data, edits)
        widening = _widening(view.part, new, ask)
        if widening is not None:
            return widening
        proved = prove_view(view, seen, edits, new, rules)
        if not isinstance(proved, str) and not _settled(*proved, rules, shifted(others, edits), ask):
            proved = "a second pass would change the result again"
    except ValueError as error:
        proved = str(error)
    return (HeldReason.NOT_PROVED, proved) if isinstance(proved, str) else None


def _settled(result: View, seen: Scan, rules: Sequence[Rule], others: Sequence[Edit], ask: Resolver) -> bool:
    """Return whether a second pass over the result proposes nothing but `others`."""
    return set(_change(result, seen, rules, ask).edits) <= set(others)
