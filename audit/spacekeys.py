"""Which key a personal space has now: nothing derives it from the old one, so somebody has to say it.

The keys are personal data: no error shows one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from audit.errors import ConfigError

SECTION: Final = "personal_spaces"
_FIX: Final = 'Each line is `"~jsmith" = "~712020..."`: the key of Data Center, and the one of today.'
_KEY: Final = re.compile(r"~[^\s~/\\?#<>\"'&%]+")


def pairs(section: Mapping[str, object]) -> dict[str, str]:
    """Return old keys in lower case -> keys of today, each with its tilde.

    Raises `ValueError`, in words without any key, for what is no key of a personal space and for an old key that
    stands twice in different case.
    """
    found: dict[str, str] = {}
    for number, (old, new) in enumerate(section.items(), 1):
        if not isinstance(new, str) or _KEY.fullmatch(old) is None or _KEY.fullmatch(new) is None:
            raise ValueError(f"entry {number} of [{SECTION}] is no pair of keys that begin with ~")
        if found.setdefault(old.lower(), new) != new:
            raise ValueError(f"entry {number} of [{SECTION}] names a key once more, with another one of today")
    return found


def read_pairs(path: Path) -> dict[str, str]:
    """Return the pairs of a TOML file with the section. Raises `ConfigError` when it cannot be used."""
    try:
        section = tomllib.loads(path.read_text(encoding="utf-8")).get(SECTION)
        if isinstance(section, dict):
            return pairs(section)
        why = f"it has no section [{SECTION}]"
    except OSError as error:
        why = error.strerror or ""
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        why = "it is not TOML in UTF-8"
    except ValueError as error:
        why = str(error)
    # Raised here and not above: what a parser says of a file may quote it.
    raise ConfigError(what="The keys of personal spaces cannot be used", where=str(path), why=why, fix=_FIX)
