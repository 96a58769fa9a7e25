"""A local route: rows that say which identifiers belong to one person, and which account if it is known.

Rows without an account are of use as well: they lead from a user key to a username or an e-mail address, which
another route may know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from audit.identity.route import ASKABLE, WAY, Answer, Identifier, Unknown, folded, one_account
from rules.model import Confidence, SubjectKind

TITLES: Final = {"csv": "the mapping", "backup": "the backup"}
"""Names of local routes, as sentences call them."""
KNOWN: Final = frozenset(
    {*TITLES, "jira", "confluence", "search", "data-center", "organisation", "conversion"}
)  # fmt: skip
"""Every route there is, by the word that reports use."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person as a table or a backup names them; empty fields are not known."""

    username: str = ""
    user_key: str = ""
    email: str = ""
    account_id: str = ""
    name: str = ""
    """Display name: for people who search, never to resolve anybody."""
    joined: bool = False
    """True when the account was found in another table by the e-mail address."""
    second: str = ""
    """Another username of the person: directories keep a login and an account name of Windows side by side."""

    route: str = ""
    """The route that named the account, where the row is an answer written down earlier; empty where it is its own."""
    witnessed_at: str = ""
    """When that route named it, in UTC."""

    def identifiers(self) -> Iterator[Identifier]:
        """Yield the identifiers of the row as they are compared."""
        same = self.second.strip().casefold() == self.username.strip().casefold()
        for kind, value in (
            (SubjectKind.USERNAME, self.username),
            (SubjectKind.USER_KEY, self.user_key),
            (SubjectKind.EMAIL, self.email),
            (SubjectKind.USERNAME, "" if same else self.second),
        ):
            if value.strip():
                yield folded(kind, value)

    def __repr__(self) -> str:
        return f"Row(<{sum(1 for _ in self.identifiers())} identifiers>)"


class Ledger:
    """Rows of one source, by every identifier in them."""

    def __init__(self, name: str, rows: Iterable[Row], read_at: str) -> None:
        self.name: Final = name
        self.title: Final = TITLES.get(name, name)
        self.read_at: Final = read_at
        self._rows: dict[Identifier, list[Row]] = {}
        for row in rows:
            for each in row.identifiers():
                self._rows.setdefault(each, []).append(row)

    def look_up(self, asked: Identifier) -> Answer:
        """Return the account that the rows name for exactly this identifier.

        A username is looked for among the user keys as well, and the other way round: old installations used the
        first username as the key, and the shape of a value does not tell which it is.
        """
        rows = [row for each in readings(asked) for row in self._rows.get(each, ())]
        known = [row for row in rows if row.account_id]
        if not known:
            return Unknown(f"in {self.title}, without an account" if rows else f"not in {self.title}")
        own = next((row for row in known if not row.route), known[0])
        indirect = any(row.joined for row in known) or WAY in own.route
        confidence = Confidence.MEDIUM if indirect else Confidence.HIGH
        at = own.witnessed_at if own.route else self.read_at
        return one_account([row.account_id for row in known], own.route or self.name, at, confidence)

    def aliases(self, asked: Identifier) -> tuple[Identifier, ...]:
        """Return the other identifiers of the person, nothing where several persons are meant."""
        people = {frozenset(row.identifiers()) for row in self._rows.get(asked, ())}
        return tuple(sorted(people.pop() - {asked})) if len(people) == 1 else ()

    def name_of(self, asked: Identifier) -> str:
        """Return the display name that goes with an identifier, empty where there is none or several."""
        names = {row.name for row in self._rows.get(asked, ()) if row.name}
        return names.pop() if len(names) == 1 else ""

    def addresses(self, asked: Identifier, account: str) -> frozenset[str]:
        """Return the e-mail addresses, as they are compared, in the rows that name `account` for an identifier."""
        rows = (row for each in readings(asked) for row in self._rows.get(each, ()) if row.account_id == account)
        return frozenset(folded(SubjectKind.EMAIL, row.email).value for row in rows if row.email.strip())

    def identifiers(self) -> Iterator[Identifier]:
        """Yield every identifier of the rows."""
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"Ledger({self.name!r}, <{len(self)} identifiers>)"


def heard(route: str) -> str:
    """Return the words of a table for a route, where they name one; empty for any others, which may be anything."""
    return route if set(route.split(WAY)) <= KNOWN and route != "csv" else ""


def readings(asked: Identifier) -> tuple[Identifier, ...]:
    """Return what an identifier may be taken for: itself, a key that was a username, an address used as a username."""
    if asked.kind is SubjectKind.USERNAME:
        address = (replace(asked, kind=SubjectKind.EMAIL),) if "@" in asked.value else ()
        return (asked, replace(asked, kind=SubjectKind.USER_KEY), *address)
    if asked.kind is SubjectKind.USER_KEY:
        return asked, replace(asked, kind=SubjectKind.USERNAME)
    return (asked,) if asked.kind in ASKABLE else ()
