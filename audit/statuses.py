"""What a status of the API means: which error it is, and whether another attempt may help."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from audit.errors import (
    Conflict,
    GoneError,
    Missing,
    NotAllowed,
    NotAuthenticated,
    RedirectRefused,
    Rejected,
    ScopeMissing,
    SiteError,
    Throttled,
    TlsError,
    Unreachable,
)

TOO_MANY: Final = 429
SERVER_ERROR: Final = 500
TRANSIENT: Final = frozenset({408, 425})
FINAL_5XX: Final = frozenset({501, 505})
"""Not implemented, version not supported: another attempt gives the same."""
SCOPE_MESSAGE: Final = b"scope does not match"
"""`401 Unauthorized; scope does not match` is the gateway's answer to a valid token. The word alone proves nothing."""
SPOKEN: Final = "/rest/atlassian-connect/"
"""Calls of an app about itself: what the site says about them is shown as it is."""
SPOKEN_CHARS: Final = 500
WEEK_S: Final = 7 * 24 * 3600


def is_success(status: int) -> bool:
    """Return whether the site says that the request was carried out."""
    return 200 <= status < 300  # noqa: PLR2004


def is_redirect(status: int) -> bool:
    """Return whether the site points elsewhere."""
    return 300 <= status < 400  # noqa: PLR2004


def leads_elsewhere(error: SiteError) -> bool:
    """Return whether the site pointed elsewhere: to a login page, mostly, where all other calls would go as well."""
    return error.status is not None and is_redirect(error.status)


def is_transient(status: int) -> bool:
    """Return whether the same request may succeed a little later (429 is treated apart)."""
    return status in TRANSIENT or (status >= SERVER_ERROR and status not in FINAL_5XX)


def error_of(status: int, headers: Mapping[str, str], body: bytes, where: str, auth_kind: str) -> SiteError:
    """Return the error for a status that is neither a success nor worth another attempt.

    The body is searched for one known message and never repeated. `headers` has lower-case names.
    """
    meaning = _MEANINGS.get(status, _REFUSED)
    why, fix = f"the site answered {status}{meaning.why}", meaning.fix
    if status in {401, 403} and SCOPE_MESSAGE in body.lower():
        meaning, fix = _SCOPE, _SCOPE.fix
    elif status == 401:  # noqa: PLR2004
        fix = _ADVICE.get(auth_kind, meaning.fix)
    elif is_redirect(status):
        meaning, fix = _REDIRECT, _REDIRECT.fix
        why = f"it answered {status} towards {_host(headers.get('location', ''))}"
    return meaning.kind(what=meaning.what, where=where, why=why + _said(where, body), fix=fix, status=status)


def throttled(where: str, status: int, told_s: float | None, *, times: int) -> Throttled:
    """Return the error for a site that asks for a longer wait than this run is ready for."""
    if told_s is None:
        advice = "Run again later."
    elif told_s > WEEK_S:
        advice = "It named a time more than a week away, which is hardly meant: run again in an hour."
    else:
        advice = f"Run again in {max(1, round(told_s / 60))} minutes."
    return Throttled(
        what="The site asks us to come back later",
        where=where,
        why=f"it answered {status}" + (f" {times} times" if times > 1 else ""),
        fix=f"Everything so far is kept. {advice}",
        status=status,
        wait_s=told_s,
    )


def unreachable(where: str, fault: str, attempts: int, status: int | None = None) -> Unreachable:
    """Return the error for a call that no attempt could bring through."""
    return Unreachable(
        what="The site does not answer",
        where=where,
        why=f"{fault}, in {attempts} attempts",
        fix="Check the address, the network and the status page of the site, then run again.",
        status=status,
    )


def left_alone(where: str, calls: int) -> Unreachable:
    """Return the error for calls that are not made any more, because the site is down."""
    return Unreachable(
        what="The site is left alone for the rest of this run",
        where=where,
        why=f"{calls} calls in a row were given up",
        fix="What was read is kept. Run again when the site is well.",
    )


def anonymous(where: str, status: int) -> NotAuthenticated:
    """Return the error for an answer that is meant for visitors without an account."""
    return NotAuthenticated(
        what="The site takes us for an anonymous visitor",
        where=where,
        why="it answered, but its login check failed, so the answer may hold public content only",
        fix="Check e-mail address and token; tokens expire after a year at most.",
        status=status,
    )


def tls_refused(where: str) -> TlsError:
    """Return the error for a certificate or protocol that is not to be trusted."""
    return TlsError(
        what="The encrypted connection was refused by us",
        where=where,
        why="the certificate is not valid for this site, or the protocol is too old",
        fix="If your network has an authority of its own, name its certificate with ca_file. There is no other way.",
    )


def no_cloud_id(status: int | None) -> Missing:
    """Return the error for a site that is asked for its cloud id and has none."""
    return Missing(
        what="The site does not tell its cloud id",
        where="GET /_edge/tenant_info",
        why="its address is not that of a Confluence Cloud site, or a proxy stands in between",
        fix="Check the address, or set cloud_id (CONFLUENCE_GDPR_CLOUD_ID) by hand.",
        status=status,
    )


class _Meaning(NamedTuple):
    kind: type[SiteError]
    what: str
    fix: str
    why: str = ""


_REFUSED: Final = _Meaning(
    Rejected, "The site refused the request", "Nothing was changed. If it stays so, report it with this message."
)
_SCOPE: Final = _Meaning(
    ScopeMissing,
    "The token lacks a scope for this call",
    "Make a token with the scopes that the documentation lists; classic and granular scopes are not interchangeable.",
)
_REDIRECT: Final = _Meaning(
    RedirectRefused,
    "The site wants to send us elsewhere",
    "API calls are not redirected. Check the address of the site, and whether a login page is in between.",
)
_NOT_OFFERED: Final = _Meaning(
    Rejected, "The site does not offer this call", "What the call would give is not assessed."
)
_MEANINGS: Final = {
    401: _Meaning(NotAuthenticated, "The site does not accept the credentials", "Check the credentials."),
    403: _Meaning(
        NotAllowed,
        "The account may not do this",
        "Ask an administrator for the permission, or use another account.",
    ),
    404: _Meaning(
        Missing,
        "The object is not there",
        "Check the id and the permissions of the account.",
        ", which it also does for what the account may not see",
    ),
    409: _Meaning(
        Conflict,
        "Somebody else changed the object first",
        "Nothing was written. Make a new plan from the present version.",
    ),
    410: _Meaning(
        GoneError,
        "This endpoint was removed by the vendor",
        "Update this tool; what the endpoint gave is not assessed.",
    ),
    501: _NOT_OFFERED,
    505: _NOT_OFFERED,
}
_ADVICE: Final = {
    "basic": "Check e-mail address and token; tokens expire after a year at most. A token with scopes works through "
    'the gateway only: set auth = "scoped".',
    "bearer": "Get a new access token: they live for an hour.",
    "pat": "Make a new personal access token in your profile on the site.",
    "connect": "Check `app_key` and `shared_secret`: they are those of the installation at this site. The clock of this"
    " machine has to be right as well.",
    "oauth": "The grant may have been withdrawn: `confluence-gdpr login`.",
    "service-account": "Check that the credentials of the service account are still there, and its access to the site.",
    "act-as": "Check that the app is installed at this site with ACT_AS_USER, and that the account is active.",
    "none": "The call was made without credentials, and the site wants some.",
}


def _said(where: str, body: bytes) -> str:
    """Return what the site says about the modules of an app: their owner wrote the names in it. Else nothing."""
    if SPOKEN not in where:
        return ""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    message = found.get("message") if isinstance(found, dict) else None
    if not isinstance(message, str) or not message.strip():
        return ""
    shown = "".join(each if each.isprintable() else " " for each in message[:SPOKEN_CHARS])
    return f' and said "{shown.strip()}"'


def _host(location: str) -> str:
    """Return the host of a redirect for the message; its path and query may hold what is not ours to repeat."""
    try:
        return urlsplit(location).hostname or "another path of the same site"
    except ValueError:
        return "an address that is not a URL"
