"""The sealed images of a write in the journal, opened: the bytes before it, and those that were planned."""

from __future__ import annotations

from audit.errors import WorkspaceError
from audit.journal import Journal
from audit.vault import Vault


def image_of(journal: Journal, vault: Vault, token: str, role: str) -> bytes | None:
    """Return a sealed image of an op (`before` or `planned`) opened, None where it is missing or damaged."""
    sealed = journal.image(token, role)
    if sealed is None:
        return None
    try:
        return vault.open(sealed, f"{token}/{role}")
    except WorkspaceError:
        return None
