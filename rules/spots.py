"""Objects in stored JSON and of what each is a part: a webhook event, the body of a restriction, an audit record.

A document that is one list or one text counts as a member without a name, so that what stands in it is looked at too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from rules.identifiers import personal
from rules.jsontree import Array, Node, Object, Text, shown
from rules.model import Confidence, Personal, Span, SubjectKind
from rules.userfields import folded

MAKERS: Final = (
    "creatorName", "creatorKey", "lastModifierName", "lastModifierKey", "creatorUserName", "lastModifierUserName",
)  # fmt: skip
"""Fields of the content objects in webhook events."""
CAUSES: Final = ("user", "userName", "username", "userKey")
"""Fields of an event itself: who caused it."""
_ACTORS: Final = ("userKey", "userAccountId", "user")
_SIGNS: Final = frozenset({"timestamp", "webhookEvent", *_ACTORS})
"""Fields without any of which nothing is an event."""
_MADE: Final = (*MAKERS, "creatorAccountId", "lastModifierAccountId")
"""Fields that the content objects of events have and those of REST answers have not."""
_CONTENT: Final = (
    "attachment", "attachments", "blog", "blogpost", "comment", "content", "group", "label", "page", "space",
    "userProfile",
)  # fmt: skip
PRINCIPAL_IDS: Final = frozenset({"id", "identifier", "principalid", "subjectid"})

_SPECIAL: Final = frozenset({"restrictions", "subject", "subjects", "principal"})
"""Fields whose objects belong to the body of a call that says who may do what."""
_EVIDENCE: Final = "a record of the audit log is evidence and stays as it was written"
_RECORD: Final = frozenset({"affectedObject", "affectedObjects", "changedValues", "remoteAddress"})
OBJECTS: Final = frozenset({"affectedobject", "affectedobjects", "associatedobject", "associatedobjects"})
"""Fields of a record, as names are compared, for what something was done to."""
"""Fields of a record of an audit log."""


class Place(Enum):
    """Of what a user object is a part: each is reported by one rule."""

    STORED = auto()
    RESTRICTION = auto()
    """The body of a call that sets restrictions of content, or its answer."""
    SPACE = auto()
    """The permissions in the body of a call about a space."""
    EVENT = auto()
    """A webhook event."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """One text in stored JSON that names a person by something other than an account id."""

    key: Text = field(repr=False)
    text: Text = field(repr=False)
    subject: Personal
    path: str
    place: Place
    owner: Object = field(repr=False)
    """The object that the field belongs to."""
    alone: bool = True
    """The text itself is the id of a person, rather than one of several of a user object."""
    confidence: Confidence = Confidence.HIGH
    fixed: str = ""
    """Why it stays in a file too and what to do; empty where an account id may take its place."""

    @property
    def is_name(self) -> bool:
        """Return whether it is the name of a member, rather than a value."""
        return self.key is self.text


@dataclass(frozen=True, slots=True)
class Spot:
    """One object in its surroundings."""

    path: str
    node: Object = field(repr=False)
    place: Place
    name: str = field(repr=False)
    """The name under which it stands, itself or in a list, as names are compared."""
    event: bool
    """It is a webhook event, rather than a part of one."""
    fields: frozenset[str] = field(repr=False)
    """The names of its members."""
    record: bool = False
    """It is a record of an audit log, or a part of one."""

    def below(self, name: str) -> str:
        """Return the path of a member."""
        return f"{self.path}.{name}" if self.path and name else self.path or name

    def found(
        self,
        key: Text,
        text: Text,
        path: str,
        *,
        alone: bool = True,
        confidence: Confidence = Confidence.HIGH,
        fixed: str = "",
    ) -> Iterator[Identifier]:
        """Yield `text` as an identifier of this object unless it is an account id or names nobody."""
        subject = retired_in(text)
        if subject is not None:
            fixed = fixed or (_EVIDENCE if self.record else "")
            yield Identifier(key, text, subject, path, self.place, self.node, alone, confidence, fixed)


def spots(tree: Node) -> Iterator[Spot]:
    """Yield every object of `tree` with its path and of what it is a part."""
    if not isinstance(tree, Object):
        start = Span(tree.span.start, tree.span.start)
        yield Spot("", Object(tree.span, ((Text(start, ""), tree),)), Place.STORED, "", event=False, fields=frozenset())
    yield from _spots(tree, "", Place.STORED, "")


def _spots(node: Node, path: str, place: Place, name: str, *, record: bool = False) -> Iterator[Spot]:
    if isinstance(node, Array):
        for index, item in enumerate(node.items):
            yield from _spots(item, f"{path}[{index}]", place, name, record=record)
    elif isinstance(node, Object):
        fields = frozenset(key.value for key, _ in node.members)
        event = place is Place.STORED and not fields.isdisjoint(_SIGNS) and _is_event(node)
        place = Place.EVENT if event else place
        record = record or not fields.isdisjoint(_RECORD)
        yield Spot(path, node, place, name, event, fields, record)
        for key, value in node.members:
            below = f"{path}.{shown(key.value)}" if path else shown(key.value)
            yield from _spots(value, below, _place(key.value, value, place), folded(key.value), record=record)


def _place(name: str, value: Node, place: Place) -> Place:
    if name not in _SPECIAL or not isinstance(value, Object):
        return place
    holds_users = value.get("user") is not None
    if name == "restrictions" and holds_users:
        return Place.RESTRICTION
    grants = name in {"subject", "principal"} and is_principal(value)
    return Place.SPACE if grants or (name == "subjects" and holds_users) else place


def _is_event(node: Object) -> bool:
    """Return whether `node` is a webhook event: it has a name, or a time and somebody who caused it.

    Without a name or a time, an event is known by content of which it says who made it as only events do.
    """
    if node.text("webhookEvent") is not None:
        return True
    timed = node.get("timestamp") is not None
    caused = [name for name in _ACTORS if node.text(name) is not None]
    held = [each for name in _CONTENT if isinstance(each := node.get(name), Object)]
    if (caused or timed) and any(each.text(name) is not None for each in held for name in _MADE):
        return True
    named = node.text("event") is not None and (caused or isinstance(node.get("user"), Object))
    return timed and bool(named or (caused and held) or len(caused) > 1)


def retired_in(text: Text) -> Personal | None:
    """Return what `text` says as a username or a user key, None for an account id and for nobody."""
    subject = personal(text.value)
    return None if subject is None or subject.kind is SubjectKind.ACCOUNT_ID else subject


def is_principal(node: Object) -> bool:
    """Return whether `node` says of somebody that it is a user and who."""
    kinds = [node.text(name) for name in ("type", "principalType", "subjectType")]
    user = any(kind is not None and kind.value.casefold() == "user" for kind in kinds)
    return user and any(folded(key.value) in PRINCIPAL_IDS for key, _ in node.members)


def is_about_user(node: Object) -> bool:
    """Return whether an object of a record says of itself that it is a user."""
    kinds = [node.text(name) for name in ("objectType", "type")]
    return any(kind is not None and kind.value.casefold() == "user" for kind in kinds)
