"""The parts of the seed that are not pages: custom content, properties, templates, watches, relations."""

from __future__ import annotations

import json
from typing import Final

from audit.sandbox import catalogue
from audit.sandbox.fragments import FRAGMENTS, Cast
from audit.sandbox.people import LEAVERS, PEOPLE, Person
from audit.sandbox.state import Content, Kind, Property, Relation, Revision, State, Template

CARD: Final = "ac:acme-roster:roster-card"
BOARD: Final = "forge:0c1d8a52-7f31-4a0e-9c55-1e2f3a4b5c6d:static:board"
CUSTOM_TYPES: Final = (CARD, BOARD)
"""Types of custom content on the site: a storage-format card and a JSON board."""
MADE: Final = "2025-05-05T09:30:00.000Z"


def stored_user(person: Person, index: int) -> dict[str, object]:
    """Return a user object as apps used to store it, with everything the old API gave them."""
    return {
        "type": "known",
        "username": person.username,
        "userKey": person.user_key,
        "displayName": person.display_name,
        "email": person.email,
        "details": {
            "business": {"position": "Optics technician", "department": "Hall 2", "location": "Musterstadt"},
            "personal": {
                "phone": f"+49 30 5550 {200 + index}",
                "im": f"{person.email.split('@')[0]}@chat.example",
                "website": f"https://{person.email.split('@')[0]}.example/",
            },
        },
    }


def add_extras(state: State, pages: dict[str, Content], keys: dict[str, str]) -> None:
    """Add everything to a site that already has its pages."""
    _custom_content(state, pages)
    _properties(state, pages, keys)
    for number, (name, key, blueprint, names) in enumerate(catalogue.TEMPLATES, start=1):
        body = "".join(FRAGMENTS[fragment](Cast(900 + number)) for fragment in names.split())
        place = '<p><at:declarations><at:string at:name="topic" /></at:declarations><at:var at:name="topic" /></p>'
        template = Template(str(98304 + number), name, f"Template: {name.lower()}", place + body, key, blueprint)
        state.templates[template.id] = template
    for index, page in enumerate(list(pages.values())[:12]):
        state.watches[f"content:{page.id}", PEOPLE[index + 3].account_id] = None
    for index, key in enumerate(("HR", "ENG", "OPS")):
        state.watches[f"space:{key}", PEOPLE[index + 4].account_id] = None
    reviewed = pages["Lens design rules"].id
    state.relations += [
        Relation("reviewer", "user", PEOPLE[4].account_id, "content", reviewed),
        Relation("reviewer", "user", PEOPLE[5].account_id, "content", reviewed),
        Relation("mentor", "user", PEOPLE[9].account_id, "space", "HR"),
    ]


def _custom_content(state: State, pages: dict[str, Content]) -> None:
    for index, title in enumerate(
        ("Buddies 2026", "On call", "Coating line", "Team of metrology", "Contracts under review")
    ):
        page = pages[title]
        cast = Cast(700 + index)
        body = FRAGMENTS["owners"](cast) + FRAGMENTS["profiles"](cast)
        _add_custom(state, page, CARD, f"Roster card {index + 1}", body, index)
        board = {
            "columns": ["todo", "done"],
            "owner": cast.leaver.user_key,
            "assignee": {"username": cast.person(1).username},
        }
        _add_custom(state, page, BOARD, f"Board {index + 1}", json.dumps(board), index)


def _add_custom(state: State, page: Content, type_key: str, title: str, body: str, index: int) -> None:
    author = PEOPLE[index + 4].account_id
    history = (Revision(1, author, MADE, title, body, "made by the app"),)
    state.add(
        Content(
            id=state.new_id(),
            kind=Kind.CUSTOM_CONTENT,
            space=page.space,
            author=author,
            created_at=MADE,
            revisions=history,
            container=page.id,
            type_key=type_key,
        )
    )


def _properties(state: State, pages: dict[str, Content], keys: dict[str, str]) -> None:
    values: list[tuple[str, str, object]] = [
        (f"content:{page.id}", "content-appearance-published", "fixed-width") for page in list(pages.values())[:10]
    ]
    for index, title in enumerate(
        ("Review checklist", "Approved suppliers", "Record of processing", "Focus drive 4.3 is out")
    ):
        person = (*LEAVERS, *PEOPLE)[index * 3]
        owner = f"content:{pages[title].id}"
        values.append((owner, "acme-approval", {"approver": stored_user(person, index), "state": "approved"}))
        values.append((owner, "acme-reviewers", [PEOPLE[index + 2].username, PEOPLE[index + 5].user_key]))
    imported = [*list(state.of_kind(Kind.FOOTER_COMMENT))[:2], *list(state.of_kind(Kind.ATTACHMENT))[:2]]
    values += [(f"content:{content.id}", "acme-origin", {"importedBy": PEOPLE[6].user_key}) for content in imported]
    cards = list(state.of_kind(Kind.CUSTOM_CONTENT))[:2]
    values += [(f"content:{card.id}", "acme-origin", {"createdFor": stored_user(PEOPLE[7], 7)}) for card in cards]
    values.append(
        (f"space:{keys['OPS']}", "acme-duty", {"current": stored_user(PEOPLE[13], 13), "next": PEOPLE[12].username})
    )
    values.append((f"space:{keys['ENG']}", "acme-theme", {"colour": "graphite"}))
    for owner, key, value in values:
        number = state.new_id()
        state.properties[number] = Property(number, owner, key, value, PEOPLE[0].account_id, MADE)
