"""What Confluence Cloud's answers look like, as far as this tool reads them.

`audit.answers.converted` turns one item of an answer into one of these types or says which field is wrong: nothing
defaults to empty because a field had another shape. Sources: the OpenAPI documents of the Confluence Cloud REST API
v1 and v2.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Status = Literal["current", "archived", "trashed", "deleted", "draft", "historical"]
"""States of content (`ContentStatus` of the OpenAPI document of v2). An object in any other one counts as failed:
what a state means decides which parts of it are read."""


class Wire(msgspec.Struct, frozen=True, rename="camel"):
    """Base of all wire types: frozen, camelCase outside, unknown fields ignored."""


class Version(Wire, frozen=True):
    number: int
    message: str | None = None
    author_id: str | None = None
    created_at: str = ""


class Text(Wire, frozen=True):
    value: str = ""
    representation: str = ""


class Body(Wire, frozen=True):
    storage: Text | None = None
    raw: Text | None = None
    atlas_doc_format: Text | None = msgspec.field(name="atlas_doc_format", default=None)


class Space(Wire, frozen=True):
    id: str
    key: str
    name: str
    type: str
    status: str
    author_id: str | None = None
    homepage_id: str | None = None
    description: SpaceDescription | None = None


class SpaceDescription(Wire, frozen=True):
    plain: Text | None = None


class Content(Wire, frozen=True):
    """A page or blog post of a v2 listing."""

    id: str
    status: Status
    title: str
    space_id: str
    version: Version
    body: Body | None = None
    parent_id: str | None = None
    parent_type: str | None = None
    author_id: str | None = None
    owner_id: str | None = None
    last_owner_id: str | None = None


class Editable(Wire, frozen=True):
    """One object of v2 read by its id: page, blog post, comment or custom content."""

    id: str
    status: str
    version: Version
    title: str | None = None
    type: str | None = None
    body: Body | None = None


class InSpace(Wire, frozen=True):
    """An object of v2 of which only its id and space count."""

    id: str
    space_id: str


class Namesakes(Wire, frozen=True):
    """The objects that have one title."""

    results: list[InSpace]


class InlineProperties(Wire, frozen=True):
    inline_original_selection: str | None = None


class Comment(Wire, frozen=True):
    id: str
    status: Status
    version: Version
    body: Body | None = None
    page_id: str | None = None
    blog_post_id: str | None = None
    attachment_id: str | None = None
    custom_content_id: str | None = None
    parent_comment_id: str | None = None
    resolution_last_modifier_id: str | None = None
    properties: InlineProperties | None = None


class Attachment(Wire, frozen=True):
    id: str
    status: Status
    title: str
    version: Version
    comment: str | None = None
    media_type: str | None = None
    file_size: int | None = None
    page_id: str | None = None
    blog_post_id: str | None = None
    custom_content_id: str | None = None


class CustomContent(Wire, frozen=True):
    id: str
    type: str
    status: Status
    title: str
    version: Version
    space_id: str | None = None
    body: Body | None = None
    page_id: str | None = None
    author_id: str | None = None


class Label(Wire, frozen=True):
    id: str
    name: str
    prefix: str


class Task(Wire, frozen=True):
    id: str
    status: str
    space_id: str | None = None
    page_id: str | None = None
    blog_post_id: str | None = None
    created_by: str | None = None
    assigned_to: str | None = None
    completed_by: str | None = None


class Property(Wire, frozen=True):
    key: str
    id: str | None = None
    value: object = None
    version: Version | None = None


class Principal(Wire, frozen=True):
    type: str
    id: str


class Operation(Wire, frozen=True):
    key: str
    target_type: str


class OldContent(Wire, frozen=True):
    body: Body | None = None
    title: str | None = None


class TitledVersion(Version, frozen=True):
    page: OldContent | None = None
    blogpost: OldContent | None = None

    @property
    def title(self) -> str | None:
        """What the object was called then, where the site says it."""
        named = self.page or self.blogpost
        return named.title if named else None


class VersionWithBody(Wire, frozen=True):
    number: int
    message: str | None = None
    author_id: str | None = None
    page: OldContent | None = None
    blogpost: OldContent | None = None


class Permission(Wire, frozen=True):
    id: str
    principal: Principal
    operation: Operation


class RolePrincipal(Wire, frozen=True):
    principal_type: str
    principal_id: str


class RoleAssignment(Wire, frozen=True):
    principal: RolePrincipal
    role_id: str


class Like(Wire, frozen=True):
    account_id: str


class User(Wire, frozen=True):
    """A v1 user object; Atlassian retired username and userKey, yet imported principals may still carry them."""

    type: str
    account_id: str | None = None
    username: str | None = None
    user_key: str | None = None
    display_name: str | None = None


class UserList(Wire, frozen=True):
    results: list[User]
    size: int | None = None
    limit: int | None = None


class Group(Wire, frozen=True):
    name: str | None = None
    id: str | None = None


class GroupList(Wire, frozen=True):
    results: list[Group]
    size: int | None = None
    limit: int | None = None


class Lists(Wire, frozen=True):
    user: UserList
    group: GroupList


class Restriction(Wire, frozen=True):
    operation: str
    restrictions: Lists


class RestrictionArray(Wire, frozen=True):
    results: list[Restriction]


class BothRestrictions(Wire, frozen=True):
    read: Restriction
    update: Restriction


class SearchSpace(Wire, frozen=True):
    key: str
    id: int | str | None = None


class Found(Wire, frozen=True):
    """An item of v1 `content/search`."""

    id: str
    type: str
    status: Status
    title: str = ""
    space: SearchSpace | None = None
    version: Version | None = None
    body: Body | None = None
    restrictions: BothRestrictions | None = None


class FoundList(Wire, frozen=True):
    results: list[Found]


class RoleMode(Wire, frozen=True):
    mode: str


class SearchTotal(Wire, frozen=True):
    total_size: int | None = None


class TypesOfIds(Wire, frozen=True):
    results: dict[str, str | None]


class Template(Wire, frozen=True):
    template_id: str
    name: str
    template_type: str
    body: Body | None = None
    description: str | None = None
    space: SearchSpace | None = None


class WholeTemplate(Wire, frozen=True):
    """A template with everything that has to be sent back when it is changed."""

    template_id: str
    name: str
    labels: list[dict[str, object]]
    body: Body | None = None
    description: str | None = None
    space: SearchSpace | None = None
    original_template: dict[str, object] | None = None
    referencing_blueprint: str | None = None
    expandable: dict[str, object] = msgspec.field(name="_expandable", default_factory=dict)


class Watch(Wire, frozen=True):
    watcher: User


class Relation(Wire, frozen=True):
    name: str
    source: User


class Named(Wire, frozen=True):
    """An item of v1 `content/search` of which the id alone counts."""

    id: str


class TreeItem(Wire, frozen=True):
    """A whiteboard, database, folder or smart link of v2."""

    id: str
    status: Status
    title: str | None = None
    space_id: str | None = None
    parent_id: str | None = None
    parent_type: str | None = None
    author_id: str | None = None
    owner_id: str | None = None
    embed_url: str | None = None
    version: Version | None = None


class FoundUser(Wire, frozen=True):
    """An item of v1 `search/user`."""

    user: User


class PropertyKey(Wire, frozen=True):
    key: str


class UserProperty(Wire, frozen=True):
    id: str
    key: str
    value: object = None


class LookAndFeel(Wire, frozen=True):
    """Settings of the site or of a space; what they hold is not decoded further."""

    selected: str
    custom: dict[str, object] | None = None
    theme: dict[str, object] | None = None
    shared: dict[str, object] | None = msgspec.field(name="global", default=None)


class AuditRecord(Wire, frozen=True):
    creation_date: int
    remote_address: str
