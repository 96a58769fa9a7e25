"""Which operators Confluence takes behind which field of CQL: what its field reference rules out is no query.

The grammar reads such clauses all the same, as the people in them have to be found. Fields that the reference does not
have, those of apps for instance, are not judged.
Source: Atlassian, CQL fields and CQL operators.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from rules.queries import Unparsed, branches, first, place

if TYPE_CHECKING:
    from rules.queries import Branch

_EQUAL: Final = frozenset({"=", "!="})
_LIKE: Final = frozenset({"~", "!~"})
_RANGE: Final = frozenset({">", ">=", "<", "<="})
_IN: Final = frozenset({"IN", "NOT IN"})
_ORDER: Final = ("=", "!=", "~", "!~", ">", ">=", "<", "<=", "IN", "NOT IN")

_PEOPLE: Final = ("contributor", "creator", "favorite", "favourite", "mention", "watcher")
_FIXED: Final = ("ancestor", "container", "content", "id", "label", "macro", "parent", "space", "type")
"""Fields of ids, keys and words that are compared as a whole."""
_TAKES: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys((f"{name}{end}" for name in _PEOPLE for end in ("", ".accountid", ".userkey")), _EQUAL | _IN),
    **dict.fromkeys(_FIXED, _EQUAL | _IN),
    **dict.fromkeys(("created", "lastmodified"), _EQUAL | _RANGE),
    "title": _EQUAL | _LIKE | _IN,
    "text": _LIKE,
    "user": frozenset({"=", "IN"}),
}


def misused(tree: Branch) -> Unparsed | None:
    """Return the first operator that its field does not take, and those that it does; None where all fit."""
    for branch in branches(tree):
        if branch.data == "clause":
            field, operator = cast("Branch", branch.children[0]), branch.children[1]
            taken = None if len(field.children) > 1 else _TAKES.get(first(field).casefold())
            sign = str(operator) if isinstance(operator, str) else "IN"
            if taken is not None and sign not in taken:
                at = place(first(operator))[0]
                return Unparsed(at, _words(taken))
    return None


def _words(taken: frozenset[str]) -> str:
    """Return operators in words, as errors of the grammar have them."""
    words = [each for each in _ORDER if each in taken]
    return f"{', '.join(words[:-1])} or {words[-1]}"
