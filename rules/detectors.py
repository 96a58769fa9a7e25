"""All detectors: every module in `rules/personal` exports one function `detectors`. Adding a kind is adding a file."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from rules import personal
from rules.hits import Detector


@cache
def load(regions: frozenset[str] = frozenset()) -> tuple[Detector, ...]:
    """Return the detectors of all kinds, for a site whose people live in `regions` (ISO 3166-1 alpha-2, upper case).

    Without regions, numbers in national form count only where something else tells what they are.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(personal.__path__))
    modules = [importlib.import_module(f"{personal.__name__}.{name}") for name in names]
    return tuple(each for module in modules for each in module.detectors(regions))
