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

from rules.audittables import is_log
from rules.jsontree import Text, passage, shown
from rules.masking import excerpt
from rules.model import Kind, Match, ObjectType, Personal, Severity, SubjectKind, Unreadable
from rules.passage import Passage
from rules.rule import Category, Clean, Flag, Rule
from rules.spots import Spot, spots
from rules.userfields import folded
from rules.view import View

_FIELDS: Final = frozenset({"remoteaddress", "ipaddress", "ip", "clientip", "source", "sourceip", "xforwardedfor"})
_SIGNS: Final = frozenset(
    {"author", "actor", "affectedObject", "affectedObjects", "changedValues", "eventType", "auditType"}
)
_VALUE: Final = frozenset({"value"})
_CANDIDATE: Final = re.compile(r"(?<![\w.:-])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:]{2,39})(?![\w:-]|\.\d)")


def detect(view: View) -> Iterator[Match]:
    """Yield every address in records of an audit log: JSON, or a table with a heading for it."""
    if view.part.kind is Kind.TEXT:
        if is_log(view.passage.text):
            yield from _addresses(view, view.passage, "")
    elif not isinstance(view.tree, Unreadable):
        for spot in spots(view.tree):
            for key, value in spot.node.members:
                if isinstance(value, Text) and folded(key.value) in _held(spot):
                    yield from _addresses(view, passage(view.data, value), spot.below(shown(key.value)))


def _held(spot: Spot) -> frozenset[str]:
    """Return the fields of an object that hold an address, as names are compared: of a record, and of what is in it."""
    if not _SIGNS.isdisjoint(spot.fields):
        return _FIELDS
    name = spot.node.text("name") if spot.record and spot.name == "extraattributes" else None
    return _VALUE if name is not None and folded(name.value.replace(" ", "")) in _FIELDS else frozenset()


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
        Flag(
            b'{"entities":[{"affectedObjects":[],"source":"203.0.113.9","extraAttributes":[{"name":"IP Address",'
            b'"value":"198.51.100.7"},{"name":"Version","value":"10.0.3.1"}]}]}',
            Kind.JSON,
            "an export of Data Center, with a further field",
            ("203.0.113.9", "198.51.100.7"),
        ),
        Clean(
            b'{"author":{"type":"user"},"remoteAddress":"127.0.0.1","source":"browser","summary":"10.0.0.1"}',
            Kind.JSON,
            "the machine itself, and a text",
        ),
        Clean(b"Host,IP address\nnode-1,203.0.113.9\n", Kind.TEXT, "a list of machines"),
        Clean(
            b'{"author":{"type":"user"},"extraAttributes":[{"name":"Version","value":"10.0.3.1"}]}',
            Kind.JSON,
            "a version that has the form of an address",
        ),
    ),
    classes=(ObjectType.AUDIT_RECORD, ObjectType.FILE),
)
