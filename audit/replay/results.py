"""What became of each call, and what all of them come to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from audit.replay.judging import Carried, Path, Sent

_BAD_REQUEST: Final = 400


class State(StrEnum):
    """How a call is listed."""

    OK = "ok"
    FIND = "find"
    READ = "read"
    """Judged from its recording only, and nothing found."""
    VOID = "void"
    """There was nothing in the answer that could have been judged."""
    GAP = "gap"
    """It could not be asked, or not judged."""


class Answered(StrEnum):
    """How one request ended."""

    YES = "answered"
    GONE = "gone"
    """The site says that it has the resource no more."""
    NOT_OFFERED = "not offered"
    REFUSED = "refused"
    FAILED = "failed"
    NOT_SENT = "not sent"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request of a call: without the switch, or with it."""

    answered: Answered
    status: int | None = None
    why: str = ""
    fields: frozenset[Path] = field(default=frozenset(), repr=False)
    """Paths of all fields of the answer."""
    carried: Counter[Carried] = field(default_factory=Counter)
    hollow: bool = False
    """The answer lists nobody and nothing."""

    @property
    def void(self) -> bool:
        """Return whether there is nothing in the answer to judge: it is empty, or the site has no such resource."""
        return self.hollow or self.answered in {Answered.GONE, Answered.NOT_OFFERED}

    @property
    def known(self) -> bool:
        """Return whether it is known what the site answers."""
        return self.answered not in {Answered.REFUSED, Answered.FAILED}

    def like(self, other: Outcome) -> bool:
        """Return whether both requests were answered alike: the same status and the same fields."""
        return (self.status, self.fields) == (other.status, other.fields)


@dataclass(frozen=True, slots=True)
class Difference:
    """How the switch changes an answer."""

    statuses: tuple[int, int] | None = None
    """Without it, with it; None where they are equal."""
    only_without: tuple[str, ...] = ()
    only_with: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.statuses is not None or bool(self.only_without or self.only_with)


@dataclass(frozen=True, slots=True)
class Result:
    """One call, judged."""

    number: int
    method: str
    path: str
    """As it may be shown."""
    place: str
    """Where it stands in the recording; empty in the built-in list."""
    times: int
    sent: tuple[Sent, ...]
    plain: Outcome
    private: Outcome
    difference: Difference = field(default_factory=Difference)
    unread: str = ""
    """Why the body of the request was not judged."""
    dropped: bool = False
    """Credentials in the recorded address were left out."""

    @property
    def carried(self) -> tuple[tuple[Carried, int, int], ...]:
        """Return the retired fields with how often they stand in the answer without the switch and with it."""
        found = dict.fromkeys((*self.plain.carried, *self.private.carried))
        rows = [(each, self.plain.carried[each], self.private.carried[each]) for each in found]
        return tuple(sorted(rows, key=lambda row: (row[0].path, row[0].rule)))

    @property
    def found(self) -> bool:
        """Return whether anything retired is still sent or answered, or the switch still makes a difference."""
        return bool(self.sent or self.carried or self.difference)

    @property
    def gap(self) -> bool:
        """Return whether something of the call is not known.

        A request that is refused for what it sends, by 400, is known: no answer carries anything.
        """
        known = all(one.known or (self.sent and one.status == _BAD_REQUEST) for one in (self.plain, self.private))
        return bool(self.unread) or not (known or self.difference.statuses is not None)

    @property
    def state(self) -> State:
        """Return how the call is listed: a finding shows, whatever else is missing."""
        if self.found:
            return State.FIND
        if self.gap:
            return State.GAP
        if self.plain.void and self.private.void:
            return State.VOID
        return State.READ if self.plain.answered is Answered.NOT_SENT else State.OK


@dataclass(frozen=True, slots=True)
class Report:
    """All calls of one replay."""

    site: str
    source: str
    """What was replayed, in words."""
    results: tuple[Result, ...]
    elsewhere: int = 0
    """Calls of other hosts."""
    pages: int = 0
    """Calls of the site that belong to no API: pages, pictures, scripts."""
    broken: tuple[str, ...] = ()
    """Where the calls stand whose address cannot be read."""
    left: int = 0
    """Calls that were not reached."""
    stopped: str = ""
    """Why the site could not be asked any further."""
    interrupted: bool = False
    """Somebody asked it to stop: what came before is shown."""

    @property
    def complete(self) -> bool:
        """Return whether every call was judged, and there was one."""
        gaps = any(result.gap for result in self.results)
        return bool(self.results) and not (gaps or self.broken or self.left or self.stopped or self.interrupted)

    @property
    def findings(self) -> int:
        """Return how many calls something was found in."""
        return sum(result.found for result in self.results)

    @property
    def void(self) -> int:
        """Return how many calls were answered with nothing to judge."""
        return sum(result.state is State.VOID for result in self.results)

    @property
    def exit_code(self) -> int:
        """Return 5 when the site failed, 3 when something is not known, 1 with findings, 0 with none."""
        if self.stopped:
            return 5
        if not self.complete:
            return 3
        return 1 if self.findings else 0
