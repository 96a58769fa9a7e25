"""Credentials of apps and grants from the configuration: the settings of each kind, and where its secret stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from audit.auth import Auth, Secret, origin
from audit.connect.grants import ACT_AS_HOST, TOKEN_HOST, ActAs, Granted, ServiceAccount, ThreeLegged
from audit.connect.signing import ConnectApp
from audit.errors import ConfigError

APP_KINDS: Final = ("connect", "act-as", "oauth", "service-account")
"""A Connect app; the same in the place of an account; an app that a person lets act; a service account."""
KEY_HOST: Final = "https://connect-install-keys.atlassian.com"
"""Of the public keys with which Atlassian signs installations and removals."""
THROUGH_GATEWAY: Final = frozenset({"oauth", "service-account"})

_UNUSABLE: Final = "it holds a blank, a line break or a character outside ASCII"
Given = Callable[[str], str]
"""Name of a setting -> its value, empty where nobody set it."""
Stored = Callable[[str], str]
"""User name in the keyring -> what it holds, empty where it holds nothing."""


def app_auth(kind: str, given: Given, site: str, stored: Stored) -> Auth:
    """Return the credentials of one of `APP_KINDS` for a site. Raises `ConfigError` naming the setting that lacks."""
    host = urlsplit(site).netloc
    match kind:
        case "connect":
            key = _named("app_key", given, "the key of the app, as in its descriptor")
            return ConnectApp(key, _secret("shared_secret", f"{key}@{host}", given, stored))
        case "act-as":
            client = _named("client_id", given, "`oauthClientId` of the installation")
            account = _named("act_as", given, "the account id in whose place the app acts")
            secret = _secret("shared_secret", f"{client}@{host}", given, stored)
            at = origin(given("act_as_host") or ACT_AS_HOST)
            return Granted(ActAs(client, secret, account, site, at, given("scopes")))
        case _:
            client = _named("client_id", given, "the client id of the credentials")
            secret = _secret("client_secret", f"{client}@{host}", given, stored)
            at = origin(given("token_host") or TOKEN_HOST)
            if kind == "service-account":
                return Granted(ServiceAccount(client, secret, at))
            return Granted(ThreeLegged(client, secret, at, given("callback"), given("scopes")))


def _named(name: str, given: Given, what: str) -> str:
    value = given(name)
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigError(
            what=f"`{name}` is not set" if not value else f"`{name}` cannot be used",
            where=f"CONFLUENCE_GDPR_{name.upper()} or the configuration file",
            why=_UNUSABLE if value else "",
            fix=f"Set it: {what}.",
        )
    return value


def _secret(name: str, user: str, given: Given, stored: Stored) -> Secret:
    value = given(name) or stored(user)
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigError(
            what=f"`{name}` is not set" if not value else f"`{name}` cannot be used",
            where=f"for {user}",
            why=_UNUSABLE if value else "neither the environment nor the configuration file nor the keyring holds it",
            fix=f"Put it into CONFLUENCE_GDPR_{name.upper()}, into the configuration file (chmod 600) or into the"
            f" keyring (`keyring set confluence-gdpr {user}`). It is never taken from the command line.",
        )
    return Secret(value)
