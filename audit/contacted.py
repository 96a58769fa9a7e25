"""Which hosts the commands after an audit have contacted, added up: those of a plan, and those that publish.

A migration report lists the hosts of its plan (apply, verify, residue, rollback) beside those of the audit and of the
plan itself. Every report on the run lists those that something was published to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from audit.identity.provenance import added_up
from audit.results import RunResults
from reports.evidence import HostFacts

if TYPE_CHECKING:
    from audit.run import RunStore

PUBLISHED: Final = "published hosts"


def note_hosts(store: RunStore, plan_id: str, hosts: tuple[HostFacts, ...]) -> None:
    """Add what one command has exchanged with hosts to what the earlier ones of the same plan have."""
    known = noted_hosts(store, plan_id)
    store.set({_record(plan_id): msgspec.json.encode(added_up((*known, *hosts))).decode()})


def noted_hosts(store: RunResults, plan_id: str) -> tuple[HostFacts, ...]:
    """Return what all commands of a plan have exchanged with hosts, one row for each host and purpose."""
    return msgspec.json.decode(store.get(_record(plan_id), "[]"), type=tuple[HostFacts, ...])


def note_published(store: RunStore, hosts: tuple[HostFacts, ...]) -> None:
    """Add what one publication has exchanged with hosts to what the earlier ones of the run have."""
    store.set({PUBLISHED: msgspec.json.encode(added_up((*published_hosts(store), *hosts))).decode()})


def published_hosts(store: RunResults) -> tuple[HostFacts, ...]:
    """Return what all publications of a run have exchanged with hosts: one row for each file, and one for the rest."""
    return msgspec.json.decode(store.get(PUBLISHED, "[]"), type=tuple[HostFacts, ...])


def _record(plan_id: str) -> str:
    return f"hosts {plan_id}"
