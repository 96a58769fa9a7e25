"""Retired identifiers in stored JSON: usernames and user keys in user objects, in fields and lists, and as names.

The shape of a value decides first: an account id is never reported, whatever the field is called. A value with the
build of a user key is one in every field that may hold a person; a word is a username only where the field says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from rules.identifiers import is_surely_user_key, may_be_login
from rules.jsontree import Array, Node, Object, Text, shown
from rules.model import Confidence, Span, SubjectKind
from rules.payload import LEGACY, NAMES, SIGNS, is_jira_user, is_old_user, is_user, says_user
from rules.spots import (
    CAUSES,
    MAKERS,
    OBJECTS,
    PRINCIPAL_IDS,
    Identifier,
    Place,
    Spot,
    is_about_user,
    is_principal,
    retired_in,
    spots,
)
from rules.userfields import (
    folded,
    holds_person,
    holds_username,
    is_ticket_person,
    lists_keys,
    lists_logins,
    says_what_it_holds,
)
from rules.wordlists import known_people, may_be_list

_PEOPLE: Final = frozenset(
    {
        "assignedTo", "authorId", "completedBy", "createdBy", "creatorId", "lastModifiedBy", "lastOwnerId", "ownerId",
    }
)  # fmt: skip
"""Fields of REST answers that hold the id of a person without a user object around it."""
_OWNERS: Final = ("name", "key")
"""Fields of a user object where the names alone say nothing: Jira's, and Confluence's of old."""
_USER_TYPES: Final = frozenset({"known", "user", "unknown"})
_ELSEWHERE: Final = frozenset(
    {"password", "passwd", "secret", "token", "host", "url", "jdbcurl", "scheme", "apiversion"}
)
"""Fields, in lower case, beside which a username is the login of another system."""
_TELLING: Final = frozenset({*LEGACY, *MAKERS, *CAUSES, "displayName"})
"""Fields without any of which no object is a user object of any kind that was ever answered."""

_BARE: Final = (
    "nothing else says that this is a user: it may be a login of anything; if it is one, write the account id by hand"
)
_RENAME: Final = "the field's name says that it holds no account id: rename it together with whatever reads it"
_VALUE: Final = "only its build says that this is a user key: look at what reads the value"
_MET: Final = (
    "only the value, which is the identifier of somebody known, says that it is a person: look at what reads it"
)
_OBJECTS: Final = "a list of users takes objects with an accountId: write them by hand"


_TASKED: Final = frozenset({"assignee", "assignees", "reporter"})
"""Fields above an object, as names are compared, that only a task or an issue has, so that who is in it is a user."""
_OWN_IDS: Final = frozenset({"checksum", "digest", "etag", "hash", "id", "ids", "key", "keys", "md5", "uuid"})
"""Fields that hold the id of anything, or a hash, which may have the build of a user key by chance."""
_ANYTHING: Final = frozenset({Place.STORED, Place.EVENT})
"""Places that say nothing about what an object in them is."""
_CALLED: Final = frozenset({"displayname", "email", "emailaddress", "fullname", "mail", "publicname"})
"""Fields, as names are compared, that say what somebody is called or written to: other rules look at them."""


def identifiers(tree: Node, known: frozenset[str] = frozenset()) -> Iterator[Identifier]:
    """Yield every retired identifier once, object by object. `known` are those that the run has met."""
    for spot in spots(tree):
        seen = set()
        for look in _LOOKS:
            for each in look(spot):
                if each.text.span not in seen:
                    seen.add(each.text.span)
                    yield each
        for each in (*(_of_record(spot, known) if spot.record else ()), *(_of_met(spot, known) if known else ())):
            if each.text.span not in seen:
                seen.add(each.text.span)
                yield each


def _is_word(text: Text) -> bool:
    """Return whether `text` is a user key, or a word that can be a username."""
    subject = retired_in(text)
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
    bare = spot.place in _ANYTHING and _is_bare(node) and spot.name not in _TASKED
    names = () if _is_login(node) else _fields(node)
    if spot.place is Place.EVENT:
        names = (*names, *MAKERS, *(CAUSES if spot.event else ()))
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


def _of_fields(spot: Spot) -> Iterator[Identifier]:
    """Yield the texts that stand in a field for a person."""
    beside = frozenset(folded(name) for name in spot.fields)
    principal = not beside.isdisjoint(PRINCIPAL_IDS) and is_principal(spot.node)
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
        elif holds_username(name) and _is_word(text) and not _is_elsewhere(spot.node):
            yield from spot.found(key, text, path, confidence=Confidence.MEDIUM, fixed=_RENAME)
        elif is_ticket_person(name, beside) and _is_word(text):
            yield from spot.found(key, text, path, confidence=Confidence.LOW, fixed=_BARE)
        elif _is_key(text) and name not in _OWN_IDS:
            confidence = Confidence.MEDIUM if name == "value" else Confidence.LOW
            yield from spot.found(key, text, path, confidence=confidence, fixed=_VALUE)


def _of_record(spot: Spot, known: frozenset[str]) -> Iterator[Identifier]:
    """Yield who a record of an audit log is about, and the values it compares that are somebody the run has met."""
    about = spot.name in OBJECTS and is_about_user(spot.node)
    compared = ("oldValue", "newValue", "from", "to") if spot.name == "changedvalues" else ()
    for name in ("name",) if about else compared:
        for key, text in _texts(spot.node, name):
            if _is_word(text) and (about or text.value.strip().lower() in known):
                yield from spot.found(key, text, spot.below(name), confidence=Confidence.MEDIUM)


def _is_user_key(text: Text) -> bool:
    subject = retired_in(text)
    return subject is not None and subject.kind is SubjectKind.USER_KEY


def _names_principal(spot: Spot, name: str) -> bool:
    """Return whether the field says who the principal is: its own name or that of the object shows it."""
    within = spot.name in {"principal", "subject"} and name in PRINCIPAL_IDS
    return within or name in {"principalid", "subjectid"}


def _of_lists(spot: Spot) -> Iterator[Identifier]:
    """Yield the texts in lists of people."""
    for key, value in spot.node.members:
        if isinstance(value, Array):
            for path, text in _listed(value, spot.below(shown(key.value) if key.value else "")):
                yield from _entry(spot, key, text, path)


def _listed(value: Node, path: str) -> Iterator[tuple[str, Text]]:
    """Yield a text, or the texts of a list and of the lists in it, with their paths."""
    if isinstance(value, Text):
        yield path, value
    for index, each in enumerate(value.items if isinstance(value, Array) else ()):
        yield from _listed(each, f"{path}[{index}]")


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


def _of_met(spot: Spot, known: frozenset[str]) -> Iterator[Identifier]:
    """Yield what says nothing but the identifier of somebody whom the run has met, whatever it stands under."""
    if spot.place not in _ANYTHING or _is_group(spot.node):
        return
    for key, value in spot.node.members:
        if _is_met(key, known):
            yield from spot.found(key, key, f"{spot.below('*')}/key", confidence=Confidence.LOW, fixed=_MET)
        if folded(key.value) not in _CALLED:
            for path, text in _listed(value, spot.below(shown(key.value) if key.value else "")):
                for one in _met_in(text, known):
                    yield from spot.found(key, one, path, confidence=Confidence.LOW, fixed=_MET)


def _met_in(text: Text, known: frozenset[str]) -> Iterator[Text]:
    """Yield a text that is somebody known, or those in it where it is a list of people."""
    if _is_met(text, known):
        yield text
        return
    plain = text.span.end - text.span.start == len(text.value.encode("utf-8", "replace"))  # nothing in it is escaped
    for one in known_people(text.value, known) if may_be_list(text.value) else ():
        start = text.span.start + len(text.value[: one.start].encode("utf-8", "replace"))
        span = Span(start, start + len(one.value.encode("utf-8", "replace"))) if plain else text.span
        found = Text(span, one.value)
        if _is_word(found) and not text.value[: one.start].endswith("~"):  # the key of a personal space
            yield found


def _is_met(text: Text, known: frozenset[str]) -> bool:
    return text.value.strip().lower() in known and _is_word(text)


def _of_names(spot: Spot) -> Iterator[Identifier]:
    """Yield the names of members that are user keys, as where an app keeps something of each person."""
    for key, _ in spot.node.members:
        if _is_key(key):
            yield from spot.found(key, key, f"{spot.below('*')}/key", confidence=Confidence.MEDIUM)


_LOOKS: Final[tuple[Callable[[Spot], Iterator[Identifier]], ...]] = (
    _of_user, _of_words, _of_fields, _of_lists, _of_names,
)  # fmt: skip
