"""Remarks that people write about a change: masked by what the change itself knows and by the shapes of identifiers.

Names of people whom nothing here knows stay: no list has them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from rules.identifiers import is_surely_account_id
from rules.links import identities
from rules.masking import mask, mask_text
from rules.model import Personal, Subject, SubjectKind

WORDS_EACH: Final = 8
"""Most words, parted by signs or blanks, of a value that is looked for: an account id with a UUID has six."""
SHORTEST: Final = 3
"""Characters of a piece of an edit at least: shorter ones stand in any sentence."""

_ATOM: Final = re.compile(r"\w+")
_TAG: Final = re.compile(r"<[^<>]*>")
_ADDRESS: Final = re.compile(r"(?:[a-z]{3,6}://|/)[^\s<>\"'(){}|]+", re.IGNORECASE)
_SHAPED: Final = re.compile(
    r"(?<!\w)(?:[0-9a-z]{24}|[0-9]{3,}(?::|%3A)[0-9A-Za-z-]{8,}|qm(?::|%3A)[\w-]+(?::|%3A)[\w-]+)(?!\w)"
)
_FREE: Final = re.compile(r"[0-9a-z]{24}")
"""What any long word may be: only the sure shapes of it are masked."""


def mask_remark(text: str, subjects: Collection[Subject], key: bytes, pieces: Iterable[str] = ()) -> str:
    """Return a remark with everything masked that may name a person.

    `subjects` are the people whom the change is about, with the keyed hashes of `key`; `pieces` the texts that it takes
    away or puts there, markup and all. Besides, e-mail addresses, phone numbers, credentials, personal spaces, whoever
    an address names, user keys and account ids are masked.
    """
    text = _ADDRESS.sub(lambda found: _mask_address(found[0]), text)
    text = mask_text(text)
    text = _SHAPED.sub(_mask_shaped, text)
    text = _mask_subjects(text, subjects, key)
    folded = text.casefold()
    for piece in sorted((one for one in _plain(pieces) if one.casefold() in folded), key=len, reverse=True):
        whole = rf"(?<!\w){re.escape(piece)}(?!\w)"
        text = re.sub(whole, lambda found: mask(SubjectKind.USERNAME, found[0]), text, flags=re.IGNORECASE)
    return text


def _mask_address(address: str) -> str:
    """Return an address with everybody masked whom it names."""
    shown, done = "", 0
    for term in identities(address):
        shown += address[done : term.value_start] + mask(SubjectKind.USERNAME, term.value)
        done = max(done, term.value_end)
    return shown + address[done:]


def _mask_shaped(found: re.Match[str]) -> str:
    if _FREE.fullmatch(found[0]) and not is_surely_account_id(found[0]):
        return found[0]
    return mask(SubjectKind.ACCOUNT_ID, found[0].replace("%3A", ":"))


def _mask_subjects(text: str, subjects: Collection[Subject], key: bytes) -> str:
    """Return a text without the people who are known by their keyed hashes, the longest values first."""
    known = {one.hmac for one in subjects}
    kinds = sorted({one.kind for one in subjects} - {SubjectKind.INTERFACE})
    shown, done = "", 0
    for start, end in _spans(text):
        personal = (Personal(kind, text[start:end]) for kind in kinds) if start >= done else ()
        found = next((one for one in personal if one.pseudonym(key) in known), None)
        if found is not None:
            shown, done = f"{shown}{text[done:start]}{found.mask}", end
    return shown + text[done:]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a value may stand: from the beginning of a word to the end of one, the longest first."""
    atoms = [found.span() for found in _ATOM.finditer(text)]
    for index, (start, _) in enumerate(atoms):
        for _, end in reversed(atoms[index : index + WORDS_EACH]):
            yield start, end


def _plain(pieces: Iterable[str]) -> set[str]:
    """Return what stands in the pieces beside markup, as a person would write it."""
    bare = {part.strip() for piece in pieces for part in _TAG.split(piece)}
    return {part for part in bare if len(part) >= SHORTEST and any(map(str.isalnum, part))}
