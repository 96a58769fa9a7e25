"""What rules may know beyond the bytes: gathered from the configuration, options and the mapping."""

from __future__ import annotations

import hashlib
import hmac
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from audit.config import Config
from audit.errors import ConfigError
from reports.evidence import AFTER_EVENTS
from rules.context import Context
from rules.macros import Registry, parse, registry

KNOWN: Final = "known"
MACROS: Final = "macros"
"""Names under which the conditions of a run state what its rules were told."""
_DIGITS: Final = 16


def told_to_rules(known: Iterable[str], macros: Path | None, key: bytes) -> dict[str, str]:
    """Return what rules are told beyond the bytes, as the conditions of a run state it: counts and digests, no values.

    Identifiers are few and short, so their digest is keyed with `key`. `context_of` has read the file of macros before.
    """
    values = sorted({value.lower() for value in known})
    told = {}
    if values:
        digest = hmac.new(key, "\0".join(values).encode(), hashlib.sha256).hexdigest()
        told[KNOWN] = f"{len(values)} (HMAC-SHA-256 {digest[:_DIGITS]})"
    if macros is not None:
        data = macros.read_bytes()
        rows = tomllib.loads(data.decode()).get("row", ())
        told[MACROS] = f"{len(rows)} (SHA-256 {hashlib.sha256(data).hexdigest()[:_DIGITS]})"
    return told


def scope(options: Mapping[str, str]) -> dict[str, str]:
    """Return the options of a run that say what was read; the others say what its rules were told."""
    return {name: value for name, value in options.items() if name not in {KNOWN, MACROS, AFTER_EVENTS}}


def context_of(config: Config, known: Iterable[str] = ()) -> Context:
    """Return the context of a run on a site. `known` are identifiers of people, in any case."""
    hosts = {urlsplit(config.site).netloc, *config.hosts}
    return surroundings(hosts, config.user_pickers, config.macros, known, config.personal_spaces)


def surroundings(
    hosts: Iterable[str],
    pickers: Iterable[str],
    macros: Path | None,
    known: Iterable[str] = (),
    spaces: Mapping[str, str] | None = None,
) -> Context:
    """Return a context; `spaces` are keys of personal spaces, see `audit.spacekeys`.

    Raises `ConfigError` when the file with further rows of macros cannot be used.
    """
    return Context(
        hosts=frozenset(host.lower() for host in hosts),
        known=frozenset(value.lower() for value in known),
        pickers=frozenset(picker.lower() for picker in pickers),
        spaces=spaces or {},
        macros=registry() if macros is None else _registry(macros),
    )


def _registry(path: Path) -> Registry:
    try:
        text = path.read_text(encoding="utf-8")
        rows, site = parse(text), registry(text)
    except (OSError, ValueError) as error:
        # TOML that does not parse and text that is not UTF-8 are ValueErrors too.
        raise ConfigError(
            what="The rows for macros cannot be used",
            where=str(path),
            why=(error.strerror or "") if isinstance(error, OSError) else str(error),
            fix="Each [[row]] has macro, parameter, forms and source.",
        ) from error
    if not rows:
        raise ConfigError(
            what="The rows for macros cannot be used",
            where=str(path),
            why="it has no [[row]]",
            fix="Write one [[row]] with macro, parameter, forms and source for each parameter that names people.",
        )
    return site
