"""Tracked changes of OpenDocument texts: what was deleted stands before the text, with marks where it was.

Source: OASIS, ODF 1.3 part 3, 5.5 (change tracking).
"""

from __future__ import annotations

from audit.attachments.changed import Change, Line


class Changes:
    """The changes of one document, as its elements come."""

    def __init__(self) -> None:
        self._region = ""
        self._inserted: set[str] = set()
        self._open: set[str] = set()
        self._deleted: dict[str, str] = {}
        self._gone: list[str] | None = None
        """The deletion that is open."""
        self._line = Line()
        self._told: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""
        mark = attributes.get("change-id", "")
        match name:
            case "changed-region":
                self._region = attributes.get("id", "")
            case "insertion":
                self._inserted.add(self._region)
            case "deletion":
                self._gone = []
            case "change":
                self._line.add(self._deleted.pop(mark, ""), Change.DELETED)
            case "change-start" if mark in self._inserted:
                self._open.add(mark)
            case "change-end":
                self._open.discard(mark)

    def end(self, name: str) -> None:
        """Meet the end of an element."""
        if name == "deletion" and self._gone is not None:
            self._deleted[self._region] = "".join(self._gone).strip("\n")
            self._gone = None
        elif name in {"p", "h"} and self._gone is None:
            self._told += self._line.deleted()
            self._line = Line()

    def takes(self, text: str) -> bool:
        """Take a text; return whether it is one that was deleted, and no more in the document."""
        if self._gone is not None:
            self._gone.append(text)
            return True
        self._line.add(text, Change.INSERTED if self._open else Change.NONE)
        return False

    def told(self) -> str:
        """Return what was deleted, each with the rest of its word or number, and what has no place in the text."""
        return "\n\n".join([*self._told, *filter(str.strip, self._deleted.values())])
