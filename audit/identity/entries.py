"""Everybody whom the retired identifiers of a run name: whether they are resolved, and how.

A run stores masks and keyed hashes. A value is known again when it is read from the site once more, or when a mapping
or backup holds it: then its keyed hash is the same.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from audit.bounded import each
from audit.drafting import Place, part_of
from audit.guards import Refusal
from audit.identity.directory import Directory
from audit.identity.names import Candidate
from audit.identity.provenance import merged
from audit.identity.route import ASKABLE, Identifier, Resolved, identifier
from audit.parts import kind_of
from audit.reading import fetched
from audit.sites.base import Target
from rules.context import Context
from rules.masking import mask
from rules.model import (
    Account,
    AccountState,
    Finding,
    HeldReason,
    Personal,
    Resolution,
    Subject,
    SubjectKind,
    Unresolved,
)
from rules.rewrite import rewrite
from rules.rule import Rule

READERS: Final = 8
COLUMNS: Final = (
    "username", "user_key", "email", "account_id", "places", "state", "route", "witnessed_at", "confidence",
    "witnesses", "open", "candidates",
)  # fmt: skip
"""The first four are those of a mapping, `route` and `witnessed_at` say whose answer it is; others are passed over."""
VALUE_COLUMNS: Final = {
    SubjectKind.USERNAME: "username",
    SubjectKind.USER_KEY: "user_key",
    SubjectKind.EMAIL: "email",
}

SHORT: Final = 8
"""Digits of a keyed hash that tables show, as reports do: they tell people apart whose masks are alike."""
LISTED: Final = ASKABLE | {SubjectKind.ACCOUNT_ID}
"""Kinds of what stands where a retired identifier belongs: account ids do so as well."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One retired identifier of a run."""

    subject: Subject
    places: int
    """Findings of the run that name it."""
    identifier: Identifier | None
    """None where its value is not known to this command."""
    resolution: Resolution
    account: str = ""
    """The account that the routes name, also where the policy holds it; empty where it is in doubt."""
    route: str = ""
    """The route that names it."""
    state: AccountState | None = None
    """Its state, None where nobody told it."""
    candidates: tuple[Candidate, ...] = ()

    @property
    def resolved(self) -> bool:
        """Return whether a plan would write an account for it."""
        return isinstance(self.resolution, Account)

    @property
    def as_written(self) -> bool:
        """Return whether it is an account id for which no route names an account."""
        return self.subject.kind is SubjectKind.ACCOUNT_ID and not self.account

    def cells(self) -> tuple[str, ...]:
        """Return what a table shows of it, masked: identifier, hash, kind, places, account, state, route, more."""
        found = self.resolution
        if isinstance(found, Account):
            account, state, route = mask("account_id", found.account_id), found.state.value, found.route
            also = f"; also {', '.join(found.witnesses)}" if found.witnesses else ""
            since = f"{found.witnessed_at}, " if found.witnessed_at else ""
            more = f"{since}{found.confidence.label} confidence{also}"
        else:
            account = mask("account_id", self.account) if self.account else "-"
            state = self.state.value if self.state else "-"
            route = self.route if self.account else found.reason.value
            more = f"{found.reason.value}: {found.detail}" if self.account else found.detail
        if self.candidates:
            shown = ", ".join(mask("display_name", one.name) for one in self.candidates)
            more += f"; perhaps {shown}"
        subject = self.subject
        return (
            subject.mask, subject.hmac[:SHORT], subject.kind.value, str(self.places), account, state, route, more
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"Entry({self.subject.mask}, {self.resolution!r})"


async def values(
    target: Target, places: Sequence[Place], rules: Sequence[Rule], context: Context
) -> tuple[tuple[Personal, ...], int]:
    """Return every value that a plan for `places` would have to resolve, and how many parts could not be read.

    Objects that are gone or hidden hold none.
    """
    found: dict[Personal, None] = {}
    unread = 0

    def note(value: Personal) -> Resolution:
        found[value] = None
        return Unresolved(HeldReason.UNRESOLVED)

    async def read(place: Place) -> None:
        ref, path = place
        current = await fetched(target, ref, path)
        if isinstance(current, Refusal):
            nonlocal unread
            unread += current.reason is HeldReason.NOT_READ
        else:
            rewrite(part_of(current), rules, note, context)

    await each([place for place in dict.fromkeys(places) if kind_of(place[1])], read, READERS)
    return tuple(found), unread


def entries(findings: Iterable[Finding], read: Iterable[Personal], directory: Directory, key: bytes) -> list[Entry]:
    """Return an entry for each identifier that the findings name, by mask and keyed hash."""
    places = Counter(one.subject for one in findings if one.subject.kind in LISTED)
    known = _by_hash(set(places), read, directory, key)
    made = [_entry(subject, count, known.get(subject.hmac), directory) for subject, count in places.items()]
    return sorted(made, key=lambda one: (one.resolved, one.subject.mask, one.subject.kind, one.subject.hmac))


def table(rows: Sequence[Entry]) -> Iterator[str]:
    """Yield the lines of a table, masked."""
    cells: list[tuple[str, ...]] = [
        ("identifier", "hash", "kind", "places", "account", "state", "route", "known since, and by whom")
    ]
    cells += [row.cells() for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]) - 1)]
    for line in cells:
        start = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=False))
        yield f"{start}  {line[-1]}".rstrip()


def as_csv(rows: Sequence[Entry]) -> tuple[bytes, int]:
    """Return the raw values as a mapping file, and how many entries are not in it because theirs is not known.

    Account ids that are taken for themselves need no row.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    written: set[Identifier] = set()
    missing = 0
    for row in rows:
        if row.identifier is None:
            missing += 1
        elif row.identifier not in written and not row.as_written:
            written.add(row.identifier)
            writer.writerow(_csv_row(row, row.identifier))
    return out.getvalue().encode("utf-8", "surrogatepass"), missing


def _csv_row(row: Entry, one: Identifier) -> Mapping[str, str]:
    cells = {VALUE_COLUMNS[one.kind]: one.written, "account_id": row.account, "places": str(row.places)}
    cells["candidates"] = "; ".join(f"{each.account_id} ({each.name})" for each in row.candidates)
    found = row.resolution
    if isinstance(found, Unresolved):
        return cells | {"open": f"{found.reason.value}: {found.detail}", "route": row.route}
    return cells | {
        "state": found.state.value,
        "route": found.route,
        "witnessed_at": found.witnessed_at,
        "confidence": found.confidence.label,
        "witnesses": " ".join(found.witnesses),
    }


def _entry(subject: Subject, places: int, one: Identifier | None, directory: Directory) -> Entry:
    if one is None:
        detail = "its value is not known here: no file names it, and it stands where nothing is written"
        return Entry(subject, places, None, Unresolved(HeldReason.UNRESOLVED, detail))
    named = [said.answer for said in directory.said(one) if isinstance(said.answer, Resolved)]
    found = directory.resolve(one)
    doubtful = isinstance(found, Unresolved) and found.reason is HeldReason.AMBIGUOUS
    if doubtful or len({each.account for each in named}) != 1:
        return Entry(subject, places, one, found)
    account = named[0].account
    return Entry(subject, places, one, found, account, named[0].route, directory.state_of(account))


def shared(rows: Iterable[Entry]) -> tuple[str, ...]:
    """Return a sentence for each account that several identifiers of one kind lead to, masked, in order."""
    return merged((row.account, row.subject) for row in rows if row.account)


def _by_hash(wanted: set[Subject], read: Iterable[Personal], directory: Directory, key: bytes) -> dict[str, Identifier]:
    """Return the identifiers behind keyed hashes, as far as somebody knows them."""
    found: dict[str, Identifier] = {}
    for value in read:
        if value.kind in ASKABLE:
            found.setdefault(value.pseudonym(key), identifier(value))
        if value.kind is SubjectKind.USERNAME:  # rules ask for an account id in its place as for a username
            found.setdefault(Personal(SubjectKind.ACCOUNT_ID, value.reveal()).pseudonym(key), identifier(value))
    missing = {subject.hmac: subject.kind for subject in wanted if subject.hmac not in found}
    kinds = set(missing.values())
    for one in directory.identifiers():
        for kind in kinds:  # a key may have been a username, and a username an address
            if kind is SubjectKind.EMAIL and "@" not in one.value:
                continue
            value = Personal(kind, one.written or one.value)
            hashed = value.pseudonym(key)
            if hashed in missing:
                found.setdefault(hashed, identifier(value))
    return found
