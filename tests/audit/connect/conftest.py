"""Fixtures of the tests of apps."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from audit.sandbox.grants import CALLBACK
from tests.audit.shell import Shell

Become = Callable[[str], None]
"""Point the commands at the sandbox with credentials of one kind of app."""


class LogIn(Protocol):
    """Answer the next login as a browser does, with an address that is changed where a test says so."""

    def __call__(self, **changed: str) -> None: ...


@pytest.fixture
def as_app(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Become:
    def become(kind: str) -> None:
        for name in ("EMAIL", "TOKEN"):
            monkeypatch.delenv(f"CONFLUENCE_GDPR_{name}", raising=False)
        for name, value in shell.sandbox.app_environment(shell.url, kind).items():
            monkeypatch.setenv(name, value)

    return become


@pytest.fixture
def log_in(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> LogIn:
    def answer(**changed: str) -> None:
        back = changed.pop("at", CALLBACK)

        class Browser(io.StringIO):
            def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override] # text, as in its base
                address = shell.capture.readouterr().out.strip()
                query = parse_qs(urlsplit(address).query)
                given = {"state": query["state"][0], "code": shell.sandbox.state.grants.consent(), **changed}
                return f"{back}?{urlencode({name: value for name, value in given.items() if value})}\n"

        monkeypatch.setattr(sys, "stdin", Browser())

    return answer
