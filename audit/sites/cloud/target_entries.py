"""Lists that several requests write: what a refusal of one of them means for the whole, told in one way."""

from __future__ import annotations

from typing import Final

from audit.errors import Ambiguous, Conflict, GoneError, Missing, NotAllowed, Rejected, SiteError

REFUSED: Final = (Rejected, NotAllowed, Missing, GoneError, Conflict)
"""Answers after which a request has surely not taken place."""


def half(where: str, error: SiteError) -> Ambiguous:
    """Return the error that says that only reading tells how far a list has come."""
    return Ambiguous.after(where, f"only some of its requests took place: {error.what}", error.status)


def not_kept(entries: str, where: str, why: str) -> Rejected:
    """Return the error for a site that confirmed a request about `entries` of a space and did something else."""
    return Rejected(
        what=f"The site does not do to the {entries} of a space what it confirms",
        where=where,
        why=why,
        fix="Change them in the settings of the space.",
        status=200,
    )
