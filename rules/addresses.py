"""Where a text holds e-mail addresses, and how sure that is.

The detector walks from one `@` to the next and looks at no more than 64 characters before and 255 behind each: the
cost is linear whatever the text. Recognised are dot-atoms with a domain of at least two labels, internationalised
domains and local parts included; quoted local parts and addresses without a dot in the domain are not. An address
is read as people see it: full-width letters count as the ordinary ones, characters that nobody sees (a soft hyphen)
are passed over, and `%40` is the at sign of a web address. Facts: RFC 5321 sections 4.1.2 and 4.5.3.1 (syntax,
lengths), RFC 3986 section 2.1 (percent), RFC 2606 and RFC 6761 (reserved names), RFC 2142 (functions).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

LOCAL_LIMIT: Final = 64
DOMAIN_LIMIT: Final = 255

LOW: Final = 0
MEDIUM: Final = 1
HIGH: Final = 2
"""How sure: the numbers of `rules.model.Confidence`."""

_AT: Final = re.compile(r"(?:@|%40)(?=[^\W_][\w-]*\.[^\W_])")
"""An at sign, written as such or for a web address, with what every address has behind it."""
_LOCAL: Final = re.compile(r"[\w.+'-]*")
_HEX: Final = re.compile(r"[0-9A-Fa-f]{2}")
_FULL_WIDTH: Final = "\uff20"
_ORDINARY: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width form -> the character it is a form of, one for one."""
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
"""Soft hyphen, characters of no width, byte order mark."""
_DOMAIN: Final = re.compile(rf"[\w.-]{{1,{DOMAIN_LIMIT + 1}}}+")
_LABEL: Final = re.compile(r"[^\W_](?:[^\W_]|-){0,62}")
_SCALED_IMAGE: Final = re.compile(r"\d(?:\.\d)?x")
_LOGIN: Final = re.compile(r"://[^\s/?#@]*\Z")
_USERINFO: Final = re.compile(
    r"(?<!mailto):[/\\]{2}(?:[^\s/?#@,;<>\"'()]*"
    r"|[^\s/?#@:<>\"'()]*:(?!\d{1,5}[,;])[^\s/?#<>\"]*"
    r"|[^\s/?#@:,;<>\"'()]*@[^\s/?#@:,;<>\"'()]*:(?!\d{1,5}[,;])[^\s/?#<>\"]*)\Z"
)
"""What stands before a piece of a login in a web address: a piece of the login, or the login and a piece of the
password. Both may have at signs of their own, as where people log in with their address."""
_HOST_SIGN: Final = re.compile(r"[^\s/?#@<>\"']*@")
_REPOSITORY: Final = re.compile(r":[\w.~-]{0,64}/")
_CALL: Final = re.compile(r"\(\s{0,4}(?:\)|[^()\s]{0,40}[=\"'])")
"""A call in a program: nothing in brackets, or a setting or a text; people put a word of their own in these."""
_GUEST: Final = "#EXT#"
"""What Microsoft Entra puts between a guest's address and its own domain."""
_WIDE: Final = "\u2e80"
"""From here on scripts are written without blanks between words."""
_LOOK_BACK: Final = 512


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_RESERVED: Final = frozenset({"example", "test", "invalid", "localhost"})
_INTERNAL: Final = frozenset({"local", "lan", "internal", "intranet", "intern", "corp", "home", "localdomain"})
_FILES: Final = _listed(
    """
    avif bak bmp bz2 class conf cpp css csv diff dll dmg doc docx eot eps exe gif gradle gz heic hpp html ico ini ipynb
    iso jar java jpeg jpg js json jsx kt less lock log mp3 mp4 odt patch pdf php png ppt pptx psd rar rb rst
    sass scala scss sql svg swift tar tgz tiff toml ts tsx ttf txt vue war wav webm webp whl woff woff2 xls xlsx xml xz
    yaml yml
    """
)
_ENDS: Final = re.compile(r"[a-z]{2}|com|edu|gov|info|net|org", re.IGNORECASE)
"""Top levels that are certain enough to stand before the suffix of a file."""
FUNCTIONS: Final = _listed(
    """
    abuse accounting admin administrator billing buchhaltung career careers contact datenschutz dpo feedback hello
    help helpdesk hostmaster hr info it jobs kontakt legal mail marketing news newsletter no-reply noreply office
    postmaster press presse privacy root sales security service support team vertrieb webmaster
    """
)
_PLACEHOLDERS: Final = _listed(
    """
    firstname.lastname first.last first.name vorname.nachname your.name yourname name user username someone
    somebody you your-email youremail email
    """
)
_VERSIONED: Final = frozenset({"git", "hg", "svn"})
"""Logins under which a repository is fetched: they are nobody's."""
_NUMBER: Final = re.compile(r"v?\d+(?:-[a-z0-9-]+)?")
_PATH: Final = re.compile(r"[\w.-]/\Z")
_HASH: Final = re.compile(r"(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}")
_TAGS: Final = frozenset(
    {"alpha", "beta", "canary", "head", "latest", "main", "master", "next", "nightly", "rc", "stable"}
)


@dataclass(frozen=True, slots=True)
class Address:
    """One e-mail address in a text; the value is kept out of its representation."""

    start: int
    end: int
    value: str = field(repr=False)
    """As people read it, which need not be how the text writes it."""
    certainty: int
    doubt: str
    """What speaks against a person's address, in plain words; empty when nothing does."""


def addresses(text: str) -> Iterator[Address]:
    """Yield every address in `text` in order, those that are doubtful included."""
    seen, places = _seen(text)
    for sign in _AT.finditer(seen):
        at, behind = sign.span()
        start = _local_start(seen, at)
        if behind - at > 1 and seen[start - 1 : start] == "%" and _HEX.match(seen, start, at):
            start += 2  # the end of another escape
        end = _domain_end(seen, behind) if start < at else 0
        if end:
            local, domain = seen[start:at], seen[behind:end]
            certainty, doubt = _judge(seen, start, end, local.lower(), domain.lower().split("."))
            if certainty >= LOW:
                first, last = (places[start], places[end - 1] + 1) if places else (start, end)
                yield Address(first, last, f"{local}@{domain}", certainty, doubt)


def is_listed(address: str, allowed: AbstractSet[str]) -> bool:
    """Return whether an address is on a list of addresses and of domains with an at sign before them, in lower case."""
    folded = address.lower()
    return folded in allowed or folded[folded.rfind("@") :] in allowed


def in_login(text: str, start: int, end: int) -> bool:
    """Return whether the address at [start, end) is login or password of a web address, and perhaps its host."""
    low = max(0, start - _LOOK_BACK)
    if not any(text.find(slash, low, start) >= 0 for slash in "/\\") or not _USERINFO.search(text, low, start):
        return False
    return "@" in text[start:end] or _HOST_SIGN.match(text, end) is not None


def _seen(text: str) -> tuple[str, list[int]]:
    """Return the text as people see it and where each of its characters stands; no places when nothing was left out."""
    if _FULL_WIDTH in text:
        text = text.translate(_ORDINARY)
    if _UNSEEN.search(text) is None:
        return text, []
    places = [place for place, letter in enumerate(text) if not _UNSEEN.match(letter)]
    return "".join(text[place] for place in places), places


def _local_start(text: str, at: int) -> int:
    """Return where the local part before `at` begins; `at` itself when there is none."""
    end = at - len(_GUEST) if text.endswith(_GUEST, 0, at) else at
    backwards = _LOCAL.match(text[max(0, end - LOCAL_LIMIT - 1) : end][::-1])
    letters = backwards[0] if backwards else ""
    start = end - len(letters)
    if not letters.isascii():
        pairs = enumerate(pairwise(letters), start=1)
        start = end - next((size for size, (near, far) in pairs if far >= _WIDE > near), len(letters))
    if end - start > LOCAL_LIMIT or (start < end and text[end - 1] == "."):
        return at
    twice = text.rfind("..", start, end)
    start = start if twice < 0 else twice + 2
    while start < end and text[start] in ".'-+":
        start += 1
    return start if start < end else at


def _domain_end(text: str, start: int) -> int:
    """Return where the domain that begins at `start` ends; 0 when there is none."""
    found = _DOMAIN.match(text, start)
    if found is None or found.end() - start > DOMAIN_LIMIT:
        return 0
    labels: list[str] = []
    for label in found[0].split("."):
        valid = _LABEL.match(_narrow(label))
        if valid is None:
            break
        labels.append(valid[0].rstrip("-"))
        if len(labels[-1]) < len(label):
            break
    while len(labels) > 2 and labels[-1].istitle() and labels[-2].islower():  # noqa: PLR2004 - name and top level
        labels.pop()  # the first word of the next sentence
    while len(labels) > 2 and labels[-1].lower() in _FILES and _ENDS.fullmatch(labels[-2]):  # noqa: PLR2004 - the same
        labels.pop()  # the suffix of a file that is named after the address
    if len(labels) < 2 or not _top_level(labels[-1]):  # noqa: PLR2004 - the same
        return 0
    return start + len(".".join(labels))


def _narrow(label: str) -> str:
    """Return `label` up to where a script without blanks follows Latin letters: there the sentence goes on."""
    if not label or label[0] >= _WIDE:
        return label
    for index, letter in enumerate(label):
        if letter >= _WIDE:
            return label[:index]
    return label


def _top_level(label: str) -> bool:
    """Return whether `label` may end a domain: letters only, or an encoded international name."""
    return (label.isalpha() and len(label) > 1) or label.lower().startswith("xn--")


def _judge(text: str, start: int, end: int, local: str, labels: list[str]) -> tuple[int, str]:
    """Return how sure it is that this is a person's address, and the doubt; below LOW it is none at all."""
    top = labels[-1]
    if _is_version(text, start, labels[:-1]) or (local in _VERSIONED and _is_fetched(text, start, end)):
        return LOW - 1, ""
    if top in _FILES:
        return (
            (LOW - 1, "") if _SCALED_IMAGE.fullmatch(".".join(labels[:-1])) else (LOW, "looks like the name of a file")
        )
    doubts = (
        (LOW, "the domain is reserved for examples", top in _RESERVED or _is_example(labels)),
        (LOW, "looks like the address of a repository", local in _VERSIONED or _REPOSITORY.match(text, end)),
        (LOW, "looks like a call in a program", _CALL.match(text, end)),
        (LOW, "looks like a version or a hash", labels[0] in _TAGS or _HASH.fullmatch(labels[0])),
        (LOW, "looks like the login in a web address", _LOGIN.search(text, max(0, start - _LOOK_BACK), start)),
        (LOW, "the name is a placeholder", local in _PLACEHOLDERS),
        (MEDIUM, "names a function rather than a person", local in FUNCTIONS),
        (MEDIUM, "the domain exists only inside a network", top in _INTERNAL),
    )
    return next(((certainty, doubt) for certainty, doubt, holds in doubts if holds), (HIGH, ""))


def _is_version(text: str, start: int, labels: list[str]) -> bool:
    """Return whether the domain is the version of a package: `core@1.2.io`, `acme/lens@v4.io`, never `ada@163.com`."""
    if any(_NUMBER.fullmatch(label) is None for label in labels):
        return False
    return len(labels) > 1 or labels[0][0] == "v" or _PATH.search(text, max(0, start - 2), start) is not None


def _is_fetched(text: str, start: int, end: int) -> bool:
    """Return whether a repository is fetched there: a path follows, or a scheme stands before."""
    return text[end : end + 1] == ":" or _LOGIN.search(text, max(0, start - _LOOK_BACK), start) is not None


def _is_example(labels: list[str]) -> bool:
    return labels[-2] == "example" and labels[-1] in {"com", "org", "net", "edu"}
