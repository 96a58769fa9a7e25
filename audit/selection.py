"""Which part of what could be changed a plan takes up: single objects, spaces, rules, and the first so many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from audit.errors import UsageError
from audit.results import Recorded
from rules.model import ObjectType, Ref

KINDS: Final = frozenset(kind.value for kind in ObjectType)
FORMS: Final = "TYPE:ID as in page:123, space:KEY, rule:ID"


@dataclass(frozen=True, slots=True)
class Selection:
    """What `--only` and `--limit` name. Without any of them everything is taken."""

    objects: frozenset[tuple[str, str]] = frozenset()
    """Type and id."""
    spaces: frozenset[str] = frozenset()
    """Keys, upper case."""
    rules: frozenset[str] = frozenset()
    limit: int | None = None
    """Most actions."""

    def takes(self, ref: Ref) -> bool:
        """Return whether an object may be changed: it is named, its space is, or neither objects nor spaces are."""
        if not self.objects and not self.spaces:
            return True
        return (ref.type.value, ref.id) in self.objects or ref.space.upper() in self.spaces

    def takes_rule(self, rule: str) -> bool:
        """Return whether what a rule finds may be changed."""
        return not self.rules or rule in self.rules


EVERYTHING: Final = Selection()


def selection(words: Sequence[str], limit: int | None = None, *, option: str = "--only") -> Selection:
    """Return what the words of an option select. Raises `UsageError` for a word of another form."""
    named: dict[str, set[str]] = {"space": set(), "rule": set()}
    objects: set[tuple[str, str]] = set()
    for word in words:
        kind, _, name = word.partition(":")
        if not name or kind not in KINDS | named.keys():
            raise UsageError(what="A selection is not understood", where=option, fix=f"It is {FORMS}.")
        if kind == "space" and name.startswith("~"):
            raise UsageError(
                what="A personal space cannot be selected by its key",
                where=option,
                why="the run knows such keys masked only, and several may look alike",
                fix="Select its pages: page:ID, as the report shows them.",
            )
        if kind == "space":
            named["space"].add(name.upper())
        elif kind == "rule":
            named["rule"].add(name)
        else:
            objects.add((kind, name))
    return Selection(frozenset(objects), frozenset(named["space"]), frozenset(named["rule"]), limit)


def require_rules(selected: Selection, rewriting: Iterable[str]) -> None:
    """Raise `UsageError` naming the rules that can be selected when another one is."""
    known = sorted(rewriting)
    unknown = sorted(selected.rules - set(known))
    if unknown:
        raise UsageError(
            what=f"There is no rule {', '.join(unknown)} that rewrites",
            where="--only",
            fix=f"Name one of {', '.join(known)}; `confluence-gdpr rules` says what they find.",
        )


def require_known(selected: Selection, recorded: Iterable[Recorded]) -> None:
    """Return when the run knows everything that is selected. Raises `UsageError` naming what it does not know."""
    refs, rules = set(), set()
    for one in recorded:
        refs.add(one.finding.ref)
        rules.add(one.finding.rule)
    objects = {(ref.type.value, ref.id) for ref in refs}
    spaces = {ref.space.upper() for ref in refs}
    unknown = [f"{kind}:{name}" for kind, name in sorted(selected.objects - objects)]
    unknown += [f"space:{key}" for key in sorted(selected.spaces - spaces)]
    unknown += [f"rule:{rule}" for rule in sorted(selected.rules - rules)]
    if unknown:
        raise UsageError(
            what=f"Nothing was found for {', '.join(unknown)}",
            where="--only",
            why="the run has no legacy identifier there",
            fix="Name what its report lists, or audit again.",
        )
