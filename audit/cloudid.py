"""The cloud id of a site, which the addresses behind the API gateway hold."""

from __future__ import annotations

from typing import Protocol

from audit.answers import Answer
from audit.errors import BadAnswer, Missing, NotAuthenticated
from audit.statuses import no_cloud_id


class Root(Protocol):
    """What can be asked outside Confluence's own base."""

    async def get_root(self, path: str) -> Answer:
        """Return the answer to a GET."""
        ...


async def cloud_id(site: Root) -> str:
    """Return the cloud id of a Cloud site. Raises `Missing` when the address is not that of one."""
    try:
        found = (await site.get_root("/_edge/tenant_info")).mapping().get("cloudId")
    except (Missing, NotAuthenticated, BadAnswer) as error:
        raise no_cloud_id(error.status) from error
    if not isinstance(found, str) or not found:
        raise no_cloud_id(None)
    return found
