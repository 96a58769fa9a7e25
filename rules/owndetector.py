"""A detector of the configuration: what its owner wrote becomes one rule and one detector, like those of this tool.

What it looks for is an expression (see `rules.backtracking`) or words, where the value may have to pass checks of
digits. Its examples are those of the rule: texts in which it must find something, and texts in which it must not.
"""

from __future__ import annotations

import importlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rules import detected
from rules.articles import ARTICLES
from rules.backtracking import VALUE, require_linear
from rules.context import Context
from rules.exercise import failure
from rules.hits import Detector, Hit
from rules.model import Confidence, Kind, Severity
from rules.rule import Category, Clean, Flag, Rule
from rules.subjects import SubjectKind

PREFIX: Final = "own-"
"""Before the id in the configuration: no rule of this tool begins so."""
MOST_WORDS: Final = 500

_WHAT: Final = "value of a detector of the configuration"
_CHECKED: Final = "the check digits are right"
_AGAINST: Final = "a word near it, of those that the detector names, speaks against it"
NEAR: Final = 40
"""Characters on either side of a value, in the same line, in which a word may speak against it."""
_SOURCE: Final = "https://eur-lex.europa.eu/eli/reg/2016/679/oj"
_DPV: Final = "https://w3id.org/dpv#PersonalData"
_MODULE: Final = re.compile(r"[a-z][a-z0-9_]{0,30}(?:\.[a-z][a-z0-9_]{0,30})?")
_SHORT: Final = {
    "mod11-2": "iso7064.mod_11_2",
    "mod37-2": "iso7064.mod_37_2",
    "mod97": "iso7064.mod_97_10",
    "mod11-10": "iso7064.mod_11_10",
    "mod37-36": "iso7064.mod_37_36",
}
"""Names for checks of python-stdnum that are handier than those of their modules."""

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class OwnDetector:
    """What one `[[detector]]` says, checked word by word but not yet tried on its examples."""

    id: str
    title: str
    why: str
    remedy: str
    match: tuple[str, ...]
    no_match: tuple[str, ...]
    expression: str = ""
    words: tuple[str, ...] = ()
    """Words or phrases, in any case; either these or an expression."""
    checksum: tuple[str, ...] = ()
    """Names of checks, see `check_of`; one of them has to hold."""
    labels: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    """Words or phrases that speak against a value: with one of them near it, it is a step less sure, or none."""
    only_labelled: bool = False
    person_near: bool = False
    in_links: bool = False
    in_code: bool = True
    severity: Severity = Severity.MEDIUM
    confidence: Confidence = Confidence.MEDIUM
    articles: tuple[str, ...] = ("5(1)(c)", "6")


def check_of(name: str) -> Check:
    """Return the check of digits with a name: `luhn`, `verhoeff`, `mod97`, or a module of python-stdnum (`de.idnr`).

    Raises ValueError where there is none.
    """
    module = _SHORT.get(name, name)
    if _MODULE.fullmatch(module):
        try:
            check = getattr(importlib.import_module(f"stdnum.{module}"), "is_valid", None)
        except ModuleNotFoundError:
            check = None
        if callable(check):
            return lambda value: bool(check(value))
    raise ValueError(f"`{name}` is no check: {', '.join(('luhn', 'verhoeff', 'damm', *_SHORT))} are, and modules of"
                     " python-stdnum such as de.idnr")  # fmt: skip


def article_numbers(numbers: Iterable[str]) -> tuple[str, ...]:
    """Return the numbers. Raises ValueError for an article that this tool does not know."""
    found = tuple(numbers)
    unknown = [number for number in found if number not in ARTICLES]
    if unknown or not found:
        raise ValueError(f"articles are named like {', '.join(list(ARTICLES)[:5])}; known are {', '.join(ARTICLES)}")
    return found


def expression_of(words: Iterable[str]) -> str:
    """Return an expression that finds whole words or phrases, the longest of those that fit.

    Raises ValueError where there are none, or too many, or one without a letter or digit at either end.
    """
    known = sorted({" ".join(word.split()) for word in words}, key=lambda word: (-len(word), word))
    if not 0 < len(known) <= MOST_WORDS:
        raise ValueError(f"there are {len(known)} words; 1 to {MOST_WORDS} are taken")
    if not all(re.fullmatch(r"\w(?:.*\w)?", word) for word in known):
        raise ValueError("every word begins and ends with a letter or a digit")
    by_first: defaultdict[str, list[str]] = defaultdict(list)
    for word in known:
        # The first letter is tried once for all words that begin with it.
        rest = r"[^\S\n]{1,3}".join(re.escape(piece) for piece in word[1:].split(" "))
        by_first[word[0].lower()].append(rest)
    groups = "|".join(f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in sorted(by_first.items()))
    return rf"(?i)\b(?:{groups})\b"


def detector_of(own: OwnDetector) -> Detector:
    """Return the detector. Raises `rules.backtracking.Unsafe` for its expression, ValueError for words or checks."""
    if own.expression:
        require_linear(own.expression)
    pattern = re.compile(own.expression or expression_of(own.words), re.MULTILINE)
    checks = tuple(check_of(name) for name in own.checksum)
    group = VALUE if VALUE in pattern.groupindex else 0
    labels = frozenset(label.casefold() for label in own.labels)
    against = re.compile(expression_of(own.unless)) if own.unless else None
    alone = None if own.only_labelled else own.confidence
    labelled = own.confidence if own.only_labelled or not labels else Confidence.HIGH

    def whole(text: str) -> Iterator[Hit]:
        for found in pattern.finditer(text):
            value = " ".join(found[group].split()) if found[group] else ""
            if value and (not checks or any(check(value) for check in checks)):
                doubted = against is not None and _is_near(against, text, *found.span(group))
                if doubted and labelled is Confidence.LOW:
                    continue
                yield Hit(
                    *found.span(group),
                    value=value,
                    kind=SubjectKind.CUSTOM,
                    what=_WHAT,
                    alone=None if doubted and alone is Confidence.LOW else alone,
                    labelled=labelled,
                    reason=_CHECKED if checks else "",
                    doubt=_AGAINST if doubted else "",
                )

    return Detector(
        rule=PREFIX + own.id,
        anchors=(),
        find=lambda text, start, end: (hit for hit in whole(text) if start <= hit.start < end),
        labels=labels,
        in_links=own.in_links,
        in_code=own.in_code,
        whole=whole,
        beside=own.person_near,
    )


def rule_of(own: OwnDetector, detector: Detector) -> Rule:
    """Return the rule that reports what the detector finds, with its examples."""
    context = Context(detectors=(detector,))
    flags = tuple(
        Flag(text.encode(), Kind.TEXT, f"`match` {number}", _values(detector, text), context=context)
        for number, text in enumerate(own.match, 1)
    )
    cleans = tuple(
        Clean(text.encode(), Kind.TEXT, f"`no_match` {number}", context) for number, text in enumerate(own.no_match, 1)
    )
    rule = Rule(
        id=PREFIX + own.id,
        title=own.title,
        category=Category.PERSONAL,
        severity=own.severity,
        why=own.why,
        remedy=own.remedy,
        articles=article_numbers(own.articles),
        source=_SOURCE,
        dpv=_DPV,
        kinds=detected.KINDS,
        gate=(),
        detect=lambda view: detected.detect(view, rule),
        answer=detected.answer,
        rewrite=None,
        examples=(*flags, *cleans),
    )
    return rule


def failed_example(rule: Rule) -> tuple[int, str] | None:
    """Return the first example that a rule does not keep, by its place, and what is wrong; None where all hold."""
    tried = ((place, failure(rule, example)) for place, example in enumerate(rule.examples))
    return next(((place, wrong) for place, wrong in tried if wrong is not None), None)


def _is_near(words: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Return whether one of some words stands in the same line as the characters [start, end), near them."""
    low = max(text.rfind("\n", max(0, start - NEAR), start) + 1, start - NEAR, 0)
    line = text.find("\n", end, end + NEAR)
    return bool(words.search(text, low, start) or words.search(text, end, end + NEAR if line < 0 else line))


def _values(detector: Detector, text: str) -> tuple[str, ...]:
    """Return what an example that must match is expected to show: all that the detector reads in it, at least one."""
    return tuple(hit.value for hit in detector.find(text, 0, len(text))) or ("",)
