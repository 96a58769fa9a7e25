"""What the configuration says about identities: what becomes of each state of an account, which other sites to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from audit.auth import Secret, origin
from audit.errors import ConfigError


class Condition(StrEnum):
    """What is known of an account, for the policy: its state, or the kind of account where that says more."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    ABSENT = "absent"
    APP = "app"
    CUSTOMER = "customer"
    UNASKED = "unasked"
    """Nobody could say: the site did not answer."""


class Treatment(StrEnum):
    """What a migration does with a reference to an account."""

    MAP = "map"
    HOLD = "hold"
    NAME = "name"
    """A mention in running text gives way to the plain display name; where an identifier is needed, it is held."""


DEFAULTS: Final[Mapping[Condition, Treatment]] = {
    Condition.ACTIVE: Treatment.MAP,
    Condition.INACTIVE: Treatment.MAP,
    Condition.CLOSED: Treatment.MAP,
    Condition.UNKNOWN: Treatment.MAP,
    Condition.ABSENT: Treatment.HOLD,
    Condition.APP: Treatment.MAP,
    Condition.CUSTOMER: Treatment.HOLD,
    Condition.UNASKED: Treatment.HOLD,
}
"""A closed account keeps its id, so a reference to it stays valid and shows no name; an absent one names nobody.

Of an account that was not asked about, nobody knows which of these it is."""
Policy = Mapping[Condition, Treatment]


@dataclass(frozen=True, slots=True)
class Sources:
    """Sites beside the audited one that know people, each with credentials of its own. Empty ones are not asked."""

    organisation: str = ""
    """Id of the Atlassian organisation."""
    organisation_host: str = ""
    """Origin of its API; it is never assumed, because a key of the whole organisation goes there."""
    organisation_key: Secret = field(default_factory=lambda: Secret(""))
    data_center: str = ""
    """Address of the old Data Center site, with its context path."""
    data_center_token: Secret = field(default_factory=lambda: Secret(""))


def policy(table: Mapping[str, object]) -> Policy:
    """Return the policy that a section of the configuration describes. Raises `ValueError` naming what is wrong."""
    found = dict(DEFAULTS)
    for key, value in table.items():
        if key not in set(Condition):
            raise ValueError(f"`identity.{key}` is unknown; known are {', '.join(Condition)}")
        if not isinstance(value, str) or value not in set(Treatment):
            raise ValueError(f"`identity.{key}` has to be one of {', '.join(Treatment)}")
        found[Condition(key)] = Treatment(value)
    return found


def wants_names(policy: Policy) -> bool:
    """Return whether anybody is to be named in place of a mention."""
    return Treatment.NAME in policy.values()


def sources(given: Mapping[str, str]) -> Sources:
    """Return the sources that settings name. Raises `ConfigError` when one of them is named by half."""
    for names, why in (
        (("organisation", "organisation_host", "organisation_key"), "the directory of an organisation"),
        (("data_center", "data_center_token"), "the Data Center site"),
    ):
        missing = [name for name in names if not given.get(name)]
        if 0 < len(missing) < len(names):
            raise ConfigError(
                what=f"The settings for {why} are not complete",
                where=", ".join(missing),
                why=f"it is asked for people when all of {', '.join(names)} are set",
                fix="Set the missing ones in the configuration file or as CONFLUENCE_GDPR_ variables, or none of them.",
            )
    host = given.get("organisation_host", "")
    if host:
        host = origin(host)
    return Sources(
        organisation=given.get("organisation", ""),
        organisation_host=host,
        organisation_key=Secret(given.get("organisation_key", "")),
        data_center=given.get("data_center", ""),
        data_center_token=Secret(given.get("data_center_token", "")),
    )
