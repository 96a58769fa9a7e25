"""Reads a rendered page as a browser would, without one: elements, text, headings, attributes."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

APART = {"td", "th", "dt", "dd", "li", "p", "div", "h1", "h2", "h3", "caption", "summary"}
VOID = {"meta", "input", "br", "link", "img", "hr"}


@dataclass
class Page(HTMLParser):
    """Elements with their attributes in document order, and the text outside of script and style."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""
    scripts: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag in APART:
            self.text += " "
        if tag not in VOID and not (self._open[-1:] == ["svg"] and tag == "rect"):
            self._open.append(tag)
        if tag == "script":
            self.scripts.append("")
        if tag == "style":
            self.styles.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1:] == [tag]:
            self._open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["script"]:
            self.scripts[-1] += data
        elif self._open[-1:] == ["style"]:
            self.styles[-1] += data
        else:
            self.text += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def headings(self) -> list[int]:
        """Return the levels of all headings in order."""
        return [int(tag[1]) for tag, _ in self.elements if re.fullmatch("h[1-6]", tag)]

    def attributes(self, name: str) -> list[str]:
        """Return every value of one attribute."""
        return [attributes[name] for _, attributes in self.elements if name in attributes]

    def words(self) -> str:
        """Return the text with single blanks."""
        return " ".join(self.text.split())


def parse(html: bytes | str) -> Page:
    """Return the page."""
    page = Page()
    page.feed(html.decode() if isinstance(html, bytes) else html)
    page.close()
    return page


def unpacked(island: str) -> dict[str, Any]:
    """Return the table of findings that a page carries for its script."""
    found: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(island, validate=True)))
    return found
