"""Whether an expression that somebody wrote can be searched for in linear time, told from the expression alone.

Python's `re` tries one way after the other, and a careless expression makes it try more ways than there are atoms.
So expressions of the configuration are read by a small parser of their own and the worst number of steps that a
search can take from any one place is counted. What is not counted is refused: repetitions without an upper bound,
references, look-around over more than one character. Both bounds together make the search linear in the text.

The count: a character costs one step, and then what follows it; of alternatives, and of the two ways on from a
repetition (once more, or what follows), both are paid where a character can begin both, and only the dearer one where
none can. So `[0-9]{1,9}-` costs as many steps as digits, and `[0-9]{1,9}[0-9]{1,9}-` their product.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final, NoReturn, assert_never

LONGEST: Final = 500
"""Characters that a match may have at most."""
MOST_STEPS: Final = 1000
"""Steps that a search may take from one place."""
WRITTEN: Final = 2000
"""Characters that an expression may have."""
VALUE: Final = "value"
"""Name of the group that holds the value, where an expression has more around it."""

_TURNED: Final = "(?i)"
_PLANES: Final = 0x20000
_UNIVERSE: Final = "".join(map(chr, chain(range(0xD800), range(0xE000, _PLANES))))
"""The characters that classes are compared by: those of both planes in which living scripts are written."""
_TIMES: Final = re.compile(r"\{(?P<low>[0-9]{1,4})(?:(?P<comma>,)(?P<high>[0-9]{0,4}))?\}")
_ESCAPED: Final = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[tnrdDwWsS]|[^\w\s])")
_CLASS: Final = re.compile(r"\[\^?(?:\]|\\.|[^\\\]\[])(?:\\.|[^\\\]\[])*\]", re.DOTALL)
_SETS: Final = ("--", "&&", "~~", "||")
_LOOKS: Final = ("(?<!", "(?<=", "(?!", "(?=")
_UNBOUNDED: Final = "a repetition without an upper bound could run over the whole text; write for example {1,40}"


class Unsafe(ValueError):  # noqa: N818 - says what the expression is
    """The expression is not used. `at` is the character where, from 1; the text says why, without contents."""

    def __init__(self, at: int, why: str) -> None:
        self.at = at
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class _One:
    """One character of a set."""

    at: int
    characters: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Edge:
    """A test that reads nothing: a boundary, or one character before or behind."""

    at: int


@dataclass(frozen=True, slots=True)
class _Row:
    """One after the other."""

    at: int
    items: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    """One or another."""

    at: int
    branches: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Times:
    """The same again, `low` to `high` times."""

    at: int
    body: _Node
    low: int
    high: int


_Node = _One | _Edge | _Row | _Choice | _Times


@dataclass(frozen=True, slots=True)
class _On:
    """What is still to come: its steps at most, and the characters that it can begin with; None: any, or nothing."""

    steps: int
    begins: frozenset[str] | None

    def meets(self, other: _On) -> bool:
        """Return whether one character can begin both."""
        return self.begins is None or other.begins is None or not self.begins.isdisjoint(other.begins)


def require_linear(expression: str) -> int:
    """Return the worst number of steps of a search for `expression` from one place of a text.

    Raises `Unsafe` for an expression that is none, that needs more than `MOST_STEPS`, that can match nothing or more
    than `LONGEST` characters, and for whatever is not known to be harmless.
    """
    if len(expression) > WRITTEN:
        raise Unsafe(WRITTEN + 1, f"it has more than {WRITTEN} characters")
    tree = _Reader(expression).whole()
    shortest, longest = _width(tree)
    if not shortest:
        raise Unsafe(1, "it can match nothing at all; at least one character has to be needed")
    if longest > LONGEST:
        raise Unsafe(1, f"it can match {longest} characters; {LONGEST} are allowed: lower the bounds")
    return _through(tree, _On(0, None), again=False).steps


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._folded = text.startswith(_TURNED)
        self._named = False
        if self._folded:
            self._at = len(_TURNED)

    def whole(self) -> _Node:
        tree = self._choice()
        if self._at < len(self._text):
            self._refuse("a bracket is closed that was not opened")
        return tree

    def _refuse(self, why: str, at: int | None = None) -> NoReturn:
        raise Unsafe((self._at if at is None else at) + 1, why)

    def _choice(self) -> _Node:
        start, branches = self._at, [self._row()]
        while self._text.startswith("|", self._at):
            self._at += 1
            branches.append(self._row())
        return branches[0] if len(branches) == 1 else _Choice(start, tuple(branches))

    def _row(self) -> _Node:
        start, items = self._at, list[_Node]()
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            items.append(self._repeated(self._at, self._atom()))
        return _Row(start, tuple(items))

    def _repeated(self, start: int, body: _Node) -> _Node:
        sign = self._text[self._at : self._at + 1]
        if sign not in {"?", "*", "+", "{"} or not sign:
            return body
        if sign in {"*", "+"}:
            self._refuse(_UNBOUNDED)
        if isinstance(body, _Edge):
            self._refuse("a test of the place is repeated")
        low, high = self._bounds(sign)
        if self._text[self._at : self._at + 1] in {"?", "+"}:
            self._at += 1  # reluctant or possessive: no more ways than without
        if self._text[self._at : self._at + 1] in {"?", "*", "+", "{"} and self._at < len(self._text):
            self._refuse("a repetition is repeated")
        if not _width(body)[0]:
            self._refuse("what is repeated can be empty, so that there is no end of ways to read it", start)
        return _Times(start, body, low, high)

    def _bounds(self, sign: str) -> tuple[int, int]:
        if sign == "?":
            self._at += 1
            return 0, 1
        found = _TIMES.match(self._text, self._at)
        if found is None:
            self._refuse("a brace that counts nothing; a brace itself is written with a backslash before it")
        low = int(found["low"])
        if found["comma"] and not found["high"]:
            self._refuse(_UNBOUNDED)
        high = int(found["high"]) if found["comma"] else low
        if not low <= high or not 0 < high <= LONGEST:
            self._refuse(f"the bounds of a repetition lie between 0 and {LONGEST}, the lower one first")
        self._at = found.end()
        return low, high

    def _atom(self) -> _Node:
        start, sign = self._at, self._text[self._at]
        if sign == "(":
            return self._group()
        if sign in "^$":
            self._at += 1
            return _Edge(start)
        if self._text[start : start + 2] in {r"\b", r"\B"}:
            self._at += 2
            return _Edge(start)
        return self._one()

    def _one(self) -> _One:
        """Read one character or class."""
        start, sign = self._at, self._text[self._at]
        if sign in "*+?{":
            self._refuse("a repetition of nothing")
        if sign in "[\\":
            found = (_CLASS if sign == "[" else _ESCAPED).match(self._text, start)
            if found is None:
                self._refuse(
                    "a class that does not end, or holds a bracket without a backslash before it"
                    if sign == "["
                    else "this escape is not taken: \\d \\w \\s \\b, signs, \\t \\n \\r, \\xhh and \\uhhhh are"
                )
            self._at = found.end()
        else:
            self._at += 1
        written = self._text[start : self._at]
        if any(ord(each) >= _PLANES for each in written):
            self._refuse("characters beyond U+1FFFF are not taken", start)
        if any(doubled in written for doubled in _SETS):
            self._refuse("a sign stands twice in a class, which later versions of Python read in another way", start)
        characters = _characters(written, folded=self._folded)
        if not characters:
            self._refuse("a class that no character is in, or that is none", start)
        return _One(start, characters)

    def _group(self) -> _Node:
        start = self._at
        look = next((each for each in _LOOKS if self._text.startswith(each, start)), "")
        if look:
            self._at += len(look)
            if self._at < len(self._text) and self._text[self._at] not in "()|^$":
                self._one()
            self._close("looking before or behind is taken for one character or class only", start)
            return _Edge(start)
        self._at += len(self._opened())
        inner = self._choice()
        self._close("a bracket is not closed", start)
        return inner

    def _close(self, why: str, start: int) -> None:
        if not self._text.startswith(")", self._at):
            self._refuse(why, start)
        self._at += 1

    def _opened(self) -> str:
        """Return how a group begins."""
        named = f"(?P<{VALUE}>"
        if self._text.startswith(named, self._at):
            if self._named:
                self._refuse(f"there are two groups `{VALUE}`")
            self._named = True
            return named
        if self._text.startswith("(?:", self._at):
            return "(?:"
        if self._text.startswith("(?", self._at):
            self._refuse(f"groups are (…), (?:…) and (?P<{VALUE}>…); (?i) stands at the very beginning")
        return "("


@lru_cache(maxsize=256)
def _characters(written: str, *, folded: bool) -> frozenset[str]:
    """Return the characters that a class or one character matches, empty where it is none."""
    try:
        return frozenset(re.compile(written, re.IGNORECASE if folded else 0).findall(_UNIVERSE))
    except re.error:
        return frozenset()


def _width(node: _Node) -> tuple[int, int]:
    """Return how many characters a match has at least and at most."""
    match node:
        case _One():
            return 1, 1
        case _Edge():
            return 0, 0
        case _Row():
            widths = [_width(each) for each in node.items]
            return sum(low for low, _ in widths), sum(high for _, high in widths)
        case _Choice():
            widths = [_width(each) for each in node.branches]
            return min(low for low, _ in widths), max(high for _, high in widths)
        case _Times():
            low, high = _width(node.body)
            return low * node.low, high * node.high
        case _:
            assert_never(node)


def _through(node: _Node, on: _On, *, again: bool) -> _On:
    """Return what a node and then `on` come to. `again` says that the node stands in a repetition."""
    match node:
        case _One():
            return _On(1 + on.steps, node.characters)
        case _Edge():
            return _On(1 + on.steps, None)
        case _Row():
            for each in reversed(node.items):
                on = _through(each, on, again=again)
            return on
        case _Choice():
            return _either(node, on, again=again)
        case _Times():
            return _repeated(node, on, again=again)
        case _:
            assert_never(node)


def _either(node: _Choice, on: _On, *, again: bool) -> _On:
    ways = [_through(each, on, again=again) for each in node.branches]
    steps = max(sum(other.steps for other in ways if way.meets(other)) for way in ways)
    why = "its alternatives can begin alike"
    return _bounded(node.at, _On(len(ways) + steps, _begins(ways)), f"{why}, inside a repetition" if again else why)


def _repeated(node: _Times, on: _On, *, again: bool) -> _On:
    made = on
    why = (
        "a repetition inside a repetition can read the same text in many ways"
        if again
        else "what is repeated here and what follows can be the same text, so that it is read in many ways"
    )
    begins: frozenset[str] | None = None
    for number in range(node.high, 0, -1):
        once = _through(node.body, made, again=True)
        made = once
        if number > node.low:
            # What is repeated is never empty, so that each round begins alike: the sets are large and united once.
            begins = _begins([once, on]) if number == node.high else begins
            both = once.steps + on.steps if once.meets(on) else max(once.steps, on.steps)
            made = _On(2 + both, begins)
        made = _bounded(node.at, made, why)
    return made


def _begins(ways: list[_On]) -> frozenset[str] | None:
    found = [way.begins for way in ways]
    known = [each for each in found if each is not None]
    return None if len(known) < len(found) else frozenset[str]().union(*known)


def _bounded(at: int, on: _On, why: str) -> _On:
    if on.steps > MOST_STEPS:
        raise Unsafe(at + 1, f"{why}: a search would take more than {MOST_STEPS} steps from one place")
    return on
