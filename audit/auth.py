"""Credentials as pure functions of a request, and where they may be sent.

Nothing here does I/O: `headers(method, url, now)` computes what one request needs. A secret prints as stars;
`Secret.reveal()` is the only way out and is called in this file alone.
"""

from __future__ import annotations

import base64
import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, Self
from urllib.parse import quote, urlsplit

from audit.errors import ConfigError
from rules.masking import mask

CLOUD_GATEWAY: Final = "https://api.atlassian.com"
CLOUD_MEDIA: Final = "https://api.media.atlassian.com"
DEFAULT_PORTS: Final = {"https": 443, "http": 80}


class Secret:
    """A string that is never shown: it has no readable representation, format or pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value: Final = value

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        raise TypeError("a secret is not pickled")


class Auth(Protocol):
    """One kind of credentials."""

    @property
    def kind(self) -> str:
        """Return the name that reports use: `basic`, `bearer`, `pat` or `none`."""
        ...

    @property
    def account_hint(self) -> str:
        """Return a mask by which the owner recognises the account; empty where the credentials do not name one."""
        ...

    def headers(self, method: str, url: str, now: datetime) -> dict[str, str]:
        """Return the headers that authenticate one request."""
        ...


@dataclass(frozen=True, slots=True)
class Basic:
    """E-mail address and API token, classic or scoped."""

    email: str
    token: Secret
    kind: str = "basic"

    @property
    def account_hint(self) -> str:
        """Return the masked e-mail address."""
        return mask("email", self.email)

    def headers(self, method: str, url: str, now: datetime) -> dict[str, str]:
        """Return the Authorization header; it is the same for every request."""
        del method, url, now
        pair = f"{self.email}:{self.token.reveal()}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}

    def __repr__(self) -> str:
        return f"Basic({self.account_hint}, {self.token!r})"


@dataclass(frozen=True, slots=True)
class Bearer:
    """An OAuth 2.0 access token of Confluence Cloud."""

    token: Secret
    kind: str = "bearer"

    @property
    def account_hint(self) -> str:
        """Return nothing: the token does not name its account."""
        return ""

    def headers(self, method: str, url: str, now: datetime) -> dict[str, str]:
        """Return the Authorization header; it is the same for every request."""
        del method, url, now
        return {"Authorization": f"Bearer {self.token.reveal()}"}


@dataclass(frozen=True, slots=True)
class PersonalAccessToken:
    """A personal access token of Confluence Data Center, which is sent to the site itself."""

    token: Secret
    kind: str = "pat"

    @property
    def account_hint(self) -> str:
        """Return nothing: the token does not name its account."""
        return ""

    def headers(self, method: str, url: str, now: datetime) -> dict[str, str]:
        """Return the Authorization header; it is the same for every request."""
        del method, url, now
        return {"Authorization": f"Bearer {self.token.reveal()}"}


@dataclass(frozen=True, slots=True)
class MediaToken:
    """What the service of Assets hands out for uploads: it lives for minutes and opens the media service alone."""

    client: str
    token: Secret
    kind: str = "media"
    account_hint: str = ""

    def headers(self, method: str, url: str, now: datetime) -> dict[str, str]:
        """Return the Authorization header and the client that the token belongs to."""
        del method, url, now
        return {"Authorization": f"Bearer {self.token.reveal()}", "X-Client-Id": self.client}


@dataclass(frozen=True, slots=True)
class NoCredentials:
    """Nothing is sent. For the one call that finds the cloud id."""

    kind: str = "none"
    account_hint: str = ""

    def headers(self, method: str, url: str, now: datetime) -> dict[str, str]:
        """Return no headers."""
        del method, url, now
        return {}


@dataclass(frozen=True, slots=True)
class Place:
    """Where requests go. Credentials are sent to `api_base` and `root_base` and nowhere else."""

    site: str
    """Origin of the site as people know it: `https://acme.atlassian.net`."""
    api_base: str
    """What `/api/v2/...` and `/rest/api/...` are appended to."""
    root_base: str
    """What `/rest/api/3/...` of Jira and other calls outside Confluence are appended to."""
    gateway: bool = False


def origin(url: str) -> str:
    """Return scheme://host[:port] of a URL in canonical form: lower case, no default port, no user information.

    Raises `ConfigError` for anything that is not an https URL, or http on a loopback address.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").encode("idna").decode("ascii").lower(), parts.port
    except (ValueError, UnicodeError) as error:
        raise _refused("it is not a URL") from error
    if parts.scheme not in DEFAULT_PORTS or not host or "\\" in url:
        raise _refused("it is not a URL that begins with https://")
    if parts.username is not None or parts.password is not None:
        raise _refused("it contains credentials")
    if parts.scheme == "http" and not is_loopback(host):
        raise _refused("credentials would travel unencrypted over http://")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, DEFAULT_PORTS[parts.scheme]) else "")


def is_loopback(host: str) -> bool:
    """Return whether a host name or address is this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def site_place(url: str, *, data_center: bool = False) -> Place:
    """Return the place of a site that is called directly: classic API tokens, and Data Center.

    A Cloud site lives under /wiki whatever path was copied from the browser; a Data Center site keeps its context
    path. Raises `ConfigError` as `origin` does.
    """
    site = origin(url)
    context = urlsplit(url.strip()).path.rstrip("/") if data_center else "/wiki"
    return Place(site=site, api_base=site + context, root_base=site)


def gateway_place(url: str, cloud_id: str, gateway: str = CLOUD_GATEWAY) -> Place:
    """Return the place of a Cloud site behind the API gateway: OAuth tokens and API tokens with scopes.

    Source: https://support.atlassian.com/confluence/kb/scoped-api-tokens-in-confluence-cloud/
    """
    base, cloud = origin(gateway), quote(cloud_id, safe="")
    return Place(
        site=origin(url),
        api_base=f"{base}/ex/confluence/{cloud}/wiki",
        root_base=f"{base}/ex/jira/{cloud}",
        gateway=True,
    )


def _refused(why: str) -> ConfigError:
    return ConfigError(
        what="The address of the site cannot be used",
        where="site or gateway",
        why=why,
        fix="Give it as https://NAME.atlassian.net; plain http is accepted on 127.0.0.1, ::1 and localhost only.",
    )
