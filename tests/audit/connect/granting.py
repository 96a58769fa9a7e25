"""The tool at the sandbox with credentials of apps, in memory, by a clock that only sleeping moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import httpx

from audit.auth import Secret
from audit.config import Config, load
from audit.connect.grants import Granted, ThreeLegged
from audit.connect.opening import Opener
from audit.connect.source import TokenSource
from audit.connect.store import TokenStore
from audit.events import Event
from audit.http import Api
from audit.sandbox.faults import Fault, FaultKind
from audit.sandbox.sandbox import Sandbox
from tests.audit.net import FakeTime

ORIGIN = "http://127.0.0.1:8990"
TOKENS = "^/oauth/token$"
LOST = Fault(FaultKind.STATUS_AFTER, "POST", TOKENS, status=502)
"""The host did what it was asked, and its answer is lost."""


def no_ring(_service: str, _user: str) -> str | None:
    return None


@dataclass
class Granting:
    """One sandbox, one clock, and as many processes as a test opens."""

    folder: Path
    sandbox: Sandbox = field(default_factory=Sandbox)
    time: FakeTime = field(default_factory=FakeTime)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sandbox.state.grants.now = self.time.now

    def config(self, kind: str = "oauth", **changed: str) -> Config:
        """Return the configuration of a new process."""
        env = {**self.sandbox.app_environment(ORIGIN, kind), "HOME": str(self.folder)}
        env |= {f"CONFLUENCE_GDPR_{name.upper()}": value for name, value in changed.items()}
        return load(env, None, {}, no_ring)

    def opener(self, config: Config) -> Opener:
        return Opener(
            config,
            clock=self.time,
            sleep=self.time.sleep,
            random=lambda: 0.5,
            on_event=self.events.append,
            transport=lambda: httpx.ASGITransport(app=self.sandbox.app),
        )

    async def api(self, config: Config) -> Api:
        return await self.opener(config).opened(lambda: self.folder)

    def source(self, config: Config) -> TokenSource:
        assert isinstance(config.auth, Granted)
        return self.opener(config).source(config.auth, lambda: self.folder)

    async def log_in(self) -> None:
        """Consent as the administrator and keep the tokens."""
        config = self.config()
        grant = three_legged(config)
        await self.source(config).begin(grant.by_code(Secret(self.sandbox.state.grants.consent())))

    def store(self) -> TokenStore:
        config = self.config()
        return TokenStore(self.folder, three_legged(config), config.site)

    def asked(self) -> int:
        """Return how often a token host was asked so far."""
        return sum(entry.path in {"/oauth/token", "/oauth2/token"} for entry in self.sandbox.log)


def three_legged(config: Config) -> ThreeLegged:
    assert isinstance(config.auth, Granted)
    assert isinstance(config.auth.grant, ThreeLegged)
    return config.auth.grant
