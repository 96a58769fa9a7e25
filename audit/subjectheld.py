"""What a run holds of one person, sorted by what they have to do with each place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from audit.person import Person
from audit.results import Place
from audit.run import RunStore
from audit.sites.base import SiteObject
from audit.subjectindex import Indexed
from audit.subjectrun import SubjectRun
from audit.workspace import Workspace
from reports.dossier import Held, Kept, Relation
from reports.evidence import ObjectFacts
from rules.directory import RULE_ID as BY_NAME
from rules.model import Confidence, Finding, ObjectType, SubjectKind
from rules.subjectplace import MENTION, RULE_ID, THROUGH

BY_CLASS: Final[Mapping[str, Relation]] = {
    ObjectType.TASK: Relation.ASSIGNED,
    ObjectType.RESTRICTION: Relation.RESTRICTED,
    ObjectType.SPACE_PERMISSION: Relation.PERMITTED,
    ObjectType.SPACE_ROLE: Relation.PERMITTED,
    ObjectType.WATCH: Relation.WATCHING,
    ObjectType.LIKE: Relation.LIKED,
    ObjectType.RELATION: Relation.RELATED,
    ObjectType.USER_PROPERTY: Relation.PROFILE,
    ObjectType.ATTACHMENT: Relation.ATTACHED,
    ObjectType.ATTACHMENT_CONTENT: Relation.ATTACHED,
    ObjectType.CONTENT_PROPERTY: Relation.STORED,
    ObjectType.SPACE_PROPERTY: Relation.STORED,
    ObjectType.VERSION: Relation.OLD,
    ObjectType.AUDIT_RECORD: Relation.LOGGED,
}
"""Class of objects that something was read as -> what it says of the person."""
LISTS: Final = frozenset({ObjectType.RESTRICTION, ObjectType.SPACE_PERMISSION, ObjectType.SPACE_ROLE})
"""Classes of objects that say who may do what."""
MOST_PATHS: Final = 5
_CONTENT: Final = frozenset(
    {
        ObjectType.PAGE,
        ObjectType.BLOGPOST,
        ObjectType.FOOTER_COMMENT,
        ObjectType.INLINE_COMMENT,
        ObjectType.ATTACHMENT,
        ObjectType.CUSTOM_CONTENT,
    }
)
"""What the index of the site knows."""
_THEIRS: Final = frozenset({SubjectKind.ACCOUNT_ID, SubjectKind.USER_KEY, SubjectKind.EMAIL})
"""Kinds of values that no two people have; the directory may have found the first part of an address only."""
_AUTHOR: Final = "authorId"
_SETTLED: Final = "resolutionLastModifierId"
_RIGHTS: Final = frozenset({Relation.RESTRICTED, Relation.PERMITTED, Relation.GROUPED})
_Key = tuple[Relation, str, str, str]
"""Relation, and type, id and state of the object."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked for, and what the site said beyond its listings."""

    person: Person
    key: bytes
    index: Indexed
    groups: tuple[str, ...] = ()
    """Ids of the groups of the person, in the order in which paths number them."""
    maskable: frozenset[str] = frozenset()
    """Rules whose findings `plan redact` masks."""


def relation_of(finding: Finding, place: Place) -> Relation:
    """Return what a finding says of the person."""
    part, _, where = finding.path.partition(" > ")
    if THROUGH in where and place.object_class in LISTS:
        return Relation.GROUPED
    if place.object_class == ObjectType.VERSION and part == "people":
        return Relation.EDITED
    found = BY_CLASS.get(place.object_class) or BY_CLASS.get(finding.ref.type)
    if found is not None:
        return found
    if part == "people":
        if where == _SETTLED:
            return Relation.RESOLVED
        return Relation.AUTHORED if place.type in _CONTENT and where == _AUTHOR else Relation.OWNER
    mentioned = where.endswith(MENTION) or "ri:user" in where
    return Relation.MENTIONED if mentioned else Relation.NAMED


def held(store: SubjectRun, answer: Answer) -> Iterator[Held]:
    """Yield what a run, the index and the properties of the account hold of a person, by relation and object."""
    people = answer.person.pseudonyms(answer.key)
    facts = store.facts()
    found: dict[_Key, list[Finding]] = {(Relation.AUTHORED, *one): [] for one in store.authored(people)}
    for finding, place in store.about(people):
        found.setdefault((relation_of(finding, place), place.type, place.id, place.status), []).append(finding)
    wrote = {one[2] for one in found if one[0] in {Relation.AUTHORED, Relation.EDITED} and one[1] in _CONTENT}
    index = answer.index
    for one in facts.values():
        ref = one.ref
        if ref.id in index.contributed - wrote and ref.type in _CONTENT:
            found[Relation.CONTRIBUTED, ref.type.value, ref.id, ref.status] = []
        if ref.id in (index.favourite_spaces if ref.type is ObjectType.SPACE else index.favourites):
            found[Relation.FAVOURITE, ref.type.value, ref.id, ref.status] = []
    for relation, objects in ((Relation.PROFILE, index.properties), (Relation.WATCHING, index.watched)):
        _add(relation, objects, facts, found)
    order = list(Relation)
    for key in sorted(found, key=lambda each: (order.index(each[0]), each[1], len(each[2]), each[2], each[3])):
        yield _held(key[0], facts[key[1:]], found[key], answer)


def _add(
    relation: Relation,
    objects: Iterable[SiteObject],
    facts: dict[tuple[str, str, str], ObjectFacts],
    found: dict[_Key, list[Finding]],
) -> None:
    """Add what the site said beside its listings; what a listing showed too keeps the title that it has there."""
    for each in objects:
        key = (each.ref.type.value, each.ref.id, each.ref.status)
        facts.setdefault(key, ObjectFacts(each.ref, each.title, each.url))
        found.setdefault((relation, *key), [])


def _held(relation: Relation, facts: ObjectFacts, findings: Sequence[Finding], answer: Answer) -> Held:
    places = {(finding.path.partition(" > ")[0], finding.ref.version, finding.span.start) for finding in findings}
    old = {finding.ref.version for finding in findings if finding.ref.type is ObjectType.VERSION}
    masked = [one for one in findings if relation is Relation.NAMED and one.rule in answer.maskable]
    unsure = [one for one in masked if _sureness(one) is Confidence.LOW]
    rights = [
        where.partition(THROUGH)
        for finding in findings
        if finding.rule == RULE_ID and relation in _RIGHTS
        for where in (finding.path.partition(" > ")[2],)
    ]
    return Held(
        relation,
        facts,
        len(places),
        kinds=tuple(sorted({_kind(finding).value for finding in findings})),
        paths=tuple(dict.fromkeys(finding.path for finding in findings))[:MOST_PATHS],
        confidence=max(map(_sureness, findings), default=Confidence.HIGH),
        rights=tuple(sorted({right for right, _, _ in rights if right})),
        through=tuple(answer.groups[one - 1] for one in sorted({int(number) for _, _, number in rights if number})),
        versions=tuple(sorted(one for one in old if one is not None)),
        fingerprints=tuple(dict.fromkeys(finding.fingerprint for finding in masked if finding not in unsure)),
        unsure=tuple(dict.fromkeys(finding.fingerprint for finding in unsure)),
    )


def _kind(finding: Finding) -> SubjectKind:
    """Return what stands there: the directory knows somebody by an address and finds its first part, a username."""
    kind = finding.subject.kind
    return SubjectKind.USERNAME if kind is SubjectKind.EMAIL and finding.rule == BY_NAME else kind


def _sureness(finding: Finding) -> Confidence:
    """Return how sure it is that a place is about this person: what is theirs alone, and stands there, is theirs."""
    exact = finding.subject.kind in _THEIRS and finding.rule != BY_NAME
    return Confidence.HIGH if exact else finding.confidence


def kept(workspace: Workspace, people: Collection[str], but: Iterable[str]) -> Iterator[Kept]:
    """Yield the other runs of a workspace that hold findings with one of some pseudonyms."""
    for run_id in (one for one in workspace.run_ids() if one not in set(but)):
        path = workspace.run_path(run_id)
        if (path / "run.db").exists():
            with workspace.using(path), RunStore.reading(path / "run.db") as store:
                number = sum(1 for finding in store.findings() if finding.subject.hmac in people)
                if number:
                    yield Kept(run_id, store.get("finished_at_utc"), number)
