"""The one state of a sandbox: people, spaces, content with all versions, restrictions, properties, templates.

Records are frozen; a change replaces the record, so a reader never sees half a write and an earlier state can be
kept by holding on to it (the search index that lags behind is exactly that).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from audit.sandbox.grants import Grants
from audit.sandbox.people import Person
from audit.sandbox.services import Services

Json = dict[str, object]
ADF: Final = "atlas_doc_format"
"""Name of the representation of documents of the newer format."""


class Kind(StrEnum):
    """Classes of content that have an id of their own."""

    PAGE = "page"
    BLOGPOST = "blogpost"
    FOOTER_COMMENT = "footer-comment"
    INLINE_COMMENT = "inline-comment"
    ATTACHMENT = "attachment"
    CUSTOM_CONTENT = "custom-content"
    WHITEBOARD = "whiteboard"
    DATABASE = "database"
    FOLDER = "folder"
    EMBED = "embed"


PAGE_LIKE = frozenset({Kind.PAGE, Kind.BLOGPOST})
COMMENTS = frozenset({Kind.FOOTER_COMMENT, Kind.INLINE_COMMENT})
TREE = frozenset({Kind.WHITEBOARD, Kind.DATABASE, Kind.FOLDER, Kind.EMBED})
"""What stands in the tree of pages beside them; no endpoint lists it."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One saved version of a piece of content."""

    number: int
    author: str
    """Account id."""
    created_at: str
    """ISO 8601, UTC, milliseconds, as the vendor writes it."""
    title: str
    body: str = ""
    message: str = ""
    data: bytes = b""
    """The file, for attachments."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label; `my` labels belong to one person."""

    id: str
    name: str
    prefix: str = "global"


@dataclass(frozen=True, slots=True)
class Inline:
    """What an inline comment is tied to."""

    marker: str
    selection: str
    resolution: str = "open"
    resolver: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A page, blog post, comment, attachment or custom content with its history, oldest version first."""

    id: str
    kind: Kind
    space: str
    """Id of the space."""
    author: str
    created_at: str
    revisions: tuple[Revision, ...]
    status: str = "current"
    parent: str = ""
    """Parent page of a page; parent comment of a reply."""
    container: str = ""
    """The page or blog post that a comment, an attachment or custom content hangs on."""
    owner: str = ""
    type_key: str = ""
    """Type of custom content, for example `ac:acme-roster:card`."""
    media_type: str = ""
    file_id: str = ""
    labels: tuple[Label, ...] = ()
    likes: tuple[str, ...] = ()
    draft: str | None = None
    """Unpublished text that differs from the published one."""
    inline: Inline | None = None
    address: str = ""
    """Where a smart link leads."""
    form: str = ""
    """The representation of the body where it cannot be told from its text: `atlas_doc_format` or `raw`."""

    @property
    def now(self) -> Revision:
        """Return the current version."""
        return self.revisions[-1]

    @property
    def stored(self) -> str:
        """Return the representation of the body: JSON of custom content is raw, all else is storage format."""
        if self.form:
            return self.form
        return "raw" if self.kind is Kind.CUSTOM_CONTENT and self.now.body.startswith("{") else "storage"

    @property
    def title(self) -> str:
        """Return the current title."""
        return self.revisions[-1].title


@dataclass(frozen=True, slots=True)
class RestrictedUser:
    """A user in a restriction. Imported ones may carry a username and user key without an account id."""

    account_id: str = ""
    username: str = ""
    user_key: str = ""


@dataclass(frozen=True, slots=True)
class Restriction:
    """Who may do one thing with one page. Empty on both sides means everyone."""

    users: tuple[RestrictedUser, ...] = ()
    groups: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.users or self.groups)


@dataclass(frozen=True, slots=True)
class Permission:
    """One space permission; the principal of an imported one may be a user key."""

    id: str
    principal_type: str
    principal: str
    operation: str
    target: str


@dataclass(frozen=True, slots=True)
class Space:
    """A space with its permissions."""

    id: str
    key: str
    name: str
    type: str
    author: str
    created_at: str
    homepage: str
    permissions: tuple[Permission, ...] = ()
    status: str = "current"
    labels: tuple[Label, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a piece of content, a space or a user; the value is any JSON."""

    id: str
    owner: str
    """`content:<id>`, `space:<id>` or `user:<account id>`."""
    key: str
    value: object
    author: str
    created_at: str
    number: int = 1
    message: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A page template; blueprint templates name their origin."""

    id: str
    name: str
    description: str
    body: str
    space: str = ""
    blueprint: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A named relation between two things, as custom apps store them."""

    name: str
    source_type: str
    source: str
    target_type: str
    target: str


@dataclass(slots=True)
class State:
    """Everything that the sandbox knows. The dictionaries keep the order in which records were made."""

    clock: Callable[[], datetime]
    people: dict[str, Person] = field(default_factory=dict)
    """By account id; people without an account are only in `everybody`."""
    everybody: tuple[Person, ...] = ()
    spaces: dict[str, Space] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
    restrictions: dict[tuple[str, str], Restriction] = field(default_factory=dict)
    """By content id and operation (`read`, `update`)."""
    properties: dict[str, Property] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    looks: dict[str, Json] = field(default_factory=dict)
    """Look and feel of spaces that have one of their own, by space key."""
    audit_log: tuple[Json, ...] = ()
    """Records as the API shows them, newest first."""
    watches: dict[tuple[str, str], None] = field(default_factory=dict)
    """(`content:<id>` or `space:<key>`, account id)."""
    on: dict[str, list[str]] = field(default_factory=dict)
    """Ids of what hangs on a piece of content, by its id: comments, attachments, custom content."""
    guard_premium: bool = False
    """Whether the site has redaction."""
    renumbers: bool = True
    """Whether deleting a version numbers the later ones anew, as Cloud was seen to do; no document says so."""
    last_id: int = 65536
    searches: dict[tuple[str, ...], list[Content]] = field(default_factory=dict)
    """What queries found, so that each page of a search costs little; forgotten at every change."""
    conversions: dict[str, str] = field(default_factory=dict)
    """Converted bodies by the id of their conversion."""
    looked_at: set[str] = field(default_factory=set)
    """Conversions that somebody asked for: the first look finds them at work."""
    restriction_page: int = 200
    """Entries of a restriction list that the site gives at a time, however many it is asked for."""
    role_mode: str = "ROLES_TRANSITION"
    """How the site gives access to spaces: `PRE_ROLES`, `ROLES_TRANSITION` (both ways) or `ROLES`."""
    roles: dict[str, dict[tuple[str, str], str]] = field(default_factory=dict)
    """Role of each principal (`USER` or `GROUP`, and its id), by space id."""
    services: Services = field(default_factory=Services)
    """What is published to beside pages."""
    one_person: bool = False
    """Whether removing a permission under a user key removes that of the person's account as well."""
    grants: Grants = field(default_factory=Grants)
    """Apps and their tokens."""
    legacy_users: bool = False
    """Answers carry retired fields of users, and usernames are taken, as in the deprecation period."""

    def taken_for(self, principal: str) -> set[str]:
        """Return a principal, and its person's account where the site takes both for one."""
        same = (one.account_id for one in self.everybody if one.user_key == principal and one.account_id)
        return {principal, *(same if self.one_person else ())}

    def new_id(self) -> str:
        """Return the next id; ids grow, as the vendor's do."""
        self.last_id += 32
        return str(self.last_id)

    def stamp(self) -> str:
        """Return the present time as the API writes it."""
        return f"{self.clock():%Y-%m-%dT%H:%M:%S}.000Z"

    def add(self, content: Content) -> Content:
        """Store a new piece of content."""
        self.searches.clear()
        self.contents[content.id] = content
        if content.container:
            self.on.setdefault(content.container, []).append(content.id)
        return content

    def put(self, content: Content) -> Content:
        """Replace a stored piece of content."""
        self.searches.clear()
        self.contents[content.id] = content
        return content

    def drop(self, content_id: str) -> None:
        """Remove a piece of content and everything that hangs on it, for good."""
        self.searches.clear()
        for child in list(self.on.get(content_id, ())):
            self.drop(child)
        gone = self.contents.pop(content_id)
        if gone.container in self.on:
            self.on[gone.container].remove(content_id)
        self.on.pop(content_id, None)

    def revise(
        self, content: Content, author: str, body: str, *, title: str | None = None, message: str = ""
    ) -> Content:
        """Save a new version and return the content with it."""
        revision = Revision(
            number=content.now.number + 1,
            author=author,
            created_at=self.stamp(),
            title=content.title if title is None else title,
            body=body,
            message=message,
            data=content.now.data,
        )
        return self.put(replace(content, revisions=(*content.revisions, revision)))

    def of_kind(self, *kinds: Kind) -> Iterator[Content]:
        """Yield stored content of the kinds, in the order of ids."""
        return (content for content in self.contents.values() if content.kind in kinds)

    def hanging_on(self, content_id: str, *kinds: Kind) -> Iterator[Content]:
        """Yield what hangs on a piece of content, in the order of ids."""
        found = (self.contents[child] for child in self.on.get(content_id, ()))
        return (content for content in found if content.kind in kinds)

    def space_by_key(self, key: str) -> Space | None:
        """Return the space with a key, compared without regard to case as the vendor does."""
        return next((space for space in self.spaces.values() if space.key.casefold() == key.casefold()), None)

    def favoured_by(self, kind: str, target: str) -> tuple[str, ...]:
        """Return the accounts whose favourite something is, as the search compares them: `content` or `space`."""
        named = ("favourite", kind, target)
        return tuple(one.source for one in self.relations if (one.name, one.target_type, one.target) == named)

    def properties_of(self, owner: str) -> Iterator[Property]:
        """Yield the properties of `content:<id>`, `space:<id>` or `user:<account id>`."""
        return (entry for entry in self.properties.values() if entry.owner == owner)

    def restriction(self, content_id: str, operation: str) -> Restriction:
        """Return the direct restriction of a piece of content; an empty one means everyone."""
        return self.restrictions.get((content_id, operation), Restriction())
