"""Templates as something that is written: read, compared, written, read back, for the site counts no versions of them.

Everything else that a template has (name, description, labels, space) goes back as it was read a moment ago: what is
left out of a PUT is cleared. A template that comes without one of them is not written.
"""

from __future__ import annotations

import json

from audit.answers import converted
from audit.http import Api
from audit.sites.base import Current
from audit.sites.cloud import wire
from audit.sites.cloud.scope import storage_part
from rules.model import Ref

BLUEPRINT = "the API takes no changes to a template of a blueprint"
PARTIAL = "the site sent it without its labels or its space, which a change would clear"


async def fetch_template(api: Api, ref: Ref) -> Current:
    """Return the body of a template. Raises `BadAnswer` when the site sends it without one or without its labels."""
    path = f"/rest/api/template/{ref.id}"
    answer = await api.get(path, {"expand": "body.storage"})
    one = converted(answer.json, wire.WholeTemplate, path)
    now = Ref(ref.type, ref.id, None, ref.space, "current")
    kept: dict[str, object] = {"name": one.name, "labels": one.labels}
    if one.description is not None:
        kept["description"] = one.description
    if one.space is not None:
        kept["space"] = {"key": one.space.key}
    fixed = BLUEPRINT if one.referencing_blueprint or one.original_template else ""
    if {"labels", "space"} & one.expandable.keys() or (ref.space and one.space is None):
        fixed = fixed or PARTIAL
    (part,) = storage_part(now, one.body)
    return Current(now, "body", part.data, {"kept": json.dumps(kept)}, fixed=fixed)


async def replace_template(api: Api, current: Current, data: bytes) -> None:
    """Write the body of a template."""
    body = {"storage": {"value": data.decode("utf-8", "surrogatepass"), "representation": "storage"}}
    kept = json.loads(current.fields["kept"])
    payload = {**kept, "templateId": current.ref.id, "templateType": "page", "body": body}
    await api.write("PUT", "/rest/api/template", json=payload)
