"""The address of a network card stands in a text: it names a device, and so who carries it.

Why it matters: phones and laptops are carried by one person; their address tells where that person was. GDPR Art.
4(1), 5(1)(c),
5(1)(e).
Source: IEEE 802 for the form, RFC 7042 for values of documents; recital 30 of the GDPR.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules import detected
from rules.model import Kind, Match, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View


def detect(view: View) -> Iterator[Match]:
    """Yield every address of a network card."""
    yield from detected.detect(view, RULE)


RULE: Final = Rule(
    id="mac-address",
    title="MAC address",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="The address of a network card names one device for its whole life; whoever carries it can be followed by it.",
    remedy="Keep such addresses in the inventory, not on pages. Report only.",
    articles=("4", "5(1)(c)", "5(1)(e)"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#MACAddress",
    kinds=detected.KINDS,
    gate=(),
    detect=detect,
    answer=detected.answer,
    rewrite=None,
    examples=(
        Flag(
            b"<p>laptop of Tilda 3c:22:<b>fb</b>:1a:9d:04</p>", Kind.STORAGE, "split by a tag", ("3c:22:fb:1a:9d:04",)
        ),
        Flag(b"MAC: 3C-22-FB-1A-9D-05", Kind.TEXT, "hyphens and capitals", ("3c:22:fb:1a:9d:05",)),
        Flag(b"interface 3c22.fb1a.9d06 up", Kind.TEXT, "in groups of four", ("3c:22:fb:1a:9d:06",)),
        Flag(b'{"hwaddr":"3c:22:fb:1a:9d:07"}', Kind.JSON, "under a key", ("3c:22:fb:1a:9d:07",)),
        Flag(
            b'{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"WLAN'
            b' 3c:22:fb:1a:9d:08"}]}]}',
            Kind.ADF,
            "in the newer format",
            ("3c:22:fb:1a:9d:08",),
        ),
        Flag(b"lease 3c:22:fb:1a:9d:09, 84.12.9.201", Kind.TEXT, "in a line of a log", ("3c:22:fb:1a:9d:09",)),
        Flag(b"ether 02:00:5e:10:00:0a txqueuelen 1000", Kind.TEXT, "set by its owner", ("02:00:5e:10:00:0a",)),
        Flag(
            b"<table><tr><th>Device</th><th>MAC</th></tr><tr><td>phone</td><td>34-17-22-10-45-11</td></tr></table>",
            Kind.STORAGE,
            "digits only, under a heading",
            ("34:17:22:10:45:11",),
        ),
        Flag(b"direcci\xc3\xb3n MAC 3C:22:FB:1A:9D:0B.", Kind.TEXT, "at the end of a sentence", ("3c:22:fb:1a:9d:0b",)),
        Flag(
            b"00:00:5e:00:53:17", Kind.TEXT, "one that is kept free for documents counts less", ("00:00:5e:00:53:17",)
        ),
        Clean(b"ff:ff:ff:ff:ff:ff and 00:00:00:00:00:00", Kind.TEXT, "everybody and nobody"),
        Clean(b"SHA256 3c:22:fb:1a:9d:04:11:22:33:44:55:66:77:88:99:aa", Kind.TEXT, "a fingerprint of a key"),
        Clean(b"08:15:30 and 2026-11-22-08-15-30", Kind.TEXT, "times and a timestamp"),
        Clean(b"3c:22:fb:1a:9d and 3c:22:fb:1a:9d:0", Kind.TEXT, "too short"),
        Clean(
            b'<p>colour 3c22fb1a9d04, page <a href="/x/3c22.fb1a.9d04.html">x</a></p>',
            Kind.STORAGE,
            "no signs between, and a file",
        ),
        Clean(b'{"id":"5d41402a-bc4b-2a76-b971-9d911017c592"}', Kind.JSON, "a UUID"),
        Clean(b"3c-22:fb-1a:9d-04", Kind.TEXT, "signs that change"),
        Clean(b"zz:22:fb:1a:9d:04", Kind.TEXT, "letters that are no digits"),
        Clean(b"12-03-04-05-06-07", Kind.TEXT, "numbers in a row without a label"),
        Clean(b"version 3c22.fb1a.9d04.77", Kind.TEXT, "a longer number"),
    ),
)
