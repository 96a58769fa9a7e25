"""An expression of a user is searched for in linear time, or refused with the place and why."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.backtracking import LONGEST, MOST_STEPS, WRITTEN, Unsafe, require_linear

TAKEN = [
    r"\bEMP-\d{4,8}\b",
    r"(?i)Projekt .{0,80}geheim",
    r"[A-Z][a-z]{1,30} [A-Z][a-z]{1,30}",
    r"(?<![0-9])(?P<value>P[0-9]{6})(?![0-9])",
    r"(?<=[#])[0-9]{1,9}?(?=\s)",
    r"(?P<value>[A-Z]{2}(?:-\d{4}){1,4})x",
    r"[]a]{1,3}+[^]b]x",
    r"^(a|b|cd){2}$",
    r"(?:ab|cd|e){1,99}f",
    r"\x41\u00e4\.\-\t?",
    r"\Ba{3}",
    r"(?:(?=a)a|b){1,5}c",
    r"(?:ab|a)c",
    f".{{{LONGEST}}}",
]

REFUSED = [
    (r"\d+", 3, "without an upper bound"),
    (r"a*b", 2, "without an upper bound"),
    (r"ab{2,}", 3, "without an upper bound"),
    (r"(a{1,10}){1,10}b", 2, "inside a repetition can read the same text"),
    (r"(?:a|ab|b){1,20}c", 4, "alternatives can begin alike, inside a repetition"),
    (r"(?:[ab]{1,100}|[bc]{1,100}|[ac]{1,100})x[cd]{0,100}[cd]{0,100}y", 0, "can be the same text"),
    (r"[0-9]{1,40}[0-9]{1,40}x", 1, "what follows can be the same text"),
    (r"(?:[ab]{1,200}|[bc]{1,200})x", 4, "its alternatives can begin alike:"),
    (r"a{3", 2, "a brace that counts nothing"),
    (r"a{5,2}", 2, "the lower one first"),
    (r"a{0}", 2, "the lower one first"),
    (r"a{501}", 2, f"between 0 and {LONGEST}"),
    (r"(?:ab){400}", 1, "it can match 800 characters"),
    (r"a?", 1, "match nothing"),
    ("", 1, "match nothing"),
    ("a|", 1, "match nothing"),
    (r"\b", 1, "match nothing"),
    ("(", 1, "not closed"),
    ("(?:a", 1, "not closed"),
    ("a)", 2, "not opened"),
    ("[a-", 1, "a class that does not end"),
    ("[[a]]", 1, "a class that does not end"),
    ("[z-a]", 1, "no character is in"),
    ("a[b&&c]", 2, "stands twice in a class"),
    (r"[^\s\S]x", 1, "no character is in"),
    (r"(a)\1", 4, "this escape is not taken"),
    ("\\", 1, "this escape is not taken"),
    (r"\Aa", 1, "this escape is not taken"),
    (r"(?<!ab)c", 1, "one character or class only"),
    (r"(?=", 1, "one character or class only"),
    (r"(?=^)a", 1, "one character or class only"),
    (r"(?P<name>a)", 1, "groups are"),
    (r"a(?i)b", 2, "groups are"),
    (r"(?P<value>a)(?P<value>b)", 13, "two groups"),
    (r"?a", 1, "a repetition of nothing"),
    (r"a{1,3}{2}", 7, "a repetition is repeated"),
    (r"\b{2}a", 3, "a test of the place is repeated"),
    (r"x(?:a?){1,5}b", 2, "can be empty"),
    ("\U00020000a", 1, "beyond U+1FFFF"),
    ("a" * (WRITTEN + 1), WRITTEN + 1, f"more than {WRITTEN} characters"),
]


@pytest.mark.parametrize("expression", TAKEN)
def test_what_has_bounds_and_one_way_to_be_read_is_taken(expression: str) -> None:
    re.compile(expression)
    assert 0 < require_linear(expression) <= MOST_STEPS


@pytest.mark.parametrize(("expression", "at", "why"), REFUSED, ids=[each[0][:40] for each in REFUSED])
def test_what_could_run_away_or_is_not_understood_is_refused_with_place_and_reason(
    expression: str, at: int, why: str
) -> None:
    with pytest.raises(Unsafe, match=re.escape(why)) as refused:
        require_linear(expression)
    assert refused.value.at == at or not at


PIECES = st.lists(
    st.tuples(st.sampled_from(["a", "b", "ab", "abc"]), st.integers(0, 2), st.integers(1, 4)), min_size=1, max_size=5
)


def steps(pieces: list[tuple[str, int, int]], text: str, at: int, taken: int = 0) -> tuple[bool, int]:
    """Return whether the pieces match from `at` on, trying the longest first, and how many characters were tried."""
    if not pieces:
        return True, 0
    (letters, low, more), *rest = pieces
    tried = 0
    if taken < low + more:
        tried += 1
        if text[at : at + 1] and text[at] in letters:
            done, cost = steps(pieces, text, at + 1, taken + 1)
            tried += cost
            if done:
                return True, tried
    if taken >= low:
        done, cost = steps(rest, text, at)
        return done, tried + cost
    return False, tried


@given(PIECES, st.text("abcx", max_size=24))
def test_no_search_takes_more_steps_than_were_counted(pieces: list[tuple[str, int, int]], text: str) -> None:
    expression = "".join(f"[{letters}]{{{low},{low + more}}}" for letters, low, more in pieces) + "x"
    try:
        most = require_linear(expression)
    except Unsafe:
        return
    matched, taken = steps([*pieces, ("x", 1, 0)], text, 0)
    assert taken <= most
    assert matched == bool(re.match(expression, text))


@given(st.text("ab09[]^-\\\\(){}|?*+,.:=!<P>valuedDwWbBxi$ \n#", max_size=14))
def test_what_is_taken_is_an_expression(expression: str) -> None:
    try:
        require_linear(expression)
    except Unsafe:
        return
    assert re.compile(expression, re.MULTILINE).groups < len(expression)
