"""The metadata of an attached file names people: who wrote it, changed it, commented on it, and for whom they work.

Why it matters: programs fill in these fields by themselves and few people know of them; everybody who may download the
file may read them. GDPR Art. 5(1)(c), 25.
Source: ECMA-376 part 2 (core properties), OASIS ODF 1.3 (metadata), ISO 32000 (document information), Exif.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from rules.authorship import is_firm, is_somebody, is_written_out, logins
from rules.masking import excerpt
from rules.model import Confidence, Kind, Match, ObjectType, Personal, Severity, Span, SubjectKind
from rules.rule import Category, Clean, Flag, Rule
from rules.view import View

_PLACE: Final = re.compile(
    r"(?:member\[\d+\]/)*(?:metadata/(?P<field>[a-z-]+)(?:\[\d+\])?|(?:comments|changes|people)\[\d+\]/(?P<author>author)"
    r"|people/(?P<accounts>accounts))"
)
"""Paths of the texts of a file, see `audit.attachments`."""
_PEOPLE: Final = frozenset({"author", "last-modified-by", "printed-by", "manager", "owner", "person"})
_LINE: Final = re.compile(r"(?P<label>[^:\n]*): (?P<value>[^\n]+)")
_NAME: Final = re.compile(r"\s*([^;\n]+)")
_ACCOUNT: Final = re.compile(r"\S+::\S+|S-1-5-21-[\d-]+|[\w.-]+\\[\w.-]+")
_SAID: Final = "the metadata of the file says so"
_WORKED: Final = "the file names who commented on it or changed it"
_ONE_WORD: Final = "in one word or without capitals: it may be a login or a nickname"
_FOLDER: Final = "the path of somebody's own folder names their login"
_FIRM: Final = "where the author may work: alone it names nobody"


def detect(view: View) -> Iterator[Match]:
    """Yield the people, logins, positions and companies that the metadata of a file names."""
    place = _PLACE.fullmatch(view.part.path)
    if place is None:
        return
    for line in _LINE.finditer(view.data.decode("utf-8", "replace")):
        start, value = line.start("value"), line["value"]
        if place["accounts"]:
            for found in _ACCOUNT.finditer(value):
                yield _match(view, start + found.start(), SubjectKind.DIRECTORY_ID, found[0], Confidence.HIGH, _WORKED)
        elif place["author"] or place["field"] in _PEOPLE:
            yield from _people(view, start, value, _WORKED if place["author"] else _SAID)
        elif place["field"] == "position":
            yield _match(view, start, SubjectKind.POSITION, value, Confidence.MEDIUM, _SAID)
        elif place["field"] == "company" and is_firm(value):
            yield _match(view, start, SubjectKind.DEPARTMENT, value, Confidence.LOW, _FIRM)
        for at, login in logins(value):
            yield _match(view, start + at, SubjectKind.USERNAME, login, Confidence.MEDIUM, _FOLDER)


def _people(view: View, start: int, value: str, reason: str) -> Iterator[Match]:
    for found in _NAME.finditer(value):
        name = found[1].rstrip()
        if is_somebody(name) and not logins(name):
            sure = is_written_out(name)
            kind = SubjectKind.DISPLAY_NAME if sure else SubjectKind.USERNAME
            confidence = Confidence.HIGH if sure else Confidence.MEDIUM
            yield _match(view, start + found.start(1), kind, name, confidence, reason if sure else _ONE_WORD)


def _match(view: View, at: int, kind: SubjectKind, value: str, confidence: Confidence, reason: str) -> Match:
    """Return the match of a value at a character of the part."""
    begin = len(view.data.decode("utf-8", "replace")[:at].encode())
    span = Span(begin, begin + len(value.encode()))
    subject = Personal(kind, value)
    return RULE.match(
        span,
        subject,
        where="",
        excerpt=partial(excerpt, view.data, span.start, span.end, subject.mask),
        confidence=confidence,
        reason=reason,
    )


def _flag(text: str, path: str, why: str, *finds: str) -> Flag:
    return Flag(text.encode(), Kind.TEXT, why, finds, path=path)


def _clean(text: str, path: str, why: str) -> Clean:
    return Clean(text.encode(), Kind.TEXT, why, path=path)


RULE: Final = Rule(
    id="document-metadata",
    title="Person in the metadata of a file",
    category=Category.PERSONAL,
    severity=Severity.LOW,
    why="Programs write into files who made, changed and commented on them, with their firm and login; everybody who"
    " may download the file may read it, and few who share a file know of it.",
    remedy="Have the metadata removed before files are shared (in Office: Inspect Document; in Acrobat: Sanitize) and"
    " upload the file anew; older versions of the attachment keep it until they are deleted.",
    articles=("5(1)(c)", "25"),
    source="https://eur-lex.europa.eu/eli/reg/2016/679/oj",
    dpv="https://w3id.org/dpv/pd#Name",
    kinds=(Kind.TEXT,),
    gate=(b": ",),
    detect=detect,
    rewrite=None,
    examples=(
        _flag("Author: Tilda Bergmann", "metadata/author", "the author of a document", "Tilda Bergmann"),
        _flag("Last modified by: Bergmann, Tilda", "metadata/last-modified-by", "turned round", "Bergmann, Tilda"),
        _flag("Manager: Ola Lindqvist", "metadata/manager", "whom the author works for", "Ola Lindqvist"),
        _flag("Author: Tilda Bergmann; Jörg Müller", "metadata/author", "two of them", "Tilda Bergmann", "Jörg Müller"),
        _flag("Author: tbergmann", "member[2]/metadata/author", "a login, in a file in a file", "tbergmann"),
        _flag("Author: Kito Mbeki", "comments[4]/author", "who commented", "Kito Mbeki"),
        _flag("Author: 山田 太郎", "changes[1]/author", "who changed it, in a script without capitals", "山田 太郎"),
        _flag("Artist: J. Vega", "metadata/author", "who took a picture", "J. Vega"),
        _flag("Camera owner: Marta Rossi-Neri", "metadata/owner", "whose camera it was", "Marta Rossi-Neri"),
        _flag("Position: Head of Optics", "metadata/position", "what the author is", "Head of Optics"),
        _flag("Company: ACME Optics AB", "metadata/company", "where the author works", "ACME Optics AB"),
        _flag(
            "Template: C:\\Users\\tbergmann\\Templates\\Letter.dotx",
            "metadata/template",
            "a path with a login",
            "tbergmann",
        ),
        _flag(
            "Account: S::tilda@acme-optics.se::1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed\nAccount: Tilda Bergmann",
            "people/accounts",
            "how another directory knows who commented",
            "S::tilda@acme-optics.se::1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
        ),
        _clean("Author: Microsoft Office User", "metadata/author", "nobody told the program a name"),
        _clean("Author: python-docx", "metadata/author", "a program"),
        _clean("Author: Administrator", "metadata/last-modified-by", "an account of everybody's"),
        _clean("Author: PScript5.dll Version 5.2.2", "metadata/author", "a driver of printers"),
        _clean("Author: user", "comments[1]/author", "a name for anybody"),
        _clean("Author: ACME Optics GmbH", "metadata/author", "a firm as the author"),
        _clean("Author: IT Support Team", "metadata/author", "an office"),
        _clean("Author: tilda@acme-optics.se", "metadata/author", "an address, which email-address reports"),
        _clean("Author: 4711", "metadata/author", "a number"),
        _clean("Company: Microsoft", "metadata/company", "what an installation is shipped with"),
        _clean("Title: Tilda Bergmann", "metadata/title", "a title is a text like any other"),
        _clean("Template: Normal.dotm", "metadata/template", "a template without a path"),
        _clean("Template: C:\\Users\\Public\\Letter.dotx", "metadata/template", "a folder of everybody's"),
        _clean("Author: Tilda Bergmann", "body", "the same words in a page"),
        _clean("Author: Tilda Bergmann", "properties/metadata/author", "and in a property"),
        _clean("Author: " + "Annual report of the bench " * 5, "metadata/author", "a sentence in the wrong field"),
    ),
    classes=(ObjectType.ATTACHMENT, ObjectType.FILE),
)
