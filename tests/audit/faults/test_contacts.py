"""F92 and F100: whatever stands in a page, a run connects to the configured site and to nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx

from tests.audit.shell import Shell

WATCHED = """
import sys
from audit.cli.main import run

def hook(event, facts):
    if event in {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}:
        print("CONTACT", event, facts[1] if event in {"socket.connect", "socket.sendto"} else facts[0], file=sys.stderr)

sys.addaudithook(hook)
run()
"""
LURES = ("http://169.254.169.254/latest/meta-data", "http://localhost:9/x", "file:///etc/passwd", "//lure.invalid/x.js")
BODY = "".join(
    f'<ac:image><ri:url ri:value="{lure}"/></ac:image><p><a href="{lure}">x</a><img src="{lure}"/></p>'
    for lure in LURES
)


def hang(shell: Shell, page: str, body: str) -> None:
    """Save a page as somebody who wants us to come along."""
    person = shell.sandbox.accounts["admin"]
    path = f"{shell.url}/wiki/api/v2/pages/{page}"
    with httpx.Client(auth=(person.email, person.token), trust_env=False) as http:
        now = http.get(path).json()
        change = {
            "id": page,
            "status": "current",
            "title": now["title"],
            "body": {"representation": "storage", "value": body},
            "version": {"number": now["version"]["number"] + 1},
        }
        assert http.put(path, json=change).status_code == 200


def contacts(*arguments: str) -> tuple[set[str], int]:
    """Run a command and return what it connected to or looked up, and its exit code."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *arguments], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    lines = [line.split(" ", 2)[2] for line in done.stderr.splitlines() if line.startswith("CONTACT ")]
    return set(lines), done.returncode


def test_a_run_connects_to_the_configured_site_and_to_nothing_else(shell: Shell) -> None:
    state = shell.sandbox.state
    legal = state.space_by_key("LEGAL")
    assert legal is not None
    hang(shell, legal.homepage, BODY)
    port = int(shell.url.rpartition(":")[2])
    found, code = contacts("audit", "--space", "LEGAL")
    assert (code, found) == (1, {f"('127.0.0.1', {port})"})


def test_what_a_stored_body_points_at_is_never_asked(tmp_path: Path) -> None:
    (tmp_path / "page.storage").write_text(f'{BODY}<p><ri:user ri:username="tbergmann"/></p>')
    assert contacts("scan", str(tmp_path / "page.storage")) == (set(), 1)
