"""Builds the sandbox site: the catalogue becomes spaces, pages, comments, attachments, restrictions and the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from audit.sandbox import catalogue
from audit.sandbox.beside import add_beside
from audit.sandbox.extras import BOARD, add_extras
from audit.sandbox.files import FILES
from audit.sandbox.fragments import FRAGMENTS, Cast, by_id, by_key, by_name, link
from audit.sandbox.people import ADMIN, LEAVERS, PEOPLE, RESOLVABLE, STAFF, UNKNOWN_KEYS, group_id
from audit.sandbox.prose import section
from audit.sandbox.state import (
    Content,
    Inline,
    Kind,
    Label,
    Permission,
    RestrictedUser,
    Restriction,
    Revision,
    Space,
    State,
)

EPOCH: Final = datetime(2024, 3, 4, 8, 0, tzinfo=UTC)
"""First minute of the invented history."""


def at(index: int) -> str:
    """Return a moment of the invented history, growing with the index."""
    return f"{EPOCH + timedelta(hours=7 * index):%Y-%m-%dT%H:%M:%S}.000Z"


def body_of(index: int, names: str) -> str:
    """Return a page body of a few kilobytes: prose, then the named fragments, each with its own people."""
    pieces = [section(index)]
    for step, name in enumerate(names.split()):
        pieces += [FRAGMENTS[name](Cast(index * 3 + step)), section(index + step + 1, 1)]
    return "".join(pieces)


def revisions(index: int, title: str, body: str) -> tuple[Revision, ...]:
    """Return one to three versions; older ones say less and were written by others."""
    count = 1 + index % 3
    earlier = [
        Revision(
            n, RESOLVABLE[(index + n) % 20].account_id, at(index + n), title, f"{section(index + n)}{old_mention(n)}"
        )
        for n in range(1, count)
    ]
    message = f"imported, first written by {PEOPLE[index % len(PEOPLE)].username}" if index % 6 == 0 else ""
    last = Revision(count, RESOLVABLE[index % 20].account_id, at(index + count), title, body, message)
    return (*earlier, last)


def old_mention(index: int) -> str:
    """Return a sentence that old versions still hold."""
    return f"<p>First draft by {link(by_name(PEOPLE[index % len(PEOPLE)]))}.</p>"


def permissions(state: State, key: str) -> tuple[Permission, ...]:
    """Return the permissions of a space; those of LEGAL leave the staff out, those of ARCH name user keys."""
    grants: list[tuple[str, str, str, str]] = [("group", group_id("site-admins"), "administer", "space")]
    audience = {"LEGAL": "legal-counsel"}.get(key, STAFF)
    grants += [("group", group_id(audience), "read", "space")]
    if key != "ARCH":
        grants += [
            ("group", group_id(audience), "create", target) for target in ("page", "blogpost", "comment", "attachment")
        ]
    grants += [("user", PEOPLE[3].account_id, "administer", "space"), ("user", PEOPLE[6].account_id, "read", "space")][
        : 1 + (key != "LEGAL")
    ]
    if key in {"ARCH", "OPS"}:
        grants += [("user", LEAVERS[0].user_key, "read", "space"), ("user", UNKNOWN_KEYS[0], "export", "space")]
    return tuple(Permission(state.new_id(), *grant) for grant in grants)


def build_empty(state: State) -> None:
    """Fill an empty state with the people and nothing else."""
    state.everybody = PEOPLE
    state.people = {person.account_id: person for person in RESOLVABLE}


def build(state: State) -> None:
    """Fill an empty state with the whole catalogue."""
    build_empty(state)
    keys: dict[str, str] = {}
    for index, (key, name, kind, status, maker, description) in enumerate(catalogue.SPACES):
        space_id = state.new_id()
        author = PEOPLE[maker].account_id
        labels = (Label(state.new_id(), "team-space", "team"),) if kind == "global" else ()
        state.spaces[space_id] = Space(
            space_id, key, name, kind, author, at(index), "", permissions(state, key), status, labels, description
        )
        keys[key] = space_id
    pages = _add_pages(state, keys)
    for index, (key, title, names) in enumerate(catalogue.BLOGPOSTS):
        post = Content(
            id=state.new_id(),
            kind=Kind.BLOGPOST,
            space=keys[key],
            author=PEOPLE[index + 2].account_id,
            created_at=at(300 + index),
            revisions=revisions(300 + index, title, body_of(300 + index, names)),
            likes=(PEOPLE[index].account_id, PEOPLE[index + 4].account_id),
        )
        pages[title] = state.add(post)
    _restrict(state, pages)
    _comment(state, pages)
    _attach(state, pages)
    add_extras(state, pages, keys)
    board = next(content for content in state.of_kind(Kind.CUSTOM_CONTENT) if content.type_key == BOARD)
    comment(state, board, 120, comment_text(120))
    attach(state, board, 120, *FILES[1](120))
    add_beside(state, pages, keys)


def _add_pages(state: State, keys: dict[str, str]) -> dict[str, Content]:
    pages: dict[str, Content] = {}
    for index, (key, title, parent, names) in enumerate(catalogue.PAGES):
        body = body_of(index, names)
        author = RESOLVABLE[(index * 3) % 20].account_id
        status = "archived" if title in catalogue.ARCHIVED else "trashed" if title in catalogue.TRASHED else "current"
        history = revisions(index, title, body)
        if title in catalogue.DRAFTS:
            status, history, author = "draft", (replace(history[-1], number=1),), ADMIN.account_id
        labels = tuple(
            Label(str(3000 + n), name)
            for n, name in enumerate(("coating", "people", "safety", "plan"))
            if index % (n + 3) == 0
        )
        if title == "Reading list":
            labels += (Label("3100", "to-read", "my"),)
        pages[title] = state.add(
            Content(
                id=state.new_id(),
                kind=Kind.PAGE,
                space=keys[key],
                author=author,
                owner=author,
                created_at=at(index),
                revisions=history,
                status=status,
                parent=pages[parent].id if parent else "",
                labels=labels,
                likes=tuple(PEOPLE[(index + n) % 20].account_id for n in range(index % 4)),
                draft=f"{body}<p>Not yet said in public: ask {link(by_key(LEAVERS[0]))}.</p>"
                if title in catalogue.UNPUBLISHED_CHANGES
                else None,
            )
        )
        if not parent:
            state.spaces[keys[key]] = replace(state.spaces[keys[key]], homepage=pages[title].id)
    return pages


def _restrict(state: State, pages: dict[str, Content]) -> None:
    for operation, rows in (("read", catalogue.READ_RESTRICTED), ("update", catalogue.UPDATE_RESTRICTED)):
        for title, numbers, groups in rows:
            users = tuple(_restricted(number, title in catalogue.BY_USER_KEY) for number in numbers)
            state.restrictions[pages[title].id, operation] = Restriction(users, groups)


def _restricted(number: int, key_only: bool) -> RestrictedUser:  # noqa: FBT001 - one caller, one line
    if number >= 0 and number % 4:
        return RestrictedUser(account_id=PEOPLE[number].account_id)
    person = PEOPLE[number] if number >= 0 else LEAVERS[-number - 1]
    return RestrictedUser(username="" if key_only else person.username, user_key=person.user_key)


def comment(
    state: State, page: Content, index: int, text: str, *, parent: str = "", inline: Inline | None = None
) -> Content:
    """Add a comment or a reply to a page and return it."""
    author = RESOLVABLE[(index * 7) % 20].account_id
    title = f"Re: {page.title}"
    return state.add(
        Content(
            id=state.new_id(),
            kind=Kind.INLINE_COMMENT if inline else Kind.FOOTER_COMMENT,
            space=page.space,
            author=author,
            created_at=at(400 + index),
            revisions=(Revision(1, author, at(400 + index), title, text),),
            parent=parent,
            container=page.id,
            inline=inline,
            likes=(PEOPLE[index % 20].account_id,) if index % 3 == 0 else (),
        )
    )


def comment_text(index: int) -> str:
    """Return the body of a comment with a mention whose form depends on the index."""
    cast = Cast(index)
    who = (by_name(cast.person(1)), by_key(cast.person(2)), by_id(cast.person(3)), by_key(cast.leaver))[index % 4]
    return f"<p>{link(who)} {catalogue.COMMENTS[index % len(catalogue.COMMENTS)]}</p>"


def _comment(state: State, pages: dict[str, Content]) -> None:
    commented: Iterable[Content] = [page for page in pages.values() if page.status == "current"][::2]
    for index, page in enumerate(commented):
        first = comment(state, page, index, comment_text(index))
        if index % 3 == 0:
            comment(state, page, index + 50, comment_text(index + 1), parent=first.id)
    for index, title in enumerate(title for _, title, _, names in catalogue.PAGES if "markers" in names):
        number = next(n for n, row in enumerate(catalogue.PAGES) if row[1] == title)
        step = catalogue.PAGES[number][3].split().index("markers")
        marker = Cast(number * 3 + step).uid(30)
        inline = Inline(
            marker,
            f"@{PEOPLE[3].display_name} says" if index == 1 else "forty microns",
            ("open", "resolved", "dangling")[index % 3],
            PEOPLE[4].account_id if index % 3 == 1 else "",
        )
        first = comment(state, pages[title], index + 80, comment_text(index + 2), inline=inline)
        comment(
            state,
            pages[title],
            index + 90,
            comment_text(index + 3),
            parent=first.id,
            inline=replace(inline, resolution="open", resolver=""),
        )


def _attach(state: State, pages: dict[str, Content]) -> None:
    hosts = [page for page in pages.values() if page.status == "current"]
    for index in range(20):
        name, media_type, data = FILES[index % len(FILES)](index)
        attach(state, hosts[(index * 3) % len(hosts)], index, name, media_type, data)


def attach(state: State, page: Content, index: int, name: str, media_type: str, data: bytes) -> Content:
    """Add an attachment to a page and return it."""
    author = RESOLVABLE[(index * 3) % 20].account_id
    number = int(state.new_id())
    return state.add(
        Content(
            id=f"att{number}",
            kind=Kind.ATTACHMENT,
            space=page.space,
            author=author,
            created_at=at(500 + index),
            container=page.id,
            revisions=(
                Revision(1, author, at(500 + index), name, data=data, message="first upload" if index % 2 else ""),
            ),
            media_type=media_type,
            file_id=f"7f3c9a10-0000-4000-8000-{number:012d}",
        )
    )
