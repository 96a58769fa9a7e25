"""What a configuration says of the house: addresses that are nobody's, and where its people live.

```toml
regions = ["DE", "FR"]                   # numbers in the national forms of these countries count

[allow]
addresses = ["info@acme.example"]        # exactly these
domains = ["acme.example"]               # functions in these domains: info@, support@; people in them are still found
whole_domains = ["lists.acme.example"]   # everything in these
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from rules.allowed import allowed

ALLOW: Final = "allow"
"""Name of the section, and of what the conditions of a run state about it."""
REGIONS: Final = "regions"
KEYS: Final = ("addresses", "domains", "whole_domains")


@dataclass(frozen=True, slots=True)
class Allow:
    """The allow-list: how many entries it has, and what they come to."""

    entries: int = 0
    known: frozenset[str] = field(default=frozenset(), repr=False)
    """As `rules.context.Context.allowed` has it."""


NOBODY: Final = Allow()


class WrongKey(ValueError):  # noqa: N818 - says which key is wrong
    """A key of the section is wrong. The text says why without its value, `fix` what to write."""

    def __init__(self, key: str, why: str, fix: str = "Mend that line.") -> None:
        self.key = key
        self.fix = fix
        super().__init__(why)


def allow(section: Mapping[str, object]) -> Allow:
    """Return the allow-list that a section says. Raises `WrongKey`."""
    lists: dict[str, tuple[str, ...]] = dict.fromkeys(KEYS, ())
    for key, value in section.items():
        if key not in KEYS:
            raise WrongKey(key, f"`{ALLOW}.{key}` is unknown", f"Known are {', '.join(KEYS)}.")
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise WrongKey(key, f"`{ALLOW}.{key}` has to be a list of texts")
        lists[key] = tuple(value)
    known = frozenset[str]()
    for key in KEYS:
        try:
            known |= allowed(*(lists[each] if each == key else () for each in KEYS))
        except ValueError as error:
            raise WrongKey(key, f"`{ALLOW}.{key}` cannot be used: {error}") from error
    return Allow(sum(map(len, lists.values())), known)


def regions(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return codes of countries (ISO 3166-1 alpha-2) in upper case, sorted, each once. Raises `WrongKey`."""
    import phonenumbers

    found = sorted({code.strip().upper() for code in codes})
    unknown = [code for code in found if code not in phonenumbers.SUPPORTED_REGIONS]
    if unknown:
        why = f"`{REGIONS}` does not know {', '.join(unknown)}"
        raise WrongKey(REGIONS, why, "Write codes of countries like DE, FR or GB.")
    return tuple(found)
