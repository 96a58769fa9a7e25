"""The chains of a crawl: what is read side by side, what waits for what, and what only an option adds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial

from audit.answers import converted
from audit.sites.base import Batch, Known, Unit
from audit.sites.cloud import access, content, crosscheck, each, extras, filecontents, tree, wide, wire
from audit.sites.cloud.filecontents import Files
from audit.sites.cloud.options import CONTENTS
from audit.sites.cloud.scope import Reader, Scope
from rules.model import ObjectType

CONVERT_PAGE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller asked to be read."""

    spaces: tuple[str, ...] = ()
    """Space keys; empty for the whole site."""
    include: frozenset[str] = frozenset()
    custom_content_types: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    """Names of relations that apps of the site store."""
    ocr: str | None = None
    """Languages of text in pictures and scanned pages, which are not read without."""
    people: bool = False
    """Who made or owns content, see `Scope.people`."""

    @property
    def given(self) -> bool:
        """Return whether anything was asked for beyond the whole site."""
        return bool(self.spaces or self.include or self.custom_content_types or self.relations or self.ocr)


@dataclass(frozen=True, slots=True)
class Chains:
    """Names of the chains that show content, for those that go through it."""

    pages: tuple[str, ...]
    comments: tuple[str, ...]
    others: tuple[str, ...]
    """Chains of attachments and custom content."""


class _Units:
    """Collects the chains of a crawl and what reads each of them."""

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self.readers: dict[str, Reader] = {}

    def add(self, name: str, object_class: ObjectType, reader: Reader, after: Sequence[str] = ()) -> str:
        self.units.append(Unit(name, object_class, tuple(after)))
        self.readers[name] = reader
        return name


def plan_units(
    scope: Scope, wanted: Wanted, files: Files | None, *, roles: bool, estimate: int | None
) -> tuple[tuple[Unit, ...], dict[str, Reader]]:
    """Return the chains of a crawl and what reads each of them; without `files` nobody looks into attachments."""
    plan = _Units()
    plan.add("spaces", ObjectType.SPACE, partial(extras.spaces, scope))
    chains = _content_units(plan, scope, wanted)
    for number, ids in enumerate(scope.groups(), 1):
        plan.add(f"task/{number}", ObjectType.TASK, partial(extras.tasks, scope, ids))
    # Last of all that names pages, so that whatever one of them names was listed, or is missing.
    seen = tuple(unit.name for unit in plan.units)
    plan.add("cross-check", ObjectType.PAGE, partial(crosscheck.cross_check, scope, estimate), seen)
    plan.add("space-permission", ObjectType.SPACE_PERMISSION, partial(access.permissions, scope))
    if roles:
        plan.add("space-role", ObjectType.SPACE_ROLE, partial(access.roles, scope))
    plan.add("space-property", ObjectType.SPACE_PROPERTY, partial(each.space_properties, scope))
    for kind in ("page", "blueprint"):
        if scope.whole_site:
            plan.add(f"template/{kind}", ObjectType.TEMPLATE, partial(extras.templates, scope, kind, None))
        for space in scope.in_order():
            reader = partial(extras.templates, scope, kind, space.id)
            plan.add(f"template/{kind}/{space.id}", ObjectType.TEMPLATE, reader)
    plan.add("label", ObjectType.LABEL, partial(extras.labels if scope.whole_site else extras.space_labels, scope))
    _costly_units(plan, scope, wanted, chains)
    if files is not None and CONTENTS in wanted.include:
        reader = partial(filecontents.contents, scope, files)
        plan.add("attachment-content", ObjectType.ATTACHMENT_CONTENT, reader, chains.pages)
    return tuple(plan.units), plan.readers


def _costly_units(plan: _Units, scope: Scope, wanted: Wanted, chains: Chains) -> None:
    """Add the chains that `--include` and `--relation` ask for."""
    everything = (*chains.pages, *chains.comments, *chains.others)
    for name, object_class, reader, after in (
        ("properties", ObjectType.CONTENT_PROPERTY, each.content_properties, everything),
        ("versions", ObjectType.VERSION, each.versions, chains.pages),
        ("likes", ObjectType.LIKE, each.likes, (*chains.pages, *chains.comments)),
        ("watches", ObjectType.WATCH, each.watches, chains.pages),
        ("user-properties", ObjectType.USER_PROPERTY, wide.user_properties, ()),
        ("look-and-feel", ObjectType.LOOK_AND_FEEL, wide.look_and_feel, ()),
        ("audit-log", ObjectType.AUDIT_RECORD, wide.audit_log, ()),
    ):
        if name in wanted.include:
            plan.add(object_class.value, object_class, partial(reader, scope), after)
    if "watches" in wanted.include:
        plan.add("watch/label", ObjectType.WATCH, partial(each.label_watches, scope), ("label",))
    if "tree" in wanted.include:
        for kind in tree.TYPES:
            plan.add(kind.value, kind, partial(tree.tree, scope, kind))
    if wanted.relations:
        reader = partial(each.relations, scope, wanted.relations)
        plan.add(ObjectType.RELATION.value, ObjectType.RELATION, reader, chains.pages)


def _content_units(plan: _Units, scope: Scope, wanted: Wanted) -> Chains:
    """Add the chains of everything that has a body, and return their names."""
    first = [
        plan.add(f"{kind.value}/{number}", kind, partial(content.content, scope, kind, ids))
        for kind, groups in ((ObjectType.PAGE, scope.groups()), (ObjectType.BLOGPOST, scope.hundreds()))
        for number, ids in enumerate(groups, 1)
    ]
    plan.add("draft", ObjectType.PAGE, partial(content.drafts, scope))
    # The search that brings the restrictions may show pages that the listings left out. In some spaces only, a
    # comment counts where its page is known, so comments wait for that.
    restrictions = [
        plan.add(f"restriction/{number}", ObjectType.RESTRICTION, partial(access.restrictions, scope, ids), first)
        for number, ids in enumerate(scope.groups(), 1)
    ]
    if not scope.whole_site:
        first = [*first, *restrictions]
    comments = [
        plan.add(kind.value, kind, partial(content.comments, scope, kind), first)
        for kind in (ObjectType.FOOTER_COMMENT, ObjectType.INLINE_COMMENT)
    ]
    others = [plan.add("attachment", ObjectType.ATTACHMENT, partial(content.attachments, scope), first)]
    holders = (*comments, *others)
    for content_type in wanted.custom_content_types:
        for number, some in enumerate(scope.hundreds(), 1):
            reader = partial(content.custom_content, scope, content_type, some)
            others.append(plan.add(f"custom-content/{content_type}/{number}", ObjectType.CUSTOM_CONTENT, reader))
    discovered = partial(discovered_custom_content, scope, frozenset(wanted.custom_content_types))
    others.append(plan.add("custom-content", ObjectType.CUSTOM_CONTENT, discovered, holders))
    return Chains(tuple(dict.fromkeys((*first, *restrictions))), tuple(comments), tuple(others))


async def discovered_custom_content(
    scope: Scope, configured: frozenset[str], known: Known, resume_from: str | None
) -> AsyncIterator[Batch]:
    """Yield custom content of the types that comments and attachments point at and nobody configured.

    No endpoint lists the types of a site; `convert-ids-to-types` names the type of an id that is known.
    """
    found: set[str] = set()
    ids = sorted(known.custom_containers)
    path = "/api/v2/content/convert-ids-to-types"
    for start in range(0, len(ids), CONVERT_PAGE):
        answer = await scope.api.post_read(path, {"contentIds": ids[start : start + CONVERT_PAGE]})
        types = converted(answer.json, wire.TypesOfIds, path).results.values()
        found.update(one for one in types if one is not None and ":" in one)
    for content_type in sorted(found - configured):
        if resume_from is not None and content_type <= resume_from:
            continue
        for space_ids in scope.hundreds():
            async for batch in content.custom_content(scope, content_type, space_ids, known, None):
                yield Batch(batch.objects, resume_from)
        resume_from = content_type
