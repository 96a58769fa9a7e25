"""What the vendor's documents rule out, and what this tool says of it: reasons that would be wrong if these changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from audit.errors import Rejected
from audit.sandbox.people import PEOPLE
from audit.sandbox.sandbox import Sandbox
from audit.sites.cloud.each import LABEL_WATCHES
from audit.sites.cloud.site import Wanted
from audit.sites.cloud.target_templates import BLUEPRINT, fetch_template, replace_template
from rules.model import ObjectType, Ref
from tests.audit.cloud import connected, crawled
from tests.contract.documents import V1_FILE, Contract

V1 = "/wiki/rest/api"


def paths(shared: Path) -> Any:
    return json.loads((shared / "specs" / V1_FILE).read_text())["paths"]


def test_the_document_of_v1_lets_nobody_change_or_make_a_blueprint_template(shared: Path) -> None:
    operations = paths(shared)[f"{V1}/template"]
    for method, verb in (("put", "updated"), ("post", "created")):
        text = " ".join(operations[method]["description"].split())
        assert f"blueprint templates cannot be {verb} via the REST API" in text


@pytest.mark.anyio
async def test_a_blueprint_template_can_be_neither_changed_nor_copied(shared: Path) -> None:
    sandbox = Sandbox(keep_bodies=True)
    before = dict(sandbox.state.templates)
    entry = next(one for one in before.values() if one.blueprint)
    async with connected(sandbox) as api:
        current = await fetch_template(api, Ref(ObjectType.TEMPLATE, entry.id))
        assert current.fixed == BLUEPRINT
        with pytest.raises(Rejected):
            await replace_template(api, current, b"<p>new</p>")
    assert sandbox.state.templates == before
    assert Contract(shared).check(sandbox.log) == []


def test_the_document_of_v1_takes_no_retired_identifier_for_the_watches_of_a_label(shared: Path) -> None:
    operations = paths(shared)[f"{V1}/user/watch/label/{{labelName}}"]
    assert not [path for path in paths(shared) if "label" in path and path.endswith(("/watch", "/watchers"))]
    for method in ("get", "post", "delete"):
        names = {one["$ref"].rpartition("/")[2] for one in operations[method]["parameters"] if "$ref" in one}
        assert names == {"userLookupKey", "userLookupUsername", "userLookupAccountId"}
    parameters = json.loads((shared / "specs" / V1_FILE).read_text())["components"]["parameters"]
    for name in ("userLookupKey", "userLookupUsername"):
        assert "no longer available" in parameters[name]["description"]


@pytest.mark.anyio
async def test_the_watches_of_labels_are_counted_as_not_looked_at_without_a_request(tmp_path: Path) -> None:
    sandbox = Sandbox()
    got = await crawled(sandbox, tmp_path, Wanted(include=frozenset({"watches"})))
    (row,) = [row for row in got.store.coverage({}) if row.object_class == "watch" and not row.assessed]
    labels = len(got.ids("label"))
    assert labels
    assert row.note == f"{labels} objects: {LABEL_WATCHES}"
    assert not [entry for entry in sandbox.log if "/user/watch/" in entry.path]
    assert got.store.failures() == ()


@pytest.mark.anyio
async def test_a_request_for_a_retired_identifier_is_answered_for_the_caller() -> None:
    sandbox = Sandbox()
    path = "/rest/api/user/watch/label/safety"
    for watching in (False, True):
        async with connected(sandbox) as api:
            answers = [await api.get(path, params) for params in ({}, {"key": PEOPLE[5].user_key})]
        assert [answer.mapping()["watching"] for answer in answers] == [watching, watching]
        sandbox.state.watches["label:safety", sandbox.accounts["admin"].account_id] = None
