"""A record of an audit log names a person by what no account id replaces: a name, a username or a user key.

Why it matters: the log says who did what and to whom. A name or login in an export of it stays when the account is
erased, and no retention limit of the site reaches the file. GDPR Art. 4(1), 5(1)(c), 5(1)(e), 6, 17.
Source: Atlassian, REST API, audit records: author, affected objects, changed values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import bodies
from rules.audittables import people
from rules.identifiers import classify, may_be_login
from rules.jsontree import Node, Object, Text
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, ObjectType, Personal, Severity, Span, SubjectKind, Unreadable
from rules.payload import profile_fields
from rules.rule import Category, Clean, Flag, Rule
from rules.spots import OBJECTS, Spot, is_about_user, spots
from rules.userfields import folded
from rules.view import View

_ACTORS: Final = frozenset({"author", "actor"})
_NAMES: Final = ("displayName", "publicName", "name", "fullName")
_CHANGED: Final = frozenset({"displayname", "fullname", "user", "username", "login"})
"""What a change or a further field of a record is about, as names are compared."""
_VALUES: Final = ("oldValue", "newValue", "from", "to", "value")
_OTHERS: Final = frozenset({"app", "application", "group", "service", "system", "anonymous"})
"""Types of authors that are no people."""
_NOBODY: Final = frozenset({"anonymous", "automation", "n/a", "system", "unknown"})
_LENGTH: Final = 120
"""Characters of a name at most; longer text is prose."""


def detect(view: View) -> Iterator[Match]:
    """Yield who did something and to whom, in records of an audit log: JSON, or a table with headings for both."""
    if view.part.kind is Kind.TEXT:
        for cell in people(view.passage.text):
            start = cell.start + len(cell.value) - len(cell.value.lstrip())
            subject = _subject(cell.value)
            if subject is not None:
                where = f"column[{cell.heading}]"
                yield _match(view, view.passage.span(start, cell.start + len(cell.value.rstrip())), subject, where)
    elif not isinstance(view.tree, Unreadable):
        told = bodies.places(view) | {each.text.span for each in profile_fields(view.tree)}
        for path, text in _in_records(view.tree):
            subject = _subject(text.value)
            if subject is not None and text.span not in told:
                yield _match(view, text.span, subject, path)


def _match(view: View, span: Span, subject: Personal, where: str) -> Match:
    return RULE.match(
        span,
        subject,
        where=where,
        excerpt=excerpt(view.data, span.start, span.end, subject.mask),
        confidence=Confidence.HIGH if subject.kind is SubjectKind.USER_KEY else Confidence.MEDIUM,
        reason="a record of what somebody did says who it was, or whom it was about",
    )


def _subject(value: str) -> Personal | None:
    """Return whom a value names, None for an account id, an e-mail address, which has its own rule, and nobody."""
    value = value.strip()
    kind = classify(value)
    if value.casefold() in _NOBODY or "@" in value or kind is None or kind is SubjectKind.ACCOUNT_ID:
        return None
    if kind is SubjectKind.USER_KEY or may_be_login(value):
        return Personal(kind, value)
    named = " " in value and len(value) <= _LENGTH and value[0].isalpha()
    return Personal(SubjectKind.DISPLAY_NAME, value) if named else None


def _in_records(tree: Node) -> Iterator[tuple[str, Text]]:
    """Yield the texts of records that name somebody, with their paths."""
    for spot in spots(tree):
        for name in _fields(spot) if spot.record else ():
            text = spot.node.text(name)
            if text is not None:
                yield spot.below(name), text


def _fields(spot: Spot) -> tuple[str, ...]:
    """Return the fields of an object in a record that name somebody."""
    if spot.name in _ACTORS:
        return () if _is_other(spot.node) else _NAMES
    if spot.name in OBJECTS:
        return _NAMES if is_about_user(spot.node) else ()
    if spot.name not in {"changedvalues", "extraattributes"}:
        return ()
    about = [text.value for name in ("name", "key") if (text := spot.node.text(name)) is not None]
    return _VALUES if any(folded(each.replace(" ", "")) in _CHANGED for each in about) else ()


def _is_other(node: Object) -> bool:
    kind = node.text("type")
    return kind is not None and kind.value.casefold() in _OTHERS


RULE: Final = Rule(
    id="audit-log-person",
    title="Person in an audit log",
    category=Category.PERSONAL,
    severity=Severity.MEDIUM,
    why="Records of the audit log say who did something, and to whom. In an export names and logins stay when the"
    " account is erased, and no retention limit of the site reaches the file.",
    remedy="Delete exports that are no longer needed and restrict who reads them. Where the log is kept longer, keep"
    " account ids only. Report only: a record is evidence.",
    articles=("4", "5(1)(c)", "5(1)(e)", "6", "17"),
    source="https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-audit/",
    dpv="https://w3id.org/dpv/pd#Name",
    kinds=(Kind.JSON, Kind.TEXT),
    gate=(
        b"ffected",
        b"ssociated",
        b"hanged",
        b"ddress",
        b"bject",
        b"OBJECT",
        b"DDRESS",
        b"IP",
        b"ource",
        b"etroffen",
    ),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b"Date,Author,Author type,Affected object,Affected object type,IP address\n"
            b'2031-02-03,tbergmann,user,"Lindqvist, Ola",User,203.0.113.9\n'
            b"2031-02-03,Tilda Bergmann,user,OPT,Space,203.0.113.9\n",
            Kind.TEXT,
            "an export as a table: a login, a name, and whom something was done to",
            ("tbergmann", "Lindqvist, Ola", "Tilda Bergmann"),
        ),
        Flag(
            b'{"author":{"type":"user","displayName":"Tilda Bergmann"},"remoteAddress":"203.0.113.9",'
            b'"associatedObjects":[{"name":"optics","objectType":"Group"},'
            b'{"name":"Ola Lindqvist","objectType":"User"}],"changedValues":'
            b'[{"name":"Full name","oldValue":"Ola L","newValue":"Ola Lindqvist"}]}',
            Kind.JSON,
            "an answer of the REST API",
            ("Tilda Bergmann", "Ola Lindqvist", "Ola L", "Ola Lindqvist"),
        ),
        Clean(
            b"Date,Author,Author type,Affected object,Affected object type,IP address\n"
            b"2031-02-03,5d41402abc4b2a76b9719d91,user,Optics Team,Group,203.0.113.9\n"
            b"2031-02-03,Nightly Import,app,Release Notes,Page,203.0.113.9\n2031-02-03,System,,,,\n",
            Kind.TEXT,
            "an account id, a group, a page, an app and the site itself",
        ),
        Clean(b"Title,Author,Year\nOptics,Tilda Bergmann,2031\n", Kind.TEXT, "a list of books, which is no log"),
        Clean(
            b'{"author":{"type":"app","displayName":"Nightly Import"},"affectedObject":{"name":"Release Notes",'
            b'"objectType":"Page"},"changedValues":[{"name":"Page title","oldValue":"Old Notes"}]}',
            Kind.JSON,
            "an app, a page and its title",
        ),
    ),
    classes=(ObjectType.AUDIT_RECORD, ObjectType.FILE),
)
