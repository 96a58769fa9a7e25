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
from rules.linkterms import Form
from rules.model import Kind, Match, Severity
from rules.parameters import gate
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_TRACE: Final = re.compile(
    rb":[/\\]{2,4}[^\s/?#\"'<>]{1,1600}?(?:@|&#|\\u00)|(?:%(?:25)*(?:2[fF]|5[cC])){2}[^\s/?#\"'<>]{1,1600}?(?:@|%(?:25)*40)|_username"
    rb"|(?:token|passwo?r?d|jwt|secret|api_?key)(?:=|%(?:25)*3d)",
    re.IGNORECASE,
)
"""What every such address holds. Most pages have addresses and no login: they are not read for it."""
_FORMS: Final = frozenset({Form.CREDENTIALS, Form.SECRET, Form.LOGIN})
_SECRETS: Final = (
    *(b"oken", b"OKEN", b"assword", b"assWord", b"ASSWORD", b"asswd", b"ASSWD", b"jwt", b"Jwt", b"JWT"),
    *(b"ecret", b"ECRET", b"key", b"Key", b"KEY"),
)
"""How the names of parameters with secrets end, in the spellings that people use."""


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
    kinds=(*linkrules.KINDS, Kind.CODE),
    gate=(
        *gate(LOGINS),
        (b"//", re.compile(rb"//[^\s/\"'<>]{1,1600}@")),
        (b"\\\\", re.compile(rb"\\\\[^\s/\"'<>]{1,1600}@")),
        (b":\\", re.compile(rb":\\[^\s\"'<>]{1,1600}@")),
        (b":/\\", re.compile(rb":/\\[^\s\"'<>]{1,1600}@")),
        b"_username",
        *((word + b"=", re.compile(rb"(?i:token|passwo?r?d|jwt|secret|api_?key)=")) for word in _SECRETS),
        *((word + b"%", re.compile(rb"(?i:token|passwo?r?d|jwt|secret|api_?key)%(?:25)*3[dD]")) for word in _SECRETS),
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
            ("tbergmann", "os_password"),
        ),
        Flag(
            b'<a href="https://acme-optics.se/x?user=tbergmann&amp;password=fjord-41">x</a>'
            b'<a href="/x?access_token=a1b2c3d4">x</a><a href="/x?next=%2Fy%3FapiKey%3Da1b2c3d4">x</a>',
            Kind.STORAGE,
            "passwords and tokens: only the name of the parameter is told",
            ("password", "access_token", "apikey"),
        ),
        Flag(
            b"see https://acme-optics.se/x?token=ATATT3xFfGF0a1b2 and https://acme-optics.se/x?jwt=eyJh.eyJp.c2ln",
            Kind.TEXT,
            "tokens in running text",
            ("token", "jwt"),
        ),
        Flag(
            b"git clone https://oauth2:glpat-x7Yq2@git.acme-optics.se/x.git\nu = 'https://tilda:fjord-41@acme-optics.se/wiki'",
            Kind.CODE,
            "what a program logs in with",
            ("oauth2", "tilda"),
        ),
        Clean(
            b"'https://user:password@acme-optics.se' 'https://%s:%s@acme-optics.se' 'https://tilda@git.acme-optics.se/x'"
            b" 'https://tilda:fjord-41@db.example.com' 'https://$USER:$PASS@acme-optics.se' /x?token=a1b2c3d4",
            Kind.CODE,
            "variables, words and hosts of examples, a login without a password, a parameter that nobody needs to mean",
        ),
        Clean(
            b"https://acme-optics.se/x?token=3&password=&api_key=${KEY}&pageToken=a1b2c3d4 and password=fjord-41",
            Kind.TEXT,
            "a number, nothing, a variable, a page of a listing, and no address",
        ),
        Clean(
            b'<a href="/wiki/search?text=password%3Dfjord-41">x</a><a href="/x?passwordReset=started">x</a>',
            Kind.STORAGE,
            "a text that is searched, and another parameter",
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
        Flag(
            rb'<a href="https:\\tbergmann:fjord-41@files.acme-optics.se\x">x</a>',
            Kind.STORAGE,
            "backslashes, which browsers take for slashes",
            ("tbergmann",),
        ),
        Flag(
            rb'{"url":"https:\/\/tbergmann:fjord-41@files.acme-optics.se\/x"}',
            Kind.JSON,
            "slashes escaped, as some programs write them",
            ("tbergmann",),
        ),
        Clean(
            rb'{"url":"https:\/\/files.acme-optics.se\/@tilda"}',
            Kind.JSON,
            "slashes escaped, and an at sign behind the host",
        ),
        Clean(rb"https:\acme-optics.se\x?a:b@c", Kind.TEXT, "backslashes, and an at sign behind the host"),
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
