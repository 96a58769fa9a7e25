"""Gates: bytes without which a rule cannot fire. They save most parts from being parsed."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.entities import html5
from typing import Final, NamedTuple

from rules.macros import parameters_in
from rules.model import Kind


class NamedGate(NamedTuple):
    """A gate for parameters with some names. In a run with rows of its own, or with known people, its word decides."""

    word: bytes
    pattern: re.Pattern[bytes]
    """What may be such a parameter; `names` tell."""
    names: frozenset[str]
    """As `rules.macros.folded` writes them."""

    def opens(self, called: frozenset[str] | None) -> bool:
        """Return whether it stands open where the parameters bear these names; None: any names."""
        return called is None or not self.names.isdisjoint(called)


Gate = bytes | NamedGate | tuple[bytes, re.Pattern[bytes]] | tuple[bytes, re.Pattern[bytes], Callable[[bytes], bool]]
"""Bytes that have to occur, or bytes and an expression that has to match too: an expression that is written with the
same bytes at its beginning is tried only where they occur, any other one is searched for in all bytes. A third item
answers in the place of the expression, and quicker."""

JSON_KINDS: Final = frozenset({Kind.ADF, Kind.ACCESS, Kind.PERMISSIONS, Kind.JSON, Kind.DESCRIPTOR})
"""Kinds of parts that are read as JSON."""


def _references() -> re.Pattern[bytes]:
    """Return the expression of references to characters that the words of gates are made of, by number or by name."""
    signs = {code for code in range(ord("!"), ord("~") + 1) if chr(code) not in "\"'<>&"}
    decimal = "|".join(str(code) for code in sorted(signs))
    hexadecimal = "|".join(f"{code:x}" for code in sorted(signs))
    named = "|".join(sorted(name[:-1] for name, text in html5.items() if name[-1] == ";" and text in map(chr, signs)))
    return re.compile(f"&(?:#0*(?:{decimal});|#[xX]0*(?i:{hexadecimal});|(?:{named});)".encode())


_REFERENCE: Final = (b"&", _references())
_PERCENT: Final = (b"%", re.compile(rb"%(?:25)*(?:3[0-9]|[46][1-9a-fA-F]|[57][0-9aA])"))
"""A letter or a digit that an address spells as its number: nobody has to, and it could hide a word."""
_JSON: Final = (b"\\u00", re.compile(rb"\\u00[2-7][0-9a-fA-F]"))

_MARKUP: Final = frozenset({Kind.STORAGE})
_ADDRESSES: Final = JSON_KINDS | {Kind.STORAGE, Kind.TEXT}


def escapes(kind: Kind) -> tuple[Gate, ...]:
    """Return the gates that open for every rule: what a rule looks for could be written in another way there."""
    return (
        *((_REFERENCE,) if kind in _MARKUP else ()),
        *((_JSON,) if kind in JSON_KINDS else ()),
        *((_PERCENT,) if kind in _ADDRESSES else ()),
    )


def query_gates(behind: bytes) -> tuple[Gate, ...]:
    """Return the gates for `cql` and `jql` with something behind them, in any case."""
    words = (b"ql", b"QL", b"Ql", b"qL")
    return tuple((word, re.compile(rb"%b(?<=[cCjJ]..)%b" % (word, behind), re.DOTALL)) for word in words)


def word_of(gate: Gate) -> bytes:
    """Return the bytes that have to occur."""
    return gate if isinstance(gate, bytes) else gate[0]


def loosened(gate: Gate) -> Gate:
    """Return the gate as it holds whatever the names of parameters."""
    return gate.word if isinstance(gate, NamedGate) else gate


def is_tested(gate: Gate) -> bool:
    """Return whether a quicker test answers in the place of the expression of a gate."""
    return not isinstance(gate, bytes | NamedGate) and len(gate) > len(("word", "expression"))


def occurs(gate: Gate, data: bytes) -> bool:
    """Return whether a gate stands open. Linear in time."""
    if isinstance(gate, bytes):
        return gate in data
    if isinstance(gate, NamedGate):
        return gate.opens(parameters_in(data))
    word, pattern = gate[0], gate[1]
    at = data.find(word)
    if not pattern.pattern.startswith(word):
        answers = gate[2:] or (pattern.search,)
        return at >= 0 and bool(answers[0](data))
    return at >= 0 and pattern.search(data, at) is not None
