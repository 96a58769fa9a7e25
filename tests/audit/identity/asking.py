"""What the tests of routes that ask a site share: identifiers, connections in memory, and one question."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from audit.auth import Bearer, PersonalAccessToken, Place, Secret, site_place
from audit.http import Api, Limits, SystemClock
from audit.identity.conversion import BodyConversion
from audit.identity.datacenter import DataCenterUsers
from audit.identity.jira import ConfluenceUsers, JiraUsers
from audit.identity.organisation import OrganisationDirectory
from audit.identity.route import Heard, Identifier, Route, folded
from audit.identity.usersearch import UserKeySearch
from audit.sandbox.identities import DATA_CENTER, DATA_CENTER_TOKEN, ORGANISATION_KEY
from audit.sandbox.people import LEAVERS, PEOPLE
from audit.sandbox.sandbox import Sandbox
from rules.model import SubjectKind
from tests.audit.cloud import ORIGIN, no_sleep
from tests.audit.net import Handler, net

AT = "2026-11-21T09:00:00Z"
TILDA_ID = "712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10"
OLA_ID = "5f00000000000000000000b2"
KEY = "8a7f80826c1d4e5f016c1d4e6f700001"
KNOWN, BLIND, LEAVER = PEOPLE[1], PEOPLE[2], LEAVERS[0]
"""One whom the sandbox's Jira knows, one whom it does not, one without an account."""


def now() -> str:
    return AT


def username(value: str) -> Identifier:
    return folded(SubjectKind.USERNAME, value)


def user_key(value: str) -> Identifier:
    return folded(SubjectKind.USER_KEY, value)


def address(value: str) -> Identifier:
    return folded(SubjectKind.EMAIL, value)


def elsewhere(sandbox: Sandbox, *, old: bool = False, key: str = "") -> Api:
    """Connect to the organisation's directory, or to the old site, in memory."""
    auth: Bearer | PersonalAccessToken = Bearer(Secret(key or ORGANISATION_KEY))
    place = Place(ORIGIN, ORIGIN, ORIGIN)
    if old:
        auth = PersonalAccessToken(Secret(key or DATA_CENTER_TOKEN))
        place = site_place(ORIGIN + DATA_CENTER, data_center=True)
    return Api(
        place,
        auth,
        transport=httpx.ASGITransport(app=sandbox.app),
        clock=SystemClock(),
        sleep=no_sleep,
        random=lambda: 0.5,
    )


async def asked(route: Callable[[Api], Route], handler: Handler, *identifiers: Identifier) -> Heard:
    async with net(handler, limits=Limits(attempts=2)) as one:
        return await route(one.api).ask(identifiers)


def jira(api: Api) -> Route:
    return JiraUsers(api, now)


def twin(api: Api) -> Route:
    return ConfluenceUsers(api, now)


def search(api: Api) -> Route:
    return UserKeySearch(api, now)


def organisation(api: Api) -> Route:
    return OrganisationDirectory(api, "acme", now)


def old_site(api: Api) -> Route:
    return DataCenterUsers(api, now)


def conversion(api: Api) -> Route:
    return BodyConversion(api, now, no_sleep)
