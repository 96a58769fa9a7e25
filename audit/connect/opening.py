"""Connecting to the configured site with whatever credentials it is configured with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from audit.attempts import Fault, Reply, Traffic, added
from audit.auth import Auth, NoCredentials, Place, origin, site_place
from audit.connect.grants import Granted, ThreeLegged
from audit.connect.source import TokenSource
from audit.connect.store import TokenStore
from audit.connect.tokenhost import TokenHost
from audit.connections import connect
from audit.errors import ConfigError
from audit.events import OnEvent, ignore
from audit.http import Api, cloud_id, network
from audit.pacing import Clock, Sleep

A = TypeVar("A", bound=Api)

Network = Callable[[], Any]
"""Returns a new `httpx.AsyncBaseTransport`; `audit.http` alone may name that library."""

if TYPE_CHECKING:
    from audit.config import Config
    from audit.http import _Call

RESOURCES: Final = "/oauth/token/accessible-resources"


class _Resource(msgspec.Struct):
    id: str
    url: str


class Renewed(Api):
    """A site whose credentials are a token for an hour: each request waits until there is a fresh one."""

    source: TokenSource | None = None

    @property
    def traffic(self) -> Mapping[str, Traffic]:
        """Return what was exchanged so far with each origin, the token host among them."""
        return super().traffic if self.source is None else added(super().traffic, self.source.traffic)

    async def _exchange(self, call: _Call, attempt: int) -> Reply | Fault:
        if self.source is not None:
            await self.source.fresh()
        return await super()._exchange(call, attempt)


R = TypeVar("R", bound=Renewed)


class Opener:
    """Makes connections with one configuration. `transport` makes another network for tests."""

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock,
        sleep: Sleep,
        random: Callable[[], float],
        on_event: OnEvent = ignore,
        transport: Network | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._on_event = on_event
        self._transport = transport
        self._network = transport or (lambda: network(config.limits, ca_file=config.ca_file, proxy=config.proxy))

    async def opened(self, workspace: Callable[[], Path]) -> Api:
        """Return the API of the site, not yet opened. `workspace` is the folder of runs, asked for where it is needed.

        Raises what `audit.http.connect` and `TokenSource.fresh` raise, and `ConfigError` when the grant of a person
        does not cover the site.
        """
        auth = self._config.auth
        if not isinstance(auth, Granted):
            return await connect(
                self._config,
                clock_now=self._clock.now,
                sleep=self._sleep,
                random=self._random,
                on_event=self._on_event,
                transport=self._transport,
            )
        source = self.source(auth, workspace)
        await source.fresh()
        if not self._config.through_gateway or self._config.cloud_id:
            return self._renewed(self._config.place(self._config.cloud_id), source)
        return await self._found(auth, source)

    async def beside(self, kind: type[R], base: str, workspace: Callable[[], Path]) -> R:
        """Return one host beside the site that takes the credentials of an app, not yet opened.

        Raises what `TokenSource.fresh` raises.
        """
        auth = self._config.auth
        host = self._made(kind, Place(site=base, api_base=base, root_base=base), auth)
        if isinstance(auth, Granted):
            host.source = self.source(auth, workspace)
            await host.source.fresh()
        return host

    def bare(self, kind: type[A], base: str, root: str = "") -> A:
        """Return one host that gets no credentials at all, not yet opened; `root` is another one of that sort."""
        return self._made(kind, Place(site=base, api_base=base, root_base=root or base), NoCredentials())

    def source(self, auth: Granted, workspace: Callable[[], Path]) -> TokenSource:
        """Return where the tokens of these credentials come from."""
        grant = auth.grant
        store = TokenStore(workspace(), grant, self._config.site) if isinstance(grant, ThreeLegged) else None
        host = Place(site=grant.host, api_base=grant.host, root_base=grant.host)
        return TokenSource(auth, lambda: self._made(TokenHost, host, NoCredentials()), self._clock, self._sleep, store)

    async def _found(self, auth: Granted, source: TokenSource) -> Renewed:
        """Return the site behind the gateway, whose cloud id is asked for first; that request counts as well."""
        if isinstance(auth.grant, ThreeLegged):
            gateway = Place(self._config.site, self._config.gateway, self._config.gateway)
            asked: Api = self._renewed(gateway, source)
            async with asked:
                cloud = await granted_cloud(asked, self._config.site)
        else:
            asked = self._made(Api, site_place(self._config.site), NoCredentials())
            async with asked:
                cloud = await cloud_id(asked)
        made = self._renewed(self._config.place(cloud), source)
        made.follows(asked)
        return made

    def _renewed(self, place: Place, source: TokenSource) -> Renewed:
        api = self._made(Renewed, place, self._config.auth)
        api.source = source
        return api

    def _made(self, kind: type[A], place: Place, auth: Auth) -> A:
        return kind(
            place,
            auth,
            transport=self._network(),
            clock=self._clock,
            sleep=self._sleep,
            random=self._random,
            limits=self._config.limits,
            on_event=self._on_event,
        )


async def granted_cloud(api: Api, site: str) -> str:
    """Return the cloud id of a site among those that a person's grant covers.

    Raises `ConfigError` when it is not among them; the others are counted and not named.
    """
    answer = await api.get_root(RESOURCES)
    found = answer.to(list[_Resource])
    for each in found:
        if _is(each.url, site):
            return each.id
    raise ConfigError(
        what="The grant does not cover this site",
        where=site,
        why=f"it covers {len(found)} other sites" if found else "it covers no site",
        fix="Log in again with `confluence-gdpr login` and choose this site on the screen of consent.",
    )


def _is(url: str, site: str) -> bool:
    try:
        return origin(url) == site
    except ConfigError:
        return False
