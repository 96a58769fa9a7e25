"""The converted text of RTF, taken apart at the signs of `rtfgroups`: each kind of text in a place of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from audit.attachments.changed import Change, Line
from audit.attachments.gathered import Gathered
from audit.attachments.rtfgroups import SIGNS, Sign

_SHOWN: Final = frozenset({Sign.SEEN, Sign.HIDDEN, Sign.DELETED, Sign.INSERTED})
_CHANGES: Final = {Sign.DELETED: Change.DELETED, Sign.INSERTED: Change.INSERTED}
_NUMBERED: Final = {Sign.HEADER: "header", Sign.FOOTER: "footer", Sign.COMMENT: "comments", Sign.BOX: "content/box"}
_JOINED: Final = {Sign.NOTE: "footnotes[1]", Sign.FIELD: "content/fields"}
_ASIDE: Final = frozenset({*_NUMBERED, *_JOINED, Sign.LABEL, Sign.VALUE, Sign.PROPERTY, Sign.SETTING})
_TELLING: Final = frozenset({"wzDescription", "wzName", "wzTooltip", "gtextUNICODE", "pihlShape", "wzScript"})
"""Properties of shapes in which people write."""


class _Part:
    """One text as its pieces come, apart from what is hidden or deleted in it."""

    def __init__(self, sign: Sign | None) -> None:
        self.sign: Final = sign
        self.shown = Sign.SEEN
        self.pieces: list[str] = []
        self.hidden: list[str] = []
        self.deleted: list[str] = []
        self._line = Line()

    def show(self, shown: Sign) -> None:
        """Take what follows for hidden, deleted, inserted or seen."""
        if self.shown is Sign.HIDDEN and shown is not Sign.HIDDEN:
            self.hidden.append("\n")
        self.shown = shown

    def say(self, text: str) -> None:
        """Take a text."""
        if self.shown is Sign.HIDDEN:
            self.hidden.append(text)
            self._line.add(" ", Change.NONE)
            return
        if self.shown is not Sign.DELETED:
            self.pieces.append(text)
        for number, line in enumerate(text.split("\n")):
            if number:
                self.end_line()
            self._line.add(line, _CHANGES.get(self.shown, Change.NONE))

    def end_line(self) -> None:
        """End a paragraph."""
        self.deleted += self._line.deleted()
        self._line = Line()


class Told:
    """What a converted text says, by its places."""

    def __init__(self, text: str) -> None:
        self._main = _Part(None)
        self._aside: list[tuple[Sign, str]] = []
        self._hidden: list[str] = []
        self._deleted: list[str] = []
        self._labels: dict[Sign, str] = {}
        self._custom: list[tuple[str, str]] = []
        open_ = [self._main]
        for piece in SIGNS.split(text):
            sign = Sign(piece) if SIGNS.fullmatch(piece) else None
            if sign is None:
                open_[-1].say(piece)
            elif sign in _SHOWN:
                open_[-1].show(sign)
            elif sign in _ASIDE:
                open_.append(_Part(sign))
            elif len(open_) > 1:
                self._end(open_.pop())
        self._finish(self._main)

    def _finish(self, part: _Part) -> None:
        part.end_line()
        self._hidden.append("".join(part.hidden))
        self._deleted += part.deleted

    def _end(self, part: _Part) -> None:
        self._finish(part)
        text = "".join(part.pieces)
        match part.sign:
            case Sign.LABEL | Sign.PROPERTY:
                self._labels[part.sign] = text.strip()
            case Sign.VALUE:
                self._custom.append((self._labels.get(Sign.LABEL, ""), text))
            case Sign.SETTING if self._labels.get(Sign.PROPERTY) in _TELLING:
                self._aside.append((Sign.BOX, text))
            case Sign() if part.sign in _NUMBERED or part.sign in _JOINED:
                self._aside.append((part.sign, text))

    def add_to(self, out: Gathered) -> None:
        """Take all of it."""
        out.add("content", "".join(self._main.pieces))
        for sign, place in _NUMBERED.items():
            for number, text in enumerate(self._of(sign), 1):
                out.add(f"{place}[{number}]", text)
        for sign, place in _JOINED.items():
            out.add(place, "\n".join(self._of(sign)))
        out.add("content/hidden", "\n".join(_once(self._hidden)))
        out.add("content/deleted", "\n\n".join(self._deleted))
        for number, (label, value) in enumerate(self._custom, 1):
            out.metadata(f"custom[{number}]", label, value)

    def _of(self, wanted: Sign) -> list[str]:
        return _once(text for sign, text in self._aside if sign is wanted)


def _once(texts: Iterable[str]) -> list[str]:
    """Return each text once, without the blanks around it and without those that are nothing else."""
    return [text for text in dict.fromkeys(each.strip() for each in texts) if text]
