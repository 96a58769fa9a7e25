"""A route: method, path template and the function that answers it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from audit.sandbox.call import Call, Reply

Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the API."""

    method: str
    path: str
    """With `{name}` for parameters, relative to the API's base."""
    handler: Handler
