"""A program sends username and password as parameters of an address.

Why it matters: Addresses stand in logs, histories and referrers of every machine on the way; whoever reads them can act
as this person. GDPR Art. 5(1)(f), 32.
Source: Atlassian, security advisories and REST documentation: os_username is refused on Cloud.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import code
from rules.interfaces import LOGIN
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every login parameter. In an address it needs no word of these products beside it: nobody else has it."""
    return code.detect(view, RULE, LOGIN, alone=LOGIN[:1])


RULE: Final = Rule(
    id="code-login-parameter",
    title="Login in the address in code",
    category=Category.LEGACY,
    severity=Severity.HIGH,
    why="The name and the password of a person travel in an address, which every log on the way keeps. Cloud "
    "refuses them.",
    remedy="Use a token in the Authorization header, and change the password if it was ever sent so. Report only.",
    articles=("5(1)(f)", "32"),
    source="https://developer.atlassian.com/cloud/confluence/basic-auth-for-rest-apis/",
    dpv="https://w3id.org/dpv/pd#Password",
    kinds=(Kind.CODE,),
    gate=(b"os_",),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'wget "$CONFLUENCE/display/HR?os_username=$U&os_password=$P"',
            Kind.CODE,
            "both parameters",
            ("os_username and os_password", "os_username and os_password"),
        ),
        Flag(
            b"jira; params = {'os_authType': 'basic'}",
            Kind.CODE,
            "the switch that asks for it",
            ("os_username and os_password",),
        ),
        Flag(b"axios.get(jira, {params: {os_username: u}})", Kind.CODE, "a mapping", ("os_username and os_password",)),
        Flag(
            b"# confluence\nos_username=$(whoami)",
            Kind.CODE,
            "perhaps a variable: low confidence",
            ("os_username and os_password",),
        ),
        Flag(
            b'curl "https://wiki.acme-optics.se/x?os_username=$U"',
            Kind.CODE,
            "nothing else that speaks of these products",
            ("os_username and os_password",),
        ),
        Clean(b"os_username=$(whoami); use os_username", Kind.CODE, "a variable, in a program about anything"),
        Clean(b"def f(os_username: str, os_password: str): ... # jira", Kind.CODE, "parameters of a function"),
        Clean(b"if os_username == name: confluence()", Kind.CODE, "a comparison"),
        Clean(b"os_username: str = getpass() # confluence", Kind.CODE, "a variable of that name"),
        Clean(b"curl -u $USER:$TOKEN $CONFLUENCE/rest/api/space", Kind.CODE, "a header"),
    ),
)
