"""RTF: its text, headers, notes, comments, links and text boxes, what is hidden or deleted, and who wrote it.

Source: Microsoft, Rich Text Format 1.9.1.
"""

from __future__ import annotations

import re
from typing import Final

from striprtf.striprtf import rtf_to_text

from audit.attachments.gathered import Gathered
from audit.attachments.rtfgroups import Groups
from audit.attachments.rtftold import Told

_INFO: Final = {
    "author": ("author", "Author"),
    "operator": ("last-modified-by", "Last modified by"),
    "manager": ("manager", "Manager"),
    "company": ("company", "Company"),
    "title": ("title", "Title"),
    "subject": ("subject", "Subject"),
    "keywords": ("keywords", "Keywords"),
    "doccomm": ("description", "Description"),
}
_FIELD: Final = re.compile(
    r"\{(?:\\\*)?\\(?P<name>author|operator|manager|company|title|subject|keywords|doccomm|atnauthor) "
    r"(?P<value>[^{}]{1,2000})\}"
)
_REVISERS: Final = re.compile(r"\{\\\*\\revtbl(?P<names>(?:\s*\{[^{}]{0,500}\}){0,1000})")
_WRAPPED_LINK: Final = re.compile(
    r"\{\\\*\\htmltag\d* ?<a\s[^{}]{0,2000}?href=[\"']?([^\"'\s{}<>]{1,2000})", re.IGNORECASE
)
"""A link of HTML that a mail program wrapped into RTF: what it leads to is not seen."""
_NAME: Final = re.compile(r"\{([^{}]*)\}")


def read(data: bytes, out: Gathered) -> None:
    """Take what an RTF file says."""
    source = data.decode("latin-1")
    for found in _FIELD.finditer(source):
        value = _plain(found["value"])
        if found["name"] == "atnauthor":
            out.author("comments", value)
        else:
            out.metadata(*_INFO[found["name"]], value)
    for table in _REVISERS.finditer(source):
        for name in _NAME.findall(table["names"]):
            out.author("changes", _plain(name).removesuffix(";").replace("Unknown", ""))
    out.add("content/links", "\n".join(dict.fromkeys(_WRAPPED_LINK.findall(source))))
    groups = Groups(source)
    for gap in groups.gaps:
        out.gap(gap, skipped=True)
    Told(_text(groups.told)).add_to(out)


def _plain(value: str) -> str:
    return _text("{\\rtf1\\ansi " + value + "}")


def _text(source: str) -> str:
    text = str(rtf_to_text(source, errors="ignore"))  # type: ignore[no-untyped-call]
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
