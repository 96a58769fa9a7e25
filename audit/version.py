"""The version of this tool, as reports, plans and the User-Agent state it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def tool_version() -> str:
    """Return the installed version; `0+unknown` when run from a folder that was never installed."""
    try:
        return version("confluence-gdpr")
    except PackageNotFoundError:
        return "0+unknown"
