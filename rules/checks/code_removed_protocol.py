"""A program speaks XML-RPC, JSON-RPC or SOAP with Confluence.

Why it matters: These interfaces know people by username only, send passwords in the body of a request and are gone from
Cloud. GDPR Art. 5(1)(f), 25, 32.
Source: Atlassian, user privacy API migration guide, removed protocols.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import code
from rules.interfaces import PROTOCOLS
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every address and method of a removed protocol."""
    return code.detect(view, RULE, PROTOCOLS)


RULE: Final = Rule(
    id="code-removed-protocol",
    title="Removed protocol in code",
    category=Category.LEGACY,
    severity=Severity.MEDIUM,
    why="The protocol is gone from Cloud; it knew people by username and sent the password in the body of each login.",
    remedy="Use the REST API with a token in the Authorization header. Report only.",
    articles=("5(1)(f)", "25", "32"),
    source="https://developer.atlassian.com/cloud/confluence/deprecation-notice-user-privacy-api-migration-guide/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(Kind.CODE,),
    gate=(b"rpc", b"soap", b"Soap", b"XmlRpc", b"swizzle", b"confluence1", b"confluence2", b"confluenceservice-"),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'ServerProxy("https://wiki.example/rpc/xmlrpc").confluence2.getPage(token, 1)',
            Kind.CODE,
            "the protocol and one of its methods",
            ("XML-RPC", "XML-RPC method"),
        ),
        Flag(b"url: $CONFLUENCE/rpc/json-rpc/confluenceservice-v2", Kind.CODE, "JSON-RPC", ("JSON-RPC",)),
        Flag(b"wsdl = '/confluence/rpc/soap-axis/confluenceservice-v2?wsdl'", Kind.CODE, "SOAP", ("SOAP",)),
        Flag(
            b"Stub s = new ConfluenceSoapServiceServiceLocator().getConfluenceserviceV2();",
            Kind.CODE,
            "a generated client",
            ("client of SOAP or XML-RPC",),
        ),
        Clean(b"class ConfluenceClient: soap = None", Kind.CODE, "a client of another kind"),
        Clean(b"https://blog.example/xmlrpc.php beside confluence", Kind.CODE, "the protocol of another product"),
        Clean(b"confluence2.connect('/rest/api')", Kind.CODE, "a variable of a similar name"),
        Clean(b"jsonrpc: 2.0 for the atlassian language server", Kind.CODE, "another use of the format"),
    ),
)
