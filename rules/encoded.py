"""People in settings that an app keeps as JSON, percent-encoded, in Base64: read, and written again byte for byte.

Three bytes become four characters, so what changes shifts what follows: the whole value is written anew, and only where
encoding what was decoded gives exactly what stands there.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from rules import jsontree
from rules.accounts import account, retired
from rules.identifiers import personal
from rules.jsontree import Object, Text
from rules.macros import Form, folded
from rules.model import Edit, HeldReason, Hold, Match, Personal, Span, Unreadable, Unresolved
from rules.parameters import Parameter, may_be_user
from rules.passage import Passage
from rules.rule import Change, Resolver
from rules.view import View

ENCODED: Final = frozenset({Form.ENCODED})
_ACCOUNTS: Final = frozenset({"user", "users", "accountid"})
_OTHERS: Final = frozenset({"username", "userkey"})
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_UNKNOWN: Final = "nobody knows what the app expects under this name"


@dataclass(frozen=True, slots=True)
class Person:
    """One retired identifier in encoded settings."""

    parameter: Parameter
    raw: bytes = field(repr=False)
    """The settings without Base64, percent encoding left in."""
    start: int
    end: int
    """Bytes of `raw` that hold the identifier."""
    subject: Personal
    span: Span
    """Bytes of the part in which the identifier is encoded."""
    fixed: str

    @property
    def whole(self) -> Span:
        """Return the bytes of the part that hold the whole value."""
        start, value = _stripped(self.parameter)
        return self.parameter.text.span(start, start + len(value))


def people(view: View) -> Iterator[Person]:
    """Yield the usernames and user keys in parameters that hold encoded settings."""
    for parameter in view.parameters_of(ENCODED):
        raw = _decoded(parameter) if Form.ENCODED in parameter.forms else None
        if raw is not None:
            yield from _people(parameter, raw)


def _stripped(parameter: Parameter) -> tuple[int, str]:
    text = parameter.text.text
    return len(text) - len(text.lstrip()), text.strip()


def _decoded(parameter: Parameter) -> bytes | None:
    """Return what the Base64 of a parameter says, None where it is no such settings: a bare `&` is no encoding."""
    value = _stripped(parameter)[1]
    if not _BASE64.fullmatch(value) or len(value) % 4:
        return None
    raw = b64decode(value)
    return raw if raw.isascii() and b"&" not in raw else None


def _people(parameter: Parameter, raw: bytes) -> Iterator[Person]:
    passage = Passage(((0, raw),), "xml-url")
    tree = jsontree.parse(passage.text.encode())
    if isinstance(tree, Unreadable):
        return
    lead, value = _stripped(parameter)
    exact = b64encode(raw).decode() == value
    for name, text in sorted(_texts(tree), key=lambda each: each[1].span):
        subject = retired(personal(text.value)) if may_be_user(text.value) else None
        if subject is not None and text.span.start < text.span.end:
            found = passage.span(text.span.start, text.span.end)
            span = parameter.text.span(lead + found.start // 3 * 4, lead + -(-found.end // 3) * 4)
            fixed = parameter.text.fixed or ("" if exact else "the encoding is not the usual one")
            fixed = fixed or (_UNKNOWN if name in _OTHERS else "")
            yield Person(parameter, raw, found.start, found.end, subject, span, fixed)


def _texts(tree: jsontree.Node) -> Iterator[tuple[str, Text]]:
    """Yield the strings that stand under the name of a person, with the name folded."""
    for _, node in jsontree.walk(tree):
        for key, value in node.members if isinstance(node, Object) else ():
            name = folded(key.value)
            items = value.items if isinstance(value, jsontree.Array) else (value,)
            if name in _ACCOUNTS | _OTHERS:
                yield from ((name, item) for item in items if isinstance(item, Text))


def rewrite(view: View, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return the values of `matches` with account ids in place of all their people; one that stays keeps the others."""
    wanted = {match.span: match for match in matches}
    groups: dict[Span, list[Person]] = {}
    for each in (person for person in people(view) if person.span in wanted):
        groups.setdefault(each.whole, []).append(each)
    edits: list[Edit] = []
    holds: list[Hold] = []
    for whole, group in groups.items():
        answers = [
            Unresolved(HeldReason.NO_REWRITER, each.fixed) if each.fixed else account(each.subject, resolve)
            for each in group
        ]
        stuck = next((answer for answer in answers if isinstance(answer, Unresolved)), None)
        if stuck is None:
            new = _encoded(group, [answer for answer in answers if isinstance(answer, str)])
            old = whole.of(view.data)
            edits.append(Edit(whole, old, group[0].parameter.text.write(new), wanted[group[0].span].rule))
        else:
            own = [answer if isinstance(answer, Unresolved) else stuck for answer in answers]
            holds += [_hold(wanted[each.span], answer) for each, answer in zip(group, own, strict=True)]
    return Change(tuple(edits), tuple(holds))


def _hold(match: Match, answer: Unresolved) -> Hold:
    return Hold(match.rule, match.span, match.subject, answer.reason, answer.detail, match.where)


def _encoded(group: Sequence[Person], accounts: Sequence[str]) -> str:
    """Return the whole value with the account ids in place of the people, in order."""
    raw = group[0].raw
    percent = b"%" in raw
    pieces: list[bytes] = []
    done = 0
    for each, account_id in zip(group, accounts, strict=True):
        pieces += (raw[done : each.start], (quote(account_id, safe="") if percent else account_id).encode())
        done = each.end
    return b64encode(b"".join((*pieces, raw[done:]))).decode()
