"""The dynamic modules of the sandbox, and what is sent to it, keep to the vendor's document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from audit.connect.modules import PATH as BELOW
from audit.connect.modules import DynamicModules, problems, read_modules
from audit.errors import SiteError
from audit.sandbox.apps import PATH
from tests.audit.connect.granting import Granting
from tests.contract.documents import V1_FILE
from tests.contract.walk import client

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="session")
def document(shared: Path) -> Any:
    return json.loads((shared / "specs" / V1_FILE).read_bytes())


async def test_addresses_methods_statuses_and_errors_are_those_of_the_document(document: Any, tmp_path: Path) -> None:
    at = Granting(tmp_path)
    at.sandbox.app.keep_bodies = True
    example = read_modules(json.dumps(document["components"]["schemas"]["ConnectModules"]["example"]).encode(), "m")
    assert problems(example) == ()
    async with await at.api(at.config("connect")) as api:
        modules = DynamicModules(api)
        assert len(await modules.register(example)) == len(example.each) == 2
        with pytest.raises(SiteError):
            await modules.register(example)
        assert await modules.remove([each.key for each in example.each]) == ()
    async with client(at.sandbox) as http:
        for method, query in (("GET", ""), ("POST", ""), ("DELETE", "?moduleKey=one")):
            answer: httpx.Response = await http.request(method, f"{PATH}{query}", json={} if method == "POST" else None)
            assert answer.status_code == 401
    assert f"/wiki{BELOW}" == PATH
    operations, schemas = document["paths"][PATH], document["components"]["schemas"]
    error = Draft202012Validator(schemas["DynamicModulesErrorMessage"])
    seen = set()
    for entry in at.sandbox.log:
        operation = operations[entry.method.lower()]
        seen.add((entry.method, entry.status))
        assert str(entry.status) in operation["responses"]
        assert {name for name, _ in entry.query} <= {each["name"] for each in operation.get("parameters", ())}
        if entry.status >= 400:
            assert error.is_valid(json.loads(entry.response_body))
    assert len(seen) == 7
