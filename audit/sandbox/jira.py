"""The little of Jira that stands at the root of the site: account ids for retired identifiers, alone and in JQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from audit.sandbox.call import Call, Reply, list_of
from audit.sandbox.people import Person
from audit.sandbox.routes import Route
from audit.sandbox.state import Json, State
from rules import jql
from rules.identifiers import is_account_id
from rules.queries import Unparsed

QUERIES: Final = 100
"""Queries that one call converts."""
_BLIND: Final = 3
"""Jira does not know every third person: it was never used by them."""


def people(state: State) -> Iterator[tuple[str, Person]]:
    """Yield whom Jira knows, each with the key that it gave them."""
    for number, person in enumerate(state.everybody):
        if person.account_id and number % _BLIND != _BLIND - 1:
            yield f"JIRAUSER{10100 + number}", person


def migration(call: Call) -> Reply:
    """Answer account ids for usernames or keys as Jira still does; it knows only two of three people."""
    names, keys = call.many("username"), call.many("key")
    if bool(names) == bool(keys):
        return Reply(400, {"errorMessages": ["Either the username or the key parameter must be given"], "errors": {}})
    rows: list[Json] = []
    for key, person in people(call.state):
        if person.username in names:
            rows.append({"username": person.username, "accountId": person.account_id})
        elif key in keys:
            rows.append({"key": key, "accountId": person.account_id})
    start, size = call.number("startAt", 0), call.number("maxResults", 10)
    return Reply(200, rows[start : start + size])


def search(call: Call) -> Reply:
    """Answer the active people whose name or address begins with the query. Jira knows two of three people."""
    query = call.one("query").lower()
    if not query:
        return Reply(400, {"errorMessages": ["The query parameter is missing"], "errors": {}})
    rows: list[Json] = [
        {
            "accountId": person.account_id,
            "accountType": "atlassian",
            "emailAddress": person.email,
            "displayName": person.display_name,
            "active": True,
        }
        for _, person in people(call.state)
        if person.status == "active"
        and any(one.lower().startswith(query) for one in (person.display_name, person.email))
    ]
    start, size = call.number("startAt", 0), call.number("maxResults", 50)
    return Reply(200, rows[start : start + size])


def pdcleaner(call: Call) -> Reply:
    """Answer queries with account ids in the place of people; those with somebody unknown come in a list of their own.

    One query that is none, or too many of them, and nothing is converted (400).
    """
    given = [query for query in list_of(call.json_object(), "queryStrings") if isinstance(query, str)]
    accounts = _accounts(call.state)
    converted = [_converted(query, accounts) for query in given]
    if len(given) > QUERIES or None in converted:
        return Reply(400, "The queries cannot be converted")
    strings: list[str] = []
    unknown: list[Json] = []
    for query, answer in zip(given, converted, strict=True):
        text, known = answer or ("", True)
        if known:
            strings.append(text)
        else:
            unknown.append({"originalQuery": query, "convertedQuery": text})
    return Reply(200, {"queryStrings": strings, "queriesWithUnknownUsers": unknown})


def _accounts(state: State) -> dict[str, str]:
    """Return the account of each username (in lower case) and key that Jira knows."""
    return {name: person.account_id for key, person in people(state) for name in (person.username.lower(), key.lower())}


def _converted(query: str, accounts: dict[str, str]) -> tuple[str, bool] | None:
    """Return a query with bare account ids, and whether everybody in it is known; None when it is no query."""
    parsed = jql.parse(query)
    if isinstance(parsed, Unparsed):
        return None
    text, known = query, True
    for term in reversed(parsed.users):
        account = term.value if is_account_id(term.value) else accounts.get(term.value.lower(), "")
        known = known and bool(account)
        text = f"{text[: term.start]}{account or jql.NOBODY}{text[term.end :]}"
    return text, known


ROUTES: Final = (
    Route("GET", "/rest/api/3/user/bulk/migration", migration),
    Route("GET", "/rest/api/3/user/search", search),
    Route("POST", "/rest/api/3/jql/pdcleaner", pdcleaner),
)
"""Paths are absolute."""
