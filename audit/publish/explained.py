"""What a refused upload means, said so that its reader can do something about it."""

from __future__ import annotations

from typing import Final

from audit.errors import SiteError

MEANINGS: Final = {
    403: ("the account may not attach files there", "Ask for the right to add attachments, or use another account."),
    404: (
        "the target is gone or hidden, or the file is larger than the site takes: it says 404 to both",
        "Check the target and the site's limit for attachments; publish a smaller report, or split the package.",
    ),
    409: ("somebody else changed the target at the same moment", "Run the same command again: what is there is kept."),
    413: (
        "the file is larger than it takes",
        "Publish a smaller report (--audience internal, another format), or have the limit for attachments raised.",
    ),
    415: ("it does not take this kind of file", "Pack the file into a zip file and publish that."),
}


def refused(error: SiteError, name: str, already: str) -> SiteError:
    """Return the error of an upload with what its status means there, and what stands where by now.

    `name` is the file as it may be shown, `already` a sentence about what was done before.
    """
    meaning = MEANINGS.get(error.status or 0)
    if meaning is not None:
        why, fix = meaning
        error.what, error.why, error.fix = f"The file {name} was not taken", f"{why} ({error.status})", fix
    error.fix = f"{already} {error.fix}".strip()
    return error
