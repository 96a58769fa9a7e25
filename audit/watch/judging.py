"""From an event that is believed to what waits because of it: ids, or for a user event what the rules say about it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from audit.watch.queue import Job
from audit.watch.told import Named, Subject, Unusable, decoded
from rules.model import Finding, Kind, ObjectType, Part, Personal, Ref, SubjectKind
from rules.payload import ACCOUNT_FIELDS, LEGACY
from rules.rule import Rule
from rules.scan import findings, scan

RULES: Final = ("webhook-account-type", "webhook-legacy-user")
"""What an event itself is judged by."""
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class EventJudge:
    """Everything that is known of an event while it is answered. Reads nothing from the site."""

    rules: Sequence[Rule]
    """Of the run; those of `RULES` are used."""
    key: bytes
    """Of the pseudonyms."""

    def __call__(self, event: str, body: bytes) -> tuple[Job, ...]:
        """Return what waits because of an event. Raises `Unusable`."""
        try:
            return tuple(self._job(event, named, body) for named in decoded(event, body))
        except RecursionError as error:
            raise Unusable("it is nested too deeply") from error

    def _job(self, event: str, named: Named, body: bytes) -> Job:
        match named.subject:
            case Subject.USER:
                ref = Ref(ObjectType.FILE, f"{event}-{self._identity(body)}")
                return Job(named.subject, ref.id, event, named.removes, verdict=self._verdict(ref, event, body))
            case Subject.SPACE:
                return Job(named.subject, space_name(named.id, self.key), event, named.removes)
            case _:
                return Job(named.subject, named.id, event, named.removes)

    def _identity(self, body: bytes) -> str:
        """Return by what the events about one user are told from those about others: no part of an identifier.

        Of a body that names nobody it is the body itself: it takes the place of no other.
        """
        whole = json.loads(body)
        below = [one for one in whole.values() if isinstance(one, dict | list)]
        for node in (below, whole):
            account = next(_texts(node, ACCOUNT_FIELDS), "")
            if account:
                return self._short(SubjectKind.ACCOUNT_ID, account)
            if names := " ".join(_texts(node, LEGACY)):
                return self._short(SubjectKind.USERNAME, names)
        return self._short(SubjectKind.USERNAME, hashlib.sha256(body).hexdigest())

    def _short(self, kind: SubjectKind, value: str) -> str:
        return Personal(kind, value).pseudonym(self.key)[:_DIGITS]

    def _verdict(self, ref: Ref, event: str, body: bytes) -> bytes:
        part = Part(ref, event, Kind.JSON, _with_name(event, body))
        result = scan(part, [rule for rule in self.rules if rule.id in RULES])
        return msgspec.json.encode(findings(part, result, self.key))


def verdict_of(job: Job) -> tuple[tuple[str, Finding], ...]:
    """Return what the rules said about a user event, with the path of the part: its name."""
    return tuple((job.event, one) for one in msgspec.json.decode(job.verdict, type=tuple[Finding, ...]))


def space_name(key: str, pseudonyms: bytes) -> str:
    """Return the name of a space in the queue: the key of a personal space is a person's name."""
    return hmac.new(pseudonyms, f"space\x00{key.casefold()}".encode(), hashlib.sha256).hexdigest()[:32]


def _with_name(event: str, body: bytes) -> bytes:
    """Return the body of an event with the name that its address says: by that the rules know it as an event."""
    _, _, rest = body.decode(json.detect_encoding(body), "surrogatepass").partition("{")
    more = "" if rest.lstrip().startswith("}") else ","
    return f'{{"webhookEvent":"{event}"{more}{rest}'.encode("utf-8", "surrogatepass")


def _texts(node: object, names: Sequence[str]) -> Iterator[str]:
    """Yield the texts under some names, those of inner objects before those of the objects that hold them."""
    if isinstance(node, dict):
        for inner in node.values():
            yield from _texts(inner, names)
        yield from (node[name] for name in names if isinstance(node.get(name), str))
    elif isinstance(node, list):
        for inner in node:
            yield from _texts(inner, names)
