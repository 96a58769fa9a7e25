"""The configuration file: a private TOML file whose every key is known."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from audit.errors import ConfigError
from audit.house import ALLOW, NOBODY, REGIONS, Allow, WrongKey, allow, regions
from audit.identity.policy import DEFAULTS, Policy, policy
from audit.pacing import Limits
from audit.spacekeys import SECTION as SPACE_KEYS
from audit.spacekeys import pairs
from audit.thresholds import Thresholds

TEXT_KEYS: Final = frozenset(
    {
        "accepted",
        "act_as",
        "act_as_host",
        "app_key",
        "audience",
        "auth",
        "ca_file",
        "callback",
        "certificate",
        "client_id",
        "client_secret",
        "cloud_id",
        "data_center",
        "data_center_token",
        "detectors",
        "email",
        "gateway",
        "install_keys",
        "key_wrap",
        "language",
        "macros",
        "media",
        "organisation",
        "organisation_host",
        "organisation_key",
        "proxy",
        "scopes",
        "shared_secret",
        "site",
        "timestamp_authority",
        "token",
        "token_host",
        "workspace",
    }
)
SECRET_KEYS: Final = ("token", "organisation_key", "data_center_token", "shared_secret", "client_secret")
SECTIONS: Final = frozenset({ALLOW, "identity", "limits", "retention", SPACE_KEYS})
LIST_KEYS: Final = frozenset({"custom_content_types", "hosts", "include", REGIONS, "roles", "spaces", "user_pickers"})
FILE_KEYS: Final = TEXT_KEYS | LIST_KEYS
NETWORK: Final = frozenset(one.name for one in fields(Limits))
Read = TypeVar("Read")
LIMITS: Final = {one.name: one for kind in (Limits, Thresholds) for one in fields(kind)}


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days each kind of data is kept."""

    before_images_days: int = 30
    """After the last write that was verified: until then a rollback is possible."""
    findings_days: int = 90
    """After the end of the audit. A run with before-images that are still kept stays whole."""


DEFAULT_RETENTION: Final = Retention()
RETENTION: Final = frozenset(one.name for one in fields(Retention))
LONGEST_DAYS: Final = 36_500


@dataclass(frozen=True, slots=True)
class Settings:
    """What a configuration file says."""

    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    spaces: tuple[str, ...] = field(default=(), repr=False)
    include: tuple[str, ...] = ()
    custom_content_types: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    user_pickers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    """Offices that accept findings and review plans, named in reports as they stand here."""
    limits: Limits = field(default_factory=Limits)
    thresholds: Thresholds = field(default_factory=Thresholds)
    identity: Policy = field(default_factory=lambda: DEFAULTS)
    retention: Retention = field(default_factory=lambda: DEFAULT_RETENTION)
    personal_spaces: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Old keys in lower case -> keys of today, see `audit.spacekeys`."""
    regions: tuple[str, ...] = ()
    """Where the people of the site live, see `audit.house`."""
    allow: Allow = NOBODY


def read_settings(path: Path, *, named: bool) -> Settings:
    """Return the settings of a file; none where nobody named it and it does not exist.

    Raises `ConfigError` naming key and line for what it does not understand, and when the file is not private.
    """
    try:
        with path.open("rb") as stream:
            facts, data = os.fstat(stream.fileno()), stream.read()
    except (FileNotFoundError, NotADirectoryError) as error:
        if not named:
            return Settings()
        raise _wrong(path, 0, "it does not exist", "Check --config or CONFLUENCE_GDPR_CONFIG.") from error
    except OSError as error:
        raise _wrong(path, 0, f"the system said: {error.strerror}", "Check its path and mode.") from error
    text, table = _parsed(path, data)
    # Root may read and change everything anyway, and files that a container mounts belong to it.
    if facts.st_uid not in {0, os.getuid()}:
        raise _wrong(path, 0, "it belongs to another user, who could point us elsewhere", "Use a file of your own.")
    secret = next((key for key in SECRET_KEYS if table.get(key)), None)
    if facts.st_mode & 0o077 and secret is not None:
        raise _wrong(
            path,
            _line(text, secret),
            f"it holds a token and its mode is {facts.st_mode & 0o777:03o}, so others can read it",
            "chmod 600 it, and consider whether somebody may have copied the token.",
        )
    return _decoded(path, text, table)


def _parsed(path: Path, data: bytes) -> tuple[str, Mapping[str, object]]:
    try:
        text = data.decode("utf-8")
        return text, tomllib.loads(text)
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at ([^()]*)\)", str(error))
        reason = f"it is not TOML at {place[1]}" if place else "it is not TOML"
    # Raised here and not above: the originals carry the text of the file, and with it the token.
    raise _wrong(path, 0, reason, "Mend it; values that are texts stand in double quotes.")


def _decoded(path: Path, text: str, table: Mapping[str, object]) -> Settings:
    texts: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    limits, thresholds, identity, retention = Limits(), Thresholds(), DEFAULTS, DEFAULT_RETENTION
    spaces: Mapping[str, str] = {}
    allowed = NOBODY
    for key, value in table.items():
        if key in TEXT_KEYS and isinstance(value, str):
            texts[key] = value
        elif key in LIST_KEYS and isinstance(value, list) and all(isinstance(one, str) for one in value):
            lists[key] = tuple(value)
        elif key == "limits" and isinstance(value, dict):
            limits, thresholds = _limits(path, text, value)
        elif key == "identity" and isinstance(value, dict):
            identity = _policy(path, text, value)
        elif key == "retention" and isinstance(value, dict):
            retention = _retention(path, text, value)
        elif key == SPACE_KEYS and isinstance(value, dict):
            spaces = _space_keys(path, text, value)
        elif key == ALLOW and isinstance(value, dict):
            allowed = _of_house(path, text, partial(allow, value))
        elif key in FILE_KEYS | SECTIONS:
            wanted = "a text" if key in TEXT_KEYS else "a section" if key in SECTIONS else "a list of texts"
            raise _wrong(path, _line(text, key), f"`{key}` has to be {wanted}", "Mend that line.")
        else:
            known = ", ".join(sorted(FILE_KEYS | SECTIONS))
            raise _wrong(path, _line(text, key), f"`{key}` is unknown", f"Known are {known}.")
    return Settings(
        texts=texts,
        spaces=lists.get("spaces", ()),
        include=lists.get("include", ()),
        custom_content_types=lists.get("custom_content_types", ()),
        hosts=lists.get("hosts", ()),
        user_pickers=lists.get("user_pickers", ()),
        roles=lists.get("roles", ()),
        limits=limits,
        thresholds=thresholds,
        identity=identity,
        retention=retention,
        personal_spaces=spaces,
        regions=_of_house(path, text, partial(regions, lists.get(REGIONS, ()))) if REGIONS in lists else (),
        allow=allowed,
    )


def _of_house(path: Path, text: str, read: Callable[[], Read]) -> Read:
    try:
        return read()
    except WrongKey as error:
        raise _wrong(path, _line(text, error.key), str(error), error.fix) from error


def _space_keys(path: Path, text: str, section: Mapping[str, object]) -> Mapping[str, str]:
    try:
        return pairs(section)
    except ValueError as error:
        raise _wrong(path, _line(text, SPACE_KEYS), str(error), "Mend that line.") from error


def _policy(path: Path, text: str, section: Mapping[str, object]) -> Policy:
    try:
        return policy(section)
    except ValueError as error:
        key = next(iter(re.findall(r"`identity\.([^`]*)`", str(error))), "identity")
        raise _wrong(path, _line(text, key), str(error), "Mend that line.") from error


def _retention(path: Path, text: str, section: Mapping[str, object]) -> Retention:
    days: dict[str, int] = {}
    for key, value in section.items():
        if key not in RETENTION:
            known = ", ".join(sorted(RETENTION))
            raise _wrong(path, _line(text, key), f"`retention.{key}` is unknown", f"Known are {known}.")
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LONGEST_DAYS:
            why = f"`retention.{key}` is no whole number of days from 1 to {LONGEST_DAYS}"
            raise _wrong(path, _line(text, key), why, "Mend that line.")
        days[key] = value
    return Retention(**days)


def _limits(path: Path, text: str, section: Mapping[str, object]) -> tuple[Limits, Thresholds]:
    import msgspec

    for key, value in section.items():
        if key not in LIMITS:
            raise _wrong(
                path, _line(text, key), f"`limits.{key}` is unknown", f"Known are {', '.join(sorted(LIMITS))}."
            )
        fix = f"Give a value like {LIMITS[key].default}."
        try:
            msgspec.convert({key: value}, Limits if key in NETWORK else Thresholds)
        except msgspec.ValidationError as error:
            raise _wrong(path, _line(text, key), f"`limits.{key}` has another type", fix) from error
        if isinstance(value, int | float) and not 0 < value < float("inf"):
            raise _wrong(path, _line(text, key), f"`limits.{key}` is not above 0", fix)
    network = {key: value for key, value in section.items() if key in NETWORK}
    writing = {key: value for key, value in section.items() if key not in NETWORK}
    return msgspec.convert(network, Limits), msgspec.convert(writing, Thresholds)


def _line(text: str, key: str) -> int:
    """Return the line that sets `key`, 0 where it cannot be told (dotted and inline tables)."""
    pattern = re.compile(rf"\s*(?:[\"']?{re.escape(key)}[\"']?\s*[=.]|\[\s*[\"']?{re.escape(key)}\b)")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 0)


def _wrong(path: Path, line: int, why: str, fix: str) -> ConfigError:
    place = f"{path}, line {line}" if line else str(path)
    return ConfigError(what="The configuration file cannot be used", where=place, why=why, fix=fix)
