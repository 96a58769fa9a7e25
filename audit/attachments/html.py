"""HTML as people read it: its text, the addresses behind its links, and what its head says of its author."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from audit.attachments.gathered import Gathered
from audit.attachments.htmlhead import PEOPLE, Field, Head
from audit.attachments.plain import decoded

_CELLS: Final = frozenset({"td", "th"})
_INLINE: Final = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strike
    strong sub sup time tt u var wbr
    """.split()  # noqa: SIM905 - a table of words reads better than one of quotes
)
_HIDDEN: Final = frozenset({"script", "style"})
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_FIRST: Final = 4096
_HEAD: Final = 1 << 16
"""Bytes in which the head of a page is looked for."""
_SAYS_MORE: Final = re.compile(rb"<meta\s|<o:[A-Z]", re.IGNORECASE)
_EDGE: Final = "\x1e"
"""A line at the edge of a table that becomes a blank one: paragraphs beside the table are none of its rows."""
_SAID: Final = ("alt", "title", "placeholder", "aria-label")


class _Page(HTMLParser):
    """The text of a page: a line a block, a line a row of a table with tabs between its cells."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.links: list[str] = []
        self.head: Final = Head()
        self.titles: list[str] = []
        self.comments: list[str] = []
        self._hidden = 0
        self._cells = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Meet the beginning of an element."""
        values = {name: value or "" for name, value in attrs}
        self._in_title = tag == "title"
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _CELLS:
            self._close_cell()
            self._cells = 1
        elif tag not in _INLINE:
            self._break(edge=tag == "table")
        self.pieces += [f" {values[name]} " for name in _SAID if values.get(name)]
        if values.get("href", "").lower().startswith(("mailto:", "tel:", "sms:", "callto:", "skype:", "geo:", "http")):
            self.links.append(values["href"])
        if tag == "meta":
            self.head.meta(values)

    def handle_endtag(self, tag: str) -> None:
        """Meet the end of an element."""
        self._in_title = False
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _CELLS:
            self._close_cell()
        elif tag == "tr":
            self._close_cell()
            self.pieces.append("\n")
        elif tag not in _INLINE:
            self._break(edge=tag == "table")

    def handle_comment(self, data: str) -> None:
        """Meet a comment, which everybody who has the file can read."""
        self.comments.append(data.strip())
        self.head.comment(data)

    def handle_data(self, data: str) -> None:
        """Meet characters."""
        if self._in_title:
            self.titles.append(data)
        elif not self._hidden:
            self.pieces.append(" ".join(data.split("\n")) if data.strip() else " ")

    def unknown_decl(self, data: str) -> None:
        """Meet a section of XHTML, which is text."""
        self.handle_data(data.removeprefix("CDATA["))

    def _close_cell(self) -> None:
        """End a cell; its end may be left out, and a table in a cell ends it too."""
        if self._cells:
            self._cells = 0
            self.pieces.append("\t")

    def _break(self, *, edge: bool = False) -> None:
        self.pieces.append(" " if self._cells else f"\n{_EDGE}\n" if edge else "\n")


def read(data: bytes, out: Gathered) -> None:
    """Take what a page says."""
    take(_text(data), "content", out)


def take(text: str, place: str, out: Gathered) -> None:
    """Take what a page says, given as text."""
    page = _Page()
    page.feed(text)
    page.close()
    out.metadata("title", "Title", "".join(page.titles))
    for field in page.head.fields():
        out.metadata(*field)
    out.add(place, _tidy("".join(page.pieces)))
    out.add(f"{place}/links", "\n".join(dict.fromkeys(page.links)))
    out.add(f"{place}/comments", "\n".join(page.comments))


def people_of(data: bytes) -> tuple[Field, ...]:
    """Return what the head of a page says of people; what else stands there is text like the rest of it."""
    first = data[:_HEAD]
    if _SAYS_MORE.search(first) is None:
        return ()
    page = _Page()
    page.feed(_text(first))
    return tuple(dict.fromkeys(field for field in page.head.fields() if field[0] in PEOPLE))


def _text(data: bytes) -> str:
    declared = _CHARSET.search(data[:_FIRST])
    return decoded(data, declared[1].decode("ascii", "replace") if declared else "")


def _tidy(text: str) -> str:
    """Return a text without the blanks that only indent it, and with one blank line beside each table."""
    tidy: list[str] = []
    for line in text.split("\n"):
        if line == _EDGE:
            if tidy and tidy[-1]:
                tidy.append("")
        elif words := "\t".join(" ".join(cell.split()) for cell in line.split("\t")).rstrip():
            tidy.append(words)
    return "\n".join(tidy) + "\n"
