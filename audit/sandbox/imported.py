"""What a move from a server leaves in lists: watches, relations, roles and permissions under user keys.

Nobody can make such entries through the API of today; they came over with the site. Each list has somebody who got an
account and somebody who never did.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from audit.sandbox.people import LEAVERS, PEOPLE
from audit.sandbox.role_writes import VIEWER, assigned
from audit.sandbox.seed import build
from audit.sandbox.state import Kind, Permission, Relation, State

PAGES: Final = ("Lens design rules", "Review checklist", "Approved suppliers")
REVIEWER: Final = "reviewer"
"""Relation of people to content."""
MENTOR: Final = "mentor"
"""Relation of people to spaces."""


def build_imported(state: State) -> None:
    """Fill an empty state with the company as it came from its server."""
    build(state)
    pages = [page.id for page in state.of_kind(Kind.PAGE) if page.title in PAGES]
    gone = LEAVERS[0]
    for index, page in enumerate(pages):
        state.watches[f"content:{page}", PEOPLE[12 + index].user_key] = None
        state.relations.append(Relation(REVIEWER, "user", PEOPLE[13 + index].user_key, "content", page))
    state.watches[f"content:{pages[0]}", gone.user_key] = None
    state.relations.append(Relation(REVIEWER, "user", gone.user_key, "content", pages[0]))
    for index, key in enumerate(("HR", "ENG")):
        state.watches[f"space:{key}", PEOPLE[14 + index].user_key] = None
        state.relations.append(Relation(MENTOR, "user", PEOPLE[12 + index].user_key, "space", key))
        _give_roles(state, key, PEOPLE[15 + index].user_key, gone.user_key)
        _permit(state, key, PEOPLE[13 + index].user_key, "read/space", "create/page", "export/space")
    # Nobody but the site's own pages grants whiteboards, and nobody but an app its custom content: both people stay.
    _permit(state, "OPS", PEOPLE[12].user_key, "read/space", "create/whiteboard")
    _permit(state, "OPS", PEOPLE[13].user_key, "read/space", "create/custom-content")


def _give_roles(state: State, key: str, *people: str) -> None:
    space = state.space_by_key(key)
    if space is not None:
        assigned(state, space)
        state.roles[space.id] |= {("USER", one): VIEWER for one in people}


def _permit(state: State, key: str, person: str, *operations: str) -> None:
    space = state.space_by_key(key)
    if space is not None:
        made = (Permission(state.new_id(), "user", person, *name.split("/")) for name in operations)
        state.spaces[space.id] = replace(space, permissions=(*space.permissions, *made))
