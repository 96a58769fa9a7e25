"""What tests of pages and of objects share about uploads that are refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from audit.errors import Conflict, NotAllowed, Rejected, SiteError

REFUSED: list[tuple[int, type[SiteError], str]] = [
    (403, NotAllowed, "may not attach files"),
    (409, Conflict, "somebody else"),
    (413, Rejected, "larger than it takes"),
    (415, Rejected, "kind of file"),
]
"""Status, error, and words of what either target says about it."""


async def refusal(publish: Callable[[], Awaitable[object]], kind: type[SiteError], words: str) -> str:
    """Return what the refusal of a publication says, in which `words` have to stand."""
    with pytest.raises(kind, match=words) as caught:
        await publish()
    return str(caught.value)
