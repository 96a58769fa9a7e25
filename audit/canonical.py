"""A form of a part in which only its meaning is left: what was written is compared with what the site made of it.

Confluence rewrites storage format when it saves: attributes change their order, entities their spelling, empty
elements their form, macros and blocks get ids. None of that is a difference here. A missing element, attribute,
comment anchor or character is one. Access lists are compared as sets of people and groups, stored JSON as its values.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from html.entities import html5
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from audit.members import members
from audit.parts import DOCUMENT, RESTRICTIONS, TITLE, is_grants, is_members, is_property, is_raw
from rules import acl
from rules.permissions import grants
from rules.wellformed import parser

_ASSIGNED: Final = frozenset({"ac:macro-id", "ac:local-id", "local-id"})
"""Attributes whose values the site assigns when it saves."""
_ASSIGNED_TO_NODES: Final = frozenset({"localId"})
"""Attributes of nodes of a document whose values the site assigns."""
_ENTITY: Final = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|&([A-Za-z][A-Za-z0-9]*);", re.DOTALL)
_XML_ENTITIES: Final = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})


def canonical(part: str, data: bytes) -> bytes:
    """Return the canonical form of the part `part`: equal for equal meaning. What cannot be parsed is its own form."""
    if part == RESTRICTIONS:
        return _access(data)
    if is_grants(part):
        return _permissions(data)
    if is_members(part):
        return _members(data)
    if part == TITLE:
        return b" ".join(data.split())
    if part == DOCUMENT:
        return _json(data, _unassigned)
    return _json(data) if is_property(part) or is_raw(part) else _storage(data)


def keyed_hash(key: bytes, data: bytes) -> str:
    """Return 64 hex digits of HMAC-SHA-256: equal content is recognised, and nobody without the key can guess it."""
    return hmac.new(key, b"part\x00" + data, hashlib.sha256).hexdigest()


def canonical_hash(key: bytes, part: str, data: bytes) -> str:
    """Return the keyed hash of the canonical form."""
    return keyed_hash(key, b"canonical\x00" + canonical(part, data))


def _storage(data: bytes) -> bytes:
    """Return storage format with sorted attributes, characters instead of entities, and no ids of the site."""
    out: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        kept = sorted((key, value) for key, value in attributes.items() if key not in _ASSIGNED)
        out.append(f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in kept)}>")

    made = parser()
    made.StartElementHandler = start
    made.EndElementHandler = lambda name: out.append(f"</{name}>")
    made.CharacterDataHandler = lambda text: out.append(escape(text))
    made.CommentHandler = lambda text: out.append(f"<!--{text}-->")
    try:
        made.Parse(b"<part>" + _ENTITY.sub(_character, data) + b"</part>", True)  # noqa: FBT003 - by position only
    except expat.ExpatError:
        return b"unparsed\x00" + data
    return "".join(out).encode("utf-8", "surrogatepass")


def _character(found: re.Match[bytes]) -> bytes:
    """Return the character of a named HTML entity. Expat would drop it silently inside an attribute.

    An entity that HTML does not know stays visible as text: losing one is a difference.
    """
    name = found[1]
    if name is None or name in _XML_ENTITIES:
        return found[0]
    text = html5.get(f"{name.decode()};")
    return b"&amp;" + name + b";" if text is None else text.encode()


def _unassigned(node: dict[str, object]) -> dict[str, object]:
    """Return a node of a document without the id that the site assigns when it saves."""
    attributes = node.get("attrs")
    if not isinstance(attributes, dict):
        return node
    return node | {"attrs": {name: value for name, value in attributes.items() if name not in _ASSIGNED_TO_NODES}}


def _json(data: bytes, of_object: Callable[[dict[str, object]], object] = dict) -> bytes:
    """Return stored JSON with sorted names and without blanks: equal for equal values."""
    try:
        value = json.loads(data, object_hook=of_object)
        return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return b"unparsed\x00" + data


def _members(data: bytes) -> bytes:
    """Return a list of people as a set."""
    try:
        lines = sorted(f"{one.parameter} {one.value}" for one in members(data))
    except ValueError:
        return b"unparsed\x00" + data
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _permissions(data: bytes) -> bytes:
    """Return the permissions of a space as a set of who may do what: their ids are the site's own."""
    try:
        found = grants(acl.decode_permissions(data))
    except ValueError:
        return b"unparsed\x00" + data
    lines = sorted(f"{one.operation} {one.principal_type} {one.principal_id}" for one in found)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _access(data: bytes) -> bytes:
    """Return access lists with people and groups sorted, each named by its strongest identifier only, once."""
    try:
        restrictions = acl.decode(data)
    except ValueError:
        return b"unparsed\x00" + data
    lines: list[str] = []
    for operation, access in (("read", restrictions.read), ("update", restrictions.update)):
        people = {f"{operation} user {_principal(user)}" for user in access.users}
        lines += sorted(people | {f"{operation} group {group.id or group.name}" for group in access.groups})
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _principal(user: acl.Principal) -> str:
    if user.account_id:
        return f"account {user.account_id}"
    return f"legacy {user.user_key or ''} {user.username or ''}"
