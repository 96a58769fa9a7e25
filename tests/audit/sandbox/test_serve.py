"""The loopback server: real connections that can be cut, stalled and dripped, and the command that starts it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from audit.cli.sandbox import sandbox as command
from audit.errors import UsageError
from audit.loopback import listener
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.sandbox import Sandbox, real_time
from audit.sandbox.serve import serving

PAGES = "/wiki/api/v2/pages"


@pytest.fixture
def site(sandbox: Sandbox) -> Iterator[httpx.Client]:
    person = sandbox.accounts["admin"]
    with (
        serving(sandbox.app) as url,
        httpx.Client(base_url=url, auth=(person.email, person.token), timeout=5) as client,
    ):
        yield client


def test_the_server_answers_on_loopback_and_stops(sandbox: Sandbox) -> None:
    with serving(sandbox.app) as url:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
        assert httpx.get(f"{url}/_edge/tenant_info").status_code == 200
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{url}/_edge/tenant_info")


@pytest.mark.parametrize("kind", [FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER])
def test_a_reset_cuts_the_connection_without_an_answer(sandbox: Sandbox, site: httpx.Client, kind: FaultKind) -> None:
    sandbox.faults.add(Fault(kind))
    with pytest.raises(httpx.ReadError):
        site.get(PAGES)
    assert site.get(PAGES).status_code == 200
    assert [entry.status for entry in sandbox.log] == [0, 200]


def test_a_cut_body_is_shorter_than_announced(sandbox: Sandbox, site: httpx.Client) -> None:
    sandbox.faults.add(Fault(FaultKind.CUT_BODY))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        site.get(PAGES)
    assert site.get(PAGES).status_code == 200


def test_a_cut_in_chunked_encoding_ends_properly_with_half_of_the_json(sandbox: Sandbox, site: httpx.Client) -> None:
    sandbox.faults.add(Fault(FaultKind.CUT_CHUNKED))
    answer = site.get(PAGES)
    assert (answer.status_code, answer.headers["transfer-encoding"]) == (200, "chunked")
    with pytest.raises(ValueError, match=r"."):
        answer.json()


@pytest.mark.parametrize("kind", [FaultKind.STALL, FaultKind.HOLD_BEFORE, FaultKind.HOLD_AFTER])
def test_a_stall_lasts_until_the_client_gives_up(sandbox: Sandbox, site: httpx.Client, kind: FaultKind) -> None:
    sandbox.faults.add(Fault(kind))
    with pytest.raises(httpx.ReadTimeout):
        site.get(PAGES, timeout=0.3)
    assert site.get(PAGES).status_code == 200


def test_a_drip_sends_everything_byte_by_byte(sandbox: Sandbox, site: httpx.Client) -> None:
    sandbox.faults.add(Fault(FaultKind.DRIP, seconds=0.0))
    chunks = 0
    with site.stream("GET", "/wiki/api/v2/space-role-mode") as answer:
        body = b"".join(answer.iter_raw())
        chunks = len(body)
    assert body == b'{"mode": "ROLES_TRANSITION"}'
    assert chunks == int(answer.headers["content-length"])


def test_a_gzip_bomb_is_announced_as_gzip(sandbox: Sandbox, site: httpx.Client) -> None:
    sandbox.faults.add(Fault(FaultKind.GZIP_BOMB, size=1_000_000))
    with site.stream("GET", PAGES) as answer:
        size = sum(len(chunk) for chunk in answer.iter_raw())
    assert (answer.headers["content-encoding"], size < 5000) == ("gzip", True)


def test_a_taken_port_is_an_error_of_the_system() -> None:
    with listener() as taken, pytest.raises(OSError, match=r"."):
        listener(taken.getsockname()[1])


def test_the_environment_points_the_tool_at_the_site(sandbox: Sandbox) -> None:
    found = sandbox.environment("http://127.0.0.1:1", "reader")
    assert found["CONFLUENCE_GDPR_SITE"] == found["CONFLUENCE_GDPR_GATEWAY"] == "http://127.0.0.1:1"
    assert found["CONFLUENCE_GDPR_TOKEN"] == sandbox.accounts["reader"].token


def test_the_real_clock_knows_its_zone() -> None:
    assert real_time().tzinfo is not None


def test_the_command_prints_copy_paste_lines_and_writes_the_mapping(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.csv"
    program = "from audit.cli.sandbox import sandbox; sandbox()"
    arguments = [
        sys.executable,
        "-c",
        program,
        "serve",
        "--account",
        "reader",
        "--pages",
        "80",
        "--guard-premium",
        "--mapping-out",
        str(mapping),
    ]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if "CONFLUENCE_GDPR_MEDIA=" in line:  # the last one that it prints
                break
        told = [line.removeprefix("export ").strip() for line in lines if line.startswith("export ")]
        exported = dict(line.split("=", 1) for line in told)
        signed_in = (exported["CONFLUENCE_GDPR_EMAIL"], exported["CONFLUENCE_GDPR_TOKEN"])
        answer = httpx.get(f"{exported['CONFLUENCE_GDPR_SITE']}{PAGES}", auth=signed_in)
        unknown = httpx.post(f"{exported['CONFLUENCE_GDPR_SITE']}{PAGES}/1/redact", auth=signed_in, json={})
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    more = "".join(lines)
    assert f"# export CONFLUENCE_GDPR_DATA_CENTER={exported['CONFLUENCE_GDPR_SITE']}/dc\n" in more
    assert more.count("# export CONFLUENCE_GDPR_") == 5
    assert answer.status_code == 200
    assert unknown.status_code == 404, "without redaction it is 403 for every page"
    assert mapping.read_text(encoding="utf-8").startswith("username,user_key,email,account_id\n")
    assert "Everybody on this site is invented" in errors
    assert "Traceback" not in errors


def test_the_command_says_what_to_do_about_a_taken_port() -> None:
    with listener() as taken:
        result = CliRunner().invoke(command, ["serve", "--port", str(taken.getsockname()[1])])
    assert isinstance(result.exception, UsageError)
    assert "Leave --port out" in str(result.exception)


def test_the_command_says_what_to_install_when_the_extra_is_missing() -> None:
    program = (
        "import sys\nsys.modules['uvicorn'] = None\n"
        "from audit.cli.sandbox import sandbox\n"
        "try:\n    sandbox(['serve'], standalone_mode=False)\n"
        "except Exception as error:\n    print(type(error).__name__, error)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.stdout.startswith("UsageError")
    assert "confluence-gdpr[sandbox]" in ended.stdout


def test_a_client_that_goes_away_between_requests_disturbs_nobody(sandbox: Sandbox, site: httpx.Client) -> None:
    port = int(str(site.base_url).rsplit(":", 1)[1].strip("/"))
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\n")
    assert site.get(PAGES).status_code == 200
