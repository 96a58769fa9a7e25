"""A permission of a space names a person by something other than an account id.

Why it matters: who may see or change a whole space rests on it, and Cloud cannot link it to anybody. GDPR Art.
5(1)(f), 25, 32.
Source: Atlassian, REST API v2, space permissions; user privacy API migration guide for Confluence Cloud.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.acl import principals
from rules.identifiers import personal
from rules.model import Kind, Match, Severity, SubjectKind, Unreadable
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every principal that is a user and has no account id."""
    if view.unreadable is not None or isinstance(view.tree, Unreadable):
        return
    for index, principal, operation in principals(view.tree):
        kind, value = principal.text("type"), principal.text("id")
        if kind is None or value is None or kind.value.lower() != "user":
            continue
        subject = personal(value.value)
        if subject is not None and subject.kind is not SubjectKind.ACCOUNT_ID:
            allowed = operation if operation.replace("/", "").replace("_", "").isalpha() else "permission"
            yield RULE.match(
                value.span,
                subject,
                where=f"permissions[{index}]/principal/id",
                excerpt=f'{allowed[:80]} › {{"id":"{subject.mask}","type":"user"}}',
                reason="the principal is a user without an account id",
            )


RULE: Final = Rule(
    id="legacy-space-permission",
    title="Legacy user in a space permission",
    category=Category.LEGACY,
    severity=Severity.HIGH,
    why="A person holds a permission of this space under a retired identifier. Nobody can tell who that is, and the"
    " permission cannot be withdrawn when the person leaves.",
    remedy="Report only: in the space's settings, grant the permission to the person's account or to a group, then"
    " remove the old entry. The API that would do it gives no way to undo a mistake.",
    articles=("5(1)(f)", "25", "32"),
    source="https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-space-permissions/",
    dpv="https://w3id.org/dpv/pd#UID",
    kinds=(Kind.PERMISSIONS,),
    gate=(),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'{"permissions":[{"id":"901","operation":"read/space","principal":'
            b'{"id":"8a7f80826c1d4e5f016c1d4e6f700001","type":"user"}}]}',
            Kind.PERMISSIONS,
            "a user key as principal",
            ("8a7f80826c1d4e5f016c1d4e6f700001",),
        ),
        Clean(
            b'{"permissions":[{"id":"902","operation":"read/space","principal":'
            b'{"id":"8a7f8082-6c1d-4e5f-8a16-c1d4e6f70000","type":"group"}},{"id":"903","operation":"read/space",'
            b'"principal":{"id":"5d41402abc4b2a76b9719d91","type":"user"}}]}',
            Kind.PERMISSIONS,
            "a group, and a user by account id",
        ),
    ),
)
