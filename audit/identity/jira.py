"""The route of Jira: `GET /rest/api/3/user/bulk/migration`, and its twin that Confluence once had.

Sources: Atlassian, Jira Cloud REST API v3 (June 2026): `username` or `key`, repeated, never both; the answer is a list
of `{key?, username?, accountId}` in parts of `maxResults`. Confluence's twin is in its published v1 API up to March
2023 and answered `{results: [...]}`; where it is gone nobody asks a second time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Final

import msgspec

from audit.answers import Answer as Reply
from audit.answers import converted
from audit.errors import BadAnswer, Rejected, SiteError
from audit.http import Api
from audit.identity.route import NOT_OFFERED, Answer, Heard, Identifier, Unknown, because, folded, one_account
from rules.identifiers import is_account_id
from rules.model import SubjectKind

PATH: Final = "/rest/api/3/user/bulk/migration"
TWIN_PATH: Final = "/rest/api/user/bulk/migration"
BATCH: Final = 50
"""Identifiers of one call at most."""
QUERY_LIMIT: Final = 4000
"""Characters of the identifiers of one call: addresses of about 8,000 pass everywhere, and escapes triple some."""
KINDS: Final = frozenset({SubjectKind.USERNAME, SubjectKind.USER_KEY})
PARAMETERS: Final = {SubjectKind.USERNAME: "username", SubjectKind.USER_KEY: "key"}


class _Migrated(msgspec.Struct, frozen=True, rename="camel"):
    """One row of the answer."""

    account_id: str | None = None
    username: str | None = None
    key: str | None = None


class _Results(msgspec.Struct, frozen=True):
    """The answer of the twin."""

    results: list[_Migrated]


class JiraUsers:
    """Asks the Jira of the site."""

    name: Final = "jira"
    kinds: Final = KINDS

    def __init__(self, api: Api, now: Callable[[], str]) -> None:
        self._api = api
        self._now = now

    async def ask(self, identifiers: Sequence[Identifier]) -> Heard:
        """Return the accounts that Jira names."""
        return await _asked(self.name, identifiers, self._told, NOT_OFFERED, self._now)

    async def _told(self, kind: SubjectKind, batch: list[str]) -> list[_Migrated]:
        rows: list[_Migrated] = []
        while len(rows) < len(batch):
            params = {PARAMETERS[kind]: batch, "startAt": str(len(rows)), "maxResults": str(len(batch))}
            part = _rows(await self._api.get_root(PATH, params))
            rows += part
            if not part:
                break
        return rows


class ConfluenceUsers:
    """Asks Confluence's own endpoint, which was withdrawn and may still stand on some site."""

    name: Final = "confluence"
    kinds: Final = KINDS

    def __init__(self, api: Api, now: Callable[[], str]) -> None:
        self._api = api
        self._now = now

    async def ask(self, identifiers: Sequence[Identifier]) -> Heard:
        """Return the accounts that Confluence names."""
        # An address without this endpoint may be taken for that of a user called "bulk": 400.
        return await _asked(self.name, identifiers, self._told, (*NOT_OFFERED, Rejected), self._now)

    async def _told(self, kind: SubjectKind, batch: list[str]) -> list[_Migrated]:
        reply = await self._api.get(TWIN_PATH, {PARAMETERS[kind]: batch, "limit": str(len(batch))})
        return reply.to(_Results).results


async def _asked(
    route: str,
    identifiers: Sequence[Identifier],
    told: Callable[[SubjectKind, list[str]], Awaitable[list[_Migrated]]],
    not_offered: tuple[type[SiteError], ...],
    now: Callable[[], str],
) -> Heard:
    """Return what `told` says about each batch; a fault of the site ends the asking and is said."""
    answers: dict[Identifier, Answer] = {}
    try:
        for kind, batch in batches(identifiers):
            answers |= _answers(kind, batch, await told(kind, batch), route, now())
    except SiteError as error:
        return Heard(answers, unavailable=because(error), lasting=isinstance(error, not_offered))
    return Heard(answers)


def batches(identifiers: Sequence[Identifier]) -> Iterator[tuple[SubjectKind, list[str]]]:
    """Yield the identifiers in groups of one kind that fit into one call."""
    for kind in PARAMETERS:
        batch: list[str] = []
        for value in sorted({each.written or each.value for each in identifiers if each.kind is kind}):
            if batch and (len(batch) == BATCH or sum(map(len, batch)) + len(value) > QUERY_LIMIT):
                yield kind, batch
                batch = []
            batch = [*batch, value]
        if batch:
            yield kind, batch


def _rows(reply: Reply) -> list[_Migrated]:
    if not isinstance(reply.json, list):
        raise BadAnswer.shape(reply.where, "it is no list")
    return converted(reply.json, list[_Migrated], reply.where)


def _answers(
    kind: SubjectKind, batch: Sequence[str], rows: Sequence[_Migrated], route: str, at: str
) -> dict[Identifier, Answer]:
    """Return what the rows say about each identifier of a batch; rows about others say nothing."""
    found: dict[Identifier, list[str]] = {folded(kind, value): [] for value in batch}
    for row in rows:
        value = row.username if kind is SubjectKind.USERNAME else row.key
        accounts = found.get(folded(kind, value or ""))
        if accounts is not None and row.account_id and is_account_id(row.account_id):
            accounts.append(row.account_id)
    return {
        each: one_account(accounts, route, at) if accounts else Unknown(f"not known to {route}")
        for each, accounts in found.items()
    }
