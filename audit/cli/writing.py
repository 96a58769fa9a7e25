"""What plan, apply, verify and rollback share: the run, its site, its plan, its journal."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypedDict, TypeVar

import click

from audit.cli.common import Setup, now, warn
from audit.errors import PlanError, UsageError

if TYPE_CHECKING:
    from audit.breaker import Breaker
    from audit.config import Config
    from audit.events import OnEvent
    from audit.http import Api
    from audit.journal import Journal
    from audit.moved import Newer
    from audit.plan_file import Action, Plan
    from audit.run import RunStore
    from audit.sites.base import Target
    from audit.vault import Vault
    from audit.workspace import Workspace
    from reports.evidence import Change, Evidence, HeldItem
    from reports.format import Format
    from rules.context import Context
    from rules.model import HeldReason
    from rules.rule import Rule

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

MOST_DAMAGED = 20
"""Most damaged writes that are named one by one."""

MOST_SINGLE = 10
"""Most access lists on a single witness that are named."""

SEVERAL_STEPS = frozenset({"not-current", "not-in-this-plan", "held-by-policy"})
"""Reasons that do not say by themselves what can be done."""


class _Tool(TypedDict):
    """What a plan has to have been made with, to be applied."""

    rules_digest: str
    tool_version: str


@dataclass(frozen=True, slots=True)
class Bench:
    """One run, opened to plan or to write from."""

    config: Config
    workspace: Workspace
    path: Path
    store: RunStore
    rules: Sequence[Rule]
    vault: Vault
    key: bytes
    context: Context
    intact_part: bool = False
    """Whether a damaged journal counts up to its first bad record."""

    def read_plan(self, named: str | None) -> Plan:
        """Return a plan that may be applied: of this run, its site, these rules and this version of the tool.

        `named` is a file or the id of an applied plan; by default it is the plan that was applied last from this run.
        """
        from audit.plan_file import read_plan

        return read_plan(self._plan_path(named), key=self.key, site=self.config.site, **self._tool())

    def read_applied(self, named: str | None) -> Plan:
        """Return an applied plan of this run and site. Another version of the tool may have made it: that is said."""
        from audit.plan_file import outdated, read_own_plan

        plan = read_own_plan(self._plan_path(named), key=self.key, site=self.config.site)
        why = outdated(plan, **self._tool())
        if why:
            click.echo(f"About the plan: {why}. It cannot be applied any more.", err=True)
        return plan

    def _plan_path(self, named: str | None) -> Path:
        from audit.applied import applied_plan

        return Path(named) if named and not is_plan_id(named) else applied_plan(self.store, self.path, named)

    def _tool(self) -> _Tool:
        from audit.version import tool_version
        from rules.registry import digest

        return {"rules_digest": digest(tuple(self.rules)), "tool_version": tool_version()}

    @asynccontextmanager
    async def connected(self, setup: Setup, plan: Plan, purpose: str) -> AsyncIterator[Api]:
        """Connect to the site; what is exchanged with it is noted for the report on the plan."""
        from audit.contacted import note_hosts
        from audit.identity.opening import host_facts

        async with setup.api(self.config) as api:
            try:
                yield api
            finally:
                note_hosts(self.store, plan.id, host_facts(purpose, api))

    @contextmanager
    def journal(self) -> Iterator[Journal]:
        """Open the journal of this run."""
        from audit.journal import Journal

        journal = Journal.open(self.path / "journal.db", now, intact_part=self.intact_part)
        try:
            yield journal
        finally:
            journal.close()


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a command writes: what it was asked for, and what the configuration says where it was not."""

    at: Bench
    setup: Setup
    accept_caller: bool
    rate: int | None
    stop_after: int | None

    async def carry_out(
        self,
        stop: asyncio.Event,
        plan: Plan,
        purpose: str,
        work: Callable[[Target, Journal, Vault, Terms], Awaitable[R]],
    ) -> R:
        """Open site and journal and return what `work` returns. `purpose` says in reports what was asked for."""
        from audit.breaker import Breaker, Rate
        from audit.sites.cloud.target import CloudTarget

        at, bounds = self.at, self.at.config.thresholds
        terms: Terms = {
            "key": at.key,
            "lock": only_writer(at.workspace, at.config.site),
            "sleep": asyncio.sleep,
            "stopping": lambda: self._stopping(stop),
            "accept_caller": self.accept_caller,
            "on_event": self.setup.on_event(),
            "breaker": Breaker(self.stop_after or bounds.stop_after, bounds.stop_percent),
            "turn": Rate(self.rate or bounds.writes_per_minute, time.monotonic, asyncio.sleep).turn,
        }
        with at.journal() as journal:
            async with at.connected(self.setup, plan, purpose) as api:
                return await work(CloudTarget(api, at.config.site), journal, at.vault, terms)

    def _stopping(self, stop: asyncio.Event) -> str:
        if stop.is_set():
            return "it was asked to stop"
        pause = self.at.workspace.paused(self.at.path)
        if pause is None:
            return ""
        return f"the file {pause} asks for a pause; remove it and run the same command again"


@contextmanager
def only_writer(workspace: Workspace, site: str) -> Iterator[None]:
    """Hold both locks of whoever may write to `site`: that of the workspace, and that of all workspaces of the user.

    Raises `GuardError` when another process has one of them, `WorkspaceError` when one cannot be made.
    """
    from audit.sitelock import site_writer, state_folder

    with workspace.writer(site), site_writer(site, state_folder(os.environ)):
        yield


class Terms(TypedDict):
    """What every run that writes is given."""

    key: bytes
    lock: AbstractContextManager[None]
    sleep: Callable[[float], Awaitable[None]]
    stopping: Callable[[], str]
    accept_caller: bool
    on_event: OnEvent
    breaker: Breaker
    turn: Callable[[], Awaitable[None]]


def writing_options(command: Callable[P, T]) -> Callable[P, T]:
    """Add the options of commands that write to the site."""
    for option in (
        click.option(
            "--stop-after", type=click.IntRange(min=1), help="Failures in a row that end the run.  [default: 5]"
        ),
        click.option("--rate", type=click.IntRange(min=1), help="Most writes a minute.  [default: 6000]"),
        click.option("--accept-caller", is_flag=True, help="Go on with another account than the one that began."),
        click.option("--yes", is_flag=True, help="Do not ask: for scripts."),
    ):
        command = option(command)
    return command


def moved_option(command: Callable[P, T]) -> Callable[P, T]:
    """Add the option that says what becomes of an object with a newer version of the planned text."""
    return click.option(
        "--moved-versions",
        "moved",
        type=click.Choice(["replan", "conflict"]),
        help="Write over a newer version with the same text (another title), or leave it alone.  [default: replan]",
    )(command)


def moved_versions(given: str | None) -> Newer:
    """Return what was asked for with the option."""
    from audit.moved import Newer

    return Newer(given) if given else Newer.REPLAN


def tell_damaged(journal: Journal, plan: Plan) -> bool:
    """Return whether texts from before or after writes of a plan are damaged in the journal, and name these writes."""
    from audit.records import Purpose

    damaged = journal.damaged_images()
    found = [one.op for one in journal.intents(Purpose.APPLY) if one.op.plan == plan.digest and one.op.token in damaged]
    for op in found[:MOST_DAMAGED]:
        warn(
            f"{op.action} {op.ref.type.value} {op.ref.id}: the text kept from before or after it is damaged in the"
            " journal, so `rollback` leaves it alone. Restore the run's folder from a backup."
        )
    if len(found) > MOST_DAMAGED:
        warn(f"… and {len(found) - MOST_DAMAGED} more like it")
    return bool(found)


def tell(changes: Iterable[Change], stopped: str) -> None:
    """Write how often each outcome came, and why the run ended early."""
    for name, count in sorted(Counter(change.outcome.value for change in changes).items()):
        click.echo(f"{count:>6}  {name}")
    if stopped:
        click.echo(f"Stopped early: {stopped}", err=True)


@contextmanager
def bench(setup: Setup, run_id: str | None, plan: str | None = None, *, writes: bool = False) -> Iterator[Bench]:
    """Open a run and hold it: the named one, the one that a plan was made from, or the latest.

    `plan` is a plan file or the id of an applied plan; `writes` says that something will be stored in the run.
    Raises `PlanError` when there is no such file, `GuardError` when another command works on the run, and `UsageError`
    when the configured site is another one than that of the run.
    """
    from audit.knowing import knowledge_of
    from audit.run import RunStore

    file = Path(plan) if plan is not None and not is_plan_id(plan) else None
    if file is not None and not file.is_file():
        raise PlanError(
            what="There is no such plan file",
            where=str(file),
            fix="Name a file that `confluence-gdpr plan` wrote, or the id of a plan that was applied.",
        )
    workspace = setup.workspace()
    path = workspace.run_path(run_id or (run_of(file) if file is not None else None))
    with workspace.working(path), RunStore(path / "run.db", writing=writes) as store:
        config = setup.config(default_site=store.get("site"))
        if config.site != store.get("site"):
            raise UsageError(
                what="The run was made on another site than the one configured",
                where=path.name,
                why=f"it is about {store.get('site')}, configured is {config.site}",
                fix="Name the right run with --run, or set CONFLUENCE_GDPR_SITE accordingly.",
            )
        known = knowledge_of(config)
        vault, key = workspace.vault(path), workspace.key()
        yield Bench(config, workspace, path, store, known.rules, vault, key, known.context)


def is_plan_id(text: str) -> bool:
    """Return whether a word names an applied plan by its id; a file of that name is named as ./P-..."""
    from audit.applied import PLAN_ID

    return PLAN_ID.fullmatch(text) is not None


def show_actions(actions: Sequence[Action]) -> None:
    """Write how many objects of which class in which space are to be written."""
    rows = Counter((action.ref.space or "-", action.ref.type.value, action.part) for action in actions)
    for (space, kind, part), count in sorted(rows.items()):
        click.echo(f"{count:>6}  {kind} {part} in {space}")


def show_single(plan: Plan) -> None:
    """Write how many accounts one route alone names, and which access lists would let such an account in."""
    from audit.identity.provenance import alone, unwitnessed
    from audit.parts import RESTRICTIONS, is_grants
    from rules.accounts import AS_WRITTEN

    known = [one for one in plan.identities if one.account is not None]
    counts = unwitnessed((one.route, one.witnesses) for one in known)
    if not counts:
        return
    click.echo(f"        {alone(counts)}")
    single = {one.subject.hmac for one in known if not one.witnesses and one.route != AS_WRITTEN}
    lists = [
        action
        for action in plan.actions
        if (action.part == RESTRICTIONS or is_grants(action.part))
        and any(place.subject.hmac in single for place in action.replaced())
    ]
    if lists:
        named = ", ".join(f"{one.id} {one.ref.type.value} {one.ref.id}" for one in lists[:MOST_SINGLE])
        more = f" and {len(lists) - MOST_SINGLE} more" if len(lists) > MOST_SINGLE else ""
        click.echo(f"{len(lists):>6}  access lists let in such an account: {named}{more}")
        click.echo("        Look at these people again, or plan with --witness, before they are written.")


def show_held(held: Sequence[HeldItem]) -> None:
    """Write how many places stay as they are, for which reason, and what can be done about most of them.

    Where the reason alone does not say what can be done, as with drafts and what lies in the trash, each is a line.
    """
    steps = Counter((item.reason, item.next_step) for item in held)
    commonest = {reason: step for (reason, step), _ in reversed(steps.most_common())}
    lines: Counter[tuple[HeldReason, str]] = Counter()
    for (reason, step), count in steps.items():
        lines[reason, step if reason in SEVERAL_STEPS else commonest[reason]] += count
    for (reason, step), count in sorted(lines.items(), key=lambda one: (-one[1], one[0])):
        click.echo(f"{count:>6}  held, {reason.value}: {step}")


def run_of(plan: Path) -> str | None:
    """Return the run that a plan file names, without trusting the rest of it; None when it names none."""
    import msgspec

    try:
        found = msgspec.json.decode(plan.read_bytes(), type=dict[str, object]).get("run_id")
    except (OSError, msgspec.MsgspecError):
        return None  # reading the plan itself says what is wrong with it
    return found if isinstance(found, str) else None


def check_places(out: Path, forms: Mapping[str, Format], *, keep: Iterable[Path], force: bool) -> None:
    """Return when the plan and its reports have a place to go to, before anything is computed.

    Raises `UsageError` when the folder is missing, when a report would replace a file in `keep`, and when a file is
    there already and `force` is not given.
    """
    from audit.files import check_folder, check_target

    check_folder(out)
    kept = {path.resolve() for path in keep}
    targets = {f"the {name} report": _beside(out, form) for name, form in forms.items()}
    for what, target in {"the plan": out, **targets}.items():
        if target.resolve() in kept:
            raise UsageError(
                what=f"Writing {what} would replace a file that is read", where=str(target), fix="Change --out."
            )
        check_target(target, force=force)


def render_beside(path: Path, evidence: Evidence, forms: Mapping[str, Format], *, force: bool) -> None:
    """Write reports beside a file, under its name. A format that cannot be made here is named and left out."""
    for form in forms.values():
        render_to(_beside(path, form), evidence, form, force=force)


def _beside(path: Path, form: Format) -> Path:
    """Return where a report beside a file lies; in the format of the file itself it is `plan.report.json`."""
    place = path.with_suffix(form.suffix)
    return path.with_suffix(f".report{form.suffix}") if place == path else place


def render_to(target: Path, evidence: Evidence, form: Format, *, force: bool) -> bool:
    """Write one report and say so; return whether it is there: where it cannot be made, that is said instead."""
    from audit.files import write_whole
    from audit.rendering import rendered
    from reports.format import Unavailable

    try:
        write_whole(target, rendered(form, evidence, warn), force=force)
    except Unavailable as error:
        click.echo(f"Error: {error}", err=True)
        return False
    click.echo(str(target))
    return True
