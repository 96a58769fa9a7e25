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
from audit.watch.told import Named, Subject, decoded
from rules.model import Finding, Kind, ObjectType, Part, Personal, Ref, SubjectKind
from rules.payload import ACCOUNT_FIELDS
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
        return tuple(self._job(event, named, body) for named in decoded(event, body))

    def _job(self, event: str, named: Named, body: bytes) -> Job:
        match named.subject:
            case Subject.USER:
                ref = Ref(ObjectType.FILE, f"{event}-{self._account(body)}")
                return Job(named.subject, ref.id, event, named.removes, verdict=self._verdict(ref, event, body))
            case Subject.SPACE:
                return Job(named.subject, space_name(named.id, self.key), event, named.removes)
            case _:
                return Job(named.subject, named.id, event, named.removes)

    def _account(self, body: bytes) -> str:
        """Return by what the events about one account are told from those about others: no part of its id."""
        account = next(_accounts(json.loads(body)), "")
        return Personal(SubjectKind.ACCOUNT_ID, account).pseudonym(self.key)[:_DIGITS]

    def _verdict(self, ref: Ref, event: str, body: bytes) -> bytes:
        part = Part(ref, event, Kind.JSON, body)
        result = scan(part, [rule for rule in self.rules if rule.id in RULES])
        return msgspec.json.encode(findings(part, result, self.key))


def verdict_of(job: Job) -> tuple[tuple[str, Finding], ...]:
    """Return what the rules said about a user event, with the path of the part: its name."""
    return tuple((job.event, one) for one in msgspec.json.decode(job.verdict, type=tuple[Finding, ...]))


def space_name(key: str, pseudonyms: bytes) -> str:
    """Return the name of a space in the queue: the key of a personal space is a person's name."""
    return hmac.new(pseudonyms, f"space\x00{key.casefold()}".encode(), hashlib.sha256).hexdigest()[:32]


def _accounts(node: object) -> Iterator[str]:
    """Yield the account ids of an event, that of a user object before that of whoever caused it."""
    if isinstance(node, dict):
        for inner in node.values():
            yield from _accounts(inner)
        yield from (str(node[name]) for name in ACCOUNT_FIELDS if isinstance(node.get(name), str))
    elif isinstance(node, list):
        for inner in node:
            yield from _accounts(inner)
