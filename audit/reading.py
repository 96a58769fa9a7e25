"""Reading one part again by its id: as it is now, or why that part alone cannot be told."""

from __future__ import annotations

from audit.errors import Missing, NotAllowed, SiteError
from audit.guards import Refusal
from audit.sites.base import Current, Target, stops_the_run
from audit.statuses import leads_elsewhere
from rules.model import HeldReason, Ref


async def fetched(target: Target, ref: Ref, part: str) -> Current | Refusal:
    """Return the present state of a part, or why it is not known.

    An answer that makes no sense costs its own part only. Raises `SiteError` where every further call would fail as
    well: nobody is there, we are not let in or sent elsewhere, or the site wants to be left alone.
    """
    try:
        return await target.fetch(ref, part)
    except Missing:
        return Refusal(HeldReason.GONE, "the site does not find it")
    except NotAllowed:
        return Refusal(HeldReason.NO_PERMISSION, "the site refuses it")
    except SiteError as error:
        if stops_the_run(error) or leads_elsewhere(error):
            raise
        return Refusal(HeldReason.NOT_READ, f"it was not read: {error.why or error.what}")
