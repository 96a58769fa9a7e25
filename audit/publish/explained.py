"""What a refused step of a publication means, said so that its reader can do something about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from audit.errors import Ambiguous, SiteError

Meanings = Mapping[int, tuple[str, str]]
"""Status -> why, and what to do."""

AGAIN: Final = "Run the same command again: it looks at what is there, and sends only what is not."
_SMALLER: Final = (
    "Publish a smaller report (--audience internal, another format), or have the limit for attachments raised."
)
_PACK: Final = "Pack the file into a zip file and publish that."

UPLOAD: Final[Meanings] = {
    403: ("the account may not attach files there", "Ask for the right to add attachments, or use another account."),
    404: (
        "the target is gone or hidden, or the file is larger than the site takes: it says 404 to both",
        "Check the target and the site's limit for attachments; publish a smaller report, or split the package.",
    ),
    409: ("somebody else changed the target at the same moment", "Run the same command again: what is there is kept."),
    413: ("the file is larger than it takes", _SMALLER),
    415: ("it does not take this kind of file", _PACK),
}
"""A file sent to a page."""
MEDIA: Final[Meanings] = {
    **UPLOAD,
    401: (
        "the media service does not accept the token that Assets gave, which was asked for twice",
        "Run the same command again in some minutes.",
    ),
    404: ("the upload address is gone or hidden", "Run the same command again: it asks Assets for the address anew."),
}
"""A file sent to the media service."""
CREDENTIALS: Final[Meanings] = {
    403: (
        "the account may not attach files to the object",
        "Ask for the right to edit the object, or use another account.",
    ),
    404: (
        "the object is not there, or hidden from the account",
        "Check --object, --assets-workspace and the rights of the account.",
    ),
}
"""What opens the media service, asked for an object."""
_LATER: Final = "Run the same command with --resume. If it stays so, attach the file to the object by hand."
LINK: Final[Meanings] = {
    400: ("Assets does not understand the link", _LATER),
    403: CREDENTIALS[403],
    404: CREDENTIALS[404],
    409: ("somebody else changed the object at the same moment", "Run the same command with --resume."),
    413: ("Assets takes no file of that size", _SMALLER),
    415: ("Assets does not take this kind of file", _PACK),
    422: ("Assets does not take the link", _LATER),
}
"""A file of the media service told to its object."""


def refused(error: SiteError, meanings: Meanings, what: str, left: str) -> SiteError:
    """Return the error of a step with what its status means there, and what stands where by now.

    `what` says what did not take place, `left` what was done before. An unknown outcome is settled by the next call.
    """
    if isinstance(error, Ambiguous):
        error.fix = AGAIN
    elif meaning := meanings.get(error.status or 0):
        why, fix = meaning
        error.what, error.why, error.fix = what, f"{why} ({error.status})", fix
    error.fix = f"{left} {error.fix}".strip()
    return error
