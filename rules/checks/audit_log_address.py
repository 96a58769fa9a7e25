"""A record of the audit log keeps the network address of a person.

Why it matters: an address ties a person to a place and a device. Exported logs are kept without the limits that the
site sets. GDPR Art. 4(1), 5(1)(c), 5(1)(e), 6.
Source: Atlassian, REST API, audit records: remoteAddress; GDPR recital 30.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from rules.jsontree import Object, Text, passage, shown, walk
from rules.masking import excerpt
from rules.model import Kind, Match, ObjectType, Personal, Severity, SubjectKind, Unreadable
from rules.passage import Passage
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_FIELDS: Final = frozenset({"remoteaddress", "ipaddress", "ip", "clientip", "source", "sourceip", "xforwardedfor"})
_SIGNS: Final = ("author", "actor", "affectedObject", "affectedObjects", "changedValues", "eventType", "auditType")
_HEADINGS: Final = frozenset(
    {"ip address", "ip-address", "ip", "remote address", "client ip", "source ip", "ip-adresse"}
)
_PEOPLE: Final = frozenset({"author", "author name", "actor", "user", "user name", "username", "autor", "benutzer"})
_CANDIDATE: Final = re.compile(r"(?<![\w.:-])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:]{2,39})(?![\w:-]|\.\d)")


def detect(view: View) -> Iterator[Match]:
    """Yield every address in records of an audit log: JSON, or a table with a heading for it."""
    if view.part.kind is Kind.TEXT:
        if _is_table(view.data.partition(b"\n")[0].decode("utf-8", "replace")):
            yield from _addresses(view, Passage(((0, view.data),), "plain"), "")
    elif not isinstance(view.tree, Unreadable):
        for path, node in walk(view.tree):
            if isinstance(node, Object) and any(node.get(name) is not None for name in _SIGNS):
                for key, value in node.members:
                    if isinstance(value, Text) and key.value.casefold().translate(_MARKS) in _FIELDS:
                        where = f"{path}.{shown(key.value)}" if path else shown(key.value)
                        yield from _addresses(view, passage(view.data, value), where)


_MARKS: Final = str.maketrans("", "", "-_")


def _is_table(heading: str) -> bool:
    """Return whether the first line of a text names columns for people and for addresses."""
    names = {cell.strip().strip('"\ufeff').casefold() for cell in re.split(r"[,;\t]", heading)}
    return bool(names & _HEADINGS) and bool(names & _PEOPLE)


def _addresses(view: View, text: Passage, where: str) -> Iterator[Match]:
    for found in _CANDIDATE.finditer(text.text):
        try:
            address = ipaddress.ip_address(found[0])
        except ValueError:
            continue
        if not address.is_loopback and not address.is_unspecified:
            span = text.span(*found.span())
            subject = Personal(SubjectKind.IP_ADDRESS, found[0])
            yield RULE.match(
                span,
                subject,
                where=where,
                excerpt=excerpt(view.data, span.start, span.end, subject.mask),
                reason="a record about a person keeps where the person was connected",
            )


RULE: Final = Rule(
    id="audit-log-address",
    title="Network address in an audit log",
    category=Category.PERSONAL,
    severity=Severity.MEDIUM,
    why="Records of the audit log name who did something and from which network address. An export of them is a file"
    " about"
    " people that no retention limit of the site reaches.",
    remedy="Delete exports that are no longer needed, restrict who reads them, and cut the last part of addresses"
    " where the"
    " log is kept longer. Report only.",
    articles=("4", "5(1)(c)", "5(1)(e)", "6"),
    source="https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-audit/",
    dpv="https://w3id.org/dpv/pd#IPAddress",
    kinds=(Kind.JSON, Kind.TEXT),
    gate=(b"ddress", b"DDRESS", b"ip", b"IP", b"Ip", b"ource", b"orwarded"),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'{"results":[{"author":{"type":"user","accountId":"5d41402abc4b2a76b9719d91"},"remoteAddress":'
            b'"198.51.100.7, 2001:db8::17","summary":"Space created"}]}',
            Kind.JSON,
            "an export of the REST API, with a proxy",
            ("198.51.100.7", "2001:db8::17"),
        ),
        Flag(
            b'Date,Author,Summary,"IP address"\n2031-02-03 10:11:12,x,Page 1.2.3.4.5 viewed,203.0.113.9\n',
            Kind.TEXT,
            "an export as a table",
            ("203.0.113.9",),
        ),
        Clean(
            b'{"author":{"type":"user"},"remoteAddress":"127.0.0.1","source":"browser","summary":"10.0.0.1"}',
            Kind.JSON,
            "the machine itself, and a text",
        ),
        Clean(b"Host,IP address\nnode-1,203.0.113.9\n", Kind.TEXT, "a list of machines"),
    ),
    classes=(ObjectType.AUDIT_RECORD, ObjectType.FILE),
)
