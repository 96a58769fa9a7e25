"""Modules that a Connect app registers while it is installed: read from a file, checked, sent, listed, removed.

Source: https://developer.atlassian.com/cloud/confluence/dynamic-modules/ (the body has the form of `modules` in the
descriptor; at most 100 modules at one site) and the REST document of Confluence Cloud, "Dynamic modules". Keys that
the site does not know are no error when they are removed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from audit.answers import Answer
from audit.connect.moduleshapes import KEY, Modules, shapes
from audit.errors import Ambiguous, BadAnswer, NotAuthenticated, UsageError
from audit.http import Api
from rules.checks.descriptor_user_parameter import RULE
from rules.descriptor import without_comments
from rules.model import Kind, ObjectType, Part, Ref
from rules.scan import scan

PATH: Final = "/rest/atlassian-connect/1/app/module/dynamic"
MOST: Final = 100
"""Modules that an app may register at one site beside those of its descriptor."""
_WRAPPED: Final = "modules"


@dataclass(frozen=True, slots=True)
class Module:
    """One module, as lists show it."""

    type: str
    """`webItems`; empty where the site does not say it."""
    key: str
    """Empty where it has none."""


@dataclass(frozen=True, slots=True)
class ModuleFile:
    """Modules to register."""

    name: str
    data: bytes = field(repr=False)
    modules: Modules = field(repr=False)

    @property
    def each(self) -> tuple[Module, ...]:
        """Return the modules in the order of the file."""
        return tuple(_each(self.modules))


def read_modules(data: bytes, name: str) -> ModuleFile:
    """Return the modules in a file: what stands under `modules` in a descriptor, or an object with that member alone.

    Comments and trailing commas are passed over, as in descriptors. Raises `UsageError` for anything else.
    """
    found = _decoded(data, name)
    if _WRAPPED in found and len(found) > 1:
        raise _unusable(
            name, "it is a whole descriptor, and its modules are there already", "Name it with --descriptor."
        )
    inner = found.get(_WRAPPED, found)
    if not isinstance(inner, dict):
        raise _unusable(
            name, "its modules are not sorted by type", 'Write them as in the descriptor: {"webItems": [...]}.'
        )
    return ModuleFile(name, data, _typed(inner, name))


def declared_keys(data: bytes, name: str) -> frozenset[str]:
    """Return the keys of the modules that a descriptor declares. Raises `UsageError` when it has no modules."""
    inner = _decoded(data, name).get(_WRAPPED)
    if not isinstance(inner, dict):
        raise _unusable(name, "it is no descriptor: it has no `modules`", "Name the atlassian-connect.json of the app.")
    return frozenset(each.key for each in _each(_typed(inner, name)) if each.key)


def problems(
    file: ModuleFile, declared: frozenset[str] = frozenset(), registered: Iterable[Module] = ()
) -> tuple[str, ...]:
    """Return what keeps modules from being sent, one sentence each; nothing when they may go."""
    there = tuple(registered)
    return (
        *shapes(file.modules),
        *_clashes(file, declared, frozenset(each.key for each in there if each.key)),
        *_too_many(file, len(there)),
        *_retired(file),
    )


class DynamicModules:
    """The modules that the calling app has registered at one site."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def listed(self) -> tuple[Module, ...]:
        """Return the registered modules. Raises `NotAuthenticated` when the caller is no Connect app."""
        try:
            return tuple(_each(_registered(await self._api.get(PATH))))
        except NotAuthenticated as error:
            raise self._no_app(error) from error

    async def register(self, file: ModuleFile) -> tuple[Module, ...]:
        """Register modules and return all that the site has then, read again.

        Raises `Rejected` with what the site says, `NotAuthenticated` when the caller is no Connect app, and
        `Ambiguous` when the site does not show all of them afterwards.
        """
        doubt = await self._written("POST", file.modules)
        now = await self.listed()
        missing = {each.key for each in file.each if each.key} - {each.key for each in now}
        if missing:
            raise doubt or Ambiguous.after(f"POST {PATH}", f"the site does not show {', '.join(sorted(missing))}")
        return now

    async def remove(self, keys: Sequence[str]) -> tuple[Module, ...]:
        """Remove modules by their keys and return those that are left, read again.

        Raises what `register` raises.
        """
        doubt = await self._written("DELETE", None, keys)
        now = await self.listed()
        left = {each.key for each in now} & set(keys)
        if left:
            raise doubt or Ambiguous.after(f"DELETE {PATH}", f"the site still shows {', '.join(sorted(left))}")
        return now

    async def _written(self, method: str, body: Modules | None, keys: Sequence[str] = ()) -> Ambiguous | None:
        """Send a write; return the doubt about it, which reading again settles."""
        try:
            await self._api.write(method, PATH, body, params={"moduleKey": tuple(keys)} if keys else {})
        except Ambiguous as doubt:
            return doubt
        except NotAuthenticated as error:
            raise self._no_app(error) from error
        return None

    def _no_app(self, error: NotAuthenticated) -> NotAuthenticated:
        """Return the error for a caller that the site does not take for a Connect app."""
        if self._api.auth.kind == "connect":
            return error
        error.fix = (
            f"Only the app itself may call this, with a token that it signs, and these credentials are"
            f' {self._api.auth.kind}. Set auth = "connect" with `app_key` and `shared_secret` of the installation.'
        )
        return error


def _decoded(data: bytes, name: str) -> dict[str, object]:
    try:
        found = json.loads(without_comments(data))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not found:
        raise _unusable(name, "it is no JSON object, or an empty one", "Check its syntax.")
    return found


def _typed(inner: Mapping[str, object], name: str) -> Modules:
    typed: dict[str, list[dict[str, object]]] = {}
    for kind, found in inner.items():
        items: list[object] = found if isinstance(found, list) else [found]
        typed[kind] = [each for each in items if isinstance(each, dict)]
        if len(typed[kind]) != len(items):
            raise _unusable(name, f"`{kind[:60]}` holds something that is no object", "Each module is an object.")
    return typed


def _each(modules: Modules) -> Iterator[Module]:
    for kind, found in modules.items():
        for each in found:
            key = each.get("key")
            yield Module(kind, key if isinstance(key, str) else "")


def _registered(answer: Answer) -> Modules:
    """Return the modules of an answer: by type, in a member `modules`, or as its document says in a bare list."""
    whole = answer.mapping()
    found = whole.get(_WRAPPED, whole)
    if not isinstance(found, list | dict):
        raise BadAnswer.shape(answer.where, "`modules` is neither a list nor an object")
    try:
        return _typed({"": found} if isinstance(found, list) else found, "")
    except UsageError as error:
        raise BadAnswer.shape(answer.where, "a module is no object") from error


def _clashes(file: ModuleFile, declared: frozenset[str], registered: frozenset[str]) -> Iterator[str]:
    times = Counter(each.key for each in file.each if KEY.fullmatch(each.key))
    for key, count in times.items():
        if count > 1:
            yield f"the key {key} stands {count} times in the file"
        if key in declared:
            yield f"the key {key} is one of the descriptor"
        if key in registered:
            yield f"the key {key} is registered already: remove it first"


def _too_many(file: ModuleFile, there: int) -> Iterator[str]:
    if there + len(file.each) > MOST:
        yield f"{len(file.each)} modules beside {there} registered ones are more than the {MOST} that a site takes"


def _retired(file: ModuleFile) -> Iterator[str]:
    part = Part(Ref(ObjectType.FILE, file.name), "", Kind.DESCRIPTOR, file.data)
    for match in scan(part, (RULE,)).matches:
        line = file.data.count(b"\n", 0, match.span.start) + 1
        asked = match.span.of(file.data).decode("ascii", "replace")
        yield f"line {line} asks for {asked}, which names a person in an address (rule {RULE.id}): use the token"


def _unusable(name: str, why: str, fix: str) -> UsageError:
    return UsageError(what="The file of modules cannot be used", where=name, why=why, fix=fix)
