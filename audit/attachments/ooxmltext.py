"""What the parts of Office files say, event by event. Source: ECMA-376, Office Open XML."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from audit.attachments.changed import Change, Line

_ENDS: Final = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
_DELETED: Final = frozenset({"del", "moveFrom"})
_INSERTED: Final = frozenset({"ins", "moveTo"})


class Flow:
    """Text in paragraphs and tables: a line a paragraph, a line a row with tabs between its cells.

    A blank line stands before and behind a table: paragraphs beside it are none of its rows.
    """

    described = "docPr"
    """The element that says what a picture or shape shows."""

    def __init__(self, takes: Container[str]) -> None:
        self._takes: Final = takes
        self._pieces: list[str] = []
        self._cells = 0
        self._taking = False
        self._doubled = 0
        """Depth in what only older programs show, which says the same again."""

    @property
    def flow(self) -> str:
        """Return what was gathered so far."""
        return "".join(self._pieces)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""
        if name == "Fallback":
            self._doubled += 1
        elif name == "tc":
            self._cells += 1
        elif name == "tbl":
            self._part()
        elif name in _ENDS and "pos" not in attributes and "val" not in attributes:  # those would be tab stops
            self._break(_ENDS[name])
        else:
            self._taking = name in self._takes
            if name == self.described:
                self._pieces += [f"{attributes[key]}\n" for key in ("title", "descr") if attributes.get(key)]

    def end(self, name: str) -> None:
        """Meet the end of an element."""
        if name == "Fallback":
            self._doubled -= 1
        elif name == "tc":
            self._cells -= 1
            self._drop(" ")
            self._break("\t")
        elif name == "tr":
            self._drop("\t")
            self._break("\n")
        elif name == "tbl":
            self._part()
        elif name in {"p", "v", "text"} and (name == "p" or name in self._takes):
            self._break("\n")
        self._taking = False

    def text(self, data: str) -> None:
        """Meet characters."""
        if self._is_taken:
            self._pieces.append(data)

    @property
    def _is_taken(self) -> bool:
        return self._taking and not self._doubled

    def taken(self) -> str:
        """Return what was gathered, and begin anew."""
        text, self._pieces = self.flow, []
        return text

    def _break(self, sign: str) -> None:
        """End a paragraph, a cell or a row; a cell is one line whatever is in it."""
        if not self._doubled:
            self._pieces.append(" " if self._cells and sign != "\t" else sign)

    def _part(self) -> None:
        """Keep a table from what stands beside it; one in a cell belongs to the cell."""
        if not self._cells:
            self._break("\n")

    def _drop(self, sign: str) -> None:
        if self._pieces and self._pieces[-1] == sign:
            self._pieces.pop()


class Drawn(Flow):
    """The text of slides, drawings, diagrams and charts."""

    described = "cNvPr"

    def __init__(self) -> None:
        super().__init__(frozenset({"t", "v", "text"}))


class Written(Flow):
    """A part of a Word document. `what` is None where the part is none that holds text."""

    def __init__(self, roots: Mapping[str, str]) -> None:
        super().__init__(frozenset({"t", "delText"}))
        self._roots: Final = roots
        self._begun = False
        self._in_field = False
        self.what: str | None = None
        self.fields: list[str] = []
        """Instructions of fields, such as the target of a link."""
        self.comments: list[str] = []
        self.comment_authors: list[str] = []
        self.change_authors: list[str] = []
        self.deleted: list[str] = []
        """What tracked changes took away, each with the rest of its word or number, behind its label."""
        self._line = Line()
        self._gone = self._added = 0
        """Depth in what was deleted, and in what was inserted."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""
        if not self._begun:
            self._begun, self.what = True, self._roots.get(name)
        if "author" in attributes:
            (self.comment_authors if name == "comment" else self.change_authors).append(attributes["author"])
        self._in_field = name == "instrText"
        self._gone += name in _DELETED
        self._added += name in _INSERTED
        if name == "p":
            self._end_line()
        super().start(name, attributes)

    def end(self, name: str) -> None:
        """Meet the end of an element."""
        super().end(name)
        self._in_field = False
        self._gone -= name in _DELETED
        self._added -= name in _INSERTED
        if name == "p":
            self._end_line()
        elif name == "comment":
            self.comments.append(self.taken())

    def text(self, data: str) -> None:
        """Meet characters."""
        if self._in_field:
            self.fields.append(data)
        elif self._is_taken:
            self._say(data)

    def _break(self, sign: str) -> None:
        if self._gone:
            self._say(sign)
        else:
            super()._break(sign)
            self._line.add(sign, Change.NONE)

    def _end_line(self) -> None:
        self.deleted += self._line.deleted()
        self._line = Line()

    def _say(self, text: str) -> None:
        """Take a text for what is said now, for what was said before, or for both."""
        if self._gone:
            self._line.add(text, Change.DELETED)
        else:
            self._line.add(text, Change.INSERTED if self._added else Change.NONE)
            self._pieces.append(text)


class SheetComments(Flow):
    """The comments of a sheet, of the older and the newer kind."""

    def __init__(self) -> None:
        super().__init__(frozenset({"t", "text", "author"}))
        self.authors: list[str] = []
        self.comments: list[str] = []

    def end(self, name: str) -> None:
        """Meet the end of an element."""
        super().end(name)
        if name == "author":
            self.authors.append(self.taken())
        elif name in {"comment", "threadedComment"}:
            self.comments.append(self.taken())


class Fields:
    """The texts of elements by their names."""

    def __init__(self, names: Container[str]) -> None:
        self._names: Final = names
        self._open: list[str] | None = None
        self.values: list[tuple[str, str]] = []

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""
        if name in self._names:
            self._open = []

    def end(self, name: str) -> None:
        """Meet the end of an element."""
        if name in self._names and self._open is not None:
            self.values.append((name, "".join(self._open)))
            self._open = None

    def text(self, data: str) -> None:
        """Meet characters."""
        if self._open is not None:
            self._open.append(data)


class Custom:
    """Properties that people or programs added: their names and values."""

    def __init__(self) -> None:
        self._label = ""
        self._open: list[str] = []
        self.values: list[tuple[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""
        if name == "property":
            self._label, self._open = attributes.get("name", ""), []

    def end(self, name: str) -> None:
        """Meet the end of an element."""
        if name == "property":
            self.values.append((self._label, "".join(self._open)))

    def text(self, data: str) -> None:
        """Meet characters."""
        self._open.append(data)


class Attributes:
    """Attributes of one element, each in a list of its own."""

    def __init__(self, element: str, *names: str, only: tuple[str, str] | None = None) -> None:
        self._element: Final = element
        self._only: Final = only
        self.values: Final[dict[str, list[str]]] = {name: [] for name in names}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""
        if name == self._element and (self._only is None or attributes.get(self._only[0]) == self._only[1]):
            for key, found in self.values.items():
                if attributes.get(key):
                    found.append(attributes[key])

    def end(self, name: str) -> None:
        """Meet the end of an element."""

    def text(self, data: str) -> None:
        """Meet characters."""
