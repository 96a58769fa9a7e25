"""What the rules see in a call: parameters and bodies that are still sent, fields that answers still carry.

Request and answer become parts: an address is read as programs write it, its queries and its body as what they are.
Names of persons never leave: a finding holds the name of an interface or a path of fields.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from audit.replay.calls import Call
from audit.replay.recorded import FORM
from rules.guide import ROWS, rows_of
from rules.jsontree import shown
from rules.model import Confidence, Kind, Match, ObjectType, Part, Ref, SubjectKind
from rules.rule import Category, Rule
from rules.scan import scan

FIELDS: Final = frozenset(
    {
        "legacy-restriction-body", "legacy-space-body", "legacy-user-object", "retired-profile-field",
        "webhook-legacy-user",
    }
)  # fmt: skip
"""Rules that tell a retired field of an answer. What pages and apps hold in it is the matter of an audit."""
ADDRESS: Final = frozenset(
    {
        "code-login-parameter", "code-privacy-mode", "code-relation-user", "code-removed-endpoint",
        "code-removed-protocol", "code-user-parameter",
    }
)  # fmt: skip
"""Rules that judge an address; its queries are judged by themselves."""
_QUERIES: Final = {"cql": Kind.CQL, "jql": Kind.JQL}
_CONVERTER: Final = re.compile(r"/rest/api/(?:\d|latest)/user/bulk/migration$")
"""Jira's resource that takes usernames and user keys because it turns them into account ids."""
_INDEX: Final = re.compile(r"\[\d+\]")
_QUERY: Final = "query/"
Path = tuple[str, ...]
"""Names of fields from the outside to the inside; `ITEM` stands for any position of a list."""
ITEM: Final = "[]"
_RETIRED: Final = "retired: "
_RESOURCES: Final = (
    (re.compile(r"/content/[^/]+/restriction(?:/|$)"), "content-restriction"),
    (re.compile(r"/relation/"), "relation"),
    (re.compile(r"/user/watch/"), "user-watch"),
    (re.compile(r"/user(?:/|$)"), "user"),
    (re.compile(r"/space(?:/|$)"), "space"),
)
"""What an address shows of the guide's resources; every other one is a resource whose user objects change."""
_BY_KIND: Final = {
    SubjectKind.USERNAME: "user-name",
    SubjectKind.USER_KEY: "user-key",
    SubjectKind.EMAIL: "details-personal-email",
    SubjectKind.IM: "details-personal",
    SubjectKind.WEBSITE: "details-personal",
    SubjectKind.PHONE: "details-personal",
    SubjectKind.POSITION: "details-business",
    SubjectKind.DEPARTMENT: "details-business",
    SubjectKind.LOCATION: "details-business",
}
_CHANGES: Final = {row.id: row.change for row in ROWS} | {
    "user-name": "removed; accountId instead",
    "user-key": "removed; accountId instead",
}


class Where(StrEnum):
    """In which part of a request something is still sent."""

    ADDRESS = "address"
    QUERY = "query"
    HEADER = "header"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Sent:
    """Something retired in a request."""

    rule: str
    row: str
    """Id of the row of the guide; empty where the guide has none."""
    where: Where
    name: str
    """The interface, or the path of fields; no value."""
    instead: str
    confidence: Confidence
    count: int = 1


@dataclass(frozen=True, slots=True)
class Carried:
    """A retired field of an answer, by its path without positions in lists."""

    rule: str
    row: str
    path: str
    instead: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Judge:
    """The rules that calls are judged by."""

    address: tuple[Rule, ...]
    fields: tuple[Rule, ...]
    bodies: tuple[Rule, ...]
    """Those for bodies of requests: whatever was retired, in whatever stands inside."""
    remedies: Mapping[str, str]
    """What to do, in one sentence a rule: for what the guide has no row."""

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Judge:
        """Return the judge that uses these rules."""
        rules = tuple(rules)
        return cls(
            tuple(rule for rule in rules if rule.id in ADDRESS),
            tuple(rule for rule in rules if rule.id in FIELDS),
            tuple(rule for rule in rules if rule.category is Category.LEGACY or rule.id in FIELDS),
            {rule.id: rule.remedy.partition(". ")[0].removesuffix(".") for rule in rules},
        )

    def request(self, call: Call) -> tuple[tuple[Sent, ...], str]:
        """Return what a request still sends, and why its body could not be judged."""
        found = [*self._of(call, Where.ADDRESS, Kind.CODE, _line(call, call.query), self.address)]
        unread = ""
        for name, text in call.values(*_QUERIES):
            seen = scan(_part(_QUERIES[name], _bytes(text)), self.bodies)
            found += [self._sent(match, call, Where.QUERY) for match in seen.matches]
            unread = unread or ("" if seen.unreadable is None else f"the query in {name} cannot be read")
        for name in call.recorded.headers:
            found += self._of(call, Where.HEADER, Kind.CODE, f"atlassian\n{name}: true", self.address)
        body, why = self._body(call)
        counted = Counter([*found, *body])
        return tuple(replace(each, count=count) for each, count in counted.items()), unread or why

    def answer(self, call: Call, document: object) -> tuple[Counter[Carried], str]:
        """Return the retired fields of an answer and how often each stands in it, and why it could not be judged."""
        # Everything outside ASCII is escaped: an answer may hold halves of characters, which have no bytes.
        seen = scan(_part(Kind.JSON, json.dumps(document).encode("ascii")), self.fields)
        found = Counter(
            Carried(match.rule, row, _path(match), _CHANGES.get(row, ""), match.confidence)
            for match in seen.own
            for row in (_row(match, call),)
        )
        return found, "" if seen.unreadable is None else seen.unreadable.reason

    def _body(self, call: Call) -> tuple[list[Sent], str]:
        """Return what the body of a request sends. JSON that is broken is a gap, not a clean body."""
        recorded = call.recorded
        if recorded.unread or not recorded.body.strip():
            return [], recorded.unread
        if recorded.media == FORM:
            form = _line(call, recorded.body)
            return list(self._of(call, Where.BODY, Kind.CODE, form, self.address)), ""
        if "json" in recorded.media or recorded.body.lstrip()[:1] in {"{", "["}:
            seen = scan(_part(Kind.JSON, _bytes(recorded.body)), self.bodies)
            unread = "" if seen.unreadable is None else f"the body cannot be read: {seen.unreadable.reason}"
            return [self._sent(match, call, Where.BODY) for match in seen.matches], unread
        text = f"{_line(call, '')}\n{recorded.body}"
        return list(self._of(call, Where.BODY, Kind.CODE, text, self.address)), ""

    def _of(self, call: Call, where: Where, kind: Kind, text: str, rules: Sequence[Rule]) -> Iterator[Sent]:
        for match in scan(_part(kind, _bytes(text)), rules).matches:
            if not (_CONVERTER.search(call.path) and match.rule == "code-user-parameter"):
                yield self._sent(match, call, where)

    def _sent(self, match: Match, call: Call, where: Where) -> Sent:
        row = _row(match, call)
        said = match.reason.partition(";")[0]
        change = _CHANGES.get(row) or self.remedies[match.rule]
        instead = said.removeprefix(_RETIRED) if said.startswith(_RETIRED) else change
        interface = match.subject.kind is SubjectKind.INTERFACE and match.rule.startswith("code-")
        name = match.subject.mask if interface else _path(match)
        return Sent(match.rule, row, where, name or match.rule, instead, match.confidence)


def field_paths(document: object) -> frozenset[Path]:
    """Return the paths of all fields of decoded JSON, without positions in lists. Their names may be personal."""
    found: set[Path] = set()
    waiting: list[tuple[Path, object]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            below = [((*path, name), inner) for name, inner in value.items()]
            found |= {inner for inner, _ in below}
            waiting += below
        elif isinstance(value, list):
            waiting += [((*path, ITEM), item) for item in value]
    return frozenset(found)


def shown_path(path: Path, known: AbstractSet[str] = frozenset()) -> str:
    """Return a path as rules write it: a name that is neither a common label nor `known` is shown as `*`."""
    text = ""
    for name in path:
        word = name if name == ITEM or name in known else shown(name)
        text += word if not text or name == ITEM else f".{word}"
    return text


def _part(kind: Kind, data: bytes) -> Part:
    return Part(Ref(ObjectType.FILE, "call"), "", kind, data)


def _line(call: Call, query: str) -> str:
    return f"{call.method} {call.path}?{query}" if query else f"{call.method} {call.path}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _path(match: Match) -> str:
    return _INDEX.sub("[]", match.where.removeprefix(_QUERY))


def _row(match: Match, call: Call) -> str:
    """Return the row of the guide that a match falls under: of its resource, its field or its query; else the first."""
    rows = [row.id for row in rows_of(match.rule)]
    resource = next((row for pattern, row in _RESOURCES if pattern.search(call.path)), "")
    operand = f"cql-{match.where.removeprefix(_QUERY)}"
    for wanted in (_BY_KIND.get(match.subject.kind, ""), operand, resource, "user"):
        if wanted in rows:
            return wanted
    return rows[0] if rows else ""
