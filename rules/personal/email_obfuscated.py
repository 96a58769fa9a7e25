"""E-mail addresses that are written out to keep them from robots: `name (at) host (dot) tld`, in six languages.

Signs in brackets are certain; words between blanks (`name AT host DOT tld`) count as far as the top level is a known
one and the rest looks like an address. Every form has a bounded length: the cost is linear whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.hits import Anchor, Detector, Hit
from rules.lexicons.common import COMMON
from rules.model import Confidence
from rules.spotting import folded, spots
from rules.subjects import SubjectKind

NAME: Final = "email-address-in-words"
"""What the rule `email-address` asks for beside the plain addresses, which it reads by itself."""
_REACH: Final = 256
_AT: Final = "at|ät|aet|a|@|arroba|arobase|arobas|chiocciola|apestaart(?:je)?|apenstaart(?:je)?|klammeraffe|affe|chez"
_DOT: Final = r"dot|punkt|pkt|point|punto|punt|\."
_LOCAL: Final = rf"[^\W_][\w+-]{{0,30}}(?:(?:\.| ?[(\[{{<] ?(?i:{_DOT}) ?[)\]}}>] ?)[\w+-]{{1,30}}){{0,3}}"
_LABEL: Final = r"[^\W_](?:[^\W_]|-){0,40}"
_SIGN_IN_BRACKETS: Final = rf"(?:[(\[{{<|] ?(?i:{_AT}) ?[)\]}}>|]|[_*-](?i:at)[_*-])"
_SIGN_IN_WORDS: Final = " (?i:at|ät|arroba|arobase|chiocciola|apenstaartje|apestaartje|klammeraffe) "
_BRACKETED: Final = re.compile(
    rf"(?<![\w.@+-])(?P<local>{_LOCAL})[ \u00a0]?{_SIGN_IN_BRACKETS}[ \u00a0]?"
    rf"(?P<domain>{_LABEL}(?:(?:\.|[ \u00a0]?(?:[(\[{{<|] ?(?i:{_DOT}) ?[)\]}}>|]|[_*-](?i:dot)[_*-])[ \u00a0]?"
    rf"| (?i:dot|punkt|point|punto|punt) ){_LABEL}){{1,4}})(?![\w@])"
)
_WORDS: Final = re.compile(
    rf"(?<![\w.@+-])(?P<local>[^\W_][\w+-]{{0,30}}(?:(?:\.| (?i:dot|punkt|point|punto|punt) )[\w+-]{{1,30}}){{0,2}})"
    rf"{_SIGN_IN_WORDS}(?P<domain>{_LABEL}(?: (?i:dot|punkt|point|punto|punt) {_LABEL}){{1,3}})(?![\w@])"
)
_LOUD: Final = re.compile(
    rf"(?<![\w.@+-])(?P<local>[^\W_][\w+-]{{0,30}}(?:\.[\w+-]{{1,30}}){{0,3}})(?: AT | ?@ ?)"
    rf"(?P<domain>{_LABEL}(?:\.{_LABEL}){{1,3}})(?![\w@])"
)
_NAMED_AT: Final = re.compile(
    rf"(?<![\w.@+-])(?P<local>[^\W\d_]{{2,30}}[._][^\W\d_]{{3,30}}) at "
    rf"(?P<domain>{_LABEL}(?:\.{_LABEL}){{1,3}})(?![\w@])"
)
"""First name and surname before the word: only the dot in them tells it from a sentence."""
_QUOTED: Final = re.compile(
    rf"(?<![\w=\"@])\"(?P<local>[^\"\\\s@=<>]{{1,30}}(?: [^\"\\\s@=<>]{{1,30}}){{0,3}})\"@"
    rf"(?P<domain>{_LABEL}(?:\.{_LABEL}){{1,3}})(?![\w@])"
)
"""A local part in quotation marks may hold blanks (RFC 5322, 3.4.1)."""
_WAYS: Final = (
    (re.compile(_SIGN_IN_BRACKETS), _BRACKETED),
    (re.compile(_SIGN_IN_WORDS), _WORDS),
    (re.compile("@| AT "), _LOUD),
    (re.compile(" at "), _NAMED_AT),
    (re.compile('"@'), _QUOTED),
)
"""What stands for the at sign, and the whole address: much is read where the sign is only."""
_WRITTEN_DOT: Final = re.compile(rf"[ \u00a0]?(?:[(\[{{<|_*-] ?(?i:{_DOT}) ?[)\]}}>|_*-])[ \u00a0]?| (?i:{_DOT}) ")
_ANY_DOT: Final = re.compile(rf"{_WRITTEN_DOT.pattern}|\.")
_BLANKS: Final = re.compile("[ \u00a0]@|@[ \u00a0]")
_COMPOUND: Final = re.compile(r"[._+-]|[0-9]")
_SIGN: Final = re.compile(r" AT .* DOT | (?i:arroba|arobase|chiocciola|ape(?:n)?staartje|klammeraffe) ")
"""What nobody writes but for an address."""
_POINT: Final = re.compile(r" \([aA]\) ?")
"""The first point of a list, as well as a sign."""
_TOPS: Final = folded(
    """
    com, org, net, edu, gov, mil, int, info, biz, eu, io, dev, app, cloud, online, xyz, me, tv, ai
    de, at, ch, li, fr, be, lu, nl, es, it, pt, uk, ie, dk, se, no, fi, is, pl, cz, sk, hu, si, hr, ro, bg, gr, cy
    mt, ee, lv, lt, us, ca, au, nz, br, mx, ar, cl, jp, cn, in, tr, ua, ru, il, za, kr
    email, group, consulting, gmbh, swiss, berlin, hamburg, bayern, wien, paris, cat, test, invalid, example
    """
)
_PLACEHOLDERS: Final = folded("name, user, username, someone, you, vorname.nachname, firstname.lastname, first.last")
_VERBS: Final = folded(
    """
    us, me, it, him, her, them, you, here, there, look, find, see, shop, book, buy, order, apply, join, visit, meet
    online, live, free, now, today, available, docs, start, posted, hosted, registered, founded, only, out, up, in
    """
)
"""What stands before `at` and the name of a site, and is in no list of common words."""
_ENDINGS: Final = folded(
    "txt, html, htm, php, jsp, css, json, xml, yaml, yml, pdf, doc, docx, png, jpg, zip, exe, jar, log, csv"
)
WORDS: Final = "an e-mail address is written out in words"
QUOTED: Final = "its first part stands in quotation marks"
WORD: Final = "a sentence may be written like this"
_LABELS: Final = folded(
    """
    email, e-mail, mail, mailto, contact, write to, address, e-mail-adresse, mailadresse, kontakt, schreiben an
    courriel, mél, écrire à, adresse, correo, correo electrónico, contacto, escribir a, posta, indirizzo, contatto
    scrivere a, mailadres, schrijf naar
    """
)
_EXAMPLES: Final = re.compile(r"(?:[\w-]+\.)*(?:example\.(?:com|org|net|edu)|example|test|invalid|localhost)")


def detectors(_: frozenset[str]) -> tuple[Detector, ...]:
    """Return the detector of addresses that are written out."""
    return (
        Detector(
            rule=NAME,
            anchors=(
                Anchor(
                    rb"(?i)(?:[(\[{<|] ?(?:at|\xc3\xa4t|\xc3\x84t|aet|a|@|arroba|arobase?|chiocciola|apestaart(?:je)?"
                    rb"|apenstaart(?:je)?|klammeraffe|affe|chez) ?[)\]}>|]|[a-z0-9][_*-]at[_*-])(?: |\xc2\xa0)?"
                    rb"[a-z0-9\xc3-\xf4]",
                    before=200,
                ),
                Anchor(
                    rb"(?i) (?:at|\xc3\xa4t|\xc3\x84t|arroba|arobase|chiocciola|ape(?:n)?staartje|klammeraffe)"
                    rb" [a-z0-9-]{1,41} (?:dot|punkt|point|punto|punt) [a-z]",
                    before=240,
                ),
                Anchor(rb"(?: AT | at |\"@|(?: @ ?|@ ))[A-Za-z0-9-]{1,41}\.[A-Za-z]", before=200),
            ),
            find=_find,
            labels=_LABELS,
        ),
    )


def _find(text: str, start: int, end: int) -> Iterator[Hit]:
    """Yield the addresses that begin in the window, in order."""
    last = min(len(text), end + _REACH)
    ways = [pattern for sign, pattern in _WAYS if sign.search(text, start, last)]
    found = [hit for pattern in ways for hit in _read(pattern, text, start, end)]
    yield from sorted(found, key=lambda hit: (hit.start, -hit.end))


def _read(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[Hit]:
    for found in spots(pattern, text, start, end, _REACH):
        local = _WRITTEN_DOT.sub(".", found["local"])
        labels = _WRITTEN_DOT.sub(".", found["domain"]).split(".")
        while len(labels) > 2 and labels[-1].lower() not in _TOPS:  # noqa: PLR2004 - a name and a top level stay
            labels.pop()
        domain = ".".join(labels)
        if labels[-1].lower() not in _TOPS or local.isdigit():
            continue
        if pattern is _NAMED_AT and re.split("[._]", local)[-1].lower() in _TOPS | _ENDINGS:
            continue  # the name of a site, of a program or of a file
        if pattern is _LOUD and (not _BLANKS.search(found[0]) and (local.isupper() or " AT " not in found[0])):
            continue
        alone = _certainty(pattern, found[0], local)
        yield Hit(
            found.start(),
            _end(found, len(labels)),
            f'"{local}"@{domain}' if pattern is _QUOTED else f"{local}@{domain}",
            SubjectKind.EMAIL,
            "e-mail address",
            alone=alone,
            reason=QUOTED if pattern is _QUOTED else WORDS,
            doubt=_doubt(local.lower(), domain.lower()) or (WORD if alone is Confidence.LOW else ""),
        )


def _end(found: re.Match[str], labels: int) -> int:
    """Return where the domain ends of which so many labels count."""
    domain = found["domain"]
    ends = [*(dot.start() for dot in _ANY_DOT.finditer(domain)), len(domain)]
    return found.start("domain") + ends[labels - 1]


def _certainty(pattern: re.Pattern[str], written: str, local: str) -> Confidence | None:
    """Return how sure the form alone makes it: brackets, a word for the sign, a name with a dot, an ordinary word."""
    if pattern is _BRACKETED:
        return None if _POINT.search(written) and not _COMPOUND.search(local) else Confidence.HIGH
    if pattern is _QUOTED or _COMPOUND.search(local) or _SIGN.search(written):
        return Confidence.MEDIUM
    rare = pattern is _WORDS and local.lower() not in COMMON | _VERBS
    return Confidence.LOW if rare or _BLANKS.search(written) else None


def _doubt(local: str, domain: str) -> str:
    if _EXAMPLES.fullmatch(domain):
        return "the domain is reserved for examples"
    return "the name is a placeholder" if local in _PLACEHOLDERS else ""
