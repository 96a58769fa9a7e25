"""A stored user object holds a profile field that Atlassian removed from every answer.

Why it matters: phone, messenger, website, position, department and location can no longer be refreshed or checked
against the person's wishes: the copy is all that is left, and nobody updates or erases it. GDPR Art. 5(1)(c),
5(1)(d), 5(1)(e), 14, 17.
Source: Atlassian, user privacy API migration guide for Confluence Cloud, changes to the user object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.masking import excerpt
from rules.model import Kind, Match, Personal, Severity, Unreadable
from rules.payload import COPIED, profile_fields
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every removed field of a user object that holds something."""
    if isinstance(view.tree, Unreadable):
        return
    for field in profile_fields(view.tree):
        if field.retired:
            subject = Personal(field.kind, field.text.value)
            yield RULE.match(
                field.text.span,
                subject,
                where=field.path,
                excerpt=excerpt(view.data, field.text.span.start, field.text.span.end, subject.mask),
                confidence=field.confidence,
                reason="a field that answers about users no longer hold",
            )


RULE: Final = Rule(
    id="retired-profile-field",
    title="Copy of a retired profile field",
    category=Category.PERSONAL,
    severity=Severity.HIGH,
    why="An app or script stored details of a person that the vendor has withdrawn for privacy. The copy is never"
    " corrected, does not follow the person's settings and survives the erasure of the account.",
    remedy="Delete the field from the stored value, or the whole value when the app that wrote it is gone. Report only:"
    " the value belongs to an app, and only its owner knows what depends on it.",
    articles=("5(1)(c)", "5(1)(d)", "5(1)(e)", "14", "17"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Contact",
    kinds=(Kind.JSON,),
    gate=(
        b'"im"',
        b'"website"',
        b'"phone"',
        b'"position"',
        b'"department"',
        b'"location"',
        b'"details"',
        *(f'"{name}"'.encode() for name in COPIED),
        b"\\u00",
    ),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'{"owner":{"userKey":"8a7f80826c1d4e5f016c1d4e6f700001","displayName":"Tilda Bergmann","details":'
            b'{"personal":{"phone":"+46 8 555 010 17","im":"","email":"tilda@acme-optics.se"},'
            b'"business":{"department":"Coatings"}}}}',
            Kind.JSON,
            "a user object as old REST answers gave it",
            ("+46 8 555 010 17", "tilda@acme-optics.se", "Coatings"),
        ),
        Flag(
            b'{"accountId":"5d41402abc4b2a76b9719d91","displayName":"x","jobTitle":"Optician",'
            b'"mobile":"+46 8 555 010 17","organization":"Coatings","title":"Dr"}',
            Kind.JSON,
            "a copy that an app keeps, under names of its own",
            ("Optician", "+46 8 555 010 17", "Coatings", "Dr"),
        ),
        Flag(
            b'{"displayName":"x","details":{"business":{"position":"Optician","location":"Lund"}}}',
            Kind.JSON,
            "details alone say that it is a user",
            ("Optician", "Lund"),
        ),
        Flag(
            b'[{"username":"tbergmann","phone":"4711"},{"username":"onord","phone":"4712"}]',
            Kind.JSON,
            "a list of users",
            ("4711", "4712"),
        ),
        Flag(
            b'{"userKey":"8a7f80826c1d4e5f016c1d4e6f700001","im":"tilda.optics","website":"https://tilda.example"}',
            Kind.JSON,
            "messenger and website",
            ("tilda.optics", "https://tilda.example"),
        ),
        Flag(
            b'{"cache":{"users":{"a":{"account_id":"5d41402abc4b2a76b9719d91","job_title":"Optician"}}}}',
            Kind.JSON,
            "deep in a value of an app, in snake case",
            ("Optician",),
        ),
        Flag(
            b'{"type":"known","displayName":"x","department":"Coatings"}',
            Kind.JSON,
            "a user object of old, by its type",
            ("Coatings",),
        ),
        Flag(
            b'{"accountId":"5d41402abc4b2a76b9719d91","skypeName":"tilda.optics","officeLocation":"Lund"}',
            Kind.JSON,
            "words of another directory",
            ("tilda.optics", "Lund"),
        ),
        Flag(
            b'{"accountId":"5d41402abc4b2a76b9719d91","email":"x","depart\\u006dent":"Coatings"}',
            Kind.JSON,
            "a key that is escaped",
            ("Coatings",),
        ),
        Flag(
            b'{"user_key":"8a7f80826c1d4e5f016c1d4e6f700001","homePage":"https://tilda.example","mobile_phone":"4711"}',
            Kind.JSON,
            "a page of one's own",
            ("https://tilda.example", "4711"),
        ),
        Clean(
            b'{"event":{"displayName":"Open day","location":"Hall 3","phone":"+46 8 555 010 17"}}',
            Kind.JSON,
            "a place and a name that belong to no user",
        ),
        Clean(
            b'{"accountId":"5d41402abc4b2a76b9719d91","displayName":"x","phone":null,"position":""}',
            Kind.JSON,
            "fields that hold nothing",
        ),
        Clean(b'{"name":"printer-4","location":"Hall 3","department":"Coatings"}', Kind.JSON, "a machine"),
        Clean(
            b'{"type":"anonymous","displayName":"Anonymous","email":"","phone":"4711"}',
            Kind.JSON,
            "the anonymous user is nobody",
        ),
        Clean(
            b'{"accountId":"5d41402abc4b2a76b9719d91","displayName":"x","title":"Grinding plan"}',
            Kind.JSON,
            "the title of a page beside its author",
        ),
        Clean(b'{"element":{"position":"left","title":"Menu"}}', Kind.JSON, "the place of a part of a page"),
        Clean(
            b'{"accountId":"5d41402abc4b2a76b9719d91","displayName":"x","position":4,"phone":["4711"]}',
            Kind.JSON,
            "a number and a list",
        ),
        Clean(
            b'{"company":{"name":"Acme Optics","phone":"+46 8 555 010 17","website":"https://acme-optics.se"}}',
            Kind.JSON,
            "a company",
        ),
        Clean(b'{"details":{"phone":"4711"},"displayName":"Open day"}', Kind.JSON, "details of something else"),
        Clean(
            b'{"author":{"accountId":"5d41402abc4b2a76b9719d91","displayName":"x"},"department":"Coatings"}',
            Kind.JSON,
            "a field beside the user object, not in it",
        ),
    ),
)
