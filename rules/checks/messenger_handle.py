"""The name or number under which a person is found in a messenger stands in a text or a link.

Why it matters: it reaches the person in private, often under a name chosen for private life. GDPR Art. 5(1)(c),
5(1)(e), 17.
Source: the services' documents on links, RFC 5122 and the Matrix specification.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every address in a messenger."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="messenger-handle",
    title="Messenger address",
    category=Category.PERSONAL,
    severity=Severity.MEDIUM,
    why="The address reaches a person in a messenger, mostly a private one, and stays on the page when the person"
    " has left.",
    remedy="Remove it, or agree with the person that it may stay. Report only.",
    articles=("5(1)(c)", "5(1)(e)", "17"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#Contact",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(
            b"<p>Skype: tilda.<b>bergmann</b></p>",
            Kind.STORAGE,
            "behind the name of a service, split by a tag",
            ("tilda.bergmann",),
        ),
        Flag(b'<a href="https://t.me/tildab_optics">chat</a>', Kind.STORAGE, "Telegram", ("tildab_optics",)),
        Flag(b'<a href="https://wa.me/447700900123">chat</a>', Kind.STORAGE, "WhatsApp", ("447700900123",)),
        Flag(b"skype:live:tilda.b?call", Kind.TEXT, "an address of its own kind", ("live:tilda.b",)),
        Flag(b"write to @tilda:matrix.acme-optics.se", Kind.TEXT, "Matrix", ("@tilda:matrix.acme-optics.se",)),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Threema-ID:'
            b' TB31K7DX"}]}]}',
            Kind.ADF,
            "Threema, in the newer format",
            ("TB31K7DX",),
        ),
        Flag(b"Discord: tilda#3172, ICQ: 317-204-118", Kind.TEXT, "two in a row", ("tilda#3172", "317-204-118")),
        Flag(b'{"chat":"https://signal.me/#p/+447700900124"}', Kind.JSON, "Signal", ("+447700900124",)),
        Flag(b"Telegram: @tildab_optics", Kind.TEXT, "with its sign", ("@tildab_optics",)),
        Flag(b"https://discord.com/users/317204118317204118", Kind.TEXT, "a number of a user", ("317204118317204118",)),
        Clean(b"Skype: call, Telegram: download, Signal: strong", Kind.TEXT, "words"),
        Clean(
            b'<a href="https://t.me/s/acme">x</a><a href="https://t.me/share/url?url=x">x</a>',
            Kind.STORAGE,
            "a channel's preview, and a page of the service",
        ),
        Clean(b"git clone user@host:acme.se/x.git", Kind.TEXT, "a repository"),
        Clean(b"import @angular:core, @scope/pkg:1.2", Kind.TEXT, "packages"),
        Clean(b"the matrix: rows and columns", Kind.TEXT, "a word of mathematics"),
        Clean(b"Slack: #general, Teams: weekly meeting", Kind.TEXT, "channels and meetings"),
        Clean(b"https://wa.me/ and https://telegram.me/joinchat/AAAA", Kind.TEXT, "nothing behind, and an invitation"),
        Clean(b'{"skype":true,"icq":null}', Kind.JSON, "no names"),
        Clean(b"traffic signal: 3 of 4", Kind.TEXT, "a word of everyday life"),
        Clean(b"element: div.class, wire: 2 mm", Kind.TEXT, "words of other fields"),
        Clean(b"<p>https://discord.com/channels/317204118317204118</p>", Kind.STORAGE, "a channel"),
    ),
)
