"""How API v2 shows content: one function for each class of object."""

from __future__ import annotations

import html
import json
import re
from typing import Final
from urllib.parse import quote

from audit.sandbox.call import Call
from audit.sandbox.people import Person
from audit.sandbox.state import ADF, COMMENTS, TREE, Content, Json, Kind, Label, Permission, Property, Revision, Space

HOST_FIELDS: Final = {
    Kind.PAGE: "pageId",
    Kind.BLOGPOST: "blogPostId",
    Kind.CUSTOM_CONTENT: "customContentId",
    Kind.ATTACHMENT: "attachmentId",
}
"""How an answer names what a comment, attachment or custom content hangs on."""
_TAG = re.compile(r"<[^>]*>")


def version(revision: Revision) -> Json:
    """Return the version of a piece of content."""
    return {
        "number": revision.number,
        "message": revision.message,
        "minorEdit": False,
        "authorId": revision.author,
        "createdAt": revision.created_at,
    }


def body(value: str, wanted: str, stored: str = "storage") -> Json:
    """Return a body in the wanted representation; empty when none was asked for, or when it is not available.

    What is raw comes as such, whatever was asked for; only storage format is ever converted here.
    """
    wanted = "raw" if stored == "raw" else wanted
    if not wanted or stored not in {"storage", wanted}:
        return {}
    if wanted == ADF and stored != wanted:
        value = json.dumps(as_document(value))
    shown = "view" if wanted in {"export_view", "anonymous_export_view", "styled_view", "editor"} else wanted
    return {shown: {"representation": wanted, "value": value}}


def as_document(storage: str) -> Json:
    """Return a rough document of the plain text: enough to answer, too little to write back."""
    words = html.unescape(_TAG.sub(" ", storage)).split()
    text = [{"type": "text", "text": " ".join(words)}] if words else []
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": text}]}


def webui(call: Call, content: Content) -> str:
    """Return the relative link to a piece of content."""
    key = call.state.spaces[content.space].key
    if content.kind is Kind.PAGE:
        return f"/spaces/{key}/pages/{content.id}/{quote(content.title.replace(' ', '+'), safe='+')}"
    if content.kind is Kind.BLOGPOST:
        return f"/spaces/{key}/blog/{content.id}"
    if content.kind in TREE:
        return f"/spaces/{key}/{content.kind.value}/{content.id}"
    host = content.container or content.id
    return (
        f"/spaces/{key}/pages/{host}?focusedCommentId={content.id}"
        if content.kind in COMMENTS
        else f"/spaces/{key}/pages/{host}"
    )


def page(call: Call, content: Content, *, text: str | None = None) -> Json:
    """Return a page or blog post; `text` replaces the published body, for drafts."""
    wanted = call.one("body-format")
    shape: Json = {
        "id": content.id,
        "status": content.status,
        "title": content.title,
        "spaceId": content.space,
        "authorId": content.author,
        "createdAt": content.created_at,
        "version": version(content.now),
        "body": body(content.now.body if text is None else text, wanted, content.stored),
        "_links": {
            "webui": webui(call, content),
            "editui": f"/pages/resumedraft.action?draftId={content.id}",
            "tinyui": f"/x/{int(content.id):x}",
        },
    }
    if content.kind is Kind.PAGE:
        shape |= {"ownerId": content.owner or None, "lastOwnerId": None, "position": int(content.id) % 1000}
        if content.parent:
            shape |= {"parentId": content.parent, "parentType": "page"}
    return shape


def comment(call: Call, content: Content) -> Json:
    """Return a footer or inline comment."""
    host = call.state.contents[content.container]
    shape: Json = {
        "id": content.id,
        "status": content.status,
        "title": content.title,
        "version": version(content.now),
        "body": body(content.now.body, call.one("body-format"), content.stored),
        "_links": {"webui": webui(call, content)},
    }
    shape[HOST_FIELDS[host.kind]] = host.id
    if content.parent:
        shape["parentCommentId"] = content.parent
    if content.inline:
        shape["resolutionStatus"] = content.inline.resolution
        shape["properties"] = {
            "inlineMarkerRef": content.inline.marker,
            "inlineOriginalSelection": content.inline.selection,
        }
        if content.inline.resolver:
            shape["resolutionLastModifierId"] = content.inline.resolver
            shape["resolutionLastModifiedAt"] = content.now.created_at
    return shape


def under(call: Call, content: Content) -> Json:
    """Return a comment as the lists below a page or another comment show it: with one parent only."""
    shape = comment(call, content)
    for name in ("resolutionLastModifierId", "resolutionLastModifiedAt"):
        shape.pop(name, None)
    if content.parent:
        shape.pop("pageId", None)
        shape.pop("blogPostId", None)
    return shape


def attachment(call: Call, content: Content) -> Json:
    """Return an attachment."""
    host = call.state.contents[content.container]
    number = content.id.removeprefix("att")
    download = (
        f"/download/attachments/{host.id}/{quote(content.title)}?version={content.now.number}&cacheVersion=1&api=v2"
    )
    return {
        "id": content.id,
        "status": content.status,
        "title": content.title,
        "createdAt": content.created_at,
        HOST_FIELDS[host.kind]: host.id,
        "mediaType": content.media_type,
        "mediaTypeDescription": content.media_type.partition("/")[2].upper(),
        "comment": content.now.message,
        "fileId": content.file_id,
        "fileSize": len(content.now.data),
        "webuiLink": f"/pages/viewpageattachments.action?pageId={host.id}&preview=%2F{host.id}%2F{number}",
        "downloadLink": download,
        "version": version(content.now),
        "_links": {"webui": webui(call, content), "download": download},
    }


def custom(call: Call, content: Content) -> Json:
    """Return custom content; JSON bodies come as `raw`."""
    host = call.state.contents[content.container]
    return {
        "id": content.id,
        "type": content.type_key,
        "status": content.status,
        "title": content.title,
        "spaceId": content.space,
        HOST_FIELDS[host.kind]: host.id,
        "authorId": content.author,
        "createdAt": content.created_at,
        "version": version(content.now),
        "body": body(content.now.body, call.one("body-format"), content.stored),
        "_links": {"webui": webui(call, content)},
    }


def any_content(call: Call, content: Content) -> Json:
    """Return content of any class in its own form."""
    if content.kind is Kind.ATTACHMENT:
        return attachment(call, content)
    if content.kind is Kind.CUSTOM_CONTENT:
        return custom(call, content)
    return comment(call, content) if content.kind in COMMENTS else page(call, content)


def tree_item(call: Call, content: Content) -> Json:
    """Return a whiteboard, database, folder or smart link."""
    links = {"webui": webui(call, content)}
    if content.kind is Kind.WHITEBOARD:
        links["editui"] = links["webui"]
    shape: Json = {
        "id": content.id,
        "type": content.kind.value,
        "status": content.status,
        "title": content.title,
        "parentId": content.parent or None,
        "parentType": "page" if content.parent else None,
        "position": int(content.id) % 1000,
        "authorId": content.author,
        "ownerId": content.owner,
        "createdAt": content.created_at,
        "spaceId": content.space,
        "version": version(content.now),
        "_links": links,
    }
    return shape | ({"embedUrl": content.address} if content.kind is Kind.EMBED else {})


def past(call: Call, content: Content, revision: Revision) -> Json:
    """Return one entry of a list of versions, with the body when it was asked for."""
    name = {
        Kind.PAGE: "page",
        Kind.BLOGPOST: "blogpost",
        Kind.ATTACHMENT: "attachment",
        Kind.CUSTOM_CONTENT: "custom",
    }.get(content.kind, "comment")
    entity: Json = {"id": content.id, "title": revision.title}
    if call.one("body-format"):
        entity["body"] = body(revision.body, call.one("body-format"), content.stored)
    return {**version(revision), name: entity}


def space(call: Call, entry: Space) -> Json:
    """Return a space."""
    shape: Json = {
        "id": entry.id,
        "key": entry.key,
        "name": entry.name,
        "type": entry.type,
        "status": entry.status,
        "authorId": entry.author,
        "createdAt": entry.created_at,
        "homepageId": entry.homepage,
        "_links": {"webui": f"/spaces/{entry.key}"},
    }
    if call.one("description-format") == "plain":
        shape["description"] = {"plain": {"representation": "plain", "value": entry.description}}
    if call.path.endswith("/spaces"):
        shape["currentActiveAlias"] = entry.key
    return shape


def permission(entry: Permission) -> Json:
    """Return a space permission."""
    return {
        "id": entry.id,
        "principal": {"type": entry.principal_type, "id": entry.principal},
        "operation": {"key": entry.operation, "targetType": entry.target},
    }


def label(entry: Label) -> Json:
    """Return a label."""
    return {"id": entry.id, "name": entry.name, "prefix": entry.prefix}


def content_property(entry: Property) -> Json:
    """Return a property of a piece of content."""
    now = Revision(entry.number, entry.author, entry.created_at, "", message=entry.message)
    return {"id": entry.id, "key": entry.key, "value": entry.value, "version": version(now)}


def space_property(entry: Property) -> Json:
    """Return a property of a space; its version names the maker in another field."""
    now = {"number": entry.number, "message": entry.message, "createdAt": entry.created_at, "createdBy": entry.author}
    return {
        "id": entry.id,
        "key": entry.key,
        "value": entry.value,
        "createdAt": entry.created_at,
        "createdBy": entry.author,
        "version": now,
    }


def user(person: Person) -> Json:
    """Return a person as `users-bulk` does. Closed accounts keep their id and lose everything else."""
    closed = person.status == "closed"
    return {
        "accountId": person.account_id,
        "accountStatus": person.status,
        "accountType": "atlassian",
        "displayName": "Former user" if closed else person.display_name,
        "publicName": "Former user" if closed else person.display_name,
        "email": "" if closed else person.email,
        "isExternalCollaborator": False,
        "profilePicture": {"path": "/wiki/aa-avatar/default", "isDefault": True},
    }
