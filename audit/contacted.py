"""Which hosts the commands that carried out a plan have contacted: apply, verify, residue and rollback, added up.

A migration report lists them beside those of the audit and of the plan itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from audit.identity.provenance import added_up
from audit.results import RunResults
from reports.evidence import HostFacts

if TYPE_CHECKING:
    from audit.run import RunStore


def note_hosts(store: RunStore, plan_id: str, hosts: tuple[HostFacts, ...]) -> None:
    """Add what one command has exchanged with hosts to what the earlier ones of the same plan have."""
    known = noted_hosts(store, plan_id)
    store.set({_record(plan_id): msgspec.json.encode(added_up((*known, *hosts))).decode()})


def noted_hosts(store: RunResults, plan_id: str) -> tuple[HostFacts, ...]:
    """Return what all commands of a plan have exchanged with hosts, one row for each host and purpose."""
    return msgspec.json.decode(store.get(_record(plan_id), "[]"), type=tuple[HostFacts, ...])


def _record(plan_id: str) -> str:
    return f"hosts {plan_id}"
