"""Grows a site to any size, deterministically: the same number always gives the same bytes."""

from __future__ import annotations

from typing import Final

from audit.sandbox.files import FILES
from audit.sandbox.people import LEAVERS, RESOLVABLE
from audit.sandbox.seed import at, attach, body_of, comment, comment_text, revisions
from audit.sandbox.state import Content, Kind, RestrictedUser, Restriction, State

MIXES: Final = (
    "owners",
    "modern code",
    "tasks status",
    "contacts",
    "layout",
    "queries",
    "panel",
    "odd_mentions",
    "code info",
    "toc status",
    "links modern",
    "personal",
)
"""Fragments of generated pages, in turn."""
SUBJECTS: Final = ("Batch", "Protocol", "Shift report", "Measurement", "Lens drawing", "Order", "Minutes", "Trial")


def grow(state: State, pages: int) -> None:
    """Add pages until there are `pages`: every fourth has comments, 1.5 attachments each, a tenth is restricted."""
    present = sum(1 for _ in state.of_kind(Kind.PAGE))
    homes = [space for space in state.spaces.values() if space.type == "global" and space.status == "current"]
    for index in range(1000, 1000 + max(0, pages - present)):
        space = homes[index % len(homes)]
        title = f"{SUBJECTS[index % len(SUBJECTS)]} {index}"
        author = RESOLVABLE[index % 20].account_id
        page = state.add(
            Content(
                id=state.new_id(),
                kind=Kind.PAGE,
                space=space.id,
                author=author,
                owner=author,
                created_at=at(index),
                parent=space.homepage,
                revisions=revisions(index, title, body_of(index, MIXES[index % len(MIXES)])),
            )
        )
        _decorate(state, page, index)


def _decorate(state: State, page: Content, index: int) -> None:
    if index % 4 == 0:
        for number in range(1 + index % 3):
            comment(state, page, index + number, comment_text(index + number))
    for number in range(1 + index % 2):
        attach(state, page, index, *FILES[(index + number) % len(FILES)](index))
    if index % 10 == 0:
        users: tuple[RestrictedUser, ...] = (
            RestrictedUser(account_id=page.author),
            RestrictedUser(account_id=RESOLVABLE[(index // 10) % 20].account_id),
        )
        if index % 30 == 0:
            leaver = LEAVERS[index % len(LEAVERS)]
            users += (RestrictedUser(username=leaver.username, user_key=leaver.user_key),)
        state.restrictions[page.id, "update" if index % 20 else "read"] = Restriction(users)
