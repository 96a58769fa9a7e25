"""Search by name: people who may be meant. It proposes them to a human and resolves nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from audit.http import Api
from audit.identity.route import Identifier
from audit.identity.usersearch import PATH, Found
from rules.model import SubjectKind

LIMIT: Final = 5
"""Candidates that are shown for one identifier."""
LEAST: Final = 3
"""Letters that a name must have to be searched for."""


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """Somebody whose name is like an identifier."""

    account_id: str
    name: str


def likely_name(asked: Identifier, name: str = "") -> str:
    """Return what to search for: the name that goes with an identifier, else the words in it; empty where it has none.

    A user key has no words.
    """
    if not name and asked.kind in {SubjectKind.USERNAME, SubjectKind.EMAIL}:
        name = asked.value.partition("@")[0]
    elif not name:
        return ""
    words = [word for word in re.split(r"[^\w]+|_|\d+", name) if word]
    return " ".join(words) if sum(map(len, words)) >= LEAST else ""


async def candidates(api: Api, name: str) -> tuple[Candidate, ...]:
    """Return people whose name is like `name`. Raises `SiteError`."""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    found = (await api.get(PATH, {"cql": f'user.fullname ~ "{quoted}"', "limit": str(LIMIT)})).to(Found)
    return tuple(
        Candidate(person.account_id or "", person.display_name or person.public_name) for person in found.people[:LIMIT]
    )
