"""The consent of a person to an app (3LO): the address where it is given, and what comes back.

Atlassian sends the browser to the callback address of the app, with a code. Its document asks for an address that the
app can be reached at and says nothing of one on this machine, so nothing listens here: whoever logs in copies the
address from the browser. That also works where the browser is on another machine.
Source: https://developer.atlassian.com/cloud/confluence/oauth-2-3lo-apps/.
"""

from __future__ import annotations

import hmac
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from audit.auth import Secret
from audit.connect.grants import ThreeLegged
from audit.errors import ConfigError, UsageError

READING: Final = (
    "offline_access",
    "read:attachment:confluence",
    "read:audit-log:confluence",
    "read:comment:confluence",
    "read:confluence-content.all",
    "read:confluence-user",
    "read:content-details:confluence",
    "read:content.metadata:confluence",
    "read:content.restriction:confluence",
    "read:custom-content:confluence",
    "read:database:confluence",
    "read:embed:confluence",
    "read:folder:confluence",
    "read:hierarchical-content:confluence",
    "read:page:confluence",
    "read:relation:confluence",
    "read:space.permission:confluence",
    "read:space:confluence",
    "read:task:confluence",
    "read:template:confluence",
    "read:user:confluence",
    "read:watcher:confluence",
    "read:whiteboard:confluence",
    "readonly:content.attachment:confluence",
    "search:confluence",
)
"""Scopes that an audit needs; a migration needs those for writing as well."""


def consent_address(grant: ThreeLegged, state: str) -> str:
    """Return the address at which a person consents. It holds no secret; `state` ties the answer to this login.

    Raises `ConfigError` when the app has no callback address.
    """
    if not grant.callback:
        raise ConfigError(
            what="The callback address of the app is not set",
            where="`callback` in the configuration file or CONFLUENCE_GDPR_CALLBACK",
            why="the consent is asked for with the address that the settings of the app name, letter by letter",
            fix="Copy it from the developer console: Authorization, OAuth 2.0 (3LO), Callback URL.",
        )
    query = {
        "audience": "api.atlassian.com",
        "client_id": grant.client_id,
        "scope": grant.scopes or " ".join(READING),
        "redirect_uri": grant.callback,
        "state": state,
        "response_type": "code",
        "prompt": "consent",
    }
    return f"{grant.host}/authorize?{urlencode(query)}"


def code_of(address: str, grant: ThreeLegged, state: str) -> Secret:
    """Return the code in the address to which the browser was sent.

    Raises `UsageError` when it is another address, belongs to another login, or says that nobody consented. No part of
    it is repeated.
    """
    try:
        parts, wanted = urlsplit(address.strip()), urlsplit(grant.callback)
        query = parse_qs(parts.query)
    except ValueError:
        raise _refused("it is not a URL") from None
    if (parts.scheme, parts.netloc, parts.path or "/") != (wanted.scheme, wanted.netloc, wanted.path or "/"):
        raise _refused("it does not begin with the callback address of the app")
    if not hmac.compare_digest(_one(query, "state").encode(), state.encode()):
        raise _refused("it belongs to another login: its `state` is not the one of the address above")
    if _one(query, "error"):
        raise _refused("nobody consented: it brings an error and no code")
    if not (code := _one(query, "code")):
        raise _refused("it holds no code")
    return Secret(code)


def _one(query: dict[str, list[str]], name: str) -> str:
    values = query.get(name, [])
    return values[0] if len(values) == 1 else ""


def _refused(why: str) -> UsageError:
    return UsageError(
        what="The address cannot be used",
        where="what was pasted",
        why=why,
        fix="Run the command again, and copy the whole address to which the browser goes after the consent.",
    )
