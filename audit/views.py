"""Edits as a reviewer may see them: the source around each place before and after, with every value masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from reports.evidence import EditView
from rules.identifiers import personal
from rules.masking import STARS, excerpt
from rules.model import Edit, Match, Part, Personal, SubjectKind
from rules.scan import Lines
from rules.splice import apply, moved

_QUOTED: Final = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_NAMES: Final = frozenset(
    "accountId attrs group id mention name read text type update user userKey username".split()  # noqa: SIM905 - words
)
"""Words of formats that may stand in quotes and say nothing about a person."""
_BARE: Final = re.compile(r"(?:[\w.@+~%&#;-]|[^\x00-\x7f])+(?::[\w-]+)?")
"""A word, with everything that is not ASCII: letters of some scripts are written with marks of their own."""
_MARKUP: Final = frozenset(
    {"ri:account-id", "ri:username", "ri:userkey", "ri:user", "ac:link", "ac:link-body", "ac:plain-text-link-body"}
)
_UNKNOWN: Final = Personal(SubjectKind.USERNAME, "")


def views(part: Part, edits: Sequence[Edit], matches: Sequence[Match], key: bytes) -> tuple[EditView, ...]:
    """Return how each of `edits`, which are sorted, looks to a reviewer, with the person that it is about."""
    after = apply(part.data, edits)
    lines = Lines(part.data)
    return tuple(
        EditView(
            rule=edit.rule,
            path=match.where if match else part.path,
            subject=(match.subject if match else _UNKNOWN).subject(key),
            before=excerpt(part.data, edit.span.start, edit.span.end, masked(edit.old)),
            after=excerpt(after, span.start, span.end, masked(edit.new)),
            line=lines.position(edit.span.start)[0],
        )
        for edit, span in zip(edits, moved(edits), strict=True)
        for match in (_about(edit, matches),)
    )


def masked(source: bytes) -> str:
    """Return the bytes of an edit: values masked by their kind, everything else hidden that is no markup."""
    text = source.decode("utf-8", "replace")
    if _BARE.fullmatch(text) and text not in _MARKUP:
        return _value(text)
    pieces: list[str] = []
    done = 0
    for found in _QUOTED.finditer(text):
        quote = found[0][0]
        pieces += (_bare(text[done : found.start()]), f"{quote}{_value(found[0][1:-1])}{quote}")
        done = found.end()
    return "".join((*pieces, _bare(text[done:])))


def _value(value: str) -> str:
    if value in _NAMES:
        return value
    known = personal(value)
    return known.mask if known else STARS


def _bare(text: str) -> str:
    return _BARE.sub(lambda found: found[0] if found[0] in _MARKUP else STARS, text)


def _about(edit: Edit, matches: Sequence[Match]) -> Match | None:
    """Return the match that an edit mends: it overlaps it, of the same rule if possible."""
    near = [match for match in matches if match.span.start < edit.span.end and edit.span.start < match.span.end]
    return next((match for match in near if match.rule == edit.rule), near[0] if near else None)
