"""The sandbox answers what stands beside content as the documents and measurements say."""

from __future__ import annotations

import pytest

from audit.sandbox.people import PEOPLE
from audit.sandbox.sandbox import Sandbox
from tests.contract.walk import client

pytestmark = pytest.mark.anyio
API = "/wiki/rest/api"


async def test_the_tree_is_found_by_search_and_in_no_listing() -> None:
    sandbox = Sandbox()
    async with client(sandbox) as http:
        found = await http.get(f"{API}/content/search", params={"cql": "type in (whiteboard, embed)", "limit": 200})
        assert {one["type"] for one in found.json()["results"]} == {"whiteboard", "embed"}
        assert (await http.get("/wiki/api/v2/whiteboards")).status_code == 404
        one = found.json()["results"][0]["id"]
        assert (await http.get(f"/wiki/api/v2/whiteboards/{one}")).json()["parentType"] == "page"
        assert (await http.get(f"/wiki/api/v2/folders/{one}")).status_code == 404


async def test_a_user_has_a_list_of_keys_and_each_property_by_its_key() -> None:
    path = f"{API}/user/{PEOPLE[2].account_id}/property"
    async with client(Sandbox()) as http:
        keys = (await http.get(path)).json()["results"]
        assert keys == [{"key": "acme-substitute"}, {"key": "acme-theme"}]
        assert (await http.get(f"{path}/acme-theme")).json()["value"] == {"colour": "graphite"}
        assert (await http.get(f"{path}/nothing")).status_code == 404
        assert (await http.get(f"{API}/user/nobody/property")).status_code == 404


async def test_only_administrators_read_the_audit_log_and_it_comes_in_parts() -> None:
    sandbox = Sandbox()
    async with client(sandbox) as http:
        part = (await http.get(f"{API}/audit", params={"limit": 3})).json()
        assert part["size"] == 3
        assert (await http.get(f"{API}/audit", params={"limit": 3, "start": 3})).json()["size"] == 1
        assert "next" in part["_links"]
    async with client(sandbox, "reader") as http:
        assert (await http.get(f"{API}/audit")).status_code == 403


async def test_a_space_has_the_look_of_the_site_unless_it_has_its_own() -> None:
    async with client(Sandbox()) as http:
        path = f"{API}/settings/lookandfeel"
        assert (await http.get(path)).json()["selected"] == "global"
        assert (await http.get(path, params={"spaceKey": "ENG"})).json()["selected"] == "custom"
        assert (await http.get(path, params={"spaceKey": "HR"})).json()["selected"] == "global"
        assert (await http.get(path, params={"spaceKey": "NONE"})).status_code == 404
