"""Tokens that an app signs with the secret it shares with one site.

Source: https://developer.atlassian.com/cloud/confluence/understanding-jwt/ and
https://developer.atlassian.com/cloud/confluence/user-impersonation-for-connect-apps/.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from audit.auth import Secret
from audit.connect.qsh import query_hash, site_context

SYMMETRIC: Final = "HS256"
LIFETIME_S: Final = 180
"""Of the token of one request, as in Atlassian's own examples."""
ASSERTION_S: Final = 55
"""Of an assertion: the authorization server takes none that lives longer than a minute."""


@dataclass(frozen=True, slots=True)
class ConnectApp:
    """A Connect app at one site, as it signs its requests: every token is good for one method, path and query."""

    key: str
    """Of the app, as its descriptor says."""
    secret: Secret
    """That the site gave it when it was installed there."""
    kind: str = "connect"

    @property
    def account_hint(self) -> str:
        """Return the key of the app: it names no person."""
        return self.key

    def headers(self, method: str, url: str, now: datetime) -> dict[str, str]:
        """Return the Authorization header of one request; it lives three minutes from `now`."""
        issued = int(now.timestamp())
        claims = {
            "iss": self.key,
            "iat": issued,
            "exp": issued + LIFETIME_S,
            "qsh": query_hash(method, url, site_context(url)),
        }
        return {"Authorization": f"JWT {signed(claims, self.secret)}"}


def assertion(client_id: str, secret: Secret, account_id: str, site: str, host: str, now: datetime) -> str:
    """Return the assertion with which an app asks the authorization server `host` to act for an account at `site`."""
    issued = int(now.timestamp())
    claims = {
        "iss": f"urn:atlassian:connect:clientid:{client_id}",
        "sub": f"urn:atlassian:connect:useraccountid:{account_id}",
        "tnt": site,
        "aud": host,
        "iat": issued,
        "exp": issued + ASSERTION_S,
    }
    return signed(claims, secret)


def signed(claims: dict[str, object], secret: Secret) -> str:
    """Return claims as a token under a shared secret."""
    import jwt

    return jwt.encode(claims, secret.reveal(), algorithm=SYMMETRIC)
