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
from itertools import chain
from typing import Final
from urllib.parse import parse_qsl

from audit.replay.calls import Call
from audit.replay.recorded import FORM
from rules.guide import ROWS, rows_of
from rules.jsontree import shown
from rules.model import Confidence, Kind, Match, ObjectType, Part, Ref, SubjectKind
from rules.rule import Category, Rule
from rules.scan import scan
from rules.sniff import sniff

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
_PEOPLE: Final = frozenset({"accountId", "authorId", "displayName", "ownerId", "userKey", "username"})
"""Fields that name somebody."""
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

    def recorded(self, call: Call) -> tuple[Counter[Carried], str]:
        """Return the same for the recorded answers to a call that is not asked again; each is judged once."""
        found: Counter[Carried] = Counter()
        unread = call.recorded.unheard
        for text in call.recorded.answers:
            try:
                document = json.loads(text)
            except (ValueError, RecursionError):
                unread = unread or "the recorded answer is no JSON"
                continue
            carried, why = self.answer(call, document)
            found |= carried
            unread = unread or (f"the recorded answer cannot be judged: {why}" if why else "")
        return found, unread

    def _body(self, call: Call) -> tuple[list[Sent], str]:
        """Return what the body of a request sends. JSON that is broken is a gap, not a clean body."""
        recorded = call.recorded
        if recorded.unread or not recorded.body.strip():
            return [], recorded.unread
        if recorded.media == FORM:
            form = _line(call, recorded.body)
            values = [value for _, value in parse_qsl(recorded.body, max_num_fields=None)]
            stored = [self._stored(call, kind, value) for value in values if (kind := _stored_as(value)) is not None]
            found = [*self._of(call, Where.BODY, Kind.CODE, form, self.address)]
            return [*found, *chain(*(sent for sent, _ in stored))], next((why for _, why in stored if why), "")
        if "json" in recorded.media or recorded.body.lstrip()[:1] in {"{", "["}:
            return self._stored(call, Kind.JSON, recorded.body)
        kind = _stored_as(recorded.body)
        if kind is not None:
            return self._stored(call, kind, recorded.body)
        text = f"{_line(call, '')}\n{recorded.body}"
        return list(self._of(call, Where.BODY, Kind.CODE, text, self.address)), ""

    def _stored(self, call: Call, kind: Kind, text: str) -> tuple[list[Sent], str]:
        """Return what a text sends that is stored as it comes, bodies inside it included, and why it is not judged."""
        seen = scan(_part(kind, _bytes(text)), self.bodies)
        unread = "" if seen.unreadable is None else f"the body cannot be read: {seen.unreadable.reason}"
        return [self._sent(match, call, Where.BODY) for match in seen.matches], unread

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


def hollow(document: object) -> bool:
    """Return whether decoded JSON names nobody and every list in it is empty, or holds empty lists alone.

    What has no list is an answer by itself.
    """
    return _PEOPLE.isdisjoint(path[-1] for path in field_paths(document)) and _lists(document) is False


def _lists(value: object) -> bool | None:
    """Return whether a list in a value holds anything, None where there is no list."""
    if isinstance(value, list):
        return any(_lists(item) is not False for item in value)
    held = [_lists(inner) for inner in value.values()] if isinstance(value, dict) else []
    known = [each for each in held if each is not None]
    return any(known) if known else None


def shown_path(path: Path, known: AbstractSet[str] = frozenset()) -> str:
    """Return a path as rules write it: a name that is neither a common label nor `known` is shown as `*`."""
    text = ""
    for name in path:
        word = name if name == ITEM or name in known else shown(name)
        text += word if not text or name == ITEM else f".{word}"
    return text


def _part(kind: Kind, data: bytes) -> Part:
    return Part(Ref(ObjectType.FILE, "call"), "", kind, data)


def _stored_as(text: str) -> Kind | None:
    """Return what a text is written in that comes as it is to be stored: a body, a document or JSON; else None."""
    kind = sniff("", _bytes(text))
    return kind if kind in {Kind.STORAGE, Kind.ADF, Kind.JSON} else None


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
