"""Examples that users write for rules: a TOML file of `[[flag]]` and `[[clean]]` tables.

    [[flag]]
    rule = "legacy-mention"
    kind = "storage"
    why = "a mention in our template"
    data = '<ri:user ri:username="tbergmann"/>'
    finds = ["tbergmann"]
    rewritten = '<ri:user ri:account-id="712020:…"/>'   # only where the rule rewrites

    [[clean]]
    rule = "legacy-mention"
    kind = "storage"
    why = "markup in our documentation"
    data = "&lt;ri:user ri:username="

Data instead of text may stand in a file beside it: `data_file = "body.xml"`. A folder means every `.toml` file in it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from audit.errors import UsageError
from rules.model import Kind
from rules.rule import Clean, Example, Flag

_TABLE: Final = {name: re.compile(rf"(?m)^[ \t]*(?P<table>\[\[[ \t]*{name}[ \t]*\]\])") for name in ("flag", "clean")}
_KEYS: Final = frozenset({"rule", "kind", "why", "data", "data_file", "finds", "rewritten"})


@dataclass(frozen=True, slots=True)
class OwnExample:
    """One example of a user, and the rule that it is for."""

    place: str
    """File, line and table: `ours.toml:12 flag 2`."""
    rule: str
    example: Example


def read_examples(path: Path) -> tuple[OwnExample, ...]:
    """Return the examples of one file, or of the files in a folder in the order of their names.

    Raises `UsageError` naming file and table when one is of another shape, or when a folder holds none.
    """
    if not path.is_dir():
        return _read(path)
    files = sorted(path.glob("*.toml"))
    if not files:
        raise _refused(path.name, "the folder holds no .toml file")
    return tuple(each for file in files for each in _read(file))


def _read(path: Path) -> tuple[OwnExample, ...]:
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not TOML in UTF-8"
        raise _refused(path.name, f"it cannot be read: {why}") from error
    found: list[OwnExample] = []
    for name in ("flag", "clean"):
        entries = tables.pop(name, [])
        begins = [text.count("\n", 0, each.start("table")) + 1 for each in _TABLE[name].finditer(text)]
        for number, entry in enumerate(entries if isinstance(entries, list) else [None], 1):
            line = f":{begins[number - 1]}" if isinstance(entries, list) and len(begins) == len(entries) else ""
            place = f"{path.name}{line} {name} {number}"
            if not isinstance(entry, dict):
                raise _refused(place, f"it is no [[{name}]] table")
            found.append(_example(place, path.parent, entry, flag=name == "flag"))
    if tables:
        raise _refused(path.name, "it holds something else than [[flag]] and [[clean]]")
    return tuple(found)


def _example(place: str, folder: Path, entry: Mapping[str, object], *, flag: bool) -> OwnExample:
    if set(entry) - _KEYS:
        raise _refused(place, f"its keys are {', '.join(sorted(_KEYS))}")
    kind = _text(entry, "kind", place)
    if kind not in {each.value for each in Kind} | {"payload"}:
        raise _refused(place, "there is no such kind")
    of = Kind.JSON if kind == "payload" else Kind(kind)
    data = _data(entry, folder, place)
    rule, why = _text(entry, "rule", place), _text(entry, "why", place, default="an example of our own")
    if not flag:
        return OwnExample(place, rule, Clean(data, of, why))
    finds = entry.get("finds")
    if not isinstance(finds, list) or not all(isinstance(each, str) for each in finds):
        raise _refused(place, "`finds` is a list of texts")
    rewritten = entry.get("rewritten")
    new = None if rewritten is None else _text(entry, "rewritten", place).encode()
    return OwnExample(place, rule, Flag(data, of, why, tuple(str(each) for each in finds), new))


def _data(entry: Mapping[str, object], folder: Path, place: str) -> bytes:
    if "data_file" not in entry:
        return _text(entry, "data", place).encode()
    try:
        return (folder / _text(entry, "data_file", place)).read_bytes()
    except OSError as error:
        raise _refused(place, f"`data_file` cannot be read: {error.strerror}") from error


def _text(entry: Mapping[str, object], key: str, place: str, default: str | None = None) -> str:
    value = entry.get(key, default)
    if not isinstance(value, str):
        raise _refused(place, f"`{key}` is missing or no text")
    return value


def _refused(where: str, why: str) -> UsageError:
    return UsageError(
        what="The examples cannot be used",
        where=where,
        why=why,
        fix="`confluence-gdpr rules test --help` shows the form.",
    )
