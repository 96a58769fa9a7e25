"""Shorthands for tests of the rules. All people are invented."""

from __future__ import annotations

from collections.abc import Mapping

from rules.model import Account, HeldReason, Kind, ObjectType, Part, Personal, Ref, Resolution, Unresolved
from rules.registry import load

RULES = load()
BY_ID = {rule.id: rule for rule in RULES}
KEY = b"0" * 32
ANN = "712020:aaaaaaaa-0000-4000-8000-000000000001"
BOB = "5d41402abc4b2a76b9719d91"


def part(data: bytes, kind: Kind = Kind.STORAGE, path: str = "body", version: int | None = 7) -> Part:
    return Part(Ref(ObjectType.PAGE, "123", version=version), path, kind, data)


class Directory:
    """A resolver that counts its questions."""

    def __init__(self, known: Mapping[str, str], ambiguous: frozenset[str] = frozenset()) -> None:
        self.known = dict(known)
        self.ambiguous = ambiguous
        self.asked: list[str] = []

    def __call__(self, subject: Personal) -> Resolution:
        value = subject.reveal()
        self.asked.append(value)
        if value in self.ambiguous:
            return Unresolved(HeldReason.AMBIGUOUS, "two people answer to it")
        account = self.known.get(value)
        return Account(account, "test") if account else Unresolved(HeldReason.UNRESOLVED, "not in the mapping")
