"""The personal data reporting API: which stored accounts were closed, and of which the copy is out of date.

Source: https://developer.atlassian.com/platform/forge/user-privacy-guidelines/ (at most 90 accounts a request; 200 with
the accounts to act on, 204 with none; `Cycle-Period` in seconds, seven days without it; 429 with Retry-After). A report
changes nothing at Atlassian that a second one would not, so it is sent again when its answer is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal

import msgspec

from audit.answers import Cut, converted, decode
from audit.attempts import Reply
from audit.connect.host import Host
from audit.connect.opening import Renewed
from audit.errors import BadAnswer
from audit.statuses import error_of

PATH: Final = "/app/report-accounts/"
BATCH: Final = 90
"""Accounts of one request."""
CYCLE: Final = timedelta(days=7)
"""Between two reports of one account, unless an answer says otherwise."""
LONGEST: Final = timedelta(days=90)
"""That an answer is believed: a longer cycle would stop the reporting for good."""
_OK: Final = 200
_NOTHING: Final = 204


@dataclass(frozen=True, slots=True)
class Stored:
    """One account of which an app keeps personal data."""

    account_id: str = field(repr=False)
    updated_at: str
    """RFC 3339: the oldest moment at which any of it was read."""


@dataclass(frozen=True, slots=True)
class Told:
    """What Atlassian says about one batch."""

    closed: frozenset[str] = field(repr=False)
    """Account ids whose data have to be erased."""
    updated: frozenset[str] = field(repr=False)
    """Account ids whose data have to be erased or read anew."""
    cycle: timedelta | None
    """What `Cycle-Period` says; None without one that can be used."""


class _Account(msgspec.Struct, rename="camel"):
    account_id: str
    status: Literal["closed", "updated"]


class _Answer(msgspec.Struct):
    accounts: list[_Account]


class AccountReports(Renewed, Host):
    """The host that takes the reports, with the credentials of the app. Use it as an asynchronous context manager."""

    async def report(self, batch: Sequence[Stored]) -> Told:
        """Report at most `BATCH` accounts and return what has to be done about them.

        Raises `Throttled`, `Unreachable` and the errors of 4xx statuses; `BadAnswer` for an answer of another shape,
        or one about accounts that were not reported: nothing is concluded from it.
        """
        body = {"accounts": [{"accountId": each.account_id, "updatedAt": each.updated_at} for each in batch]}
        call = self._call("POST", self.place.api_base, PATH, {}, body=msgspec.json.encode(body))
        where = f"{self.place.site}, {call.where}"
        reply = await self._settled(call)
        cycle = _cycle(reply.headers.get("cycle-period", ""))
        if reply.status == _NOTHING:
            return Told(frozenset(), frozenset(), cycle)
        if reply.status != _OK:
            raise error_of(reply.status, reply.headers, reply.body, where, self.auth.kind)
        answer = converted(_decoded(reply, where), _Answer, where)
        if not {each.account_id for each in answer.accounts} <= {each.account_id for each in batch}:
            raise BadAnswer.shape(where, "`accounts` names some that were not reported")
        closed = frozenset(each.account_id for each in answer.accounts if each.status == "closed")
        return Told(closed, frozenset(each.account_id for each in answer.accounts) - closed, cycle)


def _decoded(reply: Reply, where: str) -> object:
    try:
        return decode(reply.body, reply.headers.get("content-type", ""), where, reply.status)
    except Cut as cut:
        why = str(cut)
    raise BadAnswer.shape(where, why)


def _cycle(text: str) -> timedelta | None:
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - 30 years
    return min(timedelta(seconds=seconds), LONGEST) if seconds else None
