"""The routes that ask sites, opened as the configuration has them: each site with credentials of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from audit.auth import Bearer, PersonalAccessToken, Place, origin, site_place
from audit.config import Config
from audit.connections import connector
from audit.events import OnEvent, ignore
from audit.http import Api
from audit.identity.conversion import BodyConversion
from audit.identity.datacenter import DataCenterUsers
from audit.identity.jira import ConfluenceUsers, JiraUsers
from audit.identity.organisation import OrganisationDirectory
from audit.identity.route import Route
from audit.identity.usersearch import UserKeySearch
from audit.pacing import Sleep
from reports.evidence import HostFacts


@dataclass(frozen=True, slots=True)
class Opened:
    """Routes that can be asked, in the order of trust."""

    routes: tuple[Route, ...]
    connections: dict[str, Api] = field(default_factory=dict, repr=False)
    """Route -> its connection, for those that ask another site than the audited one."""

    def hosts(self) -> tuple[HostFacts, ...]:
        """Return what was exchanged so far with other sites than the audited one."""
        return tuple(one for name, api in self.connections.items() for one in host_facts(f"identity route {name}", api))


@asynccontextmanager
async def opened(
    config: Config,
    api: Api,
    *,
    now: Callable[[], datetime],
    sleep: Sleep,
    random: Callable[[], float],
    on_event: OnEvent = ignore,
) -> AsyncIterator[Opened]:
    """Open the routes of a Cloud site and of the further sites that are configured, in the order of trust.

    `api` is the audited site. Credentials of one site never go to another.
    """
    stamp = partial(stamped, now)
    given = config.sources
    connection = connector(config, now=now, sleep=sleep, random=random, on_event=on_event)

    async with AsyncExitStack() as stack:
        others: dict[str, Api] = {}
        routes: list[Route] = [JiraUsers(api, stamp), ConfluenceUsers(api, stamp), UserKeySearch(api, stamp)]
        if given.data_center:
            place = site_place(given.data_center, data_center=True)
            site = await stack.enter_async_context(connection(place, PersonalAccessToken(given.data_center_token)))
            routes.append(DataCenterUsers(site, stamp))
            others[DataCenterUsers.name] = site
        if given.organisation:
            host = given.organisation_host
            site = await stack.enter_async_context(connection(Place(host, host, host), Bearer(given.organisation_key)))
            routes.append(OrganisationDirectory(site, given.organisation, stamp))
            others[OrganisationDirectory.name] = site
        routes.append(BodyConversion(api, stamp, sleep))
        yield Opened(tuple(routes), others)


def host_facts(purpose: str, api: Api, *, everywhere: bool = False) -> tuple[HostFacts, ...]:
    """Return what a connection exchanged so far with each host: with its own for `purpose`, with others for less.

    The site is asked for its cloud id where the gateway is the connection's own host; any other host gives tokens.
    `everywhere`: every host was asked for `purpose`.
    """
    purposes = {origin(api.place.site): "cloud id of the site", origin(api.place.api_base): purpose}
    if everywhere:
        purposes = dict.fromkeys(api.traffic, purpose)
    return tuple(
        HostFacts(host, purposes.get(host, "access tokens"), one.requests, one.received_bytes, one.sent_bytes)
        for host, one in sorted(api.traffic.items())
    )


def stamped(now: Callable[[], datetime]) -> str:
    """Return the present moment as reports write it."""
    return f"{now():%Y-%m-%dT%H:%M:%SZ}"
