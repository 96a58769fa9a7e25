"""An e-mail address stands in a text, a link, a title or a stored value.

Why it matters: an address identifies a person, can be found by everybody who may read the page, and stays when the
person leaves. GDPR Art. 5(1)(c), 5(1)(e), 6, 17.
Source: GDPR Art. 4(1); RFC 5321 for the form, RFC 2606 for addresses that are nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, partial
from typing import AnyStr, Final

from rules import detected
from rules.addresses import Address, addresses, in_login
from rules.gates import JSON_KINDS, Gate, escapes, occurs, word_of
from rules.jsontree import Node, Text, passage, walk
from rules.masking import excerpt
from rules.mentions import is_identity
from rules.model import Confidence, Kind, Match, Personal, Severity, Span, SubjectKind, Unreadable
from rules.passage import Passage, unescaped
from rules.payload import profile_fields
from rules.personal.email_obfuscated import NAME
from rules.reading import reading
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_WRITTEN_SO: Final = "it is written as an e-mail address"
_LINKED: Final = "a link writes to it"
_NEEDLE: Final = re.compile(rb"@|&#|&commat;|%40|\xef\xbc\xa0")
_SIGN: Final = re.compile("@|%40|\uff20")
_PLAIN: Final[tuple[Gate, ...]] = (
    (b"@", re.compile(rb"@(?<=[^\s\"'@]@)[^\s\"'@]")),
    b"\xef\xbc\xa0",
    (b"&#", re.compile(rb"&#(?:0*(?:64|65312)|[xX]0*(?:40|[fF][fF]20))\b")),
    b"&commat",
    b"\\u0040",
    (b"\\u", re.compile(rb"\\u[fF][fF]20")),
    b"%40",
)
"""One of these is in every part that holds a plain address; those that are written out in words may hold none."""
_WRITTEN: Final = (b"@", b"%40", b"\xef\xbc\xa0")
"""The same for texts without entities or escapes."""
_SIGNS: Final = re.compile(b"|".join(_WRITTEN))
_SECTIONS: Final = {"cdata": "CDATA", "comment": "comment"}
"""Last steps of the paths of what stands in no running text, and the names of these."""
_QUOTED: Final = re.compile(r"(?:^|/)ac:plain-text-body\Z")
_LINKS: Final = frozenset({"href", "src", "ri:value"})
_MAIL: Final = re.compile(r"\s*mailto:", re.IGNORECASE)
_NEAR: Final = 1024
"""Bytes on either side of what looks like an address that may tell a login."""


def detect(view: View) -> Iterator[Match]:
    """Yield every e-mail address, those that are doubtful with less confidence."""
    data = view.data
    if any(sign in data and any(occurs(gate, data) for gate in gates) for sign, gates in _gates(view.part.kind)):
        yield from _plain(view)
    if view.part.kind in detected.KINDS:
        yield from detected.detect(view, RULE, NAME)


@cache
def _gates(kind: Kind) -> tuple[tuple[bytes, tuple[Gate, ...]], ...]:
    """Return the gates for a kind of part by the byte that each begins with: most parts hold few of these bytes."""
    escaped = kind is Kind.STORAGE or kind in JSON_KINDS
    gates = (*_PLAIN, *escapes(kind)) if escaped else _WRITTEN
    signs = dict.fromkeys(word_of(gate)[:1] for gate in gates)
    return tuple((sign, tuple(gate for gate in gates if word_of(gate)[:1] == sign)) for sign in signs)


def _plain(view: View) -> Iterator[Match]:
    """Yield the addresses that are written as such."""
    if view.part.kind is Kind.STORAGE:
        yield from _in_storage(view)
    elif view.part.kind in JSON_KINDS and not isinstance(view.tree, Unreadable):
        yield from _in_document(view, view.tree)
    else:
        for line in _lines(view.data, _SIGNS, b"\n"):
            yield from _in_passage(view.data, Passage((line,), "plain"), "")


def _lines(text: AnyStr, signs: re.Pattern[AnyStr], end_of_line: AnyStr) -> Iterator[tuple[int, AnyStr]]:
    """Yield the lines of a text that may hold an address, each with its place: an address ends with its line."""
    done = 0
    for sign in signs.finditer(text):
        if sign.start() >= done:
            start = text.rfind(end_of_line, 0, sign.start()) + 1
            end = text.find(end_of_line, sign.start())
            done = len(text) if end < 0 else end
            yield start, text[start:done]


def _in_storage(view: View) -> Iterator[Match]:
    yield from _joined(view)
    storage = view.storage
    for element in storage.tags(_NEEDLE):
        for attribute in storage.attributes(element):
            if not (element.name == "ri:user" and is_identity(attribute.name)):
                raw = ((attribute.value_span.start, attribute.value_span.of(storage.data)),)
                text = Passage(raw, "xml-url" if attribute.name in _LINKS else "xml")
                where = _below(storage.path(element.index), f"@{attribute.name if attribute.name in _LINKS else '*'}")
                ground = _LINKED if _MAIL.match(text.text) else _WRITTEN_SO
                found = _in_passage(storage.data, text, where, reason=ground)
                yield from (
                    found if attribute.name not in _LINKS else _no_logins(storage.data, attribute.value_span, found)
                )


def _joined(view: View) -> Iterator[Match]:
    """Yield the addresses in what a reader sees of a body, whatever tags, comments and sections part their letters.

    Values of attributes are not among it. Comments and CDATA sections are code and leftovers, so less sure.
    """
    read = reading(view)
    for start, line in _lines(read.text, _SIGN, "\n"):
        for address in _personal(line):
            first = start + address.start
            where = read.around(first).where
            outer, _, step = where.rpartition("/")
            place = _SECTIONS.get(step, "")
            if step[:1] != "@":
                most = Confidence.HIGH if not place else Confidence.LOW if _QUOTED.search(outer) else Confidence.MEDIUM
                ground = f"{_WRITTEN_SO}; inside a {place} section" if place else _WRITTEN_SO
                yield _match(view.data, read.span(first, start + address.end), address, where, most, ground)


def _in_document(view: View, tree: Node) -> Iterator[Match]:
    """Yield the addresses in the strings of stored JSON; in a document texts that only marks part are one."""
    known = {field.text.span for field in profile_fields(tree)}
    found: list[Match] = []
    for path, node in walk(tree):
        if isinstance(node, Text) and node.span not in known and _SIGN.search(node.value):
            found += _in_passage(view.data, passage(view.data, node), path)
    if view.part.kind is Kind.ADF:
        own = {match.span for match in found}
        split = [each for each in _joined(view) if each.span not in own]
        found = [each for each in found if not any(_meet(each.span, one.span) for one in split)]
        found += split
    yield from found


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _no_logins(data: bytes, link: Span, found: Iterable[Match]) -> Iterator[Match]:
    """Yield the addresses of a link that are no piece of a login as the link is written: `%2F` does not end a login."""
    for match in found:
        start, end = match.span.start, match.span.end
        before = unescaped(data[max(link.start, start - _NEAR) : start])
        own = unescaped(data[start:end])
        text = before + own + unescaped(data[end : min(link.end, end + _NEAR)])
        if not in_login(text, len(before), len(before) + len(own)):
            yield match


def _below(path: str, step: str) -> str:
    return f"{path}/{step}" if path else step


def _in_passage(data: bytes, text: Passage, where: str, reason: str = _WRITTEN_SO) -> Iterator[Match]:
    for address in _personal(text.text):
        yield _match(data, text.span(address.start, address.end), address, where, Confidence.HIGH, reason)


def _personal(text: str) -> Iterator[Address]:
    """Yield the addresses of a text but for logins.

    `url-credentials` reports these; the mask of an address would show a letter of the password.
    """
    return (each for each in addresses(text) if not in_login(text, each.start, each.end))


def _match(data: bytes, span: Span, address: Address, where: str, most: Confidence, reason: str) -> Match:
    subject = Personal(SubjectKind.EMAIL, address.value)
    return RULE.match(
        span,
        subject,
        where=where,
        excerpt=partial(excerpt, data, span.start, span.end, subject.mask),
        confidence=min(most, Confidence(address.certainty)),
        reason=f"{reason}; {address.doubt}" if address.doubt else reason,
    )


RULE: Final = Rule(
    id="email-address",
    title="E-mail address",
    category=Category.PERSONAL,
    severity=Severity.MEDIUM,
    why="An e-mail address identifies a person to everybody who can read this place, search engines of the site and"
    " exports included, and stays there when the person leaves.",
    remedy="Replace the address by a mention, a function's address or nothing, if there is no ground to show it; mind"
    " older versions of the page or file. Report only: what a sentence needs is for its author to decide.",
    articles=("5(1)(c)", "5(1)(e)", "6", "17"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#EmailAddress",
    kinds=(Kind.STORAGE, Kind.TEXT, Kind.JSON, Kind.ADF, Kind.CQL, Kind.JQL),
    gate=(),
    detect=detect,
    rewrite=None,
    examples=(
        Flag(
            b"<p>Contact: tilda<strong>.bergmann</strong>&#64;acme-optics.se&nbsp;or reception</p>",
            Kind.STORAGE,
            "an address in prose, split by a tag and with an entity",
            ("tilda.bergmann@acme-optics.se",),
        ),
        Flag(
            b'<p><a href="mailto:o.lindqvist%40acme-optics.se?cc=tilda@acme-optics.se&amp;subject=x">write</a></p>',
            Kind.STORAGE,
            "a mail link, copies included",
            ("o.lindqvist@acme-optics.se", "tilda@acme-optics.se"),
        ),
        Flag(
            b"Invoice of tilda@m\xc3\xbcller.se.pdf",
            Kind.TEXT,
            "a file name behind the address",
            ("tilda@m\u00fcller.se",),
        ),
        Flag(
            b'{"steps":["ask tilda\\u0040acme-optics.se"],"jo@acme-optics.se":true}',
            Kind.JSON,
            "strings and names of members",
            ("tilda@acme-optics.se", "jo@acme-optics.se"),
        ),
        Flag(
            b'<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[to=tilda@acme-optics.se]]>'
            b"</ac:plain-text-body></ac:structured-macro>",
            Kind.STORAGE,
            "code may quote a real address: low confidence",
            ("tilda@acme-optics.se",),
        ),
        Flag(
            b'{"content":[{"text":"tilda@acme-optics.se","type":"text"}],"type":"doc","version":1}',
            Kind.ADF,
            "text of a document in the newer format",
            ("tilda@acme-optics.se",),
        ),
        Flag(
            b"<p>zero&shy;width@acme-optics.se or ada\xef\xbc\xa0acme-optics.se</p>",
            Kind.STORAGE,
            "as people read it: a soft hyphen is not seen, a full-width sign is one",
            ("zerowidth@acme-optics.se", "ada@acme-optics.se"),
        ),
        Flag(
            b"https://acme-optics.se,tilda@acme-optics.se https://acme-optics.se:80;ola@acme-optics.se"
            b" mailto://kito@acme-optics.se https://mrossi%40acme-optics.se/x",
            Kind.TEXT,
            "behind a web address, and in what is no login",
            ("tilda@acme-optics.se", "ola@acme-optics.se", "kito@acme-optics.se", "mrossi@acme-optics.se"),
        ),
        Flag(
            b'{"link":"mailto:tilda%40acme-optics.se"}',
            Kind.JSON,
            "an at sign as web addresses write it",
            ("tilda@acme-optics.se",),
        ),
        Flag(
            b"<p>tilda.bergmann (at) <b>acme-optics</b> (dot) se</p>",
            Kind.STORAGE,
            "written out to keep it from robots",
            ("tilda.bergmann@acme-optics.se",),
        ),
        Flag(
            "jo[at]acme-optics.se oder tilda(ät)acme-optics(punkt)se".encode(),
            Kind.TEXT,
            "the same in other brackets and another language",
            ("jo@acme-optics.se", "tilda@acme-optics.se"),
        ),
        Flag(
            b'{"note":"tilda.b AT acme-optics DOT se or jo arroba acme-optics punto es"}',
            Kind.JSON,
            "words that nobody writes but for an address",
            ("tilda.b@acme-optics.se", "jo@acme-optics.es"),
        ),
        Flag(
            b"<p>tilda.b<!-- old -->erg<![CDATA[ma]]>nn@acme-<!-- x -->optics.s<![CDATA[e]]>, jo@acme-optics.se</p>",
            Kind.STORAGE,
            "one address for the reader, whatever comments and sections part its letters",
            ("tilda.bergmann@acme-optics.se", "jo@acme-optics.se"),
        ),
        Flag(
            b'{"content":[{"content":[{"text":"til","type":"text"},{"marks":[{"type":"strong"}],"text":"da@acme-optics.se",'
            b'"type":"text"},{"text":", jo@acme-optics.se","type":"text"}],"type":"paragraph"}],"type":"doc"}',
            Kind.ADF,
            "texts that only a mark parts are one word",
            ("tilda@acme-optics.se", "jo@acme-optics.se"),
        ),
        Flag(b'text ~ "tilda@acme-optics.se"', Kind.CQL, "a word that a query looks for", ("tilda@acme-optics.se",)),
        Clean(b"<p>tilda<!-- @ --> <![CDATA[acme-optics.se]]></p>", Kind.STORAGE, "a sign that stands in a comment"),
        Clean(b"<p>meet (at) the lab. See point (a) optics.se</p>", Kind.STORAGE, "words and a point of a list"),
        Clean(b"look at page point is, sold at acme dot to, 5 (at) 3.5", Kind.TEXT, "sentences"),
        Clean(b'{"note":"LUNCH AT ACME-OPTICS.SE"}', Kind.JSON, "a sentence in capitals"),
        Clean(b"<p>90%40mm lens, ada\xef\xbc\xa0lab</p>", Kind.STORAGE, "neither sign has a domain behind it"),
        Clean(b'{"q":"lens%40lab"}', Kind.JSON, "nor has this one"),
        Clean(b"<p>meet @tilda at 5 @ the lab</p>", Kind.STORAGE, "an at sign makes no address"),
        Clean(b'<ac:image><ri:attachment ri:filename="lens@2x.png"/></ac:image>', Kind.STORAGE, "a picture's scale"),
        Clean(
            b"<p>https://jvega:Zgeheim9@db.acme-optics.se/x https://jvega:tilda%40acme-optics.se@db.acme-optics.se"
            b" ssh://tilda@db.acme-optics.se</p>",
            Kind.STORAGE,
            "logins and passwords in web addresses, which url-credentials reports",
        ),
        Clean(
            b'<a href="https://tilda%40acme-optics.se:S3cret@db.acme-optics.se/x">x</a>'
            b'<a href="https://tilda:S3cr%2Fet@db.acme-optics.se">x</a>'
            b"<a href='https://tilda:pa%40ss&#64;db.acme-optics.se'>x</a>",
            Kind.STORAGE,
            "a login that is an address itself, and passwords with signs that a link has to encode",
        ),
        Clean(
            rb"https://tilda@acme-optics.se:S3cret@db.acme-optics.se/x https:\\jo:pa@ss@db.acme-optics.se\x",
            Kind.TEXT,
            "the same, not encoded, and behind backslashes",
        ),
        Flag(
            b'<a href="https://acme-optics.se/x:y?to=tilda@acme-optics.se">x</a>',
            Kind.STORAGE,
            "a colon behind the host makes no login",
            ("tilda@acme-optics.se",),
        ),
        Clean(b"release of core@4.17.21", Kind.TEXT, "a version of a package"),
        Clean(b"uses: acme/lens@v4.io, core@1.2.io", Kind.TEXT, "versions that end like a domain"),
        Clean(b"git clone git@github.com:acme/lens.git", Kind.TEXT, "the login of a repository"),
        Clean(b'{"ref":"@scope/pkg@next","at":"@"}', Kind.JSON, "names of packages"),
        Clean(
            b'<ac:link><ri:user ri:username="tilda@acme-optics.se"/></ac:link>',
            Kind.STORAGE,
            "a username that is an address: legacy-mention reports it",
        ),
        Clean(
            b'{"content":[{"attrs":{"id":"5d41402abc4b2a76b9719d91","text":"@Tilda"},"type":"mention"}],"type":"doc"}',
            Kind.ADF,
            "a mention",
        ),
    ),
)
