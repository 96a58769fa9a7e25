"""What rules may know beyond the bytes: gathered from the configuration, options and the mapping."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from audit.config import Config
from audit.errors import ConfigError
from rules.context import Context
from rules.macros import Registry, registry


def context_of(config: Config, known: Iterable[str] = ()) -> Context:
    """Return the context of a run on a site. `known` are identifiers of people, in any case."""
    hosts = {urlsplit(config.site).netloc, *config.hosts}
    return surroundings(hosts, config.user_pickers, config.macros, known)


def surroundings(
    hosts: Iterable[str], pickers: Iterable[str], macros: Path | None, known: Iterable[str] = ()
) -> Context:
    """Return a context. Raises `ConfigError` when the file with further rows of macros cannot be used."""
    return Context(
        hosts=frozenset(host.lower() for host in hosts),
        known=frozenset(value.lower() for value in known),
        pickers=frozenset(picker.lower() for picker in pickers),
        macros=registry() if macros is None else _registry(macros),
    )


def _registry(path: Path) -> Registry:
    try:
        return registry(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        # TOML that does not parse and text that is not UTF-8 are ValueErrors too.
        raise ConfigError(
            what="The rows for macros cannot be used",
            where=str(path),
            why=(error.strerror or "") if isinstance(error, OSError) else str(error),
            fix="Each [[row]] has macro, parameter, forms and source.",
        ) from error
