"""A permission of a space, or a role in one, names a person by something other than an account id.

Why it matters: who may see or change a whole space rests on it, and Cloud cannot link it to anybody. GDPR Art.
5(1)(f), 25, 32.
Source: Atlassian, REST API v2, space permissions and roles; user privacy API migration guide for Confluence Cloud.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from rules.accounts import account
from rules.acl import principals
from rules.identifiers import personal
from rules.jsontree import Text
from rules.model import Edit, Hold, Kind, Match, Personal, Severity, SubjectKind, Unreadable, Unresolved
from rules.permissions import GRANTABLE, is_role, obstacle
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View


@dataclass(frozen=True, slots=True)
class _Held:
    """One permission of a person."""

    index: int
    value: Text
    subject: Personal
    operation: str

    @property
    def legacy(self) -> bool:
        return self.subject.kind is not SubjectKind.ACCOUNT_ID


def _permissions(view: View) -> Iterator[_Held]:
    """Yield the permissions of people; nothing where the part is no list of them."""
    if view.unreadable is not None or isinstance(view.tree, Unreadable):
        return
    for index, principal, operation in principals(view.tree):
        kind, value = principal.text("type"), principal.text("id")
        if kind is None or value is None or kind.value.lower() != "user":
            continue
        subject = personal(value.value)
        if subject is not None:
            yield _Held(index, value, subject, operation)


def detect(view: View) -> Iterator[Match]:
    """Yield every principal that is a user and has no account id."""
    for one in _permissions(view):
        if one.legacy:
            named = one.operation.replace("/", "").replace("_", "").isalpha()
            allowed = "role" if is_role(one.operation) else one.operation if named else "permission"
            match = RULE.match(
                one.value.span,
                one.subject,
                where=f"permissions[{one.index}] ({allowed[:80]})/principal/id",
                excerpt=f'{allowed[:80]} › {{"id":"{one.subject.mask}","type":"user"}}',
                reason="the principal is a user without an account id",
            )
            yield replace(match, rewritable=one.operation in GRANTABLE or is_role(one.operation))


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return every permission of a person by the account id, all that a person has or none; each entry stays in place.

    What the account holds already stands twice in the result and once on the site.
    """
    everything = tuple(_permissions(view))
    answers = {one.subject: account(one.subject, resolve) for one in everything if one.legacy}
    moving, standing = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for one in everything:
        answer = answers.get(one.subject, one.value.value.strip())
        if isinstance(answer, str):
            (moving if one.legacy else standing)[answer].add(one.operation)
    refused = {name: why for name, some in moving.items() if (why := obstacle(some, standing[name])) is not None}
    by_span = {match.span: match for match in matches}
    edits: list[Edit] = []
    holds: list[Hold] = []
    for one in (each for each in everything if each.legacy):
        answer, span = answers[one.subject], one.value.span
        final = answer if isinstance(answer, Unresolved) else refused.get(answer, answer)
        if isinstance(final, Unresolved):
            holds.append(Hold(RULE.id, span, one.subject, final.reason, final.detail, by_span[span].where))
        else:
            edits.append(Edit(span, span.of(view.data), final.encode(), RULE.id))
    return Change(tuple(edits), tuple(holds))


RULE: Final = Rule(
    id="legacy-space-permission",
    title="Legacy user in a space permission",
    category=Category.LEGACY,
    severity=Severity.HIGH,
    why="A person holds a permission of this space under a retired identifier. Nobody can tell who that is, and the"
    " permission cannot be withdrawn when the person leaves.",
    remedy="Grant the permission or role to the person's account, then remove the old entry. This tool does so when the"
    " person can be resolved and the API can grant all that the person has, and never grants anything else; otherwise"
    " the owner of the space does it in its settings.",
    articles=("5(1)(f)", "25", "32"),
    source="https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-space-permissions/",
    dpv="https://w3id.org/dpv/pd#UID",
    kinds=(Kind.PERMISSIONS,),
    gate=(),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b'{"permissions":[{"id":"901","operation":"read/space","principal":'
            b'{"id":"8a7f80826c1d4e5f016c1d4e6f700001","type":"user"}}]}',
            Kind.PERMISSIONS,
            "a user key as principal",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
            b'{"permissions":[{"id":"901","operation":"read/space","principal":'
            b'{"id":"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10","type":"user"}}]}',
        ),
        Flag(
            b'{"permissions":[{"id":"904","operation":"create/whiteboard","principal":{"id":"tbergmann",'
            b'"type":"user"}},{"id":"905","operation":"read/space","principal":{"id":"tbergmann","type":"user"}}]}',
            Kind.PERMISSIONS,
            "a permission that the API cannot grant holds back all that the person has",
            ("tbergmann", "tbergmann"),
        ),
        Flag(
            b'{"permissions":[{"id":"r-1","operation":"role/r-1","principal":'
            b'{"id":"8a7f80826c1d4e5f016c1d4e6f700001","type":"user"}}]}',
            Kind.PERMISSIONS,
            "a role in the space",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
            b'{"permissions":[{"id":"r-1","operation":"role/r-1","principal":'
            b'{"id":"712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10","type":"user"}}]}',
        ),
        Clean(
            b'{"permissions":[{"id":"902","operation":"read/space","principal":'
            b'{"id":"8a7f8082-6c1d-4e5f-8a16-c1d4e6f70000","type":"group"}},{"id":"903","operation":"read/space",'
            b'"principal":{"id":"5d41402abc4b2a76b9719d91","type":"user"}}]}',
            Kind.PERMISSIONS,
            "a group, and a user by account id",
        ),
        Clean(
            b'{"permissions":[{"id":"r-1","operation":"role/r-1","principal":{"id":"5d41402abc4b2a76b9719d91","type":'
            b'"user"}}]}',
            Kind.PERMISSIONS,
            "a role of an account",
        ),
        Clean(
            b'{"permissions":[{"id":"906","operation":"create/whiteboard","principal":{"id":"tbergmann","type":"role"}},'
            b'{"id":"907","operation":"read/space","principal":{"id":"anonymous","type":"group"}}]}',
            Kind.PERMISSIONS,
            "a role and a group, whatever their ids",
        ),
    ),
)
