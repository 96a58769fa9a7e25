"""The plan file: the only thing that can be applied, and the thing that a reviewer signs off.

Canonical JSON (sorted keys, two blanks of indent, ASCII) with a digest over itself. Whoever reads it sees masks, keyed
hashes, ids and versions. The edits themselves are sealed with the key of the run, each bound to the plan, the action
and the object it is for: moved to another place, they do not open.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from audit.disk import reason
from audit.errors import PlanError
from audit.files import write_whole
from audit.guards import NEXT_STEP, advice
from audit.parts import BODY, TITLE, is_property, is_set
from audit.records import Way
from audit.vault import Vault
from reports.evidence import Change, EditView, HeldItem, HostFacts, IdentityFacts, Outcome, PlanFacts
from reports.migrated import Decision
from rules.model import Edit, HeldReason, ObjectType, Ref, Span, Subject
from rules.pointers import Pointer

SCHEMA: Final = 3
OLD_VERSIONS_STAY: Final = "The versions before it still hold what is replaced; confluence-gdpr residue lists them."
WATCHERS: Final = "Watchers may be notified by the site as of any edit: the API has no quiet one."
ANCHORS: Final = "Inline comments stay at their places: the anchors are compared before the write."
DRAFTS: Final = "Unpublished drafts are not touched: whatever has one is left alone, at the last moment too."
RENAMED: Final = "It has another title and address from then on: links that name the old title may break."
BY_SITE: Final = "The site itself redacts it, and puts a marker of its own in the place of each value."
BACK: Final = "A rollback writes the text from before as a new version; old versions deleted or redacted since stay so."
SPLICED: Final = "It is masked by a splice, as the site does not redact it itself."
LISTS: Final = "A list of people has no versions: the site keeps nothing of what it was."
NO_HISTORY: Final = "The site keeps nothing of what it was before: only this run can put it back."
SIZE_LIMIT_BYTES: Final = 500_000_000


@dataclass(frozen=True, slots=True)
class PlannedEdit:
    """One replacement: where, and how a reviewer sees it."""

    span: Span
    view: EditView


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """One legacy identifier that an action replaces."""

    rule: str
    path: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class Action:
    """One part of one object that is to be rewritten."""

    id: str
    """`A-0001`, counted in the order of the plan."""
    ref: Ref
    part: str
    title: str
    """Masked."""
    url: str
    base_version: int | None
    before_hash: str
    """Keyed hash of the bytes that the edits were made for."""
    after_hash: str
    """Keyed hash of the bytes that they give."""
    bytes_before: int
    bytes_after: int
    rules: tuple[str, ...]
    edits: tuple[PlannedEdit, ...]
    proof: tuple[str, ...]
    sealed: str
    """Base64 of the sealed raw edits."""
    places: tuple[PlannedPlace, ...] | None = None
    """The identifiers that it replaces; None where that is one for each edit, as the edits show them."""
    way: Way = Way.SPLICE
    why: str = ""
    """Of a mask that is a splice: why the site does not redact it itself."""
    pointers: tuple[Pointer, ...] = ()
    """Where the site redacts: the characters, in its document of the text."""

    def replaced(self) -> tuple[PlannedPlace, ...]:
        """Return the legacy identifiers that the action replaces."""
        if self.places is not None:
            return self.places
        return tuple(PlannedPlace(edit.view.rule, edit.view.path, edit.view.subject) for edit in self.edits)

    def context(self, plan: str) -> str:
        """Return what the sealed edits are bound to."""
        version = "-" if self.base_version is None else self.base_version
        return f"{plan}/{self.id}/{self.ref.type.value}/{self.ref.id}/{self.part}/{version}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is to be written, and everything that is not, with the reasons."""

    schema: int
    id: str
    site: str
    run_id: str
    created_at_utc: str
    tool_version: str
    rules_digest: str
    mapping_digest: str
    mapping: Mapping[str, int]
    """Identity route -> identifiers it resolved; `unresolved` -> identifiers without an account."""
    actions: tuple[Action, ...]
    held: tuple[HeldItem, ...]
    counts: Mapping[str, int]
    """`actions`, `edits`, `held`, and `edits/RULE`, `held/REASON` for each that occurs."""
    objects_read: int = 0
    """Objects that the audit read, 0 where that is not known."""
    base: str = ""
    """Digest of the plan that was reviewed; empty for a plan that was made and not reviewed."""
    decisions: tuple[Decision, ...] = ()
    identities: tuple[IdentityFacts, ...] = ()
    """Everybody whom the plan had to resolve: masks, keyed hashes, and how the account is known."""
    hosts: tuple[HostFacts, ...] = ()
    """Hosts that were contacted to make the plan."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Options of the command that made the plan, in words: `only` -> `space:HR`."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """Bounds of one part under which the plan was made: `edits`, `size_bytes`."""
    mark: str = ""
    """Keyed hash of the digest: only the workspace that the plan is from can make it."""
    digest: str = ""
    """SHA-256 over the canonical bytes without this field and the mark."""

    def facts(self, plan_file: str = "") -> PlanFacts:
        """Return what reports say about this plan."""
        return PlanFacts(
            id=self.id,
            digest=self.digest,
            created_at_utc=self.created_at_utc,
            mapping=self.mapping,
            plan_file=plan_file,
            identities=self.identities,
            hosts=self.hosts,
            base=self.base,
            decisions=self.decisions,
            options=self.options,
        )


def seal_edits(edits: tuple[Edit, ...], vault: Vault, context: str) -> str:
    """Return raw edits sealed for one action, as base64."""
    import msgspec

    rows = [(edit.span.start, edit.span.end, edit.old, edit.new, edit.rule) for edit in edits]
    return base64.b64encode(vault.seal(msgspec.json.encode(rows), context)).decode()


def open_edits(plan: Plan, action: Action, vault: Vault) -> tuple[Edit, ...]:
    """Return the raw edits of an action. Raises `WorkspaceError` when they were moved or the key is another one."""
    import msgspec

    data = vault.open(base64.b64decode(action.sealed), action.context(plan.id))
    rows = msgspec.json.decode(data, type=list[tuple[int, int, bytes, bytes, str]])
    return tuple(Edit(Span(start, end), old, new, rule) for start, end, old, new, rule in rows)


def signed(key: bytes, plan: Plan) -> Plan:
    """Return the plan with the digest of its contents and the mark of the workspace that `key` is the key of."""
    found = with_digest(plan)
    return replace(found, mark=_mark(key, found.digest))


def with_digest(plan: Plan) -> Plan:
    """Return the plan with the digest of its own contents."""
    return replace(plan, digest=hashlib.sha256(_canonical(plan)).hexdigest())


def counted(actions: Sequence[Action], held: Sequence[HeldItem], found: int) -> dict[str, int]:
    """Return the figures of a plan: every legacy identifier found is changed or held, so these two add up to it."""
    counts = Counter({"actions": len(actions), "edits": 0, "held": len(held)})
    counts.update(found=found, changed=found - len(held))
    for action in actions:
        counts["edits"] += len(action.edits)
        counts.update(f"edits/{edit.view.rule}" for edit in action.edits)
    counts.update(f"held/{item.reason.value}" for item in held)
    return dict(sorted(counts.items()))


def plan_bytes(plan: Plan) -> bytes:
    """Return the plan as it is written to its file: equal plans give equal bytes."""
    return _text(_facts(plan))


def decode_plan(data: bytes) -> Plan:
    """Return the plan in `data`, whatever it was made for. Raises `PlanError` when it was not written as it is."""
    import msgspec

    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _refused("it is not JSON, or it was cut", "Make a new plan, or fetch the whole file.") from error
    if not isinstance(found, dict) or "schema" not in found:
        raise _refused("it is another kind of file", "Name a file that the command `plan` wrote.")
    if found["schema"] != SCHEMA:
        shown = found["schema"] if isinstance(found["schema"], int) else "?"
        why = f"another version of this tool wrote it (form {shown}, this one reads form {SCHEMA})"
        raise _refused(why, "Make a new plan with the present version.")
    try:
        plan = msgspec.convert(found, type=Plan)
    except msgspec.ValidationError as error:
        raise _refused("its fields are not those of a plan", "Make a new plan.") from error
    if plan_bytes(plan) != data or with_digest(plan).digest != plan.digest:
        raise _refused("it was changed after it was written: its digest does not fit", "Make a new plan.")
    return plan


def load_plan(data: bytes, *, key: bytes, site: str, rules_digest: str, tool_version: str) -> Plan:
    """Return the plan in `data`, to be applied. Raises `PlanError` when it is not what this tool wrote for this site.

    `key` is the workspace key: whoever edits a plan can compute its digest anew, decisions of reviewers and all, but
    not the mark.
    """
    plan = load_own_plan(data, key=key, site=site)
    why = outdated(plan, rules_digest=rules_digest, tool_version=tool_version)
    if why:
        raise _refused(why, "Make a new plan. One that was applied can be verified and rolled back all the same.")
    return plan


def load_own_plan(data: bytes, *, key: bytes, site: str) -> Plan:
    """Return the plan in `data` that this workspace made for this site, with whichever version of this tool.

    Raises `PlanError` otherwise. What was applied is verified and put back by its before-images, not by rules.
    """
    plan = decode_plan(data)
    if not hmac.compare_digest(plan.mark.encode(), _mark(key, plan.digest).encode()):
        why = "its mark is not that of this workspace: it was changed after it was written, or written elsewhere"
        raise _refused(why, "Make a new plan in this workspace.")
    if plan.site != site:
        raise _refused(f"it was made for {plan.site}, the configured site is {site}", "Configure the site of the plan.")
    return plan


def outdated(plan: Plan, *, rules_digest: str, tool_version: str) -> str:
    """Return in which way the present tool is not the one that made a plan; empty when it is."""
    if plan.tool_version != tool_version:
        return f"version {plan.tool_version} of this tool wrote it, this is {tool_version}"
    if plan.rules_digest != rules_digest:
        return "it was made with other rules than the present ones"
    return ""


def read_plan(path: Path, *, key: bytes, site: str, rules_digest: str, tool_version: str) -> Plan:
    """Return the plan in the file `path`. Raises `PlanError` as `load_plan` does, and when it cannot be read."""
    return _read(path, partial(load_plan, key=key, site=site, rules_digest=rules_digest, tool_version=tool_version))


def read_own_plan(path: Path, *, key: bytes, site: str) -> Plan:
    """Return the plan in the file `path`. Raises `PlanError` as `load_own_plan` does, and when it cannot be read."""
    return _read(path, partial(load_own_plan, key=key, site=site))


def read_any_plan(path: Path) -> Plan:
    """Return the plan in the file `path`, whatever it was made for. Raises `PlanError` as `decode_plan` does."""
    return _read(path, decode_plan)


def _read(path: Path, load: Callable[[bytes], Plan]) -> Plan:
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT_BYTES)
    except OSError as error:
        raise _refused(f"the system said: {error.strerror}", "Name a readable plan file.", path.name) from error
    try:
        return load(data)
    except PlanError as error:
        error.where = path.name
        raise


def write_plan(plan: Plan, path: Path, *, force: bool = False) -> None:
    """Write the plan whole, readable by its owner only, or not at all. Links are never followed.

    Raises `UsageError` when `path` exists without `force`, is a link or a folder, or cannot be written (a full disk).
    """
    try:
        write_whole(path, plan_bytes(plan), force=force)
    except OSError as error:
        raise PlanError(
            what="The plan cannot be written", where=str(path), why=reason(path, error), fix="Name a writable place."
        ) from error


def dry_run(plan: Plan) -> tuple[tuple[Change, ...], tuple[HeldItem, ...]]:
    """Return what the plan would change and what it holds back, for a report."""
    return tuple(change_of(action) for action in plan.actions), plan.held


def change_of(
    action: Action, outcome: Outcome = Outcome.PLANNED, new_version: int | None = None, proof: str = ""
) -> Change:
    """Return an action as reports show it."""
    return Change(
        action=action.id,
        ref=action.ref,
        part=action.part,
        title=action.title,
        url=action.url,
        edits=tuple(edit.view for edit in action.edits),
        base_version=action.base_version,
        new_version=new_version,
        before_hash=action.before_hash,
        after_hash=action.after_hash,
        bytes_before=action.bytes_before,
        bytes_after=action.bytes_after,
        outcome=outcome,
        proof=proof or "; ".join(action.proof),
        effects=_effects(action),
    )


def _effects(action: Action) -> tuple[str, ...]:
    """Return what else happens when an action is carried out."""
    spliced = (SPLICED, action.why) if action.why else ()
    if is_set(action.part):
        return (LISTS,)
    if is_property(action.part) or action.base_version is None:
        return (NO_HISTORY, *spliced)
    drafts = (DRAFTS,) if action.ref.type in {ObjectType.PAGE, ObjectType.BLOGPOST} else ()
    place = {BODY: (ANCHORS,), TITLE: (RENAMED,)}.get(action.part, ())
    way = (BY_SITE, BACK) if action.way is Way.ENDPOINT else spliced
    return (OLD_VERSIONS_STAY, WATCHERS, *drafts, *place, *way)


def each_held(action: Action, reason: HeldReason, detail: str) -> tuple[HeldItem, ...]:
    """Return the identifiers of an action that is not to be carried out, each as held."""
    return tuple(
        HeldItem(
            ref=action.ref,
            part=action.part,
            path=place.path,
            rule=place.rule,
            subject=place.subject,
            reason=reason,
            detail=detail,
            next_step=NEXT_STEP[reason],
            title=action.title,
            url=action.url,
        )
        for place in action.replaced()
    )


def held_of(action: Action, reason: HeldReason, detail: str) -> HeldItem:
    """Return an action that was held back as a whole, as reports show it."""
    return HeldItem(
        ref=action.ref,
        part=action.part,
        path="",
        rule=action.rules[0] if len(action.rules) == 1 else "",
        subject=None,
        reason=reason,
        detail=f"{action.id}: {detail}",
        next_step=advice(reason, detail),
        title=action.title,
        url=action.url,
    )


def _facts(plan: Plan) -> dict[str, object]:
    import msgspec

    facts: dict[str, object] = msgspec.to_builtins(plan)
    return facts


def _canonical(plan: Plan) -> bytes:
    return _text({name: value for name, value in _facts(plan).items() if name not in {"digest", "mark"}})


def _mark(key: bytes, digest: str) -> str:
    return hmac.new(key, f"plan file\x00{digest}".encode(), hashlib.sha256).hexdigest()


def _text(facts: dict[str, object]) -> bytes:
    return (json.dumps(facts, sort_keys=True, indent=2, ensure_ascii=True) + "\n").encode()


def _refused(why: str, fix: str, where: str = "") -> PlanError:
    return PlanError(what="The plan cannot be used", where=where, why=why, fix=fix)
