"""A browser's side of the pages without a server: it keeps cookies and follows nothing by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import anyio
import httpx
from starlette.types import ASGIApp


@dataclass
class Client:
    """Asks an application, one request at a time. A defect is answered as the server does, not raised."""

    app: ASGIApp
    origin: str
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Read a page."""
        return self.ask("GET", path, headers)

    def post(
        self, path: str, headers: Mapping[str, str] | None = None, data: Mapping[str, str] | bytes = b""
    ) -> httpx.Response:
        """Send a form, or whatever bytes."""
        return self.ask("POST", path, headers, data)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None, data: Mapping[str, str] | bytes = b""
    ) -> httpx.Response:
        """Send one request."""

        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url=self.origin, headers=self.headers, cookies=self.cookies
            ) as client:
                form, body = (None, data) if isinstance(data, bytes) else (data, None)
                answer = await client.request(method, path, headers=headers, data=form, content=body)
                self.cookies = client.cookies
                return answer

        return anyio.run(one)
