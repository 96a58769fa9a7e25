"""Access tokens against the sandbox: how they are got, renewed, shared, and what is said when they are not."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import httpx
import pytest

from audit.auth import NoCredentials, Place, Secret, site_place
from audit.connect.grants import MARGIN_S, Granted, ServiceAccount, Token
from audit.connect.opening import Renewed
from audit.connect.store import TokenStore
from audit.connect.tokenhost import Denied, TokenHost
from audit.errors import Ambiguous, BadAnswer, ConfigError, NotAuthenticated, SiteError, Unreachable, WorkspaceError
from audit.locks import Unlockable
from audit.sandbox.faults import Fault, FaultKind
from tests.audit.connect.granting import LOST, ORIGIN, TOKENS, Granting, three_legged
from tests.audit.net import Handler, script

pytestmark = pytest.mark.anyio
WHO = "/rest/api/user/current"


@pytest.fixture
def at(tmp_path: Path) -> Granting:
    return Granting(tmp_path)


async def who(at: Granting, kind: str, **changed: str) -> object:
    async with await at.api(at.config(kind, **changed)) as api:
        return (await api.get(WHO)).mapping()["accountId"]


async def test_each_kind_of_grant_reaches_the_site_as_whom_it_says(at: Granting) -> None:
    admin = at.sandbox.accounts["admin"].account_id
    reader = at.sandbox.accounts["reader"].account_id
    await at.log_in()
    assert await who(at, "oauth") == admin
    assert await who(at, "service-account") == "712020:9d8c7b6a-5f4e-4d3c-8b2a-190f8e7d6c5b"
    assert await who(at, "act-as") == admin
    assert await who(at, "act-as", act_as=reader, scopes="read act_as_user") == reader
    through = {entry.gateway for entry in at.sandbox.log if entry.path.endswith(WHO)}
    assert through == {True, False}
    assert all(entry.is_write is False for entry in at.sandbox.log)


async def test_a_token_for_the_gateway_is_no_good_at_the_site(at: Granting) -> None:
    await at.log_in()
    config = at.config()
    await at.source(config).fresh()
    async with at.opener(config)._made(Renewed, site_place(ORIGIN), config.auth) as api:
        with pytest.raises(NotAuthenticated, match="401") as caught:
            await api.get(WHO)
    assert "login" in caught.value.fix


async def test_a_token_is_renewed_before_it_ends_and_not_before_that(at: Granting) -> None:
    await at.log_in()
    async with await at.api(at.config()) as api:
        await api.get(WHO)
        assert at.asked() == 1
        at.time.seconds += 3600 - MARGIN_S - 1
        await api.get(WHO)
        assert at.asked() == 1
        at.time.seconds += 1
        await api.get(WHO)
        assert at.asked() == 2
        assert {origin: one.requests for origin, one in api.traffic.items()} == {ORIGIN: 5}


@pytest.mark.parametrize(("kind", "path"), [("oauth", "accessible-resources"), ("service-account", "tenant_info")])
async def test_finding_the_site_behind_the_gateway_counts_as_traffic(at: Granting, kind: str, path: str) -> None:
    await at.log_in()
    at.sandbox.log.clear()
    async with await at.api(at.config(kind)) as api:
        await api.get(WHO)
        assert sum(entry.path.endswith(path) for entry in at.sandbox.log) == 1
        assert sum(one.requests for one in api.traffic.values()) == len(at.sandbox.log)


async def test_many_workers_renew_once(at: Granting) -> None:
    await at.log_in()
    async with await at.api(at.config()) as api:
        at.time.seconds += 4000
        await asyncio.gather(*(api.get(WHO) for _ in range(8)))
    assert at.asked() == 2


async def test_processes_share_what_one_of_them_got(at: Granting) -> None:
    await at.log_in()
    one, two = at.source(at.config()), at.source(at.config())
    at.time.seconds += 4000
    await one.fresh()
    await two.fresh()
    assert at.asked() == 2
    # The second one waits for its turn while the first one asks.
    at.time.seconds += 4000
    with at.store().turn():
        waiting = asyncio.create_task(two.fresh())
        await asyncio.sleep(0)
        assert at.asked() == 2
        with pytest.raises(WorkspaceError, match="Another process") as caught:
            await waiting
    assert "process" in caught.value.why
    await two.fresh()
    assert at.asked() == 3


async def test_refresh_tokens_rotate_and_only_the_latest_is_kept(at: Granting) -> None:
    await at.log_in()
    seen = []
    for _ in range(3):
        kept = at.store().load()
        assert kept
        seen.append(kept.refresh)
        at.time.seconds += 4000
        await at.source(at.config()).fresh()
    assert len(set(seen)) == 3


async def test_a_lost_answer_to_a_rotation_is_asked_for_again_at_once(at: Granting) -> None:
    await at.log_in()
    at.time.seconds += 4000
    at.sandbox.faults.add(replace(LOST, times=2))
    await at.source(at.config()).fresh()
    assert at.asked() == 4
    kept = at.store().load()
    assert kept
    assert kept.asked is None


async def test_a_rotation_whose_answers_are_all_lost_is_explained_and_can_be_repeated(at: Granting) -> None:
    await at.log_in()
    at.time.seconds += 4000
    at.sandbox.faults.add(replace(LOST, times=5))
    asked = at.time.now()
    with pytest.raises(Unreachable, match="no answer arrived") as caught:
        await at.source(at.config()).fresh()
    assert f"Until {asked + timedelta(minutes=10):%H:%M:%SZ}" in caught.value.fix
    kept = at.store().load()
    assert kept
    assert kept.asked == asked
    await at.source(at.config()).fresh()


async def test_a_rotation_that_was_lost_too_long_ago_says_so(at: Granting) -> None:
    await at.log_in()
    at.time.seconds += 4000
    at.sandbox.faults.add(replace(LOST, times=5))
    asked = at.time.now()
    with pytest.raises(Unreachable):
        await at.source(at.config()).fresh()
    at.time.seconds += 700
    with pytest.raises(Denied, match="their answer never arrived") as caught:
        await at.source(at.config()).fresh()
    assert f"{asked:%Y-%m-%dT%H:%M:%SZ}" in caught.value.why
    assert "confluence-gdpr login" in caught.value.fix
    await at.log_in()
    await at.source(at.config()).fresh()


async def test_nothing_is_sent_when_the_note_cannot_be_written(at: Granting) -> None:
    await at.log_in()
    at.time.seconds += 4000
    before, folder = at.asked(), at.store().path.parent
    at.store().path.unlink()
    folder.joinpath(at.store().path.name).mkdir()
    with pytest.raises(OSError, match="directory"):
        await at.source(at.config()).fresh()
    assert at.asked() == before


async def test_a_code_is_sent_once_and_a_lost_answer_is_in_doubt(at: Granting) -> None:
    at.sandbox.faults.add(LOST)
    with pytest.raises(Ambiguous):
        await at.log_in()
    assert at.asked() == 1
    assert at.store().load() is None
    config = at.config()
    with pytest.raises(Denied) as caught:
        await at.source(config).begin(three_legged(config).by_code(Secret("sandbox-code-0001")))
    assert caught.value.code == "invalid_grant"


@pytest.mark.parametrize(
    ("kind", "changed", "code", "advice"),
    [
        ("service-account", {"client_secret": "wrong"}, "access_denied", "client id or the client secret is wrong"),
        ("act-as", {"shared_secret": "w" * 32}, "invalid_grant", "shared secret"),
        ("act-as", {"act_as": "712020:nobody"}, "invalid_grant", "shared secret"),
        ("act-as", {"client_id": "another"}, "invalid_grant", "oauthClientId"),
    ],
)
async def test_wrong_credentials_are_named_with_what_to_do(
    at: Granting, kind: str, changed: dict[str, str], code: str, advice: str
) -> None:
    with pytest.raises(Denied) as caught:
        await at.api(at.config(kind, **changed))
    assert caught.value.code == code
    assert advice in caught.value.fix
    assert caught.value.where.startswith(ORIGIN)
    assert caught.value.exit_code == 5


async def test_a_client_secret_that_was_changed_at_the_host_does_not_use_the_token_up(at: Granting) -> None:
    await at.log_in()
    at.time.seconds += 4000
    at.sandbox.faults.add(Fault(FaultKind.STATUS, "POST", TOKENS, status=401, body='{"error":"access_denied"}'))
    with pytest.raises(Denied):
        await at.source(at.config()).fresh()
    kept = at.store().load()
    assert kept
    assert kept.asked is None
    await at.source(at.config()).fresh()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(FaultKind.STATUS, "POST", TOKENS, status=403, body='{"error":"<b>nora</b>"}'), SiteError),
        (Fault(FaultKind.STATUS, "POST", TOKENS, status=403, body='{"error":["x"]}'), SiteError),
        (Fault(FaultKind.STATUS, "POST", TOKENS, status=403, body="{" * 5000), SiteError),
        (Fault(FaultKind.STATUS, "POST", TOKENS, status=410), SiteError),
        (Fault(FaultKind.LOGIN_PAGE, "POST", TOKENS), NotAuthenticated),
        (Fault(FaultKind.REDIRECT, "POST", TOKENS, link="https://evil.example/token"), SiteError),
        (Fault(FaultKind.STATUS_AFTER, "POST", TOKENS, status=200, body='{"access_token":5}'), BadAnswer),
        (Fault(FaultKind.STATUS_AFTER, "POST", TOKENS, status=200, body='{"access_token":"a b","expires_in":0}'), BadAnswer),
        (Fault(FaultKind.STATUS_AFTER, "POST", TOKENS, status=200, body='{"access_token":"cut'), BadAnswer),
        (Fault(FaultKind.STATUS, "POST", TOKENS, status=503, times=0), Unreachable),
        (Fault(FaultKind.STATUS, "POST", TOKENS, status=429, headers=(("Retry-After", "4000"),)), SiteError),
    ],
)  # fmt: skip
async def test_an_answer_of_another_kind_is_an_error_that_repeats_nothing(
    at: Granting, fault: Fault, error: type[SiteError]
) -> None:
    at.sandbox.faults.add(fault)
    with pytest.raises(error) as caught:
        await at.api(at.config("service-account"))
    said = f"{caught.value} {caught.value.__cause__} {caught.value.__context__}"
    assert "nora" not in said
    assert "sandbox-service-secret" not in said
    assert "evil" not in said or "answered 302 towards evil.example" in said


async def test_a_host_that_is_busy_is_waited_for(at: Granting) -> None:
    at.sandbox.faults.add(Fault(FaultKind.STATUS, "POST", TOKENS, status=429, headers=(("Retry-After", "7"),)))
    await who(at, "service-account")
    assert sum(at.time.slept) >= 7


async def test_a_consent_without_a_refresh_token_is_refused(at: Granting) -> None:
    body = json.dumps({"access_token": "a", "expires_in": 3600})
    at.sandbox.faults.add(Fault(FaultKind.STATUS, "POST", TOKENS, status=200, body=body))
    with pytest.raises(ConfigError, match="offline_access"):
        await at.log_in()


async def test_a_host_that_rotates_nothing_leaves_the_token_in_force(at: Granting) -> None:
    await at.log_in()
    before = at.store().load()
    at.time.seconds += 4000
    body = json.dumps({"access_token": "a", "expires_in": 3600})
    at.sandbox.faults.add(Fault(FaultKind.STATUS, "POST", TOKENS, status=200, body=body))
    await at.source(at.config()).fresh()
    after = at.store().load()
    assert before
    assert after
    assert after.refresh == before.refresh
    assert after.access == Secret("a")


async def test_a_grant_for_other_sites_is_explained(at: Granting) -> None:
    await at.log_in()
    for body, words in (('[{"id":"x","url":"https://other.example"},{"id":"y","url":"ftp:"}]', "2 other"), ("[]", "no site")):  # fmt: skip
        answer = Fault(FaultKind.STATUS, "GET", "accessible-resources", status=200, headers=(("content-type", "application/json"),), body=body)  # fmt: skip
        at.sandbox.faults.add(answer)
        with pytest.raises(ConfigError, match=words) as caught:
            await at.api(at.config())
        assert "other.example" not in str(caught.value)


async def test_a_cloud_id_that_is_configured_is_not_asked_for(at: Granting) -> None:
    await at.log_in()
    before = len(at.sandbox.log)
    async with await at.api(at.config(cloud_id="0f6c1d2e-5a77-4b1c-9d3e-2a4b6c8d0e1f")) as api:
        await api.get(WHO)
    assert len(at.sandbox.log) == before + 1


async def test_nobody_has_logged_in(at: Granting) -> None:
    with pytest.raises(ConfigError, match="Nobody has logged in"):
        await at.api(at.config())
    assert at.sandbox.log == []


async def test_a_grant_that_was_used_elsewhere_is_over(at: Granting) -> None:
    await at.log_in()
    kept = at.store().load()
    assert kept
    at.time.seconds += 4000
    await at.source(at.config()).fresh()
    at.time.seconds += 4000
    at.store().save(kept)  # as a copy of the workspace would have it
    with pytest.raises(Denied) as caught:
        await at.source(at.config()).fresh()
    assert caught.value.code == "unauthorized_client"
    assert "confluence-gdpr login" in caught.value.fix
    assert "never arrived" not in caught.value.why


class Unguarded(TokenStore):
    """A store on a file system without locks."""

    def turn(self) -> NoReturn:
        raise Unlockable("oauth")


async def test_a_file_system_without_locks_is_refused(at: Granting) -> None:
    source = at.source(at.config())
    source._store = Unguarded(at.folder, three_legged(at.config()), ORIGIN)
    with pytest.raises(WorkspaceError, match="cannot be guarded"):
        await source.fresh()


GIVEN = httpx.Response(200, json={"access_token": "a", "expires_in": 900})


async def asked_over(at: Granting, handler: Handler, *, repeat: bool) -> Token:
    config = at.config("service-account")
    auth = config.auth
    assert isinstance(auth, Granted)
    assert isinstance(auth.grant, ServiceAccount)
    async with TokenHost(
        Place(ORIGIN, ORIGIN, ORIGIN),
        NoCredentials(),
        transport=httpx.MockTransport(handler),
        clock=at.time,
        sleep=at.time.sleep,
        random=lambda: 0.5,
    ) as host:
        return await host.token(auth.grant.asked(at.time.now()), repeat=repeat)


@pytest.mark.parametrize("broken", [httpx.ReadError("x"), httpx.ReadTimeout("x"), httpx.Response(502)])
async def test_a_broken_answer_is_asked_for_again_where_that_is_allowed(
    at: Granting, broken: Exception | httpx.Response
) -> None:
    assert (await asked_over(at, script(broken, broken, GIVEN), repeat=True)).access == Secret("a")
    with pytest.raises(Ambiguous):
        await asked_over(at, script(broken, GIVEN), repeat=False)


async def test_what_was_never_sent_is_sent_again_and_given_up_soon(at: Granting) -> None:
    refused = httpx.ConnectError("x")
    assert (await asked_over(at, script(refused, GIVEN), repeat=False)).access == Secret("a")
    for repeat in (True, False):
        with pytest.raises(Unreachable, match="does not answer") as caught:
            await asked_over(at, script(refused), repeat=repeat)
        assert caught.value.why == "no connection could be made, in 2 attempts"
