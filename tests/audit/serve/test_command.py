"""The command: what it prints, what it opens, what it refuses, and how it ends."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from audit.cli.common import guarded
from audit.cli.main import main
from audit.loopback import HOST, listener
from audit.sandbox.sandbox import Sandbox
from tests.audit.serve.process import serving


@pytest.fixture
def place(made: tuple[Path, Sandbox], tmp_path: Path) -> Path:
    shutil.copytree(made[0], tmp_path / "place")
    return tmp_path / "place"


def test_it_prints_one_address_on_loopback_and_ends_with_ctrl_c(place: Path) -> None:
    with serving(place, "--verbose") as process:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/enter/[\w-]{43}", process.address)
        with httpx.Client() as client:
            answer = client.get(process.address)
            assert answer.status_code == 200
            assert "server" not in answer.headers
            root = re.search(r"url=(/[^\"]+)\"", answer.text)
            assert root
            assert client.get(f"{process.origin}{root[1]}plans/0").status_code == 200
        assert httpx.get(process.origin).status_code == 403
        # A client that keeps its connection open, and one that never finishes its request, do not hold it up.
        idle = socket.create_connection((HOST, int(process.origin.rpartition(":")[2])))
        idle.sendall(b"GET / HTTP/1.1\r\n")
    idle.close()
    assert process.child.returncode == 0
    assert process.out == ""
    assert "Ctrl-C ends it" in process.err
    assert "Traceback" not in process.err
    assert "path=plan status=200" in process.err
    token = process.address.rpartition("/")[2]
    assert token not in process.err
    for action_title in re.findall(r'"title": "([^"]+)"', (place / "plan.json").read_text("utf-8")):
        assert action_title not in process.err


def test_nobody_else_is_listened_to(place: Path) -> None:
    with serving(place) as process:
        port = int(process.origin.rpartition(":")[2])
        others = {str(address[4][0]) for address in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)}
        for address in others - {HOST}:
            if not address.startswith("127."):
                with pytest.raises(OSError, match=r"."), socket.create_connection((address, port), 1):
                    pass
        assert httpx.get(process.origin, headers={"host": f"localhost:{port}"}).status_code == 421


def told(pipe: Path) -> str:
    """Return what a browser of ours writes into a named pipe; wait for it."""
    return subprocess.run(["/bin/cat", str(pipe)], capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_browser_gets_a_private_file_and_no_argument_that_others_can_read(place: Path, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\n{ echo "$1"; stat -c %a "${1#file://}"; } > "$HOME/asked"\n')
    browser.chmod(0o700)
    os.mkfifo(place / "asked")
    with serving(place, "--open", end=signal.SIGTERM, BROWSER=f"{browser} %s") as process:
        address, mode = told(place / "asked").split()
        post = Path(address.removeprefix("file://"))
        assert f'content="0; url={process.address}"' in post.read_text("utf-8")
        assert httpx.get(process.address).status_code == 200
    assert mode == "600"
    assert post.parent == place / "ws"
    assert process.address.rpartition("/")[2] not in address
    assert process.child.returncode == 0
    assert not post.exists()


def test_a_browser_is_started_by_itself_where_there_is_a_screen(place: Path) -> None:
    os.mkfifo(place / "asked")
    with serving(place, BROWSER="sh -c 'echo $0 > asked' %s", DISPLAY=":9"):
        assert told(place / "asked").startswith("file:///")


@pytest.mark.parametrize("display", ["", ":9"])
def test_no_browser_is_started_where_there_is_no_screen_or_none_is_wanted(place: Path, display: str) -> None:
    with serving(place, *(["--no-open"] if display else []), BROWSER="touch asked %s", DISPLAY=display) as process:
        assert httpx.get(process.address).status_code == 200
        assert not [path for path in (place / "ws").iterdir() if path.name.startswith(".open")]
    assert not (place / "asked").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["absent.json"], "No such file"),
        (["users.csv"], "it is not JSON"),
        (["--format", "docx"], "no report format docx"),
        (["--audience", "all"], "all"),
    ],
)
def test_what_cannot_be_served_is_told_before_anything_is_opened(
    place: Path, arguments: list[str], says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    words = ["serve", "--no-open", "--workspace", "ws", *arguments]
    assert guarded(lambda: main.main(words, standalone_mode=False)) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert said.out == ""


def test_a_taken_port_is_named_with_what_to_do(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with listener() as taken:
        words = ["serve", "--no-open", "--workspace", str(place / "ws"), "--port", str(taken.getsockname()[1])]
        assert guarded(lambda: main.main(words, standalone_mode=False)) == 2
    assert "Leave --port out" in capsys.readouterr().err


@pytest.mark.parametrize("library", ["starlette", "uvicorn"])
def test_without_the_extra_it_says_what_to_install(library: str) -> None:
    program = (
        f"import sys\nsys.modules[{library!r}] = None\n"
        "from audit.cli.common import guarded\nfrom audit.cli.main import main\n"
        "sys.exit(guarded(lambda: main.main(['serve', '--no-open'], standalone_mode=False)))\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "confluence-gdpr[serve]" in ended.stderr
    assert ended.stderr.startswith("Error: ")
