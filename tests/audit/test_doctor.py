from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from click.testing import CliRunner

from audit.auth import Basic, Secret
from audit.cli.common import guarded
from audit.cli.doctor import doctor
from audit.config import Config
from audit.connections import connect
from audit.doctor import Check, Diagnosis, State, as_json, as_text, examine, verdict
from audit.http import Api, Limits
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.serve import serving
from tests.audit.net import EMAIL, TOKEN, FakeTime, Handler

ORIGIN = "http://127.0.0.1:8990"

EDITION = "Confluence Cloud"


async def diagnosed(transport: Callable[[], httpx.AsyncBaseTransport], config: Config) -> Diagnosis:
    """Examine a site over another network than the real one, without waiting."""
    fake = FakeTime()

    @asynccontextmanager
    async def opened() -> AsyncIterator[Api]:
        api = await connect(config, clock_now=fake.now, sleep=fake.sleep, random=lambda: 0.5, transport=transport)
        async with api:
            yield api

    return await examine(opened, config)


def config_of(sandbox: Sandbox, role: str = "admin", token: str | None = None) -> Config:
    person = sandbox.accounts[role]
    return Config(ORIGIN, Basic(person.email, Secret(token or person.token)), gateway=ORIGIN, limits=Limits(attempts=2))


async def on(sandbox: Sandbox, config: Config | None = None) -> Diagnosis:
    return await diagnosed(lambda: httpx.ASGITransport(app=sandbox.app), config or config_of(sandbox))


async def over(handler: Handler) -> Diagnosis:
    config = Config("https://acme.atlassian.net", Basic(EMAIL, Secret(TOKEN)), limits=Limits(attempts=2))
    return await diagnosed(lambda: httpx.MockTransport(handler), config)


def check(diagnosis: Diagnosis, name: str) -> Check:
    return next(one for one in diagnosis.checks if one.name == name)


pytestmark = pytest.mark.anyio


async def test_a_healthy_site_is_found_complete_with_reads_only() -> None:
    sandbox = Sandbox()
    found = await on(sandbox)
    assert (found.connected, found.complete, found.exit_code) == (True, True, 0)
    assert found.checks[0].name == "connection"
    assert check(found, "edition").detail == EDITION
    assert {entry.method for entry in sandbox.log} == {"GET"}
    assert sandbox.writes == []
    assert len(sandbox.log) < 30


async def test_a_diagnosis_shows_masks_and_never_the_token_or_the_account() -> None:
    sandbox = Sandbox()
    person = sandbox.accounts["admin"]
    for text in (as_text(await on(sandbox)), as_json(await on(sandbox))):
        for secret in (person.token, person.email, person.account_id, person.display_name):
            assert secret not in text
        assert "***" in text


async def test_configured_types_of_custom_content_are_tried_one_by_one() -> None:
    sandbox = Sandbox()
    without = await on(sandbox)
    assert check(without, "read custom-content").state is State.WARN
    found = await on(sandbox, replace(config_of(sandbox), custom_content_types=("ac:a:one", "ac:a:two")))
    assert sum(one.name == "read custom-content" for one in found.checks) == 2


async def test_a_scoped_token_is_examined_through_the_gateway_and_the_cloud_id_is_asked_without_credentials() -> None:
    sandbox = Sandbox()
    found = await on(sandbox, replace(config_of(sandbox), scoped=True))
    assert found.complete
    assert "gateway" in found.checks[0].detail
    assert sandbox.log[0].path == "/_edge/tenant_info"
    assert all(entry.gateway for entry in sandbox.log[1:])


async def test_wrong_credentials_end_the_examination_with_advice() -> None:
    sandbox = Sandbox()
    found = await on(sandbox, config_of(sandbox, token="wrong"))
    assert (found.exit_code, found.complete, len(found.checks)) == (5, False, 1)
    assert check(found, "account").next_step
    assert verdict(found) == "An audit cannot begin."


async def test_an_anonymous_answer_is_not_taken_for_an_account() -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.ANONYMOUS, times=100))
    found = await on(sandbox)
    assert found.exit_code == 5
    assert "anonymous" in check(found, "account").detail


async def test_a_class_that_cannot_be_read_makes_an_audit_incomplete_and_an_optional_one_does_not() -> None:
    sandbox = Sandbox()
    sandbox.faults.add(
        Fault(FaultKind.STATUS, path=r"/api/v2/tasks", status=403, times=100),
        Fault(FaultKind.STATUS, path=r"/likes/users", status=403, times=100),
    )
    found = await on(sandbox)
    assert (found.connected, found.complete, found.exit_code) == (True, False, 3)
    assert check(found, "read task").state is State.FAIL
    assert check(found, "read like").state is State.WARN
    assert verdict(found) == "An audit would be incomplete: read task."


async def test_credentials_that_are_revoked_on_the_way_end_the_examination() -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.STATUS, path=r"/api/v2/attachments", status=401, times=100))
    found = await on(sandbox)
    assert found.exit_code == 5
    assert found.checks[-1].name == "account"


# --- scripted sites -----------------------------------------------------------------------------------------------

ME = {"type": "known", "accountId": "712020:aaaa"}


def site(**answers: httpx.Response) -> Handler:
    """Return a site that gives `answers` by the last word of a path, and empty lists elsewhere."""

    def handle(request: httpx.Request) -> httpx.Response:
        word = request.url.path.rpartition("/")[2].replace("-", "_")
        found = answers.get(word)
        if found is None:
            return httpx.Response(200, json=ME if word == "current" else {"results": []})
        return httpx.Response(found.status_code, headers=found.headers, content=found.content)

    return handle


SPACES = httpx.Response(200, json={"results": [{"id": "1", "type": "personal"}]})
PAGES = httpx.Response(200, json={"results": [{"id": "7"}]}, headers={"deprecation": "Wed, 1 Mar 2023"})


async def test_a_site_that_is_not_cloud_is_told_from_one_without_spaces() -> None:
    gone = await over(site(spaces=httpx.Response(404)))
    assert (check(gone, "edition").state, gone.exit_code) == (State.FAIL, 3)
    empty = await over(site())
    assert "no space" in check(empty, "read space").detail
    assert "there is no page" in check(empty, "read version").detail
    assert empty.exit_code == 3


async def test_deprecated_endpoints_and_quotas_are_mentioned() -> None:
    limits = httpx.Response(200, json={"results": []}, headers={"RateLimit": '"q";t=3'})
    found = await over(site(spaces=SPACES, pages=PAGES, labels=limits, audit=httpx.Response(200, json={})))
    assert "deprecated" in check(found, "read page").detail
    assert check(found, "rate limit").detail == "a points quota applies"
    assert check(found, "administrator").state is State.OK
    assert check(found, "read space").detail == "sees 1 spaces, 1 of them personal"
    assert found.complete


async def test_a_site_near_its_limit_is_a_warning() -> None:
    near = httpx.Response(200, json={"results": []}, headers={"X-RateLimit-NearLimit": "true"})
    found = await over(site(spaces=SPACES, pages=PAGES, labels=near, audit=httpx.Response(403)))
    assert check(found, "rate limit").state is State.WARN
    assert "no Confluence administrator" in check(found, "administrator").detail


async def test_a_token_without_the_scope_for_profiles_is_examined_further() -> None:
    scope = httpx.Response(401, json={"message": "Unauthorized; scope does not match"})
    found = await over(site(current=scope, spaces=SPACES, pages=PAGES, tasks=scope))
    assert check(found, "account").state is State.WARN
    assert check(found, "read task").state is State.FAIL
    assert found.exit_code == 3


async def test_spaces_that_cannot_be_listed_are_a_failure_of_their_own() -> None:
    for answer in (httpx.Response(403), httpx.Response(500), httpx.Response(200, json={"results": 1})):
        found = await over(site(spaces=answer))
        assert check(found, "read space").state is State.FAIL


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (httpx.Response(200, html="<html>Log in"), "connection"),
        (httpx.Response(302, headers={"location": "https://id.example/"}), "connection"),
        (httpx.Response(404), "connection"),
        (httpx.Response(503), "connection"),
        (httpx.Response(429, headers={"retry-after": "9999"}), "connection"),
    ],
)
async def test_a_wrong_address_and_a_site_that_is_down_end_the_examination(answer: httpx.Response, name: str) -> None:
    found = await over(site(current=answer))
    assert (found.exit_code, found.checks[0].name, found.checks[0].state) == (5, name, State.FAIL)
    assert found.checks[0].next_step


@pytest.mark.parametrize("word", ["spaces", "audit", "tasks"])
async def test_a_site_that_asks_to_come_back_later_ends_the_examination_wherever_it_is(word: str) -> None:
    found = await over(site(**{"spaces": SPACES, word: httpx.Response(429, headers={"retry-after": "9999"})}))
    assert found.exit_code == 5
    assert "come back later" in found.checks[-1].detail


def test_a_diagnosis_without_checks_can_be_shown() -> None:
    assert as_text(Diagnosis("https://x.example", (), connected=False)).endswith("An audit cannot begin.\n")


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_prints_text_or_json_and_exits_with_the_verdict() -> None:
    sandbox = Sandbox()
    with serving(sandbox.app) as url:
        runner = CliRunner(env=sandbox.environment(url))
        text = runner.invoke(doctor, [])
        facts = runner.invoke(doctor, [url, "--format", "json"])
        wrong = runner.invoke(doctor, [], env={"CONFLUENCE_GDPR_TOKEN": "wrong"})
    assert text.exit_code == 0
    assert "An audit would read everything" in text.stdout
    assert json.loads(facts.stdout)["complete"] is True
    assert wrong.exit_code == 5


def test_an_unknown_format_is_a_mistake_of_the_user() -> None:
    code = guarded(lambda: doctor.main(["--format", "xml"], standalone_mode=False))
    assert code == 2
