"""Retired identifiers in stored JSON: usernames and user keys in user objects, in fields and lists, and as names.

The shape of a value decides first: an account id is never reported, whatever the field is called. A value with the
build of a user key is one in every field that may hold a person; a word is a username only where the field says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from rules.identifiers import is_surely_user_key, may_be_login, personal
from rules.jsontree import Array, Node, Object, Text, shown
from rules.model import Confidence, Personal, SubjectKind
from rules.payload import LEGACY, NAMES, SIGNS, is_jira_user, is_old_user, is_user, says_user
from rules.userfields import (
    folded,
    holds_person,
    is_ticket_person,
    lists_keys,
    lists_logins,
    says_what_it_holds,
)

_PEOPLE: Final = frozenset(
    {
        "assignedTo", "authorId", "completedBy", "createdBy", "creatorId", "lastModifiedBy", "lastOwnerId", "ownerId",
    }
)  # fmt: skip
"""Fields of REST answers that hold the id of a person without a user object around it."""
_EVENT: Final = (
    "creatorName", "creatorKey", "lastModifierName", "lastModifierKey", "creatorUserName", "lastModifierUserName",
)  # fmt: skip
"""Fields of the content objects in webhook events."""
_EVENT_USER: Final = ("user", "userName", "username", "userKey")
"""Fields of an event itself: who caused it."""
_EVENT_SIGNS: Final = frozenset({"timestamp", "webhookEvent"})
_CONTENT: Final = (
    "attachment", "attachments", "blog", "blogpost", "comment", "content", "group", "label", "page", "space",
    "userProfile",
)  # fmt: skip
_OWNERS: Final = ("name", "key")
"""Fields of a user object where the names alone say nothing: Jira's, and Confluence's of old."""
_USER_TYPES: Final = frozenset({"known", "user", "unknown"})
_ELSEWHERE: Final = frozenset(
    {"password", "passwd", "secret", "token", "host", "url", "jdbcurl", "scheme", "apiversion"}
)
"""Fields, in lower case, beside which a username is the login of another system."""
_PRINCIPAL_IDS: Final = frozenset({"id", "identifier", "principalid", "subjectid"})

_SPECIAL: Final = frozenset({"restrictions", "subject", "subjects", "principal"})
"""Fields whose objects belong to the body of a call that says who may do what."""
_TELLING: Final = frozenset({*LEGACY, *_EVENT, *_EVENT_USER, "displayName"})
"""Fields without any of which no object is a user object of any kind that was ever answered."""

_BARE: Final = (
    "nothing else says that this is a user: it may be a login of anything; if it is one, write the account id by hand"
)
_RENAME: Final = "the field's name says that it holds no account id: rename it together with whatever reads it"
_VALUE: Final = "only its build says that this is a user key: look at what reads the value"
_EVIDENCE: Final = "a record of the audit log is evidence and stays as it was written"
_OBJECTS: Final = "a list of users takes objects with an accountId: write them by hand"


_OWN_IDS: Final = frozenset({"checksum", "digest", "etag", "hash", "id", "ids", "key", "keys", "md5", "uuid"})
"""Fields that hold the id of anything, or a hash, which may have the build of a user key by chance."""
_RECORD: Final = frozenset({"affectedObject", "affectedObjects", "changedValues", "remoteAddress"})
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


_ANYTHING: Final = frozenset({Place.STORED, Place.EVENT})
"""Places that say nothing about what an object in them is."""


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
        return f"{self.path}.{name}" if self.path else name

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
        subject = _retired(text)
        if subject is not None:
            fixed = fixed or (_EVIDENCE if self.record else "")
            yield Identifier(key, text, subject, path, self.place, self.node, alone, confidence, fixed)


def identifiers(tree: Node, known: frozenset[str] = frozenset()) -> Iterator[Identifier]:
    """Yield every retired identifier once, object by object. `known` are those that the run has met."""
    for spot in spots(tree):
        seen = set()
        for look in _LOOKS:
            for each in look(spot):
                if each.text.span not in seen:
                    seen.add(each.text.span)
                    yield each
        if spot.record:
            yield from (each for each in _of_record(spot, known) if each.text.span not in seen)


def spots(tree: Node) -> Iterator[Spot]:
    """Yield every object of `tree` with its path and of what it is a part."""
    return _spots(tree, "", Place.STORED, "")


def _spots(node: Node, path: str, place: Place, name: str, *, record: bool = False) -> Iterator[Spot]:
    if isinstance(node, Array):
        for index, item in enumerate(node.items):
            yield from _spots(item, f"{path}[{index}]", place, name, record=record)
    elif isinstance(node, Object):
        fields = frozenset(key.value for key, _ in node.members)
        event = place is Place.STORED and not fields.isdisjoint(_EVENT_SIGNS) and _is_event(node)
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
    grants = name in {"subject", "principal"} and _is_principal(value)
    return Place.SPACE if grants or (name == "subjects" and holds_users) else place


def _is_event(node: Object) -> bool:
    """Return whether `node` is a webhook event: it has a name, or a time and somebody who caused it."""
    if node.text("webhookEvent") is not None:
        return True
    caused = [name for name in ("userKey", "userAccountId", "user") if node.text(name) is not None]
    named = node.text("event") is not None and (caused or isinstance(node.get("user"), Object))
    content = any(isinstance(node.get(name), Object) for name in _CONTENT)
    return node.get("timestamp") is not None and bool(named or (caused and content) or len(caused) > 1)


def _retired(text: Text) -> Personal | None:
    """Return what `text` says as a username or a user key, None for an account id and for nobody."""
    subject = personal(text.value)
    return None if subject is None or subject.kind is SubjectKind.ACCOUNT_ID else subject


def _is_word(text: Text) -> bool:
    """Return whether `text` is a user key, or a word that can be a username."""
    subject = _retired(text)
    return subject is not None and (subject.kind is SubjectKind.USER_KEY or may_be_login(text.value.strip()))


def _is_key(text: Text) -> bool:
    return is_surely_user_key(text.value.strip())


def _texts(node: Object, name: str) -> Iterator[tuple[Text, Text]]:
    """Yield the strings under `name` with their keys: a name may stand twice, and readers differ on which counts."""
    for key, value in node.members:
        if key.value == name and isinstance(value, Text):
            yield key, value


def _of_user(spot: Spot) -> Iterator[Identifier]:
    """Yield the retired fields of a user object or an event: a username may be anything there."""
    node = spot.node
    if spot.fields.isdisjoint(_TELLING):
        return
    bare = spot.place in _ANYTHING and _is_bare(node)
    names = () if _is_login(node) else _fields(node)
    if spot.place is Place.EVENT:
        names = (*names, *_EVENT, *(_EVENT_USER if spot.event else ()))
    for name in dict.fromkeys(names):
        doubt = bare and name in NAMES and not spot.event
        confidence, fixed = (Confidence.LOW, _BARE) if doubt else (Confidence.HIGH, "")
        for key, text in _texts(node, name):
            yield from spot.found(key, text, spot.below(name), alone=False, confidence=confidence, fixed=fixed)


def _fields(node: Object) -> tuple[str, ...]:
    """Return the names of fields that hold retired identifiers in `node`, none when it is no user object."""
    return (*(LEGACY if is_user(node) is not None else ()), *(_OWNERS if is_jira_user(node) else ()))


def _of_words(spot: Spot) -> Iterator[Identifier]:
    """Yield what only the shape of the value or the field above shows to be an identifier of a user object."""
    node = spot.node
    for name in _OWNERS if not spot.fields.isdisjoint(_OWNERS) and is_old_user(node, spot.name) else ():
        for key, text in _texts(node, name):
            if _is_word(text):
                yield from spot.found(key, text, spot.below(name), alone=False)
    for key, text in _texts(node, "accountId") if "accountId" in spot.fields else ():
        sure = _is_key(text)
        if sure or ("accountType" not in spot.fields and _is_word(text) and says_user(node)):
            confidence = Confidence.HIGH if sure else Confidence.MEDIUM
            yield from spot.found(key, text, spot.below("accountId"), alone=False, confidence=confidence)


def _is_bare(node: Object) -> bool:
    """Return whether nothing but a username says that `node` is a user."""
    kind = node.text("type")
    known = kind is not None and kind.value in _USER_TYPES
    return not known and all(node.get(name) is None for name in SIGNS)


def _is_login(node: Object) -> bool:
    """Return whether the username of `node` is a login of something else, or its owner is a group."""
    return _is_bare(node) and (_is_group(node) or _is_elsewhere(node))


def _is_group(node: Object) -> bool:
    kind = node.text("type")
    return kind is not None and kind.value == "group"


def _is_elsewhere(node: Object) -> bool:
    return any(key.value.casefold() in _ELSEWHERE for key, _ in node.members)


def _is_personal_label(node: Object) -> bool:
    prefix = node.text("prefix")
    return prefix is not None and prefix.value == "my"


def _is_principal(node: Object) -> bool:
    """Return whether `node` says of somebody that it is a user and who."""
    kinds = [node.text(name) for name in ("type", "principalType", "subjectType")]
    user = any(kind is not None and kind.value.casefold() == "user" for kind in kinds)
    return user and any(folded(key.value) in _PRINCIPAL_IDS for key, _ in node.members)


def _of_fields(spot: Spot) -> Iterator[Identifier]:
    """Yield the texts that stand in a field for a person."""
    beside = frozenset(folded(name) for name in spot.fields)
    principal = not beside.isdisjoint(_PRINCIPAL_IDS) and _is_principal(spot.node)
    for key, text in spot.node.members:
        if not isinstance(text, Text):
            continue
        name, path = folded(key.value), spot.below(shown(key.value))
        if _is_key(text) and (
            holds_person(name) or (name == "id" and (principal or holds_person(spot.name, listed=True)))
        ):
            yield from spot.found(key, text, path, fixed=_RENAME if says_what_it_holds(name) else "")
        elif key.value in _PEOPLE and _is_user_key(text):
            yield from spot.found(key, text, path)
        elif _is_word(text) and (
            (principal and _names_principal(spot, name))
            or (spot.name == "cards" and name == "user")
            or (name == "owner" and _is_personal_label(spot.node))
        ):
            yield from spot.found(key, text, path, confidence=Confidence.MEDIUM)
        elif is_ticket_person(name, beside) and _is_word(text):
            yield from spot.found(key, text, path, confidence=Confidence.LOW, fixed=_BARE)
        elif _is_key(text) and name not in _OWN_IDS:
            confidence = Confidence.MEDIUM if name == "value" else Confidence.LOW
            yield from spot.found(key, text, path, confidence=confidence, fixed=_VALUE)


def _of_record(spot: Spot, known: frozenset[str]) -> Iterator[Identifier]:
    """Yield who a record of an audit log is about, and the values it compares that are somebody the run has met."""
    kind = spot.node.text("objectType")
    about = spot.name in {"affectedobject", "affectedobjects"} and kind is not None and kind.value.casefold() == "user"
    compared = ("oldValue", "newValue") if spot.name == "changedvalues" else ()
    for name in ("name",) if about else compared:
        for key, text in _texts(spot.node, name):
            if _is_word(text) and (about or text.value.strip().lower() in known):
                yield from spot.found(key, text, spot.below(name), confidence=Confidence.MEDIUM)


def _is_user_key(text: Text) -> bool:
    subject = _retired(text)
    return subject is not None and subject.kind is SubjectKind.USER_KEY


def _names_principal(spot: Spot, name: str) -> bool:
    """Return whether the field says who the principal is: its own name or that of the object shows it."""
    within = spot.name in {"principal", "subject"} and name in _PRINCIPAL_IDS
    return within or name in {"principalid", "subjectid"}


def _of_lists(spot: Spot) -> Iterator[Identifier]:
    """Yield the texts in lists of people."""
    for key, value in spot.node.members:
        if isinstance(value, Array):
            path = spot.below(shown(key.value))
            for index, text in enumerate(value.items):
                if isinstance(text, Text):
                    yield from _entry(spot, key, text, f"{path}[{index}]")


def _entry(spot: Spot, key: Text, text: Text, path: str) -> Iterator[Identifier]:
    name = folded(key.value)
    users = name in {"user", "users"} or (name == "results" and spot.name == "user")
    if spot.place not in _ANYTHING and users and _is_word(text):
        yield from spot.found(key, text, path, fixed=_OBJECTS)
    elif (_is_key(text) and holds_person(name, listed=True)) or (_is_user_key(text) and lists_keys(name)):
        named = says_what_it_holds(name, listed=True)
        yield from spot.found(key, text, path, fixed=_RENAME if named else "")
    elif lists_logins(name) and may_be_login(text.value.strip()) and not _is_elsewhere(spot.node):
        yield from spot.found(key, text, path, confidence=Confidence.LOW, fixed=_BARE)
    elif _is_key(text) and name not in _OWN_IDS:
        yield from spot.found(key, text, path, confidence=Confidence.LOW, fixed=_VALUE)


def _of_names(spot: Spot) -> Iterator[Identifier]:
    """Yield the names of members that are user keys, as where an app keeps something of each person."""
    for key, _ in spot.node.members:
        if _is_key(key):
            yield from spot.found(key, key, f"{spot.below('*')}/key", confidence=Confidence.MEDIUM)


_LOOKS: Final[tuple[Callable[[Spot], Iterator[Identifier]], ...]] = (
    _of_user, _of_words, _of_fields, _of_lists, _of_names,
)  # fmt: skip
