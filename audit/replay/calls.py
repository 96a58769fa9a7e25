"""Which recorded calls are the site's own, and how each is asked again: with our credentials, its query in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl, quote, unquote_plus, urlsplit

from audit.auth import Place, origin
from audit.errors import ConfigError
from audit.paging import check_path, template
from audit.replay.recorded import BESIDE, SAFE, Recorded

SWITCH: Final = "privacyMode"
CONFLUENCE: Final = "/wiki"
_API: Final = ("/wiki/rest/", "/wiki/api/", "/rest/")
_JUDGED: Final = (*BESIDE, *(f"{CONFLUENCE}{each}" for each in BESIDE))
"""Interfaces beside REST: what is sent there is judged, and they are not asked again."""
_SECRETS: Final = frozenset(
    """
    access_token apikey api_key atl_token auth authorization client_secret id_token jwt os_authtype os_password
    os_username password refresh_token secret session sig signature token
    """.split()  # noqa: SIM905 - a table of words reads better than one of quotes
)
"""Parameters that carry credentials. They are never sent again."""
_GATEWAY: Final = re.compile(r"/ex/(confluence|jira)/([^/]+)(/.*)")
_PLAIN: Final = re.compile(r"[!-~]")
_UNSAFE: Final = frozenset('"<>\\^`{|}#')
_PARAMETERS: Final = re.compile(r";[^/]*")


class Left(StrEnum):
    """Why a recorded call is left alone."""

    ELSEWHERE = "another host"
    PAGE = "no call of an API"
    BROKEN = "the address cannot be read"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the site's own API."""

    method: str
    path: str = field(repr=False)
    """As the site has it, with /wiki: without query, parameters of segments and credentials."""
    query: str = field(default="", repr=False)
    """As it was recorded; `target` leaves credentials out."""
    recorded: Recorded = field(default_factory=lambda: Recorded("", ""), repr=False)
    fixed: str = ""
    """Why it is not asked again; empty where it is."""
    built_in: bool = False
    """It stands for a resource of the guide: where it is missing, the site has the resource no more."""

    @property
    def shown(self) -> str:
        """Return the path as it may be shown: words of the API and numbers, no names, no query."""
        return template(self.path)

    @property
    def through_confluence(self) -> bool:
        """Return whether it belongs below the base of Confluence's API, rather than beside it."""
        return self.path.startswith(f"{CONFLUENCE}/")

    @property
    def has_credentials(self) -> bool:
        """Return whether the recorded address carries credentials."""
        return any(_name(pair) in _SECRETS for pair in self.query.split("&"))

    def values(self, *names: str) -> Iterator[tuple[str, str]]:
        """Yield the decoded values of parameters by name in lower case."""
        for name, value in parse_qsl(self.query, max_num_fields=None):
            if name.lower() in names:
                yield name.lower(), value

    def target(self, *, private: bool) -> str:
        """Return path and query below the base, with the switch or without; the order of parameters is kept."""
        pairs: list[str] = []
        for pair in self.query.split("&") if self.query else ():
            name = _name(pair)
            if name == SWITCH.lower():
                if private and f"{SWITCH}=true" not in pairs:
                    pairs.append(f"{SWITCH}=true")
            elif name not in _SECRETS:
                pairs.append(pair)
        if private and f"{SWITCH}=true" not in pairs:
            pairs.append(f"{SWITCH}=true")
        path = self.path.removeprefix(CONFLUENCE) if self.through_confluence else self.path
        return f"{path}?{'&'.join(pairs)}" if pairs else path


@dataclass(frozen=True, slots=True)
class Sorted:
    """The calls of a recording, and how many others it holds."""

    calls: tuple[Call, ...] = ()
    elsewhere: int = 0
    pages: int = 0
    broken: tuple[str, ...] = ()
    """Where the calls stand whose address cannot be read."""


def sort(recording: Iterable[Recorded], place: Place, gateway: str, cloud: str) -> Sorted:
    """Return what a recording holds for the site at `place`.

    `cloud` is the site's cloud id, by which calls through the gateway are told apart; empty where it is not known.
    """
    calls: list[Call] = []
    counts = {Left.ELSEWHERE: 0, Left.PAGE: 0}
    broken: list[str] = []
    for recorded in recording:
        found = call_of(recorded, place, gateway, cloud)
        if isinstance(found, Call):
            calls.append(found)
        elif found is Left.BROKEN:
            broken.append(recorded.place)
        else:
            counts[found] += recorded.times
    return Sorted(tuple(calls), counts[Left.ELSEWHERE], counts[Left.PAGE], tuple(broken))


def through_gateway(recording: Iterable[Recorded], gateway: str) -> bool:
    """Return whether any call of a recording went through the gateway."""
    return any(one.url.startswith(f"{gateway}/ex/") for one in recording)


def call_of(recorded: Recorded, place: Place, gateway: str, cloud: str) -> Call | Left:
    """Return the call that a recorded one is on the site at `place`, or why it is left alone."""
    try:
        parts = urlsplit(recorded.url)
        host = "" if recorded.url.startswith("/") and not parts.netloc else _origin(parts.scheme, parts.netloc)
    except (ValueError, ConfigError):
        return Left.ELSEWHERE if "://" in recorded.url else Left.BROKEN
    path, query = _encoded(parts.path), _encoded(parts.query)
    through = _GATEWAY.fullmatch(path) if host == gateway else None
    if through and cloud and through[2] == cloud:
        path = through[3]
        if through[1] == "confluence" and not path.startswith(f"{CONFLUENCE}/"):
            path = f"{CONFLUENCE}{path}"
    elif host not in {"", place.site}:
        return Left.ELSEWHERE
    path = _PARAMETERS.sub("", path)
    if path.startswith(_JUDGED):
        return Call(recorded.method, path, query, recorded, "no resource of the REST API")
    if not path.startswith(_API):
        return Left.PAGE
    return _asked(Call(recorded.method, path, query, recorded))


def _asked(call: Call) -> Call | Left:
    """Return the call with why it is not sent, if so; nothing is asked that could leave the base."""
    try:
        check_path(call.target(private=True))
    except ValueError:
        return Left.BROKEN
    if call.method in SAFE:
        return call
    return Call(call.method, call.path, call.query, call.recorded, "it may change something")


def _origin(scheme: str, netloc: str) -> str:
    """Return the origin of an address; a login in it is dropped."""
    return origin(f"{scheme}://{netloc.rpartition('@')[2]}")


def _encoded(text: str) -> str:
    """Return a piece of an address with everything encoded that does not stand in one as it is."""
    return "".join(
        each if _PLAIN.fullmatch(each) and each not in _UNSAFE else quote(each, errors="replace") for each in text
    )


def _name(pair: str) -> str:
    return unquote_plus(pair.partition("=")[0]).strip().lower()
