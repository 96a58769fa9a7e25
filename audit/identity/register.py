"""What routes that ask a site have said in one run, kept sealed in the folder of the run.

A later command of the same run asks neither what was answered nor an endpoint that is not there. The file opens with
the key of the run alone and dies with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from audit.errors import WorkspaceError
from audit.files import write_whole
from audit.identity.route import Ambiguous, Answer, Heard, Identifier, Resolved, Unknown, folded
from audit.vault import Vault
from reports.evidence import HostFacts
from rules.model import Confidence, SubjectKind

FILE: Final = "identities.sealed"
SCHEMA: Final = 1


class _Entry(msgspec.Struct, frozen=True):
    """One answer that is worth keeping."""

    route: str
    kind: str
    value: str
    account: str = ""
    """Empty: ambiguous, and `detail` says how."""
    at: str = ""
    confidence: int = int(Confidence.HIGH)
    detail: str = ""


class _Alias(msgspec.Struct, frozen=True):
    route: str
    kind: str
    value: str
    others: list[tuple[str, str]]


class _Name(msgspec.Struct, frozen=True):
    route: str
    kind: str
    value: str
    name: str


class _Stored(msgspec.Struct, frozen=True):
    schema: int
    entries: list[_Entry]
    aliases: list[_Alias]
    lasting: dict[str, str]
    hosts: tuple[HostFacts, ...] = ()
    names: list[_Name] = []


@dataclass(slots=True)
class Register:
    """Answers by route and identifier. What a route does not know is not kept: it may know it tomorrow."""

    answers: dict[str, dict[Identifier, Answer]] = field(default_factory=dict, repr=False)
    aliases: dict[str, dict[Identifier, tuple[Identifier, ...]]] = field(default_factory=dict, repr=False)
    lasting: dict[str, str] = field(default_factory=dict)
    """Route -> why asking it again in this run is of no use."""

    hosts: tuple[HostFacts, ...] = ()
    """What earlier commands of the run exchanged with other sites than the audited one."""

    names: dict[str, dict[Identifier, str]] = field(default_factory=dict, repr=False)
    """Route -> display names that it told."""

    changed: bool = False
    """True when there is more than what was loaded."""

    def note(self, route: str, heard: Heard) -> None:
        """Take in what a route said."""
        self.changed = True
        self.answers.setdefault(route, {}).update(heard.answers)
        self.aliases.setdefault(route, {}).update({one: others for one, others in heard.aliases.items() if others})
        self.names.setdefault(route, {}).update({one: name for one, name in heard.names.items() if name.strip()})
        if heard.unavailable and heard.lasting:
            self.lasting[route] = heard.unavailable

    def identifiers(self) -> Iterator[Identifier]:
        """Yield every identifier that was asked for or learnt."""
        for answers in self.answers.values():
            yield from answers
        for aliases in self.aliases.values():
            for one, others in aliases.items():
                yield from (one, *others)

    def save(self, folder: Path, vault: Vault) -> None:
        """Write the register into the folder of its run, sealed."""
        entries = [
            _entry(route, one, answer)
            for route, answers in sorted(self.answers.items())
            for one, answer in sorted(answers.items(), key=lambda item: item[0])
            if not isinstance(answer, Unknown)
        ]
        aliases = [
            _Alias(
                route, one.kind.value, one.written or one.value, [(o.kind.value, o.written or o.value) for o in others]
            )
            for route, table in sorted(self.aliases.items())
            for one, others in sorted(table.items())
        ]
        names = [
            _Name(route, one.kind.value, one.written or one.value, name)
            for route, told in sorted(self.names.items())
            for one, name in sorted(told.items())
        ]
        data = msgspec.json.encode(_Stored(SCHEMA, entries, aliases, self.lasting, self.hosts, names))
        write_whole(folder / FILE, vault.seal(data, _context(folder)), force=True)


def load_register(folder: Path, vault: Vault) -> Register:
    """Return the register of a run, an empty one where none was kept. Raises `WorkspaceError` when it does not open."""
    try:
        sealed = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return Register()
    try:
        stored = msgspec.json.decode(vault.open(sealed, _context(folder)), type=_Stored)
        register = Register(lasting=dict(stored.lasting), hosts=stored.hosts)
        for entry in stored.entries:
            one = folded(SubjectKind(entry.kind), entry.value)
            register.answers.setdefault(entry.route, {})[one] = _answer(entry)
        for alias in stored.aliases:
            others = tuple(folded(SubjectKind(kind), value) for kind, value in alias.others)
            register.aliases.setdefault(alias.route, {})[folded(SubjectKind(alias.kind), alias.value)] = others
        for told in stored.names:
            register.names.setdefault(told.route, {})[folded(SubjectKind(told.kind), told.value)] = told.name
    except (msgspec.MsgspecError, ValueError):
        why = "it is not what this version of the tool writes"
    else:
        return register
    raise WorkspaceError(
        what="The register of identities cannot be used",
        where=folder.name,
        why=why,
        fix=f"Remove {FILE} from the folder of the run; the routes are then asked again.",
    )


def _entry(route: str, one: Identifier, answer: Answer) -> _Entry:
    value = one.written or one.value
    if isinstance(answer, Resolved):
        return _Entry(route, one.kind.value, value, answer.account, answer.witnessed_at, int(answer.confidence))
    return _Entry(route, one.kind.value, value, detail=answer.detail)


def _answer(entry: _Entry) -> Answer:
    if not entry.account:
        return Ambiguous(entry.detail)
    return Resolved(entry.account, entry.route, entry.at, Confidence(entry.confidence))


def _context(folder: Path) -> str:
    return f"identities/{folder.name}"
