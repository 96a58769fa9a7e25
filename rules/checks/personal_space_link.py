"""A link leads into a personal space, whose key is the username of its owner.

Why it matters: the key names the person to everybody who sees the link, and leads nowhere when the space got another
key on Cloud. GDPR Art. 5(1)(c), 5(1)(d), 17, 25.
Source: Atlassian, space keys; personal spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules import linkrules
from rules.context import Context
from rules.linkterms import Form
from rules.model import Kind, Match, Severity
from rules.rule import Category, Change, Clean, Flag, Resolver, Rule
from rules.view import View

_FORMS: Final = frozenset({Form.PERSONAL_SPACE})


def detect(view: View) -> Iterator[Match]:
    """Yield the owner of every personal space that an address, a resource identifier or a stored key leads to."""
    return linkrules.detect(view, RULE, _FORMS)


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return each link by the key that the space has now, where that key is known; nothing is derived."""
    return linkrules.rewrite(view, _FORMS, matches, resolve)


RULE: Final = Rule(
    id="personal-space-link",
    title="Personal space in a link",
    category=Category.LEGACY,
    severity=Severity.LOW,
    why="The key of a personal space of Data Center is the login of its owner: every link to it carries the login, and"
    " breaks when the space moves to another key.",
    remedy="Replace the key by the one that the space has on Cloud. This tool does so where the configuration names"
    " both keys in [personal_spaces], as the new key cannot be derived; otherwise link to the page by its id.",
    articles=("5(1)(c)", "5(1)(d)", "17", "25"),
    source="https://support.atlassian.com/confluence-cloud/docs/choose-a-space-key/",
    dpv="https://w3id.org/dpv/pd#Username",
    kinds=(*linkrules.KINDS, Kind.CODE),
    gate=(
        (b"~", re.compile(rb"~(?:(?<=[/\\=\"'>,;:(+&\[]~)|(?<=, ~)|(?<=%2[cCfF]~)|(?<=%3[dD]~))\S")),
        (b"%7", re.compile(rb"%7[eE]")),
        (b"%257", re.compile(rb"%257[eE]")),
        (b"&#", re.compile(rb"&#(?:0*126|[xX]0*7[eE])\b")),
        (b"\\u007", re.compile(rb"\\u007[eE]")),
    ),
    detect=detect,
    rewrite=rewrite,
    examples=(
        Flag(
            b"open('https://wiki.acme-optics.se/display/~tbergmann/Home')",
            Kind.CODE,
            "typed into a program: it may be a sample",
            ("tbergmann",),
        ),
        Clean(
            b"'/spaces/~username' `/display/~${name}` '/display/~%s'", Kind.CODE, "variables, and a word for anybody"
        ),
        Flag(
            b'<ac:link><ri:page ri:space-key="~tbergmann" ri:content-title="Home"/></ac:link>'
            b'<a href="/wiki/spaces/%7Etbergmann/pages/7">x</a>',
            Kind.STORAGE,
            "a page and an address of a space whose new key is known",
            ("tbergmann", "tbergmann"),
            b'<ac:link><ri:page ri:space-key="~712020deed000000000000000000000000000000" ri:content-title="Home"/>'
            b"</ac:link>"
            b'<a href="/wiki/spaces/%7E712020deed000000000000000000000000000000/pages/7">x</a>',
            Context(spaces={"~tbergmann": "~712020deed" + "0" * 30}),
        ),
        Flag(
            b"<p>see /display/~jvega, (/wiki/spaces/~mrossi/overview)</p>",
            Kind.STORAGE,
            "addresses without a host in running text",
            ("jvega", "mrossi"),
        ),
        Flag(
            b'{"spaceKey":"DEV","home":{"key":"~tbergmann","type":"personal"}}',
            Kind.JSON,
            "the key of a space as a value",
            ("tbergmann",),
        ),
        Clean(
            b'{"spaceKey":"~5d41402abc4b2a76b9719d91","key":"~tbergmann","space":"~/src"}',
            Kind.JSON,
            "a key of today, a key of anything, a folder",
        ),
        Flag(
            rb'{"use":"https:\\\\wiki.acme-optics.se\\display\\~tbergmann\\Home"}',
            Kind.JSON,
            "backslashes, which browsers take for slashes",
            ("tbergmann",),
        ),
        Flag(
            rb"see https:\\wiki.acme-optics.se\display\~tbergmann, or https:/\wiki.acme-optics.se\display\~jvega.",
            Kind.TEXT,
            "the same in running text",
            ("tbergmann", "jvega"),
        ),
        Clean(
            rb'{"use":"C:\\spaces\\~tbergmann","x":"https:\\\\wiki.acme-optics.se\\x?y=a\\display\\~z"}',
            Kind.JSON,
            "a folder, and backslashes behind the path, where they are none",
        ),
        Clean(rb"https:\\wiki.acme-optics.se\display\OPT and https:\t~display", Kind.TEXT, "the key of another space"),
        Flag(
            b'<a href="/wiki/search?spaces=OPT%2C~tbergmann&amp;text=x">x</a>'
            b'<a href="/login?next=%2Fx%3Fkey%3D~jvega">x</a>',
            Kind.STORAGE,
            "a list of spaces to search, and a key in an address inside another",
            ("tbergmann", "jvega"),
        ),
        Clean(
            b'<a href="/wiki/search?text=~tbergmann&amp;spaces=OPT,LAB">x</a><a href="https://x.se/y?spaces=~z">x</a>',
            Kind.STORAGE,
            "a text that is searched, other spaces, and any web site",
        ),
        Clean(
            b"<p>ls /home/display ~jvega and x/display/~jvega</p>",
            Kind.STORAGE,
            "a path that is no address of a space, and the end of another",
        ),
        Flag(
            b'{"attrs":{"url":"https://wiki.acme-optics.se/display/~o.lindqvist"},"type":"inlineCard"}',
            Kind.ADF,
            "a card to another host",
            ("o.lindqvist",),
        ),
        Flag(
            b'<ac:structured-macro ac:name="tasks-report-macro"><ac:parameter ac:name="spaceAndPage">space:~tbergmann,'
            b'page:123</ac:parameter></ac:structured-macro><ac:structured-macro ac:name="contributors">'
            b'<ac:parameter ac:name="page">~jvega:Home</ac:parameter></ac:structured-macro>',
            Kind.STORAGE,
            "pages by the key of their space, in parameters",
            ("tbergmann", "jvega"),
            b'<ac:structured-macro ac:name="tasks-report-macro"><ac:parameter ac:name="spaceAndPage">'
            b"space:~712020deed000000000000000000000000000000,"
            b'page:123</ac:parameter></ac:structured-macro><ac:structured-macro ac:name="contributors">'
            b'<ac:parameter ac:name="page">~jvega:Home</ac:parameter></ac:structured-macro>',
            Context(spaces={"~tbergmann": "~712020deed" + "0" * 30}),
        ),
        Clean(
            b'<ac:structured-macro ac:name="contributors"><ac:parameter ac:name="page">LAB:~tilde</ac:parameter>'
            b"</ac:structured-macro>",
            Kind.STORAGE,
            "a title with a tilde",
        ),
        Clean(
            b'<ri:space ri:space-key="~5d41402abc4b2a76b9719d91"/><a href="/wiki/spaces/OPTICS/overview">x</a>',
            Kind.STORAGE,
            "the key that Cloud gave, and an ordinary space",
        ),
        Clean(
            b'{"attrs":{"url":"https://people.acme-optics.se/~tilda/"},"type":"inlineCard"}',
            Kind.ADF,
            "a home page",
        ),
    ),
)
