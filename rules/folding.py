"""Texts and words as names are compared: without case, accents and marks, the places of characters kept.

`narrow` turns a text into bytes, one for each character, so that a place in one is a place in the other: Latin letters
become those of ASCII, and what stands between words becomes blanks. What has no letter of its own in ASCII gets a byte
of its own or shares one with others, so that equal words are equal bytes and unequal ones only mostly unequal bytes:
who finds something there asks `fold` about the word itself.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

MARK: Final = 0x9D
"""Byte of a mark that belongs to the letter before it."""
_SPECIAL: Final = {"ss": 0xDF, "ae": 0xE6, "oe": 0x9C, "th": 0xFE}
"""What one letter stands for in ASCII -> its byte."""
_OTHERS: Final = (0x80, 0x1C)
"""First byte and number of those that all other letters share."""
_STROKES: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)
"""Letters that do not come apart into a letter and a mark."""
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_SIGNS: Final = range(0x20, 0x2C)
"""High bytes of punctuation, arrows and symbols: what looks like a letter among them stands in no name."""
_PLAIN: Final = bytes((0x00, *_SIGNS))
"""High bytes of what is found as if all that Latin-1 does not hold were blanks."""


def listed(words: str) -> frozenset[str]:
    """Return the words of a text folded."""
    return frozenset(map(fold, words.split()))


@lru_cache(maxsize=1 << 14)
def fold(word: str) -> str:
    """Return a word in lower case without accents, with `ss` for `ß` and the like; other scripts stay what they are."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_STROKES))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def transcribed(word: str) -> str:
    """Return a word folded, with two letters for each that has dots, a ring or a stroke: `mueller`."""
    return fold(word.casefold().translate(_UMLAUTS))


class _Narrow(dict[int, str]):
    """Character -> its byte as a character of Latin-1; made when it is first met."""

    def __missing__(self, code: int) -> str:
        made = self[code] = chr(_byte(chr(code)))
        return made


def _byte(letter: str) -> int:
    if unicodedata.combining(letter) and ord(letter) >> 8 not in _SIGNS:
        return MARK
    if not letter.isalnum() or ord(letter) >> 8 in _SIGNS:
        return 0x20
    folded = fold(letter)
    if len(folded) == 1 and folded.isascii():
        return ord(folded)
    first, number = _OTHERS
    return _SPECIAL.get(folded) or first + ord(folded[:1] or letter) % number


_LETTERS: Final = _Narrow()
_LATIN: Final = bytes(_byte(chr(code)) for code in range(256))
"""The same for the characters of Latin-1, for `bytes.translate`."""
_LIGATURE: Final = chr(_SPECIAL["oe"])
"""A control character that is put in the place of the one letter of French that Latin-1 lacks."""
_FRENCH: Final = _LATIN[: ord(_LIGATURE)] + bytes((ord(_LIGATURE),)) + _LATIN[ord(_LIGATURE) + 1 :]
"""`_LATIN` for texts with it."""


@lru_cache(maxsize=2)
def narrow(text: str) -> bytes:
    """Return a text as one byte a character, with a blank before it and one behind it. The last one is kept."""
    try:
        data = text.encode("latin-1").translate(_LATIN)
    except UnicodeEncodeError:
        data = _narrow_beyond_latin(text)
    return b" %b " % data


def _narrow_beyond_latin(text: str) -> bytes:
    """Return the bytes of a text with signs or letters that Latin-1 lacks: signs are blanks, letters take longer."""
    known, table = text.replace("\ufffc", " "), _LATIN
    if "œ" in known or "Œ" in known:
        known, table = known.replace(_LIGATURE, " ").replace("œ", _LIGATURE).replace("Œ", _LIGATURE), _FRENCH
    high = known.encode("utf-16-le", "surrogatepass")[1::2]
    if len(high) != len(known) or high.translate(None, _PLAIN):
        return text.translate(_LETTERS).encode("latin-1")
    return known.encode("latin-1", "replace").translate(table)
