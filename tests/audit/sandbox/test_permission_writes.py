"""Space permissions of the sandbox: granted one by one, removed by id, as the documents say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.sandbox.people import PEOPLE, STAFF, group_id
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Permission, Space
from tests.audit.sandbox.conftest import SignIn

V1 = "/wiki/rest/api"
pytestmark = pytest.mark.anyio
SOMEONE = PEOPLE[12].account_id


def space(sandbox: Sandbox, key: str = "HR") -> Space:
    found = sandbox.state.space_by_key(key)
    assert found is not None
    return found


def held(sandbox: Sandbox, principal: str) -> dict[str, str]:
    """Return what a principal may do in HR, with the ids."""
    return {f"{one.operation}/{one.target}": one.id for one in space(sandbox).permissions if one.principal == principal}


def asked(operation: str, name: str = SOMEONE, kind: str = "user") -> dict[str, object]:
    key, _, target = operation.partition("/")
    return {"subject": {"type": kind, "identifier": name}, "operation": {"key": key, "target": target}}


async def test_reading_comes_first_and_nothing_is_granted_twice(sandbox: Sandbox, sign_in: SignIn) -> None:
    path = f"{V1}/space/HR/permission"
    async with sign_in() as http:
        assert (await http.post(path, json=asked("create/page"))).status_code == 400
        granted = [await http.post(path, json=asked(name)) for name in ("read/space", "create/page")]
        assert [answer.status_code for answer in granted] == [200, 200]
        assert granted[1].json()["id"] == int(held(sandbox, SOMEONE)["create/page"])
        assert (await http.post(path, json=asked("create/page"))).status_code == 400
        assert (await http.post(path, json=asked("archive/page", STAFF, "group"))).status_code == 200
    assert "archive/page" in held(sandbox, group_id(STAFF))


@pytest.mark.parametrize(
    "body",
    [
        asked("read/space", PEOPLE[12].user_key),
        asked("read/space", "nobody", "group"),
        asked("read/space", SOMEONE, "role"),
        asked("create/whiteboard"),
        asked("use/space"),
        {"subject": {"type": "user", "identifier": SOMEONE}},
    ],
)
async def test_what_the_documents_do_not_name_is_refused(
    sandbox: Sandbox, sign_in: SignIn, body: dict[str, object]
) -> None:
    before = space(sandbox).permissions
    async with sign_in() as http:
        assert (await http.post(f"{V1}/space/HR/permission", json=body)).status_code == 400
    assert space(sandbox).permissions == before


async def test_with_reading_goes_everything_of_the_same_principal(sandbox: Sandbox, sign_in: SignIn) -> None:
    path = f"{V1}/space/HR/permission"
    others = len(space(sandbox).permissions)
    async with sign_in() as http:
        for name in ("read/space", "create/page", "export/space"):
            await http.post(path, json=asked(name))
        assert (await http.delete(f"{path}/{held(sandbox, SOMEONE)['export/space']}")).status_code == 204
        assert set(held(sandbox, SOMEONE)) == {"read/space", "create/page"}
        assert (await http.delete(f"{path}/{held(sandbox, SOMEONE)['read/space']}")).status_code == 204
        assert (await http.delete(f"{path}/1")).status_code == 404
    assert len(space(sandbox).permissions) == others


async def test_a_space_keeps_an_administrator(sandbox: Sandbox, sign_in: SignIn) -> None:
    path = f"{V1}/space/HR/permission"
    admins = [one.id for one in space(sandbox).permissions if one.operation == "administer"]
    async with sign_in() as http:
        answers = [(await http.delete(f"{path}/{one}")).status_code for one in admins]
    assert answers == [204] * (len(admins) - 1) + [400]


async def test_only_administrators_of_the_space_change_it_and_no_app_resource_is_open(
    sandbox: Sandbox, sign_in: SignIn
) -> None:
    path = f"{V1}/space/HR/permission"
    lead = sandbox.accounts["people"].account_id
    assert "administer/space" in held(sandbox, lead)
    async with sign_in("reader") as http:
        assert (await http.post(path, json=asked("read/space"))).status_code == 403
        assert (await http.post(f"{V1}/space/NONE/permission", json=asked("read/space"))).status_code == 404
    async with sign_in("people") as http:
        assert (await http.post(path, json=asked("read/space"))).status_code == 200
    async with sign_in() as http:
        assert (await http.post(f"{path}/custom-content", json={})).status_code == 403


async def test_a_site_that_goes_by_roles_takes_no_permissions(sandbox: Sandbox, sign_in: SignIn) -> None:
    sandbox.state.role_mode = "ROLES"
    async with sign_in() as http:
        assert (await http.get("/wiki/api/v2/space-role-mode")).json() == {"mode": "ROLES"}
        assert (await http.post(f"{V1}/space/HR/permission", json=asked("read/space"))).status_code == 400


async def test_an_old_entry_may_take_the_account_of_its_person_along(sandbox: Sandbox, sign_in: SignIn) -> None:
    old = Permission("77", "user", PEOPLE[12].user_key, "read", "space")
    here = space(sandbox)
    sandbox.state.spaces[here.id] = replace(here, permissions=(*here.permissions, old))
    sandbox.state.one_person = True
    async with sign_in() as http:
        await http.post(f"{V1}/space/HR/permission", json=asked("read/space"))
        assert (await http.delete(f"{V1}/space/HR/permission/77")).status_code == 204
    assert held(sandbox, SOMEONE) == {}
