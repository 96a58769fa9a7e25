"""References to people in storage format (`ri:user`): where they stand, which of them are legacy, how they change.

One `ri:user` is reported by exactly one rule, the one of the innermost place it stands in: a task, a parameter of a
macro, or neither. Attributes are told apart by the shape of their values, as exports mix them up.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from html import escape
from typing import Final

from rules.accounts import agreed
from rules.identifiers import personal
from rules.masking import HIDDEN, clip
from rules.model import (
    Confidence,
    Edit,
    HeldReason,
    Hold,
    Match,
    Named,
    Personal,
    Span,
    SubjectKind,
    Unresolved,
)
from rules.placeholders import holds_variable
from rules.plainnames import among, unlinked
from rules.rule import Change, Resolver, Rule
from rules.storage import MACROS, PARAMETERS, Attribute, Element, Storage
from rules.view import View
from rules.vocabulary import ATTRIBUTES
from rules.vocabulary import MACROS as KNOWN_MACROS
from rules.vocabulary import PARAMETERS as KNOWN_PARAMETERS

_MODERN: Final = (
    rb"(?:\s+(?:ri:account-id=\"(?:[0-9a-f]{24}|[0-9]{1,20}:[0-9A-Za-z-]{1,100})\""
    rb"|ri:(?:local-id|display-name|version-at-save)=\"[^\"<]*+\"))*+\s*+/?>"
)
"""The rest of a start tag as the editor writes it: an account id, and what identifies nobody."""
GATE: Final = ((b"<ri:user", re.compile(rb"<ri:user(?!" + _MODERN + rb")")),)
"""Modern mentions open no gate."""
ASSIGNEE: Final = "ac:task-assignee"
"""An element that scripts write into tasks; the editor has none of the kind."""
_SLOT: Final = {"ri:user": "ri:account-id", ASSIGNEE: "ac:account-id"}
"""Element -> its attribute for account ids."""
BESIDE: Final = "a role or a variable stands beside the identifier of a person"
_SLOTS: Final = frozenset({"username", "userkey", "accountid"})
_PLACES: Final = PARAMETERS | {"ac:task-body", ASSIGNEE}
_NAMED: Final = MACROS | PARAMETERS


class Place(Enum):
    """Where a reference stands."""

    TEXT = auto()
    MACRO = auto()
    TASK = auto()


@dataclass(frozen=True, slots=True)
class Identity:
    """One identifying attribute of a reference; the subject is None for a role, a variable and an empty value."""

    attribute: Attribute
    subject: Personal | None
    slot: str
    """The attribute for account ids of the element."""

    @property
    def modern(self) -> bool:
        """Return whether this is an account id in the attribute made for it."""
        return self.attribute.name == self.slot and self.holds_account

    @property
    def holds_account(self) -> bool:
        """Return whether the value is an account id, whatever the attribute."""
        return self.subject is not None and self.subject.kind is SubjectKind.ACCOUNT_ID


@dataclass(frozen=True, slots=True)
class Reference:
    """One `ri:user` element, or one that a script wrote to the same end."""

    element: Element
    attributes: tuple[Attribute, ...]
    identities: tuple[Identity, ...]

    @property
    def slot(self) -> str:
        """Return the attribute for account ids of the element."""
        return _SLOT[self.element.name]

    @property
    def legacy(self) -> tuple[tuple[Identity, Personal], ...]:
        """Return the identifiers that were retired, with their values."""
        return tuple((each, each.subject) for each in self.identities if each.subject is not None and not each.modern)


def references(view: View, place: Place) -> Iterator[Reference]:
    """Yield the references that stand in `place`, in document order."""
    storage = view.storage
    for element in map(storage.element, view.once(_places)[place]):
        slot = _SLOT[element.name]
        attributes = storage.attributes(element)
        identities = (
            Identity(each, None if holds_variable(each.value) else personal(each.value), slot)
            for each in attributes
            if is_identity(each.name, slot[:2])
        )
        yield Reference(element, attributes, tuple(identities))


def is_identity(name: str, namespace: str = "ri") -> bool:
    """Return whether an attribute of this name holds an identifier, in any spelling."""
    prefix, _, local = name.rpartition(":")
    return prefix.lower() in {"", namespace} and local.lower().replace("-", "") in _SLOTS


def _places(view: View) -> Mapping[Place, Sequence[int]]:
    """Return the references of a body by where they stand, as columns of the indices of their elements."""
    storage = view.storage
    found = {place: array("i") for place in Place}
    for index in storage.indices(*_SLOT):
        around = storage.surrounding(index, _PLACES)
        found[Place.TEXT if not around else Place.MACRO if around in PARAMETERS else Place.TASK].append(index)
    return found


def detect(view: View, rule: Rule, place: Place) -> Iterator[Match]:
    """Yield a match for every retired identifier of a reference in `place`."""
    storage = view.storage
    for reference in references(view, place):
        legacy = reference.legacy
        where = storage.path(reference.element.index) if legacy else ""
        for identity, subject in legacy:
            confidence, reason = _judge(identity, subject, reference.slot)
            yield rule.match(
                identity.attribute.value_span,
                subject,
                where=f"{where}/@{identity.attribute.name}",
                excerpt=partial(_excerpt, storage, reference),
                confidence=confidence,
                reason=reason,
            )


def _judge(identity: Identity, subject: Personal, slot: str) -> tuple[Confidence, str]:
    """Return how sure it is that the value identifies somebody, and why."""
    name = identity.attribute.name
    if any(map(str.isupper, name)):
        return Confidence.LOW, f"XML tells capital letters apart and knows no {name}"
    match subject.kind:
        case SubjectKind.ACCOUNT_ID:
            return Confidence.HIGH, f"an account id, but in the retired attribute {name}"
        case SubjectKind.USER_KEY:
            return Confidence.HIGH, f"a user key in {name}"
        case _:
            sure = name != slot
            return (Confidence.HIGH if sure else Confidence.MEDIUM), f"no account id and no user key in {name}"


def _excerpt(storage: Storage, reference: Reference) -> str:
    """Return the element as written with its values masked, behind the macro and parameter it stands in."""
    steps, index = "", reference.element.parent
    for _ in range(2):
        around = storage.nearest(index, _NAMED)
        if around is None:
            break
        known = KNOWN_MACROS if around.name in MACROS else KNOWN_PARAMETERS
        name = storage.value(around, "ac:name")
        steps, index = f"{name if name in known else HIDDEN} › {steps}", around.parent
    masks = {each.attribute.span.start: each.subject.mask for each in reference.identities if each.subject is not None}
    shown = "".join(
        f' {each.name if each.name in ATTRIBUTES else HIDDEN}="{masks.get(each.span.start, HIDDEN)}"'
        for each in reference.attributes
    )
    end = "/>" if storage.data[reference.element.tag.end - 2] == ord("/") else ">"
    return clip(f"{steps}<{reference.element.name}{shown}{end}")


def rewrite(view: View, place: Place, matches: tuple[Match, ...], resolve: Resolver) -> Change:
    """Return the edits that turn each reference of `matches` into its account id, and what is held back.

    The first retired attribute becomes the one for account ids and keeps its quotes and blanks; the others go, each
    with the one blank before it. Every other byte stays. Where the person is to be named instead, the link around a
    mention in running text becomes plain text.
    """
    wanted = {match.span: match for match in matches}
    edits: list[Edit] = []
    holds: list[Hold] = []
    for reference in references(view, place):
        found = [wanted[each.attribute.value_span] for each, _ in reference.legacy]
        if not found:
            continue
        answer: str | Edit | Unresolved = _account(reference, resolve)
        if isinstance(answer, Named) and place is Place.TEXT:
            answer = _plain(view, reference, answer, found[0].rule)
        if isinstance(answer, Unresolved):
            holds += held(found, answer)
        elif isinstance(answer, Edit):
            edits.append(answer)
        else:
            edits += _edits(view.data, reference, answer, found[0].rule)
    return Change(tuple(edits), tuple(holds))


def held(found: Sequence[Match], why: Unresolved) -> Iterator[Hold]:
    """Yield a hold for each of the identifiers of one reference."""
    return (Hold(each.rule, each.span, each.subject, why.reason, why.detail, each.where) for each in found)


def _plain(view: View, reference: Reference, named: Named, rule: str) -> Edit | Unresolved:
    """Return the edit that puts plain text in the place of a mention, or why the mention stays."""
    places = frozenset(each.attribute.span for each in reference.identities)
    identifies = among((subject for _, subject in reference.legacy), view.context.known)
    return unlinked(view.storage, reference.element, places, identifies, named, rule)


def _account(reference: Reference, resolve: Resolver) -> str | Unresolved:
    """Return the one account that all identifiers of a reference lead to, or why there is none."""
    if any(each.subject is None and each.attribute.value.strip() for each in reference.identities):
        return Unresolved(HeldReason.AMBIGUOUS, BESIDE)
    standing = {each.attribute.value.strip() for each in reference.identities if each.modern}
    return agreed(standing, [(each.attribute.value, subject) for each, subject in reference.legacy], resolve)


def _edits(data: bytes, reference: Reference, account: str, rule: str) -> Iterator[Edit]:
    """Yield the replacement of one attribute and the removal of the others."""
    going = [each.attribute for each, _ in reference.legacy]
    if not any(each.modern for each in reference.identities):
        slots = [each.attribute for each in reference.identities if each.attribute.name == reference.slot]
        target = (slots or going)[0]
        going = [each for each in going if each.span != target.span]
        between = data[target.name_span.end : target.value_span.start]
        quote = data[target.value_span.end : target.span.end]
        new = reference.slot.encode() + between + escape(account).encode() + quote
        yield Edit(target.span, target.span.of(data), new, rule)
    for attribute in going:
        span = Span(attribute.span.start - 1, attribute.span.end)
        yield Edit(span, span.of(data), b"", rule)
