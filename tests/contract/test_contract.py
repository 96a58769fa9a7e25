"""The sandbox and the clients that use it keep to the vendor's documents."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.sandbox import Sandbox
from tests.contract.documents import Contract
from tests.contract.walk import client, reads, writes

pytestmark = pytest.mark.anyio


@pytest.fixture
def contract(shared: Path) -> Contract:
    return Contract(shared)


async def test_every_reading_operation_answers_as_the_documents_say(contract: Contract) -> None:
    sandbox = Sandbox(keep_bodies=True)
    await reads(sandbox)
    assert contract.check(sandbox.log) == []
    assert len(contract.covered(sandbox.log)) >= 70
    assert {entry.status for entry in sandbox.log} <= {200, 302, 404, 410}


async def test_every_writing_operation_answers_as_the_documents_say(contract: Contract) -> None:
    sandbox = Sandbox(keep_bodies=True)
    await writes(sandbox)
    assert contract.check(sandbox.log) == []
    assert [entry.status for entry in sandbox.log if entry.status >= 300] == [409, 409]
    assert len(contract.covered(sandbox.writes)) >= 18


async def test_redaction_answers_as_the_documents_say(contract: Contract) -> None:
    sandbox = Sandbox(keep_bodies=True)
    page = sandbox.state.contents[sandbox.find("Lens design rules")]
    words = {"pointer": "/content/0/content/0/text", "from": 0, "to": 4, "reason": "walk"}
    asked = {"createdAt": page.now.created_at, "cleanHistory": False, "body": {"redactions": [words]}}
    async with client(sandbox) as http:
        assert (await http.post(f"/wiki/api/v2/pages/{page.id}/redact", json=asked)).status_code == 403
        sandbox.state.guard_premium = True
        wrong = {"redactions": [{**words, "pointer": "/content/9"}]}
        assert (await http.post(f"/wiki/api/v2/pages/{page.id}/redact", json={**asked, "body": wrong})).is_client_error
        for more, status in (({"versionNumber": 99}, 404), ({"createdAt": "2020-01-01T00:00:00.000Z"}, 400), ({}, 202)):
            answer = await http.post(f"/wiki/api/v2/pages/{page.id}/redact", json={**asked, **more})
            assert answer.status_code == status
    assert contract.check(sandbox.log) == []


async def test_an_undocumented_query_parameter_is_a_violation(contract: Contract) -> None:
    sandbox = Sandbox(keep_bodies=True)
    async with client(sandbox) as http:
        await http.get("/wiki/api/v2/pages", params={"page-size": 5})
    assert contract.check(sandbox.log) == ["GET /wiki/api/v2/pages [200]: undocumented query parameter page-size"]


async def test_an_undocumented_field_of_a_request_is_a_violation(contract: Contract) -> None:
    sandbox = Sandbox(keep_bodies=True)
    async with client(sandbox) as http:
        await http.post("/wiki/api/v2/users-bulk", json={"accountIds": ["a"], "expand": "all"})
    assert contract.check(sandbox.log) == [
        "POST /wiki/api/v2/users-bulk [200]: request has the undocumented name /expand"
    ]


async def test_an_operation_outside_the_documents_is_a_violation_unless_it_is_a_probe(contract: Contract) -> None:
    sandbox = Sandbox(keep_bodies=True)
    async with client(sandbox) as http:
        await http.get("/wiki/api/v2/people")
        await http.get("/wiki/rest/api/user/bulk/migration", params={"username": "ifalk"})
    assert contract.check(sandbox.log) == ["GET /wiki/api/v2/people [404]: no such operation in the documents"]


@pytest.mark.parametrize("shape", ["results-null", "id-number", "version-text", "unknown-status", "list"])
async def test_an_answer_of_another_shape_is_a_violation(contract: Contract, shape: str) -> None:
    sandbox = Sandbox(keep_bodies=True)
    sandbox.faults.add(Fault(FaultKind.WRONG_SHAPE, path="/pages$", body=shape))
    async with client(sandbox) as http:
        await http.get("/wiki/api/v2/pages")
    assert contract.check(sandbox.log)


async def test_a_name_that_only_the_sandbox_knows_is_a_violation(contract: Contract) -> None:
    sandbox = Sandbox(keep_bodies=True)
    async with client(sandbox) as http:
        await http.get("/wiki/api/v2/data-policies/metadata")
        await http.get("/wiki/api/v2/labels")
    invented = json.dumps({"results": [{"id": "1", "name": "x", "prefix": "my", "mood": "good"}]}).encode()
    changed = replace(sandbox.log[1], response_body=invented)
    assert contract.check([changed]) == [
        "GET /wiki/api/v2/labels [200]: answer has the undocumented name /results/mood"
    ]


async def test_a_restriction_with_an_invented_field_is_a_violation(contract: Contract) -> None:
    sandbox = Sandbox(keep_bodies=True)
    page = sandbox.find("Salary bands")
    row = {"operation": "read", "restrictions": {"user": [], "groups": []}}
    async with client(sandbox) as http:
        await http.put(f"/wiki/rest/api/content/{page}/restriction", json=[row])
    assert any("/restrictions/groups" in line for line in contract.check(sandbox.log))


async def test_refusals_carry_bodies_that_the_documents_leave_open(contract: Contract) -> None:
    sandbox = Sandbox(keep_bodies=True)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=sandbox.app), base_url="http://sandbox.test"
    ) as http:
        assert (await http.get("/wiki/api/v2/pages")).status_code == 401
    assert contract.check(sandbox.log) == []
