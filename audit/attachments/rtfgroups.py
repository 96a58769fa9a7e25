"""The groups of RTF by what they hold: text, notes, links, what nobody sees, what is no text at all.

The source is written anew for a converter that knows text only, with signs where one kind of text begins and ends.
Source: Microsoft, Rich Text Format 1.9.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from striprtf.striprtf import destinations


class Sign(Enum):
    """What begins in the converted text: one character each, of those that stand for nothing in Unicode."""

    HEADER = "\ufdd0"
    FOOTER = "\ufdd1"
    NOTE = "\ufdd2"
    COMMENT = "\ufdd3"
    FIELD = "\ufdd4"
    BOX = "\ufdd5"
    LABEL = "\ufdd6"
    VALUE = "\ufdd7"
    PROPERTY = "\ufdd8"
    SETTING = "\ufdd9"
    """A property of a shape and what it is set to."""
    END = "\ufddd"
    SEEN = "\ufdde"
    HIDDEN = "\ufddf"
    DELETED = "\ufde0"
    INSERTED = "\ufde1"


SIGNS: Final = re.compile("([" + "".join(sign.value for sign in Sign) + "])")
_WRITTEN: Final = {sign: f"{{\\uc0\\u{ord(sign.value)} }}" for sign in Sign}
"""The signs as RTF: each in a group, so that no character behind it counts as its older form."""
_TOKEN: Final = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'[0-9A-Fa-f]{2}|\\(?P<sign>[^A-Za-z])|(?P<brace>[{}])"
    r"|(?P<text>[^\\{}]+)|\\",
    re.DOTALL,
)
_ASIDE: Final = {
    **dict.fromkeys(("header", "headerf", "headerl", "headerr"), Sign.HEADER),
    **dict.fromkeys(("footer", "footerf", "footerl", "footerr"), Sign.FOOTER),
    "footnote": Sign.NOTE,
    "annotation": Sign.COMMENT,
    **dict.fromkeys(
        ("fldinst", "fldtitle", "ffname", "ffl", "ffdeftext", "ffhelptext", "ffstattext", "docvar"), Sign.FIELD
    ),
    **dict.fromkeys(("xe", "rxe", "tc", "txe", "hlloc", "hlsrc", "hlfr", "mmconnectstr"), Sign.FIELD),
    **dict.fromkeys(("shptxt", "dptxbxtext"), Sign.BOX),
    "propname": Sign.LABEL,
    "staticval": Sign.VALUE,
    "linkval": Sign.VALUE,
    "sn": Sign.PROPERTY,
    "sv": Sign.SETTING,
}
_TEXT: Final = frozenset({"ud", "result", "fldrslt", "mr"})
"""Text that stands in what is none: the newer form of a text, what an object shows, a formula."""
_NO_TEXT: Final = destinations - _ASIDE.keys() - _TEXT
_ALSO_NO_TEXT: Final = frozenset(
    {
        *(
            "cs",
            "ds",
            "ts",
            "tsrowd",
            "expandedcolortbl",
            "pgdsctbl",
            "flymaincnt",
            "fontinfo",
            "levelmarker",
            "mhtmltag",
        ),
        *("ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "pnaiu", "pnaiud", "pnaiueo", "pnaiueod", "pnganada", "hyphen"),
        *("passwordhash", "nesttableprops", "txfieldtype", "atnicn", "blipuid", "fchars", "lchars", "docpart"),
    }
)
_NO_TEXT_YET: Final = frozenset({"objdata", "objalias"})
_SAYS: Final = re.compile(r"\w{2}")
_LOOKS: Final = frozenset({"v", "deleted", "revised", "plain"})
_CELLS: Final = {"cell": "\\tab ", "nestcell": "\\tab ", "row": "\\line ", "nestrow": "\\line "}
_CHARACTERS: Final = 65_536
_NO_CHARACTER: Final = "\\u65533 "
_SIGNS_FROM, _SIGNS_TO = 0xFDD0, 0xFDEF
OBJECTS: Final = "content: files embedded in the RTF are not read"
UNKNOWN: Final = "content: parts of the RTF of kinds that are not known are not read"


@dataclass(slots=True)
class _Group:
    """Where one stands in the source: what counts until the group ends."""

    dropped: bool = False
    as_is: bool = False
    is_unknown: bool = False
    hidden: bool = False
    deleted: bool = False
    inserted: bool = False
    is_starred: bool = False
    """Whether the next word is a kind of group that older programs are free to leave out."""
    opened: int = 0

    def inner(self) -> _Group:
        """Return a group in this one, of which nothing was met yet."""
        return _Group(self.dropped, self.as_is, self.is_unknown, self.hidden, self.deleted, self.inserted)

    def drop(self, *, is_unknown: bool = False) -> None:
        """Leave out what follows."""
        self.dropped, self.is_unknown = True, is_unknown

    def take(self) -> None:
        """Take what follows, although the group stands in one that is left out."""
        self.dropped = self.is_unknown = False

    def look(self, *, hidden: bool = False, deleted: bool = False, inserted: bool = False) -> None:
        """Take what follows to be seen so."""
        self.hidden, self.deleted, self.inserted = hidden, deleted, inserted

    @property
    def shown(self) -> Sign:
        """Return how the text is seen."""
        if self.deleted:
            return Sign.DELETED
        if self.hidden:
            return Sign.HIDDEN
        return Sign.INSERTED if self.inserted else Sign.SEEN


class Groups:
    """A source written anew: `told`, and what is left out of it: `gaps`."""

    def __init__(self, source: str) -> None:
        self._pieces: list[str] = []
        self._open: list[_Group] = []
        self._now = _Group()
        self.gaps: dict[str, None] = {}
        at = 0
        while found := _TOKEN.match(source, at):
            at = found.end()
            if found["brace"] == "{":
                self._begin()
            elif found["brace"]:
                self._end()
                if not self._open:
                    break
            elif found["word"] == "bin":
                at += max(0, int(found["number"] or 0))
            else:
                self._meet(found)
        while self._open:
            self._end()

    @property
    def told(self) -> str:
        """Return the source written anew."""
        return "".join(self._pieces)

    def _begin(self) -> None:
        self._open.append(self._now)
        self._now = self._now.inner()
        self._pieces.append("{")

    def _end(self) -> None:
        ended = self._now
        self._pieces += [_WRITTEN[Sign.END]] * ended.opened
        self._pieces.append("}")
        self._now = self._open.pop() if self._open else _Group()
        if not ended.opened and self._now.shown is not ended.shown:
            self._pieces.append(_WRITTEN[self._now.shown])

    def _meet(self, found: re.Match[str]) -> None:
        if self._now.as_is:
            self._pieces.append(found[0])
        elif found["word"]:
            self._word(found["word"], found["number"], found[0])
        elif found["sign"] == "*":
            self._now.is_starred = True
        elif not self._now.dropped:
            self._pieces.append(found[0])
        elif self._now.is_unknown and found["text"] and _SAYS.search(found["text"]):
            self.gaps[UNKNOWN] = None

    def _word(self, word: str, number: str | None, written: str) -> None:
        now = self._now
        starred, now.is_starred = now.is_starred, False
        if word == "fonttbl":
            now.as_is = True
            self._pieces.append(written)
        elif word in _ASIDE:
            now.take()
            now.look()
            now.opened += 1
            self._pieces.append(_WRITTEN[_ASIDE[word]])
        elif word in _TEXT:
            now.take()
        elif word in _NO_TEXT_YET:
            self.gaps[OBJECTS] = None
            now.drop()
        elif word in _NO_TEXT or word in _ALSO_NO_TEXT:
            now.drop()
        elif starred:
            now.drop(is_unknown=True)
        elif not now.dropped:
            self._format(word, number, written)

    def _format(self, word: str, number: str | None, written: str) -> None:
        if word in _LOOKS:
            before, on = self._now.shown, number != "0"
            match word:
                case "v":
                    self._now.hidden = on
                case "deleted":
                    self._now.deleted = on
                case "revised":
                    self._now.inserted = on
                case _:
                    self._now.look()
            if self._now.shown is not before:
                self._pieces.append(_WRITTEN[self._now.shown])
        if word == "u" and not _is_character(number):
            written = _NO_CHARACTER
        if word != "uc" or number:
            self._pieces.append(_CELLS.get(word, written))


def _is_character(number: str | None) -> bool:
    """Return whether a number is one of a character, and of none of our signs."""
    return -_CHARACTERS // 2 <= (code := int(number or "-1")) < _CHARACTERS and not (
        _SIGNS_FROM <= code % _CHARACTERS <= _SIGNS_TO
    )
