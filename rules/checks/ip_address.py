"""An address of the network stands in a text: who used it can be found out.

Why it matters: with the provider's help an address leads to the person who used it. GDPR Art. 4(1), 5(1)(c),
5(1)(e), 6.
Source: recital 30 of the GDPR; Court of Justice of the EU, C-582/14 (Breyer).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.checks import audit_log_address
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every address that `audit-log-address` does not report, those of private networks with less confidence."""
    matches = tuple(detected.detect(view, RULE))
    logs = matches and view.part.kind in audit_log_address.RULE.kinds
    told = {match.span for match in audit_log_address.detect(view)} if logs else set()
    yield from (match for match in matches if match.span not in told)


RULE: Final = Rule(
    id="ip-address",
    title="IP address",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="An address of the network is an online identifier: its provider knows who used it, and logs copied into a"
    " page keep it for ever.",
    remedy="Shorten the address, or delete the log when the case is closed. Report only.",
    articles=("4", "5(1)(c)", "5(1)(e)", "6"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#IPAddress",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(b"Version 5.6, IP 4.15.2.17", Kind.TEXT, "small numbers, named as an address", ("4.15.2.17",)),
        Clean(b"TCP/IP 4.15.2.17, version 4.15.2.17", Kind.TEXT, "the version of a program"),
        Flag(b"<p>login of Tilda from 84.<b>12</b>.9.201</p>", Kind.STORAGE, "split by a tag", ("84.12.9.201",)),
        Flag(b"2026-11-22 08:15:01 GET /x client_ip=84.12.9.202", Kind.TEXT, "in a line of a log", ("84.12.9.202",)),
        Flag(b"IP: 192.168.17.40", Kind.TEXT, "a private one behind a label", ("192.168.17.40",)),
        Flag(b'{"remoteAddress":"84.12.9.203"}', Kind.JSON, "under a key", ("84.12.9.203",)),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"blocked'
            b' 84.12.9.204, please check"}]}]}',
            Kind.ADF,
            "in the newer format",
            ("84.12.9.204",),
        ),
        Flag(
            b"from 2a02:8109:9ac0::1a2b:3c4d at noon",
            Kind.TEXT,
            "the later version of the protocol, short",
            ("2a02:8109:9ac0::1a2b:3c4d",),
        ),
        Flag(
            b"2a02:8109:9ac0:17:1a2b:3c4d:5e6f:7788",
            Kind.TEXT,
            "the same, in full",
            ("2a02:8109:9ac0:17:1a2b:3c4d:5e6f:7788",),
        ),
        Flag(b"[84.12.9.205]:51234 disconnected", Kind.TEXT, "in brackets, with a port", ("84.12.9.205",)),
        Flag(
            b"<table><tr><th>User</th><th>IP address</th></tr><tr><td>x</td><td>10.17.3.9</td></tr></table>",
            Kind.STORAGE,
            "under a heading",
            ("10.17.3.9",),
        ),
        Flag(b"adresse IP 84.12.9.206/32", Kind.TEXT, "one address written as a network", ("84.12.9.206",)),
        Clean(b"version 84.12.9.201, v84.12.9.201, release 10.4.0.2", Kind.TEXT, "versions"),
        Clean(b"Mozilla/5.0 Chrome/119.0.6045.105", Kind.TEXT, "the name of a browser"),
        Clean(b"netmask 255.255.255.0, 255.255.240.0", Kind.TEXT, "masks"),
        Clean(b"route 84.12.0.0/16 and 2a02:8109::/32", Kind.TEXT, "whole networks are nobody's"),
        Clean(b"listen on 127.0.0.1, 0.0.0.0 and ::1", Kind.TEXT, "the machine itself"),
        Clean(b"84.12.9.201.5 and 1.84.12.9.201", Kind.TEXT, "longer numbers"),
        Clean(b"999.12.9.201, 84.12.9.256", Kind.TEXT, "no addresses at all"),
        Clean(b"<p>224.0.0.251, fe80::1a2b:3c4d, ff02::1</p>", Kind.STORAGE, "everybody and the nearest wire"),
        Clean(b'{"version":"10.4.0.2","time":"12:30:45"}', Kind.JSON, "a version under its key, a time"),
        Clean(b"std::vector, a::b, dead::beef, 12:30:45::", Kind.TEXT, "names in programs"),
        Clean(b"see section 4.1.2.3 of the manual", Kind.TEXT, "a section"),
    ),
)
