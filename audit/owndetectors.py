r"""Detectors of one's own: a TOML file that the configuration names, checked and tried before anything is audited.

```toml
[[detector]]
id = "personnel-number"                  # the rule is called own-personnel-number
title = "Personnel number"
why = "It leads to everything that HR keeps of a person."
remedy = "Take it out; HR knows it anyway."
expression = '\b(?P<value>P-[0-9]{6})\b'  # or words = ["Project Falcon"]; repetitions have an upper bound
checksum = ["luhn"]                      # luhn, verhoeff, damm, mod97, a module of python-stdnum: one has to hold
labels = ["personnel no", "Personalnummer"]
unless = ["part", "order no"]            # within 40 characters in the same line: a step less sure, no finding at low
only_labelled = false                    # true: counts only behind a label
person_near = false                      # true: counts only with a person near it, and is always for a human to judge
in_links = false
in_code = true
severity = "medium"                      # info, low, medium, high, critical
confidence = "medium"                    # low, medium, high; behind a label it is high
articles = ["5(1)(c)", "6"]
match = ["P-104217 is on leave"]         # in each of these it has to find something
no_match = ["part P-1042"]               # and in none of these
```

A detector that finds nothing in what it must match, or something where it must not, is refused before the audit.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from audit.errors import ConfigError
from audit.tables import begins, line_of
from rules.backtracking import Unsafe
from rules.hits import Detector
from rules.model import Confidence, Severity
from rules.owndetector import (
    PREFIX,
    Check,
    OwnDetector,
    article_numbers,
    check_of,
    detector_of,
    expression_of,
    failed_example,
    rule_of,
)
from rules.rule import Flag, Rule

TABLE: Final = "detector"
NEEDED: Final = ("id", "title", "why", "remedy", "match", "no_match")
TEXTS: Final = ("id", "title", "why", "remedy", "expression", "severity", "confidence")
LISTS: Final = ("words", "checksum", "labels", "unless", "articles", "match", "no_match")
SWITCHES: Final = ("only_labelled", "person_near", "in_links", "in_code")
KEYS: Final = (*TEXTS, *LISTS, *SWITCHES)
LARGEST_BYTES: Final = 1_000_000

_ID: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST_ID: Final = 40
_PLACE: Final = re.compile(r"\(at ([^()]*)\)")

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Own:
    """The detectors of a configuration, in the order of the file, and the rules that report what they find."""

    rules: tuple[Rule, ...] = ()
    detectors: tuple[Detector, ...] = ()
    places: tuple[str, ...] = ()
    """File, line and number of each: `detectors.toml, line 3`."""


NONE: Final = Own()


def known_id(rule_id: str, known: Container[str]) -> str:
    """Return the id of a rule as somebody names it: a detector's own id stands for that of its rule."""
    return PREFIX + rule_id if rule_id not in known and PREFIX + rule_id in known else rule_id


def read_detectors(path: Path) -> Own:
    """Return the detectors of a file; whether they keep their examples is for `tried`.

    Raises `ConfigError` naming file, line, detector and key for what is missing, unknown or of another form.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise _wrong(str(path), f"the system said: {error.strerror}", "Check `detectors`.") from error
    if len(data) > LARGEST_BYTES:
        raise _wrong(str(path), f"it has more than {LARGEST_BYTES:,} bytes", "Name a file of detectors.")
    text, rows = _rows(path, data)
    rules: list[Rule] = []
    detectors: list[Detector] = []
    places: list[str] = []
    for number, (row, line) in enumerate(zip(rows, begins(text, TABLE, len(rows)), strict=True), 1):
        table = _Table(path, text, number, line)
        own = table.read(_listed(row))
        detector = table.made("words" if own.words else "expression", partial(detector_of, own))
        rule = rule_of(own, detector)
        if rule.id in {other.id for other in rules}:
            raise table.refused("id", "another detector has this `id`", "Give each its own.")
        rules.append(rule)
        detectors.append(detector)
        places.append(_place(path, line))
    return Own(tuple(rules), tuple(detectors), tuple(places))


def tried(own: Own) -> Own:
    """Return the same detectors. Raises `ConfigError` for the first that does not keep one of its examples."""
    for rule, place in zip(own.rules, own.places, strict=True):
        failed = failed_example(rule)
        if failed is not None:
            example, (_, wrong) = rule.examples[failed[0]], failed
            kept = "does not find what it has to" if isinstance(example, Flag) else "finds what it must not"
            raise _wrong(place, f"{rule.id} {kept} in {example.why}: {wrong}", "Mend the detector or the example.")
    return own


def _rows(path: Path, data: bytes) -> tuple[str, list[Mapping[str, object]]]:
    try:
        text = data.decode("utf-8-sig")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise _wrong(str(path), "it is not UTF-8", "Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        why = f"it is not TOML at {place[1]}" if place else "it is not TOML"
        raise _wrong(str(path), why, "Expressions stand in single quotes, so that backslashes stay.") from error
    rows = table.pop(TABLE, [])
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows) or table:
        unknown = next(iter(table), TABLE)
        why = f"`{unknown}` is unknown" if table else f"it has no [[{TABLE}]]"
        raise _wrong(_place(path, line_of(text, unknown)), why, f"Every detector begins with a line [[{TABLE}]].")
    return text, rows


@dataclass(frozen=True, slots=True)
class _Table:
    """One `[[detector]]` on its way in, and where it stands."""

    path: Path
    text: str
    number: int
    line: int

    def refused(self, key: str, why: str, fix: str) -> ConfigError:
        """Return the error about one key of the detector."""
        place = _place(self.path, line_of(self.text, key, self.line) if self.line else 0)
        return _wrong(place, f"detector {self.number}: {why}", fix)

    def made(self, key: str, make: Callable[[], Made]) -> Made:
        """Return what `make` makes of a key. Raises `ConfigError` where it cannot."""
        try:
            return make()
        except Unsafe as error:
            why = f"`{key}` at character {error.at}: {error}"
            raise self.refused(key, why, "Repetitions have an upper bound, and no two read the same text.") from error
        except ValueError as error:
            raise self.refused(key, f"`{key}`: {error}", "Mend that line.") from error

    def read(self, row: Mapping[str, object]) -> OwnDetector:
        """Return what the table says."""
        for key, value in row.items():
            self._form(key, value)
        missing = next((key for key in NEEDED if not row.get(key)), None)
        if missing is not None:
            raise self.refused("", f"`{missing}` is missing", f"Every detector says {', '.join(NEEDED)}.")
        if bool(row.get("expression")) == bool(row.get("words")):
            raise self.refused("", "it has both `expression` and `words`, or none", "Give one of them.")
        said: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        if not _ID.fullmatch(said["id"]) or len(said["id"]) > _LONGEST_ID:
            raise self.refused("id", "`id` is none", "Use small letters, digits and hyphens between them.")
        for key, levels in (("severity", Severity), ("confidence", Confidence)):
            if key in said:
                said[key] = self.made(key, partial(_level, levels, said[key]))
        for key, make in (("checksum", _checks), ("unless", expression_of), ("articles", article_numbers)):
            if key in said:
                self.made(key, partial(make, said[key]))
        if said.get("only_labelled") and not said.get("labels"):
            raise self.refused("only_labelled", "`only_labelled` needs `labels`", "Name them, or take it away.")
        return OwnDetector(**said)

    def _form(self, key: str, value: object) -> None:
        if key not in KEYS:
            raise self.refused(key, f"`{key}` is unknown", f"Known are {', '.join(KEYS)}.")
        if key in SWITCHES and not isinstance(value, bool):
            raise self.refused(key, f"`{key}` has to be true or false", "Write it without quotes.")
        if key in TEXTS and (not isinstance(value, str) or not value.strip()):
            raise self.refused(key, f"`{key}` has to be a text", "Put it into quotes.")
        if key in LISTS and not (isinstance(value, list) and value and all(isinstance(one, str) for one in value)):
            raise self.refused(key, f"`{key}` has to be a list of texts", f'Write it like {key} = ["…"].')


def _listed(row: Mapping[str, object]) -> Mapping[str, object]:
    """Return a table with its one check of digits, if it is written so, as a list of it."""
    check = row.get("checksum")
    return {**row, "checksum": [check]} if isinstance(check, str) else row


def _checks(names: Iterable[str]) -> list[Check]:
    """Return the checks of digits with these names. Raises ValueError for the first that is none."""
    return [check_of(name) for name in names]


def _level(levels: type[Severity | Confidence], word: str) -> Severity | Confidence:
    found = next((level for level in levels if level.label == word), None)
    if found is None:
        raise ValueError(f"it is one of {', '.join(level.label for level in levels)}")
    return found


def _place(path: Path, line: int) -> str:
    return f"{path}, line {line}" if line else str(path)


def _wrong(where: str, why: str, fix: str) -> ConfigError:
    return ConfigError(what="The detectors cannot be used", where=where, why=why, fix=fix)
