"""Which rules can fire in a part, told by searching its bytes: once for all rules, before anything is parsed.

Two engines tell which gates can stand open, and each of those is then asked itself, so that both give one answer.
Hyperscan, where it is installed, looks for all of them at once. Without it, a few short stems are looked for first,
chosen so that each word of a gate holds one of them: a part without any of the stems is done after a handful of
searches.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any, Final, Protocol

from rules.gates import Gate, NamedGate, escapes, is_tested, loosened, occurs, word_of
from rules.macros import parameters_in
from rules.model import Kind
from rules.rule import Rule
from rules.view import View

_LONGEST: Final = 6
"""Bytes of a stem at most, unless it is a whole word."""
_COSTS: Final = (0.0, 0.1, 0.9, 0.8, 0.6, 0.6, 0.6)
"""What one search costs by the length of what is looked for, in milliseconds a megabyte."""
_OPEN: Final = 0.3
"""What it costs more when the stem occurs, as it does in nearly every part."""
_EACH: Final = (0.15, 0.6)
"""What each further word costs that is looked for then: of a rare stem, and of one that nearly every part holds."""
_COMMON: Final = (
    b"<p>the and of to in is for you we on with that this be are it as have will can not from all our by an if at or"
    b'</p><td><th><tr><li><ul><br/><div class=<span style=<strong><em><h2><table><tbody><a href="https://www.com">'
    b'<ac:structured-macro ac:name="info" ac:schema-version="1" ac:macro-id="2b3-4d"><ac:rich-text-body>&nbsp;'
    b'</ac:rich-text-body><ac:link><ri:page ri:content-title=""/><ac:image ac:height="250">'
    b'<ac:parameter ac:name="title"></ac:parameter><ri:attachment ri:filename=""/>'
    b'{"type":"text","attrs":{},"content":["paragraph"],"marks":[]}'
)
"""What most parts hold anyway."""
_SPARSE: Final = 100
"""A stem counts as rare when a part has more than so many bytes for each occurrence."""


class Engine(Protocol):
    """Tells which gates can stand open in some bytes."""

    def found(self, data: bytes) -> Iterable[int]:
        """Return the numbers of the gates that can stand open, in any order. None that does is left out."""


Answer = Callable[[View], Collection[str]]
Chooser = Callable[[Sequence[Gate]], Engine]
"""Makes an engine for some gates."""


class Stems:
    """The engine that needs no library: a gate can stand open where its word occurs."""

    def __init__(self, gates: Sequence[Gate]) -> None:
        """Choose the stems for the words of `gates`."""
        numbers: dict[bytes, list[int]] = {}
        for number, gate in enumerate(gates):
            numbers.setdefault(word_of(gate), []).append(number)
        self.stems: Final = tuple(
            (stem, max(map(len, held)), tuple((word, tuple(numbers[word])) for word in held))
            for stem, held in _cover(tuple(numbers)).items()
        )

    def found(self, data: bytes) -> Iterator[int]:
        """Yield the numbers of the gates whose words occur."""
        for stem, reach, words in self.stems:
            if stem in data:
                near = _around(stem, reach, data) if len(words) > 1 else data
                for word, numbers in words:
                    if word in near:
                        yield from numbers


def _around(stem: bytes, reach: int, data: bytes) -> bytes:
    """Return the surroundings of a rare stem, in which every word that holds it stands whole; all bytes otherwise."""
    pieces: list[bytes] = []
    at = data.find(stem)
    for _ in range(len(data) // _SPARSE):
        pieces.append(data[max(at - reach, 0) : at + reach])
        at = data.find(stem, at + 1)
        if at < 0:
            return b"\x00".join(pieces)
    return data


def _cover(words: Sequence[bytes]) -> dict[bytes, list[bytes]]:
    """Return stems that cost little to look for, each with the words that are looked for where it occurs."""
    held: dict[bytes, set[bytes]] = {}
    for word in words:
        for size in {*range(1, min(len(word), _LONGEST) + 1), len(word)}:
            for start in range(len(word) - size + 1):
                held.setdefault(word[start : start + size], set()).add(word)
    left, chosen = set(words), dict[bytes, list[bytes]]()
    while left:
        stem = min(held, key=lambda each: (_cost(each, held[each]) / len(held[each]), -len(each), each))
        chosen[stem] = sorted(held[stem])
        left -= held[stem]
        held = {each: rest for each, words in held.items() if (rest := words & left)}
    return chosen


def _cost(stem: bytes, words: AbstractSet[bytes]) -> float:
    common = stem in _COMMON
    return _COSTS[min(len(stem), _LONGEST)] + _OPEN * common + _EACH[common] * len(words - {stem})


_WORTH: Final = 2 * 1024 * 1024
"""Bytes that the stems search first: compiling takes longer than they do."""


class Hyperscan:
    """The engine of the library of that name. One object serves one call at a time; a second one gets the stems."""

    def __init__(self, library: ModuleType, gates: Sequence[Gate], after: int = _WORTH) -> None:
        """Prepare the search for `gates`. They are compiled once more than `after` bytes have been searched."""
        self._library: Final[Any] = library
        self._gates: Final = gates
        self._otherwise: Final = Stems(gates)
        self._left = after
        self._first: Any = None
        """Looks for the words, with the expressions that begin with them."""
        self._second: Any = None
        """Looks for the other expressions, which is slow, and only where one of their words occurs."""
        self._loose: Final = frozenset(number for number, gate in enumerate(gates) if _is_loose(gate))
        self._slow: Final = frozenset(number for number in self._loose if not is_tested(gates[number]))
        """Those of them whose expressions no quicker test goes before."""

    def found(self, data: bytes) -> Iterable[int]:
        """Return the numbers of the gates whose expressions can match."""
        if self._first is None:
            self._left -= len(data)
            if self._left > 0:
                return self._otherwise.found(data)
            words = {number: word_of(gate) for number, gate in enumerate(self._gates) if number in self._loose}
            gates = dict(enumerate(self._gates))
            self._first = self._compiled(gates | words)
            self._second = self._compiled({number: gates[number] for number in self._slow})
        seen: list[int] = []
        sure: list[int] = []
        try:
            self._first.scan(data, match_event_handler=_note, context=seen)
            if self._slow.isdisjoint(seen):
                return seen
            self._second.scan(data, match_event_handler=_note, context=sure)
        except self._library.error:  # its scratch space is in use by another thread
            return self._otherwise.found(data)
        return [number for number in seen if number in sure or number not in self._slow]

    def _compiled(self, gates: Mapping[int, Gate]) -> object:
        """Return gates compiled, their expressions as far as the library knows the constructs in them."""
        if not gates:
            return None
        flags = self._library.HS_FLAG_SINGLEMATCH | self._library.HS_FLAG_PREFILTER
        dotall = self._library.HS_FLAG_DOTALL
        database = self._library.Database()
        database.compile(
            expressions=[_expression(gate) for gate in gates.values()],
            ids=list(gates),
            flags=[flags | (dotall if _is_dotall(gate) else 0) for gate in gates.values()],
        )
        return database


def _is_loose(gate: Gate) -> bool:
    return not isinstance(gate, bytes) and not gate[1].pattern.startswith(gate[0])


def _expression(gate: Gate) -> bytes:
    return "".join(f"\\x{byte:02x}" for byte in gate).encode() if isinstance(gate, bytes) else gate[1].pattern


def _is_dotall(gate: Gate) -> bool:
    return not isinstance(gate, bytes) and bool(gate[1].flags & re.DOTALL)


def _note(number: int, _start: int, _end: int, _flags: int, seen: list[int]) -> None:
    seen.append(number)


def best(gates: Sequence[Gate]) -> Engine:
    """Return the fastest engine that this machine has."""
    try:
        import hyperscan
    except ImportError:
        return Stems(gates)
    return Hyperscan(hyperscan, gates)


@dataclass(frozen=True)
class Active:
    """What has to be looked at in one part."""

    rules: tuple[Rule, ...]
    """The rules that can fire, in their order."""
    inside: bool
    """Whether parts can stand inside the part."""

    @cached_property
    def asked(self) -> tuple[tuple[Answer | None, tuple[Rule, ...]], ...]:
        """Return the rules by what tells which of them see anything, those that nothing tells first."""
        answers = dict.fromkeys((None, *(rule.answer for rule in self.rules)))
        return tuple((each, tuple(rule for rule in self.rules if rule.answer is each)) for each in answers)


class _Plan:
    """The gates for one kind of part. What they open is a number with one bit a rule, and one for parts inside."""

    def __init__(
        self,
        rules: Sequence[Rule],
        kind: Kind,
        inner: tuple[Gate, ...] | None,
        engine: Chooser,
        *,
        loose: bool,
    ) -> None:
        self.rules: Final = tuple(rule for rule in rules if kind in rule.kinds)
        gates = [rule.gate for rule in self.rules] + ([] if inner is None else [inner])
        self.always: Final = sum(1 << at for at, each in enumerate(gates) if not each)
        opened: dict[Gate, int] = {}
        for at, each in enumerate(gates):
            for gate in map(loosened, each) if loose else each:
                opened[gate] = opened.get(gate, 0) | 1 << at
        if opened:
            opened |= dict.fromkeys(escapes(kind), (1 << len(gates)) - 1)
        self.gates: Final = tuple(opened.items())
        self.engine: Final = engine(tuple(opened)) if opened else None
        self._known: Final[dict[int, Active]] = {}

    def active(self, data: bytes) -> Active:
        """Return what has to be looked at."""
        bits = self.always
        called: tuple[frozenset[str] | None, ...] = ()
        for number in () if self.engine is None else self.engine.found(data):
            gate, more = self.gates[number]
            if not more & ~bits:
                continue
            if isinstance(gate, NamedGate):
                called = called or (parameters_in(data),)
                opens = gate.opens(called[0])
            else:
                opens = isinstance(gate, bytes) or occurs(gate, data)
            if opens:
                bits |= more
        return self._known.get(bits) or self._remember(bits)

    def _remember(self, bits: int) -> Active:
        rules = tuple(rule for at, rule in enumerate(self.rules) if bits >> at & 1)
        return self._known.setdefault(bits, Active(rules, bool(bits >> len(self.rules) & 1)))


class Prefilter:
    """The gates of a set of rules, compiled for each kind of part when the first such part comes."""

    __slots__ = ("_engine", "_inner", "_loose", "_plans", "_rules")

    def __init__(
        self,
        rules: Sequence[Rule],
        inner: Mapping[Kind, tuple[Gate, ...]],
        engine: Chooser = best,
        *,
        loose: bool = False,
    ) -> None:
        """Prepare the search for `rules` and for the traces of parts inside parts; nothing is compiled yet.

        `loose`: parameters of any name count, as where a site adds rows to the registry of macros.
        """
        self._rules: Final = rules
        self._inner: Final = inner
        self._engine: Final = engine
        self._loose: Final = loose
        self._plans: Final[dict[Kind, _Plan]] = {}

    def active(self, kind: Kind, data: bytes) -> Active:
        """Return the rules that can fire in a part, those that apply to it, and whether parts can stand inside it."""
        plan = self._plans.get(kind)
        if plan is None:
            plan = self._plans.setdefault(kind, self._plan(kind))
        return plan.active(data)

    def _plan(self, kind: Kind) -> _Plan:
        return _Plan(self._rules, kind, self._inner.get(kind), self._engine, loose=self._loose)
