"""What one module of detectors sees in a text, without its surroundings. All people and numbers are invented."""

from __future__ import annotations

from types import ModuleType

from rules.hits import Hit


def seen(module: ModuleType, text: str, *regions: str) -> list[Hit]:
    """Return the hits of a module's detectors in the order of the text."""
    found = [hit for each in module.detectors(frozenset(regions)) for hit in each.find(text, 0, len(text))]
    return sorted(found, key=lambda hit: (hit.start, hit.end))


def values(module: ModuleType, text: str, *regions: str) -> list[str]:
    """Return the values that count without a label."""
    return [hit.value for hit in seen(module, text, *regions) if hit.alone is not None]
