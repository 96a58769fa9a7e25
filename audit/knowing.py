"""What rules may know beyond the bytes, and which rules there are: from the configuration, options and the mapping."""

from __future__ import annotations

import hashlib
import hmac
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from audit.config import Config
from audit.errors import ConfigError
from audit.house import ALLOW, REGIONS
from audit.owndetectors import NONE, Own, read_detectors, tried
from reports.evidence import AFTER_EVENTS, ALLOWED_OUT
from rules.context import Context
from rules.macros import Registry, parse, registry
from rules.registry import load
from rules.rule import Rule

KNOWN: Final = "known"
MACROS: Final = "macros"
DETECTORS: Final = "detectors"
NAMES: Final = "names"
RECOGNISER: Final = "recogniser"
TOLD: Final = (KNOWN, MACROS, DETECTORS, REGIONS, ALLOW, NAMES, RECOGNISER)
"""Names under which the conditions of a run state what its rules were told."""
_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a run judges by: its rules, those of the configuration included, and what they are told."""

    rules: tuple[Rule, ...]
    context: Context


def knowledge_of(config: Config, known: Iterable[str] = ()) -> Knowledge:
    """Return the rules and the context of a run on a site. `known` are identifiers of people, in any case.

    Raises `ConfigError` for a file of macros or detectors that cannot be used.
    """
    return with_detectors(context_of(config, known), config.detectors)


def with_detectors(context: Context, path: Path | None) -> Knowledge:
    """Return all rules with those of a file of detectors, and the context with its detectors."""
    own = NONE if path is None else tried(read_detectors(path))
    return Knowledge(rules_with(own), replace(context, detectors=(*context.detectors, *own.detectors)))


def rules_with(own: Own) -> tuple[Rule, ...]:
    """Return all rules sorted by id, those of the configuration included."""
    return tuple(sorted((*load(), *own.rules), key=lambda rule: rule.id))


def told_to_rules(known: Iterable[str], config: Config, key: bytes) -> dict[str, str]:
    """Return what rules are told beyond the bytes, as the conditions of a run state it: counts and digests, no values.

    Identifiers are few and short, so their digest is keyed with `key`. `knowledge_of` has read the files before.
    """
    told = {
        KNOWN: _keyed({value.lower() for value in known}, key),
        MACROS: _counted(config.macros, "row"),
        DETECTORS: _counted(config.detectors, "detector"),
        REGIONS: ", ".join(config.regions),
        ALLOW: _keyed(config.allow.known, key, config.allow.entries),
    }
    return {name: text for name, text in told.items() if text}


def _keyed(values: Collection[str], key: bytes, number: int | None = None) -> str:
    if not values:
        return ""
    digest = hmac.new(key, "\0".join(sorted(values)).encode(), hashlib.sha256).hexdigest()
    return f"{len(values) if number is None else number} (HMAC-SHA-256 {digest[:_DIGITS]})"


def _counted(path: Path | None, table: str) -> str:
    if path is None:
        return ""
    data = path.read_bytes()
    rows = tomllib.loads(data.decode("utf-8-sig")).get(table, ())
    return f"{len(rows)} (SHA-256 {hashlib.sha256(data).hexdigest()[:_DIGITS]})"


def scope(options: Mapping[str, str]) -> dict[str, str]:
    """Return the options of a run that say what was read; the others say what its rules were told."""
    return {name: value for name, value in options.items() if name not in {*TOLD, ALLOWED_OUT, AFTER_EVENTS}}


def context_of(config: Config, known: Iterable[str] = ()) -> Context:
    """Return the context of a run on a site. `known` are identifiers of people, in any case."""
    hosts = {urlsplit(config.site).netloc, *config.hosts}
    known_of = surroundings(hosts, config.user_pickers, config.macros, known, config.personal_spaces)
    return replace(known_of, regions=frozenset(config.regions), allowed=config.allow.known)


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
