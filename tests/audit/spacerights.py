"""A site on which people hold permissions of a space under retired identifiers, and a plan that moves them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from audit.drafting import Place
from audit.sandbox.people import LEAVERS, PEOPLE
from audit.sandbox.sandbox import Sandbox
from audit.sandbox.state import Permission, Space
from audit.sites.cloud.site import Wanted
from rules.model import ObjectType, Ref
from tests.audit.moving import Move

OLD, SECOND, THIRD = PEOPLE[12], PEOPLE[13], PEOPLE[14]
WRITES = "/space/HR/permission"
Held = set[tuple[str, str]]


def space(sandbox: Sandbox) -> Space:
    found = sandbox.state.space_by_key("HR")
    assert found is not None
    return found


def grant(sandbox: Sandbox, principal: str, *operations: str) -> None:
    """Give somebody permissions in HR, as an import does."""
    here = space(sandbox)
    made = [Permission(sandbox.state.new_id(), "user", principal, *name.split("/")) for name in operations]
    sandbox.state.spaces[here.id] = replace(here, permissions=(*here.permissions, *made))


def withdraw(sandbox: Sandbox, principal: str) -> None:
    here = space(sandbox)
    left = tuple(one for one in here.permissions if one.principal != principal)
    sandbox.state.spaces[here.id] = replace(here, permissions=left)


def held(sandbox: Sandbox) -> Held:
    return {(one.principal, f"{one.operation}/{one.target}") for one in space(sandbox).permissions}


def site() -> Sandbox:
    """Return a site on which two people hold permissions of HR under the user keys that they had on a server."""
    sandbox = Sandbox(keep_bodies=True)
    grant(sandbox, OLD.user_key, "create/page", "read/space", "administer/space")
    grant(sandbox, SECOND.user_key, "read/space")
    grant(sandbox, LEAVERS[0].user_key, "read/space", "create/page")
    return sandbox


def place(sandbox: Sandbox) -> Place:
    return Ref(ObjectType.SPACE, space(sandbox).id, None, "HR"), "permissions"


def planned(before: Held) -> Held:
    accounts = {person.user_key: person.account_id for person in (OLD, SECOND)}
    return {(accounts.get(principal, principal), operation) for principal, operation in before}


@dataclass
class Case:
    """A plan for the permissions of HR, and what stood before it."""

    move: Move
    before: Held

    @property
    def now(self) -> Held:
        return held(self.move.sandbox)

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Return method and operation of every write, deletions without one."""
        return [
            (one.method, one.request_body.decode().partition('"key":"')[2].partition('"')[0])
            for one in self.move.sandbox.writes
        ]


async def planned_for(folder: Path, sandbox: Sandbox | None = None) -> Case:
    move = Move(folder, Wanted(), sandbox or site())
    await move.plan_for([place(move.sandbox)])
    return Case(move, held(move.sandbox))
