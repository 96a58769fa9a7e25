"""Running the examples of a rule: what it must flag, what it must leave alone, and what a rewrite makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from rules.model import Match, ObjectType, Part, Personal, Ref
from rules.rewrite import rewrite
from rules.rule import EXAMPLE_ACCOUNT, Clean, Example, Flag, Rule
from rules.scan import scan

_PLACE: Final = Ref(ObjectType.PAGE, "example")


def failure(rule: Rule, example: Example) -> str | None:
    """Return what is wrong with a rule or its example, without a value of the example; None when it holds."""
    part = Part(_PLACE, example.path, example.kind, example.data)
    seen = scan(part, [rule], example.context)
    if seen.unreadable is not None:
        return f"the example cannot be read: {seen.unreadable.reason}"
    if isinstance(example, Clean):
        wrong = f"{len(seen.matches)} found where nothing is to be found: {_places(seen.matches)}"
        return wrong if seen.matches else None
    expected = len(example.finds)
    if len(seen.matches) != expected:
        places = f": {_places(seen.matches)}" if seen.matches else ""
        return f"{len(seen.matches)} found instead of {expected}{places}"
    pairs = zip(seen.matches, example.finds, strict=True)
    if any(match.subject != Personal(match.subject.kind, value) for match, value in pairs):
        return f"a value was found that is not the one expected: {_places(seen.matches)}"
    return _rewriting(rule, part, example)


def _places(matches: tuple[Match, ...]) -> str:
    """Return where something was found and its mask."""
    return ", ".join(f"{each.subject.mask} at bytes {each.span.start} to {each.span.end}" for each in matches)


def _rewriting(rule: Rule, part: Part, example: Flag) -> str | None:
    result = rewrite(part, [rule], lambda _: EXAMPLE_ACCOUNT, example.context)
    if example.rewritten is None:
        return "it is rewritten, and the example does not say to what" if result.edits else None
    if result.data != example.rewritten:
        return "a rewrite gives something else" if result.edits else "it is not rewritten"
    again = rewrite(replace(part, data=result.data), [rule], lambda _: EXAMPLE_ACCOUNT, example.context)
    return "a second rewrite changes it again" if again.edits else None
