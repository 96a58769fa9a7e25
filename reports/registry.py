"""Finds the formats: every module in `reports/formats` that exports FORMAT. To add a format, add a file."""

from __future__ import annotations

import importlib
import pkgutil

import reports.formats
from reports.format import Format


def formats() -> dict[str, Format]:
    """Return every format by name, sorted. Imports no renderer: the heavy libraries load when a format renders."""
    found: dict[str, Format] = {}
    for module in sorted(pkgutil.iter_modules(reports.formats.__path__), key=lambda entry: entry.name):
        format_ = importlib.import_module(f"reports.formats.{module.name}").FORMAT
        if not isinstance(format_, Format) or format_.name != module.name:
            raise TypeError(f"reports/formats/{module.name}.py must export FORMAT, a Format named {module.name!r}")
        found[format_.name] = format_
    return found
