"""The words in which a journal says that a newer version with the same text took the place of the planned one."""

from __future__ import annotations

from typing import Final

VERSIONS: Final = "version {planned} was planned, version {there} is there"
SAME_TEXT: Final = f"{VERSIONS}, with the same text"
ANEW: Final = "it was planned anew for that version"


def planned_anew(note: str, planned: int | None, there: int | None) -> bool:
    """Return whether a note says that a text planned for one version was planned anew for another one."""
    return note.startswith(f"{SAME_TEXT.format(planned=planned, there=there)}; {ANEW}")
