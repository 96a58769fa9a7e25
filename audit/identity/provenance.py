"""How a plan knows who is who, for its file and its reports: masks and keyed hashes only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from audit.identity.route import PEOPLE, identifier
from reports.evidence import HostFacts, IdentityFacts
from rules.accounts import AS_WRITTEN
from rules.identifiers import is_surely_account_id
from rules.model import Account, HeldReason, Named, Personal, Resolution, Subject, SubjectKind

Contacted = Callable[[], tuple[HostFacts, ...]]
"""Returns what was exchanged so far with each host."""


def nothing() -> tuple[HostFacts, ...]:
    """Return that no host was contacted."""
    return ()


def provenance(
    answers: Mapping[Personal, Resolution], places: Mapping[str, int], key: bytes
) -> tuple[IdentityFacts, ...]:
    """Return a row for each identifier that was asked for; spellings of one are one row.

    `places` says how often a keyed hash stands in the plan. Who stays open comes first, then the order of masks.
    """
    rows: dict[str, IdentityFacts] = {}
    for value, found in answers.items():
        row = _row(*_as_written(value, found), places, key)
        known = rows.get(row.subject.hmac)
        if known is None or row.subject.mask < known.subject.mask:
            rows[row.subject.hmac] = row
    return tuple(sorted(rows.values(), key=_order))


def by_route(identities: Iterable[IdentityFacts]) -> dict[str, int]:
    """Return how many identifiers each route resolved, and under `unresolved` how many none did."""
    return dict(sorted(Counter(one.route if one.account else "unresolved" for one in identities).items()))


def unwitnessed(found: Iterable[tuple[str, Sequence[str]]]) -> dict[str, int]:
    """Return how many identifiers each route alone vouches for, from pairs of a route and its further witnesses.

    An account id that stood in the place of a name needs none.
    """
    alone = (route for route, witnesses in found if not witnesses and route != AS_WRITTEN)
    return dict(sorted(Counter(alone).items()))


def alone(counts: Mapping[str, int]) -> str:
    """Return that count in words; empty where each account has a second witness."""
    if not counts:
        return ""
    routes = ", ".join(f"{route} {count}" for route, count in counts.items())
    total = sum(counts.values())
    what = "1 identifier rests" if total == 1 else f"{total} identifiers rest"
    return f"{what} on one route, which no other confirms: {routes}"


def shared(identities: Iterable[IdentityFacts]) -> tuple[str, ...]:
    """Return a sentence for each account that several identifiers of one kind lead to, masked, in order."""
    return merged((one.account.hmac, one.subject) for one in identities if one.account is not None)


def merged(pairs: Iterable[tuple[str, Subject]]) -> tuple[str, ...]:
    """Return a sentence for each account, the first of a pair, with several usernames or several user keys.

    A person may have been renamed; a mapping may also have put two people together, which nothing undoes.
    """
    found: dict[tuple[str, SubjectKind], dict[str, str]] = {}
    for account, subject in pairs:
        if subject.kind in PEOPLE:
            found.setdefault((account, subject.kind), {})[subject.hmac] = subject.mask
    several = sorted((kind, sorted(masks.values())) for (_, kind), masks in found.items() if len(masks) > 1)
    return tuple(
        f"{len(masks)} identifiers ({kind.value}) lead to one account: {', '.join(masks)}. Are they one person?"
        for kind, masks in several
    )


def _as_written(value: Personal, found: Resolution) -> tuple[Personal, Resolution]:
    """Return an account id that stands where a username belongs as what rules take it for, unless somebody has it."""
    written = identifier(value).written
    if value.kind is not SubjectKind.USERNAME or not is_surely_account_id(written):
        return value, found
    subject = Personal(SubjectKind.ACCOUNT_ID, written)
    if isinstance(found, Account):
        return (subject if found.route == AS_WRITTEN else value), found
    if found.settled:
        return subject, found
    open_ = found.reason is HeldReason.UNRESOLVED and not isinstance(found, Named)
    return (subject, Account(written, AS_WRITTEN)) if open_ else (value, found)


def _row(value: Personal, found: Resolution, places: Mapping[str, int], key: bytes) -> IdentityFacts:
    subject = value.subject(key)
    count = places.get(subject.hmac, 0)
    if not isinstance(found, Account):
        return IdentityFacts(subject, count, None, reason=found.reason, detail=found.detail)
    return IdentityFacts(
        subject,
        count,
        Personal(SubjectKind.ACCOUNT_ID, found.account_id).subject(key),
        state=found.state,
        route=found.route,
        witnessed_at_utc=found.witnessed_at,
        confidence=found.confidence,
        witnesses=found.witnesses,
    )


def _order(row: IdentityFacts) -> tuple[bool, str, str, str]:
    return row.account is not None, row.subject.mask, row.subject.kind.value, row.subject.hmac


def added_up(hosts: Iterable[HostFacts]) -> tuple[HostFacts, ...]:
    """Return one row for each host and purpose, sorted."""
    found: dict[tuple[str, str], HostFacts] = {}
    for one in hosts:
        before = found.get((one.origin, one.purpose), HostFacts(one.origin, one.purpose, 0, 0, 0))
        found[one.origin, one.purpose] = HostFacts(
            one.origin,
            one.purpose,
            before.requests + one.requests,
            before.received_bytes + one.received_bytes,
            before.sent_bytes + one.sent_bytes,
        )
    return tuple(found[each] for each in sorted(found))
