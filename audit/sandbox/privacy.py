"""The deprecation period, on demand: answers with retired fields and requests by username, unless `privacyMode=true`.

Without the switch the site is as it is today: privacy-safe, whatever a request asks for.
Source: Atlassian, user privacy API migration guide for Confluence Cloud, user object and testing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from audit.sandbox.call import Call, Reply
from audit.sandbox.people import Person

SWITCH: Final = ("privacyMode", "true")
_USERS: Final = "/wiki/rest/api/user"
_NAMES: Final = frozenset({"username", "key", "userKey"})
_STORED: Final = "value"
_PROPERTY: Final = frozenset({"key", _STORED})
"""Fields of an answer that shows a property: its value is what somebody stored, and no site adds anything to it."""


def accepted(call: Call) -> Call:
    """Return the call as the period before took it: a username or user key stands for the account id."""
    if not _is_old(call) or not call.path.startswith(_USERS) or _watches_so(call):
        return call
    accounts = {name: one.account_id for one in call.state.people.values() for name in (one.username, one.user_key)}
    query = tuple(
        ("accountId", accounts[value]) if name in _NAMES and value in accounts else (name, value)
        for name, value in call.query
    )
    return replace(call, query=query)


def _watches_so(call: Call) -> bool:
    """Return whether a request is about a watch that stands under the very identifier that it names."""
    kind, _, target = call.path.removeprefix(f"{_USERS}/watch/").partition("/")
    return any((f"{kind}:{target}", value) in call.state.watches for name, value in call.query if name in _NAMES)


def shown(call: Call, reply: Reply) -> Reply:
    """Return the answer as the period before gave it: user objects with username, user key and details."""
    return replace(reply, json=_with_names(call, reply.json)) if _is_old(call) else reply


def _is_old(call: Call) -> bool:
    return call.state.legacy_users and SWITCH not in call.query


def _with_names(call: Call, value: object) -> object:
    if isinstance(value, list):
        return [_with_names(call, item) for item in value]
    if not isinstance(value, dict):
        return value
    stored = _STORED if value.keys() >= _PROPERTY else ""
    found: dict[str, object] = {
        name: item if name == stored else _with_names(call, item) for name, item in value.items()
    }
    person = call.state.people.get(str(value.get("accountId", "")))
    if person is not None and value.get("type") == "known":
        found |= {"username": person.username, "userKey": person.user_key}
        if any(name.startswith("details") for name in call.many("expand")):
            found["details"] = _details(person)
    return found


def _details(person: Person) -> dict[str, object]:
    return {
        "personal": {"email": person.email, "im": "", "phone": "+46 8 555 010 17", "website": ""},
        "business": {"position": "Optician", "department": person.groups[0] if person.groups else "", "location": ""},
    }
