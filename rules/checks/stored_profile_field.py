"""A stored user object holds a copy of an e-mail address, display name or picture.

Why it matters: these are subject to the person's privacy settings and must be read when they are needed. A copy shows
what the person has hidden, changed or had erased. GDPR Art. 5(1)(c), 5(1)(d), 16, 17, 25.
Source: Atlassian, user privacy API migration guide for Confluence Cloud, changes to the user object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.bodies import in_file
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, Personal, Severity, Unreadable
from rules.payload import PICTURES, profile_fields
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every copy of a field that depends on the person's settings."""
    if isinstance(view.tree, Unreadable):
        return
    for field in profile_fields(view.tree):
        if not field.retired:
            subject = Personal(field.kind, field.text.value)
            yield RULE.match(
                field.text.span,
                subject,
                where=field.path,
                excerpt=excerpt(view.data, field.text.span.start, field.text.span.end, subject.mask),
                confidence=Confidence.MEDIUM if field.modern and in_file(view) else field.confidence,
                reason="a copy of a field that depends on the person's settings",
            )


RULE: Final = Rule(
    id="stored-profile-field",
    title="Copy of a profile field",
    category=Category.PERSONAL,
    severity=Severity.MEDIUM,
    why="An app or script keeps a copy of a person's e-mail address, name or picture. It goes stale, ignores the"
    " person's privacy settings and survives the erasure of the account.",
    remedy="Store the account id only and read the rest when it is shown; report stored accounts to the personal data"
    " reporting API. Report only: the value belongs to an app.",
    articles=("5(1)(c)", "5(1)(d)", "16", "17", "25"),
    source="https://developer.atlassian.com/cloud/confluence/user-privacy-developer-guide/",
    dpv="https://w3id.org/dpv/pd#Identifying",
    kinds=(Kind.JSON,),
    gate=(
        b'"email"',
        b'"emailAddress"',
        b'"displayName"',
        b'"publicName"',
        b'"profilePicture"',
        *(f'"{name}"'.encode() for name in PICTURES),
        b"\\u00",
    ),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'[{"accountId":"5d41402abc4b2a76b9719d91","email":"tilda@acme-optics.se","displayName":"Tilda Bergmann",'
            b'"profilePicture":{"path":"/aa-avatar/5d41402abc4b2a76b9719d91"}}]',
            Kind.JSON,
            "a user object of today",
            ("tilda@acme-optics.se", "Tilda Bergmann", "/aa-avatar/5d41402abc4b2a76b9719d91"),
        ),
        Flag(
            b'{"accountId":"5d41402abc4b2a76b9719d91","avatarUrl":"https://cdn.acme-optics.se/faces/tilda.png"}',
            Kind.JSON,
            "the address of a picture",
            ("https://cdn.acme-optics.se/faces/tilda.png",),
        ),
        Flag(
            b'{"userKey":"8a7f80826c1d4e5f016c1d4e6f700001","displayName":"Tilda Bergmann"}',
            Kind.JSON,
            "a name beside a user key",
            ("Tilda Bergmann",),
        ),
        Flag(
            b'{"account_id":"5d41402abc4b2a76b9719d91","emailAddress":"tilda@acme-optics.se"}',
            Kind.JSON,
            "in snake case",
            ("tilda@acme-optics.se",),
        ),
        Flag(
            b'{"accountId":"5d41402abc4b2a76b9719d91","publicName":"Tilda"}',
            Kind.JSON,
            "the name that everybody may see",
            ("Tilda",),
        ),
        Flag(
            b'{"assignee":{"displayName":"Ola Nord","emailAddress":"ola@acme-optics.se","active":true}}',
            Kind.JSON,
            "a user object of an issue",
            ("Ola Nord", "ola@acme-optics.se"),
        ),
        Flag(
            b'{"byPage":{"12":[{"username":"onord","displayName":"Ola Nord"}]}}',
            Kind.JSON,
            "deep in a value of an app",
            ("Ola Nord",),
        ),
        Flag(
            b'{"accountId":"5d41402abc4b2a76b9719d91","display\\u004eame":"Tilda Bergmann"}',
            Kind.JSON,
            "a key that is escaped",
            ("Tilda Bergmann",),
        ),
        Flag(
            b'{"accountId":"5d41402abc4b2a76b9719d91","photo":"faces/tilda.png","avatar_url":"/a/1.png"}',
            Kind.JSON,
            "two pictures",
            ("faces/tilda.png", "/a/1.png"),
        ),
        Flag(
            b'{"type":"known","displayName":"Kito Abara","profilePicture":{"path":"/aa/7.png","isDefault":false}}',
            Kind.JSON,
            "a user object of old, by its type",
            ("Kito Abara", "/aa/7.png"),
        ),
        Clean(
            b'{"reviewers":[{"accountId":"5d41402abc4b2a76b9719d91","accountType":"atlassian"}],"displayName":"Board"}',
            Kind.JSON,
            "account ids only; the name is that of a board",
        ),
        Clean(
            b'{"type":"anonymous","displayName":"Anonymous","profilePicture":{"path":"/images/anonymous.svg"}}',
            Kind.JSON,
            "the anonymous user is nobody",
        ),
        Clean(b'{"displayName":"Coatings","id":7}', Kind.JSON, "the name of a group"),
        Clean(b'{"accountId":"5d41402abc4b2a76b9719d91","displayName":"","email":null}', Kind.JSON, "empty fields"),
        Clean(
            b'{"accountId":"5d41402abc4b2a76b9719d91","profilePicture":{"path":"/img/default-avatar.png"}}',
            Kind.JSON,
            "the picture of everybody without one",
        ),
        Clean(b'{"fields":["displayName","email","accountId"]}', Kind.JSON, "names of fields"),
        Clean(b'{"email":"tilda@acme-optics.se"}', Kind.JSON, "an address alone: reported as one"),
        Clean(b'{"gallery":{"picture":"lens.png","title":"Lens"}}', Kind.JSON, "a picture of a thing"),
        Clean(
            b'{"space":{"key":"OPT","displayName":"Optics","avatarUrl":"/space.png"}}',
            Kind.JSON,
            "a space and its logo",
        ),
        Clean(
            b'{"owner":{"accountId":"5d41402abc4b2a76b9719d91"},"avatar":"/board.png"}',
            Kind.JSON,
            "a picture beside the user object, not in it",
        ),
    ),
)
