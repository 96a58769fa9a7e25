from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.embedded import TRACES
from rules.gates import Gate, occurs
from rules.model import Kind, Match
from rules.prefilter import Engine, Hyperscan, Prefilter, Stems, best
from rules.rule import Rule
from rules.scan import scan
from tests.rules.parts import RULES, part

hyperscan = import_module("hyperscan") if find_spec("hyperscan") else None
needs_hyperscan = pytest.mark.skipif(
    hyperscan is None, reason="hyperscan is not installed: it has no wheel for this machine"
)

EXAMPLES = sorted({(example.kind, example.data) for rule in RULES for example in rule.examples})
WORDS = sorted({gate if isinstance(gate, bytes) else gate[0] for rule in RULES for gate in rule.gate})
PIECES = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from([data for _, data in EXAMPLES]),
    st.binary(max_size=6),
    st.sampled_from([b"<p>", b"</p>", b" ", b"user", b"%7E", b"&#64;", b"&", b"\\u0075", b"~", b"@", b"x" * 400]),
)
BODIES = st.lists(PIECES, max_size=6).map(b"".join)


def with_hyperscan(words: Sequence[Gate]) -> Engine:
    """Return the faster engine, the other one where the library is missing: then there is nothing to compare."""
    return Stems(words) if hyperscan is None else Hyperscan(hyperscan, words, after=0)


BOTH = (Prefilter(RULES, TRACES, Stems), Prefilter(RULES, TRACES, with_hyperscan))


@settings(max_examples=300)
@given(BODIES, st.sampled_from(list(Kind)))
def test_both_engines_let_the_same_rules_look_as_asking_each_of_them(data: bytes, kind: Kind) -> None:
    stems, fast = (each.active(kind, data) for each in BOTH)
    assert stems == fast
    assert list(stems.rules) == [rule for rule in RULES if rule.applies(kind, data)]


@given(st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=12, unique=True), BODIES)
def test_both_engines_find_every_word_once(words: list[bytes], data: bytes) -> None:
    expected = [number for number, word in enumerate(words) if word in data]
    assert sorted(Stems(words).found(data)) == expected
    assert sorted(with_hyperscan(words).found(data)) == expected


ESCAPES = {
    Kind.STORAGE: lambda letter: f"&#{letter};".encode(),
    Kind.JSON: lambda letter: f"\\u{letter:04x}".encode(),
    Kind.ADF: lambda letter: f"\\u{letter:04x}".encode(),
}


def everything(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return the same rules without gates."""
    return tuple(replace(rule, gate=()) for rule in rules)


OPEN = everything(RULES)


def seen(matches: tuple[Match, ...]) -> list[tuple[str, int, int]]:
    return [(each.rule, each.span.start, each.span.end) for each in matches]


@settings(max_examples=200)
@given(st.sampled_from([each for each in EXAMPLES if each[0] in ESCAPES]), st.data())
def test_the_filter_hides_no_finding_however_letters_are_written(
    example: tuple[Kind, bytes], data: st.DataObject
) -> None:
    kind, body = example
    letters = [at for at, letter in enumerate(body) if chr(letter).isalpha() and letter < 128]
    for at in sorted(data.draw(st.lists(st.sampled_from(letters or [0]), max_size=3, unique=True)), reverse=True):
        body = body[:at] + ESCAPES[kind](body[at]) + body[at + 1 :]
    assert seen(scan(part(body, kind), RULES).matches) == seen(scan(part(body, kind), OPEN).matches)


def test_a_stem_that_occurs_everywhere_sends_the_words_through_all_bytes() -> None:
    words = (b"user", b"username", b"ri:user")
    assert sorted(Stems(words).found(b"user" * 1000)) == [0]
    assert sorted(Stems(words).found(b"x" * 5000 + b"ri:username" + b"y" * 5000)) == [0, 1, 2]


def test_without_rules_for_a_kind_nothing_is_looked_at() -> None:
    nothing = Prefilter((), {}).active(Kind.STORAGE, b"user")
    assert (nothing.rules, nothing.inside) == ((), False)


def test_parts_inside_are_looked_for_where_their_traces_are() -> None:
    filters = Prefilter((), TRACES)
    assert filters.active(Kind.STORAGE, b'<ac:parameter ac:name="cql">x</ac:parameter>').inside
    assert not filters.active(Kind.STORAGE, b"<p>x</p>").inside
    assert filters.active(Kind.JSON, b"{}").inside


def test_an_engine_that_is_busy_leaves_the_search_to_the_stems() -> None:
    class BusyError(Exception):
        pass

    class Database:
        def compile(self, **_: object) -> None:
            pass

        def scan(self, *_: object, **__: object) -> None:
            raise BusyError

    library = SimpleNamespace(
        Database=Database, error=BusyError, HS_FLAG_SINGLEMATCH=8, HS_FLAG_PREFILTER=1, HS_FLAG_DOTALL=2
    )
    assert list(Hyperscan(library, [b"user", b"@"], after=0).found(b"a user")) == [0]  # type: ignore[arg-type]  # a stand-in


def test_an_expression_that_does_not_begin_with_its_word_is_looked_for_where_the_word_occurs_only() -> None:
    scanned: list[list[int]] = []

    class Database:
        def compile(self, *, expressions: list[bytes], ids: list[int], flags: list[int]) -> None:
            self.patterns = list(zip(ids, map(re.compile, expressions), strict=True))
            assert len(flags) == len(ids)

        def scan(self, data: bytes, *, match_event_handler: Callable[..., None], context: list[int]) -> None:
            scanned.append([number for number, _ in self.patterns])
            for number, pattern in self.patterns:
                if pattern.search(data):
                    match_event_handler(number, 0, 0, 0, context)

    library = SimpleNamespace(
        Database=Database, error=OSError, HS_FLAG_SINGLEMATCH=8, HS_FLAG_PREFILTER=1, HS_FLAG_DOTALL=2
    )
    gates: list[Gate] = [b"user", (b"user", re.compile(rb"[nN]ame")), (b"@", re.compile(rb"@\w", re.DOTALL))]
    engine = Hyperscan(library, gates, after=0)  # type: ignore[arg-type]  # a stand-in
    assert [sorted(engine.found(data)) for data in (b"Name @", b"user @x", b"Name user")] == [[], [0, 2], [0, 1]]
    assert scanned == [[0, 1, 2], [0, 1, 2], [1], [0, 1, 2], [1]]


@needs_hyperscan
def test_the_library_is_used_where_it_is_installed() -> None:
    assert isinstance(best((b"user",)), Hyperscan)


def test_without_the_library_the_stems_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    assert isinstance(best((b"user",)), Stems)


def test_an_expression_without_its_word_at_the_beginning_is_searched_for() -> None:
    gate = (b"user", re.compile(rb"[nN]ame"))
    rule = replace(RULES[0], kinds=(Kind.TEXT,), gate=(gate,))
    (active,) = Prefilter((rule,), {}, Stems).active(Kind.TEXT, b"Name user").rules
    assert active is rule
    assert occurs(gate, b"Name user")


@needs_hyperscan
def test_nothing_is_compiled_for_a_few_bytes_and_the_answer_stays_the_same() -> None:
    assert hyperscan is not None
    engine = Hyperscan(hyperscan, [b"user", b"@"], after=10)
    assert [list(engine.found(b"a user")) for _ in range(3)] == [[0], [0], [0]]
