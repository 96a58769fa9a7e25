"""What each file in `rules/checks` exports: one rule, how it finds and rewrites, and examples that prove it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rules.carriers import CARRIERS
from rules.context import NOTHING_KNOWN, Context
from rules.gates import Gate, escapes, occurs
from rules.model import (
    Account,
    Confidence,
    Edit,
    Hold,
    Kind,
    Match,
    ObjectType,
    Personal,
    Resolution,
    Severity,
    Span,
)
from rules.view import View


class Category(StrEnum):
    """The two things that an audit looks for."""

    LEGACY = "legacy identifier"
    PERSONAL = "personal data"


EXAMPLE_ACCOUNT: Final = Account("712020:4e1f7c02-5b1d-4f6a-9c0e-2a7d3b8f6e10", route="example")
"""What every legacy identifier of an example resolves to (invented)."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A part that the rule must flag."""

    data: bytes
    kind: Kind
    why: str
    finds: tuple[str, ...]
    """The values found, in order."""
    rewritten: bytes | None = None
    """The part after a rewrite in which every identifier resolves to EXAMPLE_ACCOUNT; None: not rewritten."""
    context: Context = NOTHING_KNOWN
    path: str = "body"
    """Where in its object the part stands, for rules about certain places."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A part that looks alike and that the rule must leave alone."""

    data: bytes
    kind: Kind
    why: str
    context: Context = NOTHING_KNOWN
    path: str = "body"


Example = Flag | Clean

Resolver = Callable[[Personal], Resolution]
"""Turns a legacy identifier into an account, or says why not."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a rewriter proposes for one part."""

    edits: tuple[Edit, ...] = ()
    holds: tuple[Hold, ...] = ()


Detector = Callable[[View], Iterable[Match]]
Rewriter = Callable[[View, tuple[Match, ...], Resolver], Change]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One defect: what it is, why it matters, what to do, how it is found and, where possible, mended.

    A rule equals itself only, so that a set of rules is told apart without reading all of them.
    """

    id: str
    title: str
    category: Category
    severity: Severity
    why: str
    remedy: str
    articles: tuple[str, ...]
    """Numbers in `rules.articles`."""
    source: str
    """Public document that the rule rests on."""
    dpv: str
    """IRI of the Data Privacy Vocabulary's term for the data in question."""
    kinds: tuple[Kind, ...]
    """Kinds of parts that the rule looks at."""
    gate: tuple[Gate, ...]
    """The rule can fire only where one of these occurs; empty: anywhere."""
    detect: Detector
    rewrite: Rewriter | None
    examples: tuple[Example, ...]
    answer: Callable[[View], Collection[str]] | None = None
    """Tells by their ids which of the rules that share it see anything in a part; None: `detect` is asked at once."""
    classes: tuple[ObjectType, ...] = ()
    """Classes of objects that hold what the rule is about, where those that its kinds stand in say too much."""

    def looked_for_in(self) -> frozenset[ObjectType]:
        """Return the classes of objects in which the rule is looked for: without one of them it was not examined."""
        return frozenset(self.classes) or frozenset[ObjectType]().union(*(CARRIERS[kind] for kind in self.kinds))

    def applies(self, kind: Kind, data: bytes) -> bool:
        """Return whether the rule could fire at all: a byte search that saves most parts from being parsed."""
        gates = (*self.gate, *escapes(kind))
        return kind in self.kinds and (not self.gate or any(occurs(gate, data) for gate in gates))

    def match(
        self,
        span: Span,
        subject: Personal,
        *,
        where: str,
        excerpt: str | Callable[[], str],
        confidence: Confidence = Confidence.HIGH,
        reason: str = "",
    ) -> Match:
        """Return a match of this rule with its severity."""
        return Match(
            rule=self.id,
            span=span,
            subject=subject,
            where=where,
            shown=excerpt,
            severity=self.severity,
            confidence=confidence,
            reason=reason,
            rewritable=self.rewrite is not None,
        )
