"""Ways to an access token of OAuth 2.0, as pure functions: what is asked of which host, and what the answer says.

Sources: https://developer.atlassian.com/cloud/confluence/oauth-2-3lo-apps/ (rotating refresh tokens: one use, ten
minutes in which a repeated use counts as the same, 90 days without use, 365 days in all),
https://support.atlassian.com/user-management/docs/create-oauth-2-0-credential-for-service-accounts/,
https://developer.atlassian.com/cloud/confluence/user-impersonation-for-connect-apps/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from audit.answers import encode
from audit.auth import Secret
from audit.connect.signing import assertion

TOKEN_HOST: Final = "https://auth.atlassian.com"  # noqa: S105 - an address
ACT_AS_HOST: Final = "https://oauth-2-authorization-server.services.atlassian.com"
TOKEN_PATH: Final = "/oauth/token"  # noqa: S105 - a path
ACT_AS_PATH: Final = "/oauth2/token"
JWT_BEARER: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
MARGIN_S: Final = 120
"""A token that ends within this is not used any more: an upload or a slow answer may outlive it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to a token host."""

    path: str
    body: bytes = field(repr=False)
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, and the refresh token that came with it."""

    access: Secret
    ends: datetime
    refresh: Secret | None = None

    def lasts(self, now: datetime) -> bool:
        """Return whether the token is good for a while."""
        return now + timedelta(seconds=MARGIN_S) < self.ends


@dataclass(frozen=True, slots=True)
class ThreeLegged:
    """An app that a person lets act for them (3LO). The first token comes from `login`."""

    client_id: str
    secret: Secret
    host: str = TOKEN_HOST
    callback: str = ""
    scopes: str = ""
    """Separated by blanks; empty for those that an audit needs."""
    kind: str = "oauth"

    def by_code(self, code: Secret) -> Asked:
        """Return the request that turns the code of a consent, which is good once, into tokens."""
        return self._asked({"grant_type": "authorization_code", "code": code.reveal(), "redirect_uri": self.callback})

    def by_refresh(self, refresh: Secret) -> Asked:
        """Return the request that turns a refresh token into the next pair of tokens."""
        return self._asked({"grant_type": "refresh_token", "refresh_token": refresh.reveal()})

    def _asked(self, body: Mapping[str, str]) -> Asked:
        own = {"client_id": self.client_id, "client_secret": self.secret.reveal()}
        return Asked(TOKEN_PATH, encode({**body, **own}))


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A service account with OAuth 2.0 credentials: the client credentials are all that is needed."""

    client_id: str
    secret: Secret
    host: str = TOKEN_HOST
    kind: str = "service-account"

    def asked(self, now: datetime) -> Asked:
        """Return the request for a token."""
        del now
        body = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.secret.reveal()}
        return Asked(TOKEN_PATH, encode(body))


@dataclass(frozen=True, slots=True)
class ActAs:
    """A Connect app with the scope ACT_AS_USER, in the place of one account (JWT bearer)."""

    client_id: str
    """`oauthClientId` of the installation."""
    secret: Secret
    """Shared secret of the installation."""
    account_id: str = field(repr=False)
    site: str
    host: str = ACT_AS_HOST
    scopes: str = ""
    """Separated by blanks, in capitals; empty for all that the app has."""
    kind: str = "act-as"

    def asked(self, now: datetime) -> Asked:
        """Return the request for a token; its assertion lives less than a minute from `now`."""
        made = assertion(self.client_id, self.secret, self.account_id, self.site, self.host, now)
        body = {"grant_type": JWT_BEARER, "assertion": made}
        if self.scopes:
            body["scope"] = self.scopes.upper()
        return Asked(ACT_AS_PATH, urlencode(body).encode("ascii"), "application/x-www-form-urlencoded")


Grant = ThreeLegged | ServiceAccount | ActAs


class Granted:
    """Credentials of which a host gives a token for an hour at most: what a request sends is the present one."""

    __slots__ = ("_token", "grant")

    def __init__(self, grant: Grant) -> None:
        self.grant = grant
        self._token: Token | None = None

    @property
    def kind(self) -> str:
        """Return the name that reports use: `oauth`, `service-account` or `act-as`."""
        return self.grant.kind

    @property
    def account_hint(self) -> str:
        """Return nothing: the token does not name its account."""
        return ""

    def take(self, token: Token) -> None:
        """Use this token from now on."""
        self._token = token

    def lasts(self, now: datetime) -> bool:
        """Return whether there is a token that is good for a while."""
        return self._token is not None and self._token.lasts(now)

    def headers(self, method: str, url: str, now: datetime) -> dict[str, str]:
        """Return the Authorization header. Raises `RuntimeError` before a token was taken."""
        del method, url, now
        if self._token is None:
            raise RuntimeError("no token was asked for yet")
        return {"Authorization": f"Bearer {self._token.access.reveal()}"}

    def __repr__(self) -> str:
        return f"Granted({self.kind})"
