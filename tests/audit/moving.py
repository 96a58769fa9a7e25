"""A sandbox site on its way through audit, plan, apply and rollback, with everything that a plan can be told."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from audit.apply import apply_plan
from audit.drafting import Facts, Place
from audit.identity.csv import parse_mapping
from audit.journal import Journal
from audit.parts import named
from audit.plan import make_plan
from audit.plan_file import Action, Plan, plan_bytes
from audit.results import Recorded
from audit.rollback import roll_back
from audit.sandbox.sandbox import Sandbox
from audit.sites.base import Current, VersionFacts
from audit.sites.cloud.site import Wanted
from audit.sites.cloud.target import CloudTarget
from audit.vault import Vault
from audit.verify import Standing, verify_plan
from audit.workers import Result
from reports.evidence import Outcome
from rules.context import NOTHING_KNOWN
from rules.model import Ref
from rules.registry import load
from rules.rule import Category
from tests.audit.cloud import KEY, ORIGIN, connected, crawled, no_sleep
from tests.audit.doubles import KillSwitch

RULES = load()
LEGACY = [rule.id for rule in RULES if rule.category is Category.LEGACY]
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Dying:
    """A target whose process dies right before or right after the first write."""

    target: CloudTarget
    after: bool

    async def caller(self) -> str:
        return await self.target.caller()

    async def fetch(self, ref: Ref, part: str) -> Current:
        return await self.target.fetch(ref, part)

    async def replace(self, current: Current, data: bytes, op_token: str) -> None:
        if self.after:
            await self.target.replace(current, data, op_token)
        raise KillSwitch

    async def history(self, ref: Ref) -> tuple[VersionFacts, ...]:
        return await self.target.history(ref)


@dataclass
class Move:
    """One sandbox, one run folder, one plan."""

    folder: Path
    wanted: Wanted
    sandbox: Sandbox = field(default_factory=lambda: Sandbox(keep_bodies=True))
    vault: Vault = field(default_factory=lambda: Vault(bytes(range(32))))
    made: Plan | None = None
    role: str = "admin"
    """Whose credentials plan and write."""

    @property
    def plan(self) -> Plan:
        assert self.made is not None
        return self.made

    async def make(self, keys: Sequence[str] = (), types: Sequence[str] = (), *, unversioned: bool = False) -> Plan:
        """Audit the site and plan from what was found."""
        folder = self.folder / f"run-{len(self.sandbox.log)}"
        folder.mkdir()
        store = (await crawled(self.sandbox, folder, self.wanted)).store
        recorded = store.recorded(LEGACY)
        released = named((one.part for one in recorded), keys, types)
        places = store.places((rule.id for rule in RULES if rule.rewrite), released)
        return await self.plan_for(places, released, recorded, store.objects(), unversioned=unversioned)

    async def plan_for(
        self,
        places: Sequence[Place],
        released: frozenset[str] = frozenset(),
        recorded: Sequence[Recorded] = (),
        facts: Facts = MappingProxyType({}),
        *,
        unversioned: bool = False,
    ) -> Plan:
        """Plan for some parts, as if an audit had found something in each of them."""
        known = parse_mapping(self.sandbox.mapping_csv().encode(), "users.csv")
        async with connected(self.sandbox, self.role) as api:
            self.made = await make_plan(
                CloudTarget(api, ORIGIN),
                places,
                known.resolve,
                RULES,
                self.vault,
                now=NOW,
                run_id="run",
                site=ORIGIN,
                key=KEY,
                tool_version="1",
                facts=facts,
                recorded=recorded,
                context=replace(NOTHING_KNOWN, released=released or frozenset(path for _, path in places)),
                allow_unversioned=unversioned,
            )
        return self.made

    def actions(self, start: str) -> list[Action]:
        """Return the actions on parts whose path begins so."""
        return [action for action in self.plan.actions if action.part.startswith(start)]

    def keep(self, *actions: Action) -> None:
        """Leave only some actions in the plan."""
        from audit.plan_file import with_digest

        self.made = with_digest(replace(self.plan, actions=actions))

    async def die(self, when: str) -> None:
        """Apply the plan in a process that dies `before` or `after` the first write."""
        try:
            await self.apply(dies=when)
        except KillSwitch:
            return
        raise AssertionError("nothing was written")

    async def apply(self, dies: str = "", app: Any = None) -> Result:
        """Apply the plan; `dies` is `before` or `after` the first write, `app` what stands before the sandbox."""
        async with connected(self.sandbox, self.role, app=app) as api:
            target = CloudTarget(api, ORIGIN)
            with closing(Journal.open(self.folder / "journal.db", lambda: NOW)) as journal:
                return await apply_plan(
                    self.plan,
                    Dying(target, dies == "after") if dies else target,
                    journal,
                    self.vault,
                    key=KEY,
                    lock=nullcontext(),
                    sleep=no_sleep,
                    concurrency=1,
                )

    async def undo(self) -> Result:
        """Roll the plan back."""
        async with connected(self.sandbox, self.role) as api:
            with closing(Journal.open(self.folder / "journal.db", lambda: NOW)) as journal:
                return await roll_back(
                    self.plan,
                    CloudTarget(api, ORIGIN),
                    journal,
                    self.vault,
                    key=KEY,
                    lock=nullcontext(),
                    sleep=no_sleep,
                )

    async def standings(self) -> set[Standing]:
        """Verify the plan and return how its actions stand."""
        async with connected(self.sandbox, self.role) as api:
            with closing(Journal.open(self.folder / "journal.db", lambda: NOW)) as journal:
                found = await verify_plan(self.plan, CloudTarget(api, ORIGIN), journal, self.vault, RULES, key=KEY)
        return {one.standing for one in found}

    def names_nobody(self) -> bool:
        """Return whether neither plan nor run folder holds a retired identifier of the sandbox in clear."""
        people = [person for person in self.sandbox.state.everybody if person.user_key]
        files = [path.read_bytes() for path in self.folder.rglob("*") if path.is_file()]
        return not any(
            person.user_key.encode() in data for person in people for data in (*files, plan_bytes(self.plan))
        )


def outcomes(result: Result) -> set[Outcome]:
    """Return the outcomes that came."""
    return {written.outcome for written in result.written}


def state_of(sandbox: Sandbox, part: str) -> Any:
    """Return one part of the whole state as JSON."""
    return sandbox.dump()[part]
