"""Which bytes went to which host: what a publication tells, and what the run remembers of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from audit.http import Api
from audit.identity.opening import host_facts
from audit.uploads import LocalFile
from reports.evidence import HostFacts
from reports.published import PUBLISHING


@dataclass(frozen=True, slots=True)
class Sent:
    """One file that was handed to a host."""

    origin: str
    name: str
    """Masked where it holds an address or a number of a person."""
    size_bytes: int
    sha256: str
    body_bytes: int
    """Of the request that carried it."""

    @classmethod
    def of(cls, origin: str, file: LocalFile, body_bytes: int) -> Sent:
        """Return the record of an upload."""
        return cls(origin, file.shown, file.size_bytes, file.sha256, body_bytes)

    @property
    def line(self) -> str:
        """Return the record as one line for a person."""
        return f"{self.name}, {self.size_bytes} bytes, SHA-256 {self.sha256}, to {self.origin}"


def exchanged(purpose: str, api: Api, files: Iterable[Sent]) -> tuple[HostFacts, ...]:
    """Return what went to each host: each file on its own, then the rest. The rows add up to what was exchanged."""
    rows = [HostFacts(one.origin, _purpose(one), 1, 0, one.body_bytes) for one in files]
    for whole in host_facts(purpose, api):
        mine = [row for row in rows if row.origin == whole.origin]
        rows.append(
            HostFacts(
                whole.origin,
                purpose,
                max(whole.requests - len(mine), 0),
                whole.received_bytes,
                max(whole.sent_bytes - sum(row.sent_bytes for row in mine), 0),
            )
        )
    return tuple(rows)


def _purpose(one: Sent) -> str:
    return f"{PUBLISHING}{one.name}, SHA-256 {one.sha256}"
