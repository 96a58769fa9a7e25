"""The parts of the seed that stand beside content: the tree, properties of users, look and feel, the audit log.

Their ids are fixed, so that those of everything else stay what they were; no id that the state gives ends like them.
"""

from __future__ import annotations

from typing import Final

from audit.sandbox.extras import MADE, stored_user
from audit.sandbox.people import DOMAIN, LEAVERS, PEOPLE
from audit.sandbox.state import Content, Json, Kind, Property, Revision, State
from audit.sandbox.v1_site import look

FIRST: Final = 229_377
"""One above a multiple of 32, the step of the state's own ids."""


def add_beside(state: State, pages: dict[str, Content], keys: dict[str, str]) -> None:
    """Add it to a site that has its pages: half of it legacy, half as it is made today."""
    old, new = LEAVERS[0], PEOPLE[4]
    items = (
        (Kind.WHITEBOARD, f"Hall 2 plan (ask {PEOPLE[3].email})", ""),
        (Kind.WHITEBOARD, "Coating ideas", ""),
        (Kind.DATABASE, "Suppliers", ""),
        (Kind.FOLDER, "Measurements 2019", ""),
        (
            Kind.EMBED,
            "Who to ask",
            f"https://wiki.{DOMAIN}/users/viewuserprofile.action?username={PEOPLE[3].username}",
        ),
        (Kind.EMBED, "Lens catalogue", f"https://catalogue.{DOMAIN}/lenses"),
    )
    for index, (kind, title, address) in enumerate(items):
        state.add(
            Content(
                id=str(FIRST + 32 * index),
                kind=kind,
                space=keys["ENG"],
                author=new.account_id,
                owner=new.account_id,
                created_at=MADE,
                revisions=(Revision(1, new.account_id, MADE, title),),
                parent=pages["Lens design rules"].id,
                address=address,
            )
        )
    values: tuple[tuple[str, str, object], ...] = (
        (f"content:{FIRST}", "acme-board", {"drawnBy": stored_user(old, 1)}),
        (f"content:{FIRST + 64}", "acme-columns", {"columns": ["name", "since"]}),
        (f"user:{PEOPLE[2].account_id}", "acme-substitute", {"substitute": stored_user(old, 2)}),
        (f"user:{PEOPLE[2].account_id}", "acme-theme", {"colour": "graphite"}),
        (f"user:{new.account_id}", "acme-substitute", {"substitute": {"accountId": PEOPLE[5].account_id}}),
    )
    for index, (owner, key, value) in enumerate(values, start=len(items)):
        number = str(FIRST + 32 * index)
        state.properties[number] = Property(number, owner, key, value, PEOPLE[0].account_id, MADE)
    picture = f"https://wiki.{DOMAIN}/display/~{PEOPLE[3].username}/banner.png"
    state.looks["ENG"] = look(f"url({picture}) #ffffff")
    state.audit_log = _records()


def _records() -> tuple[Json, ...]:
    old, new = PEOPLE[3], PEOPLE[4]
    today: Json = {"accountId": new.account_id, "accountType": "atlassian", "publicName": new.display_name}
    past: Json = {"username": old.username, "userKey": old.user_key, "publicName": old.display_name}
    return (
        _record(1_746_000_000_000, {**today, "displayName": new.display_name}, "2001:db8::1f", "Space exported"),
        _record(1_745_000_000_000, {**today, "displayName": new.display_name}, "203.0.113.24", "Group changed"),
        _record(1_745_000_000_000, {"displayName": "System"}, "", "App updated"),
        _record(1_520_000_000_000, {**past, "displayName": old.display_name}, "203.0.113.7", "User renamed"),
    )


def _record(made: int, author: Json, address: str, summary: str) -> Json:
    return {
        "author": {"type": "user", **author},
        "remoteAddress": address,
        "creationDate": made,
        "summary": summary,
        "description": "",
        "category": "Users and groups",
        "sysAdmin": False,
        "superAdmin": False,
        "affectedObject": {"name": "acme-staff", "objectType": "Group"},
        "changedValues": [{"name": "Members", "oldValue": "12", "newValue": "13"}],
        "associatedObjects": [],
    }
