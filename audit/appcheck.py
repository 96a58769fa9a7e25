"""One look at an app: its descriptor, its programs, samples of what it receives and keeps, and what follows Connect.

The rules are those of a scan; here their findings are sorted by what a vendor has to do about them. A chapter for
which nothing was handed over says so: that is no pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from audit.errors import UsageError
from audit.looking import Sight, Unseen, look_at
from audit.sites.files import Piece, Refused, Wanted, read
from rules.appfacts import AppFacts, app_facts
from rules.context import NOTHING_KNOWN, Context
from rules.descriptor import is_descriptor, without_comments
from rules.forge import END_OF_SUPPORT, Ask, asked
from rules.jsontree import Object, parse
from rules.model import Confidence, Kind, Unreadable
from rules.rule import Rule


class Topic(StrEnum):
    """What the findings are sorted by."""

    DESCRIPTOR = "descriptor"
    CODE = "code"
    SAMPLES = "samples"
    STORAGE = "storage"
    UPLOADS = "uploads"


_STORED: Final = frozenset({"code-profile-store", "stored-profile-field"})
_DETOURS: Final = frozenset({"code-upload-detour"})
_PROGRAMS: Final = frozenset({Kind.CODE, Kind.TEXT})
_MATERIAL: Final = {
    Topic.DESCRIPTOR: frozenset({Kind.DESCRIPTOR}),
    Topic.CODE: _PROGRAMS,
    Topic.SAMPLES: frozenset(Kind) - _PROGRAMS - {Kind.DESCRIPTOR},
    Topic.STORAGE: frozenset(Kind) - {Kind.DESCRIPTOR, Kind.TEXT},
    Topic.UPLOADS: frozenset({Kind.CODE}),
}
"""Kinds of files that a chapter can be judged by."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """The findings about one topic."""

    topic: Topic
    files: int
    """Files that it was judged by; none: it was not looked at."""
    sights: tuple[Sight, ...]


@dataclass(frozen=True, slots=True)
class AppCheck:
    """What was seen of one app."""

    file: str
    app: AppFacts
    chapters: tuple[Chapter, ...]
    unseen: tuple[Unseen, ...]
    """What could not be judged, and what was passed over."""
    asks: tuple[Ask, ...]
    days_left: int
    """Days from the day of the check to the last day of Connect; negative after it."""

    @property
    def sights(self) -> tuple[Sight, ...]:
        """Return all findings, chapter by chapter."""
        return tuple(sight for chapter in self.chapters for sight in chapter.sights)

    @property
    def complete(self) -> bool:
        """Return whether everything that was handed over could be judged."""
        return not any(each.gap for each in self.unseen)


@dataclass(frozen=True, slots=True)
class Material:
    """What is handed over beside the descriptor, and what is asked of it."""

    paths: tuple[Path, ...] = ()
    """Programs, recorded answers and webhook events, dumps of the store; folders are walked."""
    exclude: tuple[str, ...] = ()
    least: Confidence = Confidence.LOW
    context: Context = NOTHING_KNOWN


def check(descriptor: Path, material: Material, rules: Sequence[Rule], today: date) -> AppCheck:
    """Return what the rules see in an app. Its stores and uploads count whether or not a file names these products.

    Raises `UsageError` where `descriptor` cannot be read, is no JSON, or describes no Connect app.
    """
    app = _declared(descriptor)
    kinds: dict[str, Kind] = {}
    sights: list[Sight] = []
    unseen: list[Unseen] = []
    context = replace(material.context, of_app=True)
    for each in look_at(_noted(_pieces(descriptor, material), kinds), rules, context):
        if not isinstance(each, Sight):
            unseen.append(each)
        elif each.confidence >= material.least:
            sights.append(each)
    chapters = (
        Chapter(
            topic,
            sum(kind in _MATERIAL[topic] for kind in kinds.values()),
            tuple(sight for sight in sights if _topic(sight, kinds[sight.file]) is topic),
        )
        for topic in Topic
    )
    days_left = (END_OF_SUPPORT - today).days
    return AppCheck(str(descriptor), app, tuple(chapters), tuple(unseen), asked(app), days_left)


def _declared(descriptor: Path) -> AppFacts:
    try:
        data = without_comments(descriptor.read_bytes())
    except OSError as error:
        raise _unusable(descriptor, f"the system said: {error.strerror}", "Name a file that can be read.") from error
    tree = parse(data)
    if isinstance(tree, Unreadable):
        raise _unusable(descriptor, f"{tree.reason}, at byte {tree.offset}", "Mend its syntax.")
    if not isinstance(tree, Object) or not is_descriptor(tree):
        raise _unusable(
            descriptor,
            "it has no key, or less than two of modules, baseUrl, authentication, lifecycle and apiMigrations",
            "Name the atlassian-connect.json of the app; `scan` looks into any other file.",
        )
    return app_facts(tree, data)


def _pieces(descriptor: Path, material: Material) -> Iterator[Piece | Refused]:
    """Yield the descriptor, and everything else once: it may lie in a folder that is walked."""
    yield from read((descriptor,), Wanted(Kind.DESCRIPTOR))
    own = descriptor.resolve()
    for each in read(material.paths, Wanted(exclude=material.exclude)):
        if Path(each.file).resolve() != own:
            yield each


def _noted(pieces: Iterable[Piece | Refused], kinds: dict[str, Kind]) -> Iterator[Piece | Refused]:
    """Yield the pieces, and note of each file what it is written in."""
    for each in pieces:
        if isinstance(each, Piece):
            kinds.setdefault(each.file, each.part.kind)
        yield each


def _topic(sight: Sight, kind: Kind) -> Topic:
    if sight.rule in _STORED:
        return Topic.STORAGE
    if sight.rule in _DETOURS:
        return Topic.UPLOADS
    return next(topic for topic in (Topic.DESCRIPTOR, Topic.CODE, Topic.SAMPLES) if kind in _MATERIAL[topic])


def _unusable(descriptor: Path, why: str, fix: str) -> UsageError:
    return UsageError(what="The descriptor of the app cannot be used", where=str(descriptor), why=why, fix=fix)
