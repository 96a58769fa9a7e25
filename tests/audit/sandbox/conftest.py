"""A fresh sandbox for each test, and a way to sign in."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from audit.sandbox.sandbox import Sandbox

SignIn = Callable[..., httpx.AsyncClient]


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(keep_bodies=True)


@pytest.fixture
def sign_in(sandbox: Sandbox) -> SignIn:
    def client(role: str = "admin", base_url: str = "http://sandbox.test") -> httpx.AsyncClient:
        person = sandbox.accounts[role]
        transport = httpx.ASGITransport(app=sandbox.app)
        return httpx.AsyncClient(transport=transport, base_url=base_url, auth=(person.email, person.token))

    return client
