"""Credentials go to the host that they are for and nowhere else, and never onto a disk or into a log in clear."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from audit.auth import NoCredentials, Place, Secret
from audit.config import install_keys, load
from audit.connect.grants import Granted, ThreeLegged
from audit.connect.incoming import key_id, lifecycle
from audit.connect.keys import InstallKeys
from audit.connect.opening import Opener
from audit.connect.refusals import KeyRefused
from audit.errors import BadAnswer, RedirectRefused, SiteError, Unreachable
from audit.identity.opening import host_facts
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.grants import CLIENT_SECRET, SERVICE_SECRET, SHARED_SECRET
from audit.sandbox.sandbox import Sandbox
from tests.audit.cloud import no_sleep
from tests.audit.connect.conftest import Become, LogIn
from tests.audit.connect.granting import Granting, no_ring
from tests.audit.connect.tokens import CLIENT_KEY, INSTALLED, KEY_ID, asymmetric, private_key, public_pem
from tests.audit.net import START, FakeTime
from tests.audit.shell import Shell

SITE, GATEWAY, TOKENS = "https://acme.example", "https://gateway.example", "https://tokens.example"


@pytest.fixture
def stranger() -> Iterator[tuple[str, list[str]]]:
    """Return the origin of another listener, and every request that reaches it."""
    heard: list[str] = []

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(f"{self.command} {self.path} {self.headers}")
            self.send_response(200)
            self.end_headers()

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names that the standard library looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("connect", "/api/v2/spaces$"),
        ("connect", "/app/module/dynamic$"),
        ("oauth", "/oauth/token$"),
        ("oauth", "/accessible-resources$"),
        ("service-account", "/oauth/token$"),
        ("service-account", "/tenant_info$"),
        ("act-as", "/oauth2/token$"),
        ("act-as", "/api/v2/spaces$"),
    ],
)
def test_nothing_follows_to_another_listener(
    shell: Shell, as_app: Become, log_in: LogIn, kind: str, path: str, stranger: tuple[str, list[str]]
) -> None:
    origin, heard = stranger
    as_app(kind)
    if path == "/accessible-resources$":
        log_in()
        assert shell.run("login") == 0
    elif kind == "oauth":
        log_in()
    shell.sandbox.faults.add(Fault(FaultKind.REDIRECT, path=path, link=f"{origin}/x", times=0))
    command = ("login",) if path == "/oauth/token$" and kind == "oauth" else ("audit", "--space", "HR")
    shell.run(*(("app", "modules", "list") if "dynamic" in path else command))
    assert "towards 127.0.0.1" in shell.err
    assert [entry for entry in shell.sandbox.log if entry.fault == "redirect"]
    assert heard == []


def test_a_link_to_another_listener_gets_no_signed_token(
    shell: Shell, as_app: Become, stranger: tuple[str, list[str]]
) -> None:
    origin, heard = stranger
    as_app("connect")
    shell.sandbox.faults.add(Fault(FaultKind.FOREIGN_NEXT, path="/api/v2/", link=f"{origin}/wiki/api/v2/x", times=0))
    assert shell.run("audit", "--space", "HR") == 5
    assert [entry for entry in shell.sandbox.log if entry.fault == "foreign-next"]
    assert heard == []


@dataclass
class Hosts:
    """Three hosts in memory, and everything that each of them is told."""

    told: dict[str, str] = field(default_factory=dict)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        host = f"{request.url.scheme}://{request.url.netloc.decode()}"
        self.told[host] = self.told.get(host, "") + f"{request.url} {dict(request.headers)} {request.content!r}\n"
        if host == TOKENS:
            return httpx.Response(
                200, json={"access_token": "access-canary", "expires_in": 900, "refresh_token": "refresh-canary"}
            )
        if request.url.path.endswith("accessible-resources"):
            return httpx.Response(200, json=[{"id": "cloud-1", "url": SITE}])
        if request.url.path.endswith("tenant_info"):
            return httpx.Response(200, json={"cloudId": "cloud-1"})
        return httpx.Response(200, json={"accountId": "712020:one"})


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("kind", "asked", "site_knows", "gateway_knows"),
    [
        ("connect", set(), set(), set()),
        ("oauth", {CLIENT_SECRET}, set(), {"access-canary"}),
        ("service-account", {SERVICE_SECRET}, set(), {"access-canary"}),
        ("act-as", set(), {"access-canary"}, set()),
    ],
)
async def test_each_host_is_told_what_is_for_it_only(
    tmp_path: Path, kind: str, asked: set[str], site_knows: set[str], gateway_knows: set[str]
) -> None:
    env = {**Sandbox().app_environment(SITE, kind), "CONFLUENCE_GDPR_GATEWAY": GATEWAY, "HOME": str(tmp_path)}
    env |= {"CONFLUENCE_GDPR_TOKEN_HOST": TOKENS, "CONFLUENCE_GDPR_ACT_AS_HOST": TOKENS}
    config, hosts, time = load(env, None, {}, no_ring), Hosts(), FakeTime()
    opener = Opener(
        config,
        clock=time,
        sleep=no_sleep,
        random=lambda: 0.5,
        transport=lambda: httpx.MockTransport(hosts),
    )
    if isinstance(config.auth, Granted) and isinstance(config.auth.grant, ThreeLegged):
        await opener.source(config.auth, lambda: tmp_path).begin(config.auth.grant.by_code(Secret("code-canary")))
    async with await opener.opened(lambda: tmp_path) as api:
        await api.get("/rest/api/user/current")
        time.seconds += 4000
        await api.get("/rest/api/user/current")
        hosts_of_the_report = {one.origin: one.purpose for one in host_facts("Confluence REST API", api)}
    home = SITE if kind in {"connect", "act-as"} else GATEWAY
    tokens = {} if kind == "connect" else {TOKENS: "access tokens"}
    asked_for_its_id = {SITE: "cloud id of the site"} if kind == "service-account" else {}
    assert hosts_of_the_report == {home: "Confluence REST API", **tokens, **asked_for_its_id}
    canaries = {CLIENT_SECRET, SERVICE_SECRET, SHARED_SECRET, "access-canary", "refresh-canary", "code-canary"}

    def known(host: str) -> set[str]:
        return {each for each in canaries if each in hosts.told.get(host, "")}

    assert known(SITE) == site_knows
    assert known(GATEWAY) == gateway_knows
    more = {"refresh-canary", "code-canary"} if kind == "oauth" else set[str]()
    assert known(TOKENS) == asked | more
    assert set(hosts.told) <= {SITE, GATEWAY, TOKENS}
    assert ("JWT ey" in hosts.told.get(SITE, "")) == (kind == "connect")
    assert "JWT ey" not in hosts.told.get(TOKENS, "") + hosts.told.get(GATEWAY, "")


def test_no_token_or_secret_is_printed_logged_or_written_in_clear(shell: Shell, as_app: Become, log_in: LogIn) -> None:
    said = ""

    def run(*command: str) -> None:
        nonlocal said
        shell.run(*command, "--verbose")
        said += shell.out + shell.err

    (shell.folder / "m.json").write_text(json.dumps({"dialogs": [{"key": "one", "url": "/"}]}))
    as_app("oauth")
    log_in()
    run("login")
    for kind in ("oauth", "service-account", "act-as", "connect"):
        as_app(kind)
        run("app", "modules", "register", "m.json")
        shell.sandbox.faults.add(Fault(FaultKind.UNAUTHORIZED, path="/user/current$|/oauth2?/token$"))
        run("doctor")
        shell.sandbox.faults.clear()
    run("audit", "--space", "HR")
    grants = shell.sandbox.state.grants
    secrets = {
        CLIENT_SECRET,
        SERVICE_SECRET,
        SHARED_SECRET,
        "sandbox-code",
        "sandbox-refresh",
        "eyJhbGciOi",
        "eyJ0eXAiOi",
        *grants.access,
    }
    assert len(grants.access) >= 3
    files = shell.files()
    assert any(name.endswith(".sealed") for name in files)
    assert "path=/oauth/token" in said
    for secret in secrets:
        assert secret not in said
        for name, data in files.items():
            assert secret.encode() not in data, (secret, name)


# The host of public keys


async def keys_at(at: Granting, *, host: str = "http://127.0.0.1:8990") -> InstallKeys:
    return InstallKeys(
        Place(host, host, host),
        NoCredentials(),
        transport=httpx.ASGITransport(app=at.sandbox.app),
        clock=at.time,
        sleep=at.time.sleep,
        random=lambda: 0.5,
    )


@pytest.mark.anyio
async def test_an_installation_is_verified_with_the_key_that_its_host_serves(tmp_path: Path) -> None:
    at = Granting(tmp_path)
    at.sandbox.state.grants.install_keys[KEY_ID] = public_pem(private_key())
    at.sandbox.faults.add(Fault(FaultKind.STATUS, path=KEY_ID, status=503), Fault(FaultKind.CUT_CHUNKED, path="never"))
    token = asymmetric()
    async with await keys_at(at) as keys:
        pem = await keys.pem(key_id(token))
        assert lifecycle(token, INSTALLED, pem, CLIENT_KEY, START).issuer == CLIENT_KEY
        assert await keys.pem(KEY_ID) == pem
        assert len(at.sandbox.log) == 2
        assert {entry.caller for entry in at.sandbox.log} == {"none"}
        with pytest.raises(KeyRefused, match="refused"):
            await keys.pem("another-key")
        for name in ("../x", "", "a/b"):
            with pytest.raises(KeyRefused):
                await keys.pem(name)
    assert len(at.sandbox.log) == 3


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(FaultKind.REDIRECT, path=KEY_ID, link="https://evil.example/key"), RedirectRefused),
        (Fault(FaultKind.HUGE, path=KEY_ID, size=20_000), BadAnswer),
        (Fault(FaultKind.STATUS, path=KEY_ID, status=500, times=0), Unreachable),
        (Fault(FaultKind.STATUS, path=KEY_ID, status=403), SiteError),
    ],
)
async def test_a_host_of_keys_that_fails_is_an_error(tmp_path: Path, fault: Fault, error: type[SiteError]) -> None:
    at = Granting(tmp_path)
    at.sandbox.faults.add(fault)
    async with await keys_at(at) as keys:
        with pytest.raises(error):
            await keys.pem(KEY_ID)


def test_the_host_of_keys_is_atlassians_unless_the_configuration_names_another(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path)}
    assert install_keys(env, None) == "https://connect-install-keys.atlassian.com"
    assert (
        install_keys({**env, "CONFLUENCE_GDPR_INSTALL_KEYS": "https://keys.example/x"}, None) == "https://keys.example"
    )
