"""Which of several hits on the same characters is the finding.

The order: the surer claim, then the longer one, then the one whose label is nearer, then the kind that is harder to
meet by chance. A claim is how sure it is that the characters are of a kind; what speaks against their being somebody's
takes nothing off it, so that a card number published for tests never comes back as a phone number. Where two
detectors read the same characters with the same right, there is one finding that names both.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rules.hits import Detector, Hit
from rules.subjects import SubjectKind
from rules.weighing import Weighed

_KINDS: Final = (
    SubjectKind.CREDENTIAL,
    SubjectKind.EMAIL,
    SubjectKind.SOCIAL_PROFILE,
    SubjectKind.IM,
    SubjectKind.BANK_ACCOUNT,
    SubjectKind.PAYMENT_CARD,
    SubjectKind.NATIONAL_ID,
    SubjectKind.TAX_ID,
    SubjectKind.SOCIAL_SECURITY,
    SubjectKind.VAT_ID,
    SubjectKind.PASSPORT,
    SubjectKind.COORDINATES,
    SubjectKind.MAC_ADDRESS,
    SubjectKind.IP_ADDRESS,
    SubjectKind.PHONE,
    SubjectKind.LICENCE_PLATE,
)
"""From the kind that chance hits least; all others come behind them."""
_RANKS: Final = {kind: rank for rank, kind in enumerate(_KINDS)}


@dataclass(frozen=True, slots=True)
class Settled:
    """A hit that is a finding, with every kind that its characters may be."""

    detector: Detector
    hit: Hit
    weighed: Weighed
    what: str


def settle(candidates: Iterable[tuple[Detector, Hit, Weighed]]) -> tuple[Settled, ...]:
    """Return the hits that are findings, in the order of the text. No two hold the same character.

    Detectors of the configuration do not compete: what they look for stands beside what else the characters are.
    """
    starts: list[int] = []
    taken: list[Settled] = []
    own: list[Settled] = []
    for detector, hit, weighed in sorted(candidates, key=_order):
        if hit.kind is SubjectKind.CUSTOM:
            own.append(Settled(detector, hit, weighed, hit.what))
            continue
        at = bisect_left(starts, hit.end)
        rival = taken[at - 1] if at else None
        if rival is None or rival.hit.end <= hit.start:
            starts.insert(at, hit.start)
            taken.insert(at, Settled(detector, hit, weighed, hit.what))
        elif _order((detector, hit, weighed))[:5] == _order((rival.detector, rival.hit, rival.weighed))[:5]:
            taken[at - 1] = _both(rival, hit)
    return tuple(sorted((*taken, *own), key=lambda each: (each.hit.start, each.hit.end))) if own else tuple(taken)


def _order(candidate: tuple[Detector, Hit, Weighed]) -> tuple[int, int, int, int, int, int]:
    _, hit, weighed = candidate
    length = hit.end - hit.start
    return (-weighed.claim, -length, weighed.distance, hit.start, hit.end, _RANKS.get(hit.kind, len(_RANKS)))


def _both(rival: Settled, hit: Hit) -> Settled:
    """Return a finding that may also be what another hit says."""
    if hit.what in rival.what.split(" or "):
        return rival
    return Settled(rival.detector, rival.hit, rival.weighed, f"{rival.what} or {hit.what}")
