"""An address carries a login, often with its password, or a macro keeps one for the address that it reads.

Why it matters: who can read the page can log in as that person; the login also names the person. GDPR Art. 5(1)(f),
32.
Source: RFC 3986 section 3.2.1, which deprecates passwords in addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules import linkrules
from rules.linkparameters import LOGINS
from rules.links import Form
from rules.model import Kind, Match, Severity
from rules.parameters import GATE
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_TRACE: Final = re.compile(
    rb":(?:\\?/){2}[^\s/?#\"'<>]{1,400}?(?:@|&#|\\u00)|%(?:25)*2[fF]%(?:25)*2[fF][^\s/?#\"'<>]{1,400}?(?:@|%(?:25)*40)|_username"
)
"""What every such address holds. Most pages have addresses and no login: they are not read for it."""
_FORMS: Final = frozenset({Form.CREDENTIALS, Form.LOGIN})


def detect(view: View) -> Iterator[Match]:
    """Yield the login of every address that carries one, the password under the same span, or has one beside it."""
    if _TRACE.search(view.data) or any(LOGINS & set(each.forms) for each in view.parameters_of(LOGINS)):
        yield from linkrules.detect(view, RULE, _FORMS)


RULE: Final = Rule(
    id="url-credentials",
    title="Login in an address",
    category=Category.PERSONAL,
    severity=Severity.HIGH,
    why="A login in an address is readable by everybody who may read the page, and travels into histories, logs and"
    " exports. With a password beside it, the account is open to all of them.",
    remedy="Take the login out of the address, change the password, and look who could read the page and its versions."
    " Report only: a link without its login may stop working, which its owner has to judge.",
    articles=("5(1)(f)", "32"),
    source="https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=linkrules.KINDS,
    gate=(
        *GATE,
        (b"//", re.compile(rb"//[^\s/\"'<>]{1,300}@")),
        b"_username",
        (b"&#", re.compile(rb"&#(?:0*64|[xX]0*40)\b")),
        b"&commat",
        b"\\u0040",
        b"%40",
        b"%2540",
    ),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b'<a href="https://tbergmann:fjord-41@files.acme-optics.se/x">x</a>',
            Kind.STORAGE,
            "login and password before the host",
            ("tbergmann",),
        ),
        Flag(
            b"curl https://wiki.acme-optics.se/x?os_username=tbergmann&os_password=fjord-41",
            Kind.TEXT,
            "login and password as parameters",
            ("tbergmann",),
        ),
        Flag(
            b'<a href="/login.action?os_destination=https%3A%2F%2Ftbergmann%3Afjord-41%40files.acme-optics.se">x</a>',
            Kind.STORAGE,
            "in an address inside another",
            ("tbergmann",),
        ),
        Flag(
            b'<ac:structured-macro ac:name="swagger-integration"><ac:parameter ac:name="url">https://acme-optics.se/x'
            b'</ac:parameter><ac:parameter ac:name="userName"> tbergmann</ac:parameter>'
            b'<ac:parameter ac:name="password">fjord-41</ac:parameter></ac:structured-macro>',
            Kind.STORAGE,
            "what a macro logs in with to read an address",
            ("tbergmann",),
        ),
        Clean(
            b'<ac:structured-macro ac:name="swagger-integration"><ac:parameter ac:name="userName">${user}'
            b'</ac:parameter></ac:structured-macro><ac:structured-macro ac:name="x"><ac:parameter ac:name="userName">'
            b"tbergmann</ac:parameter></ac:structured-macro>",
            Kind.STORAGE,
            "a variable, and a macro that nobody knows",
        ),
        Clean(
            b'<a href="/x?next=https%3A%2F%2Facme-optics.se%2F%40tilda">x</a>',
            Kind.STORAGE,
            "an at sign behind the host of an address inside another",
        ),
        Clean(
            b'<a href="https://acme-optics.se:8443/@tilda?at=a:b@c">x</a>',
            Kind.STORAGE,
            "a port, and at signs behind the host",
        ),
        Clean(
            b"git clone ssh://git@acme-optics.se/x.git or https://${USER}:${PASSWORD}@acme-optics.se/x",
            Kind.TEXT,
            "a login that is everybody's, and variables",
        ),
    ),
)
