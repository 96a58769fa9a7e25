"""Contacts (vCard) and calendars (iCalendar): a line a value, behind a label that says what it is.

Source: RFC 6350 (vCard), RFC 5545 (iCalendar).
"""

from __future__ import annotations

import re
from typing import Final

from audit.attachments.gathered import Gathered
from audit.attachments.plain import decoded

_LABELS: Final = {
    "EMAIL": "E-mail",
    "TEL": "Phone",
    "BDAY": "Date of birth",
    "ADR": "Address",
    "LABEL": "Address",
    "ORG": "Company",
    "TITLE": "Position",
    "ROLE": "Position",
    "NICKNAME": "Nickname",
    "IMPP": "IM",
    "URL": "Website",
    "GEO": "GPS",
    "NOTE": "Note",
    "SUMMARY": "Summary",
    "DESCRIPTION": "Description",
    "LOCATION": "Location",
    "ATTENDEE": "E-mail",
    "ORGANIZER": "E-mail",
}
_PEOPLE: Final = frozenset({"ATTENDEE", "ORGANIZER"})
_FOLDED: Final = re.compile(r"\r?\n[ \t]")
_LINE: Final = re.compile(
    r"(?:[\w-]+\.)?(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<more>(?:;[\w-]+=(?:\"[^\"\n]*\"|[^\";:\n])*|;[\w-]+)*):(?P<value>[^\n]*)"
)
"""A group, a name, parameters, a value."""
_CALLED: Final = re.compile(r";CN=(?:\"(?P<quoted>[^\"\n]*)\"|(?P<plain>[^\";:\n]*))", re.IGNORECASE)
_SCHEME: Final = re.compile(r"\A(?:mailto|tel|geo):", re.IGNORECASE)
_ESCAPED: Final = re.compile(r"\\(.)")
_DAY: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T.*)?\Z")
_NO_TEXT: Final = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "ATTACH", "BEGIN", "END", "VERSION", "PRODID", "N"})
"""Pictures, keys and frames; `N` says again in pieces what `FN` says."""


def read(data: bytes, out: Gathered) -> None:
    """Take what contacts or a calendar say; lines that are none of theirs stay as they are."""
    lines: list[str] = []
    for line in _FOLDED.sub("", decoded(data)).splitlines():
        found = _LINE.match(line)
        if found is None:
            lines.append(line)
            continue
        name = found["name"].upper()
        if name == "FN":
            out.metadata("person", "Name", _plain(found["value"]))
        elif name in _PEOPLE and (called := _CALLED.search(found["more"])):
            out.metadata("person", "Name", _plain(called["quoted"] or called["plain"] or ""))
        if name not in _NO_TEXT and name != "FN":
            lines.append(f"{_LABELS.get(name, found['name'])}: {_value(name, found['value'])}")
        elif name == "END":
            lines.append("")
    out.add("content", "\n".join(lines))


def _value(name: str, value: str) -> str:
    """Return a value without what only programs need."""
    if name == "BDAY":
        return _DAY.sub(r"\1-\2-\3", value)
    return _plain(_SCHEME.sub("", value))


def _plain(value: str) -> str:
    return " ".join(_ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value).split())
