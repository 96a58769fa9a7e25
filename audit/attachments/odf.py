"""OpenDocument files: text, tables, slides, notes, who changed what, and the metadata. Source: OASIS, ODF 1.3."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from audit.attachments.gathered import Broken, Gathered
from audit.attachments.odfchanges import Changes
from audit.attachments.ooxmltext import Attributes, Fields
from audit.attachments.package import ENCRYPTED, Package, tell

_META: Final = {
    "initial-creator": ("author", "Author"),
    "creator": ("last-modified-by", "Last modified by"),
    "printed-by": ("printed-by", "Printed by"),
    "title": ("title", "Title"),
    "subject": ("subject", "Subject"),
    "description": ("description", "Description"),
    "keyword": ("keywords", "Keywords"),
    "user-defined": ("custom", "Value"),
}
_MANIFEST: Final = "META-INF/manifest.xml"
_TEXTS: Final = ("content.xml", "styles.xml")
_INLINE: Final = frozenset({"p", "h", "span", "a", "ruby-base"})
_DIGITS: Final = 9
_BLANKS: Final = 1024
"""Blank cells before one with something in it, at most."""


class _Flow:
    """The text of a document, its comments and who wrote what."""

    def __init__(self) -> None:
        self.main: list[str] = []
        self.descriptions: list[str] = []
        """What is said of pictures and shapes for those who do not see them."""
        self.comments: list[str] = []
        self.comment_authors: list[str] = []
        self.change_authors: list[str] = []
        self._aside: list[list[str]] = []
        """What is open beside the text: a comment, the name of an author, a description."""
        self._within: list[str] = []
        self._cells = 0
        self._in_comment = 0
        self._paragraphs = 0
        self._repeats: list[int] = []
        """How many cells each open one stands for."""
        self._blanks = 0
        """Ends of blank cells that count only if a cell with something in it follows in the row."""
        self._filled = False
        self.changes: Final = Changes()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""
        self.changes.start(name, attributes)
        if name == "creator" or self._describes(name):
            self._aside.append([])
        match name:
            case "p" | "h":
                self._paragraphs += 1
            case "table-cell" | "covered-table-cell":
                self._cells += 1
                self._repeats.append(_count(attributes.get("number-columns-repeated", "1")))
                self._filled = False
            case "table" if not self._cells:
                self._put("\n")
            case "annotation":
                self._in_comment += 1
                self._aside.append([])
            case "tab":
                self._put("\t")
            case "line-break":
                self._put("\n")
            case "s":
                self._put(" ")
            case "a" if attributes.get("href", "").startswith(("mailto:", "tel:")):
                self._put(f"{attributes['href']} ")
        self._within.append(name)

    def end(self, name: str) -> None:
        """Meet the end of an element."""
        self._within.pop()
        match name:
            case "p" | "h":
                self._paragraphs -= 1
                self._put(" " if self._cells else "\n")
            case "table-cell" | "covered-table-cell":
                self._cells -= 1
                self._end_cell(self._repeats.pop() if self._repeats else 1)
            case "table-row":
                self._blanks = 0
                self._put("\n")
            case "table" if not self._cells:
                self._put("\n")
            case "annotation":
                self._in_comment -= 1
                self.comments.append("".join(self._aside.pop()))
            case _ if self._describes(name):
                self.descriptions.append("".join(self._aside.pop()))
            case "creator":
                authors = self.comment_authors if self._in_comment else self.change_authors
                authors.append("".join(self._aside.pop()))
        if not self._in_comment:
            self.changes.end(name)

    def text(self, data: str) -> None:
        """Meet characters."""
        if self._paragraphs or self._aside:
            self._put(data)

    def _describes(self, name: str) -> bool:
        """Return whether an element says what a picture shows; a title in a text is a field of the document's."""
        return name in {"title", "desc"} and not (self._within and self._within[-1] in _INLINE)

    def _end_cell(self, count: int) -> None:
        """End a cell that stands for so many: blank ones keep those behind them under their headings."""
        if not self._filled:
            self._blanks = min(self._blanks + count, _BLANKS)
        else:
            self._put("\t")
            self._blanks = min(count - 1, _BLANKS)
        self._filled = self._cells > 0

    def _put(self, text: str) -> None:
        if not self._aside and self.changes.takes(text):
            return
        if self._cells and not self._aside and not self._filled and text.strip():
            self.main.append("\t" * self._blanks)
            self._blanks, self._filled = 0, True
        (self._aside[-1] if self._aside else self.main).append(text)


def _count(repeated: str) -> int:
    """Return how often a cell is said to stand there, 1 where that is no number."""
    return int(repeated) if repeated.isascii() and repeated.isdecimal() and len(repeated) < _DIGITS else 1


def is_document(package: Package) -> bool:
    """Return whether a ZIP file is an OpenDocument file."""
    return "content.xml" in package and ("mimetype" in package or _MANIFEST in package)


def read(package: Package, _data: bytes, out: Gathered) -> None:
    """Take what an OpenDocument file says."""
    if _MANIFEST in package:
        manifest = Attributes("algorithm", "algorithm-name")
        tell(package, _MANIFEST, manifest, out)
        if manifest.values["algorithm-name"]:
            raise Broken(ENCRYPTED)
    if "meta.xml" in package:
        meta = Fields(_META)
        tell(package, "meta.xml", meta, out)
        for key, value in meta.values:
            out.metadata(*_META[key], value)
    for place, name in zip(("content", "styles"), _TEXTS, strict=True):
        if name in package:
            flow = _Flow()
            tell(package, name, flow, out)
            _take(flow, place, out)
    inside = [name for name in package.names if name.startswith(("Pictures/", "media/"))]
    for number, name in enumerate(inside, 1):
        out.member(number, name, "", partial(package.read, name), decorates=True)


def _take(flow: _Flow, place: str, out: Gathered) -> None:
    out.add(place, _trimmed("".join(flow.main).split("\n")))
    out.add(f"{place}/descriptions", "\n".join(flow.descriptions))
    out.add(f"{place}/deleted", flow.changes.told())
    for number, text in enumerate(flow.comments, 1):
        out.add(f"comments[{number}]", text)
    for author in flow.comment_authors:
        out.author("comments", author)
    for author in flow.change_authors:
        out.author("changes", author)


def _trimmed(lines: Iterable[str]) -> str:
    """Return lines without the blanks and tabs at the end of each and of its cells."""
    return "\n".join("\t".join(cell.rstrip(" ") for cell in line.rstrip().split("\t")) for line in lines)
