"""A restriction names a person without an account id.

Why it matters: who may read or edit rests on these entries. An entry that Cloud cannot link to an account locks its
person out, and a list that loses its last entry is open to everyone. GDPR Art. 5(1)(f), 25, 32.
Source: Atlassian, user privacy API migration guide for Confluence Cloud; REST API v1, content restrictions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rules.accounts import agreed
from rules.acl import Principal, UserEntry, encode_user, entries
from rules.identifiers import is_account_id, personal
from rules.jsontree import Text, gap
from rules.masking import HIDDEN, clip
from rules.model import (
    Edit,
    HeldReason,
    Hold,
    Kind,
    Match,
    Personal,
    Severity,
    Span,
    Unreadable,
    Unresolved,
)
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View

_FIELDS: Final = ("accountId", "userKey", "username")
SHOWN: Final = 3
"""People of the lists that one message names."""


@dataclass(frozen=True, slots=True)
class _Named:
    """One user object of a list with the values that identify somebody."""

    entry: UserEntry
    values: tuple[tuple[str, Span, Personal], ...]

    @property
    def legacy(self) -> tuple[tuple[str, Span, Personal], ...]:
        """Return the retired identifiers; none when an account id stands in its own field."""
        own = self.entry.principal.account_id
        return () if own is not None and is_account_id(own) else self.values


def _named(view: View) -> tuple[_Named, ...]:
    """Return the user objects of the part; nothing where it is no access list, which `View.unreadable` reports."""
    if view.unreadable is not None or isinstance(view.tree, Unreadable):
        return ()
    named: list[_Named] = []
    for entry in entries(view.tree):
        texts = {name: node for name in _FIELDS if isinstance(node := entry.node.get(name), Text)}
        subjects = [(name, node.span, personal(node.value)) for name, node in texts.items()]
        named.append(
            _Named(entry, tuple((name, span, subject) for name, span, subject in subjects if subject is not None))
        )
    return tuple(named)


def detect(view: View) -> Iterator[Match]:
    """Yield the identifiers of every entry that has no account id of its own."""
    for named in _named(view):
        entry = named.entry
        masks = ",".join(f'"{name}":"{subject.mask}"' for name, _, subject in named.values)
        for name, span, subject in named.legacy:
            yield RULE.match(
                span,
                subject,
                where=f"{entry.operation}/user[{entry.index}]/{name}",
                excerpt=clip(f"{entry.operation} › user › {{{masks or HIDDEN}}}"),
                reason="the entry has no account id",
            )


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return every entry by its account id; people that are on the list twice stay once.

    Lists are written whole, so one person without an account holds back all of them.
    """
    by_span = {match.span: match for match in matches}
    named = _named(view)
    answers = {each.entry.node.span: _account(each, resolve) for each in named if each.legacy}
    failed = [answer for answer in answers.values() if isinstance(answer, Unresolved)]
    if failed:
        return Change((), tuple(_waiting([each for each in named if each.legacy], answers, by_span)))
    edits: list[Edit] = []
    for operation in dict.fromkeys(each.entry.operation for each in named):
        listed = [each.entry for each in named if each.entry.operation == operation]
        edits += _edits(view.data, listed, [_final(entry, answers) for entry in listed])
    return Change(tuple(edits))


def _waiting(listed: list[_Named], answers: dict[Span, str | Unresolved], by_span: dict[Span, Match]) -> Iterator[Hold]:
    """Yield a hold for every identifier, which says for whom it waits, or who waits for it: lists are written whole."""
    open_ones = [each for each in listed if isinstance(answers[each.entry.node.span], Unresolved)]
    ready = [each for each in listed if each not in open_ones]
    other = Unresolved(
        HeldReason.UNRESOLVED,
        f"the lists are written whole, and wait for {_masks(open_ones)}: name the account in the mapping, or take that"
        " entry off the list by hand",
    )
    for each in listed:
        answer = answers[each.entry.node.span]
        if isinstance(answer, Unresolved):
            also = f"; the lists are written whole, so {_masks(ready)} waits for it" if ready else ""
            why = Unresolved(answer.reason, f"{answer.detail}{also}")
        else:
            why = other
        yield from (_hold(by_span[span], why) for _, span, _ in each.legacy)


def _masks(people: list[_Named]) -> str:
    """Return some people of the lists by their masks, and how many more there are; each once."""
    masks = list(dict.fromkeys(each.legacy[-1][2].mask for each in people))
    more = f" and {len(masks) - SHOWN} more" if len(masks) > SHOWN else ""
    return ", ".join(masks[:SHOWN]) + more


def _hold(match: Match, why: Unresolved) -> Hold:
    return Hold(match.rule, match.span, match.subject, why.reason, why.detail, match.where)


def _account(named: _Named, resolve: Resolver) -> str | Unresolved:
    """Return the one account that the identifiers of an entry lead to, or why there is none."""
    own = named.entry.principal
    values = (own.account_id or "", own.user_key or "", own.username or "")
    asked = [(value, subject) for value in values if (subject := personal(value)) is not None]
    return agreed(set(), asked, resolve)


def _final(entry: UserEntry, answers: dict[Span, str | Unresolved]) -> str | None:
    """Return the account that the entry will stand for; None for an entry that names nobody."""
    answer = answers.get(entry.node.span, entry.principal.account_id)
    return answer if isinstance(answer, str) else None


def _edits(data: bytes, listed: list[UserEntry], accounts: list[str | None]) -> Iterator[Edit]:
    """Yield the edits of one list. An entry whose account stands on the list already goes, with one comma."""
    standing = {account for entry, account in zip(listed, accounts, strict=True) if _stands(entry, account)}
    spans = [each.node.span for each in listed]
    kept_any = False
    for index, (entry, account) in enumerate(zip(listed, accounts, strict=True)):
        if account is None or _stands(entry, account):
            kept_any = True
        elif account not in standing:
            standing.add(account)
            kept_any = True
            yield Edit(spans[index], spans[index].of(data), encode_user(Principal(account_id=account)), RULE.id)
        else:
            span = gap(spans, index, kept_before=kept_any)
            yield Edit(span, span.of(data), b"", RULE.id)


def _stands(entry: UserEntry, account: str | None) -> bool:
    """Return whether the entry names its account already and stays as it is."""
    return account is not None and entry.principal.account_id == account


RULE: Final = Rule(
    id="legacy-restriction-user",
    title="Legacy user in a restriction",
    category=Category.LEGACY,
    severity=Severity.HIGH,
    why="Access to this content rests on an identifier that Cloud has retired. The person may be locked out, nobody can"
    " tell from the list who is meant, and the entry is lost when the list is next saved.",
    remedy="Replace the entry by the account id. This tool does so when everybody on it can be resolved, and never"
    " lets anybody in who was not on it; otherwise an administrator sets the restriction anew.",
    articles=("5(1)(f)", "25", "32"),
    source="https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content-restrictions/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.ACCESS,),
    gate=(),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'{"read":{"group":[{"id":"g-1","name":"optics"}],"user":[{"userKey":"8a7f80826c1d4e5f016c1d4e6f700001",'
            b'"username":"tbergmann"}]},"update":{"group":[],"user":[]}}',
            Kind.ACCESS,
            "an entry that came from Data Center",
            ("8a7f80826c1d4e5f016c1d4e6f700001", "tbergmann"),
            b'{"read":{"group":[{"id":"g-1","name":"optics"}],"user":[{"accountId":'
            b'"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"}]},"update":{"group":[],"user":[]}}',
        ),
        Flag(
            b'{"read":{"group":[],"user":[]},"update":{"group":[],"user":[{"username":"tbergmann"},'
            b'{"accountId":"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"}]}}',
            Kind.ACCESS,
            "a person who stands on the list twice",
            ("tbergmann",),
            b'{"read":{"group":[],"user":[]},"update":{"group":[],"user":['
            b'{"accountId":"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"}]}}',
        ),
        Clean(
            b'{"read":{"group":[],"user":[{"accountId":"5d41402abc4b2a76b9719d91","username":"tbergmann"}]},'
            b'"update":{"group":[],"user":[]}}',
            Kind.ACCESS,
            "the account id decides; the name beside it comes from an answer of the transition period",
        ),
        Clean(
            b'{"read":{"group":[{"id":"g-1","name":"tbergmann"}],"user":[]},"update":{"group":[],"user":[]}}',
            Kind.ACCESS,
            "a group, whatever its name",
        ),
    ),
)
