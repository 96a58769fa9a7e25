"""What the head of a web page says of people: who wrote it, whom it is about, whom to ask.

Source: HTML Living Standard 4.2.5.1 and the MetaExtensions registry, the Open Graph protocol (article, book, profile),
Dublin Core; office programs write the properties of a document into a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final

Field = tuple[str, str, str]
"""Name, label and value, as `Gathered.metadata` takes them."""
_META: Final = {
    **dict.fromkeys(
        ("author", "web_author", "dc.creator", "dcterms.creator", "article:author", "book:author", "citation_author",
         "parsely-author", "sailthru.author", "twitter:creator"),
        ("author", "Author"),
    ),
    **dict.fromkeys(("dc.contributor", "dcterms.contributor", "designer"), ("author", "Contributor")),
    **dict.fromkeys(("reply-to", "og:email"), ("contact", "E-mail")),
    "profile:username": ("person", "Username"),
    "owner": ("owner", "Owner"),
    "og:phone_number": ("contact", "Phone"),
    "og:street-address": ("contact", "Address"),
    "copyright": ("copyright", "Copyright"),
    "og:title": ("title", "Title"),
    "og:description": ("description", "Description"),
    "description": ("description", "Description"),
    "keywords": ("keywords", "Keywords"),
}  # fmt: skip
_NAMES: Final = ("profile:first_name", "profile:last_name")
_NAMED_BY: Final = ("name", "property", "itemprop", "http-equiv")
_OFFICE: Final = {
    "Author": ("author", "Author"),
    "LastAuthor": ("last-modified-by", "Last modified by"),
    "Company": ("company", "Company"),
    "Manager": ("manager", "Manager"),
}
_PROPERTY: Final = re.compile(r"<o:(?P<name>Author|LastAuthor|Company|Manager)>(?P<value>[^<]{1,400})</o:")
PEOPLE: Final = frozenset({"author", "last-modified-by", "manager", "company", "owner", "person"})
"""Names of fields that say who somebody is; the others are words like those of the page."""


class Head:
    """The fields of one page, as its elements come."""

    def __init__(self) -> None:
        self._fields: list[Field] = []
        self._names: dict[str, str] = {}

    def meta(self, values: Mapping[str, str]) -> None:
        """Meet an element `meta` with these attributes."""
        said = values.get("content", "")
        for key in _NAMED_BY:
            name = values.get(key, "").lower()
            if name in _META and said:
                self._fields.append((*_META[name], said))
            elif name in _NAMES:
                self._names[name] = said

    def comment(self, text: str) -> None:
        """Meet a comment."""
        for found in _PROPERTY.finditer(text):
            self._fields.append((*_OFFICE[found["name"]], unescape(found["value"])))

    def fields(self) -> Iterator[Field]:
        """Yield what was said so far."""
        yield from self._fields
        if whole := " ".join(self._names[name] for name in _NAMES if self._names.get(name)):
            yield "person", "Name", whole
