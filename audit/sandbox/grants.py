"""The apps of the sandbox and their tokens: a Connect app that is installed, OAuth credentials, grants of people.

Everything here is invented. The tokens look like no real ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from audit.sandbox.people import ADMIN, ADMINS, STAFF, Person

APP_KEY: Final = "example.acme.roster"
CLIENT_KEY: Final = "5d1c6f0a-7b7e-3c55-9a52-7f0f5a1d2c3b"
SHARED_SECRET: Final = "sandbox-shared-secret-of-the-roster-app-4f7c1d9e2b8a6035"  # noqa: S105 - invented
OAUTH_CLIENT_ID: Final = "sandbox-oauth-client-of-the-roster-app"
CLIENT_ID: Final = "sandbox-client-of-an-integration"
CLIENT_SECRET: Final = "sandbox-client-secret-8c2f6e1b4d7a9035c6e1f2b3"  # noqa: S105 - invented
SERVICE_ID: Final = "sandbox-client-of-a-service-account"
SERVICE_SECRET: Final = "sandbox-service-secret-1a9d5c7e3b2f8046d1c5e7a9"  # noqa: S105 - invented
CALLBACK: Final = "https://integration.acme-optics.example/callback"
DECLARED: Final = frozenset({"acme-roster", "acme-roster-admin"})
"""Keys of the modules in the descriptor of the app."""
APP: Final = Person("", "", "557058:6f1d2c3b-4a59-4f68-9d77-0c1b2a394857", "", "Acme Roster", (ADMINS, STAFF))
SERVICE: Final = Person("", "", "712020:9d8c7b6a-5f4e-4d3c-8b2a-190f8e7d6c5b", "", "Acme Reports", (ADMINS, STAFF))
ACCESS_S: Final = 3600
ACT_AS_S: Final = 900
CLOSED_TEST_ACCOUNT: Final = "5be24ba3f91c106033269289"
"""Of Atlassian's guide for apps: always closed."""
LEEWAY: Final = timedelta(minutes=10)
"""For which a refresh token that was used is taken again."""


@dataclass(frozen=True, slots=True)
class Access:
    """An access token."""

    person: Person
    until: datetime
    at_site: bool
    """Good at the site itself; others are good through the gateway only."""


@dataclass(slots=True)
class _Refresh:
    person: Person
    family: int
    used: datetime | None = None


@dataclass(slots=True)
class Grants:
    """What was granted, to whom."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    """The time of the outside: tokens of apps carry it."""
    modules: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    """Dynamic modules of the app by their type."""
    closed: set[str] = field(default_factory=lambda: {CLOSED_TEST_ACCOUNT})
    """Account ids that the reporting of accounts calls closed."""
    changed: dict[str, datetime] = field(default_factory=dict)
    """When a profile changed last, by account id."""
    cycle_s: int | None = None
    """What the reporting of accounts says of the time between two reports; None: nothing."""
    install_keys: dict[str, bytes] = field(default_factory=dict)
    """Public keys in PEM by their id; a test that signs installations puts its own there."""
    access: dict[str, Access] = field(default_factory=dict)
    codes: dict[str, Person] = field(default_factory=dict)
    """Consents that nobody has turned into tokens yet."""
    _refresh: dict[str, _Refresh] = field(default_factory=dict)
    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def consent(self, person: Person = ADMIN) -> str:
        """Return the code of a consent, good once."""
        code = f"sandbox-code-{next(self._count):04}"
        self.codes[code] = person
        return code

    def give(self, person: Person, seconds: int = ACCESS_S, *, at_site: bool = False) -> str:
        """Return a new access token."""
        token = f"sandbox-access-{next(self._count):04}"
        self.access[token] = Access(person, self.now() + timedelta(seconds=seconds), at_site)
        return token

    def begin(self, person: Person) -> str:
        """Return the first refresh token of a grant."""
        return self._kept(_Refresh(person, next(self._count)))

    def rotate(self, token: str) -> tuple[Person, str] | None:
        """Return whose grant it is and the next refresh token; None, and the end of the grant, for a used one."""
        found = self._refresh.get(token)
        if found is None:
            return None
        if found.used is not None and self.now() - found.used > LEEWAY:
            self._refresh = {name: one for name, one in self._refresh.items() if one.family != found.family}
            return None
        found.used = found.used or self.now()
        return found.person, self._kept(_Refresh(found.person, found.family))

    def whose(self, token: str) -> Access | None:
        """Return what an access token is good for, None when it is none or over."""
        found = self.access.get(token)
        return found if found is not None and self.now() < found.until else None

    def _kept(self, one: _Refresh) -> str:
        token = f"sandbox-refresh-{next(self._count):04}"
        self._refresh[token] = one
        return token
