"""Templates through API v1. They have no version: whoever writes last wins."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from audit.sandbox.access import may_see_space
from audit.sandbox.call import Call, Reply, object_of, text_of, v1_error
from audit.sandbox.paging import v1_list
from audit.sandbox.routes import Handler, Route
from audit.sandbox.state import Json, Template


def _template(call: Call, entry: Template, *, whole: bool) -> Json:
    shape: Json = {
        "templateId": entry.id,
        "name": entry.name,
        "description": entry.description,
        "labels": [],
        "templateType": "page",
        "editorVersion": "v1",
        "_links": {
            "self": f"{call.origin}/wiki/rest/api/template/{entry.id}",
            "base": f"{call.origin}/wiki",
            "context": "/wiki",
        },
    }
    if entry.blueprint:
        plugin = "com.example.acme-blueprints"
        shape |= {
            "originalTemplate": {"pluginKey": plugin, "moduleKey": entry.blueprint},
            "referencingBlueprint": entry.blueprint,
        }
    if entry.space:
        shape["space"] = {"key": entry.space}
    if whole or any(name.startswith("body") for name in call.many("expand")):
        shape["body"] = {"storage": {"value": entry.body, "representation": "storage"}}
        return {**shape, "_expandable": {}}
    return {**shape, "_expandable": {"body": ""}}


def _seen(call: Call, entry: Template) -> bool:
    space = call.state.space_by_key(entry.space) if entry.space else None
    return space is None or may_see_space(call, space)


def templates(*, blueprint: bool) -> Handler:
    """Return a handler that lists page templates or blueprint templates, of a space or of the site."""

    def handler(call: Call) -> Reply:
        key = call.one("spaceKey")
        found = [
            entry
            for entry in call.state.templates.values()
            if bool(entry.blueprint) is blueprint
            and (entry.space == key if not blueprint else True)
            and _seen(call, entry)
        ]
        return Reply(200, v1_list(call, found, lambda entry: _template(call, entry, whole=False)))

    return handler


def _stored_template(call: Call, number: str) -> Template:
    entry = call.state.templates.get(number)
    if entry is None or not _seen(call, entry):
        raise v1_error(404, "NotFoundException", f"No template found with id {number}")
    return entry


def one_template(call: Call) -> Reply:
    """Answer one template with its body."""
    return Reply(200, _template(call, _stored_template(call, call.parts["id"]), whole=True))


def put_template(call: Call) -> Reply:
    """Save a template. There is no version: whoever writes last wins."""
    body = call.json_object()
    entry = _stored_template(call, text_of(body, "templateId"))
    if text_of(body, "templateType") != "page":
        raise v1_error(400, "BadRequestException", "templateType must be page")
    if entry.blueprint:
        raise v1_error(400, "BadRequestException", "Blueprint templates cannot be updated via the REST API")
    if not call.is_admin:
        raise v1_error(403, "PermissionException", "Only administrators change templates")
    if entry.space and object_of(body, "space").get("key") != entry.space:
        raise v1_error(400, "BadRequestException", "The key of the template's space is required")
    text = text_of(object_of(object_of(body, "body"), "storage"), "value")
    saved = replace(
        entry, name=text_of(body, "name"), body=text, description=str(body.get("description", entry.description))
    )
    call.state.templates[entry.id] = saved
    return Reply(200, _template(call, saved, whole=True))


ROUTES: Final = (
    Route("GET", "/template/page", templates(blueprint=False)),
    Route("GET", "/template/blueprint", templates(blueprint=True)),
    Route("GET", "/template/{id}", one_template),
    Route("PUT", "/template", put_template),
)
"""Paths are relative to /wiki/rest/api."""
