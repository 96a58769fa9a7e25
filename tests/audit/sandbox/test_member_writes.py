"""Relations, properties of spaces and of users: who may write them, and what the site refuses."""

from __future__ import annotations

import httpx
import pytest

from audit.sandbox.people import LEAVERS, PEOPLE
from audit.sandbox.role_writes import VIEWER
from audit.sandbox.sandbox import Sandbox
from tests.audit.sandbox.conftest import SignIn

V1, V2 = "/wiki/rest/api", "/wiki/api/v2"
pytestmark = pytest.mark.anyio


async def test_a_relation_is_set_by_account_and_removed_by_whatever_it_stands_under(
    sandbox: Sandbox, sign_in: SignIn
) -> None:
    page = sandbox.find("Lens design rules")
    base = f"{V1}/relation/reviewer/from/user"
    async with sign_in() as http:
        twice = [await http.put(f"{base}/{PEOPLE[8].account_id}/to/content/{page}") for _ in range(2)]
        assert [answer.status_code for answer in twice] == [200, 200]
        assert sum(one.source == PEOPLE[8].account_id for one in sandbox.state.relations) == 1
        assert (await http.put(f"{base}/current/to/space/HR")).status_code == 200
        assert (await http.put(f"{base}/{LEAVERS[0].user_key}/to/space/HR")).status_code == 400
        assert (await http.put(f"{base}/nobody/to/space/HR")).status_code == 404
        assert (await http.put(f"{base}/current/to/space/NO")).status_code == 404
        assert (await http.delete(f"{base}/current/to/space/HR")).status_code == 204
        assert (await http.delete(f"{base}/current/to/space/HR")).status_code == 404


async def test_a_retired_identifier_that_watches_nothing_means_the_caller(sandbox: Sandbox, sign_in: SignIn) -> None:
    state, key = sandbox.state, PEOPLE[12].user_key
    caller = sandbox.accounts["admin"].account_id
    state.watches["space:HR", key] = None
    state.watches["space:HR", caller] = None
    async with sign_in() as http:
        for left in ({caller}, set()):
            await http.delete(f"{V1}/user/watch/space/HR", params={"key": key})
            assert {one for target, one in state.watches if target == "space:HR"} & {key, caller} == left


async def test_properties_of_spaces_and_users_are_written_by_administrators(sandbox: Sandbox, sign_in: SignIn) -> None:
    entry = next(one for one in sandbox.state.properties.values() if one.key == "acme-duty")
    path = f"{V2}/spaces/{entry.owner.removeprefix('space:')}/properties"
    change = {"key": "acme-duty", "value": [1], "version": {"number": 2}}
    user = next(one for one in sandbox.state.properties.values() if one.owner.startswith("user:"))
    mine = f"{V1}/user/{user.owner.removeprefix('user:')}/property"
    async with sign_in() as http:
        assert (await http.put(f"{path}/{entry.id}", json={**change, "key": "other"})).status_code == 400
        assert (await http.put(f"{path}/{entry.id}", json=change)).json()["version"]["number"] == 2
        assert (await http.put(f"{path}/{entry.id}", json=change)).status_code == 409
        assert (await http.get(f"{path}/1")).status_code == 404
        assert (await http.put(f"{mine}/{user.key}", json={"value": {"a": 1}})).status_code == 204
        assert (await http.put(f"{mine}/none", json={"value": {}})).status_code == 404
    async with sign_in("reader") as http:
        assert (await http.put(f"{path}/{entry.id}", json=change)).status_code in {403, 404}
        assert (await http.put(f"{mine}/{user.key}", json={"value": {}})).status_code == 403


async def test_templates_of_blueprints_and_of_another_space_are_refused(sandbox: Sandbox, sign_in: SignIn) -> None:
    body = {"storage": {"value": "<p>new</p>", "representation": "storage"}}
    blueprint = next(number for number, one in sandbox.state.templates.items() if one.blueprint)
    for number, more in ((blueprint, {}), (sandbox.find("Meeting minutes"), {"space": {"key": "HR"}})):
        change = {"templateId": number, "name": "x", "templateType": "page", "body": body, **more}
        async with sign_in() as http:
            assert (await http.put(f"{V1}/template", json=change)).status_code == 400


async def test_favourites_are_set_asked_for_and_removed_one_by_one_and_never_listed(
    sandbox: Sandbox, sign_in: SignIn
) -> None:
    page, one = sandbox.find("Lens design rules"), PEOPLE[8].account_id
    base = f"{V1}/relation/favourite/from/user"
    async with sign_in() as http:
        for target in (f"content/{page}", "space/HR"):
            assert (await http.put(f"{base}/{one}/to/{target}")).status_code == 200
            assert (await http.get(f"{base}/{one}/to/{target}")).status_code == 200
            assert (await http.get(f"{base}/current/to/{target}")).status_code == 404
            assert (await http.get(f"{V1}/relation/favourite/to/{target}/from/user")).status_code == 501
        assert (await http.get(f"{base}/{one}/to/content")).status_code == 501
        assert (await http.get(f"{V1}/relation/like/from/user/{one}/to/content/{page}")).status_code == 501
        assert (await http.put(f"{base}/{one}/to/user/HR")).status_code == 400
    async with sign_in("reader") as http:
        assert (await http.put(f"{base}/current/to/content/{page}")).status_code == 200
        assert (await http.delete(f"{base}/{one}/to/content/{page}")).status_code == 403
        assert (await http.delete(f"{base}/current/to/content/{page}")).status_code == 204
    async with sign_in() as http:
        assert (await http.delete(f"{base}/{one}/to/space/HR")).status_code == 204


async def test_roles_are_set_and_removed_by_whoever_manages_the_space_all_of_a_request_or_nothing(
    sandbox: Sandbox, sign_in: SignIn
) -> None:
    space = sandbox.state.space_by_key("HR")
    assert space is not None
    path, one = f"{V2}/spaces/{space.id}/role-assignments", PEOPLE[8].account_id

    def entry(name: str, role: str = "") -> dict[str, object]:
        principal = {"principalType": "USER", "principalId": name}
        return {"principal": principal, "roleId": role} if role else {"principal": principal}

    async with sign_in() as http:
        before = (await http.get(path)).json()["results"]
        given = await http.post(path, json=[entry(one, VIEWER)])
        assert given.json()["results"] == [*before, entry(one, VIEWER)]
        refused: list[object] = [
            [entry(one), entry(LEAVERS[0].user_key, VIEWER)],
            [entry(one, "no-role")],
            [entry(space.author)],
            [{"roleId": VIEWER}],
            {"principal": {}},
        ]
        for body in refused:
            assert (await http.post(path, json=body)).status_code == 400
        assert (await http.get(path)).json()["results"] == [*before, entry(one, VIEWER)]
        assert (await http.post(path, json=[entry(one), entry(LEAVERS[0].user_key)])).json()["results"] == before
    async with sign_in("reader") as http:
        assert (await http.post(path, json=[entry(one, VIEWER)])).status_code == 404


async def test_what_somebody_stored_comes_back_as_it_was_stored_in_the_deprecation_period() -> None:
    sandbox = Sandbox(legacy_users=True)
    user = next(one for one in sandbox.state.properties.values() if one.owner.startswith("user:"))
    account = user.owner.removeprefix("user:")
    value = {
        "key": "a",
        "by": {"type": "known", "accountId": account},
        "list": [{"type": "known", "accountId": account}],
    }
    person = sandbox.accounts["admin"]
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://sandbox.test", auth=(person.email, person.token)
    ) as http:
        path = f"{V1}/user/{account}/property/{user.key}"
        assert (await http.put(path, json={"value": value})).status_code == 204
        assert (await http.get(path)).json()["value"] == value
        owned = next(one for one in sandbox.state.properties.values() if one.owner.startswith("space:"))
        listed = f"{V2}/spaces/{owned.owner.removeprefix('space:')}/properties"
        change = {"key": owned.key, "value": value, "version": {"number": owned.number + 1}}
        assert (await http.put(f"{listed}/{owned.id}", json=change)).status_code == 200
        (found,) = (await http.get(listed, params={"key": owned.key})).json()["results"]
        assert found["value"] == value
        assert (await http.get(f"{V1}/user/current")).json()["userKey"] == person.user_key
