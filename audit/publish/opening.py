"""Connections to the services beside the site: each with its own host, its own credentials and no way to another."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

from audit.auth import Place, origin
from audit.config import Config
from audit.errors import ConfigError, GuardError
from audit.http import Api, cloud_id

FORMS: Final = ("direct", "gateway")
"""How the address of Assets is written: without the id of the site, or behind it."""


async def assets_place(site: Api, config: Config, workspace: str, form: str) -> Place:
    """Return where the attachments of Assets are: on the API gateway that the configuration names, in either form."""
    base = f"{config.gateway}/jsm/assets/workspace/{quote(workspace, safe='')}/v1"
    if form == "gateway":
        cloud = site.place.root_base.rpartition("/")[2] if site.place.gateway else config.cloud_id
        cloud = cloud or await cloud_id(site)
        base = f"{config.gateway}/ex/jira/{quote(cloud, safe='')}/jsm/assets/workspace/{quote(workspace, safe='')}/v1"
    return Place(config.site, base, base)


def media_place(config: Config, address: str) -> Place:
    """Return where files are uploaded to. Raises `GuardError` for every host but the configured one.

    The address comes from an answer: what it names gets a file, so it is believed within the configuration only.
    """
    try:
        there, parts = origin(address), urlsplit(address.strip())
    except ConfigError:
        there, parts = "", urlsplit("")
    if there != config.media or parts.query or parts.fragment:
        raise GuardError(
            what="The upload address that the service named is refused",
            where=there or "an address that is no plain https address",
            why=f"files are uploaded to {config.media} only",
            fix="Nothing was sent there. If your site has another media host, set `media` (CONFLUENCE_GDPR_MEDIA).",
        )
    base = there + parts.path.rstrip("/")
    return Place(config.site, base, base)
