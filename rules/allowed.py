"""E-mail addresses of the house that are nobody's: what a configuration allows, and which matches it takes out.

A domain of the house is full of people. So naming a domain allows the addresses of functions in it (`info@`,
`support@`) and no other; only who says that a whole domain holds nobody allows all of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from rules.addresses import FUNCTIONS, is_listed
from rules.model import Match
from rules.subjects import SubjectKind


def allowed(addresses: Iterable[str], domains: Iterable[str] = (), whole: Iterable[str] = ()) -> frozenset[str]:
    """Return what `rules.context.Context.allowed` holds: addresses, and domains of nobody with an at sign before them.

    Raises ValueError naming, without its local part, what is no address or no domain.
    """
    known = {_address(each) for each in addresses}
    known |= {f"{function}@{_domain(each)}" for each in domains for function in FUNCTIONS}
    return frozenset(known | {f"@{_domain(each)}" for each in whole})


def is_allowed(match: Match, known: frozenset[str]) -> bool:
    """Return whether a match is an e-mail address that the configuration allows."""
    return match.subject.kind is SubjectKind.EMAIL and is_listed(match.subject.reveal().strip(), known)


def _address(text: str) -> str:
    local, sign, domain = text.strip().lower().rpartition("@")
    if not local or not sign or "*" in local:
        raise ValueError("an address has a name before its at sign, and stars stand for nothing")
    return f"{local}@{_domain(domain)}"


def _domain(text: str) -> str:
    domain = text.strip().lower().removeprefix("@")
    labels = domain.split(".")
    if len(labels) < 2 or not all(labels) or not domain.replace(".", "").replace("-", "").isalnum():  # noqa: PLR2004
        raise ValueError("a domain is written like acme.example, without a star or a path")
    return domain
