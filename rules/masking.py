"""Masks: what a personal value looks like once it may be seen, and excerpts that show only words on an allow-list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.addresses import addresses
from rules.interfaces import NAMES as INTERFACES
from rules.vocabulary import ATTRIBUTES, ELEMENTS, FUNCTION_WORDS, LABELS, MACROS, PARAMETERS, SAFE_MARKS

STARS: Final = "***"
HIDDEN: Final = "•••"
"""What a word becomes that is not on an allow-list."""
EXCERPT_LIMIT: Final = 200
"""Characters of an excerpt at most."""
CONTEXT: Final = 40
"""Characters shown on either side of the value."""

_WINDOW: Final = 200
"""Bytes looked at on either side: enough for CONTEXT characters after masking."""
_MARKUP: Final = re.compile(r"</?(?P<name>[\w:.-]++)(?P<rest>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>")
_ATTRIBUTE: Final = re.compile(r"\s+(?P<name>[\w:.-]+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')")
_WORD: Final = re.compile(
    r"(?<![\w.+%-])(?P<local>(?:[\w.+-]|%(?!40))++)(?=@|%40|\\u0040|&(?:#0*64|#x0*40|commat);)|(?<=[</])(?P<element>[A-Za-z][\w:.-]*)(?=[\s/>])|(?P<attribute>[A-Za-z][\w:.-]*)(?==[\"'])|\w+(?:-\w+)*|\W"
)
"""A word, a name of markup in a tag that the window cuts, or all that stands before the sign of an e-mail address."""
_CUT: Final = re.compile(r"[\w.+%-]++\Z")
"""What may be the beginning of an address whose rest the window cuts: one word, which is masked."""
_PERSONAL_SPACE: Final = re.compile(r"~(?P<key>[^\s/\\?#<>\"'(),;|~]*[^\s/\\?#<>\"'(),;|~.:!])")
_PHONE: Final = re.compile(r"(?<![\w+])\+[1-9]\d{0,2}(?:[ \u00a0./()-]{0,3}\d){6,13}(?!\w)")
"""A number in international form: no more than 15 digits (ITU-T E.164), in any common grouping."""
_SECRET: Final = re.compile(
    r"(?P<name>(?:password|passwd|pwd|secret|token)(?:=|%3D))[^\s&#]*"
    r"|(?:(?P<before>//|%2F%2F)(?:[^\s/?#@:]{0,200}:(?!\d)[^@\n]{1,200})?+"
    r"|(?<![\w.+%-])(?!mailto:)[\w.+%-]{1,200}?(?::|%3A)(?!//|%2F%2F))"
    r"\S{0,300}(?:@|%40)(?P<host>[\w.-]*)",
    re.IGNORECASE,
)
"""A password in a query, or a login before a host up to the last `@`: passwords hold any sign, blanks and `/` too."""
_NAMES: Final = MACROS | PARAMETERS
_TLD: Final = re.compile(
    r"[a-z]{2}|com|org|net|edu|gov|mil|int|info|biz|name|test|example|invalid|localhost", re.IGNORECASE | re.ASCII
)
"""Last labels that are shown: others are rare and could be a name that stands behind an address."""
_IDENTIFIER: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:(?P<account>[0-9]{3,}:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24})"
    r"|[0-9a-fA-F]{32}|JIRAUSER[0-9]+)(?![0-9A-Za-z])"
)
"""Account ids and user keys by their shape, wherever they stand in a text."""
_NUMBERS: Final = frozenset(
    {
        *("phone", "bank_account", "payment_card", "vat_id", "tax_id", "national_id", "social_security", "passport"),
        "licence_plate",
    }
)
"""Kinds of values that show their last two characters: the first ones tell country, issuer or date of birth."""
_NEVER_SHOWN: Final = frozenset({"birth_date", "coordinates", "credential", "special_category"})
"""Kinds of values of which a single character already tells something."""
_SHORT_NUMBER: Final = re.compile(r"[0-9]{1,3}%?")


def mask(kind: str, value: str) -> str:
    """Return `value` made unreadable, keeping just enough to recognise a value that one already knows.

    E-mail addresses keep the first character of the local part and of the domain and the last label
    (`j***@e***.org`); account ids keep their number prefix or first two characters; phone numbers and other
    numbers of people keep their last two; dates of birth, coordinates, credentials and words of special categories keep
    nothing, every other value its first character. A piece that is no longer than what would be kept of
    it keeps nothing: no mask shows the whole. The name of a retired interface is no person's.
    """
    if kind == "interface" and value in INTERFACES:
        return value
    value = value.strip()
    if not value.isprintable():
        value = "".join(filter(str.isprintable, value))
    if not value or kind in _NEVER_SHOWN:
        return STARS
    if kind == "email" and "@" in value:
        local, _, domain = value.rpartition("@")
        name, dot, tld = domain.rpartition(".")
        safe_tld = tld if dot and _TLD.fullmatch(tld) else ""
        return f"{_begun(local)}@{_begun(name or domain)}" + (f".{safe_tld}" if safe_tld else "")
    if kind == "account_id":
        prefix, colon, rest = value.partition(":")
        return f"{prefix}:{STARS}" if colon and rest and prefix.isdigit() else _begun(value, 2)
    if kind in _NUMBERS:
        return f"{STARS}{value[-2:]}" if len(value) > 4 else STARS  # noqa: PLR2004 - two of four would be half of it
    return _begun(value, 2 if kind == "user_key" else 1)


def _begun(value: str, shown: int = 1) -> str:
    """Return the first characters of a value with stars behind them; of one that has no more, the stars alone."""
    return f"{value[:shown] if len(value) > shown else ''}{STARS}"


def mask_text(text: str) -> str:
    """Return a title, name or key with every e-mail address, personal space key (`~name`) and phone number masked.

    So are account ids and user keys, known by their shape. Of a login in an address (`//user:password@host`,
    `user:password@host`) and of a password or token in a query nothing is shown. Phone numbers are known by their
    international form (`+49 …`) only; names of people stay, as no list knows them.
    """
    pieces: list[str] = []
    done = 0
    for secret in _SECRET.finditer(text):
        pieces += (_mask_addresses(text[done : secret.start()]), secret["name"] or secret["before"] or "")
        pieces.append(STARS if secret["name"] else mask("email", f"@{secret['host']}"))
        done = secret.end()
    return "".join((*pieces, _mask_addresses(text[done:])))


def _mask_addresses(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for address in addresses(text):
        if address.start >= done:
            pieces += (_mask_others(text[done : address.start]), mask("email", address.value))
            done = address.end
    return "".join((*pieces, _mask_others(text[done:])))


def _mask_others(text: str) -> str:
    text = _IDENTIFIER.sub(lambda found: mask("account_id" if found["account"] else "user_key", found[0]), text)
    text = _PHONE.sub(lambda found: mask("phone", found[0]), text)
    return _PERSONAL_SPACE.sub(
        lambda found: found[0] if _SHORT_NUMBER.fullmatch(found["key"]) else f"~{_begun(found['key'])}", text
    )


def clip(text: str) -> str:
    """Return `text` cut to the length of an excerpt. It must be masked already."""
    return text if len(text) <= EXCERPT_LIMIT else text[: EXCERPT_LIMIT - 1] + "…"


def excerpt(data: bytes, start: int, end: int, shown: str) -> str:
    """Return the surroundings of the bytes [start, end) with `shown` in their place and everything else masked.

    At most CONTEXT characters on either side. Shown are marks, words of `rules.vocabulary` and known names of
    markup; a word that the window cuts counts as unknown.
    """
    before = data[max(0, start - _WINDOW) : start].decode("utf-8", "replace")
    after = data[end : end + _WINDOW].decode("utf-8", "replace")
    left = _end(before, cut_left=start > _WINDOW)
    right = _beginning(after, cut_right=end + _WINDOW < len(data))
    if len(left) > CONTEXT:
        left = f"…{left[1 - CONTEXT :]}"
    if len(right) > CONTEXT:
        right = f"{right[: CONTEXT - 1]}…"
    return clip(f"{left}{shown}{right}".strip())


def veil(text: str, *, cut_left: bool = False, cut_right: bool = False) -> str:
    """Return `text` with everything masked that is not a mark, a word of the vocabulary or a known name of markup.

    `cut_left` and `cut_right` say that a word at that end may be half of a longer one: it is masked.
    """
    last = len(text)
    return "".join(
        _tag(tag)
        if tag is not None
        else _words(text[start:end], cut_left=cut_left and not start, cut_right=cut_right and end == last)
        for start, end, tag in _pieces(text)
    )


def _pieces(text: str) -> Iterator[tuple[int, int, re.Match[str] | None]]:
    """Yield the tags in a text and what stands between them, in order."""
    done = 0
    for tag in _MARKUP.finditer(text):
        start, end = tag.span()
        if done < start:
            yield done, start, None
        yield start, end, tag
        done = end
    if done < len(text):
        yield done, len(text), None


def _end(text: str, *, cut_left: bool) -> str:
    """Return the end of `text` veiled, more than CONTEXT characters of it if it has them."""
    shown = ""
    for start, end, tag in reversed(tuple(_pieces(text))):
        if tag is not None:
            shown = _tag(tag) + shown
        else:
            shown = _last_words(text[start:end], cut_left=cut_left and not start, cut_right=end == len(text)) + shown
        if len(shown) > CONTEXT:
            break
    return shown


def _last_words(text: str, *, cut_left: bool, cut_right: bool) -> str:
    """Return the last words of a text veiled. It begins at a blank, so that no word is cut that is not cut anyway."""
    start, shown = len(text), ""
    while start and len(shown) <= CONTEXT:
        start = max(text.rfind(" ", 0, max(start - CONTEXT, 0)), 0)
        shown = _words(text, cut_left=cut_left, cut_right=cut_right, start=start)
    return shown


def _beginning(text: str, *, cut_right: bool) -> str:
    """Return the beginning of `text` veiled, more than CONTEXT characters of it if it has them."""
    shown = ""
    for start, end, tag in _pieces(text):
        if tag is not None:
            shown += _tag(tag)
        else:
            cut = cut_right and end == len(text)
            words = _CUT.sub("0", text[start:end]) if cut else text[start:end]
            shown += _words(words, cut_left=not start, cut_right=cut, limit=CONTEXT)
        if len(shown) > CONTEXT:
            break
    return shown


def _tag(tag: re.Match[str]) -> str:
    """Return a tag with known names shown and every value masked, except known names of macros and parameters."""
    name = tag["name"] if tag["name"] in ELEMENTS else HIDDEN
    shown = [f"</{name}" if tag[0].startswith("</") else f"<{name}"]
    for attribute in _ATTRIBUTE.finditer(tag["rest"]):
        value = attribute["double"] if attribute["double"] is not None else attribute["single"]
        known = attribute["name"] == "ac:name" and value in _NAMES
        label = attribute["name"] if attribute["name"] in ATTRIBUTES else HIDDEN
        shown.append(f' {label}="{value if known else HIDDEN}"')
    return "".join((*shown, "/>" if tag["rest"].endswith("/") else ">"))


def _words(text: str, *, cut_left: bool, cut_right: bool, start: int = 0, limit: int | None = None) -> str:
    """Return the words from `start` on veiled: all of them, or more than `limit`."""
    pieces: list[str] = []
    last = len(text)
    for found in _WORD.finditer(text, start):
        word = found[0]
        if word in SAFE_MARKS:
            pieces.append(word)
        elif word.isspace():
            pieces.append(" ")
        else:
            cut = (cut_left and found.start() == 0) or (cut_right and found.end() == last)
            pieces.append(word if not cut and _may_be_shown(found) else HIDDEN)
        if limit is not None and len(pieces) > limit:
            break
    return "".join(pieces)


def _may_be_shown(found: re.Match[str]) -> bool:
    """Return whether a word is on the list that goes with its place."""
    match found.lastgroup:
        case "element":
            return found[0] in ELEMENTS
        case "attribute":
            return found[0] in ATTRIBUTES
        case "local":
            return False
        case _:
            return found[0] in FUNCTION_WORDS or found[0].casefold() in LABELS
