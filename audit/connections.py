"""Making connections under one configuration: its limits, its proxy, its certificates, whatever the place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from audit.auth import Auth, NoCredentials, Place, site_place
from audit.cloudid import cloud_id
from audit.config import Config
from audit.events import OnEvent, ignore
from audit.http import Api, SystemClock, Transport, network
from audit.pacing import Sleep

Connect = Callable[[Place, Auth], Api]
"""Returns a connection, not yet opened. Credentials go to its place and nowhere else."""


def connector(
    config: Config,
    *,
    now: Callable[[], datetime],
    sleep: Sleep,
    random: Callable[[], float],
    on_event: OnEvent = ignore,
    transport: Transport | None = None,
) -> Connect:
    """Return what makes connections under the limits and through the proxy of a configuration.

    `transport` makes another network for tests.
    """
    clock, limits = SystemClock(now), config.limits

    def connection(place: Place, auth: Auth) -> Api:
        given = transport() if transport else network(limits, ca_file=config.ca_file, proxy=config.proxy)
        return Api(
            place, auth, transport=given, clock=clock, sleep=sleep, random=random, limits=limits, on_event=on_event
        )

    return connection


async def connect(
    config: Config,
    *,
    clock_now: Callable[[], datetime],
    sleep: Sleep,
    random: Callable[[], float],
    on_event: OnEvent = ignore,
    transport: Transport | None = None,
) -> Api:
    """Return the API of the configured site, not yet opened; `transport` makes another network for tests.

    Behind the gateway the site is asked for its cloud id first, unless the configuration names it, with a connection
    of its own and without credentials. Raises `Missing` when the site has none, and what `Api.get` raises.
    """
    api = connector(config, now=clock_now, sleep=sleep, random=random, on_event=on_event, transport=transport)
    if not config.through_gateway or config.cloud_id:
        return api(config.place(config.cloud_id), config.auth)
    async with api(site_place(config.site), NoCredentials()) as site:
        made = api(config.place(await cloud_id(site)), config.auth)
    made.follows(site)
    return made
