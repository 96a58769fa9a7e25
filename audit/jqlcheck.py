"""A second opinion on rewritten JQL: Jira converts the original queries itself, and its answer is compared with ours.

Source: Atlassian, Jira Cloud REST API v3, `POST /rest/api/3/jql/pdcleaner`: at most 100 queries a call; one that
cannot be converted fails the call; those with people whom Jira does not know are listed apart from the others.
Queries name people: they are sent to the site's own Jira, and none of them is part of a reason or an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from audit.errors import GoneError, Missing, NotAllowed, NotAuthenticated, RedirectRefused, Rejected, SiteError
from audit.http import Api
from rules import jql
from rules.identifiers import is_account_id
from rules.jqlpairs import Pair
from rules.queries import Unparsed

PATH: Final = "/rest/api/3/jql/pdcleaner"
BATCH: Final = 100
"""Queries that Jira takes in one call."""
SPLITS: Final = 500
"""Batches that are halved in one run at most: two calls each."""
_NOBODY: Final = "unknown"
"""What Jira writes into a query in place of somebody it does not know."""

_NO_JIRA: Final = (NotAllowed, Missing, GoneError, NotAuthenticated, RedirectRefused)
"""Errors that say that there is no Jira, or not for this account. Faults of a moment are not among them."""
_TOO_MUCH: Final = frozenset({400, 413})
"""Statuses that are about what was sent: less of it may be converted."""

_UNKNOWN: Final = "Jira does not know somebody whom the query names"
_INVALID: Final = "Jira cannot convert the query"
_UNMATCHED: Final = "the answer of Jira does not fit the query"
_NOT_ASKED: Final = "Jira refused it together with others, and too many were refused to ask for each"
_UNREAD: Final = "what Jira makes of it is no query that this tool can read"
_OTHERS: Final = "Jira finds other places that name people in the query"
_ANOTHER: Final = "Jira names another account for the same person"


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Jira did not answer. What it had said before is kept; queries it was not asked about are not held."""

    why: str
    refused: Mapping[int, str]
    """As `confirmed` returns it, for the queries that were answered."""


class _Stranger(msgspec.Struct, frozen=True, rename="camel"):
    """A query with somebody whom Jira does not know."""

    original_query: str


class _Converted(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of Jira, as far as it is read."""

    query_strings: tuple[str, ...] = ()
    queries_with_unknown_users: tuple[_Stranger, ...] = ()


@dataclass(slots=True)
class _Opinions:
    """What Jira said so far about original queries."""

    converted: dict[str, str] = field(default_factory=dict, repr=False)
    failed: dict[str, str] = field(default_factory=dict, repr=False)
    """Query -> why there is no conversion."""

    def note(self, batch: Sequence[str], answer: _Converted) -> bool:
        """Take in one answer; return False when it cannot be told which part of it belongs to which query."""
        strangers = {each.original_query for each in answer.queries_with_unknown_users}
        if strangers and len(batch) == 1:  # whatever Jira repeats of it: there is one query to be meant
            self.failed[batch[0]] = _UNKNOWN
            return True
        rest = [query for query in batch if query not in strangers]
        if not strangers <= set(batch) or len(answer.query_strings) != len(rest):
            return False
        self.failed |= dict.fromkeys(strangers, _UNKNOWN)
        self.converted |= dict(zip(rest, answer.query_strings, strict=True))
        return True

    def refused(self, queries: Sequence[Pair], pickers: frozenset[str]) -> dict[int, str]:
        """Return which of the queries are not confirmed, and why; those not spoken of are not among them."""
        reasons: dict[int, str] = {}
        for index, (before, after) in enumerate(queries):
            why = self.failed.get(before)
            if why is None and before in self.converted:
                why = _difference(after, self.converted[before], pickers)
            if why is not None:
                reasons[index] = why
        return reasons


async def confirmed(
    api: Api, queries: Sequence[Pair], pickers: frozenset[str] = frozenset()
) -> dict[int, str] | Unavailable:
    """Return which of the rewritten queries Jira does not confirm: index -> why, in plain words without values.

    `queries` are JQL before and after the rewrite; each original is sent once. `pickers` are further fields that hold
    people. A batch that Jira refuses is halved until the bad query stands alone, `SPLITS` times at most. Raises
    `SiteError` for faults of a moment (no connection, 5xx, 429) and for answers of another shape.
    """
    originals = tuple(dict.fromkeys(before for before, _ in queries))
    waiting = [originals[start : start + BATCH] for start in range(0, len(originals), BATCH)]
    opinions, splits = _Opinions(), SPLITS
    while waiting:
        batch = waiting.pop()
        try:
            why = await _ask(api, batch, opinions)
        except (*_NO_JIRA, Rejected) as error:
            return Unavailable(_said(error), opinions.refused(queries, pickers))
        if not why:
            continue
        if len(batch) == 1:
            opinions.failed[batch[0]] = why
        elif splits:
            splits -= 1
            middle = len(batch) // 2
            waiting += [batch[middle:], batch[:middle]]
        else:
            opinions.failed |= dict.fromkeys(batch, _NOT_ASKED)
    return opinions.refused(queries, pickers)


async def _ask(api: Api, batch: Sequence[str], opinions: _Opinions) -> str:
    """Return why nothing was learnt about a batch as a whole; empty when something was."""
    try:
        answer = await api.post_root_read(PATH, {"queryStrings": list(batch)})
    except Rejected as error:
        if error.status not in _TOO_MUCH:
            raise
        return _INVALID
    if opinions.note(batch, answer.to(_Converted)):
        return ""
    return _UNMATCHED


def _said(error: SiteError) -> str:
    """Return what became of a call, without the advice that is meant for calls a run cannot do without."""
    return f"{error.what} ({error.where}): {error.why}."


def _difference(ours: str, theirs: str, pickers: frozenset[str]) -> str | None:
    """Return in which way two conversions of one query name different people, None when they name the same.

    People are compared by field and account id in the order of the query; how it is spelled does not matter. Whom we
    left as they were are held already, and whatever Jira makes of them is no objection to the others.
    """
    mine, other = jql.parse(ours, pickers), jql.parse(theirs, pickers)
    if isinstance(mine, Unparsed) or isinstance(other, Unparsed):
        return _UNREAD
    if [term.field for term in mine.users] != [term.field for term in other.users]:
        return _OTHERS
    pairs = [(a.value, b.value) for a, b in zip(mine.users, other.users, strict=True) if is_account_id(a.value)]
    if any(theirs == _NOBODY for _, theirs in pairs):
        return _UNKNOWN
    return _ANOTHER if any(ours != theirs for ours, theirs in pairs) else None
