"""Bounds of a run that writes: the part of the section [limits] of the configuration that is not about the network."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How much a plan may change, how fast, and how many failures end a run."""

    max_actions: int = 1_000
    """Objects that one plan may write."""
    max_percent: float = 100.0
    """The same as a share of the objects that the audit read."""
    stop_after: int = 5
    """Failures one after the other that end a run."""
    stop_percent: float = 25.0
    """Share of failures that ends a run, from the twentieth write on."""
    writes_per_minute: int = 6_000


def in_force(
    configured: Thresholds, max_actions: int | None, max_percent: float | None, stop_after: int | None, rate: int | None
) -> Thresholds:
    """Return the bounds of one command: those that it was given, and the configured ones where it was not."""
    return replace(
        configured,
        max_actions=max_actions or configured.max_actions,
        max_percent=max_percent or configured.max_percent,
        stop_after=stop_after or configured.stop_after,
        writes_per_minute=rate or configured.writes_per_minute,
    )
