"""What a route from a legacy identifier to an account says, and what it offers.

A route answers exactly or not at all: it never guesses. Local ones (`audit.identity.ledger`) know everything they will
ever say; those that ask a site are asked in batches and may turn out not to be available, which is no answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from audit.errors import GoneError, Missing, SiteError
from rules.masking import mask
from rules.model import Confidence, Personal, SubjectKind

ASKABLE = frozenset({SubjectKind.USERNAME, SubjectKind.USER_KEY, SubjectKind.EMAIL})
"""Kinds of identifiers that lead to an account; a display name never does."""
PEOPLE = frozenset({SubjectKind.USERNAME, SubjectKind.USER_KEY})
"""Kinds that name people by themselves, without an address."""
KEY_OF_NOBODY = "0" * 32
"""A user key that no installation has given to anybody: whoever names an account for it names one for everybody."""
WAY = " > "
"""Between the routes that led to another identifier and the one that named the account."""
NOT_OFFERED = (Missing, GoneError)
"""What a site answers where an endpoint is not there."""


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An identifier of a person. Spellings of one are equal; it prints as its mask."""

    kind: SubjectKind
    value: str
    """As it is compared."""
    written: str = field(default="", compare=False)
    """As it stands somewhere: what a site is asked for."""

    @property
    def mask(self) -> str:
        """Return the identifier made unreadable for display."""
        return mask(self.kind.value, self.written or self.value)

    def __repr__(self) -> str:
        return f"Identifier({self.kind.value}, {self.mask})"


@dataclass(frozen=True, slots=True)
class Resolved:
    """The one account that a route names for an identifier."""

    account: str
    route: str
    witnessed_at: str
    """UTC, when the route was read or asked."""
    confidence: Confidence = Confidence.HIGH
    """MEDIUM where the identifier was found by way of another one."""

    @property
    def source(self) -> str:
        """Return the route that named the account, without those that led to it."""
        return self.route.rpartition(WAY)[2]

    def __repr__(self) -> str:
        return f"Resolved({mask('account_id', self.account)}, {self.route!r}, {self.witnessed_at!r})"


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A route names several accounts for one identifier."""

    detail: str
    """Plain words without values."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A route does not know the identifier, or no account for it."""

    detail: str = ""


Answer = Resolved | Ambiguous | Unknown


@dataclass(frozen=True, slots=True)
class Heard:
    """What a route that asks a site has learnt."""

    answers: Mapping[Identifier, Answer] = field(default_factory=dict)
    """Only about identifiers that were asked for."""
    aliases: Mapping[Identifier, tuple[Identifier, ...]] = field(default_factory=dict)
    """Other identifiers of the same person, for other routes to ask by."""
    unavailable: str = ""
    """Why the route, or the rest of it, cannot be asked; empty where it was."""
    lasting: bool = False
    """True when asking again in this run is of no use: the endpoint is not there."""
    names: Mapping[Identifier, str] = field(default_factory=dict)
    """Display names of the people, where the site tells them: they resolve nobody."""

    def __repr__(self) -> str:
        return f"Heard(<{len(self.answers)} answers>, <{len(self.aliases)} aliases>, {self.unavailable!r})"


class Route(Protocol):
    """One way to ask a site for the accounts behind identifiers."""

    @property
    def name(self) -> str:
        """Return the word that reports use for accounts found this way."""
        ...

    @property
    def kinds(self) -> frozenset[SubjectKind]:
        """Return the kinds of identifiers that it can be asked for."""
        ...

    async def ask(self, identifiers: Sequence[Identifier]) -> Heard:
        """Return what the site says about identifiers. A fault of the site makes the route unavailable."""
        ...


def folded(kind: SubjectKind, value: str) -> Identifier:
    """Return an identifier as it is compared: without blanks around it and without regard to case."""
    return Identifier(kind, value.strip().lower(), value.strip())


def identifier(personal: Personal) -> Identifier:
    """Return the identifier that a personal value is."""
    return folded(personal.kind, personal.reveal())


def because(error: SiteError) -> str:
    """Return why a route is not available, without the advice that is meant for calls a run cannot do without."""
    if isinstance(error, NOT_OFFERED):
        return f"the site does not offer it (status {error.status})"
    place = f" ({error.where})" if error.where else ""
    return f"{error.what}{place}" + (f": {error.why}" if error.why else "")


def one_account(accounts: Sequence[str], route: str, at: str, confidence: Confidence = Confidence.HIGH) -> Answer:
    """Return what the accounts that a route found for one identifier are worth."""
    different = set(accounts)
    if not different:
        return Unknown()
    if len(different) > 1:
        return Ambiguous(f"{route} names several accounts for it")
    return Resolved(different.pop(), route, at, confidence)
