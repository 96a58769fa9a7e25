"""The server without its command: it names nobody, listens to loopback, and its signpost is private and goes away."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx
import pytest
from starlette.responses import PlainTextResponse

from audit.loopback import HOST, listener
from audit.serve.server import server_for, signpost
from tests.reports.pages import parse

ADDRESS = 'http://127.0.0.1:1/enter/a&b"<c>'


def test_an_answer_names_no_software_and_what_a_proxy_claims_counts_for_nothing() -> None:
    server, connection = server_for(PlainTextResponse("here")), listener()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [connection]}, daemon=True)
    thread.start()
    address = f"http://{HOST}:{connection.getsockname()[1]}/"
    answer = httpx.get(address, headers={"x-forwarded-for": "203.0.113.1", "x-forwarded-proto": "https"})
    server.should_exit = True
    thread.join(10)
    connection.close()
    assert answer.text == "here"
    assert not {"server", "x-powered-by"} & set(answer.headers)
    with pytest.raises(httpx.TransportError):
        httpx.get(address)


def test_the_signpost_leads_to_the_address_is_private_and_goes_away(tmp_path: Path) -> None:
    with signpost(tmp_path, ADDRESS) as path:
        assert path.stat().st_mode & 0o777 == 0o600
        page = parse(path.read_bytes())
        assert page.attributes("href") == [ADDRESS]
        assert f"0; url={ADDRESS}" in page.attributes("content")
        assert "no-referrer" in page.attributes("content")
        with signpost(tmp_path, ADDRESS) as other:
            assert other != path
    assert list(tmp_path.iterdir()) == []


def test_the_signpost_goes_away_also_when_the_server_fails(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="taken"), signpost(tmp_path, ADDRESS):
        raise OSError("taken")
    assert list(tmp_path.iterdir()) == []
